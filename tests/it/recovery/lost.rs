//! The catalogue is gone: the manifests make it again, whole or not at all.

use super::*;
use crate::common::programs::{ffmpeg, run};

#[test]
fn a_kill_at_any_moment_of_a_recovery_loses_no_work() {
    let (office, source) = office_with_a_work();
    let all = add_works(&office, 400);
    let source = source.to_str().unwrap();
    let mut broken_off = 0;
    for works in [0, 100, 200, 300, 400] {
        office.lose_catalogue();
        let (mut child, mut events) = office.start(&["run", source]);
        let at = events.find(|event| event["event"] == "recovering" && event["done"] == works).unwrap();
        assert_eq!(at["works"], 401);
        child.kill().unwrap();
        child.wait().unwrap();
        // None, or a whole one.
        if office.catalogue().exists() {
            assert_eq!(office.known(), all, "killed after {works}");
        } else {
            assert!(office.catalogue().with_extension("sqlite3.new").exists(), "killed after {works}");
            broken_off += 1;
        }
        assert_eq!(office.named(), all, "killed after {works}");
    }
    assert!(broken_off > 0, "every kill came too late");
    let ran = office.run(&[Path::new(source)], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!((office.known(), office.named()), (all.clone(), all));
    let left =
        fs::read_dir(office.library().join(".jincai")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_log_of_the_catalogue_that_is_gone_is_not_taken_for_the_new_ones() {
    let (office, source) = office_with_a_work();
    let all = add_works(&office, 10);
    {
        let catalog = Catalog::open(&office.catalogue()).unwrap();
        catalog.put_opinion(&opinion('a')).unwrap();
        fs::copy(office.catalogue().with_extension("sqlite3-wal"), office.folder().join("wal")).unwrap();
    }
    office.lose_catalogue();
    fs::copy(office.folder().join("wal"), office.catalogue().with_extension("sqlite3-wal")).unwrap();
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!(office.known(), all);
}

fn opinion(content: char) -> jincai::model::opinion::Opinion {
    jincai::model::opinion::Opinion {
        about: [content.to_string().repeat(64), "f".repeat(64)],
        said: jincai::model::opinion::OpinionKind::NotSame,
        folders: None,
        by: None,
        note: None,
        at: "2026-04-01T00:00:00Z".into(),
    }
}

#[test]
fn a_manifest_that_cannot_be_read_ends_the_start_and_is_not_written_over() {
    let (office, source) = office_with_a_work();
    let whole = fs::read(office.library().join("manifest.json")).unwrap();
    let mut one_bad = serde_json::from_slice::<Value>(&whole).unwrap();
    let mut second = one_bad["works"][0].clone();
    second["id"] = "zzzzzzzz".into();
    second["renditions"][0]["file"] = "../../outside.mp4".into();
    one_bad["works"].as_array_mut().unwrap().push(second.clone());
    second["renditions"][0]["file"] = 5.into();
    let mut odd = one_bad.clone();
    odd["works"][1] = second;
    let newer = String::from_utf8(whole.clone()).unwrap().replace("jincai.manifest/1", "jincai.manifest/9");
    let kinds: [(&str, Vec<u8>, &str); 5] = [
        ("cut in half", whole[..whole.len() / 2].to_vec(), "EOF"),
        ("empty", Vec::new(), "EOF"),
        ("a path that leads out", serde_json::to_vec(&one_bad).unwrap(), "outside.mp4"),
        ("an odd entry", serde_json::to_vec(&odd).unwrap(), "after1works"),
        ("of a newer program", newer.into_bytes(), "schema"),
    ];
    for (kind, bytes, named) in kinds {
        office.lose_catalogue();
        fs::write(office.library().join("manifest.json"), &bytes).unwrap();
        let ran = office.run(&[&source], &[]);
        let words = unbroken(&ran);
        assert_eq!(ran.status.code(), Some(1), "{kind}: {words}");
        assert!(words.contains("manifest.json") && words.contains(named), "{kind}: {words}");
        assert!(words.contains("moveitaway"), "{kind}: {words}");
        assert!(!office.catalogue().exists(), "{kind}");
        assert_eq!(fs::read(office.library().join("manifest.json")).unwrap(), bytes, "{kind}");
    }
    // As it says: without it each work's own manifest is used.
    fs::remove_file(office.library().join("manifest.json")).unwrap();
    let id = serde_json::from_slice::<Manifest>(&whole).unwrap().works.remove(0).id;
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!(office.named(), BTreeSet::from([id]));
}

#[test]
fn without_the_librarys_manifest_each_works_own_is_enough() {
    let (office, source) = office_with_a_work();
    let before = office.manifest().works.remove(0);
    let place = office.place();
    let other = clip("odd_size.mp4");
    fs::remove_file(&source).unwrap();
    office.lose_catalogue();
    for name in ["manifest.json", "manifest.csv", "manifest.xlsx"] {
        fs::remove_file(office.library().join(name)).unwrap();
    }
    // A copy of the folder under another name tells of the same work.
    copy_folder(&place, &place.with_file_name("副本"));
    let ran = office.run(&[&other], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    let works = office.manifest().works;
    assert_eq!(works.len(), 2);
    assert!(works.iter().any(|work| work.id == before.id && work.renditions == before.renditions));
    fs::remove_dir_all(place.with_file_name("副本")).unwrap();
    let verified = office.verify(&[]);
    assert!(verified.status.success(), "{}", said(&verified));
    // One that cannot be read is named, and nothing is begun.
    office.lose_catalogue();
    fs::write(place.join("manifest.json"), "{").unwrap();
    let ran = office.run(&[&other], &[]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(unbroken(&ran).contains(&place.join("manifest.json").display().to_string()), "{}", said(&ran));
    assert!(!office.catalogue().exists());
}

#[test]
fn a_recovered_library_is_sound_without_its_sources() {
    let (office, source) = office_with_a_work();
    fs::remove_file(&source).unwrap();
    office.lose_catalogue();
    let unread = office.verify(&[]);
    assert!(unbroken(&unread).contains("jincaiverify--repair"), "{}", said(&unread));
    let checked = office.command(&["check"]).arg(clip("odd_size.mp4")).output().unwrap();
    assert!(said(&checked).contains("it was lost"), "{}", said(&checked));
    let repaired = office.verify(&["--repair"]);
    assert!(repaired.status.success(), "{}", said(&repaired));
    let verified = office.verify(&[]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn copies_of_archived_works_are_found_after_the_catalogue_was_lost() {
    let office = Office::new("\"website\"");
    let inbox = office.folder().join("inbox");
    fs::create_dir_all(inbox.join("甲")).unwrap();
    fs::create_dir_all(inbox.join("乙")).unwrap();
    let original = crate::common::fixtures().join("inbox/信息工程系/海河晨光.mp4");
    let archived = inbox.join("甲/原片.mp4");
    fs::copy(&original, &archived).unwrap();
    assert!(office.run(&[&archived], &["--draft"]).status.success());
    fs::remove_file(&archived).unwrap();
    fs::remove_dir_all(office.library().join(".jincai")).unwrap();
    fs::remove_file(office.library().join("manifest.json")).unwrap();
    let repaired = office.verify(&["--repair"]);
    assert!(repaired.status.success(), "{}", said(&repaired));
    let catalog = Catalog::open(&office.catalogue()).unwrap();
    assert_eq!((catalog.listed().unwrap(), catalog.unlisted().unwrap()), (1, Vec::new()));
    let work = catalog.works().unwrap().remove(0);
    assert!(work.packets_sha256.is_some());
    drop(catalog);
    // The same pictures, encoded once more and smaller.
    let copy = inbox.join("乙/抄.mp4");
    run(ffmpeg()
        .arg("-i")
        .arg(&original)
        .args(["-vf", "scale=iw/2:ih/2", "-c:v", "libx264", "-crf", "28", "-c:a", "aac"])
        .arg(&copy));
    let found = office.command(&["duplicates", "--json"]).arg(&copy).output().unwrap();
    assert!(said(&found).contains(&work.manifest.id), "{}", said(&found));
}
