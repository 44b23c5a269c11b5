//! Findings about tracks and channels: what was chosen, joined, mixed and mended.

use super::template::Template;
use crate::model::language::Bilingual;
use crate::model::sound::{Mend, Mixed, OtherTrack, Side, SoundWords, TrackNature, TrackReason};

pub(super) const PICTURE_TRACK_CHOSEN: Template = Template::new(
    "文件里有 {limit} 条画面轨，用的是第 {measured} 条[：{why}][。其余：{other}][。{then}]。",
    "The file has {limit} picture tracks; number {measured} is used[: {why}][. The others: {other}][. {then}].",
);
pub(super) const SOUND_TRACK_CHOSEN: Template = Template::new(
    "文件里有 {limit} 条音轨，用的是第 {measured} 条[：{why}][。其余：{other}][。{then}]。",
    "The file has {limit} sound tracks; number {measured} is used[: {why}][. The others: {other}][. {then}].",
);
pub(super) const PROGRAMME_CHOSEN: Template = Template::new(
    "文件里有 {limit} 套节目，画面和声音都取自节目 {measured}，其他节目没有用。要用别的，请只导出那一套节目。",
    "The file holds {limit} programmes; picture and sound are both of programme {measured}, the others are not used. To \
     use another one, please export that programme alone.",
);
pub(super) const TRACKS_JOINED: Template = Template::new(
    "左右声道存成了单独的音轨（第 {measured} 条），已合成一个声音。无需处理。",
    "The channels of the sound are tracks of their own ({measured}) and were joined. Nothing to do.",
);
pub(super) const TRACKS_MIXED: Template = Template::new(
    "声音分在几条单声道音轨里（第 {measured} 条），像是几个话筒各录一路，已等量混合到左右两边。某一路太响或太轻时，\
     请先在剪辑软件里混好。",
    "The sound lies in several mono tracks ({measured}), as of several microphones: they were mixed evenly on both sides. \
     If one is too loud or too soft, please mix them in an editor first.",
);
pub(super) const CHANNELS_MIXED: Template = Template::new(
    "声道排列不常见[（{measured}）]：{how}。",
    "The layout of the channels is unusual[ ({measured})]: {how}.",
);
pub(super) const SOUND_ONE_SIDED: Template = Template::new(
    "只有{how}声道有声音，另一边没有。{then}。",
    "Only the {how} channel has sound, the other side has none. {then}.",
);
pub(super) const SOUND_OUT_OF_PHASE: Template = Template::new(
    "左右声道反相[（相关系数 {measured}）]，用手机外放时会互相抵消，几乎听不到。{then}。",
    "The two sides are out of phase[ (correlation {measured})]: on a phone's speaker they cancel each other out and hardly \
     anything is heard. {then}.",
);
pub(super) const SOUND_CLIPPED: Template = Template::new(
    "录音时音量过大，声音有破音[（约占 {measured} 的时间）]，处理时无法恢复。如果听得出来，请换用没有破音的录音。",
    "The sound was recorded too loud and is clipped[ (in {measured} of the time)], which cannot be undone. If it can be \
     heard, please use a recording that is not clipped.",
);
pub(super) const SOUND_HUMS: Template = Template::new(
    "安静的地方有电流声[（{measured}）]。如果听得出来，请在剪辑软件里降噪，或换用没有电流声的录音。",
    "The quiet parts hum[ ({measured}, from the mains)]. If it can be heard, please remove it in an editor, or use a \
     recording without it.",
);

