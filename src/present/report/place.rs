//! Where a drop's report goes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use crate::model::config::REPORTS_FOLDER;
use crate::text::{hex, safe_name};

/// A department's list of reports.
pub const INDEX: &str = "index.html";

/// One drop's place and name.
#[derive(Clone, Copy, Debug)]
pub struct Dropped<'a> {
    pub inbox: &'a Path,
    pub library: &'a Path,
    /// The folder's name in the inbox; `None` lies in no department's folder.
    pub department: Option<&'a OsStr>,
    /// Under the inbox.
    pub relative: &'a Path,
    /// The file's name as shown (decoded), with its extension.
    pub shown_name: &'a str,
}

/// The place to try first, and the one in the library where the inbox cannot be written. Both end in [`report_name`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub beside: PathBuf,
    pub fallback: PathBuf,
}

/// Where the drop's report goes.
pub fn places(drop: &Dropped<'_>) -> Places {
    let name = report_name(drop);
    Places {
        beside: beside_folder(drop.inbox, drop.department).join(&name),
        fallback: fallback_folder(drop.library, drop.department).join(&name),
    }
}

/// Where a department's index goes.
pub fn index_places(inbox: &Path, library: &Path, department: Option<&OsStr>) -> Places {
    Places {
        beside: beside_folder(inbox, department).join(INDEX),
        fallback: fallback_folder(library, department).join(INDEX),
    }
}

/// The whole file name and `.html`, so that `a.mp4` and `a.mov` get one each. Six digits of the path's digest are added
/// where the name alone would not tell two files apart: below a further folder, or made safe.
pub fn report_name(drop: &Dropped<'_>) -> String {
    let name = safe_name(drop.shown_name);
    let below = usize::from(drop.department.is_some());
    let direct = drop.relative.components().count() == below + 1;
    let unchanged = drop.relative.file_name() == Some(OsStr::new(&name));
    if direct && unchanged && name != "index" {
        return format!("{name}.html");
    }
    let digest = Sha256::digest(drop.relative.as_os_str().as_bytes());
    format!("{name}-{}.html", short(&digest))
}

fn beside_folder(inbox: &Path, department: Option<&OsStr>) -> PathBuf {
    department.map_or_else(|| inbox.to_owned(), |folder| inbox.join(folder)).join(REPORTS_FOLDER)
}

fn fallback_folder(library: &Path, department: Option<&OsStr>) -> PathBuf {
    let reports = library.join(crate::model::service::FALLBACK_FOLDER);
    let Some(folder) = department else { return reports };
    let name = safe_name(&folder.to_string_lossy());
    if folder == OsStr::new(&name) {
        return reports.join(name);
    }
    reports.join(format!("{name}-{}", short(&Sha256::digest(folder.as_bytes()))))
}

/// 24 bits: enough to tell apart what already has the same name.
fn short(digest: &[u8]) -> String {
    hex(&digest[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(relative: &Path, shown_name: &str) -> String {
        let drop = Dropped {
            inbox: Path::new("/in"),
            library: Path::new("/lib"),
            department: Some(OsStr::new("机械")),
            relative,
            shown_name,
        };
        let places = places(&drop);
        assert_eq!(places.beside.parent(), Some(Path::new("/in/机械/_结果")));
        assert_eq!(places.fallback.parent(), Some(Path::new("/lib/reports/机械")));
        assert_eq!(places.beside.file_name(), places.fallback.file_name());
        report_name(&drop)
    }

    #[test]
    fn a_report_is_named_after_its_file() {
        assert_eq!(name(Path::new("机械/我的校园.mp4"), "我的校园.mp4"), "我的校园.mp4.html");
    }

    #[test]
    fn no_two_files_share_a_report() {
        let bytes = OsStr::from_bytes(b"\xbb\xfa\xd0\xb5/a.mp4");
        let names = [
            name(Path::new("机械/a.mp4"), "a.mp4"),
            name(Path::new("机械/a.mov"), "a.mov"),
            name(Path::new("机械/甲/a.mp4"), "a.mp4"),
            name(Path::new("机械/乙/a.mp4"), "a.mp4"),
            name(Path::new("机械/a:.mp4"), "a:.mp4"),
            name(Path::new("机械/a_.mp4"), "a_.mp4"),
            name(Path::new(bytes), "b.mp4"),
            name(Path::new("机械/index"), "index"),
        ];
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| name != INDEX), "{names:?}");
    }
}
