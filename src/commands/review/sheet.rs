//! `jincai review sheet`: the sheets on which the reviews of works are signed.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::comments::write;
use super::opened::{ReviewSession, refused};
use super::register::target_names;
use crate::commands::error::CommandError;
use crate::graphics::covers;
use crate::library::staging::ScratchFolder;
use crate::model::language::AnyPath;
use crate::model::manifest::Work;
use crate::model::review_refusal::Refusal;
use crate::present::messages::{self, review_papers as words};
use crate::present::papers::{Canvas, Sheet, review_sheet};
use crate::review::sheet::{CanvasFile, STILL_SIDE, canvases, check_files, cover_pictures, evidence};
use crate::text::safe_name;
use crate::work::failure::Failure;
use crate::work::stills::StillTaker;
use crate::worker::Workers;

/// Threads of the worker that takes stills.
const THREADS: u32 = 2;

#[derive(Debug, clap::Args)]
pub struct Sheets {
    /// 编号、编号开头或标题，可以写多件 · ids, their beginnings, or titles
    #[arg(required = true)]
    works: Vec<String>,
    /// 写到哪个文件夹，默认是当前文件夹 · the folder for the sheets [default: the working folder]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename = "sheet")]
struct SheetEvent<'a> {
    work: &'a str,
    title: &'a str,
    subject: &'a str,
    file: AnyPath,
}

/// Writes a sheet for each work. One that cannot be made is said, and does not keep the others from being made.
pub(super) async fn sheets(session: &ReviewSession, given: Sheets) -> Result<u8, CommandError> {
    let mut ids = Vec::new();
    for work in &given.works {
        let id = session.find(work)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let folder = given.output.unwrap_or_else(|| PathBuf::from("."));
    let mut failed = Vec::new();
    for id in ids {
        failed.extend(sheet(session, &id, &folder).await.err());
    }
    let Some(last) = failed.pop() else { return Ok(0) };
    for error in failed {
        session.screen.warn(&error.report(session.lang).to_string());
    }
    Err(last)
}

async fn sheet(session: &ReviewSession, id: &str, folder: &Path) -> Result<(), CommandError> {
    let view = session.view(id)?;
    let (_, standing) = view.reviewable().map_err(|refusal| refused(&refusal))?;
    let (work, library) = (&view.work, session.library());
    check_files(work, &library).map_err(|refusal| changed(work, &refusal))?;
    let covers = cover_pictures(work, &library).map_err(|refusal| changed(work, &refusal))?;
    let evidence = evidence(work, &library).map_err(|refusal| changed(work, &refusal))?;
    let mut shown = Vec::new();
    for canvas in canvases(work) {
        shown.push(with_stills(session, work, canvas).await?);
    }
    let page = review_sheet(&Sheet {
        college: &session.config.college,
        printed_at: &session.moment.at,
        work,
        standing,
        rules: &session.config.review,
        records: &view.records,
        targets: &target_names(&session.config)?,
        covers: &covers,
        canvases: &shown,
        evidence: &evidence,
    });
    let name = format!("{}-{}-{id}.html", words::SHEET_FILE.zh, safe_name(&work.title));
    let file = write(&folder.join(name), page.as_bytes())?;
    session.screen.say(words::written(&file).get(session.lang));
    let subject = standing.subject.as_str();
    session.screen.event(&SheetEvent { work: id, title: &work.title, subject, file: file.into() });
    Ok(())
}

/// Has a worker take the stills of a canvas.
async fn with_stills(
    session: &ReviewSession,
    work: &Work,
    canvas: CanvasFile,
) -> Result<Canvas, CommandError> {
    let scratch = ScratchFolder::create()?;
    let taker = StillTaker {
        workers: &Workers::this(),
        limits: &session.config.limits,
        threads: THREADS,
        folder: scratch.path(),
        long_side: STILL_SIDE,
    };
    let file = session.library().join(&canvas.file);
    let failed = |failure: Failure| {
        let why = messages::line(&failure.finding());
        CommandError::environment(words::stills_failed(&work.title, &canvas.file, &why))
    };
    let pictures = taker.take(&file, None, &canvas.moments_ms).await.map_err(failed)?;
    let mut stills = Vec::new();
    for (at_ms, picture) in pictures {
        let jpeg = covers::thumbnail_of(&picture, STILL_SIDE)
            .ok_or_else(|| CommandError::environment(words::picture_unreadable(&work.title, &canvas.file)))?;
        stills.push((at_ms, jpeg));
    }
    let CanvasFile { size, frame_rate, edition, targets, .. } = canvas;
    Ok(Canvas { size, frame_rate, edition, targets, stills })
}

/// The error of a file that is not what would be signed.
fn changed(work: &Work, refusal: &Refusal) -> CommandError {
    CommandError::environment(match refusal {
        Refusal::FileUnreadable { file, .. } => words::picture_unreadable(&work.title, file),
        Refusal::FileChanged { file } => words::sheet_file_changed(&work.title, file),
        other => return refused(other),
    })
}
