//! Days are folded again to the same rows, and what is changed afterwards is found.

use std::path::Path;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::library::catalog::{Batch, Catalog, TakenPlays};
use crate::model::playout::{Outcome, Play, PlayRow, ScreenConfig};
use crate::present::messages::ledger::LedgerFault;

const TODAY: Date = date(2026, 11, 30);

fn midnight(day: Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap()
}

fn play(seq: u64, day: Date, minute: i64) -> PlayRow {
    let play = Play {
        seq,
        edition: String::new(),
        slot_at: 0,
        sha256: format!("{:064x}", seq % 3),
        started_at: midnight(day).as_millisecond() + minute * 60_000,
        shown_ms: 30_000,
        wanted_ms: 30_000,
        frames: 900,
        gap_ms: 0,
        outcome: Outcome::Whole,
        clock: "known".into(),
    };
    let received = midnight(day).as_millisecond();
    PlayRow { screen: "canteen".into(), boot: "b".into(), play, received, date: day.to_string() }
}

fn take(catalog: &Catalog, boot: &str, rows: Vec<PlayRow>, received: i64) -> u64 {
    let today = TODAY.to_string();
    let batch = Batch { screen: "canteen", boot, received, today: &today };
    let boot = boot.to_owned();
    let kept = rows.into_iter().map(|row| PlayRow { boot: boot.clone(), received, ..row }).collect();
    catalog.take_plays(batch, &TakenPlays { kept, refused: Vec::new() }).unwrap()
}

fn planned_of(_: Date) -> Planned {
    Planned::from([(("canteen".into(), format!("{:064x}", 1)), 4)])
}

fn ledger(catalog: &Catalog) -> Ledger<'_> {
    Ledger { catalog, today: TODAY, offline_days: 7, planned: &planned_of }
}

/// Twenty days with ten plays each.
fn twenty_days(path: &Path) -> Catalog {
    let catalog = Catalog::open(path).unwrap();
    let first = TODAY.saturating_sub(20.days());
    let rows = first.series(1.day()).take(20).enumerate().flat_map(|(day, date)| {
        (0..10).map(move |it| play(day as u64 * 10 + it + 1, date, i64::try_from(it).unwrap()))
    });
    assert_eq!(take(&catalog, "b", rows.collect(), midnight(TODAY).as_millisecond()), 200);
    catalog
}

#[test]
fn a_day_is_closed_once_nothing_can_come_and_what_is_changed_after_that_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.sqlite3");
    let catalog = twenty_days(&path);
    let now = midnight(TODAY);
    assert_eq!(bring_up_to_date(&ledger(&catalog), now).unwrap(), 12);
    assert_eq!(bring_up_to_date(&ledger(&catalog), now).unwrap(), 0);
    assert_eq!(verify(&catalog, TODAY).unwrap(), Verified { days: 12, broken: None });
    let changes = [
        ("update play_days set plays = plays + 1 where date = '2026-11-14'", "2026-11-14", LedgerFault::Rows),
        (
            "update plays set shown_ms = 1 where date = '2026-11-13' and seq = 31",
            "2026-11-13",
            LedgerFault::Plays,
        ),
        (
            "update ledger_days set said = replace(said, '\"plays\":3', '\"plays\":9') where date = '2026-11-12'",
            "2026-11-12",
            LedgerFault::Hash,
        ),
        ("delete from ledger_days where date = '2026-11-11'", "2026-11-12", LedgerFault::Hash),
    ];
    for (change, day, what) in changes {
        Connection::open(&path).unwrap().execute(change, []).unwrap();
        let found = verify(&catalog, TODAY).unwrap().broken.unwrap();
        assert_eq!((found.date.as_str(), found.what), (day, what), "{change}");
    }
}

#[test]
fn late_plays_are_counted_until_their_day_is_closed_and_then_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = twenty_days(&folder.path().join("c.sqlite3"));
    let now = midnight(TODAY);
    bring_up_to_date(&ledger(&catalog), now).unwrap();
    let of = |day: Date| -> u32 {
        rows_of(&ledger(&catalog), day, day).unwrap().iter().map(|row| row.plays).sum()
    };
    let (open, closed) = (TODAY.saturating_sub(5.days()), TODAY.saturating_sub(15.days()));
    assert_eq!((of(open), of(closed)), (10, 10));
    let late = vec![play(1, open, 600), play(2, closed, 600)];
    // Both are acknowledged: a screen need not keep what nobody will take.
    assert_eq!(take(&catalog, "other", late, now.as_millisecond()), 2);
    assert_eq!((of(open), of(closed)), (11, 10));
    assert_eq!(catalog.refused_plays().unwrap(), [("late".to_owned(), 1)]);
    bring_up_to_date(&ledger(&catalog), now).unwrap();
    assert_eq!(of(open), 11);
    assert_eq!(verify(&catalog, TODAY).unwrap().broken, None);
}

