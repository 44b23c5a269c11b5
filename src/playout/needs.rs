//! Which files a screen needs, the most urgent first. Pure.

use std::collections::HashSet;

use crate::model::playout::{Asset, Edition, Item, ItemKind, Notice};

/// Returns every file of an edition and of notices once: of notices first, then by when their slots begin after `now`
/// (milliseconds since 1970), then of the loop, then what stands in for others.
pub fn needed(edition: &Edition, notices: &[Notice], now: i64) -> Vec<Asset> {
    let mut wanted = Wanted::default();
    for notice in notices.iter().chain(&edition.notices).filter(|notice| notice.to > now) {
        wanted.add(notice.picture.as_ref());
    }
    let mut seen = vec![false; edition.items.len()];
    for run in &edition.runs {
        let mut at = run.from;
        for slot in &run.slots {
            at += i64::from(slot.1);
            let Some(place) = slot.item().filter(|place| at > now && !seen[*place]) else { continue };
            seen[place] = true;
            wanted.add(Some(file_of(&edition.items[place])));
        }
    }
    for place in edition.looped.iter().filter_map(|slot| slot.item()) {
        wanted.add(Some(file_of(&edition.items[place])));
    }
    for item in &edition.items {
        wanted.add(Some(file_of(item)));
        wanted.add(item.picture.as_ref());
    }
    wanted.files
}

/// The file that is put on the screen: a poster's picture, else the video.
fn file_of(item: &Item) -> &Asset {
    match (item.kind, &item.picture) {
        (ItemKind::Poster, Some(picture)) => picture,
        _ => &item.video,
    }
}

#[derive(Default)]
struct Wanted {
    files: Vec<Asset>,
    known: HashSet<String>,
}

impl Wanted {
    fn add(&mut self, file: Option<&Asset>) {
        if let Some(file) = file
            && self.known.insert(file.sha256.clone())
        {
            self.files.push(file.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playout::{Card, Run, Slot};

    fn asset(letter: char) -> Asset {
        Asset { sha256: String::from(letter).repeat(64), bytes: 1 }
    }

    fn item(letter: char, picture: Option<char>, kind: ItemKind) -> Item {
        Item {
            video: asset(letter),
            kind,
            ms: 1_000,
            picture: picture.map(asset),
            work: String::new(),
            title: String::new(),
            department: None,
            not_before: None,
            not_after: None,
        }
    }

    #[test]
    fn what_is_on_soonest_comes_first_and_everything_comes_once() {
        let notice = |letter, to| Notice {
            id: 1,
            from: 0,
            to,
            title: String::new(),
            text: String::new(),
            picture: Some(asset(letter)),
        };
        let edition = Edition {
            v: 1,
            screen: "s".into(),
            name: "s".into(),
            place: String::new(),
            serial: 0,
            made_at: 0,
            canvas: [640, 360],
            good_until: 10_000,
            items: vec![
                item('a', Some('b'), ItemKind::Video),
                item('c', Some('d'), ItemKind::Poster),
                item('e', None, ItemKind::Video),
                item('f', None, ItemKind::Video),
            ],
            lit: Vec::new(),
            runs: vec![Run {
                from: 0,
                block: None,
                slots: vec![Slot(2, 1_000), Slot(-1, 500), Slot(1, 1_000), Slot(0, 1_000), Slot(1, 1_000)],
            }],
            looped: vec![Slot(3, 1_000)],
            revoked: Vec::new(),
            notices: vec![notice('n', 9_000), notice('o', 900)],
            dark: false,
            card: Card::default(),
        };
        let order: String = needed(&edition, &[notice('m', 5_000)], 1_200)
            .iter()
            .map(|file| file.sha256.chars().next().unwrap())
            .collect();
        assert_eq!(order, "mndafbe", "the film of a poster is for players without a page");
    }
}
