//! Compares two files or works of the library that a person names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::duplicates::record::{MatchEvidence, record, whose};
use crate::files;
use crate::intake::discover;
use crate::intake::discover::DiscoverError;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::matching::align::{agreement, align};
use crate::model::finding::Finding;
use crate::model::fingerprint::Fingerprint;
use crate::model::likeness::LikenessRecord;
use crate::model::opinion::{Opinion, OpinionKind};
use crate::pipeline::decide::examine_for_comparison;
use crate::work::context::{Context, Events};
use crate::work::failure::JobError;
use crate::work::likeness::MatchedWork;
use crate::work::owner::Owner;

/// One of two works that are compared.
#[derive(Clone, Debug)]
pub struct Subject {
    pub work: MatchedWork,
    pub sha256: String,
    pub packets_sha256: String,
    pub fingerprint: Fingerprint,
}

/// The result of comparing two works.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The record that the first would get; `None` where nothing was found.
    pub record: Option<LikenessRecord>,
    /// A person's opinion of the two.
    pub opinion: Option<Opinion>,
    /// How well they agree along the first: moment in it (milliseconds) and share of agreement, 0..=1.
    pub agreement: Vec<(u32, f64)>,
}

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    #[error("{given} is neither a file nor a work of the library")]
    Unknown { given: String },
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// It cannot be inspected.
    #[error("{}: {}", path.display(), finding.code.name())]
    Unusable { path: PathBuf, finding: Box<Finding> },
}

/// Returns the file at `given`, or the work with that id, for a comparison with `other`. A content that was inspected before
/// is not inspected again.
pub async fn subject(
    context: &Arc<Context>,
    given: &str,
    other: &str,
    events: &Events,
) -> Result<Subject, SubjectError> {
    let path = Path::new(given);
    if path.exists() {
        return examine_file(context, path, events).await;
    }
    let (known, content) = known_work(context, given, other)?;
    let source = &known.manifest.source;
    let refused = known.manifest.published_from.is_some() && content == source.sha256;
    if refused && known.source.exists() {
        return examine_file(context, &known.source, events).await;
    }
    let kept = match (context.catalog(), content) {
        (Some(catalog), Some(sha256)) => {
            catalog.fingerprint(&sha256)?.map(|fingerprint| (sha256, fingerprint))
        }
        _ => None,
    };
    let work = MatchedWork::of_row(context, &known);
    // The kept fingerprint of a source that is gone, rather than that of a finished file: opinions are about the source.
    if let Some((sha256, fingerprint)) = kept.filter(|_| work.file != known.source || !work.file.exists()) {
        let packets = match &known.manifest.published_from {
            Some(file) => file.packets_sha256.clone(),
            None => known.packets_sha256.clone(),
        };
        let packets_sha256 = packets.unwrap_or_else(|| sha256.clone());
        return Ok(Subject { work, sha256, packets_sha256, fingerprint });
    }
    let examined = examine_file(context, &work.file.clone(), events).await?;
    Ok(Subject { work, ..examined })
}

/// Returns the digest under which an opinion about `given`, a work's id, and `other` is kept; `None` where it is not known.
pub fn content_meant(context: &Context, given: &str, other: &str) -> Result<Option<String>, SubjectError> {
    Ok(known_work(context, given, other)?.1)
}

/// Returns the department's folder that a file is in, or in which a work was submitted.
pub fn folder_of(context: &Context, given: &str) -> Result<Option<String>, SubjectError> {
    let path = Path::new(given);
    if !path.exists() {
        let unknown = || SubjectError::Unknown { given: given.to_owned() };
        let known = context.catalog().map(|catalog| catalog.work_by_id(given)).transpose()?.flatten();
        return Ok(Owner::of_row(context, &known.ok_or_else(unknown)?).folder);
    }
    let found = discover::find(&[path.to_owned()], context.config.inbox.as_path(), Path::new(""))?;
    Ok(found.sources.into_iter().next().and_then(|source| source.department))
}

