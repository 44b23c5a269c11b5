//! `jincai screen`: runs on a screen's own machine until it is stopped.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;
use url::Url;

use super::error::CommandError;
use super::playout::serve::{pages, stop};
use crate::clock::SystemClock;
use crate::model::language::{Bilingual, Lang};
use crate::present::messages::agent as words;
use crate::present::messages::screens as screen_words;
use crate::present::terminal::Screen;
use crate::web::agent::{
    Agent, AgentEvent, BrowserTrouble, Pace, Parts, Patience, Reserve, StartError, StoreError,
};
use crate::worker::browser;

/// Where the page is without `--listen`.
const USUAL: &str = "127.0.0.1:8721";

/// Folder below the one for the data of programs.
const FOLDER: &str = "jincai-screen";

#[derive(Debug, Args)]
pub struct ScreenArgs {
    /// 播出服务的地址，例如 http://10.1.2.3:8720 · the server of screens, such as http://10.1.2.3:8720
    #[arg(long, value_name = "URL")]
    server: String,
    /// 启动浏览器，铺满屏幕，并一直看着它 · starts a browser on the whole screen, and watches it
    #[arg(long)]
    kiosk: bool,
    /// 节目存在哪个文件夹 · where programmes are kept [default: ~/.local/share/jincai-screen]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// 给本机浏览器的地址 · the address for this machine's browser [default: 127.0.0.1:8721]
    #[arg(long, value_name = "ADDR", default_value = USUAL, hide_default_value = true)]
    listen: SocketAddr,
    /// 用哪个浏览器，默认找 Chromium 或 Chrome · the browser [default: Chromium or Chrome]
    #[arg(long, value_name = "PATH", requires = "kiosk")]
    browser: Option<PathBuf>,
    /// 取消本机的配对，重新显示配对码（服务器换过、重装过的） · ends this machine's pairing, after its server was replaced
    #[arg(long)]
    forget: bool,
    /// 另外给浏览器的参数，可以多次 · one more argument for the browser; repeatable
    #[arg(long, value_name = "ARG", requires = "kiosk", allow_hyphen_values = true)]
    browser_arg: Vec<OsString>,
}

/// A line of `--json` besides the agent's own.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ScreenEvent {
    Serving { address: String },
    Stopped,
}

/// Returns a server's address without a slash at its end.
///
/// # Errors
/// If it is no address of a server alone.
pub fn server_address(given: &str) -> Result<String, CommandError> {
    let wrong = || CommandError::usage(words::bad_server(given));
    let url = Url::parse(given.trim()).map_err(|_| wrong())?;
    let is_server = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_server { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

/// Serves the page until SIGTERM or Ctrl+C.
pub async fn screen(given: ScreenArgs, lang: Lang, screen: Arc<Screen>) -> Result<u8, CommandError> {
    let server = server_address(&given.server)?;
    if !given.listen.ip().is_loopback() {
        return Err(CommandError::usage(words::not_loopback(&given.listen.to_string())));
    }
    let program = match (given.kiosk, given.browser) {
        (false, _) => None,
        (true, Some(named)) => Some(named),
        (true, None) => Some(browser::find().ok_or_else(|| CommandError::environment(words::no_browser()))?),
    };
    let folder = match given.dir.or_else(usual_folder) {
        Some(folder) => std::path::absolute(&folder).unwrap_or(folder),
        None => return Err(CommandError::usage(words::no_folder())),
    };
    let address = given.listen.to_string();
    let listener = TcpListener::bind(given.listen)
        .await
        .map_err(|error| CommandError::usage(screen_words::no_address(&address, &error.to_string())))?;
    let teller = Arc::clone(&screen);
    let parts = Parts {
        folder: folder.clone(),
        server,
        clock: Arc::new(SystemClock),
        pages: pages(),
        tell: Arc::new(move |event| tell(&teller, lang, event)),
        pace: Pace::default(),
        reserve: Reserve::default(),
        forget: given.forget,
    };
    let refused = |error: StartError| match error {
        StartError::Store(StoreError::Busy { holder }) => {
            CommandError::environment(words::held(&folder, &holder))
        }
        StartError::Store(error) => {
            CommandError::environment(words::folder_unusable(&folder, &error.to_string()))
        }
        other => CommandError::internal(other),
    };
    let mut agent = Agent::start(listener, parts).map_err(refused)?;
    let address = agent.address().map_err(CommandError::internal)?.to_string();
    screen.event(&ScreenEvent::Serving { address: address.clone() });
    screen.tell(words::serving(&address, &folder, program.is_some()).get(lang));
    if let Some(program) = &program {
        agent.show(program, Patience { more: given.browser_arg, ..Patience::default() }).map_err(refused)?;
    }
    agent.serve(ended()).await.map_err(CommandError::internal)?;
    screen.event(&ScreenEvent::Stopped);
    screen.tell(words::stopped().get(lang));
    Ok(0)
}

/// Returns once somebody asked for the end, or the console is gone that this screen's session was started at.
async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::hangup()) {
        Ok(mut hangup) => tokio::select! {
            () = stop() => {}
            _ = hangup.recv() => {}
        },
        Err(_) => stop().await,
    }
}

