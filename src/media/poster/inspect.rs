//! Inspects a poster, as the film of ten seconds that is made of it.

use sha2::{Digest, Sha256};

use super::decode::{Decoded, bytes_of, decode};
use crate::media::source::Handle;
use crate::media::{MediaError, labels};
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{
    Appearance, Colour, CoverCandidate, Fields, INSPECTION_VERSION, Inspection, VideoFacts,
};
use crate::model::poster::{POSTER_RATE, POSTER_US, WorkKind};
use crate::model::units::{Rational, Size};
use crate::text::hex;

/// Inspects a picture. Refuses one that cannot be shown as it was meant, with a finding that names cause and remedy. The
/// digest of the file is left to whoever reads it anyway.
pub(in crate::media) fn inspect(handle: &Handle, limits: &Limits) -> Result<Inspection, MediaError> {
    let bytes = bytes_of(handle)?;
    let decoded = decode(&bytes, limits.max_pixels)?;
    let colours = decoded.colours_unknown.then(|| Finding::warning(Code::PosterColoursUnknown));
    Ok(Inspection {
        version: INSPECTION_VERSION,
        kind: WorkKind::Poster,
        bytes: bytes.len() as u64,
        sha256: String::new(),
        packets_sha256: pixels_digest(&decoded),
        container: decoded.format.name().to_owned(),
        duration_us: POSTER_US,
        header_duration_us: None,
        video: video_facts(&decoded),
        audio: None,
        other_streams: Vec::new(),
        passages: Vec::new(),
        cover_candidates: vec![CoverCandidate { at_us: 0, score: 1.0, focus: (0.5, 0.5) }],
        fingerprint: Default::default(),
        captured_at: None,
        private_metadata: decoded.has_exif,
        findings: colours.into_iter().collect(),
        layout: Default::default(),
        ai: Some(labels::facts_of_picture(&bytes)),
    })
}

/// The same pixels saved without loss in another format are the same poster.
fn pixels_digest(decoded: &Decoded) -> String {
    let mut digest = Sha256::new();
    digest.update(b"poster");
    digest.update(decoded.picture.width().to_le_bytes());
    digest.update(decoded.picture.height().to_le_bytes());
    digest.update(decoded.picture.as_raw());
    hex(&digest.finalize())
}

fn video_facts(decoded: &Decoded) -> VideoFacts {
    let display = Size::new(decoded.picture.width(), decoded.picture.height());
    let name = || "bt709".to_owned();
    VideoFacts {
        stream: 0,
        codec: decoded.format.name().to_ascii_lowercase(),
        coded: decoded.stored,
        sample_aspect: Rational::new(1, 1),
        orientation: decoded.orientation,
        display,
        frame_rate: POSTER_RATE,
        variable_frame_rate: false,
        fields: Fields::Progressive,
        pixel_format: "rgb24".to_owned(),
        bit_depth: decoded.bit_depth,
        colour: Colour { primaries: name(), transfer: name(), matrix: name(), full_range: false },
        start_us: 0,
        end_us: POSTER_US as i64,
        frames: 1,
        bit_rate: 0,
        appearance: Appearance { alpha: decoded.alpha, ..Appearance::default() },
    }
}
