//! Reads one submitted file behind allow-lists. The file is passed in open; nothing else can be opened.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use ffmpeg_next::codec::decoder;
use ffmpeg_next::format::context::{Input, StreamIo};
use ffmpeg_next::util::error::{EAGAIN, EIO, ENODEV, ETIMEDOUT};
use ffmpeg_next::{Dictionary, Error, Packet, codec, ffi as ffmpeg, format, frame};

use super::container::{self, TrackStatement};
use super::ffi::{self, ParameterFacts};
use super::frame_tags::Turn;
use super::layout::{FrameClock, LaidStream};
use super::{Doing, MediaError};
use crate::files;
use crate::model::inspection::{DolbyVision, Orientation};
use crate::model::packet_layout::PacketLayout;

/// Demuxers of containers in which video is submitted; none for playlists, image sequences, scripts, devices or subtitles.
const DEMUXERS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,asf_o,flv,live_flv,mxf,ogg,rm,dv,ivf,gxf,h264,hevc,wtv";

/// Decoders of cameras, phones, screen recorders, editors and old archives.
const DECODERS: &str = "h264,hevc,libdav1d,av1,vp8,vp9,libvpx,libvpx-vp9,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,\
     h263,h263p,h261,flv,vp6,vp6f,vp6a,theora,wmv1,wmv2,wmv3,vc1,mts2,mss1,mss2,mjpeg,mjpegb,jpeg2000,prores,dnxhd,\
     dvvideo,rv10,rv20,rv30,rv40,cinepak,tscc,tscc2,svq1,svq3,indeo3,indeo5,huffyuv,ffvhuff,ffv1,utvideo,rawvideo,\
     v210,qtrle,rpza,8bps,cfhd,hap,magicyuv,png,flashsv,flashsv2,screenpresso,zmbv,camtasia,rl2,\
     aac,aac_latm,aac_fixed,ac3,ac3_fixed,eac3,mp1,mp1float,mp2,mp2float,mp3,mp3float,opus,libopus,vorbis,libvorbis,flac,alac,\
     amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,wmav1,wmav2,wmapro,wmavoice,wmalossless,cook,sipr,ra_144,ra_288,\
     atrac3,atrac3p,dca,truehd,mlp,gsm,gsm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_swf,nellymoser,speex,qdm2,qdmc,\
     pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_u8,pcm_s8,\
     pcm_alaw,pcm_mulaw,pcm_dvd,pcm_bluray,s302m";

/// The time base of frames inside this wing: microseconds.
pub(super) const MICROSECOND: ffmpeg_next::Rational = ffmpeg_next::Rational(1, 1_000_000);

/// An open file with which several readers can work at once, each at a position of its own.
#[derive(Clone, Debug)]
pub(super) struct Handle(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    file: File,
    /// Error number of the first failed read. Demuxers may treat one as the end of the file or as damage.
    failed: OnceLock<i32>,
    /// Where the packets lie, once that is known.
    layout: OnceLock<PacketLayout>,
}

impl Handle {
    pub fn new(file: File) -> Self {
        Self(Arc::new(Opened { file, failed: OnceLock::new(), layout: OnceLock::new() }))
    }

    /// Has every source that is opened from now on give its packets the times of this layout.
    pub fn lay_out(&self, layout: &PacketLayout) {
        let _ = self.0.layout.set(layout.clone());
    }

    /// Returns the layout, if it is not plain.
    pub fn layout(&self) -> Option<&PacketLayout> {
        self.0.layout.get().filter(|layout| !layout.is_plain())
    }

    /// Returns `result`, or if a read of the file failed, that failure as `error`: it is the cause of any result.
    pub fn or_read_error<T>(
        &self,
        error: fn(std::io::Error) -> MediaError,
        result: Result<T, MediaError>,
    ) -> Result<T, MediaError> {
        match self.0.failed.get() {
            Some(errno) => Err(error(std::io::Error::from_raw_os_error(*errno))),
            None => result,
        }
    }

    /// Opens a file of this program's own, such as a finished one.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        files::open_named(path).map(Self::new)
    }

    /// Returns the size of the file.
    pub fn bytes(&self) -> std::io::Result<u64> {
        self.0.file.metadata().map(|metadata| metadata.len())
    }

    /// Returns a reader at the start of the file.
    pub fn reader(&self) -> Reader {
        Reader { file: self.clone(), position: 0 }
    }
}

