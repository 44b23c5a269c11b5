//! What is served over HTTP to other machines.

pub mod screens;
