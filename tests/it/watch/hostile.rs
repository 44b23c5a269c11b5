//! Links, pipes and outsized files laid where the service reads and writes: nobody's file is written, nobody is held up, and
//! the service ends when it is told to.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::office::{Office, Service};

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

#[test]
fn links_under_the_names_of_unfinished_pages_lead_to_no_file() {
    let office = Office::new();
    let victim = office.inbox().with_extension("victim");
    fs::write(&victim, "an original").unwrap();
    let results = office.inbox().join("系/_结果");
    fs::create_dir_all(&results).unwrap();
    let mut service = office.watch(&[]);
    service.ready();
    for number in 0..60 {
        symlink(&victim, results.join(format!(".jincai-{}-{number}.tmp", service.child.id()))).unwrap();
    }
    symlink(&victim, results.join("a.mp4.html")).unwrap();
    fs::hard_link(&victim, results.join("index.html")).unwrap();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "an original");
    for page in ["a.mp4.html", "index.html"] {
        let page = results.join(page);
        assert!(fs::symlink_metadata(&page).unwrap().is_file(), "{}", page.display());
        assert!(fs::read_to_string(&page).unwrap().contains("<html"), "{}", page.display());
    }
}

#[test]
fn a_department_that_becomes_a_link_gets_no_pages_elsewhere() {
    let office = Office::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    fs::rename(office.inbox().join("系"), office.inbox().with_extension("moved")).unwrap();
    symlink(elsewhere.path(), office.inbox().join("系")).unwrap();
    office.put("rate_60.mp4", "别系/b.mp4");
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn pipes_among_pages_and_sidecars_hold_up_neither_pages_nor_the_end() {
    let office = Office::new();
    pipe(&office.inbox().join("系/_结果/zz.html"));
    pipe(&office.inbox().join("系/a.toml"));
    pipe(&office.inbox().join("系/a.srt"));
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    assert!(office.page("系", "a.mp4").contains("已制作"));
    assert!(office.inbox().join("系/_结果/index.html").exists());
}

#[test]
fn output_that_nobody_reads_does_not_keep_the_service_from_its_end() {
    let office = Office::with("stop_grace_s = 0.5");
    for number in 0..300 {
        office.write(&format!("系/{number:03}.mp4"), format!("no film {number}"));
    }
    let (unread, full) = std::io::pipe().unwrap();
    let mut command = office.command(&["watch", "--json"]);
    let mut child = command.stdout(full).stderr(std::process::Stdio::null()).spawn().unwrap();
    drop(command);
    // As much as the pipe holds, and then nothing more.
    let mut held = 0;
    while held < 60 << 10 {
        held = rustix::io::ioctl_fionread(&unread).unwrap();
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_child(&child);
    let end = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let mut ended = [rustix::event::PollFd::new(&end, rustix::event::PollFlags::IN)];
    let limit = rustix::event::Timespec { tv_sec: 40, tv_nsec: 0 };
    let in_time = rustix::event::poll(&mut ended, Some(&limit)).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(in_time, 1, "the service did not end");
}

#[test]
fn a_verb_for_one_file_passes_over_what_is_no_sidecar() {
    let office = Office::new();
    let film = office.put("plain_landscape.mp4", "系/a.mp4");
    pipe(&film.with_extension("toml"));
    pipe(&film.with_extension("srt"));
    for verb in ["check", "run"] {
        let command = office.command(&[verb]);
        let mut timed = Command::new("timeout");
        timed.arg("60").arg(command.get_program()).args(command.get_args()).arg(&film);
        let ran = timed.output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{verb}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn an_outsized_sidecar_is_refused_by_its_size_and_never_held_in_memory() {
    let office = Office::new();
    for name in ["a.srt", "b.toml"] {
        let path = office.write(&format!("系/{name}"), "");
        fs::File::options().write(true).open(path).unwrap().set_len(64 << 30).unwrap();
    }
    for (clip, name) in
        [("plain_landscape.mp4", "a.mp4"), ("rate_60.mp4", "b.mp4"), ("sound_none.mp4", "c.mp4")]
    {
        office.put(clip, &format!("系/{name}"));
    }
    // 3 GB of addresses: reading either file whole would end the service.
    let service = "ulimit -v 3000000; exec \"$0\" \"$@\"";
    let command = office.command(&["watch", "--json", "--once"]);
    let mut limited = Command::new("bash");
    limited.args(["-c", service]).arg(command.get_program()).args(command.get_args());
    let mut service = Service::start(limited);
    assert_eq!(service.end(), Some(1));
    let works = office.works();
    let verdict = |title: &str| works.iter().find(|work| work.0 == title).map(|work| work.1.clone());
    assert_eq!(verdict("c").as_deref(), Some("accepted"), "{works:?}");
    assert_eq!(verdict("a").as_deref(), Some("rejected"), "{works:?}");
    assert_eq!(verdict("b").as_deref(), Some("rejected"), "{works:?}");
}
