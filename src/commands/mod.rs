//! One file a verb.

pub mod doctor;
pub mod verify;
