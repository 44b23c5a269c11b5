//! Takes plays that a screen sent or a stick brought back: each is looked at, and kept once, or kept aside with the reason.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::judge::{Neighbours, judge};
use crate::library::catalog::{Batch, Catalog, CatalogError, TakenPlays};
use crate::model::playout::{Play, PlayRefusal, PlayRow, PlaysAnswer, RefusedPlay, RefusedRow};

/// Most plays in one delivery.
pub const MOST_PLAYS: usize = 200;

/// Longest name of a boot.
const BOOT_MAX: usize = 64;

/// Longest play that is kept aside as it was sent, bytes.
const ASIDE_MAX: usize = 2_000;

/// A play, or what was sent in its place: its number, and the text.
pub type Sent = Result<Play, (u64, String)>;

/// Reads one play. One that cannot be read does not hold up the others; without a number it can be neither counted nor
/// acknowledged, and is `None`.
pub fn read_play(value: serde_json::Value) -> Option<Sent> {
    let seq = value["seq"].as_u64().filter(|seq| *seq > 0);
    let text = value.to_string();
    match (serde_json::from_value(value), seq) {
        (Ok(play), _) => Some(Ok(play)),
        (Err(_), Some(seq)) => Some(Err((seq, text))),
        (Err(_), None) => None,
    }
}

/// Returns true if a boot has a name by which its plays can be kept.
pub fn is_boot(boot: &str) -> bool {
    !boot.is_empty() && boot.len() <= BOOT_MAX
}

/// Whose plays they are, and when they came.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub screen: &'a str,
    pub boot: &'a str,
    pub received: Timestamp,
    /// In which days are meant.
    pub zone: &'a TimeZone,
}

/// Keeps plays of one boot, at most [`MOST_PLAYS`]. Durable when it returns.
pub fn take(catalog: &Catalog, delivery: Delivery<'_>, sent: Vec<Sent>) -> Result<PlaysAnswer, CatalogError> {
    let Delivery { screen, boot, received, zone } = delivery;
    let date = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date().to_string();
    let (now, today) = (received.as_millisecond(), date(received));
    let date_of = |play: &Play| match Timestamp::from_millisecond(play.started_at) {
        Ok(at) if play.clock == "known" => date(at),
        _ => today.clone(),
    };
    let known = |seq: u64| catalog.play(screen, boot, seq).map(|row| row.map(|row| row.play));
    let (mut taken, mut told) = (TakenPlays::default(), Vec::new());
    let (sent, elsewhere) = by_screen(catalog, screen, sent)?;
    let elsewhere = elsewhere.into_iter().map(|play| (play.seq, wrong(&play, PlayRefusal::Screen)));
    for (seq, judged) in judged(sent, now, known)?.into_iter().chain(elsewhere) {
        match judged {
            Judged::Right(play) => {
                let (screen, boot, date) = (screen.to_owned(), boot.to_owned(), date_of(&play));
                taken.kept.push(PlayRow { screen, boot, play, received: now, date });
            }
            Judged::Wrong(said, reason) => {
                let said = if said.len() > ASIDE_MAX { "null".to_owned() } else { said };
                told.push(RefusedPlay { seq, reason: reason.as_str().to_owned() });
                taken.refused.push(RefusedRow { seq, said, reason });
            }
        }
    }
    let upto = catalog.take_plays(Batch { screen, boot, received: now, today: &today }, &taken)?;
    Ok(PlaysAnswer { upto, refused: told })
}

enum Judged {
    Right(Play),
    /// As it was sent, and why.
    Wrong(String, PlayRefusal),
}

fn wrong(play: &Play, reason: PlayRefusal) -> Judged {
    Judged::Wrong(serde_json::to_string(play).unwrap_or_else(|_| "null".to_owned()), reason)
}

/// Returns apart what was played from an edition of another screen: a page that was paired anew may still hold such plays.
fn by_screen(
    catalog: &Catalog,
    screen: &str,
    sent: Vec<Sent>,
) -> Result<(Vec<Sent>, Vec<Play>), CatalogError> {
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let (mut own, mut elsewhere) = (Vec::new(), Vec::new());
    for one in sent {
        let Ok(play) = one else {
            own.push(one);
            continue;
        };
        let is_elsewhere = match known.get(&play.edition) {
            Some(is_elsewhere) => *is_elsewhere,
            None => {
                let owner = catalog.edition(&play.edition)?.map(|edition| edition.screen);
                let is_elsewhere = owner.is_some_and(|owner| owner != screen);
                known.insert(play.edition.clone(), is_elsewhere);
                is_elsewhere
            }
        };
        match is_elsewhere {
            true => elsewhere.push(play),
            false => own.push(Ok(play)),
        }
    }
    Ok((own, elsewhere))
}

/// Looks at each play beside those before and after it, whether they come with it or are known. By number; the first of two
/// with one number counts.
fn judged(
    sent: Vec<Sent>,
    received: i64,
    known: impl Fn(u64) -> Result<Option<Play>, CatalogError>,
) -> Result<Vec<(u64, Judged)>, CatalogError> {
    let mut by_seq: BTreeMap<u64, Sent> = BTreeMap::new();
    for one in sent {
        let seq = one.as_ref().map_or_else(|(seq, _)| *seq, |play| play.seq);
        by_seq.entry(seq).or_insert(one);
    }
    let mut right: BTreeMap<u64, Play> = BTreeMap::new();
    let mut all = Vec::new();
    for (seq, one) in &by_seq {
        let play = match one {
            Ok(play) => play,
            Err((_, text)) => {
                all.push((*seq, Judged::Wrong(text.clone(), PlayRefusal::Form)));
                continue;
            }
        };
        // One that is kept already stays as it is.
        let (before, after) = match known(*seq)? {
            Some(kept) if kept == *play => (None, None),
            _ => {
                let before = match right.get(&seq.saturating_sub(1)) {
                    Some(before) => Some(before.clone()),
                    None => known(seq.saturating_sub(1))?,
                };
                (before, known(seq.saturating_add(1))?)
            }
        };
        let around = Neighbours { before: before.as_ref(), after: after.as_ref() };
        match judge(play, around, received) {
            Ok(()) => {
                right.insert(*seq, play.clone());
                all.push((*seq, Judged::Right(play.clone())));
            }
            Err(reason) => {
                all.push((*seq, wrong(play, reason)));
            }
        }
    }
    Ok(all)
}
