//! The rules of planning, each as a property over many schedules, and the tables of cases from other players' faults.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::choose::{POSTER_MAX_MS, POSTER_MIN_MS};
use super::day::{DayPlan, Part, plan_day};
use super::inputs::{Candidate, HOLD_MS, Inputs};
use super::timetable::{Span, Timetable};
use crate::model::config::Config;
use crate::model::playout::{
    Asset, Block, DayException, Hours, ItemKind, Playlist, PlaylistWorks, PlayoutRules, ScreenConfig,
    Validity,
};

const HOUR_MS: i64 = 3_600_000;

pub(super) fn candidate(number: usize, department: &str, ms: u64) -> Candidate {
    Candidate {
        work: format!("{number:08x}"),
        title: format!("作品{number}"),
        department: Some(department.to_owned()),
        season: Some("s1".to_owned()),
        tags: Vec::new(),
        submitted: format!("2026-11-{:02}", number % 28 + 1),
        kind: ItemKind::Video,
        ms,
        file: Asset { sha256: format!("{number:064x}"), bytes: 1 },
        picture: None,
    }
}

fn poster(number: usize) -> Candidate {
    Candidate { kind: ItemKind::Poster, ..candidate(number, "宣传部", 10_000) }
}

fn inputs(config: &Config, works: Vec<Candidate>) -> Inputs {
    let screen = ScreenConfig { id: "canteen".into(), target: "screen".into(), ..ScreenConfig::default() };
    Inputs::of(config, &screen, works)
}

fn hours(days: &str, open: &str, close: &str) -> Hours {
    Hours { days: days.into(), open: open.into(), close: close.into(), ..Hours::default() }
}

fn block(days: &str, from: &str, to: &str, playlist: &str) -> Block {
    Block {
        days: days.into(),
        from: from.into(),
        to: to.into(),
        playlist: playlist.into(),
        ..Block::default()
    }
}

fn playlist(id: &str, works: PlaylistWorks) -> Playlist {
    Playlist { id: id.into(), works, gap_min: 0.0, poster_every: 0, ..Playlist::default() }
}

fn whole_day(inputs: &Inputs, day: Date) -> DayPlan {
    plan_day(&[Part { from: i64::MIN, inputs }], day).unwrap()
}

/// Times of day of spans, in the zone of the rules.
fn clock(inputs: &Inputs, spans: &[Span]) -> Vec<String> {
    let timetable = Timetable::of(inputs).unwrap();
    let local = |at| super::timetable::local(at, timetable.zone()).strftime("%d %H:%M").to_string();
    spans.iter().map(|span| format!("{}–{}", local(span.from), local(span.to))).collect()
}

fn lit(rules: PlayoutRules, day: Date) -> Vec<String> {
    let inputs = inputs(&Config { playout: rules, ..Config::default() }, Vec::new());
    let lit = Timetable::of(&inputs).unwrap().lit(day);
    clock(&inputs, &Vec::from_iter(lit))
}

#[test]
fn hours_follow_dates_weekdays_moved_workdays_and_holidays() {
    let autumn = Hours { to: Some("2026-11-30".into()), ..hours("mon-fri", "08:00", "17:30") };
    let winter = Hours { from: Some("2026-12-01".into()), ..hours("mon-fri", "08:00", "17:00") };
    let exception = |date: &str, like: &str| DayException { date: date.into(), like: like.into() };
    let rules = PlayoutRules {
        hours: vec![autumn, winter],
        days: vec![exception("2026-10-10", "fri"), exception("2026-10-01", "closed")],
        ..PlayoutRules::default()
    };
    for (day, expected) in [
        (date(2026, 11, 30), Some("30 08:00–30 17:30")),
        (date(2026, 12, 1), Some("01 08:00–01 17:00")),
        (date(2026, 11, 29), None),                      // a Sunday
        (date(2026, 10, 10), Some("10 08:00–10 17:30")), // a Saturday that is worked
        (date(2026, 10, 1), None),                       // a holiday
    ] {
        assert_eq!(lit(rules.clone(), day), Vec::from_iter(expected), "{day}");
    }
    assert_eq!(lit(PlayoutRules::default(), date(2026, 11, 29)), ["29 00:00–30 00:00"]);
}

