//! One message over HTTP.

use std::time::Duration;

use super::body::Message;
use super::secret::Robot;
use crate::model::config::ChatKind;

/// Why a message was not taken. Holds no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("no answer in time")]
    TimedOut,
    #[error("no connection: {0}")]
    NoConnection(String),
    #[error("HTTP status {0}")]
    Status(u16),
    /// The robot's own code; it comes with HTTP 200.
    #[error("the robot answered with code {0}")]
    Refused(i64),
    #[error("the robot's answer cannot be read")]
    Unreadable,
}

/// Sends one message and waits for the robot's word, `timeout` at most.
pub fn post(robot: &Robot, message: &Message, timeout: Duration) -> Result<(), Failure> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // A redirect would carry the message to somebody else.
        .max_redirects(0)
        .build()
        .into();
    let body = message.body.to_string();
    let request =
        agent.post(with_query(&robot.url, &message.query)).content_type("application/json; charset=utf-8");
    let mut answer = request.send(body.as_bytes()).map_err(|error| told(&error))?;
    let status = answer.status().as_u16();
    if !(200..300).contains(&status) {
        return Err(Failure::Status(status));
    }
    if robot.kind == ChatKind::Json {
        return Ok(());
    }
    let text =
        answer.body_mut().with_config().limit(64 * 1024).read_to_string().map_err(|error| told(&error))?;
    judge(robot.kind, &text)
}

/// 0 is taken, everything else is not, whatever the HTTP status says.
fn judge(kind: ChatKind, text: &str) -> Result<(), Failure> {
    let answer: serde_json::Value = serde_json::from_str(text).map_err(|_| Failure::Unreadable)?;
    let names: &[&str] = match kind {
        ChatKind::Feishu => &["code", "StatusCode"],
        _ => &["errcode"],
    };
    match names.iter().find_map(|name| answer.get(name)?.as_i64()) {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Refused(code)),
        None => Err(Failure::Unreadable),
    }
}

fn with_query(url: &str, query: &str) -> String {
    match query {
        "" => url.to_owned(),
        _ if url.contains('?') => format!("{url}&{query}"),
        _ => format!("{url}?{query}"),
    }
}

/// The library's own text may name the address, so only its kind is kept.
fn told(error: &ureq::Error) -> Failure {
    match error {
        ureq::Error::Timeout(_) => Failure::TimedOut,
        ureq::Error::Io(error) => Failure::NoConnection(error.kind().to_string()),
        ureq::Error::HostNotFound => Failure::NoConnection("host not found".into()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Failure::NoConnection("TLS".into()),
        _ => Failure::NoConnection("protocol".into()),
    }
}
