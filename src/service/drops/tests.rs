//! Files as they come, change and go, without a file.

use std::time::Duration;

use super::*;
use crate::model::config::Watch;
use crate::model::inspection::FileStamp;
use crate::model::language::AnyPath;
use crate::service::scan_schedule::ScanSchedule;

const RULES: SettlingRules =
    SettlingRules { spacing: Duration::from_secs(1), readings: 2, incomplete_after: Duration::from_secs(60) };

/// An inbox in memory.
struct Inbox {
    drops: Drops,
    files: BTreeMap<&'static str, (u64, Option<u64>)>,
    done: Vec<&'static str>,
    hidden: Vec<PathBuf>,
    /// Someone holds the files open for writing.
    open: bool,
    start: Instant,
    second: u64,
}

/// A catalogue and a kernel that know of these files.
struct Answers<'a> {
    done: &'a [&'static str],
    open: bool,
}

/// A catalogue that cannot be asked.
struct Silent;

impl DropProbe for Silent {
    fn recognize(&mut self, _: &Source) -> Recognition {
        Recognition::Unknown
    }

    fn look(&mut self, _: &Source) -> Look {
        Look { open_for_writing: false, complete: true }
    }
}

impl DropProbe for Answers<'_> {
    fn recognize(&mut self, source: &Source) -> Recognition {
        let known = self.done.iter().any(|path| source.relative.as_path() == Path::new(path));
        if known { Recognition::Done } else { Recognition::New }
    }

    fn look(&mut self, _: &Source) -> Look {
        Look { open_for_writing: self.open, complete: true }
    }
}

fn stamp(bytes: u64) -> FileStamp {
    FileStamp { bytes, modified_ns: 0, inode: 1, changed_ns: 0 }
}

impl Inbox {
    fn new(files: &[&'static str]) -> Self {
        let files = files.iter().map(|name| (*name, (1, None))).collect();
        let (drops, start) = (Drops::new(RULES, Duration::from_secs(3)), Instant::now());
        Self { drops, files, done: Vec::new(), hidden: Vec::new(), open: false, start, second: 0 }
    }

    /// The moment of the last scan.
    fn now(&self) -> Instant {
        self.start + Duration::from_secs(self.second)
    }

    /// Scans whenever the schedule says so until `span` passed. Returns after which time a file settled.
    async fn watch(&mut self, schedule: &mut ScanSchedule, span: Duration) -> Option<Duration> {
        let began = Instant::now();
        while schedule.due() <= began + span {
            tokio::time::sleep_until(schedule.due()).await;
            let settled = self.scan_at(Instant::now(), &mut Answers { done: &[], open: self.open }).settled;
            schedule.completed(Duration::ZERO, self.drops.arriving());
            if settled > 0 {
                return Some(began.elapsed());
            }
        }
        tokio::time::sleep_until(began + span).await;
        None
    }

    /// A scan one second after the last.
    fn scan(&mut self) -> ScanDiff {
        let done = self.done.clone();
        self.scan_by(&mut Answers { done: &done, open: self.open })
    }

    fn scan_by(&mut self, probe: &mut dyn DropProbe) -> ScanDiff {
        self.second += 1;
        self.scan_at(self.now(), probe)
    }

    fn scan_at(&mut self, now: Instant, probe: &mut dyn DropProbe) -> ScanDiff {
        let seen = self
            .files
            .iter()
            .map(|(name, (bytes, sidecar))| {
                let beside = sidecar.map(|bytes| (AnyPath::from("x.toml"), Some(stamp(bytes))));
                let source = Source {
                    path: Path::new("/in").join(name).into(),
                    root: "/in".into(),
                    relative: (*name).into(),
                    department: name.split_once('/').map(|(first, _)| first.to_owned()),
                    details: None,
                    captions: None,
                    cover: None,
                    notes: Vec::new(),
                    stamp: stamp(*bytes),
                };
                let reading =
                    Reading { stamp: stamp(*bytes), beside: [beside, None, None], notes: Vec::new() };
                Seen { source, reading }
            })
            .collect();
        self.drops.apply_scan(seen, &self.hidden, Moment { instant: now, text: "now" }, probe)
    }

    fn settle(&mut self) {
        self.scan();
        self.scan();
    }

    fn turn(&mut self) -> Option<String> {
        self.drops.next().map(|turn| turn.source.relative.as_path().to_string_lossy().into_owned())
    }
}

#[test]
fn a_file_is_taken_once_whatever_is_scanned_afterwards() {
    let mut inbox = Inbox::new(&["a/1.mp4"]);
    inbox.scan();
    assert_eq!(inbox.turn(), None);
    assert_eq!(inbox.scan().settled, 1);
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.settle();
    assert_eq!(inbox.turn(), None);
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::Done, inbox.now());
    inbox.settle();
    assert_eq!(inbox.turn(), None);
    assert!(inbox.drops.is_idle());
}

