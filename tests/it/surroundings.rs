//! What lies around a run: the terminal that shows it, the log, the limits and the names that it was started with.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jincai::model::finding::{Code, Severity};
use jincai::text::is_display_control;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip};

/// How long something that must come is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Everything that the program wrote, on both outputs.
fn words(ran: &Output) -> String {
    text(&ran.stdout) + &text(&ran.stderr)
}

/// Puts a clip into the inbox under this name.
fn drop_into_inbox(office: &Office, name: &str) {
    let folder = office.folder().join("inbox/系");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(clip("plain_landscape.mp4"), folder.join(name)).unwrap();
}

/// Makes the service quick enough for a test.
fn quick_watch(office: &Office, more: &str) {
    let config = office.folder().join("jincai.toml");
    let quick = format!("[watch]\nsettle_s = 0.1\nreadings = 2\n{more}");
    fs::write(&config, fs::read_to_string(&config).unwrap() + &quick).unwrap();
}

/// `jincai` in a shell that lowers limits first: `ulimit` by its options and values.
fn under_ulimit(office: &Office, ulimit: &str, arguments: &[&str]) -> Command {
    let plain = office.command(arguments);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit {ulimit} && exec \"$0\" \"$@\""));
    command.arg(plain.get_program()).args(plain.get_args()).current_dir(office.folder());
    command
}

fn watch_once(office: &Office) -> Command {
    office.command(&["watch", "--once", "--poll", "0.1", "--draft"])
}

#[test]
fn no_name_of_a_file_steers_the_terminal_of_any_command() {
    let office = Office::new("\"website\"");
    quick_watch(&office, "");
    let hostile = "a\u{1b}[31mb\u{1b}]0;owned\u{7}c\nd\u{202e}e\u{200f}f\u{61c}g\u{2066}h\u{9b}i";
    drop_into_inbox(&office, &format!("{hostile}.mp4"));
    drop_into_inbox(&office, "other.mp4");
    fs::write(office.folder().join(format!("inbox/系/{hostile}2.mp4")), "no video").unwrap();
    let mut service = watch_once(&office);
    service.args(["--log", "-"]).env("JINCAI_LOG", "info");
    for mut command in [
        office.command(&["check", "inbox"]),
        office.command(&["run", "--draft"]),
        service,
        office.command(&["status"]),
        office.command(&["doctor"]),
        office.command(&["duplicates"]),
        office.command(&["duplicates", "--json"]),
        office.command(&["verify"]),
        // A name that nobody made, and one that does not exist.
        office.command(&["run", &format!("{hostile}.mp4")]),
        office.command(&["--config", &hostile.replace('\n', ""), "run"]),
    ] {
        let ran = command.current_dir(office.folder()).output().unwrap();
        let said = words(&ran);
        // Mistakes are set in colours on a terminal alone.
        let wrong = |c: &char| is_display_control(*c) && !matches!(c, '\n' | '\t');
        assert_eq!(said.chars().find(wrong), None, "{command:?}: {said}");
        assert!(!said.lines().any(|line| line.starts_with('d')), "a name breaks its line: {said}");
    }
}

/// Takes every message and answers that it was taken; yields the requests' first lines.
fn robot() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let body = "{\"errcode\":0}";
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
            let _ = tell.send(first);
        }
    });
    (format!("http://{address}/robot/send?access_token=TOKEN-IN-ADDRESS"), told)
}

