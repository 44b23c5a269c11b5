//! The tables of the report, for the workbook and the page.

use super::text::{duties, hours};
use super::{Figure, Report};
use crate::model::receipt::ReceiptKind;
use crate::model::statistics::Metric;
use crate::present::messages::season_report as words;
use crate::present::messages::statistics::metric;
use crate::present::messages::verdict;
use crate::receipts::statistics::season::{PlatformLine, Sums, UnitLine, WorkLine};

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Also ids, which a spreadsheet would round.
    Text(String),
    Number(f64),
    /// 0 to 1.
    Share(f64),
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub name: &'static str,
    pub heads: Vec<&'static str>,
    /// In characters, as many as heads.
    pub widths: Vec<f64>,
    pub rows: Vec<Vec<Cell>>,
    /// Below the table.
    pub notes: Vec<String>,
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn count(count: usize) -> Cell {
    Cell::Number(count as f64)
}

fn known(value: Option<f64>) -> Cell {
    value.map_or(Cell::Unknown, Cell::Number)
}

fn sum(sums: &Sums, metric: Metric) -> Cell {
    known(sums.get(metric))
}

fn unit_name(unit: &str) -> Cell {
    text(if unit.is_empty() { words::UNNAMED } else { unit })
}

/// Returns all sheets, in their order.
pub fn sheets(report: &Report) -> [Sheet; 5] {
    [totals(report), units(report), works(report), platforms(report), details(report)]
}

pub fn totals(report: &Report) -> Sheet {
    let totals = &report.totals;
    let (made, until) = (words::until(&report.about.made), words::until(&report.about.until));
    let mut rows = Vec::new();
    let mut row = |name: &str, value: Cell, note: &str| rows.push(vec![text(name), value, text(note)]);
    for (name, value) in [
        (words::ENTRIES, totals.entries),
        (words::ACCEPTED, totals.accepted),
        (words::RETURNED, totals.returned),
        (words::DUPLICATES, totals.duplicates),
        (words::FAILED, totals.failed),
        (words::RELEASED, totals.released),
        (words::WITHDRAWN, report.withdrawn.len()),
        (words::UNIT_COUNT, totals.units),
        (words::UNITS_WITHOUT, totals.units_without_entries),
    ] {
        row(name, count(value), &made);
    }
    for (name, value) in [
        (words::POSTS, totals.posts),
        (words::WITH_TOPICS, totals.with_topics),
        (words::TOPICS_MISSING, totals.topics_missing),
        (words::TOPICS_UNKNOWN, totals.topics_unknown),
        (words::REPOSTS, totals.reposts),
        (words::WITHOUT_FIGURES, totals.without_figures),
    ] {
        row(name, count(value), &until);
    }
    row(words::UNPROVEN, count(totals.unproven), words::NOT_PROVEN_NOTE);
    for it in Metric::ALL.into_iter().filter(|it| it.is_counter()) {
        let sum = totals.sums.get(&it);
        let posts = sum.map_or_else(|| words::NO_FIGURES.to_owned(), |sum| words::of_posts(sum.posts));
        row(&words::total_of(&metric(it).zh), known(sum.map(|sum| sum.value)), &posts);
    }
    let median = totals.median_hours;
    let note = median.map_or_else(|| words::NO_FIGURES.to_owned(), |(_, works)| words::of_works(works));
    row(words::MEDIAN_HOURS, known(median.map(|(hours, _)| hours)), &note);
    row(words::SCREENS, count(totals.screens), words::SEASON_NOTE);
    row(words::PLAYS, Cell::Number(totals.plays as f64), words::SEASON_NOTE);
    row(words::SHOWN_HOURS, Cell::Number(hours(totals.shown_ms)), words::SEASON_NOTE);
    row(words::AWARDS, count(report.awards.len()), "");
    for award in &report.awards {
        row(words::AWARDS, text(&award.name), &award.whose);
    }
    for (name, said) in duties(report) {
        row(words::DUTIES, text(name), &said);
    }
    for title in &report.withdrawn {
        row(words::WITHDRAWN_WORKS, text(title), "");
    }
    for unit in &report.without_contact {
        row(words::WITHOUT_CONTACT, text(unit), "");
    }
    let notes = vec![words::SOURCES.to_owned()];
    Sheet {
        name: words::TOTALS,
        heads: words::TOTAL_HEADS.into(),
        widths: vec![32.0, 30.0, 50.0],
        rows,
        notes,
    }
}

