//! Screens from outside: the real server, and clients that ask it what screens and strangers ask.

mod chats;
mod client;
mod orders;
mod page;
mod pairing;
mod plays;
mod takedown;
