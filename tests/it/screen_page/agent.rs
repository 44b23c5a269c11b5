//! The agent on a screen's own machine: with a server that fails, and with a real browser that it starts itself.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jincai::clock::SystemClock;
use jincai::model::playout::{Beat, FaultKind, Item, Outcome, Play, PlayBatch, PlaysAnswer};
use jincai::playout::player;
use jincai::web::agent::{Agent, AgentEvent, BrowserTrouble, Pace, Parts, Patience, Reserve};
use jincai::web::screens::Page;
use serde_json::{Value, json};

use super::office::{Office, Way, clip, digest, edition, now, video};
use super::{SLOT, alone, four_clips, seconds};

/// One that runs in this process.
struct Machine {
    address: String,
    events: Arc<Mutex<Vec<AgentEvent>>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Machine {
    fn start(office: &Office, folder: &Path, kiosk: Option<(PathBuf, Patience)>) -> Self {
        Self::changed(office, folder, kiosk, |_| {})
    }

    fn changed(
        office: &Office,
        folder: &Path,
        kiosk: Option<(PathBuf, Patience)>,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let events: Arc<Mutex<Vec<AgentEvent>>> = Arc::default();
        let told = events.clone();
        let page = |file: &player::PageFile| Page {
            path: file.path.into(),
            mime: file.mime.into(),
            bytes: file.bytes.clone(),
        };
        let mut parts = Parts {
            folder: folder.to_owned(),
            server: office.url().trim_end_matches('/').to_owned(),
            clock: Arc::new(SystemClock),
            pages: player::files().iter().map(page).collect(),
            tell: Arc::new(move |event| told.lock().unwrap().push(event.clone())),
            pace: Pace {
                retry: Duration::from_millis(50),
                retry_most: Duration::from_millis(100),
                fetch_again: Duration::from_millis(100),
                plays: Duration::from_millis(100),
                ..Pace::default()
            },
            reserve: Reserve { part: 1_000, most: 1 },
            forget: false,
        };
        change(&mut parts);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (send, ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let mut agent = Agent::start(listener, parts).unwrap();
                if let Some((program, patience)) = kiosk {
                    agent.show(&program, patience).unwrap();
                }
                send.send(agent.address().unwrap().to_string()).unwrap();
                agent.serve(async { drop(stopped.await) }).await.unwrap();
            });
        });
        let address = ready.recv_timeout(seconds(10)).unwrap();
        Self { address, events, stop: Some(stop), thread: Some(thread) }
    }

    fn count(&self, is_it: impl Fn(&AgentEvent) -> bool) -> usize {
        self.events.lock().unwrap().iter().filter(|event| is_it(event)).count()
    }

    fn until(&self, what: &str, most: Duration, is_it: impl Fn(&AgentEvent) -> bool) {
        let begin = Instant::now();
        while self.count(&is_it) == 0 {
            assert!(begin.elapsed() < most, "not within {most:?}: {what}\n{:?}", self.events.lock().unwrap());
            std::thread::park_timeout(Duration::from_millis(15));
        }
    }

    fn ask(&self, method: &str, path: &str, host: &str, body: Option<Value>) -> (u16, Vec<u8>) {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(seconds(20)))
            .build()
            .new_agent();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("host", host)
            .header("content-type", "application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut answer = agent.run(request.body(body).unwrap()).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    fn get(&self, path: &str) -> (u16, Vec<u8>) {
        self.ask("GET", path, &self.address, None)
    }

    fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, bytes) = self.ask("POST", path, &self.address, Some(body));
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// What the page does first: it asks for a code, and hears which screen it is.
    fn pair(&self) {
        let (status, hello) = self.post("/screen/v1/hello", json!({"viewport": [640, 360]}));
        assert_eq!(status, 200);
        let ticket = hello["ticket"].as_str().unwrap();
        let (status, paired) = self.get(&format!("/screen/v1/paired/{ticket}"));
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&paired));
    }

    fn beat(&self, change: impl FnOnce(&mut Beat)) -> (u16, Value) {
        let mut beat = Beat { boot: "page".into(), visible: true, showing: "card".into(), ..Beat::default() };
        change(&mut beat);
        self.post("/screen/v1/beat", serde_json::to_value(beat).unwrap())
    }

    fn stop(mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn large(bytes: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()[3]
    };
    (0..bytes).map(next).collect()
}

fn item_of(office: &Office, bytes: &[u8]) -> Item {
    office.keep(bytes, Way::Well);
    video(bytes, 1_000)
}

fn is_complete(event: &AgentEvent) -> bool {
    matches!(event, AgentEvent::Complete { .. })
}

