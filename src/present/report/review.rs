//! How far the review of a work is, at the top of its page.

use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::format::moment;
use super::parts::Mark;
use crate::model::language::{Bilingual, Lang};
use crate::model::receipt::Receipt;
use crate::model::review::{ReviewState, Span, Standing};
use crate::present::messages::shown as words;
use crate::text::{Visible, hex};

/// The form of the pages; another one has all of them written again.
const FORM: u32 = 1;

/// What a page says of a work's review.
#[derive(Clone, Debug)]
pub struct ReviewPart {
    pub standing: Standing,
    /// The levels that the work needs, in the order in which they sign: name, and whose task it is.
    pub levels: Vec<(String, String)>,
    /// Its level was to sign before now.
    pub is_overdue: bool,
    /// The point or range that it was returned for.
    pub returned_at: Option<Span>,
    /// Those that are open, oldest first.
    pub comments: Vec<OpenComment>,
    /// The posts that are up.
    pub posts: Vec<Receipt>,
    /// Who made and who signed it, once something of it is released.
    pub credit: Option<String>,
}

/// What somebody wrote about a work, to be mended.
#[derive(Clone, Debug)]
pub struct OpenComment {
    /// The number by which it is resolved.
    pub number: u64,
    pub at: Option<Span>,
    pub text: String,
    pub by: String,
    /// RFC 3339.
    pub said_at: String,
}

impl ReviewPart {
    /// Returns where the work stands, in a word or two.
    pub fn word(&self) -> Bilingual {
        words::state(&self.standing)
    }

    /// Returns the same for a row, where nothing else says that it is overdue.
    pub fn row_word(&self) -> Bilingual {
        match self.is_overdue {
            true => words::overdue(self.standing.level.as_deref()),
            false => self.word(),
        }
    }

    /// Returns what that means, in a sentence or two.
    pub(super) fn hint(&self) -> Bilingual {
        let (since, due) = (moment(&self.standing.since), self.standing.due.as_deref().map(moment));
        words::state_hint(&words::Stands {
            standing: &self.standing,
            role: self.role(),
            since: &since,
            due: due.as_deref(),
            is_overdue: self.is_overdue,
        })
    }

    fn role(&self) -> &str {
        let level = self.standing.level.as_deref();
        self.levels.iter().find(|(name, _)| Some(name.as_str()) == level).map_or("", |(_, role)| role)
    }

    pub(super) fn mark(&self) -> Mark {
        mark(self.standing.state, self.is_overdue)
    }

    /// Returns why it was returned or withdrawn.
    pub fn reason(&self) -> Option<&str> {
        self.standing.reason.as_deref()
    }
}

/// Returns what tells a page that says this from one that says something else; it stands in the page's head.
pub fn page_mark(review: Option<&ReviewPart>) -> String {
    let said = review.map(|part| {
        let ReviewPart { standing, levels, is_overdue, posts, credit, .. } = part;
        (standing, levels, is_overdue, posts, credit)
    });
    let digest = hex(&Sha256::digest(serde_json::to_vec(&(FORM, said)).unwrap_or_default()));
    format!("jincai-{}", &digest[..16])
}

pub(super) fn mark(state: ReviewState, is_overdue: bool) -> Mark {
    let (class, sign) = match state {
        ReviewState::Waiting if is_overdue => ("warn", words::WAITS_SIGN),
        ReviewState::Waiting => ("calm", words::WAITS_SIGN),
        ReviewState::Returned => ("bad", "↩"),
        ReviewState::Released => ("good", "✓"),
        ReviewState::Posted => ("good", "↗"),
        ReviewState::Withdrawn => ("grey", "×"),
    };
    Mark { class, sign }
}

/// What stands under the word and the hint: the levels, why it was returned, what is released.
pub(super) fn body(part: &ReviewPart, name: &dyn Fn(&str) -> String) -> Markup {
    html! {
        @if part.is_overdue && part.standing.state == ReviewState::Waiting { p { strong.late { (words::OVERDUE.zh) } } }
        @if let Some(reason) = part.reason() {
            p.reason {
                strong { (words::REASON.zh) "：" }
                @if let Some(at) = part.returned_at { span.at { (words::span(at)) } " " }
                bdi { (Visible::of(reason)) }
            }
        }
        @if !matches!(part.standing.state, ReviewState::Withdrawn) { (levels(part)) }
        (targets(part, name))
    }
}

