//! Every text a person can see, in both languages.

pub mod agent;
mod ai;
mod captions_and_posts;
pub mod chat;
pub mod cli;
pub mod column;
pub mod compare;
pub mod doctor;
pub mod duplicates;
pub mod environment;
pub mod failures;
mod files;
mod fixes;
pub mod form_labels;
pub mod ground;
pub mod handout;
pub mod handover;
pub mod help;
pub mod inbox;
pub mod init;
pub mod ledger;
pub mod people;
mod pictures;
pub mod playout;
mod post_findings;
pub mod posters;
pub mod posts;
pub mod presets;
pub mod recovery;
pub mod report;
pub mod review;
pub mod review_lines;
pub mod review_papers;
pub mod review_refusals;
mod rules;
pub mod screen_orders;
pub mod screens;
pub mod season_report;
pub mod service;
pub mod showcase;
pub mod shown;
pub mod sidecars_and_marks;
mod sound;
pub mod statistics;
pub mod status;
mod template;
mod time_line;
pub mod usage;
mod values;
pub mod verify;
pub mod watch;

use crate::model::event::Stage;
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::language::{Bilingual, Lang};
use template::Template;

pub use ai::{ai_use, declared_with, label_in};
pub use values::json;

/// What happened, held against what, and what to do, without the target that it is for. Values that a finding does not
/// carry leave their part of the sentence out.
pub fn text(finding: &Finding) -> Bilingual {
    template(finding.code).fill(finding, values::text)
}

/// The same behind the name of what it is about.
pub fn about(name: &str, said: &Bilingual) -> Bilingual {
    Bilingual::new(behind(name, &said.zh, Lang::Zh), behind(name, &said.en, Lang::En))
}

/// A sentence of one language behind the name of what it is about.
pub fn behind(name: &str, said: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{name}：{said}"),
        Lang::En => format!("{name}: {said}"),
    }
}

/// The sentence, behind the id of the finding's target if it is for one.
pub fn line(finding: &Finding) -> Bilingual {
    let said = text(finding);
    match &finding.target {
        Some(target) => about(&template::shown(target), &said),
        None => said,
    }
}

/// What became of a work, in a word or two. A work that was made may be posted only when it was signed, so that none is said to
/// have passed.
pub fn made(outcome: Verdict) -> Bilingual {
    match outcome {
        Verdict::Accepted => Bilingual::new("已制作", "made"),
        Verdict::AcceptedWithWarnings => Bilingual::new("已制作，有提醒", "made, with warnings"),
        Verdict::Duplicate | Verdict::Rejected | Verdict::Failed => verdict(outcome),
    }
}