#[test]
fn what_was_fetched_is_kept_over_cuts_and_restarts_and_checked_before_it_is_used() {
    let (office, folder) = (Office::open(), tempfile::tempdir().unwrap());
    let bytes = large(9 << 20);
    let sha = digest(&bytes);
    let small = large(1000);
    office.publish(&edition(vec![item_of(&office, &bytes), item_of(&office, &small)], SLOT, 1));
    // The line is cut when the first of three chunks is through.
    office.with(|said| said.cut_after.insert(sha.clone(), 1));
    let machine = Machine::start(&office, folder.path(), None);
    machine.pair();
    office.until("a second chunk was asked for", seconds(10), |said| said.fetched.get(&sha) > Some(&1));
    machine.stop();
    let fetched = office.with(|said| {
        said.cut_after.clear();
        said.fetched.insert(sha.clone(), 0)
    });
    assert!(fetched > Some(1));
    let machine = Machine::start(&office, folder.path(), None);
    machine.until("all is here", seconds(10), is_complete);
    assert_eq!(office.with(|said| said.fetched[&sha]), 2, "two chunks were missing");
    let path = folder.path().join("files").join(&sha);
    assert_eq!(digest(&fs::read(&path).unwrap()), sha);
    let (status, part) = machine.get(&format!("/screen/v1/file/{sha}"));
    assert!(status == 200 && part == bytes);
    machine.stop();

    let mut flipped = bytes.clone();
    flipped[5 << 20] ^= 0x10;
    fs::write(&path, &flipped).unwrap();
    office.with(|said| said.is_gone = true);
    let machine = Machine::start(&office, folder.path(), None);
    machine.until("it is told", seconds(10), |event| *event == AgentEvent::Damaged { sha256: sha.clone() });
    assert_eq!(machine.get(&format!("/screen/v1/file/{sha}")).0, 404, "never shown");
    assert_eq!(machine.get(&format!("/screen/v1/file/{}", digest(&small))).1, small, "the others are");
    office.with(|said| said.is_gone = false);
    machine.until("it is fetched again", seconds(10), is_complete);
    assert_eq!(digest(&fs::read(&path).unwrap()), sha);
    // While it runs, too.
    fs::write(&path, &flipped).unwrap();
    assert_eq!(machine.get(&format!("/screen/v1/file/{sha}")).0, 404);
}

