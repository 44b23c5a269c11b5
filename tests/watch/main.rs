//! The watch service with the real program on real files: what is taken, when, and what is said of it beside the file.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod arrive;
mod change;
mod fault;
mod office;
