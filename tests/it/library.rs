//! The main job, with the real program on the drawn clips: what comes out, what a second run does, what a kill leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use jincai::model::finding::{Code, Verdict};
use jincai::model::manifest::Work;
use sha2::{Digest, Sha256};

use crate::common::{Office, clip, fixtures};

impl Office {
    /// Every finished file, with its inode and time: equal maps mean that nothing was touched.
    fn files(&self) -> BTreeMap<PathBuf, (u64, i64, i64)> {
        walkdir::WalkDir::new(self.library())
            .into_iter()
            .filter_entry(|entry| entry.file_name() != ".jincai")
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let data = entry.metadata().unwrap();
                (entry.into_path(), (data.ino(), data.mtime(), data.mtime_nsec()))
            })
            .collect()
    }
}

fn sha256(path: &Path) -> String {
    jincai::text::hex(&Sha256::digest(fs::read(path).unwrap()))
}

#[test]
fn the_demo_inbox_becomes_a_library_and_a_second_run_touches_nothing() {
    let office = Office::new("\"douyin\", \"kuaishou\", \"bilibili\", \"screen\"");
    let inbox = fixtures().join("inbox");
    let sources: BTreeMap<PathBuf, String> = walkdir::WalkDir::new(&inbox)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().to_owned(), sha256(entry.path())))
        .collect();
    let ran = office.run(&[&inbox], &[]);
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
    let manifest = office.manifest();
    let verdicts: BTreeMap<String, Verdict> = manifest
        .works
        .iter()
        .map(|work| {
            (work.source.path.as_path().file_name().unwrap().to_string_lossy().into_owned(), work.verdict)
        })
        .collect();
    assert_eq!(verdicts["拍摄说明.mp4"], Verdict::Rejected);
    assert_eq!(verdicts["海河晨光（转发）.mkv"], Verdict::Duplicate);
    assert_eq!(verdicts["细胞图案 副本.mp4"], Verdict::Duplicate);
    for made in ["津门之眼.mp4", "海河晨光.mp4", "细胞图案.mp4", "夜间实训（HLG）.mov", "数控机床.mp4"]
    {
        assert!(matches!(verdicts[made], Verdict::Accepted | Verdict::AcceptedWithWarnings), "{made}");
    }
    for work in &manifest.works {
        let mut inodes: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for rendition in &work.renditions {
            let file = office.library().join(&rendition.file);
            assert_eq!(sha256(&file), rendition.sha256, "{}", rendition.file);
            assert_eq!(rendition.audio.is_none(), rendition.target == "screen");
            inodes.entry(rendition.sha256.clone()).or_default().insert(file.metadata().unwrap().ino());
            for cover in &rendition.covers {
                let size = image::image_dimensions(office.library().join(&cover.file)).unwrap();
                assert_eq!(size, (cover.width, cover.height), "{}", cover.file);
            }
            if let Some(post) = &rendition.post {
                assert!(post.topics[0].contains("你好天津"), "{post:?}");
            }
        }
        // Equal files are one file.
        assert!(inodes.values().all(|inodes| inodes.len() == 1), "{inodes:?}");
    }
    for (path, before) in &sources {
        assert_eq!(&sha256(path), before, "{} was changed", path.display());
    }
    let before = office.files();
    assert!(office.run(&[&inbox], &[]).status.code() == Some(1));
    assert_eq!(office.files(), before);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_change_of_one_targets_sound_encodes_no_picture_again() {
    let office = Office::new("\"bilibili\", \"website\"");
    let source = clip("tone_minus_20_lufs.mp4");
    assert!(office.run(&[&source], &[]).status.success());
    let own = office.folder().join("presets");
    fs::create_dir(&own).unwrap();
    let preset =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/website.toml")).unwrap();
    let line = preset.lines().find(|line| line.starts_with("loudness_lufs")).unwrap();
    fs::write(own.join("website.toml"), preset.replace(line, "loudness_lufs = -24.0")).unwrap();
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("presets = \"presets\"\n{text}")).unwrap();
    // Which is known beforehand: only another picture, as in another size, would take time.
    let ahead = |more: &[&str]| -> (Vec<String>, f64) {
        let said = office.command(&["check", "--json"]).args(more).arg(&source).output().unwrap().stdout;
        let rows = String::from_utf8(said).unwrap();
        let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let row = rows.into_iter().find(|row| row.get("estimate_s").is_some()).unwrap();
        let in_library = serde_json::from_value(row["in_library"].clone()).unwrap();
        (in_library, row["estimate_s"].as_f64().unwrap())
    };
    assert_eq!(ahead(&[]), (vec!["bilibili".to_owned()], 0.0));
    let (in_library, seconds) = ahead(&["--target", "bilibili,douyin"]);
    assert!(in_library == ["bilibili"] && seconds > 0.0, "{in_library:?} {seconds}");
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!(ahead(&[]), (vec!["bilibili".to_owned(), "website".to_owned()], 0.0));
    let work = office.manifest().works.remove(0);
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0), "{:?}", work.encodes.pictures);
    let website = work.renditions.iter().find(|rendition| rendition.target == "website").unwrap();
    assert!((website.loudness_lufs.unwrap() + 24.0).abs() < 0.5, "{website:?}");
}

