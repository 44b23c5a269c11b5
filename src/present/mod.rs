//! What people and other programs are shown: messages in both languages, reports, chat, metrics, the terminal.

pub mod chat;
pub mod guard;
pub mod messages;
pub mod metrics;
pub mod papers;
pub mod report;
pub mod terminal;
