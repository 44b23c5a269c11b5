//! What a column shows of each work: texts for the public, and the files that were released.

use crate::graphics::overlay::captions::Cue;
use crate::model::showcase::candidate::{AiSaid, FileOf};
use crate::model::units::Size;

/// Where a column appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pages of the college's own site.
    Site,
    /// An article of a WeChat account.
    Wechat,
    /// Posts of nine covers.
    Weibo,
}

impl Kind {
    /// Returns the word that commands, folders and lists know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Wechat => "wechat",
            Self::Weibo => "weibo",
        }
    }
}

/// A column, with its works in their order.
#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    /// What stands above the heading.
    pub college: String,
    /// ISO date.
    pub date: String,
    pub items: Vec<Item>,
}

/// A released work. Every text is on one line, without marks that turn the reading direction and without numbers of phones.
#[derive(Clone, Debug)]
pub struct Item {
    pub work: String,
    pub target: String,
    /// Of what was signed.
    pub digest: String,
    pub title: String,
    pub department: Option<String>,
    pub authors: Vec<String>,
    pub advisors: Vec<String>,
    pub category: Option<String>,
    /// As the configuration names it.
    pub season: Option<String>,
    /// ISO date of submission.
    pub date: String,
    /// Paragraphs.
    pub about: Vec<String>,
    pub music: Option<String>,
    pub ai: AiSaid,
    /// The line that names who made and who signed it.
    pub credit: Option<String>,
    /// Names of who signed, in the order of the levels.
    pub signed: Vec<String>,
    pub duration_ms: u64,
    pub size: Size,
    pub video: FileOf,
    pub cover: Option<(Size, FileOf)>,
    /// As its pictures show them; empty where they are not to be had any more.
    pub captions: Vec<Cue>,
    /// Something of its texts was left out.
    pub has_left_out: bool,
}

impl Item {
    /// Returns department and authors, as they are shown below a title.
    pub fn who(&self) -> String {
        let authors = self.authors.join("、");
        let parts = [self.department.as_deref().unwrap_or_default(), &authors];
        let present: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        present.join(" · ")
    }
}
