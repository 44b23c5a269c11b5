//! Parts that several pages share: findings, pictures, marks.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

use super::{PageState, Thumbnail, WorkPage};
use crate::model::finding::{self, Severity, Verdict};
use crate::model::language::{Bilingual, Lang};
use crate::model::manifest::FindingRecord;
use crate::present::messages::{self, report as words};
use crate::text::Visible;

/// How a state is marked: by a colour and a sign, so that neither is needed alone.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub class: &'static str,
    pub sign: &'static str,
}

/// What a person must do first, then what was done for them, folded when it is long. Of a duplicate nothing is made,
/// so what single targets would ask for is left out.
pub(super) fn findings_section(page: &WorkPage<'_>, findings: &[FindingRecord]) -> Markup {
    let repeats = matches!(page.state, PageState::Done(work) if work.verdict == Verdict::Duplicate);
    let all = || findings.iter().filter(|one| !repeats || one.target.is_none());
    let mut todo: Vec<&FindingRecord> = all().filter(|one| one.severity > Severity::Note).collect();
    todo.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let notes: Vec<&FindingRecord> = all().filter(|one| one.severity == Severity::Note).collect();
    html! {
        @if !todo.is_empty() {
            section { h2 { (words::NEEDS_ATTENTION.zh) } (list(page.targets, &todo, Lang::Zh)) }
        }
        @if !notes.is_empty() && !repeats {
            details.card {
                summary { (words::DONE_FOR_YOU.zh) " （" (notes.len()) "）" }
                (list(page.targets, &notes, Lang::Zh))
            }
        }
    }
}

/// `targets` are names by id.
pub(super) fn list(targets: &BTreeMap<String, Bilingual>, findings: &[&FindingRecord], lang: Lang) -> Markup {
    html! {
        ul.findings {
            @for one in findings {
                @let Mark { class, sign } = severity_mark(one.severity);
                li {
                    span.chip.(class) { (sign) " " (messages::severity(one.severity).get(lang)) }
                    span { (Visible::of(said(one, targets, lang))) }
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

/// Returns what a person should see to first, for the index.
pub fn first_to_do(findings: &[FindingRecord], targets: &BTreeMap<String, Bilingual>) -> Option<String> {
    finding::first_to_do(findings, |one| (one.severity, one.target.as_deref()))
        .map(|first| said(first, targets, Lang::Zh))
}

fn severity_mark(severity: Severity) -> Mark {
    let (class, sign) = match severity {
        Severity::Note => ("grey", "i"),
        Severity::Warning => ("warn", "!"),
        Severity::Error => ("bad", "✗"),
    };
    Mark { class, sign }
}

pub(super) fn picture(picture: &Thumbnail) -> Markup {
    html! {
        figure {
            img alt=(Visible::of(&picture.caption)) src=(format!("data:image/jpeg;base64,{}", STANDARD.encode(&picture.jpeg)));
            figcaption { (Visible::of(&picture.caption)) }
        }
    }
}
