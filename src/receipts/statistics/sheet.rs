//! A table of figures, as a creator centre exports it: heads in one of the first rows, a post in each row.

use std::collections::BTreeMap;

use jiff::ZonedDateTime;
use sha2::{Digest, Sha256};

use super::columns::{self, Centre, Field, Heads};
use super::values::{self, CellFault, Figure};
use crate::model::statistics::Metric;
use crate::model::table::{Cell, Sheet, Table, TableRow};
use crate::text::hex;

/// Rows at the top of a sheet in which its heads are looked for.
const HEAD_ROWS: usize = 5;

/// Posts with pictures instead of a video: how much of them was watched compares with nothing.
const PICTURES: &str = "图文";

/// One post of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureRow {
    pub sheet: String,
    /// As a person counts.
    pub number: u32,
    /// The target that the row itself or the table's centre names.
    pub target: Option<String>,
    pub title: String,
    /// RFC 3339.
    pub posted_at: Option<String>,
    pub observed_at: Option<String>,
    pub platform_id: Option<String>,
    pub url: Option<String>,
    pub account: Option<String>,
    /// What is known; a metric that is not is left out.
    pub values: BTreeMap<Metric, f64>,
}

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultAt {
    pub sheet: String,
    pub row: u32,
    pub head: String,
    pub fault: CellFault,
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Of the sheets that were read, each once.
    pub centres: Vec<Centre>,
    pub rows: Vec<FigureRow>,
    pub faults: Vec<FaultAt>,
}

/// Why a table is none of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetFault {
    /// No row at the top holds the heads. What the first rows hold, and the fingerprint by which a choice is remembered.
    NoHeads {
        heads: Vec<String>,
    },
    HeadTwice {
        field: Field,
        sheet: String,
    },
    /// No column of the chosen name.
    NoSuchHead {
        head: String,
        heads: Vec<String>,
    },
    NoRows,
}

/// Which heads are what, as a person chose.
pub type Chosen = BTreeMap<String, Field>;

/// Returns the digest of a table's heads, whatever their order.
pub fn fingerprint(heads: &[String]) -> String {
    let mut sorted: Vec<&str> = heads.iter().map(String::as_str).filter(|head| !head.is_empty()).collect();
    sorted.sort_unstable();
    hex(&Sha256::digest(sorted.join("\u{1f}")))
}

/// Returns the heads that a choice is about: of the first rows of the first sheet the one with most texts.
pub fn heads_to_choose(table: &Table) -> Vec<String> {
    let rows = table.sheets.first().map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
    let texts = |row: &TableRow| row.cells.iter().filter(|cell| matches!(cell, Cell::Text(_))).count();
    let most = rows.iter().take(HEAD_ROWS).rev().max_by_key(|row| texts(row));
    most.map(heads_of).unwrap_or_default()
}

fn heads_of(row: &TableRow) -> Vec<String> {
    let head = |cell: &Cell| match cell {
        Cell::Text(text) => columns::plain(text),
        _ => String::new(),
    };
    row.cells.iter().map(head).collect()
}

/// Reads every sheet with heads of figures. `now` gives the zone of times without an offset.
///
/// # Errors
/// If there is none; cells that cannot be used are in [`Figures::faults`].
pub fn read(table: &Table, chosen: Option<&Chosen>, now: &ZonedDateTime) -> Result<Figures, SheetFault> {
    let mut found = Figures::default();
    let mut has_heads = false;
    for sheet in &table.sheets {
        let Some((at, names, heads)) = heads(sheet, chosen) else { continue };
        has_heads = true;
        if let Some(field) = heads.twice.first() {
            return Err(SheetFault::HeadTwice { field: *field, sheet: sheet.name.clone() });
        }
        let centre = columns::centre_of(&names).filter(|_| chosen.is_none());
        if let Some(centre) = centre.filter(|centre| !found.centres.contains(centre)) {
            found.centres.push(centre);
        }
        let reading = Reading { sheet, names: &names, heads: &heads, centre, now };
        for row in &sheet.rows[at + 1..] {
            let (read, mut faults) = reading.row(row);
            // A row of sums, or of nothing: there is no post in it.
            let names_post = !read.title.is_empty() || read.platform_id.is_some() || read.url.is_some();
            if !read.values.is_empty() || names_post || !faults.is_empty() {
                found.rows.push(read);
                found.faults.append(&mut faults);
            }
        }
    }
    match (has_heads, found.rows.is_empty()) {
        (false, _) => match chosen {
            Some(chosen) => {
                let heads = heads_to_choose(table);
                let missing = chosen.keys().find(|head| !heads.contains(head)).cloned().unwrap_or_default();
                Err(SheetFault::NoSuchHead { head: missing, heads })
            }
            None => Err(SheetFault::NoHeads { heads: heads_to_choose(table) }),
        },
        (true, true) => Err(SheetFault::NoRows),
        (true, false) => Ok(found),
    }
}

