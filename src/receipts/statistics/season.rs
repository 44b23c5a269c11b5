//! What a season amounts to: by work, unit and platform, with what is missing, and the league table of units.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;

use super::matching::{Post, day_of};
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::config::Config;
use crate::model::finding::Verdict;
use crate::model::posting::{Numbered, Proof, posting, proof, receipts};
use crate::model::receipt::{Receipt, ReceiptKind};
use crate::model::review::{Record, ReviewState};
use crate::model::statistics::{Award, Count, Duty, Metric, Sample, StatisticsRules, at_cutoff};

/// A work of the season.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkFacts {
    pub id: String,
    pub title: String,
    /// Empty where nobody said whose it is.
    pub unit: String,
    pub verdict: Option<Verdict>,
    /// When its first target was released, RFC 3339; `None` where none is.
    pub released_at: Option<String>,
    pub is_withdrawn: bool,
    pub unproven: usize,
}

/// A proven post that is still there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostFacts {
    pub seq: u64,
    pub work: String,
    pub target: String,
    pub what: ReceiptKind,
    /// The unit that posted it.
    pub unit: String,
    pub account: Option<String>,
    pub url: Option<String>,
    pub posted_at: String,
    pub topics: Option<bool>,
}

/// Everything that a season's statistics follow from.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub works: Vec<WorkFacts>,
    pub posts: Vec<PostFacts>,
    /// The last before the cut-off.
    pub samples: BTreeMap<(u64, Metric), Sample>,
    /// All units there are, with entries or without.
    pub units: BTreeSet<String>,
    /// Those whom somebody can be reached by.
    pub reachable: BTreeSet<String>,
    pub awards: Vec<Award>,
    pub duties: Vec<Duty>,
    pub screens: usize,
    pub plays: u64,
    pub shown_ms: u64,
}

/// Figures, and how much of them is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sums {
    /// Counters added up over posts with figures.
    pub values: BTreeMap<Metric, f64>,
    /// Posts of which no figure is known.
    pub without_figures: usize,
}

impl UnitLine {
    /// Returns what tables count of a unit, in the order of their columns: entries and what became of them, then posts.
    pub fn counts(&self) -> [usize; 10] {
        [
            self.entries,
            self.accepted,
            self.returned,
            self.duplicates,
            self.failed,
            self.released,
            self.posts,
            self.with_topics,
            self.topics_missing,
            self.reposts,
        ]
    }
}

impl Sums {
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.values.get(&metric).copied()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UnitLine {
    pub unit: String,
    /// Units with as many points share a place.
    pub place: usize,
    pub score: f64,
    pub entries: usize,
    pub accepted: usize,
    pub returned: usize,
    pub duplicates: usize,
    /// Works that could not be made, and nobody has mended yet.
    pub failed: usize,
    pub released: usize,
    pub withdrawn: usize,
    pub posts: usize,
    /// Posts whose text is known to hold all topics.
    pub with_topics: usize,
    pub topics_missing: usize,
    pub reposts: usize,
    /// Receipts that prove nothing yet, and count for nothing.
    pub unproven: usize,
    pub awards: usize,
    #[serde(flatten)]
    pub sums: Sums,
    pub has_contact: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WorkLine {
    pub work: String,
    pub title: String,
    pub unit: String,
    pub verdict: Option<Verdict>,
    pub is_released: bool,
    pub is_withdrawn: bool,
    pub posts: usize,
    pub topics_missing: usize,
    pub reposts: usize,
    pub unproven: usize,
    /// From release to the first post.
    pub hours_to_post: Option<f64>,
    pub awards: usize,
    #[serde(flatten)]
    pub sums: Sums,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlatformLine {
    pub target: String,
    pub posts: usize,
    pub reposts: usize,
    #[serde(flatten)]
    pub sums: Sums,
}

/// The statistics of a season.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// In the order of the league table.
    pub units: Vec<UnitLine>,
    pub works: Vec<WorkLine>,
    pub platforms: Vec<PlatformLine>,
}

/// The ids of works with their titles.
pub type Titles = Vec<(String, String)>;

/// Returns the proven posts of all works, each once, and all works' titles.
pub fn posts_to_match(catalog: &Catalog) -> Result<(Vec<Post>, Titles), CatalogError> {
    let (mut posts, mut works) = (Vec::new(), Vec::new());
    for row in catalog.works()? {
        let records = catalog.records_of(&row.manifest.id)?;
        for (seq, receipt, _) in proven(&records) {
            posts.push(Post {
                seq,
                work: row.manifest.id.clone(),
                target: receipt.target.clone(),
                title: row.manifest.title.clone(),
                url: receipt.url.clone(),
                key: receipt.post_key.clone(),
                platform_id: receipt.platform_id.clone(),
                account: receipt.account.clone(),
                posted_on: in_china(&receipt.posted_at).as_deref().and_then(day_of),
            });
        }
        works.push((row.manifest.id, row.manifest.title));
    }
    Ok((posts, works))
}

/// Returns a time as a clock in China shows it, RFC 3339.
pub fn in_china(at: &str) -> Option<String> {
    let at: Timestamp = at.parse().ok()?;
    Some(crate::receipts::moment::written(&at.to_zoned_datetime(china())))
}

/// China's time, which has had no summer time since 1991.
pub fn china() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(8))
}

