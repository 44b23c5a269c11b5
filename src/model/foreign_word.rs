//! Words of stored entries that a later version of the program writes.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize};

/// A word in a stored entry that this program does not know: one that a later jincai writes. It is kept, so that nothing
/// is lost when the entry is written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ForeignWord(&'static str);

impl ForeignWord {
    /// Bytes of one word at most, and how many different ones a process keeps: they are never freed.
    const MOST_BYTES: usize = 64;
    const MOST_WORDS: usize = 1024;

    /// `None` for what is no word of a catalogue, or where there are too many.
    pub(super) fn keep(word: &str) -> Option<Self> {
        static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let is_kebab =
            word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if word.is_empty() || word.len() > Self::MOST_BYTES || !is_kebab {
            return None;
        }
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(word) {
            return Some(Self(known));
        }
        if kept.len() >= Self::MOST_WORDS {
            return None;
        }
        let word: &'static str = Box::leak(word.to_owned().into_boxed_str());
        kept.insert(word);
        Some(Self(word))
    }
}

impl<'de> Deserialize<'de> for ForeignWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::keep(&word).ok_or_else(|| serde::de::Error::custom("not a code"))
    }
}
