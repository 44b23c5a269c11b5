//! Files whose names are their content, handed out whole or in part.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::RangeInclusive;

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::{EndPosition, StartPosition, parse_range_header};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

/// Bytes that are read at once.
const READ: usize = 128 << 10;

/// What is named by its content never changes.
pub(super) const IMMUTABLE: &str = "private, max-age=31536000, immutable";

/// What a file is.
#[derive(Debug)]
pub(super) struct Content {
    pub sha256: String,
    pub bytes: u64,
    pub mime: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
}

/// Answers a `GET` or `HEAD` for an open file.
pub(super) fn answer(
    file: File,
    content: &Content,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, StatusCode> {
    let (bytes, tag) = (content.bytes, format!("\"{}\"", content.sha256));
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let of_all = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, content.cache.to_owned()),
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
    let body = match *method {
        Method::HEAD => Body::empty(),
        _ => part(file, from, length)?,
    };
    let own = [(header::CONTENT_TYPE, content.mime.to_owned()), (header::CONTENT_LENGTH, length.to_string())];
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