#[test]
fn no_level_of_the_log_tells_the_secrets_of_a_robot() {
    let office = Office::new("\"website\"");
    let chat =
        "[[chat]]\nkind = \"dingtalk\"\nurl_env = \"ROBOT\"\nsecret_env = \"ROBOT_KEY\"\ndigest_s = 1\n";
    quick_watch(&office, chat);
    for levels in ["trace", "trace,ureq=trace,ureq_proto=trace,rustls=trace,ureq::run=trace,[send]=trace"] {
        let (address, told) = robot();
        drop_into_inbox(&office, &format!("{}.mp4", levels.len()));
        let log = office.folder().join("log");
        let mut service = watch_once(&office);
        service.arg("--log").arg(&log).current_dir(office.folder());
        service.env("JINCAI_LOG", levels).env("ROBOT", address).env("ROBOT_KEY", "SECRET-TO-SIGN-WITH");
        let ran = service.output().unwrap();
        assert!(ran.status.success(), "{}", words(&ran));
        let request = told.recv_timeout(PATIENCE).unwrap();
        let sign = request.split("sign=").nth(1).unwrap().split([' ', '&']).next().unwrap().to_owned();
        assert!(request.contains("TOKEN-IN-ADDRESS") && sign.len() > 20, "{request}");
        let logged = fs::read_to_string(&log).unwrap();
        assert!(logged.contains("finished"), "the log was begun: {logged}");
        for (place, said) in [("log", logged), ("terminal", words(&ran))] {
            for secret in ["TOKEN-IN-ADDRESS", "SECRET-TO-SIGN-WITH", &sign] {
                assert!(!said.contains(secret), "{place}, {levels}: {secret}");
            }
        }
    }
}

/// A service that is stopped when the test is over, however it ends.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Soft and hard limit of open files of a process.
fn open_files(pid: u32) -> [String; 2] {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap().to_owned();
    let mut numbers = line.split_whitespace().skip(3).map(str::to_owned);
    [numbers.next().unwrap(), numbers.next().unwrap()]
}

#[test]
fn the_program_opens_as_many_files_as_it_may_and_what_it_starts_does_not() {
    let office = Office::new("\"website\"");
    fs::create_dir(office.folder().join("inbox")).unwrap();
    let mut command = under_ulimit(&office, "-S -n 64", &["watch", "--poll", "0.1"]);
    let mut service = Service(command.stderr(Stdio::piped()).spawn().unwrap());
    let stderr = BufReader::new(service.0.stderr.take().unwrap());
    let began = stderr.lines().map_while(Result::ok).any(|line| line.contains("Watching the inbox"));
    assert!(began, "it never began");
    let pid = service.0.id();
    let [soft, hard] = open_files(pid);
    assert!(soft == hard && soft != "64", "{soft} of {hard}");
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let mut children = tasks.flat_map(|task| fs::read_to_string(task.path().join("children")));
    let server: u32 = children.find_map(|pids| pids.split_whitespace().next()?.parse().ok()).unwrap();
    let of_server: u64 = open_files(server)[0].parse().unwrap();
    assert!(of_server <= 1024, "{of_server}");
}

/// The clip with a long text where a date belongs.
fn with_a_long_date(to: &Path) {
    let aside = to.with_extension("mkv");
    // FFmpeg writes dates as dates; a key of the same length is made one below.
    let date = format!("creation_timx={}", "A".repeat(100_000));
    let source = clip("plain_landscape.mp4");
    run(ffmpeg().arg("-i").arg(source).args(["-c", "copy", "-metadata", &date]).arg(&aside));
    let mut bytes = fs::read(&aside).unwrap();
    let at = bytes.windows(13).position(|key| key == b"CREATION_TIMX").unwrap();
    bytes[at + 12] = b'E';
    fs::write(&aside, bytes).unwrap();
}

#[test]
fn a_long_text_in_a_file_where_a_date_belongs_stays_out_of_the_library() {
    let office = Office::new("\"website\"");
    let source = office.folder().join("a.mkv");
    with_a_long_date(&source);
    let ran = office.run(&[&source], &["--draft"]);
    assert!(ran.status.success(), "{}", words(&ran));
    assert_eq!(office.manifest().works[0].source.captured_at, None);
    for entry in walkdir::WalkDir::new(office.library()).into_iter().flatten() {
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path()).unwrap();
            let long = bytes.windows(1000).any(|window| window.iter().all(|byte| *byte == b'A'));
            assert!(!long, "{}", entry.path().display());
        }
    }
}

