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
    let unit = unit_of(path);
    Err(Fault::at(
        path,
        Bilingual::new(
            format!("`{path}` 的值 {value} 超出范围"),
            format!("`{path}` is out of range: {value}"),
        ),
        Bilingual::new(
            format!(
                "应在 {least} 到 {most} 之间{}",
                unit.map(|(zh, _)| format!("（{zh}）")).unwrap_or_default()
            ),
            format!(
                "write a number from {least} to {most}{}",
                unit.map(|(_, en)| format!(" ({en})")).unwrap_or_default()
            ),
        ),
    ))
}

/// Returns the unit of a number, which its name tells.
fn unit_of(path: &str) -> Option<(&'static str, &'static str)> {
    let name = path.rsplit('.').find(|part| !part.chars().all(|c| c.is_ascii_digit()))?;
    let by_end = [
        ("_ms", ("毫秒", "milliseconds")),
        ("_cpu_per_second", ("每秒素材的处理器秒数", "seconds of a processor for each second of the source")),
        ("_s", ("秒", "seconds")),
        ("_mb", ("MB", "MB")),
        ("_bytes", ("字节", "bytes")),
        ("_pixels", ("像素", "pixels")),
        ("_side", ("像素", "pixels")),
        ("frame_rate", ("帧/秒", "frames a second")),
        ("_rate", ("比特/秒", "bits a second")),
        ("_lufs", ("LUFS", "LUFS")),
        ("_dbtp", ("dBTP", "dBTP")),
        ("_chars", ("字", "characters")),
        ("text_max", ("字", "characters")),
    ];
    let whole = [
        ("seconds", ("秒", "seconds")),
        ("size", ("占画面短边的比例", "a share of the short side")),
        ("margin", ("占画面短边的比例", "a share of the short side")),
        ("opacity", ("0 是全透明，1 是不透明", "0 is invisible, 1 is opaque")),
        ("max_lost_share", ("比例", "a share")),
    ];
    let ends = by_end.into_iter().find(|(end, _)| name.ends_with(end));
    ends.or_else(|| whole.into_iter().find(|(known, _)| *known == name && !path.starts_with("cover")))
        .map(|(_, unit)| unit)
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.span(), value))
}

/// Returns the range to point at: a table's name, or any other value itself.
fn place_of(key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    if value.get_ref().is_table() { key } else { value.span() }
}
