//! The agent's folder: what must outlive a power cut. Everything appears by a rename of a synced file.
//!
//! ```text
//! FOLDER/pairing.json      which screen this is, its token and the server's key; for the owner alone
//! FOLDER/told.json         what the server said last; both with a checksum, and twice (`….2`)
//! FOLDER/editions/ID       editions as they travelled
//! FOLDER/files/SHA256      complete files; SHA256.part and SHA256.json while they are fetched
//! FOLDER/plays.log         plays that the server has not acknowledged
//! FOLDER/browser           the browser's profile
//! ```

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::files;
use crate::library::staging::{FolderLock, StagingError, reserve_beside, reveal_synced};
use crate::model::playout::{BeatAnswer, Edition, SealedEdition};
use crate::playout::keys::is_genuine;
use crate::text::hex;

/// For what holds a secret, and for the folder itself.
const OWNER_ONLY: u32 = 0o600;
const OWNER_FOLDER: u32 = 0o700;

/// Largest small file that is read back.
const SMALL_MAX: u64 = 4 << 20;

/// Largest edition: thirty days of short works are a tenth of it.
pub(super) const EDITION_MAX: u64 = 64 << 20;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("process {holder} uses it already")]
    Busy { holder: String },
    #[error(transparent)]
    Staging(StagingError),
}

impl From<StagingError> for StoreError {
    fn from(error: StagingError) -> Self {
        match error {
            StagingError::Busy { holder, .. } => Self::Busy { holder },
            other => Self::Staging(other),
        }
    }
}

/// Which screen this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pairing {
    pub screen: String,
    pub name: String,
    pub token: String,
    /// The server's public key, base64, from the pairing: editions of any other are refused.
    pub key: String,
}

/// What the server said last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    pub answer: BeatAnswer,
    /// Orders up to this one are carried out on the disk.
    pub removed: u64,
    /// The last edition that was genuine; the answer may name a newer one.
    pub edition: String,
    /// Ids of all editions that are kept, the oldest first.
    pub kept: Vec<String>,
}

/// The folder, locked for this process.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    _lock: FolderLock,
}

impl Store {
    /// Opens the folder, and makes it where it is missing.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let made = fs::create_dir_all(folder.join("editions"))
            .and_then(|()| fs::create_dir_all(folder.join("files")));
        made.map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
        // A disk that became read-only still shows what is on it.
        let _ = fs::set_permissions(folder, Permissions::from_mode(OWNER_FOLDER));
        let lock = FolderLock::take(folder)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    pub fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    pub fn plays(&self) -> PathBuf {
        self.folder.join("plays.log")
    }

    /// Returns the pairing; one that cannot be read is none, and the screen asks for a code.
    pub fn pairing(&self) -> Option<Pairing> {
        self.read("pairing.json")
    }

    pub fn keep_pairing(&self, pairing: &Pairing) -> Result<(), StoreError> {
        self.write_twice("pairing.json", pairing)
    }

    /// Ends the pairing: nothing of what was shown is shown again.
    pub fn forget(&self) -> Result<(), StoreError> {
        for name in ["pairing.json", "pairing.json.2", "told.json", "told.json.2"] {
            self.remove(name)?;
        }
        self.retain_editions(&[])
    }

    /// Returns what the server said last; `None`: that is not known.
    pub fn told(&self) -> Option<Told> {
        self.read("told.json")
    }

    pub fn keep_told(&self, told: &Told) -> Result<(), StoreError> {
        self.write_twice("told.json", told)
    }

