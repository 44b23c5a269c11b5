//! Names everything that a preset lacks at once, where the parser stops at the first.

use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use super::error::{Mistake, ReadError};
use crate::model::language::Bilingual;
use crate::model::preset::Preset;

/// What the numbers of `want` are, in a few words.
const NOTES: [(&str, &str, &str); 12] = [
    ("crf", "画质，18–28", "quality, 18–28"),
    ("max_rate", "峰值码率，比特/秒", "peak rate, bits a second"),
    ("key_frame_interval_ms", "关键帧间隔，毫秒", "time between key frames, milliseconds"),
    ("audio_rate", "声音码率，比特/秒", "rate of the sound, bits a second"),
    ("loudness_lufs", "响度，LUFS", "loudness, LUFS"),
    ("true_peak_dbtp", "真峰值，dBTP", "true peak, dBTP"),
    ("max_frame_rate", "最高帧率", "highest frame rate"),
    ("landscape", "横拍画布，宽和高", "canvas of landscape videos"),
    ("portrait", "竖拍画布，宽和高", "canvas of portrait videos"),
    ("square", "方形画布，宽和高", "canvas of square videos"),
    ("fit", "怎样放进画布", "how a video meets the canvas"),
    ("sound", "声音", "sound"),
];

/// Returns the mistake of a preset that lacks keys, with all of them; `None` if something else is wrong with it. `model` is
/// the text of a complete preset, whose values are the usual ones.
pub(super) fn in_preset(path: &Path, text: &str, model: &str) -> Option<ReadError> {
    let error = toml::from_str::<Preset>(text).err()?;
    if !error.message().starts_with("missing field") {
        return None;
    }
    let (model, written): (Table, Table) = (toml::from_str(model).ok()?, toml::from_str(text).ok()?);
    let mut missing = Vec::new();
    gather(&model, &model, &written, &mut Vec::new(), &mut missing);
    let (first, others) = missing.split_first()?;
    let named = |place: &Vec<String>| match place.split_last() {
        Some((key, table)) if table == &first[..first.len() - 1] => format!("`{key}`"),
        _ => format!("`{}`", place.join(".")),
    };
    let usual =
        |place: &Vec<String>| value_at(&model, place).filter(|value| !value.is_table()).map(Value::to_string);
    let key = first.last()?;
    let note = NOTES.iter().find(|(name, ..)| name == key);
    let about = |of: Option<&str>, usual_word: &str| {
        let usual = usual(first).map(|usual| format!("{usual_word} {usual}"));
        let parts: Vec<String> = of.map(str::to_owned).into_iter().chain(usual).collect();
        parts
    };
    let (zh, en) = (about(note.map(|note| note.1), "常用"), about(note.map(|note| note.2), "usually"));
    let mut problem = Bilingual::new(format!("缺少 `{key}`"), format!("`{key}` is missing"));
    if !zh.is_empty() {
        problem.zh.push_str(&format!("（{}）", zh.join("，")));
        problem.en.push_str(&format!(" ({})", en.join(", ")));
    }
    if !others.is_empty() {
        let all: Vec<String> = others.iter().map(named).collect();
        problem.zh.push_str(&format!("；还缺：{}", all.join("、")));
        problem.en.push_str(&format!("; also missing: {}", all.join(", ")));
    }
    let table = first[..first.len() - 1].join(".");
    let line = usual(first).map_or_else(|| format!("[{key}]"), |usual| format!("{key} = {usual}"));
    let (in_zh, in_en) = match table.as_str() {
        "" => (String::new(), String::new()),
        table => (format!("在 [{table}] 里"), format!(" under [{table}]")),
    };
    let hint = Bilingual::new(
        format!("请{in_zh}补上，例如 {line}；可以照着 `jincai presets show douyin` 填"),
        format!("add it{in_en}, such as {line}; `jincai presets show douyin` shows a complete one"),
    );
    let span = error.span().unwrap_or(0..0);
    let start = span.start.min(text.len());
    let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
    let span = start..span.end.clamp(start, end);
    Some(ReadError::Mistake(Box::new(Mistake {
        file: path.to_owned(),
        text: text.to_owned(),
        span,
        problem,
        hint,
    })))
}

/// Gathers the keys of `model` that a preset must have and that are not written.
fn gather(
    all: &Table,
    model: &Table,
    written: &Table,
    place: &mut Vec<String>,
    missing: &mut Vec<Vec<String>>,
) {
    for (key, value) in model {
        place.push(key.clone());
        match (written.get(key), value) {
            (None, _) if is_needed(all, place) => missing.push(place.clone()),
            (Some(Value::Table(inner)), Value::Table(value)) if key != "evidence" => {
                gather(all, value, inner, place, missing);
            }
            _ => {}
        }
        place.pop();
    }
}

/// Returns true if a preset without this key is not one.
fn is_needed(all: &Table, place: &[String]) -> bool {
    let mut without = all.clone();
    let Some((key, tables)) = place.split_last() else { return false };
    let mut table = &mut without;
    for name in tables {
        let Some(Value::Table(inner)) = table.get_mut(name) else { return false };
        table = inner;
    }
    table.remove(key);
    Preset::deserialize(without).is_err()
}

fn value_at<'t>(all: &'t Table, place: &[String]) -> Option<&'t Value> {
    let (first, rest) = place.split_first()?;
    rest.iter().try_fold(all.get(first)?, |value, key| value.get(key))
}
