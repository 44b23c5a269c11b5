//! Makes editions: whenever what a screen would show changes, and once a day.

mod held;

pub use held::HeldFiles;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::candidates::{self, RefusedWork, Released, Shelf};
use super::keys::{EditionKey, KeyError};
use super::programme::{PlannedDay, Programme, ProgrammeError};
use super::schedule::inputs::{Candidate, Inputs};
use super::schedule::timetable::{Timetable, local, next};
use crate::library::catalog::{Catalog, CatalogError, ShownFile, StoredEdition};
use crate::model::config::Config;
use crate::model::playout::{Card, Edition, Item, ItemKind, Notice, Run, ScreenConfig, SealedEdition, Slot};
use crate::model::preset::Preset;

/// Days that an edition covers, the one on which it is made included: a server that is gone is noticed long before.
pub const DAYS: usize = 8;

/// Hour at which the daily edition is made.
const DAILY_HOUR: i8 = 3;

/// Most items of the loop that runs where the clock is unknown.
const LOOP_MOST: usize = 200;

/// Milliseconds that a poster is on in the loop.
const LOOP_POSTER_MS: u32 = 10_000;

/// Days for which a past programme is kept, beside those that a screen may be without the server: the ledger closes its days before.
const KEPT_DAYS: i64 = 10;

const DAY_MS: i64 = 24 * 3_600_000;

/// Plans a date; `None` where nothing is known of it.
type Plan<'a> = dyn Fn(Date) -> Result<Option<Rc<PlannedDay>>, ProgrammeError> + 'a;

/// What is in force beside the programme: orders to one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    pub serial: u64,
    pub dark: bool,
    pub notices: Vec<Notice>,
}

/// What a screen has after a look at everything.
#[derive(Clone, Debug)]
pub struct Refreshed {
    pub screen: String,
    /// Id of its newest edition.
    pub edition: String,
    /// Whether that was made just now.
    pub is_new: bool,
}

/// What a screen may show, and by which rules: those of its group.
#[derive(Clone, Copy)]
struct Basis<'a> {
    released: &'a Released,
    inputs: &'a Inputs,
}

/// Everything that editions are made from.
#[derive(Debug)]
pub struct Maker<'a> {
    pub catalog: &'a mut Catalog,
    pub library: &'a Path,
    pub config: &'a Config,
    pub presets: &'a [Preset],
    pub key: &'a EditionKey,
    pub held: &'a HeldFiles,
    pub now: Timestamp,
}

/// Why editions could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EditionMakingError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Programme(#[from] ProgrammeError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// What all screens have now, and works that were signed but may not be shown.
#[derive(Clone, Debug, Default)]
pub struct Refresh {
    pub screens: Vec<Refreshed>,
    pub refused: Vec<RefusedWork>,
}

/// Brings the editions of all screens up to date. `orders` are those in force for a screen.
///
/// # Errors
/// Nothing is half made: each edition is stored in one transaction, and without a new one the last goes on.
pub fn refresh(
    maker: &mut Maker<'_>,
    orders: &dyn Fn(&Catalog, &ScreenConfig) -> Result<Orders, CatalogError>,
) -> Result<Refresh, EditionMakingError> {
    candidates::judge(maker.catalog, &maker.config.review, maker.now)?;
    let targets: BTreeSet<&str> = maker.config.screen.iter().map(|screen| screen.target.as_str()).collect();
    let targets: Vec<&str> = targets.into_iter().collect();
    let released = candidates::released(maker.shelf(), &targets)?;
    let nothing = Released::default();
    let of_target = |screen: &ScreenConfig| released.get(&screen.target).unwrap_or(&nothing);
    let mut groups = BTreeMap::<&str, Vec<&ScreenConfig>>::new();
    for screen in &maker.config.screen {
        groups.entry(screen.group()).or_default().push(screen);
    }
    let mut done = Refresh::default();
    for (group, screens) in groups {
        let inputs = Inputs::of(maker.config, screens[0], of_target(screens[0]).works.clone());
        maker.keep_parts(&inputs)?;
        let programme = Programme::of(group);
        let days = Days::default();
        for screen in screens {
            let basis = Basis { released: of_target(screen), inputs: &inputs };
            let orders = orders(maker.catalog, screen)?;
            let plan = |date| days.of(date, || programme.day(maker.catalog, date));
            done.screens.push(maker.renew(screen, basis, orders, &plan)?);
        }
    }
    maker.forget_old()?;
    done.refused = released.into_values().flat_map(|of_target| of_target.refused).collect();
    Ok(done)
}

