//! What is filled in and signed by hand: the checklist, and a box for each level.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Sheet;
use super::frame::{grouped, lines, moment, target_name, tick};
use crate::model::review::{Action, Answer, Level, Record, SignedLevel};
use crate::present::messages::review_papers as said;
use crate::text::Visible;

/// Levels from which the checklist's columns get narrower than is good to write in.
const MANY_LEVELS: usize = 4;

/// The levels that any target of the work needs.
fn levels<'a>(sheet: &'a Sheet<'_>) -> Vec<&'a Level> {
    let is_needed = |level: &&Level| sheet.work.renditions.iter().any(|made| level.is_for(&made.target));
    sheet.rules.level.iter().filter(is_needed).collect()
}

/// The signature of a level that holds, with its record.
fn signed<'a>(sheet: &'a Sheet<'_>, level: &Level) -> Option<(&'a SignedLevel, &'a Record)> {
    let signed = sheet.standing.signed.iter().find(|signed| signed.level == level.name)?;
    let record = sheet.records.iter().find(|record| record.seq == signed.record)?;
    Some((signed, record))
}

pub(super) fn checklist(sheet: &Sheet<'_>) -> Markup {
    let levels = levels(sheet);
    let answers: Vec<BTreeMap<String, Answer>> = levels
        .iter()
        .map(|level| match signed(sheet, level).map(|(_, record)| &record.said.action) {
            Some(Action::Approve { checklist, .. }) => checklist.clone(),
            _ => BTreeMap::new(),
        })
        .collect();
    let many = levels.len() >= MANY_LEVELS;
    html! {
        @if !sheet.rules.item.is_empty() {
            section {
                h2 { (said::CHECKLIST.zh) }
                p.hint { (said::CHECKLIST_HINT.zh) }
                table.form.check.many[many] {
                    thead {
                        tr {
                            th { (said::ITEM.zh) }
                            @for level in &levels { th { (Visible::of(&level.name)) } }
                        }
                    }
                    tbody {
                        @for item in &sheet.rules.item {
                            tr {
                                td { (Visible::of(&item.text)) }
                                @for answers in &answers { td.c { (boxes(answers.get(&item.key).copied())) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn boxes(given: Option<Answer>) -> Markup {
    let all = [Answer::Yes, Answer::No, Answer::NotApplicable];
    html! { @for answer in all { (tick(given == Some(answer), said::answer(answer).zh)) " " } }
}

pub(super) fn signatures(sheet: &Sheet<'_>) -> Markup {
    html! {
        section {
            h2 { (said::SIGNATURES.zh) }
            p.binding {
                (said::BINDING.zh) br;
                (said::SUBJECT.zh) "：" code { (grouped(&sheet.standing.subject)) }
            }
            @for level in levels(sheet) { (signature(sheet, level)) }
        }
    }
}

fn signature(sheet: &Sheet<'_>, level: &Level) -> Markup {
    let signed = signed(sheet, level);
    let targets: Vec<String> = sheet
        .work
        .renditions
        .iter()
        .filter(|made| !level.targets.is_empty() && level.is_for(&made.target))
        .map(|made| target_name(sheet, &made.target))
        .collect();
    let passed = signed.is_some();
    html! {
        table.form.sign {
            tr {
                th.level rowspan="3" {
                    (Visible::of(&level.name))
                    small { (said::kinds(&level.kind).zh) }
                    @if !level.role.is_empty() { small { (Visible::of(&level.role)) } }
                }
                th { (said::VERDICT.zh) }
                td colspan="3" {
                    (tick(passed, said::PASS.zh)) (tick(false, said::SEND_BACK.zh))
                    span.small { "（" (said::signs_for(&targets).zh) "）" }
                }
            }
            tr {
                th { (said::REMARK.zh) }
                td.opinion colspan="3" {
                    @if let Some((signed, record)) = signed { (recorded(signed, record)) }
                }
            }
            tr.hand {
                th { (said::SIGNATURE.zh) }
                td {}
                th { (said::DATE.zh) }
                td.date { (said::DATE_BLANK.zh) }
            }
        }
    }
}

/// What the program has on record, above the room for what is written by hand.
fn recorded(signed: &SignedLevel, record: &Record) -> Markup {
    let by = &signed.by;
    let note = said::said(&record.said.action).zh;
    html! {
        div.recorded {
            (said::RECORDED.zh) "：" (said::signatory(&by.name, &by.post, by.on_behalf_of.as_deref()).zh)
            "　" (moment(&signed.at)) "　" (said::PASS.zh)
            "　" (said::NUMBER.zh) " " (signed.record) "　" code { (record.hash.chars().take(12).collect::<String>()) }
        }
        @if !note.is_empty() { pre { (lines(&note)) } }
    }
}
