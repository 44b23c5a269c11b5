//! The picture that one target needs.

use super::{Mode, Request, cadence};
use crate::model::geometry::TimeLine;
use crate::model::poster::POSTER_CRF;
use crate::model::preset::{Corner, Edition, Fit, Insets, Preset};
use crate::model::units::{Rational, Size};

/// The CRF of a draft: good enough for review, an eighth of the bytes.
const DRAFT_CRF: f64 = 30.0;
/// The VBV buffer holds at least this many seconds of the peak rate; less would starve key frames.
pub(super) const MIN_BUFFER_S: f64 = 0.5;
/// Lowest peak that is ever planned, bits a second; targets whose limits would need less are refused by the rules
/// before.
const MIN_RATE: u64 = 50_000;

/// The properties that must be equal for two targets to share a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub canvas: Size,
    pub fit: Fit,
    pub frame_rate: Rational,
    pub drawn: Drawn,
}

/// Which overlays are drawn, and in which corner the watermark is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drawn {
    pub watermark: Option<Corner>,
    pub captions: bool,
    pub title_card: bool,
    pub lower_third: bool,
    pub ai_mark: bool,
}

impl Drawn {
    fn anything(self) -> bool {
        self.watermark.is_some() || self.captions || self.title_card || self.lower_third || self.ai_mark
    }
}

/// One target's needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub target: String,
    pub frame: Frame,
    /// Insets that overlays keep clear; zero where nothing is drawn.
    pub safe: Insets,
    pub crf: f64,
    /// Highest peak rate, bits a second, that the preset wants and the limits of the file allow.
    pub peak: u64,
    /// Average rate, bits a second, that the limits of the file leave for the pictures.
    pub room: Option<u64>,
    pub gop_frames: u32,
    /// The corner that the preset prefers.
    preferred: Option<Corner>,
    /// The corner that the configuration sets for this target, which overrides it.
    named: Option<Corner>,
}

/// Returns the needs of every target, given with the bit rate of its sound, with the corners of their watermarks
/// resolved.
pub(super) fn needs(request: &Request<'_>, line: TimeLine, by_id: &[(&Preset, u64)]) -> Vec<Need> {
    let mut needs: Vec<Need> =
        by_id.iter().map(|(preset, sound_rate)| need(request, line, preset, *sound_rate)).collect();
    settle_corners(request, &mut needs);
    needs
}

/// Returns the needs of one target, with the configuration's corner for the watermark. `sound_rate` is in bits a second.
fn need(request: &Request<'_>, line: TimeLine, preset: &Preset, sound_rate: u64) -> Need {
    let (want, config, video) = (&preset.want, request.config, &request.inspection.video);
    let full = preset.canvas_for(video.display);
    let fit = fit(preset.want.fit, video.display, full);
    let frame_rate = cadence::frame_rate(video, preset);
    let drawn = drawn(request, preset);
    let interval_ms =
        want.key_frame_interval_ms.min(preset.accept.max_key_frame_interval_ms.unwrap_or(u64::MAX));
    let room = preset.picture_room(line.duration_us, sound_rate);
    let seconds = line.duration_us as f64 / 1e6;
    let allowed = room.map_or(u64::MAX, |room| (room as f64 / (1.0 + MIN_BUFFER_S / seconds)) as u64);
    let (canvas, crf) = match request.mode {
        Mode::Final => {
            let finer = if request.inspection.kind.is_poster() { POSTER_CRF } else { 0.0 };
            (full, (want.crf - finer + config.encode.crf_offset).clamp(0.0, 51.0))
        }
        Mode::Draft => (Size::new(full.width / 2, full.height / 2).even(), DRAFT_CRF),
    };
    let safe =
        if full.height > full.width { preset.overlay.portrait_safe } else { preset.overlay.landscape_safe };
    Need {
        target: preset.id.clone(),
        frame: Frame { canvas, fit, frame_rate, drawn },
        safe: if drawn.anything() { safe } else { Insets::default() },
        crf,
        peak: want.max_rate.min(allowed).max(MIN_RATE),
        room,
        gop_frames: gop_frames(interval_ms, frame_rate),
        preferred: preset.overlay.corner,
        named: config.watermark.as_ref().and_then(|watermark| watermark.corners.get(&preset.id).copied()),
    }
}

/// Returns the fit; [`Fit::Source`] where the picture fills its canvas, since every fit is the same then.
fn fit(wanted: Fit, display: Size, canvas: Size) -> Fit {
    if wanted != Fit::Source && display.fitted_into(canvas) != canvas { wanted } else { Fit::Source }
}

fn drawn(request: &Request<'_>, preset: &Preset) -> Drawn {
    let (rules, digests) = (&preset.overlay, request.digests);
    let watermark = request.config.watermark.as_ref().filter(|_| digests.watermark.is_some());
    let cards = request.config.title_card.seconds > 0.0;
    Drawn {
        watermark: watermark.filter(|_| rules.edition == Edition::Branded).map(|watermark| watermark.corner),
        captions: rules.captions && digests.captions.is_some(),
        title_card: cards && rules.title_card && digests.title_card.is_some(),
        lower_third: cards && rules.lower_third && digests.lower_third.is_some(),
        // The law's mark is none of the college's: clean editions have it too.
        ai_mark: digests.ai_mark.is_some() && !request.config.ai_mark.except.contains(&preset.id),
    }
}

/// Returns the whole frames within `interval_ms`, at least one.
fn gop_frames(interval_ms: u64, rate: Rational) -> u32 {
    let frames = u128::from(interval_ms) * u128::from(rate.num) / (1000 * u128::from(rate.den.max(1)));
    // x264 accepts no longer interval.
    u32::try_from(frames).unwrap_or(u32::MAX).clamp(1, 10_000)
}

/// Resolves the watermarks' corners. One that the configuration sets for a target is kept. The others that could share a
/// picture get the corner on which their presets agree, or the configuration's where they do not.
fn settle_corners(request: &Request<'_>, needs: &mut [Need]) {
    let Some(usual) = request.config.watermark.as_ref().map(|watermark| watermark.corner) else { return };
    let before: Vec<Need> = needs.to_vec();
    for need in needs.iter_mut().filter(|need| need.frame.drawn.watermark.is_some()) {
        let wish = |other: &Need| other.preferred.unwrap_or(usual);
        let agreed = before
            .iter()
            .filter(|other| other.named.is_none() && other.frame == need.frame)
            .all(|other| wish(other) == wish(need));
        let common = if agreed { wish(need) } else { usual };
        need.frame.drawn.watermark = Some(need.named.unwrap_or(common));
    }
}
