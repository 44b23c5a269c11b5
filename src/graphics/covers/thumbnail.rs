//! Thumbnails of finished covers and contact sheets.

use std::path::Path;

use fast_image_resize::FilterType;
use image::RgbImage;

use super::compose::{jpeg, resized};
use crate::model::units::Size;

/// Returns the picture as a JPEG whose longer side is at most `side` pixels; `None` when it cannot be read. For pictures
/// that jincai made only.
pub fn thumbnail(file: &Path, side: u32) -> Option<Vec<u8>> {
    thumbnail_of(&image::open(file).ok()?.into_rgb8(), side)
}

/// The same of a picture in memory.
pub fn thumbnail_of(picture: &RgbImage, side: u32) -> Option<Vec<u8>> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return jpeg(picture, 80).ok();
    }
    let scaled = |own: u32| ((u64::from(own) * u64::from(side)).div_ceil(u64::from(longest)) as u32).max(1);
    let small = resized(picture, Size::new(scaled(width), scaled(height)), FilterType::Bilinear);
    jpeg(&small, 80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_a_small_one_its_size() {
        let folder = tempfile::tempdir().unwrap();
        for ((width, height), wanted) in [((1080, 1440), (240, 320)), ((100, 50), (100, 50))] {
            let file = folder.path().join("a.png");
            RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30])).save(&file).unwrap();
            let small = image::load_from_memory(&thumbnail(&file, 320).unwrap()).unwrap();
            assert_eq!((small.width(), small.height()), wanted);
        }
        assert_eq!(thumbnail(&folder.path().join("none.png"), 320), None);
    }
}
