//! What every screen is to know at this moment. Replaced as a whole when something changes.

use std::collections::HashMap;
use std::sync::Arc;

use super::facts::Facts;
use crate::model::playout::BeatAnswer;

/// What holds now.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    pub screens: HashMap<String, ScreenNow>,
    /// By the token's SHA-256.
    pub tokens: HashMap<String, Access>,
    /// The public key of editions, base64.
    pub key: String,
    pub stopping: bool,
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Access {
    pub screen: String,
    pub is_stick: bool,
}

/// What holds for one screen.
#[derive(Clone, Debug, Default)]
pub(super) struct ScreenNow {
    pub name: String,
    pub place: String,
    /// Without the time; with all notices that are not over.
    pub answer: BeatAnswer,
    /// The current edition, the one before it, and the one that the screen says it plays.
    pub editions: Vec<Arc<Facts>>,
}

impl ScreenNow {
    /// Returns the answer to a beat at a time.
    pub fn answer_at(&self, now: i64) -> BeatAnswer {
        let mut answer = self.answer.clone();
        answer.notices.retain(|notice| notice.to > now);
        answer.now = now;
        answer
    }

    /// Returns true if the screen may have this file now.
    pub fn grants(&self, sha256: &str, now: i64) -> bool {
        let is_named = self.editions.iter().any(|edition| edition.has(sha256));
        let is_notice = || {
            let mut running = self.answer.notices.iter().filter(|notice| notice.to > now);
            running.any(|notice| notice.picture.as_ref().is_some_and(|picture| picture.sha256 == sha256))
        };
        !self.answer.revoked.iter().any(|revoked| revoked == sha256) && (is_named || is_notice())
    }

    /// Returns true if the screen may have this edition.
    pub fn has_edition(&self, id: &str) -> bool {
        self.editions.iter().any(|edition| edition.id == id)
    }

    pub fn current(&self) -> Option<&Arc<Facts>> {
        self.editions.first().filter(|edition| edition.id == self.answer.edition)
    }

    pub fn title_of(&self, sha256: &str) -> Option<&str> {
        self.editions.iter().find_map(|edition| edition.title_of(sha256))
    }
}
