//! Posters on the canvases of screens: whole, over their own blurred and darkened enlargement.

use fast_image_resize::FilterType;
use image::{RgbImage, imageops};
use jpeg_encoder::{ColorType, EncodingError, SamplingFactor};

use super::covers::{cropped, resized};
use crate::files;
use crate::model::job::Layer;
use crate::model::units::Size;

/// JPEG quality of a canvas. Chroma keeps its full resolution: posters have coloured text.
const QUALITY: u8 = 95;
/// Factor by which a poster is reduced before it is blurred for the background, and the blur in pixels there.
const BLUR_SCALE: u32 = 16;
const BLUR_SIGMA: f32 = 5.0;
/// What is left of the background's light: it must not compete with the poster.
const LIGHT: f64 = 0.45;
/// The shadow that a poster throws on its background: its depth at the edge, and its reach as a share of the canvas' short side.
const SHADOW: f64 = 0.5;
const SHADOW_REACH: f64 = 0.02;
/// Pixels by which a poster may miss the canvas' shape and still fill it.
const NEARLY: u32 = 4;
/// Largest layer that is read, bytes.
const MAX_LAYER_BYTES: u64 = 64 << 20;

/// Draws a poster on a canvas of `size`, and the layers over it.
///
/// # Errors
/// For a layer that cannot be read, in words for the log.
pub fn canvas(picture: &RgbImage, size: Size, layers: &[Layer]) -> Result<RgbImage, String> {
    let own = Size::new(picture.width(), picture.height());
    let whole = own.fitted_into(size);
    let near = |a: u32, b: u32| a.abs_diff(b) <= NEARLY;
    let mut out = if near(whole.width, size.width) && near(whole.height, size.height) {
        resized(picture, size, FilterType::Lanczos3)
    } else {
        over_itself(picture, whole, size)
    };
    for layer in layers {
        draw(&mut out, layer)?;
    }
    Ok(out)
}

fn over_itself(picture: &RgbImage, whole: Size, size: Size) -> RgbImage {
    let small = Size::new((size.width / BLUR_SCALE).max(2), (size.height / BLUR_SCALE).max(2));
    let back = imageops::blur(&cropped(picture, small, (0.5, 0.5)), BLUR_SIGMA);
    let mut out = resized(&back, size, FilterType::CatmullRom);
    let (left, top) = ((size.width - whole.width) / 2, (size.height - whole.height) / 2);
    let reach = f64::from(size.short_side()) * SHADOW_REACH;
    let beyond = |at: u32, from: u32, length: u32| {
        f64::from(from.saturating_sub(at).max((at + 1).saturating_sub(from + length)))
    };
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let away = beyond(x, left, whole.width).hypot(beyond(y, top, whole.height));
        let light = LIGHT * (1.0 - SHADOW * (-away / reach).exp());
        pixel.0 = pixel.0.map(|value| (f64::from(value) * light).round() as u8);
    }
    let front = resized(picture, whole, FilterType::Lanczos3);
    imageops::replace(&mut out, &front, i64::from(left), i64::from(top));
    out
}

/// Draws a layer, at its full strength from the beginning: a poster has no time line.
fn draw(canvas: &mut RgbImage, layer: &Layer) -> Result<(), String> {
    let name = || layer.file.as_path().display().to_string();
    let bytes =
        files::read(layer.file.as_path(), MAX_LAYER_BYTES).map_err(|error| format!("{}: {error}", name()))?;
    let over = image::load_from_memory(&bytes).map_err(|error| format!("{}: {error}", name()))?.into_rgba8();
    for (x, y, pixel) in over.enumerate_pixels() {
        let (x, y) = (x + layer.x, y + layer.y);
        if x >= canvas.width() || y >= canvas.height() {
            continue;
        }
        let share = f64::from(pixel.0[3]) / 255.0 * layer.opacity;
        let under = canvas.get_pixel_mut(x, y);
        for (part, above) in under.0.iter_mut().zip(pixel.0) {
            *part = (f64::from(above) * share + f64::from(*part) * (1.0 - share)).round() as u8;
        }
    }
    Ok(())
}

/// Encodes a canvas as JPEG, with an XMP packet if one is given.
///
/// # Errors
/// For a canvas or a packet that is larger than a JPEG holds.
pub fn jpeg(canvas: &RgbImage, xmp: Option<&[u8]>) -> Result<Vec<u8>, EncodingError> {
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    if let Some(packet) = xmp {
        encoder.add_app_segment(1, packet.to_vec())?;
    }
    encoder.encode(canvas.as_raw(), side(canvas.width()), side(canvas.height()), ColorType::Rgb)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: image::Rgb<u8> = image::Rgb([220, 30, 30]);

    #[test]
    fn a_poster_is_whole_in_the_middle_over_something_darker_of_its_colour() {
        for (own, size) in
            [((300, 400), (1920, 1080)), ((1600, 900), (1080, 1920)), ((300, 400), (3840, 1080))]
        {
            let mut picture = RgbImage::from_pixel(own.0, own.1, RED);
            // Its corners are marked, to be found again.
            for (x, y) in [(0, 0), (own.0 - 20, 0), (0, own.1 - 20), (own.0 - 20, own.1 - 20)] {
                imageops::replace(
                    &mut picture,
                    &RgbImage::from_pixel(20, 20, image::Rgb([255; 3])),
                    x.into(),
                    y.into(),
                );
            }
            let size = Size::new(size.0, size.1);
            let out = canvas(&picture, size, &[]).unwrap();
            assert_eq!(out.dimensions(), (size.width, size.height));
            let whole = Size::new(own.0, own.1).fitted_into(size);
            let (left, top) = ((size.width - whole.width) / 2, (size.height - whole.height) / 2);
            for (x, y) in
                [(4, 4), (whole.width - 5, 4), (4, whole.height - 5), (whole.width - 5, whole.height - 5)]
            {
                let seen = out.get_pixel(left + x, top + y).0;
                assert!(seen.iter().all(|part| *part > 235), "{size} {x} {y}: {seen:?}");
            }
            assert!(
                out.get_pixel(size.width / 2, size.height / 2)
                    .0
                    .iter()
                    .zip(RED.0)
                    .all(|(a, b)| a.abs_diff(b) < 4)
            );
            let back = out.get_pixel(0, size.height / 2 * u32::from(left > 0)).0;
            assert!((60..130).contains(&back[0]) && back[0] > 2 * back[1], "{back:?}");
        }
    }
}
