//! What listens to the watch service: status and finished works.

use std::sync::Arc;

use crate::job::{Shop, Taken};
use crate::model::finding::Finding;
use crate::model::inspection::Source;
use crate::model::service::ServiceStatus;

/// Name of the status file in the library's private folder.
pub const STATUS_FILE: &str = "status.json";

/// One drop that was dealt with.
#[derive(Clone, Debug)]
pub struct Finished {
    pub source: Source,
    /// When the file was first seen, RFC 3339.
    pub since: String,
    pub taken: Taken,
}

/// Takes what the service tells. Calls come from the service's own loop: they must not block for long.
pub trait Listener: Send + Sync {
    /// How things stand, at every step of a drop and otherwise once a second at most.
    fn status(&self, _status: &ServiceStatus) {}
    /// A drop was dealt with, whatever became of it.
    fn finished(&self, _finished: &Finished) {}
    /// Something that stops all work until it passes; told once.
    fn alarm(&self, _finding: &Finding) {}
}

/// Keeps `LIBRARY/.jincai/status.json`.
#[derive(Debug)]
pub struct StatusFile(pub Arc<Shop>);

impl Listener for StatusFile {
    fn status(&self, status: &ServiceStatus) {
        let Some(library) = &self.0.library else { return };
        let Ok(json) = serde_json::to_vec(status) else { return };
        // A full disk must not stop the service from saying so by other ways.
        if let Err(error) = library.staging.replace_private(STATUS_FILE, &json) {
            tracing::warn!(%error, "the status could not be written");
        }
    }
}
