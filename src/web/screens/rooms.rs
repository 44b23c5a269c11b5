//! What each screen said last, and what it was answered.

use std::collections::HashMap;

use super::snapshot::ScreenNow;
use super::watchman::{Turn, Watchman};
use crate::library::catalog::BeatRow;
use crate::model::playout::{Beat, BeatAnswer, Fault, ScreenNews};

/// One screen.
#[derive(Debug)]
struct Room {
    last: Option<BeatRow>,
    /// The boot that was answered last, and what.
    told: Option<(String, BeatAnswer)>,
    watchman: Watchman,
    is_new: bool,
}

/// All screens.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    rooms: HashMap<String, Room>,
    faults: Vec<(String, i64, Fault)>,
    is_urgent: bool,
}

/// Most faults that are kept until they are written.
const MOST_FAULTS: usize = 1_000;

/// Most faults that one beat is believed.
const MOST_FAULTS_OF_A_BEAT: usize = 20;

impl Rooms {
    /// Takes over what was said before this process began.
    pub fn remember(&mut self, rows: Vec<BeatRow>, now: i64) {
        for row in rows {
            let watchman = Watchman::new(now);
            let room = Room { last: Some(row.clone()), told: None, watchman, is_new: false };
            self.rooms.insert(row.screen, room);
        }
    }

    /// Keeps one room for each screen that has a token.
    pub fn keep<'a>(&mut self, screens: impl Iterator<Item = &'a str>, now: i64) {
        let screens: Vec<&str> = screens.collect();
        self.rooms.retain(|screen, _| screens.contains(&screen.as_str()));
        for screen in screens {
            self.rooms.entry(screen.to_owned()).or_insert_with(|| Room {
                last: None,
                told: None,
                watchman: Watchman::new(now),
                is_new: false,
            });
        }
    }

    /// Takes a beat; returns what is to be told.
    pub fn heard(&mut self, screen: &str, mut beat: Beat, now: i64, its: &ScreenNow) -> Vec<ScreenNews> {
        beat.faults.truncate(MOST_FAULTS_OF_A_BEAT);
        let Some(room) = self.rooms.get_mut(screen) else { return Vec::new() };
        let canvas = its.current().map(|edition| edition.canvas);
        let title = |sha256: &str| its.title_of(sha256).unwrap_or_default().to_owned();
        let turns = room.watchman.heard(&beat, now, canvas, title);
        let before = room.last.as_ref().map(|last| last.beat.applied);
        self.is_urgent |= before != Some(beat.applied) || !beat.faults.is_empty() || beat.selftest.is_some();
        let left = MOST_FAULTS.saturating_sub(self.faults.len());
        let faults = beat.faults.iter().take(left).map(|fault| (screen.to_owned(), now, fault.clone()));
        self.faults.extend(faults);
        // What was found by a self-test stays until the next one.
        if beat.selftest.is_none() {
            beat.selftest = room.last.take().and_then(|last| last.beat.selftest);
        }
        beat.faults.clear();
        room.last = Some(BeatRow { screen: screen.to_owned(), at: now, beat, moved: room.watchman.moved });
        room.is_new = true;
        news(screen, its, now, turns)
    }

    /// Returns true if an answer says anything that the screen was not told.
    pub fn is_news(&self, screen: &str, boot: &str, answer: &BeatAnswer) -> bool {
        let told = self.rooms.get(screen).and_then(|room| room.told.as_ref());
        !told.is_some_and(|(its, told)| its == boot && BeatAnswer { now: 0, ..answer.clone() } == *told)
    }

    /// Notes what a screen was told.
    pub fn told(&mut self, screen: &str, boot: &str, answer: &BeatAnswer) {
        if let Some(room) = self.rooms.get_mut(screen) {
            room.told = Some((boot.to_owned(), BeatAnswer { now: 0, ..answer.clone() }));
        }
    }

    /// Looks at the time; returns what is to be told.
    pub fn tick<'a>(&mut self, now: i64, of: impl Fn(&str) -> Option<&'a ScreenNow>) -> Vec<ScreenNews> {
        let mut all = Vec::new();
        for (screen, room) in &mut self.rooms {
            let Some(its) = of(screen) else { continue };
            let lit = its.current().is_some_and(|edition| edition.is_lit(now));
            let turns = room.watchman.tick(now, lit);
            all.extend(news(screen, its, now, turns));
        }
        all
    }

    /// Returns what is to be written down, if it is urgent or `due`.
    pub fn take_due(&mut self, due: bool) -> (Vec<BeatRow>, Vec<(String, i64, Fault)>) {
        if !due && !self.is_urgent {
            return Default::default();
        }
        self.is_urgent = false;
        let new = self.rooms.values_mut().filter_map(|room| match std::mem::take(&mut room.is_new) {
            true => room.last.clone(),
            false => None,
        });
        (new.collect(), std::mem::take(&mut self.faults))
    }

    /// Returns the edition that each screen says it plays.
    pub fn playing(&self) -> HashMap<String, String> {
        let of = |(screen, room): (&String, &Room)| {
            let last = room.last.as_ref()?;
            (!last.beat.edition.is_empty()).then(|| (screen.clone(), last.beat.edition.clone()))
        };
        self.rooms.iter().filter_map(of).collect()
    }

    /// Adds a fault that the server itself found.
    pub fn found(&mut self, screen: &str, now: i64, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((screen.to_owned(), now, fault));
            self.is_urgent = true;
        }
    }
}

fn news(screen: &str, its: &ScreenNow, at: i64, turns: Vec<Turn>) -> Vec<ScreenNews> {
    let one = |Turn { well, trouble }| ScreenNews {
        screen: screen.to_owned(),
        name: its.name.clone(),
        place: its.place.clone(),
        at,
        well,
        trouble,
    };
    turns.into_iter().map(one).collect()
}
