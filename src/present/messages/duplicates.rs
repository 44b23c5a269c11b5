//! What a work has in common with another, in both languages.

use super::template::{Template, shown};
use crate::model::alignment::CutWork;
use crate::model::config::Consequence;
use crate::model::language::Bilingual;
use crate::model::likeness::{Basis, MatchClass, Proof, sure_percent};

/// Where it lies in both works and how it was found.
macro_rules! at_zh {
    () => {
        "[：本片 {at} 对应对方 {found}][（{how}）]"
    };
}
macro_rules! at_en {
    () => {
        "[: {at} here is {found} there][ ({how})]"
    };
}

pub(super) const SAME_BYTES: Template = Template::new(
    "与[{department}][《{other}》][（{season}）]是完全相同的文件[，{then}]。",
    "This is the very same file as another work[, “{other}”][ ({whose})].[ {then}]",
);
pub(super) const SAME_STREAMS: Template = Template::new(
    "画面和声音与[{department}][《{other}》][（{season}）]完全相同，只是换了封装[，{then}]。",
    "Its pictures and sound are those of another work[, “{other}”][ ({whose})], in another container.[ {then}]",
);
pub(super) const SAME_WORK: Template = Template::new(
    concat!(
        "与[{department}][《{other}》][（{season}）]是同一件作品",
        at_zh!(),
        "；转码、改尺寸、加字幕或台标、裁切（包括裁成竖屏）、变速都不算另一件[，{then}]。"
    ),
    concat!(
        "It is the same work as another one[, “{other}”][ ({whose})]",
        at_en!(),
        "; another encoding, size or speed, captions, a logo or a crop (to an upright window, too) do not make it a different work.[ {then}]"
    ),
);
pub(super) const CONTAINS_WORK: Template = Template::new(
    concat!("里面有另一件作品[：{department}][《{other}》][（{season}）]的全部", at_zh!(), "[，{then}]。"),
    concat!("It holds all of another work[, “{other}”][ ({whose})]", at_en!(), ".[ {then}]"),
);
pub(super) const PART_OF_WORK: Template = Template::new(
    concat!("是另一件作品[：{department}][《{other}》][（{season}）]的一段", at_zh!(), "[，{then}]。"),
    concat!("It is a part of another work[, “{other}”][ ({whose})]", at_en!(), ".[ {then}]"),
);
pub(super) const SHARES_PASSAGE: Template = Template::new(
    concat!("有 {measured} 与[{department}][《{other}》][（{season}）]的内容相同", at_zh!(), "[，{then}]。"),
    concat!("It shares {measured} with another work[, “{other}”][ ({whose})]", at_en!(), ".[ {then}]"),
);
pub(super) const SAME_SOUND: Template = Template::new(
    concat!(
        "声音有 {measured} 与[{department}][《{other}》][（{season}）]相同，画面不同",
        at_zh!(),
        "[，{then}]。"
    ),
    concat!(
        "{measured} of its sound is that of another work[, “{other}”][ ({whose})], under other pictures",
        at_en!(),
        ".[ {then}]"
    ),
);

/// The two works of a picture that shows them side by side.
pub const SIDES: [&str; 2] = ["本片 this", "对方 other"];

/// What follows from a likeness, and what to do.
pub fn then(class: MatchClass, consequence: Consequence) -> Bilingual {
    let (zh, en) = match consequence {
        Consequence::Note => {
            return Bilingual::new("只作记录，无需处理", "This is only noted; nothing to do.");
        }
        Consequence::Warn => ("照常收下。", "Accepted anyway. "),
        Consequence::Reject => ("已退回。", "It is therefore rejected. "),
    };
    let (todo_zh, todo_en) = match (class, consequence) {
        (MatchClass::SameFile | MatchClass::SameStreams, _) => {
            ("放错了请换成正确的文件", "If it was put here by mistake, please replace it.")
        }
        (MatchClass::SameWork, _) => {
            ("如果确实是另一件，请联系宣传部", "If it really is another work, please tell the office.")
        }
        (_, Consequence::Reject) => {
            ("如果可以重复使用，请联系宣传部", "If it may be used again, please tell the office.")
        }
        (MatchClass::Contains | MatchClass::SharesPassage, _) => {
            ("请确认可以重复使用，并注明来源", "Please make sure that it may be used again, and credit it.")
        }
        (MatchClass::PartOf, _) => {
            ("请确认不是重复投稿", "Please make sure that it was not submitted twice.")
        }
        (MatchClass::SameSound, _) => (
            "如果是同一首配乐，可以不管；请确认音乐或解说可以使用",
            "Nothing to do if both use one piece of music; please make sure that the sound may be used.",
        ),
    };
    Bilingual::new(format!("{zh}{todo_zh}"), format!("{en}{todo_en}"))
}

