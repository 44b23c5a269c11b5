//! Tracks every file of the inbox: arriving, waiting for its turn, in progress, done. No I/O of its own.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::fair_queue::Queue;
use crate::intake::watcher::{Arrival, Look, Reading, Settling, SettlingRules};
use crate::model::inspection::Source;
use crate::model::service::{DropState, InboxFile};

/// One file as a scan of the inbox saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub source: Source,
    pub reading: Reading,
}

/// Says whether a file that is met for the first time is to be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// The library holds what this file asks for, or it was set aside.
    Done,
    New,
    /// The catalogue cannot be asked: the next scan meets it again.
    Unknown,
}

/// Answers what a scan needs to know beyond names and metadata.
pub trait DropProbe {
    fn recognize(&mut self, source: &Source) -> Recognition;
    fn look(&mut self, source: &Source) -> Look;
}

/// A moment, as it is measured and as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub instant: Instant,
    /// RFC 3339.
    pub text: &'a str,
}

/// What changed by a scan.
#[derive(Debug, Default)]
pub struct ScanDiff {
    /// Files met for the first time that are done already.
    pub already_done: Vec<Source>,
    /// Files that left the inbox.
    pub removed: Vec<RemovedFile>,
    /// Files that became complete.
    pub settled: usize,
    /// True if any file is in another phase than before.
    pub changed: bool,
}

#[derive(Debug)]
pub struct RemovedFile {
    pub source: Source,
    /// It had been dealt with; else it vanished before its turn.
    pub was_processed: bool,
}

/// How the processing of a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// It settles again, as if it had just come.
    Changed,
    /// It keeps its place at the head of all.
    RetryFirst,
    /// It goes to the end of its department's line.
    RetryLast,
    /// It takes its turn again by a scan after a while; others continue.
    RetryLater,
}

/// A file whose turn it is.
#[derive(Clone, Debug)]
pub struct Turn {
    pub source: Source,
    /// When it was first seen, RFC 3339.
    pub first_seen: String,
    /// In which scan the file was first seen as it is, counted from 1.
    pub scan: u32,
}

#[derive(Debug)]
struct TrackedFile {
    seen: Seen,
    first_seen: String,
    /// The scan that first saw this state of the file.
    scan: u32,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Arriving,
    Waiting,
    Running {
        /// Something about it changed meanwhile.
        changed: bool,
    },
    /// It could not be read: a scan after this moment tries it again.
    Resting {
        due: Instant,
    },
    Done,
}

/// By place in the inbox.
#[derive(Debug)]
pub struct Drops {
    files: BTreeMap<PathBuf, TrackedFile>,
    settling: Settling,
    queue: Queue<PathBuf>,
    running: usize,
    rest: Duration,
    scans: u32,
    /// The last scan met a file of which it is not known whether it is done.
    unknown: bool,
}

impl Drops {
    /// `rest`: how long what could not be read rests at least.
    pub fn new(rules: SettlingRules, rest: Duration) -> Self {
        Self {
            files: BTreeMap::new(),
            settling: Settling::new(rules),
            queue: Queue::default(),
            running: 0,
            rest,
            scans: 0,
            unknown: false,
        }
    }

