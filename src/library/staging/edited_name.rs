//! The names of files that somebody changed in the library, kept beside those that took their place.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// What is added to the name of a file that somebody changed.
const ENDING: &str = ".user";

/// Returns a name for the changed file at `path` that no file has: `post.txt.user`, then `post.txt.user.2` and so on, so that
/// what was kept before stays.
pub fn free_edited_name(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(ENDING);
    for number in 2_u32.. {
        if !files::is_there(Path::new(&name))? {
            break;
        }
        name = path.as_os_str().to_owned();
        name.push(format!("{ENDING}.{number}"));
    }
    Ok(name.into())
}

/// Returns true for a name that [`free_edited_name`] gives.
pub fn is_edited_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let stem = match name.rsplit_once('.') {
        Some((stem, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => stem,
        _ => name.as_ref(),
    };
    stem.strip_suffix(ENDING).is_some_and(|before| !before.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("post.txt");
        for name in ["post.txt.user", "post.txt.user.2", "post.txt.user.3"] {
            let free = free_edited_name(&file).unwrap();
            assert_eq!(free.file_name().unwrap(), name);
            assert!(is_edited_name(free.file_name().unwrap()));
            std::fs::write(free, "x").unwrap();
        }
        for name in ["post.txt", "a.user.txt", ".user", "a.2"] {
            assert!(!is_edited_name(OsStr::new(name)), "{name}");
        }
    }
}
