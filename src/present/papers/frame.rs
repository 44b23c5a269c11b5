//! The document around a paper, and the small things that all papers show.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Sheet;
use super::style::css;
use crate::model::units::Rational;
use crate::text::Visible;

/// Nothing is loaded from anywhere, and no script runs.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// The way in which the paper lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lies {
    Upright,
    Across,
}

/// The whole document. `running` stands at the head of every printed page.
pub(super) fn paper(title: &str, lies: Lies, running: &Markup, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(css(lies == Lies::Across))) }
            }
            body.across[lies == Lies::Across] {
                // The head of a table is the one thing that every browser repeats on each printed page.
                table.paper {
                    thead { tr { td { div.running { (running) } } } }
                    tbody { tr { td.content { (content) } } }
                }
            }
        }
    };
    page.into_string()
}

pub(super) fn image(jpeg: &[u8], about: &str) -> Markup {
    html! { img alt=(Visible::of(about)) src=(format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg))); }
}

/// A box to tick by hand, ticked where the answer is known.
pub(super) fn tick(ticked: bool, label: &str) -> Markup {
    html! { span.tick { i.on[ticked] { @if ticked { "√" } } (label) } }
}

/// A digest in groups of four digits, which people compare more easily.
pub(super) fn grouped(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().collect();
    digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
        .to_uppercase()
}

/// The beginning of a digest that names it on paper.
pub(super) fn short(digest: &str) -> String {
    grouped(&digest.chars().take(12).collect::<String>())
}

/// `2026-11-24T16:05:07+08:00` → `2026-11-24 16:05`.
pub(super) fn moment(rfc3339: &str) -> String {
    rfc3339.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// Shown line by line: line ends are the one control character that belongs in a text.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(|line| Visible::of(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// The name by which people know a target.
pub(super) fn target_name(sheet: &Sheet<'_>, id: &str) -> String {
    sheet.targets.get(id).map_or_else(|| Visible::of(id).to_string(), |name| name.zh.clone())
}

pub(super) fn target_names<'a>(sheet: &Sheet<'_>, ids: impl IntoIterator<Item = &'a String>) -> String {
    ids.into_iter().map(|id| target_name(sheet, id)).collect::<Vec<_>>().join("、")
}

/// Frames a second: whole, or with two decimals.
pub(super) fn rate(rate: Rational) -> String {
    if rate.den == 1 { rate.num.to_string() } else { format!("{:.2}", rate.as_f64()) }
}
