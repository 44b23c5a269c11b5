//! Filter graphs with one input and one output that are rebuilt when the format of the input changes.

use std::collections::VecDeque;

use ffmpeg_next::filter::Graph;
use ffmpeg_next::format::{Pixel, Sample};
use ffmpeg_next::util::error::EAGAIN;
use ffmpeg_next::{Error, Frame, Rational, filter, frame};

use super::frame_tags::{FrameTags, pixel_name};
use super::{Doing, MediaError, channels, ffi};

/// The properties of frames that the source of a video graph needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameShape {
    pub format: Pixel,
    pub width: u32,
    pub height: u32,
    pub tags: FrameTags,
}

impl FrameShape {
    pub fn of(frame: &frame::Video) -> Self {
        let tags = FrameTags::of(frame);
        Self { format: frame.format(), width: frame.width(), height: frame.height(), tags }
    }
}

/// A video graph, built for the first frame and rebuilt when a frame of another shape arrives.
pub(super) struct VideoGraph<S: FnMut(FrameShape) -> String> {
    spec: S,
    time_base: Rational,
    running: Option<(FrameShape, Graph)>,
    /// Frames that the previous graph still held.
    drained: VecDeque<frame::Video>,
}

impl<S: FnMut(FrameShape) -> String> VideoGraph<S> {
    /// Creates a graph. `spec` returns the filter chain for a shape; an empty chain passes frames unchanged.
    pub fn new(time_base: Rational, spec: S) -> Self {
        Self { spec, time_base, running: None, drained: VecDeque::new() }
    }

    /// Accepts a frame; one of another shape drains and rebuilds the graph.
    pub fn push(&mut self, frame: frame::Video) -> Result<(), MediaError> {
        let mut shape = FrameShape::of(&frame);
        // Once a picture is interlaced, its progressive neighbours pass through the same graph, which tells them apart.
        shape.tags.interlaced |= self.running.as_ref().is_some_and(|(running, _)| running.tags.interlaced);
        if self.running.as_ref().is_none_or(|(running, _)| *running != shape) {
            self.finish()?;
            let mut leftover = frame::Video::empty();
            while self.pull_from_graph(&mut leftover)? {
                self.drained.push_back(std::mem::replace(&mut leftover, frame::Video::empty()));
            }
            self.running = Some((shape, build_video(shape, self.time_base, &(self.spec)(shape))?));
        }
        let Some((_, graph)) = &mut self.running else { return Ok(()) };
        source(graph)?.source().add(&frame).doing("push a picture into its filter graph")
    }

    /// Signals the end of the input.
    pub fn finish(&mut self) -> Result<(), MediaError> {
        match &mut self.running {
            Some((_, graph)) => source(graph)?.source().flush().doing("end a filter graph"),
            None => Ok(()),
        }
    }

    /// Stores the next filtered frame in `frame`. Returns `Ok(false)` when the graph needs more input or has ended.
    pub fn pull(&mut self, frame: &mut frame::Video) -> Result<bool, MediaError> {
        if let Some(earlier) = self.drained.pop_front() {
            *frame = earlier;
            return Ok(true);
        }
        self.pull_from_graph(frame)
    }

    fn pull_from_graph(&mut self, frame: &mut frame::Video) -> Result<bool, MediaError> {
        match &mut self.running {
            Some((_, graph)) => pulled(sink(graph)?.sink().frame(frame)),
            None => Ok(false),
        }
    }
}

fn build_video(shape: FrameShape, time_base: Rational, spec: &str) -> Result<Graph, MediaError> {
    let arguments = format!(
        "video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect=1/1",
        shape.width,
        shape.height,
        pixel_name(shape.format),
        time_base.numerator(),
        time_base.denominator(),
    );
    build("buffer", &arguments, "buffersink", if spec.is_empty() { "null" } else { spec })
}

/// The properties of audio frames that the source of an audio graph needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SampleShape {
    pub format: Sample,
    pub rate: u32,
    pub layout: String,
}

/// Sample rate of the output of [`StereoGraph`], which is planar float stereo.
pub(super) const STEREO_RATE: u32 = 48_000;

