//! `GET /metrics` and `GET /health`.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::Metrics;
use crate::present::guard::{Guarded, Limits};

/// A monitoring needs one connection or two, and an answer is a few kilobytes.
pub(super) const LIMITS: Limits = Limits { connections: 32, request: Duration::from_secs(5), pause: None };

/// What kept the page of metrics from its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindFault {
    Taken,
    NotAllowed,
    /// The machine has no such address.
    NotHere,
    Other,
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A server that has its address and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

/// Why there is no server at this address; `messages::status::no_metrics` says what to do.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct BindError {
    pub address: SocketAddr,
    pub source: io::Error,
}

impl BindError {
    pub fn fault(&self) -> BindFault {
        match self.source.kind() {
            io::ErrorKind::AddrInUse => BindFault::Taken,
            io::ErrorKind::PermissionDenied => BindFault::NotAllowed,
            io::ErrorKind::AddrNotAvailable => BindFault::NotHere,
            _ => BindFault::Other,
        }
    }
}

impl Server {
    /// Takes the address, so that a start with a wrong one ends at once.
    pub async fn bind(address: SocketAddr) -> Result<Self, BindError> {
        let bound = TcpListener::bind(address).await;
        bound.map(|listener| Self { listener }).map_err(|source| BindError { address, source })
    }

    /// The address it has; port 0 became a real one.
    #[cfg(test)]
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done; requests under way are answered first. However many connect, and however slowly, takes
    /// few open files: the works need them.
    pub async fn serve(
        self,
        metrics: Arc<Metrics>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let pages = Router::new()
            .route("/metrics", get(numbers))
            .route("/health", get(health))
            .layer(map_response(last_answer))
            .with_state(metrics);
        let listener = Guarded::new(self.listener, LIMITS);
        axum::serve(listener, pages).with_graceful_shutdown(stop).await
    }
}

/// A connection is for one request: the time it has does not depend on what came before.
async fn last_answer(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

async fn numbers(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], metrics.text())
}

async fn health(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    if metrics.is_healthy() {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no word from the service for a minute\n")
    }
}
