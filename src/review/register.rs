//! The register of a period, rebuilt from the records alone.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::standing::moment;
use crate::clock::day_begins;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::language::{Bilingual, Lang};
use crate::model::review::{Action, Answer, ChecklistItem, Record};
use crate::present::messages::review_papers as words;
use crate::present::papers::REGISTER_COLUMNS;

/// Digits of a digest that name it.
const DIGITS: usize = 12;

/// Days, both included, in the college's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// Why two texts are no period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodError {
    /// The option, and what stands behind it.
    NoDate {
        option: &'static str,
        given: String,
    },
    Reversed(Period),
}

impl Period {
    /// Reads two dates, as `2026-09-01`, `2026/9/1`, `2026.9.1` or `2026年9月1日`.
    pub fn read(from: &str, to: &str) -> Result<Self, PeriodError> {
        let date = |option, given: &str| {
            date(given).ok_or_else(|| PeriodError::NoDate { option, given: given.to_owned() })
        };
        let period = Self { from: date("--from", from)?, to: date("--to", to)? };
        if period.from > period.to { Err(PeriodError::Reversed(period)) } else { Ok(period) }
    }

    /// Returns its first moment, and the first after it, RFC 3339 in the college's zone.
    fn bounds(self) -> (String, Option<String>) {
        (day_begins(self.from), self.to.tomorrow().ok().map(day_begins))
    }
}

fn date(given: &str) -> Option<Date> {
    let parts: Vec<&str> =
        given.trim().split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    // Letters or signs of another kind, such as a minus or a time, are no date.
    let is_date = given.trim().starts_with(|c: char| c.is_ascii_digit())
        && given.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ' ') || !c.is_ascii());
    let numbers = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (is_date && year.len() == 4).then(|| Date::new(numbers.0, numbers.1, numbers.2).ok()).flatten()
}

/// What a register is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// Oldest first.
    pub records: Vec<Record>,
}

/// The first record whose content is not what its hash or its place in the chain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    pub number: u64,
}

/// Reads the records of a period, and checks each of them and their chain: a register of records that somebody changed would
/// look right.
///
/// # Errors
/// The outer error is the catalogue's, the inner one names the first record that is not sound.
pub fn read(catalog: &Catalog, period: Period) -> Result<Result<Entries, Broken>, CatalogError> {
    let (from, until) = period.bounds();
    // Without an end only at the end of the calendar; no time compares after this.
    let records = catalog.records_between(&from, until.as_deref().unwrap_or("9999-99"))?;
    let (Some(first), Some(last)) = (records.first(), records.last()) else {
        return Ok(Ok(Entries { records }));
    };
    let (mut broken, mut found, last) = (None, 0, last.seq);
    let mut expected = (first.seq, first.previous.clone());
    let starts = moment(&from);
    let ends = until.as_deref().and_then(moment);
    catalog.each_stored_record(first.seq - 1, |stored| {
        if stored.seq > last {
            return false;
        }
        let is_next = stored.seq == expected.0 && stored.previous == expected.1;
        let at = stored.read().ok().and_then(|record| moment(&record.said.at));
        if !is_next || !stored.is_sound() {
            broken = Some(Broken { number: expected.0 });
            return false;
        }
        let is_within = at >= starts && ends.is_none_or(|ends| at.is_some_and(|at| at < ends));
        found += usize::from(is_within);
        expected = (stored.seq + 1, stored.hash);
        true
    })?;
    // What the rows are sorted by must be what the records themselves say.
    if broken.is_none() && found != records.len() {
        broken = Some(Broken { number: last });
    }
    Ok(match broken {
        Some(broken) => Err(broken),
        None => Ok(Entries { records }),
    })
}

impl Entries {
    /// Returns one row for each record, in Chinese, with the texts of [`words::REGISTER_HEADS`] in their order.
    pub fn rows(
        &self,
        items: &[ChecklistItem],
        targets: &BTreeMap<String, Bilingual>,
    ) -> Vec<[String; REGISTER_COLUMNS]> {
        let numbered = self.records.iter().zip(1..);
        numbered.map(|(record, number)| row(number, record, items, targets)).collect()
    }

    /// Returns the numbers of the first and last record.
    pub fn numbers(&self) -> Option<(u64, u64)> {
        Some((self.records.first()?.seq, self.records.last()?.seq))
    }
}

