//! What two works have in common, as people meet it: the verb, the pictures, a person's answers.

mod answers;
mod evidence;
mod verb;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use jincai::model::manifest::Work;
use serde_json::Value;

use crate::common::Office;
use crate::common::programs::{ffmpeg, run};

/// An office with its inbox, which refuses and warns as the program does by default.
pub struct Campus(Office);

impl Campus {
    pub fn new() -> Self {
        let campus = Self(Office::new("\"website\""));
        campus.configure(|config| {
            config
                .replace("= \"note\"", "= \"warn\"")
                .replace("same_work = \"warn\"", "same_work = \"reject\"")
        });
        campus
    }

    pub fn configure(&self, change: impl Fn(String) -> String) {
        let path = self.0.folder().join("jincai.toml");
        let config = fs::read_to_string(&path).unwrap();
        fs::write(path, change(config)).unwrap();
    }

    pub fn inbox(&self) -> PathBuf {
        self.0.folder().join("inbox")
    }

    pub fn library(&self) -> PathBuf {
        self.0.library()
    }

    /// A clip in the inbox, drawn or changed by the `ffmpeg` program; `age` says which was handed in first.
    pub fn put(&self, name: &str, age: u64, arguments: &[&str]) -> PathBuf {
        let to = self.inbox().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        run(ffmpeg().args(arguments).arg(&to));
        let file = fs::File::options().append(true).open(&to).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - age)).unwrap();
        to
    }

    pub fn run(&self) {
        let inbox = self.inbox();
        let said = self.0.run(&[&inbox], &["--no-campaign-rules"]);
        assert_ne!(said.status.code(), Some(2), "{}", String::from_utf8_lossy(&said.stderr));
    }

    pub fn work(&self, title: &str) -> Work {
        self.0.manifest().works.into_iter().find(|work| work.title == title).unwrap()
    }

    /// The JSON lines of `jincai duplicates …`.
    pub fn duplicates(&self, arguments: &[&str]) -> Vec<Value> {
        let said = self.0.command(&["--json", "duplicates"]).args(arguments).output().unwrap();
        assert_ne!(said.status.code(), Some(2), "{}", String::from_utf8_lossy(&said.stderr));
        let lines = String::from_utf8(said.stdout).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["event"] != "stage" && line["event"] != "progress").collect()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.0.command(arguments)
    }
}

/// A moving scene that no other seed draws, with a melody of its own, so many seconds long.
pub fn scene(seed: u32, seconds: u32) -> Vec<String> {
    // Colours that are not named are another each time the filter starts, whatever its seed.
    let colours: String = (0..6u32)
        .map(|number| {
            let lot = (seed * 6 + number + 1).wrapping_mul(0x9E37_79B1).rotate_left(9) & 0xFF_FFFF;
            format!(":c{number}=0x{lot:06X}")
        })
        .collect();
    let picture = format!(
        "gradients=size=320x180:rate=25:seed={seed}:speed=0.05:nb_colors=6{colours}:duration={seconds},\
         drawbox=x='mod(t*{}+{seed}*37,320)':y='90+60*sin(t*{}/7)':w=50:h=40:color=white:t=fill,\
         drawbox=x='160+120*cos(t*{}/5)':y='mod(t*23+{seed}*11,180)':w=30:h=60:color=black:t=fill",
        40 + seed * 9,
        3 + seed,
        2 + seed
    );
    // Three notes a quarter of a second, as good as drawn by lot: no melody repeats itself or another.
    let note = |voice: u32| {
        let lot = format!("mod(abs(sin(floor(t*4)*12.9898+{seed}*78.233+{voice}*37.719))*43758.5453,1)");
        format!("0.2*sin(2*PI*t*floor({}*pow(2,2*{lot})))", 180 * voice)
    };
    let sound = format!("aevalsrc='{}+{}+{}':s=44100:d={seconds}", note(1), note(2), note(4));
    ["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound, "-c:v", "libx264", "-preset", "veryfast"]
        .into_iter()
        .chain(["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"])
        .map(str::to_owned)
        .collect()
}

pub fn as_strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// Arguments that encode a file again through a filter.
pub fn through<'a>(from: &'a Path, filter: &'a str) -> Vec<&'a str> {
    vec![
        "-i",
        from.to_str().unwrap(),
        "-vf",
        filter,
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "30",
        "-c:a",
        "aac",
    ]
}
