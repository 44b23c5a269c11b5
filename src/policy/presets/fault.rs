//! A wrong value in a file that parses, and its position in the text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::language::Bilingual;

/// A wrong value that a check found.
#[derive(Debug)]
pub(super) struct Fault {
    place: Place,
    pub(super) problem: Bilingual,
    pub(super) hint: Bilingual,
}

/// Where a wrong value is.
#[derive(Debug)]
enum Place {
    /// Keys from the top; an array's index is a key of digits.
    Keys(Vec<String>),
    /// Byte range in the text.
    Span(Range<usize>),
}

impl Fault {
    /// Returns a fault at a byte range of the text.
    pub(super) fn spanned(span: Range<usize>, problem: Bilingual, hint: Bilingual) -> Self {
        Self { place: Place::Span(span), problem, hint }
    }

    /// Returns a fault at a dotted path.
    pub(super) fn at(path: &str, problem: Bilingual, hint: Bilingual) -> Self {
        Self::under(&path.split('.').collect::<Vec<_>>(), problem, hint)
    }

    /// Returns a fault at keys that may contain dots themselves.
    pub(super) fn under(keys: &[&str], problem: Bilingual, hint: Bilingual) -> Self {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Self { place: Place::Keys(keys), problem, hint }
    }

    /// Returns the byte range of the value in `text`, or of the nearest table above it where the file does not contain
    /// it.
    pub(super) fn span(&self, text: &str) -> Range<usize> {
        let keys = match &self.place {
            Place::Span(span) => return span.clone(),
            Place::Keys(keys) => keys,
        };
        let Ok(table) = DeTable::parse(text) else { return 0..0 };
        let mut keys = keys.iter();
        let Some((key_span, mut value)) = keys.next().and_then(|key| entry(table.get_ref(), key)) else {
            return 0..0;
        };
        let mut place = place_of(key_span, value);
        for key in keys {
            let next = match value.get_ref() {
                DeValue::Table(table) => entry(table, key),
                DeValue::Array(array) => key
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| array.get(index).map(|item| (item.span(), item))),
                _ => None,
            };
            let Some((key_span, inner)) = next else { break };
            value = inner;
            place = place_of(key_span, value);
        }
        place
    }
}

/// Checks that a number is from `least` to `most`, which NaN never is.
pub(super) fn within(path: &str, value: f64, least: f64, most: f64) -> Result<(), Fault> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(
            format!("`{path}` 的值 {value} 超出范围"),
            format!("`{path}` is out of range: {value}"),
        ),
        Bilingual::new(
            format!("应在 {least} 到 {most} 之间"),
            format!("write a number from {least} to {most}"),
        ),
    ))
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.span(), value))
}

/// Returns the range to point at: a table's name, or any other value itself.
fn place_of(key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    if value.get_ref().is_table() { key } else { value.span() }
}
