//! Walks one root.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::left_over::{holds_library, kind_of};
use super::names::{Kind, is_ignored, is_left_by_a_system, is_our_own, kind, may_be_source};
use super::sidecars::{Beside, Sidecars, split_posters};
use super::{Found, LeftOver, Skipped, department};
use crate::files::stamp;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::left_over::LeftOverKind;
use crate::model::value::Arg;

/// Returns a file that was named explicitly, with its sidecars.
pub(super) fn single(path: &Path) -> io::Result<Found> {
    let folder = path.parent().unwrap_or(path);
    let name = path.file_name().unwrap_or_default();
    let mut sidecars = Sidecars::default();
    // A folder that cannot be listed only means that no sidecars are found.
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        sidecars.add(entry.path());
    }
    let others = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let others = others.filter(|other| may_be_source(other) && other != path);
    let (mut videos, pictures): (Vec<PathBuf>, Vec<PathBuf>) =
        others.partition(|other| kind(other) == Kind::Video);
    videos.insert(0, path.to_owned());
    videos.extend(split_posters(pictures, &videos).0);
    let (mut beside, _) = sidecars.assign(&videos);
    let source = source(folder, Path::new(name), path, beside.remove(path).unwrap_or_default())?;
    Ok(Found { sources: vec![source], ..Found::default() })
}

/// Returns everything under a folder. `real` is `root` with its links followed.
pub(super) fn folder(root: &Path, real: &Path, library: Option<&Path>) -> Found {
    let mut found = Found::default();
    let (mut videos, mut pictures) = (Vec::new(), Vec::new());
    let mut sidecars = Sidecars::default();
    let mut libraries = Vec::new();
    let mut pieces = Pieces::default();
    let ours = |entry: &DirEntry| {
        if entry.depth() == 0 {
            return true;
        }
        if is_ignored(entry.file_name()) || is_library(entry, root, real, library) {
            return false;
        }
        let is_other_library = entry.file_type().is_dir() && holds_library(entry.path());
        if is_other_library {
            libraries.push(LeftOver { path: entry.path().to_owned(), kind: LeftOverKind::Library });
        }
        !is_other_library
    };
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(ours) {
        match entry {
            Ok(entry) if entry.path_is_symlink() && entry.depth() > 0 => match classify_link(&entry, real) {
                Link::Submission if kind(entry.path()) == Kind::Poster => pictures.push(entry.into_path()),
                Link::Submission => videos.push(entry.into_path()),
                Link::FoundElsewhere => {}
                Link::Refused(finding) => found.skipped.push(skipped(entry.path(), finding)),
            },
            Ok(entry) if entry.file_type().is_file() => match kind(entry.path()) {
                Kind::Video => videos.push(entry.into_path()),
                Kind::Poster => pictures.push(entry.into_path()),
                Kind::Details | Kind::Captions | Kind::Cover => sidecars.add(entry.into_path()),
                Kind::Other if is_left_by_a_system(entry.file_name()) || is_our_own(entry.file_name()) => {}
                Kind::Other => {
                    let (path, kind) = (entry.path().to_owned(), kind_of(entry.path()));
                    pieces.note_playlist(&path, kind);
                    found.left_over.push(LeftOver { path, kind });
                }
            },
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                found.skipped.push(skipped(&path, unreadable(&error)));
            }
        }
    }
    let (pieces, mut videos) = pieces.split(videos);
    let (posters, stills) = split_posters(pictures, &videos);
    videos.extend(posters);
    found.left_over.extend(stills.into_iter().map(|path| LeftOver { path, kind: LeftOverKind::Picture }));
    found.left_over.extend(pieces.into_iter().map(|path| LeftOver { path, kind: LeftOverKind::Piece }));
    found.left_over.append(&mut libraries);
    let (mut beside, orphans) = sidecars.assign(&videos);
    for path in videos {
        let relative = path.strip_prefix(root).unwrap_or(&path).to_owned();
        match source(root, &relative, &path, beside.remove(&path).unwrap_or_default()) {
            Ok(source) => found.sources.push(source),
            Err(error) => found.skipped.push(skipped(&path, unreadable(&error))),
        }
    }
    let orphan = |path: &PathBuf| skipped(path, Finding::warning(Code::SidecarOrphan));
    found.skipped.extend(orphans.iter().map(orphan));
    found
}

