//! The sandboxed media process and its client.
//!
//! This program once more, as the hidden subcommand `media-worker`, is a server from which workers are forked. A worker
//! reads one [`Job`](crate::model::job::Job) from its standard input, shuts itself in, works, and writes
//! [`WorkerEvent`](crate::model::job::WorkerEvent)s to its standard output, one JSON object a line; the last line is the
//! outcome. Whatever a submitted file does to FFmpeg ends there: one work fails with a finding, and the batch goes on.

mod budget;
mod child;
mod client;
mod engine;
mod fork_client;
mod fork_server;
mod outcome;
mod sandbox;
mod spawn_protocol;
mod steady;
mod syscalls;
mod watchdog;

use std::fs::File;

use crate::model::inspection::Inspection;
use crate::model::job::{
    Diagnosis, EngineError, InspectJob, RenderJob, Rendered, StillsJob, Verified, VerifyJob,
};

pub use child::{serve, serve_with_walls};
pub use client::{ask, run};
pub use engine::MediaEngine;
pub use fork_client::{WorkerProgram, Workers};
pub use sandbox::Walls;
pub use steady::TOUCHED;

/// The argument that turns this program into the server of workers.
pub const SUBCOMMAND: &str = "media-worker";

/// Called with how much of the job is done and how much there is, in microseconds of the source.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What does the media work inside a worker. It runs behind every wall of the sandbox: it may read `source` and the
/// files its job names, write inside the job's folder, and start threads; nothing else.
pub trait Engine {
    fn inspect(
        &self,
        job: &InspectJob,
        source: File,
        progress: Progress<'_>,
    ) -> Result<Inspection, EngineError>;

    fn render(&self, job: &RenderJob, source: File, progress: Progress<'_>) -> Result<Rendered, EngineError>;

    /// When each picture is really shown, microseconds since the first one.
    fn stills(&self, job: &StillsJob, source: File, progress: Progress<'_>) -> Result<Vec<u64>, EngineError>;

    fn verify(&self, job: &VerifyJob, progress: Progress<'_>) -> Result<Vec<Verified>, EngineError>;

    /// The walls are filled in by the worker.
    fn diagnose(&self) -> Diagnosis;
}
