//! One drop's page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::format::{moment, size};
use super::parts::{Mark, findings_section, list};
use super::style::CSS;
use super::{PageState, ReviewPart, RowState, WorkPage, done, page_mark, review};
use crate::model::finding::Verdict;
use crate::model::language::{Bilingual, Lang};
use crate::present::messages::{self, report as words, shown};
use crate::text::Visible;

/// Nothing is loaded from anywhere; a page that was tampered with by a name could not either.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// The whole page of one drop, as HTML.
pub fn work_page(page: &WorkPage<'_>) -> String {
    let title = match page.state {
        PageState::Done(work) => Visible::of(&work.title),
        _ => Visible::of(page.file_name),
    }
    .to_string();
    let done = matches!(page.state, PageState::Done(_) | PageState::Refused(_));
    let head = format!("{}{} · {title}", page_sign(page).sign, word_of(page).zh);
    let name = |id: &str| done::target_name(page, id);
    frame(
        &Head { title: &head, refresh: !done, mark: done.then(|| page_mark(page.review)) },
        html! {
            header.top {
                span { (Visible::of(page.college)) @if let Some(name) = page.department { " · " (Visible::of(name)) } }
                a href="./index.html" { (words::ALL_REPORTS.zh) }
            }
            h1 { bdi { (title) } }
            (banner(page))
            @if let Some(notice) = &page.notice {
                section.banner.warn { div.mark aria-hidden="true" { "!" } p { (notice.zh) } }
            }
            @if let Some(examples) = &page.examples {
                section.banner.warn { div.mark aria-hidden="true" { "!" } p { (examples.zh) } }
            }
            @if let Some(part) = page.review {
                @if top_review(page).is_none() { (beside(part, &name)) }
                (review::sections(part, &name))
            }
            @match page.state {
                PageState::Done(work) => (done::sections(page, work)),
                PageState::Refused(findings) => (findings_section(page, findings)),
                _ => "",
            }
            (facts(page))
            (english(page, &title))
        },
    )
}

/// What the head of a page says.
pub(super) struct Head<'a> {
    pub title: &'a str,
    /// It loads itself again every 10 s.
    pub refresh: bool,
    /// See [`page_mark`].
    pub mark: Option<String>,
}

/// The document around a page's content.
pub(super) fn frame(Head { title, refresh, mark }: &Head<'_>, content: Markup) -> String {
    let refresh = *refresh;
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                @if let Some(mark) = mark { meta name="generator" content=(mark); }
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if refresh { meta http-equiv="refresh" content="10"; }
                title { (title) }
                style { (PreEscaped(CSS)) }
            }
            body {
                main {
                    (content)
                    footer {
                        (words::MADE_BY.zh)
                        @if refresh { " · " (words::REFRESHES_ITSELF.zh) }
                    }
                }
            }
        }
    };
    page.into_string()
}

/// Returns the review of a work that was made as it was handed in last: it takes the place of the verdict.
fn top_review<'a>(page: &WorkPage<'a>) -> Option<&'a ReviewPart> {
    match page.state {
        PageState::Done(work) if work.verdict.is_accepted() => page.review,
        _ => None,
    }
}

/// How far the review of the files is that stay in use beside one that was refused.
fn beside(part: &ReviewPart, name: &dyn Fn(&str) -> String) -> Markup {
    let Mark { class, sign } = part.mark();
    html! {
        section.banner.(class) {
            div.mark aria-hidden="true" { (sign) }
            div style="flex:1" {
                h2 { (shown::PUBLISHED_ONE.zh) "：" (part.word().zh) }
                p { (part.hint().zh) }
                (review::body(part, name))
            }
        }
    }
}

fn page_sign(page: &WorkPage<'_>) -> Mark {
    top_review(page).map_or_else(|| mark(row_state(page)), ReviewPart::mark)
}

fn banner(page: &WorkPage<'_>) -> Markup {
    let Mark { class, sign } = page_sign(page);
    let hint = hint(page);
    let name = |id: &str| done::target_name(page, id);
    html! {
        section.banner.(class) {
            div.mark aria-hidden="true" { (sign) }
            div style="flex:1" {
                div.word { (word_of(page).zh) }
                @if let PageState::Running { stage, done, speed, left_s } = page.state {
                    @let percent = percent(done);
                    div.bar role="progressbar" aria-valuenow=(percent) aria-valuemin="0" aria-valuemax="100" {
                        i style=(format!("width:{percent}%")) {}
                    }
                    div {
                        (messages::stage(stage).zh) " " (percent) "%"
                        @if let Some(left) = left_s { " · 剩余" (words::left(left).zh) }
                        @if let Some(speed) = speed { " · " (words::speed(speed).zh) }
                    }
                }
                p { (hint.zh) }
                @if let Some(part) = top_review(page) { (review::body(part, &name)) }
            }
        }
    }
}

fn facts(page: &WorkPage<'_>) -> Markup {
    html! {
        section {
            dl {
                dt { (words::SOURCE.zh) } dd { bdi { (Visible::of(page.file_name)) } " · " (size(page.bytes)) }
                dt { (words::DEPARTMENT.zh) }
                dd { @match page.department { Some(name) => (Visible::of(name)), None => (words::NO_DEPARTMENT.zh) } }
                @if let Some(season) = season(page) { dt { (words::SEASON.zh) } dd { (Visible::of(&season.zh)) } }
                dt { (words::RECEIVED.zh) } dd { (moment(page.received_at)) }
                dt { (words::UPDATED.zh) } dd { (moment(page.updated_at)) }
            }
        }
    }
}

