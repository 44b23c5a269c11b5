//! Fingerprints made by chance, as bytes and back.

use super::*;

struct Dice(u64);

impl Dice {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn any(windows: usize, words: usize, step: u16) -> Fingerprint {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut parts = |windows: usize| -> Vec<FilmPart> {
        let all: Vec<[i16; CELLS]> =
            (0..windows).map(|_| std::array::from_fn(|_| (dice.word() % 4_000) as i16 - 2_000)).collect();
        all.chunks(PART).map(|windows| FilmPart { step, windows: windows.to_vec() }).collect()
    };
    let of_windows = parts(windows);
    let band = windows.div_ceil(DETAIL_WINDOWS);
    let detail = (windows % 2 == 1).then(|| Detail { bands: [parts(band), parts(band), parts(band)] });
    Fingerprint {
        version: FINGERPRINT_VERSION,
        duration_ms: windows as u32 * 500,
        film: Film { window_ms: 500, aspect: step * 91, parts: of_windows, detail },
        sound: Sound { start_ms: -40, words: (0..words).map(|_| dice.word() as u32).collect() },
    }
}

#[test]
fn bytes_give_the_same_fingerprint_back() {
    for (windows, words) in [(0, 0), (1, 0), (16, 3), (37, 240)] {
        let one = any(windows, words, 5);
        assert_eq!(Fingerprint::from_bytes(&one.to_bytes()), Some(one.clone()));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), one);
    }
    let none = Fingerprint::default();
    assert_eq!(Fingerprint::from_bytes(&none.to_bytes()), Some(none));
}

#[test]
fn the_quarters_of_a_cell_are_told_by_their_differences() {
    let band = |first: i16| {
        let mut window = [0; CELLS];
        window[0] = first;
        vec![FilmPart { step: 16, windows: vec![window] }]
    };
    let parts = vec![FilmPart { step: 16, windows: vec![[100; CELLS]; 2] }];
    let detail = Some(Detail { bands: [band(1), band(10), band(30)] });
    let film = Film { window_ms: 500, aspect: 0, parts, detail };
    for window in film.detailed().unwrap() {
        assert_eq!(window[..3], [141.0, 79.0, 100.0]);
        assert_eq!(window[DETAIL_GRID..DETAIL_GRID + 3], [61.0, 119.0, 100.0]);
    }
    assert_eq!(Film { detail: None, ..film }.detailed(), None);
}

#[test]
fn bytes_that_are_cut_or_changed_never_crash() {
    let original = any(21, 9, 3);
    let whole = original.to_bytes();
    for cut in 0..whole.len() {
        assert_eq!(Fingerprint::from_bytes(&whole[..cut]), None);
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0xA5;
        let read = Fingerprint::from_bytes(&changed);
        assert!(read.is_none_or(|read| read != original));
    }
}

#[test]
fn more_windows_than_a_work_can_have_are_not_read() {
    let of = |windows: usize| {
        let parts = vec![FilmPart { step: 16, windows: vec![[0; CELLS]; PART] }; windows.div_ceil(PART)];
        let film = Film { window_ms: 500, aspect: 0, parts, detail: None };
        Fingerprint { version: FINGERPRINT_VERSION, film, ..Fingerprint::default() }.to_bytes()
    };
    assert!(Fingerprint::from_bytes(&of(MOST_WINDOWS)).is_some());
    assert_eq!(Fingerprint::from_bytes(&of(MOST_WINDOWS * 2)), None);
}
