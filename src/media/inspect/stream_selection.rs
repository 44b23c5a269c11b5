//! Selects the video and audio stream of a source; refuses what needs no decoding to be refused.

use ffmpeg_next::media::Type;

use super::picture_choice::choose_picture;
use super::sound_choice::{SelectedSound, choose_sound};
use super::track_survey::{Survey, Wanted, may_be_sound};
use crate::media::MediaError;
use crate::media::source::{Handle, StreamFacts, can_decode};
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::units::Size;
use crate::model::value::{Arg, Value};

/// Shortest accepted side of a frame, pixels.
const MIN_SIDE: u32 = 16;

/// The selected streams of a source.
pub(in crate::media) struct SelectedStreams {
    pub video: StreamFacts,
    pub audio: Option<SelectedSound>,
    /// Codec names of the streams that are not used.
    pub others: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Chooses the video stream, and with [`Wanted::PicturesAndSound`] the audio, or refuses the file. Where there are several,
/// the whole file is looked at first; `tick` is called with the microseconds done.
pub(in crate::media) fn choose(
    handle: &Handle,
    streams: &[StreamFacts],
    limits: &Limits,
    wanted: Wanted,
    tick: &mut dyn FnMut(i64),
) -> Result<SelectedStreams, MediaError> {
    if streams.len() > limits.max_streams as usize {
        let finding = Finding::error(Code::TooManyStreams).measured(streams.len()).limit(limits.max_streams);
        return Err(MediaError::refused(finding));
    }
    let survey = Survey::is_needed(streams, wanted)
        .then(|| Survey::of(handle, streams, limits, wanted, tick))
        .transpose()?;
    let mut findings = Vec::new();
    let video = choose_picture(streams, survey.as_ref(), &mut findings)?.clone();
    refuse_unusable(&video, limits)?;
    let audio = match wanted {
        Wanted::Pictures => None,
        Wanted::PicturesAndSound => choose_sound(streams, &video, survey.as_ref(), &mut findings),
    };
    let mut tracks = streams.iter().filter(|stream| stream.kind == Type::Audio);
    if let Some(track) = tracks.next().filter(|_| !streams.iter().any(may_be_sound)) {
        findings.push(Finding::warning(Code::AudioUndecodable).arg(Arg::Codec, codec_name(track)));
    }
    let is_used = |stream: &StreamFacts| {
        let sounds = audio.iter().flat_map(|sound| &sound.tracks);
        sounds.chain([&video]).any(|used| used.index == stream.index)
    };
    let others = streams.iter().filter(|stream| !is_used(stream)).map(codec_name).collect();
    Ok(SelectedStreams { video, audio, others, findings })
}

/// Refuses a video that needs no decoding to be refused.
fn refuse_unusable(video: &StreamFacts, limits: &Limits) -> Result<(), MediaError> {
    if video.encrypted {
        return Err(MediaError::refused(Finding::error(Code::Encrypted)));
    }
    if let Some(record) = video.dolby_vision.filter(|record| !record.has_usable_base()) {
        return Err(MediaError::refused(
            Finding::error(Code::DolbyVisionOnly).measured(record.profile.to_string()),
        ));
    }
    let (width, height) = (video.parameters.width, video.parameters.height);
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.max_pixels {
        let finding = Finding::error(Code::TooManyPixels)
            .measured(Size::new(width, height))
            .limit(Value::Pixels(limits.max_pixels));
        return Err(MediaError::refused(finding));
    }
    if !can_decode(video) {
        return Err(MediaError::refused(
            Finding::error(Code::UnknownCodec).arg(Arg::Codec, codec_name(video)),
        ));
    }
    if pixels > 0 && width.min(height) < MIN_SIDE {
        let finding = Finding::error(Code::ResolutionTooLow)
            .measured(Size::new(width, height))
            .limit(Value::Pixels(u64::from(MIN_SIDE)));
        return Err(MediaError::refused(finding));
    }
    Ok(())
}

/// Returns the codec's name, or the container's four-character code if FFmpeg does not know it.
pub(super) fn codec_name(stream: &StreamFacts) -> String {
    let parameters = &stream.parameters;
    if !parameters.codec.is_empty() && parameters.codec != "none" && parameters.codec != "unknown_codec" {
        return parameters.codec.clone();
    }
    let tag: String =
        parameters.tag.iter().map(|byte| *byte as char).filter(char::is_ascii_graphic).collect();
    if tag.is_empty() { "?".to_owned() } else { tag }
}
