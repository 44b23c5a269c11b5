//! A page that nobody knows shows a code; the office types it; the page gets a token, once.

use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::events::ServerEvent;
use super::hub::{Ask, Hub};
use super::snapshot::Access;
use crate::files::random_bytes;
use crate::library::catalog::{NewPairing, Ticket, TokenRow};
use crate::model::playout::{FORGOTTEN_SIGNATURE, Hello, HelloAnswer, PairedAnswer};
use crate::playout::keys::forgotten_message;
use crate::text::hex;
use crate::web::guard::Peer;

/// Letters and digits that nobody takes for another.
const ALPHABET: &[u8; 30] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";

/// Letters of a code, without its dash.
const LETTERS: usize = 8;

/// How long a code is shown.
const VALID_MS: i64 = 10 * 60_000;

/// Most pages that wait at the same time.
const MOST_WAITING: u32 = 500;

const COOKIE: &str = "jincai_screen";

/// Ten years: a screen is forgotten by the office, not by its browser.
const COOKIE_S: u32 = 315_360_000;

/// Longest name of a browser that is kept.
const AGENT_MAX: usize = 300;

/// Reads a code as people type it: in any case, with or without its dash. `None`: it is none.
pub fn read_code(typed: &str) -> Option<String> {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    let letters: String =
        typed.chars().map(plain).filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let is_code = letters.len() == LETTERS && letters.bytes().all(|letter| ALPHABET.contains(&letter));
    is_code.then(|| format!("{}-{}", &letters[..4], &letters[4..]))
}

