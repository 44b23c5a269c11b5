//! Lays the packets of a source out on one continuous time line: finds where a recording begins again, jumps or was
//! interrupted, and what to add to the timestamps from there on.
//!
//! The picture is the master. Each of its breaks begins a piece, which is put where the piece before it ends; the sound that
//! breaks with it gets the same offset, so that both stay together. A hold of the picture alone remains a hold.

use crate::model::packet_layout::{PacketBreak, PacketLayout};

/// A picture or sound that goes back by this much together with the other began again, microseconds.
const BACK_TOGETHER_US: i64 = 100_000;
/// Likewise for a picture alone. Where a demuxer derives the decoding times, they may go back by the depth of the
/// reordering, which is at most [`REORDERED`] pictures.
const BACK_ALONE_US: i64 = 500_000;
const REORDERED: i64 = 16;
/// Likewise for the sound alone. Where it goes back by less, overlapping samples are cut, and it stays with its picture.
const SOUND_BACK_ALONE_US: i64 = 2_000_000;
/// If picture and sound jump ahead together by this much, the recording was interrupted.
const AHEAD_TOGETHER_US: i64 = 2_000_000;
/// No picture is held for so long, six hours: the timestamps are wrong. FFmpeg takes timestamps of MPEG-TS that begin again
/// for a wrap of their 33 bits and adds 26.5 hours.
const WILD_US: i64 = 6 * 3600 * 1_000_000;
/// Timestamps of picture and sound on either side of one joint differ by no more than this.
const TOGETHER_US: i64 = 1_500_000;
/// The packets on either side of one joint are interleaved by no more than this.
const INTERLEAVED_US: i64 = 3_000_000;
/// Sound that outlasts its picture at a joint by less is cut, as encoders append up to two blocks of it.
const OUTLASTS_US: i64 = 100_000;
/// Number of packets that are looked at for the beginning and the end of a piece: more than the depth of any reordering.
const NEIGHBOURS: usize = 64;

/// One packet of a stream; times are in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    /// Number of the packet in the file, counted over the streams of the survey.
    pub order: u64,
    pub dts_us: Option<i64>,
    pub pts_us: Option<i64>,
    pub duration_us: i64,
    pub key: bool,
    /// Cut off by an edit list, or empty.
    pub hidden: bool,
}

impl Stamp {
    fn clock_us(&self, clock: Clock) -> Option<i64> {
        match clock {
            Clock::Decoding => self.dts_us,
            Clock::Presentation => self.pts_us,
        }
    }

    fn shown_us(&self) -> Option<i64> {
        self.pts_us.or(self.dts_us).filter(|_| !self.hidden)
    }
}

/// The timestamps by which the packets of a track follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Decoding,
    /// Where no packet has a time of decoding.
    Presentation,
}

/// All packets of one stream, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub stream: usize,
    pub stamps: Vec<Stamp>,
}

impl Track {
    fn clock(&self) -> Clock {
        let decoding = self.stamps.iter().any(|stamp| stamp.dts_us.is_some());
        if decoding { Clock::Decoding } else { Clock::Presentation }
    }

    /// Returns the packets that are shown, with their numbers.
    fn visible(&self) -> impl Iterator<Item = (usize, &Stamp)> {
        self.stamps.iter().enumerate().filter(|(_, stamp)| !stamp.hidden)
    }
}

/// A layout, and what it mends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LaidOut {
    pub layout: PacketLayout,
    /// Where a recording begins again, microseconds since its first picture.
    pub joints_us: Vec<u64>,
    /// Length of each interruption that was closed, microseconds.
    pub closed_us: Vec<u64>,
    /// Number of times that the sound began again while the picture went on.
    pub sound_restarts: u64,
}

/// Two consecutive packets whose timestamps do not follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Jump {
    /// Index of the second packet.
    index: usize,
    order: u64,
    /// Where the second one would be expected, and where it is.
    expected_us: i64,
    at_us: i64,
}

impl Jump {
    fn by_us(&self) -> i64 {
        self.at_us.saturating_sub(self.expected_us)
    }
}

