//! What a finished package says of itself, for whoever checks it.

use serde::{Deserialize, Serialize};

use super::candidate::Measured;
use super::profile::Profile;

/// The format's name and version.
pub const BUILT_SCHEMA: &str = "jincai.package/1";

/// `清单.json` in a package: the rules by which it was made, and what it holds. Names of people are in it only where the
/// profile lets them be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Built {
    /// `jincai.package/1`.
    pub schema: String,
    pub name: String,
    pub complete: bool,
    /// What is lacking, in Chinese.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<String>,
    pub late: bool,
    /// RFC 3339.
    pub built_at: String,
    pub profile: Profile,
    pub works: Vec<BuiltWork>,
    /// All that is no work's, without the lists of digests.
    #[serde(default)]
    pub files: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltWork {
    pub no: u32,
    pub title: String,
    /// Of its share of the release set: what was signed.
    pub digest: String,
    pub measured: Measured,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The video in the package.
    pub video: String,
    /// Of the file that was signed; another one where tags were emptied.
    pub signed_sha256: String,
    /// Of the video as it lies in the package.
    #[serde(default)]
    pub sha256: String,
    pub files: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// A package on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRecord {
    pub number: u64,
    pub profile: String,
    pub contest: String,
    pub name: String,
    /// RFC 3339.
    pub built_at: String,
    pub by: String,
    pub complete: bool,
    pub late: bool,
    /// SHA-256 of its list of digests.
    pub sums_sha256: String,
    /// The earlier package in whose place it is.
    pub replaces: Option<u64>,
    pub works: Vec<PackedWork>,
}

/// A work of a package on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedWork {
    pub no: u32,
    pub work: String,
    /// Of its share of the release set.
    pub digest: String,
    /// Of its video as it was signed.
    pub sha256: String,
    pub department: String,
    pub category: String,
    pub authors: Vec<String>,
    /// Whose rendition it is; empty in packages of before that was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
}
