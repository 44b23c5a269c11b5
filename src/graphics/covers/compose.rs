//! Crops a still to a cover's shape and encodes it within its byte limit.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::png::PngEncoder;
use image::imageops;
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};
use jpeg_encoder::{ColorType, SamplingFactor};

use crate::model::finding::{Code, Finding};
use crate::model::preset::{CoverSpec, ImageFormat};
use crate::model::units::Size;
use crate::model::value::{Arg, Value};

/// JPEG quality that is tried first, and the lowest that is acceptable for a cover.
const BEST_QUALITY: u8 = 92;
const LOWEST_QUALITY: u8 = 40;

/// The quality is searched on a sample: one in `SAMPLE_EVERY` rows of blocks, each `BLOCK` pixels high as in JPEG.
const SAMPLE_EVERY: u32 = 4;
const BLOCK: u32 = 8;

/// The search ends with a sample between these shares of the limit, or after `MAX_TRIES` attempts.
const NEAR_LIMIT: (f64, f64) = (0.93, 0.98);
const MAX_TRIES: usize = 6;

/// Step by which quality is lowered where the whole picture is larger than the sample predicted.
const STEP_DOWN: u8 = 2;

/// Why a cover cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    #[error("a cover of {0} cannot be made from a picture of {1}")]
    Empty(Size, Size),
    #[error("a picture of {0} is larger than a JPEG can be")]
    TooLarge(Size),
    #[error("the cover cannot be encoded: {0}")]
    Png(#[from] image::ImageError),
    #[error("the cover cannot be encoded: {0}")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
}

/// Makes a cover of exactly `spec.size`: cropped around `focus` (shares of the still's width and height), or whole on a
/// blurred copy of itself where a crop would lose more than half of it; with the title plate (of the same size) on top.
/// The encoded bytes hold no metadata. A cover that exceeds its byte limit comes with a finding.
pub fn compose(
    still: &RgbImage,
    spec: &CoverSpec,
    focus: (f64, f64),
    title: Option<&RgbaImage>,
) -> Result<(Vec<u8>, Vec<Finding>), CoverError> {
    let own = Size::new(still.width(), still.height());
    if own.short_side() == 0 || spec.size.short_side() == 0 {
        return Err(CoverError::Empty(spec.size, own));
    }
    let mut cover = framed(still, spec.size, focus);
    if let Some(title) = title {
        blend(&mut cover, title);
    }
    encode(&cover, spec)
}

fn framed(still: &RgbImage, size: Size, focus: (f64, f64)) -> RgbImage {
    let own = Size::new(still.width(), still.height());
    let kept = (own.aspect() / size.aspect()).min(size.aspect() / own.aspect());
    if kept >= 0.5 {
        return cropped(still, size, focus);
    }
    // A small blurred copy, enlarged: the blur hides the enlarging.
    let small = Size::new((size.width / 8).max(1), (size.height / 8).max(1));
    let back = imageops::fast_blur(&cropped(still, small, focus), 4.0);
    let mut cover = resized(&back, size, FilterType::Bilinear);
    let scale =
        (f64::from(size.width) / f64::from(own.width)).min(f64::from(size.height) / f64::from(own.height));
    let side = |own: u32, limit: u32| ((f64::from(own) * scale).round() as u32).clamp(1, limit);
    let (width, height) = (side(own.width, size.width), side(own.height, size.height));
    let whole = resized(still, Size::new(width, height), FilterType::CatmullRom);
    let (x, y) = ((size.width - width) / 2, (size.height - height) / 2);
    imageops::replace(&mut cover, &whole, i64::from(x), i64::from(y));
    cover
}

/// Returns the largest part of the still with the shape of `size`, centred on the focus as closely as possible, scaled
/// to `size`.
pub(in crate::graphics) fn cropped(still: &RgbImage, size: Size, focus: (f64, f64)) -> RgbImage {
    let (own_width, own_height) = (f64::from(still.width()), f64::from(still.height()));
    let width = (own_height * size.aspect()).min(own_width).round().max(1.0);
    let height = (own_width / size.aspect()).min(own_height).round().max(1.0);
    let start = |own: f64, part: f64, share: f64| (own * share - part / 2.0).clamp(0.0, own - part) as u32;
    let (x, y) = (start(own_width, width, focus.0), start(own_height, height, focus.1));
    let part = imageops::crop_imm(still, x, y, width as u32, height as u32).to_image();
    if part.dimensions() == (size.width, size.height) {
        part
    } else {
        resized(&part, size, FilterType::CatmullRom)
    }
}

