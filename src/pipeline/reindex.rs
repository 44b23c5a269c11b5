//! Restores fingerprints that are missing or of an older version: from the files beside the works, else by inspecting the
//! sources that are still there.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::files;
use crate::library::catalog::Unindexed;
use crate::library::fingerprint_file;
use crate::library::open::Library;
use crate::library::recovery::place_of;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::language::AnyPath;
use crate::pipeline::inspect::inspect_again;
use crate::work::context::{Context, Events, RunContext};
use crate::work::failure::JobError;

/// The result of [`reindex`].
#[derive(Clone, Debug, Default)]
pub struct Reindexed {
    /// Works of the library that are in the index now.
    pub listed: u64,
    /// Works whose fingerprint was made in this call.
    pub made: usize,
    /// Works whose fingerprint could not be made, and why.
    pub left: Vec<Left>,
}

/// A work whose fingerprint could not be made. Its files in the library are untouched.
#[derive(Clone, Debug)]
pub struct Left {
    pub work: String,
    pub source: AnyPath,
    /// The source is gone or replaced, or why its inspection failed.
    pub finding: Finding,
}

/// Restores missing fingerprints of accepted works: one work after the other, each kept at once, so that a call after an
/// interrupted one continues where that ended. `progress` gets the numbers of works done and in all.
pub async fn reindex(
    run: &RunContext,
    events: &Events,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Reindexed, JobError> {
    let library = run.library();
    let works = library.catalog().unlisted()?;
    let mut done = Reindexed::default();
    for (number, work) in works.iter().enumerate() {
        progress(number, works.len());
        if restore_from_file(library, work)? {
            done.made += 1;
            continue;
        }
        match inspect_source(run.context(), work, events).await {
            Ok(()) => done.made += 1,
            Err(finding) => done.left.push(Left {
                work: work.work.clone(),
                source: work.source.as_path().into(),
                finding: *finding,
            }),
        }
    }
    progress(works.len(), works.len());
    done.listed = library.catalog().listed()?;
    Ok(done)
}

/// Returns how many works [`reindex`] would give a fingerprint, without those of `sources`, which are inspected now anyway.
pub fn unlisted(context: &Context, sources: &[Source]) -> Result<usize, JobError> {
    let Some(catalog) = context.catalog() else { return Ok(0) };
    let inspected: HashSet<&Path> = sources.iter().map(|source| source.path.as_path()).collect();
    let works = catalog.unlisted()?;
    Ok(works.iter().filter(|work| !inspected.contains(work.source.as_path())).count())
}

/// Puts the fingerprint beside the work's manifest into the catalogue; false where there is none of the current version.
fn restore_from_file(library: &Library, work: &Unindexed) -> Result<bool, JobError> {
    let row = library.catalog().work_by_id(&work.work)?;
    let place = row.and_then(|row| place_of(&row.manifest));
    let kept =
        place.and_then(|place| fingerprint_file::read(&library.staging.library().join(place), &work.sha256));
    let Some((file, _)) = kept else { return Ok(false) };
    library.catalog().put_fingerprint(&file.sha256, &file.fingerprint, &file.words)?;
    Ok(true)
}

/// Has the work's source inspected, which keeps its fingerprint.
async fn inspect_source(
    context: &Arc<Context>,
    work: &Unindexed,
    events: &Events,
) -> Result<(), Box<Finding>> {
    let path = AnyPath::from(work.source.as_path());
    let Ok(stamp) = files::stamp(&work.source) else {
        return Err(Box::new(Finding::error(Code::SourceMissing)));
    };
    let relative = work.source.file_name().unwrap_or_default().into();
    let root = work.source.parent().unwrap_or(&work.source).into();
    let source = Source {
        path,
        root,
        relative,
        department: None,
        details: None,
        captions: None,
        cover: None,
        notes: Vec::new(),
        stamp,
    };
    let inspection = inspect_again(context, &source, context.options.threads, events)
        .await
        .map_err(|failure| Box::new(failure.finding()))?;
    // The inspection of a file that replaced it is kept as well, but is not of this work.
    if inspection.sha256 == work.sha256 { Ok(()) } else { Err(Box::new(Finding::error(Code::SourceChanged))) }
}
