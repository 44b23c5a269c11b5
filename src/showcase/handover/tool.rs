//! The posting tools: to which targets they post, what they declare there by themselves, and their limits. Read from their
//! sources; see the messages for where a person is told so.

use jiff::SignedDuration;

use crate::model::showcase::candidate::AiSaid;

/// A program that posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `biliup upload -c config.yaml` (crates/biliup/src/uploader.rs).
    Biliup,
    /// A folder of `NAME.mp4`, `NAME.txt`, `NAME.png` (utils/files_times.py).
    SocialAutoUpload,
    /// A folder with `manifest.json`, version 1 (docs/adr/0002).
    Posthub,
}

/// Zone of Bilibili for learning on campus, by the numbers that biliup sends.
pub const TID: u16 = 208;

/// What a tool declares of a work by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declares {
    /// Nothing: whoever posts chooses.
    Nothing,
    /// That it holds AI-generated content.
    Generated,
    /// What the account in the tool is set to, which nobody here knows.
    AsTheAccountSays,
    /// That it is made of other works, and holds AI-generated content.
    RemadeAndGenerated,
}

/// The time at which works appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub least: SignedDuration,
    pub most: SignedDuration,
}

impl Tool {
    pub const ALL: [Self; 3] = [Self::Biliup, Self::SocialAutoUpload, Self::Posthub];

    pub fn name(self) -> &'static str {
        match self {
            Self::Biliup => "biliup",
            Self::SocialAutoUpload => "social-auto-upload",
            Self::Posthub => "posthub",
        }
    }

    /// Returns the ids of the targets that it posts to.
    pub fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Biliup => &["bilibili"],
            Self::SocialAutoUpload => &["douyin", "kuaishou", "xiaohongshu", "bilibili", "channels", "weibo"],
            Self::Posthub => &["douyin", "xiaohongshu", "channels"],
        }
    }

    /// Returns what it chooses on a target's form by itself.
    pub fn declares(self, target: &str) -> Declares {
        match (self, target) {
            (Self::SocialAutoUpload, "weibo") => Declares::RemadeAndGenerated,
            // The form preselects it, and the tool leaves that.
            (Self::SocialAutoUpload, "channels") => Declares::Generated,
            (Self::Posthub, "channels") => Declares::AsTheAccountSays,
            _ => Declares::Nothing,
        }
    }

    /// Returns how long a title may be, UTF-16 units: beyond it the tool refuses the work, or cuts the title.
    pub fn title_max(self, target: &str) -> Option<usize> {
        match (self, target) {
            (Self::SocialAutoUpload | Self::Posthub, "douyin") => Some(30),
            (Self::SocialAutoUpload | Self::Posthub, "xiaohongshu") => Some(20),
            (_, "bilibili") => Some(80),
            _ => None,
        }
    }

    /// Returns how many tags are posted; it drops the others.
    pub fn tags_max(self, target: &str) -> Option<usize> {
        match (self, target) {
            (Self::SocialAutoUpload, "kuaishou") => Some(3),
            (Self::SocialAutoUpload | Self::Posthub, "xiaohongshu") | (Self::Biliup, _) => Some(10),
            _ => None,
        }
    }

    /// Returns true if the form has a place for the text of a post.
    pub fn posts_text(self) -> bool {
        self != Self::SocialAutoUpload
    }

    /// Returns when a post may be scheduled, from now on; `None` where its files cannot say it.
    pub fn window(self) -> Option<Window> {
        let hours = SignedDuration::from_hours;
        match self {
            Self::Biliup => Some(Window { least: hours(4), most: hours(15 * 24) }),
            Self::Posthub => Some(Window { least: hours(2), most: hours(7 * 24) }),
            Self::SocialAutoUpload => None,
        }
    }
}

/// Returns true for works that are generated: declared by the team, or labelled by what made them.
pub fn is_generated(ai: AiSaid) -> bool {
    matches!(ai, AiSaid::Generated | AiSaid::Labelled)
}
