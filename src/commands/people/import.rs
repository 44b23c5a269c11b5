//! `jincai people import`: a table of people, read by a sandboxed worker; all of it or nothing.

use std::path::Path;

use serde::Serialize;

use super::Desk;
use super::add::word;
use crate::commands::error::CommandError;
use crate::commands::table_work;
use crate::files;
use crate::library::staging::{self, Durability};
use crate::model::language::{Bilingual, Lang};
use crate::model::people::{Found, People, Person};
use crate::present::messages::people as words;
use crate::present::messages::people::Column;
use crate::present::terminal::Screen;
use crate::showcase::people_sheet::{self as sheet, MOST_ROWS, Row, SheetFault};
use crate::worker::Workers;

/// A line of `--json`. No number stands in it.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ImportEvent<'a> {
    Fault { row: u32, column: Option<String>, message: &'a Bilingual },
    Imported { added: usize, changed: usize, same: usize, faults: usize },
}

/// One thing that is wrong, and where.
struct Fault {
    row: u32,
    column: Option<Column>,
    text: Bilingual,
}

pub(super) async fn import(desk: &mut Desk, file: &Path) -> Result<u8, CommandError> {
    let table = table_work::read((file, &desk.config.limits), &Workers::this(), |why| {
        words::table_unreadable(file, why)
    })
    .await?;
    let rows = sheet::rows(&table).map_err(|fault| {
        let why = match fault {
            SheetFault::NoHeads => words::no_heads(),
            SheetFault::SameHeadTwice(column) => words::head_twice(column),
            SheetFault::TooManyRows => words::too_many_rows(MOST_ROWS),
        };
        CommandError::usage(words::table_unreadable(file, &why))
    })?;
    if rows.is_empty() {
        return Err(CommandError::usage(words::table_unreadable(file, &words::no_rows())));
    }
    let people = desk.catalog.people()?;
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    for row in &rows {
        match person_of(row, &people) {
            Ok(person) => ready.push((row.number, person)),
            Err(mut faults) => wrong.append(&mut faults),
        }
    }
    wrong.append(&mut twice(&ready));
    if !wrong.is_empty() {
        return Ok(tell_faults(desk, wrong));
    }
    desk.warn_of_units(ready.iter().map(|(_, person)| person.unit.as_str()))?;
    let same = ready.iter().filter(|(_, person)| people.0.contains(person)).count();
    let added = ready.iter().filter(|(_, person)| person.id == 0).count();
    let changed = ready.len() - same - added;
    let all: Vec<Person> = ready.into_iter().map(|(_, person)| person).collect();
    desk.catalog.put_people(&all, &desk.moment.at)?;
    desk.screen.event(&ImportEvent::Imported { added, changed, same, faults: 0 });
    desk.screen.say(words::imported(added, changed, same).get(desk.lang));
    desk.screen.say(words::copies_elsewhere(file).get(desk.lang));
    Ok(0)
}

fn person_of(row: &Row, people: &People) -> Result<Person, Vec<Fault>> {
    let fault = |column: Option<Column>, text| Fault { row: row.number, column, text };
    if !row.faults.is_empty() {
        return Err(row.faults.iter().map(|(column, it)| fault(Some(*column), word(*it))).collect());
    }
    let new = row.given.over(&Person::default());
    match people.same_as(&new) {
        Found::One(known) => Ok(row.given.over(known)),
        Found::Nobody => Ok(new),
        Found::Several => Err(vec![fault(Some(Column::StudentId), words::which_of_them(&new.name))]),
    }
}

/// Finds people who stand in the table twice.
fn twice(ready: &[(u32, Person)]) -> Vec<Fault> {
    let mut wrong = Vec::new();
    for (index, (row, person)) in ready.iter().enumerate() {
        let before = People(ready[..index].iter().map(|(_, other)| other.clone()).collect());
        if before.same_as(person) != Found::Nobody {
            let is_same =
                |(_, other): &&(u32, Person)| People(vec![other.clone()]).same_as(person) != Found::Nobody;
            let first = ready[..index].iter().find(is_same).map_or(*row, |(first, _)| *first);
            wrong.push(Fault { row: *row, column: None, text: words::same_person_twice(first) });
        }
    }
    wrong
}

fn tell_faults(desk: &Desk, mut wrong: Vec<Fault>) -> u8 {
    wrong.sort_by_key(|fault| (fault.row, fault.column));
    for Fault { row, column, text } in &wrong {
        let name = column.map(|at| words::column(at).en);
        desk.screen.event(&ImportEvent::Fault { row: *row, column: name, message: text });
        desk.screen.warn(words::row_fault(*row, *column, text).get(desk.lang));
    }
    let faults = wrong.len();
    desk.screen.event(&ImportEvent::Imported { added: 0, changed: 0, same: 0, faults });
    desk.screen.warn(words::nothing_imported(faults).get(desk.lang));
    1
}

/// Writes the template, where nothing is yet.
pub(super) fn template(file: &Path, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let bytes = match ending.as_deref() {
        Some("xlsx") => sheet::template_xlsx()?,
        Some("csv") => sheet::template_csv(),
        _ => return Err(CommandError::usage(words::odd_template(file))),
    };
    let path = std::path::absolute(file).map_err(CommandError::internal)?;
    if files::is_there(&path).unwrap_or(true) {
        return Err(CommandError::usage(words::is_there_already(&path)));
    }
    let folder = path.parent().unwrap_or(&path);
    staging::write_beside(folder, &path, &bytes, Durability::Synced)?;
    screen.say(words::template_written(&path).get(lang));
    Ok(0)
}
