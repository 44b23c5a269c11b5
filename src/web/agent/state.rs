//! What the server said and how the page is, and what each is told of the other. Pure.

use crate::model::playout::{Beat, BeatAnswer, Fault, SelftestResult};

/// Most faults that wait to be told.
const MOST_FAULTS: usize = 100;

/// A page that said nothing for so long shows nothing that anybody knows of. Milliseconds.
const SILENT_MS: i64 = 10_000;

/// How the page is, as it said itself.
#[derive(Clone, Debug, Default)]
struct PageSaid {
    beat: Beat,
    /// False until there was one: what is here then says only since when it is waited for.
    has_spoken: bool,
    /// By this machine's monotonic clock, milliseconds.
    heard: i64,
    /// Frames and moving time that the server was not told yet.
    frames: u64,
    moving_ms: u64,
    /// Up to when the time of a page that is silent was counted as moving.
    counted: i64,
    selftest: Option<SelftestResult>,
}

/// Both sides.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// What the server said last.
    pub answer: BeatAnswer,
    /// Id of the edition that the page is to play: the last genuine one.
    pub edition: String,
    page: Option<PageSaid>,
    faults: Vec<Fault>,
    /// Orders up to this one are carried out on the disk.
    pub removed: u64,
}

/// What the agent itself knows for a beat.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'a> {
    pub boot: &'a str,
    /// The system clock, milliseconds since 1970.
    pub clock: i64,
    pub free_bytes: Option<u64>,
    /// Checked files of the edition, and all of them.
    pub files: [u32; 2],
}

impl State {
    /// Takes a beat of the page at `now` (monotonic milliseconds).
    pub fn page_said(&mut self, beat: Beat, now: i64) {
        let mut page = self.page.take().unwrap_or_default();
        page.frames += beat.frames;
        page.moving_ms = page.moving_ms.saturating_add(beat.moving_ms);
        (page.has_spoken, page.heard, page.counted) = (true, now, now);
        if beat.selftest.is_some() {
            page.selftest.clone_from(&beat.selftest);
        }
        for fault in &beat.faults {
            self.fault(fault.clone());
        }
        page.beat = Beat { faults: Vec::new(), selftest: None, ..beat };
        self.page = Some(page);
    }

    /// Adds something that could not be shown or done.
    pub fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Returns what the page said last, and how long ago that was, milliseconds.
    pub fn page(&self, now: i64) -> Option<(&Beat, i64)> {
        let page = self.page.as_ref().filter(|page| page.has_spoken);
        page.map(|page| (&page.beat, now - page.heard))
    }

    /// Returns true if the page has carried out everything that the server ordered, or has nothing to say.
    pub fn is_carried_out(&self) -> bool {
        let page = self.page.as_ref().filter(|page| page.has_spoken);
        page.is_none_or(|page| page.beat.applied >= self.answer.serial)
    }

    /// Returns the beat for the server at `now`. A page that is silent presents no frames: the time since counts as one in which
    /// a picture should have moved.
    pub fn words(&mut self, facts: Facts<'_>, now: i64) -> Beat {
        let page =
            self.page.get_or_insert_with(|| PageSaid { heard: now, counted: now, ..PageSaid::default() });
        let is_silent = now - page.heard > SILENT_MS;
        if is_silent {
            page.moving_ms += u64::try_from(now - page.counted).unwrap_or_default();
            page.counted = now;
        }
        Beat {
            boot: facts.boot.to_owned(),
            clock: facts.clock,
            // An order is carried out once the file is gone from the disk and from the picture.
            applied: page.beat.applied.min(self.removed),
            frames: page.frames,
            moving_ms: page.moving_ms,
            visible: page.beat.visible && !is_silent,
            showing: if is_silent { String::new() } else { page.beat.showing.clone() },
            // A page that has not spoken begins with the edition that is here: the server is to say what of it must not be shown.
            edition: if page.has_spoken { page.beat.edition.clone() } else { self.edition.clone() },
            free_bytes: facts.free_bytes,
            files: facts.files,
            way: "agent".to_owned(),
            faults: self.faults.iter().take(20).cloned().collect(),
            selftest: page.selftest.clone(),
            ..page.beat.clone()
        }
    }

    /// The server has heard these words: they are not said again.
    pub fn heard_by_server(&mut self, words: &Beat) {
        self.faults.drain(..words.faults.len().min(self.faults.len()));
        if let Some(page) = &mut self.page {
            page.frames -= words.frames.min(page.frames);
            page.moving_ms -= words.moving_ms.min(page.moving_ms);
            if page.selftest == words.selftest {
                page.selftest = None;
            }
        }
    }

