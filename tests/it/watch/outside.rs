//! What the service tells others: chats and monitoring. And events that the kernel lost.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use rustix::process::Signal;

use super::office::Office;
use crate::common::robot::robot;

#[test]
fn a_chat_is_told_what_became_of_the_drops_although_its_server_fails_first() {
    let office = Office::new();
    let mut config = fs::read_to_string(office.configuration()).unwrap();
    config.push_str(
        "[[chat]]\nkind = \"wecom\"\nurl_env = \"ROBOT\"\non = [\"accepted\", \"rejected\"]\ndigest_s = 1\n",
    );
    fs::write(office.configuration(), config).unwrap();
    let (address, bodies) = robot(1);
    office.put("plain_landscape.mp4", "jixie/校园.mp4");
    office.write("jixie/说明.mp4", "no video");
    let mut command = office.command(&["watch", "--json"]);
    command.env("ROBOT", &address);
    let mut service = super::office::Service::start(command);
    assert_eq!(service.finished("校园.mp4"), "accepted");
    assert_eq!(service.finished("说明.mp4"), "rejected");
    let mut told = String::new();
    while !(told.contains("校园") && told.contains("说明")) {
        told.push_str(&bodies.recv_timeout(Duration::from_secs(60)).expect("a message"));
    }
    assert!(told.contains("markdown") && told.contains("机械工程系"), "{told}");
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn metrics_count_what_was_taken() {
    let office = Office::new();
    office.write("系/a.mp4", "no video");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let mut service = office.watch(&["--metrics", &address]);
    service.finished("a.mp4");
    // The count follows the event.
    let mut text = String::new();
    while !text.contains("jincai_works_finished_total{verdict=\"rejected\"} 1") {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        text.clear();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    assert!(text.contains("jincai_drops_taken_total 1"), "{text}");
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn the_log_says_in_json_what_happened_to_each_file() {
    let office = Office::new();
    office.put("plain_landscape.mp4", "jixie/校园.mp4");
    office.write("jixie/说明.mp4", "no video");
    let log = office.inbox().with_extension("log");
    let ended = office.command(&["--quiet", "watch", "--once", "--log"]).arg(&log).output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "one was rejected");
    let lines: Vec<serde_json::Value> = fs::read_to_string(&log)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    assert!(lines.iter().all(|line| {
        let time = line["timestamp"].as_str().unwrap_or_default();
        time.parse::<jiff::Timestamp>().is_ok() && line["level"].is_string()
    }));
    let with = |event: &str| lines.iter().filter(|line| line["event"] == event).collect::<Vec<_>>();
    let ends = with("finished");
    assert_eq!(ends.len(), 2, "{lines:#?}");
    let accepted = ends.iter().find(|line| line["verdict"] == "accepted").unwrap();
    assert_eq!((&accepted["department"], &accepted["renditions"]), (&"jixie".into(), &1.into()));
    assert!(ends.iter().any(|line| line["findings"] == "not-media"), "{ends:#?}");
    assert_eq!((with("running").len(), with("stopped").len()), (1, 1));
    let refused = office.command(&["watch", "--once", "--log", "/nowhere/log"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--log"));
}

/// The longest queue of events that the kernel keeps for one listener.
const QUEUE: &str = "/proc/sys/fs/inotify/max_queued_events";

/// The kernel's own limit back, whatever happens.
struct Limit(String);

impl Drop for Limit {
    fn drop(&mut self) {
        let _ = fs::write(QUEUE, &self.0);
    }
}

#[test]
#[ignore = "needs the right to set limits of the kernel"]
fn drops_whose_events_were_lost_are_found_all_the_same() {
    let limit = Limit(fs::read_to_string(QUEUE).unwrap());
    fs::write(QUEUE, "8").unwrap_or_else(|error| panic!("{QUEUE}: {error}"));
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    // A listener keeps the length it began with; others get the usual one again.
    drop(limit);
    service.until_scanned(&office);
    // The listener does not come to read while all of this happens.
    service.signal(Signal::STOP);
    for number in 0..40 {
        office.write(&format!("系/{number}.txt"), "x");
        office.write(&format!("系/{number}.mp4"), format!("text {number}"));
    }
    service.signal(Signal::CONT);
    for number in 0..40 {
        assert_eq!(service.finished(&format!("/{number}.mp4")), "rejected");
    }
    assert_eq!(service.stop(), Some(0));
}
