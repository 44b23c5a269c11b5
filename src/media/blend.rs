//! Blends layers, images with alpha, onto 8-bit 4:2:0 BT.709 limited-range frames.

use std::path::Path;

use ffmpeg_next::frame;
use image::RgbaImage;

use super::{Doing, MediaError, ffi};
use crate::files;
use crate::model::job::Layer;

/// Every layer of one video recipe. Captions are loaded when they become visible and dropped afterwards, so that memory
/// does not grow with their number.
pub(super) struct Layers {
    layers: Vec<(Layer, Option<Patch>)>,
}

impl Layers {
    pub fn new(layers: &[Layer]) -> Self {
        Self { layers: layers.iter().map(|layer| (layer.clone(), None)).collect() }
    }

    /// Draws the layers that are visible `at_us` after the first frame.
    pub fn draw(&mut self, frame: &mut frame::Video, at_us: u64) -> Result<(), MediaError> {
        let mut writable = false;
        for (layer, patch) in &mut self.layers {
            let strength = opacity_at(layer, at_us);
            if strength <= 0.0 {
                if patch.is_some() && layer.until_us.is_some_and(|until| at_us >= until) {
                    *patch = None;
                }
                continue;
            }
            if !writable {
                ffi::make_writable(frame).doing("copy a shared picture before drawing on it")?;
                writable = true;
            }
            let patch = match patch {
                Some(patch) => patch,
                None => patch.insert(Patch::load(layer)?),
            };
            patch.draw(frame, (strength * 256.0).round() as u32);
        }
        Ok(())
    }
}

/// Returns the opacity of a layer at a time, 0..=1, fades included.
fn opacity_at(layer: &Layer, at_us: u64) -> f64 {
    let until = layer.until_us.unwrap_or(u64::MAX);
    if at_us < layer.from_us || at_us >= until {
        return 0.0;
    }
    let ramp = |distance: u64| {
        if layer.fade_us == 0 { 1.0 } else { (distance as f64 / layer.fade_us as f64).min(1.0) }
    };
    // A layer that starts at the first frame does not fade in: covers and previews show that frame.
    let fade_in = if layer.from_us == 0 { 1.0 } else { ramp(at_us - layer.from_us) };
    let fade_out = if layer.until_us.is_none() { 1.0 } else { ramp(until - at_us) };
    layer.opacity * fade_in.min(fade_out)
}

/// An image as planes: luma with its alpha at full size, chroma with its alpha at half size. Its corner is at even
/// coordinates, so that chroma samples align.
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

    /// Blends the patch into a frame. A `strength` of 256 is the image's own alpha. What exceeds the frame is cut off.
    fn draw(&self, frame: &mut frame::Video, strength: u32) {
        let luma = PatchPlane {
            values: &self.luma,
            alphas: &self.luma_alpha,
            x: self.x,
            y: self.y,
            width: self.width,
            height: self.height,
        };
        let chroma = |values| PatchPlane {
            values,
            alphas: &self.chroma_alpha,
            x: self.x / 2,
            y: self.y / 2,
            width: self.width / 2,
            height: self.height / 2,
        };
        luma.blend(frame, 0, strength);
        chroma(&self.blue).blend(frame, 1, strength);
        chroma(&self.red).blend(frame, 2, strength);
    }
}

/// The luma of a layer as it is blended: opacities of 0..=1, the layer's own included. Position and size in pixels.
pub(super) struct LumaPatch {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub values: Vec<u8>,
    pub opacities: Vec<f64>,
}

/// Loads the luma of a layer that does not fade.
pub(super) fn luma_patch(layer: &Layer) -> Result<LumaPatch, MediaError> {
    let Patch { x, y, width, height, luma, luma_alpha, .. } = Patch::load(layer)?;
    let opacities = luma_alpha.iter().map(|alpha| f64::from(*alpha) / 255.0 * layer.opacity).collect();
    Ok(LumaPatch { x, y, width, height, values: luma, opacities })
}

