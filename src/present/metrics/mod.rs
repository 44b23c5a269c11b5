//! What the watch service does, in numbers for Prometheus, and the small server that shows them.
//!
//! The service makes one [`Metrics`], calls [`Metrics::observe`] with each status it writes, [`Metrics::taken`] and
//! [`Metrics::finished`] with each drop, [`Metrics::rescanned`] after each full rescan; [`Server::bind`] and
//! [`Server::serve`] answer `GET /metrics` and `GET /health`.

mod numbers;
mod server;

pub use numbers::Metrics;
pub use server::{BindError, BindFault, Server};

#[cfg(test)]
mod tests;