/// A reader of a [`Handle`] with its own position.
#[derive(Debug)]
pub(super) struct Reader {
    file: Handle,
    position: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.0.file.read_at(buffer, self.position).inspect_err(|error| {
            if error.kind() != ErrorKind::Interrupted {
                let _ = self.file.0.failed.set(error.raw_os_error().unwrap_or(EIO));
            }
        })?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => i128::from(position),
            SeekFrom::Current(offset) => i128::from(self.position) + i128::from(offset),
            SeekFrom::End(offset) => i128::from(self.file.bytes()?) + i128::from(offset),
        };
        self.position = u64::try_from(target).map_err(|_| ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// An open container.
pub(super) struct Source {
    pub input: Input,
    /// The streams whose packets get other times than the container's.
    laid_out: HashMap<usize, LaidStream>,
    begins_piece: bool,
    file: Handle,
}

/// The properties of a stream before anything is decoded.
#[derive(Clone, Debug)]
pub(super) struct StreamFacts {
    pub index: usize,
    pub kind: ffmpeg_next::media::Type,
    pub codec: codec::Id,
    pub parameters: ParameterFacts,
    pub time_base: ffmpeg_next::Rational,
    pub average_rate: ffmpeg_next::Rational,
    pub attached_picture: bool,
    pub default: bool,
    pub role: Role,
    /// ISO 639 code of the language; empty where it is not stated.
    pub language: String,
    /// Numbers of the programmes that it belongs to.
    pub programmes: Vec<i32>,
    pub encrypted: bool,
    pub orientation: Orientation,
    /// Degrees of a turn that is no quarter turn.
    pub tilt_degrees: Option<u32>,
    /// The track's id in the container.
    pub id: i32,
    pub dolby_vision: Option<DolbyVision>,
    /// Transparency lies beside the pictures, for the decoder that knows it.
    pub has_alpha: bool,
    pub statement: TrackStatement,
}

/// What a stream is for, the most wanted last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// It makes sense only together with another stream.
    Dependent,
    /// Pictures that do not move: thumbnails of times, the still of a motion photo.
    Still,
    /// For people who do not see.
    Description,
    HearingImpaired,
    Commentary,
    /// Music and effects, or what accompanies the recording.
    Effects,
    Dub,
    Main,
    /// In the language it was made in.
    Original,
}

impl Role {
    fn of(disposition: i32) -> Self {
        let roles = [
            (ffmpeg::AV_DISPOSITION_DEPENDENT, Self::Dependent),
            (ffmpeg::AV_DISPOSITION_TIMED_THUMBNAILS, Self::Still),
            (ffmpeg::AV_DISPOSITION_STILL_IMAGE, Self::Still),
            (ffmpeg::AV_DISPOSITION_VISUAL_IMPAIRED, Self::Description),
            (ffmpeg::AV_DISPOSITION_DESCRIPTIONS, Self::Description),
            (ffmpeg::AV_DISPOSITION_HEARING_IMPAIRED, Self::HearingImpaired),
            (ffmpeg::AV_DISPOSITION_COMMENT, Self::Commentary),
            (ffmpeg::AV_DISPOSITION_CLEAN_EFFECTS, Self::Effects),
            (ffmpeg::AV_DISPOSITION_KARAOKE, Self::Effects),
            (ffmpeg::AV_DISPOSITION_NON_DIEGETIC, Self::Effects),
            (ffmpeg::AV_DISPOSITION_DUB, Self::Dub),
            (ffmpeg::AV_DISPOSITION_ORIGINAL, Self::Original),
        ];
        let role = roles.into_iter().find(|(flag, _)| disposition & *flag != 0);
        role.map_or(Self::Main, |(_, role)| role)
    }
}

impl Source {
    /// Opens a container. The demuxer is chosen by content, never by file name.
    pub fn open(file: File) -> Result<Self, Error> {
        Self::open_handle(&Handle::new(file))
    }

    /// Opens a further, independent demuxer of the same file.
    pub fn open_handle(handle: &Handle) -> Result<Self, Error> {
        let mut options = Dictionary::new();
        options.set("format_whitelist", DEMUXERS);
        options.set("codec_whitelist", DECODERS);
        // The file is read through its own handle; any URL that a container names is refused.
        options.set("protocol_whitelist", "none");
        let io = StreamIo::from_read_seek_with_capacity(handle.reader(), 1 << 18)?;
        let input = format::input_from_stream(io, None, Some(options))?;
        let laid_out = handle.layout().map(|layout| LaidStream::all_of(layout, &input)).unwrap_or_default();
        Ok(Self { input, file: handle.clone(), laid_out, begins_piece: false })
    }

    /// Returns FFmpeg's names of the container format.
    pub fn container(&self) -> String {
        ffi::detected_format(&self.input)
    }

    /// Returns the properties of all streams.
    pub fn streams(&self) -> Vec<StreamFacts> {
        let mut streams: Vec<StreamFacts> =
            self.input.streams().map(|stream| stream_facts(&stream)).collect();
        for (number, indices) in ffi::programmes(&self.input) {
            let members = streams.iter_mut().filter(|stream| indices.contains(&stream.index));
            members.for_each(|stream| stream.programmes.push(number));
        }
        let length = self.file.bytes().unwrap_or(0);
        let tracks = container::video_tracks(self.file.reader(), length, &self.container());
        state(&mut streams, tracks);
        streams
    }

