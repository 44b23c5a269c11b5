//! What platforms, the contest and the college ask for, and what follows from it for one work. No file is opened here but
//! configuration and presets.

pub mod planner;
pub mod posting;
pub mod presets;
pub mod rules;
