//! What screens played: acknowledged once it is durably on record, each play once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::task::spawn_blocking;

use super::hub::Hub;
use super::pairing::access;
use crate::library::catalog::{Batch, CatalogError, TakenPlays};
use crate::model::playout::{Play, PlayBatch, PlayRefusal, PlayRow, PlaysAnswer, RefusedPlay, RefusedRow};
use crate::playout::ledger::{Neighbours, judge};

/// Most plays in one batch.
const MOST_PLAYS: usize = 200;

/// Longest name of a boot.
const BOOT_MAX: usize = 64;

/// Longest play that is kept aside as it was sent, bytes.
const ASIDE_MAX: usize = 2_000;

/// A folder player has no origin: it may ask with its token, and nothing else.
const ANYWHERE: (header::HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

/// `OPTIONS /screen/v1/plays`
pub(super) async fn preflight() -> Response {
    let headers = [
        ANYWHERE,
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /screen/v1/plays`
pub(super) async fn take(State(hub): State<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(access) = access(&headers, &hub) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    // Of whoever may be on another page only the token in a header counts, never a cookie.
    let crosses = access.is_stick && headers.contains_key(header::AUTHORIZATION);
    let answer = match read(&body) {
        Err(status) => status.into_response(),
        Ok((boot, plays)) => {
            let kept = spawn_blocking(move || keep(&hub, (&access.screen, &boot), plays)).await;
            match kept {
                Ok(Ok(answer)) => Json(answer).into_response(),
                _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }
    };
    if crosses { ([ANYWHERE], answer).into_response() } else { answer }
}

/// A play, or what was sent in its place.
type Sent = Result<Play, (u64, String)>;

/// Reads a batch. One play that cannot be read does not hold up the others.
fn read(body: &[u8]) -> Result<(String, Vec<Sent>), StatusCode> {
    if let Ok(batch) = serde_json::from_slice::<PlayBatch>(body) {
        return bounded(batch.boot, batch.plays.into_iter().map(Ok).collect());
    }
    #[derive(serde::Deserialize)]
    struct Loose {
        boot: String,
        plays: Vec<serde_json::Value>,
    }
    let loose: Loose = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let one = |value: serde_json::Value| {
        let seq = value["seq"].as_u64().filter(|seq| *seq > 0);
        let text = value.to_string();
        match (serde_json::from_value(value), seq) {
            (Ok(play), _) => Ok(Ok(play)),
            (Err(_), Some(seq)) => Ok(Err((seq, text))),
            // Without a number it can be neither counted nor acknowledged.
            (Err(_), None) => Err(StatusCode::BAD_REQUEST),
        }
    };
    bounded(loose.boot, loose.plays.into_iter().map(one).collect::<Result<_, _>>()?)
}

fn bounded(boot: String, plays: Vec<Sent>) -> Result<(String, Vec<Sent>), StatusCode> {
    let is_right = !boot.is_empty() && boot.len() <= BOOT_MAX && plays.len() <= MOST_PLAYS;
    if is_right { Ok((boot, plays)) } else { Err(StatusCode::BAD_REQUEST) }
}

fn keep(hub: &Hub, (screen, boot): (&str, &str), sent: Vec<Sent>) -> Result<PlaysAnswer, ()> {
    let received = hub.now_ms();
    let date = |ms: i64| {
        let at = Timestamp::from_millisecond(ms).unwrap_or_else(|_| hub.now());
        at.to_zoned_datetime(hub.zone.clone()).date().to_string()
    };
    let today = date(received);
    let catalog = hub.writing();
    let known = |seq: u64| catalog.play(screen, boot, seq).map(|row| row.map(|row| row.play));
    let (mut taken, mut told) = (TakenPlays::default(), Vec::new());
    let mut refuse = |taken: &mut TakenPlays, seq: u64, mut said: String, reason: PlayRefusal| {
        if said.len() > ASIDE_MAX {
            said = "null".to_owned();
        }
        told.push(RefusedPlay { seq, reason: reason.as_str().to_owned() });
        taken.refused.push(RefusedRow { seq, said, reason });
    };
    let judged = judged(sent, received, known).map_err(|error| hub.failed("looking at plays", &error))?;
    for (seq, judged) in judged {
        match judged {
            Judged::Right(play) => {
                let date = if play.clock == "known" { date(play.started_at) } else { today.clone() };
                let (screen, boot) = (screen.to_owned(), boot.to_owned());
                taken.kept.push(PlayRow { screen, boot, play, received, date });
            }
            Judged::Wrong(said, reason) => refuse(&mut taken, seq, said, reason),
        }
    }
    let batch = Batch { screen, boot, received, today: &today };
    match catalog.take_plays(batch, &taken) {
        Ok(upto) => Ok(PlaysAnswer { upto, refused: told }),
        Err(error) => {
            drop(catalog);
            hub.failed("keeping plays", &error);
            Err(())
        }
    }
}

enum Judged {
    Right(Play),
    /// As it was sent, and why.
    Wrong(String, PlayRefusal),
}

/// Looks at each play beside those before and after it, whether they come with it or are known. By number; the first of two
/// with one number counts.
fn judged(
    sent: Vec<Sent>,
    received: i64,
    known: impl Fn(u64) -> Result<Option<Play>, CatalogError>,
) -> Result<Vec<(u64, Judged)>, CatalogError> {
    let mut by_seq: BTreeMap<u64, Sent> = BTreeMap::new();
    for one in sent {
        let seq = one.as_ref().map_or_else(|(seq, _)| *seq, |play| play.seq);
        by_seq.entry(seq).or_insert(one);
    }
    let mut right: BTreeMap<u64, Play> = BTreeMap::new();
    let mut all = Vec::new();
    for (seq, one) in &by_seq {
        let play = match one {
            Ok(play) => play,
            Err((_, text)) => {
                all.push((*seq, Judged::Wrong(text.clone(), PlayRefusal::Form)));
                continue;
            }
        };
        // One that is kept already stays as it is.
        let (before, after) = match known(*seq)? {
            Some(kept) if kept == *play => (None, None),
            _ => {
                let before = match right.get(&seq.saturating_sub(1)) {
                    Some(before) => Some(before.clone()),
                    None => known(seq.saturating_sub(1))?,
                };
                (before, known(seq.saturating_add(1))?)
            }
        };
        let around = Neighbours { before: before.as_ref(), after: after.as_ref() };
        match judge(play, around, received) {
            Ok(()) => {
                right.insert(*seq, play.clone());
                all.push((*seq, Judged::Right(play.clone())));
            }
            Err(reason) => {
                let said = serde_json::to_string(play).unwrap_or_else(|_| "null".to_owned());
                all.push((*seq, Judged::Wrong(said, reason)));
            }
        }
    }
    Ok(all)
}
