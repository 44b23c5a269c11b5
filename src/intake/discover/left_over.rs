//! Classifies what is not taken, by names alone.

use std::path::Path;

use crate::model::config::LIBRARY_MARK;
use crate::model::left_over::LeftOverKind;

const ARCHIVES: &[&str] =
    &["zip", "zipx", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "z01", "001", "iso", "cab"];
const DOCUMENTS: &[&str] = &[
    "doc", "docx", "dot", "docm", "ppt", "pptx", "pps", "ppsx", "xls", "xlsx", "csv", "wps", "et", "dps",
    "pdf", "odt", "odp", "ods", "rtf", "txt", "md", "pages", "key", "numbers", "html", "htm", "ofd",
];
const PICTURES: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif", "psd",
    "psb", "ai", "eps", "svg", "raw", "dng", "cr2", "cr3", "nef", "arw", "cdr", "ico",
];
const SOUNDS: &[&str] = &[
    "mp3", "wav", "m4a", "aac", "flac", "ogg", "oga", "opus", "wma", "ape", "aif", "aiff", "amr", "mid",
    "ncm", "caf", "mka",
];
const PLAYLISTS: &[&str] = &["m3u", "m3u8", "mpd", "pls", "url", "lnk", "webloc", "strm", "torrent"];
const PROJECTS: &[&str] = &[
    "prproj",
    "aep",
    "fcpxml",
    "fcpbundle",
    "drp",
    "kdenlive",
    "mlt",
    "veg",
    "camproj",
    "edl",
    "aaf",
    "draft",
    "wfp",
    "vsp",
    "cmmp",
];
/// What browsers, clients of network disks and copying programs call a file that is not complete.
const UNFINISHED: &[&str] = &[
    "part",
    "partial",
    "crdownload",
    "download",
    "downloading",
    "filepart",
    "tmp",
    "temp",
    "aria2",
    "!ut",
    "td",
    "xltd",
    "bc!",
    "opdownload",
    "ucdownload",
];

/// Returns the kind of a file that is neither a video nor a sidecar.
pub(super) fn kind_of(path: &Path) -> LeftOverKind {
    let Some(extension) = path.extension() else { return LeftOverKind::NoExtension };
    let extension = extension.to_string_lossy().to_lowercase();
    let is = |known: &[&str]| known.contains(&extension.as_str());
    match () {
        () if is(ARCHIVES) => LeftOverKind::Archive,
        () if is(DOCUMENTS) => LeftOverKind::Document,
        () if is(PICTURES) => LeftOverKind::Picture,
        () if is(SOUNDS) => LeftOverKind::Sound,
        () if extension == "m4s" => LeftOverKind::Piece,
        () if is(PLAYLISTS) => LeftOverKind::Playlist,
        () if is(PROJECTS) => LeftOverKind::Project,
        () if is(UNFINISHED) => LeftOverKind::Unfinished,
        // "作品 2026.11.20" has no extension either.
        () if !extension.chars().all(|c| c.is_ascii_alphanumeric()) || extension.chars().all(is_digit) => {
            LeftOverKind::NoExtension
        }
        () => LeftOverKind::Other,
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Returns true if a folder is a library: it holds jincai's own folder with a catalogue, or, of a copy that lost its hidden
/// files, a library's manifests.
pub fn holds_library(folder: &Path) -> bool {
    let is_there = |name: &Path| folder.join(name).symlink_metadata().is_ok();
    let mark = Path::new(LIBRARY_MARK);
    is_there(&mark.join("catalog.sqlite3"))
        || is_there(&mark.join("staging"))
        || (is_there(Path::new("manifest.json")) && is_there(Path::new("manifest.csv")))
}

/// Returns the nearest library that a path is in or is itself.
pub fn library_around(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| holds_library(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_to_do_with_a_file() {
        for (name, kind) in [
            ("作品.zip", LeftOverKind::Archive),
            ("作品.RAR", LeftOverKind::Archive),
            ("卷.7z.001", LeftOverKind::Archive),
            ("脚本.docx", LeftOverKind::Document),
            ("海报.PNG", LeftOverKind::Picture),
            ("配乐.mp3", LeftOverKind::Sound),
            ("录屏.m4s", LeftOverKind::Piece),
            ("index.m3u8", LeftOverKind::Playlist),
            ("工程.prproj", LeftOverKind::Project),
            ("a.mp4.crdownload", LeftOverKind::Unfinished),
            ("a.mp4.baiduyun.p.downloading", LeftOverKind::Unfinished),
            ("毕业晚会", LeftOverKind::NoExtension),
            ("毕业晚会 2026.11.20", LeftOverKind::NoExtension),
            ("1.定稿（最终）", LeftOverKind::NoExtension),
            ("素材.bin", LeftOverKind::Other),
        ] {
            assert_eq!(kind_of(Path::new(name)), kind, "{name}");
        }
    }
}
