//! What every command works with, opened once: configuration, presets, language, screen.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::error::{CommandError, ErrorKind};
use super::ground;
use super::locate::{self, Located};
use crate::clock::SystemClock;
use crate::graphics::overlay::{Brand, OverlayError};
use crate::library::open::{Library, ReadOnlyLibrary};
use crate::library::recovery;
use crate::library::recovery::{PassedOver, Recovery};
use crate::library::staging::Staging;
use crate::model::config::{Config, Watermark};
use crate::model::inspection::Source;
use crate::model::job::Diagnosis;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::preset::Preset;
use crate::model::request::Diagnose;
use crate::pipeline::reindex;
use crate::policy::planner::Mode;
use crate::policy::presets;
use crate::policy::rules::CampaignRules;
use crate::present::messages;
use crate::present::messages::cli as words;
use crate::present::messages::inbox as inbox_words;
use crate::present::terminal::Screen;
use crate::work::context::{Context, RunContext};
use crate::work::failure::JobError;
use crate::work::limits::StageLimits;
use crate::work::options::{Options, VerifyDepth};
use crate::worker;
use crate::worker::Workers;

/// The options that all commands share, before the configuration is read.
#[derive(Clone, Debug, Default)]
pub struct GlobalOptions {
    pub config: Option<PathBuf>,
    pub library: Option<PathBuf>,
    pub targets: Vec<String>,
    pub jobs: Option<usize>,
    pub draft: bool,
    pub no_campaign_rules: bool,
    pub verify_full: bool,
    pub prune: bool,
    /// True for commands whose `--json` is a stream of events.
    pub streams_events: bool,
}

/// Everything that a command which only reads works with.
#[derive(Debug)]
pub struct Session {
    pub context: Arc<Context>,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

/// Everything that a command which makes or records works needs.
#[derive(Debug)]
pub struct RunSession {
    pub run: RunContext,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

/// Whether a command writes to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writes {
    Library,
    Nothing,
}

/// Returns the configuration's file: the named one, else the nearest `jincai.toml` in the working folder or above it.
pub fn config_file(globals: &GlobalOptions) -> Option<Located> {
    if let Some(file) = globals.config.clone() {
        return Some(Located { file, passed_over: None });
    }
    locate::locate(&std::env::current_dir().ok()?)
}

/// Reads the configuration: the named file, else the nearest `jincai.toml` in the working folder or above it, else the
/// defaults. Says which one was read.
pub fn configuration(globals: &GlobalOptions, lang: Lang, screen: &Screen) -> Result<Config, CommandError> {
    let located = config_file(globals);
    let mut config = match &located {
        Some(Located { file, passed_over }) => {
            let config = presets::read_config(file)?;
            screen.tell(inbox_words::configuration_read(file).get(lang));
            if let Some(passed_over) = passed_over {
                screen.warn(inbox_words::configuration_in_inbox(passed_over, file).get(lang));
            }
            config
        }
        None => {
            screen.tell(words::defaults_used().get(lang));
            Config { watermark: Some(Watermark::placeholder()), ..Config::default() }
        }
    };
    if let Some(library) = &globals.library {
        config.library = library.clone().into();
    }
    if !globals.targets.is_empty() {
        config.targets.clear();
        for target in &globals.targets {
            if !config.targets.contains(target) {
                config.targets.push(target.clone());
            }
        }
    }
    if globals.streams_events {
        screen.event(&SessionEvent::Configuration {
            file: located.as_ref().map(|located| located.file.as_path().into()),
            inbox: config.inbox.clone(),
            library: config.library.clone(),
        });
    }
    Ok(config)
}

/// Returns the enabled presets, in the configuration's order. Errors on a target that does not exist.
pub fn enabled_presets(config: &Config) -> Result<Vec<Preset>, CommandError> {
    let all = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
    config
        .targets
        .iter()
        .map(|id| {
            all.iter().find(|preset| preset.id == *id).cloned().ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|preset| preset.id.as_str()).collect();
                CommandError::usage(words::unknown_target(id, &known))
            })
        })
        .collect()
}