/// Scales the picture to `size`. An empty size, which no spec has, leaves it black.
pub(in crate::graphics) fn resized(picture: &RgbImage, size: Size, filter: FilterType) -> RgbImage {
    let mut out = RgbImage::new(size.width, size.height);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    // The one pixel type is named: `Resizer::resize` would have the code of all of them compiled into this program.
    let source = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.as_raw());
    let target = TypedImage::<U8x3>::from_buffer(size.width, size.height, &mut out);
    if let (Ok(source), Ok(mut target)) = (source, target) {
        // Fails only for sizes that do not fit their bytes.
        let _ = Resizer::new().resize_typed(&source, &mut target, &options);
    }
    out
}

fn blend(cover: &mut RgbImage, title: &RgbaImage) {
    for (x, y, over) in title.enumerate_pixels() {
        let alpha = u32::from(over.0[3]);
        if alpha == 0 || x >= cover.width() || y >= cover.height() {
            continue;
        }
        let under = cover.get_pixel_mut(x, y);
        for channel in 0..3 {
            let mixed = u32::from(over.0[channel]) * alpha + u32::from(under.0[channel]) * (255 - alpha);
            under.0[channel] = ((mixed + 127) / 255) as u8;
        }
    }
}

fn encode(cover: &RgbImage, spec: &CoverSpec) -> Result<(Vec<u8>, Vec<Finding>), CoverError> {
    let limit = spec.max_bytes.unwrap_or(u64::MAX);
    let fits = |bytes: &[u8]| bytes.len() as u64 <= limit;
    let bytes = match spec.format {
        ImageFormat::Png => png(cover)?,
        ImageFormat::Jpeg => encode_within(cover, limit)?,
    };
    let findings = if fits(&bytes) {
        Vec::new()
    } else {
        vec![
            Finding::warning(Code::CoverOverBytes)
                .measured(Value::Bytes(bytes.len() as u64))
                .limit(Value::Bytes(limit))
                .arg(Arg::Size, spec.size),
        ]
    };
    Ok((bytes, findings))
}

/// Encodes the picture as JPEG at the best quality that fits, or at the lowest when none does.
fn encode_within(cover: &RgbImage, limit: u64) -> Result<Vec<u8>, CoverError> {
    let best = jpeg(cover, BEST_QUALITY)?;
    if best.len() as u64 <= limit {
        return Ok(best);
    }
    let mut quality = predicted_quality(cover, best.len(), limit)?;
    loop {
        let tried = jpeg(cover, quality)?;
        if tried.len() as u64 <= limit || quality == LOWEST_QUALITY {
            return Ok(tried);
        }
        quality = quality.saturating_sub(STEP_DOWN).max(LOWEST_QUALITY);
    }
}

/// Returns the quality at which a sample of the picture stays just under its share of the limit. The logarithm of the
/// bytes grows about linearly with quality, so the next attempt is where the line between the nearest attempts on either
/// side meets the limit.
fn predicted_quality(cover: &RgbImage, best_bytes: usize, limit: u64) -> Result<u8, CoverError> {
    let sample = sample(cover);
    let bytes = |quality| Ok::<f64, CoverError>(jpeg(&sample, quality)?.len() as f64);
    let best = bytes(BEST_QUALITY)?;
    let limit = limit as f64 * best / best_bytes as f64;
    let (least, most) = (NEAR_LIMIT.0 * limit, NEAR_LIMIT.1 * limit);
    let (mut low, mut high) = ((LOWEST_QUALITY, bytes(LOWEST_QUALITY)?), (BEST_QUALITY, best));
    for _ in 0..MAX_TRIES {
        if low.1 >= least || high.0 - low.0 < 2 {
            break;
        }
        let share = (most / low.1).ln() / (high.1 / low.1).ln();
        let step = (share * f64::from(high.0 - low.0)) as u8;
        let quality = (low.0 + step).clamp(low.0 + 1, high.0 - 1);
        let tried = (quality, bytes(quality)?);
        if tried.1 <= most {
            low = tried;
        } else {
            high = tried;
        }
    }
    Ok(low.0)
}

/// Returns one in `SAMPLE_EVERY` rows of blocks of a picture, one below the other; a low picture as it is.
fn sample(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    if height < BLOCK * SAMPLE_EVERY {
        return picture.clone();
    }
    let band = (width * BLOCK * 3) as usize;
    // From the second row on, so that the sample favours neither the upper nor the lower edge.
    let bands = picture.as_raw().chunks_exact(band).skip(1).step_by(SAMPLE_EVERY as usize);
    let rows: Vec<u8> = bands.flatten().copied().collect();
    let height = rows.len() as u32 / (width * 3);
    RgbImage::from_raw(width, height, rows).unwrap_or_else(|| picture.clone())
}

