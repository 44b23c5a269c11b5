//! The errors of commands: their kind, texts and exit code.

use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use miette::Report;

use super::process;
use crate::graphics::overlay::OverlayError;
use crate::intake::discover::DiscoverError;
use crate::library::catalog::CatalogError;
use crate::library::manifest::ManifestError;
use crate::library::opinions_file::ANSWERS_FILE;
use crate::library::recovery::{self, RecoveryError};
use crate::library::staging::{CREATING_LIBRARY, StagingError};
use crate::model::language::{Bilingual, Lang};
use crate::policy::presets::ReadError;
use crate::present::messages;
use crate::present::messages::failures as words;
use crate::work::failure::JobError;

/// What kind of fault an error is, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line names something that does not exist or does not fit.
    Usage,
    /// The configuration or a preset file is wrong.
    Configuration,
    /// The program's surroundings: a full disk, another instance, a library that cannot be read.
    Environment,
    /// A fault of this program.
    Internal,
}

impl ErrorKind {
    /// Returns the exit code, as the README lists them.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Environment => 1,
            Self::Usage | Self::Configuration | Self::Internal => 2,
        }
    }
}

/// An error that ends a command, in both languages: what happened, to what, and what to do.
#[derive(Debug)]
pub struct CommandError {
    kind: ErrorKind,
    text: Bilingual,
    hint: Option<Bilingual>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl CommandError {
    pub fn new(kind: ErrorKind, text: Bilingual) -> Self {
        Self { kind, text, hint: None, source: None }
    }

    pub fn usage(text: Bilingual) -> Self {
        Self::new(ErrorKind::Usage, text)
    }

    pub fn environment(text: Bilingual) -> Self {
        Self::new(ErrorKind::Environment, text)
    }

    /// Makes an error of what should never happen, with the text of `source` in both languages.
    pub fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        let text = source.to_string();
        Self::new(ErrorKind::Internal, Bilingual::new(text.clone(), text)).because(source)
    }

    #[must_use]
    pub fn with_hint(self, hint: Bilingual) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn because(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..self }
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what the terminal shows; for a mistake in a file with the lines around it.
    pub fn report(self, lang: Lang) -> Report {
        let source = match self.source.map(|source| source.downcast::<ReadError>()) {
            Some(Ok(mistake)) => return mistake.report(lang),
            Some(Err(source)) => Some(source),
            None => None,
        };
        if let Some(source) = source {
            tracing::debug!(cause = chain(&*source), "a command ended");
        }
        match self.hint {
            Some(hint) => miette::miette!(help = hint.get(lang).to_owned(), "{}", self.text.get(lang)),
            None => Report::msg(self.text.get(lang).to_owned()),
        }
    }
}

/// Joins an error and its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<JobError> for CommandError {
    /// A wrong path is a fault of the command line; all else is one of the surroundings.
    fn from(error: JobError) -> Self {
        let text = with_file_limit(text(&error), &error);
        let kind = match error {
            JobError::Discover(_) => ErrorKind::Usage,
            _ => ErrorKind::Environment,
        };
        Self::new(kind, text).because(error)
    }
}

impl From<ReadError> for CommandError {
    fn from(error: ReadError) -> Self {
        let hint = error.hint();
        Self::new(ErrorKind::Configuration, error.problem()).with_hint(hint).because(error)
    }
}

/// Converts errors that are causes of a [`JobError`].
macro_rules! from_causes {
    ($($cause:ty),*) => {$(
        impl From<$cause> for CommandError {
            fn from(error: $cause) -> Self {
                JobError::from(error).into()
            }
        }
    )*};
}

from_causes!(CatalogError, DiscoverError, ManifestError, OverlayError, RecoveryError, StagingError);

/// Returns the error of a library without a catalogue: nothing was made there yet, or the catalogue was lost.
pub fn no_catalogue(library: &Path) -> CommandError {
    match recovery::has_manifests(library) {
        true => CommandError::environment(words::catalogue_lost(library)),
        false => CommandError::usage(words::no_catalogue(library)),
    }
}

/// Adds the limit of file sizes to an error of writing: SQLite reports it as a full or a broken disk.
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
            words::library_held(library, holder, process::other_program(holder).as_deref())
        }
        JobError::Staging(StagingError::Other { path, doing: CREATING_LIBRARY, source })
            if matches!(
                source.kind(),
                IoErrorKind::NotFound | IoErrorKind::NotADirectory | IoErrorKind::AlreadyExists
            ) =>
        {
            words::library_not_created(path, source.kind())
        }
        JobError::Catalog(error) | JobError::Recovery(RecoveryError::Catalog(error)) => match error {
            CatalogError::Damaged { path } if path.file_name() == Some(ANSWERS_FILE.as_ref()) => {
                words::answers_damaged(path)
            }
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
