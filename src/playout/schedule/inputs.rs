//! What a programme is planned from. It is stored as it was, so that a day that is planned again comes out the same.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::config::{Config, Season};
use crate::model::playout::{Asset, Block, ItemKind, Playlist, PlayoutRules, ScreenConfig};
use crate::text::hex;

/// The rules of one group of screens that show the same at the same time, and the works that may be shown there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Id of the screen whose programme it is.
    pub group: String,
    pub rules: PlayoutRules,
    pub playlists: Vec<Playlist>,
    /// Those for this group, in the order of the configuration.
    pub blocks: Vec<Block>,
    /// Id of the playlist that runs when no block does.
    pub looped: Option<String>,
    pub seasons: Vec<Season>,
    /// In ascending order of ids.
    pub works: Vec<Candidate>,
}

/// A released work, as the group's target shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Id.
    pub work: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Date of submission, ISO: by it the newest are found.
    pub submitted: String,
    pub kind: ItemKind,
    pub ms: u64,
    pub file: Asset,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Asset>,
}

/// Milliseconds by which a slot outlasts its video, which holds its last frame: what a player may be late by never adds up.
pub const HOLD_MS: u64 = 200;

/// What a video's own length is rounded up to, milliseconds.
const GRID_MS: u64 = 100;

impl Candidate {
    /// Returns how long its slot is, milliseconds; of a poster the playlist says it.
    pub fn slot_ms(&self) -> u64 {
        self.ms.div_ceil(GRID_MS) * GRID_MS + HOLD_MS
    }
}

impl Inputs {
    /// Returns the inputs of the group of a screen; `works` need no order.
    pub fn of(config: &Config, screen: &ScreenConfig, mut works: Vec<Candidate>) -> Self {
        works.sort_by(|one, other| one.work.cmp(&other.work));
        let group = screen.group();
        let main = config.screen.iter().find(|other| other.id == group).unwrap_or(screen);
        let is_for = |screens: &[String]| screens.is_empty() || screens.iter().any(|id| id == group);
        let mut rules = config.playout.clone();
        rules.hours.retain(|hours| is_for(&hours.screens));
        Self {
            group: group.to_owned(),
            looped: main.looped.clone().or_else(|| rules.looped.clone()),
            rules,
            playlists: config.playlist.clone(),
            blocks: config.block.iter().filter(|block| is_for(&block.screens)).cloned().collect(),
            seasons: config.seasons.clone(),
            works,
        }
    }

    /// Returns their JSON, and its digest, by which they are stored.
    pub fn sealed(&self) -> (String, String) {
        let json = serde_json::to_string(self).unwrap_or_default();
        (hex(&Sha256::digest(&json)), json)
    }
}
