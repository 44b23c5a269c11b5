//! Copies of the catalogue, the way back, and disks that are full.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use jincai::model::finding::Code;

use super::*;
use crate::common::disks::Mounted;

impl Office {
    fn private(&self, name: &str) -> PathBuf {
        self.library().join(".jincai").join(name)
    }
}

/// Everything that is said of works, whichever connection wrote it.
fn works(catalogue: &Path) -> Vec<Work> {
    Catalog::open(catalogue).unwrap().works().unwrap().into_iter().map(|row| row.manifest).collect()
}

#[test]
fn a_copy_takes_the_place_of_a_damaged_catalogue_and_learns_what_was_made_since() {
    let (office, first) = office_with_a_work();
    let folder = office.folder().join("copies");
    fs::create_dir(&folder).unwrap();
    // Somebody else writes meanwhile.
    let other = Catalog::open(&office.catalogue()).unwrap();
    for to in [None, Some(folder.clone()), Some(folder.join("one.bak")), Some(folder.join("one.bak"))] {
        let mut command = office.command(&["--json", "backup"]);
        if let Some(to) = &to {
            command.arg("--to").arg(to);
        }
        let copied = command.output().unwrap();
        assert!(copied.status.success(), "{}", said(&copied));
        let event: Value = serde_json::from_str(said(&copied).lines().next().unwrap()).unwrap();
        assert_eq!((&event["event"], &event["works"]), (&"copied".into(), &1.into()));
    }
    drop(other);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    let newer = office.folder().join("inbox/甲/夏.mp4");
    fs::copy(clip("odd_size.mp4"), &newer).unwrap();
    assert!(office.run(&[&first, &newer], &[]).status.success());
    let now = office.named();
    fs::remove_file(&newer).unwrap();
    fs::write(office.catalogue(), "no catalogue").unwrap();
    let refused = office.run(&[&first], &[]);
    assert!(unbroken(&refused).contains("jincaibackuprestore"), "{}", said(&refused));
    let offered = office.command(&["backup", "restore"]).output().unwrap();
    assert!(offered.status.success() && said(&offered).contains("catalog.bak"), "{}", said(&offered));
    let restored = office.command(&["backup", "restore", "catalog.bak"]).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    let kept = fs::read_dir(office.private("")).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains("before-restore")).collect();
    assert_eq!(fs::read(&kept[0]).unwrap(), b"no catalogue");
    // The fingerprint of what it knew is there at once.
    assert_eq!(Catalog::open(&office.catalogue()).unwrap().listed().unwrap(), 1);
    let ran = office.run(&[&first], &[]);
    assert!(said(&ran).contains("1 work was added"), "{}", said(&ran));
    assert_eq!((office.named(), office.known()), (now.clone(), now));
    assert_eq!(Catalog::open(&office.catalogue()).unwrap().listed().unwrap(), 2);
    let verified = office.verify(&[]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn a_copied_private_folder_comes_back_with_what_is_in_its_log() {
    let (office, _) = office_with_a_work();
    let copied = office.folder().join("copied");
    {
        let catalog = Catalog::open(&office.catalogue()).unwrap();
        catalog.count_failed_attempt(Path::new("/x"), stamp(), Code::RenderFailed).unwrap();
        copy_folder(&office.private(""), &copied);
    }
    assert!(copied.join("catalog.sqlite3-wal").metadata().unwrap().len() > 0);
    office.lose_catalogue();
    let restored = office.command(&["backup", "restore"]).arg(&copied).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    let catalog = Catalog::open(&office.catalogue()).unwrap();
    assert_eq!(catalog.failed_attempts(Path::new("/x"), stamp()).unwrap(), 1);
}

fn stamp() -> jincai::model::inspection::FileStamp {
    jincai::model::inspection::FileStamp { bytes: 1, modified_ns: 2, inode: 3, changed_ns: 4 }
}

#[test]
fn what_is_no_whole_copy_is_refused_and_the_catalogue_stays() {
    let (office, _) = office_with_a_work();
    assert!(office.command(&["backup"]).output().unwrap().status.success());
    let copy = fs::read(office.private("catalog.bak")).unwrap();
    let before = works(&office.catalogue());
    let odd = office.folder().join("odd.bak");
    let mut damaged = copy.clone();
    let middle = copy.len() / 8192 * 4096;
    damaged[middle..middle + 4096].fill(0x55);
    let mut newer = copy.clone();
    newer[60..64].copy_from_slice(&999_u32.to_be_bytes());
    let kinds = [
        ("no database", b"text".to_vec()),
        ("empty", Vec::new()),
        ("cut", copy[..copy.len() / 2].to_vec()),
        ("damaged", damaged),
        ("of a newer program", newer),
    ];
    for (kind, bytes) in kinds {
        fs::write(&odd, bytes).unwrap();
        let refused = office.command(&["backup", "restore"]).arg(&odd).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{kind}: {}", said(&refused));
        assert!(unbroken(&refused).contains("cannotberestored"), "{kind}: {}", said(&refused));
        assert_eq!(works(&office.catalogue()), before, "{kind}");
        assert!(!office.private("catalog.sqlite3.new").exists(), "{kind}");
    }
    for (sql, table) in [
        ("drop table renditions; drop table files", "files"),
        ("drop table removals", "removals"),
        ("drop table words", "words"),
        ("alter table opinions drop column note", "opinions"),
        // A step towards the newest version cannot be taken without it.
        (
            "alter table works drop column stamp_changed; drop table first_seen; drop table originals; \
             drop table attempts; pragma user_version = 8",
            "attempts",
        ),
    ] {
        fs::write(&odd, &copy).unwrap();
        rusqlite::Connection::open(&odd).unwrap().execute_batch(sql).unwrap();
        let refused = office.command(&["backup", "restore"]).arg(&odd).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{sql}: {}", said(&refused));
        assert!(unbroken(&refused).contains("cannotberestored"), "{sql}: {}", said(&refused));
        assert!(said(&refused).contains(table), "{sql}: {}", said(&refused));
        assert_eq!(works(&office.catalogue()), before, "{sql}");
        assert!(!office.private("catalog.sqlite3.new").exists(), "{sql}");
    }
    // Tables beside ours do no harm.
    fs::write(&odd, &copy).unwrap();
    rusqlite::Connection::open(&odd).unwrap().execute_batch("create table theirs (a); analyze").unwrap();
    let restored = office.command(&["backup", "restore"]).arg(&odd).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    // Nor is anything else written over by a copy.
    fs::write(&odd, "somebody's").unwrap();
    let refused = office.command(&["backup", "--to"]).arg(&odd).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert_eq!(fs::read(&odd).unwrap(), b"somebody's");
}

#[test]
fn a_kill_in_the_middle_of_a_restoring_leaves_the_one_or_the_other() {
    let (office, source) = office_with_a_work();
    let all = add_works(&office, 200);
    assert!(office.run(&[&source], &[]).status.success());
    let copy = office.folder().join("old.bak");
    assert!(office.command(&["backup", "--to"]).arg(&copy).output().unwrap().status.success());
    let old = works(&office.catalogue());
    let mut seen = BTreeSet::new();
    for step in ["copied", "checked", "kept"] {
        {
            // Something that the copy does not know.
            let catalog = Catalog::open(&office.catalogue()).unwrap();
            for source in catalog.sources().unwrap() {
                catalog.mark_missing(&source, Some("2026-11-01T00:00:00+08:00")).unwrap();
            }
        }
        let new = works(&office.catalogue());
        assert_ne!(new, old);
        let (mut child, mut events) = office.start(&["backup", "restore", copy.to_str().unwrap()]);
        assert!(events.any(|event| event["step"] == step), "it never was {step}");
        child.kill().unwrap();
        child.wait().unwrap();
        let now = works(&office.catalogue());
        assert!(now == old || now == new, "killed when it was {step}");
        seen.insert(now == new);
        assert_eq!(office.named(), all);
    }
    assert!(seen.contains(&true), "every kill came too late");
    assert!(office.command(&["backup", "restore"]).arg(&copy).output().unwrap().status.success());
    assert_eq!(works(&office.catalogue()), old);
    assert!(office.run(&[&source], &[]).status.success());
    assert_eq!((office.named(), office.known()), (all.clone(), all));
}

#[test]
fn a_library_in_use_is_not_restored() {
    let (office, _) = office_with_a_work();
    assert!(office.command(&["backup"]).output().unwrap().status.success());
    let _held = jincai::library::staging::Staging::open(&office.library()).unwrap();
    let refused = office.command(&["backup", "restore", "catalog.bak"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let holder = format!("process{}", std::process::id());
    assert!(unbroken(&refused).contains(&holder), "{}", said(&refused));
}

#[test]
fn a_copy_never_takes_the_place_of_a_catalogue_in_use() {
    let (office, _) = office_with_a_work();
    let inode = |path: &Path| path.metadata().unwrap().ino();
    let before = inode(&office.catalogue());
    let elsewhere = office.folder().join("other/.jincai");
    fs::create_dir_all(&elsewhere).unwrap();
    let others = elsewhere.join("catalog.sqlite3");
    fs::copy(office.catalogue(), &others).unwrap();
    // Somebody's copy that is open at this moment.
    let looked_at = office.folder().join("looked-at.bak");
    let _open = Catalog::open(&looked_at).unwrap();
    assert!(office.folder().join("looked-at.bak-wal").exists());
    let roundabout = office.library().join("./.jincai/../.jincai/catalog.sqlite3");
    let link = office.folder().join("link");
    std::os::unix::fs::symlink(office.private(""), &link).unwrap();
    let linked = link.join("catalog.sqlite3");
    for to in [
        &office.catalogue(),
        &roundabout,
        &linked,
        &others,
        &looked_at,
        &office.private("catalog.sqlite3-wal"),
    ] {
        let was = to.metadata().ok().map(|file| file.ino());
        let refused = office.command(&["backup", "--to"]).arg(to).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{}: {}", to.display(), said(&refused));
        assert!(unbroken(&refused).contains("jincaibackuprestore"), "{}", said(&refused));
        assert_eq!(to.metadata().ok().map(|file| file.ino()), was, "{}", to.display());
    }
    assert_eq!(inode(&office.catalogue()), before);
}

#[test]
fn a_catalogue_that_somebody_has_open_is_not_replaced() {
    let (office, _) = office_with_a_work();
    assert!(office.command(&["backup"]).output().unwrap().status.success());
    let inode = || office.catalogue().metadata().unwrap().ino();
    let before = inode();
    let refused = |kind: &str| {
        let refused = office.command(&["backup", "restore", "catalog.bak"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{kind}: {}", said(&refused));
        assert!(unbroken(&refused).contains("isopeninanotherprogram"), "{kind}: {}", said(&refused));
        assert_eq!(inode(), before, "{kind}");
    };
    // One that asked something a while ago and does nothing now.
    let idle = Catalog::open(&office.catalogue()).unwrap();
    assert_eq!(idle.work_ids().unwrap().len(), 1);
    refused("idle");
    drop(idle);
    // One that holds it for itself.
    let holder = rusqlite::Connection::open(office.catalogue()).unwrap();
    holder.pragma_update(None, "locking_mode", "exclusive").unwrap();
    holder.execute_batch("begin immediate; update works set title = title; commit").unwrap();
    refused("exclusive");
    drop(holder);
    let restored = office.command(&["backup", "restore", "catalog.bak"]).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
}

#[test]
fn the_service_copies_the_catalogue_once_a_day() {
    let (office, _) = office_with_a_work();
    let watch = || {
        let ended = office.command(&["watch", "--once", "--poll", "0.2"]).output().unwrap();
        assert!(ended.status.success(), "{}", said(&ended));
    };
    let inode = |name: &str| office.private(name).metadata().map(|file| file.ino()).ok();
    watch();
    let first = inode("catalog.bak");
    assert!(first.is_some());
    watch();
    assert_eq!((inode("catalog.bak"), inode("catalog.bak.1")), (first, None), "it is not a day old");
    let aged = Command::new("touch").args(["-d", "25 hours ago"]).arg(office.private("catalog.bak")).status();
    assert!(aged.unwrap().success());
    watch();
    assert_ne!(inode("catalog.bak"), first);
    assert_eq!(inode("catalog.bak.1"), first);
    let status = office.command(&["status"]).output().unwrap();
    assert!(said(&status).contains("backup of the catalogue: 20"), "{}", said(&status));
    // One that cannot be made is told, and stops nothing.
    fs::remove_file(office.private("catalog.bak")).unwrap();
    fs::create_dir_all(office.private("catalog.bak/in the way")).unwrap();
    let aged = Command::new("touch").args(["-d", "25 hours ago"]).arg(office.private("catalog.bak")).status();
    assert!(aged.unwrap().success());
    watch();
    let status = office.command(&["status"]).output().unwrap();
    assert!(said(&status).contains("the last attempt failed"), "{}", said(&status));
}

#[test]
#[ignore = "needs the right to mount"]
fn a_full_disk_leaves_no_part_of_a_recovery_and_no_part_of_a_copy() {
    let office = Office::new("\"website\"");
    let disk = Mounted::tmpfs(&office.library(), "24m");
    let source = clip("plain_landscape.mp4");
    assert!(office.run(&[&source], &[]).status.success());
    let all = add_works(&office, 600);
    for leave in [0, 100_000, 400_000, 1_000_000] {
        office.lose_catalogue();
        disk.fill(leave);
        let ran = office.run(&[&source], &[]);
        assert_eq!(ran.status.code(), Some(1), "{leave}: {}", said(&ran));
        assert!(said(&ran).contains("he disk is full"), "{leave}: {}", said(&ran));
        assert!(!office.catalogue().exists() && !office.private("catalog.sqlite3.new").exists(), "{leave}");
        assert_eq!(office.named(), all, "{leave}");
        disk.unfill();
    }
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!((office.named(), office.known()), (all.clone(), all));
    disk.fill(200_000);
    let copied = office.command(&["backup"]).output().unwrap();
    assert_eq!(copied.status.code(), Some(1), "{}", said(&copied));
    assert!(said(&copied).contains("he disk is full"), "{}", said(&copied));
    let left = fs::read_dir(office.private("")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("bak")).collect();
    assert!(left.is_empty(), "{left:?}");
}