/// Encodes a JPEG. Chroma keeps its full resolution, because titles have coloured edges.
pub(super) fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, CoverError> {
    let too_large = |_| CoverError::TooLarge(Size::new(picture.width(), picture.height()));
    let width = u16::try_from(picture.width()).map_err(too_large)?;
    let height = u16::try_from(picture.height()).map_err(too_large)?;
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb)?;
    Ok(bytes)
}

fn png(picture: &RgbImage) -> Result<Vec<u8>, CoverError> {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    PngEncoder::new(&mut bytes).write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(width: u32, height: u32, max_bytes: Option<u64>) -> CoverSpec {
        CoverSpec { size: Size::new(width, height), format: ImageFormat::Jpeg, max_bytes }
    }

    /// Noise does not compress: the hardest still there is.
    fn noise(width: u32, height: u32) -> RgbImage {
        let mut state = 1_u32;
        RgbImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
        })
    }

    #[test]
    fn covers_have_exactly_the_size_asked_for_and_keep_their_limit() {
        let still = noise(640, 360);
        for (width, height) in [(540, 720), (640, 360), (300, 300), (383, 511), (1, 1), (960, 270)] {
            let (bytes, findings) = compose(&still, &spec(width, height, None), (0.9, 0.1), None).unwrap();
            let cover = image::load_from_memory(&bytes).unwrap();
            assert_eq!((cover.width(), cover.height(), findings.len()), (width, height, 0));
        }
        let free = compose(&still, &spec(640, 360, None), (0.5, 0.5), None).unwrap().0.len() as u64;
        let (bytes, findings) = compose(&still, &spec(640, 360, Some(free / 2)), (0.5, 0.5), None).unwrap();
        assert!(bytes.len() as u64 <= free / 2 && bytes.len() as u64 > free / 3 && findings.is_empty());
        let (_, findings) = compose(&still, &spec(640, 360, Some(1000)), (0.5, 0.5), None).unwrap();
        assert_eq!(findings[0].code, Code::CoverOverBytes);
    }

    /// Half plain, half noise: what is sampled of it must stand for both.
    #[test]
    fn the_limit_is_met_and_used_whatever_the_picture() {
        let mut half = RgbImage::from_pixel(640, 360, image::Rgb([20, 90, 160]));
        imageops::replace(&mut half, &noise(640, 150), 0, 210);
        let mut faded = noise(640, 360);
        for (_, y, pixel) in faded.enumerate_pixels_mut() {
            pixel.0 = pixel.0.map(|value| (u32::from(value) * y / 360) as u8);
        }
        for picture in [half, faded, noise(640, 360)] {
            let best = jpeg(&picture, BEST_QUALITY).unwrap().len() as f64;
            for share in [0.45, 0.7, 0.97] {
                let limit = (best * share) as u64;
                let bytes = encode_within(&picture, limit).unwrap().len() as f64 / limit as f64;
                assert!((0.8..=1.0).contains(&bytes), "{bytes:.3} of {share} of {best}");
            }
        }
    }

    #[test]
    fn the_crop_keeps_the_focus() {
        let mut still = RgbImage::from_pixel(400, 300, image::Rgb([0, 0, 0]));
        for (x, y) in (380..390).flat_map(|x| (100..110).map(move |y| (x, y))) {
            still.put_pixel(x, y, image::Rgb([255, 0, 0]));
        }
        let bright =
            |focus| framed(&still, Size::new(300, 300), focus).pixels().any(|pixel| pixel.0[0] > 200);
        assert!(bright((0.95, 0.35)));
        assert!(!bright((0.1, 0.35)));
    }

    #[test]
    fn a_wide_still_stays_whole_on_a_tall_cover() {
        let mut still = RgbImage::from_pixel(640, 360, image::Rgb([0, 80, 0]));
        imageops::replace(&mut still, &RgbImage::from_pixel(40, 360, image::Rgb([255, 0, 0])), 0, 0);
        let cover = framed(&still, Size::new(360, 640), (0.9, 0.5));
        assert!(cover.get_pixel(5, 320).0[0] > 200);
    }

    #[test]
    fn the_title_plate_lies_over_the_picture() {
        let still = RgbImage::from_pixel(300, 300, image::Rgb([0, 0, 0]));
        let mut plate = RgbaImage::new(300, 300);
        plate.put_pixel(150, 150, image::Rgba([255, 255, 255, 255]));
        let mut cover = framed(&still, Size::new(300, 300), (0.5, 0.5));
        blend(&mut cover, &plate);
        assert_eq!((cover.get_pixel(150, 150).0, cover.get_pixel(0, 0).0), ([255; 3], [0; 3]));
    }
}
