//! Libraries whose catalogue was lost, is older than the manifests, or is put back from a copy.

mod lost;
mod news;
mod whole;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use jincai::library::catalog::Catalog;
use jincai::model::manifest::{Manifest, Work};
use serde_json::Value;

use crate::common::{Office, clip};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The same without the lines that errors are broken into.
fn unbroken(output: &Output) -> String {
    said(output).chars().filter(|c| !c.is_whitespace() && *c != '│').collect()
}

/// An office with one finished work, whose source is named.
fn office_with_a_work() -> (Office, PathBuf) {
    let office = Office::new("\"website\"");
    let source = office.folder().join("inbox/甲/春.mp4");
    fs::create_dir_all(source.parent().unwrap()).unwrap();
    fs::copy(clip("plain_landscape.mp4"), &source).unwrap();
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    (office, source)
}

impl Office {
    /// Removes the catalogue and what lies beside it.
    fn lose_catalogue(&self) {
        for file in fs::read_dir(self.library().join(".jincai")).unwrap().map(Result::unwrap) {
            if file.file_name().to_string_lossy().starts_with("catalog") {
                fs::remove_file(file.path()).unwrap();
            }
        }
    }

    fn catalogue(&self) -> PathBuf {
        Catalog::path_in(&self.library())
    }

    /// The ids that the catalogue knows.
    fn known(&self) -> BTreeSet<String> {
        Catalog::open(&self.catalogue()).unwrap().work_ids().unwrap().into_iter().collect()
    }

    /// The ids that the library's manifest names.
    fn named(&self) -> BTreeSet<String> {
        self.manifest().works.into_iter().map(|work| work.id).collect()
    }

    fn verify(&self, more: &[&str]) -> Output {
        self.command(&["verify"]).args(more).output().unwrap()
    }

    fn write_manifest(&self, manifest: &Manifest) {
        let text = serde_json::to_vec_pretty(manifest).unwrap();
        fs::write(self.library().join("manifest.json"), text).unwrap();
    }

    /// Where the files of the one work lie.
    fn place(&self) -> PathBuf {
        let work = self.manifest().works.remove(0);
        let file = self.library().join(&work.renditions[0].file);
        file.parent().unwrap().parent().unwrap().to_owned()
    }

    /// A process that is followed by its events.
    fn start(&self, arguments: &[&str]) -> (Child, impl Iterator<Item = Value> + use<>) {
        let mut command = self.command(&["--json"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok()))
    }
}

/// Another work like this one: its source is archived and its files are not there.
fn another(work: &Work, number: usize) -> Work {
    let id = format!("z{number:07}");
    let text = serde_json::to_string(work).unwrap().replace(&work.id, &id);
    let mut other: Work = serde_json::from_str(&text).unwrap();
    other.source.path = PathBuf::from(format!("/srv/old-season/{number}.mp4")).as_path().into();
    other.source.sha256 = Some(format!("{:064x}", number + 1));
    other.title = format!("alt {number}");
    other
}

/// Writes so many more works into the library's manifest.
fn add_works(office: &Office, works: usize) -> BTreeSet<String> {
    let mut manifest = office.manifest();
    let first = manifest.works[0].clone();
    manifest.works.extend((0..works).map(|number| another(&first, number)));
    office.write_manifest(&manifest);
    office.named()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to).unwrap();
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}
