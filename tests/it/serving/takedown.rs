//! A work is withdrawn, and every screen has removed it at once.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Client, Serving, events, office, run, succeed, unbroken};

/// How long a takedown may take to reach every screen that is connected.
const LONGEST: Duration = Duration::from_secs(2);

/// A screen that does as it is told until it was told of `revoked`; returns when that was.
fn obey(client: &Client, revoked: &str, ready: &mpsc::Sender<()>) -> Instant {
    let mut answer = client.beat(|_| {});
    let mut is_ready = false;
    loop {
        if answer.revoked.iter().any(|sha256| sha256 == revoked) {
            let at = Instant::now();
            client.beat(|beat| (beat.edition, beat.applied) = (answer.edition.clone(), answer.serial));
            return at;
        }
        if !is_ready {
            ready.send(()).unwrap();
            is_ready = true;
        }
        answer = client.beat(|beat| (beat.edition, beat.applied) = (answer.edition.clone(), answer.serial));
    }
}

#[test]
fn fifty_screens_have_removed_a_work_within_two_seconds_and_say_so() {
    let office = office(50);
    let serving = Serving::of(&office);
    let names: Vec<String> = (0..50).map(|number| format!("s{number}")).collect();
    let clients = Client::many(&office, &serving, &names);
    // One that is switched off was heard once.
    let silent = Client::paired(&office, &serving, "canteen");
    let had = silent.beat(|_| {}).edition;
    let edition = silent.edition(&had);
    let item = edition.items.iter().find(|item| item.title == "晨光").unwrap();
    let (ready, is_ready) = mpsc::channel();
    let threads: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let (sha256, ready) = (item.video.sha256.clone(), ready.clone());
            thread::spawn(move || obey(&client, &sha256, &ready))
        })
        .collect();
    (0..50).for_each(|_| is_ready.recv_timeout(Duration::from_secs(20)).unwrap());
    let output = run(&office, &["withdraw", "晨光", "--by", "张老师", "--reason", "有误", "--wait", "3"]);
    let ended = Instant::now();
    assert!(output.status.success(), "{}", unbroken(&output));
    let receipts: Vec<_> =
        events(&output).into_iter().filter(|event| event["event"] == "screen_receipt").collect();
    let state = |screen: &str| {
        let found = receipts.iter().find(|receipt| receipt["screen"] == screen).unwrap();
        (found["state"].as_str().unwrap().to_owned(), found["had_it"].as_bool().unwrap())
    };
    for name in &names {
        assert_eq!(state(name), ("done".to_owned(), true), "{name}");
    }
    assert_eq!(state("canteen"), ("pending".to_owned(), true));
    assert_eq!(receipts.len(), 51, "a screen without a device has no receipt");
    let told: Vec<Instant> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(told.iter().all(|at| *at <= ended));
    let (first, last) = (told.iter().min().unwrap(), told.iter().max().unwrap());
    assert!(last.duration_since(*first) < LONGEST, "{:?}", last.duration_since(*first));
    // The one that comes back is told before it can show anything, and gets the file no more.
    let back = silent.beat(|beat| (beat.boot, beat.edition) = ("later".into(), had));
    assert!(back.revoked.contains(&item.video.sha256), "{back:?}");
    assert_eq!(silent.get(&format!("/screen/v1/file/{}", item.video.sha256)).status, 404);
}

#[test]
fn a_second_server_says_who_holds_the_screens_and_the_first_ends_when_it_is_told() {
    let office = office(0);
    let mut serving = Serving::of(&office);
    let second = run(&office, &["playout", "serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        unbroken(&second).contains(&format!("servedbyprocess{}", serving.pid())),
        "{}",
        unbroken(&second)
    );
    // The library is free for those who make works.
    assert!(succeed(&office, &["verify"]).iter().all(|event| event["event"] != "error"));
    let canteen = Client::paired(&office, &serving, "canteen");
    serving.until("paired");
    canteen.beat(|_| {});
    let held = thread::spawn(move || canteen.beat(|beat| beat.applied = 999));
    thread::yield_now();
    let begun = Instant::now();
    assert_eq!(serving.stop(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5));
    // It ends either way: answered, or too late to be heard.
    let _ = held.join();
    // What the screen said is on record, and nobody serves.
    let output = run(&office, &["screens"]);
    let said = events(&output);
    let canteen = said.iter().find(|event| event["screen"] == "canteen").unwrap();
    assert_eq!(canteen["beat"]["showing"], "card");
    let gate = said.iter().find(|event| event["screen"] == "gate").unwrap();
    assert_eq!(gate["state"], "unpaired");
    assert!(unbroken(&output).contains("notbeingserved"), "{}", unbroken(&output));
}
