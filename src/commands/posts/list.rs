//! `jincai posts`: the receipts, newest first.

use std::collections::HashMap;

use serde::Serialize;

use super::arguments::ListArgs;
use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::library::catalog::{CatalogError, ReceiptOf};
use crate::model::posting::{Numbered, ReceiptState, receipts, state};
use crate::model::receipt::Receipt;
use crate::model::review::{Record, Signatory};
use crate::present::messages::posts as words;
use crate::present::messages::posts::Label;
use crate::receipts::note::clock;

/// Most receipts that are listed without being asked for more.
const USUAL: u32 = 50;

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum ListEvent<'a> {
    ListedReceipt {
        seq: u64,
        work: &'a str,
        title: &'a str,
        noted_at: &'a str,
        by: &'a Signatory,
        state: ReceiptState,
        receipt: &'a Receipt,
    },
}

/// A receipt and how far it is.
pub(super) struct Listed {
    pub of: ReceiptOf,
    pub state: ReceiptState,
}

/// Lists receipts, of one work or the newest of all.
pub(super) fn list(desk: &Desk, args: &ListArgs) -> Result<u8, CommandError> {
    let limit = args.limit.unwrap_or(USUAL);
    let found = match &args.work {
        Some(given) => {
            let id = desk.work(given)?.map_err(CommandError::usage)?;
            of_records(desk.catalog.records_of(&id)?)
        }
        None => desk.catalog.newest_receipts(limit)?,
    };
    let found = with_states(desk, found)?;
    if found.is_empty() {
        desk.screen.say(words::no_receipts().get(desk.lang));
        return Ok(0);
    }
    for Listed { of, state } in &found {
        desk.screen.event(&ListEvent::ListedReceipt {
            seq: of.seq,
            work: &of.record.work,
            title: &of.record.title,
            noted_at: &of.record.at,
            by: &of.record.by,
            state: *state,
            receipt: &of.receipt,
        });
    }
    let heads = [
        Label::Receipt,
        Label::Work,
        Label::Target,
        Label::Kind,
        Label::Account,
        Label::Posted,
        Label::State,
        Label::By,
        Label::Link,
    ]
    .map(|label| words::label(label).get(desk.lang).to_owned());
    let rows: Vec<Vec<String>> = found.iter().map(|listed| row(desk, listed)).collect();
    desk.screen.say(&table::table(&heads, &rows, table::WIDEST));
    if args.work.is_none() && found.len() == limit as usize {
        desk.screen.say(words::more_receipts(found.len()).get(desk.lang));
    }
    Ok(0)
}

fn row(desk: &Desk, listed: &Listed) -> Vec<String> {
    let Listed { of: ReceiptOf { seq, record, receipt }, state } = listed;
    vec![
        seq.to_string(),
        format!("{} {}", record.work, record.title),
        desk.target_name(&receipt.target).to_owned(),
        words::kind(receipt.what).get(desk.lang).to_owned(),
        receipt.account.clone().or_else(|| receipt.department.clone()).unwrap_or_default(),
        clock(&receipt.posted_at),
        words::state(*state).get(desk.lang).to_owned(),
        record.by.name.clone(),
        receipt
            .url
            .clone()
            .or_else(|| receipt.screenshot.as_ref().map(|it| it.file.clone()))
            .unwrap_or_default(),
    ]
}

/// Returns the receipts among a work's records.
pub(super) fn of_records(records: Vec<Record>) -> Vec<ReceiptOf> {
    let receipt = |record: Record| match &record.said.action {
        crate::model::review::Action::Receipt(receipt) => {
            Some(ReceiptOf { seq: record.seq, receipt: receipt.clone(), record: record.said })
        }
        _ => None,
    };
    records.into_iter().rev().filter_map(receipt).collect()
}

/// Adds how far each is, which follows from all receipts of its work.
pub(super) fn with_states(desk: &Desk, found: Vec<ReceiptOf>) -> Result<Vec<Listed>, CatalogError> {
    let mut by_work: HashMap<String, Vec<Record>> = HashMap::new();
    for one in &found {
        if !by_work.contains_key(&one.record.work) {
            by_work.insert(one.record.work.clone(), desk.catalog.records_of(&one.record.work)?);
        }
    }
    let listed = found.into_iter().map(|of| {
        let all = by_work.get(&of.record.work).map(|records| receipts(records)).unwrap_or_default();
        let state = state(Numbered { seq: of.seq, receipt: &of.receipt }, &all);
        Listed { of, state }
    });
    Ok(listed.collect())
}
