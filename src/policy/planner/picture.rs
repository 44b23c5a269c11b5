//! Decides which targets share a picture, and the recipe they share.

use super::need::{Frame, MIN_BUFFER_S, Need, needs};
use super::{Mode, Request, Shared, SharedPicture, SharedSound, colour};
use crate::model::geometry::TimeLine;
use crate::model::plan::{
    AiMarkPlan, CaptionPlan, CardPlan, ENGINE_VERSION, Overlays, VideoEncode, VideoRecipe, WatermarkPlan,
};
use crate::model::preset::{Insets, Preset};

/// CRF steps by which a target may get better quality than it wants: 2 cost about a quarter more bytes.
const CRF_REACH: f64 = 2.0;
/// Largest ratio of the peaks of targets that share a picture; beyond it the lower peak would be visible.
const PEAK_REACH: u64 = 3;
/// What the union of safe areas must leave of the width and of the height, per mille.
const CLEAR: u32 = 500;
/// The VBV buffer in seconds of the peak rate, where no limit forbids it.
const BUFFER_S: u64 = 2;

/// Groups the targets, and returns one picture per group.
pub(super) fn share(
    request: &Request<'_>,
    line: TimeLine,
    by_id: &[&Preset],
    sounds: &[SharedSound],
) -> Vec<SharedPicture> {
    let with_sound: Vec<(&Preset, u64)> = by_id
        .iter()
        .map(|preset| {
            let sound = sounds.iter().find(|shared| shared.serves(preset));
            (*preset, sound.map_or(0, |shared| shared.recipe.rate))
        })
        .collect();
    let mut needs = needs(request, line, &with_sound);
    // Best quality first; ids are in order already and the sort is stable.
    needs.sort_by(|a, b| a.crf.total_cmp(&b.crf));
    let mut groups: Vec<Group> = Vec::new();
    for need in &needs {
        match groups.iter_mut().find(|group| group.accepts(need)) {
            Some(group) => group.add(need, line),
            None => groups.push(Group::of(need, line)),
        }
    }
    let mut pictures = Vec::new();
    for group in groups {
        Shared { recipe: group.recipe(request, line), targets: group.targets }.add_to(&mut pictures);
    }
    pictures
}

/// Targets that share a picture, and the properties that suit them all.
struct Group {
    targets: Vec<String>,
    frame: Frame,
    crf: f64,
    lowest_peak: u64,
    highest_peak: u64,
    /// Most bits for the pictures of the whole work, peak rate and buffer together.
    most_bits: Option<u64>,
    gop_frames: u32,
    safe: Insets,
}

impl Group {
    fn of(need: &Need, line: TimeLine) -> Self {
        Self {
            targets: vec![need.target.clone()],
            frame: need.frame,
            crf: need.crf,
            lowest_peak: need.peak,
            highest_peak: need.peak,
            most_bits: most_bits(need, line),
            gop_frames: need.gop_frames,
            safe: need.safe,
        }
    }

    /// Returns true if the target can share the group's picture.
    fn accepts(&self, need: &Need) -> bool {
        let (lowest, highest) = (self.lowest_peak.min(need.peak), self.highest_peak.max(need.peak));
        self.frame == need.frame
            && need.crf - self.crf <= CRF_REACH
            && highest <= lowest.saturating_mul(PEAK_REACH)
            && leaves_room(self.safe.union(need.safe))
    }

    fn add(&mut self, need: &Need, line: TimeLine) {
        self.targets.push(need.target.clone());
        self.lowest_peak = self.lowest_peak.min(need.peak);
        self.highest_peak = self.highest_peak.max(need.peak);
        self.most_bits = match (self.most_bits, most_bits(need, line)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.gop_frames = self.gop_frames.min(need.gop_frames);
        self.safe = self.safe.union(need.safe);
    }

    fn recipe(&self, request: &Request<'_>, line: TimeLine) -> VideoRecipe {
        let video = &request.inspection.video;
        VideoRecipe {
            engine: ENGINE_VERSION,
            source_sha256: request.inspection.sha256.clone(),
            kind: request.inspection.kind,
            stream: video.stream,
            start_us: line.start_us,
            duration_us: line.duration_us,
            normalise: colour::normalise(video),
            canvas: self.frame.canvas,
            fit: self.frame.fit,
            focus: None,
            frame_rate: self.frame.frame_rate,
            overlays: self.overlays(request, line),
            encode: self.encode(request, line),
            layout: request.inspection.layout.clone(),
        }
    }

    fn overlays(&self, request: &Request<'_>, line: TimeLine) -> Overlays {
        let (drawn, digests, config) = (self.frame.drawn, request.digests, request.config);
        let until_us = ((config.title_card.seconds * 1e6) as u64).min(line.duration_us);
        let card = |digest: &Option<String>| digest.clone().map(|sha256| CardPlan { sha256, until_us });
        let watermark = drawn.watermark.zip(config.watermark.as_ref()).zip(digests.watermark.clone());
        Overlays {
            watermark: watermark.map(|((corner, watermark), sha256)| WatermarkPlan {
                sha256,
                corner,
                size: watermark.size,
                opacity: watermark.opacity,
                margin: watermark.margin,
            }),
            captions: digests
                .captions
                .clone()
                .filter(|_| drawn.captions)
                .map(|sha256| CaptionPlan { sha256 }),
            title_card: card(&digests.title_card).filter(|_| drawn.title_card),
            lower_third: card(&digests.lower_third).filter(|_| drawn.lower_third),
            ai_mark: digests.ai_mark.clone().filter(|_| drawn.ai_mark).map(|sha256| AiMarkPlan {
                sha256,
                until_us: config
                    .ai_mark
                    .until_us()
                    .filter(|until_us| *until_us < line.duration_us && request.inspection.kind.is_video()),
            }),
            safe: self.safe,
        }
    }

    fn encode(&self, request: &Request<'_>, line: TimeLine) -> VideoEncode {
        let encode = &request.config.encode;
        let seconds = line.duration_us as f64 / 1e6;
        let peak_bits = (self.lowest_peak as f64 * seconds) as u64;
        let spare = self.most_bits.map_or(u64::MAX, |most| most.saturating_sub(peak_bits));
        let least = (self.lowest_peak as f64 * MIN_BUFFER_S) as u64;
        let (preset, x264) = match request.mode {
            Mode::Final => (encode.preset.clone(), encode.x264.clone()),
            Mode::Draft => ("ultrafast".to_owned(), String::new()),
        };
        VideoEncode {
            codec: "h264".to_owned(),
            preset,
            profile: "High".to_owned(),
            crf: self.crf,
            max_rate: self.lowest_peak,
            // The file's average stays within its limit even when the buffer is used in addition to the peak.
            buffer: (BUFFER_S * self.lowest_peak).min(spare).max(least),
            gop_frames: self.gop_frames,
            x264,
            draft: request.mode == Mode::Draft,
        }
    }
}

fn most_bits(need: &Need, line: TimeLine) -> Option<u64> {
    need.room.map(|room| (room as f64 * line.duration_us as f64 / 1e6) as u64)
}

fn leaves_room(safe: Insets) -> bool {
    safe.left + safe.right <= 1000 - CLEAR && safe.top + safe.bottom <= 1000 - CLEAR
}
