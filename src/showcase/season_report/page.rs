//! The report as one page: no script, nothing loaded, charts as SVG.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Report;
use super::tables::{Cell, Sheet, units};
use super::text::{duties, hours};
use crate::model::statistics::Metric;
use crate::present::messages::season_report as words;

const CSS: &str = include_str!("style.css");

/// Nothing runs on the page, and it loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Most units in the chart; the table below it has all.
const MOST_UNITS: usize = 20;

/// Most works in the chart.
const MOST_WORKS: usize = 10;

// Of the charts, in units of their view box: about a pixel each where the page is as wide as it gets.
const ROW: usize = 28;
const LETTER: usize = 14;
/// What stands behind a bar.
const VALUE: usize = 80;

/// How wide a chart is: as the page, or half of it.
#[derive(Clone, Copy)]
enum Wide {
    Page = 1060,
    Half = 500,
}

/// Letters of a name beside a bar; the whole name is its title.
const LETTERS: usize = 13;

/// A bar: whose, and how much; `None` is not known.
struct Bar {
    name: String,
    value: Option<f64>,
}

pub fn page(report: &Report) -> String {
    let about = &report.about;
    let heading = words::heading(&about.college, &about.campaign, &about.season);
    let unit_scores = words::unit_scores(MOST_UNITS, report.units.len());
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (heading) }
                style { (PreEscaped(CSS)) }
            }
            body {
                header.masthead {
                    @if !about.college.is_empty() { p.college { (about.college) } }
                    h1 { (words::short_heading(&about.campaign, &about.season)) }
                    p.soft { (words::until(&about.until)) }
                }
                main {
                    (numbers(report))
                    section { h2 { (unit_scores) } (chart(&unit_bars(report), (&unit_scores, Wide::Page))) }
                    section.pair {
                        div { h2 { (words::PLATFORM_VIEWS) } (chart(&platform_bars(report), (words::PLATFORM_VIEWS, Wide::Half))) }
                        div { h2 { (words::WORK_VIEWS) } (chart(&work_bars(report), (words::WORK_VIEWS, Wide::Half))) }
                    }
                    section { h2 { (words::LEAGUE) } (table(&units(report))) }
                    section.pair {
                        div {
                            h2 { (words::DUTIES) }
                            dl { @for (name, said) in duties(report) { div { dt { (name) } dd { (said) } } } }
                        }
                        div {
                            (list(words::AWARDS, &report.awards.iter().map(|it| words::award(&it.name, &it.whose)).collect::<Vec<_>>()))
                            (list(words::WITHDRAWN_WORKS, &report.withdrawn))
                            (list(words::WITHOUT_CONTACT, &report.without_contact))
                        }
                    }
                }
                footer { p { (words::SOURCES) } }
            }
        }
    };
    page.into_string()
}

fn numbers(report: &Report) -> Markup {
    let totals = &report.totals;
    let views = totals.sums.get(&Metric::Views);
    let mut shown = vec![
        (words::ENTRIES, totals.entries.to_string()),
        (words::ACCEPTED, totals.accepted.to_string()),
        (words::RELEASED, totals.released.to_string()),
        (words::POSTS, totals.posts.to_string()),
        (words::WITH_TOPICS, totals.with_topics.to_string()),
        (words::REPOSTS, totals.reposts.to_string()),
        (words::VIEWS, views.map_or_else(|| words::UNKNOWN.to_owned(), |it| words::amount(it.value))),
    ];
    if totals.plays > 0 {
        shown.push((words::PLAYS, totals.plays.to_string()));
        shown.push((words::SHOWN_HOURS, hours(totals.shown_ms).to_string()));
    }
    html! { div.numbers { @for (name, value) in shown { div { b { (value) } span { (name) } } } } }
}

