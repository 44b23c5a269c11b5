//! What the reports are told, and how they warn.

use std::path::PathBuf;
use std::sync::Arc;

use crate::intake::discover::{LeftOver, Skipped};
use crate::model::inspection::Source;
use crate::model::language::Bilingual;
use crate::model::service::ServiceStatus;
use crate::service::Finished;

/// Warns whoever looks after the service.
pub type Warn = Box<dyn Fn(&Bilingual) + Send>;

/// In the order in which it happened.
#[derive(Debug)]
pub(super) enum ReportEvent {
    Status(Arc<ServiceStatus>),
    Recognized {
        source: Source,
        returned: bool,
    },
    Finished(Box<Finished>),
    Refused(Skipped),
    /// What was refused is there no longer.
    RefusedGone(PathBuf),
    /// Everything that is not taken.
    LeftOver(Vec<LeftOver>),
    Removed {
        source: Source,
        was_processed: bool,
    },
    /// People acted on the work of this source.
    Reviewed(PathBuf),
    /// Places that could not be looked into.
    FirstScan(Vec<PathBuf>),
}
