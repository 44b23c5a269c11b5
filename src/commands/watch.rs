//! `jincai watch`: runs the watch service until it is stopped.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use super::error::CommandError;
use super::process;
use super::run_output::Show;
use super::session::{self, RunSession};
use crate::clock::{Clock, SystemClock};
use crate::intake::discover::{LeftOver, Skipped};
use crate::library::staging::StagingError;
use crate::model::event::Event;
use crate::model::finding::{Finding, FindingJson};
use crate::model::inspection::Source;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::left_over::LeftOverKind;
use crate::model::review::ReviewState;
use crate::model::service::{ServiceState, ServiceStatus};
use crate::present::chat::{self, Chats, Pace};
use crate::present::messages::{self, watch as words};
use crate::present::metrics::{Metrics, Server};
use crate::present::terminal::Screen;
use crate::service::{
    ChatListener, Listener, LogListener, MetricsListener, Reports, ReviewNews, ServiceOptions, StatusFile,
    WatchError, WatchSummary, watch as run_service,
};
use crate::text::Visible;

/// The options of `jincai watch`.
#[derive(Clone, Debug, Default)]
pub struct WatchOptions {
    pub poll_s: Option<f64>,
    pub once: bool,
    pub metrics: Option<SocketAddr>,
}

/// How long the last chat messages may take at the end.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// How long the last report pages and the chats may take together at the end. The next start writes what is missing; where
/// none follows, it is the longest time for one page.
const LAST_PAGES: Duration = Duration::from_secs(6);

/// How long after the grace of a signal the process exits, whatever it is doing.
const LAST_RESORT: Duration = Duration::from_secs(8);

/// The exit code then.
const ENDED_LATE: u8 = 1;

/// Watches the configured inbox. Returns the exit code: 0, or with `--once` 1 if a work was rejected or failed.
pub async fn watch(session: RunSession, options: WatchOptions) -> Result<u8, CommandError> {
    let RunSession { run: context, lang, screen } = session;
    let inbox = std::path::absolute(context.config.inbox.as_path()).map_err(CommandError::internal)?;

    let warn_screen = Arc::clone(&screen);
    let warn = Box::new(move |text: &Bilingual| warn_screen.warn(text.get(lang)));
    let reports = Arc::new(
        Reports::start(Arc::clone(context.context()), inbox.clone(), warn).map_err(CommandError::internal)?,
    );
    session::warn_of_unlisted(&context, &[], lang, &screen)?;
    if let Some(finding) = context.placeholders() {
        screen.warn(messages::line(&finding).get(lang));
    }
    let robots = chat::robots(&context.config.chat, &|name| std::env::var(name).ok())
        .map_err(|fault| CommandError::usage(messages::chat::no_secret(&fault)))?;
    let voice = (lang, Arc::new(SystemClock) as Arc<dyn Clock>);
    let chats = Arc::new(Chats::start(robots, Pace::default(), voice).map_err(CommandError::internal)?);
    let terminal =
        Arc::new(TerminalListener::new(Arc::clone(&screen), lang, context.config.watch.stop_grace_s));
    let mut listeners: Vec<Arc<dyn Listener>> = vec![
        Arc::clone(&terminal) as _,
        Arc::new(LogListener::default()),
        Arc::new(StatusFile(Arc::clone(context.context()))),
        Arc::clone(&reports) as _,
        Arc::new(ChatListener { context: Arc::clone(context.context()), chats: Arc::clone(&chats), lang }),
    ];
    if let Some(address) = options.metrics {
        listeners.push(serve_metrics(address).await?);
    }
    let show = Show::service(&context, Arc::clone(&screen), lang);
    let service = ServiceOptions {
        inbox: inbox.clone(),
        poll: options.poll_s.map(Duration::from_secs_f64),
        once: options.once,
        listeners,
        events: Arc::new(move |event: Event| show.take(&event)),
        context,
    };
    let grace = Duration::from_secs_f64(service.context.config.watch.stop_grace_s);
    let ended = run_service(service, stop_signals(grace)).await;
    let its_reports = Arc::clone(&reports);
    let mut closing = tokio::task::spawn_blocking(move || {
        its_reports.close();
        // The service has ended, so there is no other reference.
        if let Some(chats) = Arc::into_inner(chats) {
            chats.close(LAST_MESSAGES);
        }
    });
    // The last pages may be on a share that does not answer; then the next start writes them.
    let mut came = reports.progress();
    while tokio::time::timeout(LAST_PAGES, &mut closing).await.is_err() {
        match reports.progress() {
            now if options.once && now > came => came = now,
            _ => break,
        }
    }
    let ended = ended.map_err(|error| refused(error, &inbox))?;
    screen.say(words::stopped(ended.tally).get(lang));
    Ok(exit_code(ended, options.once))
}

/// Returns the exit code; with `once` also 1 if a fault left drops unprocessed.
fn exit_code(WatchSummary { tally, unfinished }: WatchSummary, once: bool) -> u8 {
    u8::from(once && (unfinished || tally.works.rejected + tally.works.failed > 0))
}

fn refused(error: WatchError, inbox: &Path) -> CommandError {
    let text = match error {
        WatchError::Inbox(StagingError::Busy { holder, .. }) => {
            return CommandError::environment(words::inbox_held(
                inbox,
                &holder,
                process::other_program(&holder).as_deref(),
            ));
        }
        WatchError::Inbox(other) => words::no_inbox(inbox, &other.to_string()),
        WatchError::Job(error) => return CommandError::from(error),
        other => return CommandError::internal(other),
    };
    CommandError::usage(text)
}

