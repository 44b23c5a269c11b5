//! Every file of the inbox and where it stands: arriving, waiting for its turn, in the making, done. No I/O of its own.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::fair_queue::Queue;
use crate::intake::watcher::{Arrival, Look, Reading, Settling, SettlingRules};
use crate::model::inspection::Source;
use crate::model::service::{Drop, DropState};

/// One file as a scan of the inbox saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub source: Source,
    pub reading: Reading,
}

/// What the service knows of a path that it meets for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstSight {
    /// The library holds what this file asks for, or it was set aside.
    Done,
    New,
    /// The catalogue cannot be asked: it is met again by the next look.
    Unknown,
}

/// What is asked of the outside while a scan is taken in.
pub trait DropProbe {
    fn first_sight(&mut self, source: &Source) -> FirstSight;
    fn look(&mut self, source: &Source) -> Look;
}

/// What a scan brought.
#[derive(Debug, Default)]
pub struct ScanDiff {
    /// Met for the first time and done already.
    pub known: Vec<Source>,
    /// No longer in the inbox.
    pub gone: Vec<Gone>,
    /// Files that became complete.
    pub settled: usize,
    /// Whether anything stands otherwise than before.
    pub changed: bool,
}

#[derive(Debug)]
pub struct Gone {
    pub source: Source,
    /// It was dealt with; else it vanished before its turn.
    pub was_done: bool,
}

/// How the making of a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// It is looked at anew, as if it had just come.
    Changed,
    /// It keeps its place at the head of all.
    RetryFirst,
    /// It goes to the end of its department's line.
    RetryLast,
    /// It takes its turn again when the inbox is looked at after a while; others go on.
    Later,
}

/// A file whose turn it is.
#[derive(Clone, Debug)]
pub struct Turn {
    pub source: Source,
    /// When it was first seen, RFC 3339.
    pub since: String,
    /// In which scan the file was first seen as it is, counted from 1.
    pub scan: u32,
}

#[derive(Debug)]
struct Known {
    seen: Seen,
    since: String,
    /// The scan that first saw this state of the file.
    scan: u32,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Arriving,
    Waiting,
    Running {
        /// Something about it changed meanwhile.
        changed: bool,
    },
    /// It could not be read: it is tried again by a look after this moment.
    Later {
        due: Instant,
    },
    Done,
}

/// By place in the inbox.
#[derive(Debug)]
pub struct Drops {
    known: BTreeMap<PathBuf, Known>,
    settling: Settling,
    queue: Queue<PathBuf>,
    running: usize,
    rest: Duration,
    scans: u32,
    /// The last look met a file of which it is not known whether it is done.
    unknown: bool,
}

impl Drops {
    /// What could not be read rests for `rest` at least.
    pub fn new(rules: SettlingRules, rest: Duration) -> Self {
        Self {
            known: BTreeMap::new(),
            settling: Settling::new(rules),
            queue: Queue::default(),
            running: 0,
            rest,
            scans: 0,
            unknown: false,
        }
    }

