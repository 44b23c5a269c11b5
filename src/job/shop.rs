//! What every work of a run shares.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::listing::MANIFEST_FILE;
use super::recovery::{self, Recovery, RecoveryError, Steps};
use crate::clock::Clock;
use crate::graphics::overlay::{Brand, OverlayError};
use crate::intake::discover::{self, DiscoverError};
use crate::library::catalog::{Catalog, CatalogError};
use crate::library::manifest::ManifestError;
use crate::library::staging::{Staging, StagingError};
use crate::matching::align::lookup::listed;
use crate::model::config::Config;
use crate::model::event::Event;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::FileStamp;
use crate::model::job::EngineError;
use crate::model::manifest::Program;
use crate::model::plan::ENGINE_VERSION;
use crate::model::preset::Preset;
use crate::policy::planner::Mode;
use crate::policy::rules::CampaignRules;
use crate::present::messages;
use crate::worker::Workers;

/// How thoroughly finished files are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Every packet, all sound, the first and last pictures.
    #[default]
    Usual,
    /// Every picture too.
    Full,
}

/// What the command line adds to the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub mode: Mode,
    pub campaign_rules: CampaignRules,
    pub depth: Depth,
    /// Only some targets were asked for: what the library holds for others stays as it is.
    pub is_selection: bool,
    /// What the library holds for targets that are not enabled any more is removed.
    pub prune: bool,
    /// Works at once, and codec threads for each.
    pub jobs: usize,
    pub threads: u32,
    /// Nobody said how many works at once: of short ones there may be more.
    pub may_split: bool,
}

/// Everything a work needs besides itself.
#[derive(Debug)]
pub struct Shop {
    pub config: Config,
    /// The enabled targets, in the configuration's order.
    pub presets: Vec<Preset>,
    pub brand: Brand,
    pub clock: Arc<dyn Clock>,
    pub workers: Workers,
    pub options: Options,
    /// FFmpeg's own name of its version.
    pub ffmpeg: String,
    /// `None` for a check, which writes nothing.
    pub library: Option<Library>,
    /// The catalogue of the library for whoever only asks.
    pub shelf: Option<Shelf>,
    pub doors: Doors,
    /// Digest of everything that decides outcomes for all works alike, once it was asked for.
    pub decides: OnceLock<String>,
}

/// A work shorter than this, microseconds, is mostly the start and the end of its encoders: while they fill and drain
/// their look-ahead, one core has nothing to do. Of 24 works of 2 s on two cores, two at a time took 0.88 of the time
/// of one after the other.
const SHORT_US: u64 = 8_000_000;

/// How many works may be in which stage at once. What comes after the render keeps one core busy at most: while one
/// work is verified and published, the next is rendered.
#[derive(Debug)]
pub struct Doors {
    pub inspect: Semaphore,
    /// One a codec thread; see [`Doors::render`].
    render: Semaphore,
    /// Works begun and not finished.
    works: Semaphore,
    places: usize,
    threads: u32,
    may_split: bool,
}

impl Doors {
    /// An inspection is the work of one thread, so there may be one a core.
    pub fn new(options: &Options) -> Self {
        let (jobs, threads) = (options.jobs.max(1), options.threads.max(1));
        let cores = jobs * threads as usize;
        let places = 2 * cores;
        Self {
            inspect: Semaphore::new(cores),
            render: Semaphore::new(cores),
            works: Semaphore::new(places),
            places,
            threads,
            may_split: options.may_split,
        }
    }

    /// Waits for a place among the works begun; dropping the permit gives it up.
    pub async fn begin(&self) -> Option<SemaphorePermit<'_>> {
        self.works.acquire().await.ok()
    }

    /// Waits until a work of so many microseconds may be rendered, and says with how many codec threads: a short one
    /// among others with half of the usual, so that twice as many are rendered at once.
    pub async fn render(&self, duration_us: u64) -> (u32, Option<SemaphorePermit<'_>>) {
        let is_alone = self.places - self.works.available_permits() < 2;
        let splits = self.may_split && duration_us < SHORT_US && !is_alone;
        let threads = if splits { (self.threads / 2).max(1) } else { self.threads };
        (threads, self.render.acquire_many(threads).await.ok())
    }
}