#[test]
fn with_a_mistake_beside_it_a_work_is_not_made_and_what_was_published_stays() {
    let office = Office::new("\"website\"");
    let inbox = office.folder().join("inbox");
    fs::create_dir_all(inbox.join("甲")).unwrap();
    let details = inbox.join("甲/春.toml");
    fs::copy(clip("plain_landscape.mp4"), inbox.join("甲/春.mp4")).unwrap();
    let run = |text: &str| {
        fs::write(&details, text).unwrap();
        let ran = office.run(&[&inbox], &["--no-campaign-rules"]);
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap(), office.manifest().works.remove(0))
    };
    let (code, said, refused) = run("titel = \"海河的春天\"\n");
    assert_eq!((code, refused.verdict, refused.renditions.len()), (Some(1), Verdict::Rejected, 0));
    assert!(said.contains("unknown key `titel`") && said.contains("did you mean `title`?"), "{said}");
    let (code, _, made) = run("title = \"海河的春天\"\n");
    assert_eq!((code, made.title.as_str(), made.renditions.len()), (Some(0), "海河的春天", 1));
    let published = |office: &Office| -> BTreeMap<PathBuf, (u64, i64, i64)> {
        let is_shown = |path: &PathBuf| {
            let kind = path.extension().and_then(|kind| kind.to_str());
            path.parent().is_some_and(|folder| folder.ends_with("website")) && kind != Some("txt")
        };
        office.files().into_iter().filter(|(path, _)| is_shown(path)).collect()
    };
    let before = published(&office);
    // A slip of the pen later on: refused, and nothing that was published goes.
    let (code, said, refused) = run("title = \"海河的春天\"\nauthors = { a = 1 }\n");
    assert_eq!((code, refused.verdict, &refused.id), (Some(1), Verdict::Rejected, &made.id));
    assert!(!said.contains("withdrawn"), "{said}");
    assert_eq!((published(&office), &refused.renditions), (before.clone(), &made.renditions));
    assert_eq!((&refused.title, &refused.authors), (&made.title, &made.authors));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    let (code, _, mended) = run("title = \"海河的春天\"\n");
    assert_eq!((code, mended.verdict, mended.revision), (Some(0), made.verdict, made.revision));
    assert_eq!(published(&office), before);
    // Captions of which nothing can be read, and then none.
    let captions = inbox.join("甲/春.srt");
    fs::write(&captions, "").unwrap();
    let (code, said, refused) = run("title = \"海河的春天\"\n");
    assert_eq!((code, refused.verdict), (Some(1), Verdict::Rejected));
    assert!(said.contains("no cue was understood"), "{said}");
    fs::remove_file(&captions).unwrap();
    let (code, _, mended) = run("title = \"海河的春天\"\n");
    assert_eq!((code, mended.verdict), (Some(0), made.verdict));
    assert_eq!(published(&office), before);
}