#[test]
fn over_midnight_the_first_day_governs_and_nothing_is_lit_twice() {
    let rules = PlayoutRules { hours: vec![hours("fri", "18:00", "02:00")], ..PlayoutRules::default() };
    assert_eq!(lit(rules.clone(), date(2026, 11, 27)), ["27 18:00–28 02:00"]);
    assert!(lit(rules, date(2026, 11, 28)).is_empty());
    let daily = PlayoutRules {
        hours: vec![hours("sat", "00:00", "12:00"), hours("daily", "18:00", "02:00")],
        ..PlayoutRules::default()
    };
    assert_eq!(lit(daily, date(2026, 11, 28)), ["28 02:00–28 12:00"]);
}

#[test]
fn clocks_that_change_leave_no_time_out_and_count_none_twice() {
    let zone = |name: &str, open: &str, close: &str, day: Date| {
        let rules = PlayoutRules {
            zone: name.into(),
            hours: vec![hours("daily", open, close)],
            ..PlayoutRules::default()
        };
        let inputs = inputs(&Config { playout: rules, ..Config::default() }, Vec::new());
        let lit = Timetable::of(&inputs).unwrap().lit(day);
        lit.map(|span| (span.to - span.from) / 60_000)
    };
    let (spring, autumn) = (date(2026, 3, 29), date(2026, 10, 25));
    assert_eq!(zone("Europe/Berlin", "00:00", "24:00", spring), Some(23 * 60));
    assert_eq!(zone("Europe/Berlin", "00:00", "24:00", autumn), Some(25 * 60));
    assert_eq!(zone("Europe/Berlin", "02:00", "03:00", spring), None);
    assert_eq!(zone("Europe/Berlin", "02:30", "04:00", spring), Some(30));
    assert_eq!(zone("Europe/Berlin", "02:00", "03:00", autumn), Some(120));
    assert_eq!(zone("Asia/Shanghai", "00:00", "24:00", spring), Some(24 * 60));
}

#[test]
fn of_blocks_the_first_counts_its_end_is_exclusive_and_equal_times_are_none() {
    let config = Config {
        playlist: ["a", "b", "c"].map(|id| playlist(id, PlaylistWorks::default())).to_vec(),
        block: vec![
            block("mon-fri", "11:00", "13:00", "a"),
            block("daily", "12:00", "14:00", "b"),
            block("daily", "09:00", "09:00", "c"),
            block("sun", "23:00", "01:00", "c"),
        ],
        ..Config::default()
    };
    let inputs = inputs(&config, Vec::new());
    let segments = Timetable::of(&inputs).unwrap().segments(date(2026, 11, 30));
    let spans: Vec<Span> = segments.iter().map(|segment| segment.span).collect();
    let blocks: Vec<Option<usize>> = segments.iter().map(|segment| segment.block).collect();
    assert_eq!(
        clock(&inputs, &spans),
        [
            "30 00:00–30 01:00",
            "30 01:00–30 11:00",
            "30 11:00–30 13:00",
            "30 13:00–30 14:00",
            "30 14:00–01 00:00"
        ]
    );
    assert_eq!(blocks, [Some(3), None, Some(0), Some(1), None]);
}

#[test]
fn a_playlist_holds_what_all_its_rules_hold() {
    let mut works: Vec<Candidate> =
        (0..6).map(|number| candidate(number, ["甲", "乙"][number % 2], 5_000)).collect();
    works[5].season = None;
    works[1].tags = vec!["航拍".into()];
    let season = crate::model::config::Season {
        id: "s1".into(),
        name: "秋".into(),
        from: "2026-09-01".into(),
        to: "2026-11-30".into(),
    };
    let config = Config { seasons: vec![season], ..Config::default() };
    let inputs = inputs(&config, works);
    let holds = |rules: PlaylistWorks, day| super::playlists::works_of(&playlist("p", rules), &inputs, day);
    let (inside, outside) = (date(2026, 11, 30), date(2026, 12, 1));
    let current = PlaylistWorks { season: Some("current".into()), ..PlaylistWorks::default() };
    assert_eq!(holds(current.clone(), inside), [0, 1, 2, 3, 4]);
    assert!(holds(current.clone(), outside).is_empty());
    assert_eq!(holds(PlaylistWorks { newest: Some(2), ..current }, inside), [3, 4]);
    let of = |rules| holds(rules, outside);
    assert_eq!(of(PlaylistWorks { departments: vec!["乙".into()], ..PlaylistWorks::default() }), [1, 3, 5]);
    assert_eq!(of(PlaylistWorks { tags: vec!["航拍".into()], ..PlaylistWorks::default() }), [1]);
    assert_eq!(of(PlaylistWorks { ids: vec!["00000004".into()], ..PlaylistWorks::default() }), [4]);
}

