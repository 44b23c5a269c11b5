//! Which characters a font file draws, and how wide: the `cmap`, `head`, `hhea` and `hmtx` tables of OpenType 1.9.

/// A run of characters whose glyph numbers follow each other.
#[derive(Debug)]
struct Run {
    first: u32,
    last: u32,
    glyph: u32,
}

/// The characters of one face. Glyph 0, the box for a missing character, is never among them.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// Sorted, disjoint.
    runs: Vec<Run>,
    /// By glyph, in font units; the last one holds for all further glyphs.
    advances: Vec<u16>,
    units_per_em: u16,
}

impl Glyphs {
    /// Reads face `index` of a font file; `None` when it is damaged or has no Unicode table.
    pub(super) fn read(data: &[u8], index: u32) -> Option<Self> {
        let start = match data.get(..4)? {
            b"ttcf" => long(data, 12 + index as usize * 4)? as usize,
            _ => 0,
        };
        let units_per_em = short(table(data, start, b"head")?, 18)?;
        let metrics = usize::from(short(table(data, start, b"hhea")?, 34)?);
        let hmtx = table(data, start, b"hmtx")?;
        let advances = (0..metrics).map_while(|glyph| short(hmtx, glyph * 4)).collect();
        let runs = runs(table(data, start, b"cmap")?)?;
        (units_per_em > 0).then_some(Self { runs, advances, units_per_em })
    }

    pub(super) fn has(&self, character: char) -> bool {
        self.glyph(character).is_some()
    }

    /// In ems; `None` when the face lacks the character.
    pub(super) fn advance(&self, character: char) -> Option<f64> {
        let glyph = self.glyph(character)? as usize;
        let advance = self.advances.get(glyph).or(self.advances.last())?;
        Some(f64::from(*advance) / f64::from(self.units_per_em))
    }

    fn glyph(&self, character: char) -> Option<u32> {
        let code = u32::from(character);
        let at = self.runs.partition_point(|run| run.last < code);
        let run = self.runs.get(at).filter(|run| run.first <= code)?;
        Some(run.glyph + (code - run.first))
    }
}

fn runs(cmap: &[u8]) -> Option<Vec<Run>> {
    let mut best: Option<(u8, &[u8])> = None;
    for record in 0..usize::from(short(cmap, 2)?) {
        let at = 4 + record * 8;
        let (platform, encoding) = (short(cmap, at)?, short(cmap, at + 2)?);
        let subtable = cmap.get(long(cmap, at + 4)? as usize..)?;
        // All of Unicode before its first plane alone.
        let rank = match (platform, encoding, short(subtable, 0)?) {
            (0, _, 12) | (3, 10, 12) => 2,
            (0, _, 4) | (3, 1, 4) => 1,
            _ => 0,
        };
        if rank > best.map_or(0, |(rank, _)| rank) {
            best = Some((rank, subtable));
        }
    }
    match best? {
        (2, subtable) => grouped(subtable),
        (_, subtable) => segmented(subtable),
    }
}

/// Format 12.
fn grouped(subtable: &[u8]) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    for group in 0..long(subtable, 12)? as usize {
        let at = 16 + group * 12;
        let (first, last, glyph) = (long(subtable, at)?, long(subtable, at + 4)?, long(subtable, at + 8)?);
        if first <= last && last <= 0x10_FFFF && glyph.checked_add(last - first).is_some() {
            let skip = u32::from(glyph == 0);
            if first + skip <= last {
                runs.push(Run { first: first + skip, last, glyph: glyph + skip });
            }
        }
    }
    runs.sort_by_key(|run| run.first);
    Some(runs)
}

/// Format 4.
fn segmented(subtable: &[u8]) -> Option<Vec<Run>> {
    let doubled = usize::from(short(subtable, 6)?);
    let mut runs: Vec<Run> = Vec::new();
    for at in (0..doubled).step_by(2) {
        let last = short(subtable, 14 + at)?;
        let first = short(subtable, 16 + doubled + at)?;
        let delta = short(subtable, 16 + 2 * doubled + at)?;
        let offset_at = 16 + 3 * doubled + at;
        let offset = usize::from(short(subtable, offset_at)?);
        for code in first..=last {
            let glyph = match offset {
                0 => code.wrapping_add(delta),
                _ => match short(subtable, offset_at + offset + usize::from(code - first) * 2) {
                    Some(glyph) if glyph != 0 => glyph.wrapping_add(delta),
                    _ => 0,
                },
            };
            let (code, glyph) = (u32::from(code), u32::from(glyph));
            match runs.last_mut() {
                _ if glyph == 0 => {}
                Some(run) if run.last + 1 == code && run.glyph + (code - run.first) == glyph => {
                    run.last = code
                }
                _ => runs.push(Run { first: code, last: code, glyph }),
            }
        }
    }
    runs.sort_by_key(|run| run.first);
    Some(runs)
}

fn table<'a>(data: &'a [u8], start: usize, tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(short(data, start + 4)?);
    (0..count).map(|record| start + 12 + record * 16).find_map(|at| {
        let found = data.get(at..at + 4)? == tag;
        let (from, length) = (long(data, at + 8)? as usize, long(data, at + 12)? as usize);
        if found { data.get(from..from.checked_add(length)?) } else { None }
    })
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?))
}
