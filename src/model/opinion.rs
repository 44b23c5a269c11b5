//! A person's opinion of two works.

use serde::{Deserialize, Serialize};

/// Whether two works are the same, as a person sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpinionKind {
    Same,
    NotSame,
    /// The first of the two is the original, the second repeats it.
    Original,
}

/// A person's opinion. It is about contents, not paths: it holds wherever the files are moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// SHA-256 of both sources, lower-case hex. The order matters for [`OpinionKind::Original`] alone; for others the catalogue
    /// puts the lesser first.
    pub about: [String; 2],
    pub said: OpinionKind,
    /// For [`OpinionKind::Original`]: the department's folder of each, since both may be the very same file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folders: Option<[Option<String>; 2]>,
    pub by: Option<String>,
    pub note: Option<String>,
    /// RFC 3339.
    pub at: String,
}

impl Opinion {
    /// Returns the digest of the pair that is not `sha256`.
    pub fn other_than<'a>(&'a self, sha256: &str) -> &'a str {
        let [first, second] = &self.about;
        if first == sha256 { second } else { first }
    }
}
