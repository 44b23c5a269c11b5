//! Which department owns a work. Its folder decides; the department that the details name is only shown.

use crate::intake::discover;
use crate::library::catalog::WorkRow;
use crate::work::context::Context;
use crate::work::submission::Submission;

/// The department that submitted a work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The department's folder in the inbox; `None` for files in none.
    pub folder: Option<String>,
    /// The name that is shown. Between folders it does not count. Among files in no folder it alone tells departments
    /// apart, and never lets one replace another's work: whoever submits a file may write any name.
    shown: Option<String>,
}

impl Owner {
    /// Returns the owner of a submission.
    pub(crate) fn of(context: &Context, submission: &Submission) -> Self {
        Self { folder: submission.source.department.clone(), shown: submission.department(context) }
    }

    /// Returns the owner of a work of the library.
    pub fn of_row(context: &Context, row: &WorkRow) -> Self {
        // An earlier version recorded no owner: then the relative path names it, or, in an entry that was recovered from
        // such a version's manifest, the path in the inbox.
        let in_inbox = || discover::department(row.source.strip_prefix(context.config.inbox.as_path()).ok()?);
        let folder = row.manifest.owner.clone().or_else(|| discover::department(&row.relative));
        Self { folder: folder.or_else(in_inbox), shown: row.manifest.department.clone() }
    }

    /// Returns true if a folder or a name tells the owner.
    pub(crate) fn has_owner(&self) -> bool {
        self.folder.is_some() || self.shown.is_some()
    }

    /// Returns true if both are one department: the same folder, or two folders that the configuration gives the same name;
    /// of files in no folder, the same name in their details, or none.
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

    /// Returns true if [`Owner::is`] holds and does not rest on what a sidecar claims: one work may replace the other.
    pub(crate) fn is_surely(&self, other: &Self, context: &Context) -> bool {
        self.is(other, context) && (self.folder.is_some() || self.shown.is_none())
    }
}
