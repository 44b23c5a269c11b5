//! Many screens on one server: what a beat costs, how soon a withdrawal reaches them all, and a month of the ledger.
//!
//! `cargo bench --bench screens_load -- [SCREENS] [SECONDS] [PLAYS]`: by default 500 screens, 30 seconds of beats, and a million
//! plays over 30 days. Makes its own office in a temporary folder with the program of the same build.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may stop at the first surprise, and prints"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jincai::library::catalog::{Batch, Catalog, TakenPlays, TokenRow};
use jincai::model::playout::{Beat, BeatAnswer, Outcome, Play, PlayRow};
use jincai::text::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn main() {
    let number = |at: usize, usual: usize| {
        let given = std::env::args().filter(|it| !it.starts_with("--")).nth(at);
        given.and_then(|it| it.parse().ok()).unwrap_or(usual)
    };
    let (screens, seconds, plays) = (number(1, 500), number(2, 30), number(3, 1_000_000));
    let office = Office::made(screens);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(beats(&office, screens, Duration::from_secs(seconds as u64)));
    ledger(&office, plays);
}

struct Office(tempfile::TempDir);

impl Office {
    fn made(screens: usize) -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let watermark = fixtures.join("assets/watermark.svg");
        let mut config = format!(
            "college = \"示范学院\"\ntargets = [\"screen\"]\n[encode]\npreset = \"ultrafast\"\nx264 = \"\"\n\
             [watermark]\nfile = {watermark:?}\ncorner = \"top_right\"\nsize = 0.2\nopacity = 0.9\nmargin = 0.03\n[[review.level]]\nname = \"一审\"\nrole = \"系部\"\n\
             [[playout.hours]]\nopen = \"00:00\"\nclose = \"01:00\"\n"
        );
        for number in 0..screens {
            config.push_str(&format!(
                "[[screen]]\nid = \"s{number}\"\nname = \"屏 {number}\"\ntarget = \"screen\"\n"
            ));
        }
        fs::write(office.0.path().join("jincai.toml"), config).unwrap();
        let inbox = office.0.path().join("inbox/机械");
        fs::create_dir_all(&inbox).unwrap();
        for (title, clip) in [("晨光", "plain_landscape.mp4"), ("暮色", "rotated_90.mp4")] {
            fs::copy(fixtures.join("clips").join(clip), inbox.join(format!("{title}.mp4"))).unwrap();
        }
        office.succeed(&["run", inbox.to_str().unwrap()]);
        for title in ["晨光", "暮色"] {
            office.succeed(&["review", "approve", title, "--level", "一审", "--by", "甲"]);
        }
        office
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jincai"));
        command.args(["--json", "--config"]).arg(self.0.path().join("jincai.toml")).args(arguments);
        command
    }

    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn catalog(&self) -> Catalog {
        Catalog::open_unchecked(&Catalog::path_in(&self.0.path().join("library"))).unwrap()
    }
}

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn of(office: &Office) -> Self {
        let mut command = office.command(&["playout", "serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = String::new();
        for line in lines.by_ref() {
            let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
            if event["event"] == "serving" {
                address = event["address"].as_str().unwrap().to_owned();
            }
            if event["event"] == "planned" {
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Seconds of processor time, and resident memory in MB.
    fn cost(&self) -> (f64, u64) {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let stat = fs::read_to_string(process.join("stat")).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().map(|at| fields[*at].parse::<f64>().unwrap()).sum();
        let status = fs::read_to_string(process.join("status")).unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kilobytes: u64 = memory.split_whitespace().next().unwrap().parse().unwrap();
        (ticks / 100.0, kilobytes / 1024)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks over a connection that is kept; returns the status and the body.
async fn post(stream: &mut TcpStream, token: &str, beat: &Beat) -> (u16, Vec<u8>) {
    let body = serde_json::to_string(beat).unwrap();
    let head = format!(
        "POST /screen/v1/beat HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    let mut read = Vec::new();
    loop {
        let mut buffer = [0; 8192];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the server hung up");
        read.extend_from_slice(&buffer[..count]);
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if read.len() >= end + 4 + length.parse::<usize>().unwrap() {
            return (head[9..12].parse().unwrap(), read[end + 4..].to_vec());
        }
    }
}

struct Shared {
    address: String,
    is_over: AtomicBool,
    ready: AtomicUsize,
}

/// One screen that does as it is told: how long each beat took that had not to wait, and when it was told of a withdrawal.
async fn screen(shared: Arc<Shared>, token: String) -> (Vec<Duration>, Option<Instant>) {
    let mut stream = TcpStream::connect(&shared.address).await.unwrap();
    let (mut took, mut answer, mut boot) = (Vec::new(), BeatAnswer::default(), 0);
    let mut is_ready = false;
    loop {
        // A new boot is answered at once: that is what a beat costs.
        boot += 1;
        for held in [false, true] {
            let begun = Instant::now();
            let beat = Beat {
                boot: format!("{boot}"),
                edition: answer.edition.clone(),
                applied: answer.serial,
                showing: "card".into(),
                viewport: [1920, 1080],
                frames: 180,
                moving_ms: 6_000,
                ..Beat::default()
            };
            let (status, body) = post(&mut stream, &token, &beat).await;
            assert_eq!(status, 200);
            answer = serde_json::from_slice(&body).unwrap();
            if !held {
                took.push(begun.elapsed());
            }
            if !answer.revoked.is_empty() {
                let at = Instant::now();
                post(&mut stream, &token, &Beat { applied: answer.serial, ..beat }).await;
                return (took, Some(at));
            }
            if !is_ready {
                is_ready = true;
                shared.ready.fetch_add(1, Ordering::Relaxed);
            }
            if shared.is_over.load(Ordering::Relaxed) {
                return (took, None);
            }
        }
    }
}

async fn beats(office: &Office, screens: usize, time: Duration) {
    let serving = Serving::of(office);
    let catalog = office.catalog();
    let tokens: Vec<String> = (0..screens).map(|number| format!("token {number}")).collect();
    for (number, token) in tokens.iter().enumerate() {
        let (sha256, screen) = (hex(&Sha256::digest(token)), format!("s{number}"));
        catalog
            .add_token(&TokenRow { sha256, screen, is_stick: false, made_ms: 1, by: "甲".into() })
            .unwrap();
    }
    office.succeed(&["playout", "light", "--all", "--by", "甲", "--no-wait"]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (address, ready) = (serving.address.clone(), AtomicUsize::new(0));
    let shared = Arc::new(Shared { address, is_over: AtomicBool::new(false), ready });
    let clients: Vec<_> =
        tokens.into_iter().map(|token| tokio::spawn(screen(Arc::clone(&shared), token))).collect();
    while shared.ready.load(Ordering::Relaxed) < screens {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (before, begun) = (serving.cost(), Instant::now());
    tokio::time::sleep(time).await;
    let (after, passed) = (serving.cost(), begun.elapsed());
    println!(
        "{screens} screens: {:.1} % of a core, {} MB",
        (after.0 - before.0) / passed.as_secs_f64() * 100.0,
        after.1
    );
    let withdrawn = Instant::now();
    let mut command = office.command(&["withdraw", "晨光", "--by", "甲", "--reason", "x", "--wait", "10"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let done = String::from_utf8_lossy(&output.stdout).matches("\"state\":\"done\"").count();
    let receipts = withdrawn.elapsed();
    shared.is_over.store(true, Ordering::Relaxed);
    let (mut took, mut told) = (Vec::new(), Vec::new());
    for client in clients {
        let (its, at) = client.await.unwrap();
        took.extend(its);
        told.extend(at.map(|at| at.duration_since(withdrawn)));
    }
    took.sort();
    told.sort();
    let of =
        |all: &[Duration], part: f64| all[((all.len() - 1) as f64 * part) as usize].as_secs_f64() * 1_000.0;
    println!("beat: p50 {:.1} ms, p99 {:.1} ms of {}", of(&took, 0.5), of(&took, 0.99), took.len());
    println!(
        "withdrawal, from the start of the command: p95 {:.0} ms, last {:.0} ms of {} told; {done} receipts after {:.0} ms",
        of(&told, 0.95),
        of(&told, 1.0),
        told.len(),
        receipts.as_secs_f64() * 1_000.0
    );
}

/// Plays of thirty days on fifty screens, and how long their ledger takes.
fn ledger(office: &Office, plays: usize) {
    let catalog = office.catalog();
    let today: jiff::civil::Date = "2026-11-30".parse().unwrap();
    let a_day = (plays / 50 / 30).max(1);
    let begun = Instant::now();
    for screen in 0..50 {
        let screen = format!("s{screen}");
        for back in (1..=30_i64).rev() {
            let day = today.saturating_sub(jiff::Span::new().days(back));
            let start = jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap().as_millisecond();
            let row = |at: usize| PlayRow {
                screen: screen.clone(),
                boot: format!("{back}"),
                play: Play {
                    seq: at as u64 + 1,
                    edition: String::new(),
                    slot_at: 0,
                    sha256: format!("{:064x}", at % 40),
                    started_at: start + (at as i64) * 30_000,
                    shown_ms: 29_000,
                    wanted_ms: 30_000,
                    frames: 870,
                    gap_ms: 17,
                    outcome: Outcome::Whole,
                    clock: "known".into(),
                },
                received: start,
                date: day.to_string(),
            };
            let taken = TakenPlays { kept: (0..a_day).map(row).collect(), refused: Vec::new() };
            let boot = format!("{back}");
            let batch = Batch { screen: &screen, boot: &boot, received: start, today: "2026-11-30" };
            catalog.take_plays(batch, &taken).unwrap();
        }
    }
    println!("{} plays kept in {:.1} s", a_day * 50 * 30, begun.elapsed().as_secs_f64());
    // Once as it is, and once when the server has folded the days.
    let file = office.0.path().join("a.xlsx");
    let month =
        ["playout", "ledger", "--from", "2026-11-01", "--to", "2026-11-30", "--xlsx", file.to_str().unwrap()];
    let time = |what: &str| {
        let begun = Instant::now();
        office.succeed(&month);
        println!("ledger of a month, {what}: {:.2} s", begun.elapsed().as_secs_f64());
    };
    time("days not folded yet");
    let planned = |_| jincai::playout::ledger::Planned::new();
    let ledger =
        jincai::playout::ledger::Ledger { catalog: &catalog, today, offline_days: 7, planned: &planned };
    let begun = Instant::now();
    let now = "2026-11-30T04:00:00Z".parse().unwrap();
    jincai::playout::ledger::bring_up_to_date(&ledger, now).unwrap();
    println!("folding and closing: {:.1} s", begun.elapsed().as_secs_f64());
    time("days folded");
}