/// Converts decoded audio of any format, which may change on the way, to continuous stereo: gaps are filled with silence
/// and overlaps cut, so that the audio stays where its timestamps put it.
pub(super) struct StereoGraph {
    running: Option<(SampleShape, Graph)>,
    ready: VecDeque<frame::Audio>,
    /// Samples returned so far, at which a graph for another shape must continue.
    emitted_samples: i64,
}

impl StereoGraph {
    pub fn new() -> Self {
        Self { running: None, ready: VecDeque::new(), emitted_samples: 0 }
    }

    /// Accepts a decoded frame at `at_us` since the start; audio before the start is cut.
    pub fn push(&mut self, samples: frame::Audio, at_us: Option<i64>) -> Result<(), MediaError> {
        let mut samples = channels::as_mixable(samples);
        ffi::ensure_layout(&mut samples);
        let rate = samples.rate();
        samples.set_pts(at_us.map(|at_us| (i128::from(at_us) * i128::from(rate) / 1_000_000) as i64));
        let shape = SampleShape { format: samples.format(), rate, layout: ffi::layout_name(&samples) };
        if self.running.as_ref().is_none_or(|(running, _)| *running != shape) {
            self.finish()?;
            self.running = Some((shape.clone(), build_stereo(&shape, self.emitted_samples)?));
        }
        if let Some((_, graph)) = &mut self.running {
            source(graph)?.source().add(&samples).doing("push samples into their filter graph")?;
        }
        self.collect_ready()
    }

    pub fn finish(&mut self) -> Result<(), MediaError> {
        if let Some((_, graph)) = &mut self.running {
            source(graph)?.source().flush().doing("end a filter graph")?;
        }
        self.collect_ready()?;
        self.running = None;
        Ok(())
    }

    /// Returns the next converted frame, if one is ready.
    pub fn pull(&mut self) -> Option<frame::Audio> {
        self.ready.pop_front()
    }

    fn collect_ready(&mut self) -> Result<(), MediaError> {
        let Some((_, graph)) = &mut self.running else { return Ok(()) };
        let mut block = frame::Audio::empty();
        while pulled(sink(graph)?.sink().frame(&mut block))? {
            self.emitted_samples += block.samples() as i64;
            self.ready.push_back(std::mem::replace(&mut block, frame::Audio::empty()));
        }
        Ok(())
    }
}

fn build_stereo(shape: &SampleShape, first_sample: i64) -> Result<Graph, MediaError> {
    let arguments = format!(
        "time_base=1/{0}:sample_rate={0}:sample_fmt={1}:channel_layout={2}",
        shape.rate,
        shape.format.name(),
        shape.layout
    );
    let chain = format!(
        "aresample={STEREO_RATE}:async=1:first_pts={first_sample},\
         aformat=sample_fmts=fltp:sample_rates={STEREO_RATE}:channel_layouts=stereo"
    );
    build("abuffer", &arguments, "abuffersink", &chain)
}

/// A filter chain over the output of [`StereoGraph`], in frames of `frame_size` samples.
pub(super) struct LevelGraph(Graph);

impl LevelGraph {
    /// Builds the graph.
    pub fn new(chain: &str, frame_size: u32) -> Result<Self, MediaError> {
        let arguments = format!(
            "time_base=1/{STEREO_RATE}:sample_rate={STEREO_RATE}:sample_fmt=fltp:channel_layout=stereo"
        );
        let mut graph = build("abuffer", &arguments, "abuffersink", chain)?;
        sink(&mut graph)?.sink().set_frame_size(frame_size);
        Ok(Self(graph))
    }

    pub fn push(&mut self, samples: &frame::Audio) -> Result<(), MediaError> {
        source(&mut self.0)?.source().add(samples).doing("push samples into their filter graph")
    }

    pub fn finish(&mut self) -> Result<(), MediaError> {
        source(&mut self.0)?.source().flush().doing("end a filter graph")
    }

    pub fn pull(&mut self, samples: &mut frame::Audio) -> Result<bool, MediaError> {
        pulled(sink(&mut self.0)?.sink().frame(samples))
    }
}

fn build(buffer: &str, arguments: &str, buffer_sink: &str, spec: &str) -> Result<Graph, MediaError> {
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

/// Returns a video frame as the type that it shares with audio frames.
pub(super) fn as_frame(frame: &frame::Video) -> &Frame {
    frame
}
