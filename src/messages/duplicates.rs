//! What a work has in common with another, in both languages.

use super::template::{Template, shown};
use crate::model::config::Consequence;
use crate::model::likeness::{Class, LikenessRecord, Proof};
use crate::model::text::Bilingual;

/// Where it lies in both works and how it was found; `how_zh` and `how_en` are [`how`]'s.
macro_rules! at_zh {
    () => {
        "[：本片 {at} 对应对方 {found}][（{how_zh}）]"
    };
}
macro_rules! at_en {
    () => {
        "[: {at} here is {found} there][ ({how_en})]"
    };
}

pub(super) const SAME_BYTES: Template = Template::new(
    "与作品[“{other}”][（{whose}）]是完全相同的文件。如果是放错了，请换成正确的文件。",
    "This is the very same file as another work[, “{other}”][ ({whose})]. If it was put here by mistake, please replace it.",
);
pub(super) const SAME_STREAMS: Template = Template::new(
    "画面和声音与作品[“{other}”][（{whose}）]完全相同，只是换了封装。如果是放错了，请换成正确的文件。",
    "Its pictures and sound are those of another work[, “{other}”][ ({whose})], in another container. If it was put here by \
     mistake, please replace it.",
);
pub(super) const SAME_WORK: Template = Template::new(
    concat!(
        "与作品[“{other}”][（{whose}）]是同一件",
        at_zh!(),
        "，像是转码、改尺寸、加字幕或台标、加边、裁切、变速后的同一件作品。如果确实是另一件，请联系宣传部。"
    ),
    concat!(
        "It is the same work as another one[, “{other}”][ ({whose})]",
        at_en!(),
        ", as if encoded again, resized, captioned, framed, cropped or played at another speed. If it is another work, \
         please tell the office."
    ),
);
pub(super) const CONTAINS_WORK: Template = Template::new(
    concat!("里面有整件作品[“{other}”][（{whose}）]", at_zh!(), "。请确认可以重复使用，并注明来源。"),
    concat!(
        "It holds all of another work[, “{other}”][ ({whose})]",
        at_en!(),
        ". Please make sure that it may be used again, and name it."
    ),
);
pub(super) const PART_OF_WORK: Template = Template::new(
    concat!("是作品[“{other}”][（{whose}）]的一段", at_zh!(), "。请确认不是重复投稿。"),
    concat!(
        "It is a part of another work[, “{other}”][ ({whose})]",
        at_en!(),
        ". Please make sure that it is not handed in twice."
    ),
);
pub(super) const SHARES_PASSAGE: Template = Template::new(
    concat!("有 {measured} 与作品[“{other}”][（{whose}）]相同", at_zh!(), "。请确认可以重复使用。"),
    concat!(
        "It shares {measured} with another work[, “{other}”][ ({whose})]",
        at_en!(),
        ". Please make sure that it may be used again."
    ),
);
pub(super) const SAME_SOUND: Template = Template::new(
    concat!(
        "声音有 {measured} 与作品[“{other}”][（{whose}）]相同，画面不同",
        at_zh!(),
        "。如果是同一首配乐，可以不管；请确认音乐或解说可以使用。"
    ),
    concat!(
        "{measured} of its sound is that of another work[, “{other}”][ ({whose})], under other pictures",
        at_en!(),
        ". Nothing to do if both use one piece of music; please make sure that the sound may be used."
    ),
);

/// The class in a few words, as in a table.
pub fn class(class: Class) -> Bilingual {
    let (zh, en) = match class {
        Class::SameFile => ("完全相同的文件", "the same file"),
        Class::SameStreams => ("只换了封装", "the same streams"),
        Class::SameWork => ("同一件作品", "the same work"),
        Class::PartOf => ("是对方的一段", "a part of it"),
        Class::Contains => ("包含对方", "contains it"),
        Class::SharesPassage => ("有一段相同", "shares a passage"),
        Class::SameSound => ("声音相同", "the same sound"),
    };
    Bilingual::new(zh, en)
}

pub fn proof(proof: Proof) -> Bilingual {
    let (zh, en) = match proof {
        Proof::Bytes => ("文件摘要", "file digest"),
        Proof::Streams => ("音视频数据摘要", "stream digest"),
        Proof::Picture => ("画面", "picture"),
        Proof::Sound => ("声音", "sound"),
        Proof::Both => ("画面和声音", "picture and sound"),
        Proof::Person => ("人工认定", "a person's word"),
    };
    Bilingual::new(zh, en)
}

pub fn consequence(consequence: Consequence) -> Bilingual {
    let (zh, en) = match consequence {
        Consequence::Reject => ("退回", "reject"),
        Consequence::Warn => ("提醒", "warn"),
        Consequence::Note => ("记录", "note"),
    };
    Bilingual::new(zh, en)
}

/// Speed, mirror, evidence and how sure, in one line.
pub fn how(record: &LikenessRecord) -> Bilingual {
    let by = proof(record.proof);
    let mut zh = vec![format!("依据{}", by.zh)];
    let mut en = vec![format!("by {}", by.en)];
    if record.proof != Proof::Person {
        zh.push(format!("把握 {}", percent(record.confidence)));
        en.push(format!("{} sure", percent(record.confidence)));
    }
    if is_other_speed(record.speed) {
        zh.push(format!("速度是对方的 {:.2} 倍", record.speed));
        en.push(format!("{:.2}× as fast as the other", record.speed));
    }
    if record.mirrored {
        zh.push("左右镜像".to_owned());
        en.push("mirrored".to_owned());
    }
    Bilingual::new(zh.join("，"), en.join(", "))
}

/// A difference that could be heard or measured, not one of rounding.
pub fn is_other_speed(speed: f64) -> bool {
    (speed - 1.0).abs() > 0.005
}

/// Whole percent, rounded down; what was measured is never quite certain.
pub fn percent(confidence: f64) -> String {
    format!("{:.0} %", (confidence * 100.0).floor().clamp(0.0, 99.0))
}

/// `0:05–1:07`, of milliseconds.
pub fn span(from_ms: u64, to_ms: u64) -> String {
    format!("{}–{}", clock(from_ms), clock(to_ms))
}

/// `1:05`
pub fn clock(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `1:05.3`, where the moment itself is shown.
pub fn exact(ms: u64) -> String {
    format!("{}:{:02}.{}", ms / 60_000, ms / 1000 % 60, ms / 100 % 10)
}

/// The department and season of a work, as far as they are known.
pub fn whose(department: Option<&str>, season: Option<&str>) -> String {
    [department, season].into_iter().flatten().map(shown).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_mirror_and_how_sure_are_said_only_where_they_tell_something() {
        let plain = LikenessRecord {
            class: Class::SameWork,
            consequence: Consequence::Warn,
            sha256: None,
            id: None,
            title: "海河".to_owned(),
            department: None,
            season: None,
            from_ms: 0,
            to_ms: 8_000,
            their_from_ms: 0,
            their_to_ms: 8_000,
            speed: 1.001,
            mirrored: false,
            confidence: 1.0,
            proof: Proof::Both,
            pictures: Vec::new(),
        };
        assert_eq!(how(&plain).zh, "依据画面和声音，把握 99 %");
        let changed = LikenessRecord { speed: 1.25, mirrored: true, ..plain.clone() };
        assert_eq!(how(&changed).en, "by picture and sound, 99 % sure, 1.25× as fast as the other, mirrored");
        assert_eq!(how(&LikenessRecord { proof: Proof::Person, ..plain }).zh, "依据人工认定");
    }
}
