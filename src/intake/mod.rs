//! What was handed in: the inbox, its changes, and the order in which submissions are taken.

pub mod discover;
pub mod fair_queue;
pub mod watcher;
