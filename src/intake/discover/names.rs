//! Classifies files by their names.

use std::ffi::OsStr;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::model::config::REPORTS_FOLDER;

/// Extensions of submitted videos: the containers FFmpeg can open, what cameras write, and the encrypted downloads of
/// video sites, which are accepted so that their rejection can be explained.
const VIDEO: &[&str] = &[
    "264", "265", "360", "3g2", "3gp", "3gp2", "3gpp", "amv", "asf", "av1", "avc", "avi", "avs2", "avs3",
    "cavs", "dav", "divx", "dv", "dvr-ms", "evo", "f4v", "flv", "gxf", "h264", "h265", "hevc", "ifv", "insv",
    "ismv", "ivf", "kux", "lrf", "lrv", "m1v", "m2p", "m2t", "m2ts", "m2v", "m4v", "mjpeg", "mjpg", "mk3d",
    "mkv", "mod", "mov", "mp4", "mp4v", "mpe", "mpeg", "mpg", "mpv", "mqv", "mts", "mxf", "nsv", "nut",
    "obu", "ogm", "ogv", "ogx", "ps", "qlv", "qsv", "qt", "rm", "rmvb", "tod", "tp", "trp", "ts", "vob",
    "webm", "wmv", "wtv", "xvid", "y4m",
];

/// Folders that systems, sync clients and jincai itself make.
const FOREIGN_FOLDERS: &[&str] = &[
    REPORTS_FOLDER,
    "__MACOSX",
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
];

/// What stands before the extension of a cover, in Chinese.
const COVER_IN_CHINESE: &str = "\u{5c01}\u{9762}";

/// The kind of a file, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Video,
    /// A picture that is no cover by its name; one that has a video's name is not taken.
    Poster,
    Details,
    Captions,
    /// A picture whose name says that it is the cover of the video of that name.
    Cover,
    Other,
}

/// Returns the kind of a file by its extension. Windows hides the last one: `NAME.toml.txt` is meant as details.
pub(super) fn kind(path: &Path) -> Kind {
    let name = path.file_name().unwrap_or_default();
    match last_extension(without_text_tail(name)).as_deref() {
        Some("toml") if !is_our_own(without_text_tail(name)) => Kind::Details,
        Some("srt" | "ass" | "ssa" | "vtt") => Kind::Captions,
        Some(extension) if VIDEO.contains(&extension) => Kind::Video,
        Some("jpg" | "jpeg" | "png") if covered(name).is_some() => Kind::Cover,
        Some("jpg" | "jpeg" | "png" | "webp") => Kind::Poster,
        _ => Kind::Other,
    }
}

/// Returns true if a file of this name may be a submission.
pub(super) fn may_be_source(path: &Path) -> bool {
    matches!(kind(path), Kind::Video | Kind::Poster)
}

/// Extensions of sidecars.
const SIDECARS: &[&str] = &["toml", "srt", "ass", "ssa", "vtt"];

fn last_extension(name: &OsStr) -> Option<String> {
    Path::new(name).extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

/// Returns the name of a sidecar without the `.txt` that editors on Windows append and its folders do not show.
fn without_text_tail(name: &OsStr) -> &OsStr {
    let shorter = Path::new(name).file_stem().unwrap_or_default();
    let is_sidecar =
        || last_extension(shorter).is_some_and(|extension| SIDECARS.contains(&extension.as_str()));
    let is_text = last_extension(name).is_some_and(|extension| extension == "txt");
    if is_text && is_sidecar() { shorter } else { name }
}

/// Returns a sidecar's name without its extension, and without what makes a picture a cover.
pub(super) fn sidecar_stem(name: &OsStr) -> &OsStr {
    let is_cover = kind(Path::new(name)) == Kind::Cover;
    let cover = covered(name).filter(|_| is_cover);
    cover.unwrap_or_else(|| Path::new(without_text_tail(name)).file_stem().unwrap_or_default())
}

/// Returns true for hidden files, lock files of Office and sync clients, and folders that hold no submissions.
/// (Unfinished downloads have extensions of their own – `.part`, `.crdownload`, `.tmp` – and are no videos for that.)
pub(super) fn is_ignored(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".")
        || bytes.starts_with(b"~$")
        || bytes.starts_with(b"~syncthing~")
        || FOREIGN_FOLDERS.iter().any(|folder| name == *folder)
}

/// Returns true for files that Windows and macOS leave in a folder that someone opened.
pub fn is_left_by_a_system(name: &OsStr) -> bool {
    [".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Returns true for the configuration file, which may be in the inbox.
pub(super) fn is_our_own(name: &OsStr) -> bool {
    name == "jincai.toml"
}

/// Returns the bytes of a name in NFC, so that names from macOS and Windows compare equal.
pub(super) fn composed(name: &OsStr) -> Vec<u8> {
    match name.to_str() {
        Some(text) => text.nfc().collect::<String>().into_bytes(),
        None => name.as_encoded_bytes().to_vec(),
    }
}

/// Returns the video's name without its extension, of a cover `NAME.cover.jpg`; `None` of another picture.
fn covered(name: &OsStr) -> Option<&OsStr> {
    let stem = Path::new(Path::new(name).file_stem()?);
    let mark = stem.extension()?.to_str()?;
    let is_cover = mark.eq_ignore_ascii_case("cover") || mark == COVER_IN_CHINESE;
    is_cover.then(|| stem.file_stem()).flatten()
}

/// Returns a name as videos and their sidecars are compared: in NFC and lower case.
pub(super) fn key_of(name: &OsStr) -> Vec<u8> {
    match name.to_str() {
        Some(text) => text.nfc().collect::<String>().to_lowercase().into_bytes(),
        None => name.as_encoded_bytes().to_ascii_lowercase(),
    }
}
