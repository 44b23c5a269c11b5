//! What `jincai duplicates` says.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::opinion::{Opinion, OpinionKind};
use crate::text::counted as number;

/// Heads of the table, names on the picture of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Work,
    Result,
    Other,
    Here,
    There,
    Sure,
    Consequence,
    Evidence,
    Speed,
    Mirrored,
    Cut,
    Yes,
    No,
    First,
    Second,
    Opinion,
    By,
    At,
    Note,
    Agreement,
    SoundAgreement,
    Unreadable,
}

pub fn label(label: Label) -> Bilingual {
    let (zh, en) = match label {
        Label::Work => ("作品", "work"),
        Label::Result => ("结果", "result"),
        Label::Other => ("对方作品", "other work"),
        Label::Here => ("本片", "here"),
        Label::There => ("对方时间", "there"),
        Label::Sure => ("把握", "certainty"),
        Label::Consequence => ("处理", "result"),
        Label::Evidence => ("依据", "found by"),
        Label::Speed => ("速度（对方为 1）", "speed (other = 1)"),
        Label::Mirrored => ("左右镜像", "mirrored"),
        Label::Cut => ("画面", "picture"),
        Label::Yes => ("是", "yes"),
        Label::No => ("否", "no"),
        Label::First => ("甲（本片）", "first (here)"),
        Label::Second => ("乙（对方）", "second (there)"),
        Label::Opinion => ("认定", "decision"),
        Label::By => ("认定人", "by"),
        Label::At => ("时间", "when"),
        Label::Note => ("说明", "note"),
        Label::Agreement => {
            ("画面吻合程度，沿甲的时间", "similarity of the pictures over the first work's time")
        }
        Label::SoundAgreement => {
            ("声音吻合程度，沿甲的时间", "similarity of the sound over the first work's time")
        }
        Label::Unreadable => ("无法检测", "cannot be inspected"),
    };
    Bilingual::new(zh, en)
}

/// After the table.
pub fn counted(files: usize, alike: usize, in_library: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "比较了 {files} 个文件（作品库有 {in_library} 件作品），其中 {alike} 个与更早的作品有相同之处。"
        ),
        format!(
            "{} compared with the library ({}); {alike} found to share content with earlier works.",
            number(files, "file", "files"),
            number(in_library, "work", "works")
        ),
    )
}

/// Both names lead to one file.
pub fn one_and_the_same(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("“{given}”和另一个是同一个文件。请写出两个不同的文件或作品编号。"),
        format!("“{given}” and the other are the same file. Please name two different files or works."),
    )
}

pub fn nothing_in_common() -> Bilingual {
    Bilingual::new("没有发现相同的画面或声音。", "No pictures or sound in common were found.")
}

pub fn drawn(path: &Path) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(format!("对照图：{path}"), format!("Picture: {path}"))
}

pub fn heading(works: [&str; 2]) -> Bilingual {
    let [first, second] = works.map(shown);
    Bilingual::new(format!("“{first}”与“{second}”"), format!("“{first}” and “{second}”"))
}

pub fn said(said: OpinionKind) -> Bilingual {
    match said {
        OpinionKind::Same => Bilingual::new("是同一件", "the same"),
        OpinionKind::NotSame => Bilingual::new("不是同一件", "not the same"),
        OpinionKind::Original => Bilingual::new("前一件是原作", "the original and its copy"),
    }
}

/// What a person said goes before what was found.
pub fn answered(answer: &Opinion) -> Bilingual {
    let words = said(answer.said);
    let by = answer.by.as_deref().map(shown);
    let (who_zh, who_en) = match &by {
        Some(by) => (format!("{by}已认定"), format!("{by} decided")),
        None => ("已有人工认定".to_owned(), "Somebody decided".to_owned()),
    };
    Bilingual::new(
        format!("{who_zh}：{}，按此处理。程序比对的结果：", words.zh),
        format!("{who_en} that they are {}; this takes precedence. The comparison found:", words.en),
    )
}

/// An answer was kept.
pub fn kept(names: [&str; 2], answer: &Opinion) -> Bilingual {
    let [first, second] = names.map(shown);
    if answer.said == OpinionKind::Original {
        return Bilingual::new(
            format!(
                "已记下：“{first}”是原作，“{second}”与它重复。已经判断过的，下次 jincai run 或 jincai watch 会重新判断，\
                 重复的一件会退回。撤销：jincai duplicates forget 加上这两个名称。"
            ),
            format!(
                "Recorded: “{first}” is the original, and “{second}” is its copy. Earlier decisions are made again by the next \
                 `jincai run` or `jincai watch`, and the copy is rejected. To undo this: `jincai duplicates forget` with these \
                 two names."
            ),
        );
    }
    let words = said(answer.said);
    Bilingual::new(
        format!(
            "已记下：“{first}”与“{second}”{}。以后都按此处理；已经判断过的，下次 jincai run 或 jincai watch 会重新判断。\
             撤销：jincai duplicates forget 加上这两个名称。",
            words.zh
        ),
        format!(
            "Recorded: “{first}” and “{second}” are {}. This applies from now on; earlier decisions are made again by the next \
             `jincai run` or `jincai watch`. To undo this: `jincai duplicates forget` with these two names.",
            words.en
        ),
    )
}

