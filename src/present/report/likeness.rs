//! What a work has in common with others: whose, from where to where, how sure, and pictures of both to compare.

use maud::{Markup, html};

use super::parts::picture;
use super::{Thumbnail, WorkPage};
use crate::model::likeness::{LikenessRecord, Proof};
use crate::model::manifest::Work;
use crate::model::units::{exact_time, long_time};
use crate::present::messages::{self, report as words};
use crate::text::Visible;

pub(super) fn sections(page: &WorkPage<'_>, work: &Work) -> Markup {
    html! { @for likeness in &work.likenesses { (section(page, likeness)) } }
}

fn section(page: &WorkPage<'_>, likeness: &LikenessRecord) -> Markup {
    let pictures: Vec<&Thumbnail> = likeness
        .pictures
        .iter()
        .filter_map(|kept| page.evidence.iter().find(|(file, _)| *file == kept.file))
        .map(|(_, thumbnail)| thumbnail)
        .collect();
    html! {
        section {
            h2 { (messages::duplicates::class(likeness.class).zh) }
            dl {
                dt { (words::OTHER_WORK.zh) } dd { strong { bdi { (Visible::of(&likeness.title)) } } }
                @if let Some(name) = &likeness.department { dt { (words::DEPARTMENT.zh) } dd { (Visible::of(name)) } }
                @if let Some(season) = likeness.season_name.as_ref().or(likeness.season.as_ref()) { dt { (words::SEASON.zh) } dd { (Visible::of(season)) } }
                @if !matches!(likeness.proof, Proof::Bytes | Proof::Streams) {
                    dt { (words::HERE.zh) } dd { (span(likeness.from_ms, likeness.to_ms)) }
                    dt { (words::THERE.zh) } dd { (span(likeness.their_from_ms, likeness.their_to_ms)) }
                }
                @if (likeness.speed - 1.0).abs() > 0.005 {
                    dt { (words::OTHER_SPEED.zh) } dd { (format!("{:.2}×", likeness.speed)) }
                }
                @if likeness.mirrored { dt { (words::PICTURE.zh) } dd { (words::MIRRORED.zh) } }
                @if let Some(window) = &likeness.window {
                    dt { (words::PICTURE.zh) } dd { (messages::duplicates::upright(window.cut).zh) }
                }
                dt { (words::FOUND_BY.zh) } dd { (messages::duplicates::proof(likeness.proof).zh) }
                @if !matches!(likeness.proof, Proof::Bytes | Proof::Streams | Proof::Person) {
                    dt { (words::SURE.zh) } dd { (format!("{:.0} %", (likeness.confidence * 100.0).floor().clamp(0.0, 99.0))) }
                }
            }
            @if !pictures.is_empty() {
                p.soft { (words::COMPARE_HINT.zh) }
                div.preview { @for one in pictures { (picture(one)) } }
            }
        }
    }
}

/// A stretch shorter than ten seconds is told to the tenth of one.
fn span(from_ms: u64, to_ms: u64) -> String {
    let short = to_ms.saturating_sub(from_ms) < 10_000;
    let shown = |ms: u64| if short { exact_time(ms) } else { long_time(ms) };
    format!("{} – {}", shown(from_ms), shown(to_ms))
}