fn new_code() -> std::io::Result<String> {
    let mut code = String::new();
    while code.len() < LETTERS {
        for byte in random_bytes::<16>()? {
            // 240 is a multiple of 30: every letter is as likely.
            if byte < 240 && code.len() < LETTERS {
                code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
    }
    code.insert(LETTERS / 2, '-');
    Ok(code)
}

fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// Whose request it is.
#[derive(Debug)]
pub(super) struct Caller(pub String);

impl FromRequestParts<Arc<Hub>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Response> {
        match access(&parts.headers, hub) {
            Some(Access { is_stick: true, .. }) => Err(StatusCode::FORBIDDEN.into_response()),
            Some(Access { screen, .. }) => Ok(Self(screen)),
            None => Err(unknown(&parts.headers, hub).await),
        }
    }
}

/// Tells a stranger so. To whom has a token, that it is of no screen is said under the server's signature: otherwise anybody on
/// the way could end a pairing. A token that was made a moment ago may only not be known yet.
async fn unknown(headers: &HeaderMap, hub: &Arc<Hub>) -> Response {
    let Some(sha256) = token(headers).map(digest) else { return StatusCode::UNAUTHORIZED.into_response() };
    let (its_hub, its_sha256) = (Arc::clone(hub), sha256.clone());
    let looked = spawn_blocking(move || {
        let tokens = its_hub.reading().tokens().ok()?;
        let known = tokens.into_iter().find(|token| token.sha256 == its_sha256);
        let screens = &its_hub.config().screen;
        Some(known.is_none_or(|token| screens.iter().all(|screen| screen.id != token.screen)))
    });
    match looked.await {
        Ok(Some(true)) => {
            let signature = hub.parts.programme.sign(&forgotten_message(&sha256));
            (StatusCode::UNAUTHORIZED, [(HeaderName::from_static(FORGOTTEN_SIGNATURE), signature)])
                .into_response()
        }
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// Returns whose token a request carries.
pub(super) fn access(headers: &HeaderMap, hub: &Hub) -> Option<Access> {
    hub.snapshot().tokens.get(&digest(token(headers)?)).cloned()
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(given) = bearer {
        return given.strip_prefix("Bearer ").map(str::trim);
    }
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().split_once('=').filter(|(name, _)| *name == COOKIE))
        .map(|(_, value)| value)
}

/// `POST /screen/v1/hello`
pub(super) async fn hello(
    State(hub): State<Arc<Hub>>,
    ConnectInfo(Peer(address)): ConnectInfo<Peer>,
    Json(said): Json<Hello>,
) -> Result<Json<HelloAnswer>, StatusCode> {
    if !hub.rates.hello(address) {
        return Err(StatusCode::TOO_MANY_REQUESTS);
    }
    let said = Hello { agent: said.agent.chars().take(AGENT_MAX).collect(), ..said };
    spawn_blocking(move || begin(&hub, &address.to_string(), &said))
        .await
        .unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

fn begin(hub: &Hub, address: &str, said: &Hello) -> Result<Json<HelloAnswer>, StatusCode> {
    let failed = |error: &dyn std::fmt::Display| {
        hub.failed("answering a new screen", error);
        StatusCode::SERVICE_UNAVAILABLE
    };
    let ticket = hex(&random_bytes::<32>().map_err(|error| failed(&error))?);
    let code = new_code().map_err(|error| failed(&error))?;
    let made_ms = hub.now_ms();
    let expires = made_ms + VALID_MS;
    let new = NewPairing { ticket: &digest(&ticket), code: &code, address, made_ms, expires, said };
    match hub.writing().add_pairing(new, MOST_WAITING) {
        Ok(true) => {}
        Ok(false) => return Err(StatusCode::SERVICE_UNAVAILABLE),
        Err(error) => return Err(failed(&error)),
    }
    hub.tell(&ServerEvent::Waiting { code: code.clone(), address: address.to_owned() });
    Ok(Json(HelloAnswer { code, ticket, expires }))
}

/// `GET /screen/v1/qr/{code}.svg`: the command to type, for those who send it on from a telephone.
pub(super) async fn code_picture(
    State(hub): State<Arc<Hub>>,
    Path(name): Path<String>,
) -> Result<Response, StatusCode> {
    let code = name.strip_suffix(".svg").and_then(read_code).ok_or(StatusCode::NOT_FOUND)?;
    let waits = {
        let (hub, code, now) = (Arc::clone(&hub), code.clone(), hub.now_ms());
        spawn_blocking(move || hub.reading().code_waits(&code, now)).await
    };
    if !matches!(waits, Ok(Ok(true))) {
        return Err(StatusCode::NOT_FOUND);
    }
    let text = format!("jincai screens pair {code}");
    let drawn = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| StatusCode::NOT_FOUND)?;
    let picture = drawn.render::<svg::Color<'_>>().min_dimensions(256, 256).build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response())
}

/// `GET /screen/v1/paired/{ticket}`
pub(super) async fn paired(
    State(hub): State<Arc<Hub>>,
    ConnectInfo(Peer(address)): ConnectInfo<Peer>,
    Path(ticket): Path<String>,
) -> Response {
    let its = Arc::clone(&hub);
    let redeemed = spawn_blocking(move || redeem(&its, &digest(&ticket))).await;
    match redeemed {
        Ok(Ok(Redeemed::Token(token, screen, by))) => {
            // Whoever comes with the token at once is known.
            await_token(&hub, &digest(&token)).await;
            let address = address.to_string();
            hub.tell(&ServerEvent::Paired { screen: screen.clone(), by, address });
            let snapshot = hub.snapshot();
            let name = snapshot.screens.get(&screen).map(|its| its.name.clone()).unwrap_or_default();
            let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={COOKIE_S}");
            let answer = PairedAnswer { screen, name, token, key: snapshot.key.clone() };
            ([(header::SET_COOKIE, cookie)], Json(answer)).into_response()
        }
        Ok(Ok(Redeemed::Waiting)) => StatusCode::NO_CONTENT.into_response(),
        Ok(Ok(Redeemed::Unknown)) if hub.rates.wrong_ticket(address) => StatusCode::NOT_FOUND.into_response(),
        Ok(Ok(Redeemed::Unknown)) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

enum Redeemed {
    Unknown,
    Waiting,
    /// Token, screen, and who paired it.
    Token(String, String, String),
}

fn redeem(hub: &Hub, ticket: &str) -> Result<Redeemed, ()> {
    let failed = |error: &dyn std::fmt::Display| hub.failed("pairing a screen", error);
    let catalog = hub.writing();
    let now = hub.now_ms();
    let (screen, by) = match catalog.ticket(ticket, now).map_err(|error| failed(&error))? {
        Ticket::Unknown => return Ok(Redeemed::Unknown),
        Ticket::Waiting => return Ok(Redeemed::Waiting),
        Ticket::Paired { screen, by } => (screen, by),
    };
    let token = hex(&random_bytes::<32>().map_err(|error| failed(&error))?);
    let row = TokenRow {
        sha256: digest(&token),
        screen: screen.clone(),
        is_stick: false,
        made_ms: now,
        by: by.clone(),
    };
    match catalog.redeem(ticket, &row).map_err(|error| failed(&error))? {
        true => Ok(Redeemed::Token(token, screen, by)),
        false => Ok(Redeemed::Unknown),
    }
}

async fn await_token(hub: &Hub, sha256: &str) {
    let mut changes = hub.changes();
    hub.ask(Ask::Look);
    let known = changes.wait_for(|snapshot| snapshot.tokens.contains_key(sha256) || snapshot.stopping);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), known).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["K7MX-2QPD", "k7mx2qpd", " K7MX 2QPD ", "Ｋ７ＭＸ－２ＱＰＤ", "K7MX–2QPD"] {
            assert_eq!(read_code(typed).as_deref(), Some("K7MX-2QPD"), "{typed}");
        }
        for typed in ["K7MX-2QP", "K7MX-2QPDD", "K7MX-2QP0", "K7MX-2QPI", ""] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn codes_are_of_their_form_and_do_not_repeat() {
        let codes: std::collections::BTreeSet<String> = (0..500).map(|_| new_code().unwrap()).collect();
        assert_eq!(codes.len(), 500);
        assert!(codes.iter().all(|code| read_code(code).as_ref() == Some(code)));
    }
}
