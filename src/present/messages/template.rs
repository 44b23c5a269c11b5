//! Sentences with places for a finding's values.

use crate::model::finding::Finding;
use crate::model::language::{Bilingual, Lang};
use crate::model::value::{Arg, Value};
use crate::text::Visible;

/// Longer values are cut where they may quote a submitted file.
const MOST_CHARACTERS: usize = 200;

/// One message. `{measured}`, `{limit}` and `{name}` of an argument stand for the finding's values; a part in `[…]` is
/// left out when the finding lacks one of the values in it. Places outside brackets show `?` when there is no value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    zh: &'static str,
    en: &'static str,
}

impl Template {
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    /// `said` says a value in both languages.
    pub fn fill(&self, finding: &Finding, said: fn(&Value) -> Bilingual) -> Bilingual {
        let filled = |pattern, lang| {
            let value =
                |name: &str| value(name, finding).map(|value| value_text(value, said(value).get(lang)));
            filled(pattern, &|name| value(name).filter(|text| !text.is_empty()))
        };
        Bilingual::new(filled(self.zh, Lang::Zh), filled(self.en, Lang::En))
    }

    /// Returns the names of the places that stand for no value there is.
    #[cfg(test)]
    pub fn unknown_places(&self) -> Vec<&str> {
        let places =
            |pattern: &'static str| pattern.split('{').skip(1).filter_map(|part| part.split('}').next());
        let is_known = |name: &&str| matches!(*name, "measured" | "limit") || Arg::from_name(name).is_some();
        places(self.zh).chain(places(self.en)).filter(|name| !is_known(name)).collect()
    }
}

fn filled(pattern: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((part, behind)) = after.split_once(']') else { break };
        text.push_str(&with_values(before, value).text);
        let optional = with_values(part, value);
        if optional.complete {
            text.push_str(&optional.text);
        }
        rest = behind;
    }
    text.push_str(&with_values(rest, value).text);
    text
}

struct Part {
    text: String,
    /// Whether the finding had every value.
    complete: bool,
}

fn with_values(pattern: &str, value: &dyn Fn(&str) -> Option<String>) -> Part {
    let mut part = Part { text: String::new(), complete: true };
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        part.text.push_str(before);
        match value(name) {
            Some(value) => part.text.push_str(&value),
            None => {
                part.complete = false;
                part.text.push('?');
            }
        }
        rest = behind;
    }
    part.text.push_str(rest);
    part
}

fn value<'a>(name: &str, finding: &'a Finding) -> Option<&'a Value> {
    match name {
        "measured" => finding.measured.as_ref(),
        "limit" => finding.limit.as_ref(),
        _ => finding.args.get(&Arg::from_name(name)?),
    }
}

/// Returns a value's text as the sentence holds it: cut where it may quote a file, whole where the words are our own.
fn value_text(value: &Value, text: &str) -> String {
    match value {
        Value::Words(_) => Visible::of(text).to_string(),
        _ => shown(text),
    }
}

/// Shows a value so that a terminal and a spreadsheet show it as it is: no control characters, no marks that turn the reading
/// direction, and not too long.
pub(super) fn shown(value: &str) -> String {
    Visible::of(value).at_most(MOST_CHARACTERS).to_string()
}
