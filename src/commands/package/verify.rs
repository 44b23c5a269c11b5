//! `jincai package verify`: whether a package is as it was built, by anyone who has it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use crate::commands::error::CommandError;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::showcase::fault::Fault;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::showcase::verify::{Checked, Subject, verify as check};

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

/// Checks a package; the exit code is 1 where it cannot be handed in.
pub(super) fn verify(dir: &Path, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let shown = dir.display().to_string();
    let no_package = || {
        let (text, hint) = words::no_package(&shown);
        CommandError::usage(text).with_hint(hint)
    };
    let name = dir.file_name().ok_or_else(no_package)?.to_string_lossy().into_owned();
    if dir.is_file() {
        let (text, hint) = words::unpack_first(&shown);
        return Err(CommandError::usage(text).with_hint(hint));
    }
    if !dir.is_dir() {
        return Err(no_package());
    }
    let subject = Subject { root: &dir, name: &name, proven: &BTreeSet::new() };
    let checked = check(subject, &mut |_| {}).map_err(|error| {
        let fault = Fault::Unreadable { file: shown.clone(), detail: error.to_string() };
        CommandError::environment(words::fault(&fault)).because(error)
    })?;
    let Checked { built, faults, files, bytes } = &checked;
    let works = built.as_ref().map_or(0, |built| built.works.len());
    for fault in faults {
        let message = words::fault(fault);
        screen.say(message.get(lang));
        screen.event(&VerifyEvent::Fault { fault, message });
    }
    screen.event(&VerifyEvent::Verified {
        package: dir.clone().into(),
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
