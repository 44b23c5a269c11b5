//! Selects the video and audio stream of a source; refuses what needs no decoding to be refused.

use ffmpeg_next::media::Type;

use crate::media::MediaError;
use crate::media::source::{StreamFacts, can_decode};
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::units::Size;
use crate::model::value::{Arg, Value};

/// Shortest accepted side of a frame, pixels.
const MIN_SIDE: u32 = 16;

/// The selected streams of a source.
pub(in crate::media) struct SelectedStreams {
    pub video: StreamFacts,
    pub audio: Option<StreamFacts>,
    /// Codec names of the streams that are not used.
    pub others: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Chooses the video and the audio stream, or refuses the file.
pub(in crate::media) fn choose(
    streams: &[StreamFacts],
    limits: &Limits,
) -> Result<SelectedStreams, MediaError> {
    if streams.len() > limits.max_streams as usize {
        let finding = Finding::error(Code::TooManyStreams).measured(streams.len()).limit(limits.max_streams);
        return Err(MediaError::refused(finding));
    }
    let video = best_video(streams)?.clone();
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
    if !can_decode(&video) {
        return Err(MediaError::refused(
            Finding::error(Code::UnknownCodec).arg(Arg::Codec, codec_name(&video)),
        ));
    }
    if pixels > 0 && width.min(height) < MIN_SIDE {
        let finding = Finding::error(Code::ResolutionTooLow)
            .measured(Size::new(width, height))
            .limit(Value::Pixels(u64::from(MIN_SIDE)));
        return Err(MediaError::refused(finding));
    }
    let mut findings = Vec::new();
    let audio = best_audio(streams, &mut findings);
    let used = [Some(video.index), audio.as_ref().map(|audio| audio.index)];
    let others =
        streams.iter().filter(|stream| !used.contains(&Some(stream.index))).map(codec_name).collect();
    Ok(SelectedStreams { video, audio, others, findings })
}

fn best_video(streams: &[StreamFacts]) -> Result<&StreamFacts, MediaError> {
    let videos = streams.iter().filter(|stream| stream.kind == Type::Video);
    let best = videos
        .clone()
        .filter(|stream| !stream.attached_picture)
        // The still image of a motion photo has one frame, its video many.
        .max_by_key(|stream| {
            let parameters = &stream.parameters;
            let pixels = u64::from(parameters.width) * u64::from(parameters.height);
            (can_decode(stream), stream.frames != 1, stream.default, pixels, std::cmp::Reverse(stream.index))
        });
    best.ok_or_else(|| {
        let code = if videos.count() > 0 { Code::OnlyCoverArt } else { Code::NoVideo };
        MediaError::refused(Finding::error(code))
    })
}

/// Returns the default track, else the first, among those that can be decoded.
fn best_audio(streams: &[StreamFacts], findings: &mut Vec<Finding>) -> Option<StreamFacts> {
    let tracks: Vec<&StreamFacts> = streams.iter().filter(|stream| stream.kind == Type::Audio).collect();
    let best = tracks
        .iter()
        .filter(|track| can_decode(track) && !track.encrypted && track.parameters.channels > 0)
        .max_by_key(|track| (track.default, std::cmp::Reverse(track.index)));
    if best.is_none()
        && let Some(track) = tracks.first()
    {
        findings.push(Finding::warning(Code::AudioUndecodable).arg(Arg::Codec, codec_name(track)));
    }
    best.map(|track| (*track).clone())
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