/// Says the values of these findings.
pub(super) fn said(words: &SoundWords) -> Bilingual {
    if let SoundWords::Others(tracks) = words {
        return others(tracks);
    }
    let (zh, en) = match words {
        SoundWords::Side(Side::Left) => ("左", "left"),
        SoundWords::Side(Side::Right) => ("右", "right"),
        SoundWords::Mend(Mend::Nothing) => (
            "按 jincai.toml 的 [sound] 保持原样；如果不是有意的，请检查话筒和接线",
            "It is kept as it is, as [sound] in jincai.toml says; if it is not meant, please check microphone and cables",
        ),
        SoundWords::Mend(Mend::LeftOnBoth | Mend::RightOnBoth) => {
            ("成片里已放到左右两边，无需处理", "It is put on both sides in the finished work; nothing to do")
        }
        SoundWords::Mend(Mend::InvertRight) => (
            "成片里已把右声道翻转过来，无需处理",
            "The right one is inverted in the finished work; nothing to do",
        ),
        SoundWords::Mixed(mixed) => how_mixed(*mixed),
        SoundWords::Reason(reason) => why(*reason),
        SoundWords::AnotherTrack => (
            "要用别的，请在剪辑软件里只导出那一条",
            "To use another one, please export that one alone from an editor",
        ),
        SoundWords::Others(_) => ("", ""),
    };
    Bilingual::new(zh, en)
}

fn how_mixed(mixed: Mixed) -> (&'static str, &'static str) {
    match mixed {
        Mixed::ByName => (
            "已按各声道的位置混成立体声，无需处理",
            "the channels were mixed to stereo by their places; nothing to do",
        ),
        Mixed::ReadyDownmix => (
            "用的是其中现成的立体声，无需处理",
            "the stereo mix that is among the channels is used; nothing to do",
        ),
        Mixed::Omnidirectional => (
            "这是全景声（Ambisonic），只取收录各个方向的那个声道，左右相同。要保留方向感，请先转成立体声",
            "it is Ambisonic; the channel of all directions is heard, the same on both sides. To keep directions, please \
             convert it to stereo first",
        ),
        Mixed::Evenly => (
            "文件没有注明各声道的位置，已把全部声道等量混合到左右两边。不合适的话，请先在剪辑软件里混成立体声",
            "the file does not say where the channels belong; all were mixed evenly on both sides. If that is not meant, \
             please mix them to stereo in an editor first",
        ),
        Mixed::Guessed => (
            "文件没有注明各声道的位置，已按环绕声的常用顺序混成立体声。不合适的话，请先在剪辑软件里混成立体声",
            "the file does not say where the channels belong; they were mixed to stereo in the usual order of surround \
             sound. If that is not meant, please mix them in an editor first",
        ),
    }
}

fn why(reason: TrackReason) -> (&'static str, &'static str) {
    match reason {
        TrackReason::OnlyOne => ("其他的没有可用的内容", "the others have no usable content"),
        TrackReason::Programme => ("它和画面属于同一套节目", "it belongs to the picture's programme"),
        TrackReason::Main => ("它是正片的声音", "it is the main sound"),
        TrackReason::Default => ("文件把它标为默认", "the file marks it as the default"),
        TrackReason::Language => ("它是中文", "its language is Chinese"),
        TrackReason::Largest => ("它的画面最大", "its picture is the largest"),
        TrackReason::First => ("它排在最前", "it comes first"),
    }
}

fn others(tracks: &[OtherTrack]) -> Bilingual {
    let of = |track: &OtherTrack| {
        let (zh, en) = nature(track.nature);
        (format!("第 {} 条（{zh}）", track.number), format!("{} ({en})", track.number))
    };
    let (zh, en): (Vec<_>, Vec<_>) = tracks.iter().map(of).unzip();
    Bilingual::new(zh.join("、"), en.join(", "))
}

fn nature(nature: TrackNature) -> (String, String) {
    let (zh, en) = match nature {
        TrackNature::SameAs(number) => {
            return (format!("和第 {number} 条相同"), format!("the same as {number}"));
        }
        TrackNature::Full => ("有内容，没有用", "has content, not used"),
        TrackNature::Silent => ("没有声音", "silent"),
        TrackNature::Description => ("口述影像", "audio description"),
        TrackNature::HearingImpaired => ("为听障人士制作", "for the hearing-impaired"),
        TrackNature::Commentary => ("评论音轨", "commentary"),
        TrackNature::Dub => ("配音", "dubbed"),
        TrackNature::Effects => ("只有音乐和音效", "music and effects only"),
        TrackNature::Undecodable => ("格式不支持", "in a format that cannot be read"),
        TrackNature::OtherProgramme => ("属于另一套节目", "of another programme"),
        TrackNature::Still => ("静止图片", "a still picture"),
    };
    (zh.to_owned(), en.to_owned())
}