/// Returns the proven posts among a work's records, each once, and whether it is still there.
fn proven(records: &[Record]) -> Vec<(u64, &Receipt, bool)> {
    let all = receipts(records);
    let targets: BTreeSet<&str> = all.iter().map(|it| it.receipt.target.as_str()).collect();
    let live: BTreeSet<u64> = targets.iter().flat_map(|target| posting(&all, target).live).collect();
    let mut found: Vec<(u64, &Receipt, bool)> = Vec::new();
    for one in all.iter().filter(|one| one.receipt.what.is_posting()) {
        let same = |(_, other, _): &(u64, &Receipt, bool)| {
            other.target == one.receipt.target
                && other.post_key.is_some()
                && other.post_key == one.receipt.post_key
        };
        // The same post on two receipts is one post, under the number of the first.
        if proof(Numbered { seq: one.seq, receipt: one.receipt }, &all) == Proof::Proven
            && !found.iter().any(same)
        {
            found.push((one.seq, one.receipt, live.contains(&one.seq)));
        }
    }
    found
}

/// Collects what a season's statistics follow from. `season` is an id, `None` is all works; `cutoff` is UTC, and leaves out what was
/// posted or counted later.
pub fn facts(
    catalog: &Catalog,
    config: &Config,
    season: Option<&str>,
    cutoff: Option<&str>,
) -> Result<Facts, CatalogError> {
    let mut facts = Facts { units: config.departments.values().cloned().collect(), ..Facts::default() };
    for row in catalog.works()?.into_iter().filter(|row| !row.manifest.draft) {
        let work = row.manifest;
        let unit = work.department.or(work.owner).unwrap_or_default();
        if !unit.is_empty() {
            facts.units.insert(unit.clone());
        }
        if season.is_some_and(|season| work.season.as_deref() != Some(season)) {
            continue;
        }
        let records = catalog.records_of(&work.id)?;
        let standing = catalog.standing_of(&work.id)?;
        let targets = standing.iter().flat_map(|standing| standing.targets.values());
        let released = targets.filter(|at| at.state == ReviewState::Released).map(|at| at.since.clone());
        let is_until = |at: &str| match (cutoff, at.parse::<Timestamp>()) {
            (Some(cutoff), Ok(at)) => cutoff.parse::<Timestamp>().is_ok_and(|cutoff| at < cutoff),
            _ => true,
        };
        for (seq, receipt, is_live) in proven(&records) {
            if !is_live || !is_until(&receipt.posted_at) {
                continue;
            }
            facts.posts.push(PostFacts {
                seq,
                work: work.id.clone(),
                target: receipt.target.clone(),
                what: receipt.what,
                unit: receipt.department.clone().unwrap_or_else(|| unit.clone()),
                account: receipt.account.clone(),
                url: receipt.url.clone(),
                posted_at: receipt.posted_at.clone(),
                topics: receipt.topics_seen,
            });
        }
        let all = receipts(&records);
        let named: BTreeSet<&str> = all.iter().map(|it| it.receipt.target.as_str()).collect();
        facts.works.push(WorkFacts {
            unproven: named.iter().map(|target| posting(&all, target).unproven.len()).sum(),
            is_withdrawn: standing.as_ref().is_some_and(|it| it.state == ReviewState::Withdrawn),
            released_at: released.min_by_key(|at| at.parse::<Timestamp>().ok()),
            id: work.id,
            title: work.title,
            unit,
            verdict: Some(work.verdict),
        });
    }
    facts.units.extend(facts.posts.iter().map(|post| post.unit.clone()).filter(|unit| !unit.is_empty()));
    facts.samples = at_cutoff(&catalog.samples()?, cutoff);
    let people = catalog.people()?;
    facts.reachable = people.0.into_iter().filter(|it| it.is_contact).map(|it| it.unit).collect();
    let of_season = |id: &str| season.is_none_or(|season| season == id);
    facts.awards = config.award.iter().filter(|it| of_season(&it.season)).cloned().collect();
    facts.duties = config.duty.iter().filter(|it| of_season(&it.season)).cloned().collect();
    facts.units.extend(facts.awards.iter().filter_map(|award| award.department.clone()));
    if let Some(season) = config.seasons.iter().find(|it| Some(it.id.as_str()) == season) {
        let days = catalog.play_days(&season.from, &season.to)?;
        facts.screens =
            days.iter().filter(|day| day.plays > 0).map(|day| &day.screen).collect::<BTreeSet<_>>().len();
        facts.plays = days.iter().map(|day| u64::from(day.plays)).sum();
        facts.shown_ms = days.iter().map(|day| day.shown_ms).sum();
    }
    Ok(facts)
}

