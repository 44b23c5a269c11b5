//! What leaves without a network: a folder that plays by a double click, and files that any player understands.
//!
//! | file | for |
//! |---|---|
//! | `播放.html`, `current.js`, `media/` | a computer: the programme by the clock, full screen |
//! | `reel.mp4` | a television: one film without a gap, to be repeated |
//! | `playlist.m3u8`, `playlist.xspf`, `mpv.conf` | VLC, mpv and other players |
//! | `说明.txt`, `校验.sha256` | whoever carries it |

mod lists;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::playout::{Edition, Item};

pub use lists::{current_js, m3u8, mpv_conf, sums, xspf};

/// Largest reel: a file on a stick formatted as FAT32 is smaller than 4 GiB, and the index comes on top of the packets.
pub const REEL_MAX_BYTES: u64 = 3_900_000_000;

/// Seconds for which players without a programme show a picture.
pub const PICTURE_S: u32 = 10;

/// The films and pictures of a handout, in the order in which they first come on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub entries: Vec<Entry>,
    /// Places in `entries`; each list becomes one film.
    pub reels: Vec<Vec<usize>>,
}

/// A work on the stick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub item: Item,
    /// Path in the folder: a number, since televisions show no other names.
    pub file: String,
    /// Path of its picture.
    pub picture: Option<String>,
    /// Whether it is shown on some dates only: then it is in the programme, and in no film or list, which know no dates.
    pub is_dated: bool,
}

/// Lays a handout out.
pub fn layout(edition: &Edition) -> Layout {
    let mut order: Vec<usize> = Vec::new();
    let slots = edition.runs.iter().flat_map(|run| &run.slots).chain(&edition.looped);
    for item in slots.filter_map(|slot| slot.item()) {
        if !order.contains(&item) {
            order.push(item);
        }
    }
    let entries: Vec<Entry> =
        order.iter().enumerate().map(|(number, item)| entry(number + 1, edition, *item)).collect();
    let mut reels: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.is_dated) {
        let size = entry.item.video.bytes;
        match reels.last_mut() {
            Some(reel) if bytes + size <= REEL_MAX_BYTES => reel.push(place),
            _ => {
                bytes = 0;
                reels.push(vec![place]);
            }
        }
        bytes += size;
    }
    Layout { entries, reels }
}

fn entry(number: usize, edition: &Edition, item: usize) -> Entry {
    let item = edition.items[item].clone();
    Entry {
        file: format!("media/{number:03}.mp4"),
        picture: item.picture.as_ref().map(|_| format!("media/{number:03}.jpg")),
        is_dated: item.not_before.is_some() || item.not_after.is_some(),
        item,
    }
}

impl Layout {
    /// Returns the name of a reel: `reel.mp4`, or with its number where there are several.
    pub fn reel_name(&self, reel: usize) -> String {
        match self.reels.len() {
            1 => "reel.mp4".to_owned(),
            _ => format!("reel-{}.mp4", reel + 1),
        }
    }

    /// Returns the paths of all files by their digests, as the page looks them up.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for entry in &self.entries {
            files.insert(entry.item.video.sha256.clone(), entry.file.clone());
            if let Some((picture, path)) = entry.item.picture.as_ref().zip(entry.picture.as_ref()) {
                files.insert(picture.sha256.clone(), path.clone());
            }
        }
        files
    }

    /// Returns how many bytes the media take, without the reels.
    pub fn bytes(&self) -> u64 {
        let picture = |entry: &Entry| entry.item.picture.as_ref().map_or(0, |picture| picture.bytes);
        self.entries.iter().map(|entry| entry.item.video.bytes + picture(entry)).sum()
    }

    /// Returns how many bytes a reel takes, but for its index.
    pub fn reel_bytes(&self, reel: usize) -> u64 {
        self.reels[reel].iter().map(|place| self.entries[*place].item.video.bytes).sum()
    }
}
