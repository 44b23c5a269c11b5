//! The words of the trade, as types without I/O. Every other room speaks in them.

pub mod answer;
pub mod cancel;
pub mod config;
pub mod event;
pub mod finding;
pub mod fingerprint;
pub mod fitting;
pub mod glance;
pub mod inspection;
pub mod job;
pub mod likeness;
pub mod manifest;
pub mod opinion;
pub mod plan;
pub mod preset;
pub mod recovery;
pub mod service;
pub mod similar;
pub mod text;
pub mod units;
