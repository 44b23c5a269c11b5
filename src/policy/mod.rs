//! The requirements of platforms, the contest and the college, and what follows from them for one work. Only
//! configuration, presets and details are read here.

pub mod planner;
pub mod posting;
pub mod presets;
pub mod rules;
