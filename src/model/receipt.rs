//! Receipts: where a work was posted, reposted or removed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::code::Code;

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
    /// Somebody else looked at what another receipt says and found it true.
    Seen,
}

impl ReceiptKind {
    pub const ALL: [Self; 6] =
        [Self::Post, Self::Repost, Self::Column, Self::Relay, Self::Removal, Self::Seen];

    /// Returns its name, as it is stored and typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Repost => "repost",
            Self::Column => "column",
            Self::Relay => "relay",
            Self::Removal => "removal",
            Self::Seen => "seen",
        }
    }

    /// Returns true for those that put the work somewhere.
    pub fn is_posting(self) -> bool {
        matches!(self, Self::Post | Self::Repost | Self::Column | Self::Relay)
    }
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
    /// What identifies the post among all, however its link is written: two works never share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_key: Option<String>,
    /// The number of the receipt that a removal or a look is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
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
    /// What was found when it was written down, such as a post from before the release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Code>,
    /// Whether the text that was posted holds every topic; `null` where nobody gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics_seen: Option<bool>,
    /// Of the file that was released then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendition_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Returns the posts that are up: those on record that were not taken down since, oldest first, each link once.
pub fn posts_up<'a>(receipts: impl IntoIterator<Item = &'a Receipt>) -> Vec<&'a Receipt> {
    let mut up: Vec<&Receipt> = Vec::new();
    for receipt in receipts {
        let is_of = |post: &&Receipt| {
            post.target == receipt.target && (receipt.url.is_none() || post.url == receipt.url)
        };
        match receipt.what {
            ReceiptKind::Removal => up.retain(|post| !is_of(post)),
            ReceiptKind::Post if receipt.url.is_some() && up.iter().any(is_of) => {}
            ReceiptKind::Post => up.push(receipt),
            ReceiptKind::Repost | ReceiptKind::Column | ReceiptKind::Relay | ReceiptKind::Seen => {}
        }
    }
    up
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_up_until_it_is_removed() {
        let receipt = |what, url: Option<&str>| Receipt {
            target: "douyin".into(),
            what,
            url: url.map(str::to_owned),
            ..Receipt::default()
        };
        let (post, removal) = (ReceiptKind::Post, ReceiptKind::Removal);
        let all = [
            receipt(post, Some("a")),
            receipt(post, Some("a")),
            receipt(ReceiptKind::Repost, Some("r")),
            receipt(post, Some("b")),
            receipt(removal, Some("a")),
        ];
        let urls = |all: &[Receipt]| -> Vec<String> {
            posts_up(all).into_iter().filter_map(|post| post.url.clone()).collect()
        };
        assert_eq!(urls(&all[..4]), ["a", "b"]);
        assert_eq!(urls(&all), ["b"]);
        let all = [all.as_slice(), &[receipt(removal, None)]].concat();
        assert_eq!(urls(&all), [""; 0]);
    }
}
