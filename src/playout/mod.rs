//! What screens show: the programme, editions, and what screens played.
//!
//! A programme is a pure function of the configuration and the released works; a screen only executes it. Whatever goes on a
//! programme was asked of [`review::release`](crate::review::release), and its bytes were hashed again.

pub mod candidates;
pub mod check;
pub mod editions;
pub mod explain;
pub mod handout;
pub mod keys;
pub mod ledger;
pub mod needs;
pub mod on_air;
pub mod orders;
pub mod player;
pub mod programme;
pub mod schedule;