/// The catalogue of a library that others may be writing to at the same time.
#[derive(Debug)]
pub struct Shelf(Mutex<Catalog>);

impl Shelf {
    /// `None` where there is no library yet.
    pub fn open(library: &Path) -> Result<Option<Self>, CatalogError> {
        let path = Catalog::path_in(library);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self(Mutex::new(respelt(Catalog::open_to_ask(&path)?)?))))
    }
}

/// A catalogue whose words are of the version in use. Making those of an older library again takes a second a thousand
/// works, once.
fn respelt(mut catalog: Catalog) -> Result<Catalog, CatalogError> {
    let made = catalog.respell(listed)?;
    if made > 0 {
        tracing::info!(made, "words of fingerprints were made again");
    }
    Ok(catalog)
}

/// The place finished works go to.
#[derive(Debug)]
pub struct Library {
    pub staging: Staging,
    catalog: Mutex<Catalog>,
    listed: Mutex<Option<FileStamp>>,
}

impl Library {
    /// Opens the library's catalogue, with all that the manifests know: see [`Recovery`]. `steps` is told how many of how
    /// many works were taken over.
    pub fn open(staging: Staging, steps: Steps<'_>) -> Result<(Self, Recovery), RecoveryError> {
        let (catalog, recovery) = recovery::open_catalog(&staging, steps)?;
        let catalog = Mutex::new(respelt(catalog)?);
        Ok((Self { staging, catalog, listed: Mutex::default() }, recovery))
    }

    /// The library's manifest as this process last wrote it.
    pub(super) fn listed(&self) -> Option<FileStamp> {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_listed(&self) {
        let stamp = discover::stamp(&self.staging.library().join(MANIFEST_FILE)).ok();
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
    }

    /// One writer at a time: SQLite has no more.
    pub fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shop {
    /// What the library knows of its works, as far as there is one.
    pub fn catalog(&self) -> Option<MutexGuard<'_, Catalog>> {
        match (&self.library, &self.shelf) {
            (Some(library), _) => Some(library.catalog()),
            (None, Some(Shelf(catalog))) => Some(catalog.lock().unwrap_or_else(PoisonError::into_inner)),
            (None, None) => None,
        }
    }

    pub fn program(&self) -> Program {
        Program {
            jincai: env!("CARGO_PKG_VERSION").to_owned(),
            engine: ENGINE_VERSION,
            ffmpeg: self.ffmpeg.clone(),
        }
    }

    /// The time as the manifest writes it: RFC 3339, in the college's zone.
    pub fn now(&self) -> String {
        self.clock.local().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

/// Takes the events of a run, from any thread.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// A finding of a work, with its texts.
pub(super) fn found(work: String, finding: &Finding) -> Event {
    let text = messages::text(finding);
    Event::Found { work, finding: finding.clone(), zh: text.zh, en: text.en }
}

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
        Finding::error(cause.unwrap_or(Code::RenderFailed)).arg("detail", self)
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
        Self::new(Finding::error(Code::RenderFailed).arg("detail", &detail), detail)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Codec threads that each of two works of `duration_us` begun at once gets.
    fn threads(may_split: bool, duration_us: u64) -> u32 {
        let options = Options {
            mode: Mode::Final,
            campaign_rules: CampaignRules::Apply,
            depth: Depth::Usual,
            is_selection: false,
            prune: false,
            jobs: 1,
            threads: 4,
            may_split,
        };
        let doors = Doors::new(&options);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let _begun = (doors.begin().await, doors.begin().await);
            doors.render(duration_us).await.0
        })
    }

    #[test]
    fn only_short_works_of_an_unsaid_number_share_the_cores() {
        assert_eq!(threads(true, SHORT_US - 1), 2);
        assert_eq!(threads(true, SHORT_US), 4);
        assert_eq!(threads(false, SHORT_US - 1), 4);
    }
}