/// Returns every file and link under a folder, relative to it and sorted, except those in its direct child
/// `passed_over`. A folder that cannot be listed counts as empty.
pub fn files_under(folder: &Path, passed_over: &str) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() != 1 || entry.file_name() != passed_over)
        .flatten()
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| entry.path().strip_prefix(folder).map(Path::to_owned).ok())
        .collect()
}

/// Least `.ts` files of one folder that are the pieces of the playlist beside them.
const LEAST_PIECES: usize = 3;

/// Finds the pieces of videos that were downloaded and never joined: numbered `.ts` files beside their playlist.
#[derive(Default)]
struct Pieces {
    playlists: HashSet<PathBuf>,
}

impl Pieces {
    fn note_playlist(&mut self, path: &Path, kind: LeftOverKind) {
        let is_list = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("m3u8"));
        if kind == LeftOverKind::Playlist && is_list {
            self.playlists.extend(path.parent().map(Path::to_owned));
        }
    }

    /// Returns the pieces among `videos`, and all others.
    fn split(&self, videos: Vec<PathBuf>) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let folder = |path: &Path| path.parent().unwrap_or(path).to_owned();
        let mut numbers: HashMap<PathBuf, usize> = HashMap::new();
        for path in videos.iter().filter(|path| is_numbered_piece(path)) {
            *numbers.entry(folder(path)).or_default() += 1;
        }
        videos.into_iter().partition(|path| {
            let folder = folder(path);
            is_numbered_piece(path)
                && self.playlists.contains(&folder)
                && numbers.get(&folder).is_some_and(|number| *number >= LEAST_PIECES)
        })
    }
}

/// Returns true for names such as `seg-0001.ts`.
fn is_numbered_piece(path: &Path) -> bool {
    let is_ts = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ts"));
    let stem = path.file_stem().unwrap_or_default();
    is_ts && stem.as_encoded_bytes().last().is_some_and(u8::is_ascii_digit)
}

fn skipped(path: &Path, finding: Finding) -> Skipped {
    Skipped { path: path.into(), finding: finding.arg(Arg::Path, path.display()) }
}

fn unreadable(error: &impl ToString) -> Finding {
    Finding::error(Code::SourceUnreadable).detail(error.to_string())
}

fn is_library(entry: &DirEntry, root: &Path, real: &Path, library: Option<&Path>) -> bool {
    let inside = entry.path().strip_prefix(root).map(|relative| real.join(relative));
    entry.file_type().is_dir() && inside.is_ok_and(|path| Some(path.as_path()) == library)
}

/// How a symbolic link inside a root is treated.
enum Link {
    /// Its target is in the same root, and is a submission only under the link's name.
    Submission,
    /// Its target is in the same root and is found there, or is no submission.
    FoundElsewhere,
    Refused(Finding),
}

/// Classifies a link. Links out of the root are refused: a submission must not bring in files from elsewhere on the
/// machine.
fn classify_link(entry: &DirEntry, real: &Path) -> Link {
    let is_source = may_be_source(entry.path());
    let target = match entry.path().canonicalize() {
        Ok(target) => target,
        Err(error) if is_source => return Link::Refused(unreadable(&error)),
        Err(_) => return Link::FoundElsewhere,
    };
    let Ok(relative) = target.strip_prefix(real) else {
        if !is_source && !target.is_dir() {
            return Link::FoundElsewhere;
        }
        return Link::Refused(Finding::error(Code::LinkLeadsOut));
    };
    let found_there = may_be_source(relative) && !relative.iter().any(is_ignored);
    if is_source && target.is_file() && !found_there { Link::Submission } else { Link::FoundElsewhere }
}

fn source(root: &Path, relative: &Path, path: &Path, beside: Beside) -> io::Result<Source> {
    let Beside { details, captions, cover, notes } = beside;
    Ok(Source {
        path: path.into(),
        root: root.into(),
        relative: relative.into(),
        department: department(relative),
        details,
        captions,
        cover,
        notes,
        stamp: stamp(path)?,
    })
}
