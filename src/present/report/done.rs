//! What was made of a finished work.

use maud::{Markup, html};

use super::format::{moment, size};
use super::parts::{findings_section, picture};
use super::{Original, WorkPage, likeness};
use crate::model::finding::Severity;
use crate::model::language::Lang;
use crate::model::manifest::{FindingRecord, PostRecord, Rendition, Work};
use crate::model::review::ReviewState;
use crate::model::units::long_time;
use crate::present::messages::{self, posters, report as words, shown};
use crate::text::Visible;

pub(super) fn sections(page: &WorkPage<'_>, work: &Work) -> Markup {
    html! {
        @if let Some(original) = &page.original { (repeats(original)) }
        (findings_section(page, &work.findings))
        (likeness::sections(page, work))
        @if !page.covers.is_empty() {
            section {
                h2 { ((if work.is_poster() { posters::ON_SCREENS } else { words::COVERS }).zh) }
                div.covers.wide[work.is_poster()] { @for cover in page.covers { (picture(cover)) } }
            }
        }
        @if !work.renditions.is_empty() { (targets(page, work)) (posts(page, work)) }
        (details(work))
        @if let Some(preview) = page.preview {
            details.card open { summary { (words::PREVIEW.zh) } div.preview { (picture(preview)) } }
        }
    }
}

/// What the team says of its work, for it to check.
fn details(work: &Work) -> Markup {
    let about = &work.about;
    let one = |value: &Option<String>| value.clone().unwrap_or_default();
    let consent = match about.consent.as_deref() {
        Some("yes") => words::YES.zh.to_owned(),
        Some("no") => words::NO.zh.to_owned(),
        said => said.unwrap_or_default().to_owned(),
    };
    let rows = [
        (words::AUTHORS, work.authors.join("、")),
        (words::ADVISORS, about.advisors.join("、")),
        (words::CLASS, one(&about.class)),
        (words::CATEGORY, one(&about.category)),
        (words::SYNOPSIS, one(&about.synopsis)),
        (words::MUSIC, one(&about.music)),
        (words::CONSENT, consent),
    ];
    let rows: Vec<_> = rows.into_iter().chain(ai_rows(work, Lang::Zh)).collect();
    let is_told = rows.iter().any(|(_, value)| !value.is_empty());
    html! {
        @if is_told {
            section {
                h2 { (words::TOLD.zh) }
                dl {
                    @for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
                        dt { (name.zh) } dd { bdi { (Visible::of(value.split_whitespace().collect::<Vec<_>>().join(" "))) } }
                    }
                }
            }
        }
    }
}

/// Most characters of a label that are shown; the manifest has all of it.
const LABEL_CHARS: usize = 200;

/// What is declared and was found of artificial intelligence; nothing where nobody said anything and nothing was found.
pub(super) fn ai_rows(work: &Work, lang: Lang) -> Vec<(words::Fixed, String)> {
    let Some(ai) = &work.ai else { return Vec::new() };
    let declared = messages::declared_with(ai.declared, &ai.tools).get(lang).to_owned();
    let mut rows = vec![(words::AI, declared)];
    for label in &ai.labels {
        let (place, value) =
            (messages::label_in(label.carrier), Visible::of(&label.value).at_most(LABEL_CHARS));
        rows.push((words::AI_LABEL, format!("{}: {value}", place.get(lang))));
    }
    if ai.content_credentials {
        rows.push((words::AI_LABEL, words::AI_CREDENTIALS.get(lang).to_owned()));
    }
    rows
}

fn repeats(original: &Original<'_>) -> Markup {
    html! {
        section {
            h2 { (words::DUPLICATE_OF.zh) }
            dl {
                dt { (words::WORK.zh) } dd { strong { bdi { (Visible::of(original.title)) } } }
                @if let Some(name) = original.department {
                    dt { (words::DEPARTMENT.zh) } dd { (Visible::of(name)) }
                }
                @if !original.authors.is_empty() {
                    dt { (words::AUTHORS.zh) } dd { (Visible::of(original.authors.join("、"))) }
                }
                dt { (words::FILE.zh) } dd { bdi { (Visible::of(original.file_name)) } }
                dt { (words::RECEIVED.zh) } dd { (moment(original.received_at)) }
            }
        }
    }
}

fn targets(page: &WorkPage<'_>, work: &Work) -> Markup {
    let heads = [words::TARGET, words::PICTURE, words::DURATION, words::SIZE, words::LOUDNESS, words::FILE];
    html! {
        section {
            h2 {
                (words::TARGETS.zh) " · " (words::revision(work.revision).zh)
                @if work.draft { " · " (words::DRAFT.zh) }
            }
            @if let Some(of) = &work.published_from {
                @let is_earlier = work.source.sha256.as_ref() != Some(&of.sha256);
                p { ((if is_earlier { words::EARLIER_FILE } else { words::STAYS_PUBLISHED }).zh) }
            }
            div.scroll {
                table.stack {
                    thead { tr { @for head in heads { th { (head.zh) } } } }
                    tbody { @for made in &work.renditions { (row(page, made, work.is_poster())) } }
                }
            }
            @let (refused, not_asked) = not_made(page, work);
            @let unasked = if work.is_poster() { posters::NOT_FOR_OTHERS } else { words::NOT_ASKED_FOR };
            @for (left_out, why) in [(refused, words::NOT_MADE), (not_asked, unasked)] {
                @if !left_out.is_empty() {
                    p { strong { (left_out.join("、")) } "：" (why.zh) }
                }
            }
            @if let Some(library) = page.library {
                p.soft { (words::FILES_ARE_IN.zh) "：" bdi { (Visible::of(library)) } }
            }
        }
    }
}

