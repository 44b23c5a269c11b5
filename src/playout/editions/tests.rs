//! When a new edition is made, and when the last one goes on.

use jiff::Timestamp;

use super::*;
use crate::model::playout::{Hours, ScreenConfig};

struct Desk {
    folder: tempfile::TempDir,
    catalog: Catalog,
    config: Config,
    key: EditionKey,
    held: HeldFiles,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".jincai")).unwrap();
        let screen = |id: &str, twin_of: Option<&str>| ScreenConfig {
            id: id.into(),
            name: id.into(),
            target: "screen".into(),
            twin_of: twin_of.map(str::to_owned),
            ..ScreenConfig::default()
        };
        let config = Config { screen: vec![screen("a", None), screen("b", Some("a"))], ..Config::default() };
        let key = EditionKey::of(folder.path()).unwrap();
        Self { catalog: Catalog::open_in_memory().unwrap(), config, key, held: HeldFiles::default(), folder }
    }

    /// Returns which screens got a new edition.
    fn refresh(&mut self, now: &str, orders: &Orders) -> Vec<bool> {
        let mut maker = Maker {
            catalog: &mut self.catalog,
            library: self.folder.path(),
            config: &self.config,
            presets: &[],
            key: &self.key,
            held: &self.held,
            now: now.parse::<Timestamp>().unwrap(),
        };
        let done = refresh(&mut maker, &|_, _| Ok(orders.clone())).unwrap();
        done.screens.iter().map(|screen| screen.is_new).collect()
    }

    fn newest(&self, screen: &str) -> Edition {
        self.catalog.editions_of(screen, 1).unwrap()[0].sealed.edition().unwrap()
    }
}

#[test]
fn an_edition_is_made_when_something_changes_and_once_a_day() {
    let mut desk = Desk::new();
    let (none, dark) = (Orders::default(), Orders { dark: true, serial: 1, ..Orders::default() });
    assert_eq!(desk.refresh("2026-11-30T04:00:00Z", &none), [true, true]);
    assert_eq!(desk.refresh("2026-11-30T05:00:00Z", &none), [false, false]);
    assert_eq!(desk.refresh("2026-11-30T05:00:01Z", &dark), [true, true]);
    assert!(desk.newest("a").dark && desk.newest("b").dark);
    desk.config.playout.hours =
        vec![Hours { days: "daily".into(), open: "08:00".into(), close: "17:30".into(), ..Hours::default() }];
    assert_eq!(desk.refresh("2026-11-30T05:10:00Z", &dark), [true, true]);
    assert_eq!(desk.refresh("2026-11-30T12:00:00Z", &dark), [false, false]);
    // Three in the morning in Shanghai is seven in the evening of the day before in UTC.
    assert_eq!(desk.refresh("2026-11-30T19:00:01Z", &dark), [true, true]);
    assert_eq!(desk.refresh("2026-11-30T20:00:00Z", &dark), [false, false]);
}

#[test]
fn an_edition_covers_the_coming_days_and_ends_while_somebody_can_still_mend_the_server() {
    let mut desk = Desk::new();
    desk.refresh("2026-11-30T04:00:00Z", &Orders::default());
    let edition = desk.newest("b");
    let day = 24 * 3_600_000;
    assert_eq!((edition.screen.as_str(), edition.lit.len()), ("b", DAYS));
    assert_eq!(edition.good_until - edition.made_at, 7 * day);
    assert!(edition.lit[DAYS - 1][1] - edition.made_at > 7 * day, "lit around the clock for eight dates");
}

#[test]
fn what_past_days_were_planned_from_is_forgotten_after_they_are_in_the_ledger() {
    let mut desk = Desk::new();
    desk.refresh("2026-11-01T04:00:00Z", &Orders::default());
    assert_eq!(desk.catalog.programme_parts("a", "2026-11-02").unwrap().len(), 1);
    desk.refresh("2026-11-15T04:00:00Z", &Orders::default());
    assert_eq!(desk.catalog.programme_parts("a", "2026-11-02").unwrap().len(), 1);
    desk.refresh("2026-11-26T04:00:00Z", &Orders::default());
    assert!(desk.catalog.programme_parts("a", "2026-11-02").unwrap().is_empty());
    assert_eq!(desk.catalog.editions_of("a", 10).unwrap().len(), 2);
}

#[test]
fn files_of_editions_are_held_until_the_last_edition_that_has_them_ends() {
    let mut desk = Desk::new();
    let item = |letter: &str| Item {
        video: crate::model::playout::Asset { sha256: letter.repeat(64), bytes: 1 },
        kind: ItemKind::Video,
        ms: 1_000,
        picture: None,
        work: letter.into(),
        title: letter.into(),
        department: None,
        not_before: None,
        not_after: None,
    };
    desk.refresh("2026-11-30T04:00:00Z", &Orders::default());
    let empty = desk.newest("a");
    let put = |catalog: &Catalog, (letter, revoked): (&str, &str), made_at: i64, good_until: i64| {
        let revoked = if revoked.is_empty() { Vec::new() } else { vec![revoked.repeat(64)] };
        let edition = Edition { items: vec![item(letter)], revoked, made_at, good_until, ..empty.clone() };
        let sealed = desk.key.seal(serde_json::to_string(&edition).unwrap());
        catalog.put_edition("c", (made_at, good_until), &sealed, &[]).unwrap();
    };
    let held = |held: &HeldFiles, now: i64| -> String {
        held.of(&desk.catalog, "c", now).unwrap().iter().map(|sha256| &sha256[..1]).collect()
    };
    let (known, later) = (&desk.held, HeldFiles::default());
    assert_eq!(held(known, 0), "");
    put(&desk.catalog, ("a", ""), 1, 100);
    assert_eq!(held(known, 10), "a");
    put(&desk.catalog, ("b", "a"), 2, 200);
    put(&desk.catalog, ("c", ""), 3, 300);
    for (now, expected) in [(10, "abc"), (150, "abc"), (250, "c"), (300, "")] {
        assert_eq!(held(known, now), expected, "at {now}");
    }
    // One that begins to look later comes to the same.
    assert_eq!(held(&later, 150), "abc");
    assert_eq!(held(&HeldFiles::default(), 250), "c");
}