    /// Applies a scan of the whole inbox. `hidden` are places that could not be looked into: what is there is neither
    /// seen nor gone.
    pub fn apply_scan(
        &mut self,
        mut seen: Vec<Seen>,
        hidden: &[PathBuf],
        now: Moment<'_>,
        probe: &mut dyn DropProbe,
    ) -> ScanDiff {
        let mut diff = ScanDiff::default();
        self.scans = self.scans.saturating_add(1);
        self.unknown = false;
        let here: HashSet<PathBuf> =
            seen.iter().map(|one| one.source.relative.as_path().to_owned()).collect();
        // Only in which order they are processed: who was first is another question.
        seen.sort_by_cached_key(|one| {
            let name = one.source.relative.as_path().as_os_str();
            (one.source.stamp.modified_ns / 1_000_000_000, name.len(), name.to_owned())
        });
        for one in seen {
            self.apply_file(one, now, probe, &mut diff);
        }
        let hidden: HashSet<&Path> = hidden.iter().map(PathBuf::as_path).collect();
        let is_gone = |path: &Path| !here.contains(path) && !is_within(path, &hidden);
        let gone: Vec<PathBuf> = self
            .files
            .iter()
            // What is in progress finds out by itself.
            .filter(|(path, file)| is_gone(path) && !matches!(file.phase, Phase::Running { .. }))
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            self.settling.forget(&path);
            self.queue.remove(&path);
            if let Some(file) = self.files.remove(&path) {
                diff.removed
                    .push(RemovedFile { source: file.seen.source, was_processed: file.phase == Phase::Done });
            }
        }
        diff.changed |= !diff.removed.is_empty() || !diff.already_done.is_empty();
        diff
    }

    fn apply_file(&mut self, one: Seen, now: Moment<'_>, probe: &mut dyn DropProbe, diff: &mut ScanDiff) {
        let path = one.source.relative.as_path().to_owned();
        match self.files.get_mut(&path) {
            None => {
                let phase = match probe.recognize(&one.source) {
                    Recognition::Unknown => {
                        self.unknown = true;
                        return;
                    }
                    Recognition::Done => {
                        diff.already_done.push(one.source.clone());
                        Phase::Done
                    }
                    Recognition::New => Phase::Arriving,
                };
                diff.changed = true;
                let (first_seen, scan) = (now.text.to_owned(), self.scans);
                self.files.insert(path.clone(), TrackedFile { seen: one, first_seen, scan, phase });
            }
            Some(file) if file.seen.reading == one.reading => {
                if matches!(file.phase, Phase::Resting { due } if due <= now.instant) {
                    file.phase = Phase::Waiting;
                    let department = file.seen.source.department.as_deref().unwrap_or_default();
                    self.queue.push(department, path.clone());
                }
            }
            Some(file) => {
                diff.changed = true;
                if file.seen.reading.stamp != one.reading.stamp {
                    // Another content, which is seen only now.
                    file.scan = self.scans;
                }
                file.seen = one;
                match &mut file.phase {
                    Phase::Running { changed } => *changed = true,
                    phase => {
                        if *phase == Phase::Done {
                            file.first_seen = now.text.to_owned();
                        }
                        *phase = Phase::Arriving;
                        self.queue.remove(&path);
                    }
                }
            }
        }
        self.confirm_settled(&path, now.instant, probe, diff);
    }

    fn confirm_settled(&mut self, path: &Path, now: Instant, probe: &mut dyn DropProbe, diff: &mut ScanDiff) {
        let Some(file) = self.files.get_mut(path).filter(|file| file.phase == Phase::Arriving) else {
            return;
        };
        let Seen { source, reading } = &file.seen;
        match self.settling.read(path, reading.clone(), now, || probe.look(source)) {
            Arrival::Arriving => {}
            // An incomplete one takes its turn too: its inspection says what it lacks.
            Arrival::Settled { .. } => {
                file.phase = Phase::Waiting;
                self.queue.push(source.department.as_deref().unwrap_or_default(), path.to_owned());
                diff.settled += 1;
                diff.changed = true;
            }
        }
    }

    /// Returns the next file to be processed; it counts as running until [`Drops::finished`].
    pub fn next(&mut self) -> Option<Turn> {
        let path = self.queue.pop()?;
        self.begin(&path)
    }

    /// Returns the next file of a department of which nothing runs.
    pub fn next_of_idle_department(&mut self) -> Option<Turn> {
        let running = |file: &&TrackedFile| matches!(file.phase, Phase::Running { .. });
        let at_work: HashSet<&str> =
            self.files.values().filter(running).map(TrackedFile::department).collect();
        let path = self.queue.pop_where(|department| !at_work.contains(department))?;
        self.begin(&path)
    }

    fn begin(&mut self, path: &Path) -> Option<Turn> {
        let file = self.files.get_mut(path)?;
        file.phase = Phase::Running { changed: false };
        self.running += 1;
        let (source, first_seen) = (file.seen.source.clone(), file.first_seen.clone());
        Some(Turn { source, first_seen, scan: file.scan })
    }

    /// Puts a file that is done back in line, for something besides the file changed what is to become of it. Returns true
    /// if anything changed.
    pub fn requeue(&mut self, path: &Path) -> bool {
        let Some(file) = self.files.get_mut(path) else { return false };
        match &mut file.phase {
            Phase::Done => {
                file.phase = Phase::Waiting;
                let department = file.seen.source.department.as_deref().unwrap_or_default();
                self.queue.push(department, path.to_owned());
                true
            }
            Phase::Running { changed } => {
                *changed = true;
                false
            }
            Phase::Arriving | Phase::Waiting | Phase::Resting { .. } => false,
        }
    }

    /// Takes note of how the processing of a file ended. Returns true if it is to be scanned soon.
    pub fn finished(&mut self, path: &Path, ending: Ending, now: Instant) -> bool {
        let Some(file) = self.files.get_mut(path) else { return false };
        let Phase::Running { changed } = file.phase else { return false };
        self.running -= 1;
        let department = file.seen.source.department.as_deref().unwrap_or_default();
        file.phase = match ending {
            _ if changed => Phase::Arriving,
            Ending::Changed => Phase::Arriving,
            Ending::Done => Phase::Done,
            Ending::RetryFirst | Ending::RetryLast => Phase::Waiting,
            Ending::RetryLater => Phase::Resting { due: now + self.rest },
        };
        let is_arriving = file.phase == Phase::Arriving;
        match (file.phase, ending) {
            (Phase::Waiting, Ending::RetryFirst) => drop(self.queue.push_front(department, path.to_owned())),
            (Phase::Waiting, _) => drop(self.queue.push(department, path.to_owned())),
            _ => {}
        }
        is_arriving
    }

    /// Returns how many files are in the inbox.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn contains(&self, relative: &Path) -> bool {
        self.files.contains_key(relative)
    }

    pub fn running(&self) -> usize {
        self.running
    }

    pub fn arriving(&self) -> bool {
        !self.settling.is_empty() || self.files.values().any(|file| file.phase == Phase::Arriving)
    }

    /// Returns true if something waits for more than its turn.
    pub fn awaits_scan(&self) -> bool {
        self.unknown || self.files.values().any(|file| matches!(file.phase, Phase::Resting { .. }))
    }

    /// Returns the file at this place as it was when it was done, if it is.
    pub fn done(&self, path: &Path) -> Option<&Source> {
        self.files.get(path).filter(|file| file.phase == Phase::Done).map(|file| &file.seen.source)
    }

    /// Returns true if nothing arrives, waits or runs.
    pub fn is_idle(&self) -> bool {
        self.running == 0 && self.queue.is_empty() && !self.arriving()
    }

    /// Lists everything that is not done: running, then waiting in the order of turns, then arriving.
    pub fn open(&self, running: &dyn Fn(&Path) -> DropState) -> Vec<InboxFile> {
        let in_phase = |wanted: fn(Phase) -> bool| self.files.values().filter(move |file| wanted(file.phase));
        let at_work = in_phase(|phase| matches!(phase, Phase::Running { .. }))
            .map(|file| file.listed(running(file.seen.source.path.as_path())));
        let queued = self.queue.order().into_iter().enumerate().filter_map(|(ahead, path)| {
            self.files.get(path).map(|file| file.listed(DropState::Waiting { ahead }))
        });
        let ahead = self.queue.order().len();
        let later = in_phase(|phase| matches!(phase, Phase::Resting { .. }))
            .map(|file| file.listed(DropState::Waiting { ahead }));
        let arriving =
            in_phase(|phase| phase == Phase::Arriving).map(|file| file.listed(DropState::Arriving));
        at_work.chain(queued).chain(later).chain(arriving).collect()
    }
}

/// Returns true if a path is one of `places` or is within one; however many there are, each is asked for once.
pub(super) fn is_within(path: &Path, places: &HashSet<&Path>) -> bool {
    path.ancestors().any(|place| places.contains(place))
}

impl TrackedFile {
    fn department(&self) -> &str {
        self.seen.source.department.as_deref().unwrap_or_default()
    }

    fn listed(&self, state: DropState) -> InboxFile {
        let source = &self.seen.source;
        InboxFile {
            path: source.path.clone(),
            relative: source.relative.clone(),
            department: source.department.clone(),
            bytes: source.stamp.bytes,
            since: self.first_seen.clone(),
            state,
        }
    }
}

#[cfg(test)]
mod tests;
