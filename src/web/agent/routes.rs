//! What the page on this machine asks: the same as of the server, answered from the disk.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::events::AgentEvent;
use super::hub::{Hub, boot_ms};
use super::link::is_digest;
use super::office::AskError;
use super::store::Pairing;
use crate::model::playout::{
    Beat, BeatAnswer, FaultKind, Hello, HelloAnswer, PairedAnswer, PlayBatch, PlaysAnswer,
};
use crate::web::pages::{self, MOST_BYTES};
use crate::web::ranged::{self, Content};

/// The ticket of a page whose machine is paired already.
const PAIRED_ALREADY: &str = "paired";

/// Most plays of one batch, and longest name of a boot, as the server takes them.
const MOST_PLAYS: usize = 200;
const BOOT_MAX: usize = 64;

type Shared = State<Arc<Hub>>;

/// `port` is the one that the page is served at: requests for any other host are refused, so that no page from elsewhere that
/// gave its own name this address is answered.
pub(super) fn router(hub: Arc<Hub>, port: u16) -> Router {
    let hosts: Arc<[String]> = [format!("127.0.0.1:{port}"), format!("localhost:{port}")].into();
    Router::new()
        .route("/screen/v1/hello", post(hello))
        .route("/screen/v1/qr/{name}", get(code_picture))
        .route("/screen/v1/paired/{ticket}", get(paired))
        .route("/screen/v1/beat", post(beat))
        .route("/screen/v1/stock", get(stock))
        .route("/screen/v1/edition/{id}", get(edition))
        .route("/screen/v1/file/{sha256}", get(file))
        .route("/screen/v1/plays", post(plays))
        .fallback(page)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(hosts, only_here))
        .layer(map_response(pages::with_headers))
        .with_state(hub)
}

async fn only_here(State(hosts): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match host.is_some_and(|host| hosts.iter().any(|own| own == host)) {
        true => next.run(request).await,
        false => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}

async fn page(State(hub): Shared, method: Method, uri: Uri) -> Response {
    pages::answer(&hub.parts.pages, &method, uri.path())
}

/// What the server answered, passed on; one that does not answer is a bad gateway.
fn status_of(error: &AskError) -> StatusCode {
    match error {
        AskError::Forgotten | AskError::Stranger => StatusCode::UNAUTHORIZED,
        AskError::Status(status) => StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY),
        AskError::Unreachable(_) | AskError::Form(_) => StatusCode::BAD_GATEWAY,
    }
}

/// Does what waits for the server or the disk.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StatusCode> + Send + 'static,
) -> Result<T, StatusCode> {
    spawn_blocking(work).await.unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

/// A page that does not know yet which screen it is: it hears so at once, or gets a code from the server.
async fn hello(State(hub): Shared, Json(said): Json<Hello>) -> Result<Json<HelloAnswer>, StatusCode> {
    hub.seen();
    if hub.held().pairing.is_some() {
        let ticket = PAIRED_ALREADY.to_owned();
        return Ok(Json(HelloAnswer { code: String::new(), ticket, expires: 0 }));
    }
    aside(move || {
        let answer = hub.office.hello(&said).map_err(|error| status_of(&error))?;
        hub.tell(&AgentEvent::Waiting { code: answer.code.clone() });
        Ok(Json(answer))
    })
    .await
}

async fn code_picture(State(hub): Shared, Path(name): Path<String>) -> Result<Response, StatusCode> {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) {
        return Err(StatusCode::NOT_FOUND);
    }
    aside(move || {
        let picture = hub.office.code_picture(&name).map_err(|error| status_of(&error))?;
        Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response())
    })
    .await
}

/// The token stays with the agent.
async fn paired(State(hub): Shared, Path(ticket): Path<String>) -> Result<Response, StatusCode> {
    hub.seen();
    if !ticket.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(StatusCode::NOT_FOUND);
    }
    aside(move || {
        let known = hub.held().pairing.clone();
        let pairing = match known {
            Some(pairing) => pairing,
            None if ticket == PAIRED_ALREADY => return Err(StatusCode::NOT_FOUND),
            None => match hub.office.paired(&ticket).map_err(|error| status_of(&error))? {
                None => return Ok(StatusCode::NO_CONTENT.into_response()),
                Some(PairedAnswer { screen, name, token, key }) => {
                    let pairing = Pairing { screen, name, token, key };
                    hub.pair(pairing.clone()).map_err(|error| {
                        hub.disk_failed(&error);
                        StatusCode::INSUFFICIENT_STORAGE
                    })?;
                    pairing
                }
            },
        };
        let Pairing { screen, name, key, .. } = pairing;
        Ok(Json(PairedAnswer { screen, name, token: String::new(), key }).into_response())
    })
    .await
}

/// What the page hears; besides the server's words, what only the agent knows.
#[derive(Serialize)]
struct PageAnswer {
    #[serde(flatten)]
    answer: BeatAnswer,
    /// Changes whenever other files are here.
    stock: u64,
    /// The server's key: a page that was paired with another one begins anew.
    key: String,
}