fn unit_bars(report: &Report) -> Vec<Bar> {
    let named = |unit: &str| if unit.is_empty() { words::UNNAMED.to_owned() } else { unit.to_owned() };
    let first = report.units.iter().take(MOST_UNITS);
    first.map(|unit| Bar { name: named(&unit.unit), value: Some(unit.score) }).collect()
}

fn platform_bars(report: &Report) -> Vec<Bar> {
    let bar = |it: &crate::receipts::statistics::season::PlatformLine| Bar {
        name: report.about.target(&it.target).to_owned(),
        value: it.sums.get(Metric::Views),
    };
    let mut bars: Vec<Bar> = report.platforms.iter().map(bar).collect();
    most_first(&mut bars);
    bars
}

fn work_bars(report: &Report) -> Vec<Bar> {
    let known = report.works.iter().filter(|work| work.sums.get(Metric::Views).is_some());
    let mut bars: Vec<Bar> =
        known.map(|it| Bar { name: it.title.clone(), value: it.sums.get(Metric::Views) }).collect();
    most_first(&mut bars);
    bars.truncate(MOST_WORKS);
    bars
}

fn most_first(bars: &mut [Bar]) {
    let known = |bar: &Bar| bar.value.unwrap_or(-1.0);
    bars.sort_by(|one, other| known(other).total_cmp(&known(one)));
}

fn chart(bars: &[Bar], (what, wide): (&str, Wide)) -> Markup {
    if bars.iter().all(|bar| bar.value.is_none()) {
        return html! { p.soft { (words::NOTHING_KNOWN) } };
    }
    let most = bars.iter().filter_map(|bar| bar.value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let letters = bars.iter().map(|bar| bar.name.chars().count().min(LETTERS)).max().unwrap_or_default();
    let names = letters * LETTER + 12;
    let width = wide as usize;
    let bar_width = width.saturating_sub(names + VALUE);
    let height = bars.len() * ROW;
    html! {
        svg.chart viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(what) {
            line.axis x1=(names) y1="0" x2=(names) y2=(height) {}
            @for (row, bar) in bars.iter().enumerate() {
                @let long = bar.value.map_or(0.0, |value| (value / most * bar_width as f64).max(0.0));
                g {
                    title { (bar.name) }
                    text.name x=(names - 10) y=(row * ROW + 19) text-anchor="end" { (short(&bar.name)) }
                    @if long > 0.0 { rect.bar x=(names) y=(row * ROW + 6) width=(format!("{long:.1}")) height=(ROW - 12) rx="2" {} }
                    text.value x=(format!("{:.1}", names as f64 + long + 8.0)) y=(row * ROW + 19) {
                        (bar.value.map_or_else(|| words::UNKNOWN.to_owned(), words::amount))
                    }
                }
            }
        }
    }
}

fn short(name: &str) -> String {
    match name.chars().count() > LETTERS {
        true => name.chars().take(LETTERS - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

fn table(sheet: &Sheet) -> Markup {
    html! {
        div.wide { table {
            thead { tr { @for (head, column) in sheet.heads.iter().zip(0..) {
                @let is_text = sheet.rows.first().is_none_or(|row| matches!(row.get(column), Some(Cell::Text(_))));
                th.number[!is_text] scope="col" { (head) }
            } } }
            tbody { @for row in &sheet.rows { tr { @for cell in row { (cell_of(cell)) } } } }
        } }
        @for note in &sheet.notes { p.soft { (note) } }
    }
}

fn cell_of(cell: &Cell) -> Markup {
    match cell {
        Cell::Text(text) => html! { td { bdi { (text) } } },
        Cell::Number(value) => html! { td.number { (value) } },
        Cell::Share(value) => html! { td.number { (format!("{:.1}%", value * 100.0)) } },
        Cell::Unknown => html! { td.number { (words::UNKNOWN) } },
    }
}

fn list(what: &str, names: &[String]) -> Markup {
    html! {
        @if !names.is_empty() {
            h2 { (what) " " span { (names.len()) } }
            ul { @for name in names { li { bdi { (name) } } } }
        }
    }
}
