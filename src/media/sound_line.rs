//! The stereo sound of a work: of one track, or of the mono tracks that are its channels, mended where that was decided.

use std::collections::VecDeque;

use ffmpeg_next::frame;

use super::channels::stereo_block;
use super::graph::{STEREO_RATE, StereoGraph};
use super::{Doing, MediaError, ffi};
use crate::model::sound::{ChannelMap, Mend, TrackShare};

/// Samples of a block that is made of several tracks, at most.
const BLOCK_SAMPLES: usize = 4096;

/// Turns the decoded samples of one or several tracks into continuous stereo of 48,000 samples per second.
pub(super) struct SoundLine {
    tracks: Vec<Track>,
    mend: Mend,
    ready: VecDeque<frame::Audio>,
    emitted_samples: i64,
}

struct Track {
    share: TrackShare,
    graph: StereoGraph,
    /// Samples that wait for those of the other tracks; unused for a single track.
    waiting: VecDeque<f32>,
}

impl SoundLine {
    /// Creates the line of the track `stream` and of those that `map` joins to it.
    pub fn new(stream: usize, map: &ChannelMap, mend: Mend) -> Self {
        let alone = [TrackShare { stream, left: 1.0, right: 1.0 }];
        let shares = if map.tracks.is_empty() { alone.as_slice() } else { &map.tracks };
        let track =
            |share: &TrackShare| Track { share: *share, graph: StereoGraph::new(), waiting: VecDeque::new() };
        Self { tracks: shares.iter().map(track).collect(), mend, ready: VecDeque::new(), emitted_samples: 0 }
    }

    /// Returns the indices of the streams that it is made of.
    pub fn streams(&self) -> Vec<usize> {
        self.tracks.iter().map(|track| track.share.stream).collect()
    }

    /// Accepts decoded samples of one of its streams at `at_us` since the start; sound before the start is cut.
    pub fn push(
        &mut self,
        stream: usize,
        samples: frame::Audio,
        at_us: Option<i64>,
    ) -> Result<(), MediaError> {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.share.stream == stream) {
            track.graph.push(samples, at_us)?;
        }
        self.collect(Until::EveryTrack)
    }

    /// Signals the end of all tracks; a shorter one ends in silence.
    pub fn finish(&mut self) -> Result<(), MediaError> {
        for track in &mut self.tracks {
            track.graph.finish()?;
        }
        self.collect(Until::LastTrack)
    }

    /// Returns the next block, if one is ready.
    pub fn pull(&mut self) -> Option<frame::Audio> {
        self.ready.pop_front()
    }

    fn collect(&mut self, until: Until) -> Result<(), MediaError> {
        if let [track] = self.tracks.as_mut_slice() {
            while let Some(mut block) = track.graph.pull() {
                mend(&mut block, self.mend)?;
                self.ready.push_back(block);
            }
            return Ok(());
        }
        for track in &mut self.tracks {
            while let Some(block) = track.graph.pull() {
                track.waiting.extend(block.plane::<f32>(0));
            }
        }
        loop {
            let waiting = self.tracks.iter().map(|track| track.waiting.len());
            let samples = match until {
                Until::EveryTrack => waiting.min(),
                Until::LastTrack => waiting.max(),
            };
            match samples.unwrap_or(0).min(BLOCK_SAMPLES) {
                0 => return Ok(()),
                samples => {
                    let mut block = self.joined(samples);
                    mend(&mut block, self.mend)?;
                    self.ready.push_back(block);
                }
            }
        }
    }

    /// Takes the next samples of every track, silence where there are none.
    fn joined(&mut self, samples: usize) -> frame::Audio {
        let mut block = stereo_block(samples);
        block.set_rate(STEREO_RATE);
        block.set_pts(Some(self.emitted_samples));
        self.emitted_samples += samples as i64;
        for track in &mut self.tracks {
            let taken: Vec<f32> = track.waiting.drain(..samples.min(track.waiting.len())).collect();
            for (side, share) in [track.share.left, track.share.right].into_iter().enumerate() {
                let plane = block.plane_mut::<f32>(side);
                plane.iter_mut().zip(&taken).for_each(|(to, from)| *to += from * share);
            }
        }
        block
    }
}

/// How far blocks are made of what waits.
#[derive(Clone, Copy)]
enum Until {
    /// As long as every track has samples.
    EveryTrack,
    /// To the end of the longest track.
    LastTrack,
}

fn mend(block: &mut frame::Audio, mend: Mend) -> Result<(), MediaError> {
    if mend == Mend::Nothing {
        return Ok(());
    }
    ffi::make_writable(block).doing("make sound writable")?;
    let (from, to) = match mend {
        Mend::RightOnBoth => (1, 0),
        _ => (0, 1),
    };
    if mend == Mend::InvertRight {
        block.plane_mut::<f32>(1).iter_mut().for_each(|sample| *sample = -*sample);
    } else {
        let heard = block.plane::<f32>(from).to_vec();
        block.plane_mut::<f32>(to).copy_from_slice(&heard);
    }
    Ok(())
}
