//! Whether a screen is well: a heartbeat is no picture. Pure; each trouble is told once, and once more when it is over.

use crate::model::playout::{Beat, FaultKind, Trouble};

/// Without a word for so long a screen that should be lit is silent.
const SILENT_MS: i64 = 15_000;

/// A video that should move for so long without a picture is frozen. With beats every six seconds that is seen at the third
/// beat, eighteen seconds after it froze at the latest.
const FROZEN_MS: u64 = 11_000;

/// Pixels that rounding may take.
const ROUNDING: u32 = 2;

/// Little space, and enough again, bytes.
const LITTLE: u64 = 1 << 30;
const ENOUGH: u64 = 2 << 30;

/// Most troubles that are remembered of a screen.
const MOST_TOLD: usize = 100;

/// What is over, or begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub well: bool,
    pub trouble: Trouble,
}

/// What is remembered of one screen.
#[derive(Clone, Debug)]
pub(super) struct Watchman {
    heard: i64,
    /// When its picture last moved as it should.
    pub moved: i64,
    still_ms: u64,
    told: Vec<Trouble>,
}

impl Watchman {
    /// A screen that was not heard yet has time from now on.
    pub fn new(now: i64) -> Self {
        Self { heard: now, moved: now, still_ms: 0, told: Vec::new() }
    }

    /// Takes a beat. `canvas` is that of its edition; `title` names a file.
    pub fn heard(
        &mut self,
        beat: &Beat,
        now: i64,
        canvas: Option<[u32; 2]>,
        title: impl Fn(&str) -> String,
    ) -> Vec<Turn> {
        self.heard = now;
        let mut turns = self.over(|trouble| matches!(trouble, Trouble::Silent { .. }));
        self.pictures(beat, now, &mut turns);
        self.canvas(beat, canvas, &mut turns);
        self.disk(beat, &mut turns);
        for fault in &beat.faults {
            let is_told = matches!(
                fault.kind,
                FaultKind::Broken | FaultKind::Stalled | FaultKind::Missing | FaultKind::Edition
            );
            if is_told {
                let sha256 = fault.sha256.clone();
                let (title, detail) = (title(&sha256), fault.detail.clone());
                self.begin(Trouble::Faulty { sha256, title, kind: fault.kind, detail }, &mut turns);
            }
        }
        turns
    }

    /// Looks at the time; `lit`: whether the screen should show anything now.
    pub fn tick(&mut self, now: i64, lit: bool) -> Vec<Turn> {
        let mut turns = Vec::new();
        if !lit {
            // Who opens in the morning has time to start.
            self.heard = self.heard.max(now);
        } else if now - self.heard > SILENT_MS {
            self.begin(Trouble::Silent { since: self.heard }, &mut turns);
        }
        turns
    }

    fn pictures(&mut self, beat: &Beat, now: i64, turns: &mut Vec<Turn>) {
        if beat.frames > 0 {
            (self.moved, self.still_ms) = (now, 0);
            turns.extend(self.over(|trouble| match trouble {
                Trouble::Frozen { .. } => true,
                Trouble::Faulty { sha256, .. } => *sha256 == beat.showing,
                _ => false,
            }));
        } else if beat.moving_ms > 0 {
            self.still_ms = self.still_ms.saturating_add(beat.moving_ms);
            if self.still_ms >= FROZEN_MS {
                self.begin(Trouble::Frozen { ms: self.still_ms }, turns);
            }
        } else {
            // A poster or the card: nothing should move.
            (self.moved, self.still_ms) = (now, 0);
        }
    }

    fn canvas(&mut self, beat: &Beat, canvas: Option<[u32; 2]>, turns: &mut Vec<Turn>) {
        let (Some(canvas), viewport) = (canvas, beat.viewport) else { return };
        if viewport == [0, 0] {
            return;
        }
        if fits(viewport, canvas) {
            turns.extend(self.over(|trouble| matches!(trouble, Trouble::Canvas { .. })));
        } else {
            self.begin(Trouble::Canvas { viewport, canvas }, turns);
        }
    }

    fn disk(&mut self, beat: &Beat, turns: &mut Vec<Turn>) {
        match beat.free_bytes {
            Some(free) if free < LITTLE => self.begin(Trouble::Disk { free }, turns),
            Some(ENOUGH..) => turns.extend(self.over(|trouble| matches!(trouble, Trouble::Disk { .. }))),
            _ => {}
        }
    }

    fn begin(&mut self, trouble: Trouble, turns: &mut Vec<Turn>) {
        if self.told.len() < MOST_TOLD && !self.told.iter().any(|told| told.is_like(&trouble)) {
            self.told.push(trouble.clone());
            turns.push(Turn { well: false, trouble });
        }
    }

