//! The library: its catalogue, its files and its manifests.

pub mod backup;
pub mod catalog;
pub mod fingerprint_file;
pub mod manifest;
pub mod open;
pub mod opinions_file;
pub mod packages_file;
pub mod records_file;
pub mod recovery;
pub mod staging;
