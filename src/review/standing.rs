//! Where a work stands, as a pure function of its release set, its records, the office's rules and the time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::clock::local_time;
use crate::model::manifest::Work;
use crate::model::posting::{posting, receipts};
use crate::model::release_set::ReleaseSet;
use crate::model::review::{
    Action, Level, Record, ReviewRules, ReviewState, SignedLevel, Standing, TargetStanding,
};

/// Everything that decides where a work stands.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub work: &'a Work,
    pub set: &'a ReleaseSet,
    /// The work's, oldest first.
    pub records: &'a [Record],
    pub rules: &'a ReviewRules,
    /// When people said that it is the same as another work: what was signed before that is void.
    pub doubts: &'a [Timestamp],
    pub now: Timestamp,
}

/// One target's standing, with why it was returned or withdrawn, and by which level.
struct Judged<'a> {
    standing: TargetStanding,
    reason: Option<&'a str>,
    by_level: Option<&'a str>,
}

/// Returns where a work stands.
pub fn standing(facts: &Facts<'_>) -> Standing {
    let undone = undone(facts.records);
    let judged: BTreeMap<&str, Judged<'_>> = facts
        .set
        .shares
        .iter()
        .map(|(target, digest)| (target.as_str(), judge(facts, &undone, target, digest)))
        .collect();
    let having = |state: ReviewState| judged.values().filter(move |one| one.standing.state == state);
    let has = |state: ReviewState| having(state).next().is_some();
    let is_released = has(ReviewState::Released);
    let state = [ReviewState::Waiting, ReviewState::Returned, ReviewState::Released]
        .into_iter()
        .find(|state| has(*state))
        .unwrap_or(ReviewState::Withdrawn);
    let levels = &facts.rules.level;
    let place = |name: &str| levels.iter().position(|level| level.name == name);
    // The lowest level that anything of it waits for is the work's.
    let first = having(state).min_by_key(|one| {
        let level = one.standing.level.as_deref();
        (level.and_then(place).unwrap_or(levels.len()), one.standing.since.clone())
    });
    let waits = first.and_then(|one| one.standing.level.clone());
    let level = waits.clone().or_else(|| first.and_then(|one| one.by_level).map(str::to_owned));
    let since = first.map(|one| one.standing.since.clone()).unwrap_or_default();
    let term = waits.as_deref().and_then(place).and_then(|place| levels[place].within_h);
    Standing {
        work: facts.work.id.clone(),
        title: facts.work.title.clone(),
        department: facts.work.department.clone(),
        season: facts.work.season.clone(),
        revision: facts.work.revision,
        subject: facts.set.subject.clone(),
        state: match state {
            ReviewState::Released if is_posted(facts.records) => ReviewState::Posted,
            state => state,
        },
        supplementary: is_released && matches!(state, ReviewState::Waiting | ReviewState::Returned),
        level,
        due: term.and_then(|hours| after(&since, SignedDuration::from_hours(hours.into()))),
        since,
        open_comments: open_comments(facts.records),
        reason: first.and_then(|one| one.reason).map(str::to_owned),
        signed: signed(facts.rules, judged.values()),
        last_record: facts.records.last().map(|record| record.seq),
        records: u32::try_from(facts.records.len()).unwrap_or(u32::MAX),
        targets: judged.into_iter().map(|(target, one)| (target.to_owned(), one.standing)).collect(),
    }
}

/// Returns the numbers of records that were taken back.
pub(super) fn undone(records: &[Record]) -> BTreeSet<u64> {
    records
        .iter()
        .filter_map(|record| match record.said.action {
            Action::Undo { record } => Some(record),
            _ => None,
        })
        .collect()
}

/// Returns the comments that are still open, oldest first.
pub fn comments(records: &[Record]) -> impl Iterator<Item = (&Record, bool)> {
    let done: BTreeSet<u64> = records
        .iter()
        .filter_map(|record| match record.said.action {
            Action::Resolve { record } => Some(record),
            _ => None,
        })
        .collect();
    let all = records.iter().filter(|record| matches!(record.said.action, Action::Comment { .. }));
    all.map(move |record| (record, done.contains(&record.seq)))
}

fn open_comments(records: &[Record]) -> u32 {
    u32::try_from(comments(records).filter(|(_, done)| !done).count()).unwrap_or(u32::MAX)
}

/// A post counts once there is a link, or once a second person looked at its picture; and until it is removed.
fn is_posted(records: &[Record]) -> bool {
    let all = receipts(records);
    all.iter().any(|it| posting(&all, &it.receipt.target).posted.is_some())
}

