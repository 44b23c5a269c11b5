//! Filter graphs with one input and one output that follow a change of the input's shape.

use std::collections::VecDeque;

use ffmpeg_next::filter::Graph;
use ffmpeg_next::format::{Pixel, Sample};
use ffmpeg_next::util::error::EAGAIN;
use ffmpeg_next::{Error, Frame, Rational, filter, frame};

use super::{Doing, MediaError, ffi};

/// What a video graph's source must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PictureShape {
    pub format: Pixel,
    pub width: u32,
    pub height: u32,
}

impl PictureShape {
    pub fn of(picture: &frame::Video) -> Self {
        Self { format: picture.format(), width: picture.width(), height: picture.height() }
    }
}

/// A video graph, made for the first picture and made anew when a picture of another shape comes.
pub(super) struct VideoGraph<S: FnMut(PictureShape) -> String> {
    spec: S,
    time_base: Rational,
    running: Option<(PictureShape, Graph)>,
    /// Pictures that the graph before this one still held.
    drained: VecDeque<frame::Video>,
}

impl<S: FnMut(PictureShape) -> String> VideoGraph<S> {
    /// `spec` writes the chain for a shape; an empty chain passes pictures on untouched.
    pub fn new(time_base: Rational, spec: S) -> Self {
        Self { spec, time_base, running: None, drained: VecDeque::new() }
    }

    pub fn push(&mut self, picture: frame::Video) -> Result<(), MediaError> {
        let shape = PictureShape::of(&picture);
        if self.running.as_ref().is_none_or(|(running, _)| *running != shape) {
            self.finish()?;
            let mut leftover = frame::Video::empty();
            while self.pull_from_graph(&mut leftover)? {
                self.drained.push_back(std::mem::replace(&mut leftover, frame::Video::empty()));
            }
            self.running = Some((shape, build_video(shape, self.time_base, &(self.spec)(shape))?));
        }
        let Some((_, graph)) = &mut self.running else { return Ok(()) };
        source(graph)?.source().add(&picture).doing("push a picture into its filter graph")
    }

    /// No more pictures will come.
    pub fn finish(&mut self) -> Result<(), MediaError> {
        match &mut self.running {
            Some((_, graph)) => source(graph)?.source().flush().doing("end a filter graph"),
            None => Ok(()),
        }
    }

    /// The next finished picture; `Ok(false)` when the graph wants more input or has ended.
    pub fn pull(&mut self, picture: &mut frame::Video) -> Result<bool, MediaError> {
        if let Some(earlier) = self.drained.pop_front() {
            *picture = earlier;
            return Ok(true);
        }
        self.pull_from_graph(picture)
    }

    fn pull_from_graph(&mut self, picture: &mut frame::Video) -> Result<bool, MediaError> {
        match &mut self.running {
            Some((_, graph)) => pulled(sink(graph)?.sink().frame(picture)),
            None => Ok(false),
        }
    }
}

fn build_video(shape: PictureShape, time_base: Rational, spec: &str) -> Result<Graph, MediaError> {
    let arguments = format!(
        "video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect=1/1",
        shape.width,
        shape.height,
        pixel_name(shape.format),
        time_base.numerator(),
        time_base.denominator(),
    );
    build(("buffer", &arguments), "buffersink", if spec.is_empty() { "null" } else { spec })
}

/// What an audio graph's source must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SampleShape {
    pub format: Sample,
    pub rate: u32,
    pub layout: String,
}

/// An audio graph; its input's time base is one sample.
pub(super) struct AudioGraph {
    spec: String,
    frame_size: u32,
    running: Option<(SampleShape, Graph)>,
    drained: VecDeque<frame::Audio>,
}

impl AudioGraph {
    /// `frame_size` of 0 takes blocks as they come.
    pub fn new(spec: String, frame_size: u32) -> Self {
        Self { spec, frame_size, running: None, drained: VecDeque::new() }
    }