/// Lays out a picture and its sounds. `jumps_allowed` is set for containers whose timestamps may jump by design; in others
/// a jump ahead is a gap.
pub(super) fn lay_out(picture: &Track, sounds: &[Track], jumps_allowed: bool) -> LaidOut {
    let picture_jumps = jumps(picture);
    let sound_jumps: Vec<Vec<Jump>> = sounds.iter().map(jumps).collect();
    let mut builder = Builder::new(picture, sounds, jumps_allowed);
    for (number, jump) in picture_jumps.iter().enumerate() {
        let partners: Vec<Option<Jump>> = sound_jumps
            .iter()
            .enumerate()
            .map(|(sound, jumps)| builder.partner(jump, sound, jumps))
            .collect();
        builder.pass(jump, picture_jumps.get(number + 1), &partners);
    }
    for (sound, jumps) in sounds.iter().zip(&sound_jumps) {
        builder.mend_sound(sound, jumps);
    }
    builder.out.layout.breaks.sort_by_key(|found| (found.stream, found.packet));
    builder.out
}

/// Why a piece begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The timestamps go back.
    Restart,
    /// Picture and sound jump ahead together.
    Interruption,
    /// The timestamps go on where they were before the last piece, which was astray.
    Return,
}

/// The offsets so far.
struct Builder<'a> {
    picture: &'a Track,
    sounds: &'a [Track],
    jumps_allowed: bool,
    /// Usual time from picture to picture.
    step_us: i64,
    /// First packet of the current piece, its offset and that of the piece before it.
    piece: usize,
    offset_us: i64,
    earlier_us: i64,
    /// Current offset of each sound, and its last packet that began a piece.
    sound_offsets_us: Vec<i64>,
    sound_pieces: Vec<usize>,
    out: LaidOut,
}

impl<'a> Builder<'a> {
    fn new(picture: &'a Track, sounds: &'a [Track], jumps_allowed: bool) -> Self {
        Self {
            picture,
            sounds,
            jumps_allowed,
            step_us: usual_step_us(picture),
            piece: 0,
            offset_us: 0,
            earlier_us: 0,
            sound_offsets_us: vec![0; sounds.len()],
            sound_pieces: vec![0; sounds.len()],
            out: LaidOut::default(),
        }
    }

    /// Returns the jump of a sound that belongs to the same joint as one of the picture; none that began a piece already.
    fn partner(&self, jump: &Jump, sound: usize, jumps: &[Jump]) -> Option<Jump> {
        let earlier = self.sound_pieces[sound];
        let is_near = |other: &&Jump| {
            let between = self.picture.stamps.partition_point(|stamp| stamp.order < other.order);
            let apart_us = (between.abs_diff(jump.index) as i64).saturating_mul(self.step_us);
            apart_us <= INTERLEAVED_US && other.at_us.abs_diff(jump.at_us) <= TOGETHER_US as u64
        };
        let others = jumps.iter().filter(|other| other.index > earlier).filter(is_near);
        others.min_by_key(|other| other.order.abs_diff(jump.order)).copied()
    }

    /// Begins a piece at a jump of the picture, if one begins there.
    fn pass(&mut self, jump: &Jump, next: Option<&Jump>, partners: &[Option<Jump>]) {
        // A sound that goes back by far more goes with another jump of the picture, or with none.
        let same_way = |sound: &Jump| {
            let (picture_us, sound_us) = (jump.by_us(), sound.by_us());
            picture_us.signum() == sound_us.signum() && sound_us.abs() / 2 <= picture_us.abs()
        };
        let together = partners.iter().flatten().any(same_way);
        let Some(cause) = self.cause(jump, next, together) else { return };
        let end = next.map_or(self.picture.stamps.len(), |next| next.index);
        let offset_us = match cause {
            Cause::Return => self.earlier_us,
            Cause::Restart | Cause::Interruption => self.offset_of_piece(jump, end, partners),
        };
        match cause {
            Cause::Restart => {
                let began_us = self.starts_us(0, self.picture.stamps.len());
                let at_us = self.starts_us(jump.index, end).saturating_add(offset_us);
                self.out.joints_us.push(at_us.saturating_sub(began_us).max(0) as u64);
            }
            Cause::Interruption => self.out.closed_us.push(jump.by_us().unsigned_abs()),
            // What strayed was neither a recording of its own nor an interruption.
            Cause::Return if jump.by_us() > 0 => {
                self.out.joints_us.pop();
            }
            Cause::Return => {
                self.out.closed_us.pop();
            }
        }
        (self.piece, self.earlier_us, self.offset_us) = (jump.index, self.offset_us, offset_us);
        let fresh = self.is_fresh(jump.index, end);
        self.add_break(self.picture.stream, jump.index, fresh);
        for (index, partner) in partners.iter().enumerate() {
            self.continue_sound(index, jump, partner.as_ref());
        }
    }

