//! Joins finished files into one film by copying their packets: no picture is encoded again.
//!
//! Where the parts' parameter sets differ (another frame rate, say), those of each part go into the stream before every of its key
//! frames, since a decoder only knows the ones in the file's header; they have the same size, so that no player has to change its
//! picture.

use ffmpeg_next::{Packet, Rational, codec, media};

use super::mux::{Donor, Muxer, StreamHead, microseconds};
use super::{MediaError, ffi};
use crate::model::job::{EngineError, Reel, ReelJob};

/// Of the reel's time stamps: all usual frame rates are whole numbers of it (MPEG-2 systems, ISO/IEC 13818-1).
const TIME_BASE: Rational = Rational(1, 90_000);

/// Joins the parts of a job, in its order; returns what was written. The sound is left out: screens are silent, and a track that ends
/// with the pictures to a sample does not exist, so that each round of a loop would wait for it.
pub fn run(job: &ReelJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Reel, EngineError> {
    join(job, progress).map_err(EngineError::from)
}

fn join(job: &ReelJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Reel, MediaError> {
    let total_us: u64 = job.parts.iter().map(|part| part.duration_us).sum();
    let sets = job
        .parts
        .iter()
        .map(|part| ParameterSets::of(&Donor::open(part.file.as_path(), media::Type::Video)?));
    let sets = sets.collect::<Result<Vec<_>, _>>()?;
    let first = job.parts.first().ok_or_else(|| MediaError::Broken("a reel of no parts".into()))?;
    let donor = Donor::open(first.file.as_path(), media::Type::Video)?;
    let head = StreamHead { parameters: donor.head.parameters.clone(), time_base: TIME_BASE };
    let mut muxer = Muxer::reel(job.file.as_path(), &job.title, &head)?;
    if let Some((part, _)) = job.parts.iter().zip(&sets).find(|(_, its)| its.size != sets[0].size) {
        return Err(MediaError::Broken(format!("{} has another size", part.file.as_path().display())));
    }
    let is_uniform = sets.windows(2).all(|pair| pair[0] == pair[1]);
    let mut line = Line { begins: 0, last_dts: i64::MIN, ends: 0, packets: 0 };
    for (part, sets) in job.parts.iter().zip(&sets) {
        let donor = Donor::open(part.file.as_path(), media::Type::Video)?;
        let base = donor.head.time_base;
        line.next_part();
        donor.copy_all(&mut |packet| {
            let packet = match packet.is_key() && !is_uniform {
                true => sets.before(&packet),
                false => packet,
            };
            let written = line.place(packet, base);
            progress(u64::try_from(microseconds(line.ends, TIME_BASE)).unwrap_or(0).min(total_us), total_us);
            muxer.write(written)
        })?;
    }
    muxer.finish()?;
    let duration_us = u64::try_from(microseconds(line.ends, TIME_BASE)).unwrap_or(0);
    Ok(Reel { frames: line.packets, duration_us, is_uniform })
}

/// Where the next packet goes, in units of the time base.
struct Line {
    /// When the part begins.
    begins: i64,
    last_dts: i64,
    /// When the last picture so far ends.
    ends: i64,
    packets: u64,
}

impl Line {
    fn next_part(&mut self) {
        self.begins = self.ends;
    }

    /// Moves a packet of a part to its place on the line.
    fn place(&mut self, mut packet: Packet, base: Rational) -> Packet {
        packet.rescale_ts(base, TIME_BASE);
        let dts = packet.dts().or(packet.pts()).unwrap_or(0);
        // A part that reorders more pictures than the one before it decodes its first ones earlier: they wait.
        if self.begins + dts <= self.last_dts {
            self.begins = self.last_dts + 1 - dts;
        }
        let dts = dts + self.begins;
        let pts = packet.pts().map_or(dts, |pts| pts + self.begins);
        packet.set_dts(Some(dts));
        packet.set_pts(Some(pts));
        self.last_dts = dts;
        self.ends = self.ends.max(pts + packet.duration().max(1));
        self.packets += 1;
        packet
    }
}

/// The parameter sets of a stream, as they stand before a key frame.
#[derive(PartialEq)]
struct ParameterSets {
    configuration: Vec<u8>,
    /// Sequence and picture parameter sets, each after its length in four bytes.
    in_band: Vec<u8>,
    size: (u32, u32),
}

impl ParameterSets {
    /// Reads those of a file that we made: H.264 with lengths of four bytes (ISO/IEC 14496-15, 5.3.3.1).
    fn of(donor: &Donor) -> Result<Self, MediaError> {
        let facts = ffi::parameter_facts(&donor.head.parameters);
        if donor.head.parameters.id() != codec::Id::H264 {
            return Err(MediaError::Broken(format!("a part of a reel is {}, not H.264", facts.codec)));
        }
        let in_band = in_band(&facts.configuration)
            .ok_or_else(|| MediaError::Broken("a part of a reel has an odd configuration".into()))?;
        Ok(Self { configuration: facts.configuration, in_band, size: (facts.width, facts.height) })
    }

    /// Returns a packet with the parameter sets in front of it.
    fn before(&self, packet: &Packet) -> Packet {
        let data = packet.data().unwrap_or_default();
        let mut joined = Packet::copy(&[&self.in_band[..], data].concat());
        joined.set_pts(packet.pts());
        joined.set_dts(packet.dts());
        joined.set_duration(packet.duration());
        joined.set_flags(packet.flags());
        joined
    }
}

/// Returns the parameter sets of an `avcC` box, each after its length in four bytes; `None` if it is no such box.
fn in_band(configuration: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = configuration.split_at_checked(6)?;
    if head[0] != 1 || head[4] & 3 != 3 {
        return None;
    }
    let mut sets = Vec::new();
    let mut take = |rest: &mut &[u8], count: u8| {
        for _ in 0..count {
            let (length, after) = rest.split_at_checked(2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            let (set, after) = after.split_at_checked(length)?;
            sets.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
            sets.extend_from_slice(set);
            *rest = after;
        }
        Some(())
    };
    take(&mut rest, head[5] & 0x1f)?;
    let (pictures, after) = rest.split_first()?;
    rest = after;
    take(&mut rest, *pictures)?;
    Some(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_sets_are_read_and_an_odd_configuration_is_refused() {
        let good = [1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 7, 1, 0, 3, 0x68, 8, 9];
        assert_eq!(in_band(&good), Some(vec![0, 0, 0, 2, 0x67, 7, 0, 0, 0, 3, 0x68, 8, 9]));
        for bad in [&good[..5], &good[..9], &good[..15], &[0; 16], &[]] {
            assert_eq!(in_band(bad), None, "{bad:?}");
        }
    }
}
