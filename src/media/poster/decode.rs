//! Decodes a poster.

use std::io::{Cursor, Read};

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation as Turn;
use image::{DynamicImage, ImageDecoder, RgbImage};

use super::raw::{PictureFormat, Raw, check_size, damaged};
use super::{colours, jpeg};
use crate::media::source::Handle;
use crate::media::still_picture::{PICTURE_MAX_BYTES, over_white};
use crate::media::{Doing, MediaError};
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{Alpha, Orientation};
use crate::model::units::Size;
use crate::model::value::Arg;

/// What an animated picture is called where its name may be that of a still.
const APNG: &str = "APNG";
const ANIMATED_WEBP: &str = "WebP";

/// A poster as it is shown, and what is told of the file.
pub(super) struct Decoded {
    /// Upright, opaque, sRGB.
    pub picture: RgbImage,
    pub format: PictureFormat,
    pub stored: Size,
    pub bit_depth: u8,
    pub orientation: Orientation,
    pub alpha: Alpha,
    pub has_exif: bool,
    /// Its colour profile cannot be followed.
    pub colours_unknown: bool,
}

/// Reads all of a picture file.
pub(super) fn bytes_of(handle: &Handle) -> Result<Vec<u8>, MediaError> {
    let length = handle.bytes().doing("ask for the file's size")?;
    if length > PICTURE_MAX_BYTES {
        let finding = Finding::error(Code::TooManyBytes).measured(length).limit(PICTURE_MAX_BYTES);
        return Err(MediaError::refused(finding));
    }
    let mut bytes = Vec::new();
    handle.reader().take(PICTURE_MAX_BYTES).read_to_end(&mut bytes).map_err(MediaError::Source)?;
    Ok(bytes)
}

/// Decodes the bytes of a picture of at most `max_pixels`.
pub(super) fn decode(bytes: &[u8], max_pixels: u64) -> Result<Decoded, MediaError> {
    let Some(format) = PictureFormat::of(bytes) else {
        return Err(MediaError::refused(Finding::error(Code::NotMedia)));
    };
    let raw = match format {
        PictureFormat::Jpeg => jpeg::decode(bytes, max_pixels)?,
        PictureFormat::Png => png(bytes, max_pixels)?,
        PictureFormat::WebP => webp(bytes, max_pixels)?,
    };
    let Raw { picture, icc, exif } = raw;
    let stored = Size::new(picture.width(), picture.height());
    let bit_depth = if picture.color().bytes_per_pixel() > picture.color().channel_count() { 16 } else { 8 };
    let turn = exif.as_deref().and_then(Turn::from_exif_chunk).unwrap_or(Turn::NoTransforms);
    let stated = format == PictureFormat::Png && colours::states_others(bytes);
    let (picture, is_followed) = colours::to_srgb(picture, icc.as_deref());
    let alpha = alpha_of(&picture);
    let mut picture = DynamicImage::ImageRgb8(over_white(picture));
    picture.apply_orientation(turn);
    Ok(Decoded {
        picture: picture.into_rgb8(),
        format,
        stored,
        bit_depth,
        orientation: orientation(turn),
        alpha,
        has_exif: exif.is_some(),
        colours_unknown: stated || !is_followed,
    })
}

fn moves(found: &str) -> MediaError {
    MediaError::refused(Finding::error(Code::PosterMoves).arg(Arg::Found, found))
}

fn png(bytes: &[u8], max_pixels: u64) -> Result<Raw, MediaError> {
    let broken = |error: image::ImageError| damaged(PictureFormat::Png, &error);
    let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    if decoder.is_apng().map_err(broken)? {
        return Err(moves(APNG));
    }
    all_of(decoder, PictureFormat::Png, max_pixels)
}

fn webp(bytes: &[u8], max_pixels: u64) -> Result<Raw, MediaError> {
    let decoder =
        WebPDecoder::new(Cursor::new(bytes)).map_err(|error| damaged(PictureFormat::WebP, &error))?;
    if decoder.has_animation() {
        return Err(moves(ANIMATED_WEBP));
    }
    all_of(decoder, PictureFormat::WebP, max_pixels)
}

fn all_of(mut decoder: impl ImageDecoder, format: PictureFormat, max_pixels: u64) -> Result<Raw, MediaError> {
    let (width, height) = decoder.dimensions();
    check_size(Size::new(width, height), max_pixels)?;
    let icc = decoder.icc_profile().map_err(|error| damaged(format, &error))?;
    let exif = decoder.exif_metadata().map_err(|error| damaged(format, &error))?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| damaged(format, &error))?;
    Ok(Raw { picture, icc, exif })
}

fn alpha_of(picture: &DynamicImage) -> Alpha {
    match picture {
        DynamicImage::ImageRgba8(picture) if picture.pixels().any(|pixel| pixel.0[3] < 255) => {
            Alpha::Transparent
        }
        DynamicImage::ImageRgba8(_) => Alpha::Opaque,
        _ => Alpha::Absent,
    }
}

/// EXIF turns first and mirrors after; here it is the other way round.
fn orientation(turn: Turn) -> Orientation {
    let (mirrored, clockwise_degrees) = match turn {
        Turn::NoTransforms => (false, 0),
        Turn::Rotate90 => (false, 90),
        Turn::Rotate180 => (false, 180),
        Turn::Rotate270 => (false, 270),
        Turn::FlipHorizontal => (true, 0),
        Turn::FlipVertical => (true, 180),
        Turn::Rotate90FlipH => (true, 270),
        Turn::Rotate270FlipH => (true, 90),
    };
    Orientation { mirrored, clockwise_degrees }
}
