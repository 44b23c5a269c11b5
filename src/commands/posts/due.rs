//! `jincai posts due`: what is to be posted, overdue first; what is to be removed, verified, mended.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::library::catalog::{DuePosting, ListedPosting};
use crate::model::review::Action;
use crate::present::messages::posts as words;
use crate::present::messages::posts::{Label, Part};
use crate::receipts::moment;
use crate::receipts::note::clock;

/// The line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "due")]
struct DueEvent {
    /// All there are; the lists hold the first of each.
    counts: Counts,
    post_within_h: Option<u32>,
    overdue: Vec<ToPost>,
    to_post: Vec<ToPost>,
    to_remove: Vec<ToRemove>,
    to_verify: Vec<ToMend>,
    lacks_topic: Vec<ToMend>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Counts {
    overdue: u64,
    to_post: u64,
    to_remove: u64,
    to_verify: u64,
    lacks_topic: u64,
}

#[derive(Debug, Serialize)]
struct ToPost {
    work: String,
    title: String,
    department: Option<String>,
    target: String,
    released_at: String,
    due_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct ToRemove {
    work: String,
    title: String,
    target: String,
    withdrawn_at: String,
    /// What is known to be there.
    posts: Vec<Place>,
}

#[derive(Debug, Serialize)]
struct Place {
    receipt: u64,
    url: Option<String>,
    account: Option<String>,
}

#[derive(Debug, Serialize)]
struct ToMend {
    receipt: u64,
    work: String,
    title: String,
    target: String,
    url: Option<String>,
    by: String,
}

/// Prints what is to be done. Returns exit code 1 if anything is overdue or still there though it was withdrawn.
pub(super) fn due(desk: &Desk, limit: u32) -> Result<u8, CommandError> {
    let found = collect(desk, limit)?;
    desk.screen.event(&found);
    let counts = found.counts;
    let within = found.post_within_h;
    let mut said = Vec::new();
    section(desk, &mut said, (Part::Overdue, counts.overdue, within), &to_post_rows(desk, &found.overdue));
    section(desk, &mut said, (Part::Due, counts.to_post, within), &to_post_rows(desk, &found.to_post));
    section(
        desk,
        &mut said,
        (Part::ToRemove, counts.to_remove, within),
        &to_remove_rows(desk, &found.to_remove),
    );
    section(
        desk,
        &mut said,
        (Part::Unproven, counts.to_verify, within),
        &to_mend_rows(desk, &found.to_verify),
    );
    section(
        desk,
        &mut said,
        (Part::Topicless, counts.lacks_topic, within),
        &to_mend_rows(desk, &found.lacks_topic),
    );
    if said.is_empty() {
        said.push(words::nothing_due().get(desk.lang).to_owned());
    }
    desk.screen.say(&said.join("\n\n"));
    Ok(u8::from(counts.overdue > 0 || counts.to_remove > 0))
}

fn collect(desk: &Desk, limit: u32) -> Result<DueEvent, CommandError> {
    let within = desk.config.review.post_within_h;
    let overdue_before = overdue_before(desk, within);
    let mut counts = Counts::default();
    let mut due: Vec<DuePosting> = Vec::new();
    for preset in desk.enabled() {
        let (all, overdue) = desk.catalog.count_due_postings(&preset.id, &overdue_before)?;
        counts.overdue += overdue;
        counts.to_post += all - overdue;
        // Enough of each target to have the first of all, overdue ones and others.
        due.extend(desk.catalog.due_postings(&preset.id, limit)?);
        if overdue >= u64::from(limit) && all > overdue {
            due.extend(desk.catalog.due_postings_since(&preset.id, &overdue_before, limit)?);
        }
    }
    due.sort_by(|one, other| (&one.since, &one.work).cmp(&(&other.since, &other.work)));
    let (overdue, to_post): (Vec<_>, Vec<_>) = due.into_iter().partition(|one| one.since < overdue_before);
    let first = |all: Vec<DuePosting>| {
        all.into_iter().take(limit as usize).map(|one| to_post_of(desk, one, within)).collect()
    };
    let [to_remove, to_verify, lacks_topic] = desk.catalog.count_postings_to_mend()?;
    counts = Counts { to_remove, to_verify, lacks_topic, ..counts };
    let removals = desk.catalog.postings_to_remove(limit)?;
    Ok(DueEvent {
        counts,
        post_within_h: within,
        overdue: first(overdue),
        to_post: first(to_post),
        to_remove: removals.into_iter().map(|one| to_remove_of(desk, one)).collect::<Result<_, _>>()?,
        to_verify: to_mend(desk, desk.catalog.unproven_postings(limit)?)?,
        lacks_topic: to_mend(desk, desk.catalog.topicless_postings(limit)?)?,
    })
}

/// Returns the moment before which what was released is overdue by now; before all times where there is no term.
fn overdue_before(desk: &Desk, within_h: Option<u32>) -> String {
    let before = within_h.and_then(|hours| {
        desk.now.timestamp().checked_sub(SignedDuration::from_hours(i64::from(hours))).ok()
    });
    before.unwrap_or(Timestamp::MIN).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes a time in UTC as the college reads it, and the same `hours` later.
fn local(desk: &Desk, utc: &str, hours: u32) -> String {
    let at = utc
        .parse::<Timestamp>()
        .ok()
        .and_then(|at| at.checked_add(SignedDuration::from_hours(hours.into())).ok());
    let zone = desk.now.time_zone().clone();
    at.map_or_else(|| utc.to_owned(), |at| moment::written(&at.to_zoned_datetime(zone)))
}

fn to_post_of(desk: &Desk, one: DuePosting, within_h: Option<u32>) -> ToPost {
    ToPost {
        released_at: local(desk, &one.since, 0),
        due_at: within_h.map(|hours| local(desk, &one.since, hours)),
        work: one.work,
        title: one.title,
        department: one.department,
        target: one.target,
    }
}

fn to_remove_of(desk: &Desk, one: DuePosting) -> Result<ToRemove, CommandError> {
    let records = desk.catalog.records_of(&one.work)?;
    let all = crate::model::posting::receipts(&records);
    let live = crate::model::posting::posting(&all, &one.target).live;
    let there = all.iter().filter(|it| live.contains(&it.seq));
    let posts = there.map(|it| Place {
        receipt: it.seq,
        url: it.receipt.url.clone(),
        account: it.receipt.account.clone().or_else(|| it.receipt.department.clone()),
    });
    let title = if one.title.is_empty() {
        records.last().map(|record| record.said.title.clone()).unwrap_or_default()
    } else {
        one.title
    };
    Ok(ToRemove {
        posts: posts.collect(),
        withdrawn_at: local(desk, &one.since, 0),
        work: one.work,
        title,
        target: one.target,
    })
}

fn to_mend(desk: &Desk, listed: Vec<ListedPosting>) -> Result<Vec<ToMend>, CommandError> {
    let mut found = Vec::new();
    for ListedPosting { work, target, seq } in listed {
        let Some(record) = desk.catalog.record(seq)? else { continue };
        let Action::Receipt(receipt) = record.said.action else { continue };
        let (title, by) = (record.said.title, record.said.by.name);
        found.push(ToMend { receipt: seq, work, title, target, url: receipt.url, by });
    }
    Ok(found)
}

type Rows = (Vec<Label>, Vec<Vec<String>>);

fn section(desk: &Desk, said: &mut Vec<String>, (part, all, within): (Part, u64, Option<u32>), rows: &Rows) {
    if all == 0 {
        return;
    }
    let (heads, rows) = rows;
    let heads: Vec<String> = heads.iter().map(|head| words::label(*head).get(desk.lang).to_owned()).collect();
    let mut text = words::part(part, all, within).get(desk.lang).to_owned();
    text.push('\n');
    text.push_str(&table::table(&heads, rows, table::WIDEST));
    let listed = rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).count() as u64;
    if all > listed {
        text.push('\n');
        text.push_str(words::and_more(all - listed).get(desk.lang));
    }
    said.push(text);
}

fn work_cell(id: &str, title: &str) -> String {
    format!("{id} {title}")
}

fn to_post_rows(desk: &Desk, all: &[ToPost]) -> Rows {
    let row = |one: &ToPost| {
        vec![
            work_cell(&one.work, &one.title),
            one.department.clone().unwrap_or_default(),
            desk.target_name(&one.target).to_owned(),
            clock(&one.released_at),
            one.due_at.as_deref().map(clock).unwrap_or_default(),
        ]
    };
    let heads = vec![Label::Work, Label::Department, Label::Target, Label::Released, Label::Due];
    (heads, all.iter().map(row).collect())
}

fn to_remove_rows(desk: &Desk, all: &[ToRemove]) -> Rows {
    let rows = |one: &ToRemove| {
        let row = |place: &Place| {
            vec![
                work_cell(&one.work, &one.title),
                desk.target_name(&one.target).to_owned(),
                clock(&one.withdrawn_at),
                place.account.clone().unwrap_or_default(),
                place.receipt.to_string(),
                place.url.clone().unwrap_or_default(),
            ]
        };
        one.posts.iter().map(row).collect::<Vec<_>>()
    };
    let heads =
        vec![Label::Work, Label::Target, Label::Withdrawn, Label::Account, Label::Receipt, Label::Link];
    (heads, all.iter().flat_map(rows).collect())
}

fn to_mend_rows(desk: &Desk, all: &[ToMend]) -> Rows {
    let row = |one: &ToMend| {
        vec![
            one.receipt.to_string(),
            work_cell(&one.work, &one.title),
            desk.target_name(&one.target).to_owned(),
            one.by.clone(),
            one.url.clone().unwrap_or_default(),
        ]
    };
    let heads = vec![Label::Receipt, Label::Work, Label::Target, Label::By, Label::Link];
    (heads, all.iter().map(row).collect())
}
