//! Whether two works show the same pictures or sound alike, and from where to where. Pure.
//!
//! | file | job |
//! |---|---|
//! | here | joins what picture and sound say, and names it |
//! | `crowd` | one work against several, on all cores |
//! | `axis` | films on one axis of time: resampled, mirrored, cropped |
//! | `picture` | two films laid over each other |
//! | `still` | two works that show one picture each |
//! | `sound` | two rows of sound words laid over each other |
//! | `lookup` | from the words of an index to the few works worth aligning |
//! | `agreement` | how well they agree along an alignment, to be drawn |
//! | `words` | what an index keeps of a work, and what a query asks it for |

mod agreement;
mod coarse;
mod parallel;
mod picture;
pub mod ranking;
mod refine;
mod sound;
mod still;
mod terms;
mod timeline;

use crate::model::alignment::{Alignment, Evidence, Likeness};
use crate::model::fingerprint::Fingerprint;

pub use agreement::agreement;
pub use parallel::align_each;

/// From this share of a work on it is the whole of it.
const WHOLE: f64 = 0.8;

/// A shared passage is told from so long on, milliseconds.
const LEAST_PASSAGE_MS: f64 = 5_000.0;

/// Sound and picture that lie so near each other are of one passage, milliseconds.
const TOGETHER_MS: f64 = 1_000.0;

/// A passage that agrees; our time `t` lies at `speed · t + offset_ms` of theirs.
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

/// How `ours` and `theirs` are alike; `None` when nothing worth telling is.
pub fn align(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    if ours.version != theirs.version {
        return None;
    }
    moving(ours, theirs).or_else(|| standing(ours, theirs))
}

/// Two works that show one photograph each. Under two titles it is two works: a person has to look.
fn standing(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    let said = classed(still::align(&ours.film, &theirs.film)?, Evidence::Picture, ours, theirs)?;
    Some(Alignment { likeness: Likeness::SharesPassage, ..said })
}

/// By what moves and what is heard.
fn moving(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    let heard = sound::align(&ours.sound, &theirs.sound);
    match (picture::align(&ours.film, &theirs.film), heard) {
        (Some(seen), Some(heard)) if are_together(&seen, &heard) => {
            let confidence = 1.0 - (1.0 - seen.confidence) * (1.0 - heard.confidence);
            classed(Passage { confidence, ..seen }, Evidence::Both, ours, theirs)
        }
        (Some(seen), _) => classed(seen, Evidence::Picture, ours, theirs),
        (None, Some(heard)) => {
            let said = classed(heard, Evidence::Sound, ours, theirs)?;
            let alike = picture::are_alike(&ours.film, &theirs.film, &heard);
            // A card under its jingle is a passage of both: nothing says that their pictures differ.
            Some(Alignment { likeness: if alike { Likeness::SharesPassage } else { said.likeness }, ..said })
        }
        (None, None) => None,
    }
}

fn are_together(seen: &Passage, heard: &Passage) -> bool {
    let middle = (seen.from_ms + seen.to_ms) / 2.0;
    (seen.theirs(middle) - heard.theirs(middle)).abs() <= TOGETHER_MS
}

fn classed(
    found: Passage,
    evidence: Evidence,
    ours: &Fingerprint,
    theirs: &Fingerprint,
) -> Option<Alignment> {
    let (their_from, their_to) = (found.theirs(found.from_ms), found.theirs(found.to_ms));
    let share = |from: f64, to: f64, of: &Fingerprint| (to - from) / f64::from(of.duration_ms.max(1));
    let whole =
        (share(found.from_ms, found.to_ms, ours) >= WHOLE, share(their_from, their_to, theirs) >= WHOLE);
    let long = found.to_ms - found.from_ms >= LEAST_PASSAGE_MS;
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
        agreeing: found.agreeing,
        compared: found.compared,
    })
}

#[cfg(test)]
mod tests;
