//! A submission with its details and captions, and whether anything changed since the last run.

use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::files;
use crate::graphics::overlay::{Card, CardTexts, captions};
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::ai::AI_FACTS_VERSION;
use crate::model::details::Details;
use crate::model::finding::{Finding, Verdict};
use crate::model::inspection::{INSPECTION_VERSION, SidecarNote, Source};
use crate::model::likeness::LikenessPicture;
use crate::model::opinion::Opinion;
use crate::model::plan::ENGINE_VERSION;
use crate::model::submission_date::{DatedBy, SubmissionDate};
use crate::policy::presets;
use crate::text::decode_name;
use crate::text::hex;
use crate::work::context::Context;
use crate::work::failure::JobError;
use crate::work::options::Options;

/// A cover above this is not read to see whether it changed; its size and date stand for it.
const COVER_MAX_BYTES: u64 = 64 << 20;

/// A source with its details and what the catalogue knows of it, before it is inspected.
#[derive(Clone, Debug)]
pub struct Submission {
    pub source: Source,
    pub details: Details,
    /// Digest of the cover beside it.
    pub cover_sha256: Option<String>,
    /// Faults of the files beside it.
    pub findings: Vec<Finding>,
    /// The date of submission. What a file's name and details say of it; the first sight counts once the content is known.
    pub submitted: SubmissionDate,
    /// When the service first saw the file, RFC 3339; `None` in a run.
    pub seen_at: Option<String>,
    /// Digest of everything besides the source that decides the outcome.
    pub decided_with: String,
    /// Digest of the files beside the source.
    beside: String,
    /// The catalogue's entry of this source.
    pub known: Option<WorkRow>,
    /// Why that could not be read, if so: then nothing may be decided or recorded of the work.
    pub unread: Option<Box<Finding>>,
}

impl Submission {
    /// Makes one of a source whose details could not be read. A decision on it never counts as settled; its entry in the
    /// library is read, or its renditions would be withdrawn.
    pub(crate) fn bare(context: &Context, source: Source) -> Self {
        let (known, unread) = read_entry(context, &source);
        Self {
            known,
            unread,
            submitted: date_given(&Details::default(), &source),
            seen_at: None,
            source,
            details: Details::default(),
            cover_sha256: None,
            findings: Vec::new(),
            decided_with: String::new(),
            beside: String::new(),
        }
    }

    /// Returns the title that the details give, else the file's name without its extension.
    pub fn title(&self) -> String {
        self.details.title.clone().unwrap_or_else(|| stem(&self.source))
    }

    /// Returns the department's name as it is shown: by the details, else by the folder.
    pub fn department(&self, context: &Context) -> Option<String> {
        let folder = self.details.department.clone().or_else(|| self.source.department.clone())?;
        Some(context.config.departments.get(&folder).cloned().unwrap_or(folder))
    }

    /// Returns true if the last run's outcome still holds and its files are all there.
    pub fn is_unchanged(&self, context: &Context) -> bool {
        let (Some(known), Some(library)) = (&self.known, &context.library) else { return false };
        let is_settled = known.manifest.verdict != Verdict::Failed
            && known.stamp.is_untouched(&self.source.stamp)
            && known.decided_with == self.decided_with;
        let root = library.staging.library();
        let is_there = |picture: &LikenessPicture| root.join(&picture.file).exists();
        is_settled
            && !prunes(context, known)
            && still_repeats(context, known)
            && known.manifest.renditions.iter().all(|rendition| {
                root.join(&rendition.file).metadata().is_ok_and(|file| file.len() == rendition.bytes)
                    && rendition.covers.iter().all(|cover| root.join(&cover.file).exists())
            })
            && known.manifest.likenesses.iter().flat_map(|likeness| &likeness.pictures).all(is_there)
    }

    /// Adds the opinions about the content to what decides, once the content is known: they count also where it was never
    /// recorded before.
    pub(crate) fn include_opinions(&mut self, context: &Context, sha256: &str) {
        let opinions = opinions_about(context, Some(sha256));
        self.decided_with = decision_digest(context, &self.source, &self.beside, opinions);
    }
}

