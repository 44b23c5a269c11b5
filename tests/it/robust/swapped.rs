//! Sources that become others while nothing about them seems to change: size, date and inode stay.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use jincai::model::finding::Verdict;
use jincai::text::hex;
use sha2::{Digest, Sha256};

use super::{a_rerun_completes, no_video_is_visible, said};
use crate::common::running::Running;
use crate::common::{Office, clip};

/// Two films of one size: one of 2 s, one of 1 s.
struct Pair {
    long: Vec<u8>,
    short: Vec<u8>,
}

impl Pair {
    fn new() -> Self {
        let [mut long, mut short] =
            ["plain_landscape.mp4", "rate_60.mp4"].map(|name| fs::read(clip(name)).unwrap());
        let bytes = long.len().max(short.len()) + 16;
        for film in [&mut long, &mut short] {
            // A box `free` fills up (ISO 14496-12 §8.1.2).
            let free = u32::try_from(bytes - film.len()).unwrap();
            film.extend(free.to_be_bytes());
            film.extend(b"free");
            film.resize(bytes, 0);
        }
        Self { long, short }
    }
}

/// Writes over a file in place and puts its date back.
fn overwrite(source: &Path, bytes: &[u8]) {
    let modified = fs::metadata(source).unwrap().modified().unwrap();
    let mut file = File::options().write(true).open(source).unwrap();
    file.write_all(bytes).unwrap();
    file.set_modified(modified).unwrap();
}

fn source_in(office: &Office, film: &[u8]) -> PathBuf {
    let source = office.folder().join("film.mp4");
    fs::write(&source, film).unwrap();
    source
}

/// What is published is the film that lies there, and says so.
fn is_made_of(office: &Office, source: &Path, seconds: u64) {
    let works = office.manifest().works;
    let [work] = works.as_slice() else { panic!("{works:?}") };
    assert_eq!(work.verdict, Verdict::Accepted);
    assert_eq!(work.source.sha256, Some(hex(&Sha256::digest(fs::read(source).unwrap()))));
    let [rendition] = work.renditions.as_slice() else { panic!("{work:?}") };
    assert!(rendition.duration_ms.abs_diff(seconds * 1000) < 200, "{rendition:?}");
}

#[test]
fn a_source_overwritten_while_it_is_rendered_is_never_taken_for_what_was_inspected() {
    let (office, films) = (Office::new("\"website\""), Pair::new());
    let source = source_in(&office, &films.long);
    let mut running = Running::start(&office, &[&source], &[]);
    running.until_it_renders();
    overwrite(&source, &films.short);
    let (code, codes) = running.end();
    assert_eq!(code, Some(1));
    assert!(codes.contains("source-changed"), "{codes:?}");
    no_video_is_visible(&office);
    a_rerun_completes(&office, &[&source], 1);
    is_made_of(&office, &source, 1);
}

#[test]
fn a_source_that_is_another_for_the_time_of_its_render_is_never_taken_for_it() {
    let (office, films) = (Office::new("\"website\""), Pair::new());
    let source = source_in(&office, &films.long);
    let mut running = Running::start(&office, &[&source], &[]);
    running.until_it_renders();
    overwrite(&source, &films.short);
    overwrite(&source, &films.long);
    // It is the inspected film again, and is made from its beginning once more.
    let (code, codes) = running.end();
    assert_eq!(code, Some(0), "{codes:?}");
    is_made_of(&office, &source, 2);
}

/// As by a `chmod -R` or a backup of hard links that runs again and again: what keeps the file from being made is named.
#[test]
fn of_a_source_whose_change_time_never_rests_the_cause_is_told() {
    let (office, films) = (Office::new("\"website\""), Pair::new());
    let source = source_in(&office, &films.long);
    let is_over = AtomicBool::new(false);
    let ran = thread::scope(|scope| {
        scope.spawn(|| {
            for mode in [0o600, 0o640].into_iter().cycle() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                fs::set_permissions(&source, Permissions::from_mode(mode)).unwrap();
            }
        });
        let ran = office.run(&[&source], &["--json"]);
        is_over.store(true, Ordering::Relaxed);
        ran
    });
    assert_eq!(ran.status.code(), Some(1));
    assert!(said(&ran).contains("source-unreadable") && said(&ran).contains("chmod"), "{}", said(&ran));
    no_video_is_visible(&office);
    a_rerun_completes(&office, &[&source], 1);
}

#[test]
fn a_source_overwritten_between_two_runs_is_inspected_anew() {
    let (office, films) = (Office::new("\"website\""), Pair::new());
    let source = source_in(&office, &films.long);
    a_rerun_completes(&office, &[&source], 1);
    is_made_of(&office, &source, 2);
    overwrite(&source, &films.short);
    a_rerun_completes(&office, &[&source], 1);
    is_made_of(&office, &source, 1);
}

#[test]
fn other_rights_or_another_link_to_a_source_change_nothing() {
    let (office, films) = (Office::new("\"website\""), Pair::new());
    let source = source_in(&office, &films.long);
    let mut running = Running::start(&office, &[&source], &[]);
    running.until_it_renders();
    fs::set_permissions(&source, Permissions::from_mode(0o600)).unwrap();
    let (code, codes) = running.end();
    assert_eq!(code, Some(0), "{codes:?}");
    let before = office.manifest();
    fs::hard_link(&source, office.folder().join("backup")).unwrap();
    let ran = office.run(&[&source], &["--json"]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("inspecting") && !said(&ran).contains("rendering"), "{}", said(&ran));
    let (before, after) = (&before.works[0], &office.manifest().works[0]);
    assert_eq!((&after.id, after.revision), (&before.id, 1));
    assert_eq!(after.renditions, before.renditions);
    // And now it is known.
    let ran = office.run(&[&source], &["--json"]);
    assert!(!said(&ran).contains("inspecting"), "{}", said(&ran));
}
