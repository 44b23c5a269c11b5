//! What the pages of a column share.

use super::item::Item;
use crate::model::showcase::candidate::AiSaid;
use crate::present::messages::column as words;

/// Where a work's page is in a site. Ids are made of letters and digits.
pub fn page_of(item: &Item) -> String {
    format!("works/{}.html", item.work)
}

pub fn cover_of(item: &Item) -> String {
    format!("media/{}.jpg", item.work)
}

pub fn video_of(item: &Item) -> String {
    format!("media/{}.mp4", item.work)
}

/// Returns what has to be said of artificial intelligence in a work.
pub fn ai(said: AiSaid) -> Option<&'static str> {
    match said {
        AiSaid::Generated => Some(words::AI_GENERATED),
        AiSaid::Labelled => Some(words::AI_LABELLED),
        AiSaid::Assisted => Some(words::AI_ASSISTED),
        AiSaid::None | AiSaid::Nothing => None,
    }
}
