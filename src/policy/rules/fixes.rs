//! Notes on what rendering changes, one for the whole work wherever it is the same for every target.

use super::{pictures, spread};
use crate::model::finding::{Code, Finding};
use crate::model::geometry::TimeLine;
use crate::model::inspection::{AudioFacts, Inspection, Orientation};
use crate::model::plan::MOST_GAIN_DB;
use crate::model::preset::{Fit, Preset, Sound};
use crate::model::sound::SoundRepair;
use crate::model::units::Size;
use crate::model::value::Value;

/// Tolerances within which frame rates and loudness count as equal.
const RATE_SLACK: f64 = 1.015;
const LOUDNESS_SLACK_LU: f64 = 0.5;
/// Pixels by which sizes may differ from rounding to even numbers.
const SIZE_SLACK: u32 = 2;

/// Returns the notes for the accepted targets; none when there are no targets.
pub(super) fn notes(inspection: &Inspection, repair: SoundRepair, accepted: &[&Preset]) -> Vec<Finding> {
    if accepted.is_empty() {
        return Vec::new();
    }
    let mut notes = of_the_source(inspection);
    for judge in [container, video, frame_rate, size, shape, bit_rate, bytes] {
        notes.extend(spread(accepted, |preset| judge(inspection, preset)));
    }
    let heard: Vec<&Preset> =
        accepted.iter().copied().filter(|preset| preset.want.sound == Sound::Stereo).collect();
    match &inspection.audio {
        None if !heard.is_empty() => {
            notes.extend(spread(accepted, |preset| silence(preset, Code::WillAddSilence, Sound::Stereo)));
        }
        None => {}
        Some(audio) => {
            let audio = audio.mended(repair);
            // Silent targets are left out, so that what is the same for all targets with sound is one note.
            for judge in [sound_codec, loudness, channels] {
                notes.extend(spread(&heard, |preset| judge(&audio, preset)));
            }
            notes.extend(spread(accepted, |preset| silence(preset, Code::WillDropSound, Sound::Silent)));
        }
    }
    notes
}

/// Returns the notes on changes that are the same for every target.
fn of_the_source(inspection: &Inspection) -> Vec<Finding> {
    let video = &inspection.video;
    let mut notes = Vec::new();
    notes.extend(pictures::notes(video));
    if video.variable_frame_rate {
        let measured = Value::FramesPerSecond(video.frame_rate.as_f64());
        notes.push(Finding::note(Code::WillConstantFrameRate).measured(measured));
    }
    if !video.orientation.is_identity() {
        let Orientation { clockwise_degrees, mirrored } = video.orientation;
        let measured = Value::Degrees { clockwise: u32::from(clockwise_degrees), mirrored };
        notes.push(Finding::note(Code::WillRotate).measured(measured));
    }
    if video.sample_aspect.is_known() && video.sample_aspect.num != video.sample_aspect.den {
        notes.push(Finding::note(Code::WillSquarePixels).measured(Value::PixelShape(video.sample_aspect)));
    }
    if inspection.private_metadata {
        notes.push(Finding::note(Code::WillStripPrivateMetadata));
    }
    if !inspection.other_streams.is_empty() {
        let streams = inspection.other_streams.clone();
        notes.push(Finding::note(Code::WillReserveExtraStreams).measured(streams));
    }
    notes
}

fn container(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let wanted = preset.container();
    let same = inspection.container.split(',').any(|name| name == wanted);
    (!same).then(|| Finding::note(Code::WillConvertContainer).measured(&inspection.container).limit(wanted))
}

fn video(inspection: &Inspection, _: &Preset) -> Option<Finding> {
    let video = &inspection.video;
    let measured = format!("{}, {} bit", video.codec, video.bit_depth);
    let same = video.codec == "h264" && video.bit_depth <= 8;
    (!same).then(|| Finding::note(Code::WillConvertVideo).measured(measured).limit("h264, 8 bit"))
}

