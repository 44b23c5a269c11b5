//! How far the records of reviews were told, and when their terms are to be looked at.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use tokio::time::Instant;

use crate::files;
use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::library::staging::Staging;

/// Terms are looked at this often.
const EVERY: Duration = Duration::from_secs(60);

/// The hour of the day at which everything that waits is told.
const DIGEST_HOUR: i8 = 8;

/// The file in the library's own folder with the number of the last record that was told.
const TOLD_FILE: &str = "records-told";

/// What was told of reviews.
#[derive(Debug)]
pub struct RecordPoll {
    /// The number of the last record that was told.
    pub told: u64,
    /// There were records before the first start: the manifests do not say so yet.
    pub missed: bool,
    /// Works that were due until then were told.
    pub due_until: Timestamp,
    /// Works whose standing was to be computed when terms were looked at last.
    pub uncomputed: usize,
    digest_on: Option<Date>,
    due: Instant,
}

impl RecordPoll {
    /// Begins where an earlier run of the service ended; a first one tells of nothing that was before it.
    pub fn begin(library: &Library, now: &ZonedDateTime) -> Result<Self, CatalogError> {
        let last = library.catalog().last_record()?.map_or(0, |(seq, _)| seq);
        let known = files::read(&Staging::private_path(library.staging.library(), TOLD_FILE), 64).ok();
        let known = known.and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse::<u64>().ok());
        let mut poll = Self {
            // A catalogue that is older than what was told begins anew.
            told: known.map_or(last, |told| told.min(last)),
            missed: known.is_none() && last > 0,
            due_until: now.timestamp(),
            uncomputed: 0,
            digest_on: (now.hour() >= DIGEST_HOUR).then(|| now.date()),
            due: Instant::now(),
        };
        if known.is_none() {
            poll.note_told(library, last);
        }
        Ok(poll)
    }

    /// Takes note of what was told, for the next start.
    pub fn note_told(&mut self, library: &Library, seq: u64) {
        self.told = seq;
        let written = library.staging.replace_private(TOLD_FILE, |out| writeln!(out, "{seq}"));
        if let Err(error) = written {
            tracing::warn!(%error, "it was not noted how far records were told");
        }
    }

    /// Returns true if terms are to be looked at now; the next time is then set.
    pub fn begin_terms(&mut self) -> bool {
        let is_due = self.due <= Instant::now();
        if is_due {
            self.due = Instant::now() + EVERY;
        }
        is_due
    }

    /// Returns true once a day, from the hour of the digest on.
    pub fn begin_digest(&mut self, now: &ZonedDateTime) -> bool {
        let is_due = now.hour() >= DIGEST_HOUR && self.digest_on.is_none_or(|on| on < now.date());
        if is_due {
            self.digest_on = Some(now.date());
        }
        is_due
    }

    /// Returns when terms are to be looked at next.
    pub fn next_wake(&self) -> Option<Instant> {
        Some(self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_told_once_a_day_in_the_morning() {
        let at = |text: &str| format!("{text}[Asia/Shanghai]").parse::<ZonedDateTime>().unwrap();
        let mut poll = RecordPoll {
            told: 0,
            missed: false,
            due_until: Timestamp::UNIX_EPOCH,
            uncomputed: 0,
            digest_on: None,
            due: Instant::now(),
        };
        assert!(!poll.begin_digest(&at("2026-11-01T07:59:00+08:00")));
        assert!(poll.begin_digest(&at("2026-11-01T08:00:00+08:00")));
        assert!(!poll.begin_digest(&at("2026-11-01T23:00:00+08:00")));
        assert!(!poll.begin_digest(&at("2026-11-02T01:00:00+08:00")));
        assert!(poll.begin_digest(&at("2026-11-02T09:00:00+08:00")));
    }
}
