//! The inbox as it is watched: when something changed, and when a file has arrived whole.
//!
//! | file | answers |
//! |---|---|
//! | `sight` | did something change? by file events, or by time on network file systems; how full is the disk? |
//! | `settling` | is a file complete? from readings, without a clock of its own |
//! | `container` | does an MP4 reach to the end that its boxes name? |
//! | `writers` | does a process of this machine hold it open for writing? |
//! | `ignore` | names that are passed over |

mod container;
mod file_events;
mod ignore;
mod open_files;
mod settling;

pub use container::is_complete;
pub use file_events::{Change, SightError, Watching, is_network, space};
pub use ignore::Ignore;
pub use open_files::open_for_writing;
pub use settling::{Arrival, Look, Reading, Settling, SettlingRules};
