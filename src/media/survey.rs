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

/// Containers that are read from the beginning to the end without an index.
const LINEAR: [&str; 2] = ["flv", "asf"];
/// In those, more bytes than this without a packet, and the whole file's part of them, are another file that the demuxer
/// passed over: what is no packet, such as an index at the end, has a few bytes a second.
const MAX_UNREAD_BYTES: u64 = 1 << 20;
const MAX_UNREAD_SHARE: u64 = 20;

/// What reading every packet shows.
pub(super) struct Survey {
    pub laid_out: LaidOut,
    /// True if a large part of the file holds no packet, although it should.
    pub leaves_unread: bool,
}

/// Lays out the packets of a picture and of the sounds beside it. `tick` is called with the microseconds read.
pub(super) fn survey(
    handle: &Handle,
    video: &StreamFacts,
    sounds: &[&StreamFacts],
    limits: &Limits,
    tick: &mut dyn FnMut(i64),
) -> Result<Survey, MediaError> {
    let mut source = Source::open_handle(handle).doing("open the source to survey it")?;
    let streams: Vec<&StreamFacts> = std::iter::once(video).chain(sounds.iter().copied()).collect();
    source.keep_only(&streams.iter().map(|stream| stream.index).collect::<Vec<_>>());
    let mut tracks: Vec<Track> =
        streams.iter().map(|stream| Track { stream: stream.index, stamps: Vec::new() }).collect();
    let mut order = 0;
    let (mut read_until, mut widest_gap) = (0, 0);
    while let Some(packet) = source.read_tolerantly().doing("read the source")? {
        let Some(index) = streams.iter().position(|stream| stream.index == packet.stream()) else { continue };
        order += 1;
        if order > limits.max_duration_s.saturating_mul(MAX_PACKETS_PER_SECOND) {
            return Ok(Survey { laid_out: LaidOut::default(), leaves_unread: false });
        }
        if let Ok(position) = u64::try_from(packet.position()) {
            widest_gap = position.saturating_sub(read_until).max(widest_gap);
            read_until = read_until.max(position + packet.size() as u64);
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
    let bytes = handle.bytes().doing("ask for the file's size")?;
    widest_gap = bytes.saturating_sub(read_until).max(widest_gap);
    let is_linear = source.container().split(',').any(|name| LINEAR.contains(&name));
    let leaves_unread = is_linear && (widest_gap > MAX_UNREAD_BYTES || widest_gap > bytes / MAX_UNREAD_SHARE);
    let picture = tracks.remove(0);
    let untimed = |stamp: &Stamp| stamp.dts_us.is_none() && stamp.pts_us.is_none();
    if !picture.stamps.is_empty() && picture.stamps.iter().all(untimed) {
        let mut out = LaidOut::default();
        out.layout.counted.push(CountedStream { stream: video.index, frame_rate: stated_rate(video) });
        return Ok(Survey { laid_out: out, leaves_unread });
    }
    let laid_out = lay_out(&picture, &tracks, ffi::allows_jumps(&source.input));
    Ok(Survey { laid_out, leaves_unread })
}

fn stated_rate(video: &StreamFacts) -> Rational {
    let rate = video.average_rate;
    match (u32::try_from(rate.numerator()), u32::try_from(rate.denominator())) {
        (Ok(num), Ok(den)) if num > 0 && den > 0 => Rational::new(num, den),
        _ => DEFAULT_RATE,
    }
}
