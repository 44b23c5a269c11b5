//! `jincai stats import`: tables of creator centres, read by a sandboxed worker; a file as a whole, or nothing of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{Timestamp, ZonedDateTime};
use rust_xlsxwriter::{Format, Workbook};
use serde::Serialize;

use super::ImportArgs;
use crate::commands::error::CommandError;
use crate::commands::posts::Desk;
use crate::commands::table_work;
use crate::files;
use crate::library::manifest::ManifestError;
use crate::library::staging::{self, Durability};
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::statistics::{OpenRow, Place, Sample, at_cutoff};
use crate::present::messages::statistics as words;
use crate::present::messages::statistics::CellWord;
use crate::present::terminal::Screen;
use crate::receipts::link::{self, LinkRule};
use crate::receipts::moment;
use crate::receipts::statistics::columns::{Field, plain};
use crate::receipts::statistics::matching::{Matched, Matcher, Post};
use crate::receipts::statistics::season::{china, posts_to_match};
use crate::receipts::statistics::sheet::{self, Chosen, FigureRow, Figures, SheetFault};
use crate::receipts::statistics::template::COLUMNS;
use crate::receipts::statistics::values::CellFault;
use crate::worker::Workers;

/// Most titles that are named of posts without figures.
const MOST_NAMED: usize = 5;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ImportEvent<'a> {
    Fault { file: AnyPath, sheet: &'a str, row: u32, column: &'a str, message: &'a Bilingual },
    Falls { message: &'a Bilingual },
    WithoutFigures { target: &'a str, posts: usize },
    Imported { file: AnyPath, rows: usize, matched: usize, open: usize, added: usize, observed_at: &'a str },
}

pub(super) async fn import(desk: &Desk, given: &ImportArgs) -> Result<u8, CommandError> {
    let now = desk.now.timestamp().to_zoned_datetime(china());
    let id_of =
        |given: &String| desk.target(given).map_or_else(|_| given.trim().to_owned(), |it| it.id.clone());
    let platform = given.platform.as_ref().map(id_of);
    let mut exit = 0;
    for file in &given.files {
        exit = exit.max(import_one(desk, given, (file, platform.as_deref()), &now).await?);
    }
    Ok(exit)
}

async fn import_one(
    desk: &Desk,
    given: &ImportArgs,
    (file, platform): (&Path, Option<&str>),
    now: &ZonedDateTime,
) -> Result<u8, CommandError> {
    let unusable = |why: Bilingual| CommandError::usage(words::table_unreadable(file, &why));
    let table = table_work::read((file, &desk.config.limits), &Workers::this(), |why| {
        words::table_unreadable(file, why)
    })
    .await?;
    let heads = sheet::fingerprint(&sheet::heads_to_choose(&table));
    let chosen = chosen(desk, given, &heads)?;
    let figures = sheet::read(&table, chosen.as_ref(), now).map_err(|fault| {
        unusable(match fault {
            SheetFault::NoHeads { heads } => words::no_heads(&heads),
            SheetFault::HeadTwice { field, sheet } => words::head_twice(field.name(), &sheet),
            SheetFault::NoSuchHead { head, heads } => words::no_such_head(&head, &heads),
            SheetFault::NoRows => words::no_rows(),
        })
    })?;
    if let (Some(platform), Some(found)) = (
        platform,
        figures.centres.iter().filter_map(|centre| centre.target()).find(|it| Some(*it) != platform),
    ) {
        return Err(unusable(words::other_platform(platform, found)));
    }
    if !figures.faults.is_empty() {
        return Ok(tell_faults(desk, file, &figures));
    }
    let observed_at = observed_at(given, file, now).map_err(unusable)?;
    let rows = rows_with_keys(desk, figures, platform);
    if rows.iter().all(|(row, _)| row.target.is_none()) {
        return Err(unusable(words::needs_platform()));
    }
    if let Some(chosen) = chosen.filter(|_| !given.column.is_empty()) {
        let said: BTreeMap<&str, &str> =
            chosen.iter().map(|(head, field)| (head.as_str(), field.name())).collect();
        let said = serde_json::to_string(&said).map_err(CommandError::internal)?;
        desk.catalog.choose_columns(&heads, &said, &desk.moment.at)?;
    }
    let (sha256, _) = files::digest(file).map_err(CommandError::internal)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    keep(desk, file, (&rows, &observed_at), &(sha256, name))
}

/// Returns which heads are what: as said now, else as somebody said of the same heads before.
fn chosen(desk: &Desk, given: &ImportArgs, heads: &str) -> Result<Option<Chosen>, CommandError> {
    let odd = |given: &str| {
        CommandError::usage(words::odd_column(given, &Field::all().map(Field::name).collect::<Vec<_>>()))
    };
    if given.column.is_empty() {
        let Some(known) = desk.catalog.chosen_columns(heads)? else { return Ok(None) };
        let known: BTreeMap<String, String> = serde_json::from_str(&known).map_err(CommandError::internal)?;
        let fields = known.into_iter().filter_map(|(head, field)| Some((head, Field::named(&field)?)));
        return Ok(Some(fields.collect()));
    }
    let pairs = given.column.iter().map(|column| {
        let (head, field) = column.rsplit_once('=').ok_or_else(|| odd(column))?;
        Ok((plain(head), Field::named(field.trim()).ok_or_else(|| odd(column))?))
    });
    pairs.collect::<Result<Chosen, CommandError>>().map(Some)
}

/// Returns when a table was counted, RFC 3339.
fn observed_at(given: &ImportArgs, file: &Path, now: &ZonedDateTime) -> Result<String, Bilingual> {
    match &given.at {
        Some(at) => moment::read(at, now).map_err(|_| words::cell(CellWord::NotATime)),
        None => {
            let changed = files::stamp(file).ok().map(|stamp| stamp.modified_ns);
            let changed = changed.and_then(|ns| Timestamp::from_nanosecond(ns).ok());
            let at = changed.unwrap_or_else(|| now.timestamp()).min(now.timestamp());
            Ok(moment::written(&at.to_zoned_datetime(china())))
        }
    }
}

fn utc(at: &str) -> String {
    let read = at.parse::<Timestamp>();
    read.map_or_else(|_| at.to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

type Rows = Vec<(FigureRow, Option<String>)>;

/// Adds the target, as its id, and what each link is known by.
fn rows_with_keys(desk: &Desk, figures: Figures, platform: Option<&str>) -> Rows {
    let with_key = |mut row: FigureRow| {
        let target = row.target.take().or_else(|| platform.map(str::to_owned));
        row.target =
            target.map(|it| desk.target(&it).map_or_else(|_| it.clone(), |preset| preset.id.clone()));
        let preset = row.target.as_deref().and_then(|id| desk.presets.iter().find(|preset| preset.id == id));
        let rule = preset.map_or_else(LinkRule::default, |preset| desk.link_rule(preset));
        let key = row.url.as_deref().and_then(|url| link::read(url, rule).ok()).map(|link| link.key);
        (row, key)
    };
    figures.rows.into_iter().map(with_key).collect()
}

fn tell_faults(desk: &Desk, file: &Path, figures: &Figures) -> u8 {
    for it in &figures.faults {
        let word = match it.fault {
            CellFault::Formula => CellWord::Formula,
            CellFault::NotANumber => CellWord::NotANumber,
            CellFault::NotACount => CellWord::NotACount,
            CellFault::NotAShare => CellWord::NotAShare,
            CellFault::NotATime => CellWord::NotATime,
            CellFault::DigitsLost => CellWord::DigitsLost,
        };
        let message = words::cell_fault(file, &it.sheet, it.row, &it.head, word);
        desk.screen.event(&ImportEvent::Fault {
            file: file.into(),
            sheet: &it.sheet,
            row: it.row,
            column: &it.head,
            message: &message,
        });
        desk.screen.warn(message.get(desk.lang));
    }
    desk.screen.warn(words::nothing_imported(file, figures.faults.len()).get(desk.lang));
    1
}

/// Matches the rows, and keeps what is certain as samples and the rest as rows for a person.
fn keep(
    desk: &Desk,
    file: &Path,
    (rows, observed_at): (&Rows, &str),
    (sha256, name): &(String, String),
) -> Result<u8, CommandError> {
    let (posts, works) = posts_to_match(&desk.catalog)?;
    let matched = Matcher::new(&posts, &works).match_all(rows);
    let (mut samples, mut open, mut certain) = (Vec::new(), Vec::new(), BTreeSet::new());
    for ((row, _), matched) in rows.iter().zip(matched) {
        let observed_at = utc(row.observed_at.as_deref().unwrap_or(observed_at));
        let place = Place {
            file_sha256: sha256.clone(),
            file: name.clone(),
            sheet: row.sheet.clone(),
            row: row.number,
        };
        match matched {
            Matched::Certain(post, _) => {
                certain.insert(post);
                let sample = |(metric, value): (&_, &f64)| Sample {
                    post,
                    metric: *metric,
                    value: *value,
                    observed_at: observed_at.clone(),
                    place: place.clone(),
                };
                samples.extend(row.values.iter().map(sample));
            }
            Matched::Open(..) => open.push(OpenRow {
                number: 0,
                target: row.target.clone().unwrap_or_default(),
                title: row.title.clone(),
                posted_at: row.posted_at.clone(),
                observed_at,
                values: row.values.clone(),
                place,
            }),
        }
    }
    let before = desk.catalog.samples()?;
    let (added, opened) = desk.catalog.add_figures(&samples, &open, &desk.moment.at)?;
    let count = rows.len() - open.len();
    desk.screen.event(&ImportEvent::Imported {
        file: file.into(),
        rows: rows.len(),
        matched: count,
        open: opened,
        added,
        observed_at,
    });
    desk.screen.say(words::imported(file, rows.len(), count, added, observed_at).get(desk.lang));
    if added > 0 {
        tell_falls(desk, &posts, &before, &samples);
    }
    tell_missing(desk, &posts, rows, &certain);
    if opened > 0 {
        desk.screen.warn(words::open_rows(opened).get(desk.lang));
    }
    Ok(0)
}

fn tell_falls(desk: &Desk, posts: &[Post], before: &[Sample], samples: &[Sample]) {
    let title = |seq: u64| posts.iter().find(|post| post.seq == seq).map_or("", |post| post.title.as_str());
    for sample in samples.iter().filter(|sample| sample.metric.is_counter()) {
        let known = at_cutoff(before, Some(&sample.observed_at));
        let last = known.get(&(sample.post, sample.metric)).map(|last| last.value);
        if let Some(last) = last.filter(|last| *last > sample.value) {
            let message = words::falls(title(sample.post), sample.metric, last, sample.value);
            desk.screen.event(&ImportEvent::Falls { message: &message });
            desk.screen.warn(message.get(desk.lang));
        }
    }
}

fn tell_missing(desk: &Desk, posts: &[Post], rows: &Rows, certain: &BTreeSet<u64>) {
    let targets: BTreeSet<&str> = rows.iter().filter_map(|(row, _)| row.target.as_deref()).collect();
    for target in targets {
        let missing: Vec<&Post> =
            posts.iter().filter(|post| post.target == target && !certain.contains(&post.seq)).collect();
        if !missing.is_empty() {
            let titles: Vec<String> =
                missing.iter().take(MOST_NAMED).map(|post| post.title.clone()).collect();
            desk.screen.event(&ImportEvent::WithoutFigures { target, posts: missing.len() });
            let said = words::without_figures(desk.target_name(target), missing.len(), &titles);
            desk.screen.warn(said.get(desk.lang));
        }
    }
}

/// Writes the table to fill in by hand, where nothing is yet. Every cell is text, so that ids keep their digits.
pub(super) fn template(file: &Path, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    if file.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xlsx")) {
        return Err(CommandError::usage(words::odd_template(file)));
    }
    let path = std::path::absolute(file).map_err(CommandError::internal)?;
    if files::is_there(&path).unwrap_or(true) {
        return Err(CommandError::usage(words::is_there_already(&path)));
    }
    let bytes = template_xlsx()?;
    staging::write_beside(path.parent().unwrap_or(&path), &path, &bytes, Durability::Synced)?;
    screen.say(words::template_written(&path).get(lang));
    Ok(0)
}

fn template_xlsx() -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    let (head, body) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::sheet_name())?.set_freeze_panes(1, 0)?;
    for (field, column) in COLUMNS.into_iter().zip(0..) {
        sheet.set_column_format(column, &body)?.set_column_width(column, 16)?;
        sheet.write_string_with_format(0, column, field.name(), &head)?;
    }
    Ok(workbook.save_to_buffer()?)
}
