//! `fingerprint.json` beside a work's manifest: what the work looks and sounds like, for the day when the catalogue is lost
//! and the source is archived. Copies of the work are found then as before.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::judge::Judged;
use super::parcel::Parcel;
use crate::files;
use crate::library::catalog::{FileKind, RecalledLook};
use crate::matching::align::lookup::listed;
use crate::model::fingerprint::Fingerprint;

/// Lies in the work's folder.
pub(super) const FINGERPRINT_FILE: &str = "fingerprint.json";

const SCHEMA: &str = "jincai.fingerprint/1";

/// Ten hours of sound and pictures have a tenth of it.
const MOST_BYTES: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct Kept {
    schema: String,
    /// Of the source's bytes, as in the work's manifest, and of its streams.
    sha256: String,
    packets_sha256: String,
    fingerprint: Fingerprint,
}

/// Puts the fingerprint of a work that is published into its parcel.
pub(super) fn enclose(judged: &Judged, place: &str, parcel: &mut Parcel) {
    let Some(inspection) = &judged.inspection else { return };
    let kept = Kept {
        schema: SCHEMA.to_owned(),
        sha256: inspection.sha256.clone(),
        packets_sha256: inspection.packets_sha256.clone(),
        fingerprint: inspection.fingerprint.clone(),
    };
    if let Ok(mut json) = serde_json::to_vec(&kept) {
        json.push(b'\n');
        parcel.bytes(format!("{place}/{FINGERPRINT_FILE}"), FileKind::Manifest, json);
    }
}

/// The look of `sha256`, and the digest of its streams, out of a work's folder. `None` where there is none, or one of
/// another content or version: it can be made again as long as the source is there.
pub(super) fn read(folder: &Path, sha256: &str) -> Option<(RecalledLook, String)> {
    let path = folder.join(FINGERPRINT_FILE);
    let bytes = files::read(&path, MOST_BYTES).ok()?;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    if kept.schema != SCHEMA || kept.sha256 != sha256 || kept.packets_sha256.len() != 64 {
        return None;
    }
    let words = listed(&kept.fingerprint);
    Some((RecalledLook { sha256: kept.sha256, fingerprint: kept.fingerprint, words }, kept.packets_sha256))
}
