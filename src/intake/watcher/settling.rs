//! Decides when a file has settled: enough equal readings, spaced in monotonic time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::inspection::{FileStamp, SidecarNote};
use crate::model::language::AnyPath;

/// One reading of a submission: the stamps of the video and of its sidecars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub stamp: FileStamp,
    /// Path and stamp of the details, the captions and the cover; a sidecar that could not be read has no stamp.
    pub beside: [Option<(AnyPath, Option<FileStamp>)>; 3],
    /// What the names beside it tell: another video of its stem, say, which a person is told of.
    pub notes: Vec<SidecarNote>,
}

/// When a file counts as settled.
#[derive(Clone, Copy, Debug)]
pub struct SettlingRules {
    /// Readings closer together than this count as one.
    pub spacing: Duration,
    /// Equal readings that are needed.
    pub readings: u32,
    /// How long an incomplete container may stay unchanged before it counts as settled anyway.
    pub incomplete_after: Duration,
}

/// What else is checked once a file's readings agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub open_for_writing: bool,
    pub complete: bool,
}

/// Whether a file has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Arriving,
    Settled { incomplete: bool },
}

#[derive(Debug)]
struct Entry {
    last: Reading,
    equal: u32,
    counted_at: Instant,
    unchanged_since: Instant,
}

/// The files that are arriving.
#[derive(Debug)]
pub struct Settling {
    rules: SettlingRules,
    entries: HashMap<PathBuf, Entry>,
}

impl Settling {
    pub fn new(rules: SettlingRules) -> Self {
        Self { rules, entries: HashMap::new() }
    }

    /// Adds a reading taken at `now`. `look` is called only once enough readings agree. A settled file is forgotten.
    pub fn read(
        &mut self,
        path: &Path,
        reading: Reading,
        now: Instant,
        look: impl FnOnce() -> Look,
    ) -> Arrival {
        let rules = self.rules;
        let entry = self.entries.entry(path.to_owned()).or_insert_with(|| Entry {
            last: reading.clone(),
            equal: 1,
            counted_at: now,
            unchanged_since: now,
        });
        if entry.last != reading {
            *entry = Entry { last: reading, equal: 1, counted_at: now, unchanged_since: now };
        } else if now.saturating_duration_since(entry.counted_at) >= rules.spacing {
            entry.equal += 1;
            entry.counted_at = now;
        }
        if entry.equal < rules.readings {
            return Arrival::Arriving;
        }
        let look = look();
        let waited = now.saturating_duration_since(entry.unchanged_since) >= rules.incomplete_after;
        if look.open_for_writing || !(look.complete || waited) {
            return Arrival::Arriving;
        }
        self.entries.remove(path);
        Arrival::Settled { incomplete: !look.complete }
    }

    /// Forgets a file, such as one that is gone.
    pub fn forget(&mut self, path: &Path) {
        self.entries.remove(path);
    }

    /// Returns true if no file is arriving.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: SettlingRules = SettlingRules {
        spacing: Duration::from_secs(2),
        readings: 3,
        incomplete_after: Duration::from_secs(60),
    };
    const WHOLE: Look = Look { open_for_writing: false, complete: true };

    fn reading(bytes: u64, modified_ns: i128) -> Reading {
        Reading {
            stamp: FileStamp { bytes, modified_ns, inode: 7, changed_ns: 0 },
            beside: [None, None, None],
            notes: Vec::new(),
        }
    }

    /// Arrivals of readings given as (second, bytes, time of change).
    fn arrivals(look: Look, readings: &[(u64, u64, i128)]) -> Vec<Arrival> {
        let (mut settling, start) = (Settling::new(RULES), Instant::now());
        let mut read = |&(at, bytes, modified): &(u64, u64, i128)| {
            let now = start + Duration::from_secs(at);
            settling.read(Path::new("a.mp4"), reading(bytes, modified), now, || look)
        };
        readings.iter().map(&mut read).collect()
    }

    #[test]
    fn three_equal_spaced_readings_settle_whatever_the_file_time_says() {
        for modified in [0, 1 << 60] {
            let all =
                arrivals(WHOLE, &[(0, 5, modified), (1, 5, modified), (2, 5, modified), (4, 5, modified)]);
            assert_eq!(all[..3], [Arrival::Arriving; 3]);
            assert_eq!(all[3], Arrival::Settled { incomplete: false });
        }
    }

    #[test]
    fn a_pause_longer_than_one_reading_is_no_end() {
        let all = arrivals(WHOLE, &[(0, 5, 0), (3, 5, 0), (4, 9, 1), (6, 9, 1), (7, 9, 2), (9, 9, 2)]);
        assert_eq!(all, [Arrival::Arriving; 6]);
    }

    #[test]
    fn a_file_held_open_never_settles_and_an_incomplete_one_only_late() {
        let open = Look { open_for_writing: true, complete: true };
        assert_eq!(arrivals(open, &[(0, 5, 0), (2, 5, 0), (4, 5, 0), (400, 5, 0)]), [Arrival::Arriving; 4]);
        let half = Look { open_for_writing: false, complete: false };
        let all = arrivals(half, &[(0, 5, 0), (2, 5, 0), (4, 5, 0), (59, 5, 0), (60, 5, 0)]);
        assert_eq!(all[..4], [Arrival::Arriving; 4]);
        assert_eq!(all[4], Arrival::Settled { incomplete: true });
    }
}
