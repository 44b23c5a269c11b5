//! Proof of play: 信息发布台账.
//!
//! ```text
//! Play ──judge──▶ PlayRow ──fold──▶ DayRow ──close──▶ LedgerDay (chained by hash)
//!                    └─ kept aside with a reason          └─▶ lines ──▶ table, workbook, CSV, JSON
//! ```
//! Folding is a pure function of a day's plays and of what was planned: done again it gives the same rows. A day is closed once
//! screens that were without the server for as long as they may be have sent their plays.

mod days;
mod fold;
mod judge;
mod lines;
mod table;
mod take;

pub use days::{Broken, Ledger, Verified, bring_up_to_date, rows_of, verify};
pub use fold::{Planned, chained, fold};
pub use lines::{Line, lines};
pub use table::{TablePage, csv, workbook};
pub use take::{Delivery, MOST_PLAYS, Sent, is_boot, read_play, take};

#[cfg(test)]
mod tests;