/// Returns the season of a work with the date that decides it, and where that is from.
fn season(page: &WorkPage<'_>) -> Option<Bilingual> {
    let PageState::Done(work) = page.state else { return None };
    let submitted = work.submitted.as_ref()?;
    let by = messages::inbox::dated_by(submitted.by);
    Some(words::season(submitted.season_name.as_deref(), &submitted.date, &by))
}

fn english(page: &WorkPage<'_>, title: &str) -> Markup {
    let findings = match page.state {
        PageState::Done(work) => work.findings.as_slice(),
        PageState::Refused(findings) => findings,
        _ => &[],
    };
    let hint = hint(page);
    html! {
        details.card.en lang="en" {
            summary { (words::ENGLISH.en) }
            p { bdi { (title) } ": " strong { (word_of(page).en) } ". " (hint.en) }
            @if let PageState::Running { stage, done, left_s, .. } = page.state {
                p {
                    (messages::stage(stage).en) ", " (percent(done)) "%"
                    @if let Some(left) = left_s { ", " (words::left(left).en) " left" }
                }
            }
            @if let Some(part) = page.review { (english_review(page, part)) }
            @if let Some(notice) = &page.notice { p { (notice.en) } }
            @if let Some(examples) = &page.examples { p { (examples.en) } }
            @if let Some(season) = season(page) { p { (words::SEASON.en) ": " (Visible::of(&season.en)) } }
            @if let PageState::Done(work) = page.state {
                @for (name, said) in done::ai_rows(work, Lang::En) { p { (name.en) ": " (Visible::of(&said)) } }
            }
            @if let Some(original) = &page.original {
                p { (words::DUPLICATE_OF.en) ": " bdi { (Visible::of(original.title)) } }
            }
            (list(page.targets, &findings.iter().collect::<Vec<_>>(), Lang::En))
        }
    }
}

fn english_review(page: &WorkPage<'_>, part: &ReviewPart) -> Markup {
    html! {
        @if top_review(page).is_none() {
            p { (shown::PUBLISHED_ONE.en) ": " strong { (part.word().en) } ". " (part.hint().en) }
        }
        @if let Some(reason) = part.reason() { p { (shown::REASON.en) ": " bdi { (Visible::of(reason)) } } }
        @if !part.comments.is_empty() { p { (shown::COMMENTS.en) ":" } (review::comments(part, Lang::En)) }
    }
}

fn hint(page: &WorkPage<'_>) -> Bilingual {
    if let Some(part) = top_review(page) {
        return part.hint();
    }
    match page.state {
        PageState::Done(work) if work.draft => words::DRAFT.into(),
        PageState::Arriving => words::ARRIVING_HINT.into(),
        PageState::Waiting { ahead } => words::waiting_hint(ahead),
        PageState::Running { .. } => words::RUNNING_HINT.into(),
        PageState::Done(work) => words::verdict_hint(work.verdict),
        PageState::Refused(_) => words::verdict_hint(Verdict::Rejected),
    }
}

fn word_of(page: &WorkPage<'_>) -> Bilingual {
    top_review(page).map_or_else(|| state_word(row_state(page)), ReviewPart::word)
}

pub(super) fn state_word(state: RowState) -> Bilingual {
    match state {
        RowState::Arriving => words::ARRIVING.into(),
        RowState::Waiting => words::WAITING.into(),
        RowState::Running => words::RUNNING.into(),
        RowState::Refused => words::REFUSED.into(),
        RowState::Done(verdict) => messages::made(verdict),
        RowState::Review(step) => shown::state_of(step.state, None),
    }
}

fn row_state(page: &WorkPage<'_>) -> RowState {
    match page.state {
        PageState::Arriving => RowState::Arriving,
        PageState::Waiting { .. } => RowState::Waiting,
        PageState::Running { .. } => RowState::Running,
        PageState::Done(work) => RowState::Done(work.verdict),
        PageState::Refused(_) => RowState::Refused,
    }
}

pub(super) fn mark(state: RowState) -> Mark {
    let (class, sign) = match state {
        RowState::Arriving => ("calm", "↓"),
        RowState::Waiting => ("grey", "…"),
        RowState::Running => ("calm", "▶"),
        RowState::Done(Verdict::Accepted) => ("good", "✓"),
        RowState::Done(Verdict::AcceptedWithWarnings) => ("warn", "!"),
        RowState::Done(Verdict::Duplicate) => ("grey", "="),
        RowState::Done(Verdict::Rejected) | RowState::Refused => ("bad", "✗"),
        RowState::Done(Verdict::Failed) => ("bad", "?"),
        RowState::Review(step) => return review::mark(step.state, step.is_overdue),
    };
    Mark { class, sign }
}

/// Whole percent, 0 to 100, whatever comes in.
fn percent(done: f64) -> u8 {
    (done.clamp(0.0, 1.0) * 100.0) as u8
}
