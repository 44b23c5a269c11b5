//! Finds the submissions that repeat earlier works, and applies the consequences.

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
