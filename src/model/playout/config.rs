//! What `jincai.toml` says about screens.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// `[playout]`: what holds for all screens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlayoutRules {
    /// IANA name of the time zone in which hours, blocks and dates are meant.
    pub zone: String,
    /// Days for which a screen goes on without a word from the server; then it shows the card.
    pub offline_days: u32,
    /// Id of the playlist that runs when no block does; none: all released works.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub looped: Option<String>,
    /// When screens are lit, the first that fits a date; none: always.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
    /// Dates that differ from their weekday: 调休 and holidays.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<DayException>,
    /// Works that are shown between two dates only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub valid: Vec<Validity>,
}

impl PlayoutRules {
    /// Returns the zone; reading the configuration refuses one that does not exist.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

impl Default for PlayoutRules {
    fn default() -> Self {
        Self {
            zone: "Asia/Shanghai".into(),
            offline_days: 7,
            looped: None,
            hours: Vec::new(),
            days: Vec::new(),
            valid: Vec::new(),
        }
    }
}

/// When screens are lit. Over midnight where `close` is not after `open`: the day on which it begins governs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hours {
    /// ISO dates, both inclusive; without them every date fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// See [`Weekdays`](super::Weekdays).
    pub days: String,
    /// See [`TimeOfDay`](super::TimeOfDay).
    pub open: String,
    pub close: String,
    /// Ids of the screens; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub screens: Vec<String>,
}

/// A date that is like another weekday, or on which screens stay dark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayException {
    /// ISO date.
    pub date: String,
    /// `mon` … `sun`, or `closed`.
    pub like: String,
}

/// Works that are shown between two dates, both inclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Validity {
    /// Ids.
    pub works: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// `[[playlist]]`: which works, and how they follow each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Playlist {
    pub id: String,
    pub works: PlaylistWorks,
    /// Shares of the time by department, as shown; 1 where it is not named.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub share: BTreeMap<String, f64>,
    /// Minutes from the end of a work until it may be shown again, where there are enough works.
    pub gap_min: f64,
    /// A poster after so many videos; 0: only where time is left.
    pub poster_every: u32,
    /// Seconds that a poster is shown for, from 5 to 20; it stretches within that range before a block ends.
    pub poster_s: f64,
}

impl Default for Playlist {
    fn default() -> Self {
        Self {
            id: String::new(),
            works: PlaylistWorks::default(),
            share: BTreeMap::new(),
            gap_min: 10.0,
            poster_every: 3,
            poster_s: 10.0,
        }
    }
}

/// Which released works a playlist holds: all that fit every rule given here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaylistWorks {
    /// Id of a season, or `current`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// As shown; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<String>,
    /// Any of them is enough; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The newest so many that fit the other rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<u32>,
    /// Chosen by hand; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
}

/// `[[block]]`: a playlist at certain times; of several that fit, the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Block {
    /// A name for the plan; the playlist's id where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Ids; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub screens: Vec<String>,
    pub days: String,
    /// Times of day, the end exclusive. Over midnight where `to` is before `from`; equal times are no time.
    pub from: String,
    pub to: String,
    /// ISO dates, both inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    pub playlist: String,
}

/// `[[screen]]`: a display on campus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenConfig {
    pub id: String,
    pub name: String,
    /// Where it hangs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Id of a target of kind `screen`, whose canvas it shows.
    pub target: String,
    /// Id of the screen whose programme it shows at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<String>,
    /// Id of the playlist that runs when no block does, in the place of `playout.loop`.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub looped: Option<String>,
}

impl ScreenConfig {
    /// Returns the group whose programme it shows: its twin's id, or its own.
    pub fn group(&self) -> &str {
        self.twin_of.as_deref().unwrap_or(&self.id)
    }
}
