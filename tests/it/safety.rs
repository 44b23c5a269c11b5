//! Nothing that is published goes without a decision whose reason is recorded, whatever became of the catalogue.
#![expect(clippy::disallowed_methods, reason = "a library is damaged as disks and people damage it")]

mod damage;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jincai::library::catalog::{Catalog, Reason};
use rusqlite::Connection;

use crate::common::{Office, clip};

/// An office whose inbox holds these clips, each under a name of its own.
pub fn office(targets: &str, clips: &[&str]) -> Office {
    let office = Office::new(targets);
    let inbox = office.folder().join("inbox/信息系");
    fs::create_dir_all(&inbox).unwrap();
    for (number, name) in clips.iter().enumerate() {
        fs::copy(clip(name), inbox.join(format!("{number}-{name}"))).unwrap();
    }
    office
}

/// Runs over the inbox; yields the exit code and all that was said.
pub fn run(office: &Office, more: &[&str]) -> (Option<i32>, String) {
    let ran = office.command(&["run"]).args(more).current_dir(office.folder()).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8_lossy(&said).replace("\n  │ ", " "))
}

/// Every file that a person sees in the library, with its content, but for the library's own lists.
pub fn published(office: &Office) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = office.library();
    walkdir::WalkDir::new(&root)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".jincai")
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file() && entry.depth() > 1)
        .map(|entry| (entry.path().strip_prefix(&root).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn videos(office: &Office) -> Vec<PathBuf> {
    published(office).into_keys().filter(|path| path.extension().is_some_and(|kind| kind == "mp4")).collect()
}

fn change_catalogue(office: &Office, sql: &str) {
    let connection = Connection::open(Catalog::path_in(&office.library())).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

/// Why files of this name were removed.
pub fn reasons(office: &Office, path: &Path) -> Vec<Reason> {
    let catalog = Catalog::open_read_only(&Catalog::path_in(&office.library())).unwrap();
    let removals = catalog.removals_of(path.to_str().unwrap()).unwrap();
    removals.iter().map(jincai::library::catalog::Removal::reason).collect()
}

#[test]
fn words_of_a_later_program_cost_no_published_file() {
    let office = office("\"website\"", &["plain_landscape.mp4", "rate_60.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    change_catalogue(
        &office,
        "update works set manifest_json = replace(manifest_json, '\"will-', '\"shall-')",
    );
    // The codes are decided anew where anything else changed, too.
    let config = office.folder().join("jincai.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("示范学院", "示范大学")).unwrap();
    let (code, said) = run(&office, &[]);
    assert_eq!(code, Some(0), "{said}");
    let after = published(&office);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
}

#[test]
fn a_work_whose_entry_cannot_be_read_is_left_alone_and_told() {
    let office = office("\"website\"", &["plain_landscape.mp4", "rate_60.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    let damage = "update works set manifest_json = json_remove(manifest_json, '$.renditions') where source like '%0-%'";
    change_catalogue(&office, damage);
    for arguments in [&["run"][..], &["run", "--draft"], &["watch", "--once"]] {
        let ran = office.command(arguments).current_dir(office.folder()).output().unwrap();
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).replace("\n  │ ", " ");
        assert_ne!(ran.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(said.contains("cannot be read"), "{arguments:?}: {said}");
        assert_eq!(published(&office), before, "{arguments:?}: {said}");
    }
    let verified = office.command(&["verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).replace("\n  │ ", " ");
    assert!(verified.status.code() == Some(1) && said.contains("unreadable entry"), "{said}");
    // Everybody else's works go on.
    fs::copy(clip("all_black.mp4"), office.folder().join("inbox/信息系/new.mp4")).unwrap();
    run(&office, &[]);
    assert_eq!(videos(&office).len(), 3);
}

#[test]
fn a_target_that_is_enabled_no_more_keeps_its_files_until_they_are_pruned() {
    let office = office("\"website\", \"bilibili\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    let bilibili: Vec<&PathBuf> =
        before.keys().filter(|path| path.iter().any(|part| part == "bilibili")).collect();
    assert!(bilibili.len() > 1, "{before:?}");
    let config = office.folder().join("jincai.toml");
    let both = fs::read_to_string(&config).unwrap();
    fs::write(&config, both.replace("\"website\", \"bilibili\"", "\"website\"")).unwrap();
    for _ in 0..2 {
        let (code, said) = run(&office, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(bilibili.iter().all(|path| office.library().join(path).exists()), "{said}");
    }
    assert!(office.manifest().works[0].renditions.iter().any(|made| made.target == "bilibili"));
    let told = office.manifest().works[0]
        .findings
        .iter()
        .any(|finding| finding.code.name() == "target-kept" && finding.message.en.contains("--prune"));
    assert!(told, "{:?}", office.manifest().works[0].findings);
    let (code, said) = run(&office, &["--prune"]);
    assert_eq!(code, Some(0), "{said}");
    for path in bilibili {
        assert!(!office.library().join(path).exists(), "{}", path.display());
        assert_eq!(reasons(&office, path), [Reason::TargetDropped], "{}", path.display());
    }
    let told =
        office.manifest().works[0].findings.iter().any(|finding| finding.code.name() == "target-pruned");
    assert!(told, "{:?}", office.manifest().works[0].findings);
    assert_eq!(videos(&office).len(), 1);
    let verified = office.command(&["verify"]).output().unwrap();
    assert!(verified.status.success());
}

#[test]
fn a_changed_file_in_the_library_is_not_removed_with_its_work() {
    let office = office("\"bilibili\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let post = published(&office).into_keys().find(|path| path.ends_with("post.txt")).unwrap();
    let edited = office.library().join(&post);
    // To the very same size.
    let changed = vec![b'x'; fs::read(&edited).unwrap().len()];
    fs::write(&edited, &changed).unwrap();
    // A film too short for the campaign is withdrawn.
    let config = office.folder().join("jincai.toml");
    let rules =
        fs::read_to_string(&config).unwrap().replace("[campaign]", "[campaign]\nmin_duration_s = 3600");
    fs::write(&config, rules).unwrap();
    let (code, said) = run(&office, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("withdrawn"), "{said}");
    assert_eq!(fs::read(&edited).unwrap(), changed);
    assert_eq!(reasons(&office, &post), [Reason::Rejected]);
    assert_eq!(videos(&office), Vec::<PathBuf>::new());
    // The next run does not come back to it.
    run(&office, &[]);
    assert_eq!(fs::read(&edited).unwrap(), changed);
}

#[test]
fn what_cannot_be_read_of_a_work_is_not_taken_for_gone() {
    let office = office("\"bilibili\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    for name in ["post.txt", "contact-sheet.jpg"] {
        let file = before.keys().find(|path| path.ends_with(name)).unwrap();
        let (path, aside) = (office.library().join(file), office.folder().join("aside"));
        // As unreadable as can be had where tests run as root.
        fs::rename(&path, &aside).unwrap();
        std::os::unix::fs::symlink(&aside, &path).unwrap();
        let config = office.folder().join("jincai.toml");
        let seasons =
            "[[seasons]]\nid = \"s\"\nname = \"第一季\"\nfrom = \"2000-01-01\"\nto = \"2099-01-01\"\n";
        let plain = fs::read_to_string(&config).unwrap();
        fs::write(&config, format!("{plain}\n{seasons}")).unwrap();
        let (code, said) = run(&office, &[]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(path.symlink_metadata().is_ok(), "{name}: {said}");
        fs::remove_file(&path).unwrap();
        fs::rename(&aside, &path).unwrap();
        assert_eq!(published(&office), before, "{name}: {said}");
        fs::write(&config, plain).unwrap();
    }
}

#[test]
fn files_of_the_source_before_go_with_a_word_of_it() {
    let office = office("\"website\", \"bilibili\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    fs::copy(clip("sound_none.mp4"), office.folder().join("inbox/信息系/0-plain_landscape.mp4")).unwrap();
    let (code, said) = run(&office, &["--target", "website"]);
    assert_eq!(code, Some(0), "{said}");
    for path in before.keys().filter(|path| path.iter().any(|part| part == "bilibili")) {
        assert!(!office.library().join(path).exists(), "{}", path.display());
        assert_eq!(reasons(&office, path), [Reason::SourceReplaced], "{}", path.display());
    }
    let told =
        office.manifest().works[0].findings.iter().any(|finding| finding.code.name() == "target-outdated");
    assert!(told, "{said}");
}

/// The watch service notes when a work's file has left the inbox.
#[test]
fn another_film_under_the_name_of_an_archived_one_is_a_work_of_its_own() {
    let office = office("\"website\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let before = published(&office);
    let source = office.folder().join("inbox/信息系/0-plain_landscape.mp4");
    fs::remove_file(&source).unwrap();
    let catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
    assert!(catalog.mark_missing(&source, Some("2026-11-29T10:00:00+08:00")).unwrap());
    drop(catalog);
    fs::copy(clip("all_black.mp4"), &source).unwrap();
    let (code, said) = run(&office, &[]);
    assert_eq!(code, Some(0), "{said}");
    let after = published(&office);
    assert!(before.iter().all(|(path, content)| after.get(path) == Some(content)), "{said}");
    assert_eq!((office.manifest().works.len(), videos(&office).len()), (2, 2), "{said}");
    // Both are settled.
    assert_eq!(run(&office, &[]).0, Some(0));
    assert_eq!(published(&office), after);
}

#[test]
fn what_a_new_version_takes_the_place_of_is_recorded_and_told() {
    let office = office("\"website\"", &["plain_landscape.mp4"]);
    assert_eq!(run(&office, &[]).0, Some(0));
    let video = videos(&office).remove(0);
    fs::copy(clip("sound_none.mp4"), office.folder().join("inbox/信息系/0-plain_landscape.mp4")).unwrap();
    let (code, said) = run(&office, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(reasons(&office, &video), [Reason::SourceReplaced]);
    let work = &office.manifest().works[0];
    assert!(work.findings.iter().any(|finding| finding.code.name() == "replaces-published"), "{said}");
    assert_eq!(work.revision, 2);
}

#[test]
fn an_entry_that_cannot_be_read_keeps_no_other_work_from_the_lists() {
    let office = office("\"website\"", &["plain_landscape.mp4", "sound_none.mp4"]);
    run(&office, &[]);
    let before = office.manifest().works;
    let unreadable = &before[0];
    let sql =
        "update works set manifest_json = replace(manifest_json, '\"verdict\"', '\"newer\"') where id = ?1";
    let catalogue = Connection::open(Catalog::path_in(&office.library())).unwrap();
    assert_eq!(catalogue.execute(sql, [&unreadable.id]).unwrap(), 1);
    drop(catalogue);
    fs::copy(clip("odd_size.mp4"), office.folder().join("inbox/信息系/new.mp4")).unwrap();
    for round in 0..2 {
        let (code, said) = run(&office, &[]);
        assert_eq!(code, Some(1), "{round}: {said}");
        let source = unreadable.source.path.as_path().file_name().unwrap().to_str().unwrap();
        let said: String = said.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
        assert!(said.contains("cannotberead"), "{round}: {said}");
        assert!(said.contains(&format!("{source}:")), "{round}: {said}");
        let now = office.manifest().works;
        assert_eq!(now.len(), 3, "{round}");
        assert!(now.contains(unreadable), "{round}");
        let sheet = fs::read_to_string(office.library().join("manifest.csv")).unwrap();
        assert!(now.iter().all(|work| sheet.contains(&work.id)), "{round}");
    }
}
