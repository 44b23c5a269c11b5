//! Which address answers what.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, Uri};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};

use super::hub::Hub;
use super::{beats, fetch, pairing, plays};
use crate::web::pages::{self, MOST_BYTES};

pub(super) fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/screen/v1/hello", post(pairing::hello))
        .route("/screen/v1/qr/{name}", get(pairing::code_picture))
        .route("/screen/v1/paired/{ticket}", get(pairing::paired))
        .route("/screen/v1/beat", post(beats::beat))
        .route("/screen/v1/edition/{id}", get(fetch::edition))
        .route("/screen/v1/file/{sha256}", get(fetch::file))
        .route("/screen/v1/file/{sha256}/chunks", get(fetch::chunks))
        .route("/screen/v1/plays", post(plays::take).options(plays::preflight))
        .fallback(page)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(map_response(pages::with_headers))
        .with_state(hub)
}

/// The page and what belongs to it; nothing else.
async fn page(State(hub): State<Arc<Hub>>, method: Method, uri: Uri) -> Response {
    pages::answer(&hub.parts.pages, &method, uri.path())
}
