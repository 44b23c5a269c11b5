//! Every text a person can see, in both languages.

pub mod chat;
pub mod compare;
mod cures;
pub mod duplicates;
mod files;
pub mod ground;
pub mod halt;
pub mod lines;
pub mod machine;
pub mod recovery;
pub mod report;
mod rules;
pub mod screen;
pub mod service;
pub mod status;
mod template;
mod texts;
pub mod usage;
pub mod watch;

use crate::model::event::Stage;
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::text::Bilingual;
use template::Template;

/// What happened, held against what, and what to do. A finding for one target begins with the target's id.
/// Values that a finding does not carry leave their part of the sentence out.
pub fn text(finding: &Finding) -> Bilingual {
    template(finding.code).fill(finding)
}

/// What was decided of a work, in a word or two.
pub fn verdict(verdict: Verdict) -> Bilingual {
    match verdict {
        Verdict::Accepted => Bilingual::new("通过", "accepted"),
        Verdict::AcceptedWithWarnings => Bilingual::new("通过，有提醒", "accepted with warnings"),
        Verdict::Duplicate => Bilingual::new("重复", "duplicate"),
        Verdict::Rejected => Bilingual::new("退回", "rejected"),
        Verdict::Failed => Bilingual::new("制作失败", "failed"),
    }
}

pub fn severity(severity: Severity) -> Bilingual {
    match severity {
        Severity::Note => Bilingual::new("说明", "note"),
        Severity::Warning => Bilingual::new("提醒", "warning"),
        Severity::Error => Bilingual::new("问题", "error"),
    }
}

pub fn stage(stage: Stage) -> Bilingual {
    match stage {
        Stage::Waiting => Bilingual::new("等待", "waiting"),
        Stage::Inspecting => Bilingual::new("检测", "inspecting"),
        Stage::Deciding => Bilingual::new("判定", "deciding"),
        Stage::Rendering => Bilingual::new("制作", "rendering"),
        Stage::Verifying => Bilingual::new("核验", "verifying"),
        Stage::Publishing => Bilingual::new("入库", "publishing"),
    }
}