/// The days of one group: planned once for all of its screens.
#[derive(Default)]
struct Days(RefCell<BTreeMap<Date, Option<Rc<PlannedDay>>>>);

impl Days {
    fn of(
        &self,
        date: Date,
        plan: impl Fn() -> Result<Option<PlannedDay>, ProgrammeError>,
    ) -> Result<Option<Rc<PlannedDay>>, ProgrammeError> {
        if let Some(known) = self.0.borrow().get(&date) {
            return Ok(known.clone());
        }
        let planned = plan()?.map(Rc::new);
        self.0.borrow_mut().insert(date, planned.clone());
        Ok(planned)
    }
}

impl Maker<'_> {
    fn shelf(&self) -> Shelf<'_> {
        Shelf { catalog: self.catalog, library: self.library, rules: &self.config.review, now: self.now }
    }

    /// Forgets what days were planned from once they are in the ledger, and editions that no screen can still be playing.
    fn forget_old(&self) -> Result<(), EditionMakingError> {
        let days = i64::from(self.config.playout.offline_days) + KEPT_DAYS;
        let until = self.now.as_millisecond() - days * DAY_MS;
        let zone = self.config.playout.time_zone();
        Ok(self.catalog.forget_old_programmes(&local(until, &zone).date().to_string(), until)?)
    }

    /// Lets the inputs govern the coming days, where they are not those that do.
    fn keep_parts(&self, inputs: &Inputs) -> Result<(), EditionMakingError> {
        let timetable = Timetable::of(inputs).map_err(ProgrammeError::from)?;
        let (digest, json) = inputs.sealed();
        let now = self.now.as_millisecond();
        let today = timetable.date_of(now);
        let programme = Programme::of(&inputs.group);
        let mut from = BTreeMap::new();
        for date in dates(today) {
            let Some(starts) = programme.start_of(self.catalog, (&timetable, &digest), (now, date))? else {
                continue;
            };
            from.insert(date.to_string(), starts);
        }
        if !from.is_empty() {
            self.catalog.put_programme_parts(&inputs.group, (&digest, &json), &from)?;
        }
        Ok(())
    }

    /// Makes an edition of a screen, unless its last one says the same and is of today.
    fn renew(
        &self,
        screen: &ScreenConfig,
        basis: Basis<'_>,
        orders: Orders,
        plan: &Plan<'_>,
    ) -> Result<Refreshed, EditionMakingError> {
        let before = self.catalog.editions_of(&screen.id, 1)?.into_iter().next();
        let offline = i64::from(self.config.playout.offline_days) * DAY_MS;
        let edition = self.edition(screen, basis, orders, (plan, DAYS, offline))?;
        if let Some(before) = &before
            && self.is_current(before, &edition)
        {
            return Ok(Refreshed { screen: screen.id.clone(), edition: before.id.clone(), is_new: false });
        }
        let body = serde_json::to_string(&edition)?;
        let sealed = self.key.seal(body);
        let named: BTreeSet<&str> = edition.items.iter().map(|item| item.video.sha256.as_str()).collect();
        let shown = basis.released.shown.iter().filter(|file| named.contains(file.sha256.as_str()));
        let shown: Vec<ShownFile> = shown.cloned().collect();
        self.catalog.put_edition(&screen.id, (edition.made_at, edition.good_until), &sealed, &shown)?;
        Ok(Refreshed { screen: screen.id.clone(), edition: sealed.id(), is_new: true })
    }

    /// Returns true if the last edition has the same to say about the days that both cover, and was made since the last time at
    /// which the daily one is due.
    fn is_current(&self, before: &StoredEdition, edition: &Edition) -> bool {
        let Ok(last) = before.sealed.edition() else { return false };
        let said = |edition: &Edition| {
            let from = edition.made_at.max(last.made_at);
            Edition {
                made_at: 0,
                serial: 0,
                good_until: 0,
                lit: edition.lit.iter().filter(|lit| lit[1] > from).copied().collect(),
                runs: edition.runs.iter().filter(|run| run.to() > from).cloned().collect(),
                ..edition.clone()
            }
        };
        let zone = self.config.playout.time_zone();
        let now = local(edition.made_at, &zone);
        let due = match now.hour() >= DAILY_HOUR {
            true => now.date(),
            false => now.date().yesterday().unwrap_or(now.date()),
        };
        let due =
            zone.to_timestamp(due.at(DAILY_HOUR, 0, 0, 0)).map_or(i64::MAX, |time| time.as_millisecond());
        last.made_at >= due && said(&last) == said(edition)
    }

    /// Makes an edition for a stick, which covers so many days. It is not stored: the screen does not ask for it.
    pub fn for_stick(
        &self,
        screen: &ScreenConfig,
        released: &Released,
        orders: Orders,
        days: u16,
    ) -> Result<(SealedEdition, Edition), EditionMakingError> {
        let programme = Programme::of(screen.group());
        let inputs = Inputs::of(self.config, screen, released.works.clone());
        let now = self.now.as_millisecond();
        let plan = |date| Ok(programme.preview(self.catalog, &inputs, (now, date))?.map(Rc::new));
        let basis = Basis { released, inputs: &inputs };
        let edition = self.edition(screen, basis, orders, (&plan, days.into(), i64::MAX / 2))?;
        let sealed = self.key.seal(serde_json::to_string(&edition)?);
        Ok((sealed, edition))
    }

    /// Makes an edition of the days that `plan` gives; it is good for `longest` milliseconds at most.
    fn edition(
        &self,
        screen: &ScreenConfig,
        Basis { released, inputs }: Basis<'_>,
        orders: Orders,
        (plan, days, longest): (&Plan<'_>, usize, i64),
    ) -> Result<Edition, EditionMakingError> {
        let made_at = self.now.as_millisecond();
        let zone = self.config.playout.time_zone();
        let today = local(made_at, &zone).date();
        let mut items = Items { released, timetable: None, items: Vec::new() };
        let (mut lit, mut runs) = (Vec::new(), Vec::new());
        let mut last_day = today;
        // Yesterday's, where it is lit over midnight.
        for date in today.yesterday().into_iter().chain(days_from(today, days)) {
            let Some(day) = plan(date)? else { continue };
            items.timetable = Some(day.timetable.clone());
            lit.extend(day.plan.lit.iter().filter(|span| span.to > made_at).map(|span| [span.from, span.to]));
            for run in day.plan.runs.iter().filter(|run| run.to() > made_at) {
                let works = &day.parts[run.part].works;
                let slots =
                    run.slots.iter().map(|slot| Slot(items.place(&works[slot.work as usize]), slot.ms));
                let block = run.block.map(|block| {
                    let block = &day.parts[run.part].blocks[block];
                    if block.name.is_empty() { block.playlist.clone() } else { block.name.clone() }
                });
                runs.push(Run { from: run.from, block, slots: slots.collect() });
            }
            last_day = date;
        }
        let looped = self.looped(inputs, &mut items);
        let good_until =
            zone.to_timestamp(next(last_day).at(0, 0, 0, 0)).map_or(made_at, |at| at.as_millisecond());
        let canvas =
            self.presets.iter().find(|preset| preset.id == screen.target).map_or([1920, 1080], |preset| {
                let size = preset.want.landscape;
                [size.width, size.height]
            });
        Ok(Edition {
            v: 1,
            screen: screen.id.clone(),
            name: screen.name.clone(),
            place: screen.place.clone(),
            serial: orders.serial,
            made_at,
            canvas,
            good_until: good_until.min(made_at.saturating_add(longest)),
            lit,
            runs,
            looped,
            revoked: self.revoked(screen, &items.items, released)?,
            items: items.items,
            notices: orders.notices,
            dark: orders.dark,
            card: Card { college: self.config.college.clone(), campaign: self.config.campaign.name.clone() },
        })
    }

    /// What runs where the clock is unknown: the loop's works without dates, in the order of their ids.
    fn looped(&self, inputs: &Inputs, items: &mut Items<'_>) -> Vec<Slot> {
        let all = crate::model::playout::Playlist::default();
        let playlist =
            inputs.playlists.iter().find(|one| Some(&one.id) == inputs.looped.as_ref()).unwrap_or(&all);
        let zone = self.config.playout.time_zone();
        let today = local(self.now.as_millisecond(), &zone).date();
        let places = super::schedule::playlists::works_of(playlist, inputs, today);
        let dated =
            |work: &str| inputs.rules.valid.iter().any(|valid| valid.works.iter().any(|id| id == work));
        let works = places.iter().map(|place| &inputs.works[*place as usize]);
        let undated = works.filter(|work| !dated(&work.work)).take(LOOP_MOST);
        undated
            .map(|work| match work.kind {
                ItemKind::Poster => Slot(items.place(work), LOOP_POSTER_MS),
                ItemKind::Video => Slot(items.place(work), u32::try_from(work.slot_ms()).unwrap_or(u32::MAX)),
            })
            .filter(|slot| slot.0 != Slot::CARD)
            .collect()
    }

    /// Files of earlier editions that a screen may still hold and must not show.
    fn revoked(
        &self,
        screen: &ScreenConfig,
        items: &[Item],
        released: &Released,
    ) -> Result<Vec<String>, EditionMakingError> {
        let allowed: BTreeSet<&str> = items
            .iter()
            .map(|item| item.video.sha256.as_str())
            .chain(released.works.iter().map(|work| work.file.sha256.as_str()))
            .collect();
        let held = self.held.of(self.catalog, &screen.id, self.now.as_millisecond())?;
        Ok(held.into_iter().filter(|sha256| !allowed.contains(sha256.as_str())).collect())
    }
}

