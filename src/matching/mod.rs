//! Compares works by content: fingerprints of pictures and sound, and their alignment in time. Pure.

pub mod align;
pub mod fingerprint;
