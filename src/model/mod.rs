//! The domain's types, without I/O, which all other wings share.

pub mod alignment;
pub mod cancel;
pub mod config;
pub mod event;
pub mod finding;
pub mod fingerprint;
mod foreign_word;
pub mod geometry;
pub mod inspection;
pub mod job;
pub mod language;
pub mod likeness;
pub mod manifest;
pub mod mark;
pub mod opinion;
pub mod plan;
pub mod preset;
pub mod recovery;
pub mod scan_number;
pub mod service;
pub mod units;
pub mod value;
