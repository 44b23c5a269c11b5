//! Demands that every picture of a source is accounted for once it is rendered.

use crate::model::finding::{Code, Finding, Severity};
use crate::model::inspection::{Fields, VideoFacts};
use crate::model::job::{FrameUses, Rendered};
use crate::model::value::Arg;
use crate::work::failure::Failure;

/// Codecs of which every packet of a progressive stream gives one frame. Others hide frames (VP8, VP9), repeat them without
/// giving any out (screen recorders), or have a packet for each field.
const ONE_FRAME_A_PACKET: [&str; 9] =
    ["h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "mjpeg", "prores", "dnxhd", "dvvideo"];
/// So few missing pictures are only noted: those at the beginning of a broadcast that need others before it.
const FEW: u64 = 3;

/// Compares what a render made of the frames with what its decoder gave out, and that with the pictures that the inspection
/// counted; of a trimmed source only a part is decoded. Returns a finding if pictures are missing that no finding about damage
/// tells; a sum that does not add up is a failure.
pub(crate) fn check(
    video: &VideoFacts,
    is_trimmed: bool,
    rendered: &Rendered,
) -> Result<Option<Finding>, Failure> {
    let counts = &rendered.counts;
    if let Some(uses) = counts.uses.iter().find(|uses| uses.total() != counts.decoded) {
        let (used, decoded) = (uses.total(), counts.decoded);
        let detail = format!("pictures: {used} of {decoded} decoded ones are accounted for");
        let finding = Finding::error(Code::VerificationFailed)
            .measured(format!("pictures {used}"))
            .limit(decoded)
            .detail(&detail);
        return Err(Failure::Verification { finding: Box::new(finding), detail });
    }
    let is_told = rendered.findings.iter().any(|finding| finding.code == Code::Damaged);
    if counts.decoded == 0 || is_told {
        return Ok(None);
    }
    // Pictures at a varying rate may lie closer together than those of the finished file.
    let squeezed = counts.uses.iter().map(FrameUses::thinned_needlessly).max().unwrap_or(0);
    let squeezed = if video.variable_frame_rate { 0 } else { squeezed };
    let is_counted = !is_trimmed
        && video.fields == Fields::Progressive
        && ONE_FRAME_A_PACKET.contains(&video.codec.as_str());
    let missing = if is_counted { video.frames.saturating_sub(counts.decoded) } else { 0 };
    let lost = missing + counts.out_of_order.max(squeezed);
    let severity = if lost > FEW { Severity::Warning } else { Severity::Note };
    let finding = || Finding::new(Code::PicturesLost, severity).arg(Arg::Count, lost);
    Ok((lost > 0).then(|| finding().measured(video.frames)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inspection::{Colour, Orientation};
    use crate::model::job::FrameCounts;
    use crate::model::units::{Rational, Size};
    use crate::model::value::Value;

    fn video(frames: u64, variable_frame_rate: bool) -> VideoFacts {
        let colour = Colour {
            primaries: "bt709".into(),
            transfer: "bt709".into(),
            matrix: "bt709".into(),
            full_range: false,
        };
        VideoFacts {
            stream: 0,
            codec: "h264".into(),
            coded: Size::new(16, 16),
            sample_aspect: Rational::new(1, 1),
            orientation: Orientation::default(),
            display: Size::new(16, 16),
            frame_rate: Rational::new(60, 1),
            variable_frame_rate,
            fields: Fields::Progressive,
            pixel_format: "yuv420p".into(),
            bit_depth: 8,
            colour,
            start_us: 0,
            end_us: 1_000_000,
            frames,
            bit_rate: 1,
            appearance: Default::default(),
        }
    }

    fn rendered(decoded: u64, out_of_order: u64, uses: FrameUses) -> Rendered {
        let counts = FrameCounts { decoded, out_of_order, uses: vec![uses] };
        Rendered { frames: vec![30], gains_db: Vec::new(), findings: Vec::new(), cpu_s: 0.0, counts }
    }

    fn lost(video: &VideoFacts, rendered: &Rendered) -> Option<Value> {
        let found = check(video, false, rendered).unwrap()?;
        assert_eq!(found.code, Code::PicturesLost);
        found.args.get(&Arg::Count).cloned()
    }

    #[test]
    fn pictures_that_nobody_accounts_for_are_a_failure() {
        let all = FrameUses { shown: 30, outside: 0, thinned: 30, slots: 30 };
        assert_eq!(lost(&video(60, false), &rendered(60, 0, all)), None);
        let fewer = rendered(60, 0, FrameUses { shown: 29, ..all });
        assert!(matches!(check(&video(60, false), false, &fewer), Err(Failure::Verification { .. })));
    }

    #[test]
    fn pictures_that_did_not_come_out_are_told() {
        let all = FrameUses { shown: 57, outside: 0, thinned: 0, slots: 60 };
        assert_eq!(lost(&video(60, false), &rendered(57, 2, all)), Some(5_u64.into()));
        let interlaced = VideoFacts { fields: Fields::TopFirst, ..video(60, false) };
        assert_eq!(lost(&interlaced, &rendered(30, 0, FrameUses { shown: 30, slots: 30, ..all })), None);
        let part = rendered(20, 0, FrameUses { shown: 20, slots: 20, ..all });
        assert_eq!(check(&video(60, false), true, &part).unwrap(), None);
        let damaged = Rendered { findings: vec![Finding::warning(Code::Damaged)], ..rendered(57, 0, all) };
        assert_eq!(lost(&video(60, false), &damaged), None);
    }

    #[test]
    fn pictures_for_which_there_was_room_are_told_unless_the_rate_varies() {
        let squeezed = rendered(60, 0, FrameUses { shown: 50, outside: 0, thinned: 10, slots: 60 });
        assert_eq!(lost(&video(60, false), &squeezed), Some(9_u64.into()));
        assert_eq!(lost(&video(60, true), &squeezed), None);
    }
}
