//! Decides which targets share a sound, and the recipe they share.

use super::{Request, Shared, SharedSound};
use crate::model::finding::{Code, Finding};
use crate::model::geometry::TimeLine;
use crate::model::plan::{AudioRecipe, ENGINE_VERSION, MOST_GAIN_DB};
use crate::model::preset::{Preset, Sound};
use crate::model::value::Value;

/// Loudness aims that differ by no more than this share a sound; verification allows the same tolerance.
const LOUDNESS_REACH_LU: f64 = 0.5;
/// A bit rate that is higher by up to this factor harms no target.
const RATE_REACH: f64 = 1.5;
/// Where a target limits its file, a sound with a rate above its own takes at most one part in this many of the limit.
const SHARE_OF_ROOM: u64 = 10;

/// Groups the targets with sound, and returns one sound per group.
pub(super) fn share(request: &Request<'_>, line: TimeLine, by_id: &[&Preset]) -> Vec<SharedSound> {
    let measured = measured(request);
    let mut heard: Vec<&Preset> =
        by_id.iter().copied().filter(|preset| preset.want.sound == Sound::Stereo).collect();
    // The highest rate first, then the quietest aim; ids are in order already and the sort is stable.
    heard.sort_by(|a, b| {
        let (a, b) = (&a.want, &b.want);
        b.audio_rate.cmp(&a.audio_rate).then(a.loudness_lufs.total_cmp(&b.loudness_lufs))
    });
    let mut groups: Vec<Vec<&Preset>> = Vec::new();
    for preset in heard {
        match groups.iter_mut().find(|group| accepts(group, preset, measured, line)) {
            Some(group) => group.push(preset),
            None => groups.push(vec![preset]),
        }
    }
    let mut sounds = Vec::new();
    for group in groups {
        let recipe = recipe(request, line, &group, measured);
        Shared { recipe, targets: group.iter().map(|preset| preset.id.clone()).collect() }
            .add_to(&mut sounds);
    }
    sounds
}

/// Returns the integrated loudness in LUFS of the source's sound as it is mended; `None` where there is no sound or nothing
/// to measure in it.
fn measured(request: &Request<'_>) -> Option<f64> {
    let audio = request.inspection.audio.as_ref()?;
    audio.mended(request.config.sound).loudness.integrated_lufs
}

/// Returns true if the preset can share the group's sound.
fn accepts(group: &[&Preset], preset: &Preset, measured: Option<f64>, line: TimeLine) -> bool {
    let rate = group[0].want.audio_rate;
    let near = rate as f64 <= preset.want.audio_rate as f64 * RATE_REACH;
    let room = preset.picture_room(line.duration_us, 0);
    let affordable = rate <= preset.want.audio_rate || room.is_none_or(|room| room / SHARE_OF_ROOM >= rate);
    let alike = group.iter().all(|other| {
        let (a, b) = (&other.want, &preset.want);
        measured.is_none()
            || (a.true_peak_dbtp == b.true_peak_dbtp
                && (a.loudness_lufs - b.loudness_lufs).abs() <= LOUDNESS_REACH_LU)
    });
    near && affordable && alike
}

fn recipe(request: &Request<'_>, line: TimeLine, group: &[&Preset], measured: Option<f64>) -> AudioRecipe {
    let lowest = |of: fn(&Preset) -> f64| group.iter().map(|preset| of(preset)).fold(f64::INFINITY, f64::min);
    let aim =
        measured.map(|is| lowest(|preset| preset.want.loudness_lufs).min(hundredths(is + MOST_GAIN_DB)));
    let audio = request.inspection.audio.as_ref();
    AudioRecipe {
        engine: ENGINE_VERSION,
        source_sha256: request.inspection.sha256.clone(),
        stream: audio.map(|audio| audio.stream),
        map: audio.map(|audio| audio.map.clone()).unwrap_or_default(),
        mend: audio.map(|audio| audio.mend(request.config.sound)).unwrap_or_default(),
        start_us: line.start_us,
        duration_us: line.duration_us,
        sample_rate: 48_000,
        channels: 2,
        rate: group.iter().map(|preset| preset.want.audio_rate).max().unwrap_or(0),
        gain_db: aim.zip(measured).map_or(0.0, |(aim, is)| hundredths(aim - is)),
        loudness_lufs: aim,
        true_peak_dbtp: lowest(|preset| preset.want.true_peak_dbtp),
        layout: request.inspection.layout.clone(),
    }
}

/// Rounds to hundredths: inaudible steps that keep recipes equal.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Returns notes for sources so quiet that the largest gain does not reach an aim; one note where it is the same for
/// every target with sound.
pub(super) fn findings(request: &Request<'_>, sounds: &[SharedSound]) -> Vec<Finding> {
    let Some(is) = measured(request) else { return Vec::new() };
    let wanted = |id: &String| {
        let preset = request.presets.iter().find(|preset| preset.id == *id);
        preset.map_or(f64::NEG_INFINITY, |preset| preset.want.loudness_lufs)
    };
    let mut short: Vec<(&String, f64)> = Vec::new();
    for sound in sounds {
        let aim = sound.recipe.loudness_lufs.unwrap_or(f64::INFINITY);
        let beyond = |id: &&String| wanted(id) > aim + LOUDNESS_REACH_LU;
        short.extend(sound.targets.iter().filter(beyond).map(|id| (id, wanted(id))));
    }
    short.sort_by_key(|(id, _)| *id);
    let finding =
        |aim: f64| Finding::note(Code::LoudnessOutOfReach).measured(Value::Lufs(is)).limit(Value::Lufs(aim));
    let heard: usize = sounds.iter().map(|sound| sound.targets.len()).sum();
    match short.first() {
        Some((_, first)) if short.len() == heard && short.iter().all(|(_, aim)| aim == first) => {
            vec![finding(*first)]
        }
        _ => short.into_iter().map(|(id, aim)| finding(aim).for_target(id)).collect(),
    }
}
