//! Layers on a canvas: images with alpha, drawn on 8-bit 4:2:0 BT.709 limited-range pictures.

use std::path::Path;

use ffmpeg_next::frame;
use image::RgbaImage;

use super::{Doing, MediaError, ffi};
use crate::files;
use crate::model::job::Layer;

/// Every layer of one picture. Captions are loaded when their time comes and dropped after it, so that memory does
/// not grow with their number.
pub(super) struct Layers {
    layers: Vec<(Layer, Option<Patch>)>,
}

impl Layers {
    pub fn new(layers: &[Layer]) -> Self {
        Self { layers: layers.iter().map(|layer| (layer.clone(), None)).collect() }
    }

    /// Draws what is on at `at_us` since the first frame.
    pub fn draw(&mut self, picture: &mut frame::Video, at_us: u64) -> Result<(), MediaError> {
        let mut writable = false;
        for (layer, patch) in &mut self.layers {
            let strength = strength_at(layer, at_us);
            if strength <= 0.0 {
                if patch.is_some() && layer.until_us.is_some_and(|until| at_us >= until) {
                    *patch = None;
                }
                continue;
            }
            if !writable {
                ffi::make_writable(picture).doing("copy a shared picture before drawing on it")?;
                writable = true;
            }
            let patch = match patch {
                Some(patch) => patch,
                None => patch.insert(Patch::load(layer)?),
            };
            patch.draw(picture, (strength * 256.0).round() as u32);
        }
        Ok(())
    }
}

/// Opacity of a layer at a moment, 0..=1, fades included.
fn strength_at(layer: &Layer, at_us: u64) -> f64 {
    let until = layer.until_us.unwrap_or(u64::MAX);
    if at_us < layer.from_us || at_us >= until {
        return 0.0;
    }
    let ramp = |distance: u64| {
        if layer.fade_us == 0 { 1.0 } else { (distance as f64 / layer.fade_us as f64).min(1.0) }
    };
    // A layer that is there from the first frame does not fade in: covers and previews show that frame.
    let fade_in = if layer.from_us == 0 { 1.0 } else { ramp(at_us - layer.from_us) };
    let fade_out = if layer.until_us.is_none() { 1.0 } else { ramp(until - at_us) };
    layer.opacity * fade_in.min(fade_out)
}

/// An image as planes: luma with its alpha at full size, chroma with its alpha at half size. Its corner lies on even
/// coordinates.
struct Patch {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    luma: Vec<u8>,
    luma_alpha: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
    chroma_alpha: Vec<u8>,
}

impl Patch {
    fn load(layer: &Layer) -> Result<Self, MediaError> {
        let image = open_png(layer.file.as_path())?;
        Ok(Self::from_image(&image, layer.x, layer.y))
    }

    fn from_image(image: &RgbaImage, x: u32, y: u32) -> Self {
        let (shift_x, shift_y) = ((x & 1) as usize, (y & 1) as usize);
        let width = (image.width() as usize + shift_x).next_multiple_of(2);
        let height = (image.height() as usize + shift_y).next_multiple_of(2);
        let mut patch = Self {
            x: (x & !1) as usize,
            y: (y & !1) as usize,
            width,
            height,
            luma: vec![16; width * height],
            luma_alpha: vec![0; width * height],
            blue: vec![128; width * height / 4],
            red: vec![128; width * height / 4],
            chroma_alpha: vec![0; width * height / 4],
        };
        // Alpha-weighted sums of Cb, Cr and alpha over each 2×2 block.
        let mut sums = vec![(0.0_f32, 0.0_f32, 0.0_f32); width * height / 4];
        for (column, row, pixel) in image.enumerate_pixels() {
            let (column, row) = (column as usize + shift_x, row as usize + shift_y);
            let [r, g, b, alpha] = pixel.0;
            let (luma, blue, red) = to_bt709(r, g, b);
            patch.luma[row * width + column] = luma.round() as u8;
            patch.luma_alpha[row * width + column] = alpha;
            let sum = &mut sums[row / 2 * (width / 2) + column / 2];
            let weight = f32::from(alpha);
            *sum = (sum.0 + blue * weight, sum.1 + red * weight, sum.2 + weight);
        }
        for (index, (blue, red, weight)) in sums.into_iter().enumerate() {
            if weight > 0.0 {
                patch.blue[index] = (blue / weight).round() as u8;
                patch.red[index] = (red / weight).round() as u8;
                patch.chroma_alpha[index] = (weight / 4.0).round() as u8;
            }
        }
        patch
    }

