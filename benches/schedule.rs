//! How long planning takes: every date of a year for many screens of a large college, on one core.
//!
//! `cargo bench --bench schedule -- [SCREENS] [WORKS] [DAYS]`: by default 100 screens, 500 works and 365 days.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and may stop at the first surprise"
)]

use std::time::Instant;

use jiff::civil::date;
use jincai::model::config::Config;
use jincai::model::playout::{Asset, Block, Hours, ItemKind, Playlist, ScreenConfig};
use jincai::playout::schedule::day::{Part, plan_day};
use jincai::playout::schedule::inputs::{Candidate, Inputs};

fn main() {
    let number = |at: usize, usual: usize| {
        let given = std::env::args().filter(|it| !it.starts_with("--")).nth(at);
        given.and_then(|it| it.parse().ok()).unwrap_or(usual)
    };
    let (screens, works, days) = (number(1, 100), number(2, 500), number(3, 365));
    let config = config();
    let begun = Instant::now();
    let (mut slots, mut lit_ms) = (0_usize, 0_i64);
    for screen in 0..screens {
        let screen =
            ScreenConfig { id: format!("s{screen}"), target: "screen".into(), ..ScreenConfig::default() };
        let inputs = Inputs::of(&config, &screen, (0..works).map(candidate).collect());
        let mut day = date(2026, 1, 1);
        for _ in 0..days {
            let plan = plan_day(&[Part { from: i64::MIN, inputs: &inputs }], day).unwrap();
            slots += plan.runs.iter().map(|run| run.slots.len()).sum::<usize>();
            lit_ms += plan.lit.iter().map(|span| span.to - span.from).sum::<i64>();
            day = day.tomorrow().unwrap();
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{screens} screens, {works} works, {days} days: {slots} slots over {} lit hours planned in {seconds:.1} s, {:.0} slots/s",
        lit_ms / 3_600_000,
        slots as f64 / seconds
    );
}

/// Twelve lit hours, two blocks, a gap of ten minutes and a poster after every fourth work.
fn config() -> Config {
    let mut config = Config::default();
    config.playout.hours =
        vec![Hours { days: "daily".into(), open: "07:00".into(), close: "19:00".into(), ..Hours::default() }];
    config.playout.looped = Some("all".into());
    let playlist = |id: &str| Playlist { id: id.into(), poster_every: 4, ..Playlist::default() };
    config.playlist = vec![playlist("all"), playlist("noon")];
    let block = |from: &str, to: &str| Block {
        days: "mon-fri".into(),
        from: from.into(),
        to: to.into(),
        playlist: "noon".into(),
        ..Block::default()
    };
    config.block = vec![block("11:30", "13:00"), block("17:00", "18:30")];
    config
}

/// Works of 15 to 60 seconds from twelve departments; every tenth is a poster.
fn candidate(number: usize) -> Candidate {
    Candidate {
        work: format!("{number:08x}"),
        title: format!("work {number}"),
        department: Some(format!("department {}", number % 12)),
        season: None,
        tags: Vec::new(),
        submitted: format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1),
        kind: if number % 10 == 9 { ItemKind::Poster } else { ItemKind::Video },
        ms: 15_000 + (number as u64 * 7_919) % 45_000,
        file: Asset { sha256: format!("{number:064x}"), bytes: 1 },
        picture: None,
    }
}
