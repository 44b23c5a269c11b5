//! An edition: all that a screen needs for some days, immutable and content-addressed.
//!
//! Times are milliseconds since 1970 in UTC, so that a player knows no time zone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::text::hex;

/// The programme of one screen with everything that it names. Its files travel by their digests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Edition {
    /// 1; a player refuses others.
    pub v: u32,
    pub screen: String,
    /// As people call it, and where it hangs.
    pub name: String,
    pub place: String,
    /// The last order that it takes into account; see [`BeatAnswer`](super::BeatAnswer).
    pub serial: u64,
    pub made_at: i64,
    /// Pixels, width and height.
    pub canvas: [u32; 2],
    /// From then on the card is shown, unless a newer edition arrived.
    pub good_until: i64,
    pub items: Vec<Item>,
    /// When the screen is lit, from and to (exclusive), ascending, without overlaps.
    pub lit: Vec<[i64; 2]>,
    /// What is on when, ascending, without overlaps; a run ends with its last slot. Where none is, the card is shown.
    pub runs: Vec<Run>,
    /// What is shown where the clock is unknown or an item fails: items without dates.
    #[serde(rename = "loop")]
    pub looped: Vec<Slot>,
    /// Digests of files that must not be shown, though `items` of an older edition may name them.
    pub revoked: Vec<String>,
    pub notices: Vec<Notice>,
    /// The card everywhere, whatever the runs say.
    pub dark: bool,
    pub card: Card,
}

/// What is shown where nothing else may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    pub college: String,
    /// Name of the contest.
    pub campaign: String,
}

/// A work in the form that this screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Of the video (for a poster: of the short still that devices without a page play).
    #[serde(flatten)]
    pub video: Asset,
    pub kind: ItemKind,
    /// Exact duration of the video.
    pub ms: u64,
    /// The picture of a poster, or a cover that stands for the video while it cannot be shown. A JPEG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Asset>,
    /// Id of the work.
    pub work: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// It is shown within these times only; with one of them it is never part of the loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Video,
    Poster,
}

/// A file, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asset {
    /// Lower-case hex.
    pub sha256: String,
    pub bytes: u64,
}

/// Slots one after another, locked to the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    pub from: i64,
    /// Name of the block; missing: the loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    pub slots: Vec<Slot>,
}

impl Run {
    /// Returns when it ends.
    pub fn to(&self) -> i64 {
        self.from + self.slots.iter().map(|slot| i64::from(slot.1)).sum::<i64>()
    }
}

/// Place in `items`, −1 for the card, and milliseconds. A video's slot holds its last frame for what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slot(pub i32, pub u32);

impl Slot {
    /// Place of the card.
    pub const CARD: i32 = -1;

    pub fn item(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }
}

/// Words or a poster that cut in at once and end by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// The order that made it.
    pub id: u64,
    pub from: i64,
    pub to: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// A poster instead of words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Asset>,
}

/// An edition as it travels: two lines, the edition's JSON and its seal (key and signature).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEdition {
    /// One line of JSON, whose digest is the edition's id.
    pub body: String,
    /// Ed25519 over the body's bytes, base64.
    pub signature: String,
    /// Public key, base64.
    pub key: String,
}

/// The second line.
#[derive(Serialize, Deserialize)]
struct Seal {
    key: String,
    signature: String,
}

/// Why an edition is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    #[error("it is not two lines of JSON")]
    Form,
    #[error("its content is not an edition: {0}")]
    Body(#[from] serde_json::Error),
    #[error("its format {0} is not known")]
    Version(u32),
    #[error("a slot names item {0}, which it lacks")]
    Item(i32),
}

impl SealedEdition {
    /// Returns the id: SHA-256 of the body, lower-case hex.
    pub fn id(&self) -> String {
        hex(&Sha256::digest(&self.body))
    }

    /// Returns the text that travels.
    pub fn text(&self) -> String {
        let seal = Seal { key: self.key.clone(), signature: self.signature.clone() };
        let seal = serde_json::to_string(&seal).unwrap_or_default();
        format!("{}\n{seal}\n", self.body)
    }

    /// Reads such a text; signature and content are looked at by others.
    pub fn parse(text: &str) -> Result<Self, EditionError> {
        let (body, rest) = text.split_once('\n').ok_or(EditionError::Form)?;
        let seal: Seal = serde_json::from_str(rest).map_err(|_| EditionError::Form)?;
        Ok(Self { body: body.to_owned(), signature: seal.signature, key: seal.key })
    }

    /// Returns the content, if it can be played as a whole.
    pub fn edition(&self) -> Result<Edition, EditionError> {
        let edition: Edition = serde_json::from_str(&self.body)?;
        if edition.v != 1 {
            return Err(EditionError::Version(edition.v));
        }
        let slots = edition.runs.iter().flat_map(|run| &run.slots).chain(&edition.looped);
        let is_odd =
            |slot: &&Slot| slot.0 < Slot::CARD || slot.item().is_some_and(|item| item >= edition.items.len());
        match slots.into_iter().find(is_odd) {
            Some(slot) => Err(EditionError::Item(slot.0)),
            None => Ok(edition),
        }
    }
}