pub fn forgotten(names: [&str; 2], was_there: bool) -> Bilingual {
    let [first, second] = names.map(shown);
    if was_there {
        Bilingual::new(
            format!("已撤销对“{first}”与“{second}”的认定。"),
            format!("The decision on “{first}” and “{second}” was removed."),
        )
    } else {
        Bilingual::new(
            format!("没有对“{first}”与“{second}”的认定，没有可撤销的。"),
            format!("There is no decision on “{first}” and “{second}”; nothing was removed."),
        )
    }
}

pub fn no_answers() -> Bilingual {
    Bilingual::new(
        "还没有人工认定。用 jincai duplicates same 或 not-same 加上两个文件（或作品编号）记下一条。",
        "There are no decisions yet. `jincai duplicates same` or `not-same` with two files (or ids of works) records one.",
    )
}

/// Why two works cannot be compared.
pub fn unknown(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!(
            "“{given}”既不是文件，也不是作品库里的作品编号。编号写在清单里，也是作品文件夹名称最后的八位。"
        ),
        format!(
            "“{given}” is neither a file nor the id of a work in the library. Ids are in the manifest and at the end of each work's folder name."
        ),
    )
}

pub fn unusable(path: &Path, why: &Bilingual) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(format!("{path}：{}", why.zh), format!("{path}: {}", why.en))
}

pub fn no_library(library: &Path) -> Bilingual {
    let library = shown(&library.to_string_lossy());
    Bilingual::new(
        format!("{library} 还没有作品库，无法记下认定。请先运行 jincai run，或用 --library 指定作品库。"),
        format!(
            "There is no library at {library} in which to record a decision. Run `jincai run` first, or name the library with \
             --library."
        ),
    )
}

pub fn same_content(given: [&str; 2]) -> Bilingual {
    let [first, second] = given.map(shown);
    Bilingual::new(
        format!(
            "“{first}”与“{second}”内容完全相同，不需要认定是否同一件。要认定哪一件是原作，请用 jincai duplicates original。"
        ),
        format!(
            "“{first}” and “{second}” are identical files; no decision is needed. To record which of the two is the original, use \
             `jincai duplicates original`."
        ),
    )
}

/// Which of two is the original cannot be said where the folder does not tell them apart.
pub fn same_place(given: [&str; 2]) -> Bilingual {
    let [first, second] = given.map(shown);
    Bilingual::new(
        format!(
            "“{first}”与“{second}”内容完全相同，又在同一个系部的文件夹里，是同一系部自己的重复，不需要认定原作。"
        ),
        format!(
            "“{first}” and “{second}” are identical files in one department's folder; no original needs to be recorded."
        ),
    )
}

pub fn content_unknown(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("作品“{given}”的原文件从未完整读取过，不知道它的内容。请改用文件路径。"),
        format!("The source of the work “{given}” was never read completely. Please name the file instead."),
    )
}

/// Works of the library that no copy is recognised of until their fingerprints are made again.
pub fn unlisted(count: usize) -> Bilingual {
    Bilingual::new(
        format!(
            "作品库中有 {count} 件作品的指纹缺失或是旧版本，改动过的副本暂时认不出来。请运行 jincai duplicates reindex 重新生成。"
        ),
        format!(
            "{} of the library without a current fingerprint; changed copies cannot be recognised. \
             Please run: jincai duplicates reindex",
            number(count, "work", "works")
        ),
    )
}

/// How making fingerprints again ended.
pub fn reindexed(listed: u64, made: usize, left: usize) -> Bilingual {
    let (mut zh, mut en) = (
        format!("新生成指纹 {made} 个；作品库中共有 {listed} 件作品可供比对。"),
        format!(
            "{} made; {} of the library can be compared.",
            number(made, "fingerprint", "fingerprints"),
            number(listed, "work", "works")
        ),
    );
    if left > 0 {
        zh.push_str(&format!("有 {left} 件未能生成：请把原片放回原处，再运行一次。"));
        en.push_str(&format!(
            " {left} could not be made: put the originals back in place and run this again."
        ));
    }
    Bilingual::new(zh, en)
}

pub fn path_before_verb(path: &Path) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(
        format!(
            "“{path}”写在了子命令前面。请把文件写在子命令后面；如果要查的文件正好叫子命令的名字，请写成 ./名字。"
        ),
        format!(
            "“{path}” comes before a subcommand. Please put files after it; write a file that has a subcommand's name as ./NAME."
        ),
    )
}
