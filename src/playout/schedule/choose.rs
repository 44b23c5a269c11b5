//! Chooses what comes next in a playlist: fair shares of the time among departments, a least gap between plays of one work.
//!
//! Departments are served by stride scheduling (C. A. Waldspurger, W. E. Weihl, 1995): next is the one that has had the least
//! time for its share, and of its works the one that was shown least. Ties are broken by an order that moves with the date. While
//! works of all of them are at hand no two are further apart than twice the longest video by the smallest share.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::inputs::Candidate;
use super::timetable::{Span, Timetable};
use crate::model::playout::{ItemKind, Playlist};

/// Shortest and longest time of a poster, milliseconds.
pub const POSTER_MIN_MS: i64 = 5_000;
pub const POSTER_MAX_MS: i64 = 20_000;

/// What is left before the end of a block is given to posters rather than to a shorter video, up to this, milliseconds.
const STRETCH_MS: i64 = 60_000;

/// Units of a share: 1.0 is so many.
const SHARE_UNITS: f64 = 1_000_000.0;

/// Time that departments and works have had in one playlist on one date.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// Milliseconds by share.
    departments: BTreeMap<String, u64>,
    /// Milliseconds, or number of showings of a poster, by id.
    works: BTreeMap<String, u64>,
    last_department: Option<String>,
    since_poster: u32,
}

/// What may come next, and in which order.
#[derive(Debug)]
pub struct Chooser<'a> {
    gap_ms: i64,
    poster_every: u32,
    pub poster_ms: i64,
    departments: Vec<Department<'a>>,
    videos: Vec<Entry<'a>>,
    posters: Vec<Entry<'a>>,
    /// Videos whose gap has not passed.
    cooling: BinaryHeap<Reverse<(i64, u32)>>,
    last_department: Option<usize>,
    since_poster: u32,
    /// Of time by share: the longest video by the smallest share.
    most_ahead: u64,
}

#[derive(Debug)]
struct Department<'a> {
    name: &'a str,
    /// Time by share, and how much a millisecond adds to it.
    time: u64,
    stride: u64,
    rank: u64,
    ready: BinaryHeap<Reverse<(u64, u64, u32)>>,
}

#[derive(Debug)]
struct Entry<'a> {
    id: &'a str,
    /// Place among the inputs' works, and among all works of the day.
    place: u32,
    known: u32,
    department: usize,
    slot_ms: i64,
    shown: u64,
    rank: u64,
    valid: Span,
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Place among the inputs' works, and milliseconds.
    Video { place: u32, ms: i64 },
    /// What is left is for posters.
    Stretch,
    /// Nothing can be shown now.
    Nothing,
}

