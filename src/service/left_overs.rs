//! What lies in the inbox and is not taken: told when it changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::discover::LeftOver;
use crate::model::left_over::LeftOverKind;

/// A download or copy that is still going on is nobody's question: only one that is there for so long is told.
const UNFINISHED_AFTER: Duration = Duration::from_secs(60);

/// Everything that was not taken, as it was last told.
#[derive(Debug, Default)]
pub struct LeftOvers {
    /// When each unfinished file was first seen.
    unfinished: HashMap<PathBuf, Instant>,
    told: Option<Vec<LeftOver>>,
}

impl LeftOvers {
    /// Applies what a scan saw. Returns all that is to be told, if it is not what was told last; the first time always.
    pub fn apply_scan(&mut self, seen: Vec<LeftOver>, now: Instant) -> Option<&[LeftOver]> {
        let mut still = HashMap::new();
        let mut all: Vec<LeftOver> = Vec::new();
        for one in seen {
            if one.kind == LeftOverKind::Unfinished {
                let since = self.unfinished.get(&one.path).copied().unwrap_or(now);
                still.insert(one.path.clone(), since);
                if now.saturating_duration_since(since) < UNFINISHED_AFTER {
                    continue;
                }
            }
            all.push(one);
        }
        self.unfinished = still;
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let is_new = self.told.as_ref() != Some(&all);
        let told = self.told.insert(all);
        is_new.then_some(told.as_slice())
    }

    /// Returns when an unfinished file has been there for long enough to be told.
    pub fn next_wake(&self, now: Instant) -> Option<Instant> {
        self.unfinished.values().map(|since| *since + UNFINISHED_AFTER).filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(name: &str, kind: LeftOverKind) -> LeftOver {
        LeftOver { path: PathBuf::from(name), kind }
    }

    #[test]
    fn what_is_not_taken_is_told_when_it_changes() {
        let (mut all, now) = (LeftOvers::default(), Instant::now());
        assert_eq!(all.apply_scan(Vec::new(), now), Some(&[][..]), "what an earlier start told may be gone");
        let zip = left("a.zip", LeftOverKind::Archive);
        assert_eq!(all.apply_scan(vec![zip.clone()], now), Some(&[zip.clone()][..]));
        assert_eq!(all.apply_scan(vec![zip], now), None);
        assert_eq!(all.apply_scan(Vec::new(), now), Some(&[][..]));
    }

    #[test]
    fn a_download_is_told_only_when_it_stays() {
        let (mut all, now) = (LeftOvers::default(), Instant::now());
        let part = left("a.mp4.part", LeftOverKind::Unfinished);
        all.apply_scan(Vec::new(), now);
        assert_eq!(all.apply_scan(vec![part.clone()], now), None);
        assert_eq!(all.next_wake(now), Some(now + UNFINISHED_AFTER));
        let later = now + UNFINISHED_AFTER;
        assert_eq!(all.apply_scan(vec![part.clone()], later), Some(&[part.clone()][..]));
        assert_eq!(all.next_wake(later), None);
        all.apply_scan(Vec::new(), later);
        assert_eq!(all.apply_scan(vec![part], later), None, "it is another one");
    }
}
