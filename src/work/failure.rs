//! What ends a run, and what ends one work.

use std::path::PathBuf;

use crate::graphics::overlay::OverlayError;
use crate::intake::discover::DiscoverError;
use crate::library::catalog::CatalogError;
use crate::library::manifest::ManifestError;
use crate::library::recovery::RecoveryError;
use crate::library::staging::StagingError;
use crate::model::finding::{Code, Finding};
use crate::model::job::EngineError;

/// What ends a whole run.
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
    /// The finding that tells the office what to do.
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
        Finding::error(cause.unwrap_or(Code::RenderFailed)).detail(self)
    }
}

/// What ends one work.
#[derive(Debug)]
pub struct Failure {
    pub finding: Box<Finding>,
    pub detail: String,
}

impl Failure {
    pub fn new(finding: Finding, detail: impl ToString) -> Self {
        Self { finding: Box::new(finding), detail: detail.to_string() }
    }

    /// Something of ours broke; a rerun may succeed.
    pub fn broken(detail: impl ToString) -> Self {
        let detail = detail.to_string();
        Self::new(Finding::error(Code::RenderFailed).detail(&detail), detail)
    }

    /// A worker answered another question than it was asked.
    pub fn odd_reply() -> Self {
        Self::new(Finding::error(Code::WorkerCrashed), "the worker's reply does not fit its job")
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self { finding: error.finding, detail: error.detail }
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self::new(error.finding(), error)
    }
}
