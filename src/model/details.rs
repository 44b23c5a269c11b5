//! The details that a team submits beside a video, in `NAME.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
