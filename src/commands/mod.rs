//! One file a verb.
pub mod verify;
