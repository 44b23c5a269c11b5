//! `jincai package verify`: whether a package, a folder or zips, is as it was built, by anyone who has it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::reading::{Place, read, unreadable};
use crate::commands::error::CommandError;
use crate::model::config::Limits;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::showcase::contents::Contents;
use crate::model::showcase::fault::Fault;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::showcase::verify::{Checked, Subject, check, is_hopeless, is_zip_of};

/// What the progress bar is known by.
const BAR: &str = "verify";

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum VerifyEvent<'a> {
    Fault {
        #[serde(flatten)]
        fault: &'a Fault,
        message: Bilingual,
    },
    Verified {
        package: AnyPath,
        sound: bool,
        faults: usize,
        works: usize,
        files: usize,
        bytes: u64,
    },
}

/// What is checked.
enum Given {
    Folder(PathBuf),
    /// All parts.
    Zips(Vec<PathBuf>),
}

/// Checks a package; the exit code is 1 where it cannot be handed in.
pub(super) async fn verify(path: &Path, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let shown = path.display().to_string();
    let no_package = || {
        let (text, hint) = words::no_package(&shown);
        CommandError::usage(text).with_hint(hint)
    };
    let place = path.canonicalize().map_err(|_| no_package())?;
    let given = given(&place).ok_or_else(no_package)?;
    let at = match &given {
        Given::Folder(folder) => Place::folder(folder),
        Given::Zips(zips) => Place::zips(zips),
    };
    let label = words::reading_back();
    let mut on_progress = |done, total| screen.update(BAR, label.get(lang), (done, total), "");
    let contents = read(at, &BTreeSet::new(), &Limits::default(), &mut on_progress).await;
    screen.rest(BAR);
    let contents = contents.map_err(|error| unreadable(&shown, error))?;
    let checked = checked(&given, &contents);
    let Checked { built, faults, files, bytes } = &checked;
    let works = built.as_ref().map_or(0, |built| built.works.len());
    for fault in faults {
        let message = words::fault(fault);
        screen.say(message.get(lang));
        screen.event(&VerifyEvent::Fault { fault, message });
    }
    screen.event(&VerifyEvent::Verified {
        package: place.into(),
        sound: checked.is_sound(),
        faults: faults.len(),
        works,
        files: *files,
        bytes: *bytes,
    });
    let said = match checked.is_sound() {
        true => words::verified(&shown, works, *files, *bytes),
        false => words::not_sound(&shown, faults.len()),
    };
    screen.say(said.get(lang));
    Ok(u8::from(!checked.is_sound()))
}

/// Returns what a path means: a folder, a zip with all its parts beside it, or a folder that holds nothing but zips.
fn given(place: &Path) -> Option<Given> {
    if place.is_dir() {
        let inside = zips_in(place, &|_| true);
        let only_zips = !inside.is_empty() && fs::read_dir(place).ok()?.count() == inside.len();
        return Some(if only_zips { Given::Zips(inside) } else { Given::Folder(place.to_owned()) });
    }
    if !place.is_file() {
        return None;
    }
    let name = place.file_name()?.to_string_lossy().into_owned();
    let parts = words::whole_of_part(&name).map(|whole| {
        let is_part = |other: &str| words::whole_of_part(other) == Some(whole);
        zips_in(place.parent().unwrap_or(Path::new("/")), &is_part)
    });
    Some(Given::Zips(parts.filter(|parts| !parts.is_empty()).unwrap_or_else(|| vec![place.to_owned()])))
}

fn zips_in(folder: &Path, is_meant: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let meant = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.to_lowercase().ends_with(".zip") && is_meant(&name)
    });
    let mut zips: Vec<PathBuf> = meant.map(|entry| entry.path()).collect();
    zips.sort();
    zips
}

/// Holds what was read against the rules. Of zips, the folder in them counts, and each has to be called like it.
fn checked(given: &Given, contents: &Contents) -> Checked {
    let proven = BTreeSet::new();
    let name = match given {
        Given::Folder(folder) => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        Given::Zips(_) => contents.top.clone().unwrap_or_default(),
    };
    let mut checked = check(Subject { contents, name: &name, proven: &proven });
    if let Given::Zips(zips) = given
        && !is_hopeless(contents)
        && contents.top.is_some()
    {
        let names = zips.iter().map(|zip| zip.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let strange = names.filter(|zip| !is_zip_of(zip, &name));
        checked.faults.extend(strange.map(|zip| Fault::ZipName { zip, name: name.clone() }));
        let lacks_parts =
            checked.faults.iter().any(|fault| matches!(fault, Fault::Missing { .. } | Fault::NoSums));
        let first = zips.first().and_then(|zip| zip.file_name()).unwrap_or_default().to_string_lossy();
        let expected = words::whole_of_part(&first).map(|(_, of)| of);
        if let Some(of) = expected.filter(|of| lacks_parts && *of != zips.len()) {
            checked.faults.insert(0, Fault::LacksParts { there: zips.len(), of });
        }
    }
    checked
}
