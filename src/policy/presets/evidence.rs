//! Checks that every number of a preset has a source, and every sentence that it has people choose.

use toml::de::{DeTable, DeValue};

use std::collections::BTreeMap;

use super::dates::date_at;
use super::explain::did_you_mean;
use super::fault::Fault;
use crate::model::language::Bilingual;
use crate::model::preset::{Evidence, Preset};
use crate::model::units::Rational;

/// The tables whose numbers need a source.
const TABLES: [&str; 5] = ["accept", "want", "cover", "post", "overlay"];

/// The tables of a package profile whose values are rules of the call.
const RULE_TABLES: [&str; 8] = ["when", "quota", "select", "video", "marks", "names", "part", "ask"];

/// Values of those tables that are the office's own choice.
const OWN_CHOICES: [&str; 4] = ["when.zone", "when.warn_days", "select.order", "video.target"];

/// Checks a preset; `text` is the file that it was read from.
pub(super) fn check(preset: &Preset, text: &str) -> Result<(), Fault> {
    check_sources(&preset.evidence, &numbers_in(text))
}

/// Checks the sources of a package profile, where every rule needs one.
pub(super) fn check_rules(evidence: &BTreeMap<String, Evidence>, text: &str) -> Result<(), Fault> {
    let mut rules = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        for name in RULE_TABLES {
            if let Some(value) = table.get_ref().get(name) {
                collect_all(name, value.get_ref(), &mut rules);
            }
        }
    }
    rules.retain(|path| !OWN_CHOICES.contains(&path.as_str()));
    check_sources(evidence, &rules)
}

fn check_sources(sources: &BTreeMap<String, Evidence>, numbers: &[String]) -> Result<(), Fault> {
    if let Some(path) = numbers.iter().find(|path| !sources.keys().any(|key| covers(key, path))) {
        return Err(Fault::at(
            path,
            Bilingual::new(format!("`{path}` 没有写出处"), format!("`{path}` has no source")),
            Bilingual::new(
                format!(
                    "在 [evidence] 里补上 \"{path}\" = {{ source = \"…\", confidence = \"convention\" }}"
                ),
                format!("add to [evidence]: \"{path}\" = {{ source = \"…\", confidence = \"convention\" }}"),
            ),
        ));
    }
    for (key, evidence) in sources {
        if !numbers.iter().any(|path| covers(key, path)) {
            let known: Vec<&str> = numbers.iter().map(String::as_str).collect();
            return Err(Fault::under(
                &["evidence", key],
                Bilingual::new(
                    format!("[evidence] 的 `{key}` 没有对应的数值"),
                    format!("`{key}` in [evidence] belongs to no number"),
                ),
                did_you_mean(key, &known),
            ));
        }
        if evidence.source.trim().is_empty() {
            return Err(Fault::under(
                &["evidence", key, "source"],
                Bilingual::new(format!("`{key}` 的出处是空的"), format!("the source of `{key}` is empty")),
                Bilingual::new("写网址、文件名或“惯例”", "write an address, a document or \"convention\""),
            ));
        }
        if let Some(date) = &evidence.as_of {
            date_at("evidence", date)
                .map_err(|fault| Fault::under(&["evidence", key, "as_of"], fault.problem, fault.hint))?;
        }
    }
    Ok(())
}

/// Sentences of a platform's form, which change when numbers do not: a source for all of `post` is none for them.
const SENTENCES: &str = "post.declare";

fn covers(key: &str, path: &str) -> bool {
    if path.starts_with(SENTENCES) && !key.starts_with(SENTENCES) {
        return false;
    }
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the dotted paths of every number, size and ratio, and of the sentences.
fn numbers_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        for name in TABLES {
            if let Some(value) = table.get_ref().get(name) {
                collect(name, value.get_ref(), &mut found);
            }
        }
    }
    found
}

fn collect(path: &str, value: &DeValue<'_>, found: &mut Vec<String>) {
    match value {
        DeValue::Integer(_) | DeValue::Float(_) => found.push(path.to_owned()),
        DeValue::String(text) if text.parse::<Rational>().is_ok() => found.push(path.to_owned()),
        DeValue::String(_) if path.starts_with(SENTENCES) => found.push(path.to_owned()),
        DeValue::Table(table) => {
            for (key, inner) in table {
                collect(&format!("{path}.{}", key.get_ref()), inner.get_ref(), found);
            }
        }
        DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_integer()) => {
            found.push(path.to_owned());
        }
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}.{index}"), item.get_ref(), found);
            }
        }
        _ => {}
    }
}

/// Collects the paths of all values but tables, and but arrays that hold tables.
fn collect_all(path: &str, value: &DeValue<'_>, found: &mut Vec<String>) {
    match value {
        DeValue::Table(table) => {
            for (key, inner) in table {
                collect_all(&format!("{path}.{}", key.get_ref()), inner.get_ref(), found);
            }
        }
        DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
            for (index, item) in items.iter().enumerate() {
                collect_all(&format!("{path}.{index}"), item.get_ref(), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}
