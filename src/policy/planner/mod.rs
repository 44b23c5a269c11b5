//! The planner: the fewest encodes that satisfy every target.
//!
//! # Which targets share a picture
//! Targets whose canvas, fit, frame rate and drawn overlays are the same, whose CRF is within 2 of the best among them,
//! whose peaks are within a factor of 3, and whose safe areas together leave half of the canvas's width and height. The
//! picture they share then has the best CRF, the lowest peak, the shortest key frame interval and the union of the safe
//! areas, so each of them gets what it accepts and at least the quality it wants.
//!
//! Frame rates are never compromised: a target that wants 60 frames per second does not get 30 because another one stops
//! there. A watermark's corner is: where targets could share but for the corner in their presets, they get the
//! configuration's; only a corner that `watermark.corners` sets for a target is kept at the cost of an encode.
//!
//! # Which targets share a sound
//! Those of the same true peak whose loudness aims are within 0.5 LU (the quietest aim counts) and whose bit rates are
//! within a factor of 1.5 (the highest counts). Where there is nothing to measure, loudness does not separate them.
//!
//! Targets are considered by id, so that their order in the configuration changes only the order of the outputs.

mod cadence;
mod colour;
mod need;
mod picture;
mod sound;
#[cfg(test)]
mod tests;

use crate::model::config::Config;
use crate::model::finding::Finding;
use crate::model::geometry::TimeLine;
use crate::model::inspection::Inspection;
use crate::model::plan::{AudioRecipe, OutputPlan, Plan, VideoRecipe};
use crate::model::preset::{Edition, Preset};

/// The input of the planner.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub inspection: &'a Inspection,
    /// The presets that the rules accepted, each once; the outputs are in this order.
    pub presets: &'a [&'a Preset],
    pub config: &'a Config,
    pub digests: &'a OverlayDigests,
    pub mode: Mode,
}

/// SHA-256 of what each overlay would draw, in hexadecimal; `None` where there is nothing to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlayDigests {
    pub watermark: Option<String>,
    pub captions: Option<String>,
    pub title_card: Option<String>,
    pub lower_third: Option<String>,
    /// `None` for a work that need not say that artificial intelligence made it.
    pub ai_mark: Option<String>,
}

/// The quality of a plan's encodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    #[default]
    Final,
    /// Half size and fast; its recipes never equal those of a final plan.
    Draft,
}

/// The plan, and findings made while planning.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub plan: Plan,
    pub findings: Vec<Finding>,
}

/// Plans every target's file. A rendition begins where the picture or the sound begins, whichever is earlier, and ends
/// where the later of both ends; the renderer holds the first and last picture for sound before and after.
pub fn plan(request: &Request<'_>) -> Planned {
    let line = TimeLine::of(request.inspection);
    let mut by_id: Vec<&Preset> = request.presets.to_vec();
    by_id.sort_by(|a, b| a.id.cmp(&b.id));
    let sounds = sound::share(request, line, &by_id);
    let pictures = picture::share(request, line, &by_id, &sounds);
    let outputs = request.presets.iter().filter_map(|preset| {
        let picture = pictures.iter().position(|shared| shared.serves(preset))?;
        let sound = sounds.iter().position(|shared| shared.serves(preset));
        let is_marked = pictures[picture].recipe.overlays.watermark.is_some();
        let edition = if is_marked { preset.overlay.edition } else { Edition::Clean };
        Some(output(preset, picture, edition, sound.map(|index| (index, &sounds[index].recipe))))
    });
    let plan = Plan {
        source_sha256: request.inspection.sha256.clone(),
        duration_us: line.duration_us,
        outputs: outputs.collect(),
        pictures: pictures.into_iter().map(|shared| shared.recipe).collect(),
        sounds: sounds.iter().map(|shared| shared.recipe.clone()).collect(),
    };
    Planned { plan, findings: sound::findings(request, &sounds) }
}

/// One encode and the ids of the targets that use it.
#[derive(Clone, Debug)]
struct Shared<R> {
    recipe: R,
    targets: Vec<String>,
}

impl<R: PartialEq> Shared<R> {
    fn serves(&self, preset: &Preset) -> bool {
        self.targets.contains(&preset.id)
    }

    /// Adds this encode to `all`, or its targets to an equal one there.
    fn add_to(self, all: &mut Vec<Self>) {
        match all.iter_mut().find(|other| other.recipe == self.recipe) {
            Some(other) => other.targets.extend(self.targets),
            None => all.push(self),
        }
    }
}

type SharedPicture = Shared<VideoRecipe>;
type SharedSound = Shared<AudioRecipe>;

fn output(
    preset: &Preset,
    picture: usize,
    edition: Edition,
    sound: Option<(usize, &AudioRecipe)>,
) -> OutputPlan {
    let accept = &preset.accept;
    OutputPlan {
        target: preset.id.clone(),
        picture,
        sound: sound.map(|(index, _)| index),
        container: preset.container().to_owned(),
        edition,
        max_bytes: accept.max_bytes,
        max_bit_rate: accept.max_bit_rate,
        max_key_frame_interval_ms: accept.max_key_frame_interval_ms,
        loudness_lufs: sound.and_then(|(_, recipe)| recipe.loudness_lufs),
        true_peak_dbtp: sound.map_or(preset.want.true_peak_dbtp, |(_, recipe)| recipe.true_peak_dbtp),
    }
}
