//! What goes wrong around a run: a full or read-only disk, a second instance, workers that die or hang, kills,
//! sources that vanish. Whatever happens, nothing half-made is seen, nothing is left over, and a rerun completes.

mod disk;
mod swapped;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use rustix::process::{Signal, kill_process, test_kill_process};

use crate::common::running::Running;
use crate::common::{Office, clip};

/// Every file a person sees in the library.
fn visible(office: &Office) -> Vec<PathBuf> {
    walkdir::WalkDir::new(office.library())
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".jincai" && entry.file_name() != "ballast")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Every visible file can be read to its end.
fn everything_visible_is_whole(office: &Office) {
    for file in visible(office) {
        let bytes = fs::read(&file).unwrap();
        let whole = match file.extension().and_then(|ending| ending.to_str()).unwrap() {
            "mp4" => boxes_fill(&bytes),
            "jpg" | "png" => image::load_from_memory(&bytes).is_ok(),
            "json" => serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(),
            // A ZIP archive ends with its directory.
            "xlsx" => bytes.windows(4).any(|window| window == b"PK\x05\x06"),
            _ => bytes.ends_with(b"\n"),
        };
        assert!(whole, "{} is not whole", file.display());
    }
}

/// Whether an MP4's boxes follow each other exactly to its end, with its index and its media.
fn boxes_fill(mut bytes: &[u8]) -> bool {
    let mut kinds = BTreeSet::new();
    while let Some((head, _)) = bytes.split_at_checked(8) {
        let size = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        kinds.insert(head[4..].to_vec());
        let Some(rest) = bytes.get(size.max(8)..) else { return false };
        bytes = rest;
    }
    bytes.is_empty() && kinds.contains(b"moov".as_slice()) && kinds.contains(b"mdat".as_slice())
}

fn no_video_is_visible(office: &Office) {
    let mut files = visible(office).into_iter();
    assert_eq!(files.find(|file| file.extension().is_some_and(|ending| ending == "mp4")), None);
}

