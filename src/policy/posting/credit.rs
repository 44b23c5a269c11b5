//! The line that names who made a work and who signed it (署名行), for the text that is posted.

use super::count::Measure;
use super::{join, text_with_topics, words};
use crate::model::manifest::{PostRecord, Work};
use crate::model::preset::Preset;
use crate::model::review::{ReviewRules, Signatory, SignedLevel};
use crate::text::fill;

/// Returns the office's credit line for a work with these signatures; `None` where the office wants none, or a place that
/// the line needs has no value.
pub fn credit_line(rules: &ReviewRules, work: &Work, signed: &[SignedLevel]) -> Option<String> {
    let value = |place: &str| {
        let value = match place {
            "authors" => work.authors.join("、"),
            "department" => work.department.clone().unwrap_or_default(),
            "advisors" => work.about.advisors.join("、"),
            number => signatory(rules, number, signed).unwrap_or_default(),
        };
        words::line(&value)
    };
    let line = fill(&rules.credit, &value)?;
    Some(words::line(&line)).filter(|line| !line.is_empty())
}

/// Returns who signed the level with a number, counted from 1.
fn signatory(rules: &ReviewRules, number: &str, signed: &[SignedLevel]) -> Option<String> {
    let level = rules.level.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    let signed = signed.iter().find(|signed| signed.level == level.name)?;
    let Signatory { name, on_behalf_of, .. } = &signed.by;
    Some(match on_behalf_of {
        Some(whose) => format!("{whose}（{name}代签）"),
        None => name.clone(),
    })
}

/// Returns a post whose text ends with the credit line, whether or not the platform has room for it.
pub fn credited(record: &PostRecord, line: &str) -> PostRecord {
    PostRecord { text: join("\n", &[&record.text, line]), ..record.clone() }
}

/// Returns the same if the platform has room for it.
pub fn credited_within(record: &PostRecord, preset: &Preset, line: &str) -> Option<PostRecord> {
    let post = preset.post.as_ref()?;
    let longer = credited(record, line);
    let whole = match post.topics_in_text {
        true => text_with_topics(&longer, post.topic_form),
        false => longer.text.clone(),
    };
    Measure::of(post.count).fits(&whole, post.text_max).then_some(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(level: &str, name: &str, on_behalf_of: Option<&str>) -> SignedLevel {
        let by = Signatory {
            name: name.to_owned(),
            on_behalf_of: on_behalf_of.map(str::to_owned),
            ..Signatory::default()
        };
        SignedLevel { level: level.to_owned(), by, at: String::new(), record: 1 }
    }

    fn work(authors: &[&str]) -> Work {
        let json = serde_json::json!({
            "id": "k3f9ab2c", "title": "晨光", "department": "机械工程系", "season": null, "authors": authors,
            "revision": 1, "draft": false, "verdict": "accepted", "duplicate_of": null, "findings": [],
            "source": { "path": "/in/a.mp4", "sha256": null, "bytes": 1, "duration_ms": null, "display": null,
                "captured_at": null },
            "renditions": [], "encodes": { "pictures": [], "sounds": [] }, "made_at": "",
            "made_by": { "jincai": "", "engine": 1, "ffmpeg": "" },
            "timings": { "inspect_ms": 0, "decide_ms": 0, "render_ms": 0, "verify_ms": 0, "publish_ms": 0, "cpu_s": 0.0 }
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_line_names_who_made_and_who_signed() {
        let all =
            [signed("一审", "甲", None), signed("二审", "己", Some("戊")), signed("三审", "丙\n丁", None)];
        let rules = ReviewRules::default();
        assert_eq!(
            credit_line(&rules, &work(&["张三", "李四"]), &all).as_deref(),
            Some("视频摄制：张三、李四；初审：甲 复审：戊（己代签） 终审：丙 丁")
        );
        assert_eq!(credit_line(&rules, &work(&[]), &all[..1]).as_deref(), Some("初审：甲"));
        assert_eq!(credit_line(&rules, &work(&[]), &[]), None);
        let none = ReviewRules { credit: String::new(), ..rules.clone() };
        assert_eq!(credit_line(&none, &work(&[]), &all), None);
        let own = ReviewRules { credit: "{department}[ {advisors}] {9}|{department}".into(), ..rules };
        assert_eq!(credit_line(&own, &work(&[]), &all).as_deref(), Some("机械工程系"));
    }
}
