//! The names of a package's files: after the profile's patterns, on every system, within Explorer's limits.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

use crate::model::showcase::pattern::{PLACES, Pattern, SHORTENED_PLACES};
use crate::model::showcase::plan::{Note, Stop};
use crate::model::showcase::profile::{HERE, Names, Part};
use crate::text::{name_key, portable_name};

/// Longest path in a package with the package's own folder, UTF-16 units. Explorer's extractor ends at 260, and people unpack
/// into deep folders.
pub const PATH_MAX_UNITS: usize = 120;

/// Longest name of one folder or file, UTF-8 bytes: file systems take 255.
const NAME_MAX_BYTES: usize = 240;

/// Least characters that are left of a value that is shortened, `…` not counted.
const LEAST_LEFT: usize = 4;

const CUT: char = '…';

/// A place for a file of a work.
pub struct Slot<'a> {
    pub part: &'a Part,
    /// What tells it from others in its folder.
    pub suffix: String,
    /// Without the dot.
    pub ending: String,
}

/// The names of one work.
pub struct Named {
    pub folder: Option<String>,
    /// Paths in the package, in the order of the slots.
    pub paths: Vec<String>,
    pub notes: Vec<Note>,
}

/// The patterns of works, taken apart.
pub struct Patterns {
    folder: Option<Pattern>,
    file: Pattern,
}

impl Patterns {
    /// Takes the patterns of a checked profile apart.
    pub fn of(names: &Names) -> Self {
        // A checked profile has patterns; of another one, works are named by their number.
        let parse = |text: &str| Pattern::parse(text, &PLACES).unwrap_or_else(|_| Pattern::number());
        Self { folder: names.folder.as_deref().map(parse), file: parse(&names.file) }
    }

    /// Names the files of a work. `room` is what the package's own folder takes of a path, UTF-16 units.
    ///
    /// # Errors
    /// Why it cannot have a name.
    pub fn name(
        &self,
        values: &BTreeMap<&str, String>,
        slots: &[Slot<'_>],
        room: usize,
    ) -> Result<Named, Stop> {
        let mut values = values.clone();
        let whole = self.filled(&values)?;
        let mut notes = Vec::new();
        let mut now = whole.clone();
        loop {
            let (folder, paths) = self.paths(&now, slots);
            let longest = paths.iter().max_by_key(|path| units(path)).cloned().unwrap_or_default();
            let names_fit =
                paths.iter().flat_map(|path| path.split('/')).all(|name| name.len() <= NAME_MAX_BYTES);
            if units(&longest) + room <= PATH_MAX_UNITS && names_fit {
                if now != whole {
                    notes.push(Note::Shortened { from: whole.1.clone(), to: now.1.clone() });
                }
                for written in now.0.iter().chain([&now.1]) {
                    let to = portable_name(written);
                    if to != *written {
                        notes.push(Note::Replaced { from: written.clone(), to });
                    }
                }
                return Ok(Named { folder, paths, notes });
            }
            if !self.shorten(&mut values) {
                let units = units(&longest) + room;
                return Err(Stop::PathTooLong { path: longest, units });
            }
            now = self.filled(&values)?;
        }
    }

    /// Returns the folder and the beginning of files, as the patterns say them.
    fn filled(&self, values: &BTreeMap<&str, String>) -> Result<(Option<String>, String), Stop> {
        let value = |place: &str| values.get(place).cloned().unwrap_or_default();
        let lacking = |place| Stop::NoValue { place };
        let folder = self.folder.as_ref().map(|pattern| pattern.fill(&value)).transpose().map_err(lacking)?;
        Ok((folder, self.file.fill(&value).map_err(lacking)?))
    }

    fn paths(
        &self,
        (folder, file): &(Option<String>, String),
        slots: &[Slot<'_>],
    ) -> (Option<String>, Vec<String>) {
        let (folder, file) = (folder.as_ref().map(|name| portable_name(name)), portable_name(file));
        let path = |slot: &Slot<'_>| {
            let own = (slot.part.path != HERE).then_some(slot.part.path.as_str());
            let name = format!("{file}{}.{}", slot.suffix, slot.ending);
            let parts: Vec<&str> = folder.as_deref().into_iter().chain(own).chain([name.as_str()]).collect();
            parts.join("/")
        };
        let paths = slots.iter().map(path).collect();
        (folder, paths)
    }

    /// Takes a character off the longest value that a name shows and that may be shortened; false where there is none.
    fn shorten(&self, values: &mut BTreeMap<&str, String>) -> bool {
        let is_shown = |place: &str| {
            self.file.has(place) || self.folder.as_ref().is_some_and(|folder| folder.has(place))
        };
        let length = |text: &String| text.trim_end_matches(CUT).graphemes(true).count();
        let longest = SHORTENED_PLACES
            .into_iter()
            .filter(|place| is_shown(place))
            .filter_map(|place| values.get(place).map(|text| (length(text), place)))
            .filter(|(count, _)| *count > LEAST_LEFT)
            .max_by_key(|(count, _)| *count);
        let Some((count, place)) = longest else { return false };
        if let Some(text) = values.get_mut(place) {
            let kept: String = text.trim_end_matches(CUT).graphemes(true).take(count - 1).collect();
            *text = format!("{}{CUT}", kept.trim_end());
        }
        true
    }
}

/// Returns the UTF-16 units of a text.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The names that are taken in a package: no two that any system takes for one, and no folder of two works.
#[derive(Default)]
pub struct TakenNames {
    /// Files, by how systems compare them.
    files: BTreeSet<String>,
    /// Folders in the same way, with how they are written.
    folders: BTreeMap<String, String>,
    /// Those that are a work's alone.
    of_works: BTreeSet<String>,
}

impl TakenNames {
    /// Takes the paths of one work, or of the package. `own` is the folder that is the work's alone.
    ///
    /// # Errors
    /// One that is taken by another; then none is taken.
    pub fn take(&mut self, own: Option<&str>, paths: &[String]) -> Result<(), String> {
        let mut files = BTreeSet::new();
        let mut folders: BTreeMap<String, String> = BTreeMap::new();
        for path in paths {
            let key = name_key(path);
            if self.files.contains(&key) || self.folders.contains_key(&key) || !files.insert(key) {
                return Err(path.clone());
            }
            for folder in ancestors(path) {
                let key = name_key(folder);
                let written = self.folders.get(&key).or(folders.get(&key));
                let is_other = written.is_some_and(|written| written != folder);
                if is_other || self.files.contains(&key) || self.of_works.contains(&key) {
                    return Err(path.clone());
                }
                folders.insert(key, folder.to_owned());
            }
        }
        let own = own.map(name_key);
        if own.as_ref().is_some_and(|own| self.folders.contains_key(own) || self.files.contains(own))
            || folders.keys().any(|folder| files.contains(folder))
        {
            return Err(paths.first().cloned().unwrap_or_default());
        }
        self.files.extend(files);
        self.folders.extend(folders);
        self.of_works.extend(own);
        Ok(())
    }
}

/// Returns the folders that a path leads through, the outermost first.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests;
