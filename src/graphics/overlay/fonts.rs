//! Font lookup: the office's families in their order, then any font that has the character.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use resvg::usvg::fontdb::{Database, Family, ID, Query, Source, Weight};

use super::glyphs::Glyphs;
use crate::text::is_display_control;

/// Captions, titles and covers are set in bold: thin strokes are lost over moving pictures.
const BOLD: Weight = Weight::BOLD;

/// A character that every font for simplified Chinese contains.
const CHINESE_PROBE: char = '职';

/// Which font this machine uses for Chinese text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontReport {
    /// The family in which most Chinese text is drawn.
    pub family: Option<String>,
    pub path: Option<PathBuf>,
    pub has_chinese: bool,
}

/// The fonts of this machine, with cached lookups.
pub(super) struct Fonts {
    pub db: Arc<Database>,
    /// Faces in the order in which they are tried for a character.
    order: Vec<ID>,
    faces: Mutex<HashMap<ID, Option<Arc<Glyphs>>>>,
    chosen: Mutex<HashMap<char, Option<ID>>>,
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts").field("faces", &self.db.len()).finish_non_exhaustive()
    }
}

/// Returns the system's fonts, scanned once per process since that opens every font file.
fn system() -> Arc<Database> {
    static SYSTEM: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut db = Database::new();
        db.load_system_fonts();
        Arc::new(db)
    };
    Arc::clone(SYSTEM.get_or_init(load))
}

impl Fonts {
    /// Looks up the families, and scans the system's fonts if that was not done yet.
    pub(super) fn new(families: &[String]) -> Self {
        let db = system();
        let named = families.iter().filter_map(|family| {
            db.query(&Query { families: &[Family::Name(family)], weight: BOLD, ..Query::default() })
        });
        // The order of a folder is arbitrary: weights and paths decide which other font is the fallback.
        let mut others: Vec<_> = db.faces().collect();
        others.sort_by_cached_key(|face| (face.weight.0.abs_diff(BOLD.0), path_of(&face.source), face.index));
        let mut seen = HashSet::new();
        let all = named.chain(others.into_iter().map(|face| face.id));
        let order = all.filter(|id| seen.insert(*id)).collect();
        Self { db, order, faces: Mutex::default(), chosen: Mutex::default() }
    }

    /// Returns no fonts, for drawings without text: the system's are not scanned for them.
    pub(super) fn none() -> Self {
        let db = Arc::new(Database::new());
        Self { db, order: Vec::new(), faces: Mutex::default(), chosen: Mutex::default() }
    }

    /// Returns which font is used for Chinese text.
    pub(super) fn report(&self) -> FontReport {
        let id = self.face_for(CHINESE_PROBE);
        let face = id.or(self.order.first().copied()).and_then(|id| self.db.face(id));
        FontReport {
            family: face.and_then(|face| face.families.first()).map(|(name, _)| name.clone()),
            path: face.and_then(|face| path_of(&face.source)),
            has_chinese: id.is_some(),
        }
    }

    /// Returns the first face that has the character.
    pub(super) fn face_for(&self, character: char) -> Option<ID> {
        let known = self.chosen.lock().unwrap_or_else(PoisonError::into_inner).get(&character).copied();
        known.unwrap_or_else(|| {
            let found = self
                .order
                .iter()
                .copied()
                .find(|id| self.glyphs(*id).is_some_and(|glyphs| glyphs.has(character)));
            self.chosen.lock().unwrap_or_else(PoisonError::into_inner).insert(character, found);
            found
        })
    }

    /// Returns the face for text that names no known family.
    pub(super) fn first(&self) -> Option<ID> {
        self.face_for(CHINESE_PROBE).or(self.order.first().copied())
    }

    /// Returns the advance width of a character in ems, without kerning; 0 for one that is not drawn.
    pub(super) fn advance(&self, character: char) -> f64 {
        let found = self.face_for(character).and_then(|id| self.glyphs(id));
        found.and_then(|glyphs| glyphs.advance(character)).unwrap_or_default()
    }

    /// Returns the width of a text in ems, without kerning.
    pub(super) fn width(&self, text: &str) -> f64 {
        text.chars().map(|character| self.advance(character)).sum()
    }

    /// Returns the characters that no font can draw, each once, in the order of their first occurrence.
    pub(super) fn missing(&self, text: impl IntoIterator<Item = char>) -> Vec<char> {
        let mut seen = HashSet::new();
        text.into_iter()
            .filter(|character| !is_invisible(*character) && seen.insert(*character))
            .filter(|character| self.face_for(*character).is_none())
            .collect()
    }

    /// Returns the text without characters that cannot be drawn and without control characters and direction marks.
    pub(super) fn drawable(&self, text: &str) -> String {
        let space =
            |character: char| if character.is_whitespace() && character != '\n' { ' ' } else { character };
        text.chars()
            .map(space)
            .filter(|character| {
                *character == '\n'
                    || *character == ' '
                    || (!is_invisible(*character) && self.face_for(*character).is_some())
            })
            .collect()
    }

    /// Returns a key for each font that the text needs (file, face and file size), since a changed font changes the
    /// picture.
    pub(super) fn used(&self, text: &str) -> Vec<String> {
        let mut ids: Vec<ID> = text.chars().filter_map(|character| self.face_for(character)).collect();
        ids.extend(self.first());
        let mut names: Vec<String> =
            ids.into_iter().collect::<HashSet<_>>().into_iter().map(|id| self.name(id)).collect();
        names.sort();
        names
    }

    fn name(&self, id: ID) -> String {
        let Some(face) = self.db.face(id) else { return String::new() };
        let path = path_of(&face.source).unwrap_or_default();
        let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
        format!("{}#{}#{bytes}", path.display(), face.post_script_name)
    }

    fn glyphs(&self, id: ID) -> Option<Arc<Glyphs>> {
        let known = self.faces.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        known.unwrap_or_else(|| {
            let read = self.db.with_face_data(id, Glyphs::read).flatten().map(Arc::new);
            self.faces.lock().unwrap_or_else(PoisonError::into_inner).insert(id, read.clone());
            read
        })
    }
}

fn path_of(source: &Source) -> Option<PathBuf> {
    match source {
        Source::File(path) | Source::SharedFile(path, _) => Some(path.clone()),
        Source::Binary(_) => None,
    }
}

/// Controls, blanks, direction marks, joiners and variation selectors: nothing is missing when they are not drawn.
fn is_invisible(character: char) -> bool {
    is_display_control(character)
        || character.is_whitespace()
        || matches!(character,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_without_a_glyph_is_named_once_and_not_drawn() {
        let fonts = Fonts::new(&[]);
        if fonts.order.is_empty() {
            return;
        }
        // A private-use character far from any icon font's range.
        assert_eq!(fonts.missing("A\u{10FFF0}B\u{10FFF0}".chars()), ['\u{10FFF0}']);
        assert_eq!(fonts.drawable("A\u{10FFF0}\u{202e}B\tC"), "AB C");
    }

    #[test]
    fn wide_letters_measure_wider_than_narrow_ones() {
        let fonts = Fonts::new(&[]);
        if fonts.order.is_empty() {
            return;
        }
        assert!(fonts.width("WWW") > fonts.width("iii") * 1.5);
        if fonts.report().has_chinese {
            assert!((fonts.width("天津") - 2.0).abs() < 0.1);
        }
    }
}
