//! What every work of a run shares.

use std::ops::Deref;
use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};

use crate::clock::Clock;
use crate::graphics::overlay::Brand;
use crate::library::catalog::Catalog;
use crate::library::open::{Library, ReadOnlyLibrary};
use crate::library::opinions_file;
use crate::model::config::Config;
use crate::model::event::Event;
use crate::model::finding::{Code, Finding};
use crate::model::manifest::Program;
use crate::model::placeholder::Placeholder;
use crate::model::plan::ENGINE_VERSION;
use crate::model::preset::Preset;
use crate::model::value::{Arg, Words};
use crate::present::messages;
use crate::work::failure::JobError;
use crate::work::limits::StageLimits;
use crate::work::options::Options;
use crate::worker::Workers;

/// Everything that all works of a run share.
#[derive(Debug)]
pub struct Context {
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
    pub library: Option<Arc<Library>>,
    /// The library's catalogue, open for reading only; `None` for a run, which uses `library`.
    pub read_only: Option<ReadOnlyLibrary>,
    pub limits: StageLimits,
    /// Digest of everything that decides the outcome of all works alike, computed on first use.
    pub shared_inputs_digest: OnceLock<String>,
}

impl Context {
    /// Locks the library's catalogue and returns it; `None` where there is no library yet.
    pub fn catalog(&self) -> Option<MutexGuard<'_, Catalog>> {
        match (&self.library, &self.read_only) {
            (Some(library), _) => Some(library.catalog()),
            (None, Some(ReadOnlyLibrary(catalog))) => {
                Some(catalog.lock().unwrap_or_else(PoisonError::into_inner))
            }
            (None, None) => None,
        }
    }

    /// Returns the versions of this program, its engine and FFmpeg, as the manifest records them.
    pub fn program(&self) -> Program {
        Program {
            jincai: env!("CARGO_PKG_VERSION").to_owned(),
            engine: ENGINE_VERSION,
            ffmpeg: self.ffmpeg.clone(),
        }
    }

    /// Returns the warning of settings that still stand as `jincai init` wrote them and show in finished works, if there are
    /// any.
    pub fn placeholders(&self) -> Option<Finding> {
        let mut which = self.config.placeholders();
        if self.brand.has_placeholder_mark() {
            which.insert(0, Placeholder::Watermark);
        }
        let why = Words::Placeholders(which.clone());
        (!which.is_empty()).then(|| Finding::warning(Code::PlaceholderInUse).arg(Arg::Why, why))
    }

    /// Returns the time as the manifest writes it: RFC 3339, in the college's zone.
    pub fn now(&self) -> String {
        self.clock.local().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

/// A context whose library is open for writing. Everything that makes or records works takes it; a check has none.
#[derive(Clone, Debug)]
pub struct RunContext {
    shared: Arc<Context>,
    open: Arc<Library>,
}

impl RunContext {
    /// Makes a context for a run into `library`.
    pub fn new(context: Context, library: Library) -> Self {
        let open = Arc::new(library);
        let shared = Context { library: Some(Arc::clone(&open)), ..context };
        Self { shared: Arc::new(shared), open }
    }

    pub fn context(&self) -> &Arc<Context> {
        &self.shared
    }

    pub fn library(&self) -> &Library {
        &self.open
    }
}

impl Deref for RunContext {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.shared
    }
}

/// Takes the events of a run, from any thread.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// Makes the event that reports a finding of a work, with its texts.
pub(crate) fn found(work: String, finding: &Finding) -> Event {
    let text = messages::line(finding);
    Event::Found { work, finding: messages::json(finding), zh: text.zh, en: text.en }
}

/// Writes all opinions of the catalogue to the library's own file, from which a lost catalogue gets them back.
pub fn write_opinions(context: &Context) -> Result<(), JobError> {
    let Some(catalog) = context.catalog() else { return Ok(()) };
    let opinions = catalog.opinions()?;
    drop(catalog);
    Ok(opinions_file::write_opinions(context.config.library.as_path(), &opinions)?)
}
