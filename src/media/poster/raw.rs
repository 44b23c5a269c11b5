//! What the decoders of all formats share.

use image::DynamicImage;

use crate::media::MediaError;
use crate::model::finding::{Code, Finding};
use crate::model::units::Size;
use crate::model::value::{Arg, Value};

/// How a picture is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum PictureFormat {
    Jpeg,
    Png,
    WebP,
}

impl PictureFormat {
    /// Recognises a picture that can be a poster by its first twelve bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        }
    }
}

/// What a decoder gives, before it is turned and made opaque.
pub(super) struct Raw {
    pub picture: DynamicImage,
    pub icc: Option<Vec<u8>>,
    pub exif: Option<Vec<u8>>,
}

/// Refuses a picture of too many pixels before any is decoded.
pub(super) fn check_size(size: Size, max_pixels: u64) -> Result<(), MediaError> {
    if size.short_side() == 0 || u64::from(size.width) * u64::from(size.height) > max_pixels {
        let finding = Finding::error(Code::TooManyPixels).measured(size).limit(Value::Pixels(max_pixels));
        return Err(MediaError::refused(finding));
    }
    Ok(())
}

/// The refusal of a picture that cannot be decoded to its end.
pub(super) fn damaged(format: PictureFormat, detail: &dyn ToString) -> MediaError {
    let finding = Finding::error(Code::PosterDamaged).arg(Arg::Found, format.name());
    MediaError::refused(finding.detail(detail.to_string()))
}
