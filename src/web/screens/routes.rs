//! Which address answers what, and what every answer carries.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::hub::Hub;
use super::{beats, fetch, pairing, plays};
use crate::playout::player::CONTENT_SECURITY_POLICY;

/// Most bytes that anybody may send at once: two hundred plays are less than half of it.
const MOST_BYTES: usize = 256 << 10;

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

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
        .layer(map_response(with_headers))
        .with_state(hub)
}

async fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// The page and what belongs to it; nothing else.
async fn page(State(hub): State<Arc<Hub>>, method: Method, uri: Uri) -> Response {
    let Some(page) = hub.parts.pages.iter().find(|page| page.path == uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let body = match method {
        Method::HEAD => Body::empty(),
        _ => Body::from(page.bytes.clone().into_owned()),
    };
    let headers = [
        (header::CONTENT_TYPE, page.mime.to_string()),
        (header::CONTENT_LENGTH, page.bytes.len().to_string()),
        // A new version is seen at the next load; without a server the browser keeps what it has.
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, body).into_response()
}
