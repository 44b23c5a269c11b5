//! Sentences with places for a finding's values.

use crate::model::finding::Finding;
use crate::model::text::Bilingual;
use crate::text::Visible;

/// Longer values are cut: a finding may quote a submitted file.
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

    pub fn fill(&self, finding: &Finding) -> Bilingual {
        let target = finding.target.as_deref().map(shown);
        let begin = |colon: &str| target.as_ref().map(|id| format!("{id}{colon}")).unwrap_or_default();
        Bilingual::new(begin("：") + &filled(self.zh, finding), begin(": ") + &filled(self.en, finding))
    }
}

fn filled(pattern: &str, finding: &Finding) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((part, behind)) = after.split_once(']') else { break };
        text.push_str(&with_values(before, finding).text);
        let optional = with_values(part, finding);
        if optional.complete {
            text.push_str(&optional.text);
        }
        rest = behind;
    }
    text.push_str(&with_values(rest, finding).text);
    text
}

struct Part {
    text: String,
    /// Whether the finding had every value.
    complete: bool,
}

fn with_values(pattern: &str, finding: &Finding) -> Part {
    let mut part = Part { text: String::new(), complete: true };
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        part.text.push_str(before);
        match value(name, finding) {
            Some(value) => part.text.push_str(&shown(value)),
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

fn value<'a>(name: &str, finding: &'a Finding) -> Option<&'a str> {
    let value = match name {
        "measured" => finding.measured.as_deref(),
        "limit" => finding.limit.as_deref(),
        _ => finding.args.get(name).map(String::as_str),
    };
    value.filter(|value| !value.is_empty())
}

/// A value that a terminal and a spreadsheet show as it is: no control characters, no marks that turn the reading
/// direction, and not too long.
pub(super) fn shown(value: &str) -> String {
    Visible::of(value).at_most(MOST_CHARACTERS).to_string()
}
