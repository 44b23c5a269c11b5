//! `jincai posts import`: receipts from a table, all of them or none.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::add::{Event, Stopped, exit_code, kind, topics_of};
use super::desk::Desk;
use super::faults;
use super::screenshot::{self, NewScreenshot};
use crate::commands::error::CommandError;
use crate::commands::table_work;
use crate::files;
use crate::model::language::{AnyPath, Bilingual};
use crate::model::receipt::Screenshot;
use crate::pipeline::manifest_entry::record_of;
use crate::present::messages;
use crate::present::messages::posts as words;
use crate::present::messages::posts::Column;
use crate::receipts::note::{self, Draft, Noted};
use crate::receipts::sheet::{self, MOST_ROWS, Row, SheetFault};
use crate::worker::Workers;

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ImportEvent<'a> {
    Fault { row: u32, column: Option<String>, message: &'a Bilingual },
    Imported { added: usize, known: usize, left_blank: usize, faults: usize },
}

/// One thing that is wrong, and where.
struct Fault {
    row: u32,
    column: Option<Column>,
    text: Bilingual,
}

/// A row that can be recorded.
struct Ready {
    row: u32,
    draft: Draft,
    screenshot: Option<NewScreenshot>,
}

/// Imports a table. Returns exit code 1 if anything in it is wrong, and then records nothing; also if a post is one from
/// before its release.
pub(super) async fn import(desk: &Desk, file: &Path, by: Option<&str>) -> Result<u8, CommandError> {
    let workers = Workers::this();
    let table =
        table_work::read((file, &desk.config.limits), &workers, |why| words::table_unreadable(file, why))
            .await?;
    let rows = sheet::rows(&table).map_err(|fault| {
        let why = match fault {
            SheetFault::NoHeads(needed) => words::no_heads(&needed),
            SheetFault::SameHeadTwice(column) => words::head_twice(column),
            SheetFault::TooManyRows(rows) => words::too_many_rows(rows, MOST_ROWS),
        };
        CommandError::usage(words::table_unreadable(file, &why))
    })?;
    if rows.filled.is_empty() {
        return Err(CommandError::usage(words::table_unreadable(file, &words::no_rows())));
    }
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    for row in &rows.filled {
        match row_of(desk, &workers, (row, folder), by).await? {
            Ok(found) => ready.push(found),
            Err(mut faults) => wrong.append(&mut faults),
        }
    }
    wrong.append(&mut same_links(&ready));
    let noted = if wrong.is_empty() { record_all(desk, &ready, &mut wrong)? } else { Vec::new() };
    if !wrong.is_empty() {
        return Ok(tell_faults(desk, wrong, rows.left_blank));
    }
    desk.keep_copy()?;
    Ok(tell(desk, &ready, &noted, rows.left_blank))
}

/// Makes a row into a receipt; the inner error is everything that is wrong with it.
async fn row_of(
    desk: &Desk,
    workers: &Workers,
    (row, folder): (&Row, &Path),
    by: Option<&str>,
) -> Result<Result<Ready, Vec<Fault>>, CommandError> {
    let mut wrong: Vec<Fault> = row
        .faults
        .iter()
        .map(|(column, fault)| Fault { row: row.number, column: Some(*column), text: faults::cell(*fault) })
        .collect();
    let mut fault =
        |column: Column, text: Bilingual| wrong.push(Fault { row: row.number, column: Some(column), text });
    let work = match work_of(desk, row)? {
        Ok(id) => Some(id),
        Err((column, text)) => {
            fault(column, text);
            None
        }
    };
    let preset = match row.get(Column::Target).ok_or_else(words::cell_missing).and_then(|id| desk.target(id))
    {
        Ok(preset) => Some(preset),
        Err(text) => {
            fault(Column::Target, text);
            None
        }
    };
    let what = kind(row.get(Column::Kind)).map_err(|text| fault(Column::Kind, text)).ok();
    let link = match (row.get(Column::Url), preset) {
        (Some(given), Some(preset)) => {
            faults::link(desk, preset, given).map_err(|text| fault(Column::Url, text)).ok()
        }
        _ => None,
    };
    let given_time = row.get(Column::PostedAt);
    let posted_at = given_time
        .and_then(|given| faults::time(desk, given).map_err(|text| fault(Column::PostedAt, text)).ok());
    // Without any of these nobody could tell on a second import that it is the same.
    let has_identity = row.get(Column::Url).is_some() || row.get(Column::Screenshot).is_some();
    if given_time.is_none() && !has_identity {
        fault(Column::PostedAt, words::cell_missing());
    }
    let name = row.get(Column::By).or(by).unwrap_or_default();
    if name.trim().is_empty() {
        fault(Column::By, words::cell_missing());
    }
    let (known, new) = match (row.get(Column::Screenshot), &work) {
        (Some(given), Some(work)) => match picture(desk, workers, (given, folder), work).await? {
            Ok(found) => found,
            Err(text) => {
                fault(Column::Screenshot, text);
                (None, None)
            }
        },
        _ => (None, None),
    };
    let (Some(work), Some(preset), Some(what), true) = (work, preset, what, wrong.is_empty()) else {
        return Ok(Err(wrong));
    };
    let cell = |column: Column| row.get(column).map(str::to_owned);
    let draft = Draft {
        work,
        target: preset.id.clone(),
        what,
        link,
        account: cell(Column::Account),
        department: cell(Column::Department),
        posted_at,
        screenshot: new.as_ref().map(|new| new.record.clone()).or(known),
        missing_topics: row.get(Column::Text).map(|posted| topics_of(desk, preset, posted)),
        note: cell(Column::Note),
        of: None,
        by: desk.signatory(name)?,
    };
    Ok(Ok(Ready { row: row.number, draft, screenshot: new }))
}