    /// Reads the next packet; `Ok(None)` at the end. A read error in the middle is an error, not an end.
    pub fn read(&mut self) -> Result<Option<Packet>, Error> {
        let mut packet = Packet::empty();
        loop {
            match packet.read(&mut self.input) {
                Ok(()) => {
                    let laid_out = self.laid_out.get_mut(&packet.stream());
                    self.begins_piece = laid_out.is_some_and(|stream| stream.lay_out(&mut packet));
                    return Ok(Some(packet));
                }
                Err(Error::Eof) => return Ok(None),
                Err(Error::Other { errno: EAGAIN }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns true if the packet that was read last begins a recording of its own: the decoder gives everything before it out
    /// first and then begins anew.
    pub fn begins_piece(&self) -> bool {
        self.begins_piece
    }

    /// Returns the clock of a video stream's frames.
    pub fn frame_clock(&self, stream: usize, base: ffmpeg_next::Rational) -> FrameClock {
        FrameClock::new(self.laid_out.get(&stream).and_then(LaidStream::counted_rate), base)
    }

    /// Works like [`Source::read`], but treats damage as the end of the stream, so that the packets before it count. The
    /// failure of a disk or share remains an error: it must not pass for the end of the work.
    pub fn read_tolerantly(&mut self) -> Result<Option<Packet>, Error> {
        match self.read() {
            Err(error @ Error::Other { errno: EIO | ENODEV | ETIMEDOUT }) => Err(error),
            Err(_) => Ok(None),
            read => read,
        }
    }

    /// Has the demuxer skip every stream but these.
    pub fn keep_only(&mut self, wanted: &[usize]) {
        for mut stream in self.input.streams_mut() {
            if !wanted.contains(&stream.index()) {
                ffi::discard(&mut stream);
            }
        }
    }

    /// Opens the decoder of a video stream with `threads` frame threads.
    pub fn video_decoder(
        &self,
        stream: usize,
        threads: u32,
        limit: PixelLimit,
    ) -> Result<decoder::Video, MediaError> {
        self.decoder(stream, threads, limit)?.video().doing("open the video decoder")
    }

    /// Opens the decoder of an audio stream.
    pub fn audio_decoder(&self, stream: usize) -> Result<decoder::Audio, MediaError> {
        self.decoder(stream, 1, PixelLimit(u64::MAX))?.audio().doing("open the audio decoder")
    }

    fn decoder(&self, stream: usize, threads: u32, limit: PixelLimit) -> Result<decoder::Opened, MediaError> {
        let stream = self
            .input
            .stream(stream)
            .ok_or_else(|| MediaError::Broken(format!("the container has no stream {stream}")))?;
        let time_base = stream.time_base();
        let mut context =
            codec::Context::from_parameters(stream.parameters()).doing("read the codec parameters")?;
        context.set_threading(codec::threading::Config {
            count: threads as usize,
            ..codec::threading::Config::kind(codec::threading::Type::Frame)
        });
        let mut decoder = context.decoder();
        decoder.set_packet_time_base(time_base);
        let mut options = Dictionary::new();
        options.set("codec_whitelist", DECODERS);
        options.set("max_pixels", &limit.0.min(i32::MAX as u64).to_string());
        // FFmpeg's own decoders of VP8 and VP9 leave out transparency and show what it hides.
        let name = match decoder.id() {
            codec::Id::VP8 => "libvpx",
            _ => "libvpx-vp9",
        };
        let of_alpha = has_alpha(&stream).then(|| decoder::find_by_name(name)).flatten();
        let codec = of_alpha
            .or_else(|| decoder::find(decoder.id()))
            .ok_or_else(|| MediaError::Broken(format!("no decoder for {:?}", decoder.id())))?;
        decoder.open_as_with(codec, options).doing("open the decoder")
    }
}

/// Largest width × height of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct PixelLimit(pub u64);

/// Returns true if a decoder for the stream is both built in and on the allow-list.
pub(super) fn can_decode(stream: &StreamFacts) -> bool {
    decoder::find(stream.codec).is_some_and(|codec| DECODERS.split(',').any(|name| name == codec.name()))
}

fn stream_facts(stream: &ffmpeg_next::Stream<'_>) -> StreamFacts {
    let mut parameters = ffi::parameter_facts(&stream.parameters());
    let disposition = stream.disposition();
    if let Some(aspect) = ffi::container_sample_aspect(stream) {
        parameters.sample_aspect = aspect;
    }
    let side_data = |kind| stream.side_data().find(|data| data.kind() == kind);
    let turn = side_data(codec::packet::side_data::Type::DisplayMatrix).map(|data| Turn::of(data.data()));
    let turn = turn.unwrap_or_default();
    let encrypted =
        ffi::has_encryption_info(stream) || matches!(&parameters.tag, b"encv" | b"enca" | b"drmi" | b"drms");
    StreamFacts {
        index: stream.index(),
        kind: stream.parameters().medium(),
        codec: stream.parameters().id(),
        time_base: stream.time_base(),
        average_rate: stream.avg_frame_rate(),
        attached_picture: disposition.contains(format::stream::Disposition::ATTACHED_PIC),
        default: disposition.contains(format::stream::Disposition::DEFAULT),
        role: Role::of(ffi::disposition(stream)),
        language: stream.metadata().get("language").unwrap_or_default().to_ascii_lowercase(),
        programmes: Vec::new(),
        encrypted,
        orientation: turn.orientation,
        tilt_degrees: turn.tilt_degrees,
        id: stream.id(),
        dolby_vision: side_data(codec::packet::side_data::Type::DOVI_CONF)
            .and_then(|data| dolby_vision(data.data())),
        has_alpha: has_alpha(stream),
        statement: TrackStatement::default(),
        parameters,
    }
}

/// Returns true for VP8 and VP9 whose transparency lies in additional blocks (WebM, `AlphaMode`).
fn has_alpha(stream: &ffmpeg_next::Stream<'_>) -> bool {
    stream.metadata().get("alpha_mode") == Some("1")
}

/// Reads FFmpeg's copy of a Dolby Vision record, one byte a field (`AVDOVIDecoderConfigurationRecord`).
fn dolby_vision(record: &[u8]) -> Option<DolbyVision> {
    Some(DolbyVision { profile: *record.get(2)?, compatibility: *record.get(7)? })
}

/// Gives each video stream what its container states: by the track's id, else (Matroska) by their order.
fn state(streams: &mut [StreamFacts], tracks: Vec<TrackStatement>) {
    let is_picture =
        |stream: &StreamFacts| stream.kind == ffmpeg_next::media::Type::Video && !stream.attached_picture;
    let same_count = streams.iter().filter(|stream| is_picture(stream)).count() == tracks.len();
    let mut in_order = tracks.iter().filter(|track| track.id == 0 && same_count);
    for stream in streams.iter_mut().filter(|stream| is_picture(stream)) {
        let by_id = tracks.iter().find(|track| track.id != 0 && i64::from(track.id) == i64::from(stream.id));
        if let Some(track) = by_id.or_else(|| in_order.next()) {
            stream.statement = track.clone();
            if let Some(aspect) = track.sample_aspect {
                let part = |value: u32| i32::try_from(value).unwrap_or(0);
                stream.parameters.sample_aspect = (part(aspect.num), part(aspect.den));
            }
        }
    }
}

/// Returns true if a packet's content is encrypted, which would decode to garbage without an error.
pub(super) fn is_encrypted(packet: &Packet) -> bool {
    packet.side_data().any(|data| data.kind() == codec::packet::side_data::Type::EncryptionInfo)
}

/// Receives the next decoded video frame. Returns `Ok(false)` when the decoder needs another packet or has ended.
pub(super) fn receive_frame(decoder: &mut decoder::Video, frame: &mut frame::Video) -> Result<bool, Error> {
    received(decoder.receive_frame(frame))
}

/// Receives the next decoded audio frame. Returns `Ok(false)` when the decoder needs another packet or has ended.
pub(super) fn receive_samples(
    decoder: &mut decoder::Audio,
    samples: &mut frame::Audio,
) -> Result<bool, Error> {
    received(decoder.receive_frame(samples))
}

fn received(result: Result<(), Error>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::Eof) | Err(Error::Other { errno: EAGAIN }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns FFmpeg's version as its libraries report it (`libavcodec 59.37.100` is FFmpeg 5.1).
pub(super) fn ffmpeg_version() -> String {
    let version = codec::version();
    format!("libavcodec {}.{}.{}", version >> 16, version >> 8 & 0xff, version & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Code;
    use crate::model::job::{EngineError, FailureKind};

    /// Nothing is mapped at address 0: the kernel returns an I/O error, as for a broken disk.
    #[test]
    fn a_read_that_failed_is_the_cause_whatever_came_of_it() {
        let handle = Handle::new(File::open("/proc/self/mem").unwrap());
        assert!(handle.or_read_error(MediaError::Source, Ok(())).is_ok());
        assert!(Source::open_handle(&handle).is_err());
        let ended = handle.or_read_error(MediaError::Source, Ok(()));
        let error = EngineError::from(ended.unwrap_err());
        assert_eq!((error.finding.code, error.kind), (Code::SourceUnreadable, FailureKind::Broken));
    }
}
