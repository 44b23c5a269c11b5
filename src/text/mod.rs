//! Text from outside, fit to be read, shown and named: what every room needs and none may write again.
//!
//! | what | by |
//! |---|---|
//! | text that a terminal, a chat or a page shows | [`Visible`], [`visible_json`] |
//! | a file or folder name that every system can carry | [`safe_name`], [`folder_name`], [`portable_name`] |
//! | bytes in an unknown encoding | [`decode()`], [`decode_likely`], [`decode_name`] |
//! | bytes as digits | [`hex`] |
//! | a line with places for values | [`fill()`], [`places`] |
//! | a number of things, in English | [`counted`] |
//! | whether a text tells a name | [`tells`] |

mod decode;
mod fill;
mod names;
mod plausible;
mod told;
mod visible;

pub use decode::{Decoded, decode, decode_likely, decode_name};
pub use fill::{fill, places};
pub use names::{folder_name, name_key, portable_name, safe_name};
pub use told::tells;
pub use visible::{Visible, is_display_control, visible_json};

use std::fmt::{Display, Write};

/// Returns bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns a number with its noun, such as `1 file` or `2 files`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

/// Returns a size in the units of Windows' Explorer (1 KB is 1024 bytes), so that both show the same number.
pub fn size(bytes: u64) -> String {
    let value = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.0} KB", value / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", value / 1_048_576.0),
        _ => format!("{:.2} GB", value / 1_073_741_824.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_noun_agree() {
        let said = [0_u64, 1, 2].map(|count| counted(count, "file", "files"));
        assert_eq!(said, ["0 files", "1 file", "2 files"]);
    }

    #[test]
    fn every_byte_is_two_digits() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
