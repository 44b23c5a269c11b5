//! Reads `NAME.toml` beside a video.

use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::error::ReadError;
use super::fault::Fault;
use super::parse::{parse, refuse};
use super::read::{DETAILS_MAX_BYTES, text_of};
use crate::files;
use crate::model::config::Details;
use crate::model::language::Bilingual;

/// Longest title and text, characters, and most entries of a list. No platform accepts more; what is longer is the
/// content of some other file.
const TITLE_MAX_CHARS: usize = 200;
const TEXT_MAX_CHARS: usize = 10_000;
const LIST_MAX: usize = 50;

/// Reads the details that a team wrote about its work: at most 64 KiB, in UTF-8, UTF-16 or GB18030. A link is not
/// followed.
pub fn read_details(path: &Path) -> Result<Details, ReadError> {
    details_of(path, files::read(path, DETAILS_MAX_BYTES))
}

/// As [`read_details`], from the result of reading the file at `path`.
pub fn details_of(path: &Path, read: io::Result<Vec<u8>>) -> Result<Details, ReadError> {
    let text = text_of(path, read, DETAILS_MAX_BYTES)?;
    let mut details: Details = parse(path, &text)?;
    refuse(path, &text, check(&details))?;
    if let Some(written) = &mut details.submitted {
        refuse(path, &text, date_at("submitted", written).map(|date| *written = date.to_string()))?;
    }
    Ok(details)
}

fn check(details: &Details) -> Result<(), Fault> {
    for (name, value) in
        [("title", &details.title), ("teacher", &details.teacher), ("department", &details.department)]
    {
        if let Some(value) = value {
            one_line(name, value)?;
        }
    }
    for (name, list) in [("authors", &details.authors), ("tags", &details.tags)] {
        if list.len() > LIST_MAX {
            return Err(too_long(name, LIST_MAX, "项", "entries"));
        }
        for (index, value) in list.iter().enumerate() {
            one_line(&format!("{name}.{index}"), value)?;
        }
    }
    if details.text.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX_CHARS) {
        return Err(too_long("text", TEXT_MAX_CHARS, "字", "characters"));
    }
    Ok(())
}

/// Parses an ISO date such as `2026-12-01`, also without hyphens or with a time, which is ignored. Later steps use the
/// parsed date, never the text.
pub(super) fn date_at(path: &str, text: &str) -> Result<Date, Fault> {
    if let Some(problem) = super::explain::impossible_date(text) {
        let hint = Bilingual::new("请改正日期", "write a date that exists");
        return Err(Fault::at(path, problem, hint));
    }
    let date: Option<Date> = text.trim().parse().ok();
    date.filter(|date| date.year() > 0).ok_or_else(|| {
        Fault::at(
            path,
            Bilingual::new(format!("“{text}”不是日期"), format!("\"{text}\" is not a date")),
            Bilingual::new(
                "写成 \"年-月-日\"，例如 \"2026-12-01\"",
                "write year-month-day, such as \"2026-12-01\"",
            ),
        )
    })
}

fn one_line(path: &str, value: &str) -> Result<(), Fault> {
    if value.chars().count() > TITLE_MAX_CHARS {
        return Err(too_long(path, TITLE_MAX_CHARS, "字", "characters"));
    }
    if value.trim().is_empty() {
        return Err(Fault::at(
            path,
            Bilingual::new(format!("`{path}` 是空的"), format!("`{path}` is empty")),
            Bilingual::new("请填写，或删去这一项", "fill it in, or remove it"),
        ));
    }
    if value.chars().any(char::is_control) {
        return Err(Fault::at(
            path,
            Bilingual::new(
                format!("`{path}` 里有换行或控制字符"),
                format!("`{path}` holds a line break or a control character"),
            ),
            Bilingual::new("请写成一行文字", "write it as one line of text"),
        ));
    }
    Ok(())
}

fn too_long(path: &str, most: usize, unit_zh: &str, unit_en: &str) -> Fault {
    Fault::at(
        path,
        Bilingual::new(format!("`{path}` 太长"), format!("`{path}` is too long")),
        Bilingual::new(format!("最多 {most} {unit_zh}"), format!("at most {most} {unit_en}")),
    )
}

#[cfg(test)]
mod tests;
