//! `jincai review comments`: a work's comments as a list, a table, or markers of an editing program.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;

use super::opened::ReviewSession;
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::library::staging::{self, Durability, StagingError};
use crate::model::language::AnyPath;
use crate::model::manifest::Work;
use crate::present::messages::review_papers as words;
use crate::review::markers::{Film, Marker, counted_on, markers, to_csv, to_edl, to_fcpxml};

/// What a `file:` address may hold as it is.
const TO_ENCODE: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

#[derive(Debug, clap::Args)]
pub struct Comments {
    /// 编号、编号开头或标题 · an id, its beginning, or a title
    work: String,
    /// 导出表格 · writes a table
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// 导出 EDL 标记，达芬奇、Avid、Premiere 可用 · writes an edit decision list with locators
    #[arg(long, value_name = "FILE")]
    edl: Option<PathBuf>,
    /// 导出 FCPXML 标记，Final Cut Pro、达芬奇可用 · writes markers for Final Cut Pro
    #[arg(long, value_name = "FILE")]
    fcpxml: Option<PathBuf>,
}

/// What `--json` writes.
#[derive(Serialize)]
#[serde(tag = "event", rename = "comments")]
struct CommentsEvent<'a> {
    work: &'a str,
    title: &'a str,
    /// The file that timecodes are counted on; `null` where nothing was made.
    film: Option<&'a str>,
    comments: &'a [Marker],
    files: Vec<AnyPath>,
}

pub(super) fn comments(session: &ReviewSession, given: &Comments) -> Result<u8, CommandError> {
    let id = session.find(&given.work)?;
    let view = session.view(&id)?;
    let work = &view.work;
    let markers = markers(&view.records, work.revision);
    let film = film(session, work);
    let mut files = Vec::new();
    if let Some(path) = &given.csv {
        let table = to_csv((&work.id, &work.title), film.as_ref(), &markers)?;
        files.push(write(path, &table)?);
    }
    if given.edl.is_some() || given.fcpxml.is_some() {
        let film = film.as_ref().ok_or_else(|| CommandError::usage(words::no_timeline(&work.title)))?;
        for (path, text) in [(&given.edl, to_edl as fn(_, _) -> _), (&given.fcpxml, to_fcpxml)] {
            if let Some(path) = path {
                let text: String = text(film, markers.as_slice());
                files.push(write(path, text.as_bytes())?);
            }
        }
    }
    show(session, work, &markers, &files);
    session.screen.event(&CommentsEvent {
        work: &work.id,
        title: &work.title,
        film: film.as_ref().map(|film| film.name.as_str()),
        comments: &markers,
        files: files.into_iter().map(AnyPath::from).collect(),
    });
    Ok(0)
}

fn film(session: &ReviewSession, work: &Work) -> Option<Film> {
    let made = counted_on(work)?;
    let path = std::path::absolute(session.library().join(&made.file)).ok()?;
    let address = format!("file://{}", percent_encode(path.as_os_str().as_bytes(), &TO_ENCODE));
    Some(Film::of(work, made, address))
}

fn show(session: &ReviewSession, work: &Work, markers: &[Marker], files: &[PathBuf]) {
    let lang = session.lang;
    for file in files {
        session.screen.say(words::written(file).get(lang));
    }
    if markers.is_empty() {
        session.screen.say(words::no_comments(&work.title).get(lang));
    } else if files.is_empty() {
        let heads = [words::NUMBER, words::AT_POINT, words::LEVEL, words::BY, words::HANDLED, words::REMARK];
        let heads = heads.map(|head| head.get(lang).to_owned());
        let row = |marker: &Marker| {
            let state = if marker.done { words::DONE } else { words::OPEN };
            vec![
                marker.number.to_string(),
                words::point(marker.at).get(lang).to_owned(),
                marker.level.clone().unwrap_or_default(),
                marker.by.name.clone(),
                state.get(lang).to_owned(),
                marker.text.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = markers.iter().map(row).collect();
        session.screen.say(&table::table(&heads, &rows, 2 * table::WIDEST));
    }
}

/// Writes a file whole or not at all, into folders that may be new. Returns its full path.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<PathBuf, CommandError> {
    let path = std::path::absolute(path).map_err(CommandError::internal)?;
    let folder = path.parent().unwrap_or(&path);
    std::fs::create_dir_all(folder).map_err(|source| StagingError::Other {
        path: folder.to_owned(),
        doing: "creating",
        source,
    })?;
    staging::write_beside(folder, &path, bytes, Durability::Synced)?;
    Ok(path)
}
