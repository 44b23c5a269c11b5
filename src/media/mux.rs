//! Writes finished files: video packets as they are encoded (or copied), audio packets from a file that already has them.

use std::path::{Path, PathBuf};

use ffmpeg_next::codec::Parameters;
use ffmpeg_next::format::context::Output;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, format, media};

pub(super) use super::layout::microseconds;
use super::source::Source;
use super::{Doing, MediaError, ffi, labels};
use crate::files;
use crate::model::ai::AiLabel;
use crate::model::job::OutputTask;

/// A stream to be written: its parameters and the time base of its packets.
pub(super) struct StreamHead {
    pub parameters: Parameters,
    pub time_base: Rational,
}

/// A file from which the packets of one stream are copied.
pub(super) struct Donor {
    source: Source,
    stream: usize,
    pub head: StreamHead,
    next: Option<Packet>,
}

impl Donor {
    /// Opens the first stream of `kind`.
    pub fn open(file: &Path, kind: media::Type) -> Result<Self, MediaError> {
        let file = files::open(file).doing("open a file to copy packets from")?;
        let source = Source::open(file).doing("read a file to copy packets from")?;
        let (stream, head) = source
            .input
            .streams()
            .find(|stream| stream.parameters().medium() == kind)
            .map(|stream| {
                let mut parameters = stream.parameters().clone();
                ffi::clear_codec_tag(&mut parameters);
                (stream.index(), StreamHead { parameters, time_base: stream.time_base() })
            })
            .ok_or_else(|| MediaError::Broken("a file to copy packets from lacks the stream".into()))?;
        let mut source = source;
        source.keep_only(&[stream]);
        let mut donor = Self { source, stream, head, next: None };
        donor.advance()?;
        Ok(donor)
    }

    fn advance(&mut self) -> Result<(), MediaError> {
        self.next = None;
        while let Some(packet) = self.source.read().doing("read packets to copy")? {
            if packet.stream() == self.stream {
                self.next = Some(packet);
                break;
            }
        }
        Ok(())
    }

    /// Returns the next packet if its DTS is at most `dts_us`, or any if that is `None`.
    fn take_before(&mut self, dts_us: Option<i64>) -> Result<Option<Packet>, MediaError> {
        let due = match (&self.next, dts_us) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(packet), Some(limit)) => {
                microseconds(packet.dts().unwrap_or(0), self.head.time_base) <= limit
            }
        };
        if !due {
            return Ok(None);
        }
        let packet = self.next.take();
        self.advance()?;
        Ok(packet)
    }

    /// Passes every packet to `on_packet`, in order.
    pub fn copy_all(
        mut self,
        on_packet: &mut dyn FnMut(Packet) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        while let Some(packet) = self.take_before(None)? {
            on_packet(packet)?;
        }
        Ok(())
    }
}

/// One output file in progress.
pub(super) struct Muxer {
    output: Output,
    /// Time base of the packets of stream 0 as they come, and that of the file.
    time_bases: (Rational, Rational),
    /// Source of stream 1 and its time base in the file.
    sound: Option<(Donor, Rational)>,
    /// Labels of AI-made media, and the file that gets them once it is complete.
    ai_labels: Option<(PathBuf, Vec<AiLabel>)>,
}

impl Muxer {
    /// Creates a file with a video and perhaps an audio stream, and writes its header.
    pub fn create(task: &OutputTask, video: &StreamHead, sound: Option<Donor>) -> Result<Self, MediaError> {
        let mut output = open_output(task.file.as_path(), &task.container)?;
        let mut metadata = Dictionary::new();
        metadata.set("title", &task.title);
        if !task.comment.is_empty() {
            metadata.set("comment", &task.comment);
        }
        let room = labels::room_for(&task.ai_labels);
        if let Some((key, text)) = &room {
            metadata.set(key, text);
        }
        output.set_metadata(metadata);
        add_stream(&mut output, video)?;
        if let Some(donor) = &sound {
            add_stream(&mut output, &donor.head)?;
        }
        write_header(&mut output, has_index_in_front(&task.container))?;
        let base =
            |index: usize| output.stream(index).map(|stream| stream.time_base()).unwrap_or(video.time_base);
        let video_base = base(0);
        let sound_base = base(1);
        Ok(Self {
            output,
            time_bases: (video.time_base, video_base),
            sound: sound.map(|donor| (donor, sound_base)),
            ai_labels: room.map(|_| (task.file.as_path().to_owned(), task.ai_labels.clone())),
        })
    }