    /// Returns why a piece begins at a jump; `None` if none does.
    fn cause(&self, jump: &Jump, next: Option<&Jump>, together: bool) -> Option<Cause> {
        let by_us = jump.by_us();
        let close_us = self.step_us.saturating_mul(2);
        let back_us = self.offset_us - self.earlier_us;
        if back_us != 0 && by_us.signum() == back_us.signum() && by_us.abs_diff(back_us) <= close_us as u64 {
            return Some(Cause::Return);
        }
        if by_us < 0 {
            let least_us = match together {
                true => BACK_TOGETHER_US,
                false => BACK_ALONE_US.max(self.step_us.saturating_mul(REORDERED)),
            };
            return (by_us <= -least_us).then_some(Cause::Restart);
        }
        // One that is taken back right away was no hold.
        let strays = next.is_some_and(|next| next.by_us().saturating_add(by_us).abs() <= close_us);
        let closes = by_us >= AHEAD_TOGETHER_US && (strays || together && self.jumps_allowed);
        (closes || by_us >= WILD_US).then_some(Cause::Interruption)
    }

    /// Returns the offset that puts a piece where the one before it ends; later, if the sound of that one goes on.
    fn offset_of_piece(&self, jump: &Jump, end: usize, partners: &[Option<Jump>]) -> i64 {
        let ended_us = self.ends_us(self.piece, jump.index).saturating_add(self.offset_us);
        let offset_us = ended_us.saturating_sub(self.starts_us(jump.index, end));
        let sounds = partners.iter().zip(&self.sound_offsets_us);
        let by_sound = sounds.filter_map(|(partner, before_us)| Some((partner.as_ref()?, before_us)));
        by_sound
            .map(|(sound, before_us)| {
                sound.expected_us.saturating_add(*before_us).saturating_sub(sound.at_us)
            })
            .filter(|sound_us| sound_us.saturating_sub(offset_us) > OUTLASTS_US)
            .fold(offset_us, i64::max)
    }

    /// Gives a sound the offset of the new piece, from its own break on, or from its beginning if that lies in the piece.
    fn continue_sound(&mut self, index: usize, jump: &Jump, partner: Option<&Jump>) {
        let sound = &self.sounds[index];
        let from = match (partner, sound.stamps.iter().find(|stamp| !stamp.hidden)) {
            (Some(partner), _) => partner.index,
            (None, Some(first)) if self.begins_after(first, jump) => 0,
            _ => return,
        };
        self.sound_offsets_us[index] = self.offset_us;
        self.sound_pieces[index] = from;
        self.add_break(sound.stream, from, false);
    }

    /// Returns true if the first packet of a sound belongs to the piece that begins at `jump`.
    fn begins_after(&self, first: &Stamp, jump: &Jump) -> bool {
        let before = jump.index.checked_sub(1).map_or(0, |before| self.picture.stamps[before].order);
        let is_nearer = first
            .shown_us()
            .is_some_and(|at_us| at_us.abs_diff(jump.at_us) < at_us.abs_diff(jump.expected_us));
        first.order > jump.order || first.order > before && is_nearer
    }

    /// Adds a break with the current offset; it replaces one at the same packet.
    fn add_break(&mut self, stream: usize, packet: usize, fresh: bool) {
        let packet = packet as u64;
        let found = PacketBreak { stream, packet, offset_us: self.offset_us, fresh };
        self.out.layout.breaks.retain(|other| (other.stream, other.packet) != (stream, packet));
        self.out.layout.breaks.push(found);
    }

    /// Returns when the first picture of a piece is shown, on the source's own time line.
    fn starts_us(&self, from: usize, until: usize) -> i64 {
        let visible = self.picture.stamps[from..until].iter().filter_map(Stamp::shown_us);
        visible.take(NEIGHBOURS).min().unwrap_or(0)
    }

