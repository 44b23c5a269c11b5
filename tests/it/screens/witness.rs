//! Judges what the compositor drew: each frame is read by its row of bits, in its absence by its light.

use image::GenericImageView as _;

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Number of a clip, and of its frame.
    Clip(u32, u32),
    Black,
    Other,
}

const CELLS: u32 = 20;

/// Reads a frame that shows the whole canvas.
pub fn read(jpeg: &[u8]) -> Seen {
    let picture = image::load_from_memory(jpeg).unwrap();
    let (width, height) = picture.dimensions();
    let light = |x: u32, y: u32| {
        let [r, g, b, _] = picture.get_pixel(x, y).0.map(u32::from);
        (r * 3 + g * 6 + b) / 10
    };
    let cells: Vec<u32> =
        (0..CELLS).map(|n| light(n * width / CELLS + width / CELLS / 2, height / 18)).collect();
    let bits: Vec<u32> = cells.iter().map(|light| u32::from(*light > 128)).collect();
    let number = |from: usize, to: usize| bits[from..to].iter().fold(0, |sum, bit| sum * 2 + bit);
    let (clip, frame) = (number(2, 6), number(6, 14));
    let is_sync = (bits[0], bits[1], bits[18], bits[19]) == (1, 0, 1, 0);
    if is_sync && number(14, 18) == (clip * 7 + frame) % 16 {
        return Seen::Clip(clip, frame);
    }
    let points = (0..400).map(|n| light(n % 20 * width / 20, n / 20 * height / 20)).sum::<u32>() / 400;
    if points < 12 && cells.iter().all(|light| *light < 40) { Seen::Black } else { Seen::Other }
}

/// A run of frames.
#[derive(Debug, Default)]
pub struct Judgement {
    pub frames: usize,
    pub black: usize,
    /// Neither a clip nor black, between the first and the last picture of a clip.
    pub other: usize,
    /// From the last picture of a clip to the first of the next, milliseconds, ascending.
    pub gaps: Vec<f64>,
}

impl Judgement {
    pub fn of(frames: &[(f64, Vec<u8>)]) -> Self {
        let seen: Vec<_> = frames.iter().map(|(at, jpeg)| (at * 1000.0, read(jpeg))).collect();
        let is_clip = |(_, seen): &(f64, Seen)| matches!(seen, Seen::Clip(..));
        let first = seen.iter().position(is_clip).unwrap_or(seen.len());
        let last = seen.iter().rposition(is_clip).map_or(first, |last| last + 1);
        let mut judged = Self::default();
        let mut before: Option<(f64, u32)> = None;
        for (at, seen) in &seen[first.min(last)..last] {
            judged.frames += 1;
            match seen {
                Seen::Clip(clip, _) => {
                    if let Some((then, _)) = before.filter(|(_, other)| other != clip) {
                        judged.gaps.push(at - then);
                    }
                    before = Some((*at, *clip));
                }
                Seen::Black => judged.black += 1,
                Seen::Other => judged.other += 1,
            }
        }
        judged.gaps.sort_by(f64::total_cmp);
        judged
    }

    /// The gap that `share` of all do not exceed, milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a small count"
    )]
    pub fn gap(&self, share: f64) -> f64 {
        let place = (self.gaps.len() as f64 * share) as usize;
        self.gaps.get(place.min(self.gaps.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }
}
