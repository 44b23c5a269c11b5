//! What the service tells of reviews.

use std::path::PathBuf;

use crate::model::manifest::Work;
use crate::model::review::{Record, Standing};

/// News of reviews.
#[derive(Clone, Debug)]
pub enum ReviewNews {
    /// People acted on a work.
    Acted(Box<Acted>),
    /// These works were to be signed by now.
    Overdue(Vec<Standing>),
    /// Everything that waits, once a day.
    Waiting(Vec<Standing>),
}

/// What people did to one work since the service looked last.
#[derive(Clone, Debug)]
pub struct Acted {
    /// Absolute path of the source.
    pub source: PathBuf,
    pub work: Work,
    /// Where it stands now; `None` where nothing of it could go out.
    pub standing: Option<Standing>,
    /// Oldest first.
    pub records: Vec<Record>,
}