/// Returns the work with an id, and the digest of the content that is meant: the published one, or that of its rejected
/// replacement if it repeats `other`.
fn known_work(
    context: &Context,
    given: &str,
    other: &str,
) -> Result<(WorkRow, Option<String>), SubjectError> {
    let unknown = || SubjectError::Unknown { given: given.to_owned() };
    let Some(catalog) = context.catalog() else { return Err(unknown()) };
    let known = catalog.work_by_id(given)?.ok_or_else(unknown)?;
    let other_id = match std::path::absolute(other) {
        Ok(path) if path.exists() => catalog.work_by_source(&path)?.map(|row| row.manifest.id),
        _ => Some(other.to_owned()),
    };
    let manifest = &known.manifest;
    let repeats = manifest.likenesses.iter().any(|likeness| likeness.id.is_some() && likeness.id == other_id);
    let published = manifest.published_sha256().filter(|_| !repeats).map(str::to_owned);
    let content = published.or_else(|| manifest.source.sha256.clone());
    Ok((known, content))
}

/// Compares two subjects. Where a person called them different, what they have in common is returned all the same.
pub fn compare(context: &Context, first: &Subject, second: &Subject) -> Result<Comparison, JobError> {
    let opinion = match context.catalog() {
        Some(catalog) => catalog.opinion(&first.sha256, &second.sha256)?,
        None => None,
    };
    let alignment = align(&first.fingerprint, &second.fingerprint);
    let found = if first.sha256 == second.sha256 {
        Some(MatchEvidence::Bytes)
    } else if first.packets_sha256 == second.packets_sha256 {
        Some(MatchEvidence::Streams)
    } else if opinion.as_ref().is_some_and(|opinion| opinion.said == OpinionKind::Same) {
        Some(MatchEvidence::Person(alignment))
    } else {
        alignment.map(MatchEvidence::Aligned)
    };
    let whose = whose(context, &first.work.owner, &second.work.owner, second.work.gone);
    let record = found.map(|found| {
        record(&second.work, found, first.work.duration_ms, |class| {
            context.config.duplicates.consequence(class, whose)
        })
    });
    let agreement =
        alignment.map(|along| agreement(&first.fingerprint, &second.fingerprint, &along)).unwrap_or_default();
    Ok(Comparison { record, opinion, agreement })
}

/// Inspects the file at `path`, which may be one of the library.
async fn examine_file(context: &Arc<Context>, path: &Path, events: &Events) -> Result<Subject, SubjectError> {
    let unknown = || SubjectError::Unknown { given: path.display().to_string() };
    let unusable =
        |finding: Finding| SubjectError::Unusable { path: path.to_owned(), finding: Box::new(finding) };
    // A finished file may stand in for a source that is gone, so files in the library are not passed over.
    let found = discover::find(&[path.to_owned()], context.config.inbox.as_path(), Path::new(""))?;
    let Some(source) = found.sources.into_iter().next() else {
        let skipped = found.skipped.into_iter().next();
        return Err(skipped.map_or_else(unknown, |skipped| unusable(skipped.finding)));
    };
    let one = examine_for_comparison(context, vec![source], events).await.pop().ok_or_else(unknown)?;
    let (season, season_name) = (one.inspected.season(context), one.inspected.season_name(context));
    let Some(inspection) = one.inspected.inspection else {
        let worst = one.findings.into_iter().max_by_key(|finding| finding.severity);
        return Err(worst.map_or_else(unknown, unusable));
    };
    Ok(Subject {
        work: MatchedWork {
            id: one.inspected.submission.known.as_ref().map(|known| known.manifest.id.clone()),
            name: one.inspected.submission.source.relative.as_path().to_string_lossy().into_owned(),
            title: one.inspected.submission.title(),
            department: one.inspected.submission.department(context),
            owner: Owner::of(context, &one.inspected.submission),
            season,
            season_name,
            duration_ms: inspection.duration_us / 1000,
            sha256: Some(inspection.sha256.clone()),
            gone: false,
            file: one.inspected.submission.source.path.as_path().to_owned(),
            root: Some(one.inspected.submission.source.root.as_path().to_owned()),
        },
        sha256: inspection.sha256,
        packets_sha256: inspection.packets_sha256,
        fingerprint: inspection.fingerprint,
    })
}

/// Returns the SHA-256 of a whole file, as the catalogue knows contents.
pub fn sha256_of(path: &Path) -> Result<String, JobError> {
    let at = |source| JobError::Io { path: path.to_owned(), source };
    let mut file = files::open_named(path).map_err(at)?;
    Ok(files::digest_of(&mut file).map_err(at)?.0)
}