impl<'a> Chooser<'a> {
    /// Prepares a playlist. `works` are places among `all`, `known` gives each of them its place among the day's works; `seed`
    /// moves with the date.
    pub fn new(
        playlist: &Playlist,
        works: &[u32],
        (all, known): (&'a [Candidate], &[u32]),
        (timetable, seed): (&Timetable, u64),
        accounts: &Accounts,
    ) -> Self {
        let mut departments: Vec<Department<'_>> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut videos, mut posters) = (Vec::new(), Vec::new());
        for &place in works {
            let candidate = &all[place as usize];
            let name = candidate.department.as_deref().unwrap_or_default();
            let department = *places.entry(name).or_insert_with(|| {
                let share = playlist.share.get(name).copied().unwrap_or(1.0);
                let stride = (SHARE_UNITS / share).round().max(1.0) as u64;
                let rank = mixed(seed, name);
                departments.push(Department { name, time: 0, stride, rank, ready: BinaryHeap::new() });
                departments.len() - 1
            });
            let entry = Entry {
                id: &candidate.work,
                place,
                known: known[place as usize],
                department,
                slot_ms: candidate.slot_ms() as i64,
                shown: 0,
                rank: mixed(seed, &candidate.work),
                valid: timetable.validity(&candidate.work),
            };
            match candidate.kind {
                ItemKind::Video => videos.push(entry),
                ItemKind::Poster => posters.push(entry),
            }
        }
        let last_department = accounts.last_department.as_deref().and_then(|name| places.get(name).copied());
        let mut chooser = Self {
            gap_ms: (playlist.gap_min * 60_000.0) as i64,
            poster_every: playlist.poster_every,
            poster_ms: (playlist.poster_s * 1000.0) as i64,
            departments,
            videos,
            posters,
            cooling: BinaryHeap::new(),
            last_department,
            since_poster: accounts.since_poster,
            most_ahead: 0,
        };
        let longest = chooser.videos.iter().map(|entry| entry.slot_ms as u64).max().unwrap_or(0);
        let widest = chooser.departments.iter().map(|one| one.stride).max().unwrap_or(0);
        chooser.most_ahead = longest * widest;
        chooser.take_over(accounts);
        for (index, entry) in chooser.videos.iter().enumerate() {
            let ready = Reverse((entry.shown, entry.rank, index as u32));
            chooser.departments[entry.department].ready.push(ready);
        }
        chooser
    }

    /// Continues accounts. Who is new begins with the least of the others, so that nobody has to be caught up with.
    fn take_over(&mut self, accounts: &Accounts) {
        let known = self.departments.iter().filter_map(|one| accounts.departments.get(one.name));
        let least = known.min().copied().unwrap_or(0);
        for one in &mut self.departments {
            one.time = accounts.departments.get(one.name).copied().unwrap_or(least);
        }
        for entries in [&mut self.videos, &mut self.posters] {
            let mut least = vec![u64::MAX; self.departments.len()];
            for entry in entries.iter() {
                if let Some(shown) = accounts.works.get(entry.id) {
                    least[entry.department] = least[entry.department].min(*shown);
                }
            }
            for entry in entries.iter_mut() {
                let floor = least[entry.department];
                let floor = if floor == u64::MAX { 0 } else { floor };
                entry.shown = accounts.works.get(entry.id).copied().unwrap_or(floor);
            }
        }
    }

    /// Returns the accounts, to be continued by another chooser of the playlist on the date.
    pub fn accounts(&self) -> Accounts {
        let entries = self.videos.iter().chain(&self.posters);
        Accounts {
            departments: self.departments.iter().map(|one| (one.name.to_owned(), one.time)).collect(),
            works: entries.map(|entry| (entry.id.to_owned(), entry.shown)).collect(),
            last_department: self.last_department.map(|index| self.departments[index].name.to_owned()),
            since_poster: self.since_poster,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.videos.is_empty() && self.posters.is_empty()
    }

    /// Returns true if a poster is to come before the next video.
    pub fn poster_is_due(&self) -> bool {
        self.videos.is_empty() || self.poster_every > 0 && self.since_poster >= self.poster_every
    }

    /// Chooses the poster that was shown least, for `ms` from `at`.
    pub fn poster(&mut self, at: i64, ms: i64) -> Option<u32> {
        let fits = |entry: &&mut Entry<'_>| entry.valid.from <= at && at + ms <= entry.valid.to;
        let next = self.posters.iter_mut().filter(fits).min_by_key(|entry| (entry.shown, entry.rank))?;
        next.shown += 1;
        self.since_poster = 0;
        Some(next.place)
    }

    pub fn has_poster(&self, at: i64, ms: i64) -> bool {
        self.posters.iter().any(|entry| entry.valid.from <= at && at + ms <= entry.valid.to)
    }

    /// Chooses the video that begins at `at` and ends by `until`. `ended` holds when each of the day's works ended last.
    pub fn video(&mut self, at: i64, until: i64, ended: &mut [i64]) -> Choice {
        while let Some(Reverse((ready_at, index))) = self.cooling.peek().copied()
            && ready_at <= at
        {
            self.cooling.pop();
            self.make_ready(index);
        }
        let left = until - at;
        let mut aside = Vec::new();
        let mut is_stretched = false;
        let chosen = loop {
            let Some(index) = self.first_in_line() else { break None };
            let entry = &self.videos[index as usize];
            let ready_at = ended[entry.known as usize].saturating_add(self.gap_ms);
            if ended[entry.known as usize] != i64::MIN && ready_at > at {
                // Shown by another playlist a moment ago.
                self.cooling.push(Reverse((ready_at, index)));
                continue;
            }
            if entry.slot_ms <= left && entry.is_valid(at) {
                break Some(index);
            }
            let is_too_long = entry.slot_ms > left;
            aside.push(index);
            if is_too_long && left <= STRETCH_MS && self.has_poster(at, left.min(POSTER_MIN_MS)) {
                is_stretched = true;
                break None;
            }
        };
        let chosen = chosen.or_else(|| if is_stretched { None } else { self.first_cooling(at, left) });
        for index in aside {
            self.make_ready(index);
        }
        match chosen {
            Some(index) => self.take(index, at, ended),
            None if is_stretched => Choice::Stretch,
            None => Choice::Nothing,
        }
    }

    /// Takes the next video off its department's line: of the department that has had the least time. The one that was just on
    /// gives way to the next one, unless that is ahead by more than the longest video: departments of short videos would never
    /// get their time.
    fn first_in_line(&mut self) -> Option<u32> {
        let with_any = |(_, one): &(usize, &Department<'_>)| !one.ready.is_empty();
        let by_time = |(_, one): &(usize, &Department<'_>)| (one.time, one.rank);
        let line = || self.departments.iter().enumerate().filter(with_any);
        let (first, its) = line().min_by_key(by_time)?;
        let is_repeated = Some(first) == self.last_department;
        let other = line().filter(|(index, _)| *index != first).min_by_key(by_time);
        let next = match other {
            Some((index, other)) if is_repeated && other.time - its.time <= self.most_ahead => index,
            _ => first,
        };
        self.departments[next].ready.pop().map(|Reverse((_, _, index))| index)
    }

    /// Where every gap has still to pass, takes the video whose gap passes first.
    fn first_cooling(&mut self, at: i64, left: i64) -> Option<u32> {
        let mut aside = Vec::new();
        let chosen = loop {
            let Some(Reverse((ready_at, index))) = self.cooling.pop() else { break None };
            let entry = &self.videos[index as usize];
            if entry.slot_ms <= left && entry.is_valid(at) {
                break Some(index);
            }
            aside.push(Reverse((ready_at, index)));
        };
        self.cooling.extend(aside);
        chosen
    }

    fn take(&mut self, index: u32, at: i64, ended: &mut [i64]) -> Choice {
        let entry = &mut self.videos[index as usize];
        let ms = entry.slot_ms;
        entry.shown += ms as u64;
        ended[entry.known as usize] = at + ms;
        let department = &mut self.departments[entry.department];
        department.time += ms as u64 * department.stride;
        self.last_department = Some(entry.department);
        self.since_poster += 1;
        let place = entry.place;
        match self.gap_ms {
            0 => self.make_ready(index),
            gap => self.cooling.push(Reverse((at + ms + gap, index))),
        }
        Choice::Video { place, ms }
    }

    fn make_ready(&mut self, index: u32) {
        let entry = &self.videos[index as usize];
        let ready = Reverse((entry.shown, entry.rank, index));
        self.departments[entry.department].ready.push(ready);
    }

    /// Returns when the next work begins to be valid after `at`.
    pub fn next_validity(&self, at: i64) -> Option<i64> {
        let entries = self.videos.iter().chain(&self.posters);
        entries.map(|entry| entry.valid.from).filter(|from| *from > at).min()
    }
}

impl Entry<'_> {
    fn is_valid(&self, at: i64) -> bool {
        self.valid.from <= at && at + self.slot_ms <= self.valid.to
    }
}

/// Returns a number that depends on every bit of the seed and the text: FNV-1a, mixed by the finaliser of SplitMix64.
pub fn mixed(seed: u64, text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut z = hash ^ seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