    /// Returns the ids of all genuine editions, the newest first: for when nobody knows which was the last.
    pub fn editions(&self, pairing: &Pairing) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join("editions")).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let dated = names.filter_map(|id| Some((self.edition(&id, pairing)?.1.made_at, id)));
        let mut dated: Vec<(i64, String)> = dated.collect();
        dated.sort_unstable_by(|one, other| other.cmp(one));
        dated.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns an edition that is whole, signed with the pinned key and meant for this screen.
    pub fn edition(&self, id: &str, pairing: &Pairing) -> Option<(SealedEdition, Edition)> {
        let path = self.folder.join("editions").join(id);
        let text = String::from_utf8(files::read(&path, EDITION_MAX).ok()?).ok()?;
        genuine(&text, id, pairing).ok()
    }

    pub fn keep_edition(&self, id: &str, sealed: &SealedEdition) -> Result<(), StoreError> {
        self.write(&format!("editions/{id}"), sealed.text().as_bytes(), None)
    }

    /// Removes all editions but these.
    pub fn retain_editions(&self, ids: &[String]) -> Result<(), StoreError> {
        let folder = self.folder.join("editions");
        let entries =
            fs::read_dir(&folder).map_err(|source| StoreError::Io { path: folder.clone(), source })?;
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            if !ids.contains(&name) {
                self.remove(&format!("editions/{name}"))?;
            }
        }
        Ok(())
    }

    /// Reads the first of two copies that is whole.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        [name.to_owned(), format!("{name}.2")].iter().find_map(|name| {
            let text = String::from_utf8(files::read(&self.folder.join(name), SMALL_MAX).ok()?).ok()?;
            let (sum, text) = text.split_once('\n')?;
            (sum == sum_of(text)).then(|| serde_json::from_str(text).ok())?
        })
    }

    fn write_twice(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).unwrap_or_default();
        let bytes = format!("{}\n{text}", sum_of(&text)).into_bytes();
        self.write(name, &bytes, Some(OWNER_ONLY))?;
        self.write(&format!("{name}.2"), &bytes, Some(OWNER_ONLY))
    }

    fn write(&self, name: &str, bytes: &[u8], mode: Option<u32>) -> Result<(), StoreError> {
        replace(&self.folder.join(name), bytes, mode)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        remove(&self.folder.join(name))
    }
}

/// Reads an edition as it travels.
///
/// # Errors
/// Why it is refused as a whole.
pub(super) fn genuine(text: &str, id: &str, pairing: &Pairing) -> Result<(SealedEdition, Edition), String> {
    let sealed = SealedEdition::parse(text).map_err(|error| error.to_string())?;
    if sealed.id() != id {
        return Err("its digest is another".to_owned());
    }
    if !is_genuine(&sealed, &pairing.key) {
        return Err("it is not signed with the key of the pairing".to_owned());
    }
    let edition = sealed.edition().map_err(|error| error.to_string())?;
    match edition.screen == pairing.screen {
        true => Ok((sealed, edition)),
        false => Err(format!("it is meant for the screen `{}`", edition.screen)),
    }
}

/// Replaces a file by one with these bytes, synced.
pub(super) fn replace(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), StoreError> {
    let aside = reserve_beside(path)?;
    let written = files::open_to_change(&aside).and_then(|mut file| {
        if let Some(mode) = mode {
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        file.write_all(bytes)
    });
    let done = written
        .map_err(|source| StoreError::Io { path: aside.clone(), source })
        .and_then(|()| Ok(reveal_synced(&aside, path)?));
    if done.is_err() {
        // What is unfinished only takes up space.
        let _ = fs::remove_file(&aside);
    }
    done
}

/// Removes a file; one that is not there is no error.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Io { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}

fn sum_of(text: &str) -> String {
    hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whichever_bit_flips_the_other_copy_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let told = Told { edition: "a".repeat(64), removed: 57, ..Told::default() };
        store.keep_told(&told).unwrap();
        let path = folder.path().join("told.json");
        let whole = fs::read(&path).unwrap();
        for bit in (0..whole.len() * 8).step_by(5) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, bytes).unwrap();
            assert_eq!(store.told().as_ref(), Some(&told), "{bit}");
        }
        fs::write(folder.path().join("told.json.2"), "").unwrap();
        assert_eq!(store.told(), None);
    }
}