#[test]
fn shares_of_time_are_kept_whatever_the_lengths() {
    let works = vec![
        candidate(1, "甲", 60_000),
        candidate(2, "乙", 7_000),
        candidate(3, "乙", 31_000),
        candidate(4, "丙", 13_000),
    ];
    let mut list = playlist("p", PlaylistWorks::default());
    list.share = BTreeMap::from([("甲".to_owned(), 2.0)]);
    let config = Config {
        playlist: vec![list],
        playout: PlayoutRules { looped: Some("p".into()), ..PlayoutRules::default() },
        ..Config::default()
    };
    let inputs = inputs(&config, works);
    let plan = whole_day(&inputs, date(2026, 11, 30));
    let time = time_by_department(&inputs, &plan);
    assert!((time["甲"] / 2.0 - time["丙"]).abs() <= 121_000.0, "{time:?}");
    assert!((time["乙"] - time["丙"]).abs() <= 121_000.0, "{time:?}");
}

fn time_by_department(inputs: &Inputs, plan: &DayPlan) -> BTreeMap<String, f64> {
    let mut time = BTreeMap::new();
    for slot in plan.runs.iter().flat_map(|run| &run.slots) {
        let work = &inputs.works[slot.work as usize];
        if work.kind == ItemKind::Video {
            *time.entry(work.department.clone().unwrap()).or_default() += f64::from(slot.ms);
        }
    }
    time
}

#[test]
fn a_new_work_begins_after_the_slot_under_way_and_moves_nothing_before_it() {
    let config = Config {
        playlist: vec![playlist("p", PlaylistWorks::default())],
        playout: PlayoutRules { looped: Some("p".into()), ..PlayoutRules::default() },
        ..Config::default()
    };
    let before = inputs(&config, (0..8).map(|number| candidate(number, "甲", 30_000)).collect());
    let mut works = before.works.clone();
    works.push(candidate(99, "乙", 20_000));
    let after = inputs(&config, works);
    let day = date(2026, 11, 30);
    let noon = Timetable::of(&before).unwrap().begins(day) + 12 * HOUR_MS;
    let parts = [Part { from: i64::MIN, inputs: &before }, Part { from: noon, inputs: &after }];
    let (alone, both) = (whole_day(&before, day), plan_day(&parts, day).unwrap());
    assert_eq!(both, plan_day(&parts, day).unwrap());
    let ends = both.runs[0].to();
    assert!((noon..noon + 31_000).contains(&ends));
    assert_eq!(both.runs[0].slots[..], alone.runs[0].slots[..both.runs[0].slots.len()]);
    assert_eq!(both.runs[1].from, ends);
    let fresh = |slot: &&super::day::PlannedSlot| after.works[slot.work as usize].work == "00000063";
    let shown = both.runs[1].slots.iter().filter(fresh).count();
    let places = both.runs[1].slots.len();
    // Its department has a fair share from then on, and does not catch up with the morning.
    assert!(shown > places / 3 && shown <= places * 2 / 3, "{shown} of {places}");
}

#[test]
fn a_twin_day_differs_but_planning_it_again_does_not() {
    let inputs = inputs(&Config::default(), (0..40).map(|number| candidate(number, "甲", 20_000)).collect());
    let (one, two) = (whole_day(&inputs, date(2026, 11, 30)), whole_day(&inputs, date(2026, 12, 1)));
    assert_eq!(one, whole_day(&inputs, date(2026, 11, 30)));
    assert_ne!(one.runs[0].slots[..20], two.runs[0].slots[..20]);
}

