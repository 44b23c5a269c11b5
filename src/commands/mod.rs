//! The commands, one file each, and what they share.

pub mod backup;
pub mod check;
pub mod completions;
pub mod doctor;
pub mod duplicates;
pub mod error;
pub mod ground;
pub mod init;
pub mod locate;
pub mod log;
pub mod manual;
pub mod notice;
pub mod playout;
pub mod posts;
pub mod presets;
pub mod process;
pub mod retry;
pub mod review;
pub mod run;
mod run_output;
pub mod screens;
pub mod service;
pub mod session;
pub mod status;
mod table;
pub mod verify;
pub mod watch;
