//! The report as a text to paste. What is not known is not said, or said to be unknown.

use super::Report;
use crate::model::statistics::Metric;
use crate::present::messages::season_report as words;
use crate::present::messages::statistics::metric;

/// Places of the league table that the text names.
const LEADERS: usize = 3;

pub fn text(report: &Report) -> String {
    let (about, totals) = (&report.about, &report.totals);
    let received =
        words::received(totals.entries, totals.accepted, totals.returned, totals.duplicates, totals.failed);
    let topics = (totals.with_topics, totals.topics_missing, totals.topics_unknown);
    let posted = words::posted(totals.posts, topics, totals.reposts);
    let sums: Vec<(String, String)> = [Metric::Views, Metric::Likes]
        .into_iter()
        .filter_map(|it| Some((metric(it).zh, words::amount(totals.sums.get(&it)?.value))))
        .collect();
    let figures = words::figures(&sums, totals.without_figures);
    let mut lines = vec![words::heading(&about.college, &about.campaign, &about.season), String::new()];
    let (made, until) = (words::until(&about.made), words::until(&about.until));
    // Posts and figures may be of an earlier moment than what the catalogue says of works today.
    if made == until {
        lines.push(format!("{until}，{received}，{posted}，{figures}。"));
    } else {
        lines.push(format!("{until}，{posted}，{figures}。"));
        lines.push(format!("{made}，{received}。"));
    }
    lines.push(words::participation(totals.units, totals.units_without_entries));
    let leaders: Vec<(usize, String, f64)> = report
        .units
        .iter()
        .filter(|unit| unit.place <= LEADERS && unit.score > 0.0 && !unit.unit.is_empty())
        .map(|unit| (unit.place, unit.unit.clone(), unit.score))
        .collect();
    if !leaders.is_empty() {
        lines.push(words::leaders(&leaders));
    }
    lines.extend(totals.median_hours.map(|(hours, works)| words::first_posts(hours, works)));
    if totals.plays > 0 {
        lines.push(words::screens(totals.screens, totals.plays, hours(totals.shown_ms)));
    }
    let awards: Vec<String> = report.awards.iter().map(|it| words::award(&it.name, &it.whose)).collect();
    for (what, names) in [
        (words::AWARDS, &awards),
        (words::WITHDRAWN_WORKS, &report.withdrawn),
        (words::WITHOUT_CONTACT, &report.without_contact),
    ] {
        if !names.is_empty() {
            lines.push(words::listed(what, names));
        }
    }
    for (name, said) in duties(report) {
        lines.push(format!("{name}：{said}。"));
    }
    lines.push(String::new());
    lines.push(about.formula.clone());
    lines.join("\n") + "\n"
}

/// Returns each duty with when it was done.
pub fn duties(report: &Report) -> Vec<(&'static str, String)> {
    let said = |days: &[crate::model::statistics::Duty]| match days {
        [] => words::NONE_NOTED.to_owned(),
        days => days.iter().map(|it| words::done(&it.date, &it.note)).collect::<Vec<_>>().join("、"),
    };
    report.duties.iter().map(|(kind, days)| (words::duty(*kind), said(days))).collect()
}

/// Hours, to one place.
pub fn hours(ms: u64) -> f64 {
    (ms as f64 / 360_000.0).round() / 10.0
}
