//! What a work says where it is posted, what is declared of it, and what was found in it.

use maud::{Markup, html};

use super::Sheet;
use super::frame::{lines, target_name, target_names};
use crate::model::finding::Severity;
use crate::model::language::Lang;
use crate::model::manifest::{FindingRecord, PostRecord};
use crate::present::messages::{self, review_papers as said};
use crate::text::Visible;

/// Most characters of a label's own data that are printed.
const LABEL_SHOWN: usize = 300;

/// Targets with the same texts share one block.
pub(super) fn texts(sheet: &Sheet<'_>) -> Markup {
    let mut blocks: Vec<(Vec<&String>, &PostRecord)> = Vec::new();
    let mut without = Vec::new();
    for made in &sheet.work.renditions {
        match &made.post {
            None => without.push(&made.target),
            Some(post) => match blocks.iter_mut().find(|(_, known)| *known == post) {
                Some((targets, _)) => targets.push(&made.target),
                None => blocks.push((vec![&made.target], post)),
            },
        }
    }
    html! {
        section {
            h2 { (said::TEXTS.zh) }
            @for (targets, post) in blocks { (block(&target_names(sheet, targets), post)) }
            @if !without.is_empty() {
                p.hint { (target_names(sheet, without)) "：" (said::NO_TEXTS.zh) }
            }
        }
    }
}

fn block(names: &str, post: &PostRecord) -> Markup {
    let declaration = post.declaration.clone().unwrap_or_default();
    let rows = [
        (said::POST_TITLE, post.title.clone()),
        (said::POST_TEXT, post.text.clone()),
        (said::TOPICS, post.topics.join("　")),
        (said::TAGS, post.tags.join("　")),
        (said::DECLARATION, declaration),
    ];
    html! {
        table.form.text {
            tr { th.for colspan="2" { (names) } }
            @for (name, text) in rows {
                tr {
                    th { (name.zh) }
                    td { @if text.is_empty() { (said::NOTHING.zh) } @else { pre { (lines(&text)) } } }
                }
            }
        }
    }
}

pub(super) fn ai(sheet: &Sheet<'_>) -> Markup {
    let record = sheet.work.ai.clone().unwrap_or_default();
    let declared = messages::declared_with(record.declared, &record.tools);
    html! {
        section {
            h2 { (said::AI.zh) }
            table.form.text {
                tr { th { (said::AI_DECLARED.zh) } td { (Visible::of(declared.zh)) } }
                tr {
                    th { (said::AI_LABELS.zh) }
                    td {
                        @if record.labels.is_empty() { (said::NOTHING.zh) }
                        @for label in &record.labels {
                            div.small {
                                (messages::label_in(label.carrier).zh) "：" code { (Visible::of(&label.value).at_most(LABEL_SHOWN)) }
                            }
                        }
                        @if record.content_credentials { div.small { (said::AI_CREDENTIALS.zh) } }
                    }
                }
            }
        }
    }
}

pub(super) fn findings(sheet: &Sheet<'_>) -> Markup {
    let (mut shown, notes): (Vec<&FindingRecord>, Vec<&FindingRecord>) =
        sheet.work.findings.iter().partition(|finding| finding.severity > Severity::Note);
    shown.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    html! {
        section {
            h2 { (said::FINDINGS.zh) }
            @if shown.is_empty() { p { (said::NO_FINDING.zh) } }
            @else {
                ul {
                    @for finding in shown {
                        li {
                            (messages::severity(finding.severity).zh) "："
                            @if let Some(target) = &finding.target { (target_name(sheet, target)) "：" }
                            (Visible::of(finding.sentence(Lang::Zh)))
                        }
                    }
                }
            }
            @if !notes.is_empty() { p.hint { (said::notes(notes.len()).zh) } }
        }
    }
}
