//! One work from its submission to its decision, and what all works of a run share.

pub mod blocking;
pub mod context;
pub mod decision;
pub mod failure;
pub mod identity;
pub mod inspected;
pub mod likeness;
pub mod limits;
pub mod options;
pub mod owner;
pub mod retained;
pub mod season;
pub mod stills;
pub mod submission;
pub mod wishes;
