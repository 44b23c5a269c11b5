//! Tables that people hand in, read by a worker.

use std::path::Path;

use super::error::CommandError;
use crate::files;
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::table::{Table, TableJob};
use crate::model::value::Arg;
use crate::present::messages;
use crate::worker::{self, Workers};

/// Has a table read. `unreadable` says of which file and for what purpose it could not be.
///
/// # Errors
/// If the file is not there, or cannot be used.
pub(super) async fn read(
    (file, limits): (&Path, &Limits),
    workers: &Workers,
    unreadable: impl Fn(&Bilingual) -> Bilingual,
) -> Result<Table, CommandError> {
    let said = |finding: &Finding| CommandError::usage(unreadable(&messages::text(finding)));
    let missing = || said(&Finding::error(Code::SourceMissing).arg(Arg::Path, file.display()));
    let place = files::real_place(file).ok().filter(|place| place.exists()).ok_or_else(missing)?;
    let job = TableJob { source: AnyPath(place), limits: limits.clone() };
    worker::ask(workers, job, &mut |_, _| {}).await.map_err(|error| {
        tracing::debug!(detail = error.detail, "a table cannot be read");
        said(&error.finding)
    })
}