#[test]
fn a_run_for_some_targets_leaves_what_the_library_holds_for_others() {
    let office = Office::new("\"website\", \"screen\"");
    let source = office.folder().join("inbox/甲/片.mp4");
    fs::create_dir_all(source.parent().unwrap()).unwrap();
    fs::copy(clip("plain_landscape.mp4"), &source).unwrap();
    assert!(office.run(&[&source], &[]).status.success());
    let before = office.manifest().works.remove(0);
    let files = office.files();
    // Another college's name: every file would be made anew.
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("示范学院", "另一所学院")).unwrap();
    assert!(office.run(&[&source], &["--target", "screen"]).status.success());
    let work = office.manifest().works.remove(0);
    let targets =
        |work: &Work| -> Vec<String> { work.renditions.iter().map(|made| made.target.clone()).collect() };
    assert_eq!(targets(&work), ["website", "screen"]);
    assert_eq!((&work.renditions[0], work.revision), (&before.renditions[0], 2));
    assert_ne!(work.renditions[1].sha256, before.renditions[1].sha256);
    let website =
        work.encodes.pictures.iter().find(|picture| picture.targets.contains(&"website".to_owned()));
    assert_eq!(website.unwrap().recipe, before.renditions[0].video.recipe);
    let video = office.library().join(&before.renditions[0].file);
    assert_eq!(office.files()[&video], files[&video]);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    // Refused for the one that is asked for, which takes three seconds at least: the others are another matter.
    let refused = office.run(&[&source], &["--target", "douyin"]);
    assert_eq!(refused.status.code(), Some(1), "{}", String::from_utf8_lossy(&refused.stdout));
    assert_eq!(office.manifest().works.remove(0), work);
    // And all of them again.
    assert!(office.run(&[&source], &[]).status.success());
    let work = office.manifest().works.remove(0);
    assert_eq!((targets(&work), work.revision), (targets(&before), 3));
    assert_ne!(work.renditions[0].sha256, before.renditions[0].sha256);
    // The work's folder moves with its title, and everything in it.
    fs::write(source.with_extension("toml"), "title = \"新题\"\n").unwrap();
    let cover = office.library().join(&work.renditions[0].covers[0].file);
    fs::remove_file(&cover).unwrap();
    assert!(office.run(&[&source], &["--target", "screen"]).status.success());
    let moved = office.manifest().works.remove(0);
    assert!(moved.renditions.iter().all(|made| made.file.contains("新题-")), "{:?}", moved.renditions);
    assert_eq!(moved.renditions[0].sha256, work.renditions[0].sha256);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    // A draft of it under another name is none of a work that is finished.
    let renamed = source.with_file_name("另名.mp4");
    fs::copy(&source, &renamed).unwrap();
    fs::remove_file(&source).unwrap();
    assert!(office.run(&[&renamed], &["--draft"]).status.success());
    assert_eq!(office.manifest().works.remove(0).renditions, moved.renditions);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn what_a_changed_rule_withdraws_is_named_and_comes_back_with_it() {
    let office = Office::new("\"website\", \"bilibili\"");
    let source = clip("plain_landscape.mp4");
    assert_eq!(office.run(&[&source], &[]).status.code(), Some(0));
    let published = office.works();
    let config = office.folder().join("jincai.toml");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(&config, before.replace("[campaign]\n", "[campaign]\ncaptions_needed = true\n")).unwrap();
    let refused = office.run(&[&source], &["--target", "website"]);
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(words.contains("withdrawn") && words.contains("website, bilibili"), "{words}");
    let [work] = &office.manifest().works[..] else { panic!("one work") };
    assert_eq!((work.verdict, work.renditions.len()), (Verdict::Rejected, 0));
    assert!(work.findings.iter().any(|finding| finding.code == Code::Withdrawn), "{:?}", work.findings);
    // The second refusal has nothing left to take.
    let again = office.run(&[&source], &[]);
    assert!(!String::from_utf8_lossy(&again.stdout).contains("withdrawn"));
    fs::write(&config, before).unwrap();
    assert_eq!(office.run(&[&source], &[]).status.code(), Some(0));
    let files = |works: &BTreeMap<String, Work>| -> Vec<String> {
        works.values().flat_map(|work| &work.renditions).map(|made| made.file.clone()).collect()
    };
    assert_eq!(files(&office.works()), files(&published));
}

