//! What is asked of a media worker, each with the type of its answer.

use super::form::{Form, FormJob};
use super::inspection::Inspection;
use super::job::{
    Diagnosis, InspectJob, Job, Reel, ReelJob, RenderJob, Rendered, Reply, StillsJob, Verified, VerifyJob,
};
use super::language::AnyPath;
use super::showcase::contents::{CleanPaper, Contents, PackageJob, PaperJob};
use super::table::{Table, TableJob};

/// A job with the type of its reply, so that the caller gets that reply or an error.
pub trait Request: Clone + Send + Sync {
    type Reply;

    fn into_job(self) -> Job;

    /// Returns the job's own reply; `None` if `reply` belongs to another job.
    fn reply_of(reply: Reply) -> Option<Self::Reply>;
}

/// A request that reads one submitted file.
pub trait SourceRequest: Request {
    fn set_source(&mut self, source: AnyPath);
}

impl Request for InspectJob {
    type Reply = Inspection;

    fn into_job(self) -> Job {
        Job::Inspect(self)
    }

    fn reply_of(reply: Reply) -> Option<Inspection> {
        if let Reply::Inspected { inspection } = reply { Some(inspection) } else { None }
    }
}

impl SourceRequest for InspectJob {
    fn set_source(&mut self, source: AnyPath) {
        self.source = source;
    }
}

impl Request for RenderJob {
    type Reply = Rendered;

    fn into_job(self) -> Job {
        Job::Render(self)
    }

    fn reply_of(reply: Reply) -> Option<Rendered> {
        if let Reply::Rendered { rendered } = reply { Some(rendered) } else { None }
    }
}

impl SourceRequest for RenderJob {
    fn set_source(&mut self, source: AnyPath) {
        self.source = source;
    }
}

impl Request for VerifyJob {
    type Reply = Vec<Verified>;

    fn into_job(self) -> Job {
        Job::Verify(self)
    }

    fn reply_of(reply: Reply) -> Option<Vec<Verified>> {
        if let Reply::Verified { files } = reply { Some(files) } else { None }
    }
}

impl Request for StillsJob {
    /// When each picture is really shown, microseconds since the first one.
    type Reply = Vec<u64>;

    fn into_job(self) -> Job {
        Job::Stills(self)
    }

    fn reply_of(reply: Reply) -> Option<Vec<u64>> {
        if let Reply::Stills { shown_us } = reply { Some(shown_us) } else { None }
    }
}

impl Request for TableJob {
    type Reply = Table;

    fn into_job(self) -> Job {
        Job::Table(self)
    }

    fn reply_of(reply: Reply) -> Option<Table> {
        if let Reply::Table { table } = reply { Some(table) } else { None }
    }
}

impl Request for FormJob {
    type Reply = Form;

    fn into_job(self) -> Job {
        Job::Form(self)
    }

    fn reply_of(reply: Reply) -> Option<Form> {
        if let Reply::Form { form } = reply { Some(form) } else { None }
    }
}

impl Request for ReelJob {
    type Reply = Reel;

    fn into_job(self) -> Job {
        Job::Reel(self)
    }

    fn reply_of(reply: Reply) -> Option<Reel> {
        if let Reply::Reel { reel } = reply { Some(reel) } else { None }
    }
}

impl Request for PackageJob {
    type Reply = Contents;

    fn into_job(self) -> Job {
        Job::Package(self)
    }

    fn reply_of(reply: Reply) -> Option<Contents> {
        if let Reply::Package { contents } = reply { Some(contents) } else { None }
    }
}

impl Request for PaperJob {
    type Reply = CleanPaper;

    fn into_job(self) -> Job {
        Job::Paper(self)
    }

    fn reply_of(reply: Reply) -> Option<CleanPaper> {
        if let Reply::Paper { paper } = reply { Some(paper) } else { None }
    }
}

/// The job that asks a worker what it can do, before it is given a file.
#[derive(Clone, Copy, Debug)]
pub struct Diagnose;

impl Request for Diagnose {
    type Reply = Diagnosis;

    fn into_job(self) -> Job {
        Job::Diagnose
    }

    fn reply_of(reply: Reply) -> Option<Diagnosis> {
        if let Reply::Diagnosed { diagnosis } = reply { Some(diagnosis) } else { None }
    }
}