    fn over(&mut self, is_over: impl Fn(&Trouble) -> bool) -> Vec<Turn> {
        let (over, told) = std::mem::take(&mut self.told).into_iter().partition(|trouble| is_over(trouble));
        self.told = told;
        let over: Vec<Trouble> = over;
        over.into_iter().map(|trouble| Turn { well: true, trouble }).collect()
    }
}

/// Returns true if a page has the pixels of a canvas.
pub(super) fn fits(viewport: [u32; 2], canvas: [u32; 2]) -> bool {
    viewport.into_iter().zip(canvas).all(|(one, other)| one.abs_diff(other) <= ROUNDING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playout::Fault;

    fn moving(frames: u64) -> Beat {
        Beat { frames, moving_ms: 6_000, showing: "a".into(), viewport: [1920, 1080], ..Beat::default() }
    }

    fn hear(watchman: &mut Watchman, beat: &Beat, now: i64) -> Vec<Turn> {
        watchman.heard(beat, now, Some([1920, 1080]), |_| "晨光".into())
    }

    #[test]
    fn a_frozen_picture_is_told_within_twenty_seconds_once_and_when_it_moves_again() {
        // It freezes at any moment between two beats.
        for frozen in 1..6_000 {
            let mut watchman = Watchman::new(0);
            assert_eq!(hear(&mut watchman, &moving(180), 0), []);
            let frames = u64::try_from(frozen * 30 / 1_000).unwrap();
            assert_eq!(hear(&mut watchman, &moving(frames), 6_000).len(), 0);
            let told = [12_000, 18_000, 24_000].map(|at| (at, hear(&mut watchman, &moving(0), at)));
            let at: Vec<i64> =
                told.iter().filter(|(_, turns)| !turns.is_empty()).map(|(at, _)| *at).collect();
            assert_eq!(at.len(), 1, "frozen at {frozen}: {told:?}");
            assert!(at[0] - frozen <= 20_000, "frozen at {frozen}, told at {}", at[0]);
            let over = hear(&mut watchman, &moving(180), 30_000);
            assert!(matches!(over.as_slice(), [Turn { well: true, trouble: Trouble::Frozen { .. } }]));
        }
    }

    #[test]
    fn a_poster_and_the_card_need_not_move() {
        let mut watchman = Watchman::new(0);
        let still = Beat { moving_ms: 0, frames: 0, ..moving(0) };
        for at in 0..100 {
            assert_eq!(hear(&mut watchman, &still, at * 6_000), []);
            assert_eq!(watchman.tick(at * 6_000 + 5_000, true), []);
        }
    }

    #[test]
    fn a_silent_screen_is_told_while_it_should_be_lit() {
        let mut watchman = Watchman::new(0);
        hear(&mut watchman, &moving(180), 1_000);
        let at = (1..60).find(|s| !watchman.tick(s * 1_000, true).is_empty());
        assert_eq!(at, Some(17));
        assert_eq!(watchman.tick(60_000, true), []);
        let back = hear(&mut watchman, &moving(180), 61_000);
        assert_eq!(back, [Turn { well: true, trouble: Trouble::Silent { since: 1_000 } }]);
        assert_eq!(watchman.tick(600_000, false), []);
        assert_eq!(watchman.tick(601_000, true), [], "it has just opened");
    }

    #[test]
    fn a_bad_file_is_told_once_and_when_it_plays() {
        let mut watchman = Watchman::new(0);
        let fault = Fault { at: 0, kind: FaultKind::Broken, sha256: "b".into(), detail: "x".into() };
        let bad = Beat { faults: vec![fault], ..moving(180) };
        assert_eq!(hear(&mut watchman, &bad, 0).len(), 1);
        assert_eq!(hear(&mut watchman, &bad, 6_000), []);
        assert_eq!(hear(&mut watchman, &moving(180), 12_000), []);
        let plays = Beat { showing: "b".into(), ..moving(180) };
        assert!(matches!(hear(&mut watchman, &plays, 18_000).as_slice(), [Turn { well: true, .. }]));
    }

    #[test]
    fn a_window_in_the_wrong_size_is_told() {
        let mut watchman = Watchman::new(0);
        let small = Beat { viewport: [1920, 937], ..moving(1) };
        assert_eq!(
            hear(&mut watchman, &small, 0),
            [Turn { well: false, trouble: Trouble::Canvas { viewport: [1920, 937], canvas: [1920, 1080] } }]
        );
        let rounded = Beat { viewport: [1919, 1081], ..moving(1) };
        assert_eq!(hear(&mut watchman, &rounded, 6_000).len(), 1);
    }
}