pub fn units(report: &Report) -> Sheet {
    let row = |it: &UnitLine| {
        let mut cells = vec![count(it.place), unit_name(&it.unit), Cell::Number(it.score)];
        cells.extend(it.counts().map(count));
        cells.extend([Metric::Views, Metric::Likes].map(|metric| sum(&it.sums, metric)));
        cells.extend([it.awards, it.withdrawn].map(count));
        cells.push(text(if it.has_contact { words::HAS } else { words::HAS_NOT }));
        cells
    };
    let mut widths = vec![8.0; words::UNIT_HEADS.len()];
    (widths[1], widths[2], widths[13], widths[14]) = (24.0, 11.0, 12.0, 12.0);
    Sheet {
        name: words::UNITS,
        heads: words::UNIT_HEADS.into(),
        widths,
        rows: report.units.iter().map(row).collect(),
        notes: vec![report.about.formula.clone()],
    }
}

fn works(report: &Report) -> Sheet {
    let yes = |is: bool| text(if is { words::YES } else { words::NO });
    let row = |it: &WorkLine| {
        vec![
            text(&it.work),
            text(&it.title),
            unit_name(&it.unit),
            it.verdict.map_or(Cell::Unknown, |it| text(&verdict(it).zh)),
            yes(it.is_released),
            count(it.posts),
            count(it.topics_missing),
            count(it.reposts),
            known(it.hours_to_post),
            sum(&it.sums, Metric::Views),
            sum(&it.sums, Metric::Likes),
            count(it.sums.without_figures),
            count(it.awards),
            yes(it.is_withdrawn),
        ]
    };
    Sheet {
        name: words::WORKS,
        heads: words::WORK_HEADS.into(),
        widths: vec![16.0, 32.0, 20.0, 14.0, 9.0, 8.0, 9.0, 8.0, 12.0, 12.0, 12.0, 9.0, 8.0, 8.0],
        rows: report.works.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn platforms(report: &Report) -> Sheet {
    let row = |it: &PlatformLine| {
        let mut cells = vec![
            text(report.about.target(&it.target)),
            count(it.posts),
            count(it.reposts),
            count(it.sums.without_figures),
        ];
        let shown = [Metric::Views, Metric::Likes, Metric::Comments, Metric::Shares];
        cells.extend(shown.map(|metric| sum(&it.sums, metric)));
        cells
    };
    Sheet {
        name: words::PLATFORMS,
        heads: words::PLATFORM_HEADS.into(),
        widths: vec![24.0, 10.0, 10.0, 10.0, 14.0, 12.0, 12.0, 12.0],
        rows: report.platforms.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn details(report: &Report) -> Sheet {
    let row = |it: &Figure| {
        let is_repost = it.post.what == ReceiptKind::Repost;
        let mut cells = vec![
            text(&it.post.seq.to_string()),
            text(&it.post.work),
            text(&it.title),
            text(report.about.target(&it.post.target)),
            text(if is_repost { words::REPOST } else { words::POST }),
            unit_name(&it.post.unit),
            text(&it.post.posted_at),
            text(it.post.url.as_deref().unwrap_or_default()),
        ];
        match &it.sample {
            Some(sample) => cells.extend([
                text(&metric(sample.metric).zh),
                match sample.metric {
                    Metric::Completion => Cell::Share(sample.value),
                    _ => Cell::Number(sample.value),
                },
                text(&sample.observed_at),
                text(&sample.place.file),
                text(&sample.place.sheet),
                Cell::Number(f64::from(sample.place.row)),
                text(&sample.place.file_sha256),
            ]),
            None => {
                cells.extend([text(words::NO_FIGURES), Cell::Unknown]);
                cells.extend(std::iter::repeat_n(text(""), 5));
            }
        }
        cells
    };
    Sheet {
        name: words::DETAILS,
        heads: words::DETAIL_HEADS.into(),
        widths: vec![8.0, 14.0, 24.0, 14.0, 8.0, 16.0, 25.0, 30.0, 12.0, 10.0, 21.0, 24.0, 12.0, 7.0, 66.0],
        rows: report.figures.iter().map(row).collect(),
        notes: Vec::new(),
    }
}
