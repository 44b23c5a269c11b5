//! Parses TOML into typed values, or into a mistake with its position.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::{Mistake, ReadError};
use super::explain::explain;
use super::fault::Fault;

/// Parses the text of `file`.
pub(super) fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, ReadError> {
    toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let written = text.get(span.clone()).unwrap_or_default();
        let explanation = explain(error.message(), written, line_at(text, span.start));
        let mistake = Mistake {
            file: file.to_owned(),
            text: text.to_owned(),
            span: on_one_line(text, span),
            problem: explanation.problem,
            hint: explanation.hint,
        };
        ReadError::Mistake(Box::new(mistake))
    })
}

/// Converts the result of a check into an error of `file`.
pub(super) fn refuse(file: &Path, text: &str, found: Result<(), Fault>) -> Result<(), ReadError> {
    found.map_err(|fault| mistake(file, text, fault))
}

/// Converts a fault into an error with its position in the text.
pub(super) fn mistake(file: &Path, text: &str, fault: Fault) -> ReadError {
    let span = on_one_line(text, fault.span(text));
    let Fault { problem, hint, .. } = fault;
    let mistake = Mistake { file: file.to_owned(), text: text.to_owned(), span, problem, hint };
    ReadError::Mistake(Box::new(mistake))
}

/// Returns the line that holds this byte.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    let Some((before, behind)) = text.split_at_checked(at) else { return "" };
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = behind.find('\n').map_or(text.len(), |length| at + length);
    text.get(start..end).unwrap_or_default()
}

/// Cuts a span to its first line and to the text: an underline over half a file helps nobody.
pub(super) fn on_one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let start = span.start.min(text.len());
    let end = span.end.clamp(start, text.len());
    let line = text.get(start..end).and_then(|spanned| spanned.find('\n'));
    start..line.map_or(end, |length| start + length)
}
