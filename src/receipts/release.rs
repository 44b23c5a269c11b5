//! Whether a target was released at a time in the past, as its records say.

use std::collections::{BTreeMap, BTreeSet};

use super::moment::is_before;
use crate::model::review::{Action, Record, ReviewRules};

/// Returns true if, by the records up to `at` (RFC 3339), every level that a target needs had signed the same share of the
/// release set, and nobody had returned or withdrawn it since.
pub fn was_released(records: &[Record], target: &str, rules: &ReviewRules, at: &str) -> bool {
    let until = || records.iter().take_while(|record| !is_before(at, &record.said.at));
    let taken_back: BTreeSet<u64> = until()
        .filter_map(|record| match record.said.action {
            Action::Undo { record } => Some(record),
            _ => None,
        })
        .collect();
    // By level: the digest of the target's share that was signed.
    let mut signed: BTreeMap<&str, &str> = BTreeMap::new();
    for record in until().filter(|record| !taken_back.contains(&record.seq)) {
        match &record.said.action {
            Action::Approve { level, targets, .. } => {
                if let Some(digest) = targets.get(target) {
                    signed.insert(level, digest);
                }
            }
            Action::Return { targets, .. } if targets.is_empty() || targets.contains_key(target) => {
                signed.clear();
            }
            Action::Withdraw { target: of, .. } | Action::Restore { target: of, .. }
                if of.as_deref().is_none_or(|of| of == target) =>
            {
                signed.clear();
            }
            _ => {}
        }
    }
    let mut digests = rules.levels_of(target).map(|level| signed.get(level.name.as_str()));
    let first = digests.next().flatten();
    first.is_some() && digests.all(|digest| digest == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::review::{Level, NewRecord, Signatory};

    fn rules() -> ReviewRules {
        let level = |name: &str| Level { name: name.to_owned(), ..Level::default() };
        ReviewRules { level: vec![level("一审"), level("二审")], ..ReviewRules::default() }
    }

    fn approve(level: &str, digest: &str) -> Action {
        Action::Approve {
            level: level.to_owned(),
            targets: [("douyin".to_owned(), digest.to_owned())].into(),
            note: None,
            checklist: BTreeMap::new(),
            played_s: None,
        }
    }

    fn chain(actions: Vec<Action>) -> Vec<Record> {
        let record = |(index, action): (usize, Action)| Record {
            seq: index as u64 + 1,
            said: NewRecord {
                work: "w".to_owned(),
                title: String::new(),
                department: None,
                revision: 1,
                subject: None,
                at: format!("2026-11-30T{:02}:00:00+08:00", index + 1),
                by: Signatory::default(),
                action,
            },
            previous: String::new(),
            hash: String::new(),
        };
        actions.into_iter().enumerate().map(record).collect()
    }

    fn at(records: &[Record], hour: u32) -> bool {
        was_released(records, "douyin", &rules(), &format!("2026-11-30T{hour:02}:30:00+08:00"))
    }

    #[test]
    fn it_was_released_from_the_last_signature_to_the_withdrawal() {
        let withdraw = Action::Withdraw { target: None, reason: "x".to_owned() };
        let records = chain(vec![approve("一审", "a"), approve("二审", "a"), withdraw]);
        assert_eq!([0, 1, 2, 3].map(|hour| at(&records, hour)), [false, false, true, false]);
        assert!(!was_released(&records, "weibo", &rules(), "2026-11-30T02:30:00+08:00"));
        // The same moment in another zone.
        assert!(was_released(&records, "douyin", &rules(), "2026-11-29T18:30:00Z"));
    }

    #[test]
    fn signatures_over_different_bytes_release_nothing_and_neither_do_undone_ones() {
        let records = chain(vec![approve("一审", "a"), approve("二审", "b"), approve("一审", "b")]);
        assert_eq!([2, 3].map(|hour| at(&records, hour)), [false, true]);
        let undo = Action::Undo { record: 2 };
        let records = chain(vec![approve("一审", "a"), approve("二审", "a"), undo]);
        assert_eq!([2, 3].map(|hour| at(&records, hour)), [true, false]);
        // A return that was taken back gives back the signatures before it.
        let back =
            |targets| Action::Return {
                level: "二审".to_owned(), targets, reason: "x".to_owned(), at: None
            };
        let back = back([("douyin".to_owned(), "a".to_owned())].into());
        let undo = Action::Undo { record: 2 };
        let records = chain(vec![approve("一审", "a"), back, undo, approve("二审", "a")]);
        assert_eq!([2, 3, 4].map(|hour| at(&records, hour)), [false, false, true]);
        let none = ReviewRules { level: Vec::new(), ..ReviewRules::default() };
        assert!(!was_released(&records, "douyin", &none, "2026-12-01T00:00:00+08:00"));
    }
}
