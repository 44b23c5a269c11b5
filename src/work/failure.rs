//! The errors that end a run, and the failures that end one work.

use std::path::PathBuf;

use crate::graphics::overlay::OverlayError;
use crate::intake::discover::DiscoverError;
use crate::library::catalog::CatalogError;
use crate::library::manifest::ManifestError;
use crate::library::recovery::RecoveryError;
use crate::library::staging::StagingError;
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, FailureKind};

/// An error that ends a whole run.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Overlay(#[from] OverlayError),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl JobError {
    /// Returns the finding that tells the office what to do.
    pub fn finding(&self) -> Finding {
        let cause = match self {
            Self::Staging(error) => return error.finding(),
            Self::Recovery(RecoveryError::Staging(error)) => return error.finding(),
            Self::Catalog(error) | Self::Recovery(RecoveryError::Catalog(error)) => error.cause(),
            Self::Recovery(RecoveryError::Io { source, .. }) => Code::of_io(source),
            Self::Overlay(error) => error.cause(),
            Self::Io { source, .. } => Code::of_io(source),
            Self::Manifest(error) => error.io().and_then(Code::of_kind),
            Self::Discover(_) | Self::Recovery(_) => None,
        };
        let finding = Finding::error(cause.unwrap_or(Code::RenderFailed));
        match self {
            // The finding's sentence says already that a record cannot be read.
            Self::Catalog(error) | Self::Recovery(RecoveryError::Catalog(error)) => match error {
                CatalogError::Entry { source_path, detail } => {
                    finding.detail(format!("{}: {detail}", source_path.display()))
                }
                CatalogError::Json(detail) => finding.detail(detail),
                error => finding.detail(error),
            },
            error => finding.detail(error),
        }
    }
}

/// A failure that ends one work.
#[derive(Debug)]
pub enum Failure {
    /// The media worker refused the file, crashed, or was stopped.
    Worker(EngineError),
    /// The source is gone, was replaced by another file, or cannot be read.
    Source { finding: Box<Finding>, detail: String },
    /// A finished file does not meet its specification.
    Verification { finding: Box<Finding>, detail: String },
    /// The library failed: its catalogue, its disk or its files.
    Library(JobError),
    /// A fault of this program; a rerun may succeed.
    Internal(String),
}

impl Failure {
    /// Makes a failure of the source.
    pub fn source(finding: Finding, detail: impl ToString) -> Self {
        Self::Source { finding: Box::new(finding), detail: detail.to_string() }
    }

    /// Makes a failure that is a fault of this program.
    pub fn internal(detail: impl ToString) -> Self {
        Self::Internal(detail.to_string())
    }

    /// Returns true if the file itself cannot be used, so that a rerun ends the same way.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Worker(error) if error.kind == FailureKind::Refused)
    }

    /// Returns the finding that tells a person what to do.
    pub fn finding(&self) -> Finding {
        match self {
            Self::Worker(error) => (*error.finding).clone(),
            Self::Source { finding, .. } | Self::Verification { finding, .. } => (**finding).clone(),
            Self::Library(error) => error.finding(),
            Self::Internal(detail) => Finding::error(Code::RenderFailed).detail(detail),
        }
    }

    /// Returns what the log says.
    pub fn detail(&self) -> String {
        match self {
            Self::Worker(error) => error.detail.clone(),
            Self::Source { detail, .. } | Self::Verification { detail, .. } | Self::Internal(detail) => {
                detail.clone()
            }
            Self::Library(error) => error.to_string(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Worker(error)
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self::Library(error)
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::Library(error.into())
    }
}