    /// Takes what the server answered. Returns true if it says anything new. Its orders may begin anew, after a backup was
    /// restored: what was carried out before says nothing of them then.
    pub fn server_said(&mut self, answer: BeatAnswer) -> bool {
        self.removed = self.removed.min(answer.serial);
        let is_new = BeatAnswer { now: 0, ..answer.clone() } != BeatAnswer { now: 0, ..self.answer.clone() };
        self.answer = answer;
        is_new
    }

    /// Returns what the page is told. `now` is the server's time; 0 where nobody knows it.
    pub fn answer_for_page(&self, now: i64) -> BeatAnswer {
        let mut answer = BeatAnswer { now, edition: self.edition.clone(), ..self.answer.clone() };
        answer.plays = true;
        if now > 0 {
            answer.notices.retain(|notice| notice.to > now);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playout::FaultKind;

    fn beat(applied: u64, frames: u64, moving_ms: u64) -> Beat {
        Beat { applied, frames, moving_ms, visible: true, showing: "a".into(), ..Beat::default() }
    }

    fn facts() -> Facts<'static> {
        Facts { boot: "box", clock: 5, free_bytes: Some(7), files: [1, 2] }
    }

    #[test]
    fn frames_and_faults_are_told_once_also_when_a_beat_is_lost() {
        let mut state = State::default();
        let fault = Fault { at: 1, kind: FaultKind::Broken, sha256: "a".into(), detail: String::new() };
        state.page_said(Beat { faults: vec![fault.clone()], ..beat(0, 50, 2_000) }, 1_000);
        let lost = state.words(facts(), 1_100);
        assert_eq!((lost.frames, lost.moving_ms, &lost.faults), (50, 2_000, &vec![fault.clone()]));
        state.page_said(beat(0, 60, 2_000), 3_000);
        let words = state.words(facts(), 3_100);
        assert_eq!((words.frames, words.moving_ms), (110, 4_000));
        assert_eq!((words.boot.as_str(), words.way.as_str(), words.files), ("box", "agent", [1, 2]));
        state.page_said(beat(0, 5, 100), 3_200);
        state.heard_by_server(&words);
        let next = state.words(facts(), 3_300);
        assert_eq!((next.frames, next.moving_ms, next.faults.len()), (5, 100, 0));
    }

    #[test]
    fn a_page_that_is_silent_is_a_picture_that_does_not_move() {
        let mut state = State::default();
        state.page_said(beat(0, 50, 2_000), 0);
        let words = state.words(facts(), 100);
        state.heard_by_server(&words);
        assert_eq!(state.words(facts(), 9_000).moving_ms, 0, "not yet");
        let words = state.words(facts(), 16_000);
        assert_eq!((words.moving_ms, words.frames, words.showing.as_str()), (16_000, 0, ""));
        state.heard_by_server(&words);
        assert_eq!(state.words(facts(), 22_000).moving_ms, 6_000, "time is counted once");
        let mut never = State::default();
        assert_eq!(never.words(facts(), 500).moving_ms, 0);
        assert!(never.page(600).is_none(), "nobody has spoken");
        assert_eq!(
            never.words(facts(), 20_500).moving_ms,
            20_000,
            "a page that never comes is no picture either"
        );
    }

    #[test]
    fn an_order_is_carried_out_once_both_the_disk_and_the_page_say_so() {
        let mut state = State::default();
        state.server_said(BeatAnswer { serial: 4, ..BeatAnswer::default() });
        state.page_said(beat(4, 0, 0), 0);
        assert_eq!(state.words(facts(), 0).applied, 0);
        state.removed = 4;
        assert_eq!(state.words(facts(), 0).applied, 4);
        state.server_said(BeatAnswer { serial: 5, ..BeatAnswer::default() });
        state.removed = 5;
        assert!(!state.is_carried_out());
        assert_eq!(state.words(facts(), 0).applied, 4);
        assert!(state.server_said(BeatAnswer { serial: 3, now: 9, ..BeatAnswer::default() }));
        state.page_said(beat(5, 0, 0), 0);
        state.server_said(BeatAnswer { serial: 4, ..BeatAnswer::default() });
        assert_eq!(state.words(facts(), 0).applied, 3, "numbers that begin anew are carried out anew");
    }
}
