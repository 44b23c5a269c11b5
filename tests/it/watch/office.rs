//! An inbox with a service on it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use jincai::model::manifest::Manifest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Nothing here takes so long; only a service that went wrong does.
const PATIENCE: Duration = Duration::from_secs(90);

/// Readings of the services under test are so far apart, and two of them settle a file.
pub const READING: Duration = Duration::from_millis(300);

pub fn clip(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clips").join(name)
}

/// A folder with a configuration, an inbox and a library.
pub struct Office {
    folder: tempfile::TempDir,
    library: PathBuf,
}

impl Office {
    pub fn new() -> Self {
        Self::with("")
    }

    /// `more` is added to the section `[watch]`.
    pub fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settle = READING.as_secs_f64();
        let readings = if more.contains("readings") { "" } else { "readings = 2" };
        // Every folder of these tests is one.
        let departments: String = ["系", "甲", "乙", "别系", "第一组", "系0", "系1", "系2", "系3"]
            .map(|folder| format!("\"{folder}\" = \"{folder}\"\n"))
            .concat();
        let config = format!(
            "college = \"示范学院\"\ntargets = [\"website\"]\nwatermark = \"none\"\n[duplicates]\nsame_work = \"note\"\npart = \"note\"\npassage = \"note\"\nsame_sound = \"note\"\n[encode]\npreset = \"ultrafast\"\nx264 = \"\"\n\
             [departments]\n\"jixie\" = \"机械工程系\"\n{departments}\
             [watch]\nsettle_s = {settle}\n{readings}\nretry_s = 0.5\nincomplete_after_s = 5\n{more}\n"
        );
        fs::write(folder.path().join("jincai.toml"), config).unwrap();
        fs::create_dir(folder.path().join("inbox")).unwrap();
        let library = folder.path().join("library");
        Self { folder, library }
    }

    pub fn with_library(mut self, library: PathBuf) -> Self {
        self.library = library;
        self
    }

    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    pub fn library(&self) -> &Path {
        &self.library
    }

    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("jincai.toml")
    }

    /// Puts a copy of a clip into the inbox at once, as a rename within the share does.
    pub fn put(&self, name: &str, place: &str) -> PathBuf {
        let aside = tempfile::tempdir_in(self.folder.path()).unwrap();
        let to = self.inbox().join(place);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let from = aside.path().join("a");
        fs::copy(clip(name), &from).unwrap();
        fs::rename(from, &to).unwrap();
        to
    }

    pub fn write(&self, place: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let to = self.inbox().join(place);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(&to, bytes).unwrap();
        to
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jincai"));
        command.args(["--lang", "en", "--config"]).arg(self.configuration());
        command.arg("--library").arg(self.library()).args(arguments).env("TZ", "Asia/Shanghai");
        command
    }

    pub fn watch(&self, arguments: &[&str]) -> Service {
        let arguments: Vec<&str> = ["watch", "--json"].iter().chain(arguments).copied().collect();
        Service::start(self.command(&arguments))
    }

    /// A service of a user who may not read everything, as root may.
    pub fn watch_as_nobody(&self) -> Service {
        const NOBODY: u32 = 65_534;
        let mut command = self.command(&["watch", "--json"]);
        if rustix::process::geteuid().is_root() {
            let everything = walkdir::WalkDir::new(self.folder.path()).into_iter().flatten();
            for entry in everything {
                chown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
            // The program itself may lie where only this user comes.
            let program = self.folder.path().join("jincai");
            fs::copy(env!("CARGO_BIN_EXE_jincai"), &program).unwrap();
            let mut other = Command::new(program);
            other.args(command.get_args()).env("TZ", "Asia/Shanghai").uid(NOBODY).gid(NOBODY);
            command = other;
        }
        Service::start(command)
    }

    pub fn status(&self) -> Value {
        let said = self.command(&["status", "--json"]).output().unwrap();
        serde_json::from_slice(&said.stdout).unwrap()
    }

    pub fn manifest(&self) -> Manifest {
        serde_json::from_slice(&fs::read(self.library().join("manifest.json")).unwrap()).unwrap()
    }

    /// Titles and verdicts, sorted.
    pub fn works(&self) -> Vec<(String, String)> {
        let verdict = |verdict| serde_json::to_value(verdict).unwrap().as_str().unwrap().to_owned();
        let mut works: Vec<_> =
            self.manifest().works.iter().map(|work| (work.title.clone(), verdict(work.verdict))).collect();
        works.sort();
        works
    }

    /// The page of a file that lies directly in its department's folder.
    pub fn page(&self, department: &str, file: &str) -> String {
        let page = self.inbox().join(department).join("_结果").join(format!("{file}.html"));
        fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
    }
}

