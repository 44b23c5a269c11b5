//! The watch service with the real program on real files: what is taken, when, and what is said of it beside the file.
#![expect(clippy::disallowed_methods, reason = "files are renamed as people and programs on a share do it")]

mod arrive;
mod change;
mod fault;
mod heavy;
mod hostile;
mod kill;
mod odd;
pub mod office;
mod outside;
