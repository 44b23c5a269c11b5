//! What is known of artificial intelligence in a work: what the team declares, and the labels that its source carries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of a work is made by artificial intelligence, as the team declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiUse {
    None,
    /// People made it, with help: a translated caption, a cleaned voice.
    Assisted,
    /// Pictures, voices or text of it are generated.
    Generated,
}

/// What the manifest says of artificial intelligence in a work. Part of what reviewers sign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AiRecord {
    /// `null`: the team said nothing.
    pub declared: Option<AiUse>,
    /// What it was made with, in the team's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// The labels that the source carries; each is carried byte-equal into every rendition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<AiLabel>,
    /// The source carries C2PA content credentials, which no rendition does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub content_credentials: bool,
}

/// A label of AI-made media as it was found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct AiLabel {
    /// Where it was found first.
    pub carrier: AiCarrier,
    /// Its bytes, which are JSON as a rule; where they are no UTF-8, in hex behind `hex:`.
    pub value: String,
}

/// Where a file carries a label (TC260-PG-20257A and its implementers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiCarrier {
    /// The key `AIGC` of `moov.udta.meta` with `keys` and `ilst`.
    UserDataKeys,
    /// The same list in `moov.meta`.
    MovieKeys,
    /// A list without keys, under the handler `mdir`.
    ItemList,
    /// An XMP packet in a `uuid` box.
    Xmp,
    /// A box of the kind `aigc`.
    AigcBox,
}
