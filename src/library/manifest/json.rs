//! `manifest.json` of a whole library, written and compared without holding it.

use std::io::{Read, Write};

use sha2::{Digest, Sha256};

use super::Result;
use crate::model::manifest::{Manifest, Work};

/// What stands before the works, however long they are. The head before it fits into the first bytes.
const WORKS: &str = "\n  \"works\": ";
const HEAD_MAX: usize = 16_384;

/// Writes the very bytes that [`super::to_json`] makes of the whole.
#[derive(Debug)]
pub struct JsonWriter<W: Write> {
    out: W,
    digest: Sha256,
    any: bool,
}

impl<W: Write> JsonWriter<W> {
    /// `head` is a manifest without works.
    pub fn begin(mut out: W, head: &Manifest) -> Result<Self> {
        let whole = serde_json::to_string_pretty(head)?;
        let before = whole.rsplit_once(WORKS).map_or(whole.as_str(), |(before, _)| before);
        out.write_all(before.as_bytes())?;
        out.write_all(WORKS.as_bytes())?;
        Ok(Self { out, digest: Sha256::new(), any: false })
    }

    pub fn add(&mut self, work: &Work) -> Result<()> {
        let text = serde_json::to_string_pretty(work)?;
        self.put(if self.any { ",\n    " } else { "[\n    " })?;
        self.any = true;
        self.put(&text.replace('\n', "\n    "))
    }

    /// Yields the writer and the digest of all works, as [`works_digest`] finds it in the file.
    pub fn finish(mut self) -> Result<(W, [u8; 32])> {
        self.put(if self.any { "\n  ]\n}\n" } else { "[]\n}\n" })?;
        Ok((self.out, self.digest.finalize().into()))
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.digest.update(text);
        Ok(self.out.write_all(text.as_bytes())?)
    }
}

/// The digest of everything from the works on, and of the whole file.
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
