//! Keeps a browser showing the page. Whether it does is judged by what the page says, not by its process.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::events::{AgentEvent, BrowserTrouble};
use super::hub::{Hub, boot_ms};
use super::store::{self, StoreError};
use crate::files;
use crate::model::playout::{Beat, FaultKind};
use crate::worker::browser::{self, Browser};

/// How long a browser is waited for.
#[derive(Clone, Debug)]
pub struct Patience {
    /// From its start to the first word of its page.
    pub start: Duration,
    /// Between words of its page: a reload takes a few seconds.
    pub silence: Duration,
    /// Of a picture that should move and does not; the page itself gives up a work after three seconds.
    pub frozen: Duration,
    /// Between starts: first, and at most.
    pub pause: Duration,
    pub pause_most: Duration,
    /// So many starts within ten minutes are told to the office.
    pub starts: usize,
    /// Added to the browser's arguments.
    pub more: Vec<OsString>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(60),
            silence: Duration::from_secs(20),
            frozen: Duration::from_secs(45),
            pause: Duration::from_secs(1),
            pause_most: Duration::from_secs(60),
            starts: 4,
            more: Vec::new(),
        }
    }
}

/// How often the page's words are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// After so many starts without a word of the page the profile is no good.
const MUTE_STARTS: u32 = 5;

/// Over which starts are counted.
const WHILE: Duration = Duration::from_secs(600);

/// Largest file of the browser's preferences.
const PREFERENCES_MAX: u64 = 16 << 20;

/// The browser that is to show the page.
#[derive(Debug)]
pub struct Kiosk {
    program: PathBuf,
    profile: PathBuf,
    url: String,
    patience: Patience,
}

/// What is known of a running browser. Times are monotonic milliseconds.
#[derive(Clone, Debug)]
struct Watch {
    started: i64,
    /// Since when a picture should have moved and did not.
    still: Option<i64>,
    /// The page's last sign of life, and its last beat that was looked at.
    alive: i64,
    seen: i64,
    has_spoken: bool,
}

impl Watch {
    fn from(started: i64) -> Self {
        Self { started, still: None, alive: started, seen: started, has_spoken: false }
    }

    /// Judges by the page's last beat and when it was heard, and by its last sign of life: a page that is not paired yet has no beats.
    fn judge(
        &mut self,
        page: Option<(&Beat, i64)>,
        alive: i64,
        now: i64,
        patience: &Patience,
    ) -> Option<BrowserTrouble> {
        let ms = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        if let Some((beat, heard)) = page.filter(|(_, heard)| *heard > self.seen) {
            self.seen = heard;
            self.alive = self.alive.max(heard);
            self.has_spoken = true;
            self.still = match (beat.frames, beat.moving_ms) {
                (0, 1..) => self.still.or(Some(heard)),
                _ => None,
            };
        }
        if alive > self.alive {
            (self.alive, self.has_spoken) = (alive, true);
        }
        let longest = if self.has_spoken { patience.silence } else { patience.start };
        if now - self.alive > ms(longest) {
            return Some(BrowserTrouble::Silent);
        }
        self.still.filter(|since| now - since > ms(patience.frozen)).map(|_| BrowserTrouble::Frozen)
    }
}

impl Kiosk {
    pub(super) fn of(program: &Path, profile: &Path, url: &str, patience: Patience) -> Self {
        Self { program: program.to_owned(), profile: profile.to_owned(), url: url.to_owned(), patience }
    }

    /// Starts the browser again whenever it is needed, until the agent ends.
    pub(super) fn keep_showing(&self, hub: &Hub) {
        self.end_left_over();
        let (mut pause, mut starts, mut mute) = (self.patience.pause, VecDeque::new(), 0_u32);
        loop {
            self.prepare(hub, mute >= MUTE_STARTS);
            match Browser::start(&self.program, &self.profile, &self.patience.more, &self.url) {
                Ok(mut browser) => {
                    self.note_pid(hub, Some(browser.pid()));
                    hub.tell(&AgentEvent::BrowserStarted { pid: browser.pid() });
                    let Some((trouble, watched)) = self.watch(hub, &mut browser) else {
                        browser.end();
                        self.note_pid(hub, None);
                        return;
                    };
                    browser.end();
                    hub.tell(&AgentEvent::BrowserTrouble { trouble });
                    mute = if watched.has_spoken { 0 } else { mute + 1 };
                    let lasted =
                        Duration::from_millis(u64::try_from(boot_ms() - watched.started).unwrap_or_default());
                    if watched.has_spoken && lasted > self.patience.pause_most {
                        pause = self.patience.pause;
                    }
                }
                Err(error) => {
                    let (program, detail) = (self.program.display().to_string(), error.to_string());
                    hub.tell(&AgentEvent::BrowserFailed { program, detail });
                }
            }
            self.count(hub, &mut starts);
            if hub.wait(pause, |_| false) {
                return;
            }
            pause = (pause * 2).min(self.patience.pause_most);
        }
    }

    /// Returns what is wrong, and what was seen until then; `None`: the agent ends.
    fn watch(&self, hub: &Hub, browser: &mut Browser) -> Option<(BrowserTrouble, Watch)> {
        let mut watch = Watch::from(boot_ms());
        loop {
            if hub.wait(LOOK, |_| false) {
                return None;
            }
            let now = boot_ms();
            let trouble = match browser.ended() {
                Some(how) => {
                    tracing::warn!(how, "the browser ended");
                    Some(BrowserTrouble::Ended)
                }
                None => {
                    let held = hub.held();
                    let page = held.state.page(now).map(|(beat, ago)| (beat, now - ago));
                    watch.judge(page, hub.last_seen(), now, &self.patience)
                }
            };
            if let Some(trouble) = trouble {
                return Some((trouble, watch));
            }
        }
    }

