//! What was said and decided of a work so far.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Sheet;
use super::frame::{lines, moment, target_names};
use crate::model::review::{Action, Record};
use crate::present::messages::review_papers as said;
use crate::text::Visible;

/// Comments, and the reasons for which it was returned, with whether they are done.
pub(super) fn remarks(sheet: &Sheet<'_>) -> Markup {
    let done: BTreeSet<u64> = numbers(sheet.records, |action| match action {
        Action::Resolve { record } => Some(*record),
        _ => None,
    });
    let heads =
        [said::NUMBER, said::AT_POINT, said::LEVEL, said::BY, said::REMARK, said::REVISION, said::HANDLED];
    let comments =
        || sheet.records.iter().filter(|record| matches!(record.said.action, Action::Comment { .. }));
    html! {
        section {
            h2 { (said::REMARKS.zh) }
            @if comments().next().is_none() { p { (said::NO_REMARKS.zh) } }
            @else {
                table.form.small.said {
                    thead { tr { @for head in heads { th.most[head == said::REMARK] { (head.zh) } } } }
                    tbody {
                        @for record in comments() {
                            @let state = if done.contains(&record.seq) { said::DONE } else { said::OPEN };
                            (remark(record, state.zh))
                        }
                    }
                }
            }
        }
    }
}

fn remark(record: &Record, state: &str) -> Markup {
    let Action::Comment { text, at, level } = &record.said.action else { return html! {} };
    html! {
        tr {
            td.c.n { (record.seq) }
            td.c.n { (said::point(*at).zh) }
            td.c.n { (level.as_deref().map(|level| Visible::of(level).to_string()).unwrap_or_default()) }
            td.c { (Visible::of(&record.said.by.name)) }
            td { pre { (lines(text)) } }
            td.c.n { (record.said.revision) }
            td.c.n { (state) }
        }
    }
}

/// Whether what was signed is still what would go out.
enum Holds {
    Yes,
    /// For some of the targets.
    Partly,
    No,
    TakenBack,
    /// It is no signature.
    NotAsked,
}

/// Everything that was decided, oldest first, and whether it still holds.
pub(super) fn records(sheet: &Sheet<'_>) -> Markup {
    let undone = numbers(sheet.records, |action| match action {
        Action::Undo { record } => Some(*record),
        _ => None,
    });
    let decided = || {
        let is_decision =
            |record: &&Record| !matches!(record.said.action, Action::Comment { .. } | Action::Resolve { .. });
        sheet.records.iter().filter(is_decision)
    };
    let heads = [
        said::NUMBER,
        said::WHEN,
        said::LEVEL,
        said::VERDICT,
        said::BY,
        said::REMARK,
        said::REVISION,
        said::HOLDS,
    ];
    html! {
        section {
            h2 { (said::RECORDS.zh) }
            @if decided().next().is_none() { p { (said::NO_RECORDS.zh) } }
            @else {
                table.form.small.said {
                    thead { tr { @for head in heads { th.most[head == said::REMARK] { (head.zh) } } } }
                    tbody { @for record in decided() { (row(sheet, record, &undone)) } }
                }
            }
        }
    }
}

fn row(sheet: &Sheet<'_>, record: &Record, undone: &BTreeSet<u64>) -> Markup {
    let by = &record.said.by;
    let action = &record.said.action;
    let (level, targets) = match action {
        Action::Approve { level, targets, .. } | Action::Return { level, targets, .. } => {
            (Some(level), target_names(sheet, targets.keys()))
        }
        Action::Withdraw { target, .. } | Action::Restore { target, .. } => {
            (None, target_names(sheet, target.iter()))
        }
        Action::Receipt(receipt) => (None, target_names(sheet, [&receipt.target])),
        _ => (None, String::new()),
    };
    let is_some_of_all = match action {
        Action::Approve { targets, .. } | Action::Return { targets, .. } => {
            targets.len() < sheet.work.renditions.len()
        }
        _ => !targets.is_empty(),
    };
    let holds = match holds(sheet, record, undone) {
        Holds::Yes => said::HOLDS_YES.zh,
        Holds::Partly => said::HOLDS_PARTLY.zh,
        Holds::No => said::HOLDS_NO.zh,
        Holds::TakenBack => said::TAKEN_BACK.zh,
        Holds::NotAsked => "",
    };
    html! {
        tr {
            td.c.n { (record.seq) }
            td.c.n { (moment(&record.said.at)) }
            td.c.n { (level.map(|level| Visible::of(level).to_string()).unwrap_or_default()) }
            td.c { (said::action(action).zh) @if is_some_of_all { "（" (targets) "）" } }
            td { (said::signatory(&by.name, &by.post, by.on_behalf_of.as_deref()).zh) }
            td { pre { (lines(&said::said(action).zh)) } }
            td.c.n { (record.said.revision) }
            td.c { (holds) }
        }
    }
}

fn holds(sheet: &Sheet<'_>, record: &Record, undone: &BTreeSet<u64>) -> Holds {
    if undone.contains(&record.seq) {
        return Holds::TakenBack;
    }
    let Action::Approve { .. } = record.said.action else { return Holds::NotAsked };
    let its =
        |signed: &[crate::model::review::SignedLevel]| signed.iter().any(|one| one.record == record.seq);
    let signed = sheet.standing.targets.values().filter(|target| its(&target.signed)).count();
    match signed {
        0 => Holds::No,
        all if all == sheet.standing.targets.len() => Holds::Yes,
        _ => Holds::Partly,
    }
}

fn numbers(records: &[Record], named: impl Fn(&Action) -> Option<u64>) -> BTreeSet<u64> {
    records.iter().filter_map(|record| named(&record.said.action)).collect()
}
