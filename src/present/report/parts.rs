//! Parts that several pages share: findings, pictures, marks.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

use super::format::shown;
use super::{PageState, Thumbnail, WorkPage};
use crate::model::answer::{Say, Word};
use crate::model::finding::{Severity, Verdict};
use crate::model::manifest::FindingRecord;
use crate::model::text::{Bilingual, Lang};
use crate::present::messages;

/// How a state is marked: by a colour and a sign, so that neither is needed alone.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub class: &'static str,
    pub sign: &'static str,
}

/// How a finding is said: the words, and the names of targets by id.
pub(super) type Voice<'a> = (Say, &'a BTreeMap<String, Bilingual>);

/// What a person must do first, then what was done for them, folded when it is long. Of a duplicate nothing is made,
/// so what single targets would ask for is left out.
pub(super) fn findings_section(page: &WorkPage<'_>, findings: &[FindingRecord]) -> Markup {
    let repeats = matches!(page.state, PageState::Done(work) if work.verdict == Verdict::Duplicate);
    let all = || findings.iter().filter(|one| !repeats || one.target.is_none());
    let mut todo: Vec<&FindingRecord> = all().filter(|one| one.severity > Severity::Note).collect();
    todo.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let notes: Vec<&FindingRecord> = all().filter(|one| one.severity == Severity::Note).collect();
    let (say, voice) = (page.say, (page.say, page.targets));
    html! {
        @if !todo.is_empty() {
            section { h2 { (say_zh(say, Word::ToMend)) } (list(voice, &todo, Lang::Zh)) }
        }
        @if !notes.is_empty() && !repeats {
            details.card {
                summary { (say_zh(say, Word::DoneForYou)) " （" (notes.len()) "）" }
                (list(voice, &notes, Lang::Zh))
            }
        }
    }
}

/// `targets` are names by id.
pub(super) fn list((say, targets): Voice<'_>, findings: &[&FindingRecord], lang: Lang) -> Markup {
    html! {
        ul.findings {
            @for one in findings {
                @let Mark { class, sign } = severity_mark(one.severity);
                li {
                    span.chip.(class) { (sign) " " (say(Word::Severity(one.severity)).get(lang)) }
                    span { (shown(&said(one, targets, lang))) }
                }
            }
        }
    }
}

/// Says a finding behind the name of its target, behind its id where there is no target of this name any more.
fn said(one: &FindingRecord, targets: &BTreeMap<String, Bilingual>, lang: Lang) -> String {
    match one.target.as_ref().and_then(|id| targets.get(id)) {
        Some(name) => messages::behind(name.get(lang), one.sentence(lang), lang),
        None => one.message.get(lang).to_owned(),
    }
}

/// What a person should see to first, for the index: of the gravest the first, one of the whole work before those of its
/// targets.
pub fn first_to_do(findings: &[FindingRecord], targets: &BTreeMap<String, Bilingual>) -> Option<String> {
    let grave = findings.iter().filter(|one| one.severity > Severity::Note);
    let first = grave.min_by_key(|one| (std::cmp::Reverse(one.severity), one.target.is_some()))?;
    Some(said(first, targets, Lang::Zh))
}

fn severity_mark(severity: Severity) -> Mark {
    let (class, sign) = match severity {
        Severity::Note => ("grey", "i"),
        Severity::Warning => ("warn", "!"),
        Severity::Error => ("bad", "✗"),
    };
    Mark { class, sign }
}

pub(super) fn say_zh(say: Say, word: Word) -> String {
    say(word).zh
}

pub(super) fn picture(picture: &Thumbnail) -> Markup {
    html! {
        figure {
            img alt=(shown(&picture.caption)) src=(format!("data:image/jpeg;base64,{}", STANDARD.encode(&picture.jpeg)));
            figcaption { (shown(&picture.caption)) }
        }
    }
}
