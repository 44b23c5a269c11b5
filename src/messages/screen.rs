//! The fixed words and lines of the command line.

use crate::model::text::Bilingual;

/// Heads of tables and names of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Work,
    Target,
    Verdict,
    Finding,
    Duration,
    Size,
    Encode,
    Time,
    /// Cells of `jincai check`.
    Fits,
    Mended,
    NeedsPerson,
    Unchanged,
}

pub fn label(label: Label) -> Bilingual {
    let (zh, en) = match label {
        Label::Work => ("作品", "work"),
        Label::Target => ("发布目标", "target"),
        Label::Verdict => ("结论", "verdict"),
        Label::Finding => ("问题", "finding"),
        Label::Duration => ("时长", "duration"),
        Label::Size => ("画面", "picture"),
        Label::Encode => ("编码", "encode"),
        Label::Time => ("用时", "time"),
        Label::Fits => ("符合", "fits"),
        Label::Mended => ("自动处理", "will be mended"),
        Label::NeedsPerson => ("需要人工处理", "needs a person"),
        Label::Unchanged => ("没有变化", "unchanged"),
    };
    Bilingual::new(zh, en)
}

/// `other` is the title or path of the work that came first.
pub fn duplicate_of(other: &str) -> Bilingual {
    let other = super::template::shown(other);
    Bilingual::new(format!("与“{other}”重复"), format!("duplicate of “{other}”"))
}

pub fn defaults_are_used() -> Bilingual {
    Bilingual::new(
        "没有找到 jincai.toml，使用内置的默认设置。运行 jincai init 可以生成一份。",
        "No jincai.toml was found; built-in defaults are used. `jincai init` writes one.",
    )
}

pub fn nothing_to_do(folder: &str) -> Bilingual {
    let folder = super::template::shown(folder);
    Bilingual::new(
        format!("“{folder}”里没有可以处理的视频。"),
        format!("There is no video to work on in “{folder}”."),
    )
}

/// How a batch ended, by number of works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub accepted: usize,
    pub warned: usize,
    pub duplicates: usize,
    pub rejected: usize,
    pub failed: usize,
    pub unchanged: usize,
}

/// One line with the numbers that are not 0.
pub fn batch_summary(tally: &Tally) -> Bilingual {
    let parts = [
        (tally.accepted, "通过", "accepted"),
        (tally.warned, "通过但有提醒", "accepted with warnings"),
        (tally.duplicates, "重复", "duplicate"),
        (tally.rejected, "退回", "rejected"),
        (tally.failed, "失败", "failed"),
        (tally.unchanged, "没有变化", "unchanged"),
    ];
    let seen: Vec<_> = parts.into_iter().filter(|(number, ..)| *number > 0).collect();
    if seen.is_empty() {
        return Bilingual::new("没有作品", "no works");
    }
    let zh: Vec<_> = seen.iter().map(|(number, zh, _)| format!("{zh} {number} 件")).collect();
    let en: Vec<_> = seen.iter().map(|(number, _, en)| format!("{number} {en}")).collect();
    Bilingual::new(zh.join("，"), en.join(", "))
}

/// `seconds` is what a run would take, roughly.
pub fn estimate(seconds: u64) -> Bilingual {
    if seconds < 90 {
        return Bilingual::new(format!("预计需要 {seconds} 秒"), format!("a run would take about {seconds} s"));
    }
    let minutes = seconds.div_ceil(60);
    Bilingual::new(format!("预计需要 {minutes} 分钟"), format!("a run would take about {minutes} min"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_only_what_happened() {
        let said = batch_summary(&Tally { accepted: 3, rejected: 1, ..Tally::default() });
        assert_eq!(said, Bilingual::new("通过 3 件，退回 1 件", "3 accepted, 1 rejected"));
    }
}