#[test]
fn a_cover_that_is_gone_is_made_again_and_no_picture_is_encoded() {
    let office = Office::new("\"bilibili\"");
    let source = clip("tone_minus_20_lufs.mp4");
    assert!(office.run(&[&source], &[]).status.success());
    let rendition = office.manifest().works.remove(0).renditions.remove(0);
    let cover = office.library().join(&rendition.covers[0].file);
    fs::remove_file(&cover).unwrap();
    assert!(!office.command(&["verify"]).output().unwrap().status.success());
    assert!(office.run(&[&source], &[]).status.success());
    assert_eq!(sha256(&cover), rendition.covers[0].sha256);
    let work = office.manifest().works.remove(0);
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0), "{:?}", work.encodes.pictures);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_lost_catalogue_is_recovered_and_nothing_is_encoded_again() {
    let office = Office::new("\"website\"");
    let source = clip("plain_landscape.mp4");
    assert!(office.run(&[&source], &[]).status.success());
    let before = office.manifest().works.remove(0);
    for file in fs::read_dir(office.library().join(".jincai")).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("catalog") {
            fs::remove_file(file.path()).unwrap();
        }
    }
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let work = office.manifest().works.remove(0);
    assert_eq!(work.id, before.id);
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0), "{:?}", work.encodes.pictures);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_source_cut_off_while_it_is_rendered_is_not_published_and_a_rerun_completes() {
    let office = Office::new("\"website\"");
    let whole = fs::read(clip("plain_landscape.mp4")).unwrap();
    let source = office.folder().join("work.mp4");
    fs::write(&source, &whole).unwrap();
    let mut running = office
        .command(&["run", "--json", "--"])
        .arg(&source)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut codes = BTreeSet::new();
    let mut cut = false;
    for line in BufReader::new(running.stdout.take().unwrap()).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        if !cut && event["event"] == "progress" && event["stage"] == "rendering" {
            fs::File::options().write(true).open(&source).unwrap().set_len(whole.len() as u64 / 2).unwrap();
            cut = true;
        }
        if event["event"] == "found" {
            codes.insert(event["finding"]["code"].as_str().unwrap().to_owned());
        }
    }
    assert!(cut);
    assert_eq!(running.wait().unwrap().code(), Some(1));
    assert!(codes.contains("source-changed"), "{codes:?}");
    assert!(!office.files().keys().any(|path| path.extension().is_some_and(|ending| ending == "mp4")));
    fs::write(&source, &whole).unwrap();
    assert!(office.run(&[&source], &[]).status.success());
    assert_eq!(office.manifest().works.remove(0).renditions.len(), 1);
}

#[test]
fn a_draft_never_stands_in_for_the_real_thing() {
    let office = Office::new("\"website\"");
    let source = clip("plain_landscape.mp4");
    assert!(office.run(&[&source], &["--draft"]).status.success());
    let draft = office.manifest().works.remove(0);
    assert!(draft.draft && draft.renditions[0].width == 640);
    assert!(office.run(&[&source], &[]).status.success());
    let work = office.manifest().works.remove(0);
    assert!(!work.draft && work.renditions[0].width == 1280);
    assert!(work.encodes.pictures[0].frames > 0);
    assert!(!work.renditions[0].file.contains("小样") && draft.renditions[0].file.contains("小样"));
    // Nor does it take the place of one, whatever changed meanwhile.
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("示范学院", "另一所学院")).unwrap();
    let again = office.run(&[&source], &["--draft"]);
    assert!(again.status.success());
    assert!(String::from_utf8_lossy(&again.stdout).contains("does not replace"), "{again:?}");
    assert_eq!(office.manifest().works.remove(0).renditions, work.renditions);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_kill_at_any_stage_leaves_nothing_half_made_and_a_rerun_completes() {
    let office = Office::new("\"website\", \"bilibili\"");
    let sources = [clip("plain_landscape.mp4"), clip("odd_size.mp4"), clip("sound_5.1.mp4")];
    let paths: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    for stage in 1..=9 {
        let mut child = office
            .command(&["run", "--json", "--"])
            .args(&paths)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let stages = lines.map_while(Result::ok).filter(|line| line.contains("\"event\":\"stage\""));
        let _ = stages.take(stage).count();
        child.kill().unwrap();
        child.wait().unwrap();
        for file in office.files().keys().filter(|file| file.extension().is_some_and(|kind| kind == "mp4")) {
            let bytes = fs::read(file).unwrap();
            let find = |kind: &[u8]| bytes.windows(4).position(|window| window == kind);
            assert!(find(b"moov") < find(b"mdat"), "{} is not whole", file.display());
        }
    }
    let ran = office.run(&paths, &[]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.works();
    assert_eq!(works.len(), 3);
    let made: Vec<_> =
        works.values().map(|work| (&work.title, work.verdict, work.renditions.len())).collect();
    assert!(made.iter().all(|(_, _, renditions)| *renditions == 2), "{made:?}");
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    let left: Vec<_> = fs::read_dir(office.library().join(".jincai/staging")).into_iter().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}