    /// `strength` of 256 is the image's own alpha.
    fn draw(&self, picture: &mut frame::Video, strength: u32) {
        let (chroma_width, chroma_height) = (self.width / 2, self.height / 2);
        let plane = |index: usize,
                     values,
                     alphas,
                     at: (usize, usize),
                     size: (usize, usize),
                     picture: &mut frame::Video| {
            let limit = (picture.plane_width(index) as usize, picture.plane_height(index) as usize);
            let stride = picture.stride(index);
            blend_plane(
                Target { bytes: picture.data_mut(index), stride, limit },
                (values, alphas),
                (at, size),
                strength,
            );
        };
        plane(0, &self.luma, &self.luma_alpha, (self.x, self.y), (self.width, self.height), picture);
        let (at, size) = ((self.x / 2, self.y / 2), (chroma_width, chroma_height));
        plane(1, &self.blue, &self.chroma_alpha, at, size, picture);
        plane(2, &self.red, &self.chroma_alpha, at, size, picture);
    }
}

struct Target<'a> {
    bytes: &'a mut [u8],
    stride: usize,
    limit: (usize, usize),
}

fn blend_plane(
    target: Target<'_>,
    (values, alphas): (&Vec<u8>, &Vec<u8>),
    ((x, y), (width, height)): ((usize, usize), (usize, usize)),
    strength: u32,
) {
    let shown = width.min(target.limit.0.saturating_sub(x));
    for row in 0..height.min(target.limit.1.saturating_sub(y)) {
        let start = (y + row) * target.stride + x;
        let line = &mut target.bytes[start..start + shown];
        let values = &values[row * width..row * width + shown];
        let alphas = &alphas[row * width..row * width + shown];
        for ((below, value), alpha) in line.iter_mut().zip(values).zip(alphas) {
            // 0..=255 × 0..=256 / 255 rounded: exact at both ends.
            let alpha = u32::from(*alpha) * strength / 255;
            *below = ((u32::from(*below) * (256 - alpha) + u32::from(*value) * alpha + 128) >> 8) as u8;
        }
    }
}

/// ITU-R BT.709 §3, 8-bit limited range: Y′ 16..=235, Cb and Cr 16..=240.
fn to_bt709(r: u8, g: u8, b: u8) -> (f32, f32, f32) {
    let (r, g, b) = (f32::from(r) / 255.0, f32::from(g) / 255.0, f32::from(b) / 255.0);
    let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    (16.0 + 219.0 * luma, 128.0 + 224.0 * (b - luma) / 1.8556, 128.0 + 224.0 * (r - luma) / 1.5748)
}

/// A picture of the largest canvas that does not compress at all.
const MOST_OVERLAY_BYTES: u64 = 256 << 20;

fn open_png(path: &Path) -> Result<RgbaImage, MediaError> {
    let bytes = files::read(path, MOST_OVERLAY_BYTES).doing("read an overlay image")?;
    image::load_from_memory_with_format(&bytes, image::ImageFormat::Png)
        .map(|image| image.to_rgba8())
        .map_err(|error| {
            MediaError::Broken(format!("the overlay image {} is damaged: {error}", path.display()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffmpeg_next::format::Pixel;
    use image::Rgba;

    fn grey(width: u32, height: u32) -> frame::Video {
        let mut picture = frame::Video::new(Pixel::YUV420P, width, height);
        for plane in 0..3 {
            picture.data_mut(plane).fill(if plane == 0 { 100 } else { 128 });
        }
        picture
    }

    #[test]
    fn an_opaque_white_patch_covers_its_pixels_and_no_others() {
        let mut picture = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(4, 4, Rgba([255; 4])), 2, 2).draw(&mut picture, 256);
        let stride = picture.stride(0);
        assert_eq!(picture.data(0)[2 * stride + 2], 235);
        assert_eq!(picture.data(0)[5 * stride + 5], 235);
        assert_eq!(picture.data(0)[6 * stride + 6], 100);
        assert_eq!(picture.data(0)[stride + 2], 100);
    }

    #[test]
    fn half_strength_is_half_way_and_odd_corners_stay_in_place() {
        let mut picture = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(3, 3, Rgba([255; 4])), 3, 5).draw(&mut picture, 128);
        let stride = picture.stride(0);
        assert!(picture.data(0)[5 * stride + 3].abs_diff(167) <= 1);
        assert_eq!(picture.data(0)[5 * stride + 2], 100);
    }

    #[test]
    fn a_patch_over_the_edge_is_cut() {
        let mut picture = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(40, 40, Rgba([255; 4])), 10, 10).draw(&mut picture, 256);
        assert_eq!(picture.data(0)[15 * picture.stride(0) + 15], 235);
    }

    #[test]
    fn a_layer_is_drawn_in_its_time_only_and_fades() {
        let layer = Layer {
            file: "none.png".into(),
            x: 0,
            y: 0,
            from_us: 1_000_000,
            until_us: Some(3_000_000),
            fade_us: 500_000,
            opacity: 0.8,
        };
        assert_eq!(strength_at(&layer, 999_999), 0.0);
        assert!((strength_at(&layer, 1_250_000) - 0.4).abs() < 1e-9);
        assert!((strength_at(&layer, 2_000_000) - 0.8).abs() < 1e-9);
        assert_eq!(strength_at(&layer, 3_000_000), 0.0);
    }
}