/// Names of the targets that got no file.
/// Returns the names of the targets of which nothing was made: those whose rules the work breaks, and those for which nobody
/// asked.
fn not_made(page: &WorkPage<'_>, work: &Work) -> (Vec<String>, Vec<String>) {
    let is_made = |id: &str| work.renditions.iter().any(|made| made.target == id);
    let is_refused = |id: &str| {
        let concerns = |finding: &FindingRecord| finding.target.as_deref().is_none_or(|target| target == id);
        work.findings.iter().any(|finding| finding.severity == Severity::Error && concerns(finding))
    };
    let (refused, not_asked): (Vec<&String>, Vec<&String>) =
        page.targets.keys().filter(|id| !is_made(id)).partition(|id| is_refused(id));
    let names = |ids: Vec<&String>| ids.into_iter().map(|id| target_name(page, id)).collect();
    (names(refused), names(not_asked))
}

fn row(page: &WorkPage<'_>, made: &Rendition, is_poster: bool) -> Markup {
    let loudness = match (made.loudness_lufs, &made.audio) {
        (Some(lufs), _) => format!("{lufs:.1} LUFS"),
        (None, Some(_)) => "–".to_owned(),
        (None, None) if is_poster => "–".to_owned(),
        (None, None) => words::SILENT.zh.to_owned(),
    };
    let duration = if is_poster { posters::POSTER.zh.to_owned() } else { long_time(made.duration_ms) };
    html! {
        tr {
            th { (target_name(page, &made.target)) }
            td.n data-name=(words::PICTURE.zh) { (made.width) "×" (made.height) }
            td.n data-name=(words::DURATION.zh) { (duration) }
            td.n data-name=(words::SIZE.zh) { (size(made.bytes)) }
            td.n data-name=(words::LOUDNESS.zh) { (loudness) }
            td.file { bdi { (Visible::of(&made.file)) } }
        }
    }
}

pub(super) fn target_name(page: &WorkPage<'_>, id: &str) -> String {
    page.targets.get(id).map_or_else(|| Visible::of(id).to_string(), |name| name.zh.clone())
}

/// Targets with the same text share one block.
fn posts(page: &WorkPage<'_>, work: &Work) -> Markup {
    let mut blocks: Vec<(Vec<String>, &PostRecord)> = Vec::new();
    for made in &work.renditions {
        let Some(post) = &made.post else { continue };
        let name = target_name(page, &made.target);
        match blocks.iter_mut().find(|(_, known)| *known == post) {
            Some((names, _)) => names.push(name),
            None => blocks.push((vec![name], post)),
        }
    }
    html! {
        @if !blocks.is_empty() {
            section {
                h2 { (words::POSTS.zh) }
                @if let Some(wait) = posts_wait(page) { p { strong { (wait.zh) } } }
                p.soft { (words::POSTS_HINT.zh) }
                @for (names, post) in &blocks {
                    div.post {
                        h3 { (names.join("、")) }
                        @if !post.title.is_empty() { pre { (lines(&post.title)) } }
                        pre { (lines(&whole_text(post))) }
                        @if let Some(sentence) = &post.declaration {
                            p { (words::TO_CHOOSE.zh) "：" strong { (Visible::of(sentence)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns what is said above the texts where not all of them may be posted.
fn posts_wait(page: &WorkPage<'_>) -> Option<shown::Fixed> {
    let standing = page.review.map(|part| &part.standing);
    match standing.map(|standing| (standing.state, standing.supplementary)) {
        Some((ReviewState::Released | ReviewState::Posted, _)) => None,
        Some((_, true)) => Some(shown::POSTS_WAIT_PARTLY),
        Some((_, false)) | None => Some(shown::POSTS_WAIT),
    }
}

/// The text with its topics and tags, each that the text does not hold already.
fn whole_text(post: &PostRecord) -> String {
    let missing = |tags: &[String]| -> String {
        let tags: Vec<&str> =
            tags.iter().map(String::as_str).filter(|tag| !post.text.contains(tag)).collect();
        tags.join(" ")
    };
    [post.text.clone(), missing(&post.topics), missing(&post.tags)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Shown line by line: line ends are the one control character that belongs in a post.
fn lines(text: &str) -> String {
    text.lines().map(|line| Visible::of(line).to_string()).collect::<Vec<_>>().join("\n")
}
