//! One file a verb.

pub mod backup;
pub mod check;
mod columns;
pub mod doctor;
pub mod duplicates;
mod ground;
pub mod halt;
pub mod init;
pub mod log;
pub mod presets;
pub mod process;
pub mod retry;
pub mod run;
pub mod service;
pub mod setting;
mod show;
pub mod status;
pub mod verify;
pub mod watch;
