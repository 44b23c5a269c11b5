//! What a work's receipts say of one target: whether it is posted, what is still there, what has to be looked at.

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::receipt::{Receipt, ReceiptKind};
use super::review::{Action, Record};

/// One receipt with its number.
#[derive(Clone, Copy, Debug)]
pub struct Numbered<'a> {
    pub seq: u64,
    pub receipt: &'a Receipt,
}

/// How far a receipt is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// By a link, or because somebody else looked.
    Proven,
    /// 待核: there is a screenshot, at which nobody looked yet.
    ToBeSeen,
    /// 待核: there is neither a link nor a screenshot.
    Missing,
}

/// How far a receipt is, as lists say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    Counts,
    ToBeVerified,
    /// It counts, and a topic is missing.
    TopicMissing,
    /// From before the release; it counts all the same.
    Early,
    Removed,
    /// A later receipt says it better.
    Mended,
}

/// What follows from the receipts of one target of a work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posting {
    /// The first proven post that was not removed.
    pub posted: Option<u64>,
    /// Posts, reposts and so on that nobody proved to be removed, the oldest first.
    pub live: Vec<u64>,
    /// Receipts that count for nothing yet.
    pub unproven: Vec<u64>,
    /// Posts whose text lacks a topic.
    pub topicless: Vec<u64>,
}

/// Returns the receipts among records, in their order.
pub fn receipts(records: &[Record]) -> Vec<Numbered<'_>> {
    let numbered = records.iter().filter_map(|record| match &record.said.action {
        Action::Receipt(receipt) => Some(Numbered { seq: record.seq, receipt }),
        _ => None,
    });
    numbered.collect()
}

/// Returns how far one of a work's receipts is proven. A removal is not proven by its link, which is that of the post.
pub fn proof(one: Numbered<'_>, all: &[Numbered<'_>]) -> Proof {
    let is_seen = all.iter().any(|it| it.receipt.what == ReceiptKind::Seen && it.receipt.of == Some(one.seq));
    let has_link = one.receipt.what.is_posting() && one.receipt.url.is_some();
    if is_seen || has_link || one.receipt.what == ReceiptKind::Seen {
        Proof::Proven
    } else if one.receipt.screenshot.is_some() {
        Proof::ToBeSeen
    } else {
        Proof::Missing
    }
}

/// Returns what a work's receipts say of a target.
pub fn posting(all: &[Numbered<'_>], target: &str) -> Posting {
    let here: Vec<Numbered<'_>> = all.iter().filter(|it| it.receipt.target == target).copied().collect();
    let proven = |one: &Numbered<'_>| proof(*one, &here) == Proof::Proven;
    let removed = |one: &Numbered<'_>| {
        here.iter().any(|it| it.receipt.what == ReceiptKind::Removal && proven(it) && is_about(it, one))
    };
    // Who hands the same in again, now with a proof or with all topics, has mended it.
    let mended = |one: &Numbered<'_>, by: &dyn Fn(&Numbered<'_>) -> bool| {
        here.iter().any(|it| it.seq > one.seq && same_post(it, one) && by(it))
    };
    let mut found = Posting::default();
    for one in here.iter().filter(|it| it.receipt.what != ReceiptKind::Seen) {
        let gone = one.receipt.what.is_posting() && removed(one);
        if !proven(one) && !gone && !mended(one, &proven) {
            found.unproven.push(one.seq);
        }
        if !one.receipt.what.is_posting() || gone {
            continue;
        }
        // The same post on two receipts is one post.
        if !here.iter().any(|it| it.seq < one.seq && same_post(it, one)) {
            found.live.push(one.seq);
        }
        if proven(one) && one.receipt.what == ReceiptKind::Post {
            found.posted.get_or_insert(one.seq);
        }
        let has_all = |it: &Numbered<'_>| it.receipt.topics_seen == Some(true);
        if one.receipt.topics_seen == Some(false) && !mended(one, &has_all) {
            found.topicless.push(one.seq);
        }
    }
    found
}

/// Returns how far one of a work's receipts is.
pub fn state(one: Numbered<'_>, all: &[Numbered<'_>]) -> ReceiptState {
    let now = posting(all, &one.receipt.target);
    let here = all.iter().filter(|it| it.receipt.target == one.receipt.target);
    let mut removals = here.filter(|it| it.receipt.what == ReceiptKind::Removal && is_about(it, &one));
    if one.receipt.what.is_posting() && removals.any(|it| proof(*it, all) == Proof::Proven) {
        ReceiptState::Removed
    } else if now.unproven.contains(&one.seq) {
        ReceiptState::ToBeVerified
    } else if proof(one, all) != Proof::Proven {
        ReceiptState::Mended
    } else if one.receipt.findings.contains(&Code::PostedBeforeRelease) {
        ReceiptState::Early
    } else if now.topicless.contains(&one.seq) {
        ReceiptState::TopicMissing
    } else {
        ReceiptState::Counts
    }
}