#[test]
fn a_date_of_submission_finds_its_season_however_it_is_written() {
    let office = Office::new("\"website\"");
    let config = office.folder().join("jincai.toml");
    let seasons = "[[seasons]]\nid = \"s1\"\nname = \"第一季\"\nfrom = \"20261101\"\nto = \"2026-11-30\"\n";
    fs::write(&config, fs::read_to_string(&config).unwrap() + seasons).unwrap();
    for written in [
        "\"2026-11-20\"",
        "\"20261120\"",
        "\"2026-11-30T10:00:00\"",
        "\" 2026-11-01 \"",
        "2026-11-20",
        "20261120",
    ] {
        drop_into_inbox(&office, "a.mp4");
        fs::write(office.folder().join("inbox/系/a.toml"), format!("submitted = {written}\n")).unwrap();
        let ran = office.command(&["run", "--draft"]).current_dir(office.folder()).output().unwrap();
        assert!(ran.status.success(), "{}", words(&ran));
        assert_eq!(office.manifest().works[0].season.as_deref(), Some("s1"), "{written}");
    }
    for wrong in ["\"2026年11月\"", "\"-000001-11-20\"", "true"] {
        fs::write(office.folder().join("inbox/系/a.toml"), format!("title = \"a\"\nsubmitted = {wrong}\n"))
            .unwrap();
        let ran = office.command(&["run", "--draft"]).current_dir(office.folder()).output().unwrap();
        let said = words(&ran);
        assert!(ran.status.code() == Some(1) && said.contains("line 2, column 13"), "{wrong}: {said}");
    }
}

