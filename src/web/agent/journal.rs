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
    Play { screen: String, boot: String, play: Play },
    Kept { boot: String, upto: u64 },
}

type Plays = BTreeMap<u64, (String, Play)>;

/// The journal, open.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    bytes: u64,
    /// By boot, in the order in which they were heard.
    boots: Vec<(String, Plays)>,
}

impl Journal {
    /// Reads it back. Returns also how many lines could not be read: what was being written at a power cut, or damage.
    pub fn open(path: &Path) -> Result<(Self, usize), StoreError> {
        let failed = |source| StoreError::Io { path: path.to_owned(), source };
        let text = match files::read(path, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        let (mut boots, mut lost) = (Vec::new(), 0);
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match row(line) {
                Some(row) => take(&mut boots, row),
                None => lost += 1,
            }
        }
        let file = files::open_or_create_private(path).map_err(failed)?;
        let mut journal = Self { path: path.to_owned(), file, bytes: text.len() as u64, boots };
        journal.rewrite()?;
        Ok((journal, lost))
    }

    /// Keeps a batch of the page; returns once it is on the disk.
    pub fn add(&mut self, screen: &str, batch: PlayBatch) -> Result<(), StoreError> {
        let rows = batch.plays.into_iter().map(|play| Row::Play {
            screen: screen.to_owned(),
            boot: batch.boot.clone(),
            play,
        });
        self.append(rows.collect())
    }

    /// Forgets plays of a boot up to a number, which the server keeps now.
    pub fn kept(&mut self, boot: &str, upto: u64) -> Result<(), StoreError> {
        self.append(vec![Row::Kept { boot: boot.to_owned(), upto }])?;
        if self.bytes > LONG {
            self.rewrite()?;
        }
        Ok(())
    }

    /// Returns the oldest plays of a screen, ascending.
    pub fn batch(&self, screen: &str) -> Option<PlayBatch> {
        let of = |plays: &Plays| -> Vec<Play> {
            let its = plays.values().filter(|(of, _)| of == screen);
            its.take(MOST).map(|(_, play)| play.clone()).collect()
        };
        self.boots.iter().find_map(|(boot, plays)| {
            let plays = of(plays);
            (!plays.is_empty()).then(|| PlayBatch { boot: boot.clone(), plays })
        })
    }

    /// Returns how many plays wait.
    #[cfg(test)]
    fn count(&self) -> usize {
        self.boots.iter().map(|(_, plays)| plays.len()).sum()
    }

    fn append(&mut self, rows: Vec<Row>) -> Result<(), StoreError> {
        let text: String = rows.iter().map(line).collect();
        let written = (self.file.seek(SeekFrom::Start(self.bytes)))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // What was half written is cut off again, so that the next line begins a line.
            let _ = self.file.set_len(self.bytes);
            return Err(StoreError::Io { path: self.path.clone(), source });
        }
        self.bytes += text.len() as u64;
        for row in rows {
            take(&mut self.boots, row);
        }
        Ok(())
    }

    fn rewrite(&mut self) -> Result<(), StoreError> {
        let mut text = String::new();
        for (boot, plays) in &self.boots {
            for (screen, play) in plays.values() {
                let row = Row::Play { screen: screen.clone(), boot: boot.clone(), play: play.clone() };
                text.push_str(&line(&row));
            }
        }
        store::replace(&self.path, text.as_bytes(), Some(0o600))?;
        let failed = |source| StoreError::Io { path: self.path.clone(), source };
        self.file = files::open_to_change(&self.path).map_err(failed)?;
        self.bytes = text.len() as u64;
        Ok(())
    }
}

fn take(boots: &mut Vec<(String, Plays)>, row: Row) {
    match row {
        Row::Play { screen, boot, play } => {
            let place = boots.iter().position(|(known, _)| *known == boot).unwrap_or_else(|| {
                boots.push((boot, Plays::new()));
                boots.len() - 1
            });
            boots[place].1.insert(play.seq, (screen, play));
        }
        Row::Kept { boot, upto } => {
            if let Some((_, plays)) = boots.iter_mut().find(|(known, _)| *known == boot) {
                plays.retain(|seq, _| *seq > upto);
            }
            boots.retain(|(_, plays)| !plays.is_empty());
        }
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
        let (mut journal, lost) = Journal::open(&path).unwrap();
        assert_eq!((lost, journal.batch("s")), (0, None));
        journal.add("s", batch("one", 1..=250)).unwrap();
        journal.add("s", batch("two", [1])).unwrap();
        journal.add("s", batch("one", [250])).unwrap();
        assert_eq!(journal.count(), 251, "what comes twice is kept once");
        assert_eq!(journal.batch("s").unwrap(), batch("one", 1..=200));
        assert_eq!(journal.batch("other"), None, "another screen's plays are not sent as its own");
        journal.kept("one", 200).unwrap();
        drop(journal);
        let (mut journal, _) = Journal::open(&path).unwrap();
        assert_eq!(journal.batch("s").unwrap(), batch("one", 201..=250));
        journal.kept("one", 250).unwrap();
        journal.kept("two", 1).unwrap();
        assert_eq!(journal.count(), 0);
        drop(journal);
        assert_eq!(Journal::open(&path).unwrap().0.bytes, 0);
    }

    #[test]
    fn whatever_is_cut_or_damaged_costs_only_its_own_lines_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plays.log");
        let (mut journal, _) = Journal::open(&path).unwrap();
        journal.add("s", batch("one", 1..=3)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let ends: Vec<usize> =
            whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        let around = ends.iter().flat_map(|end| [end - 1, *end, end + 1]);
        for length in (0..whole.len()).step_by(31).chain(around) {
            std::fs::write(&path, &whole[..length]).unwrap();
            let (journal, lost) = Journal::open(&path).unwrap();
            let complete = ends.iter().filter(|end| **end <= length).count();
            let is_torn = length > 0 && !ends.contains(&length) && !ends.iter().any(|end| end + 1 == length);
            assert_eq!((journal.count(), lost), (complete, usize::from(is_torn)), "{length}");
        }
        for bit in (0..whole.len() * 8).step_by(149) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bytes).unwrap();
            let (mut journal, lost) = Journal::open(&path).unwrap();
            assert!(lost >= 1 && journal.count() >= 1 && journal.count() < 3, "{bit}");
            assert!(journal.batch("s").unwrap().plays.iter().all(|found| *found == play(found.seq)));
            journal.add("s", batch("one", 1..=3)).unwrap();
            assert_eq!(journal.count(), 3);
        }
    }
}
