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
    let all: Vec<[i16; CELLS]> =
        (0..windows).map(|_| std::array::from_fn(|_| (dice.word() % 4_000) as i16 - 2_000)).collect();
    let parts = all.chunks(PART).map(|windows| FilmPart { step, windows: windows.to_vec() }).collect();
    Fingerprint {
        version: FINGERPRINT_VERSION,
        duration_ms: windows as u32 * 500,
        film: Film { window_ms: 500, parts },
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
fn bytes_that_are_cut_or_changed_never_crash() {
    let whole = any(20, 9, 3).to_bytes();
    for cut in 0..whole.len() {
        assert_eq!(Fingerprint::from_bytes(&whole[..cut]), None);
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0xA5;
        let read = Fingerprint::from_bytes(&changed);
        assert!(read.is_none() || read != Some(any(20, 9, 3)));
    }
}
