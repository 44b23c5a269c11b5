//! `jincai status` in each state of the service.

use super::*;
use crate::model::event::{Stage, Tally};
use crate::model::finding::Code;
use crate::model::service::{ChangeDetection, FailureNote, InboxFile, ServiceTally};
use std::fs;

const NOW: &str = "2026-11-24T08:10:00Z";

fn sample(pid: u32) -> ServiceStatus {
    let drop = |name: &str, state| InboxFile {
        path: format!("/in/机械/{name}").into(),
        relative: format!("机械/{name}").into(),
        department: Some("机械".into()),
        bytes: 1,
        since: NOW.into(),
        state,
    };
    ServiceStatus {
        started_at: "2026-11-01T08:00:00+08:00".into(),
        updated_at: "2026-11-24T16:09:50+08:00".into(),
        pid,
        inbox: "/in".into(),
        library: "/lib".into(),
        state: ServiceState::Running,
        sight: ChangeDetection::Polling { every_s: 5 },
        drops: vec![
            drop(
                "晨光.mp4",
                DropState::Running {
                    stage: Stage::Rendering,
                    done: 0.5,
                    speed: Some(2.0),
                    left_s: Some(300.0),
                },
            ),
            drop("b.mp4", DropState::Waiting { ahead: 0 }),
            drop("c.mp4", DropState::Arriving),
        ],
        tally: ServiceTally { works: Tally { accepted: 41, ..Tally::default() }, worker_faults: 3 },
        failures: vec![FailureNote {
            at: "2026-11-24T15:00:00+08:00".into(),
            path: "/in/机械/坏.mp4".into(),
            verdict: Verdict::Failed,
            finding: messages::json(&Finding::error(Code::WorkerCrashed)),
        }],
        disk: Vec::new(),
        copy: None,
    }
}

/// Makes a library with this status in it.
fn told(status: Option<&[u8]>) -> StatusReport {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("library");
    if let Some(bytes) = status {
        fs::create_dir_all(library.join(PRIVATE_FOLDER)).unwrap();
        fs::write(status_file(&library), bytes).unwrap();
    }
    let config = Config {
        inbox: folder.path().join("inbox").into(),
        library: library.clone().into(),
        ..Config::default()
    };
    let report = super::status(&config, NOW.parse().unwrap());
    assert_eq!(library.exists(), status.is_some(), "nothing is made by looking");
    report
}

fn of(status: &ServiceStatus) -> StatusReport {
    told(Some(&serde_json::to_vec(status).unwrap()))
}

/// Returns the number of a process that has ended.
fn ended() -> u32 {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

#[test]
fn a_running_service_is_told_with_its_work() {
    let report = of(&sample(std::process::id()));
    assert_eq!((report.service, report.exit_code()), (Liveness::Running, 0));
    let zh = report.text(Lang::Zh);
    for said in [
        "正在运行",
        "2026-11-01 08:00:00",
        "正在处理 1 件，排队 1 件，正在接收 1 件",
        "晨光.mp4：制作 50%",
        "2.0 倍速",
        "约 5 分钟",
        "坏.mp4",
        "已制作 41",
    ] {
        assert!(zh.contains(said), "no {said} in:\n{zh}");
    }
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["service"], "running");
    assert_eq!(json["status"]["drops"][0]["stage"], "rendering");
}

#[test]
fn a_service_that_says_nothing_any_more_hangs() {
    let mut status = sample(std::process::id());
    status.updated_at = "2026-11-24T16:08:59+08:00".into();
    let report = of(&status);
    assert_eq!((report.service, report.exit_code()), (Liveness::Hangs, 1));
    assert!(report.text(Lang::En).contains("not responding"));
}

#[test]
fn a_killed_service_and_a_stopped_one_are_told_apart() {
    let mut status = sample(ended());
    let report = of(&status);
    assert_eq!((report.service, report.exit_code()), (Liveness::Died, 1));
    assert!(!report.text(Lang::Zh).contains("排队"), "nothing is done any more");
    status.state = ServiceState::Stopped;
    assert_eq!(of(&status).service, Liveness::Stopped);
}

#[test]
fn the_number_of_another_program_is_not_the_service() {
    assert!(!alive(1), "process 1 is not this program");
}

#[test]
fn a_pause_says_why() {
    let mut status = sample(std::process::id());
    status.state =
        ServiceState::Paused { since: NOW.into(), finding: messages::json(&Finding::error(Code::DiskFull)) };
    let zh = of(&status).text(Lang::Zh);
    assert!(zh.contains("暂停") && zh.contains("磁盘"), "{zh}");
}

#[test]
fn without_a_service_there_is_an_answer_all_the_same() {
    let report = told(None);
    assert_eq!((report.service, report.exit_code()), (Liveness::NeverStarted, 0));
    assert!(report.text(Lang::Zh).contains("没有启动过"));
    let report = told(Some(b"{ half"));
    assert_eq!((report.service, report.exit_code()), (Liveness::Unknown, 1));
    assert!(report.text(Lang::Zh).contains("status.json"));
}
