//! Review: who signed what, and what follows for a work.
//!
//! A work's state is never stored as such: it follows from its release set, its records and the office's rules.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::receipt::Receipt;

/// `[review]`: the levels of signatures that a work needs before it may be posted or shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewRules {
    /// Which levels one person may not sign both.
    pub distinct: Distinct,
    pub checklist: Checklist,
    /// Days for which a signature holds; `None` is for good.
    pub valid_days: Option<u32>,
    /// Hours from release within which a work is to be posted; `None` sets no term.
    pub post_within_h: Option<u32>,
    /// The line that names who made and who signed; see [`fill`](crate::text::fill). Its places are [`CREDIT_PLACES`] and the
    /// number of a level, such as `{1}`. Empty: none.
    pub credit: String,
    /// In the order in which they sign.
    pub level: Vec<Level>,
    /// What is to be checked.
    pub item: Vec<ChecklistItem>,
}

/// The places of [`ReviewRules::credit`], beside the levels' numbers.
pub const CREDIT_PLACES: [&str; 3] = ["authors", "department", "advisors"];

/// One step of review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Level {
    /// 一审, 二审, 三审.
    pub name: String,
    pub kind: Vec<ReviewKind>,
    /// Who may sign; empty: whoever the office lets use the program, under the own name.
    pub people: Vec<Person>,
    /// Whose task it is, as people say it.
    pub role: String,
    /// Ids of the targets that need it; empty is all.
    pub targets: Vec<String>,
    /// Hours within which it is to be done.
    pub within_h: Option<u32>,
}

/// A person who may sign, as `"王芳"` or `{ name = "王芳", post = "宣传部副部长" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, from = "GivenPerson")]
pub struct Person {
    pub name: String,
    /// 职务.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub post: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum GivenPerson {
    Name(String),
    Person {
        name: String,
        #[serde(default)]
        post: String,
    },
}

impl From<GivenPerson> for Person {
    fn from(given: GivenPerson) -> Self {
        match given {
            GivenPerson::Name(name) => Self { name, post: String::new() },
            GivenPerson::Person { name, post } => Self { name, post },
        }
    }
}

/// What a level does: 审 looks at the content, 校 at the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReviewKind {
    #[serde(rename = "审")]
    Review,
    #[serde(rename = "校")]
    Proofread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distinct {
    /// No two levels of one work by one person.
    #[default]
    All,
    /// No two levels that share a kind.
    PerKind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checklist {
    #[default]
    Optional,
    /// Every item needs an answer before a signature.
    Required,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    pub key: String,
    pub text: String,
}

impl ReviewRules {
    /// Returns the levels that a target needs, in the order in which they sign.
    pub fn levels_of<'a>(&'a self, target: &'a str) -> impl Iterator<Item = &'a Level> {
        self.level.iter().filter(move |level| level.is_for(target))
    }

    /// Returns a level by its name.
    pub fn level(&self, name: &str) -> Option<&Level> {
        self.level.iter().find(|level| level.name == name)
    }
}

impl Level {
    /// Returns true if a target needs it.
    pub fn is_for(&self, target: &str) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|one| one == target)
    }
}

impl Default for ReviewRules {
    fn default() -> Self {
        let kinds = vec![ReviewKind::Review, ReviewKind::Proofread];
        let level = |name: &str, role: &str, within_h| Level {
            name: name.to_owned(),
            kind: kinds.clone(),
            role: role.to_owned(),
            within_h: Some(within_h),
            ..Level::default()
        };
        Self {
            distinct: Distinct::All,
            checklist: Checklist::Optional,
            valid_days: None,
            post_within_h: Some(48),
            credit: DEFAULT_CREDIT.to_owned(),
            level: DEFAULT_LEVELS.map(|(name, role, within_h)| level(name, role, within_h)).to_vec(),
            item: DEFAULT_ITEMS
                .map(|(key, text)| ChecklistItem { key: key.to_owned(), text: text.to_owned() })
                .to_vec(),
        }
    }
}

/// An answer of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    NotApplicable,
}

/// Who did something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signatory {
    pub name: String,
    /// 职务, where the configuration names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub post: String,
    /// 代签: whose signature it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// A point of a work, or a range of it, milliseconds since its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    pub from_ms: u64,
    /// At or after `from_ms`; equal for a point.
    pub to_ms: u64,
}

/// What somebody did to a work after it was made.
#[expect(clippy::large_enum_variant, reason = "records are read one at a time: their size does not matter")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    Approve {
        level: String,
        /// What was signed: the digest of each target's share of the release set, by target.
        targets: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// By the item's key; empty: not itemised.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        checklist: BTreeMap<String, Answer>,
        /// Seconds of the work that were really played, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        played_s: Option<u32>,
    },
    Return {
        level: String,
        targets: BTreeMap<String, String>,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Span>,
    },
    /// Takes an approval or a return back.
    Undo { record: u64 },
    Comment {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Span>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
    },
    /// A comment is done.
    Resolve { record: u64 },
    /// 下架; without a target all of them, those to come included.
    Withdraw {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
        reason: String,
    },
    /// Review begins again.
    Restore {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
        reason: String,
    },
    /// It was posted, reposted or removed somewhere.
    Receipt(Receipt),
}

