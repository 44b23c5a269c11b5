//! Plays that the server has not acknowledged yet: lines with a checksum, synced before the page is told that they are kept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::store::{self, StoreError};
use crate::files;
use crate::model::playout::{Play, PlayBatch};
use crate::text::hex;

/// Largest journal: a year of plays of a screen without a network.
const LARGEST: u64 = 512 << 20;

/// From this size on it is written anew without what was acknowledged.
const LONG: u64 = 4 << 20;

/// Bytes of the SHA-256 that stands before each line, in hexadecimal.
const SUM: usize = 8;

/// Most plays in one batch.
const MOST: usize = 200;

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Play {
        screen: String,
        boot: String,
        play: Play,
    },
    Kept {
        screen: String,
        boot: String,
        upto: u64,
    },
    /// So many lines could not be read back once.
    Lost {
        lost: usize,
    },
}

/// What one page of one screen played.
#[derive(Debug)]
struct Boot {
    screen: String,
    boot: String,
    plays: BTreeMap<u64, Play>,
}

/// The journal, open.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    /// `None`: the disk cannot be written.
    file: Option<File>,
    bytes: u64,
    /// In the order in which they were heard.
    boots: Vec<Boot>,
    lost: usize,
}

impl Journal {
    /// Reads it back. Returns also how many lines could not be read: what was being written at a power cut, or damage. A disk that
    /// cannot be written keeps nobody from starting.
    pub fn open(path: &Path) -> (Self, usize) {
        let text = files::read(path, LARGEST).unwrap_or_default();
        let bytes = text.len() as u64;
        let mut journal = Self { path: path.to_owned(), file: None, bytes, boots: Vec::new(), lost: 0 };
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match row(line) {
                Some(row) => journal.take(row),
                None => journal.lost += 1,
            }
        }
        if let Err(error) = journal.rewrite() {
            tracing::warn!(%error, "the journal of plays cannot be written");
            journal.file = files::open_to_change(path).ok();
        }
        let lost = journal.lost;
        (journal, lost)
    }

    /// The server knows of what was lost.
    pub fn lost_is_told(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.lost) > 0 { self.rewrite() } else { Ok(()) }
    }

    /// Keeps a batch of the page; returns once it is on the disk.
    pub fn add(&mut self, screen: &str, batch: PlayBatch) -> Result<(), StoreError> {
        let rows = batch.plays.into_iter().map(|play| Row::Play {
            screen: screen.to_owned(),
            boot: batch.boot.clone(),
            play,
        });
        let rows: Vec<Row> = rows.collect();
        self.append(&rows)?;
        rows.into_iter().for_each(|row| self.take(row));
        Ok(())
    }

    /// Forgets plays of a boot up to a number, which the server keeps now: also where that cannot be written.
    pub fn kept(&mut self, screen: &str, boot: &str, upto: u64) -> Result<(), StoreError> {
        let row = Row::Kept { screen: screen.to_owned(), boot: boot.to_owned(), upto };
        let written = self.append(std::slice::from_ref(&row));
        self.take(row);
        if let (true, Some(file)) = (self.boots.is_empty() && self.lost == 0, &self.file) {
            // Needs no space.
            file.set_len(0).map_err(|source| StoreError::Io { path: self.path.clone(), source })?;
            self.bytes = 0;
            return Ok(());
        }
        written?;
        if self.bytes > LONG { self.rewrite() } else { Ok(()) }
    }

    /// Returns the oldest plays of a screen, ascending.
    pub fn batch(&self, screen: &str) -> Option<PlayBatch> {
        let found = self.boots.iter().find(|boot| boot.screen == screen)?;
        let plays = found.plays.values().take(MOST).cloned().collect();
        Some(PlayBatch { boot: found.boot.clone(), plays })
    }

    /// Returns how many plays wait.
    #[cfg(test)]
    fn count(&self) -> usize {
        self.boots.iter().map(|boot| boot.plays.len()).sum()
    }

    fn take(&mut self, row: Row) {
        let place = |boots: &[Boot], screen: &str, boot: &str| {
            boots.iter().position(|known| known.screen == screen && known.boot == boot)
        };
        match row {
            Row::Lost { lost } => self.lost += lost,
            Row::Play { screen, boot, play } => {
                let at = place(&self.boots, &screen, &boot).unwrap_or_else(|| {
                    self.boots.push(Boot { screen, boot, plays: BTreeMap::new() });
                    self.boots.len() - 1
                });
                self.boots[at].plays.insert(play.seq, play);
            }
            Row::Kept { screen, boot, upto } => {
                let Some(at) = place(&self.boots, &screen, &boot) else { return };
                self.boots[at].plays.retain(|seq, _| *seq > upto);
                if self.boots[at].plays.is_empty() {
                    self.boots.remove(at);
                }
            }
        }
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let failed = |source| StoreError::Io { path: self.path.clone(), source };
        let file = self.file.as_mut().ok_or_else(|| failed(std::io::ErrorKind::ReadOnlyFilesystem.into()))?;
        let text: String = rows.iter().map(line).collect();
        let written = (file.seek(SeekFrom::Start(self.bytes)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_data());
        if let Err(source) = written {
            // What was half written is cut off again, so that the next line begins a line.
            let _ = file.set_len(self.bytes);
            return Err(failed(source));
        }
        self.bytes += text.len() as u64;
        Ok(())
    }

    fn rewrite(&mut self) -> Result<(), StoreError> {
        let mut text = if self.lost > 0 { line(&Row::Lost { lost: self.lost }) } else { String::new() };
        for Boot { screen, boot, plays } in &self.boots {
            for play in plays.values() {
                let row = Row::Play { screen: screen.clone(), boot: boot.clone(), play: play.clone() };
                text.push_str(&line(&row));
            }
        }
        store::replace(&self.path, text.as_bytes(), Some(0o600))?;
        let failed = |source| StoreError::Io { path: self.path.clone(), source };
        self.file = Some(files::open_to_change(&self.path).map_err(failed)?);
        self.bytes = text.len() as u64;
        Ok(())
    }
}