/// The items of an edition, each once.
struct Items<'a> {
    released: &'a Released,
    timetable: Option<Timetable>,
    items: Vec<Item>,
}

impl Items<'_> {
    /// Returns the place of a work's file; the card's where the work is no longer released as it was planned.
    fn place(&mut self, work: &Candidate) -> i32 {
        if let Some(place) = self.items.iter().position(|item| item.video.sha256 == work.file.sha256) {
            return i32::try_from(place).unwrap_or(Slot::CARD);
        }
        if !self.released.works.iter().any(|other| other.file == work.file && other.work == work.work) {
            return Slot::CARD;
        }
        let valid = self.timetable.as_ref().map(|timetable| timetable.validity(&work.work));
        self.items.push(Item {
            video: work.file.clone(),
            kind: work.kind,
            ms: work.ms,
            picture: work.picture.clone(),
            work: work.work.clone(),
            title: work.title.clone(),
            department: work.department.clone(),
            not_before: valid.map(|valid| valid.from).filter(|from| *from != i64::MIN),
            not_after: valid.map(|valid| valid.to).filter(|to| *to != i64::MAX),
        });
        i32::try_from(self.items.len() - 1).unwrap_or(Slot::CARD)
    }
}

/// Returns the dates that an edition covers.
pub fn dates(today: Date) -> impl Iterator<Item = Date> {
    days_from(today, DAYS)
}

fn days_from(today: Date, days: usize) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(today), |date| date.tomorrow().ok()).take(days)
}

#[cfg(test)]
mod tests;
