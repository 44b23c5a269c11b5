//! Whose a work is. The folder says it; what the details call the department is for showing.

use crate::intake::discover;
use crate::library::catalog::WorkRow;
use crate::work::context::Context;
use crate::work::submission::Submission;

/// Who handed a work in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The department's folder in the inbox; `None` for what lies in none.
    pub folder: Option<String>,
    /// What is shown. Between folders it says nothing. Among files that lie in none it is all that tells departments apart,
    /// and never lets one take the place of another: whoever hands a file in may write it.
    shown: Option<String>,
}

impl Owner {
    pub(crate) fn of(context: &Context, submission: &Submission) -> Self {
        Self { folder: submission.source.department.clone(), shown: submission.department(context) }
    }

    pub fn of_row(context: &Context, row: &WorkRow) -> Self {
        // Recorded by an earlier version, its place in the inbox says it; recovered from such a version's manifest, its path.
        let in_inbox = || discover::department(row.source.strip_prefix(context.config.inbox.as_path()).ok()?);
        let folder = row.manifest.owner.clone().or_else(|| discover::department(&row.relative));
        Self { folder: folder.or_else(in_inbox), shown: row.manifest.department.clone() }
    }

    /// Whether anything says who that is.
    pub(crate) fn has_owner(&self) -> bool {
        self.folder.is_some() || self.shown.is_some()
    }

    /// Whether both are one: the same folder, or two that the configuration names as the same department's; of files that
    /// lie in no folder, the same name in what lies beside them, or none.
    pub(crate) fn is(&self, other: &Self, context: &Context) -> bool {
        match (&self.folder, &other.folder) {
            (Some(one), Some(other)) => {
                let named = |folder: &String| context.config.departments.get(folder);
                one == other || named(one).is_some_and(|name| named(other) == Some(name))
            }
            (None, None) => self.shown == other.shown,
            _ => false,
        }
    }

    /// The same, and not by what a sidecar claims alone: so that one may take the place of the other.
    pub(crate) fn is_surely(&self, other: &Self, context: &Context) -> bool {
        self.is(other, context) && (self.folder.is_some() || self.shown.is_none())
    }
}