fn sum(text: &str) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(text)[..SUM / 2])
}

fn line(row: &Row) -> String {
    let text = serde_json::to_string(row).unwrap_or_default();
    format!("{} {text}\n", sum(&text))
}

fn row(line: &[u8]) -> Option<Row> {
    let (found, text) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (found == sum(text)).then(|| serde_json::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playout::Outcome;

    fn play(seq: u64) -> Play {
        Play {
            seq,
            edition: "e".into(),
            slot_at: 0,
            sha256: "a".repeat(64),
            started_at: i64::try_from(seq).unwrap() * 1_000,
            shown_ms: 900,
            wanted_ms: 900,
            frames: 25,
            gap_ms: 0,
            outcome: Outcome::Whole,
            clock: "known".into(),
        }
    }

    fn batch(boot: &str, seqs: impl IntoIterator<Item = u64>) -> PlayBatch {
        PlayBatch { boot: boot.into(), plays: seqs.into_iter().map(play).collect() }
    }

    #[test]
    fn plays_wait_oldest_first_until_the_server_keeps_them_also_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plays.log");
        let (mut journal, lost) = Journal::open(&path);
        assert_eq!((lost, journal.batch("s")), (0, None));
        journal.add("s", batch("one", 1..=250)).unwrap();
        journal.add("s", batch("two", [1])).unwrap();
        journal.add("s", batch("one", [250])).unwrap();
        assert_eq!(journal.count(), 251, "what comes twice is kept once");
        assert_eq!(journal.batch("s").unwrap(), batch("one", 1..=200));
        assert_eq!(journal.batch("other"), None, "another screen's plays are not sent as its own");
        journal.kept("s", "one", 200).unwrap();
        journal.kept("other", "one", 250).unwrap();
        drop(journal);
        let (mut journal, _) = Journal::open(&path);
        assert_eq!(journal.batch("s").unwrap(), batch("one", 201..=250));
        journal.kept("s", "one", 250).unwrap();
        journal.kept("s", "two", 1).unwrap();
        assert_eq!(journal.count(), 0);
        drop(journal);
        assert_eq!(Journal::open(&path).0.bytes, 0);
    }

    #[test]
    fn whatever_is_cut_or_damaged_costs_only_its_own_lines_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plays.log");
        let (mut journal, _) = Journal::open(&path);
        journal.add("s", batch("one", 1..=3)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let ends: Vec<usize> =
            whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        let around = ends.iter().flat_map(|end| [end - 1, *end, end + 1]);
        for length in (0..whole.len()).step_by(31).chain(around) {
            std::fs::write(&path, &whole[..length]).unwrap();
            let (journal, lost) = Journal::open(&path);
            let complete = ends.iter().filter(|end| **end <= length).count();
            let is_torn = length > 0 && !ends.contains(&length) && !ends.iter().any(|end| end + 1 == length);
            assert_eq!((journal.count(), lost), (complete, usize::from(is_torn)), "{length}");
            drop(journal);
            assert_eq!(Journal::open(&path).1, lost, "it is known until it was told");
        }
        for bit in (0..whole.len() * 8).step_by(149) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bytes).unwrap();
            let (mut journal, lost) = Journal::open(&path);
            assert!(lost >= 1 && journal.count() >= 1 && journal.count() < 3, "{bit}");
            assert!(journal.batch("s").unwrap().plays.iter().all(|found| *found == play(found.seq)));
            journal.add("s", batch("one", 1..=3)).unwrap();
            assert_eq!(journal.count(), 3);
        }
    }

    #[test]
    fn a_disk_that_cannot_be_written_stops_nobody_and_sends_nothing_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plays.log");
        let (mut journal, _) = Journal::open(&path);
        journal.add("s", batch("one", 1..=3)).unwrap();
        drop(journal);
        // Nothing can be made beside it: its folder is gone.
        let (mut journal, lost) = Journal::open(&path);
        std::fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!((lost, journal.count()), (0, 3));
        journal.file = None;
        assert!(journal.add("s", batch("one", [4])).is_err(), "it is not acknowledged");
        assert!(journal.kept("s", "one", 2).is_err());
        assert_eq!(
            journal.batch("s").unwrap(),
            batch("one", [3]),
            "what is kept elsewhere is not sent again"
        );
        let _ = journal.kept("s", "one", 3);
        assert_eq!(journal.batch("s"), None);
    }
}
