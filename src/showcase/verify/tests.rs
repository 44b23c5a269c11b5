//! Packages of tiny files, built as all are: good ones pass, and whatever can be wrong with one is told.

mod breaks;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use self::breaks::{BREAKS, built_of, video};
use super::*;
use crate::library::catalog::Catalog;
use crate::media::packages;
use crate::model::config::Limits;
use crate::model::details::About;
use crate::model::preset::Edition;
use crate::model::showcase::candidate::{AiSaid, Candidate, FileOf, Measured, Released};
use crate::model::showcase::contents::{PackageJob, PackagePlace};
use crate::model::showcase::profile::{Disk, Profile};
use crate::model::units::{Rational, Size};
use crate::policy::presets::{builtin, builtin_packages};
use crate::showcase::build::{Packing, build};
use crate::showcase::papers::Papers;
use crate::showcase::plan::{Inputs, plan};
use crate::showcase::zipped::{Zipping, Zips, layout};
use crate::text::hex;

const NOW: &str = "2026-11-30T10:00:00+08:00";

/// A library of tiny files, and the folder that packages go to.
struct Office {
    folder: tempfile::TempDir,
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// A file with the boxes of an MP4, and a tag.
fn film(title: &str) -> Vec<u8> {
    let item = boxed(b"\xA9nam", &boxed(b"data", title.as_bytes()));
    let meta = boxed(b"meta", &[&[0; 4], &boxed(b"ilst", &item)[..]].concat());
    [boxed(b"ftyp", b"isom"), boxed(b"moov", &boxed(b"udta", &meta)), boxed(b"mdat", title.as_bytes())]
        .concat()
}

/// A document with an author.
fn document(author: &str, text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "docProps/core.xml",
            format!("<cp:coreProperties><dc:creator>{author}</dc:creator></cp:coreProperties>"),
        ),
        ("word/document.xml", format!("<w:document><w:t>{text}</w:t></w:document>")),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["library", "out", "papers"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> FileOf {
        fs::write(self.path("library").join(name), bytes).unwrap();
        FileOf { path: name.into(), sha256: hex(&Sha256::digest(bytes)), bytes: bytes.len() as u64 }
    }

    fn work(&self, id: usize, title: &str) -> Candidate {
        let video = self.put(&format!("{id}.mp4"), &film(title));
        let measured = Measured {
            duration_ms: 60_000,
            bytes: video.bytes,
            size: Size::new(1920, 1080),
            frame_rate: Rational::new(25, 1),
            edition: Edition::Clean,
            has_captions: true,
        };
        let cover = self.put(&format!("{id}.jpg"), b"\xFF\xD8\xFF\xD9");
        Candidate {
            work: format!("{id:08}"),
            title: title.into(),
            department: Some("机械工程系".into()),
            season: Some("s1".into()),
            season_name: Some("冬季".into()),
            submitted: format!("2026-11-{:02}", id % 28 + 1),
            captured: None,
            authors: vec!["张三".into()],
            about: About {
                category: Some("微视频".into()),
                synopsis: Some("清晨的车间。".into()),
                ..About::default()
            },
            ai: AiSaid::None,
            has_captions: true,
            source: None,
            posts: Vec::new(),
            lost: Vec::new(),
            release: Ok(Released {
                digest: hex(&Sha256::digest(title)),
                measured,
                video,
                covers: vec![(Size::new(1920, 1080), cover)],
                post: Some(title.into()),
                signed: vec!["丙".into()],
            }),
            is_named: true,
        }
    }

    /// Builds a package of works of these titles.
    fn build(&self, profile: &Profile, titles: &[&str]) -> PathBuf {
        let works: Vec<Candidate> = titles.iter().zip(1..).map(|(title, id)| self.work(id, title)).collect();
        let mut papers = Papers::read(&self.path("papers"), &|_| true).unwrap();
        if profile.marks.identity == Rule::Forbidden {
            for (_, paper) in papers.all_mut() {
                let folder = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
                let job = crate::model::showcase::contents::PaperJob {
                    source: paper.path.clone().into(),
                    folder: folder.clone().into(),
                    names: vec!["张三".into(), "示范学院".into()],
                    limits: Limits::default(),
                };
                let clean = packages::paper::clean(&job, crate::files::open(&paper.path).unwrap()).unwrap();
                paper.clean = Some((folder.join(crate::model::showcase::contents::CLEAN_PAPER), clean));
            }
        }
        let mut asked = profile.clone();
        asked.ask.clear();
        let plan = plan(Inputs {
            profile: &asked,
            college: "示范学院",
            season: None,
            candidates: &works,
            answers: &[],
            handed_in: &[],
            papers: &papers,
            forms: &crate::showcase::forms::Forms::default(),
            people: &crate::model::people::People::default(),
            now: NOW.parse().unwrap(),
        });
        assert!(plan.is_complete() && plan.left_out.is_empty(), "{:?} {:?}", plan.left_out, plan.entries);
        let catalog = Catalog::open_in_memory().unwrap();
        let packing = Packing {
            plan: &plan,
            profile: &asked,
            college: "示范学院",
            catalog: &catalog,
            library: &self.path("library"),
            to: &self.path("out"),
            now: NOW,
        };
        let made = build(packing, &mut |_| {}).unwrap();
        let sizes = made.files.iter().map(|(path, (bytes, _))| (path.clone(), *bytes)).collect();
        let digests = made.files.iter().map(|(path, (_, sha256))| (path.clone(), sha256.clone())).collect();
        let parts = layout(&plan, &plan.name, &sizes, None).unwrap();
        let zipping = Zipping {
            root: made.folder.path(),
            name: &plan.name,
            parts: &parts,
            digests: &digests,
            now: NOW,
        };
        Zips::write(zipping, &self.path("out"), &mut |_| {}).unwrap().finish().unwrap();
        made.folder.finish().unwrap()
    }
}

fn read(place: PackagePlace, proven: &BTreeSet<String>) -> Contents {
    let job =
        PackageJob { place, texts: texts(), proven: proven.clone(), bytes: 1, limits: Limits::default() };
    packages::read(&job, &mut |_, _| {}).unwrap()
}

/// Checks a folder under a name.
fn faults_as(folder: &Path, name: &str) -> Vec<Fault> {
    let contents = read(PackagePlace::Folder(folder.into()), &BTreeSet::new());
    check(Subject { contents: &contents, name, proven: &BTreeSet::new() }).faults
}

fn faults(folder: &Path) -> Vec<Fault> {
    faults_as(folder, &folder.file_name().unwrap().to_string_lossy())
}

fn zip_faults(zip: &Path) -> Vec<Fault> {
    let contents = read(PackagePlace::Zips(vec![zip.into()]), &BTreeSet::new());
    let name = contents.top.clone().unwrap_or_default();
    check(Subject { contents: &contents, name: &name, proven: &BTreeSet::new() }).faults
}

fn profile(id: &str) -> Profile {
    builtin_packages(&builtin()).into_iter().find(|profile| profile.id == id).unwrap()
}

/// A strict call: numbered folders, a scan beside each work, on a FAT32 disk.
fn strict() -> Profile {
    let mut profile = profile("season-entry");
    profile.select.seasons.clear();
    profile.video.max_s = Some(60.0);
    profile.video.min_s = Some(60.0);
    profile.video.max_bytes = Some(1_000_000);
    profile.video.min_short_side = Some(1080);
    profile.video.frame_rate = Some(Rational::new(25, 1));
    profile.video.aspects = vec![Rational::new(16, 9)];
    profile.video.captions = true;
    profile.quota.works = Some(3);
    profile.out.disk = Some(Disk::Fat32);
    let paper = |path: &str, name: &str, formats: &[&str]| {
        let mut part = profile.part[0].clone();
        part.take = crate::model::showcase::profile::Take::Paper;
        (part.path, part.name) = (path.into(), Some(name.into()));
        part.formats = formats.iter().map(|format| (*format).to_owned()).collect();
        part
    };
    let (scan, pledge) = (paper("材料", "报名表", &["jpg"]), paper("材料", "承诺书", &["docx"]));
    profile.part.extend([scan, pledge]);
    profile
}

fn put_papers(office: &Office, works: usize) {
    for id in 1..=works {
        let folder = office.path("papers").join(format!("{id:08}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("报名表.jpg"), b"\xFF\xD8\xFF\xFE\0\x04by\xFF\xD9").unwrap();
        fs::write(folder.join("承诺书.docx"), document("李老师", "承诺")).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(target).unwrap(),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The files of a package by path, its list of digests left out.
fn listed_files(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join(words::SUMS)).unwrap();
    read_sums(&text).unwrap().into_iter().map(|(path, _)| path).collect()
}

/// Writes the list of digests anew, as whoever knows how would do after a change.
fn relist(folder: &Path) {
    let mut sums = Vec::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_file() && path != words::SUMS {
            sums.push((path, hex(&Sha256::digest(fs::read(entry.path()).unwrap()))));
        }
    }
    fs::write(folder.join(words::SUMS), crate::showcase::lists::sums(&sums)).unwrap();
}

/// Changes what the package says of itself, and the list with it.
fn edit(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join(words::LIST_JSON);
    let mut built: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut built);
    fs::write(path, serde_json::to_vec(&built).unwrap()).unwrap();
    relist(folder);
}

#[test]
fn two_hundred_faults_of_packages_are_each_told_with_rule_place_and_cure() {
    let office = Office::new();
    put_papers(&office, 3);
    let package = office.build(&strict(), &["晨光a", "暮色a", "车间a"]);
    assert_eq!(faults(&package), []);
    let mut count = 0;
    for seed in 0..6 {
        for (number, (kind, broken)) in BREAKS.iter().enumerate() {
            let folder = office.path("out").join(format!("坏-{seed}-{number}"));
            copy(&package, &folder);
            broken(&folder, seed);
            let found = match *kind {
                // A sparse file that is not read: hashing 4 GiB would tell nothing more.
                "too_large_for_disk" => {
                    let large = listed_files(&folder)[seed].clone();
                    let file = fs::OpenOptions::new().write(true).open(folder.join(&large)).unwrap();
                    file.set_len(4 << 30).unwrap();
                    let proven = BTreeSet::from([large]);
                    let contents = read(PackagePlace::Folder(folder.as_path().into()), &proven);
                    check(Subject { contents: &contents, name: "坏", proven: &proven }).faults
                }
                _ => faults(&folder),
            };
            let told = found.iter().map(|fault| serde_json::to_value(fault).unwrap());
            let is_it = |fault: &Value| fault["kind"] == *kind || fault["stop"]["kind"] == *kind;
            let told: Vec<Value> = told.collect();
            assert!(told.iter().any(is_it), "{kind} {seed}: {told:?}");
            for (fault, value) in found.iter().zip(&told) {
                let said = words::fault(fault);
                assert!(!said.zh.is_empty() && !said.en.is_empty(), "{fault:?}");
                for place in ["file", "title", "part"].iter().filter_map(|key| value[*key].as_str()) {
                    assert!(said.zh.contains(&crate::text::Visible::of(place).to_string()), "{said:?}");
                }
            }
            fs::remove_dir_all(&folder).unwrap();
            count += 1;
        }
    }
    assert!(count >= 200, "{count}");
}

#[test]
fn an_anonymous_package_that_tells_somebody_is_told() {
    let office = Office::new();
    put_papers(&office, 1);
    let mut profile = strict();
    (profile.marks.identity, profile.quota.works) = (Rule::Forbidden, None);
    profile.name.zh = "短视频大赛".into();
    (profile.names.package, profile.names.file) = ("{name}".into(), "{no:02}-{title}".into());
    use crate::model::showcase::profile::Take;
    profile.part.retain(|part| matches!(part.take, Take::Video | Take::Paper));
    let package = office.build(&profile, &["晨光"]);
    assert_eq!(faults(&package), []);
    let built = built_of(&package);
    for key in ["organiser", "contest", "ask"] {
        assert!(built["profile"][key].is_null(), "{key}");
    }
    // The author of the document is gone; that somebody stands in its text is another matter.
    let holds = |path: &Path, text: &str| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    for file in listed_files(&package) {
        assert!(!holds(&package.join(&file), "李老师"), "{file}");
    }
    type Harm = fn(&Path);
    let breaks: [(&str, Harm); 6] = [
        ("tells", |folder| {
            let path = video(folder, 0);
            fs::write(folder.join(path), film("张三")).unwrap();
        }),
        ("tells", |folder| {
            fs::write(folder.join("01-晨光/材料/01-晨光-承诺书.docx"), document("王", "")).unwrap()
        }),
        ("tells", |folder| {
            fs::write(folder.join("01-晨光/材料/01-晨光-报名表.jpg"), b"\xFF\xD8\xFF\xFE\0\x04by\xFF\xD9")
                .unwrap();
        }),
        ("tells", |folder| fs::write(folder.join("01-晨光/说明.pdf"), b"%PDF-1.7").unwrap()),
        ("extra", |folder| fs::write(folder.join(".DS_Store"), b"Finder").unwrap()),
        ("telling_column", |folder| {
            edit(folder, |built| {
                built["profile"]["part"][0]["columns"] = serde_json::json!([["作者", "authors"]]);
            });
        }),
    ];
    for (number, (kind, broken)) in breaks.iter().enumerate() {
        let folder = office.path("out").join(format!("坏-{number}"));
        copy(&package, &folder);
        broken(&folder);
        relist(&folder);
        let found = faults(&folder);
        let is_it = |fault: &Fault| serde_json::to_value(fault).unwrap()["kind"] == *kind;
        assert!(found.iter().any(is_it), "{kind} {number}: {found:?}");
    }
}

#[test]
fn fifty_good_packages_pass_as_folders_and_as_zips() {
    let office = Office::new();
    put_papers(&office, 3);
    let mut profiles = vec![strict(), profile("relay"), profile("english-video"), profile("qiangguo-2025")];
    // What it is about is that it is a bag.
    let mut archive = profile("archive");
    archive.part.retain(|part| part.take != crate::model::showcase::profile::Take::Source);
    profiles.push(archive);
    for id in 1..=3 {
        let folder = office.path("papers").join(format!("{id:08}"));
        fs::write(folder.join("脚本.docx"), document("李老师", "脚本")).unwrap();
    }
    for seed in 0..50 {
        let mut profile = profiles[seed % profiles.len()].clone();
        profile.names.package = format!("{{name}}-{seed}");
        let titles = ["晨光", "海河: 夜?", "CON", "Re\u{301}sume\u{301}", "长".repeat(60).leak()];
        let titles: Vec<&str> = (0..1 + seed % 3).map(|work| titles[(seed + work) % titles.len()]).collect();
        let package = office.build(&profile, &titles);
        assert_eq!(faults(&package), [], "{} {seed}", profile.id);
        let zip = package.with_file_name(format!("{}.zip", package.file_name().unwrap().to_str().unwrap()));
        assert_eq!(zip_faults(&zip), [], "{} {seed}", profile.id);
        assert!(is_zip_of(
            zip.file_name().unwrap().to_str().unwrap(),
            package.file_name().unwrap().to_str().unwrap()
        ));
    }
}