#[test]
fn before_a_block_posters_stretch_and_without_them_a_shorter_work_or_the_card_takes_what_is_left() {
    let config = Config {
        playlist: vec![playlist("p", PlaylistWorks::default())],
        block: vec![block("daily", "11:00", "11:02", "p")],
        playout: PlayoutRules { looped: Some("p".into()), ..PlayoutRules::default() },
        ..Config::default()
    };
    let of_block = |works| {
        let inputs = inputs(&config, works);
        let plan = whole_day(&inputs, date(2026, 11, 30));
        let run = plan.runs.into_iter().find(|run| run.block == Some(0)).unwrap();
        (run.to() - run.from, run.slots.iter().map(|slot| slot.ms).collect::<Vec<_>>())
    };
    assert_eq!(of_block(vec![candidate(1, "甲", 50_000)]), (100_400, vec![50_200, 50_200]));
    assert_eq!(
        of_block(vec![candidate(1, "甲", 50_000), poster(2)]),
        (120_000, vec![50_200, 50_200, 9_800, 9_800])
    );
    // Nothing fits into the last seconds, which are too short for the card as well: the last picture stays.
    let (length, slots) = of_block(vec![candidate(1, "甲", 100_000), candidate(2, "乙", 15_000)]);
    assert_eq!((length, slots.len()), (120_000, 2), "{slots:?}");
}

/// Works, hours and blocks of any kind.
fn schedules() -> impl Strategy<Value = Config> {
    let time = (0u32..=24, 0u32..4).prop_map(|(hour, quarter)| match hour {
        24 => "24:00".to_owned(),
        hour => format!("{hour:02}:{:02}", quarter * 15),
    });
    let days = prop::sample::select(vec!["daily", "mon-fri", "sat,sun", "fri-mon", "wed"]);
    let hours =
        (days.clone(), time.clone(), time.clone()).prop_map(|(days, open, close)| hours(days, &open, &close));
    let block = (days, time.clone(), time, prop::sample::select(vec!["a", "b"]))
        .prop_map(|(days, from, to, playlist)| block(days, &from, &to, playlist));
    let list = |id: &'static str| {
        (0u32..4, 0u32..20, 5u32..=20, any::<bool>()).prop_map(move |(every, gap, seconds, half)| Playlist {
            id: id.into(),
            works: PlaylistWorks {
                departments: if half { vec!["甲".into(), "乙".into()] } else { Vec::new() },
                ..PlaylistWorks::default()
            },
            gap_min: f64::from(gap),
            poster_every: every,
            poster_s: f64::from(seconds),
            ..Playlist::default()
        })
    };
    let zone = prop::sample::select(vec![
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
    ]);
    let (hours, blocks) = (prop::collection::vec(hours, 0..3), prop::collection::vec(block, 0..4));
    (zone, hours, blocks, list("a"), list("b"), any::<bool>()).prop_map(
        |(zone, hours, block, a, b, looped)| Config {
            playout: PlayoutRules {
                zone: zone.into(),
                hours,
                looped: looped.then(|| "b".to_owned()),
                valid: vec![Validity {
                    works: vec!["00000001".into()],
                    from: None,
                    to: Some("2026-10-25".into()),
                }],
                ..PlayoutRules::default()
            },
            playlist: vec![a, b],
            block,
            ..Config::default()
        },
    )
}

