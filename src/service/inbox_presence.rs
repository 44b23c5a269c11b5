//! An inbox that vanishes with its share, comes back, or is another one suddenly.

use super::inbox_scan::Snapshot;
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;

/// What the inbox was like when it was last seen.
#[derive(Debug, Default)]
pub struct InboxMonitor {
    identity: Option<(u64, u64)>,
    /// It holds, or once held, something.
    known: bool,
    missing: bool,
}

/// What a look means for the inbox as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    Here {
        /// File events must be asked for anew.
        listen: bool,
        /// It was missing until now.
        back: bool,
    },
    /// Nothing may be concluded from this look; the finding comes with the first such one.
    Missing(Option<Finding>),
}

impl InboxMonitor {
    /// `known`: the library holds works from this inbox.
    pub fn new(known: bool) -> Self {
        Self { known, ..Self::default() }
    }

    pub fn is_missing(&self) -> bool {
        self.missing
    }

    /// Whether this folder lies on another device than the inbox when it was last seen.
    fn is_elsewhere(&self, (device, _): (u64, u64)) -> bool {
        self.identity.is_some_and(|(before, _)| before != 0 && before != device)
    }

    pub fn judge(&mut self, view: &Snapshot, inbox: &str) -> Presence {
        let detail = match view {
            // What is left under a share that went: a folder of ours, perhaps, and no file of anyone.
            Snapshot::Files { seen, reports_alone: true, .. }
                if self.known && seen.is_empty() && self.identity.is_none() =>
            {
                String::new()
            }
            Snapshot::Files { seen, identity, .. }
                if self.known && seen.is_empty() && self.is_elsewhere(*identity) =>
            {
                String::new()
            }
            Snapshot::Files { seen, identity, .. } => {
                let back = std::mem::take(&mut self.missing);
                let listen = self.identity.replace(*identity) != Some(*identity) || back;
                self.known |= !seen.is_empty();
                return Presence::Here { listen, back };
            }
            // A new inbox is empty as well; one that held something does not lose even its folders by itself.
            Snapshot::Bare if !self.known => {
                let listen = self.identity.is_none();
                self.identity = Some((0, 0));
                let back = std::mem::take(&mut self.missing);
                return Presence::Here { listen: listen || back, back };
            }
            Snapshot::Bare => String::new(),
            Snapshot::Gone { detail } => detail.clone(),
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
        Snapshot::Files { seen: Vec::new(), skipped: Vec::new(), identity: (1, inode), reports_alone: false }
    }

    fn gone() -> Snapshot {
        Snapshot::Gone { detail: "no".to_owned() }
    }

    #[test]
    fn a_share_that_vanishes_is_told_once_and_is_listened_to_anew_when_it_is_back() {
        let mut share = InboxMonitor::new(true);
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, back: false });
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: false, back: false });
        assert!(matches!(share.judge(&gone(), "/in"), Presence::Missing(Some(_))));
        assert_eq!(share.judge(&Snapshot::Bare, "/in"), Presence::Missing(None));
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, back: true });
        assert_eq!(share.judge(&files(2), "/in"), Presence::Here { listen: true, back: false });
    }

    #[test]
    fn an_empty_folder_of_another_device_is_what_lies_under_a_share_that_went() {
        let under =
            Snapshot::Files { seen: Vec::new(), skipped: Vec::new(), identity: (2, 1), reports_alone: true };
        assert!(matches!(InboxMonitor::new(true).judge(&under, "/in"), Presence::Missing(Some(_))));
        assert!(matches!(InboxMonitor::new(false).judge(&under, "/in"), Presence::Here { .. }));
        let mut share = InboxMonitor::new(true);
        assert!(matches!(share.judge(&files(1), "/in"), Presence::Here { .. }));
        assert!(matches!(share.judge(&under, "/in"), Presence::Missing(Some(_))));
        assert_eq!(share.judge(&files(1), "/in"), Presence::Here { listen: true, back: true });
    }

    #[test]
    fn a_new_inbox_may_be_empty_and_one_that_held_works_may_not() {
        assert_eq!(
            InboxMonitor::new(false).judge(&Snapshot::Bare, "/in"),
            Presence::Here { listen: true, back: false }
        );
        assert!(matches!(InboxMonitor::new(true).judge(&Snapshot::Bare, "/in"), Presence::Missing(Some(_))));
    }
}
