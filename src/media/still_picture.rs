//! Decodes a picture that a team handed in beside its video.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Resampling};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, RgbImage,
};

use super::{Doing, MediaError, labels};
use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, StillsJob};
use crate::model::units::Size;
use crate::model::value::{Arg, Value};

/// Largest picture file that is read.
pub const PICTURE_MAX_BYTES: u64 = 64 << 20;

/// First bytes of what people hand in as a picture though it is none that can be used, at their place, and what it is.
const OTHERS: [(usize, &[u8], &str); 7] = [
    (8, b"WEBP", "WebP"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"%PDF", "PDF"),
];

/// Writes the picture upright as PNG, reduced to the size of the job's first task; what cannot be used is refused with
/// [`Code::CoverUnusable`], what carries a label of AI-made media with [`Code::CoverLabelled`].
pub fn run(job: &StillsJob, file: File) -> Result<Vec<u64>, EngineError> {
    let Some(task) = job.stills.first() else { return Ok(Vec::new()) };
    let picture = decode(file, job.limits.max_pixels).map_err(EngineError::from)?;
    let size = Size::new(picture.width(), picture.height());
    let limit = task.max_long_side.max(2);
    let picture = if size.long_side() > limit {
        let small = size.fitted_into(Size::new(limit, limit));
        imageops::resize(&picture, small.width, small.height, Resampling::CatmullRom)
    } else {
        picture
    };
    let mut out = files::create_again(task.file.as_path()).doing("create a picture")?;
    PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up)
        .write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|error| MediaError::Broken(format!("write a picture: {error}")))?;
    Ok(vec![0])
}

fn decode(file: File, max_pixels: u64) -> Result<RgbImage, MediaError> {
    let mut bytes = Vec::new();
    BufReader::new(file).take(PICTURE_MAX_BYTES + 1).read_to_end(&mut bytes).map_err(MediaError::Source)?;
    let refused = |finding: Finding| MediaError::refused(finding);
    let unusable = || Finding::warning(Code::CoverUnusable);
    if bytes.len() as u64 > PICTURE_MAX_BYTES {
        let finding = unusable().measured(Value::MoreThan(Box::new(Value::Memory(PICTURE_MAX_BYTES))));
        return Err(refused(finding.limit(Value::Memory(PICTURE_MAX_BYTES))));
    }
    let format = match image::guess_format(&bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => format,
        _ => {
            let is_it = |(at, sign, _): &&(usize, &[u8], &str)| {
                bytes.get(*at..).is_some_and(|rest| rest.starts_with(sign))
            };
            let found = OTHERS.iter().find(is_it);
            return Err(refused(
                found.map_or_else(unusable, |(_, _, name)| unusable().arg(Arg::Found, *name)),
            ));
        }
    };
    if labels::is_labelled(&bytes) {
        return Err(refused(Finding::warning(Code::CoverLabelled)));
    }
    let broken = |error: image::ImageError| refused(unusable().detail(error));
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        let finding = unusable().measured(Size::new(width, height));
        return Err(refused(finding.limit(Value::Pixels(max_pixels))));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(over_white(picture))
}

/// Composes what shines through over white, as a page would show it.
pub(super) fn over_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut out = RgbImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(out.pixels_mut()) {
        let alpha = u32::from(from.0[3]);
        to.0 =
            [0, 1, 2].map(|part| ((u32::from(from.0[part]) * alpha + 255 * (255 - alpha) + 127) / 255) as u8);
    }
    out
}
