//! The values of findings, in both languages.

use super::{ai, duplicates, environment, inbox, sound};
use crate::model::finding::{Finding, FindingJson};
use crate::model::language::Bilingual;
use crate::model::value::{CaptionFault, Sequel, Value, Words};

/// Says one value.
pub(super) fn text(value: &Value) -> Bilingual {
    match value {
        Value::Words(words) => said(words),
        shared => {
            let notation = shared.notation().unwrap_or_default();
            Bilingual::new(notation.clone(), notation)
        }
    }
}

fn said(words: &Words) -> Bilingual {
    match words {
        Words::Sequel(Sequel::Configured(class, consequence)) => duplicates::then(*class, *consequence),
        Words::Sequel(Sequel::Asks) => duplicates::asks(),
        Words::Sequel(Sequel::Moved) => duplicates::moved(),
        Words::Basis(basis) => duplicates::how(basis),
        Words::Touched => environment::touched(),
        Words::CaptionFault(fault) => caption_fault(*fault),
        Words::Sound(words) => sound::said(words),
        Words::LeftOver(kind) => inbox::left_over(*kind),
        Words::NamePattern(pattern) => inbox::name_pattern(pattern),
        Words::Content(name) => inbox::content(name),
        Words::DatedBy(by) => inbox::dated_by(*by),
        Words::AiCarrier(found) => ai::carrier(*found),
        Words::Placeholders(which) => inbox::placeholders(which),
        Words::Said(said) => said.clone(),
    }
}

fn caption_fault(fault: CaptionFault) -> Bilingual {
    let (zh, en) = match fault {
        CaptionFault::TooLarge { max_bytes } => (
            format!("超过 {} MB，不像字幕，请换成正确的文件", max_bytes >> 20),
            format!("the captions are larger than {max_bytes} bytes; use the right file"),
        ),
        CaptionFault::TooManyCues { most } => (
            format!("字幕超过 {most} 条，请删减或换成正确的文件"),
            format!("the captions hold more than {most} cues; remove some or use the right file"),
        ),
        CaptionFault::TooDense { cues, most, duration_us } => {
            let seconds = duration_us as f64 / 1e6;
            (
                format!("视频只有 {seconds:.1} 秒，字幕却有 {cues} 条，最多 {most} 条，请换成这个视频的字幕"),
                format!(
                    "the captions hold {cues} cues, more than {most} for a video of {seconds:.1} s; use this video's captions"
                ),
            )
        }
        CaptionFault::TooMuchText { characters, most } => (
            format!("字幕共有 {characters} 字，超过 {most} 字，请删减或换成正确的文件"),
            format!(
                "the captions hold {characters} characters, more than {most}; remove some or use the right file"
            ),
        ),
        CaptionFault::NoText { most } => (
            format!("不同的字超过 {most} 个，不像文字，请换成正确的文件"),
            format!(
                "the captions hold more than {most} different characters, unlike any text; use the right file"
            ),
        ),
        CaptionFault::NoCues => (
            "无法识别，一条也没有读出来；请用字幕软件打开，另存为 UTF-8 的 .srt".to_owned(),
            "no cue was understood; open the file in a caption editor and save it as a UTF-8 .srt".to_owned(),
        ),
        CaptionFault::NoTime => (
            "每一条都是结束早于开始，或没有时长，一条也显示不出来；请用字幕软件改正时间".to_owned(),
            "every cue ends when it begins, or before; correct the times in a caption editor".to_owned(),
        ),
        CaptionFault::OtherFormat { format } => {
            let name = format.name();
            (
                format!("其实是 {name} 格式，一条也没有读出来；请用字幕软件打开，另存为 UTF-8 的 .srt"),
                format!(
                    "these are {name} captions, which are not read; open the file in a caption editor and save it as a UTF-8 .srt"
                ),
            )
        }
    };
    Bilingual::new(
        format!("{zh}。为免成片缺字幕，这次没有制作，此前发布的保持不变"),
        format!(
            "{en}. So that no captions are missing, nothing was made this time; what was published before stays"
        ),
    )
}

/// Writes a finding as `--json` and the service's status hold it.
pub fn json(finding: &Finding) -> FindingJson {
    let notation = |value: &Option<Value>| value.as_ref().map(|value| text(value).en);
    let mut args = std::collections::BTreeMap::new();
    for (name, value) in &finding.args {
        let name = name.name();
        match value.notation() {
            Some(notation) => drop(args.insert(name, notation)),
            None => {
                let said = text(value);
                args.insert(format!("{name}_zh"), said.zh);
                args.insert(format!("{name}_en"), said.en);
            }
        }
    }
    FindingJson {
        code: finding.code,
        severity: finding.severity,
        target: finding.target.clone(),
        measured: notation(&finding.measured),
        limit: notation(&finding.limit),
        args,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Consequence;
    use crate::model::finding::Code;
    use crate::model::likeness::MatchClass;
    use crate::model::value::Arg;
    use crate::present::messages;

    #[test]
    fn a_finding_says_the_same_after_it_was_written_down() {
        let finding = Finding::error(Code::SameBytes)
            .arg(Arg::Other, "海河")
            .arg(Arg::Then, Sequel::Configured(MatchClass::SameFile, Consequence::Reject));
        let written = json(&finding);
        assert_eq!(written.args["then_zh"], "已退回。放错了请换成正确的文件");
        assert!(written.args["then_en"].starts_with("It is therefore rejected."));
        assert_eq!(messages::text(&Finding::from(&written)), messages::text(&finding));
    }
}
