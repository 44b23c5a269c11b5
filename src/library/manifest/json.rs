//! Writes and compares the `manifest.json` of a whole library without holding it in memory.

use std::io::{Read, Write};

use sha2::{Digest, Sha256};

use super::Result;
use crate::model::manifest::{Manifest, Work};

/// The text before the works, and the most bytes that it and the head before it take.
const WORKS: &str = "\n  \"works\": ";
const HEAD_MAX: usize = 16_384;

/// Writes a manifest work by work, with the same bytes as [`super::to_json`].
#[derive(Debug)]
pub struct JsonWriter<W: Write> {
    out: W,
    digest: Sha256,
    any: bool,
}

impl<W: Write> JsonWriter<W> {
    /// Writes the head; `head` is a manifest without works.
    pub fn begin(mut out: W, head: &Manifest) -> Result<Self> {
        let whole = serde_json::to_string_pretty(head)?;
        let before = whole.rsplit_once(WORKS).map_or(whole.as_str(), |(before, _)| before);
        out.write_all(before.as_bytes())?;
        out.write_all(WORKS.as_bytes())?;
        Ok(Self { out, digest: Sha256::new(), any: false })
    }

    /// Writes one work.
    pub fn add(&mut self, work: &Work) -> Result<()> {
        let text = serde_json::to_string_pretty(work)?;
        self.put(if self.any { ",\n    " } else { "[\n    " })?;
        self.any = true;
        self.put(&text.replace('\n', "\n    "))
    }

    /// Writes the end; returns the writer and the digest of all works, as [`works_digest`] computes it from the file.
    pub fn finish(mut self) -> Result<(W, [u8; 32])> {
        self.put(if self.any { "\n  ]\n}\n" } else { "[]\n}\n" })?;
        Ok((self.out, self.digest.finalize().into()))
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.digest.update(text);
        Ok(self.out.write_all(text.as_bytes())?)
    }
}

/// Returns the SHA-256 of everything from the works on (`None` where the file has no works), and of the whole file.
pub fn works_digest(mut file: impl Read) -> std::io::Result<(Option<[u8; 32]>, [u8; 32])> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD_MAX as u64).read_to_end(&mut head)?;
    let at = head.windows(WORKS.len()).position(|window| window == WORKS.as_bytes());
    let mut whole = Sha256::new_with_prefix(&head);
    let mut works = Sha256::new_with_prefix(at.map_or(&[][..], |at| &head[at + WORKS.len()..]));
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((at.map(|_| works.finalize().into()), whole.finalize().into())),
            read => {
                whole.update(&buffer[..read]);
                works.update(&buffer[..read]);
            }
        }
    }
}
