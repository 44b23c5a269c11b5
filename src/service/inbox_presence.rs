//! Notices when the inbox vanishes with its share, comes back, or is suddenly another one.

use super::inbox_scan::{FolderIdentity, Snapshot};
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;

/// What the inbox was like when it was last seen.
#[derive(Debug, Default)]
pub struct InboxMonitor {
    identity: Option<FolderIdentity>,
    /// It has, or once had, files.
    holds_works: bool,
    missing: bool,
}

/// What a scan means for the inbox as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    Here {
        /// File events must be asked for again.
        listen: bool,
        /// It was missing until now.
        returned: bool,
    },
    /// Nothing may be concluded from this scan; the finding comes with the first such one.
    Missing(Option<Finding>),
}

impl InboxMonitor {
    /// `holds_works`: the library has works from this inbox.
    pub fn new(holds_works: bool) -> Self {
        Self { holds_works, ..Self::default() }
    }

    pub fn is_missing(&self) -> bool {
        self.missing
    }

    /// Returns true if this folder is on another device than the inbox when it was last seen.
    fn is_elsewhere(&self, folder: FolderIdentity) -> bool {
        let is_other = |before: FolderIdentity| before.device != 0 && before.device != folder.device;
        self.identity.is_some_and(is_other)
    }

    /// Decides what a scan means for the inbox as a whole.
    pub fn judge(&mut self, snapshot: &Snapshot, inbox: &str) -> Presence {
        let detail = match snapshot {
            // What is left under a share that went: a folder of ours, perhaps, and no file of anyone.
            Snapshot::Files { seen, reports_alone: true, .. }
                if self.holds_works && seen.is_empty() && self.identity.is_none() =>
            {
                String::new()
            }
            Snapshot::Files { seen, identity, .. }
                if self.holds_works && seen.is_empty() && self.is_elsewhere(*identity) =>
            {
                String::new()
            }
            Snapshot::Files { seen, identity, .. } => {
                let returned = std::mem::take(&mut self.missing);
                let listen = self.identity.replace(*identity) != Some(*identity) || returned;
                self.holds_works |= !seen.is_empty();
                return Presence::Here { listen, returned };
            }
            // A new inbox is empty as well; one that held something does not lose even its folders by itself.
            Snapshot::Empty if !self.holds_works => {
                let listen = self.identity.is_none();
                self.identity = Some(FolderIdentity::default());
                let returned = std::mem::take(&mut self.missing);
                return Presence::Here { listen: listen || returned, returned };
            }
            Snapshot::Empty => String::new(),
            Snapshot::Unreachable { detail } => detail.clone(),
        };
        let first = !std::mem::replace(&mut self.missing, true);
        let finding = || Finding::error(Code::InboxMissing).arg(Arg::Path, inbox).detail(detail);
        Presence::Missing(first.then(finding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(inode: u64) -> Snapshot {
        Snapshot::Files {
            seen: Vec::new(),
            skipped: Vec::new(),
            left_over: Vec::new(),
            identity: FolderIdentity { device: 1, inode },
            reports_alone: false,
        }
    }

    fn gone() -> Snapshot {
        Snapshot::Unreachable { detail: "no".to_owned() }
    }

    #[test]
    fn a_share_that_vanishes_is_told_once_and_is_listened_to_anew_when_it_is_back() {
        let mut share = InboxMonitor::new(true);
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, returned: false });
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: false, returned: false });
        assert!(matches!(share.judge(&gone(), "/in"), Presence::Missing(Some(_))));
        assert_eq!(share.judge(&Snapshot::Empty, "/in"), Presence::Missing(None));
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, returned: true });
        assert_eq!(share.judge(&files(2), "/in"), Presence::Here { listen: true, returned: false });
    }

    #[test]
    fn an_empty_folder_of_another_device_is_what_lies_under_a_share_that_went() {
        let under = Snapshot::Files {
            seen: Vec::new(),
            skipped: Vec::new(),
            left_over: Vec::new(),
            identity: FolderIdentity { device: 2, inode: 1 },
            reports_alone: true,
        };
        assert!(matches!(InboxMonitor::new(true).judge(&under, "/in"), Presence::Missing(Some(_))));
        assert!(matches!(InboxMonitor::new(false).judge(&under, "/in"), Presence::Here { .. }));
        let mut share = InboxMonitor::new(true);
        assert!(matches!(share.judge(&files(1), "/in"), Presence::Here { .. }));
        assert!(matches!(share.judge(&under, "/in"), Presence::Missing(Some(_))));
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, returned: true });
    }

    #[test]
    fn a_new_inbox_may_be_empty_and_one_that_held_works_may_not() {
        assert_eq!(
            InboxMonitor::new(false).judge(&Snapshot::Empty, "/in"),
            Presence::Here { listen: true, returned: false }
        );
        assert!(matches!(InboxMonitor::new(true).judge(&Snapshot::Empty, "/in"), Presence::Missing(Some(_))));
    }
}