    /// Takes in a whole look at the inbox. `hidden` are places that could not be looked into: what lies there is
    /// neither seen nor gone. `now_text` is the same moment in RFC 3339.
    pub fn scan(
        &mut self,
        mut seen: Vec<Seen>,
        hidden: &[PathBuf],
        (now, now_text): (Instant, &str),
        ways: &mut dyn DropProbe,
    ) -> ScanDiff {
        let mut taken = ScanDiff::default();
        self.scans = self.scans.saturating_add(1);
        self.unknown = false;
        let here: HashSet<PathBuf> =
            seen.iter().map(|one| one.source.relative.as_path().to_owned()).collect();
        // Only in which order they are made: who was first is another question.
        seen.sort_by_cached_key(|one| {
            let name = one.source.relative.as_path().as_os_str();
            (one.source.stamp.modified_ns / 1_000_000_000, name.len(), name.to_owned())
        });
        for one in seen {
            self.apply_scan(one, (now, now_text), ways, &mut taken);
        }
        let hidden: HashSet<&Path> = hidden.iter().map(PathBuf::as_path).collect();
        let is_gone = |path: &Path| !here.contains(path) && !lies_in(path, &hidden);
        let gone: Vec<PathBuf> = self
            .known
            .iter()
            // What is in the making finds out by itself.
            .filter(|(path, known)| is_gone(path) && !matches!(known.step, Step::Running { .. }))
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            self.settling.forget(&path);
            self.queue.remove(&path);
            if let Some(known) = self.known.remove(&path) {
                taken.gone.push(Gone { source: known.seen.source, was_done: known.step == Step::Done });
            }
        }
        taken.changed |= !taken.gone.is_empty() || !taken.known.is_empty();
        taken
    }

    fn apply_scan(
        &mut self,
        one: Seen,
        (now, now_text): (Instant, &str),
        ways: &mut dyn DropProbe,
        taken: &mut ScanDiff,
    ) {
        let path = one.source.relative.as_path().to_owned();
        match self.known.get_mut(&path) {
            None => {
                let step = match ways.first_sight(&one.source) {
                    FirstSight::Unknown => {
                        self.unknown = true;
                        return;
                    }
                    FirstSight::Done => {
                        taken.known.push(one.source.clone());
                        Step::Done
                    }
                    FirstSight::New => Step::Arriving,
                };
                taken.changed = true;
                let (since, scan) = (now_text.to_owned(), self.scans);
                self.known.insert(path.clone(), Known { seen: one, since, scan, step });
            }
            Some(known) if known.seen.reading == one.reading => {
                if matches!(known.step, Step::Later { due } if due <= now) {
                    known.step = Step::Waiting;
                    let department = known.seen.source.department.as_deref().unwrap_or_default();
                    self.queue.push(department, path.clone());
                }
            }
            Some(known) => {
                taken.changed = true;
                if known.seen.reading.stamp != one.reading.stamp {
                    // Another content, which is seen only now.
                    known.scan = self.scans;
                }
                known.seen = one;
                match &mut known.step {
                    Step::Running { changed } => *changed = true,
                    step => {
                        if *step == Step::Done {
                            known.since = now_text.to_owned();
                        }
                        *step = Step::Arriving;
                        self.queue.remove(&path);
                    }
                }
            }
        }
        self.confirm_settled(&path, now, ways, taken);
    }

    fn confirm_settled(&mut self, path: &Path, now: Instant, ways: &mut dyn DropProbe, taken: &mut ScanDiff) {
        let Some(known) = self.known.get_mut(path).filter(|known| known.step == Step::Arriving) else {
            return;
        };
        let Seen { source, reading } = &known.seen;
        match self.settling.read(path, reading.clone(), now, || ways.look(source)) {
            Arrival::Arriving => {}
            // An incomplete one takes its turn too: its inspection says what it lacks.
            Arrival::Settled { .. } => {
                known.step = Step::Waiting;
                self.queue.push(source.department.as_deref().unwrap_or_default(), path.to_owned());
                taken.settled += 1;
                taken.changed = true;
            }
        }
    }

    /// The next file to be made; it counts as running until [`Drops::ended`].
    pub fn next(&mut self) -> Option<Turn> {
        let path = self.queue.pop()?;
        self.begin(&path)
    }

    /// The next file of a department of which nothing runs.
    pub fn next_of_who_waits(&mut self) -> Option<Turn> {
        let running = |known: &&Known| matches!(known.step, Step::Running { .. });
        let at_work: HashSet<&str> = self.known.values().filter(running).map(Known::department).collect();
        let path = self.queue.pop_where(|department| !at_work.contains(department))?;
        self.begin(&path)
    }

    fn begin(&mut self, path: &Path) -> Option<Turn> {
        let known = self.known.get_mut(path)?;
        known.step = Step::Running { changed: false };
        self.running += 1;
        let (source, since) = (known.seen.source.clone(), known.since.clone());
        Some(Turn { source, since, scan: known.scan })
    }

    /// Something besides the file changed what is to become of it: it is taken again as it lies there. Yields whether
    /// anything changed.
    pub fn requeue(&mut self, path: &Path) -> bool {
        let Some(known) = self.known.get_mut(path) else { return false };
        match &mut known.step {
            Step::Done => {
                known.step = Step::Waiting;
                let department = known.seen.source.department.as_deref().unwrap_or_default();
                self.queue.push(department, path.to_owned());
                true
            }
            Step::Running { changed } => {
                *changed = true;
                false
            }
            Step::Arriving | Step::Waiting | Step::Later { .. } => false,
        }
    }

    /// Yields whether the file is to be looked at soon.
    pub fn finished(&mut self, path: &Path, ending: Ending, now: Instant) -> bool {
        let Some(known) = self.known.get_mut(path) else { return false };
        let Step::Running { changed } = known.step else { return false };
        self.running -= 1;
        let department = known.seen.source.department.as_deref().unwrap_or_default();
        known.step = match ending {
            _ if changed => Step::Arriving,
            Ending::Changed => Step::Arriving,
            Ending::Done => Step::Done,
            Ending::RetryFirst | Ending::RetryLast => Step::Waiting,
            Ending::Later => Step::Later { due: now + self.rest },
        };
        let is_arriving = known.step == Step::Arriving;
        match (known.step, ending) {
            (Step::Waiting, Ending::RetryFirst) => drop(self.queue.push_front(department, path.to_owned())),
            (Step::Waiting, _) => drop(self.queue.push(department, path.to_owned())),
            _ => {}
        }
        is_arriving
    }

    /// Files that are in the inbox.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    pub fn holds(&self, relative: &Path) -> bool {
        self.known.contains_key(relative)
    }

    pub fn running(&self) -> usize {
        self.running
    }

    pub fn arriving(&self) -> bool {
        !self.settling.is_empty() || self.known.values().any(|known| known.step == Step::Arriving)
    }

    /// Whether something waits for more than its turn.
    pub fn waits_for_a_look(&self) -> bool {
        self.unknown || self.known.values().any(|known| matches!(known.step, Step::Later { .. }))
    }

    /// The file at this place as it was when it was done, if it is.
    pub fn done(&self, path: &Path) -> Option<&Source> {
        self.known.get(path).filter(|known| known.step == Step::Done).map(|known| &known.seen.source)
    }

    /// Nothing arrives, waits or runs.
    pub fn is_idle(&self) -> bool {
        self.running == 0 && self.queue.is_empty() && !self.arriving()
    }

    /// Everything that is not done: running, then waiting in the order of turns, then arriving.
    pub fn open(&self, running: &dyn Fn(&Path) -> DropState) -> Vec<Drop> {
        let in_step = |wanted: fn(Step) -> bool| self.known.values().filter(move |known| wanted(known.step));
        let at_work = in_step(|step| matches!(step, Step::Running { .. }))
            .map(|known| known.listed(running(known.seen.source.path.as_path())));
        let queued = self.queue.order().into_iter().enumerate().filter_map(|(ahead, path)| {
            self.known.get(path).map(|known| known.listed(DropState::Waiting { ahead }))
        });
        let ahead = self.queue.order().len();
        let later = in_step(|step| matches!(step, Step::Later { .. }))
            .map(|known| known.listed(DropState::Waiting { ahead }));
        let arriving = in_step(|step| step == Step::Arriving).map(|known| known.listed(DropState::Arriving));
        at_work.chain(queued).chain(later).chain(arriving).collect()
    }
}

/// Whether a path is one of `places` or lies in one; however many there are, each is asked for once.
pub(super) fn lies_in(path: &Path, places: &HashSet<&Path>) -> bool {
    path.ancestors().any(|place| places.contains(place))
}

impl Known {
    fn department(&self) -> &str {
        self.seen.source.department.as_deref().unwrap_or_default()
    }

    fn listed(&self, state: DropState) -> Drop {
        let source = &self.seen.source;
        Drop {
            path: source.path.clone(),
            relative: source.relative.clone(),
            department: source.department.clone(),
            bytes: source.stamp.bytes,
            since: self.since.clone(),
            state,
        }
    }
}

#[cfg(test)]
mod tests;
