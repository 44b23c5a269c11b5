//! Where screenshots lie in the library.

/// The folder of screenshots that prove receipts.
pub const PROOFS_FOLDER: &str = "回执";

/// Long side of a kept screenshot, pixels: a whole page of a phone stays readable.
pub const PROOF_LONG_SIDE: u32 = 4096;

/// Most pixels of a screenshot that is decoded: a long page in four times the width of a phone.
pub const PROOF_MAX_PIXELS: u64 = 64_000_000;

/// Returns the name of a work's screenshot in the library. Named by its content: the same one is kept once.
pub fn proof_path(work: &str, sha256: &str) -> String {
    let short: String = sha256.chars().take(16).collect();
    format!("{PROOFS_FOLDER}/{work}-{short}.png")
}
