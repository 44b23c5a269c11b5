//! Checks a package by what a worker read of it: every byte, every name, and the rules by which it was made. Whoever has it can do
//! this. Pure.

mod names;
mod works;

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::bag;
use super::lists::read_sums;
use crate::model::showcase::built::{BUILT_SCHEMA, Built};
use crate::model::showcase::contents::{Contents, OddKind, Stored};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::profile::Rule;
use crate::present::messages::showcase as words;
use crate::text::name_key;

/// What stands before the paths of a bag's content.
const BAG_PREFIX: &str = "data/";

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    pub built: Option<Built>,
    pub faults: Vec<Fault>,
    pub files: usize,
    pub bytes: u64,
}

impl Checked {
    /// Returns true for a package that can be handed in.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A package as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub contents: &'a Contents,
    /// The name that it has, or will have.
    pub name: &'a str,
    /// Files that were not copied but are their proven originals.
    pub proven: &'a BTreeSet<String>,
}

/// Returns the files whose texts have to be read.
pub fn texts() -> Vec<String> {
    let lists = [words::SUMS, bag::MANIFEST, bag::TAG_MANIFEST, words::LIST_JSON];
    lists.map(str::to_owned).into_iter().chain([format!("{BAG_PREFIX}{}", words::LIST_JSON)]).collect()
}

/// Checks a package.
pub fn check(subject: Subject<'_>) -> Checked {
    let contents = subject.contents;
    let mut checked = Checked::default();
    let odd = contents.odd.iter().map(|odd| Fault::Odd { file: odd.file.clone(), what: odd.what.clone() });
    checked.faults.extend(odd);
    // Of a zip that cannot be read, nothing else can be said.
    if contents.files.is_empty() && !checked.faults.is_empty() {
        return checked;
    }
    names::check(contents, subject.name, &mut checked.faults);
    let is_bag = contents.files.contains_key(bag::DECLARATION);
    let Some(listed) = listed(contents, is_bag, &mut checked.faults) else { return checked };
    compare(subject, (&listed, is_bag), &mut checked);
    let prefix = if is_bag { BAG_PREFIX } else { "" };
    let built = match read_built(contents, &format!("{prefix}{}", words::LIST_JSON)) {
        Ok(built) => built,
        Err(detail) => {
            checked.faults.push(Fault::NoWorks { detail });
            return checked;
        }
    };
    works::check(works::Read { contents, listed: &listed, built: &built, prefix }, &mut checked.faults);
    if built.profile.marks.identity == Rule::Forbidden {
        anonymous(contents, &built, &mut checked.faults);
    }
    named(subject.name, &built, &mut checked.faults);
    checked.faults.extend(built.lacking.iter().map(|what| Fault::Lacks { what: what.clone() }));
    checked.built = Some(built);
    checked
}

/// Checks that the name says what is to be said of the package, also after somebody wrote it anew.
fn named(name: &str, built: &Built, faults: &mut Vec<Fault>) {
    if !built.complete && !name.starts_with(words::UNFINISHED) {
        faults.push(Fault::NotNamedUnfinished);
    }
    if built.late && !name.contains(words::LATE) {
        faults.push(Fault::NotNamedLate);
    }
}

/// The digests by path.
pub type Listed = BTreeMap<String, String>;

fn listed(contents: &Contents, is_bag: bool, faults: &mut Vec<Fault>) -> Option<Listed> {
    let lists: &[&str] = if is_bag { &[bag::MANIFEST, bag::TAG_MANIFEST] } else { &[words::SUMS] };
    let mut listed = Listed::new();
    for list in lists {
        if !contents.files.contains_key(*list) {
            faults.push(Fault::NoSums);
            return None;
        }
        let lines = contents.texts.get(*list).ok_or(1).and_then(|text| read_sums(text));
        let lines = lines.map_err(|line| faults.push(Fault::OddLine { line })).ok()?;
        for (path, sha256) in lines {
            let path: String = if is_bag { bag::decoded(&path) } else { path }.nfc().collect();
            if listed.insert(path.clone(), sha256).is_some() {
                faults.push(Fault::ListedTwice { file: path });
            }
        }
    }
    Some(listed)
}

fn compare(subject: Subject<'_>, (listed, is_bag): (&Listed, bool), checked: &mut Checked) {
    let Contents { files, passed_over, .. } = subject.contents;
    for (file, wanted) in listed {
        let Some(stored) = files.get(file) else {
            checked.faults.push(Fault::Missing { file: file.clone() });
            continue;
        };
        checked.files += 1;
        checked.bytes += stored.bytes;
        match stored {
            Stored { unreadable: Some(detail), .. } => {
                checked.faults.push(Fault::Unreadable { file: file.clone(), detail: detail.clone() });
            }
            Stored { sha256: Some(found), .. } if found == wanted => {}
            Stored { sha256: None, .. } if subject.proven.contains(file) => {}
            _ => checked.faults.push(Fault::Changed { file: file.clone() }),
        }
    }
    // The list cannot hold its own digest.
    let own = if is_bag { bag::TAG_MANIFEST } else { words::SUMS };
    let extra = files.keys().filter(|file| !listed.contains_key(*file) && *file != own);
    checked.faults.extend(extra.map(|file| Fault::Extra { file: file.clone() }));
    let of_a_system = passed_over.iter().filter(|file| listed.contains_key(*file));
    checked.faults.extend(of_a_system.map(|file| Fault::OddName { file: file.clone() }));
}

fn read_built(contents: &Contents, file: &str) -> Result<Built, String> {
    let text = contents.texts.get(file).ok_or_else(|| file.to_owned())?;
    let built: Built = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match built.schema == BUILT_SCHEMA {
        true => Ok(built),
        false => Err(built.schema),
    }
}

/// Checks that nothing tells who made it: no document, no picture, no tag, no head of a column, and nothing that a system put there.
fn anonymous(contents: &Contents, built: &Built, faults: &mut Vec<Fault>) {
    for (file, stored) in &contents.files {
        if !stored.tells.is_empty() {
            faults.push(Fault::Tells { file: file.clone(), tells: stored.tells.clone() });
        }
    }
    faults.extend(contents.passed_over.iter().map(|file| Fault::Extra { file: file.clone() }));
    let columns = built.profile.part.iter().flat_map(|part| &part.columns);
    let identity = columns.filter(|(_, column)| column.is_identity());
    faults.extend(identity.map(|(head, _)| Fault::TellingColumn { head: head.clone() }));
}

/// Returns true if a package is the zip of that name, or one of its parts.
pub fn is_zip_of(zip: &str, name: &str) -> bool {
    let (zip, name) = (name_key(zip), name_key(name));
    let of_parts = words::whole_of_part(&zip).is_some_and(|(whole, _)| whole == name);
    of_parts || zip.strip_suffix(".zip") == Some(&name)
}

/// Returns true if nothing else can be said of a zip.
pub fn is_hopeless(contents: &Contents) -> bool {
    contents.odd.iter().any(|odd| matches!(odd.what, OddKind::NoZip { .. }))
}

#[cfg(test)]
mod tests;
