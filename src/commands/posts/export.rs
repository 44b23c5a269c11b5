//! `jincai posts export`: the receipts as a table, or the template to fill in.

use std::path::Path;

use serde::Serialize;

use super::desk::Desk;
use super::list::{Listed, with_states};
use crate::commands::error::CommandError;
use crate::library::catalog::{DuePosting, ReceiptOf};
use crate::library::manifest::ManifestError;
use crate::library::staging::{self, Durability};
use crate::model::language::AnyPath;
use crate::model::receipt::ReceiptKind;
use crate::present::messages::posts as words;
use crate::present::messages::posts::Column;
use crate::receipts::export::{self, Cells};
use crate::receipts::sheet::MOST_ROWS;

/// The line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "exported")]
struct Exported {
    file: AnyPath,
    rows: usize,
    template: bool,
}

type Write = fn(&[Cells]) -> Result<Vec<u8>, ManifestError>;

/// Writes the table, whole or not at all.
pub(super) fn export(desk: &Desk, output: &Path, template: bool) -> Result<u8, CommandError> {
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let write: Write = match ending.as_deref() {
        Some("xlsx") => export::xlsx,
        Some("csv") => export::csv,
        _ => return Err(CommandError::usage(words::odd_export(output))),
    };
    let rows = if template { due_rows(desk)? } else { receipt_rows(desk)? };
    let bytes = write(&rows)?;
    let output = std::path::absolute(output).map_err(CommandError::internal)?;
    let folder = output.parent().unwrap_or(&output);
    staging::write_beside(folder, &output, &bytes, Durability::Synced)?;
    desk.screen.event(&Exported { file: output.clone().into(), rows: rows.len(), template });
    let said = if template {
        words::template_written(&output, rows.len())
    } else {
        words::exported(&output, rows.len())
    };
    desk.screen.say(said.get(desk.lang));
    Ok(0)
}

fn due_rows(desk: &Desk) -> Result<Vec<Cells>, CommandError> {
    let mut due: Vec<DuePosting> = Vec::new();
    for preset in desk.enabled() {
        due.extend(desk.catalog.due_postings(&preset.id, MOST_ROWS as u32)?);
    }
    due.sort_by(|one, other| (&one.since, &one.work).cmp(&(&other.since, &other.work)));
    let row = |one: DuePosting| {
        cells(|column| match column {
            Column::Work => one.work.clone(),
            Column::Title => one.title.clone(),
            Column::Target => one.target.clone(),
            Column::Department => one.department.clone().unwrap_or_default(),
            _ => String::new(),
        })
    };
    Ok(due.into_iter().take(MOST_ROWS).map(row).collect())
}

fn receipt_rows(desk: &Desk) -> Result<Vec<Cells>, CommandError> {
    let mut found = desk.catalog.newest_receipts(u32::MAX)?;
    found.reverse();
    // Who looked at what is no receipt that somebody hands in.
    found.retain(|one| one.receipt.what != ReceiptKind::Seen);
    Ok(with_states(desk, found)?.iter().map(|listed| receipt_row(desk, listed)).collect())
}

fn receipt_row(desk: &Desk, Listed { of: ReceiptOf { seq, record, receipt }, state }: &Listed) -> Cells {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let yes = |seen: bool| words::yes_or_no(seen).get(desk.lang).to_owned();
    cells(|column| match column {
        Column::Work => record.work.clone(),
        Column::Title => record.title.clone(),
        Column::Target => receipt.target.clone(),
        Column::Kind => receipt.what.name().to_owned(),
        Column::Account => text(&receipt.account),
        Column::Department => text(&receipt.department),
        Column::Url => text(&receipt.url),
        Column::PostedAt => receipt.posted_at.clone(),
        Column::By => record.by.name.clone(),
        Column::Screenshot => receipt.screenshot.as_ref().map(|it| it.file.clone()).unwrap_or_default(),
        Column::Text => String::new(),
        Column::Note => text(&receipt.note),
        Column::PlatformId => text(&receipt.platform_id),
        Column::Topics => receipt.topics_seen.map(yes).unwrap_or_default(),
        Column::State => words::state(*state).get(desk.lang).to_owned(),
        Column::Receipt => seq.to_string(),
    })
}

fn cells(cell: impl Fn(Column) -> String) -> Cells {
    Column::ALL.map(cell)
}
