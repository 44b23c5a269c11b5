//! Who listens besides the reports: the status file, chats, metrics and the log.

mod chat;
mod log;
mod metrics;
mod status_file;

pub use chat::ChatListener;
pub use log::LogListener;
pub use metrics::MetricsListener;
pub use status_file::StatusFile;
