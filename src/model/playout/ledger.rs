//! Plays as the catalogue keeps them, and what a day is folded into.

use serde::{Deserialize, Serialize};

use super::Play;

/// A play with who sent it, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayRow {
    pub screen: String,
    pub boot: String,
    pub play: Play,
    /// By the server's clock, milliseconds since 1970, UTC.
    pub received: i64,
    /// ISO date in the zone of the configuration.
    pub date: String,
}

/// A play that cannot be, as it was sent, with the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedRow {
    pub seq: u64,
    /// The play's JSON.
    pub said: String,
    pub reason: PlayRefusal,
}

/// Why a play is kept aside and not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayRefusal {
    /// Its digest, clock or numbers are not of their form.
    Form,
    /// It began in the future, or before there were screens.
    Time,
    /// It was shown for longer than the time that passed.
    TooLong,
    /// It overlaps the play before or after it.
    Overlap,
    /// Its day was closed already.
    Late,
    /// It was played from the edition of another screen.
    Screen,
}

impl PlayRefusal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Time => "time",
            Self::TooLong => "too_long",
            Self::Overlap => "overlap",
            Self::Late => "late",
            Self::Screen => "screen",
        }
    }
}

/// What one screen showed of one file on one date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// ISO date in the zone of the configuration.
    pub date: String,
    pub screen: String,
    /// Empty: plays of which only the number is known.
    pub sha256: String,
    /// Showings that the programme asked for.
    pub planned: u32,
    /// Showings, whole or in part.
    pub plays: u32,
    pub whole: u32,
    pub shown_ms: u64,
    /// When the first began and the last ended, milliseconds since 1970, UTC; `None` where there is none with a known time.
    pub first_ms: Option<i64>,
    pub last_ms: Option<i64>,
}

/// A closed day of the ledger; see `playout::ledger`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerDay {
    pub date: String,
    /// JSON of its rows, byte for byte what is hashed.
    pub said: String,
    pub previous: String,
    pub hash: String,
}
