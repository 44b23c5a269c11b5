//! Editions and files: each screen gets its own, and only what may be shown at this moment.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::{EndPosition, StartPosition, parse_range_header};
use serde::Serialize;
use tokio::io::AsyncReadExt;
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::hub::{Ask, Hub};
use super::pairing::Caller;
use crate::files;
use crate::library::catalog::ProvenFile;
use crate::model::playout::{Fault, FaultKind};
use crate::text::hex;

/// Bytes of which each chunk has a sum.
const CHUNK: u64 = 4 << 20;

/// Bytes that are read at once.
const READ: usize = 128 << 10;

/// What is named by its content never changes.
const IMMUTABLE: &str = "private, max-age=31536000, immutable";

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

/// What `…/chunks` answers.
#[derive(Serialize)]
struct Chunks {
    bytes: u64,
    chunk: u64,
    sums: Vec<String>,
}

/// `GET /screen/v1/file/{sha256}/chunks`
pub(super) async fn chunks(
    State(hub): State<Arc<Hub>>,
    Caller(screen): Caller,
    Path(sha256): Path<String>,
) -> Result<Response, StatusCode> {
    let (_, file) = opened(hub, screen, sha256).await?;
    let sums = file.sums.chunks(32).map(hex).collect();
    let answer = Chunks { bytes: file.stamp.bytes, chunk: CHUNK, sums };
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
    let tag = format!("\"{sha256}\"");
    let (file, ProvenFile { path, stamp, .. }) = opened(hub, screen, sha256).await?;
    let bytes = stamp.bytes;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let of_all = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, IMMUTABLE.to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    if text(header::IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, of_all).into_response());
    }
    let wanted = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|known| known == tag));
    let range = match wanted.map_or(Wanted::All, |wanted| read_range(wanted, bytes)) {
        Wanted::All => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{bytes}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, of_all, range).into_response());
        }
    };
    let (from, length) =
        range.as_ref().map_or((0, bytes), |range| (*range.start(), range.end() - range.start() + 1));
    let body = match method {
        Method::HEAD => Body::empty(),
        _ => part(file, from, length)?,
    };
    let own = [(header::CONTENT_TYPE, mime(&path).to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    Ok(match range {
        None => (StatusCode::OK, of_all, own, body).into_response(),
        Some(range) => {
            let said = format!("bytes {}-{}/{bytes}", range.start(), range.end());
            (StatusCode::PARTIAL_CONTENT, of_all, own, [(header::CONTENT_RANGE, said)], body).into_response()
        }
    })
}

fn part(mut file: File, from: u64, length: u64) -> Result<Body, StatusCode> {
    file.seek(SeekFrom::Start(from)).map_err(|_| StatusCode::NOT_FOUND)?;
    let read = tokio::fs::File::from_std(file).take(length);
    Ok(Body::from_stream(ReaderStream::with_capacity(read, READ)))
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

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(RangeInclusive<u64>),
    /// Nothing of it is there.
    Nothing,
}

/// Reads `Range` by RFC 9110, section 14: what is not understood is ignored, and so are several ranges at once.
fn read_range(text: &str, bytes: u64) -> Wanted {
    let Ok(parsed) = parse_range_header(text) else { return Wanted::All };
    let [range] = parsed.ranges.as_slice() else { return Wanted::All };
    let last = bytes.saturating_sub(1);
    let (from, to) = match (range.start, range.end) {
        (StartPosition::Index(from), EndPosition::Index(to)) if from > to => return Wanted::All,
        (StartPosition::Index(from), EndPosition::Index(to)) => (from, to.min(last)),
        (StartPosition::Index(from), EndPosition::LastByte) => (from, last),
        (StartPosition::FromLast(0), _) => return Wanted::Nothing,
        (StartPosition::FromLast(length), _) => (bytes.saturating_sub(length), last),
    };
    if from >= bytes { Wanted::Nothing } else { Wanted::Part(from..=to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_and_players_write_them() {
        for (text, expected) in [
            ("bytes=0-", Wanted::Part(0..=99)),
            ("bytes=10-", Wanted::Part(10..=99)),
            ("bytes=10-19", Wanted::Part(10..=19)),
            ("bytes=0-0", Wanted::Part(0..=0)),
            ("bytes=90-1000", Wanted::Part(90..=99)),
            ("bytes=-5", Wanted::Part(95..=99)),
            ("bytes=-1000", Wanted::Part(0..=99)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=18446744073709551615-", Wanted::Nothing),
            ("bytes=20-10", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("seconds=1-2", Wanted::All),
            ("bytes=0-1,4-5", Wanted::All),
            ("", Wanted::All),
        ] {
            assert_eq!(read_range(text, 100), expected, "{text}");
        }
        assert_eq!(read_range("bytes=0-", 0), Wanted::Nothing);
    }
}
