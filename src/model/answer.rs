//! The words that answers to the teams are put together from. `messages` says them in both languages; the rooms that
//! make pages and chat messages only name them.

use super::event::Stage;
use super::finding::{Severity, Verdict};
use super::likeness::{MatchClass, Proof};
use super::text::Bilingual;

/// Says a word; [`crate::present::messages::report::word`] is the one.
pub type Say = fn(Word) -> Bilingual;

/// A fixed text of a report or a digest, with the numbers it names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word {
    // States, in big letters, and the line below.
    Arriving,
    ArrivingHint,
    Waiting,
    /// How many others go first.
    WaitingHint(usize),
    Running,
    RunningHint,
    Refused,
    Verdict(Verdict),
    VerdictHint(Verdict),
    Stage(Stage),
    Severity(Severity),
    /// Seconds.
    Left(f64),
    /// Times real time.
    Speed(f64),
    // Headings and names of values.
    Report,
    AllReports,
    Department,
    NoDepartment,
    Received,
    Updated,
    ToMend,
    DoneForYou,
    DuplicateOf,
    Authors,
    Covers,
    Preview,
    Targets,
    Target,
    File,
    Picture,
    Duration,
    Size,
    Loudness,
    Silent,
    FilesAreIn,
    Posts,
    PostsHint,
    PostTitle,
    Source,
    Revision(u32),
    Draft,
    RefreshesItself,
    English,
    MadeBy,
    /// Heads of an index: works in all.
    Count(usize),
    /// Targets that were not made.
    NotMade,
    EarlierFile,
    StaysPublished,
    /// Works that need nobody.
    Others,
    NoDrops,
    Work,
    State,
    // Digests in chats.
    Digest(usize),
    /// Those left out of a message.
    AndMore(usize),
    Alarm,
    // What a work has in common with another.
    Likeness(MatchClass),
    OtherWork,
    Season,
    Here,
    There,
    OtherSpeed,
    Mirrored,
    FoundBy,
    Proof(Proof),
    Sure,
    CompareHint,
}

/// What kept the page of metrics from its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindFault {
    Taken,
    NotAllowed,
    /// The machine has no such address.
    NotHere,
    Other,
}

/// What is wrong with a robot's address or secret. `place` is a variable's name or a file; never its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFault {
    Missing {
        place: String,
    },
    Unreadable {
        place: String,
        reason: String,
    },
    /// `mode` as `chmod` takes it.
    OpenToOthers {
        place: String,
        mode: u32,
    },
    /// `owner` is a user's number.
    NotOurs {
        place: String,
        owner: u32,
    },
    NoAddress {
        place: String,
    },
}