fn row(
    number: u64,
    record: &Record,
    items: &[ChecklistItem],
    targets: &BTreeMap<String, Bilingual>,
) -> [String; REGISTER_COLUMNS] {
    let said = &record.said;
    let (level, concerned) = match &said.action {
        Action::Approve { level, targets, .. } | Action::Return { level, targets, .. } => {
            (Some(level), targets.keys().collect())
        }
        Action::Comment { level, .. } => (level.as_ref(), Vec::new()),
        Action::Withdraw { target, .. } | Action::Restore { target, .. } => (None, target.iter().collect()),
        Action::Receipt(receipt) => (None, vec![&receipt.target]),
        Action::Undo { .. } | Action::Resolve { .. } => (None, Vec::new()),
    };
    let checklist = match &said.action {
        Action::Approve { checklist, .. } => answered(checklist, items).get(Lang::Zh).to_owned(),
        _ => String::new(),
    };
    let name = |id: &String| targets.get(id).map_or_else(|| id.clone(), |name| name.zh.clone());
    let concerned = match (&said.action, concerned.as_slice()) {
        (Action::Withdraw { .. } | Action::Restore { .. }, []) => words::of_all_targets().zh,
        (_, ids) => ids.iter().map(|id| name(id)).collect::<Vec<_>>().join("、"),
    };
    [
        number.to_string(),
        written(&said.at),
        said.title.clone(),
        said.work.clone(),
        said.revision.to_string(),
        said.department.clone().unwrap_or_default(),
        level.cloned().unwrap_or_default(),
        words::action(&said.action).zh.to_owned(),
        concerned,
        said.by.name.clone(),
        said.by.post.clone(),
        said.by.on_behalf_of.clone().unwrap_or_default(),
        words::said(&said.action).zh,
        checklist,
        // As it is told to whoever signs.
        said.subject.as_deref().map(|subject| beginning(subject).to_uppercase()).unwrap_or_default(),
        record.seq.to_string(),
        beginning(&record.hash),
    ]
}

/// Counts the answers; of those that are no the items are named.
fn answered(checklist: &BTreeMap<String, Answer>, items: &[ChecklistItem]) -> Bilingual {
    let count = |wanted| checklist.values().filter(|answer| **answer == wanted).count();
    let text = |key: &String| {
        let item = items.iter().find(|item| item.key == *key);
        item.map_or_else(|| key.clone(), |item| item.text.clone())
    };
    let no = checklist.iter().filter(|(_, answer)| **answer == Answer::No);
    let no: Vec<String> = no.map(|(key, _)| text(key)).collect();
    let open = items.iter().filter(|item| !checklist.contains_key(&item.key)).count();
    words::checklist(count(Answer::Yes), &no, count(Answer::NotApplicable), open)
}

/// `2026-11-24T16:05:07+08:00` → `2026-11-24 16:05:07`.
fn written(rfc3339: &str) -> String {
    rfc3339.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn beginning(digest: &str) -> String {
    digest.chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let day = Date::new(2026, 9, 1).unwrap();
        for given in ["2026-09-01", "2026-9-1", "2026/9/1", "2026.09.01", "2026年9月1日", " 2026-09-01 "] {
            assert_eq!(date(given), Some(day), "{given}");
        }
        for given in
            ["", "昨天", "2026-09", "2026-13-01", "2026-02-30", "26-09-01", "-2026-09-01", "2026-09-01T08"]
        {
            assert_eq!(date(given), None, "{given}");
        }
    }

    #[test]
    fn a_period_includes_both_of_its_days() {
        let period = Period::read("2026-09-01", "2026-11-30").unwrap();
        let (from, until) = period.bounds();
        assert_eq!(
            (from.as_str(), until.as_deref()),
            ("2026-09-01T00:00:00+08:00", Some("2026-12-01T00:00:00+08:00"))
        );
        let reversed = Period::read("2026-11-30", "2026-09-01").unwrap_err();
        assert!(matches!(reversed, PeriodError::Reversed(_)));
        let wrong = Period::read("2026-09-01", "31.11.").unwrap_err();
        assert_eq!(wrong, PeriodError::NoDate { option: "--to", given: "31.11.".into() });
        assert!(Period::read("9999-12-31", "9999-12-31").unwrap().bounds().1.is_none());
    }
}
