//! The visible mark on works that are declared to be made by artificial intelligence.

use serde::{Deserialize, Serialize};

use super::ai::AiUse;

/// `[ai_mark]` of the configuration. The rules on labels (《人工智能生成合成内容标识办法》, in force since 2025-09-01, and
/// GB 45438-2025 as news reports give it) want it at the beginning for at least 2 s, in letters of at least 5 % of the
/// picture's shorter side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AiMark {
    pub text: String,
    /// Height of the letters as a share of the canvas' short side.
    pub size: f64,
    /// Seconds from the start for which it is shown.
    pub seconds: f64,
    /// Shows it to the end instead.
    pub throughout: bool,
    /// What works declare that get it.
    pub declared: Vec<AiUse>,
    /// Whether works get it whose file carries a label already: the service that made them put its own mark on them.
    pub labelled: bool,
    /// Ids of targets whose files go without it.
    pub except: Vec<String>,
}

/// Least height of the letters, as a share of the picture's shorter side, and least time, seconds.
pub const LEAST_SIZE: f64 = 0.05;
pub const LEAST_SECONDS: f64 = 2.0;

impl Default for AiMark {
    fn default() -> Self {
        Self {
            text: "本视频含人工智能生成内容".into(),
            size: LEAST_SIZE,
            seconds: LEAST_SECONDS,
            throughout: false,
            declared: vec![AiUse::Generated],
            labelled: false,
            except: Vec::new(),
        }
    }
}

impl AiMark {
    /// Returns true if a work gets the mark that declares this and whose file carries a label or none.
    pub fn is_due(&self, declared: Option<AiUse>, is_labelled: bool) -> bool {
        declared.is_some_and(|declared| self.declared.contains(&declared)) && (self.labelled || !is_labelled)
    }

    /// Returns the microseconds from the start for which it is shown; `None` is to the end.
    pub fn until_us(&self) -> Option<u64> {
        (!self.throughout).then_some((self.seconds * 1e6) as u64)
    }
}
