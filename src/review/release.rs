//! The one door: whether a work may go to a target, by its signatures and by the bytes on disk.

use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::view::View;
use crate::files;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::manifest::{Rendition, Work};
use crate::model::review::{ReviewRules, ReviewState, SignedLevel, TargetStanding};
use crate::model::review_refusal::Refusal;
use crate::policy::posting;
use crate::policy::posting::POST_FILE;
use crate::text::hex;

/// A work that may go to a target by what was signed. Its bytes have not been looked at: see [`Release::recheck`].
#[derive(Clone, Debug)]
pub struct Release {
    pub work: Work,
    pub rendition: Rendition,
    /// Of its share of the release set, which was signed.
    pub digest: String,
    pub signed: Vec<SignedLevel>,
    /// When the last signature was given, RFC 3339.
    pub since: String,
    files: Vec<SignedFile>,
}

/// A file that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFile {
    /// Relative to the library.
    pub path: String,
    /// The digests that it may have, lower-case hex: one of a video or a cover; a text may have several forms.
    pub may_be: Vec<String>,
}

/// A release whose bytes on disk are those that were signed, when they were last hashed.
#[derive(Clone, Debug)]
pub struct Proven(pub Release);

/// Why a work may not go to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreleased {
    NoSuchWork,
    /// It was not made, not for this target, or is a draft.
    NotMade,
    /// It waits for a level, was returned or withdrawn.
    Standing(Box<TargetStanding>),
    /// A file is not as it was signed, or cannot be read.
    File(Refusal),
}

/// Returns the release of a work for a target, by its signatures.
///
/// # Errors
/// The outer error is the catalogue's, the inner one says why the work may not go there.
pub fn may_go(
    catalog: &Catalog,
    rules: &ReviewRules,
    (work, target): (&str, &str),
    now: Timestamp,
) -> Result<Result<Release, Unreleased>, CatalogError> {
    let Some(view) = View::read(catalog, rules, work, now)? else { return Ok(Err(Unreleased::NoSuchWork)) };
    let Some((_, standing)) = view.reviewable else { return Ok(Err(Unreleased::NotMade)) };
    let rendition = view.work.renditions.iter().find(|rendition| rendition.target == target).cloned();
    let (Some(rendition), Some(its)) = (rendition, standing.targets.get(target)) else {
        return Ok(Err(Unreleased::NotMade));
    };
    if its.state != ReviewState::Released {
        return Ok(Err(Unreleased::Standing(Box::new(its.clone()))));
    }
    Ok(Ok(Release {
        files: files_of(rules, &view.work, (target, its)),
        digest: its.digest.clone(),
        since: its.since.clone(),
        signed: standing.signed,
        work: view.work,
        rendition,
    }))
}

impl Release {
    /// Hashes the files again: whoever packs a work or puts it on a programme asks this at that moment.
    ///
    /// # Errors
    /// For the first file that is not as it was signed, or cannot be read.
    pub fn recheck(self, library: &Path) -> Result<Proven, Unreleased> {
        self.files.iter().try_for_each(|file| file.check(library)).map_err(Unreleased::File)?;
        Ok(Proven(self))
    }

    /// The same, where `check` knows files that were hashed before and have not changed since.
    ///
    /// # Errors
    /// For the first file that `check` refuses.
    pub fn recheck_with(
        self,
        mut check: impl FnMut(&SignedFile) -> Result<(), Refusal>,
    ) -> Result<Proven, Unreleased> {
        self.files.iter().try_for_each(&mut check).map_err(Unreleased::File)?;
        Ok(Proven(self))
    }

    /// Returns the files that go out: the video, its covers, and the text to post.
    pub fn files(&self) -> &[SignedFile] {
        &self.files
    }
}

impl SignedFile {
    /// Hashes the file and compares.
    pub fn check(&self, library: &Path) -> Result<(), Refusal> {
        let file = || self.path.clone();
        match files::digest(&library.join(&self.path)) {
            Ok((sha256, _)) if self.may_be.contains(&sha256) => Ok(()),
            Ok(_) => Err(Refusal::FileChanged { file: file() }),
            Err(error) => Err(Refusal::FileUnreadable { file: file(), detail: error.to_string() }),
        }
    }
}

/// Returns the files of a target that may go out. Once it is released, its text may end with the line that names who signed:
/// that line and no other.
pub fn files_of(rules: &ReviewRules, work: &Work, (target, its): (&str, &TargetStanding)) -> Vec<SignedFile> {
    let mut files = signed_files(work, target);
    let post = work.renditions.iter().find(|made| made.target == target).and_then(|made| made.post.as_ref());
    if its.state == ReviewState::Released
        && let (Some(post), Some(text)) =
            (post, files.last_mut().filter(|file| file.path.ends_with(POST_FILE)))
        && let Some(line) = posting::credit_line(rules, work, &its.signed)
    {
        text.may_be.extend(digests(&posting::renderings(&posting::credited(post, &line))));
    }
    files
}

/// Returns the files of a target that a signature covers. The text to post is signed by its words, so its file is compared with
/// what these words are written as: what somebody typed into it is not signed.
pub fn signed_files(work: &Work, target: &str) -> Vec<SignedFile> {
    let Some(rendition) = work.renditions.iter().find(|rendition| rendition.target == target) else {
        return Vec::new();
    };
    let one =
        |path: &str, sha256: &str| SignedFile { path: path.to_owned(), may_be: vec![sha256.to_owned()] };
    let mut files = vec![one(&rendition.file, &rendition.sha256)];
    files.extend(rendition.covers.iter().map(|cover| one(&cover.file, &cover.sha256)));
    if let Some(post) = &rendition.post {
        let folder = rendition.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let may_be = digests(&posting::renderings(post));
        files.push(SignedFile { path: format!("{folder}/{POST_FILE}"), may_be });
    }
    files
}

fn digests(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| hex(&Sha256::digest(text))).collect()
}
