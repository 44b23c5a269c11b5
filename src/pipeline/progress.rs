//! Turns a worker's progress into events with speed and time left.

use std::time::{Duration, Instant};

use crate::model::event::{Event, Stage};
use crate::model::text::AnyPath;
use crate::work::context::Events;

/// Events of one stage come so often at most.
const BETWEEN_EVENTS: Duration = Duration::from_millis(200);

/// One stage of one work.
pub(crate) struct ProgressReporter {
    events: Events,
    work: String,
    stage: Stage,
    began: Instant,
    told: Option<Instant>,
}

impl ProgressReporter {
    pub fn begin(events: &Events, work: String, path: AnyPath, stage: Stage) -> Self {
        events(Event::Stage { work: work.clone(), path, stage });
        Self { events: events.clone(), work, stage, began: Instant::now(), told: None }
    }

    /// Takes microseconds of the source done and in total.
    pub fn tick(&mut self, done_us: u64, total_us: u64) {
        let now = Instant::now();
        if self.told.is_some_and(|told| now - told < BETWEEN_EVENTS) {
            return;
        }
        self.told = Some(now);
        let elapsed_s = (now - self.began).as_secs_f64().max(1e-3);
        let speed = done_us as f64 / 1e6 / elapsed_s;
        let left_s = (done_us > 0).then(|| total_us.saturating_sub(done_us) as f64 / 1e6 / speed.max(1e-6));
        (self.events)(Event::Progress {
            work: self.work.clone(),
            stage: self.stage,
            done_us,
            total_us,
            speed,
            left_s,
        });
    }

    /// Milliseconds since the stage began.
    pub fn elapsed_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }
}
