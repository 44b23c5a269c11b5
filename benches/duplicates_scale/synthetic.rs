//! Synthetic works with the distribution of real ones: each a blend of two real films, rotated, shifted and with other
//! contrast, cut into scenes; and the sound of real works, distorted.

use jincai::model::fingerprint::{
    CELLS, FINE, FINGERPRINT_VERSION, Film, FilmPart, Fingerprint, GRID, PART, SOUND_EVERY_MS, SQUARE, Sound,
};

const WINDOW_MS: u32 = 500;
const WINDOWS: usize = 120;
const SCENES: usize = 8;

/// The material of synthetic works.
pub struct Pool {
    films: Vec<Vec<[f32; CELLS]>>,
    sounds: Vec<Vec<u32>>,
}

impl Pool {
    pub fn of(real: &[Fingerprint]) -> Self {
        let films = real.iter().map(|one| one.film.windows()).filter(|film| film.len() >= 8).collect();
        let long = |words: &Vec<u32>| words.iter().filter(|word| **word != 0).count() >= 20;
        let sounds = real.iter().map(|one| one.sound.words.clone()).filter(long).collect();
        Self { films, sounds }
    }

    /// Returns a work of one minute; equal numbers give equal works.
    pub fn work(&self, number: u64) -> Fingerprint {
        self.long_work(number, 1)
    }

    pub fn long_work(&self, number: u64, minutes: u32) -> Fingerprint {
        let mut dice = Dice(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (mut windows, mut words) = (Vec::new(), Vec::new());
        for _ in 0..minutes {
            for _ in 0..SCENES {
                self.scene(&mut dice, &mut windows);
            }
            words.extend(self.sound(&mut dice));
        }
        let parts = windows.chunks(PART).map(part).collect();
        Fingerprint {
            version: FINGERPRINT_VERSION,
            duration_ms: WINDOW_MS * windows.len() as u32,
            film: Film { window_ms: WINDOW_MS, aspect: 16 * SQUARE / 9, parts, detail: None },
            sound: Sound { start_ms: 0, words },
        }
    }

    fn scene(&self, dice: &mut Dice, windows: &mut Vec<[f32; CELLS]>) {
        let (first, second) =
            (&self.films[dice.below(self.films.len())], &self.films[dice.below(self.films.len())]);
        let (from, other_from) = (dice.below(first.len()), dice.below(second.len()));
        let (turn, other_turn) = (dice.below(8), dice.below(8));
        let (across, down) = (dice.below(GRID), dice.below(GRID));
        let share = 0.3 + 0.4 * dice.unit();
        let contrast = 0.6 + 0.8 * dice.unit();
        let noise: [f32; CELLS] = std::array::from_fn(|_| 12.0 * (dice.unit() - 0.5));
        for at in 0..WINDOWS / SCENES {
            let (a, b) = (&first[(from + at) % first.len()], &second[(other_from + at) % second.len()]);
            windows.push(std::array::from_fn(|cell| {
                let shifted = (cell / GRID + down) % GRID * GRID + (cell + across) % GRID;
                let blended = share * a[turned(cell, turn)] + (1.0 - share) * b[turned(shifted, other_turn)];
                (128.0 + contrast * (blended - 128.0) + noise[cell]).clamp(0.0, 255.0)
            }));
        }
    }

    fn sound(&self, dice: &mut Dice) -> Vec<u32> {
        let count = WINDOWS * (WINDOW_MS / SOUND_EVERY_MS) as usize;
        if self.sounds.is_empty() {
            return vec![0; count];
        }
        let from = &self.sounds[dice.below(self.sounds.len())];
        let start = dice.below(from.len());
        let words = (0..count).map(|at| from[(start + at) % from.len()]);
        // Flips some bits of each word, as other music of the same kind would.
        words
            .map(|word| if word == 0 { 0 } else { word ^ (dice.bits() & dice.bits() & dice.bits()) as u32 })
            .collect()
    }
}

fn part(windows: &[[f32; CELLS]]) -> FilmPart {
    let step = FINE as u16 * 4;
    let counts = |window: &[f32; CELLS]| window.map(|luma| (luma * FINE / f32::from(step)).round() as i16);
    FilmPart { step, windows: windows.iter().map(counts).collect() }
}

/// Returns the cell after one of the eight rotations and reflections of a square.
fn turned(cell: usize, way: usize) -> usize {
    let (mut row, mut column) = (cell / GRID, cell % GRID);
    if way & 1 == 1 {
        row = GRID - 1 - row;
    }
    if way & 2 == 2 {
        column = GRID - 1 - column;
    }
    if way & 4 == 4 { column * GRID + row } else { row * GRID + column }
}

/// xorshift64*: the same works on every machine.
struct Dice(u64);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    fn unit(&mut self) -> f32 {
        (self.bits() % (1 << 24)) as f32 / (1 << 24) as f32
    }
}
