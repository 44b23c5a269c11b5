//! Scores pictures as covers, and chooses among them.

use crate::model::inspection::CoverCandidate;
use crate::model::units::Size;

/// Mean luma below which a picture with hardly any contrast is black; limited-range black is 16.
const BLACK_LUMA: f64 = 24.0;
const WHITE_LUMA: f64 = 235.0;
/// Standard deviation of the luma below which a picture is one colour.
const FLAT_CONTRAST: f64 = 6.0;
/// Sharpness below which a picture counts as blurred. Measured on 14 camera stills 320 pixels wide: sharp ones have
/// 0.20 to 0.92, the same stills under a Gaussian blur of 2 pixels 0.014 to 0.09, and of 4 pixels less than 0.03.
const BLURRED: f64 = 0.06;
/// Variance that rounding to whole luma values alone gives the Laplacian: a twelfth, times 4² + 4.
const ROUNDING: f64 = 20.0 / 12.0;

/// The measured qualities of one small picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameQuality {
    /// 0..=1, higher is better.
    pub score: f64,
    /// 0..=255, BT.601 weights.
    pub mean_luma: f64,
    /// Standard deviation of the luma, 0..=127.5.
    pub contrast: f64,
    /// Variance of the Laplacian relative to the variance of the luma, mapped to 0..=1.
    pub sharpness: f64,
    /// Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003); about 0..=110.
    pub colourfulness: f64,
    /// One colour, black and white among them.
    pub uniform: bool,
    pub black: bool,
    pub white: bool,
    /// Centre of the detail, as shares of the width and height.
    pub focus: (f64, f64),
}

/// Scores an RGB picture of tightly packed rows (3 bytes per pixel), best about 320 pixels wide. A picture under 3×3
/// pixels, or one with less data than its size needs, scores 0.
pub fn score(size: Size, rgb: &[u8]) -> FrameQuality {
    let (width, height) = (size.width as usize, size.height as usize);
    let enough = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(3));
    if width < 3 || height < 3 || enough.is_none_or(|bytes| rgb.len() < bytes) {
        return FrameQuality {
            score: 0.0,
            mean_luma: 0.0,
            contrast: 0.0,
            sharpness: 0.0,
            colourfulness: 0.0,
            uniform: true,
            black: true,
            white: false,
            focus: (0.5, 0.5),
        };
    }
    let tone = tone(&rgb[..width * height * 3]);
    let (laplacian, focus) = detail(&tone.luma, width, height);
    // A soft picture's Laplacian is small relative to its contrast, whatever the exposure.
    let relative = (laplacian - ROUNDING).max(0.0) / (tone.variance + 1.0);
    let sharpness = relative / (relative + 0.12);
    let contrast = tone.variance.sqrt();
    let black = tone.mean < BLACK_LUMA && contrast < 2.0 * FLAT_CONTRAST;
    let white = tone.mean > WHITE_LUMA && contrast < 2.0 * FLAT_CONTRAST;
    let uniform = contrast < FLAT_CONTRAST && tone.chroma_contrast < 2.0 * FLAT_CONTRAST;
    let exposure = (1.0 - ((tone.mean - 118.0) / 118.0).powi(2)).clamp(0.0, 1.0);
    let usable = !(black || white || uniform);
    let score = 0.4 * sharpness
        + 0.2 * exposure
        + 0.2 * (contrast / 60.0).min(1.0)
        + 0.2 * (tone.colourfulness / 60.0).min(1.0);
    FrameQuality {
        score: if usable { score } else { 0.0 },
        mean_luma: tone.mean,
        contrast,
        sharpness,
        colourfulness: tone.colourfulness,
        uniform,
        black,
        white,
        focus,
    }
}

impl FrameQuality {
    fn is_cover(&self) -> bool {
        !(self.black || self.white || self.uniform || self.sharpness < BLURRED)
    }
}

/// Chooses at most `how_many` of the samples (time in microseconds, quality), best first, no two closer than half of
/// `duration_us / how_many`. Black, white, uniform and blurred pictures are never chosen, so the list may be empty.
pub fn choose(samples: &[(u64, FrameQuality)], duration_us: u64, how_many: usize) -> Vec<CoverCandidate> {
    let mut good: Vec<CoverCandidate> = samples
        .iter()
        .filter(|(_, quality)| quality.is_cover())
        .map(|(at_us, quality)| CoverCandidate { at_us: *at_us, score: quality.score, focus: quality.focus })
        .collect();
    good.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.at_us.cmp(&b.at_us)));
    let apart = duration_us / (2 * how_many.max(1) as u64);
    let mut chosen: Vec<CoverCandidate> = Vec::new();
    for candidate in good {
        let free = chosen.iter().all(|other| other.at_us.abs_diff(candidate.at_us) >= apart.max(1));
        if free && chosen.len() < how_many {
            chosen.push(candidate);
        }
    }
    chosen
}

struct Tone {
    luma: Vec<i16>,
    mean: f64,
    variance: f64,
    colourfulness: f64,
    /// Standard deviation over both opponent colours.
    chroma_contrast: f64,
}

