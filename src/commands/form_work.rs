//! Forms of organisers, read and filled by sandboxed workers.

use std::path::Path;

use super::error::CommandError;
use crate::files;
use crate::library::staging::ScratchFolder;
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::form::{CellAt, FORM_MAX_BYTES, Form, FormCopy, FormJob};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::value::Arg;
use crate::present::messages;
use crate::worker::{self, Workers};

/// Copies of one form.
pub(super) struct Copies<'a> {
    pub template: &'a Path,
    /// Of the form as it was read.
    pub sha256: &'a str,
    pub values: Vec<Vec<(CellAt, String)>>,
    pub without_properties: bool,
}

/// Reads a form; the error is why it cannot be used.
pub(super) async fn read(file: &Path, limits: &Limits) -> Result<Form, Bilingual> {
    let missing = || messages::text(&Finding::error(Code::SourceMissing).arg(Arg::Path, file.display()));
    let place = files::real_place(file).ok().filter(|place| place.is_file()).ok_or_else(missing)?;
    let job = FormJob {
        source: AnyPath(place),
        sha256: None,
        copies: Vec::new(),
        folder: None,
        without_properties: false,
        limits: limits.clone(),
    };
    ask(job).await
}

/// Returns filled copies, in their order; the inner error is why the form cannot be filled.
pub(super) async fn filled(
    copies: Copies<'_>,
    limits: &Limits,
) -> Result<Result<Vec<Vec<u8>>, Bilingual>, CommandError> {
    let folder = ScratchFolder::create()?;
    let names: Vec<AnyPath> =
        (0..copies.values.len()).map(|number| folder.path().join(number.to_string()).into()).collect();
    let wanted = names.iter().zip(copies.values);
    let job = FormJob {
        source: AnyPath(files::real_place(copies.template).map_err(CommandError::internal)?),
        sha256: Some(copies.sha256.to_owned()),
        copies: wanted.map(|(file, values)| FormCopy { file: file.clone(), values }).collect(),
        folder: Some(folder.path().into()),
        without_properties: copies.without_properties,
        limits: limits.clone(),
    };
    if let Err(why) = ask(job).await {
        return Ok(Err(why));
    }
    // A copy is hardly larger than its form.
    let read = names.iter().map(|name| files::read(name.as_path(), 2 * FORM_MAX_BYTES));
    read.collect::<std::io::Result<_>>().map(Ok).map_err(CommandError::internal)
}

async fn ask(job: FormJob) -> Result<Form, Bilingual> {
    worker::ask(&Workers::this(), job, &mut |_, _| {}).await.map_err(|error| {
        tracing::debug!(detail = error.detail, "a form cannot be used");
        messages::text(&error.finding)
    })
}