/// Returns the key of the configuration that names a watermark or template that cannot be used, the problem, and what to
/// do; `None` for an error that is not the configuration's.
pub fn overlay_problem(error: &OverlayError) -> Option<(&'static str, [Bilingual; 2])> {
    Some(match error {
        OverlayError::Watermark { path, reason } => {
            ("watermark.file", words::watermark_unusable(path, path.is_file().then_some(reason.as_str())))
        }
        OverlayError::MarkUnseen { path, fault } => {
            ("watermark.file", messages::sidecars_and_marks::mark_draws_nothing(path, fault))
        }
        OverlayError::Template { name, reason } => ("overlays", words::template_unusable(name, reason)),
        _ => return None,
    })
}

/// Returns the error of a watermark or template that cannot be used, with the place where the configuration names it.
fn overlay_error(error: OverlayError, globals: &GlobalOptions) -> CommandError {
    let Some((key, [problem, hint])) = overlay_problem(&error) else { return CommandError::internal(error) };
    match config_file(globals) {
        Some(located) => presets::error_at(&located.file, key, problem, hint).into(),
        None => {
            let (zh, en) = (format!("{} {}", problem.zh, hint.zh), format!("{} {}", problem.en, hint.en));
            CommandError::new(ErrorKind::Configuration, Bilingual::new(zh, en))
        }
    }
}

/// Opens the library's catalogue for reading. One that cannot be read is an error: without it copies of the library's works
/// would pass as new. For the same reason a catalogue that was lost is a warning.
fn read_only(config: &Config, lang: Lang, screen: &Screen) -> Result<Option<ReadOnlyLibrary>, CommandError> {
    let library = config.library.as_path();
    let read_only = ReadOnlyLibrary::open(library)?;
    if read_only.is_none() && recovery::has_manifests(library) {
        screen.warn(messages::failures::catalogue_lost(library).get(lang));
    }
    Ok(read_only)
}

/// Warns if works of the library have no fingerprint, or one of an older version: their copies would pass as new. Those of
/// `sources` do not count.
pub fn warn_of_unlisted(
    context: &Context,
    sources: &[Source],
    lang: Lang,
    screen: &Screen,
) -> Result<(), JobError> {
    let unlisted = reindex::unlisted(context, sources)?;
    if unlisted > 0 {
        screen.warn(messages::compare::unlisted(unlisted).get(lang));
    }
    Ok(())
}

/// Returns what a worker can do, before it is given a file. Errors if the configuration requires the sandbox and a part of it
/// is missing.
async fn diagnosis(
    config: &Config,
    workers: &Workers,
    lang: Lang,
    screen: &Screen,
) -> Result<Diagnosis, CommandError> {
    let diagnosis = worker::ask(workers, Diagnose, &mut |_, _| {}).await.map_err(|error| {
        let text = messages::text(&error.finding);
        let with_detail = |text: String| format!("{text}\n{}", error.detail.trim());
        CommandError::usage(Bilingual::new(with_detail(text.zh), with_detail(text.en)))
    })?;
    match ground::walls(&config.limits, &diagnosis) {
        Ok(None) => {}
        Ok(Some(warning)) => screen.warn(warning.get(lang)),
        Err(refusal) => return Err(CommandError::environment(refusal)),
    }
    Ok(diagnosis)
}

/// Recovered works between two events.
const WORKS_PER_EVENT: usize = 100;

/// Recovered works between two lines on the screen.
const WORKS_PER_LINE: usize = 1_000;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum SessionEvent {
    /// The configuration that was read; no file where the defaults are used.
    Configuration {
        file: Option<AnyPath>,
        inbox: AnyPath,
        library: AnyPath,
    },
    Recovering {
        done: usize,
        works: usize,
    },
    Recovered {
        works: usize,
        older: bool,
        left: PassedOver,
    },
}