fn frame_rate(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let rate = inspection.video.frame_rate.as_f64();
    let most = preset.most_frame_rate();
    (rate > most.as_f64() * RATE_SLACK).then(|| {
        let limit = Value::FramesPerSecond(most.as_f64());
        Finding::note(Code::WillLimitFrameRate).measured(Value::FramesPerSecond(rate)).limit(limit)
    })
}

fn size(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let display = inspection.video.display;
    let scaled = scaled(preset, display);
    let code = if scaled.width > display.width + SIZE_SLACK || scaled.height > display.height + SIZE_SLACK {
        Code::WillEnlarge
    } else if scaled.width + SIZE_SLACK < display.width || scaled.height + SIZE_SLACK < display.height {
        Code::WillScaleDown
    } else {
        return None;
    };
    Some(Finding::note(code).measured(display).limit(scaled))
}

/// Returns the size of the whole picture before padding or cropping.
fn scaled(preset: &Preset, display: Size) -> Size {
    let canvas = preset.canvas_for(display);
    match preset.want.fit {
        Fit::Source => canvas,
        Fit::Blur | Fit::Pad => display.fitted_into(canvas),
        Fit::Crop if display.aspect() > canvas.aspect() => {
            Size::new((f64::from(canvas.height) * display.aspect()).round() as u32, canvas.height)
        }
        Fit::Crop => {
            Size::new(canvas.width, (f64::from(canvas.width) / display.aspect().max(1e-6)).round() as u32)
        }
    }
}

fn shape(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let display = inspection.video.display;
    let canvas = preset.canvas_for(display);
    let scaled = scaled(preset, display);
    if scaled.width.abs_diff(canvas.width) <= SIZE_SLACK
        && scaled.height.abs_diff(canvas.height) <= SIZE_SLACK
    {
        return None;
    }
    let code = if preset.want.fit == Fit::Crop { Code::WillCrop } else { Code::WillPad };
    Some(Finding::note(code).measured(display).limit(canvas))
}

fn bit_rate(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let most = preset.accept.max_bit_rate?;
    let seconds = TimeLine::of(inspection).duration_us as f64 / 1e6;
    let rate = inspection.bytes as f64 * 8.0 / seconds;
    let (measured, limit) = (Value::BitsPerSecond(rate), Value::BitsPerSecond(most as f64));
    (rate > most as f64).then(|| Finding::note(Code::WillLimitBitRate).measured(measured).limit(limit))
}

fn bytes(inspection: &Inspection, preset: &Preset) -> Option<Finding> {
    let most = preset.accept.max_bytes.filter(|most| inspection.bytes > *most)?;
    Some(
        Finding::note(Code::WillLimitBytes)
            .measured(Value::Megabytes(inspection.bytes))
            .limit(Value::Megabytes(most)),
    )
}

fn sound_codec(audio: &AudioFacts, _: &Preset) -> Option<Finding> {
    (audio.codec != "aac").then(|| Finding::note(Code::WillConvertAudio).measured(&audio.codec).limit("aac"))
}

fn loudness(audio: &AudioFacts, preset: &Preset) -> Option<Finding> {
    let (measured, aim) = (audio.loudness.integrated_lufs?, preset.want.loudness_lufs);
    let shown = Value::Lufs;
    if aim - measured > MOST_GAIN_DB + LOUDNESS_SLACK_LU {
        let finding = Finding::warning(Code::LoudnessOutOfReach);
        return Some(finding.measured(shown(measured)).limit(shown(aim)));
    }
    ((measured - aim).abs() > LOUDNESS_SLACK_LU)
        .then(|| Finding::note(Code::WillNormaliseLoudness).measured(shown(measured)).limit(shown(aim)))
}

fn channels(audio: &AudioFacts, _: &Preset) -> Option<Finding> {
    let code = match audio.channels {
        0 | 2 => return None,
        1 => Code::WillUpmix,
        _ => Code::WillDownmix,
    };
    Some(Finding::note(code).measured(audio.channels))
}

fn silence(preset: &Preset, code: Code, wanted: Sound) -> Option<Finding> {
    (preset.want.sound == wanted).then(|| Finding::note(code))
}
