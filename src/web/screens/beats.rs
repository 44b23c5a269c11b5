//! A screen says how it is, and hears what is new: at once, or when something is.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::hub::{Ask, Hub};
use super::pairing::Caller;
use crate::model::playout::{ANSWER_SIGNATURE, Beat, BeatAnswer};
use crate::playout::keys::answer_message;

/// Longest texts that a beat may hold.
const TEXT_MAX: usize = 200;

/// How long a screen waits until it is known what it must not show of an edition that nobody expected.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// `POST /screen/v1/beat`
pub(super) async fn beat(
    State(hub): State<Arc<Hub>>,
    Caller(screen): Caller,
    Json(beat): Json<Beat>,
) -> Result<Response, StatusCode> {
    let beat = bounded(beat);
    let nonce = beat.nonce.clone();
    let (boot, edition, applied) = (beat.boot.clone(), beat.edition.clone(), beat.applied);
    let mut changes = hub.changes();
    let snapshot = Arc::clone(&changes.borrow_and_update());
    let its = snapshot.screens.get(&screen).ok_or(StatusCode::UNAUTHORIZED)?;
    let is_expected = edition.is_empty() || its.has_edition(&edition);
    let news = hub.rooms().heard(&screen, beat, hub.now_ms(), its);
    hub.tell_all(news);
    let begun = Instant::now();
    if !is_expected {
        hub.ask(Ask::Look);
        let _ = tokio::time::timeout(LONGEST_LOOK, changes.changed()).await;
    }
    let answer = answer(&hub, &screen, (&boot, applied, begun), changes).await?;
    hub.rooms().told(&screen, &boot, &answer);
    signed(&hub, &screen, &nonce, &answer)
}

/// Orders are as good as editions: whoever looks can see whose they are.
fn signed(hub: &Hub, screen: &str, nonce: &str, answer: &BeatAnswer) -> Result<Response, StatusCode> {
    let body = serde_json::to_vec(answer).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let json = (header::CONTENT_TYPE, "application/json".to_owned());
    if nonce.is_empty() {
        return Ok(([json], body).into_response());
    }
    let signature = hub.parts.programme.sign(&answer_message(screen, nonce, &body));
    Ok(([json, (HeaderName::from_static(ANSWER_SIGNATURE), signature)], body).into_response())
}

/// Waits until there is something that the screen was not told, or until it is time.
async fn answer(
    hub: &Hub,
    screen: &str,
    (boot, applied, begun): (&str, u64, Instant),
    mut changes: tokio::sync::watch::Receiver<Arc<super::snapshot::Snapshot>>,
) -> Result<BeatAnswer, StatusCode> {
    loop {
        let snapshot = Arc::clone(&changes.borrow_and_update());
        let is_paired = snapshot.tokens.values().any(|access| !access.is_stick && access.screen == screen);
        let its = snapshot.screens.get(screen).filter(|_| is_paired).ok_or(StatusCode::UNAUTHORIZED)?;
        let answer = its.answer_at(hub.now_ms());
        // What was answered before may have been lost on its way: a screen with orders to carry out asks again soon.
        let pace = hub.parts.pace;
        let held = if applied < answer.serial { pace.held_behind } else { pace.held };
        if snapshot.stopping || begun.elapsed() >= held || hub.rooms().is_news(screen, boot, &answer) {
            return Ok(answer);
        }
        let _ = tokio::time::timeout_at(begun + held, changes.changed()).await;
    }
}

fn bounded(mut beat: Beat) -> Beat {
    let Beat { boot, edition, showing, way, version, nonce, .. } = &mut beat;
    for text in [boot, edition, showing, way, version, nonce] {
        cut(text);
    }
    for fault in &mut beat.faults {
        cut(&mut fault.sha256);
        cut(&mut fault.detail);
    }
    if let Some(found) = &mut beat.selftest {
        cut(&mut found.detail);
    }
    beat
}

fn cut(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(TEXT_MAX) {
        text.truncate(at);
    }
}
