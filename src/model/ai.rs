//! What is known of artificial intelligence in a work: what the team declares, and the labels that its source carries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::hex;

/// How much of a work is made by artificial intelligence, as the team declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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
    /// The chunk `AIGC` of an AVI's `INFO` list.
    AviInfo,
    /// A tag of another container, such as Matroska.
    ContainerTag,
}

impl AiCarrier {
    /// How a rendition carries every label, wherever its source did: what FFmpeg writes with `use_metadata_tags`, and what
    /// the practice guide TC260-PG-20257A names for MP4.
    pub const STANDARD: Self = Self::UserDataKeys;
}

/// What stands before the hexadecimal digits of a label that is no UTF-8, or that begins like this itself.
const HEX: &str = "hex:";

impl AiLabel {
    /// Makes a label of its bytes.
    pub fn new(carrier: AiCarrier, bytes: &[u8]) -> Self {
        let value = match std::str::from_utf8(bytes) {
            Ok(text) if !text.starts_with(HEX) => text.to_owned(),
            _ => format!("{HEX}{}", hex(bytes)),
        };
        Self { carrier, value }
    }

    /// Returns its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let digits = self.value.strip_prefix(HEX).filter(|digits| digits.len().is_multiple_of(2));
        let bytes = digits.and_then(|digits| {
            let pairs = digits.as_bytes().chunks_exact(2).map(|pair| std::str::from_utf8(pair).ok());
            pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
        });
        bytes.unwrap_or_else(|| self.value.clone().into_bytes())
    }
}

/// Version of [`AiFacts`], raised where more carriers are looked for: works are then decided again.
pub const AI_FACTS_VERSION: u32 = 1;

/// What a worker found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AiFacts {
    /// Distinct in their bytes, in the order in which they were found.
    pub labels: Vec<AiLabel>,
    pub content_credentials: bool,
    /// Where a label is that cannot be read: it is too large, there are too many, or its XMP is no text.
    pub unreadable: Option<AiCarrier>,
}

impl AiRecord {
    /// Returns what is known of a work; `None` where the team said nothing and the file holds nothing.
    pub fn of(declared: Option<AiUse>, tools: &[String], facts: Option<&AiFacts>) -> Option<Self> {
        let facts = facts.cloned().unwrap_or_default();
        let record = Self {
            declared,
            tools: tools.to_vec(),
            labels: facts.labels,
            content_credentials: facts.content_credentials,
        };
        (record != Self::default()).then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_every_byte() {
        for bytes in
            [&b"{\"Label\":\"1\"}"[..], "{\"标识\":1}\0".as_bytes(), b"\xff\x00{", b"hex:41", b"hex:"]
        {
            let label = AiLabel::new(AiCarrier::Xmp, bytes);
            assert_eq!(label.bytes(), bytes, "{label:?}");
        }
    }
}
