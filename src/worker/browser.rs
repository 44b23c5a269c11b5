//! A browser that shows one page on the whole screen.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::files;

/// What a screen's browser is started with: videos begin by themselves, nothing is throttled because it seems to be covered, no
/// bar or question covers the picture, and nothing talks to anybody else.
const ARGUMENTS: &[&str] = &[
    "--kiosk",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--noerrdialogs",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--no-pings",
    "--disable-domain-reliability",
    "--password-store=basic",
    // What it kept would be checked and removed by nobody.
    "--disk-cache-size=1",
    "--media-cache-size=1",
    "--disable-features=Translate,TranslateUI,CalculateNativeWinOcclusion,SpareRendererForSitePerProcess",
];

/// Starts the browser without what was inherited (a compositor ends only once its pipe is closed everywhere), and so that it ends
/// with this program, however that ends, where util-linux can say so.
const START: &str = "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-\n\
    if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL -- \"$@\"; fi\nexec \"$@\"";

/// Names under which it is installed, the usual first.
const NAMES: &[&str] =
    &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];

/// A browser that is asked to end has so long.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

/// Finds an installed browser in the folders of `PATH`.
pub fn find() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// A running browser with all its processes. Dropping it ends them.
#[derive(Debug)]
pub struct Browser {
    child: Child,
}

impl Browser {
    /// Starts it with a profile of its own.
    ///
    /// # Errors
    /// If the program cannot be started; what it does then is seen by its page alone.
    pub fn start(program: &Path, profile: &Path, more: &[OsString], url: &str) -> io::Result<Self> {
        let mut folder = OsString::from("--user-data-dir=");
        folder.push(profile);
        // The shell itself would start whatever it is told; that the program is there is known before.
        files::open_named(program)?;
        let mut command = Command::new("sh");
        command.args(["-c", START, "sh"]).arg(program).args(ARGUMENTS).arg(folder).args(more).arg(url);
        // A group of its own: its many processes end together.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Ok(Self { child: command.spawn()? })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns how it ended, if it has: an exit code, or a signal.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "unknown".to_owned(),
        })
    }

    /// Ends all its processes; those that do not end by themselves are killed.
    pub fn end(&mut self) {
        self.signal(Signal::TERM);
        let begun = std::time::Instant::now();
        while begun.elapsed() < ENDS_WITHIN {
            if self.ended().is_some() {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        // Fails when all of them have ended.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends a browser of an agent that was killed, which would hold the profile: `pid` is the one it had, and counts only if that
/// process still uses this profile. Returns true if there was one.
pub fn end_left_over(pid: u32, profile: &Path) -> bool {
    let command = files::read_system(Path::new(&format!("/proc/{pid}/cmdline"))).unwrap_or_default();
    let argument = format!("--user-data-dir={}", profile.display());
    if !command.split('\0').any(|word| word == argument) {
        return false;
    }
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    kill_process_group(pid, Signal::KILL).is_ok()
}