/// One plane of a [`Patch`] with its alpha; position and size in samples of that plane.
struct PatchPlane<'a> {
    values: &'a [u8],
    alphas: &'a [u8],
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl PatchPlane<'_> {
    /// Blends this plane into plane `index` of a frame.
    fn blend(&self, frame: &mut frame::Video, index: usize, strength: u32) {
        let &Self { x, y, width, height, .. } = self;
        let shown_width = width.min((frame.plane_width(index) as usize).saturating_sub(x));
        let shown_height = height.min((frame.plane_height(index) as usize).saturating_sub(y));
        let stride = frame.stride(index);
        let bytes = frame.data_mut(index);
        for row in 0..shown_height {
            let start = (y + row) * stride + x;
            let line = &mut bytes[start..start + shown_width];
            let values = &self.values[row * width..row * width + shown_width];
            let alphas = &self.alphas[row * width..row * width + shown_width];
            for ((below, value), alpha) in line.iter_mut().zip(values).zip(alphas) {
                // 0..=255 × 0..=256 / 255 rounded: exact at both ends.
                let alpha = u32::from(*alpha) * strength / 255;
                *below = ((u32::from(*below) * (256 - alpha) + u32::from(*value) * alpha + 128) >> 8) as u8;
            }
        }
    }
}

/// Converts a colour to Y′, Cb and Cr of ITU-R BT.709 §3, 8-bit limited range: Y′ 16..=235, Cb and Cr 16..=240.
fn to_bt709(r: u8, g: u8, b: u8) -> (f32, f32, f32) {
    let (r, g, b) = (f32::from(r) / 255.0, f32::from(g) / 255.0, f32::from(b) / 255.0);
    let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    (16.0 + 219.0 * luma, 128.0 + 224.0 * (b - luma) / 1.8556, 128.0 + 224.0 * (r - luma) / 1.5748)
}

/// Largest overlay file: an image of the largest canvas that does not compress at all.
const MAX_OVERLAY_BYTES: u64 = 256 << 20;

fn open_png(path: &Path) -> Result<RgbaImage, MediaError> {
    let bytes = files::read(path, MAX_OVERLAY_BYTES).doing("read an overlay image")?;
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
        let mut frame = frame::Video::new(Pixel::YUV420P, width, height);
        for plane in 0..3 {
            frame.data_mut(plane).fill(if plane == 0 { 100 } else { 128 });
        }
        frame
    }

    #[test]
    fn an_opaque_white_patch_covers_its_pixels_and_no_others() {
        let mut frame = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(4, 4, Rgba([255; 4])), 2, 2).draw(&mut frame, 256);
        let stride = frame.stride(0);
        assert_eq!(frame.data(0)[2 * stride + 2], 235);
        assert_eq!(frame.data(0)[5 * stride + 5], 235);
        assert_eq!(frame.data(0)[6 * stride + 6], 100);
        assert_eq!(frame.data(0)[stride + 2], 100);
    }

    #[test]
    fn half_strength_is_half_way_and_odd_corners_stay_in_place() {
        let mut frame = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(3, 3, Rgba([255; 4])), 3, 5).draw(&mut frame, 128);
        let stride = frame.stride(0);
        assert!(frame.data(0)[5 * stride + 3].abs_diff(167) <= 1);
        assert_eq!(frame.data(0)[5 * stride + 2], 100);
    }

    #[test]
    fn a_patch_over_the_edge_is_cut() {
        let mut frame = grey(16, 16);
        Patch::from_image(&RgbaImage::from_pixel(40, 40, Rgba([255; 4])), 10, 10).draw(&mut frame, 256);
        assert_eq!(frame.data(0)[15 * frame.stride(0) + 15], 235);
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
        assert_eq!(opacity_at(&layer, 999_999), 0.0);
        assert!((opacity_at(&layer, 1_250_000) - 0.4).abs() < 1e-9);
        assert!((opacity_at(&layer, 2_000_000) - 0.8).abs() < 1e-9);
        assert_eq!(opacity_at(&layer, 3_000_000), 0.0);
    }
}
