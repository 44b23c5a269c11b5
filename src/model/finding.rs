//! Findings and verdicts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::code::Code;
use super::config::Consequence;
pub use super::foreign_word::ForeignWord;
use super::language::Bilingual;
use super::likeness::MatchClass;
use super::value::{Arg, Value};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing to do: the render cures it, or it is only worth knowing.
    Note,
    /// Made all the same; a person should look.
    Warning,
    /// The target (or the whole work) is not made.
    Error,
}

/// The result of a rule, an inspection or a failure. `messages` makes texts in both languages of it. Workers send it with all
/// its values; people and other programs get a [`FindingJson`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    /// The target it concerns; `None` is the whole work.
    pub target: Option<String>,
    pub measured: Option<Value>,
    /// The limit that applies.
    pub limit: Option<Value>,
    /// Further values the message names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Arg, Value>,
}

impl Finding {
    pub fn new(code: Code, severity: Severity) -> Self {
        Self { code, severity, target: None, measured: None, limit: None, args: BTreeMap::new() }
    }

    pub fn error(code: Code) -> Self {
        Self::new(code, Severity::Error)
    }

    pub fn warning(code: Code) -> Self {
        Self::new(code, Severity::Warning)
    }

    pub fn note(code: Code) -> Self {
        Self::new(code, Severity::Note)
    }

    #[must_use]
    pub fn for_target(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }

    #[must_use]
    pub fn measured(mut self, value: impl Into<Value>) -> Self {
        self.measured = Some(value.into());
        self
    }

    #[must_use]
    pub fn limit(mut self, value: impl Into<Value>) -> Self {
        self.limit = Some(value.into());
        self
    }

    #[must_use]
    pub fn arg(mut self, name: Arg, value: impl Into<Value>) -> Self {
        self.args.insert(name, value.into());
        self
    }

    /// Adds the message of the system or a library.
    #[must_use]
    pub fn detail(self, message: impl ToString) -> Self {
        self.arg(Arg::Detail, message.to_string())
    }
}

/// A finding as `--json` and the service's status write it: every value in the notation that is shown, and what the
/// languages say each in its own way under a name ending in `_zh` and one in `_en`. `messages` makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingJson {
    pub code: Code,
    pub severity: Severity,
    pub target: Option<String>,
    pub measured: Option<String>,
    pub limit: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
}

/// A written finding gives the same texts again. Arguments of another version are left out.
impl From<&FindingJson> for Finding {
    fn from(written: &FindingJson) -> Self {
        let FindingJson { code, severity, target, measured, limit, args } = written;
        let value = |text: &Option<String>| text.as_ref().map(Value::from);
        let arg = |(name, text): (&String, &String)| {
            let Some(stem) = name.strip_suffix("_zh") else {
                return Some((Arg::from_name(name)?, Value::from(text)));
            };
            let en = args.get(&format!("{stem}_en"))?;
            Some((Arg::from_name(stem)?, Value::from(Bilingual::new(text, en))))
        };
        Self {
            code: *code,
            severity: *severity,
            target: target.clone(),
            measured: value(measured),
            limit: value(limit),
            args: args.iter().filter_map(arg).collect(),
        }
    }
}

impl MatchClass {
    pub fn code(self) -> Code {
        match self {
            Self::SameFile => Code::SameBytes,
            Self::SameStreams => Code::SameStreams,
            Self::SameWork => Code::SameWork,
            Self::Contains => Code::ContainsWork,
            Self::PartOf => Code::PartOfWork,
            Self::SharesPassage => Code::SharesPassage,
            Self::SameSound => Code::SameSound,
        }
    }
}

impl Consequence {
    pub fn severity(self) -> Severity {
        match self {
            Self::Reject => Severity::Error,
            Self::Warn => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// Returns what a person should fix first: the most severe, of those the first, and one about the whole work before those
/// about its targets. `about` returns the severity and the target of a finding.
pub fn first_to_do<'a, F>(
    findings: &'a [F],
    about: impl Fn(&'a F) -> (Severity, Option<&'a str>),
) -> Option<&'a F> {
    let urgency = |one| {
        let (severity, target) = about(one);
        (Reverse(severity), target.is_some())
    };
    findings.iter().filter(|one| about(one).0 > Severity::Note).min_by_key(|one| urgency(one))
}

/// What was decided of a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    AcceptedWithWarnings,
    Duplicate,
    Rejected,
    /// Accepted by the rules, but something broke while it was made; a rerun may succeed.
    Failed,
}

impl Verdict {
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::AcceptedWithWarnings)
    }

    /// Returns the name in manifests, events and the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithWarnings => "accepted_with_warnings",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_has_one_name_everywhere() {
        let all = ["accepted", "accepted_with_warnings", "duplicate", "rejected", "failed"];
        for name in all {
            let verdict: Verdict = serde_json::from_value(name.into()).unwrap();
            assert_eq!(verdict.as_str(), name);
        }
    }

    #[test]
    fn a_code_of_a_later_program_is_kept_as_it_was_written() {
        let stored = r#"["same-work","seen-on-the-moon","seen-on-the-moon"]"#;
        let codes: Vec<Code> = serde_json::from_str(stored).unwrap();
        assert_eq!(codes[0], Code::SameWork);
        assert!(matches!(codes[1], Code::Other(_)));
        assert_eq!(codes[1], codes[2]);
        assert_eq!(codes[1].name(), "seen-on-the-moon");
        assert_eq!(serde_json::to_string(&codes).unwrap(), stored);
        let bare =
            r#"{"code":"seen-on-the-moon","severity":"note","target":null,"measured":null,"limit":null}"#;
        let written: FindingJson = serde_json::from_str(bare).unwrap();
        assert_eq!(serde_json::to_string(&written).unwrap(), bare);
        for damaged in [r#""same\u0000work""#, r#""""#, "7", r#""SameWork""#] {
            assert!(serde_json::from_str::<Code>(damaged).is_err(), "{damaged}");
        }
    }
    #[test]
    fn a_finding_that_was_written_down_is_read_with_its_words_in_both_languages() {
        let written = r#"{"code":"sidecar-invalid","severity":"error","target":null,"measured":"1 s","limit":null,
            "args":{"hint_en":"b","hint_zh":"a","line":"2","later_thing":"x"}}"#;
        let written: FindingJson = serde_json::from_str(written).unwrap();
        let finding = Finding::from(&written);
        let expected = Finding::error(Code::SidecarInvalid)
            .measured(Value::Seconds(1.0))
            .arg(Arg::Hint, Bilingual::new("a", "b"))
            .arg(Arg::Line, 2_u32);
        assert_ne!(finding, expected, "seconds are told to the tenth");
        assert_eq!(finding, Finding { measured: Some("1 s".into()), ..expected });
    }
}
