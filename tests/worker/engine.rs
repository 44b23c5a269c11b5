//! An engine that misbehaves as it is told.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use jincai::model::finding::{Code, Finding};
use jincai::model::form::{Form, FormJob, FormKind};
use jincai::model::inspection::Inspection;
use jincai::model::job::{
    Diagnosis, EngineError, InspectJob, Reel, ReelJob, RenderJob, Rendered, StillsJob, Verified, VerifyJob,
};
use jincai::model::showcase::contents::{CleanPaper, Contents, PackageJob, PaperJob};
use jincai::model::table::Table;
use jincai::model::value::Arg;
use jincai::worker::{Engine, Progress};

/// The variable that names the behaviour.
pub const BEHAVIOUR: &str = "JINCAI_TEST_BEHAVIOUR";

/// How long a worker goes on that nobody ends: far longer than any test, and not for ever.
const AT_MOST: Duration = Duration::from_secs(20);

pub struct TestEngine;

impl Engine for TestEngine {
    fn inspect(&self, _: &InspectJob, _: File, _: Progress<'_>) -> Result<Inspection, EngineError> {
        Err(EngineError::refused(Finding::error(Code::NotMedia), "as told"))
    }

    fn table(&self, _: File) -> Result<Table, EngineError> {
        Ok(Table::default())
    }

    fn package(&self, _: &PackageJob, _: Progress<'_>) -> Result<Contents, EngineError> {
        Ok(Contents::default())
    }

    fn paper(&self, _: &PaperJob, _: File) -> Result<CleanPaper, EngineError> {
        Ok(CleanPaper { sha256: String::new(), bytes: 0, tells: Vec::new() })
    }

    fn stills(&self, _: &StillsJob, _: File, _: Progress<'_>) -> Result<Vec<u64>, EngineError> {
        Ok(Vec::new())
    }

    fn verify(&self, _: &VerifyJob, _: Progress<'_>) -> Result<Vec<Verified>, EngineError> {
        Ok(Vec::new())
    }

    fn reel(&self, _: &ReelJob, _: Progress<'_>) -> Result<Reel, EngineError> {
        Ok(Reel { frames: 0, duration_us: 0, is_uniform: true })
    }

    fn form(&self, _: &FormJob, _: File) -> Result<Form, EngineError> {
        Ok(Form { kind: FormKind::Docx, sha256: String::new(), grids: Vec::new() })
    }

    fn diagnose(&self) -> Diagnosis {
        Diagnosis {
            ffmpeg: "5.1".to_owned(),
            encoders: Vec::new(),
            filters_missing: Vec::new(),
            landlock_abi: 0,
            seccomp: false,
        }
    }

