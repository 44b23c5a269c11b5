//! Watching the inbox: when something changed, and when a file has arrived completely.
//!
//! | file | answers |
//! |---|---|
//! | `file_events` | did something change? is this a network file system, without events? how full is the disk? |
//! | `settling` | is a file complete? from readings, without a clock of its own |
//! | `container` | is an MP4 as long as its boxes declare? |
//! | `open_files` | does a process of this machine hold it open for writing? |
//! | `ignore` | which names are ignored? |

mod container;
mod file_events;
mod ignore;
mod open_files;
mod settling;

pub use container::is_complete;
pub use file_events::{Change, FileEventsError, Watching, is_network, space};
pub use ignore::Ignore;
pub use open_files::open_for_writing;
pub use settling::{Arrival, Look, Reading, Settling, SettlingRules};
