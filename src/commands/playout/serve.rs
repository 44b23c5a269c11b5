//! `jincai playout serve`: serves the screens until it is stopped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;

use super::desk::{Desk, SERVE_LOCK};
use super::office::OfficeProgramme;
use super::serve_output::Told;
use super::settings::Settings;
use crate::clock::{Clock, SystemClock};
use crate::commands::error::CommandError;
use crate::commands::process;
use crate::commands::session::{GlobalOptions, config_file};
use crate::library::staging::{ServiceLock, StagingError};
use crate::playout::player::{self, PageFile};
use crate::present::chat::{self, Chats, Pace};
use crate::present::messages;
use crate::present::messages::screens as words;
use crate::web::screens::{self, Page, Parts, Server};

/// Where the page is without `--listen`.
const USUAL: &str = "127.0.0.1:8720";

/// How long the last chat messages may take at the end.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// How long after a signal the process exits, whatever it is doing.
const LAST_RESORT: Duration = Duration::from_secs(15);

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// 监听的地址，默认只在本机 · the address to listen on [default: 127.0.0.1:8720]
    #[arg(long, value_name = "ADDR", default_value = USUAL, hide_default_value = true)]
    listen: SocketAddr,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ServeEvent {
    Serving { address: String, screens: usize },
    Stopped,
}

/// Serves until SIGTERM or Ctrl+C.
pub async fn serve(desk: Desk, globals: &GlobalOptions, given: &Serve) -> Result<u8, CommandError> {
    let Desk { config, catalog, lang, screen, .. } = desk;
    drop(catalog);
    let library = config.library.as_path().to_owned();
    // A configuration with screens came out of a file.
    let file = config_file(globals).map(|located| located.file).unwrap_or_default();
    let settings = Arc::new(Settings::open(&file, &config.library)?);
    let _lock = ServiceLock::take(&library, SERVE_LOCK).map_err(held)?;
    let robots = chat::robots(&config.chat, &|name| std::env::var(name).ok())
        .map_err(|fault| CommandError::usage(messages::chat::no_secret(&fault)))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let chats = Chats::start(robots, Pace::default(), (lang, Arc::clone(&clock)));
    let chats = Arc::new(chats.map_err(CommandError::internal)?);
    let address = given.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| CommandError::usage(words::no_address(&address.to_string(), &error.to_string())))?;
    if !address.ip().is_loopback() {
        screen.warn(words::open_to_others(&address.to_string()).get(lang));
    }
    let told = Told {
        screen: Arc::clone(&screen),
        chats: Arc::clone(&chats),
        lang,
        settings: Arc::clone(&settings),
    };
    let parts = Parts {
        library,
        clock,
        programme: Arc::new(OfficeProgramme::open(settings)?),
        pages: pages(),
        tell: Arc::new(move |event| told.take(event)),
        pace: screens::Pace::default(),
    };
    let server = Server::start(listener, parts).map_err(|error| match error {
        screens::StartError::Catalog(error) => CommandError::from(error),
        other => CommandError::internal(other),
    })?;
    let address = server.address().map_err(CommandError::internal)?.to_string();
    let count = config.screen.len();
    screen.event(&ServeEvent::Serving { address: address.clone(), screens: count });
    screen.tell(words::serving(&address, count).get(lang));
    server.serve(stop()).await.map_err(CommandError::internal)?;
    let closing = tokio::task::spawn_blocking(move || {
        // The server has ended, and with it whoever else told the chats.
        if let Some(chats) = Arc::into_inner(chats) {
            chats.close(LAST_MESSAGES);
        }
    });
    let _ = closing.await;
    screen.event(&ServeEvent::Stopped);
    screen.tell(words::stopped().get(lang));
    Ok(0)
}

/// Returns the page's files as they are embedded in the program.
pub fn pages() -> Vec<Page> {
    let page =
        |file: &PageFile| Page { path: file.path.into(), mime: file.mime.into(), bytes: file.bytes.clone() };
    player::files().iter().map(page).collect()
}

fn held(error: StagingError) -> CommandError {
    match error {
        StagingError::Busy { holder, .. } => {
            let stranger = process::other_program(&holder);
            CommandError::environment(words::served_already(&holder, stranger.as_deref()))
        }
        other => other.into(),
    }
}

/// Returns once SIGTERM or Ctrl+C asked for the end; the process ends soon after, whatever it is doing.
pub async fn stop() {
    process::interrupted().await;
    process::end_within(LAST_RESORT, 1);
}
