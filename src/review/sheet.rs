//! What a work's sheet is made of, besides the stills: which pictures are to be taken, and the covers and likenesses that the
//! library holds. Everything shown was hashed before: who signs the sheet signs these bytes.

use std::collections::BTreeMap;
use std::path::Path;

use super::release::{SignedFile, signed_files};
use crate::graphics::covers;
use crate::model::manifest::{Rendition, Work};
use crate::model::preset::Edition;
use crate::model::review_refusal::Refusal;
use crate::model::units::{Rational, Size};
use crate::present::papers::CoverPicture;

/// Stills of each canvas.
const STILLS: u64 = 8;

/// The first still is taken this long after the beginning, milliseconds: labels and title cards stand there for 2 s.
const FIRST_MS: u64 = 700;

/// The last still is taken this long before the end, milliseconds, before a fade is over.
const LAST_MS: u64 = 400;

/// Long sides of the pictures on a sheet, pixels: 200 dots an inch and more at the sizes in which they are printed.
pub const STILL_SIDE: u32 = 400;
const COVER_SIDE: u32 = 420;
const POSTER_SIDE: u32 = 1200;
const EVIDENCE_SIDE: u32 = 1100;

/// A distinct picture of a work, of which stills are to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanvasFile {
    /// Relative to the library.
    pub file: String,
    pub size: Size,
    pub frame_rate: Rational,
    pub edition: Edition,
    /// Ids of the targets that show it.
    pub targets: Vec<String>,
    pub moments_ms: Vec<u64>,
}

/// Returns each distinct picture of a work once. Renditions of one recipe show the same.
pub fn canvases(work: &Work) -> Vec<CanvasFile> {
    let mut found: Vec<(&str, CanvasFile)> = Vec::new();
    for made in &work.renditions {
        let is_same = |one: &&mut (&str, CanvasFile)| {
            one.0 == made.video.recipe && one.1.size == Size::new(made.width, made.height)
        };
        match found.iter_mut().find(is_same) {
            Some((_, canvas)) => canvas.targets.push(made.target.clone()),
            None => found.push((&made.video.recipe, canvas(made, work.is_poster()))),
        }
    }
    found.into_iter().map(|(_, canvas)| canvas).collect()
}

fn canvas(made: &Rendition, is_still: bool) -> CanvasFile {
    CanvasFile {
        file: made.file.clone(),
        size: Size::new(made.width, made.height),
        frame_rate: made.frame_rate,
        edition: made.edition,
        targets: vec![made.target.clone()],
        // Whatever moment of a poster is taken, it shows the same.
        moments_ms: if is_still { vec![made.duration_ms / 2] } else { moments(made.duration_ms) },
    }
}

/// The beginning, the end, and moments as far from each other between them.
fn moments(duration_ms: u64) -> Vec<u64> {
    let first = FIRST_MS.min(duration_ms / 4);
    let last = duration_ms.saturating_sub(LAST_MS.min(duration_ms / 4)).max(first);
    let mut moments: Vec<u64> =
        (0..STILLS).map(|step| first + (last - first) * step / (STILLS - 1)).collect();
    moments.dedup();
    moments
}

/// Hashes every file of the release set, the likenesses' pictures included.
///
/// # Errors
/// For the first file that is not as it was recorded.
pub fn check_files(work: &Work, library: &Path) -> Result<(), Refusal> {
    let made = work.renditions.iter().flat_map(|made| signed_files(work, &made.target));
    let pictures = work.likenesses.iter().flat_map(|one| &one.pictures);
    let pictures =
        pictures.map(|kept| SignedFile { path: kept.file.clone(), may_be: vec![kept.sha256.clone()] });
    let mut checked = std::collections::BTreeSet::new();
    for file in made.chain(pictures) {
        if checked.insert(file.path.clone()) {
            file.check(library)?;
        }
    }
    Ok(())
}

/// Returns each distinct cover once.
///
/// # Errors
/// For the first one that cannot be read.
pub fn cover_pictures(work: &Work, library: &Path) -> Result<Vec<CoverPicture>, Refusal> {
    let side = if work.is_poster() { POSTER_SIDE } else { COVER_SIDE };
    let mut found: Vec<(&str, CoverPicture)> = Vec::new();
    for made in &work.renditions {
        for cover in &made.covers {
            match found.iter_mut().find(|(sha256, _)| *sha256 == cover.sha256) {
                Some((_, known)) => {
                    if !known.targets.contains(&made.target) {
                        known.targets.push(made.target.clone());
                    }
                }
                None => {
                    let jpeg = picture(library, &cover.file, side)?;
                    let size = Size::new(cover.width, cover.height);
                    let targets = vec![made.target.clone()];
                    found.push((&cover.sha256, CoverPicture { size, targets, jpeg }));
                }
            }
        }
    }
    Ok(found.into_iter().map(|(_, cover)| cover).collect())
}

/// Returns the pictures that show a work beside those that it is like, by their files.
///
/// # Errors
/// For the first one that cannot be read.
pub fn evidence(work: &Work, library: &Path) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let pictures = work.likenesses.iter().flat_map(|one| &one.pictures);
    pictures.map(|kept| Ok((kept.file.clone(), picture(library, &kept.file, EVIDENCE_SIDE)?))).collect()
}

fn picture(library: &Path, file: &str, side: u32) -> Result<Vec<u8>, Refusal> {
    covers::thumbnail(&library.join(file), side)
        .ok_or_else(|| Refusal::FileUnreadable { file: file.to_owned(), detail: "not a picture".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stills_begin_and_end_within_the_work() {
        assert_eq!(moments(60_000), [700, 9114, 17528, 25942, 34357, 42771, 51185, 59600]);
        for duration_ms in [0, 1, 40, 900, 3_600_000] {
            let moments = moments(duration_ms);
            assert!(moments.is_sorted() && !moments.is_empty(), "{moments:?}");
            assert!(moments.iter().all(|at| *at <= duration_ms), "{moments:?}");
        }
    }
}
