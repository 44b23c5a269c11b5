//! What the agent asks of the server.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Body;
use ureq::http::Response;

use super::store::EDITION_MAX;
use crate::model::playout::{
    Beat, BeatAnswer, CHUNK_BYTES, Chunks, Hello, HelloAnswer, PairedAnswer, PlayBatch, PlaysAnswer,
};

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
    /// Its token is not known any more: the screen was forgotten.
    #[error("the screen is not paired")]
    Forgotten,
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

    pub fn beat(&self, token: &str, beat: &Beat) -> Result<BeatAnswer, AskError> {
        parse(&read(self.post("/screen/v1/beat", token, beat, BEAT)?, SMALL_MAX)?)
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
        judged(request.config().timeout_global(Some(within)).build().call())
    }

    fn post(
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
        judged(request.config().timeout_global(Some(within)).build().send(&body[..]))
    }
}

fn judged(answer: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, AskError> {
    let answer = answer.map_err(|error| AskError::Unreachable(error.to_string()))?;
    match answer.status().as_u16() {
        200..=299 => Ok(answer),
        401 => Err(AskError::Forgotten),
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
