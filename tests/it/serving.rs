//! Screens from outside: the real server, and clients that ask it what screens and strangers ask.

mod client;
mod orders;
mod pairing;
mod plays;
mod takedown;