#[test]
fn what_is_done_already_is_not_taken_and_what_changes_is_taken_again() {
    let mut inbox = Inbox::new(&["a/1.mp4"]);
    inbox.done.push("a/1.mp4");
    assert_eq!(inbox.scan().already_done.len(), 1);
    assert!(inbox.drops.is_idle());
    inbox.files.insert("a/1.mp4", (1, Some(9)));
    inbox.scan();
    assert!(inbox.drops.arriving());
    inbox.scan();
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"), "a sidecar came");
}

#[test]
fn a_file_that_changes_while_it_runs_or_waits_settles_anew() {
    let mut inbox = Inbox::new(&["a/1.mp4", "a/2.mp4"]);
    inbox.settle();
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.files.insert("a/1.mp4", (2, None));
    inbox.files.insert("a/2.mp4", (2, None));
    inbox.scan();
    assert_eq!(inbox.turn(), None);
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::Done, inbox.now());
    inbox.settle();
    assert_eq!(inbox.turn().as_deref(), Some("a/2.mp4"));
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
}

#[test]
fn a_file_that_could_not_be_made_goes_first_or_last() {
    let mut inbox = Inbox::new(&["a/1.mp4", "a/2.mp4", "b/3.mp4"]);
    inbox.settle();
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::RetryFirst, inbox.now());
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::RetryLast, inbox.now());
    let order: Vec<_> = std::iter::from_fn(|| inbox.turn()).collect();
    assert_eq!(order, ["b/3.mp4", "a/2.mp4", "a/1.mp4"]);
}

#[test]
fn a_file_that_could_not_be_read_is_tried_again_by_a_later_look_and_holds_up_none() {
    let mut inbox = Inbox::new(&["a/1.mp4", "a/2.mp4"]);
    inbox.settle();
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::RetryLater, inbox.now());
    assert_eq!(inbox.turn().as_deref(), Some("a/2.mp4"));
    inbox.drops.finished(Path::new("a/2.mp4"), Ending::Done, inbox.now());
    assert!(inbox.drops.is_idle() && inbox.drops.awaits_scan());
    let told = inbox.drops.open(&|_| DropState::Arriving);
    assert!(matches!(told[..], [InboxFile { state: DropState::Waiting { ahead: 0 }, .. }]), "{told:?}");
    inbox.scan();
    assert_eq!(inbox.turn(), None, "it rests");
    (0..3).for_each(|_| drop(inbox.scan()));
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"));
    inbox.drops.finished(Path::new("a/1.mp4"), Ending::RetryLater, inbox.now());
    inbox.files.insert("a/1.mp4", (2, None));
    inbox.settle();
    assert_eq!(inbox.turn().as_deref(), Some("a/1.mp4"), "what changes is taken at once");
}

#[test]
fn what_is_gone_is_told_once_and_what_cannot_be_seen_is_not_gone() {
    let mut inbox = Inbox::new(&["a/1.mp4", "b/2.mp4"]);
    inbox.done.push("a/1.mp4");
    inbox.settle();
    inbox.files.clear();
    inbox.hidden.push("a".into());
    let gone = inbox.scan().removed;
    assert_eq!(gone.len(), 1);
    assert!(!gone[0].was_processed && gone[0].source.relative.as_path() == Path::new("b/2.mp4"));
    assert_eq!(inbox.turn(), None);
    inbox.hidden.clear();
    assert!(inbox.scan().removed[0].was_processed);
    assert!(inbox.scan().removed.is_empty());
}

