//! Reads works from manifests, and checks whether their entries can be trusted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;

use super::error::RecoveryError;
use crate::files;
use crate::library::catalog::{FileKind, FileRow, RecoveredWork, Standing};
use crate::library::fingerprint_file::FINGERPRINT_FILE;
use crate::library::manifest::EachWorkError;
use crate::library::staging::PRIVATE_FOLDER;
use crate::library::{fingerprint_file, manifest};
use crate::model::manifest::Work;

/// Orders the entries of one work: a higher revision is newer, and of equal revisions the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    revision: u32,
    pub made: Timestamp,
}

impl Rank {
    /// Returns the rank of a manifest's entry.
    pub fn of(work: &Work) -> Self {
        Self { revision: work.revision, made: moment(&work.made_at) }
    }

    /// Returns the rank of a work in the catalogue.
    pub fn of_standing(standing: &Standing) -> Self {
        Self { revision: standing.revision, made: moment(&standing.made_at) }
    }
}

/// Parses a time; one that cannot be parsed is older than every other.
fn moment(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::MIN)
}

/// Calls `each` with every work of a manifest, without what follows from the records, which are kept elsewhere. An entry with an invalid value is an error of the whole file.
pub(super) fn each_work(
    path: &Path,
    mut each: impl FnMut(Work) -> Result<(), RecoveryError>,
) -> Result<(), RecoveryError> {
    let unreadable = |detail: String| RecoveryError::Manifest { path: path.to_owned(), detail };
    let file = files::open(path).map_err(|error| unreadable(error.to_string()))?;
    manifest::each_work(file, |work| match fault(&work) {
        Some(fault) => Err(unreadable(format!("the work {:?}: {fault}", work.id))),
        None => each(work.without_review()),
    })
    .map_err(|ended| match ended {
        EachWorkError::Unreadable(detail) => unreadable(detail),
        EachWorkError::Stopped(error) => error,
    })
}

/// Returns the only work of a work's own manifest.
pub(super) fn only_work(path: &Path) -> Result<Work, RecoveryError> {
    let mut works = Vec::new();
    each_work(path, |work| {
        // Two are enough to know that there is more than one.
        if works.len() < 2 {
            works.push(work);
        }
        Ok(())
    })?;
    match (works.pop(), works.is_empty()) {
        (Some(work), true) => Ok(work),
        _ => Err(RecoveryError::Manifest {
            path: path.to_owned(),
            detail: "a work's manifest must hold that work alone".to_owned(),
        }),
    }
}

/// Describes what makes an entry unfit for a catalogue; `None` if nothing does.
fn fault(work: &Work) -> Option<String> {
    let is_sum = |text: &str| text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_id = |digit: u8| digit.is_ascii_alphanumeric() || matches!(digit, b'-' | b'_');
    if !(1..=64).contains(&work.id.len()) || !work.id.bytes().all(is_id) {
        return Some("its id is not valid".to_owned());
    }
    if work.revision == 0 || work.source.path.as_path().as_os_str().is_empty() {
        return Some("it has no revision or no source".to_owned());
    }
    if work.source.sha256.as_deref().is_some_and(|sum| !is_sum(sum)) {
        return Some("the checksum of its source is not valid".to_owned());
    }
    let wrong = named_files(work).into_iter().find(|file| !is_inside(&file.path) || !is_sum(&file.sha256));
    if let Some(file) = wrong {
        return Some(format!("its file {:?} is outside the library or has no checksum", file.path));
    }
    let targets: BTreeSet<&str> = work.renditions.iter().map(|made| made.target.as_str()).collect();
    (targets.len() < work.renditions.len()).then(|| "one target has two files".to_owned())
}

/// Returns true if a path in a manifest may be that of a work's file: in a folder of the library that is not jincai's
/// own, and in its normal form (not `a//b` or `a/./b`), since rows are distinguished by their text.
fn is_inside(file: &str) -> bool {
    let path = Path::new(file);
    let is_normal = |part| matches!(part, Component::Normal(_));
    let is_plain = path.components().all(is_normal)
        && path.components().collect::<PathBuf>().as_os_str() == path.as_os_str();
    is_plain && !file.contains('\0') && path.components().count() > 1 && !path.starts_with(PRIVATE_FOLDER)
}