/// Returns true if renditions for targets that are no longer enabled are to be removed, and there are some.
fn prunes(context: &Context, known: &WorkRow) -> bool {
    let is_enabled = |target: &str| context.presets.iter().any(|preset| preset.id == target);
    context.options.prune && known.manifest.renditions.iter().any(|made| !is_enabled(&made.target))
}

/// Returns true if the original of a duplicate is still published. It may have been replaced or rejected since.
fn still_repeats(context: &Context, known: &WorkRow) -> bool {
    if known.manifest.verdict != Verdict::Duplicate {
        return true;
    }
    let id = known.manifest.duplicate_of.as_deref();
    let Some(recorded) = known.manifest.likenesses.iter().find(|likeness| likeness.id.as_deref() == id)
    else {
        return true;
    };
    let original = id.and_then(|id| context.catalog()?.work_by_id(id).ok().flatten());
    original.is_some_and(|original| match original.manifest.published_sha256() {
        Some(published) => recorded.sha256.as_deref().is_none_or(|sha256| sha256 == published),
        // In a library of an earlier version: the renditions of the previous file stay beside a rejected replacement.
        None => !original.manifest.verdict.is_accepted() && !original.manifest.renditions.is_empty(),
    })
}

/// Returns the date that the details give, else the file's own.
fn date_given(details: &Details, source: &Source) -> SubmissionDate {
    let (date, by) = match &details.submitted {
        Some(date) => (date.clone(), DatedBy::Details),
        None => (clock::local_date(source.stamp.modified_ns), DatedBy::FileTime),
    };
    SubmissionDate { date, by, season_name: None }
}

/// Returns the file's name without its extension, decoded as far as possible.
fn stem(source: &Source) -> String {
    let path = source.path.as_path();
    let stem = path.file_stem().or(path.file_name()).unwrap_or_default();
    let title = decode_name(std::os::unix::ffi::OsStrExt::as_bytes(stem));
    if title.trim().is_empty() { "untitled".to_owned() } else { title }
}

/// Reads the details and captions beside a source, and its entry in the catalogue. A sidecar that cannot be read is a
/// finding.
pub fn read_submission(context: &Context, source: Source) -> Submission {
    let mut findings: Vec<Finding> = source.notes.iter().map(SidecarNote::finding).collect();
    let mut beside = Sha256::new();
    if !source.notes.is_empty() {
        beside.update(serde_json::to_vec(&source.notes).unwrap_or_default());
    }
    let details = match &source.details {
        None => Details::default(),
        Some(path) => {
            // Read once, so that the digest is of the very bytes that are parsed.
            let read = files::read_below(source.root.as_path(), path.as_path(), presets::DETAILS_MAX_BYTES);
            beside.update(content_of(b"details", path.as_path(), &read));
            presets::details_of(path.as_path(), read, &context.presets).unwrap_or_else(|error| {
                findings.push(error.finding());
                Details::default()
            })
        }
    };
    if let Some(path) = &source.captions {
        let read = files::read_below(source.root.as_path(), path.as_path(), captions::MAX_BYTES);
        beside.update(content_of(b"captions", path.as_path(), &read));
    }
    let mut cover_sha256 = None;
    if let Some(path) = &source.cover {
        let read = files::read_below(source.root.as_path(), path.as_path(), COVER_MAX_BYTES);
        let content = content_of(b"cover", path.as_path(), &read);
        beside.update(content);
        cover_sha256 = Some(hex(&content));
    }
    let (known, unread) = read_entry(context, &source);
    let beside = hex(&beside.finalize());
    let sha256 = known.as_ref().and_then(|known| known.manifest.source.sha256.as_deref());
    let decided_with = decision_digest(context, &source, &beside, opinions_about(context, sha256));
    let submitted = date_given(&details, &source);
    Submission {
        source,
        details,
        cover_sha256,
        findings,
        submitted,
        seen_at: None,
        decided_with,
        beside,
        known,
        unread,
    }
}

/// Returns a digest of a file's kind and bytes: no file, an empty one and one that cannot be read give different digests.
/// A file above the size limit is not read; its size and date are digested instead.
fn content_of(kind: &[u8], path: &Path, read: &std::io::Result<Vec<u8>>) -> [u8; 32] {
    let mut digest = Sha256::new_with_prefix(kind);
    match read {
        Ok(bytes) => {
            digest.update(b" read ");
            digest.update(bytes);
        }
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            digest.update(b" too large ");
            let stamp = files::stamp(path).ok();
            digest.update(serde_json::to_vec(&stamp).unwrap_or_default());
        }
        Err(_) => digest.update(b" unreadable"),
    }
    digest.finalize().into()
}

