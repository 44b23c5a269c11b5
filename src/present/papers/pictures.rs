//! What a work looks like: its covers, stills of every canvas, and what it has in common with others.

use maud::{Markup, html};

use super::Sheet;
use super::frame::{image, rate, target_names};
use crate::model::likeness::{LikenessRecord, Proof};
use crate::model::units::{Size, exact_time};
use crate::present::messages::{duplicates, posters, review_papers as said};
use crate::text::Visible;

pub(super) fn covers(sheet: &Sheet<'_>) -> Markup {
    html! {
        @if !sheet.covers.is_empty() {
            section {
                h2 { ((if sheet.work.is_poster() { posters::ON_SCREENS } else { said::COVERS }).zh) }
                div.covers.wide[sheet.work.is_poster()] {
                    @for cover in sheet.covers {
                        @let names = target_names(sheet, &cover.targets);
                        figure {
                            (image(&cover.jpeg, &names))
                            figcaption { (cover.size) br; (names) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn canvases(sheet: &Sheet<'_>) -> Markup {
    html! {
        section {
            h2 { (said::CANVASES.zh) }
            @if !sheet.work.is_poster() { p.hint { (said::CANVASES_HINT.zh) } }
            @for canvas in sheet.canvases {
                div.canvas {
                    h3 {
                        (canvas.size)
                        @if !sheet.work.is_poster() {
                            " · " (rate(canvas.frame_rate)) " fps · " (said::edition(canvas.edition).zh)
                        }
                        small { "　" (said::USED_BY.zh) "：" (target_names(sheet, &canvas.targets)) }
                    }
                    div class=(format!("stills {}", shape(canvas.size))) {
                        @for (at_ms, jpeg) in &canvas.stills {
                            @if sheet.work.is_poster() {
                                figure { (image(jpeg, &target_names(sheet, &canvas.targets))) }
                            } @else {
                                figure { (image(jpeg, &exact_time(*at_ms))) figcaption { (exact_time(*at_ms)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How many stills of a picture fit beside each other.
fn shape(size: Size) -> &'static str {
    match size.aspect() {
        aspect if aspect > 1.2 => "wide",
        aspect if aspect > 0.85 => "square",
        _ => "tall",
    }
}

pub(super) fn likenesses(sheet: &Sheet<'_>) -> Markup {
    let any_picture = sheet.work.likenesses.iter().any(|one| !one.pictures.is_empty());
    html! {
        section {
            h2 { (said::LIKENESSES.zh) }
            @if sheet.work.likenesses.is_empty() { p { (said::NO_LIKENESS.zh) } }
            @if any_picture { p.hint { (said::SIDES.zh) } }
            @for one in &sheet.work.likenesses { (likeness(sheet, one)) }
        }
    }
}

fn likeness(sheet: &Sheet<'_>, one: &LikenessRecord) -> Markup {
    let season = one.season_name.as_deref().or(one.season.as_deref());
    let whose = duplicates::whose(one.department.as_deref(), season);
    let is_placed = !matches!(one.proof, Proof::Bytes | Proof::Streams);
    let span = |from: u64, to: u64| format!("{}–{}", exact_time(from), exact_time(to));
    let shown: Vec<_> =
        one.pictures.iter().filter_map(|kept| Some((kept, sheet.evidence.get(&kept.file)?))).collect();
    html! {
        div.like {
            table.form.small {
                tr {
                    th { (duplicates::class(one.class).zh) }
                    td {
                        "《" (Visible::of(&one.title)) "》"
                        @if !whose.is_empty() { "（" (whose) "）" }
                        @if let Some(id) = &one.id { " " code { (Visible::of(id)) } }
                        @if is_placed {
                            "　" (span(one.from_ms, one.to_ms)) " ↔ " (span(one.their_from_ms, one.their_to_ms))
                        }
                        "　" (duplicates::how(&one.basis()).zh) "；" (duplicates::consequence(one.consequence).zh)
                    }
                }
            }
            @for (kept, jpeg) in shown {
                @let caption = format!("{} ↔ {}", exact_time(kept.at_ms), exact_time(kept.their_at_ms));
                figure.pair { (image(jpeg, &caption)) figcaption { (caption) } }
            }
        }
    }
}
