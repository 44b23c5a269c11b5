//! The short name of a work, which stays the same in every run.

use std::path::Path;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Digits of a work's id: lower-case base32 without the letters that are taken for others (`i l o u`).
const ID_DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 39 bits: among ten thousand works the chance that two share an id is one in ten thousand.
const ID_LENGTH: usize = 8;

/// Eight characters that stay the same as long as the source's place in the inbox and its content do. The first is
/// a letter, so that no spreadsheet takes `1234e567` for a number.
pub fn work_id(relative: &Path, content_sha256: &str) -> String {
    let mut hasher = Sha256::new();
    match relative.to_str() {
        Some(text) => hasher.update(text.nfc().collect::<String>()),
        None => hasher.update(relative.as_os_str().as_encoded_bytes()),
    }
    hasher.update([0]);
    hasher.update(content_sha256);
    let bits = hasher.finalize().iter().take(5).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let bits = bits | 1 << (5 * ID_LENGTH - 1);
    (0..ID_LENGTH).rev().map(|place| char::from(ID_DIGITS[(bits >> (5 * place)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_keeps_its_id_however_its_name_is_composed() {
        let composed = work_id(Path::new("宣传部/résumé.mp4"), "aa");
        assert_eq!(composed, work_id(Path::new("宣传部/re\u{301}sume\u{301}.mp4"), "aa"));
        assert_ne!(composed, work_id(Path::new("宣传部/résumé.mp4"), "ab"));
        assert_ne!(composed, work_id(Path::new("学工部/résumé.mp4"), "aa"));
        assert_eq!(composed.len(), 8);
        for content in ["aa", "ab", "ac", "ad", "ae", "af", "ba", "bb"] {
            let id = work_id(Path::new("a.mp4"), content);
            assert!(id.bytes().all(|digit| ID_DIGITS.contains(&digit)), "{id}");
            assert!(id.starts_with(|first: char| first.is_ascii_lowercase()), "{id}");
        }
    }
}
