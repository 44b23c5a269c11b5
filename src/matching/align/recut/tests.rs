//! Works drawn as functions of time and place, and windows of them.

use super::*;
use crate::matching::align::ranking::{asked, listed};
use crate::model::fingerprint::{
    BANDS, CELLS, DETAIL_CELLS, DETAIL_GRID, DETAIL_WINDOWS, Detail, FINE, FINGERPRINT_VERSION, FilmPart,
    Fingerprint, PART, WHOLE_CELLS, band,
};

const WINDOW_MS: u32 = 250;
const WINDOWS: usize = 40;
const SHARE: f32 = 0.316;

fn parts(windows: &[[f32; CELLS]]) -> Vec<FilmPart> {
    let step = FINE as u16;
    let count = |luma: &f32| luma.round() as i16;
    let part = |part: &[[f32; CELLS]]| {
        let windows = part.iter().map(|window| std::array::from_fn(|cell| count(&window[cell]))).collect();
        FilmPart { step, windows }
    };
    windows.chunks(PART).map(part).collect()
}

/// Returns ten seconds of `seen`, a function of seconds and a place in the picture (0 to 1).
fn drawn(aspect: f32, seen: impl Fn(f32, f32, f32) -> f32) -> Film {
    let quarters = |at: usize| -> [f32; DETAIL_CELLS] {
        let seconds = (at as f32 + 0.5) * WINDOW_MS as f32 / 1000.0;
        let side = DETAIL_GRID as f32;
        std::array::from_fn(|cell| {
            let points = (0..9).map(|point| {
                let (x, y) = ((point % 3) as f32 + 0.5, (point / 3) as f32 + 0.5);
                let (column, row) = ((cell % DETAIL_GRID) as f32, (cell / DETAIL_GRID) as f32);
                seen(seconds, (column + x / 3.0) / side, (row + y / 3.0) / side)
            });
            points.sum::<f32>() / 9.0
        })
    };
    let all: Vec<[f32; DETAIL_CELLS]> = (0..WINDOWS).map(quarters).collect();
    let windows: Vec<[f32; CELLS]> = all.iter().map(|film| band(film, WHOLE_CELLS)).collect();
    let bands = BANDS.map(|signs| {
        let pairs = all.chunks(DETAIL_WINDOWS).map(|pair| {
            let (one, other) = (band(&pair[0], signs), band(&pair[1], signs));
            std::array::from_fn(|cell| (one[cell] + other[cell]) / 2.0)
        });
        parts(&pairs.collect::<Vec<_>>())
    });
    let aspect = (aspect * f32::from(SQUARE)) as u16;
    Film { window_ms: WINDOW_MS, aspect, parts: parts(&windows), detail: Some(Detail { bands }) }
}

/// Returns a room whose furniture is drawn by `room` and in which things move in a way of their own for each `take`.
fn scene(room: f32, take: f32) -> impl Fn(f32, f32, f32) -> f32 {
    move |at, x, y| {
        let still = 40.0 * (13.0 * x + 3.0 * room).sin() * (5.0 * y + room).cos()
            + 25.0 * (31.0 * x * room + 4.0 * y).sin();
        let things = (0..6).map(|thing| {
            let n = thing as f32 + take;
            let (tx, ty) = (0.5 + 0.5 * (0.9 * at + 2.4 * n).sin(), 0.5 + 0.4 * (1.3 * at + n * n).cos());
            90.0 * (-((x - tx).powi(2) * 90.0 + (y - ty).powi(2) * 30.0)).exp()
        });
        120.0 + still + things.sum::<f32>()
    }
}

/// Returns an upright window of a scene, at a place (0 to 1) for every second.
fn cut(seen: impl Fn(f32, f32, f32) -> f32, place: impl Fn(f32) -> f32) -> Film {
    drawn(0.5625, move |at, x, y| seen(at, place(at) * (1.0 - SHARE) + x * SHARE, y))
}

fn wide(seen: impl Fn(f32, f32, f32) -> f32) -> Film {
    drawn(16.0 / 9.0, seen)
}

/// A name, the place of the window at a time in seconds, and the place at its middle.
type Way = (&'static str, fn(f32) -> f32, f64);

/// The window stays, drifts or jumps.
fn ways() -> [Way; 3] {
    let jumps: fn(f32) -> f32 = |at| {
        if at < 3.0 {
            0.2
        } else if at < 7.0 {
            0.75
        } else {
            0.4
        }
    };
    [("stays", |_| 0.5, 0.5), ("drifts", |at| 0.2 + 0.06 * at, 0.5), ("jumps", jumps, 0.75)]
}

#[test]
fn an_upright_cut_is_found_where_its_window_stays_drifts_or_jumps() {
    let original = wide(scene(1.0, 0.0));
    for (name, place, middle) in ways() {
        let copy = cut(scene(1.0, 0.0), place);
        let Some((passage, window)) = align(&copy, &original, None) else { panic!("{name} is not found") };
        assert!(
            passage.offset_ms.abs() <= 125.0 && passage.to_ms - passage.from_ms >= 9_000.0,
            "{passage:?}"
        );
        assert_eq!(window.cut, CutWork::This);
        assert!((window.left[1] / (1.0 - window.share) - middle).abs() < 0.05, "{name}: {window:?}");
        let (back, seen) = align(&original, &copy, None).unwrap();
        assert_eq!(
            (back.from_ms, back.to_ms, seen),
            (passage.from_ms, passage.to_ms, window.reversed()),
            "{name}"
        );
    }
}

#[test]
fn another_take_in_the_same_room_is_another_work() {
    let original = wide(scene(1.0, 0.0));
    for (name, place, _) in ways() {
        assert!(align(&cut(scene(1.0, 0.37), place), &original, None).is_none(), "{name}");
        assert!(align(&cut(scene(2.0, 0.61), place), &original, None).is_none(), "{name}");
    }
}

#[test]
fn works_of_one_shape_are_not_cut_out_of_each_other() {
    let original = wide(scene(1.0, 0.0));
    assert!(align(&original, &original, None).is_none());
    // One whose shape was not measured is taken to be wide.
    let unmeasured = Film { aspect: 0, ..original };
    assert!(align(&cut(scene(1.0, 0.0), |_| 0.5), &unmeasured, None).is_some());
}

/// Returns the number of times of `query` at which a word leads to `of` at the same time.
fn led(query: &Film, of: &Film) -> usize {
    let print = |film: &Film| Fingerprint {
        version: FINGERPRINT_VERSION,
        film: film.clone(),
        ..Fingerprint::default()
    };
    let listed = listed(&print(of));
    let is_there = |word: u32, at_ms: u32| {
        listed.iter().any(|known| known.word == word && known.at_ms.abs_diff(at_ms) <= 500)
    };
    let mut times: Vec<u32> = asked(&print(query))
        .iter()
        .filter(|term| is_there(term.word, term.at_ms))
        .map(|term| term.at_ms)
        .collect();
    times.dedup();
    times.len()
}

#[test]
fn the_index_leads_from_a_cut_to_the_wide_work_and_back() {
    let (original, other) = (wide(scene(1.0, 0.0)), wide(scene(2.0, 0.61)));
    let copy = cut(scene(1.0, 0.0), |_| 0.5);
    let both = (led(&copy, &original), led(&original, &copy));
    assert!(both.0 >= 1 && both.1 >= 1, "{both:?}");
    assert_eq!((led(&copy, &other), led(&other, &copy)), (0, 0));
}