    pub fn push(&mut self, mut samples: frame::Audio) -> Result<(), MediaError> {
        ffi::settle_layout(&mut samples);
        let shape = SampleShape {
            format: samples.format(),
            rate: samples.rate(),
            layout: ffi::layout_name(&samples),
        };
        if self.running.as_ref().is_none_or(|(running, _)| *running != shape) {
            self.finish()?;
            let mut leftover = frame::Audio::empty();
            while self.pull_from_graph(&mut leftover)? {
                self.drained.push_back(std::mem::replace(&mut leftover, frame::Audio::empty()));
            }
            let arguments = format!(
                "time_base=1/{}:sample_rate={}:sample_fmt={}:channel_layout={}",
                shape.rate,
                shape.rate,
                shape.format.name(),
                shape.layout
            );
            let mut graph = build(("abuffer", &arguments), "abuffersink", &self.spec)?;
            if self.frame_size > 0 {
                sink(&mut graph)?.sink().set_frame_size(self.frame_size);
            }
            self.running = Some((shape, graph));
        }
        let Some((_, graph)) = &mut self.running else { return Ok(()) };
        source(graph)?.source().add(&samples).doing("push samples into their filter graph")
    }

    pub fn finish(&mut self) -> Result<(), MediaError> {
        match &mut self.running {
            Some((_, graph)) => source(graph)?.source().flush().doing("end a filter graph"),
            None => Ok(()),
        }
    }

    pub fn pull(&mut self, samples: &mut frame::Audio) -> Result<bool, MediaError> {
        if let Some(earlier) = self.drained.pop_front() {
            *samples = earlier;
            return Ok(true);
        }
        self.pull_from_graph(samples)
    }

    fn pull_from_graph(&mut self, samples: &mut frame::Audio) -> Result<bool, MediaError> {
        match &mut self.running {
            Some((_, graph)) => pulled(sink(graph)?.sink().frame(samples)),
            None => Ok(false),
        }
    }
}

fn build((buffer, arguments): (&str, &str), buffer_sink: &str, spec: &str) -> Result<Graph, MediaError> {
    let missing = |name: &str| MediaError::Broken(format!("this FFmpeg has no filter `{name}`"));
    let mut graph = Graph::new();
    ffi::set_graph_threads(&mut graph, 1);
    let from = filter::find(buffer).ok_or_else(|| missing(buffer))?;
    let to = filter::find(buffer_sink).ok_or_else(|| missing(buffer_sink))?;
    graph.add(&from, "in", arguments).doing("make a filter graph's source")?;
    graph.add(&to, "out", "").doing("make a filter graph's sink")?;
    graph
        .output("in", 0)
        .and_then(|parser| parser.input("out", 0))
        .and_then(|parser| parser.parse(spec))
        .and_then(|()| graph.validate())
        .map_err(|error| MediaError::Broken(format!("the filter graph `{spec}` does not build: {error}")))?;
    Ok(graph)
}

fn source(graph: &mut Graph) -> Result<filter::Context, MediaError> {
    graph.get("in").ok_or_else(|| MediaError::Broken("a filter graph lost its source".into()))
}

fn sink(graph: &mut Graph) -> Result<filter::Context, MediaError> {
    graph.get("out").ok_or_else(|| MediaError::Broken("a filter graph lost its sink".into()))
}

fn pulled(result: Result<(), Error>) -> Result<bool, MediaError> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::Eof) | Err(Error::Other { errno: EAGAIN }) => Ok(false),
        Err(source) => Err(MediaError::Ffmpeg { doing: "take from a filter graph", source }),
    }
}

/// The frame under either kind, for calls that take both.
pub(super) fn as_frame(picture: &frame::Video) -> &Frame {
    picture
}

/// FFmpeg's name of a pixel format; empty for one it does not know.
pub(super) fn pixel_name(format: Pixel) -> &'static str {
    format.descriptor().map_or("", |descriptor| descriptor.name())
}