fn tone(rgb: &[u8]) -> Tone {
    let mut luma = Vec::with_capacity(rgb.len() / 3);
    let (mut sum, mut squares) = (0_i64, 0_i64);
    let (mut rg_sum, mut rg_squares, mut yb_sum, mut yb_squares) = (0_i64, 0_i64, 0_i64, 0_i64);
    let (pixels, _) = rgb.as_chunks::<3>();
    for [red, green, blue] in pixels {
        let (red, green, blue) = (i32::from(*red), i32::from(*green), i32::from(*blue));
        let value = (299 * red + 587 * green + 114 * blue + 500) / 1000;
        let (rg, yb) = (red - green, (red + green) / 2 - blue);
        sum += i64::from(value);
        squares += i64::from(value * value);
        rg_sum += i64::from(rg);
        rg_squares += i64::from(rg * rg);
        yb_sum += i64::from(yb);
        yb_squares += i64::from(yb * yb);
        luma.push(value as i16);
    }
    let count = luma.len() as f64;
    let moments = |sum: i64, squares: i64| {
        let mean = sum as f64 / count;
        (mean, (squares as f64 / count - mean * mean).max(0.0))
    };
    let (mean, variance) = moments(sum, squares);
    let (rg_mean, rg_variance) = moments(rg_sum, rg_squares);
    let (yb_mean, yb_variance) = moments(yb_sum, yb_squares);
    let chroma_contrast = (rg_variance + yb_variance).sqrt();
    let colourfulness = chroma_contrast + 0.3 * rg_mean.hypot(yb_mean);
    Tone { luma, mean, variance, colourfulness, chroma_contrast }
}

/// Returns the variance of the Laplacian, and the centre of its magnitude as shares of the width and height, moved away
/// from the middle by 30 % of its distance.
fn detail(luma: &[i16], width: usize, height: usize) -> (f64, (f64, f64)) {
    let (mut sum, mut squares, mut weight) = (0_i64, 0_i64, 0_i64);
    let (mut across, mut down) = (0_i64, 0_i64);
    for y in 1..height - 1 {
        let (above, row, below) =
            (&luma[(y - 1) * width..y * width], &luma[y * width..(y + 1) * width], &luma[(y + 1) * width..]);
        let (mut row_weight, mut row_across) = (0_i64, 0_i64);
        for x in 1..width - 1 {
            let value =
                i32::from(above[x]) + i32::from(below[x]) + i32::from(row[x - 1]) + i32::from(row[x + 1])
                    - 4 * i32::from(row[x]);
            sum += i64::from(value);
            squares += i64::from(value * value);
            let edge = i64::from(value.abs());
            row_weight += edge;
            row_across += edge * x as i64;
        }
        weight += row_weight;
        across += row_across;
        down += row_weight * y as i64;
    }
    let count = ((width - 2) * (height - 2)) as f64;
    let mean = sum as f64 / count;
    let variance = (squares as f64 / count - mean * mean).max(0.0);
    if weight == 0 {
        return (variance, (0.5, 0.5));
    }
    // Noise everywhere draws the centre to the middle, so its distance from there is enlarged.
    let pulled = |centre: f64| (0.5 + (centre - 0.5) * 1.3).clamp(0.0, 1.0);
    let x = across as f64 / weight as f64 / (width - 1) as f64;
    let y = down as f64 / weight as f64 / (height - 1) as f64;
    (variance, (pulled(x), pulled(y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size::new(320, 180);

    /// A lively picture: blocks of changing colour with hard edges, brighter on the left half.
    fn lively() -> image::RgbImage {
        image::RgbImage::from_fn(320, 180, |x, y| {
            let block = (x / 7 * 31 + y / 5 * 17) % 97;
            image::Rgb([(block * 2) as u8, (30 + block) as u8, (x / 2) as u8])
        })
    }

    fn of(picture: &image::RgbImage) -> FrameQuality {
        score(SIZE, picture.as_raw())
    }

    #[test]
    fn a_black_white_uniform_or_blurred_picture_never_wins() {
        let flat = |rgb: [u8; 3]| of(&image::RgbImage::from_pixel(320, 180, image::Rgb(rgb)));
        let (black, white, blue) = (flat([16; 3]), flat([250; 3]), flat([20, 40, 200]));
        assert!(black.black && white.white && blue.uniform, "{black:?} {white:?} {blue:?}");
        let blurred = of(&image::imageops::blur(&lively(), 8.0));
        let bad = [black, white, blue, blurred];
        let mut samples: Vec<_> = (0..).map(|index| index * 1_000_000).zip(bad).collect();
        assert_eq!(choose(&samples, 10_000_000, 3), [], "{blurred:?}");
        samples.push((9_000_000, of(&lively())));
        assert_eq!(choose(&samples, 10_000_000, 3).first().map(|best| best.at_us), Some(9_000_000));
    }

    #[test]
    fn covers_are_spread_over_the_work_with_the_best_first() {
        let good = of(&lively());
        let samples: Vec<_> = (0..60)
            .map(|second| (second * 1_000_000, FrameQuality { score: 0.5 + second as f64 / 1000.0, ..good }))
            .collect();
        let chosen = choose(&samples, 60_000_000, 3);
        assert_eq!(chosen.iter().map(|cover| cover.at_us / 1_000_000).collect::<Vec<_>>(), [59, 49, 39]);
    }

    #[test]
    fn the_focus_lies_where_the_detail_is() {
        let mut picture = image::RgbImage::from_pixel(320, 180, image::Rgb([90; 3]));
        image::imageops::replace(
            &mut picture,
            &image::imageops::crop_imm(&lively(), 0, 0, 60, 60).to_image(),
            250,
            100,
        );
        let (x, y) = of(&picture).focus;
        assert!(x > 0.75 && y > 0.6, "{x} {y}");
    }

    #[test]
    fn a_picture_shorter_than_its_size_is_not_a_cover() {
        assert_eq!(score(SIZE, &[0; 10]).score, 0.0);
    }
}
