//! Which published files are to be removed, and why. A file is removed only after its work was decided again and the
//! reason was recorded in the same transaction; an entry that cannot be read whole releases nothing.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};

use super::Catalog;
use super::error::{CatalogError, Result};
use super::rows::{FileKind, FileRow};
use crate::model::finding::{Severity, Verdict};
use crate::model::manifest::{Rendition, Work};

/// Why a published file is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The work was made again, and what replaces the file has another name.
    MadeAnew,
    /// The source has another content now.
    SourceReplaced,
    /// The target no longer accepts the work.
    TargetRefused,
    /// The target is not enabled any more, and a person asked for its files to be removed.
    TargetDropped,
    /// The work was refused as a duplicate of another.
    Duplicate,
    /// The work was refused.
    Rejected,
}

impl Reason {
    const ALL: [Self; 6] = [
        Self::MadeAnew,
        Self::SourceReplaced,
        Self::TargetRefused,
        Self::TargetDropped,
        Self::Duplicate,
        Self::Rejected,
    ];

    /// Returns the name that the catalogue writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::MadeAnew => "made_anew",
            Self::SourceReplaced => "source_replaced",
            Self::TargetRefused => "target_refused",
            Self::TargetDropped => "target_dropped",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
        }
    }
}

/// One file that may be removed. Only the catalogue makes these, once the reason is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    id: i64,
    path: String,
    sha256: String,
    bytes: u64,
    reason: Reason,
}

impl Removal {
    /// Returns the path relative to the library, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the sum of what was published under this name, lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Returns the size of what was published under this name.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns why the file may be removed.
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

impl Catalog {
    /// Returns the files that nothing refers to and that no run has removed yet, by path.
    pub fn pending_removals(&self) -> Result<Vec<Removal>> {
        let pending = "removed_at is null and left_at is null order by path";
        self.removals_where(pending, "")
    }

    /// Returns everything that was ever decided of files of this name, the oldest first.
    pub fn removals_of(&self, path: &str) -> Result<Vec<Removal>> {
        self.removals_where("path = ?1 order by id", path)
    }

    /// Records that the file is no longer in the library. `at` is RFC 3339.
    pub fn note_removed(&self, removal: &Removal, at: &str) -> Result<()> {
        let sql = "update removals set removed_at = ?2 where id = ?1";
        self.connection.execute(sql, params![removal.id, at])?;
        Ok(())
    }

    /// Records that the file stays, since its content is not what was published under its name. `at` is RFC 3339.
    pub fn note_left(&self, removal: &Removal, at: &str) -> Result<()> {
        self.connection.execute("update removals set left_at = ?2 where id = ?1", params![removal.id, at])?;
        Ok(())
    }

    fn removals_where(&self, condition: &str, path: &str) -> Result<Vec<Removal>> {
        let sql = format!("select id, path, sha256, bytes, reason from removals where {condition}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let rows = if path.is_empty() {
            statement.query_map([], read)?
        } else {
            statement.query_map([path], read)?
        };
        rows.map(|row| {
            let (id, path, sha256, bytes, reason): (i64, String, String, i64, String) = row?;
            let known = Reason::ALL.into_iter().find(|known| known.name() == reason);
            let reason = known.ok_or_else(|| CatalogError::Entry {
                source_path: path.clone().into(),
                detail: format!("unknown reason `{reason}`"),
            })?;
            Ok(Removal { id, path, sha256, bytes: bytes.cast_unsigned(), reason })
        })
        .collect()
    }
}

/// The decision that releases a work's files: its entry before, read whole, and the one that takes its place.
pub(super) struct Replacement<'a> {
    pub before: &'a Work,
    pub after: &'a Work,
    /// RFC 3339.
    pub at: &'a str,
}

impl Replacement<'_> {
    /// Records the reason of each of `released`, in the caller's transaction. A failure is no decision: it releases nothing.
    pub fn record(&self, connection: &Connection, released: &[&FileRow]) -> Result<Vec<Removal>> {
        if released.is_empty() {
            return Ok(Vec::new());
        }
        if self.after.verdict == Verdict::Failed && !self.before.renditions.is_empty() {
            return Err(CatalogError::NothingDecided { id: self.before.id.clone() });
        }
        let sql = "insert into removals (path, sha256, bytes, work_id, reason, detail, decided_at) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut statement = connection.prepare_cached(sql)?;
        let mut removals = Vec::new();
        for file in released {
            let reason = self.reason(file);
            let values = params![
                file.path,
                file.sha256,
                file.bytes.cast_signed(),
                self.before.id,
                reason.name(),
                self.detail(reason),
                self.at
            ];
            statement.execute(values)?;
            let id = connection.last_insert_rowid();
            let (path, sha256) = (file.path.clone(), file.sha256.clone());
            removals.push(Removal { id, path, sha256, bytes: file.bytes, reason });
        }
        Ok(removals)
    }

    /// Records the reason of files that others of the same name have already replaced. The work's own manifest, which
    /// reports each decision, is none of them.
    pub fn record_replaced(&self, connection: &Connection, replaced: &[&FileRow]) -> Result<()> {
        let media: Vec<&FileRow> =
            replaced.iter().filter(|file| file.kind != FileKind::Manifest).copied().collect();
        for removal in self.record(connection, &media)? {
            let sql = "update removals set removed_at = ?2 where id = ?1";
            connection.execute(sql, params![removal.id, self.at])?;
        }
        Ok(())
    }

    fn reason(&self, file: &FileRow) -> Reason {
        match self.after.verdict {
            Verdict::Duplicate => return Reason::Duplicate,
            Verdict::Rejected => return Reason::Rejected,
            Verdict::Accepted | Verdict::AcceptedWithWarnings | Verdict::Failed => {}
        }
        let is_another = self.before.published_sha256() != self.after.published_sha256();
        let same = if is_another { Reason::SourceReplaced } else { Reason::MadeAnew };
        let Some(target) = target_of(self.before, file) else { return same };
        if self.after.renditions.iter().any(|made| made.target == target) {
            return same;
        }
        let refused = |target: &str| {
            let mut findings = self.after.findings.iter();
            findings.any(|said| said.severity == Severity::Error && said.target.as_deref() == Some(target))
        };
        if refused(target) {
            return Reason::TargetRefused;
        }
        if is_another {
            return Reason::SourceReplaced;
        }
        if self.before.draft && !self.after.draft {
            // A real run takes the place of a draft.
            return Reason::MadeAnew;
        }
        Reason::TargetDropped
    }

    fn detail(&self, reason: Reason) -> String {
        match reason {
            Reason::Duplicate => self.after.duplicate_of.clone().unwrap_or_default(),
            Reason::Rejected | Reason::TargetRefused => {
                let errors = self.after.findings.iter().filter(|said| said.severity == Severity::Error);
                let codes: BTreeSet<String> = errors.map(|said| said.code.name()).collect();
                codes.into_iter().collect::<Vec<_>>().join(" ")
            }
            Reason::SourceReplaced => self.after.source.sha256.clone().unwrap_or_default(),
            Reason::MadeAnew | Reason::TargetDropped => String::new(),
        }
    }
}

/// Returns the target whose rendition a file is, or is beside.
fn target_of<'a>(work: &'a Work, file: &FileRow) -> Option<&'a str> {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let beside = |made: &&Rendition| folder(&made.file) == folder(&file.path);
    work.renditions.iter().find(beside).map(|made| made.target.as_str())
}

#[cfg(test)]
mod tests;
