//! Reads a package back: every byte, every name, and the rules by which it was made. Whoever has it can do this.

mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::bag;
use super::lists::read_sums;
use super::naming::{PATH_MAX_UNITS, units};
use super::{rules, tags};
use crate::files;
use crate::model::showcase::built::{BUILT_SCHEMA, Built};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::plan::Stop;
use crate::model::showcase::profile::{Disk, Profile, QuotaPer, Rule};
use crate::present::messages::showcase as words;
use crate::text::{name_key, portable_name};
use walk::OnDisk;

/// Largest list that is read, bytes.
const LIST_MAX_BYTES: u64 = 64 << 20;

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

/// Which package, and what of it need not be read again.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub root: &'a Path,
    /// The name that it has, or will have.
    pub name: &'a str,
    /// Files that were not copied but are their proven originals.
    pub proven: &'a BTreeSet<String>,
}

/// Checks a package. `on_bytes` hears of each piece that was read.
///
/// # Errors
/// Where the folder itself cannot be listed.
pub fn verify(subject: Subject<'_>, on_bytes: &mut dyn FnMut(u64)) -> io::Result<Checked> {
    let mut checked = Checked::default();
    let disk = walk::walk(subject.root, &mut checked.faults)?;
    names(&disk, subject.name, &mut checked.faults);
    let Some((listed, prefix)) = listed(subject.root, &disk, &mut checked.faults)? else {
        return Ok(checked);
    };
    contents(subject, (&disk, &listed), &mut checked, on_bytes);
    let built = match read_built(subject.root, &format!("{prefix}{}", words::LIST_JSON)) {
        Ok(built) => built,
        Err(detail) => {
            checked.faults.push(Fault::NoWorks { detail });
            return Ok(checked);
        }
    };
    works(subject.root, &built, (&disk, prefix), &mut checked.faults);
    if !built.complete && !subject.name.starts_with(words::UNFINISHED) {
        checked.faults.push(Fault::NotNamedUnfinished);
    }
    checked.faults.extend(built.lacking.iter().map(|what| Fault::Lacks { what: what.clone() }));
    checked.built = Some(built);
    Ok(checked)
}

/// Checks that every system can carry the names.
fn names(disk: &OnDisk, package: &str, faults: &mut Vec<Fault>) {
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    for file in disk.keys() {
        if file.split('/').any(|name| portable_name(name) != name) {
            faults.push(Fault::OddName { file: file.clone() });
        }
        let length = units(file) + units(package) + 1;
        if length > PATH_MAX_UNITS {
            faults.push(Fault::PathTooLong { file: file.clone(), units: length });
        }
        if let Some(other) = keys.insert(name_key(file), file.clone()) {
            faults.push(Fault::NamesCollide { file: file.clone(), other });
        }
    }
}

type Listed = BTreeMap<String, String>;

/// Returns the digests by path, and what stands before the paths of a bag's content.
fn listed(root: &Path, disk: &OnDisk, faults: &mut Vec<Fault>) -> io::Result<Option<(Listed, &'static str)>> {
    let is_bag = disk.contains_key(bag::DECLARATION);
    let lists: &[&str] = if is_bag { &[bag::MANIFEST, bag::TAG_MANIFEST] } else { &[words::SUMS] };
    let mut listed = Listed::new();
    for list in lists {
        let Some(real) = disk.get(*list) else {
            faults.push(Fault::NoSums);
            return Ok(None);
        };
        let bytes = files::read(&root.join(&real.path), LIST_MAX_BYTES)?;
        let Ok(text) = String::from_utf8(bytes) else {
            faults.push(Fault::OddLine { line: 1 });
            return Ok(None);
        };
        match read_sums(&text) {
            Ok(lines) => listed.extend(lines.into_iter().map(|(path, sha256)| {
                (if is_bag { bag::decoded(&path) } else { path }.nfc().collect(), sha256)
            })),
            Err(line) => {
                faults.push(Fault::OddLine { line });
                return Ok(None);
            }
        }
    }
    Ok(Some((listed, if is_bag { "data/" } else { "" })))
}

