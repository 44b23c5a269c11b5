//! Showcase packages: what a call asks to be handed in, what a package would hold, and what was handed in.

pub mod built;
pub mod candidate;
pub mod contents;
pub mod fault;
pub mod pattern;
pub mod plan;
pub mod profile;
pub mod times;
