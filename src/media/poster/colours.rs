//! Colour profiles: a poster is shown in sRGB, whatever it was designed in.

use image::{DynamicImage, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Code points of ITU-T H.273 in a PNG's `cICP` that mean what sRGB means: primaries of BT.709 and its curve or sRGB's.
const USUAL: [[u8; 2]; 2] = [[1, 1], [1, 13]];

/// Converts a picture to 8-bit sRGB, RGBA where it has transparency. Returns also whether its profile was followed; one that
/// cannot be is left aside.
pub(super) fn to_srgb(picture: DynamicImage, icc: Option<&[u8]>) -> (DynamicImage, bool) {
    let profile = match icc.map(ColorProfile::new_from_slice) {
        None => return (eight_bits(picture), true),
        Some(Err(_)) => return (eight_bits(picture), false),
        Some(Ok(profile)) => profile,
    };
    match profile.color_space {
        DataColorSpace::Rgb => of_colour(eight_bits(picture), &profile),
        DataColorSpace::Gray if !picture.color().has_color() && !picture.color().has_alpha() => {
            of_grey(picture, &profile)
        }
        _ => (eight_bits(picture), false),
    }
}

fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture.color().has_alpha() {
        true => DynamicImage::ImageRgba8(picture.into_rgba8()),
        false => DynamicImage::ImageRgb8(picture.into_rgb8()),
    }
}

fn of_colour(mut picture: DynamicImage, profile: &ColorProfile) -> (DynamicImage, bool) {
    let layout = if picture.color().has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let Ok(transform) =
        profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default())
    else {
        return (picture, false);
    };
    let mut out = vec![0; picture.as_bytes().len()];
    let is_done = transform.transform(picture.as_bytes(), &mut out).is_ok();
    if is_done {
        match &mut picture {
            DynamicImage::ImageRgb8(picture) => picture.copy_from_slice(&out),
            DynamicImage::ImageRgba8(picture) => picture.copy_from_slice(&out),
            _ => return (picture, false),
        }
    }
    (picture, is_done)
}

fn of_grey(picture: DynamicImage, profile: &ColorProfile) -> (DynamicImage, bool) {
    let grey = picture.into_luma8();
    let mut out = RgbImage::new(grey.width(), grey.height());
    let options = TransformOptions::default();
    let transform =
        profile.create_transform_8bit(Layout::Gray, &ColorProfile::new_srgb(), Layout::Rgb, options);
    let is_done = transform.is_ok_and(|transform| transform.transform(&grey, &mut out).is_ok());
    match is_done {
        true => (DynamicImage::ImageRgb8(out), true),
        false => (eight_bits(DynamicImage::ImageLuma8(grey)), false),
    }
}

/// Returns true if a PNG states, in the chunk `cICP`, colours that are not followed: those of HDR, say.
pub(super) fn states_others(png: &[u8]) -> bool {
    let before_pixels = png.windows(4).position(|kind| kind == b"IDAT").unwrap_or(png.len());
    let stated = png[..before_pixels].windows(6).find(|chunk| chunk.starts_with(b"cICP"));
    stated.is_some_and(|chunk| !USUAL.iter().any(|usual| chunk.ends_with(usual)))
}
