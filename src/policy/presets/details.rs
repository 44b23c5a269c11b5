//! Reads `NAME.toml` beside a video.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use toml::de::DeTable;

use super::bare_keys::Quoted;
use super::builtin::builtin;
use super::error::{Mistake, ReadError};
use super::explain::explain;
use super::fault::Fault;
use super::parse::{line_at, on_one_line};
use super::read::{DETAILS_MAX_BYTES, text_of};
use crate::files;
use crate::model::details::Details;
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use keys::Key;
use values::Written;

mod ai;
mod keys;
mod posts;
mod targets;
mod times;
mod values;
mod wishes;

/// Reads the details that a team wrote about its work: at most 64 KiB, in UTF-8, UTF-16 or GB18030. A link is not
/// followed.
pub fn read_details(path: &Path) -> Result<Details, ReadError> {
    details_of(path, files::read(path, DETAILS_MAX_BYTES), &builtin())
}

/// As [`read_details`], from the result of reading the file at `path`. The details may name the targets of `presets` and the
/// built-in ones, by their ids or names.
pub fn details_of(path: &Path, read: io::Result<Vec<u8>>, presets: &[Preset]) -> Result<Details, ReadError> {
    let text = text_of(path, read, DETAILS_MAX_BYTES)?;
    let quoted = Quoted::keys_of(&text);
    let mistake = |span, problem, hint| {
        let span = on_one_line(&text, quoted.written(span));
        ReadError::Mistake(Box::new(Mistake {
            file: path.to_owned(),
            text: text.clone(),
            span,
            problem,
            hint,
        }))
    };
    let table = DeTable::parse(&quoted.text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let shown = quoted.text.get(span.clone()).unwrap_or_default();
        let explanation = explain(error.message(), shown, line_at(&quoted.text, span.start));
        mistake(span, explanation.problem, explanation.hint)
    })?;
    details_in(table.get_ref(), &quoted.text, presets).map_err(|fault| {
        let span = fault.span(&quoted.text);
        mistake(span, fault.problem, fault.hint)
    })
}

fn details_in(table: &DeTable<'_>, text: &str, presets: &[Preset]) -> Result<Details, Fault> {
    let mut details = Details::default();
    let mut known = BTreeSet::new();
    let mut tools = None;
    // In the order in which they were written, for the first mistake to be told first.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in entries {
        let Some(key) = keys::key_of(name.get_ref()) else {
            return Err(keys::unknown(name.span(), name.get_ref()));
        };
        if !known.insert(key) {
            return Err(written_twice(name.span(), name.get_ref()));
        }
        let value = Written { name: name.get_ref(), value, text };
        match key {
            Key::Title => details.title = Some(value.line()?),
            Key::Authors => details.authors = value.lines()?,
            Key::Advisors => details.about.advisors = value.lines()?,
            Key::Text => details.text = Some(value.text()?),
            Key::Tags => details.tags = value.lines()?,
            Key::Department => details.department = Some(value.line()?),
            Key::Submitted => details.submitted = Some(value.date()?),
            Key::Category => details.about.category = Some(value.line()?),
            Key::Class => details.about.class = Some(value.line()?),
            Key::Synopsis => details.about.synopsis = Some(value.text()?),
            Key::Music => details.about.music = Some(value.line()?),
            Key::Consent => details.about.consent = Some(value.yes_or_line()?),
            Key::Ai => details.ai = Some(ai::declared(value)?),
            Key::AiTools => {
                details.ai_tools = value.lines()?;
                tools = Some(value);
            }
            Key::Post => details.post = posts::texts(value, presets)?,
            Key::Corner => details.corner = wishes::per_target(value, presets, wishes::corner)?,
            Key::Fit => details.fit = wishes::per_target(value, presets, wishes::fit)?,
            Key::Focus => details.focus = Some(wishes::focus(value)?),
            Key::CoverAt => details.cover_at_us = Some(times::moment(value)?),
            Key::Trim => details.trim = Some(times::trim(value)?),
            Key::Targets => details.targets = targets::listed(value, presets)?,
        }
    }
    ai::check(&details, tools)?;
    Ok(details)
}

/// One key under two of its names.
fn written_twice(span: std::ops::Range<usize>, name: &str) -> Fault {
    Fault::spanned(
        span,
        Bilingual::new(
            format!("`{name}` 写了两次（可能用了另一个名称）"),
            format!("`{name}` is written twice, under two names"),
        ),
        Bilingual::new("只留一处", "keep one of them"),
    )
}

#[cfg(test)]
mod tests;
