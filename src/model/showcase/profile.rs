//! A package profile: one call, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::language::Bilingual;
use crate::model::preset::Evidence;
use crate::model::units::{Rational, Size};

/// What a call asks to be handed in. Read from `presets/packages/ID.toml`, or from the office's own folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub id: String,
    pub name: Bilingual,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser: Option<String>,
    /// Where the call can be read.
    pub source: String,
    /// ISO date on which it was read.
    pub as_of: String,
    /// A real call of the past, to copy from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub example: bool,
    /// What several ways of entry share; the id where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    #[serde(default)]
    pub when: When,
    #[serde(default)]
    pub quota: Quota,
    #[serde(default)]
    pub select: Select,
    pub video: VideoRules,
    #[serde(default)]
    pub marks: Marks,
    pub names: Names,
    pub part: Vec<Part>,
    /// What only a person can answer, of each work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Ask>,
    #[serde(default)]
    pub out: Out,
    /// Where each rule comes from, by dotted path (`video.max_s`, `part.0`).
    pub evidence: BTreeMap<String, Evidence>,
}

impl Profile {
    /// Returns what its packages and those of other ways of entry share.
    pub fn contest(&self) -> &str {
        self.contest.as_deref().unwrap_or(&self.id)
    }

    /// Returns the parts that are there once for each work.
    pub fn parts_of_works(&self) -> impl Iterator<Item = &Part> {
        self.part.iter().filter(|part| part.per == Per::Work)
    }

    /// Returns the parts that are there once.
    pub fn parts_of_package(&self) -> impl Iterator<Item = &Part> {
        self.part.iter().filter(|part| part.per == Per::Package)
    }
}

/// Dates are ISO, in `zone`; both ends are inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Works of before are too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_since: Option<String>,
    /// A post of the work has to be of these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_between: Option<[String; 2]>,
    /// `2026-12-20 24:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    pub zone: String,
    /// From so many days before the deadline on, lists say it loudly.
    pub warn_days: u32,
}

impl Default for When {
    fn default() -> Self {
        Self {
            made_since: None,
            published_between: None,
            deadline: None,
            zone: "Asia/Shanghai".into(),
            warn_days: 7,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quota {
    /// Most works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub works: Option<u32>,
    pub per: QuotaPer,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_max: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teachers_max: Option<u32>,
    /// A work that stands in an earlier package of the contest forfeits.
    pub once: bool,
}

/// What a quota is counted over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaPer {
    #[default]
    Package,
    Department,
    Category,
    Author,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Select {
    /// Ids; `current` is the season of the day. Empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<String>,
    /// As they are shown. Empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<String>,
    /// Those that the call has; works name one of them. Empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// A post of the work is on record.
    pub posted: bool,
    pub order: Order,
}

/// How works are numbered, unless they are named one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By the date of submission.
    #[default]
    Submitted,
    Title,
    Department,
    Category,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VideoRules {
    /// Id of the preset: this target's rendition is taken and no other.
    pub target: String,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_s: Option<f64>,
    /// What follows for a longer one, or a larger file.
    #[serde(default)]
    pub over: Over,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// Pixels of the shorter side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_short_side: Option<u32>,
    /// Bits a second, of the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_bit_rate: Option<u64>,
    /// Exactly this rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<Rational>,
    /// Width over height; one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Rational>,
    /// The work has captions.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub captions: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The work is not taken.
    #[default]
    Refuse,
    /// The call advises against it.
    Warn,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Marks {
    pub watermark: Rule,
    /// Names of people, department and college, in names, texts and tags.
    pub identity: Rule,
    pub ai: AiRule,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    #[default]
    Free,
    Forbidden,
    Required,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiRule {
    #[default]
    Free,
    /// The team has said whether and how it was used.
    Declared,
    /// Works that are declared to be generated, or carry a label of it, are not taken.
    Forbidden,
}

/// Patterns; see [`pattern`](super::pattern).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub package: String,
    /// A folder for each work; without it, works lie side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// A work's files, without the ending.
    pub file: String,
    /// What the mail with the package is to be titled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_subject: Option<String>,
}

/// Something that belongs into a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// A folder; `.` is the work's, or the package's.
    #[serde(default = "here")]
    pub path: String,
    pub take: Take,
    #[serde(default)]
    pub per: Per,
    /// Without it the package is unfinished.
    #[serde(default = "yes")]
    pub required: bool,
    /// Of a cover: exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Of papers that the office puts in, what they are called; of sheets, the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Endings that the paper may have; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// Of a form: the organiser's own file, in the folder of the profile's forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Of a form: labels beside those that are known, and what stands there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fill: BTreeMap<String, Column>,
    /// Of a sheet: head and field of each column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<(String, Column)>,
}

fn here() -> String {
    HERE.to_owned()
}

fn yes() -> bool {
    true
}

/// The season of the day, among the seasons that a profile takes.
pub const CURRENT: &str = "current";

/// The folder that a part lies in without one of its own.
pub const HERE: &str = ".";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The rendition of the profile's target.
    Video,
    /// A cover of that target.
    Cover,
    /// Title and synopsis.
    Synopsis,
    /// The text that is posted with that target, and who signed.
    Post,
    /// The file that was handed in.
    Source,
    /// Links of the work's posts.
    Links,
    /// The pictures that prove them.
    Screenshots,
    /// A paper that the office puts in: a form, a pledge, a scan.
    Paper,
    /// The summary sheet that the call asks for.
    Sheet,
    /// The organiser's own form, filled by its labels.
    Form,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    #[default]
    Work,
    Package,
}

/// A column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    No,
    Id,
    Title,
    Category,
    Department,
    College,
    Authors,
    Author,
    Teacher,
    Class,
    Season,
    Submitted,
    Duration,
    Size,
    Bytes,
    Synopsis,
    Ai,
    Links,
    Folder,
    File,
    Sha256,
    /// Of the first author.
    Phone,
    Email,
    StudentId,
    /// Whom the department is reached by.
    Contact,
    /// To be filled by hand.
    Empty,
}

impl Column {
    /// Returns true for those that tell whose work it is.
    pub fn is_identity(self) -> bool {
        matches!(
            self,
            Self::Department
                | Self::College
                | Self::Authors
                | Self::Author
                | Self::Teacher
                | Self::Class
                | Self::Links
                | Self::Phone
                | Self::Email
                | Self::StudentId
                | Self::Contact
        )
    }
}

/// A question with the answer yes or no; the work is taken once somebody said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub key: String,
    pub text: Bilingual,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Out {
    /// The file system of the disk that is handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<Disk>,
    /// A page that shows everything.
    pub index: bool,
    /// Our own list of the works, beside the sheet that the call asks for.
    pub list: bool,
    /// BagIt (RFC 8493).
    pub bag: bool,
}

impl Default for Out {
    fn default() -> Self {
        Self { disk: None, index: true, list: true, bag: false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disk {
    Fat32,
    Exfat,
}
