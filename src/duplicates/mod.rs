//! Whether a work repeats an earlier one, and what follows from that.

pub mod candidates;
pub mod consequence;
pub mod earlier;
pub mod in_progress;
pub mod opinions;
pub mod record;
pub mod resolve;
pub mod seniority;
pub mod side_by_side;
pub mod similar;