/// One template a code; the compiler asks for a new one with each new code.
fn template(code: Code) -> &'static Template {
    match code {
        Code::EmptyFile => &files::EMPTY_FILE,
        Code::NotMedia => &files::NOT_MEDIA,
        Code::StillImage => &files::STILL_IMAGE,
        Code::SubtitleOnly => &files::SUBTITLE_ONLY,
        Code::NamesOtherFiles => &files::NAMES_OTHER_FILES,
        Code::ContainerNotAllowed => &files::CONTAINER_NOT_ALLOWED,
        Code::IndexMissing => &files::INDEX_MISSING,
        Code::NoMediaData => &files::NO_MEDIA_DATA,
        Code::NoVideo => &files::NO_VIDEO,
        Code::OnlyCoverArt => &files::ONLY_COVER_ART,
        Code::SingleFrame => &files::SINGLE_FRAME,
        Code::ZeroDuration => &files::ZERO_DURATION,
        Code::UnknownCodec => &files::UNKNOWN_CODEC,
        Code::Encrypted => &files::ENCRYPTED,
        Code::NothingDecodes => &files::NOTHING_DECODES,
        Code::Truncated => &files::TRUNCATED,
        Code::Damaged => &files::DAMAGED,
        Code::ShareOfDamage => &files::SHARE_OF_DAMAGE,
        Code::TooManyPixels => &files::TOO_MANY_PIXELS,
        Code::TooManyStreams => &files::TOO_MANY_STREAMS,
        Code::TooLong => &files::TOO_LONG,
        Code::TooManyBytes => &files::TOO_MANY_BYTES,
        Code::WorkerCrashed => &machine::WORKER_CRASHED,
        Code::WorkerTimedOut => &machine::WORKER_TIMED_OUT,
        Code::WorkerStalled => &machine::WORKER_STALLED,
        Code::WorkerOutOfMemory => &machine::WORKER_OUT_OF_MEMORY,
        Code::WorkerOutputTooLarge => &machine::WORKER_OUTPUT_TOO_LARGE,
        Code::SandboxMissing => &machine::SANDBOX_MISSING,
        Code::WorkerStarved => &machine::WORKER_STARVED,
        Code::SourceMissing => &machine::SOURCE_MISSING,
        Code::LinkLeadsOut => &machine::LINK_LEADS_OUT,
        Code::SourceUnreadable => &machine::SOURCE_UNREADABLE,
        Code::SourceChanged => &machine::SOURCE_CHANGED,
        Code::DiskFull => &machine::DISK_FULL,
        Code::EntryUnreadable => &machine::ENTRY_UNREADABLE,
        Code::LibraryReadOnly => &machine::LIBRARY_READ_ONLY,
        Code::VerificationFailed => &machine::VERIFICATION_FAILED,
        Code::RenderFailed => &machine::RENDER_FAILED,
        Code::Interrupted => &machine::INTERRUPTED,
        Code::SetAside => &machine::SET_ASIDE,
        Code::InboxMissing => &machine::INBOX_MISSING,
        Code::CatalogueBusy => &machine::CATALOGUE_BUSY,
        Code::LibraryUnreachable => &machine::LIBRARY_UNREACHABLE,
        Code::TooManyOpenFiles => &machine::TOO_MANY_OPEN_FILES,
        Code::MachineBusy => &machine::MACHINE_BUSY,
        Code::DurationTooShort => &rules::DURATION_TOO_SHORT,
        Code::DurationTooLong => &rules::DURATION_TOO_LONG,
        Code::AspectNotAccepted => &rules::ASPECT_NOT_ACCEPTED,
        Code::ResolutionTooLow => &rules::RESOLUTION_TOO_LOW,
        Code::ResolutionBelowAdvice => &rules::RESOLUTION_BELOW_ADVICE,
        Code::CaptionsMissing => &rules::CAPTIONS_MISSING,
        Code::NameDoesNotMatch => &rules::NAME_DOES_NOT_MATCH,
        Code::OutputTooLarge => &rules::OUTPUT_TOO_LARGE,
        Code::SeasonUnknown => &rules::SEASON_UNKNOWN,
        Code::DepartmentUnknown => &rules::DEPARTMENT_UNKNOWN,
        Code::DepartmentClaimed => &rules::DEPARTMENT_CLAIMED,
        Code::SameBytes => &duplicates::SAME_BYTES,
        Code::SameStreams => &duplicates::SAME_STREAMS,
        Code::SameWork => &duplicates::SAME_WORK,
        Code::ContainsWork => &duplicates::CONTAINS_WORK,
        Code::PartOfWork => &duplicates::PART_OF_WORK,
        Code::SharesPassage => &duplicates::SHARES_PASSAGE,
        Code::SameSound => &duplicates::SAME_SOUND,
        Code::LoudnessOutOfReach => &rules::LOUDNESS_OUT_OF_REACH,
        Code::SilentThroughout => &rules::SILENT_THROUGHOUT,
        Code::LongSilence => &rules::LONG_SILENCE,
        Code::LongBlack => &rules::LONG_BLACK,
        Code::LongFrozen => &rules::LONG_FROZEN,
        Code::AudioUndecodable => &rules::AUDIO_UNDECODABLE,
        Code::AudioOffset => &rules::AUDIO_OFFSET,
        Code::AudioLongerThanVideo => &rules::AUDIO_LONGER_THAN_VIDEO,
        Code::WillConvertContainer => &cures::CONVERT_CONTAINER,
        Code::WillConvertVideo => &cures::CONVERT_VIDEO,
        Code::WillConvertAudio => &cures::CONVERT_AUDIO,
        Code::WillToneMap => &cures::TONE_MAP,
        Code::WillConvertColour => &cures::CONVERT_COLOUR,
        Code::WillDeinterlace => &cures::DEINTERLACE,
        Code::WillConstantFrameRate => &cures::CONSTANT_FRAME_RATE,
        Code::WillLimitFrameRate => &cures::LIMIT_FRAME_RATE,
        Code::WillRotate => &cures::ROTATE,
        Code::WillSquarePixels => &cures::SQUARE_PIXELS,
        Code::WillScaleDown => &cures::SCALE_DOWN,
        Code::WillEnlarge => &cures::ENLARGE,
        Code::WillPad => &cures::PAD,
        Code::WillCrop => &cures::CROP,
        Code::WillLimitBitRate => &cures::LIMIT_BIT_RATE,
        Code::WillLimitBytes => &cures::LIMIT_BYTES,
        Code::WillNormaliseLoudness => &cures::NORMALISE_LOUDNESS,
        Code::WillDownmix => &cures::DOWNMIX,
        Code::WillUpmix => &cures::UPMIX,
        Code::WillAddSilence => &cures::ADD_SILENCE,
        Code::WillDropSound => &cures::DROP_SOUND,
        Code::WillStripPrivateMetadata => &cures::STRIP_PRIVATE_METADATA,
        Code::WillReserveExtraStreams => &cures::RESERVE_EXTRA_STREAMS,
        Code::GlyphMissing => &texts::GLYPH_MISSING,
        Code::CaptionsUnreadable => &texts::CAPTIONS_UNREADABLE,
        Code::CaptionsEncodingGuessed => &texts::CAPTIONS_ENCODING_GUESSED,
        Code::CaptionsOutsideDuration => &texts::CAPTIONS_OUTSIDE_DURATION,
        Code::CaptionsStyleDropped => &texts::CAPTIONS_STYLE_DROPPED,
        Code::CaptionsDoNotFit => &texts::CAPTIONS_DO_NOT_FIT,
        Code::OverlayDoesNotFit => &texts::OVERLAY_DOES_NOT_FIT,
        Code::TitleShortened => &texts::TITLE_SHORTENED,
        Code::TextShortened => &texts::TEXT_SHORTENED,
        Code::TagsDropped => &texts::TAGS_DROPPED,
        Code::CoverOverBytes => &texts::COVER_OVER_BYTES,
        Code::NoGoodCover => &texts::NO_GOOD_COVER,
        Code::SidecarInvalid => &texts::SIDECAR_INVALID,
        Code::SidecarOrphan => &texts::SIDECAR_ORPHAN,
        Code::DraftKeepsFinished => &texts::DRAFT_KEEPS_FINISHED,
        Code::Withdrawn => &texts::WITHDRAWN,
        Code::NameShownDecoded => &texts::NAME_SHOWN_DECODED,
        Code::TargetKept => &texts::TARGET_KEPT,
        Code::ReplacesPublished => &texts::REPLACES_PUBLISHED,
        Code::TargetOutdated => &texts::TARGET_OUTDATED,
        Code::TargetPruned => &texts::TARGET_PRUNED,
        Code::Other(_) => &texts::OTHER_CODE,
        Code::CaptionsCut => &texts::CAPTIONS_CUT,
        Code::CaptionsTooShort => &texts::CAPTIONS_TOO_SHORT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code there is, read back from its published names, so that a new one cannot be forgotten here.
    fn every_code() -> Vec<Code> {
        let schema = serde_json::to_value(schemars::schema_for!(Code)).unwrap();
        let mut names = Vec::new();
        gather_names(&schema, &mut names);
        names.into_iter().filter_map(|name| serde_json::from_value(name).ok()).collect()
    }

    fn gather_names(value: &serde_json::Value, names: &mut Vec<serde_json::Value>) {
        match value {
            serde_json::Value::String(_) => names.push(value.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| gather_names(item, names)),
            serde_json::Value::Object(fields) => fields.values().for_each(|field| gather_names(field, names)),
            _ => {}
        }
    }

    #[test]
    fn every_code_reads_well_with_and_without_its_values() {
        let codes = every_code();
        assert!(codes.len() > 80, "{}", codes.len());
        for code in codes {
            let bare = Finding::warning(code);
            let mut full = Finding::warning(code).for_target("weibo").measured("M").limit("L");
            for name in [
                "found",
                "codec",
                "signal",
                "detail",
                "path",
                "other",
                "fit",
                "at",
                "count",
                "characters",
                "whose",
            ] {
                full = full.arg(name, "A");
            }
            for said in [text(&bare), text(&full)] {
                for one in [&said.zh, &said.en] {
                    assert!(one.chars().count() > 8, "{code:?}: {one}");
                    assert!(!one.contains(['{', '}', '[', ']']), "{code:?}: {one}");
                }
                assert!(said.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", said.zh);
                assert!(!said.en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", said.en);
            }
            assert!(text(&full).zh.starts_with("weibo："), "{code:?}");
        }
    }

    #[test]
    fn a_measured_value_stands_beside_its_limit() {
        let finding =
            Finding::error(Code::DurationTooLong).for_target("douyin").measured("3700 s").limit("3600 s");
        let said = text(&finding);
        for one in [said.zh, said.en] {
            assert!(one.contains("douyin") && one.contains("3700 s") && one.contains("3600 s"), "{one}");
        }
    }

    #[test]
    fn a_hostile_value_can_neither_steer_the_terminal_nor_the_template() {
        let finding =
            Finding::error(Code::NotMedia).arg("found", "\u{1b}[31m{limit}\u{202e}[x]\n".repeat(100));
        let said = text(&finding).en;
        assert!(!said.contains(['\u{1b}', '\u{202e}', '\n']), "{said}");
        assert!(said.contains("{limit}"), "{said}");
        assert!(said.chars().count() < 500, "{said}");
    }
}