/// Returns true if a removal is that of a post.
fn is_about(removal: &Numbered<'_>, post: &Numbered<'_>) -> bool {
    let same_key = removal.receipt.post_key.is_some() && removal.receipt.post_key == post.receipt.post_key;
    removal.seq > post.seq && (same_key || removal.receipt.of == Some(post.seq))
}

/// Returns true if two receipts are about one post: of one link, or, where one has none, of one account and unit.
fn same_post(one: &Numbered<'_>, other: &Numbered<'_>) -> bool {
    let (one, other) = (one.receipt, other.receipt);
    if one.what != other.what {
        return false;
    }
    match (&one.post_key, &other.post_key) {
        (Some(one), Some(other)) => one == other,
        _ => one.account == other.account && one.department == other.department,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(what: ReceiptKind, key: Option<&str>) -> Receipt {
        Receipt {
            target: "douyin".to_owned(),
            what,
            url: key.map(|key| format!("https://{key}")),
            post_key: key.map(str::to_owned),
            ..Receipt::default()
        }
    }

    fn of(receipts: &[Receipt]) -> Posting {
        let all: Vec<Numbered<'_>> =
            receipts.iter().zip(1..).map(|(receipt, seq)| Numbered { seq, receipt }).collect();
        posting(&all, "douyin")
    }

    fn with_screenshot(receipt: Receipt) -> Receipt {
        let screenshot =
            super::super::receipt::Screenshot { file: "a.png".to_owned(), sha256: "0".repeat(64), bytes: 1 };
        Receipt { screenshot: Some(screenshot), ..receipt }
    }

    #[test]
    fn nothing_counts_as_posted_without_a_link_or_a_second_look() {
        let bare = receipt(ReceiptKind::Post, None);
        let said = of(std::slice::from_ref(&bare));
        assert_eq!((said.posted, said.unproven, said.live), (None, vec![1], vec![1]));
        let shot = with_screenshot(bare.clone());
        assert_eq!(of(std::slice::from_ref(&shot)).posted, None);
        let seen = Receipt { of: Some(1), ..receipt(ReceiptKind::Seen, None) };
        let said = of(&[shot.clone(), seen]);
        assert_eq!((said.posted, said.unproven), (Some(1), vec![]));
        // A link that comes later mends it, and it is still one post.
        let said = of(&[bare, receipt(ReceiptKind::Post, Some("a"))]);
        assert_eq!((said.posted, said.unproven, said.live), (Some(2), vec![], vec![1]));
        // A repost is no post.
        assert_eq!(of(&[receipt(ReceiptKind::Repost, Some("a"))]).posted, None);
    }

    #[test]
    fn a_post_is_there_until_its_removal_is_proven() {
        let posts = [receipt(ReceiptKind::Post, Some("a")), receipt(ReceiptKind::Repost, Some("b"))];
        let removal = receipt(ReceiptKind::Removal, Some("a"));
        let said = of(&[posts[0].clone(), posts[1].clone(), removal.clone()]);
        assert_eq!((said.live, said.posted, said.unproven), (vec![1, 2], Some(1), vec![3]));
        let said = of(&[posts[0].clone(), posts[1].clone(), with_screenshot(removal.clone())]);
        assert_eq!(said.live, [1, 2], "nobody looked at the screenshot yet");
        let seen = Receipt { of: Some(3), ..receipt(ReceiptKind::Seen, None) };
        let said = of(&[posts[0].clone(), posts[1].clone(), removal, seen]);
        assert_eq!((said.live, said.posted, said.unproven), (vec![2], None, vec![]));
    }

    #[test]
    fn a_text_without_a_topic_is_mended_by_one_with_all() {
        let without = Receipt { topics_seen: Some(false), ..receipt(ReceiptKind::Post, Some("a")) };
        assert_eq!(of(std::slice::from_ref(&without)).topicless, [1]);
        let with = Receipt { topics_seen: Some(true), ..without.clone() };
        assert_eq!(of(&[without.clone(), with.clone()]).topicless, Vec::<u64>::new());
        let other = Receipt { post_key: Some("b".to_owned()), ..with };
        assert_eq!(of(&[without, other]).topicless, [1]);
    }
}