/// What follows where it is not certain which of two departments' works came first: nobody is refused, and a person is asked.
pub fn asks() -> Bilingual {
    Bilingual::new(
        "两件作品分不出先后，先都收下，请宣传部认定哪一件是原作。（宣传部：jincai duplicates original 原作 另一件，\
         两件都写文件路径或作品编号；另一件随后退回。）",
        "It is not certain which of the two came first: both are accepted until the office decides which one is the original. \
         (The office: `jincai duplicates original ORIGINAL OTHER`, each a file or the id of a work; the other is then \
         rejected.)",
    )
}

/// What follows for the very file of another department's work that lies there no longer.
pub fn moved() -> Bilingual {
    Bilingual::new(
        "已退回，对方已发布的作品不变。对方的原文件已不在投稿箱；如果是改由你们交来，请联系宣传部。（宣传部确认后：\
         jincai duplicates original 这个文件 对方的作品编号，作品就改到这里。）",
        "It is therefore rejected, and the published files of the other work stay unchanged. The other work's source is no \
         longer in the inbox: if your department submits this work now, please tell the office. (Once this is confirmed, the \
         office runs `jincai duplicates original THIS_FILE ID_OF_THE_OTHER`, and the work moves here.)",
    )
}

/// The class in a few words, as in a table.
pub fn class(class: MatchClass) -> Bilingual {
    let (zh, en) = match class {
        MatchClass::SameFile => ("完全相同的文件", "the same file"),
        MatchClass::SameStreams => ("只换了封装", "the same streams"),
        MatchClass::SameWork => ("同一件作品", "the same work"),
        MatchClass::PartOf => ("是对方的一段", "a part of it"),
        MatchClass::Contains => ("包含对方", "contains it"),
        MatchClass::SharesPassage => ("有一段相同", "shares a passage"),
        MatchClass::SameSound => ("声音相同", "the same sound"),
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
        Proof::Person => ("人工认定", "a person's decision"),
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
pub fn how(basis: &Basis) -> Bilingual {
    let by = proof(basis.proof);
    let mut zh = vec![format!("依据{}", by.zh)];
    let mut en = vec![format!("by {}", by.en)];
    if basis.proof != Proof::Person {
        zh.push(format!("把握 {} %", sure_percent(basis.confidence)));
        en.push(format!("{} % sure", sure_percent(basis.confidence)));
    }
    if is_other_speed(basis.speed) {
        zh.push(format!("速度是对方的 {:.2} 倍", basis.speed));
        en.push(format!("{:.2}× as fast as the other", basis.speed));
    }
    if let Some(cut) = basis.cut {
        let said = upright(cut);
        zh.push(said.zh);
        en.push(said.en);
    }
    if basis.mirrored {
        zh.push("左右镜像".to_owned());
        en.push("mirrored".to_owned());
    }
    Bilingual::new(zh.join("，"), en.join(", "))
}

/// Which of the two works is cut to an upright window of the other.
pub fn upright(cut: CutWork) -> Bilingual {
    match cut {
        CutWork::This => {
            Bilingual::new("本片是从对方画面裁出的竖屏", "this one is cut to an upright window of the other")
        }
        CutWork::Other => {
            Bilingual::new("对方是从本片画面裁出的竖屏", "the other is cut to an upright window of this one")
        }
    }
}

/// A difference that could be heard or measured, not one of rounding.
pub fn is_other_speed(speed: f64) -> bool {
    (speed - 1.0).abs() > 0.005
}

/// The department and season of a work, as far as they are known.
pub fn whose(department: Option<&str>, season: Option<&str>) -> String {
    [department, season].into_iter().flatten().map(shown).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_what_was_configured() {
        for class in MatchClass::ALL {
            let said = [Consequence::Note, Consequence::Warn, Consequence::Reject].map(|so| then(class, so));
            let [note, warn, reject] = &said;
            assert!(note.zh.contains("无需处理") && !note.zh.contains("请"), "{note:?}");
            assert!(warn.zh.starts_with("照常收下。") && warn.en.starts_with("Accepted anyway."), "{warn:?}");
            assert!(reject.zh.starts_with("已退回。") && reject.en.contains("rejected"), "{reject:?}");
        }
    }

    #[test]
    fn speed_mirror_and_how_sure_are_said_only_where_they_tell_something() {
        let plain = Basis { proof: Proof::Both, confidence: 1.0, speed: 1.001, mirrored: false, cut: None };
        assert_eq!(how(&plain).zh, "依据画面和声音，把握 99 %");
        let changed = Basis { speed: 1.25, mirrored: true, ..plain };
        assert_eq!(how(&changed).en, "by picture and sound, 99 % sure, 1.25× as fast as the other, mirrored");
        let upright = Basis { cut: Some(CutWork::This), ..plain };
        assert_eq!(how(&upright).zh, "依据画面和声音，把握 99 %，本片是从对方画面裁出的竖屏");
        let wider = Basis { cut: Some(CutWork::Other), ..plain };
        assert!(how(&wider).en.ends_with("the other is cut to an upright window of this one"));
        assert_eq!(how(&Basis { proof: Proof::Person, ..plain }).zh, "依据人工认定");
    }
}
