//! Plays on a bad line: each counted once, none lost, and what cannot be is kept aside.

use jincai::library::catalog::Catalog;
use jincai::model::playout::PlaysAnswer;
use serde_json::{Value, json};

use super::client::{Client, Serving, events, office, run, succeed};

const ALL: u64 = 2_000;
const BATCH: u64 = 100;

fn play(seq: u64, sha256: &str, now: i64) -> Value {
    let at = now - i64::try_from((ALL - seq) * 10_000).unwrap() - 60_000;
    json!({ "seq": seq, "edition": "", "slot_at": at, "sha256": sha256, "started_at": at, "shown_ms": 9_000,
            "wanted_ms": 9_000, "frames": 270, "outcome": "whole", "clock": "known" })
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn two_thousand_plays_through_a_line_that_drops_repeats_and_turns_around_are_counted_once_each() {
    let office = office(0);
    let serving = Serving::of(&office);
    let canteen = Client::paired(&office, &serving, "canteen");
    let first = canteen.beat(|_| {});
    let sha256 = canteen.edition(&first.edition).items[0].video.sha256.clone();
    let batch = |from: u64| {
        let plays: Vec<Value> =
            (from..(from + BATCH).min(ALL + 1)).map(|seq| play(seq, &sha256, first.now)).collect();
        json!({ "boot": "boot", "plays": plays })
    };
    let send = |batch: &Value| -> PlaysAnswer { canteen.post("/screen/v1/plays", batch).json() };
    let (mut dice, mut upto, mut late, mut rounds) = (Dice(7), 0, Vec::new(), 0);
    while upto < ALL {
        rounds += 1;
        assert!(rounds < 1_000);
        let next = batch(upto + 1);
        match dice.roll(6) {
            // Lost on its way there.
            0 => continue,
            // Lost on its way back: the screen does not know that it arrived.
            1 => drop(send(&next)),
            2 => late.push(next),
            3 => {
                send(&next);
                upto = upto.max(send(&next).upto);
            }
            // The next batch overtakes this one.
            4 => {
                assert_eq!(
                    send(&batch(upto + 1 + BATCH)).upto.min(ALL),
                    send(&json!({ "boot": "boot", "plays": [] })).upto
                );
            }
            _ => {
                if let Some(old) = late.pop() {
                    send(&old);
                }
                upto = upto.max(send(&next).upto);
            }
        }
    }
    let catalog = Catalog::open_read_only(&Catalog::path_in(&office.library())).unwrap();
    let kept: Vec<bool> =
        (1..=ALL).map(|seq| catalog.play("canteen", "boot", seq).unwrap().is_some()).collect();
    assert!(kept.iter().all(|kept| *kept));
    assert!(catalog.play("canteen", "boot", ALL + 1).unwrap().is_none());
    let xlsx = office.folder().join("台账.xlsx");
    let arguments =
        ["playout", "ledger", "--from", "2026-01-01", "--to", "2099-12-31", "--xlsx", xlsx.to_str().unwrap()];
    let said = succeed(&office, &arguments);
    let lines: Vec<&Value> =
        said.iter().filter(|event| event["sha256"] == sha256.as_str() && event["plays"] != 0).collect();
    let sum = |key: &str| lines.iter().map(|line| line[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("plays"), sum("whole"), sum("shown_ms")), (ALL, ALL, ALL * 9_000));
    assert_eq!((lines[0]["screen_name"].as_str(), lines[0]["signed"].as_str()), (Some("食堂"), Some("甲")));
    assert!(xlsx.metadata().unwrap().len() > 5_000);
}

#[test]
fn a_play_that_cannot_be_is_kept_aside_and_holds_nothing_up() {
    let office = office(0);
    let serving = Serving::of(&office);
    let canteen = Client::paired(&office, &serving, "canteen");
    let first = canteen.beat(|_| {});
    let sha256 = "a".repeat(64);
    let at = |seq: u64, change: &dyn Fn(&mut Value)| {
        let mut play = play(seq, &sha256, first.now);
        change(&mut play);
        play
    };
    let plays = [
        at(1, &|_| {}),
        at(2, &|play| play["outcome"] = json!("glorious")),
        at(3, &|play| play["started_at"] = json!(first.now + 3_600_000)),
        at(4, &|play| play["shown_ms"] = json!(20_000)),
        at(5, &|_| {}),
        at(6, &|play| play["sha256"] = json!("<script>")),
        at(7, &|_| {}),
    ];
    let answer: PlaysAnswer =
        canteen.post("/screen/v1/plays", &json!({ "boot": "b", "plays": plays })).json();
    assert_eq!(answer.upto, 7);
    let refused: Vec<(u64, &str)> = answer.refused.iter().map(|it| (it.seq, it.reason.as_str())).collect();
    assert_eq!(refused, [(2, "form"), (3, "time"), (5, "overlap"), (6, "form")]);
    for bad in
        [json!({}), json!({ "boot": "", "plays": [] }), json!({ "boot": "b", "plays": [{}] }), json!([])]
    {
        assert_eq!(canteen.post("/screen/v1/plays", &bad).status, 400, "{bad}");
    }
    // What a page of another origin may do: nothing with a screen's token.
    let preflight = canteen.with_token("").ask("OPTIONS", "/screen/v1/plays", &[("origin", "null")], None);
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    let crossed = canteen.ask(
        "POST",
        "/screen/v1/plays",
        &[("origin", "null")],
        Some(&json!({ "boot": "b", "plays": [] })),
    );
    assert_eq!((crossed.status, crossed.header("access-control-allow-origin")), (200, ""));
    let verified = run(&office, &["playout", "ledger", "--verify"]);
    assert_eq!(events(&verified)[0]["sound"], true);
}
