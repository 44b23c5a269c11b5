//! `fingerprint.json` beside a work's manifest: the work's fingerprint, so that copies of it are still found if the
//! catalogue is lost and the source is archived.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files;
use crate::library::catalog::RecoveredFingerprint;
use crate::matching::align::ranking::listed;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::Inspection;

/// The file in the work's folder.
pub(crate) const FINGERPRINT_FILE: &str = "fingerprint.json";

const SCHEMA: &str = "jincai.fingerprint/1";

/// Largest file that is read; ten hours of sound and pictures take a tenth of it.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct StoredFingerprint {
    schema: String,
    /// Digests of the source's bytes, as in the work's manifest, and of its streams' packets.
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

/// Reads the fingerprint of the source `sha256`, and the digest of its packets, from a work's folder. `None` where
/// there is none, or one of another source or version: it can be computed again as long as the source exists.
pub(crate) fn read(folder: &Path, sha256: &str) -> Option<(RecoveredFingerprint, String)> {
    let path = folder.join(FINGERPRINT_FILE);
    let bytes = files::read(&path, MAX_BYTES).ok()?;
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
