//! What those who connect to pages of screens are granted, and who they are.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;

use crate::present::guard::{Guarded, Limits};

/// A screen keeps one connection or two. A beat is held for less than a request may take; a browser that has enough of a video
/// stops to read.
pub(super) const LIMITS: Limits =
    Limits { connections: 4096, request: Duration::from_secs(30), pause: Some(Duration::from_secs(120)) };

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub IpAddr);

impl Connected<IncomingStream<'_, Guarded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Guarded>) -> Self {
        Self(stream.remote_addr().ip().to_canonical())
    }
}