#[test]
fn a_department_of_which_nothing_runs_has_a_place_though_others_hold_all() {
    let mut inbox = Inbox::new(&["甲/1.mp4", "甲/2.mp4", "甲/3.mp4"]);
    inbox.settle();
    assert_eq!([inbox.turn(), inbox.turn()], [Some("甲/1.mp4".into()), Some("甲/2.mp4".into())]);
    inbox.files.insert("乙/4.mp4", (1, None));
    inbox.settle();
    let next = inbox.drops.next_of_idle_department().unwrap();
    assert_eq!(next.source.department.as_deref(), Some("乙"));
    assert!(inbox.drops.next_of_idle_department().is_none(), "the third of the same department waits");
    assert_eq!(inbox.turn(), Some("甲/3.mp4".into()));
}

#[test]
fn a_file_is_first_seen_when_it_is_first_seen_as_it_is() {
    let mut inbox = Inbox::new(&["甲/a.mp4", "甲/b.mp4"]);
    inbox.scan();
    inbox.files.insert("甲/a.mp4", (2, None));
    // A sidecar changes nothing about who was first.
    inbox.files.insert("甲/b.mp4", (1, Some(9)));
    inbox.scan();
    inbox.settle();
    let scans = [inbox.drops.next().unwrap(), inbox.drops.next().unwrap()]
        .map(|turn| (turn.source.relative.as_path().to_owned(), turn.scan));
    assert!(scans.contains(&("甲/a.mp4".into(), 2)) && scans.contains(&("甲/b.mp4".into(), 1)), "{scans:?}");
}

#[test]
fn what_nobody_can_say_is_done_is_met_again_by_the_next_look() {
    let mut inbox = Inbox::new(&["甲/a.mp4"]);
    inbox.done = vec!["甲/a.mp4"];
    inbox.scan_by(&mut Silent);
    inbox.scan_by(&mut Silent);
    assert!(inbox.drops.is_idle() && inbox.drops.awaits_scan());
    assert_eq!(inbox.scan().already_done.len(), 1);
    assert!(!inbox.drops.awaits_scan() && inbox.turn().is_none());
}

/// Scans by time alone every half second while a file arrives, as its readings need.
fn schedule() -> ScanSchedule {
    let rules = Watch { settle_s: RULES.spacing.as_secs_f64(), ..Watch::default() };
    ScanSchedule::new(&rules, Some(Duration::from_secs(3600)))
}

#[tokio::test(start_paused = true)]
async fn a_file_settles_exactly_when_its_readings_are_spaced_as_asked() {
    let (mut inbox, mut schedule) = (Inbox::new(&["a/1.mp4"]), schedule());
    let settled = inbox.watch(&mut schedule, Duration::from_secs(60)).await;
    assert_eq!(settled, Some(RULES.spacing));
}

#[tokio::test(start_paused = true)]
async fn a_slow_copy_with_pauses_settles_only_after_its_last_piece() {
    let (mut inbox, mut schedule) = (Inbox::new(&["a/1.mp4"]), schedule());
    inbox.drops = Drops::new(SettlingRules { readings: 4, ..RULES }, Duration::from_secs(3));
    for piece in 1..=4 {
        inbox.files.insert("a/1.mp4", (piece, None));
        schedule.expedite();
        assert_eq!(inbox.watch(&mut schedule, RULES.spacing * 5 / 2).await, None, "{piece}");
    }
    inbox.files.insert("a/1.mp4", (5, None));
    let settled = inbox.watch(&mut schedule, Duration::from_secs(60)).await.unwrap();
    let readings = RULES.spacing * 3;
    assert!((readings..=readings + RULES.spacing / 2).contains(&settled), "{settled:?}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_held_open_settles_only_when_it_is_closed() {
    let (mut inbox, mut schedule) = (Inbox::new(&["a/1.mp4"]), schedule());
    inbox.open = true;
    assert_eq!(inbox.watch(&mut schedule, Duration::from_secs(600)).await, None);
    inbox.open = false;
    let settled = inbox.watch(&mut schedule, Duration::from_secs(60)).await.unwrap();
    assert!(settled <= RULES.spacing / 2, "{settled:?}");
}
