//! What every verb works with, settled once: configuration, presets, language, screen.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::error::{CommandError, ErrorKind};
use super::ground;
use crate::clock::SystemClock;
use crate::graphics::overlay::{Brand, OverlayError};
use crate::library::open::{Library, ReadOnlyLibrary};
use crate::library::recovery;
use crate::library::recovery::{PassedOver, Recovery};
use crate::library::staging::Staging;
use crate::model::config::{Config, Watermark};
use crate::model::inspection::Source;
use crate::model::job::{Diagnose, Diagnosis};
use crate::model::preset::Preset;
use crate::model::text::{Bilingual, Lang};
use crate::pipeline::reindex;
use crate::policy::planner::Mode;
use crate::policy::presets;
use crate::policy::rules::CampaignRules;
use crate::present::messages;
use crate::present::messages::cli as words;
use crate::present::terminal::Screen;
use crate::work::context::{Context, RunContext};
use crate::work::failure::JobError;
use crate::work::limits::StageLimits;
use crate::work::options::{Options, VerifyDepth};
use crate::worker;
use crate::worker::Workers;

/// What the command line said, before it was held against the configuration.
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
}

/// Everything settled.
#[derive(Debug)]
pub struct Session {
    pub context: Arc<Context>,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

/// Everything settled for a verb that makes or records works.
#[derive(Debug)]
pub struct RunSession {
    pub run: RunContext,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

/// Whether a verb writes to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writes {
    Library,
    Nothing,
}

/// The file that was named, else `jincai.toml` here if there is one.
fn config_file(wishes: &GlobalOptions) -> Option<PathBuf> {
    let here = Path::new("jincai.toml");
    wishes.config.clone().or_else(|| here.exists().then(|| here.to_owned()))
}

/// The configuration: the named file, else `jincai.toml` here, else the defaults (with a note that says so).
pub fn configuration(wishes: &GlobalOptions, lang: Lang, screen: &Screen) -> Result<Config, CommandError> {
    let mut config = match config_file(wishes) {
        Some(file) => presets::read_config(&file)?,
        None => {
            screen.tell(words::defaults_used().get(lang));
            Config { watermark: Some(Watermark::placeholder()), ..Config::default() }
        }
    };
    if let Some(library) = &wishes.library {
        config.library = library.clone().into();
    }
    if !wishes.targets.is_empty() {
        config.targets.clear();
        for target in &wishes.targets {
            if !config.targets.contains(target) {
                config.targets.push(target.clone());
            }
        }
    }
    Ok(config)
}

/// The enabled presets, in the configuration's order.
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

/// What the configuration names for the overlays and cannot be used, where it is named.
fn unbranded(error: OverlayError, wishes: &GlobalOptions) -> CommandError {
    let (key, [problem, hint]) = match error {
        OverlayError::Watermark { path, reason } => {
            ("watermark.file", words::watermark_unusable(&path, path.is_file().then_some(reason.as_str())))
        }
        OverlayError::Template { name, reason } => ("overlays", words::template_unusable(&name, &reason)),
        error => return CommandError::internal(error),
    };
    match config_file(wishes) {
        Some(file) => presets::error_at(&file, key, problem, hint).into(),
        None => {
            let (zh, en) = (format!("{} {}", problem.zh, hint.zh), format!("{} {}", problem.en, hint.en));
            CommandError::new(ErrorKind::Configuration, Bilingual::new(zh, en))
        }
    }
}

/// The library's catalogue, to be asked. One that cannot be is an error: without it copies of the library's works would
/// pass for new. That one was lost is said for the same reason.
fn read_only(config: &Config, lang: Lang, screen: &Screen) -> Result<Option<ReadOnlyLibrary>, CommandError> {
    let library = config.library.as_path();
    let read_only = ReadOnlyLibrary::open(library)?;
    if read_only.is_none() && recovery::has_manifests(library) {
        screen.warn(messages::failures::catalogue_lost(library).get(lang));
    }
    Ok(read_only)
}

/// Says when works of the library have no fingerprint, or an older one: their copies would pass.
pub fn warn_of_unlisted(
    context: &Context,
    looked_at: &[Source],
    lang: Lang,
    screen: &Screen,
) -> Result<(), JobError> {
    let unlisted = reindex::unlisted(context, looked_at)?;
    if unlisted > 0 {
        screen.warn(messages::compare::unlisted(unlisted).get(lang));
    }
    Ok(())
}

/// What a worker can do, before it is given a file; an error where the configuration demands walls that it lacks.
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

/// Works that are taken over between two words of it.
const STEPS_TOLD: usize = 100;
const STEPS_SAID: usize = 1_000;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum SessionEvent {
    Recovering { done: usize, works: usize },
    Recovered { works: usize, older: bool, left: PassedOver },
}

/// Opens a library, and says what its catalogue had to be told by the manifests.
pub fn recovered(staging: Staging, lang: Lang, screen: &Screen) -> Result<Library, CommandError> {
    let mut steps = |done: usize, works: usize| {
        screen.update("recovery", words::recovery().get(lang), (done as u64, works as u64), "");
        if done.is_multiple_of(STEPS_TOLD) {
            screen.event(&SessionEvent::Recovering { done, works });
        }
        if works >= STEPS_SAID && done.is_multiple_of(STEPS_SAID) {
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
        let said = if older { words::catalogue_was_older(works) } else { words::catalogue_recovered(works) };
        screen.tell(said.get(lang));
    }
    if !left.is_empty() {
        screen.tell(messages::recovery::passed_over(left.iter()).get(lang));
    }
    screen.event(&SessionEvent::Recovered { works, older, left });
    Ok(library)
}

/// Settles everything for a verb that only looks: nothing is written to the library.
pub async fn settle(
    wishes: &GlobalOptions,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<Session, CommandError> {
    let config = configuration(wishes, lang, &screen)?;
    let context = context(config, Writes::Nothing, wishes, lang, &screen).await?;
    Ok(Session { context: Arc::new(context), lang, screen })
}

/// Settles everything for a verb that makes or records works, and opens the library.
pub async fn settle_run(
    wishes: &GlobalOptions,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<RunSession, CommandError> {
    let config = configuration(wishes, lang, &screen)?;
    let context = context(config, Writes::Library, wishes, lang, &screen).await?;
    let folder = context.config.library.as_path();
    let staging = Staging::open(folder)?;
    let library = recovered(staging, lang, &screen)?;
    Ok(RunSession { run: RunContext::new(context, library), lang, screen })
}

/// Makes the context of a verb, without a library that is open for writing.
async fn context(
    config: Config,
    writes: Writes,
    wishes: &GlobalOptions,
    lang: Lang,
    screen: &Screen,
) -> Result<Context, CommandError> {
    let presets = enabled_presets(&config)?;
    ground::limits(&config.limits, lang, screen)?;
    if writes == Writes::Library
        && let Some(odd) = ground::odd_folder(&config)
    {
        return Err(CommandError::usage(odd));
    }
    let workers = Workers::this();
    let brand = Brand::load(&config).map_err(|error| unbranded(error, wishes))?;
    let read_only = match writes {
        Writes::Library => None,
        Writes::Nothing => read_only(&config, lang, screen)?,
    };
    let diagnosis = diagnosis(&config, &workers, lang, screen).await?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Two cores keep one work's encoders busy; more works at once only make each slower.
    let jobs = wishes.jobs.unwrap_or(cores / 4).clamp(1, cores.max(1));
    let options = Options {
        mode: if wishes.draft { Mode::Draft } else { Mode::Final },
        campaign_rules: if wishes.no_campaign_rules { CampaignRules::Skip } else { CampaignRules::Apply },
        depth: if wishes.verify_full { VerifyDepth::Full } else { VerifyDepth::Standard },
        is_selection: !wishes.targets.is_empty(),
        prune: wishes.prune,
        jobs,
        may_split: wishes.jobs.is_none(),
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