/// The levels in a row: who signed, which is next.
fn levels(part: &ReviewPart) -> Markup {
    // Of several targets those that wait show what is left to do.
    let waiting = part
        .standing
        .targets
        .values()
        .find(|its| its.state == part.standing.state && its.level == part.standing.level);
    let all = waiting.map_or(&part.standing.signed, |its| &its.signed);
    let signed = |level: &str| all.iter().find(|signed| signed.level == level);
    let is_next = |level: &str| {
        part.standing.state == ReviewState::Waiting && part.standing.level.as_deref() == Some(level)
    };
    html! {
        ol.steps {
            @for (level, role) in &part.levels {
                @match (signed(level), is_next(level)) {
                    (_, true) => li.next {
                        strong { (Visible::of(level)) }
                        @if !role.is_empty() { " " (Visible::of(role)) }
                    },
                    (Some(signed), false) => li.signed {
                        "✓ " strong { (Visible::of(level)) } " " (Visible::of(&signed.by.name)) " "
                        span.soft { (moment(&signed.at)) }
                    },
                    (None, false) => li { (Visible::of(level)) },
                }
            }
        }
    }
}

/// Which targets may be used and which not yet, where they differ.
fn targets(part: &ReviewPart, name: &dyn Fn(&str) -> String) -> Markup {
    let mut released = Vec::new();
    let mut others = Vec::new();
    for (target, its) in &part.standing.targets {
        match its.state {
            ReviewState::Released | ReviewState::Posted => released.push(name(target)),
            state => others.push(format!(
                "{}（{}）",
                name(target),
                words::state_of(state, its.level.as_deref()).zh
            )),
        }
    }
    html! {
        @if !released.is_empty() && !others.is_empty() {
            dl.split {
                dt { (words::MAY_GO.zh) } dd { (released.join("、")) }
                dt { (words::STILL_WAIT.zh) } dd { (others.join("、")) }
            }
        }
    }
}

/// What follows the top of the page: open comments, links of posts, the credit line.
pub(super) fn sections(part: &ReviewPart, name: &dyn Fn(&str) -> String) -> Markup {
    html! {
        @if !part.comments.is_empty() { section { h2 { (words::COMMENTS.zh) } (comments(part, Lang::Zh)) } }
        @if !part.posts.is_empty() { (posts(part, name)) }
        @if let Some(credit) = &part.credit {
            section { dl { dt { (words::CREDIT.zh) } dd { bdi { (Visible::of(credit)) } } } }
        }
    }
}

pub(super) fn comments(part: &ReviewPart, lang: Lang) -> Markup {
    html! {
        ul.findings {
            @for one in &part.comments {
                li {
                    @if let Some(at) = one.at { span.chip.warn.at { (words::span(at)) } }
                    span {
                        bdi { (Visible::of(&one.text)) } " "
                        span.soft {
                            @if lang == Lang::Zh { (Visible::of(&one.by)) " " (moment(&one.said_at)) " " }
                            "#" (one.number)
                        }
                    }
                }
            }
        }
    }
}

fn posts(part: &ReviewPart, name: &dyn Fn(&str) -> String) -> Markup {
    html! {
        section {
            h2 { (words::POSTS_UP.zh) }
            dl {
                @for post in &part.posts {
                    dt { (name(&post.target)) }
                    dd {
                        @match post.url.as_deref().filter(|url| is_web(url)) {
                            Some(url) => a href=(url) rel="noopener noreferrer" { (Visible::of(url)) },
                            None => (words::NO_LINK.zh),
                        }
                        " " span.soft {
                            @if let Some(account) = &post.account { (Visible::of(account)) " " }
                            (moment(&post.posted_at))
                        }
                    }
                }
            }
        }
    }
}

/// Only such a link can do no more than lead away.
fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme))
}
