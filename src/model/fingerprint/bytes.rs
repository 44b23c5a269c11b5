//! Fingerprints as bytes: the differences from window to window, in Rice codes (short for small numbers).

use super::{
    CELLS, DETAIL_WINDOWS, Detail, FINGERPRINT_VERSION, Film, FilmPart, Fingerprint, MOST_WINDOWS, PART,
    Sound,
};

/// Bits of a Rice parameter.
const PARAMETER_BITS: u32 = 4;

impl Fingerprint {
    /// Returns the fingerprint as bytes, at most 4 KB per begun minute.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![u8::try_from(self.version).unwrap_or(u8::MAX)];
        bytes.extend(self.duration_ms.to_le_bytes());
        bytes.extend(self.film.window_ms.to_le_bytes());
        // A work has fewer windows than two bytes count. Before the shape was measured, the upper two were zero.
        bytes.extend((self.film.len() as u32 | u32::from(self.film.aspect) << 16).to_le_bytes());
        bytes.extend(self.sound.start_ms.to_le_bytes());
        bytes.extend((self.sound.words.len() as u32).to_le_bytes());
        let mut bits = Bits::default();
        bits.put_parts(&self.film.parts);
        bits.put(u32::from(self.film.detail.is_some()), 1);
        let bands = self.film.detail.iter().flat_map(|detail| &detail.bands);
        bands.for_each(|parts| bits.put_parts(parts));
        bytes.extend(bits.bytes);
        bytes.extend(self.sound.words.iter().flat_map(|word| word.to_le_bytes()));
        bytes
    }

    /// Reads a fingerprint; `None` for bytes of another version, malformed ones, and more windows than a work can have.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let version = u32::from(take::<1>(&mut rest)?[0]);
        if version == 0 && bytes.iter().all(|byte| *byte == 0) {
            return Some(Self::default());
        }
        if version != FINGERPRINT_VERSION {
            return None;
        }
        let duration_ms = u32::from_le_bytes(take(&mut rest)?);
        let window_ms = u32::from_le_bytes(take(&mut rest)?);
        let windows = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let aspect = u16::from_le_bytes(take(&mut rest)?);
        let start_ms = i32::from_le_bytes(take(&mut rest)?);
        let words = u32::from_le_bytes(take(&mut rest)?) as usize;
        // A work may run for a window or two beyond its stated end.
        if windows > MOST_WINDOWS + 2 {
            return None;
        }
        let film = rest.get(..rest.len().checked_sub(words.checked_mul(4)?)?)?;
        let sound = &rest[film.len()..];
        let mut reader = Reader { bytes: film, at: 0 };
        let parts = reader.parts(windows)?;
        let has_detail = reader.take(1)? == 1;
        let mut band = || reader.parts(windows.div_ceil(DETAIL_WINDOWS));
        let detail = if has_detail { Some(Detail { bands: [band()?, band()?, band()?] }) } else { None };
        let words = sound.chunks_exact(4).filter_map(|word| word.try_into().ok()).map(u32::from_le_bytes);
        Some(Self {
            version,
            duration_ms,
            film: Film { window_ms, aspect, parts, detail },
            sound: Sound { start_ms, words: words.collect() },
        })
    }
}

/// Returns the bits that these windows take as one part in [`Fingerprint::to_bytes`].
pub fn part_bits(windows: &[[i16; CELLS]]) -> u32 {
    16 + differences(windows).map(|window| PARAMETER_BITS + cheapest(&window).1).sum::<u32>()
}

/// Returns the differences from cell to cell in the first window, then from window to window, zigzag coded.
fn differences(windows: &[[i16; CELLS]]) -> impl Iterator<Item = [u32; CELLS]> + '_ {
    windows.iter().enumerate().map(|(number, window)| {
        std::array::from_fn(|cell| {
            let previous = match (number, cell) {
                (0, 0) => 0,
                (0, _) => window[cell - 1],
                _ => windows[number - 1][cell],
            };
            let difference = i32::from(window[cell]) - i32::from(previous);
            ((difference << 1) ^ (difference >> 31)) as u32
        })
    })
}

/// Returns the Rice parameter with which values take the fewest bits, and how many.
fn cheapest(values: &[u32; CELLS]) -> (u32, u32) {
    let cost = |parameter: u32| values.iter().map(|value| (value >> parameter) + 1 + parameter).sum::<u32>();
    let costs = (0..1 << PARAMETER_BITS).map(|parameter| (cost(parameter), parameter));
    costs.min().map_or((0, 0), |(cost, parameter)| (parameter, cost))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

/// A writer of bits, the lowest of a byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (self.used % 8);
            }
            self.used += 1;
        }
    }

    fn put_parts(&mut self, parts: &[FilmPart]) {
        for part in parts {
            self.put(u32::from(part.step), 16);
            for window in differences(&part.windows) {
                let (parameter, _) = cheapest(&window);
                self.put(parameter, PARAMETER_BITS);
                window.iter().for_each(|value| self.put_rice(*value, parameter));
            }
        }
    }

    fn put_rice(&mut self, value: u32, parameter: u32) {
        (0..value >> parameter).for_each(|_| self.put(1, 1));
        self.put(0, 1);
        self.put(value, parameter);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for bit in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }

    fn take_rice(&mut self, parameter: u32) -> Option<u32> {
        let mut high = 0u32;
        while self.take(1)? == 1 {
            high += 1;
        }
        Some(high.checked_mul(1 << parameter)? | self.take(parameter)?)
    }

    fn parts(&mut self, windows: usize) -> Option<Vec<FilmPart>> {
        let (mut parts, mut left) = (Vec::new(), windows);
        while left > 0 {
            let step = u16::try_from(self.take(16)?).ok()?;
            let mut part = FilmPart { step, windows: Vec::new() };
            for _ in 0..left.min(PART) {
                let before = part.windows.last();
                let window = self.window(before)?;
                part.windows.push(window);
            }
            left -= part.windows.len();
            parts.push(part);
        }
        Some(parts)
    }

    fn window(&mut self, before: Option<&[i16; CELLS]>) -> Option<[i16; CELLS]> {
        let parameter = self.take(PARAMETER_BITS)?;
        let mut window = [0i16; CELLS];
        for cell in 0..CELLS {
            let value = self.take_rice(parameter)?;
            let difference = (value >> 1) as i32 ^ -((value & 1) as i32);
            let known = match before {
                Some(before) => before[cell],
                None if cell == 0 => 0,
                None => window[cell - 1],
            };
            window[cell] = i16::try_from(i32::from(known).checked_add(difference)?).ok()?;
        }
        Some(window)
    }
}
