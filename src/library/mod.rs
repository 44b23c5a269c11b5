//! What is kept: the catalogue, the files of the library and its manifests.

pub mod catalog;
pub mod manifest;
pub mod staging;