    fn render(&self, job: &RenderJob, source: File, progress: Progress<'_>) -> Result<Rendered, EngineError> {
        let rendered = Rendered {
            frames: Vec::new(),
            gains_db: Vec::new(),
            findings: Vec::new(),
            cpu_s: 0.0,
            counts: Default::default(),
        };
        match std::env::var(BEHAVIOUR).unwrap_or_default().as_str() {
            "walls" => return Ok(Rendered { findings: try_the_walls(job, source), ..rendered }),
            "beat" => beat(progress),
            "spin" => spin(progress),
            "plod" => plod(progress),
            "churn" => churn(progress),
            "allocate" => allocate(),
            "fill" => fill(job),
            "connect" => drop(std::net::TcpStream::connect("127.0.0.1:9")),
            "exec" => drop(Command::new("/bin/true").exec()),
            "complain" => {
                let _ = writeln!(std::io::stderr(), "x264 [error]: malloc of size 12030144 failed");
                return Err(EngineError::broken(
                    Finding::error(Code::RenderFailed),
                    "the encoder made no packet",
                ));
            }
            "abort" => std::process::abort(),
            "panic" => panic!("words of the panic"),
            "leave" => std::process::exit(0),
            "nonsense" => say("this is no event"),
            "other reply" => {
                say(r#"{"event":"done","reply":{"reply":"verified","files":[]}}"#);
                std::process::exit(0);
            }
            _ => {}
        }
        Err(EngineError::refused(Finding::error(Code::NotMedia), "as told"))
    }
}

/// Reports its own process as progress, again and again.
fn beat(progress: Progress<'_>) {
    let begun = Instant::now();
    while begun.elapsed() < AT_MOST {
        progress(u64::from(std::process::id()), 1);
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn spin(progress: Progress<'_>) {
    let begun = Instant::now();
    while begun.elapsed() < AT_MOST {
        progress(1, 2);
    }
}

/// Works a little now and then and reports nothing, as on a machine that is busy with other things.
fn plod(progress: Progress<'_>) {
    progress(1, 2);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        compute(Duration::from_millis(15));
        std::thread::park_timeout(Duration::from_millis(60));
    }
}

/// Computes without end and reports nothing.
fn churn(progress: Progress<'_>) {
    progress(1, 2);
    compute(AT_MOST);
}

fn compute(span: Duration) {
    let (begun, mut sum) = (Instant::now(), 1u64);
    while begun.elapsed() < span {
        sum = (0..10_000).fold(sum, |sum, value| sum.wrapping_mul(31).wrapping_add(value));
    }
    assert!(sum != 0, "it was computed");
}

fn allocate() {
    let mut hoard = Vec::new();
    for _ in 0..64 {
        hoard.push(vec![1u8; 64 << 20]);
    }
    say(&format!("{}", hoard.len()));
}

fn fill(job: &RenderJob) {
    let mut file = File::create(job.folder.as_path().join("big")).expect("the folder can be written to");
    for _ in 0..64 {
        file.write_all(&[0; 64 << 10]).expect("a signal comes before an error");
    }
}

/// One finding a try, with `ok` or the error.
fn try_the_walls(job: &RenderJob, mut source: File) -> Vec<Finding> {
    let folder = job.folder.as_path();
    let above = folder.parent().expect("a job's folder lies in another");
    let mut text = String::new();
    let tries = [
        ("read the source", source.read_to_string(&mut text).map(drop)),
        ("write in the folder", write_and_replace(folder)),
        ("read in the folder", std::fs::read(folder.join("out")).map(drop)),
        ("run threads", run_threads()),
        ("count cores", std::thread::available_parallelism().map(drop)),
        ("read /etc/passwd", std::fs::read("/etc/passwd").map(drop)),
        ("read beside the source", std::fs::read(above.join("beside")).map(drop)),
        ("write outside", std::fs::write(above.join("outside"), "x")),
        ("list /", std::fs::read_dir("/").map(drop)),
        ("make a folder", std::fs::create_dir(folder.join("sub"))),
        ("start a program", Command::new("/bin/true").status().map(drop)),
    ];
    let tried = tries.into_iter().map(|(name, ended)| {
        let ended = ended.map_or_else(|error| error.to_string(), |()| "ok".to_owned());
        Finding::note(Code::Damaged).arg(Arg::Found, name).detail(ended)
    });
    tried.collect()
}

fn write_and_replace(folder: &std::path::Path) -> std::io::Result<()> {
    let mut file = File::create(folder.join("out"))?;
    file.write_all(b"first")?;
    file.set_len(0)?;
    file.sync_all()?;
    std::fs::write(folder.join("gone"), "x")?;
    std::fs::remove_file(folder.join("gone"))
}

fn run_threads() -> std::io::Result<()> {
    let threads: Result<Vec<_>, _> = (0..16)
        .map(|index| {
            std::thread::Builder::new().name(format!("t{index}")).spawn(move || vec![index; 1 << 20].len())
        })
        .collect();
    for thread in threads? {
        thread.join().expect("threads that only allocate do not panic");
    }
    Ok(())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("the client listens");
}
