//! Looks for changes in the catalogue, and keeps what requests are answered from. Two threads of their own: what must not be
//! shown is revoked at once, while programmes are planned as long as that takes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::events::ServerEvent;
use super::facts::Facts;
use super::hub::{Ask, Hub, StartError, open};
use super::planner::plan_when_asked;
use super::releases::Releases;
use super::snapshot::{Access, ScreenNow, Snapshot};
use crate::library::catalog::{Catalog, CatalogError, TokenRow};
use crate::model::playout::{BeatAnswer, Notice, OrderKind, ScreenConfig};
use crate::model::review::ReviewRules;
use crate::playout::orders::Standing;

/// Answers of review are asked for again after this, since signatures may end by themselves.
const REVIEW_EVERY: Duration = Duration::from_secs(60);

const TICK: Duration = Duration::from_secs(1);

/// The threads behind the server.
#[derive(Debug)]
pub struct Keeper {
    hub: Arc<Hub>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Looks once, then from time to time and when it is asked.
    pub(super) fn start(hub: Arc<Hub>, asked: Receiver<Ask>) -> Result<Self, StartError> {
        let mut looks = Looks::begin(Arc::clone(&hub))?;
        looks.look(true)?;
        let (plan, planned) = sync_channel(1);
        let (one, other) = (Arc::clone(&hub), Arc::clone(&hub));
        let catalog = open(&hub.parts.library)?;
        let spawn = |name: &str| std::thread::Builder::new().name(name.into());
        // Not waited for at the end: what it makes is stored whole or not at all.
        spawn("planner").spawn(move || plan_when_asked(&one, &catalog, &planned))?;
        let thread = spawn("keeper").spawn(move || keep(&other, looks, (&asked, plan)))?;
        Ok(Self { hub, thread })
    }

    /// Writes down what screens said, and ends.
    pub(super) fn end(self) {
        self.hub.ask(Ask::End);
        let _ = self.thread.join();
    }
}

fn keep(hub: &Hub, mut looks: Looks, (asked, plan): (&Receiver<Ask>, SyncSender<()>)) {
    let _ = plan.try_send(());
    let (mut wrote, mut ticked, mut reread) = (Instant::now(), Instant::now(), Instant::now());
    loop {
        let ask = match asked.recv_timeout(hub.parts.pace.look) {
            Ok(ask) => Some(ask),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Ask::End),
        };
        let ends = ask == Some(Ask::End);
        match looks.look(ask.is_some() && !ends) {
            // Full: it will be planned anyway.
            Ok(changed) if changed || ask == Some(Ask::Plan) => drop(plan.try_send(())),
            Ok(_) => {}
            Err(error) => hub.failed("looking for changes", &error),
        }
        if reread.elapsed() >= hub.parts.pace.reread {
            reread = Instant::now();
            looks.reread();
        }
        let due = ends || wrote.elapsed() >= hub.parts.pace.write;
        if due {
            wrote = Instant::now();
        }
        if let Err(error) = looks.write(due) {
            hub.failed("writing down what screens said", &error);
        }
        if ticked.elapsed() >= TICK {
            ticked = Instant::now();
            let (snapshot, now) = (hub.snapshot(), hub.now_ms());
            let news = hub.rooms().tick(now, |screen| snapshot.screens.get(screen));
            hub.tell_all(news);
        }
        if ends {
            return;
        }
    }
}

/// What is remembered between two looks.
struct Looks {
    hub: Arc<Hub>,
    catalog: Catalog,
    written: Option<i64>,
    changes: u64,
    reviewed: Instant,
    orders: Standing,
    editions: HashMap<String, Arc<Facts>>,
    releases: Releases,
    revoked: (usize, usize),
}

impl Looks {
    fn begin(hub: Arc<Hub>) -> Result<Self, CatalogError> {
        let catalog = open(&hub.parts.library)?;
        Ok(Self {
            hub,
            catalog,
            written: None,
            changes: 0,
            reviewed: Instant::now(),
            orders: Standing::default(),
            editions: HashMap::new(),
            releases: Releases::default(),
            revoked: (0, 0),
        })
    }

    /// Looks at the configuration. Another one governs from now on: what was released by the old one is asked again.
    fn reread(&mut self) {
        let Some(news) = self.hub.parts.programme.reread() else { return };
        self.hub.tell(&news);
        if matches!(news, ServerEvent::Configured { .. }) {
            self.releases.forget();
            self.hub.ask(Ask::Plan);
        }
    }

    /// Looks whether anything changed, or looks anyway. Returns true if programmes may have to be planned again.
    fn look(&mut self, anyway: bool) -> Result<bool, CatalogError> {
        let due = self.reviewed.elapsed() >= REVIEW_EVERY;
        let written = Some(self.catalog.written_version()?);
        if self.written == written && !anyway && !due {
            return Ok(false);
        }
        let changes = self.catalog.playout_changes()?;
        let changed = changes != self.changes;
        if changed || due {
            self.forget_answers(changes, due)?;
        }
        if changed || anyway || due {
            self.build()?;
        }
        // Only once it worked: else the next look tries again.
        (self.written, self.changes) = (written, changes);
        if due {
            self.reviewed = Instant::now();
        }
        Ok(changed)
    }

    /// Reads new orders, and forgets what is known of works about which something was decided.
    fn forget_answers(&mut self, changes: u64, due: bool) -> Result<(), CatalogError> {
        let orders = self.catalog.orders_after(self.orders.last())?;
        // Whatever else changed may have been a work.
        let are_all = changes == self.changes + orders.len() as u64;
        let reviews = orders.iter().filter(|order| order.kind == OrderKind::Review);
        let works: BTreeSet<String> =
            reviews.filter_map(|order| order.said["work"].as_str().map(str::to_owned)).collect();
        orders.into_iter().for_each(|order| self.orders.take(order));
        if due || !are_all {
            self.releases.forget();
        } else {
            self.releases.forget_works(&works);
        }
        Ok(())
    }