/// Returns the catalogue's entry of a source. One that cannot be read is an error and never `None`: the work's renditions
/// would be withdrawn.
pub(crate) fn known_of(context: &Context, source: &Source) -> Result<Option<WorkRow>, CatalogError> {
    match context.catalog() {
        Some(catalog) => catalog.work_by_source(source.path.as_path()),
        None => Ok(None),
    }
}

fn read_entry(context: &Context, source: &Source) -> (Option<WorkRow>, Option<Box<Finding>>) {
    match known_of(context, source) {
        Ok(known) => (known, None),
        Err(error) => (None, Some(Box::new(JobError::from(error).finding()))),
    }
}

/// Everything that decides an outcome besides the source's own bytes. The serialised names are part of the digest and stay
/// as earlier versions wrote them.
#[derive(Serialize)]
struct DecidingInputs<'a> {
    /// Digest of [`SharedInputs`].
    #[serde(rename = "shop")]
    shared: &'a str,
    relative: String,
    beside: &'a str,
    /// Opinions about this content.
    #[serde(rename = "answers")]
    opinions: Vec<Opinion>,
}

/// The inputs that are the same for every work of a run.
#[derive(Serialize)]
struct SharedInputs<'a> {
    program: &'a str,
    engine: u32,
    inspection: u32,
    /// Version of the search for labels of AI-made media.
    labels: u32,
    config: serde_json::Value,
    presets: &'a [crate::model::preset::Preset],
    watermark: Option<String>,
    templates: [String; 2],
    options: String,
}

/// Returns the opinions about a content: its work is decided again when they change.
fn opinions_about(context: &Context, sha256: Option<&str>) -> Vec<Opinion> {
    let opinions = sha256.and_then(|sha256| context.catalog()?.opinions_about(sha256).ok());
    opinions.unwrap_or_default()
}

fn decision_digest(context: &Context, source: &Source, beside: &str, opinions: Vec<Opinion>) -> String {
    let inputs = DecidingInputs {
        shared: context.shared_inputs_digest.get_or_init(|| shared_inputs_digest(context)),
        relative: source.relative.as_path().to_string_lossy().into_owned(),
        beside,
        opinions,
    };
    hex(&Sha256::digest(serde_json::to_vec(&inputs).unwrap_or_default()))
}

/// Returns the digest of the configuration, the presets and the program.
fn shared_inputs_digest(context: &Context) -> String {
    let Options { mode, campaign_rules, is_selection, .. } = context.options;
    let mut config = context.config.clone();
    // Paths and chat robots do not change what a work becomes.
    config.inbox = "".into();
    config.library = "".into();
    config.chat.clear();
    let mut config = serde_json::to_value(&config).unwrap_or_default();
    // Neither does how the inbox is watched, who reviews, nor what screens show when.
    if let Some(config) = config.as_object_mut() {
        for key in ["watch", "review", "playout", "playlist", "block", "screen"] {
            config.remove(key);
        }
    }
    let inputs = SharedInputs {
        program: env!("CARGO_PKG_VERSION"),
        engine: ENGINE_VERSION,
        inspection: INSPECTION_VERSION,
        labels: AI_FACTS_VERSION,
        config,
        presets: &context.presets,
        watermark: context.brand.watermark_sha256(),
        templates: [Card::Title, Card::LowerThird]
            .map(|card| context.brand.card_sha256(card, &CardTexts::default())),
        options: format!("{mode:?} {campaign_rules:?} {is_selection}"),
    };
    hex(&Sha256::digest(serde_json::to_vec(&inputs).unwrap_or_default()))
}

/// Returns true if the library already holds everything that is made of a source.
pub fn is_done(context: &Context, source: Source) -> bool {
    let is_untouched = |known: WorkRow| known.stamp.is_untouched(&source.stamp);
    known_of(context, &source).is_ok_and(|known| known.is_some_and(is_untouched))
        && read_submission(context, source).is_unchanged(context)
}
