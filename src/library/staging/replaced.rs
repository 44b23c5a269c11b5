//! A folder of ours takes the place of an earlier one, as a whole. What is not ours is neither replaced nor removed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use super::error::{Doing, Result};
use super::handed_out::{HandedOutFolder, aside_of};
use super::publish::{replace, sync};
use crate::files;

/// A file as it was put there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFile {
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// Files by their paths in a folder, with `/` between.
pub type OwnFiles = BTreeMap<String, OwnFile>;

/// Of larger files only the size is compared: nobody edits a film in place to the very same size.
const MAX_HASHED_BYTES: u64 = 8 << 20;

/// What file managers leave behind by themselves.
const LITTER: [&str; 4] = ["thumbs.db", "desktop.ini", ".ds_store", ".directory"];

/// A folder that has its name now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    pub path: PathBuf,
    /// Where files of the earlier folder are that are not ours after all.
    pub kept: Option<PathBuf>,
}

/// Returns what is in a folder and is not as we put it there: other files, changed ones, links, folders without files of ours.
///
/// # Errors
/// If it cannot be read.
pub fn not_ours(folder: &Path, own: &OwnFiles) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        let path = relative(folder, entry.path());
        let is_ours = match entry.file_type() {
            kind if kind.is_dir() => own.keys().any(|file| file.starts_with(&format!("{path}/"))),
            kind if kind.is_file() => {
                is_litter(entry.path()) || own.get(&path).is_some_and(|own| is_as_it_was(entry.path(), own))
            }
            _ => false,
        };
        if !is_ours {
            found.push(path);
        }
    }
    Ok(found)
}

fn is_as_it_was(path: &Path, own: &OwnFile) -> bool {
    let bytes = fs::symlink_metadata(path).map(|found| found.len()).ok();
    let is_same = || files::digest(path).is_ok_and(|(sha256, _)| sha256 == own.sha256);
    bytes == Some(own.bytes) && (own.bytes > MAX_HASHED_BYTES || is_same())
}

fn is_litter(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    LITTER.contains(&name.as_str())
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

impl HandedOutFolder {
    /// Gives it its name. A folder that has the name is replaced as a whole, and its files `own` are removed; what else turns up
    /// in it by then is kept beside.
    pub fn finish_in_place(mut self, own: Option<&OwnFiles>) -> Result<Replaced> {
        let Some(own) = own else { return Ok(Replaced { path: self.finish()?, kept: None }) };
        sync(&self.aside)?;
        let old = match renameat_with(CWD, &self.aside, CWD, &self.to, RenameFlags::EXCHANGE) {
            Ok(()) => self.aside.clone(),
            // Some file systems (FUSE, old shares) cannot exchange two names.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                let old = self.old();
                replace(&self.to, &old)?;
                if let Err(error) = replace(&self.aside, &self.to) {
                    let _ = replace(&old, &self.to);
                    return Err(error);
                }
                old
            }
            Err(error) => return Err(io::Error::from(error)).doing("publishing", &self.to),
        };
        self.is_finished = true;
        self.to.parent().map_or(Ok(()), sync)?;
        let kept = clear(&old, &self.to, own)?;
        Ok(Replaced { path: self.to.clone(), kept })
    }

    fn old(&self) -> PathBuf {
        old(&self.to)
    }
}

/// Removes a folder of ours, as a whole; returns where what is not ours was kept.
pub fn remove_ours(folder: &Path, own: &OwnFiles) -> Result<Option<PathBuf>> {
    let aside = old(folder);
    replace(folder, &aside)?;
    clear(&aside, folder, own)
}

fn old(to: &Path) -> PathBuf {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    aside_of(to.parent().unwrap_or(to), &name, "-old")
}

/// Removes our files of a folder that lies aside, and the folders they leave empty; what remains gets a name that is seen.
fn clear(aside: &Path, name: &Path, own: &OwnFiles) -> Result<Option<PathBuf>> {
    for entry in
        walkdir::WalkDir::new(aside).contents_first(true).into_iter().filter_map(std::result::Result::ok)
    {
        let path = entry.path();
        let ours = own.get(&relative(aside, path));
        if entry.file_type().is_dir() {
            // A folder that still holds something stays.
            let _ = fs::remove_dir(path);
        } else if is_litter(path) || ours.is_some_and(|own| is_as_it_was(path, own)) {
            fs::remove_file(path).doing("removing", path)?;
        }
    }
    if !files::is_there(aside).doing("looking for", aside)? {
        return Ok(None);
    }
    let named = name.file_name().unwrap_or_default().to_string_lossy();
    let free = (1..).map(|number| name.with_file_name(format!("{named}.kept-{number}")));
    for kept in free.take(100) {
        match renameat_with(CWD, aside, CWD, &kept, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => {}
            renamed => {
                renamed.map_err(io::Error::from).doing("keeping", &kept)?;
                return Ok(Some(kept));
            }
        }
    }
    Ok(Some(aside.to_owned()))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::text::hex;

    fn own(files: &[(&str, &[u8])]) -> OwnFiles {
        let one = |bytes: &[u8]| OwnFile { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) };
        files.iter().map(|(path, bytes)| ((*path).to_owned(), one(bytes))).collect()
    }

    fn build(place: &Path, text: &[u8], earlier: Option<&OwnFiles>) -> Replaced {
        let begun = HandedOutFolder::begin_in_place(place, "column").unwrap();
        begun.folders("works").unwrap();
        begun.write("works/a.html", text).unwrap();
        begun.finish_in_place(earlier).unwrap()
    }

    #[test]
    fn an_earlier_folder_of_ours_is_replaced_as_a_whole_and_nothing_is_left() {
        let place = tempfile::tempdir().unwrap();
        build(place.path(), b"one", None);
        fs::write(place.path().join("column/Thumbs.db"), b"x").unwrap();
        let first = own(&[("works/a.html", b"one")]);
        assert!(not_ours(&place.path().join("column"), &first).unwrap().is_empty());
        let replaced = build(place.path(), b"two", Some(&first));
        assert_eq!(replaced.kept, None);
        assert_eq!(fs::read(replaced.path.join("works/a.html")).unwrap(), b"two");
        assert_eq!(remove_ours(&replaced.path, &own(&[("works/a.html", b"two")])).unwrap(), None);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_ours_is_named_and_survives() {
        let place = tempfile::tempdir().unwrap();
        build(place.path(), b"one", None);
        let column = place.path().join("column");
        let first = own(&[("works/a.html", b"one"), ("../other.txt", b"other")]);
        fs::write(place.path().join("other.txt"), b"other").unwrap();
        fs::create_dir(column.join("theirs")).unwrap();
        fs::write(column.join("works/b.html"), b"theirs").unwrap();
        std::os::unix::fs::symlink(place.path().join("other.txt"), column.join("link")).unwrap();
        assert_eq!(not_ours(&column, &first).unwrap(), ["link", "theirs", "works/b.html"]);
        // Nobody may build over it without asking; if it turns up in between, it is kept.
        let replaced = build(place.path(), b"two", Some(&first));
        let kept = replaced.kept.unwrap();
        assert_eq!(fs::read(kept.join("works/b.html")).unwrap(), b"theirs");
        assert!(!kept.join("works/a.html").exists() && place.path().join("other.txt").exists());
        // A changed file is theirs by now.
        fs::write(column.join("works/a.html"), b"2wo").unwrap();
        assert_eq!(not_ours(&column, &own(&[("works/a.html", b"two")])).unwrap(), ["works/a.html"]);
    }
}