    /// Returns when the last picture of a piece ends, on the source's own time line.
    fn ends_us(&self, from: usize, until: usize) -> i64 {
        let piece = &self.picture.stamps[from..until];
        let delay_us = piece.iter().find_map(|stamp| Some(stamp.pts_us?.saturating_sub(stamp.dts_us?)));
        let delay_us = delay_us.unwrap_or(0).max(0);
        let last = || piece.iter().rev().filter(|stamp| !stamp.hidden).take(NEIGHBOURS);
        let lacks = last().any(|stamp| stamp.pts_us.is_none());
        let end = |stamp: &Stamp| {
            let length_us = if stamp.duration_us > 0 { stamp.duration_us } else { self.step_us };
            // Where times of presentation are missing, they lag those of decoding as at the beginning.
            let derived_us = stamp.dts_us.filter(|_| lacks).map(|dts_us| dts_us.saturating_add(delay_us));
            Some(stamp.pts_us.max(derived_us)?.saturating_add(length_us))
        };
        last().filter_map(end).max().unwrap_or(0)
    }

    /// Returns true if a piece begins with a key frame and no picture that is decoded after it is shown before it.
    fn is_fresh(&self, from: usize, until: usize) -> bool {
        let piece = &self.picture.stamps[from..until];
        let first = &piece[0];
        let mut others = piece.iter().skip(1).take(NEIGHBOURS).filter_map(Stamp::shown_us);
        first.key && first.shown_us().is_some_and(|first_us| others.all(|shown_us| shown_us >= first_us))
    }

    /// Lets a sound that begins again while the picture goes on continue where it was.
    fn mend_sound(&mut self, sound: &Track, jumps: &[Jump]) {
        let mut added_us = 0_i64;
        for jump in jumps {
            let breaks = self.out.layout.breaks.iter();
            let mut own = breaks.filter(|found| found.stream == sound.stream).collect::<Vec<_>>();
            own.sort_by_key(|found| found.packet);
            if own.iter().any(|found| found.packet == jump.index as u64) {
                added_us = 0;
                continue;
            }
            let before = own.iter().rev().find(|found| found.packet < jump.index as u64);
            let before_us = before.map_or(0, |found| found.offset_us);
            let by_us = jump.by_us();
            let returns = added_us > 0 && by_us.abs_diff(added_us) <= TOGETHER_US as u64;
            if by_us > -SOUND_BACK_ALONE_US && !returns {
                continue;
            }
            added_us = if returns { 0 } else { added_us.saturating_sub(by_us) };
            let offset_us = before_us.saturating_sub(by_us);
            self.out.sound_restarts += u64::from(!returns);
            let packet = jump.index as u64;
            let found = PacketBreak { stream: sound.stream, packet, offset_us, fresh: false };
            self.out.layout.breaks.push(found);
        }
    }
}

/// Finds where the packets of a track do not follow each other.
fn jumps(track: &Track) -> Vec<Jump> {
    let (step_us, clock) = (usual_step_us(track), track.clock());
    let mut found = Vec::new();
    let mut before: Option<(i64, i64)> = None;
    for (index, stamp) in track.visible() {
        let length_us = if stamp.duration_us > 0 { stamp.duration_us } else { step_us };
        let Some(at_us) = stamp.clock_us(clock) else {
            before = before.map(|(clock_us, expected_us)| (clock_us, expected_us.saturating_add(length_us)));
            continue;
        };
        if let Some((clock_us, expected_us)) = before {
            let back = at_us < clock_us && at_us <= expected_us.saturating_sub(BACK_TOGETHER_US);
            let ahead = at_us >= expected_us.saturating_add(BACK_ALONE_US);
            if back || ahead {
                found.push(Jump { index, order: stamp.order, expected_us, at_us });
            }
        }
        before = Some((at_us, at_us.saturating_add(length_us)));
    }
    found
}

/// Returns the median distance of consecutive packets; 40 ms where there is none.
fn usual_step_us(track: &Track) -> i64 {
    let clock = track.clock();
    let clocks: Vec<i64> = track.visible().filter_map(|(_, stamp)| stamp.clock_us(clock)).collect();
    let mut steps: Vec<i64> =
        clocks.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).filter(|step| *step > 0).collect();
    let middle = steps.len() / 2;
    if steps.is_empty() { 40_000 } else { *steps.select_nth_unstable(middle).1 }
}

#[cfg(test)]
mod tests;
