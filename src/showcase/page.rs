//! The page of a package: one file that opens by a double click, without a network.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, PreEscaped, html};

use crate::model::showcase::plan::{Entry, Plan};
use crate::model::showcase::profile::{Column, Profile, Rule, Take};
use crate::model::units::long_time;
use crate::present::messages::showcase as words;
use crate::present::report::percent_encoded;
use crate::text::Visible;

const CSS: &str = include_str!("page/style.css");

/// Nothing is fetched, and no script runs.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// What the page shows besides the plan.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub plan: &'a Plan,
    pub profile: &'a Profile,
    pub college: &'a str,
    /// ISO date.
    pub date: &'a str,
    /// JPEGs, by the works' places in the plan; `None` where there is no cover.
    pub covers: &'a [Option<Vec<u8>>],
}

/// Returns the page.
pub fn page(shown: Shown<'_>) -> String {
    let Shown { plan, profile, college, date, covers } = shown;
    let is_anonymous = profile.marks.identity == Rule::Forbidden;
    let heading = &profile.name.zh;
    let length: u64 = plan.entries.iter().map(|entry| entry.measured.duration_ms).sum();
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (plain(heading)) }
                style { (PreEscaped(CSS)) }
            }
            body {
                header {
                    @if !is_anonymous && !college.is_empty() { p.college { (plain(college)) } }
                    h1 { (plain(heading)) }
                    p.facts {
                        span { b { (plan.entries.len()) } " " (words::WORKS_UNIT) }
                        span { (words::TOTAL_LENGTH) " " b { (long_time(length)) } }
                        span { (words::made(date)) }
                    }
                    @if !plan.is_complete() { p.unfinished role="status" { (words::UNFINISHED_BANNER) } }
                }
                main {
                    @for (place, entry) in plan.entries.iter().enumerate() {
                        (card(entry, covers.get(place).and_then(Option::as_deref), is_anonymous))
                    }
                }
                footer {
                    p { (words::how_to_open()) }
                    p { b { (words::CHECK_TITLE) } "　" (words::how_to_check(profile.out.bag)) }
                }
            }
        }
    };
    page.into_string()
}

fn card(entry: &Entry, cover: Option<&[u8]>, is_anonymous: bool) -> maud::Markup {
    let video = entry.files.iter().find(|file| file.take == Take::Video);
    let link = video.map(|file| link(&file.path)).unwrap_or_default();
    let is_tall = entry.measured.size.height > entry.measured.size.width;
    let who: Vec<&str> = [Column::Department, Column::Authors]
        .into_iter()
        .map(|column| entry.cell(column))
        .filter(|text| !is_anonymous && !text.is_empty())
        .collect();
    let synopsis = entry.cell(Column::Synopsis);
    let label = format!("{} {}", words::PLAY, entry.title);
    html! {
        article {
            a.cover href=(link) aria-label=(plain(&label)) {
                @match cover {
                    Some(jpeg) => img .tall[is_tall] alt="" src=(format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)));,
                    None => span.blank { (plain(&entry.title)) },
                }
                span.play aria-hidden="true" {}
                span.length { (long_time(entry.measured.duration_ms)) }
            }
            div.text {
                p.no { (format!("{:02}", entry.no)) @if !entry.cell(Column::Category).is_empty() { " · " (plain(entry.cell(Column::Category))) } }
                h2 { a href=(link) { (plain(&entry.title)) } }
                @if !who.is_empty() { p.who { (plain(&who.join(" · "))) } }
                @if !synopsis.is_empty() { p.synopsis { (plain(synopsis)) } }
            }
        }
    }
}

/// A path in the package as a relative link.
fn link(path: &str) -> String {
    path.split('/').map(percent_encoded).collect::<Vec<_>>().join("/").replace("/./", "/")
}

fn plain(text: &str) -> String {
    Visible::of(text).to_string()
}