fn nothing_is_left_aside(office: &Office) {
    let left: Vec<_> = fs::read_dir(office.library().join(".jincai/staging")).into_iter().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// A run over `sources` succeeds, every work has its renditions, and the library is sound.
fn a_rerun_completes(office: &Office, sources: &[&Path], renditions: usize) {
    let ran = office.run(sources, &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    is_sound(office, sources.len(), renditions);
}

/// So many works with so many renditions each, and all is as the catalogue says.
fn is_sound(office: &Office, works: usize, renditions: usize) {
    let made = office.manifest().works;
    assert_eq!(made.len(), works);
    assert!(made.iter().all(|work| work.renditions.len() == renditions), "{made:?}");
    everything_visible_is_whole(office);
    nothing_is_left_aside(office);
    let verified = office.command(&["verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
}

fn said(output: &Output) -> String {
    let words = [&output.stdout[..], &output.stderr].concat();
    // A long message is wrapped.
    String::from_utf8_lossy(&words).replace("\n  │ ", " ")
}

#[test]
fn a_second_instance_says_who_holds_the_library_and_leaves_the_first_alone() {
    let office = Office::new("\"website\"");
    let source = clip("plain_landscape.mp4");
    let mut first = Running::start(&office, &[&source], &[]);
    first.until_it_renders();
    first.signal(Signal::STOP);
    let second = office.run(&[&source], &[]);
    assert!(!second.status.success());
    let holder = format!("process {}", first.pid().as_raw_nonzero());
    assert!(said(&second).contains(&holder), "{}", said(&second));
    first.signal(Signal::CONT);
    assert_eq!(first.end().0, Some(0));
    a_rerun_completes(&office, &[&source], 1);
}

/// Stops a run in the middle of a render by `meddle`, which gets it with its one worker.
fn break_off(
    office: &Office,
    meddle: impl Fn(&Running, rustix::process::Pid),
    exit: i32,
    code: Option<&str>,
) {
    let config = office.folder().join("jincai.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap() + "[limits]\nstall_s = 3\n").unwrap();
    let mut running = Running::start(office, &[&clip("plain_landscape.mp4")], &[]);
    running.until_it_renders();
    let [worker] = running.workers()[..] else { panic!("{:?} workers", running.workers()) };
    meddle(&running, worker);
    let (exited, codes) = running.end();
    assert_eq!(exited, Some(exit), "{codes:?}");
    assert!(code.is_none_or(|code| codes.contains(code)), "{codes:?}");
    assert!(test_kill_process(worker).is_err(), "the worker is still there");
}

/// Breaks a render off, and runs again.
fn a_broken_render(meddle: impl Fn(&Running, rustix::process::Pid), exit: i32, code: Option<&str>) {
    let office = Office::new("\"website\", \"bilibili\"");
    break_off(&office, meddle, exit, code);
    let config = office.folder().join("jincai.toml");
    let source = clip("plain_landscape.mp4");
    no_video_is_visible(&office);
    nothing_is_left_aside(&office);
    // What a slow machine needs, so that the rerun does not depend on it.
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("stall_s = 3", "stall_s = 60")).unwrap();
    a_rerun_completes(&office, &[&source], 2);
}

#[test]
fn a_killed_worker_fails_its_work_alone_and_a_rerun_completes() {
    a_broken_render(|_, worker| kill_process(worker, Signal::KILL).unwrap(), 1, Some("worker-crashed"));
}

#[test]
fn a_worker_that_hangs_is_ended_and_its_work_tried_once_more() {
    let office = Office::new("\"website\", \"bilibili\"");
    let source = clip("plain_landscape.mp4");
    break_off(&office, |_, worker| kill_process(worker, Signal::STOP).unwrap(), 0, None);
    is_sound(&office, 1, 2);
    a_rerun_completes(&office, &[&source], 2);
}

#[test]
fn an_interrupted_run_leaves_nothing_and_a_rerun_completes() {
    a_broken_render(|running, _| running.signal(Signal::INT), 130, None);
}

#[test]
fn kills_along_the_way_leave_nothing_half_made_and_a_rerun_completes() {
    let sources = ["plain_landscape.mp4", "odd_size.mp4", "sound_5.1.mp4"].map(clip);
    let paths: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    let office = Office::new("\"website\"");
    // From before the first inspection to the last publication, on top of what the kills before let through.
    for events in [1, 2, 5, 8, 12, 16] {
        let mut running = Running::start(&office, &paths, &[]);
        (0..events).for_each(|_| assert!(running.next().is_some()));
        assert!(running.kill_group(), "it ended before {events} events");
        everything_visible_is_whole(&office);
    }
    a_rerun_completes(&office, &paths, 1);
}

#[test]
fn kills_while_files_appear_leave_nothing_half_made_and_a_rerun_completes() {
    let source = clip("plain_landscape.mp4");
    let mut killed = 0;
    // A work has five files, and the library three of its own.
    for files in 1..=6 {
        let office = Office::new("\"website\"");
        let mut running = Running::start(&office, &[&source], &["--draft"]);
        while visible(&office).len() < files && running.is_there() {
            std::thread::yield_now();
        }
        // On a busy machine it may end before the files are seen.
        killed += u32::from(running.kill_group());
        everything_visible_is_whole(&office);
        let ran = office.run(&[&source], &["--draft"]);
        assert!(ran.status.success(), "{}", said(&ran));
        is_sound(&office, 1, 1);
    }
    assert!(killed >= 3, "only {killed} of 6 runs were killed while files appeared");
}

#[test]
fn kills_in_the_middle_of_an_update_leave_whole_files_and_a_rerun_completes() {
    let office = Office::new("\"website\"");
    let source = clip("plain_landscape.mp4");
    a_rerun_completes(&office, &[&source], 1);
    let inode = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.ino());
    let inodes = || -> Vec<u64> { visible(&office).into_iter().map(inode).collect() };
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    for (round, stage) in ["rendering", "verifying", "publishing", "appearing"].iter().enumerate() {
        fs::write(&config, text.replace("size = 0.2", &format!("size = 0.3{round}"))).unwrap();
        let before = inodes();
        let mut running = Running::start(&office, &[&source], &[]);
        while let Some(event) = running.next() {
            if event["stage"] == *stage || (event["stage"] == "publishing" && *stage == "appearing") {
                break;
            }
        }
        while *stage == "appearing" && inodes() == before && running.is_there() {
            std::thread::yield_now();
        }
        assert!(running.kill_group(), "it ended before {stage}");
        everything_visible_is_whole(&office);
        a_rerun_completes(&office, &[&source], 1);
    }
}

/// Meddles with the source as soon as it is rendered: nothing is published, and a rerun makes what is there then.
fn a_source_that_changes(meddle: impl Fn(&Path)) {
    let office = Office::new("\"website\", \"bilibili\"");
    let source = office.folder().join("work.mp4");
    fs::copy(clip("plain_landscape.mp4"), &source).unwrap();
    let mut running = Running::start(&office, &[&source], &[]);
    running.until_it_renders();
    meddle(&source);
    let (exit, codes) = running.end();
    assert_eq!(exit, Some(1), "{codes:?}");
    let said = if source.exists() { "source-changed" } else { "source-missing" };
    assert!(codes.contains(said), "{codes:?}");
    no_video_is_visible(&office);
    nothing_is_left_aside(&office);
    if !source.exists() {
        fs::copy(clip("plain_landscape.mp4"), &source).unwrap();
    }
    a_rerun_completes(&office, &[&source], 2);
}

#[test]
fn a_source_that_is_removed_while_it_is_rendered_is_named() {
    a_source_that_changes(|source| fs::remove_file(source).unwrap());
}

#[test]
fn a_source_that_is_replaced_while_it_is_rendered_is_named() {
    a_source_that_changes(|source| {
        fs::remove_file(source).unwrap();
        fs::copy(clip("rate_60.mp4"), source).unwrap();
    });
}
