//! Receipts: where a work was posted, reposted or removed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a receipt proves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    #[default]
    Post,
    /// A unit posted it again on its own account.
    Repost,
    Column,
    /// 互比互看.
    Relay,
    /// A post was taken down.
    Removal,
}

/// The picture that somebody handed in as proof, decoded and encoded again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Screenshot {
    /// Relative to the library.
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
}

/// Proof that a work was posted, reposted or removed somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    pub target: String,
    pub what: ReceiptKind,
    /// `null` beside a screenshot: it counts once somebody has seen that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The post's own number on its platform, from the link. Text: it has up to 19 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Of the unit that posted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// When it was posted, RFC 3339; the record says when that was written down.
    pub posted_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
    /// Whether the text that was posted holds every topic; `null` where nobody gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics_seen: Option<bool>,
    /// Of the file that was released then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendition_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
