//! What lies in a package, by names as every system would compare them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::model::showcase::fault::Fault;

/// A file as it lies there.
#[derive(Clone, Debug)]
pub struct Real {
    /// Relative, in the form that the file system has: macOS decomposes names.
    pub path: PathBuf,
    pub bytes: u64,
}

/// By path with `/`, composed (NFC).
pub type OnDisk = BTreeMap<String, Real>;

/// Deepest folder, and most files, that are looked at.
const DEEPEST: usize = 8;
const MOST_FILES: usize = 200_000;

/// What systems put into folders by themselves.
fn is_of_a_system(name: &str) -> bool {
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._")
}

/// Lists all files below a folder. Links and devices are faults, and are not followed.
pub fn walk(root: &Path, faults: &mut Vec<Fault>) -> io::Result<OnDisk> {
    let mut found = OnDisk::new();
    let mut folders = vec![(PathBuf::new(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let shown: String = path.to_string_lossy().nfc().collect();
            if is_of_a_system(&entry.file_name().to_string_lossy()) {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if kind.is_file() && found.len() < MOST_FILES {
                let bytes = entry.metadata()?.len();
                if let Some(other) = found.insert(shown.clone(), Real { path, bytes }) {
                    let other = other.path.to_string_lossy().into_owned();
                    faults.push(Fault::NamesCollide { file: shown, other });
                }
            } else {
                faults.push(Fault::NoFile { file: shown });
            }
        }
    }
    Ok(found)
}