async fn beat(State(hub): Shared, Json(beat): Json<Beat>) -> Result<Json<PageAnswer>, StatusCode> {
    let mut changes = hub.changes();
    let until = Instant::now() + hub.parts.pace.held;
    for fault in &beat.faults {
        // What could not be decoded may have been damaged on the disk: it is read again.
        if fault.kind == FaultKind::Broken && is_digest(&fault.sha256) {
            hub.doubt(&fault.sha256);
        }
    }
    let (applied, edition) = (beat.applied, beat.edition.clone());
    let mut is_told = hear(&hub, beat);
    changes.mark_unchanged();
    loop {
        {
            let held = hub.held();
            let pairing = held.pairing.as_ref().ok_or(StatusCode::UNAUTHORIZED)?;
            let is_behind = applied < held.state.answer.serial || edition != held.state.edition;
            if is_told || is_behind || held.stopping || Instant::now() >= until {
                let answer = held.state.answer_for_page(held.server_time().unwrap_or(0));
                return Ok(Json(PageAnswer { answer, stock: hub.stock.version(), key: pairing.key.clone() }));
            }
        }
        is_told = timeout_at(until, changes.changed()).await.is_ok();
    }
}

/// Takes a beat; returns true if it is the first of a page.
fn hear(hub: &Hub, beat: Beat) -> bool {
    hub.seen();
    let now = boot_ms();
    let mut held = hub.held();
    let is_first = held.state.page(now).is_none_or(|(before, _)| before.boot != beat.boot);
    let was_carried_out = held.state.is_carried_out();
    held.state.page_said(beat, now);
    if !was_carried_out && held.state.is_carried_out() {
        hub.ring(&mut held);
    }
    is_first
}

/// Which files are here and were checked.
#[derive(Serialize)]
struct StockAnswer {
    stock: u64,
    have: Vec<String>,
}

async fn stock(State(hub): Shared) -> Result<Json<StockAnswer>, StatusCode> {
    let revoked = hub.held().state.answer.revoked.clone();
    let (stock, mut have) = hub.stock.all();
    have.retain(|sha256| !revoked.contains(sha256));
    Ok(Json(StockAnswer { stock, have }))
}

async fn edition(State(hub): Shared, Path(id): Path<String>) -> Result<Response, StatusCode> {
    aside(move || {
        let (pairing, is_kept) = {
            let held = hub.held();
            let is_kept = is_digest(&id) && (held.state.edition == id || held.kept.contains(&id));
            (held.pairing.clone().ok_or(StatusCode::UNAUTHORIZED)?, is_kept)
        };
        let found = if is_kept { hub.store.edition(&id, &pairing) } else { None };
        let (sealed, _) = found.ok_or(StatusCode::NOT_FOUND)?;
        let kind = (header::CONTENT_TYPE, "application/x-ndjson; charset=utf-8");
        Ok(([kind], sealed.text()).into_response())
    })
    .await
}

/// A checked file; one that must not be shown is none. The browser keeps no copy of it, which nobody would check or remove.
async fn file(
    State(hub): Shared,
    method: Method,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let may_be_shown = {
        let held = hub.held();
        is_digest(&sha256) && held.pairing.is_some() && !held.state.answer.revoked.contains(&sha256)
    };
    if !may_be_shown {
        return Err(StatusCode::NOT_FOUND);
    }
    aside(move || {
        let Some((file, bytes)) = hub.stock.open(&sha256) else {
            hub.doubt(&sha256);
            return Err(StatusCode::NOT_FOUND);
        };
        // Videos are MP4 and pictures JPEG; a browser looks at their first bytes, whatever a header says.
        let mut content = Content { sha256, bytes, mime: "video/mp4", cache: "no-store" };
        if is_jpeg(&file) {
            content.mime = "image/jpeg";
        }
        ranged::answer(file, &content, &method, &headers)
    })
    .await
}

fn is_jpeg(file: &std::fs::File) -> bool {
    use std::os::unix::fs::FileExt;
    let mut head = [0; 3];
    file.read_exact_at(&mut head, 0).is_ok() && head == [0xff, 0xd8, 0xff]
}

/// Acknowledged once the plays are on the disk.
async fn plays(State(hub): Shared, Json(batch): Json<PlayBatch>) -> Result<Json<PlaysAnswer>, StatusCode> {
    let upto = batch.plays.iter().map(|play| play.seq).max().unwrap_or_default();
    if batch.boot.is_empty() || batch.boot.len() > BOOT_MAX || batch.plays.len() > MOST_PLAYS {
        return Err(StatusCode::BAD_REQUEST);
    }
    let pairing = hub.held().pairing.clone().ok_or(StatusCode::UNAUTHORIZED)?;
    aside(move || {
        hub.journal().add(&pairing.screen, batch).map_err(|error| {
            hub.disk_failed(&error);
            StatusCode::INSUFFICIENT_STORAGE
        })?;
        Ok(Json(PlaysAnswer { upto, refused: Vec::new() }))
    })
    .await
}
