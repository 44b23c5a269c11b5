//! One drop's page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::format::{moment, size};
use super::parts::{Mark, findings_section, list, say_zh};
use super::style::CSS;
use super::{PageState, RowState, WorkPage, done};
use crate::model::answer::{Say, Word};
use crate::model::finding::Verdict;
use crate::model::text::Lang;
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
    let head = format!("{}{} · {title}", mark(row_state(page)).sign, say_zh(page.say, word_of(page)));
    frame(
        page.say,
        &head,
        !done,
        html! {
            header.top {
                span { (Visible::of(page.college)) @if let Some(name) = page.department { " · " (Visible::of(name)) } }
                a href="./index.html" { (say_zh(page.say, Word::AllReports)) }
            }
            h1 { bdi { (title) } }
            (banner(page))
            @if let Some(notice) = &page.notice {
                section.banner.warn { div.mark aria-hidden="true" { "!" } p { (notice.zh) } }
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

/// The document around a page's content. `refresh`: loads itself again every 10 s.
pub(super) fn frame(say: Say, title: &str, refresh: bool, content: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
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
                        (say_zh(say, Word::MadeBy))
                        @if refresh { " · " (say_zh(say, Word::RefreshesItself)) }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn banner(page: &WorkPage<'_>) -> Markup {
    let Mark { class, sign } = mark(row_state(page));
    let hint = match page.state {
        PageState::Arriving => Some(Word::ArrivingHint),
        PageState::Waiting { ahead } => Some(Word::WaitingHint(ahead)),
        PageState::Running { .. } => Some(Word::RunningHint),
        PageState::Done(work) => Some(Word::VerdictHint(work.verdict)),
        PageState::Refused(_) => Some(Word::VerdictHint(Verdict::Rejected)),
    };
    html! {
        section.banner.(class) {
            div.mark aria-hidden="true" { (sign) }
            div style="flex:1" {
                div.word { (say_zh(page.say, word_of(page))) }
                @if let PageState::Running { stage, done, speed, left_s } = page.state {
                    @let percent = percent(done);
                    div.bar role="progressbar" aria-valuenow=(percent) aria-valuemin="0" aria-valuemax="100" {
                        i style=(format!("width:{percent}%")) {}
                    }
                    div {
                        (say_zh(page.say, Word::Stage(stage))) " " (percent) "%"
                        @if let Some(left) = left_s { " · 剩余" (say_zh(page.say, Word::Left(left))) }
                        @if let Some(speed) = speed { " · " (say_zh(page.say, Word::Speed(speed))) }
                    }
                }
                @if let Some(hint) = hint { p { (say_zh(page.say, hint)) } }
            }
        }
    }
}

fn facts(page: &WorkPage<'_>) -> Markup {
    let say = |word| say_zh(page.say, word);
    html! {
        section {
            dl {
                dt { (say(Word::Source)) } dd { bdi { (Visible::of(page.file_name)) } " · " (size(page.bytes)) }
                dt { (say(Word::Department)) }
                dd { @match page.department { Some(name) => (Visible::of(name)), None => (say(Word::NoDepartment)) } }
                dt { (say(Word::Received)) } dd { (moment(page.received_at)) }
                dt { (say(Word::Updated)) } dd { (moment(page.updated_at)) }
            }
        }
    }
}

fn english(page: &WorkPage<'_>, title: &str) -> Markup {
    let say = |word| (page.say)(word).en;
    let findings = match page.state {
        PageState::Done(work) => work.findings.as_slice(),
        PageState::Refused(findings) => findings,
        _ => &[],
    };
    let hint = match page.state {
        PageState::Arriving => Word::ArrivingHint,
        PageState::Waiting { ahead } => Word::WaitingHint(ahead),
        PageState::Running { .. } => Word::RunningHint,
        PageState::Done(work) => Word::VerdictHint(work.verdict),
        PageState::Refused(_) => Word::VerdictHint(Verdict::Rejected),
    };
    html! {
        details.card.en lang="en" {
            summary { (say(Word::English)) }
            p { bdi { (title) } ": " strong { (say(word_of(page))) } ". " (say(hint)) }
            @if let PageState::Running { stage, done, left_s, .. } = page.state {
                p {
                    (say(Word::Stage(stage))) ", " (percent(done)) "%"
                    @if let Some(left) = left_s { ", " (say(Word::Left(left))) " left" }
                }
            }
            @if let Some(notice) = &page.notice { p { (notice.en) } }
            @if let Some(original) = &page.original {
                p { (say(Word::DuplicateOf)) ": " bdi { (Visible::of(original.title)) } }
            }
            (list((page.say, page.targets), &findings.iter().collect::<Vec<_>>(), Lang::En))
        }
    }
}

fn word_of(page: &WorkPage<'_>) -> Word {
    state_word(row_state(page))
}

pub(super) fn state_word(state: RowState) -> Word {
    match state {
        RowState::Arriving => Word::Arriving,
        RowState::Waiting => Word::Waiting,
        RowState::Running => Word::Running,
        RowState::Refused => Word::Refused,
        RowState::Done(verdict) => Word::Verdict(verdict),
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
    };
    Mark { class, sign }
}

/// Whole percent, 0 to 100, whatever comes in.
fn percent(done: f64) -> u8 {
    (done.clamp(0.0, 1.0) * 100.0) as u8
}