/// Returns the work that a row names, by its id or else its title.
fn work_of(desk: &Desk, row: &Row) -> Result<Result<String, (Column, Bilingual)>, CommandError> {
    let named = row.get(Column::Work).map(|given| (Column::Work, given));
    let Some((column, given)) = named.or_else(|| row.get(Column::Title).map(|given| (Column::Title, given)))
    else {
        return Ok(Err((Column::Work, words::cell_missing())));
    };
    Ok(desk.work(given)?.map_err(|text| (column, text)))
}

type Pictures = (Option<Screenshot>, Option<NewScreenshot>);

/// Returns the screenshot that a row names: one of the library, as an export writes it, or a picture beside the table.
async fn picture(
    desk: &Desk,
    workers: &Workers,
    (given, folder): (&str, &Path),
    work: &str,
) -> Result<Result<Pictures, Bilingual>, CommandError> {
    if let Some(known) = desk.catalog.proof(given)? {
        return Ok(Ok((Some(known), None)));
    }
    // Whoever filled in the table may name what lies beside it, and nothing else of this machine.
    let Ok(place) = files::real_submission(folder, &folder.join(given)) else {
        return Ok(Err(words::screenshot_missing(given)));
    };
    if !place.is_file() {
        return Ok(Err(words::screenshot_missing(given)));
    }
    Ok(screenshot::decode(desk, workers, AnyPath(place), work).await?.map(|new| (None, Some(new))))
}

/// Finds links that stand in the table for two works.
fn same_links(ready: &[Ready]) -> Vec<Fault> {
    let mut first: BTreeMap<&str, &Ready> = BTreeMap::new();
    let mut wrong = Vec::new();
    for one in ready {
        let Some(link) = &one.draft.link else { continue };
        let before = *first.entry(&link.key).or_insert(one);
        if before.draft.work != one.draft.work {
            let text = words::same_link_in_table(before.row);
            wrong.push(Fault { row: one.row, column: Some(Column::Url), text });
        }
    }
    wrong
}

/// Records all rows in one transaction; if one is refused, none, and `wrong` says which.
fn record_all(desk: &Desk, ready: &[Ready], wrong: &mut Vec<Fault>) -> Result<Vec<Noted>, CommandError> {
    let mut refused = Vec::new();
    let noted = desk.catalog.with_journal(|journal| -> Result<Vec<Noted>, Stopped> {
        let mut all = Vec::with_capacity(ready.len());
        for one in ready {
            match note::append(journal, &one.draft, desk.terms()) {
                Ok(noted) => all.push(noted),
                Err(note::Refusal::Catalog(error)) => return Err(error.into()),
                Err(refusal) => {
                    let text = faults::refusal(desk, refusal, &one.draft.target).map_err(Stopped::Failed)?;
                    refused.push(Fault { row: one.row, column: None, text });
                }
            }
        }
        if !refused.is_empty() {
            return Err(Stopped::Refused(note::Refusal::NothingToRemove));
        }
        // Every picture is there before the records that name it; after a kill in between it is only a picture too many.
        for (one, noted) in ready.iter().zip(&all) {
            if let (Noted::Added { .. }, Some(new)) = (noted, &one.screenshot) {
                new.write(desk.library()).map_err(Stopped::Failed)?;
            }
        }
        Ok(all)
    });
    wrong.append(&mut refused);
    match noted {
        Ok(noted) => Ok(noted),
        Err(Stopped::Refused(_)) => Ok(Vec::new()),
        Err(Stopped::Failed(error)) => Err(error),
    }
}

fn tell_faults(desk: &Desk, mut wrong: Vec<Fault>, left_blank: usize) -> u8 {
    wrong.sort_by_key(|fault| (fault.row, fault.column));
    for Fault { row, column, text } in &wrong {
        let name = column.map(|at| words::column(at).en);
        desk.screen.event(&ImportEvent::Fault { row: *row, column: name, message: text });
        desk.screen.warn(words::row_fault(*row, *column, text).get(desk.lang));
    }
    let faults = wrong.len();
    desk.screen.event(&ImportEvent::Imported { added: 0, known: 0, left_blank, faults });
    desk.screen.warn(words::nothing_imported(faults).get(desk.lang));
    1
}

fn tell(desk: &Desk, ready: &[Ready], noted: &[Noted], left_blank: usize) -> u8 {
    let (mut added, mut known, mut code) = (0, 0, 0);
    for (one, noted) in ready.iter().zip(noted) {
        match noted {
            Noted::Known(seq) => {
                known += 1;
                desk.screen.event(&Event::Known { receipt: *seq });
            }
            Noted::Added { record, findings } => {
                added += 1;
                code = code.max(exit_code(findings));
                let findings_told = findings.iter().map(record_of).collect();
                desk.screen.event(&Event::Receipt { record, findings: findings_told });
                for finding in findings {
                    let text = words::row_found(one.row, &messages::text(finding));
                    desk.screen.say(text.get(desk.lang));
                }
            }
        }
    }
    desk.screen.event(&ImportEvent::Imported { added, known, left_blank, faults: 0 });
    desk.screen.say(words::imported(added, known, left_blank).get(desk.lang));
    code
}
