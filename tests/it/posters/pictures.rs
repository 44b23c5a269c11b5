//! Pictures as people hand them in, good and bad.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

pub const RED: [u8; 3] = [200, 30, 40];
pub const GREEN: [u8; 3] = [20, 150, 60];
pub const BLUE: [u8; 3] = [30, 60, 190];
pub const CREAM: [u8; 3] = [240, 230, 200];

/// Four quarters in four colours: red and green above, blue and cream below.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => CREAM,
        })
    })
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

pub fn webp(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    WebPEncoder::new_lossless(&mut bytes)
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// A JPEG of good quality, made as `prepare` says.
pub fn jpeg(picture: &RgbImage, prepare: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    prepare(&mut encoder);
    let (width, height) = picture.dimensions();
    encoder.encode(picture, width as u16, height as u16, ColorType::Rgb).unwrap();
    bytes
}

pub fn cmyk_jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 90).encode(&[90; 64 * 64 * 4], 64, 64, ColorType::Cmyk).unwrap();
    bytes
}

/// EXIF with nothing but an orientation.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

/// A PNG with a chunk behind its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    const HEADER: usize = 8 + 25;
    let mut crc = crc32(kind);
    crc = continued(crc, content);
    let chunk = [&(content.len() as u32).to_be_bytes()[..], kind, content, &(!crc).to_be_bytes()].concat();
    [&png[..HEADER], &chunk, &png[HEADER..]].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    continued(!0, bytes)
}

fn continued(crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

/// A PNG of one plain colour whose header claims another size.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = png(&DynamicImage::ImageRgb8(RgbImage::new(16, 16)));
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = !crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

/// A WebP of two frames.
pub fn animated_webp() -> Vec<u8> {
    let still = webp(&quarters(32, 32));
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut chunk = [&kind[..], &(content.len() as u32).to_le_bytes(), content].concat();
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let size = [31, 0, 0, 31, 0, 0];
    let frame = [&[0; 6][..], &size, &[100, 0, 0, 0], &still[12..]].concat();
    let content = [
        &b"WEBP"[..],
        &chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat()),
        &chunk(b"ANIM", &[0; 6]),
        &chunk(b"ANMF", &frame),
        &chunk(b"ANMF", &frame),
    ]
    .concat();
    [&b"RIFF"[..], &(content.len() as u32).to_le_bytes(), &content].concat()
}

/// A PNG with a colour profile.
pub fn png_with_profile(picture: &RgbImage, profile: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile).unwrap();
    let (width, height) = picture.dimensions();
    encoder.write_image(picture, width, height, ExtendedColorType::Rgb8).unwrap();
    bytes
}
