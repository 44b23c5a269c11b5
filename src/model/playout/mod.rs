//! Screens on campus: what the office configures, what a screen is given, and what it says back.

mod config;
mod edition;
mod ledger;
mod news;
mod order;
mod times;
mod wire;

pub use config::{Block, DayException, Hours, Playlist, PlaylistWorks, PlayoutRules, ScreenConfig, Validity};
pub use edition::{Asset, Card, Edition, EditionError, Item, ItemKind, Notice, Run, SealedEdition, Slot};
pub use ledger::{DayRow, LedgerDay, PlayRefusal, PlayRow, RefusedRow};
pub use news::{ScreenNews, Trouble};
pub use order::{NoticeEnd, NoticeOrder, Order, OrderKind};
pub use times::{BlockFit, TimeOfDay, Weekdays};
pub use wire::{
    ANSWER_SIGNATURE, Beat, BeatAnswer, CHUNK_BYTES, Chunks, FORGOTTEN_SIGNATURE, Fault, FaultKind, Hello,
    HelloAnswer, Outcome, PairedAnswer, Play, PlayBatch, PlaysAnswer, RefusedPlay, SelftestResult,
};
