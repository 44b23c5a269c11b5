//! Write aside, sync, rename: the only place that publishes outputs.
//!
//! Everything is first written under `LIBRARY/.jincai/staging`, on the same file system, and appears under its final
//! name by one rename after its bytes are on the disk. A kill at any moment leaves the old file or the new one.

mod edited_name;
mod error;
mod folder;
mod handed_out;
mod inbox_writes;
mod lock;
mod log_file;
mod open;
mod private;
mod publish;
mod replaced;
mod work_id;

pub use edited_name::{free_edited_name, is_edited_name};
pub use error::{Result, StagingError};
pub use folder::{ScratchFolder, StagedFolder};
pub use handed_out::{HandedOutFolder, Taken, clear_unfinished};
pub use inbox_writes::{Durability, remove_beside, write_beside};
pub use lock::ServiceLock;
pub use log_file::LogFile;
pub use open::{CREATING_LIBRARY, PRIVATE_FOLDER, Staging};
pub use private::{FolderLock, reserve_beside, reveal_synced};
pub use publish::{Content, Publication, Published, Retired};
pub use replaced::{OwnFile, OwnFiles, Replaced, not_ours, remove_ours};
pub use work_id::work_id;

#[cfg(test)]
mod tests;
