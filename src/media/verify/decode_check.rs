//! Reads every packet of a finished file once: checks timestamps and key frames, and decodes some or all video frames.

use ffmpeg_next::{Packet, decoder, frame, media};
use sha2::{Digest, Sha256};

use crate::media::mux::microseconds;
use crate::media::source::{PixelLimit, Source, StreamFacts, receive_frame};
use crate::media::{Doing, MediaError};
use crate::text::hex;

/// Packets decoded at the beginning, and of the last GOP; a full verification decodes all.
const SAMPLE: u64 = 4;

/// Which video packets are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecodeExtent {
    Sample,
    All,
}

/// The measurements of one file's packets.
#[derive(Debug, Default)]
pub(super) struct PacketCheck {
    pub video: Track,
    pub audio: Track,
    pub key_gaps_us: Vec<i64>,
    pub first_is_key: bool,
    pub audio_digest: String,
    pub decoded: u64,
    pub sent: u64,
    pub decode_errors: u64,
    /// Primaries, transfer, matrix and range of the first decoded frame.
    pub colour: String,
    pub pixel_format: String,
}

/// The timestamps of one stream, microseconds.
#[derive(Debug, Default)]
pub(super) struct Track {
    pub packets: u64,
    pub start_us: Option<i64>,
    pub end_us: i64,
    /// A packet lacks timestamps, or its DTS is not after the previous one.
    pub disordered: bool,
    /// Shortest and longest distance between consecutive PTS.
    pub spacing_us: Option<(i64, i64)>,
    /// From the first to the last PTS.
    pub span_us: i64,
    /// One unit of the stream's time base, rounded up.
    pub tick_us: i64,
    last_dts: Option<i64>,
    times_us: Vec<i64>,
}

impl Track {
    fn add(&mut self, packet: &Packet, base: ffmpeg_next::Rational) {
        self.packets += 1;
        let (Some(pts), Some(dts)) = (packet.pts(), packet.dts()) else {
            self.disordered = true;
            return;
        };
        self.disordered |= self.last_dts.is_some_and(|last| dts <= last);
        self.last_dts = Some(dts);
        self.tick_us = microseconds(1, base) + 1;
        let at_us = microseconds(pts, base);
        self.end_us = self.end_us.max(microseconds(pts.saturating_add(packet.duration()), base));
        // Priming samples lie before the start; an edit list removes them.
        self.start_us = Some(self.start_us.map_or(at_us, |start| start.min(at_us)));
        self.times_us.push(at_us);
    }

    fn finish(&mut self) {
        self.times_us.sort_unstable();
        let times_us = std::mem::take(&mut self.times_us);
        let gaps = || times_us.windows(2).map(|pair| pair[1] - pair[0]);
        self.spacing_us = gaps().min().zip(gaps().max());
        self.disordered |= self.spacing_us.is_some_and(|(shortest, _)| shortest == 0);
        self.span_us = gaps().sum();
    }
}

/// Reads every packet and decodes those of `extent`. `tick` is called with microseconds read.
pub(super) fn check_packets(
    mut source: Source,
    streams: &[StreamFacts],
    extent: DecodeExtent,
    tick: &mut dyn FnMut(u64),
) -> Result<PacketCheck, MediaError> {
    let find = |kind| streams.iter().find(|stream: &&StreamFacts| stream.kind == kind);
    let video = find(media::Type::Video)
        .ok_or_else(|| MediaError::Broken("a finished file has no picture".into()))?;
    let audio = find(media::Type::Audio);
    let mut check = PacketCheck::default();
    let mut digest = Sha256::new();
    let mut last_key = None;
    let mut decoder = source.video_decoder(video.index, 1, PixelLimit(u64::MAX))?;
    // The first packets since the last key frame: the last GOP is decoded when the end is known.
    let mut group: Vec<Packet> = Vec::new();
    while let Some(packet) = source.read().doing("read a finished file")? {
        if Some(packet.stream()) == audio.map(|audio| audio.index) {
            digest.update(packet.data().unwrap_or_default());
            check.audio.add(&packet, audio.map_or(video.time_base, |audio| audio.time_base));
            continue;
        }
        if packet.stream() != video.index {
            continue;
        }
        let at_us = microseconds(packet.pts().unwrap_or(0), video.time_base);
        if packet.is_key() {
            if let Some(last) = last_key.replace(at_us) {
                check.key_gaps_us.push(at_us - last);
            }
            group.clear();
        }
        check.first_is_key |= check.video.packets == 0 && packet.is_key();
        check.video.add(&packet, video.time_base);
        tick(at_us.max(0) as u64);
        if extent == DecodeExtent::All || check.sent < SAMPLE {
            send(&mut decoder, &packet, &mut check);
        } else if (group.len() as u64) < SAMPLE {
            group.push(packet);
        }
    }
    if let Some(last) = last_key {
        check.key_gaps_us.push(check.video.end_us - last);
    }
    finish_decoding(&mut decoder, &mut check);
    if extent == DecodeExtent::Sample && !group.is_empty() {
        let mut decoder = source.video_decoder(video.index, 1, PixelLimit(u64::MAX))?;
        for packet in group.iter().skip_while(|packet| !packet.is_key()) {
            send(&mut decoder, packet, &mut check);
        }
        finish_decoding(&mut decoder, &mut check);
    }
    check.video.finish();
    check.audio.finish();
    check.audio_digest = hex(&digest.finalize());
    Ok(check)
}

fn send(decoder: &mut decoder::Video, packet: &Packet, check: &mut PacketCheck) {
    check.sent += 1;
    if decoder.send_packet(packet).is_err() {
        check.decode_errors += 1;
    }
    drain(decoder, check);
}

fn finish_decoding(decoder: &mut decoder::Video, check: &mut PacketCheck) {
    if decoder.send_eof().is_ok() {
        drain(decoder, check);
    }
}

fn drain(decoder: &mut decoder::Video, check: &mut PacketCheck) {
    let mut frame = frame::Video::empty();
    loop {
        match receive_frame(decoder, &mut frame) {
            Ok(true) => check.decoded += 1,
            Ok(false) => return,
            Err(_) => {
                check.decode_errors += 1;
                return;
            }
        }
        check.decode_errors += u64::from(frame.is_corrupt() || frame.has_decode_errors());
        if check.decoded == 1 {
            let name = |name: Option<&'static str>| name.unwrap_or("unknown");
            check.colour = format!(
                "{}/{}/{}/{}",
                name(frame.color_primaries().name()),
                name(frame.color_transfer_characteristic().name()),
                name(frame.color_space().name()),
                if frame.color_range() == ffmpeg_next::color::Range::MPEG { "tv" } else { "pc" },
            );
            check.pixel_format = crate::media::frame_tags::pixel_name(frame.format()).to_owned();
        }
    }
}