/// A running service and what it says.
pub struct Service {
    pub child: Child,
    lines: Receiver<Value>,
    pub seen: Vec<Value>,
    /// Places in `seen` of the ends that a test asked for.
    claimed: BTreeSet<usize>,
    errors: Option<std::thread::JoinHandle<String>>,
}

impl Service {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let Ok(value) = serde_json::from_str(&line) else { continue };
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        let mut err = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        });
        Self { child, lines, seen: Vec::new(), claimed: BTreeSet::new(), errors: Some(errors) }
    }

    /// Reads on until `wanted` is said; yields it.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(value) => {
                    self.seen.push(value.clone());
                    if wanted(&value) {
                        return value;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!(
                    "never came: {what}; came: {:#?}",
                    self.seen.iter().map(Value::to_string).collect::<Vec<_>>()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the service ended before {what}: {}", self.errors())
                }
            }
        }
    }

    /// The next thing said; `None` at its end, or when nothing is said for some seconds.
    pub fn next_event(&mut self) -> Option<Value> {
        let value = self.lines.recv_timeout(READING * 10).ok()?;
        self.seen.push(value.clone());
        Some(value)
    }

    /// Everything that a service that ended had said.
    pub fn drain(&mut self) {
        while let Ok(value) = self.lines.recv() {
            self.seen.push(value);
        }
    }

    /// Waits until it has looked at the inbox once and listens: a file of its own is taken.
    pub fn until_scanned(&mut self, office: &Office) {
        office.write("first.mp4", "a text that is dropped first");
        self.finished("first.mp4");
    }

    /// Everything that is said within `span`; nothing is waited for otherwise.
    pub fn during(&mut self, span: Duration) -> Vec<Value> {
        let deadline = Instant::now() + span;
        let mut said = Vec::new();
        while let Ok(value) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            said.push(value);
        }
        self.seen.extend(said.iter().cloned());
        said
    }

    /// Waits until a page says something.
    pub fn until_page(&mut self, page: &Path, word: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = fs::read_to_string(page).unwrap_or_default();
            if text.contains(word) {
                return text;
            }
            assert!(Instant::now() < deadline, "{} never said {word}: {text}", page.display());
            self.during(READING);
        }
    }

    /// The end of a work, each once, in whatever order they come: its verdict.
    pub fn finished(&mut self, file: &str) -> String {
        let ends = |value: &Value| value["event"] == "finished" && ends_with(&value["path"], file);
        let known =
            (0..self.seen.len()).find(|place| !self.claimed.contains(place) && ends(&self.seen[*place]));
        let place = known.unwrap_or_else(|| {
            self.until(&format!("the end of {file}"), ends);
            self.seen.len() - 1
        });
        self.claimed.insert(place);
        self.seen[place]["verdict"].as_str().unwrap().to_owned()
    }

    pub fn ready(&mut self) {
        self.until("the start", |value| value["event"] == "service");
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops it in order; yields its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.end()
    }

    /// Waits for its end; `None` for one that has to be killed.
    pub fn end(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(value) => self.seen.push(value),
                Err(RecvTimeoutError::Timeout) => self.child.kill().unwrap(),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().code(),
            }
        }
    }

    pub fn errors(&mut self) -> String {
        let _ = self.child.kill();
        self.errors.take().map(|reader| reader.join().unwrap()).unwrap_or_default()
    }

    /// How often works under this name began to be inspected.
    pub fn begun(&self, file: &str) -> usize {
        let begins = |value: &&Value| value["stage"] == "inspecting" && ends_with(&value["path"], file);
        self.seen.iter().filter(begins).count()
    }

    /// How often something was decided of a file, as far as seen.
    pub fn ended(&self, file: &str) -> usize {
        let ends = |value: &&Value| value["event"] == "finished" && ends_with(&value["path"], file);
        self.seen.iter().filter(ends).count()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn ends_with(path: &Value, file: &str) -> bool {
    file.is_empty() || path.as_str().is_some_and(|path| path.ends_with(file))
}
