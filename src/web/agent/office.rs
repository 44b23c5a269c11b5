//! What the agent asks of the server.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use ureq::Body;
use ureq::http::Response;

use super::store::{EDITION_MAX, Pairing};
use crate::files::random_bytes;
use crate::model::playout::{
    ANSWER_SIGNATURE, Beat, BeatAnswer, CHUNK_BYTES, Chunks, FORGOTTEN_SIGNATURE, Hello, HelloAnswer,
    PairedAnswer, PlayBatch, PlaysAnswer,
};
use crate::playout::keys::{answer_message, forgotten_message, is_signed};
use crate::text::hex;

/// The server holds a beat for less.
const BEAT: Duration = Duration::from_secs(30);

const SMALL: Duration = Duration::from_secs(20);

const EDITION: Duration = Duration::from_secs(120);

/// For one chunk: 120 kbit/s are enough.
const CHUNK: Duration = Duration::from_secs(300);

/// Largest answer but editions and files.
const SMALL_MAX: u64 = 1 << 20;

/// Why the server did not answer as it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AskError {
    /// The server says, under its signature, that the screen was forgotten.
    #[error("the screen is not paired")]
    Forgotten,
    /// Somebody else answers in the server's place, or the server has another key now.
    #[error("the answer is not signed with the key of the pairing")]
    Stranger,
    #[error("HTTP status {0}")]
    Status(u16),
    #[error("{0}")]
    Unreachable(String),
    #[error("the answer cannot be read: {0}")]
    Form(String),
}

impl AskError {
    /// Returns true if the server says that it has no such thing.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Status(400..=499))
    }
}

/// A server of screens.
#[derive(Debug)]
pub(super) struct Office {
    agent: ureq::Agent,
    base: String,
}

impl Office {
    pub fn at(server: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // The server is on the campus; a redirect would carry the token elsewhere.
            .proxy(None)
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(10)))
            .build();
        Self { agent: config.new_agent(), base: server.trim_end_matches('/').to_owned() }
    }

    pub fn hello(&self, said: &Hello) -> Result<HelloAnswer, AskError> {
        parse(&read(self.post("/screen/v1/hello", "", said, SMALL)?, SMALL_MAX)?)
    }

    /// Returns what a ticket was redeemed for; `None`: the code was not typed yet.
    pub fn paired(&self, ticket: &str) -> Result<Option<PairedAnswer>, AskError> {
        let answer = self.get(&format!("/screen/v1/paired/{ticket}"), "", None, SMALL)?;
        match answer.status().as_u16() {
            204 => Ok(None),
            _ => parse(&read(answer, SMALL_MAX)?).map(Some),
        }
    }

    pub fn code_picture(&self, name: &str) -> Result<Vec<u8>, AskError> {
        read(self.get(&format!("/screen/v1/qr/{name}"), "", None, SMALL)?, SMALL_MAX)
    }

    /// Says how the screen is; the answer counts only with the signature of the server that it was paired with.
    pub fn beat(&self, pairing: &Pairing, beat: &Beat) -> Result<BeatAnswer, AskError> {
        let nonce = random_bytes::<16>().map_err(|error| AskError::Form(error.to_string()))?;
        let beat = Beat { nonce: hex(&nonce), ..beat.clone() };
        let answer = self.sent("/screen/v1/beat", &pairing.token, &beat, BEAT)?;
        let header =
            |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if answer.status().as_u16() == 401 {
            let message = forgotten_message(&hex(&Sha256::digest(&pairing.token)));
            let signature = header(FORGOTTEN_SIGNATURE).unwrap_or_default();
            let is_over = is_signed(&message, &signature, &pairing.key);
            return Err(if is_over { AskError::Forgotten } else { AskError::Status(401) });
        }
        let signature = header(ANSWER_SIGNATURE).unwrap_or_default();
        let body = read(judged(answer)?, SMALL_MAX)?;
        if !is_signed(&answer_message(&pairing.screen, &beat.nonce, &body), &signature, &pairing.key) {
            return Err(AskError::Stranger);
        }
        parse(&body)
    }

    pub fn edition(&self, token: &str, id: &str) -> Result<String, AskError> {
        let answer = self.get(&format!("/screen/v1/edition/{id}"), token, None, EDITION)?;
        String::from_utf8(read(answer, EDITION_MAX)?).map_err(|error| AskError::Form(error.to_string()))
    }

    pub fn chunks(&self, token: &str, sha256: &str) -> Result<Chunks, AskError> {
        let answer = self.get(&format!("/screen/v1/file/{sha256}/chunks"), token, None, SMALL)?;
        parse(&read(answer, EDITION_MAX)?)
    }

    /// Fetches bytes `from` to `last` of a file.
    pub fn part(&self, token: &str, sha256: &str, (from, last): (u64, u64)) -> Result<Vec<u8>, AskError> {
        let range = format!("bytes={from}-{last}");
        let answer = self.get(&format!("/screen/v1/file/{sha256}"), token, Some(&range), CHUNK)?;
        let (status, is_start) = (answer.status().as_u16(), from == 0);
        if status != 206 && !(status == 200 && is_start) {
            return Err(AskError::Status(status));
        }
        read(answer, CHUNK_BYTES)
    }

    pub fn plays(&self, token: &str, batch: &PlayBatch) -> Result<PlaysAnswer, AskError> {
        parse(&read(self.post("/screen/v1/plays", token, batch, BEAT)?, SMALL_MAX)?)
    }

    fn get(
        &self,
        path: &str,
        token: &str,
        range: Option<&str>,
        within: Duration,
    ) -> Result<Response<Body>, AskError> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let answer = request.config().timeout_global(Some(within)).build().call();
        judged(answer.map_err(|error| AskError::Unreachable(error.to_string()))?)
    }

    fn post(
        &self,
        path: &str,
        token: &str,
        body: &impl Serialize,
        within: Duration,
    ) -> Result<Response<Body>, AskError> {
        judged(self.sent(path, token, body, within)?)
    }

    fn sent(
        &self,
        path: &str,
        token: &str,
        body: &impl Serialize,
        within: Duration,
    ) -> Result<Response<Body>, AskError> {
        let body = serde_json::to_vec(body).map_err(|error| AskError::Form(error.to_string()))?;
        let mut request =
            self.agent.post(format!("{}{path}", self.base)).content_type("application/json; charset=utf-8");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = request.config().timeout_global(Some(within)).build().send(&body[..]);
        answer.map_err(|error| AskError::Unreachable(error.to_string()))
    }
}

fn judged(answer: Response<Body>) -> Result<Response<Body>, AskError> {
    match answer.status().as_u16() {
        200..=299 => Ok(answer),
        status => Err(AskError::Status(status)),
    }
}

fn read(mut answer: Response<Body>, most: u64) -> Result<Vec<u8>, AskError> {
    let read = answer.body_mut().with_config().limit(most).read_to_vec();
    read.map_err(|error| AskError::Unreachable(error.to_string()))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AskError> {
    serde_json::from_slice(bytes).map_err(|error| AskError::Form(error.to_string()))
}