fn work_lists() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (0usize..4, 1_000u64..400_000, 0u8..4);
    prop::collection::vec(one, 0..14).prop_map(|works| {
        let numbered = works.into_iter().enumerate();
        numbered
            .map(|(number, (department, ms, kind))| match kind {
                0 => poster(number),
                _ => candidate(number, ["甲", "乙", "丙", "丁"][department], ms),
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_keeps_the_rules(config in schedules(), works in work_lists(), offset in 0i64..8, change in 0i64..86_400) {
        let day = date(2026, 10, 21).saturating_add(jiff::Span::new().days(offset));
        let inputs = inputs(&config, works.clone());
        let less = self::inputs(&config, works.into_iter().skip(1).collect());
        let timetable = Timetable::of(&inputs).unwrap();
        let parts = [
            Part { from: i64::MIN, inputs: &inputs },
            Part { from: timetable.begins(day) + change * 1000, inputs: &less },
        ];
        let plan = plan_day(&parts, day).unwrap();
        prop_assert_eq!(&plan, &plan_day(&parts, day).unwrap());
        let all_lit: i64 = timetable.segments(day).iter().map(|segment| segment.span.to - segment.span.from).sum();
        prop_assert_eq!(all_lit, timetable.lit(day).map_or(0, |span| span.to - span.from));
        let mut before = i64::MIN;
        for run in &plan.runs {
            prop_assert!(run.from >= before && !run.slots.is_empty());
            before = run.to();
            let inputs = parts[run.part].inputs;
            // Exact edges of opening and blocks.
            let segment = timetable.segments(day).into_iter().find(|segment| segment.span.contains(run.from)).unwrap();
            prop_assert!(run.to() <= segment.span.to && segment.block == run.block);
            let mut at = run.from;
            for (index, slot) in run.slots.iter().enumerate() {
                let work = &inputs.works[slot.work as usize];
                let (ms, is_last) = (i64::from(slot.ms), index + 1 == run.slots.len());
                let held = if is_last { POSTER_MIN_MS } else { 0 };
                match work.kind {
                    ItemKind::Video => {
                        let slot_ms = work.slot_ms() as i64;
                        prop_assert!(ms >= slot_ms && ms < slot_ms + held.max(1), "a video is cut or held too long");
                        prop_assert!(work.slot_ms() - work.ms >= HOLD_MS && work.slot_ms() - work.ms < HOLD_MS + 100);
                    }
                    ItemKind::Poster => prop_assert!((POSTER_MIN_MS..POSTER_MAX_MS + held.max(1)).contains(&ms), "{ms}"),
                }
                let valid = timetable.validity(&work.work);
                prop_assert!(valid.from <= at && at + ms - held <= valid.to);
                at += ms;
            }
        }
    }

    #[test]
    fn while_all_have_works_no_department_is_ahead_by_more_than_twice_the_longest(
        lengths in prop::collection::vec((0usize..4, 5_000u64..120_000), 8..30),
        share in 1u32..4,
    ) {
        let works: Vec<Candidate> = lengths
            .iter()
            .enumerate()
            .map(|(number, (department, ms))| candidate(number, ["甲", "乙", "丙", "丁"][*department], *ms))
            .collect();
        let mut list = playlist("p", PlaylistWorks::default());
        list.share = BTreeMap::from([("甲".to_owned(), f64::from(share))]);
        let config = Config {
            playlist: vec![list],
            playout: PlayoutRules { looped: Some("p".into()), hours: vec![hours("daily", "00:00", "12:00")], ..PlayoutRules::default() },
            ..Config::default()
        };
        let inputs = inputs(&config, works);
        let plan = whole_day(&inputs, date(2026, 11, 30));
        let longest = inputs.works.iter().map(Candidate::slot_ms).max().unwrap() as f64;
        let departments = inputs.works.iter().filter_map(|work| work.department.clone()).collect::<std::collections::BTreeSet<_>>();
        let mut time: BTreeMap<String, f64> = departments.iter().map(|name| (name.clone(), 0.0)).collect();
        let slots: Vec<_> = plan.runs.iter().flat_map(|run| &run.slots).collect();
        // The last ones are chosen to fit.
        for slot in &slots[..slots.len().saturating_sub(3)] {
            let department = inputs.works[slot.work as usize].department.clone().unwrap();
            let by_share = if department == "甲" { f64::from(share) } else { 1.0 };
            *time.get_mut(&department).unwrap() += f64::from(slot.ms) / by_share;
            let (least, most) = time.values().fold((f64::MAX, 0.0_f64), |(least, most), time| (least.min(*time), most.max(*time)));
            prop_assert!(most - least <= 2.0 * longest, "{time:?} with at most {longest}");
        }
    }

    #[test]
    fn with_enough_works_none_comes_back_within_its_gap(count in 12usize..30, departments in 1usize..5) {
        let works = (0..count).map(|number| candidate(number, ["甲", "乙", "丙", "丁", "戊"][number % departments], 60_000));
        let mut list = playlist("p", PlaylistWorks::default());
        list.gap_min = 10.0;
        let config = Config {
            playlist: vec![list],
            playout: PlayoutRules { looped: Some("p".into()), ..PlayoutRules::default() },
            ..Config::default()
        };
        let inputs = inputs(&config, works.collect());
        let plan = whole_day(&inputs, date(2026, 11, 30));
        let mut ended = BTreeMap::new();
        let mut at = plan.runs[0].from;
        prop_assert!(plan.runs.len() == 1 && plan.runs[0].slots.len() > 1_400);
        for slot in &plan.runs[0].slots {
            if let Some(end) = ended.insert(slot.work, at + i64::from(slot.ms)) {
                prop_assert!(at - end >= 600_000, "again after {} s", (at - end) / 1000);
            }
            at += i64::from(slot.ms);
        }
    }
}
