//! A package as a folder: its files, by names as every system would compare them.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Reading, composed, looks_into, tells_by_tags};
use crate::files;
use crate::model::showcase::contents::{OddKind, Stored};

/// Deepest folder that is looked into.
const DEEPEST: usize = 8;

/// Largest of the small files that systems put into folders, bytes.
const PASSED_OVER_MAX_BYTES: u64 = 1 << 20;

/// The first bytes of what macOS keeps beside a file on other file systems (AppleDouble, RFC 1740).
const APPLE_DOUBLE: &[u8] = &[0, 5, 0x16, 7];

impl Reading<'_> {
    /// Reads all files below a folder. Links and devices are told, and not followed.
    pub(super) fn folder(&mut self, root: &Path) -> io::Result<()> {
        let mut folders = vec![(PathBuf::new(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let path = folder.join(entry.file_name());
                let kind = entry.file_type()?;
                let Some(shown) = path.to_str().map(composed) else {
                    self.odd(&path.to_string_lossy(), OddKind::Outside);
                    continue;
                };
                if kind.is_dir() && depth < DEEPEST {
                    self.contents.folders.insert(shown);
                    folders.push((path, depth + 1));
                } else if kind.is_file() {
                    self.file(root, &path, shown)?;
                } else {
                    self.odd(&shown, if kind.is_dir() { OddKind::TooMuch } else { OddKind::NoFile });
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, root: &Path, path: &Path, shown: String) -> io::Result<()> {
        let place = root.join(path);
        if is_of_a_system(&place) {
            self.contents.passed_over.insert(shown);
            return Ok(());
        }
        if !self.named(&shown) {
            return Ok(());
        }
        let stored = match files::open(&place) {
            Ok(mut file) => {
                let bytes = file.metadata()?.len();
                let is_proven = self.job.proven.contains(&shown);
                let mut stored = match is_proven {
                    true => Stored { bytes, ..Stored::default() },
                    false => self.take(&shown, &mut file, bytes),
                };
                if !looks_into(&shown) && stored.unreadable.is_none() {
                    stored.tells = tells_by_tags(&shown, &mut file);
                }
                stored
            }
            Err(error) => Stored { unreadable: Some(error.to_string()), ..Stored::default() },
        };
        self.contents.files.insert(shown, stored);
        Ok(())
    }
}

/// Returns true for what systems put into folders by themselves: by name, and by being what it says where that can be seen.
fn is_of_a_system(place: &Path) -> bool {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let is_small = fs::symlink_metadata(place).is_ok_and(|found| found.len() <= PASSED_OVER_MAX_BYTES);
    let starts_so = || {
        let mut sign = [0; 4];
        files::open(place).and_then(|mut file| file.read_exact(&mut sign)).is_ok() && sign == *APPLE_DOUBLE
    };
    let is_known = matches!(name.as_ref(), ".DS_Store" | "Thumbs.db" | "desktop.ini");
    is_small && (is_known || name.starts_with("._") && starts_so())
}
