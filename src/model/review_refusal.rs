//! Why something that a person wanted to do in review was not done.

/// Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No work has this id, beginning of one, or title.
    NoSuchWork {
        given: String,
    },
    /// Several do: their ids and titles.
    WorkAmbiguous {
        given: String,
        works: Vec<(String, String)>,
    },
    /// Nothing of it could go out: it was not made, or is a draft.
    NothingToReview {
        title: String,
        draft: bool,
    },
    NoSuchLevel {
        given: String,
        levels: Vec<String>,
    },
    NoSuchTarget {
        given: String,
        targets: Vec<String>,
    },
    /// No target of it waits for this level; some may wait for another one.
    NotThisLevel {
        title: String,
        level: String,
        waits_for: Option<String>,
    },
    /// It was returned: a new revision, or taking the return back, comes first.
    IsReturned {
        title: String,
        by: String,
        at: String,
        reason: String,
    },
    IsWithdrawn {
        title: String,
        reason: String,
    },
    NotWithdrawn {
        title: String,
    },
    NoName,
    /// The level names who may sign, and this person is none of them.
    NotListed {
        name: String,
        level: String,
        people: Vec<String>,
    },
    /// Those who made a work do not review it.
    IsAuthor {
        name: String,
        title: String,
    },
    /// The same person signed another level that has to be signed by somebody else.
    SignedAlready {
        name: String,
        level: String,
    },
    /// What is to be signed is not what was seen.
    SubjectChanged {
        title: String,
        seen: String,
        now: String,
        changed: Vec<String>,
    },
    /// A file of the release set is not on disk as the catalogue has it.
    FileChanged {
        file: String,
    },
    FileUnreadable {
        file: String,
        detail: String,
    },
    NoSuchItem {
        given: String,
        keys: Vec<String>,
    },
    /// An answer that is none of 是, 否, 不涉及.
    NoSuchAnswer {
        given: String,
    },
    ItemsUnanswered {
        items: Vec<String>,
    },
    /// 否 without a word on it.
    NoWithoutNote {
        items: Vec<String>,
    },
    NoReason,
    NothingToUndo {
        name: String,
        title: String,
    },
    /// Somebody acted on it since.
    TooLateToUndo {
        title: String,
        by: String,
        level: String,
    },
    /// It was posted since: it has to be withdrawn.
    PostedSince {
        title: String,
    },
    /// A point in time that is not in the work, milliseconds.
    OutsideWork {
        at_ms: u64,
        duration_ms: u64,
    },
    NoSuchComment {
        number: u64,
    },
    ResolvedAlready {
        number: u64,
    },
}

impl Refusal {
    /// Returns the file that it is about, relative to the library.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::FileChanged { file } | Self::FileUnreadable { file, .. } => Some(file),
            _ => None,
        }
    }
}