/// Returns the files whose digests are in the manifest, each once.
pub(super) fn named_files(work: &Work) -> Vec<FileRow> {
    let mut files = BTreeMap::new();
    let mut add = |path: &str, sha256: &str, bytes, kind| {
        let (path, sha256, work_id) = (path.to_owned(), sha256.to_owned(), Some(work.id.clone()));
        files.insert(path.clone(), FileRow { path, sha256, bytes, work_id, kind });
    };
    for picture in work.likenesses.iter().flat_map(|likeness| &likeness.pictures) {
        add(&picture.file, &picture.sha256, picture.bytes, FileKind::Sheet);
    }
    for rendition in &work.renditions {
        for cover in &rendition.covers {
            add(&cover.file, &cover.sha256, cover.bytes, FileKind::Cover);
        }
        add(&rendition.file, &rendition.sha256, rendition.bytes, FileKind::Video);
    }
    files.into_values().collect()
}

/// Returns a work's folder, `SEASON/DEPARTMENT/WORK`; `None` where nothing was rendered.
pub(crate) fn place_of(work: &Work) -> Option<PathBuf> {
    let file = Path::new(&work.renditions.first()?.file);
    let place = file.parent()?.parent()?;
    (place != Path::new("")).then(|| place.to_owned())
}

/// Returns true if every video of a work exists with the length in its manifest. True where nothing was rendered.
pub(super) fn is_there(library: &Path, work: &Work) -> bool {
    work.renditions.iter().all(|made| {
        let file = fs::symlink_metadata(library.join(&made.file));
        file.is_ok_and(|file| file.is_file() && file.len() == made.bytes)
    })
}

/// Collects everything about a work: its entry, and the files beside its manifest. Digests are those of the entry for
/// files that it names; for the others, which could be generated again, they are computed now.
pub(super) fn recall(library: &Path, work: Work) -> RecoveredWork {
    let mut files = named_files(&work);
    let place = place_of(&work);
    let mut more: Vec<(PathBuf, FileKind)> = Vec::new();
    if let Some(place) = &place {
        more.push((place.join("manifest.json"), FileKind::Manifest));
        more.push((place.join(FINGERPRINT_FILE), FileKind::Manifest));
        more.push((place.join("contact-sheet.jpg"), FileKind::Sheet));
        let folders: BTreeSet<&Path> =
            work.renditions.iter().filter_map(|made| Path::new(&made.file).parent()).collect();
        more.extend(folders.into_iter().map(|folder| (folder.join("post.txt"), FileKind::Post)));
    }
    for (path, kind) in more {
        let Some(name) = path.to_str() else { continue };
        let whole = library.join(&path);
        let is_file = whole.symlink_metadata().is_ok_and(|file| file.is_file());
        if is_file
            && !files.iter().any(|known| known.path == name)
            && let Ok((sha256, bytes)) = files::digest(&whole)
        {
            let (path, work_id) = (name.to_owned(), Some(work.id.clone()));
            files.push(FileRow { path, sha256, bytes, work_id, kind });
        }
    }
    let kept = place.zip(work.published_sha256());
    let (look, packets) =
        kept.and_then(|(place, sum)| fingerprint_file::read(&library.join(place), sum)).unzip();
    // What is published may come from another file than the one submitted last.
    let packets_sha256 = packets.filter(|_| work.verdict.is_accepted());
    RecoveredWork { work, files, packets_sha256, look }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_works_inside_the_library_are_believed() {
        for (file, inside) in [
            ("春/甲/片-0123abcd/douyin/片.mp4", true),
            ("duplicates/0123abcd/x-1.png", true),
            ("/etc/passwd", false),
            ("../x/a.mp4", false),
            ("春/../../a.mp4", false),
            (".jincai/catalog.sqlite3", false),
            ("manifest.json", false),
            ("./a/b", false),
            ("春/甲//片.mp4", false),
            ("春/./片.mp4", false),
            ("春/片.mp4/", false),
            ("春/片.mp4/.", false),
            ("春/a\0.mp4", false),
            ("", false),
        ] {
            assert_eq!(is_inside(file), inside, "{file:?}");
        }
    }
}
