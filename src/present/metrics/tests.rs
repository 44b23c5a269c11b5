//! The numbers as a scraper gets them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use super::server::LIMITS;
use super::*;
use crate::clock::Clock;
use crate::model::finding::{Code, Finding};
use crate::model::service::{
    ChangeDetection, DiskSpace, DropState, InboxFile, ServiceState, ServiceStatus, ServiceTally,
};
use crate::present::messages::{self, status::no_metrics};

#[derive(Debug)]
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

const START: i64 = 1_795_507_800;

fn at(second: i64) -> String {
    Timestamp::from_second(second).unwrap().to_string()
}

fn status(worker_faults: u64) -> ServiceStatus {
    let drop = |since: i64, state| InboxFile {
        path: "/in/a.mp4".into(),
        relative: "a.mp4".into(),
        department: None,
        bytes: 1,
        since: at(since),
        state,
    };
    ServiceStatus {
        started_at: at(START),
        updated_at: at(START + 100),
        pid: 1,
        inbox: "/in".into(),
        library: "/lib".into(),
        state: ServiceState::Paused {
            since: at(START),
            finding: messages::json(&Finding::error(Code::DiskFull)),
        },
        sight: ChangeDetection::Polling { every_s: 5 },
        drops: vec![
            drop(START + 10, DropState::Arriving),
            drop(START + 40, DropState::Waiting { ahead: 0 }),
            drop(START + 50, DropState::Waiting { ahead: 1 }),
        ],
        tally: ServiceTally { worker_faults, ..ServiceTally::default() },
        failures: Vec::new(),
        disk: vec![DiskSpace { path: "/lib \"a\"\n".into(), free_bytes: 5, total_bytes: 9 }],
        copy: None,
    }
}

fn setting() -> (Arc<Hands>, Arc<Metrics>) {
    let clock = Arc::new(Hands(AtomicI64::new(START + 100)));
    (Arc::clone(&clock), Arc::new(Metrics::new(clock)))
}

fn failed_work() -> crate::model::manifest::Work {
    serde_json::from_value(serde_json::json!({
        "id": "k3f9ab2c", "title": "a", "department": null, "season": null, "authors": [], "revision": 1,
        "draft": false,
        "source": { "path": "/in/a.mp4", "sha256": null, "bytes": 1, "duration_ms": null, "display": null,
                    "captured_at": null },
        "verdict": "failed", "duplicate_of": null,
        "findings": [
            { "code": "render-failed", "severity": "error", "target": null, "measured": null, "limit": null,
              "message": { "zh-CN": "", "en": "" } },
            { "code": "long-black", "severity": "warning", "target": null, "measured": null, "limit": null,
              "message": { "zh-CN": "", "en": "" } }
        ],
        "renditions": [], "encodes": { "pictures": [], "sounds": [] }, "made_at": "",
        "made_by": { "jincai": "", "engine": 1, "ffmpeg": "" },
        "timings": { "inspect_ms": 150, "decide_ms": 0, "render_ms": 4000, "verify_ms": 0, "publish_ms": 0,
                     "cpu_s": 0.0 }
    }))
    .unwrap()
}

#[test]
fn the_numbers_are_those_of_the_service() {
    let (_, metrics) = setting();
    metrics.observe(&status(2));
    metrics.observe(&status(3));
    // A new service counts from 0 again; the counter goes on.
    metrics.observe(&status(1));
    metrics.taken();
    metrics.rescanned(std::time::Duration::from_millis(1500));
    metrics.finished(&failed_work());
    let text = metrics.text();
    for line in [
        "jincai_arriving_files 1",
        "jincai_last_rescan_duration_seconds 1.5",
        "jincai_queued_files 2",
        "jincai_running_works 0",
        "jincai_oldest_drop_age_seconds 90.0",
        "jincai_drops_taken_total 1",
        "jincai_works_finished_total{verdict=\"failed\"} 1",
        "jincai_works_finished_total{verdict=\"accepted\"} 0",
        "jincai_stage_duration_seconds_sum{stage=\"rendering\"} 4.0",
        "jincai_stage_duration_seconds_bucket{le=\"0.2\",stage=\"inspecting\"} 1",
        "jincai_failures_total{code=\"render-failed\"} 1",
        "jincai_worker_faults_total 4",
        "jincai_disk_free_bytes{path=\"/lib \\\"a\\\"\\n\"} 5",
        "jincai_paused 1",
        "jincai_last_rescan_seconds 1795507900",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in:\n{text}");
    }
    assert!(!text.contains("long-black"), "a warning is no failure");
    assert!(!text.contains("stage=\"publishing\""), "a stage that was not reached took no time");
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

async fn got(address: SocketAddr, path: &'static str) -> String {
    tokio::task::spawn_blocking(move || get(address, path)).await.unwrap()
}

#[tokio::test]
async fn the_server_answers_until_it_is_stopped() {
    let (clock, metrics) = setting();
    let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = server.address().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(Arc::clone(&metrics), async move {
        let _ = stopped.await;
    }));
    assert!(got(address, "/health").await.starts_with("HTTP/1.1 503"), "nothing was observed yet");
    metrics.observe(&status(0));
    assert!(got(address, "/health").await.starts_with("HTTP/1.1 200"));
    clock.0.fetch_add(61, Ordering::Relaxed);
    assert!(got(address, "/health").await.starts_with("HTTP/1.1 503"), "silent for a minute");
    let page = got(address, "/metrics").await;
    assert!(page.contains("openmetrics-text") && page.contains("jincai_queued_files 2"), "{page}");
    assert!(got(address, "/").await.starts_with("HTTP/1.1 404"));
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err());
}

/// Many that send half a request and one that reads nothing: all of them are gone after their time, and until then further
/// ones are turned away at once, so that no more files are open than there are places.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_take_few_places_and_none_for_long() {
    let (_, metrics) = setting();
    metrics.observe(&status(0));
    let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.serve(metrics, std::future::pending()));
    let began = std::time::Instant::now();
    let mut half: Vec<TcpStream> = Vec::new();
    tokio::task::spawn_blocking(move || {
        for _ in 0..200 {
            let mut stream = TcpStream::connect(address).unwrap();
            let _ = stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: a\r\nX-");
            half.push(stream);
        }
        // They are taken in their order: when the last one is turned away, all others are.
        let last = half.last_mut().unwrap();
        last.set_read_timeout(Some(3 * LIMITS.request)).unwrap();
        let _ = last.read_to_end(&mut Vec::new());
        let mut turned_away = 0;
        for stream in &mut half {
            // What is closed before its time is either answered or reset.
            let mut answer = String::new();
            stream.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
            match stream.read_to_string(&mut answer) {
                Ok(_) => assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 503"), "{answer}"),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => {}
            }
            turned_away += 1;
        }
        assert_eq!(turned_away, 200 - LIMITS.connections);
        for mut stream in half {
            stream.set_read_timeout(Some(3 * LIMITS.request)).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        }
        assert!(
            began.elapsed() >= LIMITS.request && began.elapsed() < 3 * LIMITS.request,
            "{:?}",
            began.elapsed()
        );
        // The places are free again.
        assert!(get(address, "/health").starts_with("HTTP/1.1 200"));
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_taken_address_is_told_with_what_to_do() {
    let first = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let error = Server::bind(first.address().unwrap()).await.unwrap_err();
    assert_eq!(error.fault(), BindFault::Taken);
    let said = no_metrics(error.fault(), &error.address.to_string(), &error.source.to_string());
    assert!(
        said.zh.contains(&first.address().unwrap().to_string()) && said.en.contains("another port"),
        "{said:?}"
    );
}
