//! Editions and files: each screen gets its own, and only what may be shown at this moment.

use std::fs::File;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;

use super::hub::{Ask, Hub};
use super::pairing::Caller;
use crate::files;
use crate::library::catalog::ProvenFile;
use crate::model::playout::{CHUNK_BYTES, Chunks, Fault, FaultKind};
use crate::text::hex;
use crate::web::ranged::{self, Content, IMMUTABLE};

/// `GET /screen/v1/edition/{id}`
pub(super) async fn edition(
    State(hub): State<Arc<Hub>>,
    Caller(screen): Caller,
    Path(id): Path<String>,
) -> Result<Response, StatusCode> {
    let snapshot = hub.snapshot();
    let its = snapshot.screens.get(&screen).ok_or(StatusCode::NOT_FOUND)?;
    if !its.has_edition(&id) {
        return Err(StatusCode::NOT_FOUND);
    }
    let found = spawn_blocking(move || hub.reading().edition(&id)).await;
    let text = match found {
        Ok(Ok(Some(edition))) if edition.screen == screen => edition.sealed.text(),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    let headers =
        [(header::CONTENT_TYPE, "application/x-ndjson; charset=utf-8"), (header::CACHE_CONTROL, IMMUTABLE)];
    Ok((headers, text).into_response())
}

/// `GET /screen/v1/file/{sha256}/chunks`
pub(super) async fn chunks(
    State(hub): State<Arc<Hub>>,
    Caller(screen): Caller,
    Path(sha256): Path<String>,
) -> Result<Response, StatusCode> {
    let (_, file) = opened(hub, screen, sha256).await?;
    let sums = file.sums.chunks(32).map(hex).collect();
    let answer = Chunks { bytes: file.stamp.bytes, chunk: CHUNK_BYTES, sums };
    Ok(([(header::CACHE_CONTROL, IMMUTABLE)], Json(answer)).into_response())
}

/// `GET` and `HEAD /screen/v1/file/{sha256}`
pub(super) async fn file(
    State(hub): State<Arc<Hub>>,
    Caller(screen): Caller,
    method: Method,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let (file, found) = opened(hub, screen, sha256.clone()).await?;
    let content = Content { sha256, bytes: found.stamp.bytes, mime: mime(&found.path), cache: IMMUTABLE };
    ranged::answer(file, &content, &method, &headers)
}

/// Opens a file that the screen may have, if it is on disk as it was hashed. One that is not is a fault, and is looked at again.
async fn opened(hub: Arc<Hub>, screen: String, sha256: String) -> Result<(File, ProvenFile), StatusCode> {
    let now = hub.now_ms();
    let is_granted = hub.snapshot().screens.get(&screen).is_some_and(|its| its.grants(&sha256, now));
    if !is_granted {
        return Err(StatusCode::NOT_FOUND);
    }
    spawn_blocking(move || {
        let known = hub.reading().proven_content(&sha256).map_err(|error| {
            hub.failed("looking for a file", &error);
            StatusCode::SERVICE_UNAVAILABLE
        })?;
        if let Some(found) = known.and_then(|known| unchanged(&hub, known)) {
            return Ok(found);
        }
        let detail = "not on the server's disk as it was hashed".to_owned();
        hub.rooms().found(&screen, now, Fault { at: now, kind: FaultKind::Missing, sha256, detail });
        hub.ask(Ask::Plan);
        Err(StatusCode::NOT_FOUND)
    })
    .await
    .unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

fn unchanged(hub: &Hub, known: ProvenFile) -> Option<(File, ProvenFile)> {
    let file = files::open(&hub.parts.library.join(&known.path)).ok()?;
    let stamp = files::stamp_of(&file.metadata().ok()?);
    known.stamp.is_untouched(&stamp).then_some((file, known))
}

fn mime(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("mp4") => "video/mp4",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