    /// Creates a file with one audio stream, for packets from an encoder.
    pub fn sound_only(file: &Path, sound: &StreamHead) -> Result<Self, MediaError> {
        let mut output = open_output(file, "mp4")?;
        add_stream(&mut output, sound)?;
        write_header(&mut output, true)?;
        let base = output.stream(0).map(|stream| stream.time_base()).unwrap_or(sound.time_base);
        Ok(Self { output, time_bases: (sound.time_base, base), sound: None, ai_labels: None })
    }

    /// Creates an MP4 with one video stream whose index stays at its end: moving it would write gigabytes a second time, often to a
    /// slow stick, and whoever plays it has it on a disk.
    pub fn reel(file: &Path, title: &str, video: &StreamHead) -> Result<Self, MediaError> {
        let mut output = open_output(file, "mp4")?;
        let mut metadata = Dictionary::new();
        metadata.set("title", title);
        output.set_metadata(metadata);
        add_stream(&mut output, video)?;
        write_header(&mut output, false)?;
        let base = output.stream(0).map(|stream| stream.time_base()).unwrap_or(video.time_base);
        Ok(Self { output, time_bases: (video.time_base, base), sound: None, ai_labels: None })
    }

    /// Writes the next packet of stream 0, preceded by all audio packets that come earlier.
    pub fn write(&mut self, mut packet: Packet) -> Result<(), MediaError> {
        let (from, to) = self.time_bases;
        let dts_us = microseconds(packet.dts().unwrap_or(0), from);
        self.write_sound(Some(dts_us))?;
        packet.set_stream(0);
        packet.set_position(-1);
        packet.rescale_ts(from, to);
        packet.write_interleaved(&mut self.output).doing("write a packet")
    }

    fn write_sound(&mut self, before_us: Option<i64>) -> Result<(), MediaError> {
        let Some((donor, to)) = &mut self.sound else { return Ok(()) };
        let from = donor.head.time_base;
        while let Some(mut packet) = donor.take_before(before_us)? {
            packet.set_stream(1);
            packet.set_position(-1);
            packet.rescale_ts(from, *to);
            packet.write_interleaved(&mut self.output).doing("write a sound packet")?;
        }
        Ok(())
    }

    /// Writes the remaining audio packets and the trailer; an MP4's index is moved to the front.
    pub fn finish(mut self) -> Result<(), MediaError> {
        self.write_sound(None)?;
        self.output.write_trailer().doing("finish a file")?;
        // Closes the file.
        drop(self.output);
        match &self.ai_labels {
            Some((file, ai_labels)) => labels::fill_in(file, ai_labels).doing("write an AI label"),
            None => Ok(()),
        }
    }
}

fn open_output(file: &Path, container: &str) -> Result<Output, MediaError> {
    let path = file.to_str().ok_or_else(|| {
        MediaError::Broken("the library's path is not UTF-8, which FFmpeg's writer needs".into())
    })?;
    format::output_as(&format!("file:{path}"), container).doing("create an output file")
}

fn add_stream(output: &mut Output, head: &StreamHead) -> Result<(), MediaError> {
    let mut language = Dictionary::new();
    language.set("language", "chi");
    let mut stream = output.add_stream(codec::Id::None).doing("add a stream")?;
    stream.set_parameters(head.parameters.clone());
    stream.set_time_base(head.time_base);
    stream.set_metadata(language);
    Ok(())
}

fn has_index_in_front(container: &str) -> bool {
    matches!(container, "mp4" | "mov")
}

fn write_header(output: &mut Output, index_in_front: bool) -> Result<(), MediaError> {
    let mut options = Dictionary::new();
    // Leaves out library versions and the time of day: equal recipes give equal bytes.
    options.set("fflags", "+bitexact");
    if index_in_front {
        options.set("movflags", "+faststart");
    }
    let rest = output.write_header_with(options).doing("write a header")?;
    match rest.iter().next() {
        Some((key, _)) => Err(MediaError::Broken(format!("the writer does not know `{key}`"))),
        None => Ok(()),
    }
}
