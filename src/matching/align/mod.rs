//! Aligns two works: finds whether they show the same pictures or have the same sound, and in which passage. Pure.
//!
//! | file | job |
//! |---|---|
//! | here | combines the alignments of picture and sound, and classifies the result |
//! | `parallel` | aligns one work with several, on all cores |
//! | `timeline` | films on one time axis: resampled, mirrored, cropped |
//! | `coarse` | candidates for the offset and speed of two films |
//! | `refine` | a candidate at full resolution, with crops |
//! | `picture` | aligns two films |
//! | `recut` | aligns two works of which one shows an upright window of the other |
//! | `background` | what two works show beside the background that a moving window passes over |
//! | `wide` | films in half columns, and windows cut out of them |
//! | `still` | aligns two works that show one picture each |
//! | `sound` | aligns two sequences of sound words |
//! | `ranking` | from the words of an index to the few works worth aligning |
//! | `agreement` | agreement along an alignment, as a curve |
//! | `waves` | what words are made of |
//! | `terms` | the words under which a work is indexed and queried |
//! | `upright_terms` | those of upright windows of a wide work, and of works cut to one |

mod agreement;
mod background;
mod coarse;
mod parallel;
mod picture;
pub mod ranking;
mod recut;
mod refine;
mod sound;
mod still;
mod terms;
mod timeline;
mod upright_terms;
mod waves;
mod wide;

use crate::model::alignment::{Alignment, Evidence, Likeness};
use crate::model::fingerprint::Fingerprint;

pub use agreement::agreement;
pub use parallel::align_each;

/// A passage of at least this share of a work counts as the whole work.
const WHOLE_SHARE: f64 = 0.8;

/// Shortest shared passage that is reported, milliseconds.
const MIN_PASSAGE_MS: f64 = 5_000.0;

/// Largest difference in time by which sound and picture belong to one passage, milliseconds.
const MAX_DISTANCE_MS: f64 = 1_000.0;

/// A passage that agrees. Our time `t` is their time `speed · t + offset_ms`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Passage {
    from_ms: f64,
    to_ms: f64,
    offset_ms: f64,
    speed: f64,
    mirrored: bool,
    confidence: f64,
    agreeing: u32,
    compared: u32,
}

impl Passage {
    fn theirs(&self, ours_ms: f64) -> f64 {
        ours_ms * self.speed + self.offset_ms
    }
}

/// Aligns two works. Returns `None` if they have nothing in common that is worth reporting, or fingerprints of different
/// versions.
pub fn align(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    if ours.version != theirs.version {
        return None;
    }
    align_moving(ours, theirs).or_else(|| align_stills(ours, theirs))
}

/// Aligns two works that show the same photograph throughout. They are classified as a shared passage: they may be two
/// works, which a person must decide.
fn align_stills(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    let alignment = classify(still::align(&ours.film, &theirs.film)?, Evidence::Picture, ours, theirs)?;
    Some(Alignment { likeness: Likeness::SharesPassage, ..alignment })
}

/// Aligns by motion and by sound.
fn align_moving(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    let by_sound = sound::align(&ours.sound, &theirs.sound);
    match (picture::align(&ours.film, &theirs.film), by_sound) {
        (Some(by_picture), Some(by_sound)) if agree_in_time(&by_picture, &by_sound) => {
            let confidence = 1.0 - (1.0 - by_picture.confidence) * (1.0 - by_sound.confidence);
            classify(Passage { confidence, ..by_picture }, Evidence::Both, ours, theirs)
        }
        (Some(by_picture), _) => classify(by_picture, Evidence::Picture, ours, theirs),
        (None, by_sound) if let Some(found) = align_recut(ours, theirs, by_sound.as_ref()) => Some(found),
        (None, Some(by_sound)) => {
            let alignment = classify(by_sound, Evidence::Sound, ours, theirs)?;
            let alike = picture::show_the_same(&ours.film, &theirs.film, &by_sound);
            // A title card with its jingle is a passage of both: nothing shows that their pictures differ.
            Some(Alignment {
                likeness: if alike { Likeness::SharesPassage } else { alignment.likeness },
                ..alignment
            })
        }
        (None, None) => None,
    }
}

/// Aligns two works of which one shows an upright window of the other.
fn align_recut(ours: &Fingerprint, theirs: &Fingerprint, by_sound: Option<&Passage>) -> Option<Alignment> {
    let (by_picture, window) = recut::align(&ours.film, &theirs.film, by_sound)?;
    let found = match by_sound {
        Some(by_sound) if agree_in_time(&by_picture, by_sound) => {
            let confidence = 1.0 - (1.0 - by_picture.confidence) * (1.0 - by_sound.confidence);
            classify(Passage { confidence, ..by_picture }, Evidence::Both, ours, theirs)
        }
        _ => classify(by_picture, Evidence::Picture, ours, theirs),
    }?;
    Some(Alignment { window: Some(window), ..found })
}

fn agree_in_time(by_picture: &Passage, by_sound: &Passage) -> bool {
    let middle = (by_picture.from_ms + by_picture.to_ms) / 2.0;
    (by_picture.theirs(middle) - by_sound.theirs(middle)).abs() <= MAX_DISTANCE_MS
}

fn classify(
    found: Passage,
    evidence: Evidence,
    ours: &Fingerprint,
    theirs: &Fingerprint,
) -> Option<Alignment> {
    let (their_from, their_to) = (found.theirs(found.from_ms), found.theirs(found.to_ms));
    let share = |from: f64, to: f64, of: &Fingerprint| (to - from) / f64::from(of.duration_ms.max(1));
    let whole = (
        share(found.from_ms, found.to_ms, ours) >= WHOLE_SHARE,
        share(their_from, their_to, theirs) >= WHOLE_SHARE,
    );
    let long = found.to_ms - found.from_ms >= MIN_PASSAGE_MS;
    let likeness = match whole {
        _ if evidence == Evidence::Sound && (long || whole.0 || whole.1) => Likeness::SameSound,
        _ if evidence == Evidence::Sound => return None,
        (true, true) => Likeness::SameWork,
        (true, false) => Likeness::PartOf,
        (false, true) => Likeness::Contains,
        _ if long => Likeness::SharesPassage,
        _ => return None,
    };
    let within = |ms: f64, of: &Fingerprint| ms.round().clamp(0.0, f64::from(of.duration_ms)) as u32;
    Some(Alignment {
        likeness,
        evidence,
        confidence: found.confidence,
        from_ms: within(found.from_ms, ours),
        to_ms: within(found.to_ms, ours),
        their_from_ms: within(their_from, theirs),
        their_to_ms: within(their_to, theirs),
        speed: found.speed,
        mirrored: found.mirrored,
        window: None,
        agreeing: found.agreeing,
        compared: found.compared,
    })
}

#[cfg(test)]
mod tests;
