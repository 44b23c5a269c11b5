//! Addresses and secrets, from the environment or from files that nobody else can read.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::files;
use crate::model::config::{Chat, ChatKind, ChatTopic};
use crate::model::language::AnyPath;

/// What is wrong with a robot's address or secret. `place` is a variable's name or a file; never its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFault {
    Missing {
        place: String,
    },
    Unreadable {
        place: String,
        reason: String,
    },
    /// `mode` as `chmod` takes it.
    OpenToOthers {
        place: String,
        mode: u32,
    },
    /// `owner` is a user's number.
    NotOurs {
        place: String,
        owner: u32,
    },
    NoAddress {
        place: String,
    },
}

/// Longer than any webhook's address.
const MAX_BYTES: u64 = 8192;

/// One robot, ready to be written to.
#[derive(Clone)]
pub struct Robot {
    pub kind: ChatKind,
    pub(super) url: String,
    pub(super) secret: Option<String>,
    pub on: Vec<ChatTopic>,
    pub departments: Vec<String>,
    pub digest_s: u64,
}

/// Without address and secret.
impl std::fmt::Debug for Robot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Robot").field("kind", &self.kind).field("on", &self.on).finish_non_exhaustive()
    }
}

/// The robots of a configuration. `variable` reads the environment (`std::env::var` in the service).
pub fn robots(chats: &[Chat], variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Robot>, SecretFault> {
    chats.iter().map(|chat| robot(chat, variable)).collect()
}

fn robot(chat: &Chat, variable: &dyn Fn(&str) -> Option<String>) -> Result<Robot, SecretFault> {
    let url = secret(chat.url_env.as_deref(), chat.url_file.as_ref(), variable)?.unwrap_or_default();
    let place = chat.url_env.clone().unwrap_or_else(|| shown(chat.url_file.as_ref()));
    if !is_address(&url) {
        return Err(SecretFault::NoAddress { place });
    }
    let secret = secret(chat.secret_env.as_deref(), chat.secret_file.as_ref(), variable)?;
    Ok(Robot {
        kind: chat.kind,
        url,
        secret,
        on: chat.on.clone(),
        departments: chat.departments.clone(),
        digest_s: chat.digest_s,
    })
}

fn secret(
    env: Option<&str>,
    file: Option<&AnyPath>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, SecretFault> {
    let (found, place) = match (env, file) {
        (Some(name), _) => (variable(name), name.to_owned()),
        (None, Some(path)) => (Some(read(path.as_path())?), shown(file)),
        (None, None) => return Ok(None),
    };
    match found.map(|text| text.trim().to_owned()) {
        Some(text) if !text.is_empty() => Ok(Some(text)),
        _ => Err(SecretFault::Missing { place }),
    }
}

/// The opened file itself is judged, so that it cannot be exchanged in between.
fn read(path: &Path) -> Result<String, SecretFault> {
    let place = path.display().to_string();
    let unreadable =
        |error: std::io::Error| SecretFault::Unreadable { place: place.clone(), reason: error.to_string() };
    let file = files::open_named(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    let mode = about.mode() & 0o777;
    let us = rustix::process::geteuid().as_raw();
    if mode & 0o177 != 0 {
        return Err(SecretFault::OpenToOthers { place, mode });
    }
    if about.uid() != us && about.uid() != 0 {
        return Err(SecretFault::NotOurs { place, owner: about.uid() });
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// HTTPS, or HTTP to this machine: over anything else the address would travel in the open.
fn is_address(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|host| {
        url.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    (url.starts_with("https://") || local) && !url.contains('@') && !url.chars().any(char::is_whitespace)
}

fn shown(file: Option<&AnyPath>) -> String {
    file.map(|file| file.as_path().display().to_string()).unwrap_or_default()
}
