//! What a work has in common with others: whose, from where to where, how sure, and pictures of both to compare.

use maud::{Markup, html};

use super::format::duration;
use super::parts::{picture, say_zh};
use super::{Thumbnail, WorkPage};
use crate::model::answer::Word;
use crate::model::likeness::{LikenessRecord, Proof};
use crate::model::manifest::Work;
use crate::model::units::exact_time;
use crate::text::Visible;

pub(super) fn sections(page: &WorkPage<'_>, work: &Work) -> Markup {
    html! { @for likeness in &work.likenesses { (section(page, likeness)) } }
}

fn section(page: &WorkPage<'_>, likeness: &LikenessRecord) -> Markup {
    let say = |word| say_zh(page.say, word);
    let pictures: Vec<&Thumbnail> = likeness
        .pictures
        .iter()
        .filter_map(|kept| page.evidence.iter().find(|(file, _)| *file == kept.file))
        .map(|(_, thumbnail)| thumbnail)
        .collect();
    html! {
        section {
            h2 { (say(Word::Likeness(likeness.class))) }
            dl {
                dt { (say(Word::OtherWork)) } dd { strong { bdi { (Visible::of(&likeness.title)) } } }
                @if let Some(name) = &likeness.department { dt { (say(Word::Department)) } dd { (Visible::of(name)) } }
                @if let Some(season) = &likeness.season { dt { (say(Word::Season)) } dd { (Visible::of(season)) } }
                @if !matches!(likeness.proof, Proof::Bytes | Proof::Streams) {
                    dt { (say(Word::Here)) } dd { (span(likeness.from_ms, likeness.to_ms)) }
                    dt { (say(Word::There)) } dd { (span(likeness.their_from_ms, likeness.their_to_ms)) }
                }
                @if (likeness.speed - 1.0).abs() > 0.005 {
                    dt { (say(Word::OtherSpeed)) } dd { (format!("{:.2}×", likeness.speed)) }
                }
                @if likeness.mirrored { dt { (say(Word::Picture)) } dd { (say(Word::Mirrored)) } }
                dt { (say(Word::FoundBy)) } dd { (say(Word::Proof(likeness.proof))) }
                @if !matches!(likeness.proof, Proof::Bytes | Proof::Streams | Proof::Person) {
                    dt { (say(Word::Sure)) } dd { (format!("{:.0} %", (likeness.confidence * 100.0).floor().clamp(0.0, 99.0))) }
                }
            }
            @if !pictures.is_empty() {
                p.soft { (say(Word::CompareHint)) }
                div.preview { @for one in pictures { (picture(one)) } }
            }
        }
    }
}

/// A stretch shorter than ten seconds is told to the tenth of one.
fn span(from_ms: u64, to_ms: u64) -> String {
    let short = to_ms.saturating_sub(from_ms) < 10_000;
    let shown = |ms: u64| if short { exact_time(ms) } else { duration(ms) };
    format!("{} – {}", shown(from_ms), shown(to_ms))
}