    fn build(&mut self) -> Result<(), CatalogError> {
        let (hub, config) = (Arc::clone(&self.hub), self.hub.config());
        let tokens = self.catalog.tokens()?;
        let now = hub.now_ms();
        {
            let paired = tokens.iter().filter(|token| !token.is_stick);
            hub.rooms().keep(paired.map(|token| token.screen.as_str()), now);
        }
        let playing = hub.rooms().playing();
        let (mut screens, mut used, mut revoked) = (HashMap::new(), BTreeSet::new(), (BTreeSet::new(), 0));
        for screen in &config.screen {
            let its = self.screen((screen, &config.review), playing.get(&screen.id), now)?;
            used.extend(its.editions.iter().map(|edition| edition.id.clone()));
            revoked.0.extend(its.answer.revoked.iter().cloned());
            revoked.1 += usize::from(!its.answer.revoked.is_empty());
            screens.insert(screen.id.clone(), its);
        }
        self.editions.retain(|id, _| used.contains(id));
        let access = |token: &TokenRow| {
            (token.sha256.clone(), Access { screen: token.screen.clone(), is_stick: token.is_stick })
        };
        let tokens =
            tokens.iter().map(access).filter(|(_, access)| screens.contains_key(&access.screen)).collect();
        let key = hub.parts.programme.key();
        hub.publish(Snapshot { screens, tokens, key, stopping: false });
        let revoked = (revoked.0.len(), revoked.1);
        if revoked != self.revoked && revoked.0 > 0 {
            hub.tell(&ServerEvent::Revoked { files: revoked.0, screens: revoked.1 });
        }
        self.revoked = revoked;
        Ok(())
    }

    fn screen(
        &mut self,
        (config, rules): (&ScreenConfig, &ReviewRules),
        playing: Option<&String>,
        now: i64,
    ) -> Result<ScreenNow, CatalogError> {
        let newest = self.catalog.newest_editions(&config.id, 2)?;
        let mut editions = Vec::new();
        for id in newest.iter().map(|edition| &edition.id).chain(playing) {
            if editions.iter().all(|known: &Arc<Facts>| known.id != *id) {
                editions.extend(self.facts(&config.id, id)?);
            }
        }
        let mut revoked = BTreeSet::new();
        let at = self.hub.now();
        for edition in &editions {
            let place = (edition.as_ref(), config.target.as_str());
            revoked.extend(self.releases.revoked(&self.catalog, rules, place, at)?);
        }
        let current = editions.first().filter(|_| !newest.is_empty()).cloned();
        let is_unknown = |id: &&String| editions.iter().all(|edition| edition.id != **id);
        if playing.filter(is_unknown).is_some() {
            // It plays what is not on record: whatever was ever shown and is not on its programme must go.
            let is_on = |sha256: &String| current.as_ref().is_some_and(|edition| edition.has(sha256));
            revoked.extend(self.catalog.all_shown()?.into_iter().filter(|sha256| !is_on(sha256)));
        }
        let answer = BeatAnswer {
            now: 0,
            edition: newest.first().map(|edition| edition.id.clone()).unwrap_or_default(),
            serial: self.orders.serial(&config.id),
            revoked: revoked.into_iter().collect(),
            notices: self.notices(config, rules, now)?,
            dark: self.orders.is_dark(&config.id),
            selftest: self.orders.selftest(&config.id),
            plays: true,
        };
        Ok(ScreenNow { name: config.name.clone(), place: config.place.clone(), answer, editions })
    }

    fn facts(&mut self, screen: &str, id: &str) -> Result<Option<Arc<Facts>>, CatalogError> {
        if let Some(known) = self.editions.get(id) {
            return Ok(Some(Arc::clone(known)));
        }
        let found = self.catalog.edition(id)?.filter(|edition| edition.screen == screen);
        // One that cannot be read is played by nobody: it is as if it were not there.
        let edition = found.and_then(|edition| edition.sealed.edition().ok());
        let Some(facts) = edition.map(|edition| Arc::new(Facts::of(id, edition))) else { return Ok(None) };
        self.editions.insert(id.to_owned(), Arc::clone(&facts));
        Ok(Some(facts))
    }

    /// Returns the notices of a screen that are not over; a poster only while its work is released for the screen's target.
    fn notices(
        &mut self,
        config: &ScreenConfig,
        rules: &ReviewRules,
        now: i64,
    ) -> Result<Vec<Notice>, CatalogError> {
        let mut notices = Vec::new();
        for (notice, work) in self.orders.notices(config, now) {
            if let (Some(work), Some(picture)) = (&work, &notice.picture) {
                let place = (work.as_str(), config.target.as_str());
                let files = self.releases.files(&self.catalog, rules, place, self.hub.now())?;
                if !files.is_some_and(|files| files.contains(&picture.sha256)) {
                    continue;
                }
            }
            notices.push(notice);
        }
        Ok(notices)
    }

    /// Writes down what screens said, if it is urgent or `due`.
    fn write(&mut self, due: bool) -> Result<(), CatalogError> {
        let (beats, faults) = self.hub.rooms().take_due(due);
        if !beats.is_empty() {
            self.catalog.put_beats(&beats)?;
        }
        for (screen, at, fault) in faults {
            self.catalog.note_fault(&screen, at, &fault)?;
        }
        Ok(())
    }
}