    fn count(&self, hub: &Hub, starts: &mut VecDeque<i64>) {
        let now = boot_ms();
        starts.push_back(now);
        let most = i64::try_from(WHILE.as_millis()).unwrap_or(i64::MAX);
        starts.retain(|at| now - at <= most);
        if starts.len() == self.patience.starts {
            let count = starts.len();
            hub.fault(FaultKind::Page, "", &format!("the browser was started {count} times in ten minutes"));
        }
    }

    fn pid_file(&self) -> PathBuf {
        self.profile.with_extension("pid")
    }

    fn note_pid(&self, hub: &Hub, pid: Option<u32>) {
        let noted = match pid {
            Some(pid) => store::replace(&self.pid_file(), pid.to_string().as_bytes(), None),
            None => store::remove(&self.pid_file()),
        };
        if let Err(error) = noted {
            hub.disk_failed(&error);
        }
    }

    fn end_left_over(&self) {
        let text = files::read(&self.pid_file(), 32).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(pid) = text.and_then(|text| text.trim().parse().ok()) {
            browser::end_left_over(pid, &self.profile);
        }
    }

    /// A browser that was killed asks whether it should restore its pages, and one in another language offers to translate: both
    /// would lie over the picture, so its preferences say otherwise before it starts.
    /// One with which it never spoke, several times in a row, is made anew.
    fn prepare(&self, hub: &Hub, anew: bool) {
        if anew {
            tracing::warn!("the browser's profile is made anew");
            let _ = std::fs::remove_dir_all(&self.profile);
        }
        // Of a browser that was killed, or of this machine under another name. Nobody else uses this profile.
        for name in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            let _ = std::fs::remove_file(self.profile.join(name));
        }
        let path = self.profile.join("Default/Preferences");
        let before = files::read(&path, PREFERENCES_MAX).unwrap_or_default();
        let made = std::fs::create_dir_all(self.profile.join("Default"));
        let written = made
            .map_err(|source| StoreError::Io { path: self.profile.clone(), source })
            .and_then(|()| store::replace(&path, &quiet(&before), Some(0o600)));
        if let Err(error) = written {
            hub.disk_failed(&error);
        }
    }
}

/// Returns preferences by which nothing is asked or offered; what cannot be read is left out.
fn quiet(preferences: &[u8]) -> Vec<u8> {
    let mut all = match serde_json::from_slice(preferences) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let settings = [
        ("profile", "exit_type", json!("Normal")),
        ("profile", "exited_cleanly", json!(true)),
        ("translate", "enabled", json!(false)),
    ];
    for (part, name, value) in settings {
        match all.entry(part).or_insert_with(|| json!({})) {
            Value::Object(part) => drop(part.insert(name.to_owned(), value)),
            other => *other = json!({ name: value }),
        }
    }
    Value::Object(all).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: i64 = i64::MIN;

    #[test]
    fn a_page_is_well_as_long_as_it_speaks_and_its_picture_moves() {
        let patience = Patience::default();
        let beat = |frames, moving_ms| Beat { frames, moving_ms, ..Beat::default() };
        let (moving, still, poster) = (beat(50, 2_000), beat(0, 2_000), beat(0, 0));
        let mut watch = Watch::from(0);
        assert_eq!(watch.judge(None, NEVER, 59_000, &patience), None, "a cold start takes its time");
        assert_eq!(watch.judge(None, NEVER, 61_000, &patience), Some(BrowserTrouble::Silent));
        let mut watch = Watch::from(0);
        for at in (2_000..100_000).step_by(11_000) {
            assert_eq!(watch.judge(None, at, at, &patience), None, "it waits to be paired");
        }
        let mut watch = Watch::from(0);
        for at in (2_000..100_000).step_by(2_000) {
            assert_eq!(watch.judge(Some((&moving, at)), NEVER, at, &patience), None);
        }
        assert_eq!(watch.judge(Some((&moving, 98_000)), NEVER, 118_000, &patience), None);
        assert_eq!(
            watch.judge(Some((&moving, 98_000)), NEVER, 118_001, &patience),
            Some(BrowserTrouble::Silent)
        );
        let mut watch = Watch::from(0);
        for at in (2_000..=46_000).step_by(2_000) {
            assert_eq!(watch.judge(Some((&still, at)), NEVER, at, &patience), None, "{at}");
        }
        assert_eq!(
            watch.judge(Some((&still, 48_000)), NEVER, 48_000, &patience),
            Some(BrowserTrouble::Frozen)
        );
        assert_eq!(
            watch.judge(Some((&poster, 50_000)), NEVER, 50_000, &patience),
            None,
            "a poster stands still"
        );
    }

    #[test]
    fn a_browser_asks_and_offers_nothing_whatever_its_preferences_were() {
        let crashed = br#"{"profile":{"exit_type":"Crashed","name":"x"},"other":[1]}"#;
        let read = |before: &[u8]| serde_json::from_slice::<Value>(&quiet(before)).unwrap();
        let all = read(crashed);
        assert_eq!((&all["profile"]["name"], &all["other"]), (&json!("x"), &json!([1])));
        for before in [&crashed[..], b"", b"{\"profile\":3}", b"\0\0", b"[]"] {
            let all = read(before);
            assert_eq!(all["profile"]["exit_type"], "Normal");
            assert_eq!(all["translate"]["enabled"], false);
        }
    }
}
