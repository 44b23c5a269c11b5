//! Submissions: finding them in the inbox, watching it for changes, and the order in which they are processed.

pub mod discover;
pub mod fair_queue;
pub mod watcher;
