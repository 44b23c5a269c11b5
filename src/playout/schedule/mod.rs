//! The programme: what a group of screens shows when. Pure: no clock, no files, no catalogue.
//!
//! The unit is a group and a date. Blocks and hours are civil times; slots are locked to the clock, so that screens with the same
//! time show the same picture. A change during the day is a new part: what began before it is shown to its end, and planning the
//! date again from its parts gives the same slots.
//!
//! Over midnight the day on which hours or a block begin governs; the end is exclusive; equal times of a block are no time. A time
//! that a change of clocks leaves out is as much later, one that comes twice is taken once.
//!
//! Of wishes that cannot all be met the least gap between plays of one work comes first, since a work that comes back after a minute is
//! what people complain of; then fair shares; then that no department follows itself.

pub mod choose;
pub mod day;
pub mod inputs;
pub mod playlists;
pub mod timetable;

#[cfg(test)]
mod tests;