impl Facts {
    /// Returns the samples of a post, by metric.
    pub fn samples_of(&self, post: u64) -> impl Iterator<Item = &Sample> {
        Metric::ALL.into_iter().filter_map(move |metric| self.samples.get(&(post, metric)))
    }

    fn sums<'a>(&self, posts: impl Iterator<Item = &'a PostFacts>) -> Sums {
        let mut sums = Sums::default();
        for post in posts {
            let mut known = false;
            for sample in self.samples_of(post.seq) {
                known = true;
                if sample.metric.is_counter() {
                    *sums.values.entry(sample.metric).or_default() += sample.value;
                }
            }
            sums.without_figures += usize::from(!known);
        }
        sums
    }
}

/// Returns the statistics that follow from facts.
pub fn statistics(facts: &Facts, rules: &StatisticsRules) -> Statistics {
    let mut by_work: HashMap<&str, Vec<&PostFacts>> = HashMap::new();
    for post in &facts.posts {
        by_work.entry(&post.work).or_default().push(post);
    }
    let works: Vec<WorkLine> =
        facts.works.iter().map(|work| work_line(facts, work, by_work.get(work.id.as_str()))).collect();
    let mut units: BTreeMap<&str, UnitLine> = BTreeMap::new();
    let known =
        facts.units.iter().map(String::as_str).chain(facts.works.iter().map(|work| work.unit.as_str()));
    for unit in known {
        units.entry(unit).or_insert_with(|| UnitLine {
            unit: unit.to_owned(),
            has_contact: facts.reachable.contains(unit),
            ..UnitLine::default()
        });
    }
    for (work, line) in facts.works.iter().zip(&works) {
        let Some(unit) = units.get_mut(work.unit.as_str()) else { continue };
        add_work(unit, work, line);
        let posts = by_work.get(work.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        unit.with_topics +=
            posts.iter().filter(|it| it.what == ReceiptKind::Post && it.topics == Some(true)).count();
        unit.score += figure_points(facts, posts, rules);
    }
    for post in facts.posts.iter().filter(|post| post.what == ReceiptKind::Repost) {
        if let Some(unit) = units.get_mut(post.unit.as_str()) {
            unit.reposts += 1;
        }
    }
    for award in &facts.awards {
        let of_work = facts.works.iter().find(|work| Some(&work.id) == award.work.as_ref());
        let unit = award.department.as_deref().or(of_work.map(|work| work.unit.as_str()));
        if let Some(unit) = unit.and_then(|unit| units.get_mut(unit)) {
            unit.awards += 1;
        }
    }
    let points = &rules.points;
    let mut units: Vec<UnitLine> = units.into_values().collect();
    for unit in &mut units {
        unit.score += points.works * unit.accepted as f64
            + points.posts * unit.with_topics as f64
            + points.reposts * unit.reposts as f64
            + points.awards * unit.awards as f64;
        // Sums of shares such as 0.1 differ in their last bits: what is shown alike is alike.
        unit.score = (unit.score * 100.0).round() / 100.0;
    }
    units.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.unit.cmp(&other.unit)));
    for at in 0..units.len() {
        let shares = at > 0 && units[at - 1].score.total_cmp(&units[at].score).is_eq();
        units[at].place = if shares { units[at - 1].place } else { at + 1 };
    }
    Statistics { platforms: platform_lines(facts), units, works }
}

