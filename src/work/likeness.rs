//! Matches of works with earlier ones.

use std::path::{Path, PathBuf};

use crate::files;
use crate::library::catalog::WorkRow;
use crate::model::likeness::LikenessRecord;
use crate::model::manifest::Work;
use crate::present::messages::duplicates as words;
use crate::work::context::Context;
use crate::work::owner::Owner;
use crate::work::season;

/// The earlier work of two.
#[derive(Clone, Debug)]
pub struct MatchedWork {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// The name by which a person knows it: id and title, or its path in the inbox.
    pub name: String,
    pub title: String,
    /// The name that is shown.
    pub department: Option<String>,
    /// The department that owns it.
    pub owner: Owner,
    pub season: Option<String>,
    /// As people read it.
    pub season_name: Option<String>,
    pub duration_ms: u64,
    pub sha256: Option<String>,
    /// True if its source is no longer where it was submitted.
    pub gone: bool,
    /// The file from which pictures of it can be taken.
    pub file: PathBuf,
    /// The folder in which that was found, unless it is in the library.
    pub root: Option<PathBuf>,
}

/// A match as it was decided.
#[derive(Clone, Debug)]
pub struct Match {
    pub record: LikenessRecord,
    pub other: MatchedWork,
    /// Pictures of both at matching moments, once they were made.
    pub(crate) pairs: Vec<StillPair>,
}

impl MatchedWork {
    /// Makes one of a work of the library.
    pub(crate) fn of_row(context: &Context, row: &WorkRow) -> Self {
        let (work, root) = (&row.manifest, context.config.library.as_path());
        let duration_ms = match &work.published_from {
            Some(file) => file.duration_ms,
            None => work.source.duration_ms,
        };
        let (file, found_in) = file_of(row, root);
        Self {
            id: Some(work.id.clone()),
            name: format!("{} {}", work.id, work.title),
            title: work.title.clone(),
            department: work.department.clone(),
            owner: Owner::of_row(context, row),
            season: work.season.clone(),
            season_name: work.season.as_ref().map(|id| season::name_of(&context.config, id).to_owned()),
            duration_ms: duration_ms.unwrap_or(0),
            sha256: work.published_sha256().or(work.source.sha256.as_deref()).map(str::to_owned),
            gone: is_gone(work),
            file,
            root: found_in,
        }
    }

    /// Returns where pictures of it are taken from, and what is written beside them.
    pub fn shown(&self) -> StillSource {
        StillSource {
            file: self.file.clone(),
            root: self.root.clone(),
            title: self.title.clone(),
            whose: words::whose(self.department.as_deref(), self.season_name.as_deref()),
        }
    }
}

/// Returns true if nothing is at the path of a work's source any more.
pub(crate) fn is_gone(work: &Work) -> bool {
    files::is_gone(work.source.path.as_path())
}

/// Returns a work's source with the folder in which it was found, or the largest finished file where the source is gone or
/// replaced.
fn file_of(row: &WorkRow, root: &Path) -> (PathBuf, Option<PathBuf>) {
    let work = &row.manifest;
    let source = work.source.path.as_path();
    let is_there = source.metadata().is_ok_and(|file| file.len() == work.source.bytes);
    let largest = work.renditions.iter().max_by_key(|rendition| rendition.width * rendition.height);
    match largest {
        Some(largest) if work.published_from.is_some() || !is_there => (root.join(&largest.file), None),
        _ => {
            let found_in = row.source.ancestors().nth(row.relative.components().count());
            (source.to_owned(), found_in.map(Path::to_owned))
        }
    }
}

/// A file from which pictures of a work are taken.
#[derive(Clone, Debug)]
pub struct StillSource {
    /// Its source, or a finished file of the library where that is gone.
    pub file: PathBuf,
    /// The folder in which a submission was found, where it may be a link; `None` for a file of the library.
    pub root: Option<PathBuf>,
    pub title: String,
    /// Department and season.
    pub whose: String,
}

/// One moment of both works.
#[derive(Clone, Debug)]
pub(crate) struct StillPair {
    pub at_ms: u64,
    pub their_at_ms: u64,
    pub png: Vec<u8>,
}
