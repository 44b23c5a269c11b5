//! The report of a season: what the office tells the college and the organiser, with where each figure was read.

pub mod page;
pub mod tables;
pub mod text;
pub mod workbook;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::model::finding::Verdict;
use crate::model::receipt::ReceiptKind;
use crate::model::statistics::{Duty, DutyKind, Metric, Sample};
use crate::receipts::statistics::season::{Facts, PlatformLine, PostFacts, Statistics, UnitLine, WorkLine};

/// Whose report it is, and of what time. Moments are written as they are to be read.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub college: String,
    pub campaign: String,
    pub season: String,
    /// Posts and figures until then.
    pub until: String,
    /// Entries, verdicts, releases and takedowns are those of this moment.
    pub made: String,
    pub formula: String,
    /// Names of targets by their ids.
    pub targets: BTreeMap<String, String>,
}

impl About {
    pub fn target<'a>(&'a self, id: &'a str) -> &'a str {
        self.targets.get(id).map_or(id, String::as_str)
    }
}

/// A counter added up over the posts of which it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Known {
    pub value: f64,
    pub posts: usize,
}

/// What the season amounts to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub entries: usize,
    pub accepted: usize,
    /// Rejected by the rules.
    pub returned: usize,
    pub duplicates: usize,
    /// Broken while they were made: nothing is decided about them.
    pub failed: usize,
    pub released: usize,
    pub posts: usize,
    pub with_topics: usize,
    pub topics_missing: usize,
    /// Posts whose text nobody has looked at.
    pub topics_unknown: usize,
    pub reposts: usize,
    pub unproven: usize,
    pub without_figures: usize,
    /// Counters alone; what no post is known of is not in it.
    pub sums: BTreeMap<Metric, Known>,
    /// Over works that were posted after their release, and how many those are.
    pub median_hours: Option<(f64, usize)>,
    pub units: usize,
    pub units_without_entries: usize,
    pub screens: usize,
    pub plays: u64,
    pub shown_ms: u64,
}

/// A post, and a number of it where one is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub post: PostFacts,
    pub title: String,
    pub sample: Option<Sample>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardLine {
    pub name: String,
    /// The title of the work, or the unit.
    pub whose: String,
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub about: About,
    pub totals: Totals,
    /// In the order of the league table.
    pub units: Vec<UnitLine>,
    pub works: Vec<WorkLine>,
    pub platforms: Vec<PlatformLine>,
    pub figures: Vec<Figure>,
    pub awards: Vec<AwardLine>,
    /// All there are, done or not.
    pub duties: Vec<(DutyKind, Vec<Duty>)>,
    pub without_contact: Vec<String>,
    /// Titles.
    pub withdrawn: Vec<String>,
}

/// Returns the report that follows from a season's facts and statistics.
pub fn report(about: About, facts: &Facts, found: Statistics) -> Report {
    let title_of = |id: &str| {
        let work = facts.works.iter().find(|work| work.id == id);
        work.map_or_else(|| id.to_owned(), |work| work.title.clone())
    };
    let mut figures = Vec::new();
    for post in &facts.posts {
        let figure =
            |sample: Option<Sample>| Figure { post: post.clone(), title: title_of(&post.work), sample };
        let before = figures.len();
        figures.extend(facts.samples_of(post.seq).map(|sample| figure(Some(sample.clone()))));
        if figures.len() == before {
            figures.push(figure(None));
        }
    }
    let whose = |work: Option<&String>, unit: Option<&String>| {
        work.map(|id| title_of(id)).or_else(|| unit.cloned()).unwrap_or_default()
    };
    let award = |it: &crate::model::statistics::Award| AwardLine {
        name: it.name.clone(),
        whose: whose(it.work.as_ref(), it.department.as_ref()),
    };
    let duties_of = |kind: DutyKind| {
        let mut of: Vec<Duty> = facts.duties.iter().filter(|it| it.kind == kind).cloned().collect();
        of.sort_by(|one, other| one.date.cmp(&other.date));
        (kind, of)
    };
    let nobody = found.units.iter().filter(|unit| !unit.unit.is_empty() && !unit.has_contact);
    Report {
        totals: totals(facts, &found, &figures),
        awards: facts.awards.iter().map(award).collect(),
        duties: DutyKind::ALL.into_iter().map(duties_of).collect(),
        without_contact: nobody.map(|unit| unit.unit.clone()).collect(),
        withdrawn: facts.works.iter().filter(|it| it.is_withdrawn).map(|it| it.title.clone()).collect(),
        about,
        units: found.units,
        works: found.works,
        platforms: found.platforms,
        figures,
    }
}

fn totals(facts: &Facts, found: &Statistics, figures: &[Figure]) -> Totals {
    let verdicts =
        |is: fn(Verdict) -> bool| facts.works.iter().filter(|work| work.verdict.is_some_and(is)).count();
    let own = || facts.posts.iter().filter(|post| post.what == ReceiptKind::Post);
    let mut sums: BTreeMap<Metric, Known> = BTreeMap::new();
    for sample in figures.iter().filter_map(|it| it.sample.as_ref()).filter(|it| it.metric.is_counter()) {
        let known = sums.entry(sample.metric).or_default();
        known.value += sample.value;
        known.posts += 1;
    }
    let named = || found.units.iter().filter(|unit| !unit.unit.is_empty());
    Totals {
        entries: facts.works.len(),
        accepted: verdicts(Verdict::is_accepted),
        returned: verdicts(|it| it == Verdict::Rejected),
        duplicates: verdicts(|it| it == Verdict::Duplicate),
        failed: verdicts(|it| it == Verdict::Failed),
        released: facts.works.iter().filter(|work| work.released_at.is_some()).count(),
        posts: own().count(),
        with_topics: own().filter(|post| post.topics == Some(true)).count(),
        topics_missing: own().filter(|post| post.topics == Some(false)).count(),
        topics_unknown: own().filter(|post| post.topics.is_none()).count(),
        reposts: facts.posts.iter().filter(|post| post.what == ReceiptKind::Repost).count(),
        unproven: facts.works.iter().map(|work| work.unproven).sum(),
        without_figures: figures.iter().filter(|it| it.sample.is_none()).count(),
        sums,
        median_hours: median(found.works.iter().filter_map(|work| work.hours_to_post).collect()),
        units: named().count(),
        units_without_entries: named().filter(|unit| unit.entries == 0).count(),
        screens: facts.screens,
        plays: facts.plays,
        shown_ms: facts.shown_ms,
    }
}

fn median(mut hours: Vec<f64>) -> Option<(f64, usize)> {
    hours.sort_by(f64::total_cmp);
    let count = hours.len();
    let upper = *hours.get(count / 2)?;
    let middle = if count % 2 == 1 { upper } else { f64::midpoint(hours[count / 2 - 1], upper) };
    Some(((middle * 10.0).round() / 10.0, count))
}
