//! Runs the chains on real frames: sizes, corners, formats and timestamps.

use super::*;
use crate::media::graph::VideoGraph;
use crate::media::source::MICROSECOND;
use crate::model::inspection::Orientation;
use crate::model::plan::{Overlays, VideoEncode};
use crate::model::units::Rational;
use ffmpeg_next::{Rational as Base, frame};

fn recipe(normalise: &Normalise, canvas: Size, fit: Fit) -> VideoRecipe {
    VideoRecipe {
        engine: 1,
        source_sha256: String::new(),
        kind: Default::default(),
        stream: 0,
        start_us: 0,
        duration_us: 1_000_000,
        normalise: normalise.clone(),
        canvas,
        fit,
        focus: None,
        frame_rate: Rational::new(25, 1),
        overlays: Overlays::default(),
        encode: VideoEncode {
            codec: "h264".into(),
            preset: "fast".into(),
            profile: "High".into(),
            crf: 20.0,
            max_rate: 1_000_000,
            buffer: 1_000_000,
            gop_frames: 50,
            x264: String::new(),
            draft: false,
        },
        layout: Default::default(),
    }
}

/// Returns a dark frame whose upper left quarter is bright; chroma is neutral.
fn marked(format: Pixel, size: Size) -> frame::Video {
    let mut picture = frame::Video::new(format, size.width, size.height);
    for plane in 0..picture.planes() {
        picture.data_mut(plane).fill(if plane == 0 { 40 } else { 128 });
    }
    let stride = picture.stride(0);
    let bytes_a_pixel = if format == Pixel::YUV420P { 1 } else { 2 };
    for row in 0..size.height as usize / 2 {
        let start = row * stride;
        picture.data_mut(0)[start..start + size.width as usize / 2 * bytes_a_pixel].fill(200);
    }
    picture
}

/// Passes one frame through a chain, flushes it and returns the result.
fn through(picture: frame::Video, chain: impl Fn(FrameShape) -> String) -> frame::Video {
    let mut graph = VideoGraph::new(Base::new(1, 25), chain);
    let mut out = frame::Video::empty();
    graph.push(picture).unwrap();
    graph.finish().unwrap();
    assert!(graph.pull(&mut out).unwrap(), "the chain gives no picture");
    out
}

fn size(picture: &frame::Video) -> Size {
    Size::new(picture.width(), picture.height())
}

/// Returns the index of the bright corner, clockwise from the upper left.
fn bright_corner(picture: &frame::Video) -> usize {
    let (width, height, stride) = (picture.width() as usize, picture.height() as usize, picture.stride(0));
    let at = |x: usize, y: usize| picture.data(0)[y * height / 4 * stride + x * width / 4];
    let corners = [at(1, 1), at(3, 1), at(3, 3), at(1, 3)];
    assert_eq!(corners.iter().filter(|luma| **luma > 120).count(), 1, "{corners:?}");
    corners.iter().position(|luma| *luma > 120).unwrap()
}

#[test]
fn every_fit_of_every_shape_fills_exactly_its_canvas() {
    let sources = [(191, 107), (107, 191), (99, 99), (320, 18), (17, 301), (7, 5), (192, 108), (640, 362)];
    let canvases = [(192, 108), (108, 192), (108, 108), (384, 108), (66, 118)];
    for (width, height) in sources {
        let stored = Size::new(width, height);
        let normalise = Normalise::plain(stored);
        for (wide, high) in canvases {
            let canvas = Size::new(wide, high);
            for fit in [Fit::Blur, Fit::Pad, Fit::Crop, Fit::Source] {
                let recipe = recipe(&normalise, canvas, fit);
                let working = working_size(&normalise, &[&recipe]);
                let upright = through(marked(Pixel::YUV420P, stored), |shape| {
                    normalising_chain(&normalise, working, shape)
                });
                assert_eq!(size(&upright), working, "{stored} to {canvas}");
                let out = through(upright, |shape| canvas_chain(&recipe, shape));
                assert_eq!(size(&out), canvas, "{stored} {fit:?}");
                assert_eq!(out.format(), Pixel::YUV420P, "{stored} {fit:?}");
            }
        }
    }
}

#[test]
fn every_orientation_puts_the_marked_corner_where_a_viewer_sees_it() {
    let stored = Size::new(64, 48);
    for mirrored in [false, true] {
        for quarter_turns in 0..4_u16 {
            let orientation = Orientation { mirrored, clockwise_degrees: quarter_turns * 90 };
            let display = if orientation.swaps_sides() { stored.transposed() } else { stored };
            let normalise = Normalise { orientation, ..Normalise::plain(display) };
            let out = through(marked(Pixel::YUV420P, stored), |shape| {
                normalising_chain(&normalise, display, shape)
            });
            assert_eq!(size(&out), display, "{orientation:?}");
            let wanted = (usize::from(mirrored) + usize::from(quarter_turns)) % 4;
            assert_eq!(bright_corner(&out), wanted, "{orientation:?}");
        }
    }
}

#[test]
fn hdr_wide_gamut_and_full_range_become_eight_bit_pictures() {
    let stored = Size::new(127, 71);
    let working = stored.even();
    for (primaries, transfer, matrix, format) in [
        ("bt2020", "arib-std-b67", "bt2020nc", Pixel::YUV420P10LE),
        ("bt2020", "smpte2084", "bt2020nc", Pixel::YUV420P10LE),
        ("bt2020", "bt2020-10", "bt2020nc", Pixel::YUV420P10LE),
        ("bt709", "bt709", "bt709", Pixel::YUV422P10LE),
        ("smpte170m", "smpte170m", "smpte170m", Pixel::YUVJ420P),
        ("bt470bg", "bt470bg", "bt470bg", Pixel::YUV420P),
        ("bt709", "iec61966-2-1", "gbr", Pixel::RGB24),
    ] {
        let normalise = Normalise {
            primaries: primaries.into(),
            transfer: transfer.into(),
            matrix: matrix.into(),
            full_range: format == Pixel::YUVJ420P,
            ..Normalise::plain(stored)
        };
        let out = through(marked(format, stored), |shape| normalising_chain(&normalise, working, shape));
        assert_eq!((out.format(), size(&out)), (Pixel::YUV420P, working), "{transfer} {matrix}");
    }
}

#[test]
fn deinterlaced_pictures_keep_their_times() {
    let stored = Size::new(64, 48);
    for fields in [Fields::TopFirst, Fields::BottomFirst] {
        let mut normalise = Normalise { fields, ..Normalise::plain(stored) };
        normalise.appearance.interlacing.deinterlace = Deinterlace::All;
        let mut graph = VideoGraph::new(MICROSECOND, |shape| normalising_chain(&normalise, stored, shape));
        let mut out = frame::Video::empty();
        let mut times_us = Vec::new();
        for at_us in (0..10).map(|number| number * 40_000) {
            let mut picture = marked(Pixel::YUV420P, stored);
            picture.set_pts(Some(at_us));
            graph.push(picture).unwrap();
        }
        graph.finish().unwrap();
        while graph.pull(&mut out).unwrap() {
            times_us.push(out.pts().unwrap());
        }
        assert_eq!(times_us, (0..10).map(|number| number * 40_000).collect::<Vec<_>>(), "{fields:?}");
    }
}
