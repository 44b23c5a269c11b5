//! Decodes a JPEG strictly: what is missing at its end would be grey, and look as if it were meant.

use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::decode::{PictureFormat, Raw, check_size, damaged};
use crate::media::MediaError;
use crate::model::finding::{Code, Finding};
use crate::model::units::Size;

/// What the decoder says, where it is strict, of stray bytes between segments: cameras and editors leave such, and no pixel
/// depends on them.
const HARMLESS: &str = "Extra bytes between headers";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strict {
    Yes,
    No,
}

pub(super) fn decode(bytes: &[u8], max_pixels: u64) -> Result<Raw, MediaError> {
    match decode_as(bytes, max_pixels, Strict::Yes) {
        Err(Failed::Damaged(why)) if why.contains(HARMLESS) && reaches_its_end(bytes) => {
            decode_as(bytes, max_pixels, Strict::No)
        }
        decoded => decoded,
    }
    .map_err(|failed| match failed {
        Failed::Refused(error) => error,
        Failed::Damaged(why) => damaged(PictureFormat::Jpeg, &why),
    })
}

enum Failed {
    Refused(MediaError),
    Damaged(String),
}

fn decode_as(bytes: &[u8], max_pixels: u64, strict: Strict) -> Result<Raw, Failed> {
    let broken = |error: &dyn ToString| Failed::Damaged(error.to_string());
    let options = DecoderOptions::default()
        .set_strict_mode(strict == Strict::Yes)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| broken(&error))?;
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let size =
        decoder.dimensions().map_or(Size::new(0, 0), |(width, height)| Size::new(side(width), side(height)));
    check_size(size, max_pixels).map_err(Failed::Refused)?;
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    if matches!(stored, ColorSpace::CMYK | ColorSpace::YCCK) {
        return Err(Failed::Refused(MediaError::refused(Finding::error(Code::PosterForPrint))));
    }
    let is_grey = matches!(stored, ColorSpace::Luma | ColorSpace::LumaA);
    let wanted = if is_grey { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let pixels = decoder.decode().map_err(|error| broken(&error))?;
    let (icc, exif) = (decoder.icc_profile(), decoder.exif().cloned());
    let picture = if is_grey {
        GrayImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(size.width, size.height, pixels).map(DynamicImage::ImageRgb8)
    };
    let picture = picture.ok_or_else(|| Failed::Damaged("fewer pixels than its size has".to_owned()))?;
    Ok(Raw { picture, icc, exif })
}

/// Returns true if the mark of the end stands behind the last scan.
fn reaches_its_end(bytes: &[u8]) -> bool {
    let marks = |mark: u8| bytes.windows(2).rposition(|pair| pair == [0xff, mark]);
    marks(0xd9).is_some_and(|end| marks(0xda).is_some_and(|scan| scan < end))
}
