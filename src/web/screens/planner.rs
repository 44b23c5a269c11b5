//! Has programmes planned: at once after a quiet time, now and then while changes come one after another. What must not be shown
//! does not wait for it: the keeper tells that before it asks for a plan. Also closes the days of the ledger, which takes its time.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::events::{Pace, ServerEvent};
use super::hub::{Ask, Hub};
use crate::library::catalog::{Catalog, CatalogError};
use crate::playout::ledger::{Ledger, bring_up_to_date};

/// How often days are folded and old things removed.
const TIDY_EVERY: Duration = Duration::from_secs(900);

/// Days for which faults are kept.
const FAULT_DAYS: i64 = 90;

/// Plans whenever it is asked, and from time to time; ends when the keeper does.
pub(super) fn plan_when_asked(hub: &Hub, catalog: &Catalog, asked: &Receiver<()>) {
    let mut rhythm = Rhythm::new(hub.parts.pace, Instant::now());
    let mut tidied = None::<Instant>;
    loop {
        match asked.recv_timeout(rhythm.left(Instant::now())) {
            Ok(()) => rhythm.ask(),
            Err(RecvTimeoutError::Timeout) => {
                rhythm.begin(Instant::now());
                plan(hub);
                rhythm.end(Instant::now());
                if tidied.is_none_or(|tidied| tidied.elapsed() >= TIDY_EVERY) {
                    tidied = Some(Instant::now());
                    if let Err(error) = tidy(hub, catalog) {
                        hub.failed("closing days of the ledger", &error);
                    }
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn plan(hub: &Hub) {
    match hub.parts.programme.refresh(hub.now()) {
        Ok(screens) if screens.is_empty() => {}
        Ok(screens) => {
            hub.ask(Ask::Look);
            hub.tell(&ServerEvent::Planned { screens });
        }
        Err(error) => hub.failed("planning", &error),
    }
}

fn tidy(hub: &Hub, catalog: &Catalog) -> Result<(), CatalogError> {
    let now = hub.now();
    let ledger = Ledger {
        catalog,
        today: now.to_zoned_datetime(hub.zone()).date(),
        offline_days: hub.config().playout.offline_days,
        planned: &|date| hub.parts.programme.planned(date),
    };
    let days = bring_up_to_date(&ledger, now)?;
    if days > 0 {
        hub.tell(&ServerEvent::Closed { days });
    }
    catalog.drop_faults_before(now.as_millisecond() - FAULT_DAYS * 86_400_000)
}

/// When the next plan is due. Pure.
#[derive(Debug)]
struct Rhythm {
    pace: Pace,
    is_asked: bool,
    begun: Instant,
    /// Not before, however often it is asked.
    earliest: Instant,
    /// At last, though nobody asks.
    latest: Instant,
}

impl Rhythm {
    fn new(pace: Pace, now: Instant) -> Self {
        Self { pace, is_asked: false, begun: now, earliest: now, latest: now + pace.plan }
    }

    /// Returns how long to wait for somebody to ask; then it is time to plan.
    fn left(&self, now: Instant) -> Duration {
        let due = if self.is_asked { self.earliest } else { self.latest };
        due.saturating_duration_since(now)
    }

    fn ask(&mut self) {
        self.is_asked = true;
    }

    /// A plan begins: it sees every change of which it was asked so far.
    fn begin(&mut self, now: Instant) {
        (self.is_asked, self.begun) = (false, now);
    }

    /// A plan is done. Long ones are further apart: at most half of the time is spent on them.
    fn end(&mut self, now: Instant) {
        self.earliest = now + self.pace.between_plans.max(now.duration_since(self.begun));
        self.latest = now + self.pace.plan;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Moves the clock through changes that are seen at `asks` (ascending milliseconds), each plan taking `cost`, until
    /// `end`; returns when plans began.
    fn plans(asks: &[u32], cost: u32, end: u32) -> Vec<u32> {
        let zero = Instant::now();
        let mut rhythm = Rhythm::new(Pace::default(), zero);
        let (mut begun, mut now, mut rest) = (Vec::new(), zero, asks);
        let ms = |at: Instant| u32::try_from(at.duration_since(zero).as_millis()).unwrap();
        loop {
            let due = now + rhythm.left(now);
            match rest {
                // As the channel: what was asked while a plan was made is heard right after it.
                [ask, later @ ..] if zero + MS * *ask <= due => {
                    (now, rest) = (now.max(zero + MS * *ask), later);
                    rhythm.ask();
                }
                _ if ms(due) > end => return begun,
                _ => {
                    now = due;
                    begun.push(ms(now));
                    rhythm.begin(now);
                    now += MS * cost;
                    rhythm.end(now);
                }
            }
        }
    }

    #[test]
    fn a_change_after_a_quiet_time_is_planned_at_once() {
        assert_eq!(plans(&[1_000], 10, 20_000), [1_000]);
        assert_eq!(plans(&[1_000, 60_000, 90_000], 10, 100_000), [1_000, 60_000, 90_000]);
    }

    #[test]
    fn a_burst_is_planned_every_few_seconds_and_its_last_change_is_not_lost() {
        let between = u32::try_from(Pace::default().between_plans.as_millis()).unwrap();
        for (step, count, cost) in [(10, 1_000, 50), (1, 30_000, 1), (700, 50, 400), (5_000, 20, 4_900)] {
            let asks: Vec<u32> = (0..count).map(|number| 500 + number * step).collect();
            let (first, last) = (asks[0], asks[asks.len() - 1]);
            let begun = plans(&asks, cost, last + 100_000);
            assert_eq!(begun[0], first, "the first one does not wait");
            let pause = between.max(cost);
            assert!(begun.windows(2).all(|pair| pair[1] - pair[0] >= cost + pause), "{begun:?}");
            for ask in &asks {
                let seen = begun.iter().find(|at| *at >= ask).unwrap();
                assert!(seen - ask <= 2 * cost + pause, "a change at {ask} waits until {seen}: {begun:?}");
            }
            assert!(begun.iter().filter(|at| **at > last).count() <= 1, "{begun:?}");
        }
    }

    #[test]
    fn programmes_are_planned_from_time_to_time_though_nothing_changes() {
        assert_eq!(plans(&[], 1_000, 650_000), [300_000, 601_000]);
    }
}
