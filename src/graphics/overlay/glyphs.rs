//! The characters that a font file can draw, and their widths.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Consecutive characters of the same width.
#[derive(Debug)]
struct Run {
    first: u32,
    last: u32,
    /// In font units.
    advance: f32,
}

/// The characters of one face. Those mapped to glyph 0, the box for a missing character, are not among them.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// Sorted, disjoint.
    runs: Vec<Run>,
    units_per_em: u16,
}

impl Glyphs {
    /// Reads face `index` of a font file, without variations; `None` when it is damaged or has no Unicode table.
    pub(super) fn read(data: &[u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(data, index).ok()?;
        let (size, location) = (Size::unscaled(), LocationRef::default());
        let units_per_em = font.metrics(size, location).units_per_em;
        let (characters, metrics) = (font.charmap(), font.glyph_metrics(size, location));
        // Symbol fonts assign their signs to arbitrary code points.
        if units_per_em == 0 || !characters.has_map() || characters.is_symbol() {
            return None;
        }
        let advances =
            characters.mappings().filter_map(|(code, glyph)| Some((code, metrics.advance_width(glyph)?)));
        let mut advances: Vec<(u32, f32)> = advances.collect();
        advances.sort_by_key(|(code, _)| *code);
        let runs = advances.chunk_by(|(code, advance), next| *next == (code + 1, *advance));
        let runs = runs.filter_map(|run| {
            let ((first, advance), (last, _)) = (*run.first()?, run.last()?);
            Some(Run { first, last: *last, advance })
        });
        Some(Self { runs: runs.collect(), units_per_em })
    }

    /// Returns true if the face can draw the character.
    pub(super) fn has(&self, character: char) -> bool {
        self.run(character).is_some()
    }

    /// Returns the advance width of a character in ems; `None` when the face lacks it.
    pub(super) fn advance(&self, character: char) -> Option<f64> {
        Some(f64::from(self.run(character)?.advance) / f64::from(self.units_per_em))
    }

    fn run(&self, character: char) -> Option<&Run> {
        let code = u32::from(character);
        let at = self.runs.partition_point(|run| run.last < code);
        self.runs.get(at).filter(|run| run.first <= code)
    }
}

#[cfg(test)]
mod tests {
    use resvg::usvg::fontdb::Database;

    use super::*;

    /// A font file of this machine with a face's number, if there is any.
    fn font() -> Option<(Vec<u8>, u32)> {
        let mut db = Database::new();
        db.load_system_fonts();
        let ids: Vec<_> = db.faces().map(|face| face.id).collect();
        ids.into_iter().find_map(|id| {
            let file = db.with_face_data(id, |data, index| (data.to_vec(), index))?;
            let glyphs = Glyphs::read(&file.0, file.1)?;
            // Small files only: each case below reads it again.
            (file.0.len() < 1_000_000 && glyphs.has('A')).then_some(file)
        })
    }

    #[test]
    fn a_damaged_font_is_none_or_has_fewer_characters() {
        let Some((whole, index)) = font() else { return };
        for length in (0..whole.len()).step_by(whole.len() / 97 + 1) {
            if let Some(glyphs) = Glyphs::read(&whole[..length], index) {
                glyphs.advance('A');
            }
        }
        for at in 0..400 {
            let mut spoiled = whole.clone();
            spoiled[at] ^= 0xff;
            if let Some(glyphs) = Glyphs::read(&spoiled, index) {
                glyphs.advance('A');
            }
        }
        assert!(Glyphs::read(b"", 0).is_none() && Glyphs::read(b"ttcf", 0).is_none());
        assert!(Glyphs::read(&whole, u32::MAX).is_none());
    }

    #[test]
    fn the_box_for_a_missing_character_is_no_glyph() {
        let Some((whole, index)) = font() else { return };
        let glyphs = Glyphs::read(&whole, index).unwrap();
        assert!(glyphs.advance('A').is_some_and(|ems| ems > 0.1 && ems < 2.0));
        assert_eq!((glyphs.has('\u{10FFF0}'), glyphs.advance('\u{10FFF0}')), (false, None));
    }
}
