//! Real works, and changed copies of them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use jincai::model::fingerprint::Fingerprint;
use jincai::model::job::InspectJob;
use jincai::worker::{Engine, MediaEngine};

use super::Query;

/// Folders of footage whose clips are planted; copies are made of those in the first.
const FOLDERS: [&str; 4] = ["natural", "neardup", "phone", "camera"];

/// Length of a clip that copies are made of.
const SECONDS: &str = "20";

/// Names of the changes, and the arguments of `ffmpeg` that make them.
const CHANGES: [(&str, &[&str]); 9] = [
    ("CRF 35, half size", &["-vf", "scale=trunc(iw/4)*2:-2", "-crf", "35"]),
    ("grey, other rate", &["-vf", "format=gray,fps=24"]),
    ("logo", &["-vf", "drawbox=x=iw*0.8:y=ih*0.05:w=iw*0.15:h=ih*0.1:color=red:t=fill"]),
    ("mirrored", &["-vf", "hflip"]),
    ("cropped 10 %", &["-vf", "crop=trunc(iw*0.45)*2:trunc(ih*0.45)*2"]),
    ("1.25 times as fast", &["-vf", "setpts=PTS/1.25", "-af", "atempo=1.25"]),
    ("from 2 s on", &["-ss", "2"]),
    ("9:16 from the middle", &["-vf", "crop=trunc(min(iw\\,ih*9/16)/2)*2:trunc(ih/2)*2"]),
    (
        "9:16, pans",
        &["-vf", "crop=trunc(min(iw\\,ih*9/16)/2)*2:trunc(ih/2)*2:(iw-ow)*(0.5-0.35*cos(PI*t/12)):0"],
    ),
];

/// Part of the name of a clip that shows the same as one in the first folder.
const THE_SAME: &str = "cockatoo";

/// The planted works, the material of synthetic ones, and the queries.
pub struct Real {
    /// SHA-256 and fingerprint.
    pub planted: Vec<(String, Fingerprint)>,
    pub pool: Vec<Fingerprint>,
    pub queries: Vec<Query>,
}

pub fn of(footage: &Path, folder: &Path) -> Real {
    let mut planted = Vec::new();
    let mut pool = Vec::new();
    let mut clips = Vec::new();
    for kind in FOLDERS {
        for file in files(&footage.join(kind)) {
            let Some((sha256, fingerprint)) = inspected(&file) else { continue };
            if kind == FOLDERS[0] {
                // The planted work is the clip that its copies are made of.
                let cut = folder.join(format!("{}.mp4", file.file_stem().unwrap().to_str().unwrap()));
                ffmpeg(&["-t", SECONDS, "-i"], &file, &["-crf", "20", "-vf", "scale='min(854,iw)':-2"], &cut);
                planted.extend(inspected(&cut));
                clips.push(cut);
            } else {
                if !file.to_string_lossy().contains(THE_SAME) {
                    pool.push(fingerprint.clone());
                }
                planted.push((sha256, fingerprint));
            }
        }
    }
    let mut queries = Vec::new();
    for (change, arguments) in CHANGES {
        for clip in &clips {
            let to = folder.join("copy.mp4");
            ffmpeg(&["-i"], clip, arguments, &to);
            let (original, _) = inspected(clip).unwrap();
            let Some((_, fingerprint)) = inspected(&to) else { continue };
            queries.push(Query { change: change.into(), original, fingerprint });
        }
    }
    Real { planted, pool, queries }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Inspects a file in this process, without the sandbox: the footage is trusted.
fn inspected(path: &Path) -> Option<(String, Fingerprint)> {
    let job = InspectJob { source: path.into(), limits: Default::default(), threads: 2 };
    let inspection = MediaEngine.inspect(&job, File::open(path).ok()?, &mut |_, _| {}).ok()?;
    Some((inspection.sha256, inspection.fingerprint))
}

fn ffmpeg(before: &[&str], from: &Path, arguments: &[&str], to: &Path) {
    let quick = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(before)
        .arg(from)
        .args(quick)
        .args(arguments)
        .arg(to)
        .status();
    assert!(made.unwrap().success(), "ffmpeg could not make {}", to.display());
}
