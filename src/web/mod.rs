//! What is served over HTTP to other machines, and to the browser of a screen's own.

pub mod agent;
mod guard;
mod pages;
mod ranged;
pub mod screens;
