//! Orders reach the screens: dark, light, notices; and what screens tell of themselves reaches the office.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, Serving, office, run, succeed, unbroken};

#[test]
fn dark_light_and_notices_reach_a_screen_at_once() {
    let office = office(0);
    let serving = Serving::of(&office);
    let canteen = Client::paired(&office, &serving, "canteen");
    let mut last = canteen.beat(|_| {});
    let mut next = |expected: &dyn Fn(&jincai::model::playout::BeatAnswer) -> bool| {
        let begun = Instant::now();
        while !expected(&last) {
            assert!(begun.elapsed() < Duration::from_secs(4), "{last:?}");
            last = canteen.beat(|beat| (beat.edition, beat.applied) = (last.edition.clone(), last.serial));
        }
        last.clone()
    };
    succeed(&office, &["playout", "dark", "食堂", "--by", "王芳", "--no-wait"]);
    assert!(next(&|answer| answer.dark).serial > 0);
    succeed(&office, &["playout", "light", "--all", "--by", "王芳", "--no-wait"]);
    next(&|answer| !answer.dark);
    let words = ["notice", "今天下午停水", "--title", "通知", "--minutes", "5", "--by", "王芳", "--no-wait"];
    let id = succeed(&office, &words).iter().find(|event| event["event"] == "notice").unwrap()["id"].clone();
    let shown = next(&|answer| !answer.notices.is_empty()).notices.remove(0);
    assert_eq!(
        (shown.text.as_str(), shown.title.as_str(), json!(shown.id)),
        ("今天下午停水", "通知", id.clone())
    );
    assert_eq!(shown.to - shown.from, 300_000);
    succeed(&office, &["notice", "x", "--screens", "gate", "--by", "王芳", "--no-wait"]);
    assert_eq!(next(&|answer| answer.serial > shown.id).notices.len(), 1);
    // Two minutes of waiting are spared: nobody carries it out while the test does nothing.
    let screen = canteen.clone();
    let obeys = std::thread::spawn(move || {
        let mut answer = screen.beat(|beat| beat.boot = "b".into());
        while !answer.notices.is_empty() {
            answer = screen.beat(|beat| (beat.boot, beat.applied) = ("b".into(), answer.serial));
        }
        screen.beat(|beat| (beat.boot, beat.applied) = ("b".into(), answer.serial));
    });
    let ended = succeed(&office, &["notice", "end", &id.to_string(), "--by", "王芳"]);
    obeys.join().unwrap();
    assert!(ended.iter().any(|event| event["event"] == "carried" && event["state"] == "done"), "{ended:?}");
    for wrong in [
        vec!["notice", "--by", "王芳"],
        vec!["notice", "x"],
        vec!["notice", "x", "--minutes", "121", "--by", "王芳"],
        vec!["notice", "--poster", "晨光", "--by", "王芳"],
        vec!["notice", "end", "9999", "--by", "王芳"],
        vec!["playout", "dark", "--by", "王芳"],
    ] {
        assert_eq!(run(&office, &wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_is_wrong_with_a_screen_is_told_once_and_listed() {
    let office = office(0);
    let mut serving = Serving::of(&office);
    let canteen = Client::paired(&office, &serving, "canteen");
    let first = canteen.beat(|beat| beat.viewport = [1920, 937]);
    assert_eq!(serving.until("screen")["trouble"], "canvas");
    let edition = canteen.edition(&first.edition);
    let sha256 = edition.items[0].video.sha256.clone();
    let fault = jincai::model::playout::Fault {
        at: 1,
        kind: jincai::model::playout::FaultKind::Broken,
        sha256: sha256.clone(),
        detail: "PIPELINE_ERROR_DECODE".into(),
    };
    let frozen = |beat: &mut jincai::model::playout::Beat| {
        (beat.boot, beat.viewport) = (format!("{}b", beat.boot), [1920, 1080]);
        (beat.frames, beat.moving_ms, beat.showing) = (0, 12_000, sha256.clone());
        beat.faults = vec![fault.clone()];
    };
    canteen.beat(frozen);
    let (mut well, mut troubles) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let event = serving.until("screen");
        let list = if event["well"] == true { &mut well } else { &mut troubles };
        list.push(event["trouble"].as_str().unwrap().to_owned());
    }
    assert_eq!((well, troubles), (vec!["canvas".to_owned()], vec!["frozen".to_owned(), "faulty".to_owned()]));
    // It is written down at once, since it is a fault.
    let begun = Instant::now();
    loop {
        let said = super::client::events(&run(&office, &["screens"]));
        let fault = said.iter().find(|event| event["event"] == "screen_fault");
        if let Some(fault) = fault {
            assert_eq!(
                (fault["sha256"].as_str(), fault["kind"].as_str()),
                (Some(sha256.as_str()), Some("broken"))
            );
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{said:?}");
    }
    let output = office.command(&["screens"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("canteen 食堂") && text.contains("cannot be shown"), "{text}{}", unbroken(&output));
}
