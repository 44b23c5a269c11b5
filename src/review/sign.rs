//! What a person may do to a work: each function checks one action and returns what is to be recorded. None writes anything.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::standing::{comments, undone};
use super::view::{Moment, View};
use crate::model::receipt::ReceiptKind;
use crate::model::release_set::ReleaseSet;
use crate::model::review::{
    Action, Answer, Checklist, Distinct, Level, NewRecord, Record, ReviewRules, ReviewState, Signatory,
    SignedLevel, Span, Standing,
};
use crate::model::review_refusal::Refusal;

type Result<T> = std::result::Result<T, Refusal>;

/// Who acts on a work, and when.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    pub view: &'a View,
    pub rules: &'a ReviewRules,
    pub by: &'a Signatory,
    pub moment: &'a Moment,
}

/// What somebody says with a signature.
#[derive(Clone, Debug, Default)]
pub struct Approval<'a> {
    pub level: &'a str,
    /// The digest that was seen; its beginning is enough, from 8 digits on.
    pub subject: Option<&'a str>,
    pub note: Option<String>,
    pub checklist: BTreeMap<String, Answer>,
    pub played_s: Option<u32>,
}

/// Digits of a subject that are enough to name it.
pub const SUBJECT_DIGITS: usize = 8;

impl Act<'_> {
    /// Signs everything of the work that waits for a level.
    pub fn approve(self, approval: Approval<'_>) -> Result<NewRecord> {
        let (set, standing) = self.view.reviewable()?;
        let level = self.level(approval.level)?;
        let targets = self.waiting(set, standing, level)?;
        self.may_sign(level, standing, &targets)?;
        if let Some(seen) = approval.subject {
            self.is_still(seen, set)?;
        }
        self.checklist(&approval)?;
        let Approval { note, checklist, played_s, .. } = approval;
        let (level, note) = (level.name.clone(), note.filter(|note| !note.trim().is_empty()));
        Ok(self.record(Action::Approve { level, targets, note, checklist, played_s }))
    }

    /// Returns the work to its department, as far as it waits for a level.
    pub fn send_back(self, level: &str, reason: &str, at: Option<Span>) -> Result<NewRecord> {
        let (set, standing) = self.view.reviewable()?;
        let level = self.level(level)?;
        let targets = self.waiting(set, standing, level)?;
        self.may_act(level)?;
        let reason = said(reason)?;
        at.map_or(Ok(()), |span| self.within(span))?;
        Ok(self.record(Action::Return { level: level.name.clone(), targets, reason, at }))
    }

    /// Takes back the person's last approval or return, until somebody acted on it.
    pub fn undo(self) -> Result<NewRecord> {
        let title = || self.view.work.title.clone();
        self.named()?;
        let undone = undone(&self.view.records);
        let decisions = self.view.records.iter().filter(|record| {
            !undone.contains(&record.seq)
                && matches!(record.said.action, Action::Approve { .. } | Action::Return { .. })
        });
        let is_own = |record: &&Record| same_name(&record.said.by.name, &self.by.name);
        let Some(own) = decisions.rev().find(is_own) else {
            return Err(Refusal::NothingToUndo { name: self.by.name.clone(), title: title() });
        };
        for later in self.view.records.iter().filter(|record| record.seq > own.seq) {
            match &later.said.action {
                Action::Approve { level, .. } | Action::Return { level, .. }
                    if !undone.contains(&later.seq) =>
                {
                    let by = later.said.by.name.clone();
                    return Err(Refusal::TooLateToUndo { title: title(), by, level: level.clone() });
                }
                Action::Withdraw { reason, .. } => {
                    return Err(Refusal::IsWithdrawn { title: title(), reason: reason.clone() });
                }
                Action::Restore { .. } => {
                    return Err(Refusal::NothingToUndo { name: self.by.name.clone(), title: title() });
                }
                Action::Receipt(receipt) if receipt.what == ReceiptKind::Post => {
                    return Err(Refusal::PostedSince { title: title() });
                }
                _ => {}
            }
        }
        Ok(self.record(Action::Undo { record: own.seq }))
    }

    pub fn comment(self, text: &str, at: Option<Span>, level: Option<String>) -> Result<NewRecord> {
        self.named()?;
        if let Some(level) = &level {
            self.level(level)?;
        }
        at.map_or(Ok(()), |span| self.within(span))?;
        Ok(self.record(Action::Comment { text: said(text)?, at, level }))
    }

    /// Marks a comment as done.
    pub fn resolve(self, number: u64) -> Result<NewRecord> {
        self.named()?;
        match comments(&self.view.records).find(|(comment, _)| comment.seq == number) {
            None => Err(Refusal::NoSuchComment { number }),
            Some((_, true)) => Err(Refusal::ResolvedAlready { number }),
            Some((_, false)) => Ok(self.record(Action::Resolve { record: number })),
        }
    }

    /// Takes the work, or one target of it, off everything, at once.
    pub fn withdraw(self, target: Option<String>, reason: &str) -> Result<NewRecord> {
        self.named()?;
        let reason = said(reason)?;
        if let Some(reason) = self.withdrawn(target.as_deref())? {
            return Err(Refusal::IsWithdrawn { title: self.view.work.title.clone(), reason });
        }
        Ok(self.record(Action::Withdraw { target, reason }))
    }

    /// Ends a withdrawal: review begins again.
    pub fn restore(self, target: Option<String>, reason: &str) -> Result<NewRecord> {
        self.named()?;
        let reason = said(reason)?;
        let targets = self.targets();
        let withdrawn = match &target {
            Some(target) => self.withdrawn(Some(target))?.is_some(),
            None => {
                let each = targets.iter().map(|target| self.withdrawn(Some(target)));
                self.withdrawn(None)?.is_some()
                    || each.collect::<Result<Vec<_>>>()?.iter().any(Option::is_some)
            }
        };
        match withdrawn {
            true => Ok(self.record(Action::Restore { target, reason })),
            false => Err(Refusal::NotWithdrawn { title: self.view.work.title.clone() }),
        }
    }

    /// Makes the record of an action by this person, about the work as it is now.
    pub fn record(self, action: Action) -> NewRecord {
        let work = &self.view.work;
        NewRecord {
            work: work.id.clone(),
            title: work.title.clone(),
            department: work.department.clone(),
            revision: work.revision,
            subject: self.view.reviewable.as_ref().map(|(set, _)| set.subject.clone()),
            at: self.moment.at.clone(),
            by: self.by.clone(),
            action,
        }
    }

    fn targets(&self) -> Vec<String> {
        self.view.work.renditions.iter().map(|rendition| rendition.target.clone()).collect()
    }

    /// Returns why a target, or the work as a whole, is withdrawn. A target that the work does not have is an error.
    fn withdrawn(&self, target: Option<&str>) -> Result<Option<String>> {
        if let Some(given) = target
            && !self.view.work.renditions.iter().any(|rendition| rendition.target == given)
        {
            return Err(Refusal::NoSuchTarget { given: given.to_owned(), targets: self.targets() });
        }
        let mut reason = None;
        for record in &self.view.records {
            match &record.said.action {
                Action::Withdraw { target: named, reason: why }
                    if named.is_none() || (target.is_some() && named.as_deref() == target) =>
                {
                    reason = Some(why.clone());
                }
                Action::Restore { target: named, .. }
                    if named.is_none() || (target.is_some() && named.as_deref() == target) =>
                {
                    reason = None;
                }
                _ => {}
            }
        }
        Ok(reason)
    }

    fn level(&self, given: &str) -> Result<&Level> {
        self.rules.level(given.trim()).ok_or_else(|| Refusal::NoSuchLevel {
            given: given.to_owned(),
            levels: self.rules.level.iter().map(|level| level.name.clone()).collect(),
        })
    }

    /// Returns the shares of the targets that wait for a level.
    fn waiting(
        &self,
        set: &ReleaseSet,
        standing: &Standing,
        level: &Level,
    ) -> Result<BTreeMap<String, String>> {
        let waits = |target: &String| {
            standing.targets.get(target).is_some_and(|its| {
                its.state == ReviewState::Waiting && its.level.as_deref() == Some(&level.name)
            })
        };
        let shares = set.shares.iter().filter(|(target, _)| waits(target));
        let shares: BTreeMap<String, String> =
            shares.map(|(target, digest)| (target.clone(), digest.clone())).collect();
        if !shares.is_empty() {
            return Ok(shares);
        }
        let title = self.view.work.title.clone();
        let last = |fits: fn(&Action) -> bool| {
            self.view.records.iter().rev().find(|record| fits(&record.said.action))
        };
        match standing.state {
            ReviewState::Withdrawn => {
                Err(Refusal::IsWithdrawn { title, reason: standing.reason.clone().unwrap_or_default() })
            }
            ReviewState::Returned => {
                let by = last(|action| matches!(action, Action::Return { .. }));
                Err(Refusal::IsReturned {
                    title,
                    by: by.map(|record| record.said.by.name.clone()).unwrap_or_default(),
                    at: standing.since.clone(),
                    reason: standing.reason.clone().unwrap_or_default(),
                })
            }
            _ => {
                let waits_for = standing.level.clone().filter(|_| standing.state == ReviewState::Waiting);
                Err(Refusal::NotThisLevel { title, level: level.name.clone(), waits_for })
            }
        }
    }

    /// Checks that the person, and whoever the signature is for, may sign a level of these targets.
    fn may_sign(&self, level: &Level, standing: &Standing, targets: &BTreeMap<String, String>) -> Result<()> {
        self.may_act(level)?;
        let its = |target: &String| standing.targets.get(target).into_iter().flat_map(|its| &its.signed);
        let signed: Vec<&SignedLevel> = targets.keys().flat_map(its).collect();
        for name in self.names() {
            if let Some(signed) = self.signed_already(name, level, &signed) {
                return Err(Refusal::SignedAlready { name: name.to_owned(), level: signed });
            }
        }
        Ok(())
    }

    /// Checks that the person may act for a level: no author, and one of those whom the level names, or on behalf of one.
    fn may_act(&self, level: &Level) -> Result<()> {
        self.named()?;
        for name in self.names() {
            if self.view.work.authors.iter().any(|author| same_name(author, name)) {
                let title = self.view.work.title.clone();
                return Err(Refusal::IsAuthor { name: name.to_owned(), title });
            }
        }
        let responsible = self.by.on_behalf_of.as_deref().unwrap_or(&self.by.name);
        let is_listed = level.people.iter().any(|person| same_name(&person.name, responsible));
        if level.people.is_empty() || is_listed {
            return Ok(());
        }
        let people = level.people.iter().map(|person| person.name.clone()).collect();
        Err(Refusal::NotListed { name: responsible.to_owned(), level: level.name.clone(), people })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.by.name.as_str()).chain(self.by.on_behalf_of.as_deref())
    }

    fn named(&self) -> Result<()> {
        match self.names().any(|name| name.trim().is_empty()) {
            true => Err(Refusal::NoName),
            false => Ok(()),
        }
    }

    /// Returns another level that a person signed, where the rules want two people.
    fn signed_already(&self, name: &str, level: &Level, signed: &[&SignedLevel]) -> Option<String> {
        let is_hers = |by: &Signatory| {
            same_name(&by.name, name) || by.on_behalf_of.as_deref().is_some_and(|it| same_name(it, name))
        };
        let excludes = |other: &Level| match self.rules.distinct {
            Distinct::All => true,
            Distinct::PerKind => other.kind.iter().any(|kind| level.kind.contains(kind)),
        };
        let signed = signed.iter().filter(|signed| signed.level != level.name && is_hers(&signed.by));
        let mut levels = signed.filter_map(|signed| self.rules.level(&signed.level));
        levels.find(|other| excludes(other)).map(|other| other.name.clone())
    }

    fn is_still(&self, seen: &str, set: &ReleaseSet) -> Result<()> {
        let seen = seen.trim().to_ascii_lowercase();
        if seen.len() >= SUBJECT_DIGITS && set.subject.starts_with(&seen) {
            return Ok(());
        }
        let (_, standing) = self.view.reviewable()?;
        let changed = standing.targets.iter().filter(|(_, its)| its.was_signed);
        Err(Refusal::SubjectChanged {
            title: self.view.work.title.clone(),
            seen,
            now: set.subject.clone(),
            changed: changed.map(|(target, _)| target.clone()).collect(),
        })
    }

    fn checklist(&self, approval: &Approval<'_>) -> Result<()> {
        let items = &self.rules.item;
        let text = |key: &String| items.iter().find(|item| item.key == *key).map(|item| item.text.clone());
        if let Some(given) = approval.checklist.keys().find(|key| text(key).is_none()) {
            let keys = items.iter().map(|item| item.key.clone()).collect();
            return Err(Refusal::NoSuchItem { given: given.clone(), keys });
        }
        let no = approval.checklist.iter().filter(|(_, answer)| **answer == Answer::No);
        let no: Vec<String> = no.filter_map(|(key, _)| text(key)).collect();
        if !no.is_empty() && approval.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            return Err(Refusal::NoWithoutNote { items: no });
        }
        let open: Vec<String> = items
            .iter()
            .filter(|item| !approval.checklist.contains_key(&item.key))
            .map(|item| format!("{}（{}）", item.text, item.key))
            .collect();
        match self.rules.checklist {
            Checklist::Required if !open.is_empty() => Err(Refusal::ItemsUnanswered { items: open }),
            Checklist::Required | Checklist::Optional => Ok(()),
        }
    }

    /// Checks that a point or range is in the work as its longest rendition shows it.
    fn within(&self, span: Span) -> Result<()> {
        let work = &self.view.work;
        let made = work.renditions.iter().map(|rendition| rendition.duration_ms).max();
        let Some(duration_ms) = made.or(work.source.duration_ms) else { return Ok(()) };
        let outside = [span.from_ms, span.to_ms].into_iter().find(|at| *at > duration_ms);
        match outside {
            Some(at_ms) => Err(Refusal::OutsideWork { at_ms, duration_ms }),
            None if span.to_ms < span.from_ms => Err(Refusal::OutsideWork { at_ms: span.to_ms, duration_ms }),
            None => Ok(()),
        }
    }
}

fn said(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::NoReason) } else { Ok(text.to_owned()) }
}

/// Returns true if two names are one person's as they are written: width and spaces make no difference.
pub fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> String {
        name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    plain(one) == plain(other)
}
