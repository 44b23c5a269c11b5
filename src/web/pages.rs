//! The page of screens, as it is served, and what every answer carries.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::playout::player::CONTENT_SECURITY_POLICY;

/// Most bytes that a page may send at once: two hundred plays are less than half of it.
pub(super) const MOST_BYTES: usize = 256 << 10;

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A file of the page, as it is embedded in the binary.
#[derive(Clone, Debug)]
pub struct Page {
    /// With a leading slash; `/` is the page itself.
    pub path: Cow<'static, str>,
    pub mime: Cow<'static, str>,
    pub bytes: Cow<'static, [u8]>,
}

/// Adds what every answer carries.
pub(super) async fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Returns the file of the page at a path.
pub(super) fn answer(pages: &[Page], method: &Method, path: &str) -> Response {
    let Some(page) = pages.iter().find(|page| page.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if *method != Method::GET && *method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let body = match *method {
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
