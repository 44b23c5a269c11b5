//! The status file in the library, for whoever looks from outside.

use std::sync::Arc;

use crate::model::service::ServiceStatus;
use crate::service::Listener;
use crate::work::context::Context;

/// Name of the status file in the library's private folder.
const STATUS_FILE: &str = "status.json";

/// Writes `LIBRARY/.jincai/status.json`.
#[derive(Debug)]
pub struct StatusFile(pub Arc<Context>);

impl Listener for StatusFile {
    fn status(&self, status: &Arc<ServiceStatus>) {
        let Some(library) = &self.0.library else { return };
        // Written as it is made: with thousands of drops it is megabytes.
        let written = library
            .staging
            .replace_private(STATUS_FILE, |out| Ok(serde_json::to_writer(out, status.as_ref())?));
        // A full disk must not stop the service from saying so by other ways.
        if let Err(error) = written {
            tracing::warn!(%error, "the status could not be written");
        }
    }
}
