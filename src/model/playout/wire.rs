//! What a screen and the server say to each other. Times are milliseconds since 1970 in UTC.

use serde::{Deserialize, Serialize};

use super::Notice;

/// `POST /screen/v1/hello`: a page that nobody knows yet asks for a code to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hello {
    /// Pixels of the page times its device pixel ratio.
    pub viewport: [u32; 2],
    pub agent: String,
}

/// The code is shown on the screen; the ticket is the page's secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloAnswer {
    /// `K7MX-2QPD`.
    pub code: String,
    pub ticket: String,
    pub expires: i64,
}

/// `GET /screen/v1/paired/{ticket}`, once the office typed the code; before that 204.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedAnswer {
    pub screen: String,
    pub name: String,
    /// For programs; a browser has it as a cookie.
    pub token: String,
    /// The server's public key, base64.
    pub key: String,
}

/// `POST /screen/v1/beat`: how a screen is, held until something is new.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beat {
    /// New at each start of the page or program.
    pub boot: String,
    /// Id of the edition that it plays; empty: none.
    pub edition: String,
    /// The last order that it has carried out.
    pub applied: u64,
    /// The screen's own clock when it sent this.
    pub clock: i64,
    /// Digest of what is on, or `card`, `dark`, `notice`.
    pub showing: String,
    /// When that began.
    pub since: i64,
    /// Frames presented since the last beat, and for how many milliseconds a video was meant to move.
    pub frames: u64,
    pub moving_ms: u64,
    /// Whether the page can be seen at all, as the browser says.
    pub visible: bool,
    /// Pixels of the page times its device pixel ratio.
    pub viewport: [u32; 2],
    /// On disk, where that is known.
    pub free_bytes: Option<u64>,
    /// Files of the edition that are verified and kept, and all of them.
    pub files: [u32; 2],
    /// `page`, `agent` or `folder`; `page-insecure` cannot outlive a reboot without network.
    pub way: String,
    pub faults: Vec<Fault>,
    pub selftest: Option<SelftestResult>,
    /// The version of the page.
    pub version: String,
    /// New with each beat, where the answer's signature is looked at: it stands in the signed message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nonce: String,
}

/// Header with the signature of an answer to a beat, base64.
pub const ANSWER_SIGNATURE: &str = "jincai-signature";

/// Header of a 401 with the signature by which a pairing is over, base64.
pub const FORGOTTEN_SIGNATURE: &str = "jincai-forgotten";

/// `GET /screen/v1/file/{sha256}/chunks`: the sums by which a file is fetched in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunks {
    pub bytes: u64,
    /// Bytes of each part but the last; [`CHUNK_BYTES`].
    pub chunk: u64,
    /// SHA-256 of each part, lower-case hex.
    pub sums: Vec<String>,
}

/// Bytes of which each chunk has a sum: what is fetched again after a cut is less than this.
pub const CHUNK_BYTES: u64 = 4 << 20;

/// Something that a screen could not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub at: i64,
    pub kind: FaultKind,
    /// Digest of the file, where it is about one.
    #[serde(default)]
    pub sha256: String,
    #[serde(default)]
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The file could not be decoded, or is not what its digest says.
    Broken,
    /// The picture did not move, or did not begin.
    Stalled,
    /// The file could not be fetched.
    Missing,
    /// An edition was refused.
    Edition,
    /// Too little space.
    Disk,
    /// The clock jumped or is unknown.
    Clock,
    /// Stored plays or files were lost.
    Lost,
    /// Something else in the page.
    Page,
}

/// What the server answers a beat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeatAnswer {
    /// The server's clock when it answered.
    pub now: i64,
    /// Id of the edition to play; empty: there is none.
    pub edition: String,
    /// The last order; the screen says `applied` once it is carried out.
    pub serial: u64,
    /// Digests of files that must not be shown from now on.
    pub revoked: Vec<String>,
    pub notices: Vec<Notice>,
    pub dark: bool,
    /// Number of a self-test that is to be run; 0: none.
    pub selftest: u64,
    /// Whether plays may be sent; a screen that was forgotten is told by 401.
    pub plays: bool,
}

/// Result of a self-test.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SelftestResult {
    pub number: u64,
    /// Changes between decks that were watched.
    pub changes: u32,
    /// From the last picture of one clip to the first of the next, milliseconds.
    pub gap_p50_ms: f64,
    pub gap_max_ms: f64,
    /// Pictures that were late, missing, wrong.
    pub frames_wanted: u32,
    pub frames_seen: u32,
    pub wrong: u32,
    /// Whether a second deck can decode beside the first.
    pub two_decks: bool,
    pub detail: String,
}

/// How a play ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it was shown.
    Whole,
    /// The power or the program went; at least `shown_ms`.
    Cut,
    /// The file could not be shown to its end.
    Failed,
    /// A notice, a withdrawal or closing time ended it.
    Interrupted,
    /// Only its number is known: it was lost.
    Unknown,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Cut => "cut",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Unknown => "unknown",
        }
    }
}

/// One showing of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Play {
    /// From 1, without gaps within a boot.
    pub seq: u64,
    pub edition: String,
    /// When its slot began by the programme; 0 in the loop.
    pub slot_at: i64,
    /// Digest of the file.
    pub sha256: String,
    pub started_at: i64,
    pub shown_ms: u64,
    pub wanted_ms: u64,
    /// Frames that were presented; 0 for a poster.
    pub frames: u64,
    /// From the last picture before it to its first.
    #[serde(default)]
    pub gap_ms: u64,
    pub outcome: Outcome,
    /// `known`, or `unknown` where the screen could not tell the time.
    pub clock: String,
}

/// `POST /screen/v1/plays`: at most 200, ascending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayBatch {
    pub boot: String,
    pub plays: Vec<Play>,
}

/// Plays up to `upto` of this boot are kept, and need not be sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaysAnswer {
    pub upto: u64,
    pub refused: Vec<RefusedPlay>,
}

/// A play that was kept aside, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedPlay {
    pub seq: u64,
    pub reason: String,
}
