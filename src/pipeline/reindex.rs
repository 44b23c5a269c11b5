//! Fingerprints that are missing or of an older version: taken from beside the works, else made again from the sources
//! that are still there.

use crate::files;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::library::catalog::Unindexed;
use crate::library::fingerprint_file;
use crate::library::open::Library;
use crate::library::recovery::place_of;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::text::AnyPath;
use crate::pipeline::inspect::inspect_anew;
use crate::work::context::{Context, Events};
use crate::work::failure::JobError;

/// What became of the works that were not found among others.
#[derive(Clone, Debug, Default)]
pub struct Reindexed {
    /// Works of the library that are found among others now.
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
    /// Gone, another file by now, or what the inspection said.
    pub finding: Finding,
}

/// Makes missing fingerprints of accepted works: one work after the other, each kept at once, so that a call that was
/// broken off goes on where it was. `progress` is told how many of how many are done.
pub async fn reindex(
    context: &Arc<Context>,
    events: &Events,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Reindexed, JobError> {
    let Some(library) = &context.library else { return Ok(Reindexed::default()) };
    let works = library.catalog().unlisted()?;
    let mut done = Reindexed::default();
    for (number, work) in works.iter().enumerate() {
        progress(number, works.len());
        if put_kept(library, work)? {
            done.made += 1;
            continue;
        }
        match again(context, work, events).await {
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

/// How many works would be given a fingerprint by [`reindex`], but for those whose sources are looked at now anyway.
pub fn unlisted(context: &Context, looked_at: &[Source]) -> Result<usize, JobError> {
    let Some(catalog) = context.catalog() else { return Ok(0) };
    let looked_at: HashSet<&Path> = looked_at.iter().map(|source| source.path.as_path()).collect();
    let works = catalog.unlisted()?;
    Ok(works.iter().filter(|work| !looked_at.contains(work.source.as_path())).count())
}

/// Takes the fingerprint that lies beside the work's manifest; false where none of the version in use does.
fn put_kept(library: &Library, work: &Unindexed) -> Result<bool, JobError> {
    let row = library.catalog().work_by_id(&work.work)?;
    let place = row.and_then(|row| place_of(&row.manifest));
    let kept =
        place.and_then(|place| fingerprint_file::read(&library.staging.library().join(place), &work.sha256));
    let Some((look, _)) = kept else { return Ok(false) };
    library.catalog().put_look(&look.sha256, &look.fingerprint, &look.words)?;
    Ok(true)
}

async fn again(context: &Arc<Context>, work: &Unindexed, events: &Events) -> Result<(), Box<Finding>> {
    let path = AnyPath::from(work.source.as_path());
    let Ok(stamp) = files::stamp(&work.source) else {
        return Err(Box::new(Finding::error(Code::SourceMissing)));
    };
    let relative = work.source.file_name().unwrap_or_default().into();
    let root = work.source.parent().unwrap_or(&work.source).into();
    let source = Source { path, root, relative, department: None, details: None, captions: None, stamp };
    let inspection = inspect_anew(context, (&source, context.options.threads), events)
        .await
        .map_err(|(failure, _)| failure.finding)?;
    // What lies there now may be kept as well, but is not this work.
    if inspection.sha256 == work.sha256 { Ok(()) } else { Err(Box::new(Finding::error(Code::SourceChanged))) }
}
