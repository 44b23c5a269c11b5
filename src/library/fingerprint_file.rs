//! `fingerprint.json` beside a work's manifest: what the work looks and sounds like, for the day when the catalogue is lost
//! and the source is archived. Copies of the work are found then as before.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files;
use crate::library::catalog::RecoveredFingerprint;
use crate::matching::align::ranking::listed;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::Inspection;

/// Lies in the work's folder.
pub(crate) const FINGERPRINT_FILE: &str = "fingerprint.json";

const SCHEMA: &str = "jincai.fingerprint/1";

/// Ten hours of sound and pictures have a tenth of it.
const MOST_BYTES: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct StoredFingerprint {
    schema: String,
    /// Of the source's bytes, as in the work's manifest, and of its streams.
    sha256: String,
    packets_sha256: String,
    fingerprint: Fingerprint,
}

/// Returns the file's content for what an inspection found; `None` where it cannot be written as JSON.
pub(crate) fn content(inspection: &Inspection) -> Option<Vec<u8>> {
    let kept = StoredFingerprint {
        schema: SCHEMA.to_owned(),
        sha256: inspection.sha256.clone(),
        packets_sha256: inspection.packets_sha256.clone(),
        fingerprint: inspection.fingerprint.clone(),
    };
    let mut json = serde_json::to_vec(&kept).ok()?;
    json.push(b'\n');
    Some(json)
}

/// The look of `sha256`, and the digest of its streams, out of a work's folder. `None` where there is none, or one of
/// another content or version: it can be made again as long as the source is there.
pub(crate) fn read(folder: &Path, sha256: &str) -> Option<(RecoveredFingerprint, String)> {
    let path = folder.join(FINGERPRINT_FILE);
    let bytes = files::read(&path, MOST_BYTES).ok()?;
    let kept: StoredFingerprint = serde_json::from_slice(&bytes).ok()?;
    if kept.schema != SCHEMA || kept.sha256 != sha256 || kept.packets_sha256.len() != 64 {
        return None;
    }
    let words = listed(&kept.fingerprint);
    Some((
        RecoveredFingerprint { sha256: kept.sha256, fingerprint: kept.fingerprint, words },
        kept.packets_sha256,
    ))
}