/// The same of a work that was just made, and that nobody has looked at.
pub fn just_made(outcome: Verdict) -> Bilingual {
    match outcome {
        Verdict::Accepted => Bilingual::new("已制作，待审核", "made, to be reviewed"),
        Verdict::AcceptedWithWarnings => {
            Bilingual::new("已制作，待审核，有提醒", "made, to be reviewed, with warnings")
        }
        Verdict::Duplicate | Verdict::Rejected | Verdict::Failed => verdict(outcome),
    }
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
        Code::DolbyVisionOnly => &pictures::DOLBY_VISION_ONLY,
        Code::Truncated => &files::TRUNCATED,
        Code::Damaged => &files::DAMAGED,
        Code::ShareOfDamage => &files::SHARE_OF_DAMAGE,
        Code::TooManyPixels => &files::TOO_MANY_PIXELS,
        Code::TooManyStreams => &files::TOO_MANY_STREAMS,
        Code::TooLong => &files::TOO_LONG,
        Code::TooManyBytes => &files::TOO_MANY_BYTES,
        Code::WorkerCrashed => &environment::WORKER_CRASHED,
        Code::WorkerTimedOut => &environment::WORKER_TIMED_OUT,
        Code::WorkerStalled => &environment::WORKER_STALLED,
        Code::WorkerOutOfMemory => &environment::WORKER_OUT_OF_MEMORY,
        Code::WorkerOutputTooLarge => &environment::WORKER_OUTPUT_TOO_LARGE,
        Code::SandboxMissing => &environment::SANDBOX_MISSING,
        Code::WorkerStarved => &environment::WORKER_STARVED,
        Code::SourceMissing => &environment::SOURCE_MISSING,
        Code::LinkLeadsOut => &environment::LINK_LEADS_OUT,
        Code::SourceUnreadable => &environment::SOURCE_UNREADABLE,
        Code::SourceChanged => &environment::SOURCE_CHANGED,
        Code::DiskFull => &environment::DISK_FULL,
        Code::EntryUnreadable => &environment::ENTRY_UNREADABLE,
        Code::LibraryReadOnly => &environment::LIBRARY_READ_ONLY,
        Code::VerificationFailed => &environment::VERIFICATION_FAILED,
        Code::RenderFailed => &environment::RENDER_FAILED,
        Code::Interrupted => &environment::INTERRUPTED,
        Code::SetAside => &environment::SET_ASIDE,
        Code::InboxMissing => &environment::INBOX_MISSING,
        Code::CatalogueBusy => &environment::CATALOGUE_BUSY,
        Code::LibraryUnreachable => &environment::LIBRARY_UNREACHABLE,
        Code::TooManyOpenFiles => &environment::TOO_MANY_OPEN_FILES,
        Code::MachineBusy => &environment::MACHINE_BUSY,
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
        Code::RecordingsJoined => &time_line::RECORDINGS_JOINED,
        Code::InterruptionClosed => &time_line::INTERRUPTION_CLOSED,
        Code::SoundRestarted => &time_line::SOUND_RESTARTED,
        Code::NoTimestamps => &time_line::NO_TIMESTAMPS,
        Code::PicturesLost => &time_line::PICTURES_LOST,
        Code::EditGap => &time_line::EDIT_GAP,
        Code::EditSpeed => &time_line::EDIT_SPEED,
        Code::SeveralFiles => &time_line::SEVERAL_FILES,
        Code::PictureTrackChosen => &sound::PICTURE_TRACK_CHOSEN,
        Code::SoundTrackChosen => &sound::SOUND_TRACK_CHOSEN,
        Code::ProgrammeChosen => &sound::PROGRAMME_CHOSEN,
        Code::TracksJoined => &sound::TRACKS_JOINED,
        Code::TracksMixed => &sound::TRACKS_MIXED,
        Code::ChannelsMixed => &sound::CHANNELS_MIXED,
        Code::SoundOneSided => &sound::SOUND_ONE_SIDED,
        Code::SoundOutOfPhase => &sound::SOUND_OUT_OF_PHASE,
        Code::SoundClipped => &sound::SOUND_CLIPPED,
        Code::SoundHums => &sound::SOUND_HUMS,
        Code::WillConvertContainer => &fixes::CONVERT_CONTAINER,
        Code::WillConvertVideo => &fixes::CONVERT_VIDEO,
        Code::WillConvertAudio => &fixes::CONVERT_AUDIO,
        Code::WillToneMap => &fixes::TONE_MAP,
        Code::WillConvertColour => &fixes::CONVERT_COLOUR,
        Code::WillDeinterlace => &fixes::DEINTERLACE,
        Code::WillDeinterlaceUnmarked => &pictures::DEINTERLACE_UNMARKED,
        Code::WillUseBaseLayer => &pictures::USE_BASE_LAYER,
        Code::WillComposeAlpha => &pictures::COMPOSE_ALPHA,
        Code::WillCutMargins => &pictures::CUT_MARGINS,
        Code::ColourNotConverted => &pictures::COLOUR_NOT_CONVERTED,
        Code::ColoursDisagree => &pictures::COLOURS_DISAGREE,
        Code::ShapeChanges => &pictures::SHAPE_CHANGES,
        Code::ColoursChange => &pictures::COLOURS_CHANGE,
        Code::TiltNotFollowed => &pictures::TILT_NOT_FOLLOWED,
        Code::AlphaUnseen => &pictures::ALPHA_UNSEEN,
        Code::WillConstantFrameRate => &fixes::CONSTANT_FRAME_RATE,
        Code::WillLimitFrameRate => &fixes::LIMIT_FRAME_RATE,
        Code::WillRotate => &fixes::ROTATE,
        Code::WillSquarePixels => &fixes::SQUARE_PIXELS,
        Code::WillScaleDown => &fixes::SCALE_DOWN,
        Code::WillEnlarge => &fixes::ENLARGE,
        Code::WillPad => &fixes::PAD,
        Code::WillCrop => &fixes::CROP,
        Code::WillLimitBitRate => &fixes::LIMIT_BIT_RATE,
        Code::WillLimitBytes => &fixes::LIMIT_BYTES,
        Code::WillNormaliseLoudness => &fixes::NORMALISE_LOUDNESS,
        Code::WillDownmix => &fixes::DOWNMIX,
        Code::WillUpmix => &fixes::UPMIX,
        Code::WillAddSilence => &fixes::ADD_SILENCE,
        Code::WillDropSound => &fixes::DROP_SOUND,
        Code::WillStripPrivateMetadata => &fixes::STRIP_PRIVATE_METADATA,
        Code::WillReserveExtraStreams => &fixes::RESERVE_EXTRA_STREAMS,
        Code::GlyphMissing => &captions_and_posts::GLYPH_MISSING,
        Code::CaptionsUnreadable => &captions_and_posts::CAPTIONS_UNREADABLE,
        Code::CaptionsEncodingGuessed => &captions_and_posts::CAPTIONS_ENCODING_GUESSED,
        Code::CaptionsOutsideDuration => &captions_and_posts::CAPTIONS_OUTSIDE_DURATION,
        Code::CaptionsStyleDropped => &captions_and_posts::CAPTIONS_STYLE_DROPPED,
        Code::CaptionsDoNotFit => &captions_and_posts::CAPTIONS_DO_NOT_FIT,
        Code::OverlayDoesNotFit => &captions_and_posts::OVERLAY_DOES_NOT_FIT,
        Code::TitleShortened => &captions_and_posts::TITLE_SHORTENED,
        Code::TextShortened => &captions_and_posts::TEXT_SHORTENED,
        Code::TagsDropped => &captions_and_posts::TAGS_DROPPED,
        Code::EditedFileKept => &captions_and_posts::EDITED_FILE_KEPT,
        Code::EditedFileLeft => &captions_and_posts::EDITED_FILE_LEFT,
        Code::TargetsLimited => &captions_and_posts::TARGETS_LIMITED,
        Code::TargetNotEnabled => &captions_and_posts::TARGET_NOT_ENABLED,
        Code::WillTrim => &captions_and_posts::WILL_TRIM,
        Code::TrimLeavesNothing => &captions_and_posts::TRIM_LEAVES_NOTHING,
        Code::TrimPastTheEnd => &captions_and_posts::TRIM_PAST_THE_END,
        Code::CoverMomentNotShown => &captions_and_posts::COVER_MOMENT_NOT_SHOWN,
        Code::CoverUnusable => &captions_and_posts::COVER_UNUSABLE,
        Code::CreditLeftOut => &captions_and_posts::CREDIT_LEFT_OUT,
        Code::CoverOverBytes => &captions_and_posts::COVER_OVER_BYTES,
        Code::NoGoodCover => &captions_and_posts::NO_GOOD_COVER,
        Code::SidecarInvalid => &captions_and_posts::SIDECAR_INVALID,
        Code::SidecarOrphan => &captions_and_posts::SIDECAR_ORPHAN,
        Code::DraftKeepsFinished => &captions_and_posts::DRAFT_KEEPS_FINISHED,
        Code::Withdrawn => &captions_and_posts::WITHDRAWN,
        Code::NameShownDecoded => &captions_and_posts::NAME_SHOWN_DECODED,
        Code::TargetKept => &captions_and_posts::TARGET_KEPT,
        Code::ReplacesPublished => &captions_and_posts::REPLACES_PUBLISHED,
        Code::TargetOutdated => &captions_and_posts::TARGET_OUTDATED,
        Code::TargetPruned => &captions_and_posts::TARGET_PRUNED,
        Code::LeftOver => &inbox::LEFT_OVER,
        Code::DepartmentNotListed => &inbox::DEPARTMENT_NOT_LISTED,
        Code::SeasonByFileTime => &inbox::SEASON_BY_FILE_TIME,
        Code::SeasonsDiffer => &inbox::SEASONS_DIFFER,
        Code::PlaceholderInUse => &inbox::PLACEHOLDER_IN_USE,
        Code::PostedBeforeRelease => &post_findings::POSTED_BEFORE_RELEASE,
        Code::PostLacksTopic => &post_findings::POST_LACKS_TOPIC,
        Code::ReceiptUnproven => &post_findings::RECEIPT_UNPROVEN,
        Code::RemovalUnproven => &post_findings::REMOVAL_UNPROVEN,
        Code::ShortLink => &post_findings::SHORT_LINK,
        Code::LinkHostUnchecked => &post_findings::LINK_HOST_UNCHECKED,
        Code::ScreenshotUnusable => &post_findings::SCREENSHOT_UNUSABLE,
        Code::TableUnusable => &post_findings::TABLE_UNUSABLE,
        Code::TableTooLarge => &post_findings::TABLE_TOO_LARGE,
        Code::FormUnusable => &post_findings::FORM_UNUSABLE,
        Code::FormTooLarge => &post_findings::FORM_TOO_LARGE,
        Code::Other(_) => &captions_and_posts::OTHER_CODE,
        Code::CaptionsCut => &captions_and_posts::CAPTIONS_CUT,
        Code::CaptionsTooShort => &captions_and_posts::CAPTIONS_TOO_SHORT,
        Code::CaptionsLinesUnread => &sidecars_and_marks::CAPTIONS_LINES_UNREAD,
        Code::CaptionsMended => &sidecars_and_marks::CAPTIONS_MENDED,
        Code::CaptionsGarbled => &sidecars_and_marks::CAPTIONS_GARBLED,
        Code::SidecarMatched => &sidecars_and_marks::SIDECAR_MATCHED,
        Code::SidecarShared => &sidecars_and_marks::SIDECAR_SHARED,
        Code::SidecarUnused => &sidecars_and_marks::SIDECAR_UNUSED,
        Code::WatermarkMissing => &sidecars_and_marks::WATERMARK_MISSING,
        Code::WatermarkShrunk => &sidecars_and_marks::WATERMARK_SHRUNK,
        Code::AiLabelUndeclared => &ai::LABEL_UNDECLARED,
        Code::AiLabelDenied => &ai::LABEL_DENIED,
        Code::AiLabelUnreadable => &ai::LABEL_UNREADABLE,
        Code::AiLabelCarried => &ai::LABEL_CARRIED,
        Code::ContentCredentialsLeft => &ai::CONTENT_CREDENTIALS_LEFT,
        Code::CoverLabelled => &ai::COVER_LABELLED,
        Code::PosterScreensOnly => &posters::SCREENS_ONLY,
        Code::PosterNeedsScreen => &posters::NEEDS_SCREEN,
        Code::PosterTooSmall => &posters::TOO_SMALL,
        Code::PosterMoves => &posters::MOVES,
        Code::PosterDamaged => &posters::DAMAGED,
        Code::PosterForPrint => &posters::FOR_PRINT,
        Code::PosterColoursUnknown => &posters::COLOURS_UNKNOWN,
        Code::PosterOnWhite => &posters::ON_WHITE,
        Code::PosterLeavesAside => &posters::LEAVES_ASIDE,
        Code::WatermarkNotMeasured => &sidecars_and_marks::WATERMARK_NOT_MEASURED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Arg;

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
            assert_eq!(template(code).unknown_places(), [""; 0], "{code:?}");
            let mut full = Finding::warning(code).for_target("weibo").measured("M").limit("L");
            for name in
                [Arg::Found, Arg::Codec, Arg::Signal, Arg::Detail, Arg::Path, Arg::Other, Arg::At, Arg::Count]
            {
                full = full.arg(name, "A");
            }
            full = full.arg(Arg::Characters, "A").arg(Arg::Whose, "A");
            for said in [text(&bare), text(&full)] {
                for one in [&said.zh, &said.en] {
                    assert!(one.chars().count() > 8, "{code:?}: {one}");
                    assert!(!one.contains(['{', '}', '[', ']']), "{code:?}: {one}");
                }
                assert!(said.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", said.zh);
                assert!(!said.en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", said.en);
            }
            assert_eq!(line(&full), about("weibo", &text(&full)), "{code:?}");
        }
    }

    #[test]
    fn a_measured_value_stands_beside_its_limit() {
        let finding =
            Finding::error(Code::DurationTooLong).for_target("douyin").measured("3700 s").limit("3600 s");
        let said = line(&finding);
        for one in [said.zh, said.en] {
            assert!(one.contains("douyin") && one.contains("3700 s") && one.contains("3600 s"), "{one}");
        }
    }

    #[test]
    fn a_hostile_value_can_neither_steer_the_terminal_nor_the_template() {
        let finding =
            Finding::error(Code::NotMedia).arg(Arg::Found, "\u{1b}[31m{limit}\u{202e}[x]\n".repeat(100));
        let said = text(&finding).en;
        assert!(!said.contains(['\u{1b}', '\u{202e}', '\n']), "{said}");
        assert!(said.contains("{limit}"), "{said}");
        assert!(said.chars().count() < 500, "{said}");
    }
}
