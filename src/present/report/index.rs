//! A department's drops, newest first.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::format::{moment, percent_encoded};
use super::parts::Mark;
use super::work::{Head, frame, mark, state_word};
use super::{DepartmentPage, DropRow, ReviewStep, RowState};
use crate::model::finding::Verdict;
use crate::model::language::{Bilingual, Lang};
use crate::model::review::ReviewState;
use crate::present::messages::inbox::NOT_TAKEN;
use crate::present::messages::report as words;
use crate::text::Visible;

/// In the order in which the counts are shown.
const STATES: [RowState; 9] = [
    RowState::Arriving,
    RowState::Waiting,
    RowState::Running,
    RowState::Done(Verdict::Accepted),
    RowState::Done(Verdict::AcceptedWithWarnings),
    RowState::Done(Verdict::Duplicate),
    RowState::Done(Verdict::Rejected),
    RowState::Refused,
    RowState::Done(Verdict::Failed),
];

/// The whole index of one department, as HTML.
pub fn department_page(page: &DepartmentPage<'_>) -> String {
    let name = page
        .department
        .map_or_else(|| words::NO_DEPARTMENT.zh.to_owned(), |name| Visible::of(name).to_string());
    let mut drops: Vec<&DropRow<'_>> = page.drops.iter().collect();
    drops.sort_by(|a, b| b.received_at.cmp(a.received_at).then(a.file_name.cmp(b.file_name)));
    // Who looks for something to do finds it at the top, however many works there are.
    let (to_mend, others): (Vec<_>, Vec<_>) =
        drops.iter().copied().partition(|drop| needs_somebody(drop.state));
    let busy = drops
        .iter()
        .any(|drop| !matches!(drop.state, RowState::Done(_) | RowState::Refused | RowState::Review(_)));
    frame(
        &Head { title: &format!("{name} · {}", words::REPORT.zh), refresh: busy, mark: None },
        html! {
            header.top {
                span { (Visible::of(page.college)) }
                span { (words::UPDATED.zh) " " (moment(page.updated_at)) }
            }
            h1 { (name) " · " (words::REPORT.zh) }
            @if let Some(notice) = page.notice {
                section.banner.warn { div.mark aria-hidden="true" { "!" } p { (notice.zh) } }
            }
            (counts(page))
            @if drops.is_empty() {
                section { (words::NO_DROPS.zh) }
            } @else if to_mend.is_empty() || others.is_empty() {
                section { (table(&drops)) }
            } @else {
                section { h2 { (words::NEEDS_ATTENTION.zh) } (table(&to_mend)) }
                section { h2 { (words::OTHERS.zh) } (table(&others)) }
            }
            @if !page.left_over.is_empty() {
                section { h2 { (NOT_TAKEN.zh) " · " (page.left_over.len()) } (left_over(page, Lang::Zh)) }
            }
            (english(page))
        },
    )
}

fn needs_somebody(state: RowState) -> bool {
    let is_returned = matches!(state, RowState::Review(step) if step.state == ReviewState::Returned);
    is_returned || matches!(state, RowState::Refused | RowState::Done(Verdict::Rejected | Verdict::Failed))
}

fn table(drops: &[&DropRow<'_>]) -> Markup {
    let heads = [words::STATE, words::WORK, words::TARGETS, words::NEEDS_ATTENTION, words::RECEIVED];
    html! {
        div.scroll {
            table.stack {
                thead { tr { @for head in heads { th { (head.zh) } } } }
                tbody { @for drop in drops { (row(drop)) } }
            }
        }
    }
}

fn counts(page: &DepartmentPage<'_>) -> Markup {
    html! {
        div.counts {
            span.chip.grey { (words::in_all(page.drops.len()).zh) }
            @for (state, count) in counted(page) {
                @let Mark { class, sign } = mark(state.state);
                span.chip.(class) { (sign) " " (state.word.zh) " " (count) }
            }
        }
    }
}

/// A state as a row says it.
struct Said {
    state: RowState,
    word: Bilingual,
}

impl Said {
    fn of(drop: &DropRow<'_>) -> Self {
        Self { state: drop.state, word: drop.word.cloned().unwrap_or_else(|| state_word(drop.state)) }
    }
}

/// Returns how many drops are in each state that any is in, in the order of their way.
fn counted(page: &DepartmentPage<'_>) -> Vec<(Said, usize)> {
    let mut counts: BTreeMap<(usize, String), (Said, usize)> = BTreeMap::new();
    for drop in page.drops {
        let said = Said::of(drop);
        counts.entry((place_of(said.state), said.word.zh.clone())).or_insert((said, 0)).1 += 1;
    }
    counts.into_values().collect()
}

/// Returns where a state comes among the counts.
fn place_of(state: RowState) -> usize {
    /// More levels than any college has.
    const LEVELS: usize = 256;
    let behind = STATES.len();
    let RowState::Review(ReviewStep { state, supplementary, level, is_overdue }) = state else {
        return STATES.iter().position(|one| *one == state).unwrap_or(behind);
    };
    let rank = match state {
        ReviewState::Returned => 0,
        ReviewState::Waiting => 1 + usize::from(supplementary) * 2 + usize::from(!is_overdue),
        ReviewState::Released => 5,
        ReviewState::Posted => 6,
        ReviewState::Withdrawn => 7,
    };
    behind + rank * LEVELS + level.map_or(LEVELS - 1, usize::from)
}

fn row(drop: &DropRow<'_>) -> Markup {
    let Mark { class, sign } = mark(drop.state);
    let title = Visible::of(drop.title.unwrap_or(drop.file_name));
    html! {
        tr {
            td.state { span.chip.(class) { (sign) " " (Said::of(drop).word.zh) } }
            td {
                @match drop.report {
                    Some(report) => a href=(percent_encoded(report)) { bdi { (title) } },
                    None => bdi { (title) },
                }
                @if drop.title.is_some_and(|title| !is_stem(title, drop.file_name)) {
                    div.soft { bdi { (Visible::of(drop.file_name)) } }
                }
                @if let Some(todo) = drop.todo { div.todo { (Visible::of(todo)) } }
            }
            (number(words::TARGETS.zh, drop.renditions))
            (number(words::NEEDS_ATTENTION.zh, drop.problems))
            td.n data-name=(words::RECEIVED.zh) { (moment(drop.received_at)) }
        }
    }
}

/// One line a file that is not taken: what it is and what to do.
fn left_over(page: &DepartmentPage<'_>, lang: Lang) -> Markup {
    html! {
        ul.findings {
            @for one in page.left_over {
                li {
                    span.chip.warn { "!" }
                    span { bdi { (Visible::of(one.file_name)) } " " (Visible::of(one.why.get(lang))) }
                }
            }
        }
    }
}

/// Whether the title says no more than the file's name.
fn is_stem(title: &str, file_name: &str) -> bool {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem) == title
}

/// A dash for none: a column of zeros hides the numbers that matter. On a phone nothing.
fn number(name: &str, count: usize) -> Markup {
    html! {
        @if count == 0 { td.n.none { "–" } } @else { td.n data-name=(name) { (count) } }
    }
}

fn english(page: &DepartmentPage<'_>) -> Markup {
    html! {
        details.card.en lang="en" {
            summary { "English" }
            p { (words::in_all(page.drops.len()).en) }
            ul {
                @for (state, count) in counted(page) { li { (state.word.en) ": " (count) } }
            }
            @if let Some(notice) = page.notice { p { (notice.en) } }
            @if !page.left_over.is_empty() { p { (NOT_TAKEN.en) ":" } (left_over(page, Lang::En)) }
        }
    }
}