#[test]
fn a_number_that_is_missing_is_told_as_lost_and_the_real_play_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(&folder.path().join("c.sqlite3")).unwrap();
    let day = TODAY.saturating_sub(1.day());
    let (begun, today) = (midnight(TODAY).as_millisecond(), TODAY.to_string());
    let rows = |seqs: &[u64]| seqs.iter().map(|seq| play(*seq, day, i64::try_from(*seq).unwrap())).collect();
    assert_eq!(take(&catalog, "b", rows(&[1, 2, 5, 6]), begun), 2);
    assert_eq!(catalog.note_lost_plays(begun + 60_000, &today).unwrap(), 0);
    // Sent again, long after they were received: those before them will not come.
    let late = rows(&[5, 6]);
    let received = begun + 11 * 60_000;
    assert_eq!(take(&catalog, "b", late, received), 6);
    let unknown = |catalog: &Catalog| {
        let rows = rows_of(&ledger(catalog), day, day).unwrap();
        rows.iter().filter(|row| row.sha256.is_empty()).map(|row| row.plays).sum::<u32>()
    };
    assert_eq!(unknown(&catalog), 2);
    assert_eq!(take(&catalog, "b", rows(&[3]), received), 6);
    assert_eq!(unknown(&catalog), 1);
    // A later boot has sent plays: what is missing of the one before is lost.
    take(&catalog, "c", rows(&[2]), received);
    take(&catalog, "d", rows(&[1]), received + 60_000);
    assert_eq!(catalog.note_lost_plays(received + 11 * 60_000, &today).unwrap(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn batches_that_are_dropped_repeated_and_turned_around_count_each_play_once(
        seed in proptest::collection::vec((0..10_usize, 0..4_u8), 30..60),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&folder.path().join("c.sqlite3")).unwrap();
        let day = TODAY.saturating_sub(1.day());
        let all: Vec<PlayRow> = (1..=200).map(|seq| play(seq, day, i64::try_from(seq).unwrap())).collect();
        let begun = midnight(TODAY).as_millisecond();
        let batch = |at: usize| all[at * 20..(at + 1) * 20].to_vec();
        let (mut upto, mut late) = (0, Vec::new());
        for (at, fate) in seed {
            match fate {
                // Arrives, and is answered.
                0 => upto = upto.max(take(&catalog, "b", batch(at), begun)),
                // Arrives twice, and no answer comes back.
                1 => { take(&catalog, "b", batch(at), begun); take(&catalog, "b", batch(at), begun); }
                // Is late, or never arrives.
                2 => late.push(at),
                _ => {}
            }
            let kept: u64 = (1..=200).take_while(|seq| catalog.play("canteen", "b", *seq).unwrap().is_some()).count() as u64;
            prop_assert!(upto <= kept, "acknowledged {upto}, kept {kept}");
        }
        for at in late.into_iter().rev() {
            take(&catalog, "b", batch(at), begun);
        }
        // The screen sends what was not acknowledged until it is.
        let rest: Vec<PlayRow> = all.iter().filter(|row| row.play.seq > upto).cloned().collect();
        for part in rest.chunks(20) {
            take(&catalog, "b", part.to_vec(), begun);
        }
        let rows = rows_of(&ledger(&catalog), day, day).unwrap();
        let counted: u32 = rows.iter().map(|row| row.plays).sum();
        prop_assert_eq!(counted, 200);
    }
}

#[test]
fn what_was_played_from_the_edition_of_another_screen_is_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".jincai")).unwrap();
    let catalog = Catalog::open(&folder.path().join("c.sqlite3")).unwrap();
    let edition = |screen: &str| {
        let key = crate::playout::keys::EditionKey::of(folder.path()).unwrap();
        let sealed = key.seal(format!("{{\"screen\":\"{screen}\"}}"));
        catalog.put_edition(screen, (0, 1), &sealed, &[]).unwrap();
        sealed.id()
    };
    let (own, other) = (edition("canteen"), edition("hall"));
    let day = TODAY.saturating_sub(1.day());
    let sent = [own, other, String::new()].into_iter().zip(1..);
    let sent = sent.map(|(edition, seq)| Ok(Play { edition, ..play(seq, day, seq as i64).play })).collect();
    let delivery = Delivery { screen: "canteen", boot: "b", received: midnight(TODAY), zone: &TimeZone::UTC };
    let answer = take::take(&catalog, delivery, sent).unwrap();
    let refused: Vec<(u64, &str)> = answer.refused.iter().map(|one| (one.seq, one.reason.as_str())).collect();
    assert_eq!((answer.upto, refused), (3, vec![(2, "screen")]), "the page need not send it again");
    let rows = rows_of(&ledger(&catalog), day, day).unwrap();
    assert_eq!(rows.iter().map(|row| row.plays).sum::<u32>(), 2);
}

#[test]
fn a_workbook_reads_back_and_nothing_in_it_is_a_formula() {
    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
    let screens =
        [ScreenConfig { id: "canteen".into(), name: "=HYPERLINK(\"x\")".into(), ..ScreenConfig::default() }];
    let folder = tempfile::tempdir().unwrap();
    let catalog = twenty_days(&folder.path().join("c.sqlite3"));
    let day = TODAY.saturating_sub(1.day());
    let rows = rows_of(&ledger(&catalog), day, day).unwrap();
    let lines = lines(&catalog, (&screens, &TimeZone::UTC), &rows).unwrap();
    assert_eq!(lines.len(), 3);
    let name = day.to_string();
    let page =
        TablePage {
            college: "示范学院", from: &name, to: &name, made_at: "2026-11-30 08:00", lines: &lines
        };
    let bytes = workbook(&page).unwrap();
    let mut read: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let sheet = read.worksheet_range_at(0).unwrap().unwrap();
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(2, 12), Data::String("文件校验和".into()));
    assert_eq!(cell(3, 1), Data::String("=HYPERLINK(\"x\")".into()));
    assert_eq!(cell(6, 7), Data::Float(10.0), "the sum of plays");
    assert_eq!(cell(6, 10), Data::Float(4.0), "the sum of what was planned");
    assert!(read.worksheet_formula(&read.sheet_names()[0].clone()).unwrap().is_empty());
    let text = String::from_utf8(csv(&page).unwrap()).unwrap();
    assert!(text.lines().nth(1).unwrap().contains("'=HYPERLINK"), "{text}");
    assert!(text.lines().nth(1).unwrap().contains(",0:01:30,") || text.contains(",0:02:00,"), "{text}");
}
