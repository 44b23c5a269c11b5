//! Where the packets of a source lie on one continuous time line, for sources whose own timestamps begin again, jump, or are
//! missing.

use serde::{Deserialize, Serialize};

use super::units::Rational;

/// What is added to the timestamps of a source's packets before anything else reads them. Empty for nearly every source. It
/// follows from the source's content alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketLayout {
    /// In the order of the packets within each stream.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<PacketBreak>,
    /// Video streams without any timestamps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<CountedStream>,
}

/// A packet from which on another offset applies to its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketBreak {
    pub stream: usize,
    /// Number of the packet among all those of its stream, in the order of the file, from 0.
    pub packet: u64,
    /// Added to the timestamps from this packet on, microseconds.
    pub offset_us: i64,
    /// True if no picture from here on needs one before it to be decoded.
    pub fresh: bool,
}

/// A stream whose pictures follow each other at one rate, because nothing says when each is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedStream {
    pub stream: usize,
    /// As the stream states it, or FFmpeg's default of 25.
    pub frame_rate: Rational,
}

impl PacketLayout {
    /// Returns true if the timestamps are used as they are.
    pub fn is_plain(&self) -> bool {
        self.breaks.is_empty() && self.counted.is_empty()
    }
}