/// The folder that a service manager gives, else the one for the data of this user's programs.
fn usual_folder() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("STATE_DIRECTORY")
        .or_else(|| named("XDG_DATA_HOME").map(|data| data.join(FOLDER)))
        .or_else(|| named("HOME").map(|home| home.join(".local/share").join(FOLDER)))
}

fn tell(screen: &Screen, lang: Lang, event: &AgentEvent) {
    screen.event(event);
    let said = said(event);
    let is_trouble = matches!(
        event,
        AgentEvent::EditionRefused { .. }
            | AgentEvent::Damaged { .. }
            | AgentEvent::DiskLow { .. }
            | AgentEvent::DiskFailed { .. }
            | AgentEvent::PlaysLost { .. }
            | AgentEvent::Offline { .. }
            | AgentEvent::BrowserFailed { .. }
            | AgentEvent::BrowserTrouble { .. }
    );
    match is_trouble {
        true => screen.warn(said.get(lang)),
        false => screen.tell(said.get(lang)),
    }
}

fn said(event: &AgentEvent) -> Bilingual {
    match event {
        AgentEvent::Waiting { code } => words::waiting(code),
        AgentEvent::Paired { name, .. } => words::paired(name),
        AgentEvent::Forgotten => words::forgotten(),
        AgentEvent::Online => words::online(),
        AgentEvent::Offline { detail } => words::offline(detail),
        AgentEvent::Edition { files, bytes, .. } => words::edition(*files, *bytes),
        AgentEvent::EditionRefused { id, detail } => words::edition_refused(id, detail),
        AgentEvent::Fetching { files, of_files, bytes, of_bytes, bytes_per_s, left_s } => {
            words::fetching([*files, *of_files], [*bytes, *of_bytes], *bytes_per_s, *left_s)
        }
        AgentEvent::Complete { files } => words::complete(*files),
        AgentEvent::Damaged { sha256 } => words::damaged(sha256),
        AgentEvent::DiskLow { free, wanted } => words::disk_low(*free, *wanted),
        AgentEvent::DiskFailed { detail } => words::disk_failed(detail),
        AgentEvent::PlaysLost { lines } => words::plays_lost(*lines),
        AgentEvent::BrowserStarted { .. } => words::browser_started(),
        AgentEvent::BrowserTrouble { trouble } => match trouble {
            BrowserTrouble::Ended => words::browser_ended(),
            BrowserTrouble::Silent => words::browser_silent(),
            BrowserTrouble::Frozen => words::browser_frozen(),
        },
        AgentEvent::BrowserFailed { program, detail } => words::browser_failed(program, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address_and_nothing_else() {
        for (given, expected) in [
            ("http://10.1.2.3:8720", "http://10.1.2.3:8720"),
            (" http://screens.example.edu.cn/ ", "http://screens.example.edu.cn"),
            ("https://屏幕.example/", "https://xn--0txv21h.example"),
        ] {
            let found = server_address(given).unwrap();
            assert!(found == expected || given.contains('屏'), "{found}");
        }
        for given in
            ["10.1.2.3:8720", "screens", "ftp://a", "http://a/b", "http://a/?b", "http://u:p@a", "http://"]
        {
            assert!(server_address(given).is_err(), "{given}");
        }
    }
}
