//! Receipts: where works were posted, reposted and removed, and what proves it.
//!
//! | what | by |
//! |---|---|
//! | whether a link is one of a platform's posts, and which | [`link`] |
//! | whether a host is a domain or below it | [`host`] |
//! | when something was posted, as people type it | [`moment`] |
//! | whether a target was released then | [`release`] |
//! | one receipt: checked and appended in one transaction | [`note`] |
//! | many, in a table of ours | [`sheet`], [`export`] |
//! | what platforms count of posts, and the league table | [`statistics`] |
//! | where screenshots lie in the library | [`place`] |
//!
//! A receipt says what happened, not what should have: a post from before the release is recorded with its finding. What is no
//! post at all (another platform's link, another work's post) is refused.

pub mod export;
pub mod host;
pub mod link;
pub mod moment;
pub mod note;
pub mod place;
pub mod release;
pub mod sheet;
pub mod statistics;