fn heads(sheet: &Sheet, chosen: Option<&Chosen>) -> Option<(usize, Vec<String>, Heads)> {
    let rows = sheet.rows.iter().take(HEAD_ROWS).enumerate();
    let read = rows.map(|(at, row)| {
        let names = heads_of(row);
        let heads = match chosen {
            None => columns::read(&names),
            Some(chosen) if chosen.keys().all(|head| names.contains(head)) => Heads {
                fields: names.iter().map(|name| chosen.get(name).copied()).collect(),
                twice: Vec::new(),
            },
            Some(_) => Heads::default(),
        };
        (at, names, heads)
    });
    // A notice above the heads may hold one of their words; the heads hold most.
    read.filter(|(.., heads)| heads.are_of_figures())
        .rev_max_by(|(.., heads)| heads.fields.iter().flatten().count())
}

/// The first of the largest, where `max_by_key` returns the last.
trait FirstMax: Iterator + Sized {
    fn rev_max_by(self, key: impl Fn(&Self::Item) -> usize) -> Option<Self::Item> {
        self.fold(None, |best: Option<Self::Item>, it| match best {
            Some(best) if key(&best) >= key(&it) => Some(best),
            _ => Some(it),
        })
    }
}

impl<I: Iterator> FirstMax for I {}

struct Reading<'a> {
    sheet: &'a Sheet,
    names: &'a [String],
    heads: &'a Heads,
    centre: Option<Centre>,
    now: &'a ZonedDateTime,
}

impl Reading<'_> {
    fn row(&self, row: &TableRow) -> (FigureRow, Vec<FaultAt>) {
        let mut read = FigureRow {
            sheet: self.sheet.name.clone(),
            number: row.number,
            target: self.centre.and_then(Centre::target).map(str::to_owned),
            ..FigureRow::default()
        };
        let (mut faults, mut genre) = (Vec::new(), None);
        let cells = row.cells.iter().zip(&self.heads.fields).zip(self.names);
        for ((cell, field), head) in cells.filter_map(|((cell, field), head)| Some(((cell, (*field)?), head)))
        {
            let text = || values::text(cell, field);
            let done = match field {
                Field::Title => text().map(|text| read.title = text.unwrap_or_default()),
                Field::PlatformId => text().map(|text| read.platform_id = text),
                Field::Url => text().map(|text| read.url = text),
                Field::Account => text().map(|text| read.account = text),
                Field::Genre => text().map(|text| genre = text),
                Field::Platform => text().map(|text| read.target = text.or(read.target.take())),
                Field::PostedAt => values::time(cell, self.now).map(|at| read.posted_at = at),
                Field::ObservedAt => values::time(cell, self.now).map(|at| read.observed_at = at),
                Field::Figure(metric) => values::figure(cell, metric, self.centre).map(|figure| {
                    if let Figure::Known(value) = figure {
                        read.values.insert(metric, value);
                    }
                }),
            };
            if let Err(fault) = done {
                let sheet = self.sheet.name.clone();
                faults.push(FaultAt { sheet, row: row.number, head: head.clone(), fault });
            }
        }
        if genre.is_some_and(|genre: String| genre.contains(PICTURES)) {
            read.values.retain(|metric, _| !matches!(metric, Metric::Completion | Metric::AvgWatchS));
        }
        (read, faults)
    }
}