/// Opens a library, and prints what its catalogue had to recover from the manifests.
pub fn open_library(staging: Staging, lang: Lang, screen: &Screen) -> Result<Library, CommandError> {
    let mut steps = |done: usize, works: usize| {
        screen.update("recovery", words::recovery().get(lang), (done as u64, works as u64), "");
        if done.is_multiple_of(WORKS_PER_EVENT) {
            screen.event(&SessionEvent::Recovering { done, works });
        }
        if works >= WORKS_PER_LINE && done.is_multiple_of(WORKS_PER_LINE) {
            screen.tell(words::recovering(done, works).get(lang));
        }
    };
    let opened = recovery::open(staging, &mut steps);
    screen.rest("recovery");
    let (library, recovery) = opened?;
    let (works, left, older) = match recovery {
        Recovery::NotNeeded => return Ok(library),
        Recovery::Lost(works, left) => (works, left, false),
        Recovery::Older(works, left) => (works, left, true),
    };
    if works > 0 {
        let text = if older { words::catalogue_was_older(works) } else { words::catalogue_recovered(works) };
        screen.tell(text.get(lang));
    }
    if !left.is_empty() {
        screen.tell(messages::recovery::passed_over(left.iter()).get(lang));
    }
    screen.event(&SessionEvent::Recovered { works, older, left });
    Ok(library)
}

/// Opens everything for a command that only reads: nothing is written to the library.
pub async fn open_session(
    globals: &GlobalOptions,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<Session, CommandError> {
    let config = configuration(globals, lang, &screen)?;
    let context = context(config, Writes::Nothing, globals, lang, &screen).await?;
    Ok(Session { context: Arc::new(context), lang, screen })
}

/// Opens everything for a command that makes or records works, with the library.
pub async fn open_run_session(
    globals: &GlobalOptions,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<RunSession, CommandError> {
    let config = configuration(globals, lang, &screen)?;
    let context = context(config, Writes::Library, globals, lang, &screen).await?;
    let folder = context.config.library.as_path();
    let staging = Staging::open(folder)?;
    let library = open_library(staging, lang, &screen)?;
    Ok(RunSession { run: RunContext::new(context, library), lang, screen })
}

/// Makes the context of a command, without a library that is open for writing.
async fn context(
    config: Config,
    writes: Writes,
    globals: &GlobalOptions,
    lang: Lang,
    screen: &Screen,
) -> Result<Context, CommandError> {
    let presets = enabled_presets(&config)?;
    if let Some(misplaced) = locate::misplaced(&config) {
        return Err(CommandError::new(ErrorKind::Configuration, misplaced));
    }
    ground::limits(&config.limits, lang, screen)?;
    if writes == Writes::Library
        && let Some(odd) = ground::odd_folder(&config)
    {
        return Err(CommandError::usage(odd));
    }
    let workers = Workers::this();
    let brand = Brand::load(&config).map_err(|error| overlay_error(error, globals))?;
    let read_only = match writes {
        Writes::Library => None,
        Writes::Nothing => read_only(&config, lang, screen)?,
    };
    let diagnosis = diagnosis(&config, &workers, lang, screen).await?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Two cores keep one work's encoders busy; more works at once only make each slower.
    let jobs = globals.jobs.unwrap_or(cores / 4).clamp(1, cores.max(1));
    let options = Options {
        mode: if globals.draft { Mode::Draft } else { Mode::Final },
        campaign_rules: if globals.no_campaign_rules { CampaignRules::Skip } else { CampaignRules::Apply },
        depth: if globals.verify_full { VerifyDepth::Full } else { VerifyDepth::Standard },
        is_selection: !globals.targets.is_empty(),
        prune: globals.prune,
        jobs,
        may_split: globals.jobs.is_none(),
        threads: u32::try_from((cores / jobs).max(1)).unwrap_or(1),
    };
    let (clock, limits) = (Arc::new(SystemClock), StageLimits::new(&options));
    Ok(Context {
        config,
        presets,
        brand,
        clock,
        workers,
        options,
        ffmpeg: diagnosis.ffmpeg,
        library: None,
        read_only,
        limits,
        shared_inputs_digest: OnceLock::new(),
    })
}
