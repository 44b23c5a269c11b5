//! What decoded pictures and streams state about how they are shown.

use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::frame::side_data;
use ffmpeg_next::{color, frame};

use crate::model::inspection::{Colour, Orientation};
use crate::model::units::Rational;

/// The tags of a picture, of which each change is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameTags {
    pub primaries: color::Primaries,
    pub transfer: color::TransferCharacteristic,
    pub matrix: color::Space,
    pub full_range: bool,
    /// `0/1` is unknown.
    pub sample_aspect: Rational,
    pub orientation: Option<Orientation>,
    pub interlaced: bool,
}

impl FrameTags {
    pub fn of(frame: &frame::Video) -> Self {
        let aspect = frame.aspect_ratio();
        let part = |value: i32| u32::try_from(value).unwrap_or(0);
        let matrix = frame.side_data(side_data::Type::DisplayMatrix);
        Self {
            primaries: frame.color_primaries(),
            transfer: frame.color_transfer_characteristic(),
            matrix: frame.color_space(),
            full_range: frame.color_range() == color::Range::JPEG
                || pixel_name(frame.format()).starts_with("yuvj"),
            sample_aspect: Rational::new(part(aspect.numerator()), part(aspect.denominator())),
            orientation: matrix.map(|data| Turn::of(data.data()).orientation),
            interlaced: frame.is_interlaced(),
        }
    }

    /// Returns the colours by FFmpeg's names.
    pub fn colour(self) -> Colour {
        let name = |name: Option<&'static str>| name.unwrap_or("unknown").to_owned();
        Colour {
            primaries: name(self.primaries.name()),
            transfer: name(self.transfer.name()),
            matrix: name(self.matrix.name()),
            full_range: self.full_range,
        }
    }
}

/// Returns FFmpeg's name of a pixel format; empty for an unknown one.
pub(super) fn pixel_name(format: Pixel) -> &'static str {
    format.descriptor().map_or("", |descriptor| descriptor.name())
}

/// Returns true for FFmpeg's name of an RGB format, palettes included.
pub(super) fn is_rgb_name(name: &str) -> bool {
    ["rgb", "bgr", "gbr", "pal", "0rgb", "0bgr", "argb", "abgr", "x2rgb", "x2bgr"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// How a display matrix turns pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub orientation: Orientation,
    /// Degrees clockwise of a turn that is no quarter turn, which is not followed.
    pub tilt_degrees: Option<u32>,
}

impl Turn {
    /// Reads a display matrix (nine native-endian 16.16 and 2.30 numbers, ISO 14496-12 §6.2.2): column vectors,
    /// x′ = a·x + c·y, y′ = b·x + d·y. Anything that is not a multiple of a quarter turn counts as upright.
    pub fn of(matrix: &[u8]) -> Self {
        let entry = |index: usize| {
            matrix
                .get(index * 4..index * 4 + 4)
                .map_or(0.0, |bytes| f64::from(i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])))
        };
        let (a, b, c, d) = (entry(0), entry(1), entry(3), entry(4));
        let determinant = a * d - b * c;
        if determinant == 0.0 || !determinant.is_finite() {
            return Self::default();
        }
        let degrees = (-c).atan2(d).to_degrees().rem_euclid(360.0);
        let quarter = (degrees / 90.0).round();
        if (degrees - quarter * 90.0).abs() > 1.0 {
            return Self { tilt_degrees: Some(degrees.round() as u32), ..Self::default() };
        }
        let orientation =
            Orientation { mirrored: determinant < 0.0, clockwise_degrees: (quarter as u16 % 4) * 90 };
        Self { orientation, tilt_degrees: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Vec<u8> {
        [a, b, 0, c, d, 0, 0, 0, 1 << 14].iter().flat_map(|n| (n * 65536).to_ne_bytes()).collect()
    }

    #[test]
    fn every_quarter_turn_and_mirror_is_told_apart() {
        let cases = [
            (matrix(1, 0, 0, 1), false, 0),
            (matrix(0, 1, -1, 0), false, 90),
            (matrix(-1, 0, 0, -1), false, 180),
            (matrix(0, -1, 1, 0), false, 270),
            (matrix(-1, 0, 0, 1), true, 0),
            (matrix(1, 0, 0, -1), true, 180),
            (matrix(0, -1, -1, 0), true, 90),
            (matrix(0, 1, 1, 0), true, 270),
        ];
        for (bytes, mirrored, clockwise_degrees) in cases {
            let orientation = Orientation { mirrored, clockwise_degrees };
            assert_eq!(Turn::of(&bytes), Turn { orientation, tilt_degrees: None });
        }
    }

    #[test]
    fn a_matrix_of_zeros_or_too_short_is_upright_and_another_turn_is_named() {
        assert_eq!(Turn::of(&matrix(0, 0, 0, 0)), Turn::default());
        assert_eq!(Turn::of(&[1, 2, 3]), Turn::default());
        assert_eq!(Turn::of(&matrix(1, 1, -1, 1)).tilt_degrees, Some(45));
    }
}