#[test]
fn nothing_is_taken_that_is_not_the_offices_own_and_little_space_stops_only_downloads() {
    let (office, folder) = (Office::open(), tempfile::tempdir().unwrap());
    let small = large(1000);
    let good = office.publish(&edition(vec![item_of(&office, &small)], SLOT, 1));
    let machine = Machine::start(&office, folder.path(), None);
    let of_host = |host: &str| machine.ask("GET", "/", host, None).0;
    assert_eq!(
        (of_host(&machine.address), of_host("evil.example"), of_host("evil.example:8721")),
        (200, 421, 421)
    );
    assert_eq!(machine.beat(|_| {}).0, 401, "it is no screen yet");
    machine.pair();
    machine.until("all is here", seconds(10), is_complete);
    let mode = fs::metadata(folder.path().join("pairing.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(machine.beat(|_| {}).1["edition"], good);
    let text = office.with(|said| said.editions[&good].clone());
    let (body, seal) = text.split_once('\n').unwrap();
    for (from, to) in [("\"name\":\"s\"", "\"name\":\"x\""), ("\"v\":1", "\"v\":2"), ("{\"v\"", "[\"v\"")] {
        let changed = body.replacen(from, to, 1);
        let id = office.publish_text(&digest(changed.as_bytes()), format!("{changed}\n{seal}"));
        let is_refused =
            |event: &AgentEvent| matches!(event, AgentEvent::EditionRefused { id: told, .. } if *told == id);
        machine.until("it is refused", seconds(10), is_refused);
        assert_eq!(machine.beat(|_| {}).1["edition"], good, "the last good one goes on");
        assert_eq!(machine.get(&format!("/screen/v1/edition/{id}")).0, 404);
    }
    let mut stranger = edition(vec![video(&small, 1_000)], SLOT, 1);
    stranger.screen = "another".into();
    let id = office.publish(&stranger);
    let is_other =
        |event: &AgentEvent| matches!(event, AgentEvent::EditionRefused { id: told, .. } if *told == id);
    machine.until("another screen's is refused", seconds(10), is_other);
    machine.stop();

    let fresh = large(2000);
    office.publish(&edition(vec![video(&small, 1_000), item_of(&office, &fresh)], SLOT, 1));
    let machine = Machine::changed(&office, folder.path(), None, |parts| {
        parts.reserve = Reserve { part: 1, most: u64::MAX };
    });
    machine.until("it is told", seconds(10), |event| matches!(event, AgentEvent::DiskLow { .. }));
    office.until("the office hears of it", seconds(10), |said| {
        let mut faults = said.beats.iter().rev().flat_map(|beat| &beat.faults);
        faults.any(|fault| fault.kind == FaultKind::Disk) && said.beats.last().unwrap().free_bytes.is_some()
    });
    assert_eq!(office.with(|said| said.fetched.get(&digest(&fresh)).copied()), None);
    assert_eq!(machine.get(&format!("/screen/v1/file/{}", digest(&small))).1, small, "what is here goes on");
    // Somebody on the way says that it is forgotten, and cannot sign that.
    office.with(|said| said.is_stranger = true);
    machine.until("nobody is believed", seconds(10), |event| matches!(event, AgentEvent::Offline { .. }));
    assert_eq!(machine.get(&format!("/screen/v1/file/{}", digest(&small))).1, small);
    office.with(|said| (said.is_stranger, said.is_paired) = (false, false));
    machine.until("it is forgotten", seconds(10), |event| *event == AgentEvent::Forgotten);
    assert_eq!(machine.beat(|_| {}).0, 401);
    assert_eq!(machine.get(&format!("/screen/v1/file/{}", digest(&small))).0, 404);
    assert!(!folder.path().join("pairing.json").exists());
}

#[test]
fn orders_plays_and_the_clock_pass_through_and_outlive_what_fails() {
    let (office, folder) = (Office::open(), tempfile::tempdir().unwrap());
    let (kept, gone) = (large(1000), large(1500));
    office.publish(&edition(vec![item_of(&office, &kept), item_of(&office, &gone)], SLOT, 1));
    let machine = Machine::start(&office, folder.path(), None);
    machine.pair();
    machine.until("all is here", seconds(10), is_complete);
    office.with(|said| {
        said.serial = 3;
        said.revoked.push(digest(&gone));
    });
    let begin = Instant::now();
    let mut answer = machine.beat(|_| {}).1;
    while answer["serial"] != 3 {
        assert!(begin.elapsed() < seconds(5), "{answer}");
        answer = machine.beat(|_| {}).1;
    }
    assert_eq!(answer["revoked"], json!([digest(&gone)]));
    assert!((answer["now"].as_i64().unwrap() - now()).abs() < 1_000, "{answer}");
    assert_eq!(machine.get(&format!("/screen/v1/file/{}", digest(&gone))).0, 404);
    assert!(office.with(|said| said.beats.iter().all(|beat| beat.applied == 0)), "the page has not said so");
    machine.beat(|beat| beat.applied = 3);
    office.until("a receipt", seconds(3), |said| said.beats.last().unwrap().applied == 3);
    assert!(!folder.path().join("files").join(digest(&gone)).exists());

    office.with(|said| said.is_gone = true);
    machine.until("offline", seconds(5), |event| matches!(event, AgentEvent::Offline { .. }));
    let play = |seq: u64| Play {
        seq,
        edition: String::new(),
        slot_at: 0,
        sha256: digest(&kept),
        started_at: now(),
        shown_ms: 900,
        wanted_ms: 900,
        frames: 30,
        gap_ms: 0,
        outcome: Outcome::Whole,
        clock: "known".into(),
    };
    for seqs in [1..=150, 151..=300_u64] {
        let last = *seqs.end();
        let batch = PlayBatch { boot: "page".into(), plays: seqs.map(play).collect() };
        let (status, answer) = machine.post("/screen/v1/plays", serde_json::to_value(batch).unwrap());
        let answer: PlaysAnswer = serde_json::from_value(answer).unwrap();
        assert_eq!((status, answer.upto), (200, last));
    }
    machine.stop();
    let machine = Machine::start(&office, folder.path(), None);
    let answer = machine.beat(|beat| beat.boot = "new page".into()).1;
    assert_eq!(answer["now"], 0, "nobody told the time since the start: {answer}");
    assert_eq!((&answer["serial"], &answer["revoked"]), (&json!(3), &json!([digest(&gone)])));
    assert_eq!(answer["edition"], office.with(|said| said.edition.clone()));
    office.with(|said| (said.is_gone, said.hostile) = (false, 2));
    office.until("every play came", seconds(20), |said| said.plays.len() == 300 && said.contradictions == 0);
}

/// Starts, and speaks as a browser would not: it says nothing.
fn mute_browser(folder: &Path) -> PathBuf {
    let path = folder.join("mute");
    fs::write(&path, "#!/bin/sh\necho \"$$ $*\" >> \"$0.starts\"\nexec sleep 1000\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_browser_whose_page_is_silent_is_ended_and_started_again_and_told() {
    let (office, folder) = (Office::open(), tempfile::tempdir().unwrap());
    office.publish(&edition(vec![item_of(&office, &large(1000))], SLOT, 1));
    let program = mute_browser(folder.path());
    let profile = folder.path().join("box/browser/Default");
    fs::create_dir_all(&profile).unwrap();
    fs::write(profile.join("Preferences"), r#"{"profile":{"exit_type":"Crashed"}}"#).unwrap();
    let patience = Patience {
        start: Duration::from_millis(200),
        pause: Duration::from_millis(10),
        starts: 2,
        ..Patience::default()
    };
    let machine = Machine::start(&office, &folder.path().join("box"), Some((program.clone(), patience)));
    machine.pair();
    let silent = AgentEvent::BrowserTrouble { trouble: BrowserTrouble::Silent };
    let begin = Instant::now();
    while machine.count(|event| *event == silent) < 3 {
        assert!(begin.elapsed() < seconds(20), "{:?}", machine.events.lock().unwrap());
        std::thread::park_timeout(Duration::from_millis(15));
    }
    office.until("the office hears of it", seconds(5), |said| {
        let mut faults = said.beats.iter().flat_map(|beat| &beat.faults);
        faults.any(|fault| fault.kind == FaultKind::Page && fault.detail.contains("times in ten minutes"))
    });
    machine.stop();
    let starts = fs::read_to_string(program.with_extension("starts")).unwrap();
    let pids: BTreeSet<&str> = starts.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(pids.len() >= 3, "{starts}");
    let left = pids.iter().filter(|pid| {
        fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|it| it.contains("sleep"))
    });
    assert_eq!(left.count(), 0, "none of them is left");
    assert!(starts.contains("--kiosk") && starts.contains("?way=agent"), "{starts}");
    let preferences = fs::read_to_string(profile.join("Preferences")).unwrap();
    assert!(preferences.contains("\"exit_type\":\"Normal\""), "{preferences}");
}

/// The whole: the agent starts the browser, the browser shows works; both outlive kills, without a network too.
#[test]
fn a_screens_own_machine_shows_works_again_after_kills_without_a_network() {
    let _alone = alone();
    let (office, folder) = (Office::open(), tempfile::tempdir().unwrap());
    office.publish(&edition(four_clips(&office), SLOT, 2));
    let patience = Patience {
        more: ["--headless=new", "--no-sandbox", "--window-size=640,500"].map(Into::into).to_vec(),
        pause: Duration::from_millis(100),
        ..Patience::default()
    };
    let browser = jincai::worker::browser::find().expect("`.ci/needs test` installs chromium");
    let machine = Machine::start(&office, folder.path(), Some((browser.clone(), patience.clone())));
    let shows = |beat: &Beat| beat.frames > 10 && beat.way == "agent" && beat.showing.len() == 64;
    office.until("works are shown", seconds(30), |said| said.beats.iter().any(shows));
    office.until("all files are here", seconds(10), |said| said.beats.last().unwrap().files == [4, 4]);

    // The browser is killed: it comes back by itself.
    let pid = machine.events.lock().unwrap().iter().find_map(|event| match event {
        AgentEvent::BrowserStarted { pid } => Some(*pid),
        _ => None,
    });
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid.unwrap()).unwrap()).unwrap();
    let heard = office.with(|said| said.beats.len());
    rustix::process::kill_process_group(pid, rustix::process::Signal::KILL).unwrap();
    let ended = AgentEvent::BrowserTrouble { trouble: BrowserTrouble::Ended };
    machine.until("its end is seen", seconds(5), |event| *event == ended);
    office.until("works are shown again", seconds(20), |said| said.beats.iter().skip(heard + 1).any(shows));

    // No network, a new start, a new browser profile: what is on the disk is shown.
    office.with(|said| said.is_gone = true);
    machine.stop();
    fs::remove_dir_all(folder.path().join("browser")).unwrap();
    let withdrawn = digest(&clip(2));
    let before = office.with(|said| said.plays.len());
    let machine = Machine::start(&office, folder.path(), Some((browser, patience)));
    let begin = Instant::now();
    let journal = folder.path().join("plays.log");
    while fs::read_to_string(&journal).unwrap_or_default().lines().count() < 3 {
        assert!(begin.elapsed() < seconds(30), "no plays without a network");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    office.with(|said| {
        (said.is_gone, said.serial) = (false, 1);
        said.revoked.push(withdrawn.clone());
    });
    office.until("the receipt", seconds(20), |said| said.beats.last().is_some_and(|beat| beat.applied == 1));
    office.until("what was shown meanwhile is told", seconds(10), |said| said.plays.len() >= before + 3);
    assert_eq!(office.with(|said| said.contradictions), 0);
    assert!(!folder.path().join("files").join(&withdrawn).exists());
    machine.stop();
    let shown = office.with(|said| said.plays.values().filter(|play| play.frames > 0).count());
    assert!(shown >= 3);
}
