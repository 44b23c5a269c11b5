//! Reads every packet of a source once, without decoding any, and lays them out on one time line.

use super::ffi;
use super::mux::microseconds;
use super::source::{Handle, Source, StreamFacts};
use super::time_line::{LaidOut, Stamp, Track, lay_out};
use super::{Doing, MediaError};
use crate::model::config::Limits;
use crate::model::packet_layout::CountedStream;
use crate::model::units::Rational;

/// Packets a second, picture and sound together, up to which a source is laid out: 240 pictures and three sounds. The rest is
/// refused as too long by whoever reads it.
const MAX_PACKETS_PER_SECOND: u64 = 400;
/// FFmpeg's rate for raw streams that state none.
const DEFAULT_RATE: Rational = Rational { num: 25, den: 1 };

/// Lays out the packets of a picture and of the sounds beside it. `tick` is called with the microseconds read.
pub(super) fn survey(
    handle: &Handle,
    video: &StreamFacts,
    sounds: &[&StreamFacts],
    limits: &Limits,
    tick: &mut dyn FnMut(i64),
) -> Result<LaidOut, MediaError> {
    let mut source = Source::open_handle(handle).doing("open the source to survey it")?;
    let streams: Vec<&StreamFacts> = std::iter::once(video).chain(sounds.iter().copied()).collect();
    source.keep_only(&streams.iter().map(|stream| stream.index).collect::<Vec<_>>());
    let mut tracks: Vec<Track> =
        streams.iter().map(|stream| Track { stream: stream.index, stamps: Vec::new() }).collect();
    let mut order = 0;
    while let Some(packet) = source.read_tolerantly().doing("read the source")? {
        let Some(index) = streams.iter().position(|stream| stream.index == packet.stream()) else { continue };
        order += 1;
        if order > limits.max_duration_s.saturating_mul(MAX_PACKETS_PER_SECOND) {
            return Ok(LaidOut::default());
        }
        let base = streams[index].time_base;
        let stamp = Stamp {
            order,
            dts_us: packet.dts().map(|dts| microseconds(dts, base)),
            pts_us: packet.pts().map(|pts| microseconds(pts, base)),
            duration_us: microseconds(packet.duration().max(0), base),
            key: packet.is_key(),
            hidden: packet.size() == 0 || ffi::is_discarded(&packet),
        };
        if let Some(at_us) = stamp.dts_us.filter(|_| index == 0) {
            tick(at_us);
        }
        tracks[index].stamps.push(stamp);
    }
    let picture = tracks.remove(0);
    let untimed = |stamp: &Stamp| stamp.dts_us.is_none() && stamp.pts_us.is_none();
    if !picture.stamps.is_empty() && picture.stamps.iter().all(untimed) {
        let mut out = LaidOut::default();
        out.layout.counted.push(CountedStream { stream: video.index, frame_rate: stated_rate(video) });
        return Ok(out);
    }
    Ok(lay_out(&picture, &tracks, ffi::allows_jumps(&source.input)))
}

fn stated_rate(video: &StreamFacts) -> Rational {
    let rate = video.average_rate;
    match (u32::try_from(rate.numerator()), u32::try_from(rate.denominator())) {
        (Ok(num), Ok(den)) if num > 0 && den > 0 => Rational::new(num, den),
        _ => DEFAULT_RATE,
    }
}
