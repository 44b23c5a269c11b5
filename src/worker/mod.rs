//! The sandboxed media process and its client; besides, the browser that a screen's machine shows its page with.
//!
//! The hidden subcommand `media-worker` of this program is a server from which workers are forked. A worker reads one
//! [`Job`](crate::model::job::Job) from its standard input, enters its sandbox, works, and writes
//! [`WorkerEvent`](crate::model::job::WorkerEvent)s to its standard output, one JSON object per line; the last line is
//! the outcome. Whatever a submitted file does to FFmpeg is confined there: one work fails with a finding, and the batch
//! continues.

pub mod browser;

mod budget;
mod child;
mod client;
mod engine;
mod fork_client;
mod fork_server;
mod outcome;
mod pulse;
mod sandbox;
mod source_guard;
mod spawn_protocol;

mod syscalls;
mod watchdog;

use std::fs::File;

use crate::model::form::{Form, FormJob};
use crate::model::inspection::Inspection;
use crate::model::job::{
    Diagnosis, EngineError, InspectJob, Reel, ReelJob, RenderJob, Rendered, StillsJob, Verified, VerifyJob,
};
use crate::model::showcase::contents::{CleanPaper, Contents, PackageJob, PaperJob};
use crate::model::table::Table;

pub use child::{serve, serve_with_walls};
pub use client::{ask, run};
pub use engine::MediaEngine;
pub use fork_client::{WorkerProgram, Workers};
pub use sandbox::Walls;
pub use source_guard::TOUCHED;

/// The argument that turns this program into the server of workers.
pub const SUBCOMMAND: &str = "media-worker";

/// A progress callback. Its arguments are the amount done and the total, in microseconds of the source.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// The media work inside a worker. It runs inside the sandbox: it may read `source` and the files that its job names,
/// write inside the job's folder and start threads; nothing else.
pub trait Engine {
    /// Measures a source and decodes samples of it.
    fn inspect(
        &self,
        job: &InspectJob,
        source: File,
        progress: Progress<'_>,
    ) -> Result<Inspection, EngineError>;

    /// Encodes every output of a job from one source.
    fn render(&self, job: &RenderJob, source: File, progress: Progress<'_>) -> Result<Rendered, EngineError>;

    /// Writes single frames of a source as images. Returns the time at which each is really shown, in microseconds since
    /// the first frame.
    fn stills(&self, job: &StillsJob, source: File, progress: Progress<'_>) -> Result<Vec<u64>, EngineError>;

    /// Measures finished files against their specification.
    fn verify(&self, job: &VerifyJob, progress: Progress<'_>) -> Result<Vec<Verified>, EngineError>;

    /// Joins finished files into one, their packets copied.
    fn reel(&self, job: &ReelJob, progress: Progress<'_>) -> Result<Reel, EngineError>;

    /// Reads a table that somebody handed in.
    fn table(&self, source: File) -> Result<Table, EngineError>;

    /// Reads a package that somebody hands over.
    fn package(&self, job: &PackageJob, progress: Progress<'_>) -> Result<Contents, EngineError>;

    /// Copies a paper without what tells whoever made it.
    fn paper(&self, job: &PaperJob, source: File) -> Result<CleanPaper, EngineError>;

    /// Reads an organiser's form, and writes filled copies of it.
    fn form(&self, job: &FormJob, source: File) -> Result<Form, EngineError>;

    /// Describes the engine. The worker fills in the state of the sandbox.
    fn diagnose(&self) -> Diagnosis;
}
