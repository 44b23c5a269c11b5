//! The sheet on which a work's review is signed.

use maud::{Markup, html};

use super::frame::{Lies, grouped, moment, paper, rate, short, target_name};
use super::{Sheet, decisions, pictures, signatures, words};
use crate::model::manifest::{Rendition, Work};
use crate::model::units::long_time;
use crate::present::messages::{posters, review_papers as said};
use crate::text::Visible;

/// The whole sheet, as HTML.
pub fn review_sheet(sheet: &Sheet<'_>) -> String {
    let title = Visible::of(&sheet.work.title).to_string();
    let running = html! {
        b { (Visible::of(sheet.college)) (said::SHEET.zh) "　《" (title) "》　" (said::revision(sheet.work.revision).zh) }
        code { (said::SUBJECT.zh) " " (short(&sheet.standing.subject)) }
    };
    let content = html! {
        (head(sheet))
        (about(sheet))
        (targets(sheet))
        (pictures::covers(sheet))
        (pictures::canvases(sheet))
        (words::texts(sheet))
        (pictures::likenesses(sheet))
        (words::ai(sheet))
        (words::findings(sheet))
        (decisions::remarks(sheet))
        (decisions::records(sheet))
        (signatures::checklist(sheet))
        (signatures::signatures(sheet))
    };
    let name = format!("{} {title}-{}", said::SHEET.zh, sheet.work.id);
    paper(&name, Lies::Upright, &running, &content)
}

fn head(sheet: &Sheet<'_>) -> Markup {
    html! {
        header {
            div.college { (Visible::of(sheet.college)) }
            h1 { (said::SHEET.zh) }
            div.subject {
                span { (said::SUBJECT.zh) }
                code { (grouped(&sheet.standing.subject)) }
            }
        }
    }
}

fn about(sheet: &Sheet<'_>) -> Markup {
    let (work, about) = (sheet.work, &sheet.work.about);
    let named = |people: &[String]| people.join("、");
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
    let consent = match about.consent.as_deref() {
        Some("yes") => said::answer(crate::model::review::Answer::Yes).zh.to_owned(),
        Some("no") => said::answer(crate::model::review::Answer::No).zh.to_owned(),
        other => other.unwrap_or_default().to_owned(),
    };
    let submitted = work.submitted.as_ref();
    let season = submitted.and_then(|submitted| submitted.season_name.clone()).or(work.season.clone());
    let duration = work.renditions.iter().map(|made| made.duration_ms).max().or(work.source.duration_ms);
    let captions = work.captions.as_ref().map(|captions| {
        let kind = captions.file.rsplit_once('.').map_or("", |(_, kind)| kind);
        said::captions(kind, &captions.sha256).zh
    });
    let state = said::state(sheet.standing.state, sheet.standing.level.as_deref()).zh;
    let pairs = [
        [(said::ID, work.id.clone()), (said::REVISION, said::revision(work.revision).zh)],
        [(said::DEPARTMENT, given(&work.department)), (said::SEASON, season.unwrap_or_default())],
        [(said::AUTHORS, named(&work.authors)), (said::ADVISORS, named(&about.advisors))],
        [
            (said::SUBMITTED, submitted.map(|it| it.date.clone()).unwrap_or_default()),
            match work.is_poster() {
                true => (said::KIND, kind_of_poster(work)),
                false => (said::DURATION, duration.map(long_time).unwrap_or_default()),
            },
        ],
        [
            (said::CATEGORY, given(&about.category)),
            (said::CAPTIONS, captions.unwrap_or_else(|| said::NOTHING.zh.to_owned())),
        ],
        [(said::MUSIC, given(&about.music)), (said::CONSENT, consent)],
        [(said::STATE, state), (said::PRINTED, moment(sheet.printed_at))],
    ];
    html! {
        section {
            h2 { (said::ABOUT.zh) }
            table.form.info {
                tr.name { th { (said::TITLE.zh) } td colspan="3" { (Visible::of(&work.title)) } }
                @for pair in &pairs {
                    tr { @for (name, value) in pair { th { (name.zh) } td { (told(value)) } } }
                }
                @if let Some(synopsis) = &about.synopsis {
                    tr { th { (said::SYNOPSIS.zh) } td colspan="3" { (told(synopsis)) } }
                }
            }
        }
    }
}

/// A poster, with the pixels of the picture that was handed in.
fn kind_of_poster(work: &Work) -> String {
    let size = work.source.display.map(|size| format!(" {size}")).unwrap_or_default();
    format!("{}{size}", posters::POSTER.zh)
}

/// A value on one line, however it was typed; a dash where nobody gave one.
fn told(value: &str) -> String {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() { said::NONE_TOLD.zh.to_owned() } else { Visible::of(value).to_string() }
}

fn targets(sheet: &Sheet<'_>) -> Markup {
    let heads = [
        said::TARGET,
        said::PICTURE,
        said::RATE,
        said::DURATION,
        said::SIZE,
        said::EDITION,
        said::STATE,
        said::SHARE,
    ];
    html! {
        section {
            h2 { (said::TARGETS.zh) }
            table.form.small {
                thead { tr { @for head in heads { th { (head.zh) } } } }
                tbody { @for made in &sheet.work.renditions { (target(sheet, made)) } }
            }
        }
    }
}

fn target(sheet: &Sheet<'_>, made: &Rendition) -> Markup {
    let its = sheet.standing.targets.get(&made.target);
    let state = its.map(|its| said::state(its.state, its.level.as_deref()).zh).unwrap_or_default();
    html! {
        tr {
            td { (target_name(sheet, &made.target)) }
            td.c.n { (made.width) "×" (made.height) }
            @if sheet.work.is_poster() {
                td.c colspan="2" { (posters::POSTER.zh) }
            } @else {
                td.c.n { (rate(made.frame_rate)) }
                td.c.n { (long_time(made.duration_ms)) }
            }
            td.c.n { (size(made.bytes)) }
            td.c { (said::edition(made.edition).zh) }
            td.c { (state) }
            td.c { code { (its.map(|its| short(&its.digest)).unwrap_or_default()) } }
        }
    }
}

/// In the units of Windows' Explorer, so that both show the same number.
fn size(bytes: u64) -> String {
    let value = bytes as f64;
    match bytes {
        0..1_048_576 => format!("{:.0} KB", value / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", value / 1_048_576.0),
        _ => format!("{:.2} GB", value / 1_073_741_824.0),
    }
}
