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
            ReceiptKind::Repost | ReceiptKind::Column | ReceiptKind::Relay => {}
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
