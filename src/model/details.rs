//! The details that a team submits beside a video, in `NAME.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ai::AiUse;
use super::preset::{Corner, Fit};

/// What a team says of its work. Read by `policy::presets`, from keys in English or Chinese.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Details {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub text: Option<String>,
    pub tags: Vec<String>,
    pub department: Option<String>,
    /// ISO date of submission; the file's own date otherwise.
    pub submitted: Option<String>,
    pub about: About,
    /// How much of it is made by artificial intelligence; `None` where the team says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiUse>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ai_tools: Vec<String>,
    /// Ids of the only targets that it is made for, whether or not the office enables them; empty is all.
    pub targets: Vec<String>,
    pub post: PerTarget<PostTexts>,
    /// Of the watermark.
    pub corner: PerTarget<Corner>,
    pub fit: PerTarget<Fit>,
    /// What must stay in the picture where it is cropped, as shares of its width and height, 0..=1.
    pub focus: Option<(f64, f64)>,
    /// The moment of the cover, microseconds since the source's beginning as a player counts them.
    pub cover_at_us: Option<u64>,
    pub trim: Option<Trim>,
}

/// What the details tell beyond a post's own fields. It stands in the manifest, the sheets and on the work's page, and the
/// office's credit lines may name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct About {
    /// 指导教师.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advisors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Of the students.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synopsis: Option<String>,
    /// Where the music comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<String>,
    /// Of those who are seen: `yes`, `no`, or what the team wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

impl About {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The places that the office's lines may hold (`[post] credit`, `[title_card] byline`).
pub const PLACES: [&str; 9] =
    ["title", "authors", "department", "college", "advisors", "category", "class", "synopsis", "music"];

/// What the places of the office's lines stand for.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub title: &'a str,
    pub authors: &'a [String],
    pub department: &'a str,
    pub college: &'a str,
    pub about: &'a About,
}

impl Named<'_> {
    /// Returns the value of one of [`PLACES`], empty where the work has none.
    pub fn value(&self, place: &str) -> String {
        let about = self.about;
        let one = |value: &Option<String>| value.clone().unwrap_or_default();
        match place {
            "title" => self.title.to_owned(),
            "authors" => self.authors.join("、"),
            "department" => self.department.to_owned(),
            "college" => self.college.to_owned(),
            "advisors" => about.advisors.join("、"),
            "category" => one(&about.category),
            "class" => one(&about.class),
            "synopsis" => one(&about.synopsis),
            "music" => one(&about.music),
            _ => String::new(),
        }
    }
}

/// What a team asks for all targets, or for single ones in place of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PerTarget<T> {
    pub all: Option<T>,
    /// By target id.
    pub of: BTreeMap<String, T>,
}

impl<T> Default for PerTarget<T> {
    fn default() -> Self {
        Self { all: None, of: BTreeMap::new() }
    }
}

impl<T> PerTarget<T> {
    /// Returns what is asked for a target.
    pub fn get(&self, target: &str) -> Option<&T> {
        self.of.get(target).or(self.all.as_ref())
    }
}

/// What a team wrote for a post, in place of the title, text and tags of its work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PostTexts {
    pub title: Option<String>,
    pub text: Option<String>,
    pub tags: Option<Vec<String>>,
}

impl PostTexts {
    /// Returns these texts, and `other`'s where these lack one.
    #[must_use]
    pub fn or(self, other: Option<&Self>) -> Self {
        let other = other.cloned().unwrap_or_default();
        Self {
            title: self.title.or(other.title),
            text: self.text.or(other.text),
            tags: self.tags.or(other.tags),
        }
    }
}

/// The part of the source that a team wants shown, microseconds since its beginning as a player counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Trim {
    pub from_us: u64,
    /// After `from_us`; `None` is the end.
    pub until_us: Option<u64>,
}

impl Details {
    /// Returns what of the details concerns one target and is in no recipe: a change of anything else leaves its file as it is.
    #[must_use]
    pub fn for_target(&self, target: &str) -> Self {
        let post = PerTarget { all: Some(self.post_for(target)), of: BTreeMap::new() };
        let (corner, fit) = (PerTarget::default(), PerTarget::default());
        Self { post, corner, fit, targets: Vec::new(), trim: None, ..self.clone() }
    }

    /// Returns the post's own texts for a target.
    pub fn post_for(&self, target: &str) -> PostTexts {
        self.post.of.get(target).cloned().unwrap_or_default().or(self.post.all.as_ref())
    }
}
