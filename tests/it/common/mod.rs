//! What the tests of the whole program share: an office of their own to run it in, other programs, disks, real footage.

pub mod browser;
pub mod disks;
pub mod footage;
pub mod labels;
pub mod processes;
pub mod programs;
pub mod robot;
pub mod running;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jincai::model::manifest::{Manifest, Work};

/// Browsers are measured one after another.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where things of the repository lie.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A drawn clip of one behaviour.
pub fn clip(name: &str) -> PathBuf {
    fixtures().join("clips").join(name)
}

/// A configuration that is quick to encode, with a library of its own beside it. Most drawn clips show the same test
/// picture, which is only noted here.
#[derive(Debug)]
pub struct Office(tempfile::TempDir);

impl Office {
    /// `targets` as in the configuration: quoted, with commas.
    pub fn new(targets: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let watermark = fixtures().join("assets/watermark.svg");
        let config = format!(
            "college = \"示范学院\"\ntargets = [{targets}]\n[campaign]\ntopic = \"你好天津\"\n\
             [duplicates]\nsame_work = \"note\"\npart = \"note\"\npassage = \"note\"\nsame_sound = \"note\"\n\
             [encode]\npreset = \"ultrafast\"\nx264 = \"\"\n\
             [watermark]\nfile = {watermark:?}\ncorner = \"top_right\"\nsize = 0.2\nopacity = 0.9\nmargin = 0.03\n"
        );
        fs::write(folder.path().join("jincai.toml"), config).unwrap();
        Self(folder)
    }

    /// One for the website that refuses what shows the same pictures, and warns of all other likenesses.
    pub fn strict() -> Self {
        let office = Self::new("\"website\"");
        let path = office.folder().join("jincai.toml");
        let strict =
            fs::read_to_string(&path).unwrap().replace("same_work = \"note\"", "same_work = \"reject\"");
        fs::write(path, strict.replace("= \"note\"", "= \"warn\"")).unwrap();
        office
    }

    /// Another office with the same folder, whose library is its own.
    pub fn copied(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in walkdir::WalkDir::new(self.folder()).min_depth(1).into_iter().map(Result::unwrap) {
            let to = folder.path().join(entry.path().strip_prefix(self.folder()).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir(to).unwrap();
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
        Self(folder)
    }

    /// The office's folder, for sources and the like.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn library(&self) -> PathBuf {
        self.folder().join("library")
    }

    /// The program with this office's configuration, in English.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jincai"));
        command.args(["--lang", "en", "--config"]).arg(self.folder().join("jincai.toml")).args(arguments);
        command
    }

    /// Runs to the end over `paths`.
    pub fn run(&self, paths: &[&Path], more: &[&str]) -> Output {
        self.command(&["run"]).args(more).arg("--").args(paths).output().unwrap()
    }

    pub fn manifest(&self) -> Manifest {
        serde_json::from_slice(&fs::read(self.library().join("manifest.json")).unwrap()).unwrap()
    }

    /// What the manifest says of each work, by title.
    pub fn works(&self) -> BTreeMap<String, Work> {
        self.manifest().works.into_iter().map(|work| (work.title.clone(), work)).collect()
    }
}
