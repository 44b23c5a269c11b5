//! A real Chromium, driven over pipes: pages, what they say, and the frames that its compositor drew.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// What a kiosk sets: videos start by themselves, nothing is throttled, nothing talks to anybody else.
const KIT: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-session-crashed-bubble",
    "--no-first-run",
    "--no-pings",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP screens.test 127.0.0.1",
    "--disable-features=Translate,CalculateNativeWinOcclusion,SpareRendererForSitePerProcess",
    "about:blank",
];

/// A frame of the compositor: seconds since 1970 and a JPEG.
type Frame = (f64, Vec<u8>);

#[derive(Debug)]
pub struct Browser {
    pub child: Child,
    to: Arc<Mutex<ChildStdin>>,
    from: Receiver<Value>,
    frames: Arc<Mutex<Vec<Frame>>>,
    last: u64,
}

/// A tab.
#[derive(Clone, Debug)]
pub struct Page(String);

impl Browser {
    /// Starts one whose files are kept in `profile`.
    pub fn start(profile: &Path) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>&2", "sh"]).args(KIT);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().unwrap();
        let to = Arc::new(Mutex::new(child.stdin.take().unwrap()));
        let mut out = child.stdout.take().unwrap();
        let (sender, from) = channel();
        let frames = Arc::new(Mutex::new(Vec::new()));
        let (kept, acknowledge) = (frames.clone(), to.clone());
        std::thread::spawn(move || {
            let (mut held, mut part) = (Vec::new(), vec![0; 1 << 16]);
            while let Ok(count @ 1..) = out.read(&mut part) {
                held.extend_from_slice(&part[..count]);
                while let Some(end) = held.iter().position(|byte| *byte == 0) {
                    let message: Value = serde_json::from_slice(&held[..end]).unwrap();
                    held.drain(..=end);
                    if message["method"] == "Page.screencastFrame" {
                        keep_frame(&kept, &acknowledge, &message);
                    } else if sender.send(message).is_err() {
                        return;
                    }
                }
            }
        });
        Self { child, to, from, frames, last: 0 }
    }

    /// Asks over the protocol; an error of it ends the test.
    pub fn call(&mut self, page: Option<&Page>, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(Page(session)) = page {
            message["sessionId"] = json!(session);
        }
        send(&self.to, &message);
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let answer = self.from.recv_timeout(left).unwrap_or_else(|error| {
                panic!("{method}: {error}; `.ci/needs test` installs what tests start")
            });
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// Opens a tab of so many pixels; `first` is run before anything of the page.
    pub fn open(&mut self, url: &str, [width, height]: [u32; 2], first: &str) -> Page {
        let target = self.call(None, "Target.createTarget", json!({"url": "about:blank", "newWindow": true}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let page =
            Page(self.call(None, "Target.attachToTarget", attach)["sessionId"].as_str().unwrap().to_owned());
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call(Some(&page), "Emulation.setDeviceMetricsOverride", size);
        self.call(Some(&page), "Page.enable", json!({}));
        self.call(Some(&page), "Page.addScriptToEvaluateOnNewDocument", json!({"source": first}));
        self.call(Some(&page), "Page.navigate", json!({"url": url}));
        page
    }

    pub fn close(&mut self, page: &Page) {
        self.call(Some(page), "Page.close", json!({}));
    }

    /// The value of an expression; a promise is waited for.
    pub fn evaluate(&mut self, page: &Page, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call(Some(page), "Runtime.evaluate", params);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true; returns after how long.
    pub fn until(&mut self, page: &Page, expression: &str, most: Duration) -> Duration {
        let begin = Instant::now();
        loop {
            let safe =
                format!("(() => {{ try {{ return !!({expression}); }} catch {{ return false; }} }})()");
            if self.evaluate(page, &safe) == true {
                return begin.elapsed();
            }
            if begin.elapsed() > most {
                let state = self.evaluate(
                    page,
                    "self.jincai && jincai.page && JSON.stringify({...jincai.page.state(), edition: null})",
                );
                panic!("not within {most:?}: {expression}\n{state}");
            }
            std::thread::park_timeout(Duration::from_millis(15));
        }
    }

    /// A picture of the tab as PNG.
    pub fn screenshot(&mut self, page: &Page) -> Vec<u8> {
        let answer = self.call(Some(page), "Page.captureScreenshot", json!({"format": "png"}));
        base64::engine::general_purpose::STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
    }

    /// Begins to keep every frame that is drawn, at most so large.
    pub fn watch(&mut self, page: &Page, [width, height]: [u32; 2]) {
        self.frames.lock().unwrap().clear();
        let params = json!({"format": "jpeg", "quality": 70, "maxWidth": width, "maxHeight": height, "everyNthFrame": 1});
        self.call(Some(page), "Page.startScreencast", params);
    }

    /// The frames since then, in the order of their times.
    pub fn watched(&mut self, page: &Page) -> Vec<Frame> {
        self.call(Some(page), "Page.stopScreencast", json!({}));
        let mut frames = std::mem::take(&mut *self.frames.lock().unwrap());
        frames.sort_by(|a, b| a.0.total_cmp(&b.0));
        frames
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let group = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.end();
    }
}

fn send(to: &Mutex<ChildStdin>, message: &Value) {
    let mut bytes = serde_json::to_vec(message).unwrap();
    bytes.push(0);
    let _ = to.lock().unwrap().write_all(&bytes);
}

fn keep_frame(frames: &Mutex<Vec<Frame>>, to: &Mutex<ChildStdin>, message: &Value) {
    let params = &message["params"];
    let jpeg = base64::engine::general_purpose::STANDARD.decode(params["data"].as_str().unwrap()).unwrap();
    frames.lock().unwrap().push((params["metadata"]["timestamp"].as_f64().unwrap(), jpeg));
    let answer = json!({"id": 1_000_000_000_u64, "sessionId": message["sessionId"], "method": "Page.screencastFrameAck",
        "params": {"sessionId": params["sessionId"]}});
    send(to, &answer);
}

/// Everything below a folder with the given end of its name.
pub fn files_below(folder: &Path, fits: impl Fn(&Path) -> bool) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    entries
        .map(walkdir::DirEntry::into_path)
        .filter(|path| fits(path) && fs::metadata(path).is_ok_and(|m| m.is_file()))
        .collect()
}
