//! Whether two works show or say the same: fingerprints of pictures and sound, and how two of them align. Pure.

pub mod align;
pub mod fingerprint;
