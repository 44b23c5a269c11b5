//! Messages to the group chats that colleges use: robots of WeCom, DingTalk and Feishu, and plain JSON for a server
//! of the college's own.
//!
//! ```text
//! Notice ─▶ Chats::tell ─▶ each robot that wants it: its own thread gathers a digest, sends it, tries again
//! ```
//! The service reads the robots with [`robots`] (secrets from the environment or from files with checked
//! permissions), starts them with [`Chats::start`], calls [`Chats::tell`] with each outcome and alarm (it never
//! waits for the network), and [`Chats::close`] at its end. An address is a secret and stands in no message or log.

mod body;
mod post;
mod robot;
mod secret;
mod sign;

pub use body::{Message, message};
pub use post::{Failure, post};
pub use robot::{Chats, Pace};
pub use secret::{Robot, SecretFault, robots};

use serde::Serialize;

use crate::model::config::ChatTopic;
use crate::model::finding::Verdict;

/// One outcome or alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub topic: ChatTopic,
    /// `None`: an alarm, or news of a review.
    pub verdict: Option<Verdict>,
    /// Set for news of a review.
    pub review: Option<ReviewNotice>,
    /// The folder's name, which robots choose by.
    pub department: Option<String>,
    /// As shown.
    pub department_name: Option<String>,
    /// Of the work; an alarm's text.
    pub title: String,
    pub file_name: String,
    /// The first thing to do, in the language of the chat; empty where there is nothing.
    pub detail: String,
    /// Finished files.
    pub renditions: usize,
}

/// What is new of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewNotice {
    pub event: ReviewEvent,
    /// The level that is waited for.
    pub level: Option<String>,
}

/// In the order in which a message tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewEvent {
    Withdrawn,
    Returned,
    Overdue,
    Waiting,
    /// All that wait for a level, once a day; the notice's title is a department's name or empty.
    StillWaiting,
    Released,
}

impl Notice {
    /// Under which topic an outcome is told.
    pub fn topic_of(verdict: Verdict) -> ChatTopic {
        match verdict {
            Verdict::Accepted | Verdict::AcceptedWithWarnings => ChatTopic::Accepted,
            Verdict::Duplicate | Verdict::Rejected => ChatTopic::Rejected,
            Verdict::Failed => ChatTopic::Failed,
        }
    }
}

#[cfg(test)]
mod tests;
