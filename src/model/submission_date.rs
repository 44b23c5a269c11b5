//! The date by which a work belongs to its season, and where that date is from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The date of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubmissionDate {
    /// ISO, in the college's zone.
    pub date: String,
    pub by: DatedBy,
    /// The name of the season in which it lies, as people read it; missing where it lies in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_name: Option<String>,
}

/// Where the date of a submission is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatedBy {
    /// `submitted` in the details beside the video.
    Details,
    /// The day on which the content was first seen in its department's folder.
    FirstSeen,
    /// The file's own time, which may be that of the recording: nothing else is known.
    FileTime,
}
