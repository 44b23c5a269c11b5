//! The part of a source that is shown, as an inspection of its own.

use super::details::Trim;
use super::geometry::TimeLine;
use super::inspection::{CoverCandidate, Inspection, Passage};

impl Trim {
    /// Returns the part of a work's time line that is shown; `None` where nothing is left of it.
    pub fn of(self, line: TimeLine) -> Option<TimeLine> {
        let from_us = self.from_us.min(line.duration_us);
        let until_us = self.until_us.unwrap_or(u64::MAX).min(line.duration_us);
        let start_us = line.start_us.saturating_add(i64::try_from(from_us).unwrap_or(i64::MAX));
        (until_us > from_us).then_some(TimeLine { start_us, duration_us: until_us - from_us })
    }
}

impl Inspection {
    /// Returns the inspection as if the source held the trimmed part only: its length, passages and moments. What was measured
    /// over the whole (loudness, bit rates, the fingerprint) stays. `None` where nothing is left.
    pub fn trimmed(&self, trim: Trim) -> Option<Self> {
        let part = trim.of(TimeLine::of(self))?;
        let (from_us, until_us) = (part.start_us, part.start_us + part.duration_us as i64);
        let since_from = |at_us: i64| u64::try_from(at_us - from_us).ok();
        let mut shown = self.clone();
        shown.duration_us = part.duration_us;
        // The first and last picture are held where the sound begins before and ends after them.
        (shown.video.start_us, shown.video.end_us) = (from_us, until_us);
        shown.audio = self.audio.clone().and_then(|mut audio| {
            (audio.start_us, audio.end_us) = (audio.start_us.max(from_us), audio.end_us.min(until_us));
            (audio.end_us > audio.start_us).then_some(audio)
        });
        let moment = |candidate: &CoverCandidate| {
            let at_us = since_from(self.video.start_us + candidate.at_us as i64)?;
            (at_us < part.duration_us).then_some(CoverCandidate { at_us, ..*candidate })
        };
        shown.cover_candidates = self.cover_candidates.iter().filter_map(moment).collect();
        let passage = |passage: &Passage| {
            let start_us = passage.start_us.max(trim.from_us) - trim.from_us;
            let end_us = passage.end_us.saturating_sub(trim.from_us).min(part.duration_us);
            (end_us > start_us).then_some(Passage { start_us, end_us, ..*passage })
        };
        shown.passages = self.passages.iter().filter_map(passage).collect();
        Some(shown)
    }
}