#[test]
fn a_lock_that_another_program_holds_is_told_by_its_name_and_the_file_is_ours_alone() {
    let office = Office::new("\"website\"");
    let inbox = office.folder().join("inbox");
    drop_into_inbox(&office, "a.mp4");
    let lock = office.library().join(".jincai/lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(&lock, "1\n").unwrap();
    for (held, arguments) in [(&lock, ["run", "--draft"]), (&inbox, ["watch", "--once"])] {
        let mut holder = Command::new("flock")
            .args(["-x", "--no-fork"])
            .arg(held)
            .args(["sh", "-c", "echo held; exec sleep 600"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let holder = Service(holder);
        let ran = office.command(&arguments).current_dir(office.folder()).output().unwrap();
        let said = words(&ran).replace(['\n', '│'], " ");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(ran.status.code(), Some(1), "{said}");
        let named = format!("{} (sleep), which is not jincai", holder.0.id());
        assert!(said.contains(&named), "{named}: {said}");
    }
    let ran = office.command(&["run", "--draft"]).current_dir(office.folder()).output().unwrap();
    assert!(ran.status.success(), "{}", words(&ran));
    assert_eq!(fs::metadata(&lock).unwrap().permissions().mode() & 0o777, 0o600);
}

/// The program's words on one line, whatever the terminal's width.
fn flowing(ran: &Output) -> String {
    words(ran).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn too_little_memory_is_named_before_anything_is_looked_at() {
    let office = Office::new("\"website\"");
    drop_into_inbox(&office, "a.mp4");
    for arguments in [&["run", "--draft"][..], &["watch", "--once"], &["check", "inbox"]] {
        let ran = under_ulimit(&office, "-v 512000", arguments).output().unwrap();
        let said = flowing(&ran);
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("Out of memory") && said.contains("500 MB (ulimit -v)"), "{said}");
        assert!(!said.contains("panicked") && !office.library().exists(), "{said}");
    }
    let ran = under_ulimit(&office, "-v 2000000", &["doctor"]).output().unwrap();
    assert!(flowing(&ran).contains("1953 MB of memory (ulimit -v)"), "{}", words(&ran));
}

#[test]
fn a_worker_that_gets_too_little_memory_is_named_so_wherever_it_runs_short() {
    let office = Office::new("\"website\"");
    let config = office.folder().join("jincai.toml");
    let usual = fs::read_to_string(&config).unwrap();
    // It runs short at another place each time: in the inspection, in the decoder, in the encoder, at a thread.
    for memory_mb in [256, 290, 310, 330, 350] {
        fs::write(&config, format!("{usual}[limits]\nworker_memory_mb = {memory_mb}\n")).unwrap();
        let ran = office.run(&[&clip("plain_landscape.mp4")], &["--draft"]);
        let findings = &office.manifest().works[0].findings;
        let Some(failure) = findings.iter().find(|finding| finding.severity == Severity::Error) else {
            assert!(ran.status.success() && memory_mb > 290, "{}", words(&ran));
            continue;
        };
        assert_eq!(failure.code, Code::WorkerOutOfMemory, "{memory_mb}: {failure:?}");
        let said = &failure.message.en;
        assert!(said.contains(&format!("{memory_mb} MB")) && !said.contains("ulimit"), "{failure:?}");
    }
}

#[test]
fn a_limit_of_file_sizes_is_told_and_ends_nothing_without_a_word() {
    let office = Office::new("\"website\"");
    drop_into_inbox(&office, "a.mp4");
    // Blocks of 512 bytes: enough for the catalogue, too few for a film; and too few for both.
    for (blocks, kb) in [("100", 50), ("20", 10)] {
        let ran = under_ulimit(&office, &format!("-f {blocks}"), &["run", "--draft"]).output().unwrap();
        let said = flowing(&ran);
        assert_eq!(ran.status.code(), Some(1), "{said}");
        let named = format!("no file may grow beyond {kb} KB here (ulimit -f)");
        assert!(said.contains(&named), "{said}");
        let _ = fs::remove_dir_all(office.library());
    }
}

#[test]
fn a_folder_whose_path_is_not_utf8_is_refused_at_the_start_and_told_by_the_doctor() {
    let office = Office::new("\"website\"");
    drop_into_inbox(&office, "a.mp4");
    let odd = office.folder().join(OsStr::from_bytes(b"\xd7\xf7\xc6\xb7\xbf\xe2"));
    for arguments in [&["run", "--draft"][..], &["watch", "--once"], &["doctor"]] {
        let mut command = office.command(&["--library"]);
        let ran = command.arg(&odd).args(arguments).current_dir(office.folder()).output().unwrap();
        let said = flowing(&ran);
        assert_ne!(ran.status.code(), Some(0), "{said}");
        assert!(said.contains("The path of library") && said.contains("convmv"), "{said}");
        assert!(!odd.exists());
    }
    // The whole office in such a folder.
    let moved = office.folder().join(OsStr::from_bytes(b"\xb0\xec\xb9\xab"));
    fs::create_dir(&moved).unwrap();
    fs::copy(office.folder().join("jincai.toml"), moved.join("jincai.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jincai"));
    let ran =
        command.args(["--lang", "en", "--library", "/tmp/never-made", "run"]).current_dir(&moved).output();
    assert!(flowing(&ran.unwrap()).contains("The path of inbox"));
}

#[test]
fn walls_that_are_demanded_and_stand_let_every_work_through() {
    let office = Office::new("\"website\"");
    let config = office.folder().join("jincai.toml");
    let demand = "[limits]\nrequire_sandbox = true\n";
    fs::write(&config, fs::read_to_string(&config).unwrap() + demand).unwrap();
    let doctor = office.command(&["doctor"]).output().unwrap();
    let ran = office.run(&[&clip("plain_landscape.mp4")], &["--draft"]);
    if flowing(&doctor).contains("not active") {
        assert!(flowing(&ran).contains("no files were processed"), "{}", words(&ran));
        assert!(!office.library().exists());
    } else {
        assert!(ran.status.success() && !words(&ran).contains("weaker isolation"), "{}", words(&ran));
    }
}
