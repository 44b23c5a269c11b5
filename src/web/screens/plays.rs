//! What screens played: acknowledged once it is durably on record, each play once.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;

use super::hub::Hub;
use super::pairing::access;
use crate::model::playout::{PlayBatch, PlaysAnswer};
use crate::playout::ledger::{self, Delivery, MOST_PLAYS, Sent, is_boot, read_play};

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
    let plays: Option<_> = loose.plays.into_iter().map(read_play).collect();
    bounded(loose.boot, plays.ok_or(StatusCode::BAD_REQUEST)?)
}

fn bounded(boot: String, plays: Vec<Sent>) -> Result<(String, Vec<Sent>), StatusCode> {
    let is_right = is_boot(&boot) && plays.len() <= MOST_PLAYS;
    if is_right { Ok((boot, plays)) } else { Err(StatusCode::BAD_REQUEST) }
}

fn keep(hub: &Hub, (screen, boot): (&str, &str), sent: Vec<Sent>) -> Result<PlaysAnswer, ()> {
    let (received, zone) = (hub.now(), hub.zone());
    let taken = ledger::take(&hub.writing(), Delivery { screen, boot, received, zone: &zone }, sent);
    taken.map_err(|error| hub.failed("keeping plays", &error))
}