fn contents(
    subject: Subject<'_>,
    (disk, listed): (&OnDisk, &Listed),
    checked: &mut Checked,
    on_bytes: &mut dyn FnMut(u64),
) {
    for (file, wanted) in listed {
        let Some(real) = disk.get(file) else {
            checked.faults.push(Fault::Missing { file: file.clone() });
            continue;
        };
        checked.files += 1;
        checked.bytes += real.bytes;
        if subject.proven.contains(file) {
            continue;
        }
        match files::digest(&subject.root.join(&real.path)) {
            Ok((found, bytes)) => {
                on_bytes(bytes);
                if found != *wanted {
                    checked.faults.push(Fault::Changed { file: file.clone() });
                }
            }
            Err(error) => {
                checked.faults.push(Fault::Unreadable { file: file.clone(), detail: error.to_string() });
            }
        }
    }
    let own = [words::SUMS, bag::TAG_MANIFEST];
    let extra = disk.keys().filter(|file| !listed.contains_key(*file) && !own.contains(&file.as_str()));
    checked.faults.extend(extra.map(|file| Fault::Extra { file: file.clone() }));
}

fn read_built(root: &Path, file: &str) -> Result<Built, String> {
    let bytes = files::read(&root.join(file), LIST_MAX_BYTES).map_err(|error| error.to_string())?;
    let built: Built = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    match built.schema == BUILT_SCHEMA {
        true => Ok(built),
        false => Err(built.schema),
    }
}

/// Holds the works against the rules of the profile, by what lies there.
fn works(root: &Path, built: &Built, (disk, prefix): (&OnDisk, &str), faults: &mut Vec<Fault>) {
    let profile = &built.profile;
    let there = |file: &str| disk.get(&format!("{prefix}{file}"));
    for (work, no) in built.works.iter().zip(1..) {
        let title = || work.title.clone();
        if work.no != no {
            faults.push(Fault::Numbers { no: work.no, title: title() });
        }
        let folder = work.folder.as_ref().map(|folder| format!("{folder}/"));
        for file in work.files.iter().chain([&work.video]) {
            let is_inside = folder.as_ref().is_none_or(|folder| file.starts_with(folder.as_str()));
            if !is_inside || there(file).is_none() {
                faults.push(Fault::NotInFolder { title: title(), file: file.clone() });
            }
        }
        let mut measured = work.measured;
        if let Some(real) = there(&work.video) {
            measured.bytes = real.bytes;
            if profile.marks.identity == Rule::Forbidden
                && tags::tells(&root.join(&real.path)).unwrap_or(true)
            {
                faults.push(Fault::Tags { file: work.video.clone() });
            }
        }
        let (stops, _) = rules::measured(profile, &measured);
        faults.extend(stops.into_iter().map(|stop| Fault::Rule { title: title(), stop }));
    }
    quota(profile, built, faults);
    if profile.out.disk == Some(Disk::Fat32) {
        let large = disk.iter().filter(|(_, real)| real.bytes > rules::FAT32_MAX_BYTES);
        faults.extend(
            large.map(|(file, real)| Fault::TooLargeForDisk { file: file.clone(), bytes: real.bytes }),
        );
    }
}

fn quota(profile: &Profile, built: &Built, faults: &mut Vec<Fault>) {
    let Some(most) = profile.quota.works else { return };
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for work in &built.works {
        let of = match profile.quota.per {
            QuotaPer::Package => "",
            QuotaPer::Category => work.category.as_deref().unwrap_or_default(),
            // Whose they are is not told in a package.
            QuotaPer::Department | QuotaPer::Author => return,
        };
        let count = counts.entry(of).or_default();
        *count += 1;
        if *count > most {
            let stop = Stop::QuotaFull { per: profile.quota.per, of: of.to_owned(), most, earlier: 0 };
            faults.push(Fault::Rule { title: work.title.clone(), stop });
        }
    }
}
