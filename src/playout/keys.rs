//! The key with which editions are signed: a file of the library that only its owner may read.

use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

use crate::files;
use crate::library::staging::{Staging, StagingError, reserve_beside, reveal_synced};
use crate::model::playout::SealedEdition;

const KEY_FILE: &str = "playout.key";
const KEY_BYTES: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{file}: {source}")]
    Unreadable { file: String, source: io::Error },
    #[error("{0} does not hold a key of 32 bytes")]
    Form(String),
    #[error(transparent)]
    Write(#[from] StagingError),
}

/// Signs editions.
pub struct EditionKey(SigningKey);

impl std::fmt::Debug for EditionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("EditionKey")
    }
}

impl EditionKey {
    /// Reads a library's key; the first time makes one.
    pub fn of(library: &Path) -> Result<Self, KeyError> {
        let path = Staging::private_path(library, KEY_FILE);
        let named = |source| KeyError::Unreadable { file: path.display().to_string(), source };
        if !files::is_there(&path).map_err(named)? {
            let mut key = [0; KEY_BYTES];
            random(&mut key).map_err(named)?;
            let aside = reserve_beside(&path)?;
            let mut file = files::open_or_create_private(&aside).map_err(named)?;
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(named)?;
            file.write_all(&key).map_err(named)?;
            reveal_synced(&aside, &path)?;
        }
        let mut bytes = Vec::new();
        files::open(&path).and_then(|file| file.take(64).read_to_end(&mut bytes)).map_err(named)?;
        let key: [u8; KEY_BYTES] =
            bytes.try_into().map_err(|_| KeyError::Form(path.display().to_string()))?;
        Ok(Self(SigningKey::from_bytes(&key)))
    }

    /// Returns the public key, base64: what a screen remembers from its pairing.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().to_bytes())
    }

    /// Signs the body of an edition.
    pub fn seal(&self, body: String) -> SealedEdition {
        SealedEdition { signature: self.sign(body.as_bytes()), key: self.public(), body }
    }

    /// Returns the signature of a message, base64.
    pub fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(message).to_bytes())
    }
}

/// What is signed of an answer to a beat: for one screen, and for one question of it (`nonce`), so that no answer can be used twice.
pub fn answer_message(screen: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    [b"jincai answer\n", screen.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body].concat()
}

/// What is signed where a token (its SHA-256, lower-case hex) is of no screen: the pairing is over.
pub fn forgotten_message(token_sha256: &str) -> Vec<u8> {
    format!("jincai forgotten\n{token_sha256}").into_bytes()
}

/// Returns true if a message was signed (base64) with the private part of a public key (base64).
pub fn is_signed(message: &[u8], signature: &str, public: &str) -> bool {
    let check = || {
        let key: [u8; KEY_BYTES] = STANDARD.decode(public).ok()?.try_into().ok()?;
        let signature: [u8; 64] = STANDARD.decode(signature).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&key).ok()?.verify(message, &Signature::from_bytes(&signature)).ok()
    };
    check().is_some()
}

/// Returns true if an edition was signed with the key that is known, base64.
pub fn is_genuine(sealed: &SealedEdition, known_key: &str) -> bool {
    sealed.key == known_key && is_signed(sealed.body.as_bytes(), &sealed.signature, known_key)
}

/// Fills a buffer from the kernel's random numbers.
fn random(buffer: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        filled += rustix::rand::getrandom(&mut buffer[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_genuine_until_one_bit_changes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".jincai")).unwrap();
        let key = EditionKey::of(folder.path()).unwrap();
        let sealed = key.seal("{\"v\":1}".to_owned());
        let again = EditionKey::of(folder.path()).unwrap();
        assert!(is_genuine(&sealed, &again.public()));
        let changed = SealedEdition { body: "{\"v\":2}".to_owned(), ..sealed.clone() };
        assert!(!is_genuine(&changed, &key.public()));
        let other = tempfile::tempdir().unwrap();
        std::fs::create_dir(other.path().join(".jincai")).unwrap();
        let stranger = EditionKey::of(other.path()).unwrap().seal(sealed.body.clone());
        assert!(is_genuine(&stranger, &stranger.key) && !is_genuine(&stranger, &key.public()));
        let mode = std::fs::metadata(folder.path().join(".jincai/playout.key")).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
}
