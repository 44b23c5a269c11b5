//! Showcase packages: what is handed in for a call.
//!
//! [`plan`] is pure: from a profile, works, answers and a day to what a package would hold. [`build`] makes it aside, has it read
//! back by [`verify`], and gives it its name. Nothing is encoded here, and nothing goes in that [`review`](crate::review) does not
//! release.

pub mod agree;
pub mod bag;
pub mod build;
pub mod candidates;
pub mod column;
pub mod contact_form;
pub mod form_layout;
pub mod forms;
pub mod handover;
pub mod lists;
mod naming;
pub mod page;
pub mod papers;
pub mod people_sheet;
pub mod plan;
pub mod rules;
pub mod season_report;
mod taking;
pub mod verify;
pub mod zipped;