/// Sends one message for each SIGTERM or Ctrl+C. After the first, the process exits [`LAST_RESORT`] after `grace`, whatever
/// it is doing: writing output that nobody reads, or waiting for a share that does not answer.
fn stop_signals(grace: Duration) -> mpsc::Receiver<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(4);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let sender = sender.clone();
        match signal(kind) {
            Ok(mut signals) => drop(tokio::spawn(async move {
                let mut within = Some(grace + LAST_RESORT);
                while signals.recv().await.is_some() {
                    if let Some(within) = within.take() {
                        process::end_within(within, ENDED_LATE);
                    }
                    if sender.send(()).await.is_err() {
                        return;
                    }
                }
            })),
            Err(error) => tracing::error!(%error, "a signal cannot be listened to"),
        }
    }
    receiver
}

async fn serve_metrics(address: SocketAddr) -> Result<Arc<dyn Listener>, CommandError> {
    let server = Server::bind(address).await.map_err(|error| {
        let text = messages::status::no_metrics(
            error.fault(),
            &error.address.to_string(),
            &error.source.to_string(),
        );
        CommandError::usage(text)
    })?;
    let metrics = Arc::new(Metrics::new(Arc::new(SystemClock)));
    let numbers = Arc::clone(&metrics);
    tokio::spawn(async move {
        if let Err(error) = server.serve(numbers, std::future::pending()).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(Arc::new(MetricsListener(metrics)))
}

/// Shows the service's messages on the screen, or as JSON lines.
#[derive(Debug)]
struct TerminalListener {
    screen: Arc<Screen>,
    lang: Lang,
    grace_s: f64,
    last: Mutex<Option<ServiceState>>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum WatchEvent<'a> {
    Service {
        state: &'a ServiceState,
        inbox: &'a AnyPath,
        library: &'a AnyPath,
    },
    Settled {
        files: usize,
    },
    Refused {
        path: &'a AnyPath,
        finding: FindingJson,
        zh: &'a str,
        en: &'a str,
    },
    Gone {
        path: &'a AnyPath,
        was_done: bool,
    },
    LeftOver {
        files: Vec<LeftOverFile>,
    },
    /// People acted on a work; `review` is where it stands now.
    Reviewed {
        work: &'a str,
        title: &'a str,
        review: Option<ReviewState>,
        level: Option<&'a str>,
    },
    Alarm {
        finding: FindingJson,
        zh: &'a str,
        en: &'a str,
    },
}

/// A file that is not taken.
#[derive(Serialize)]
struct LeftOverFile {
    path: AnyPath,
    kind: LeftOverKind,
    zh: String,
    en: String,
}

impl TerminalListener {
    fn new(screen: Arc<Screen>, lang: Lang, grace_s: f64) -> Self {
        Self { screen, lang, grace_s, last: Mutex::default() }
    }
}

impl Listener for TerminalListener {
    fn status(&self, status: &Arc<ServiceStatus>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let previous = last.replace(status.state.clone());
        if previous.as_ref() == Some(&status.state) {
            return;
        }
        let ServiceStatus { state, inbox, library, .. } = status.as_ref();
        self.screen.event(&WatchEvent::Service { state, inbox, library });
        let text = match (state, previous) {
            (ServiceState::Running, None) => words::started(inbox.as_path(), library.as_path(), status.sight),
            (ServiceState::Running, Some(_)) => words::resumed(),
            (ServiceState::Paused { finding, .. }, _) => {
                words::paused(&messages::line(&Finding::from(finding)))
            }
            (ServiceState::Stopping, _) => words::stopping(self.grace_s),
            // The command reports it at its end, with the tally.
            (ServiceState::Stopped, _) => return,
        };
        self.screen.tell(text.get(self.lang));
    }

    fn settled(&self, files: usize) {
        self.screen.event(&WatchEvent::Settled { files });
        self.screen.tell(words::settled(files).get(self.lang));
    }

    fn refused(&self, skipped: &Skipped) {
        let Bilingual { zh, en } = messages::line(&skipped.finding);
        self.screen.event(&WatchEvent::Refused {
            path: &skipped.path,
            finding: messages::json(&skipped.finding),
            zh: &zh,
            en: &en,
        });
        let text = if self.lang == Lang::Zh { zh } else { en };
        self.screen.warn(&format!("– {}: {text}", Visible::path(skipped.path.as_path())));
    }

    fn removed(&self, source: &Source, was_done: bool) {
        self.screen.event(&WatchEvent::Gone { path: &source.path, was_done });
        if was_done {
            self.screen.tell(words::gone(source.path.as_path()).get(self.lang));
        }
    }

    fn left_over(&self, all: &[LeftOver]) {
        let file = |one: &LeftOver| {
            let Bilingual { zh, en } = messages::inbox::left_over(one.kind);
            LeftOverFile { path: one.path.as_path().into(), kind: one.kind, zh, en }
        };
        self.screen.event(&WatchEvent::LeftOver { files: all.iter().map(file).collect() });
        if !all.is_empty() {
            self.screen.tell(words::left_over(all.len()).get(self.lang));
        }
    }

    fn review(&self, news: &ReviewNews) {
        let ReviewNews::Acted(acted) = news else { return };
        let standing = acted.standing.as_ref();
        let title = acted.work.title.as_str();
        self.screen.event(&WatchEvent::Reviewed {
            work: &acted.work.id,
            title,
            review: standing.map(|standing| standing.state),
            level: standing.and_then(|standing| standing.level.as_deref()),
        });
        if let Some(standing) = standing {
            let said = messages::about(&Visible::of(title).to_string(), &messages::shown::state(standing));
            self.screen.tell(said.get(self.lang));
        }
    }

    fn alarm(&self, finding: &Finding) {
        let Bilingual { zh, en } = messages::line(finding);
        self.screen.event(&WatchEvent::Alarm { finding: messages::json(finding), zh: &zh, en: &en });
    }
}
