//! An office with released works, a server of it, and a screen's side of what they say to each other.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use jincai::model::playout::{Beat, BeatAnswer, HelloAnswer, PairedAnswer};
use serde_json::{Value, json};

use crate::common::{Office, clip};

/// Screens of the office, besides those whose number a test needs. They are lit for a short time: the clips are of two seconds,
/// and whole days of them are long programmes.
const SCREENS: &str = "[[playout.hours]]\nopen = \"00:00\"\nclose = \"00:10\"\n[[screen]]\nid = \"canteen\"\nname = \"食堂\"\nplace = \"东墙\"\ntarget = \"screen\"\n\
                       [[screen]]\nid = \"gate\"\nname = \"校门\"\ntarget = \"screen-portrait\"\n";

/// Returns an office with two released works, for a screen and for a portrait one; `more` further screens.
pub fn office(more: usize) -> Office {
    static MADE: OnceLock<Office> = OnceLock::new();
    let office = MADE.get_or_init(made).copied();
    let path = office.folder().join("jincai.toml");
    let mut config = fs::read_to_string(&path).unwrap();
    for number in 0..more {
        config.push_str(&format!(
            "[[screen]]\nid = \"s{number}\"\nname = \"屏 {number}\"\ntarget = \"screen\"\n"
        ));
    }
    fs::write(path, config).unwrap();
    office
}

fn made() -> Office {
    let office = Office::new("\"screen\", \"screen-portrait\"");
    let path = office.folder().join("jincai.toml");
    let level = "[[review.level]]\nname = \"一审\"\nrole = \"系部\"\n";
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{config}{level}{SCREENS}")).unwrap();
    let folder = office.folder().join("inbox/机械");
    fs::create_dir_all(&folder).unwrap();
    for (title, name) in [("晨光", "plain_landscape.mp4"), ("暮色", "rotated_90.mp4")] {
        fs::copy(clip(name), folder.join(format!("{title}.mp4"))).unwrap();
    }
    let output = office.run(&[&folder], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for title in ["晨光", "暮色"] {
        succeed(&office, &["review", "approve", title, "--level", "一审", "--by", "甲"]);
    }
    office
}

/// Runs a command to its end; returns its events.
pub fn succeed(office: &Office, arguments: &[&str]) -> Vec<Value> {
    let output = run(office, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    events(&output)
}

pub fn run(office: &Office, arguments: &[&str]) -> Output {
    office.command(&["--json"]).args(arguments).output().unwrap()
}

pub fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What was said, however the terminal breaks its lines.
pub fn unbroken(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).chars().filter(|c| !c.is_whitespace() && *c != '│').collect()
}

/// A running server.
pub struct Serving {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub address: String,
}

impl Serving {
    /// Starts it, and waits until every screen has its first programme.
    pub fn of(office: &Office) -> Self {
        Self::with(office, &[])
    }

    /// The same, with variables of its environment.
    pub fn with(office: &Office, variables: &[(&str, &str)]) -> Self {
        let mut command = office.command(&["--json", "playout", "serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut serving = Self { child, lines, address: String::new() };
        serving.address = serving.until("serving")["address"].as_str().unwrap_or_default().to_owned();
        serving.until("planned");
        serving
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads events until one of this name.
    pub fn until(&mut self, name: &str) -> Value {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                let mut said = String::new();
                self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                panic!("the server ended before `{name}`: {said}");
            }
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Asks it to end; returns its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{} {error}: {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A client, with or without a screen's token.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: String,
    pub token: String,
    pub boot: String,
}

impl Client {
    pub fn stranger(serving: &Serving) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Self { agent, address: serving.address.clone(), token: String::new(), boot: "boot".into() }
    }

    /// Pairs as the office does it.
    pub fn paired(office: &Office, serving: &Serving, screen: &str) -> Self {
        let mut client = Self::stranger(serving);
        let hello: HelloAnswer = client.post("/screen/v1/hello", &json!({ "viewport": [1920, 1080] })).json();
        succeed(office, &["screens", "pair", &hello.code, screen, "--by", "王芳"]);
        let paired: PairedAnswer = client.get(&format!("/screen/v1/paired/{}", hello.ticket)).json();
        client.token = paired.token;
        client
    }

    /// Gives screens their tokens as a pairing would, without asking for each.
    pub fn many(office: &Office, serving: &Serving, screens: &[String]) -> Vec<Self> {
        use jincai::library::catalog::{Catalog, TokenRow};
        use sha2::{Digest, Sha256};
        let catalog = Catalog::open_unchecked(&Catalog::path_in(&office.library())).unwrap();
        let one = |screen: &String| {
            let mut client = Self::stranger(serving);
            client.token = format!("token-of-{screen}");
            let sha256 = jincai::text::hex(&Sha256::digest(&client.token));
            let row =
                TokenRow { sha256, screen: screen.clone(), is_stick: false, made_ms: 1, by: "王芳".into() };
            catalog.add_token(&row).unwrap();
            client
        };
        let clients: Vec<Self> = screens.iter().map(one).collect();
        // An order, so that the server looks.
        succeed(office, &["playout", "light", "--all", "--by", "王芳", "--no-wait"]);
        let begun = std::time::Instant::now();
        let is_known = |client: &Self| client.get("/screen/v1/edition/none").status == 404;
        while !clients.iter().all(is_known) {
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not look");
        }
        clients
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    pub fn get_range(&self, path: &str, range: &str) -> Answer {
        self.ask("GET", path, &[("range", range)], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[], Some(body))
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string());
                self.agent.run(request.unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut sent = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let body = sent.body_mut().with_config().limit(100 << 20).read_to_vec().unwrap();
        Answer { status: sent.status().as_u16(), headers: sent.headers().clone(), body }
    }

    /// Sends a beat; `change` says how the screen is.
    pub fn beat(&self, change: impl FnOnce(&mut Beat)) -> BeatAnswer {
        let mut beat = Beat {
            boot: self.boot.clone(),
            showing: "card".into(),
            viewport: [1920, 1080],
            visible: true,
            ..Beat::default()
        };
        change(&mut beat);
        self.post("/screen/v1/beat", &serde_json::to_value(&beat).unwrap()).json()
    }

    /// Fetches an edition.
    pub fn edition(&self, id: &str) -> jincai::model::playout::Edition {
        let answer = self.get(&format!("/screen/v1/edition/{id}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = String::from_utf8(answer.body).unwrap();
        let sealed = jincai::model::playout::SealedEdition::parse(&text).unwrap();
        assert_eq!(sealed.id(), id);
        sealed.edition().unwrap()
    }
}

/// Where a file of the library with this digest lies.
pub fn file_of(office: &Office, sha256: &str) -> PathBuf {
    let works = office.manifest().works;
    let mut made = works.iter().flat_map(|work| &work.renditions);
    let found = made.find(|made| made.sha256 == sha256).unwrap();
    office.library().join(&found.file)
}
