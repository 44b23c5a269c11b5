//! A run that could not go on: what is said, and whose fault it was.

use std::path::PathBuf;

use miette::{Diagnostic, Report};

use super::process;
use crate::intake::discover::DiscoverError;
use crate::library::catalog::CatalogError;
use crate::library::recovery;
use crate::library::recovery::RecoveryError;
use crate::library::staging::StagingError;
use crate::model::text::{Bilingual, Lang};
use crate::present::messages;
use crate::present::messages::failures as words;
use crate::work::failure::JobError;

/// Ended by what lies around it – a full disk, another instance – and not by a mistake in usage or configuration.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{0}")]
pub struct EnvironmentError(String);

/// The report of an error, in the language of the user; a [`EnvironmentError`] unless the user named a wrong path.
pub fn report(error: impl Into<JobError>, lang: Lang) -> Report {
    let error = error.into();
    let text = with_file_limit(text(&error), &error);
    match error {
        JobError::Discover(_) => Report::msg(text.get(lang).to_owned()),
        _ => halted(&text, lang),
    }
}

/// Ended by what lies around it, in these words.
pub fn halted(text: &Bilingual, lang: Lang) -> Report {
    Report::new(EnvironmentError(text.get(lang).to_owned()))
}

/// A library without a catalogue: nothing was made there yet, or it was lost.
pub fn no_catalogue(library: PathBuf, lang: Lang) -> Report {
    match recovery::has_manifests(&library) {
        true => halted(&words::catalogue_lost(&library), lang),
        false => Report::msg(words::no_catalogue(&library).get(lang).to_owned()),
    }
}

/// SQLite takes a limit of file sizes for a full or a broken disk.
fn with_file_limit(mut text: Bilingual, error: &JobError) -> Bilingual {
    let wrote = match error {
        JobError::Catalog(CatalogError::Sql(_)) | JobError::Staging(StagingError::Other { .. }) => true,
        JobError::Io { source, .. } => source.kind() == std::io::ErrorKind::FileTooLarge,
        _ => false,
    };
    if let Some(limit) = process::largest_file().filter(|_| wrote) {
        let limit = messages::ground::small_files(limit);
        text.zh.push_str(&limit.zh);
        text.en.push(' ');
        text.en.push_str(&limit.en);
    }
    text
}

fn text(job: &JobError) -> Bilingual {
    match job {
        JobError::Discover(DiscoverError::Missing { path }) => words::nothing_there(path),
        JobError::Discover(DiscoverError::InLibrary { path }) => words::in_the_library(path),
        JobError::Discover(DiscoverError::Unreadable { path, source }) => {
            words::unreadable(path, &source.to_string())
        }
        JobError::Staging(StagingError::Busy { library, holder }) => {
            words::library_held(library, holder, process::stranger(holder).as_deref())
        }
        JobError::Catalog(error) | JobError::Recovery(RecoveryError::Catalog(error)) => match error {
            CatalogError::Damaged { path } => words::catalogue_damaged(path),
            CatalogError::TooNew { found, known } => words::catalogue_too_new(*found, *known),
            _ => messages::text(&job.finding()),
        },
        JobError::Recovery(error @ RecoveryError::Manifest { path, detail }) => match error.is_of_library() {
            true => words::manifest_unreadable(path, detail),
            false => words::own_manifest_unreadable(path, detail),
        },
        other => messages::text(&other.finding()),
    }
}