fn judge<'a>(facts: &Facts<'a>, undone: &BTreeSet<u64>, target: &str, digest: &str) -> Judged<'a> {
    let mut history = History::default();
    let names = |named: &Option<String>| named.as_deref().is_none_or(|named| named == target);
    for record in facts.records.iter().filter(|record| !undone.contains(&record.seq)) {
        match &record.said.action {
            Action::Approve { level, targets, .. } => match targets.get(target) {
                Some(signed) if signed == digest && holds(facts, record) => {
                    history.signatures.insert(level, record);
                }
                Some(_) => history.was_signed = true,
                None => {}
            },
            Action::Return { targets, .. } if targets.get(target).is_some_and(|it| it == digest) => {
                history = History { returned: Some(record), ..History::default() };
            }
            Action::Withdraw { target: named, .. } if names(named) => {
                history = History { withdrawn: Some(record), ..History::default() };
            }
            Action::Restore { target: named, .. } if names(named) => {
                history = History { restored: Some(record), ..History::default() };
            }
            _ => {}
        }
    }
    let levels: Vec<&'a Level> = facts.rules.level.iter().filter(|level| level.is_for(target)).collect();
    history.conclude(facts, &levels, digest)
}

/// What the records say of one target and digest.
#[derive(Default)]
struct History<'a> {
    signatures: BTreeMap<&'a str, &'a Record>,
    returned: Option<&'a Record>,
    withdrawn: Option<&'a Record>,
    restored: Option<&'a Record>,
    was_signed: bool,
}

impl<'a> History<'a> {
    fn conclude(self, facts: &Facts<'a>, levels: &[&'a Level], digest: &str) -> Judged<'a> {
        let last_signed = levels.iter().filter_map(|level| self.signatures.get(level.name.as_str()).copied());
        let last_signed = last_signed.max_by_key(|record| record.seq);
        let lacking = levels.iter().find(|level| !self.signatures.contains_key(level.name.as_str()));
        let (state, level, since) = match (self.withdrawn, self.returned, lacking, last_signed) {
            (Some(record), ..) => (ReviewState::Withdrawn, None, record.said.at.clone()),
            (_, Some(record), ..) => (ReviewState::Returned, None, record.said.at.clone()),
            // What nobody signed is released by nobody, whatever the rules say.
            (_, _, None, Some(record)) => (ReviewState::Released, None, record.said.at.clone()),
            (_, _, level, signed) => {
                let last = [self.restored, signed].into_iter().flatten().max_by_key(|record| record.seq);
                let since = last.map(|record| record.said.at.as_str());
                let since = since.filter(|at| moment(at) >= moment(&facts.work.made_at));
                let level = level.map(|level| level.name.clone());
                (ReviewState::Waiting, level, since.unwrap_or(&facts.work.made_at).to_owned())
            }
        };
        let expires = facts.rules.valid_days.and_then(|days| {
            let ends = levels.iter().filter_map(|level| self.signatures.get(level.name.as_str()));
            let first = ends.min_by_key(|record| moment(&record.said.at))?;
            after(&first.said.at, SignedDuration::from_hours(24 * i64::from(days)))
        });
        let decided = self.withdrawn.or(self.returned);
        let (reason, by_level) = match decided.map(|record| &record.said.action) {
            Some(Action::Return { reason, level, .. }) => (Some(reason.as_str()), Some(level.as_str())),
            Some(Action::Withdraw { reason, .. }) => (Some(reason.as_str()), None),
            _ => (None, None),
        };
        let standing = TargetStanding {
            digest: digest.to_owned(),
            state,
            level,
            since,
            expires,
            was_signed: self.was_signed,
            signed: levels
                .iter()
                .filter_map(|level| Some(signed_level(level, self.signatures.get(level.name.as_str())?)))
                .collect(),
        };
        Judged { standing, reason, by_level }
    }
}

/// Returns true if a signature was given after all doubts, and has not ended. Where either matters, one without a time that can
/// be read does not hold.
fn holds(facts: &Facts<'_>, record: &Record) -> bool {
    if facts.doubts.is_empty() && facts.rules.valid_days.is_none() {
        return true;
    }
    let Some(at) = moment(&record.said.at) else { return false };
    let days = facts.rules.valid_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let has_ended = days.is_some_and(|days| at.checked_add(days).is_ok_and(|end| facts.now >= end));
    !has_ended && !facts.doubts.iter().any(|doubt| at <= *doubt)
}

/// Returns the latest signature of each level that holds for any target, in the levels' order.
fn signed<'a>(rules: &ReviewRules, judged: impl Iterator<Item = &'a Judged<'a>>) -> Vec<SignedLevel> {
    let mut latest: BTreeMap<&str, &SignedLevel> = BTreeMap::new();
    for signed in judged.flat_map(|one| &one.standing.signed) {
        let known = latest.entry(&signed.level).or_insert(signed);
        if known.record < signed.record {
            *known = signed;
        }
    }
    rules.level.iter().filter_map(|level| latest.get(level.name.as_str()).copied().cloned()).collect()
}

fn signed_level(level: &Level, record: &Record) -> SignedLevel {
    SignedLevel {
        level: level.name.clone(),
        by: record.said.by.clone(),
        at: record.said.at.clone(),
        record: record.seq,
    }
}

/// Returns a time of a record, if it can be read.
pub(super) fn moment(at: &str) -> Option<Timestamp> {
    at.parse().ok()
}

fn after(at: &str, time: SignedDuration) -> Option<String> {
    let end = moment(at)?.checked_add(time).ok()?;
    Some(local_time(end.as_second()))
}