fn work_line(facts: &Facts, work: &WorkFacts, posts: Option<&Vec<&PostFacts>>) -> WorkLine {
    let posts = posts.map(Vec::as_slice).unwrap_or_default();
    let own = || posts.iter().filter(|it| it.what == ReceiptKind::Post);
    let read = |at: &String| at.parse::<Timestamp>().ok();
    let first = own().filter_map(|it| read(&it.posted_at)).min();
    let hours = work
        .released_at
        .as_ref()
        .and_then(read)
        .zip(first)
        .map(|(released, first)| (first.as_second() - released.as_second()) as f64 / 3600.0);
    WorkLine {
        work: work.id.clone(),
        title: work.title.clone(),
        unit: work.unit.clone(),
        verdict: work.verdict,
        is_released: work.released_at.is_some(),
        is_withdrawn: work.is_withdrawn,
        posts: own().count(),
        topics_missing: own().filter(|it| it.topics == Some(false)).count(),
        reposts: posts.iter().filter(|it| it.what == ReceiptKind::Repost).count(),
        unproven: work.unproven,
        // From before a later release: no time that passed.
        hours_to_post: hours.filter(|hours| *hours >= 0.0).map(|hours| (hours * 10.0).round() / 10.0),
        awards: facts.awards.iter().filter(|award| award.work.as_ref() == Some(&work.id)).count(),
        sums: facts.sums(posts.iter().copied()),
    }
}

fn add_work(unit: &mut UnitLine, work: &WorkFacts, line: &WorkLine) {
    unit.entries += 1;
    match work.verdict {
        Some(verdict) if verdict.is_accepted() => unit.accepted += 1,
        Some(Verdict::Duplicate) => unit.duplicates += 1,
        Some(Verdict::Failed) => unit.failed += 1,
        _ => unit.returned += 1,
    }
    unit.released += usize::from(line.is_released);
    unit.withdrawn += usize::from(line.is_withdrawn);
    unit.posts += line.posts;
    unit.topics_missing += line.topics_missing;
    unit.unproven += line.unproven;
    unit.sums.without_figures += line.sums.without_figures;
    for (metric, value) in &line.sums.values {
        *unit.sums.values.entry(*metric).or_default() += value;
    }
}

/// Returns the points that a work's figures give.
fn figure_points(facts: &Facts, posts: &[&PostFacts], rules: &StatisticsRules) -> f64 {
    let mut by_target: BTreeMap<&str, f64> = BTreeMap::new();
    for post in posts {
        let points = facts.samples_of(post.seq).map(|it| it.value * rules.points.of(it.metric)).sum::<f64>();
        *by_target.entry(&post.target).or_default() += points;
    }
    match rules.count {
        Count::Sum => by_target.values().sum(),
        Count::BestPlatform => by_target.values().copied().fold(0.0, f64::max),
    }
}

fn platform_lines(facts: &Facts) -> Vec<PlatformLine> {
    let targets: BTreeSet<&str> = facts.posts.iter().map(|post| post.target.as_str()).collect();
    let line = |target: &str| {
        let posts = || facts.posts.iter().filter(move |post| post.target == target);
        PlatformLine {
            target: target.to_owned(),
            posts: posts().filter(|post| post.what == ReceiptKind::Post).count(),
            reposts: posts().filter(|post| post.what == ReceiptKind::Repost).count(),
            sums: facts.sums(posts()),
        }
    };
    targets.into_iter().map(line).collect()
}
