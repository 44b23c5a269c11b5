//! The release set: all of a work that would go out, and the digests that reviewers sign.
//!
//! The canonical list is one JSON value a line: first what belongs to all targets, then one line a target, by id. A share's
//! digest covers the first line and the target's own, so that a new target leaves the others' digests as they are.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ai::AiRecord;
use super::details::About;
use super::likeness::MatchClass;
use super::manifest::{CaptionsRecord, Cover, PostRecord, Rendition, Work};
use crate::text::hex;

/// The name and version of the canonical list; part of what is hashed.
const FORM: &str = "jincai.release-set/1";

/// The digests of a work's release set, lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseSet {
    /// Of the whole list.
    pub subject: String,
    /// Of each target's share, by target.
    pub shares: BTreeMap<String, String>,
    /// The list itself.
    pub canonical: String,
}

/// What goes out with every target.
#[derive(Serialize)]
struct Common<'a> {
    form: &'static str,
    work: &'a str,
    source: Option<&'a str>,
    title: &'a str,
    department: Option<&'a str>,
    authors: &'a [String],
    about: &'a About,
    ai: Option<&'a AiRecord>,
    captions: Option<&'a CaptionsRecord>,
    /// The works that it repeats whole: a verdict that comes after a signature ends it.
    same_work: Vec<(MatchClass, Option<&'a str>, Option<&'a str>)>,
}

/// What goes out to one target.
#[derive(Serialize)]
struct Share<'a> {
    target: &'a str,
    file: &'a str,
    bytes: u64,
    covers: Vec<CoverShare<'a>>,
    post: Option<&'a PostRecord>,
}

#[derive(Serialize)]
struct CoverShare<'a> {
    width: u32,
    height: u32,
    sha256: &'a str,
}

impl ReleaseSet {
    /// Returns the release set of a work; `None` where nothing of it could go out: it was not made, or is a draft.
    pub fn of(work: &Work) -> Option<Self> {
        if work.renditions.is_empty() || work.draft {
            return None;
        }
        let common = line(&common(work));
        let mut canonical = common.clone();
        let mut shares = BTreeMap::new();
        let mut renditions: Vec<&Rendition> = work.renditions.iter().collect();
        renditions.sort_by(|one, other| one.target.cmp(&other.target));
        for rendition in renditions {
            let share = line(&share(rendition));
            shares.insert(rendition.target.clone(), digest(&[&common, &share]));
            canonical.push_str(&share);
        }
        Some(Self { subject: digest(&[&canonical]), shares, canonical })
    }
}

fn common(work: &Work) -> Common<'_> {
    let repeats =
        |class| matches!(class, MatchClass::SameFile | MatchClass::SameStreams | MatchClass::SameWork);
    let mut same_work: Vec<_> = work
        .likenesses
        .iter()
        .filter(|likeness| repeats(likeness.class))
        .map(|likeness| (likeness.class, likeness.id.as_deref(), likeness.sha256.as_deref()))
        .collect();
    same_work.sort();
    Common {
        form: FORM,
        work: &work.id,
        source: work.published_sha256(),
        title: &work.title,
        department: work.department.as_deref(),
        authors: &work.authors,
        about: &work.about,
        ai: work.ai.as_ref(),
        captions: work.captions.as_ref(),
        same_work,
    }
}

fn share(rendition: &Rendition) -> Share<'_> {
    let mut covers: Vec<&Cover> = rendition.covers.iter().collect();
    covers.sort_by(|one, other| one.file.cmp(&other.file));
    Share {
        target: &rendition.target,
        file: &rendition.sha256,
        bytes: rendition.bytes,
        covers: covers
            .into_iter()
            .map(|cover| CoverShare { width: cover.width, height: cover.height, sha256: &cover.sha256 })
            .collect(),
        post: rendition.post.as_ref(),
    }
}

/// A value as JSON on a line of its own: JSON holds no line feed, so no text can pretend to be another line.
fn line(value: &impl Serialize) -> String {
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

fn digest(parts: &[&str]) -> String {
    let mut sha256 = Sha256::new();
    parts.iter().for_each(|part| sha256.update(part));
    hex(&sha256.finalize())
}