impl Action {
    /// Returns the name of its kind, as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approve",
            Self::Return { .. } => "return",
            Self::Undo { .. } => "undo",
            Self::Comment { .. } => "comment",
            Self::Resolve { .. } => "resolve",
            Self::Withdraw { .. } => "withdraw",
            Self::Restore { .. } => "restore",
            Self::Receipt(_) => "receipt",
        }
    }
}

/// What a record says, before it has its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewRecord {
    /// The work's id.
    pub work: String,
    /// As they were then, for the register.
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    pub revision: u32,
    /// The digest of the whole release set as it was then; `null` where the work had none.
    pub subject: Option<String>,
    /// RFC 3339 with the college's offset.
    pub at: String,
    pub by: Signatory,
    pub action: Action,
}

/// A record of the append-only chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Counted from 1, without gaps, over all works. A comment is named by it.
    pub seq: u64,
    #[serde(flatten)]
    pub said: NewRecord,
    /// The hash of the record before, 64 zeros for the first; lower-case hex.
    pub previous: String,
    /// SHA-256 of `previous`, a line feed and the record's own JSON as it is stored.
    pub hash: String,
}

/// How far a work is, or one of its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// For the signature of a level.
    Waiting,
    /// To the department, which has to hand in a new revision.
    Returned,
    Released,
    /// Released, and a post is on record.
    Posted,
    Withdrawn,
}

impl ReviewState {
    /// Returns its name, as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Returned => "returned",
            Self::Released => "released",
            Self::Posted => "posted",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Where one target of a work stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetStanding {
    /// The digest of its share of the release set.
    pub digest: String,
    /// Never [`ReviewState::Posted`]: that follows from receipts.
    pub state: ReviewState,
    /// The level that it waits for.
    pub level: Option<String>,
    /// Since when, RFC 3339.
    pub since: String,
    /// When its oldest signature ends, RFC 3339.
    pub expires: Option<String>,
    /// It was signed before, and its bytes or words have changed since, or a signature has ended.
    pub was_signed: bool,
    /// The signatures that hold, in the levels' order.
    pub signed: Vec<SignedLevel>,
}

/// Where a work stands, as of its records and its release set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    pub season: Option<String>,
    pub revision: u32,
    /// The digest of the release set.
    pub subject: String,
    pub state: ReviewState,
    /// 补审: some targets are released while others wait.
    pub supplementary: bool,
    /// The level that it waits for, or that returned it.
    pub level: Option<String>,
    pub since: String,
    /// Until when that level is to sign, RFC 3339.
    pub due: Option<String>,
    /// By target.
    pub targets: BTreeMap<String, TargetStanding>,
    pub open_comments: u32,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// The latest signature of each level that holds for any target, in the levels' order.
    pub signed: Vec<SignedLevel>,
    /// The last record of it; `None` without any.
    pub last_record: Option<u64>,
    pub records: u32,
}

/// One signature that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedLevel {
    pub level: String,
    pub by: Signatory,
    pub at: String,
    pub record: u64,
}

/// What became of the line that names who made and who signed a work, where it was not written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum CreditNote {
    /// The text of this target has no room for it.
    LeftOut { target: String, line: String },
    /// Somebody changed this file, so that it stays as it is; relative to the library.
    Edited { file: String },
}

/// What the library's manifest says of a work's review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRecord {
    pub state: ReviewState,
    /// Some targets are released while others wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub supplementary: bool,
    /// The level that it waits for, or that returned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    pub since: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The digest of the release set: what a signature is about.
    pub subject: String,
    /// The number and hash of its last record; `null` without any.
    pub last_record: Option<u64>,
    pub records_sha256: Option<String>,
}

const DEFAULT_CREDIT: &str = "[视频摄制：{authors}；]初审：{1}[ 复审：{2}][ 终审：{3}]";

/// Names, whose task, hours: what most colleges prescribe (初审一校, 复审二校, 终审三校, within a day).
const DEFAULT_LEVELS: [(&str, &str, u32); 3] =
    [("一审", "系部负责人", 8), ("二审", "宣传部", 8), ("三审", "分管校领导", 24)];

/// What colleges' forms ask.
const DEFAULT_ITEMS: [(&str, &str); 10] = [
    ("politics", "政治导向与固定提法正确"),
    ("people", "人物姓名、职务、排序正确"),
    ("symbols", "国旗、国徽、国歌、地图使用规范"),
    ("secrecy", "不涉及国家秘密和工作秘密"),
    ("rights", "音乐、影视素材、字体等版权合规"),
    ("consent", "出镜者（学生、未成年人）同意使用肖像"),
    ("wording", "标题、字幕、文案没有错别字"),
    ("picture", "画面端正清晰，没有不当动作"),
    ("ai", "人工智能使用情况已如实声明"),
    ("topics", "话题与子话题齐全"),
];
