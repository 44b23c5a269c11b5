//! Statistics: what platforms count of posts, matched to receipts, and what a season amounts to.
//!
//! | what | by |
//! |---|---|
//! | what columns are called, and whose table one is | [`columns`] |
//! | numbers and times as they are written | [`values`] |
//! | a table of figures | [`sheet`] |
//! | our own table, to be filled in | [`template`] |
//! | which post a row is about | [`matching`] |
//! | works, units and platforms of a season, and the league table | [`season`] |

pub mod columns;
pub mod matching;
pub mod season;
pub mod sheet;
pub mod template;
pub mod values;

#[cfg(test)]
mod tests;
