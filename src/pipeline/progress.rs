//! Turns a worker's progress into events with speed and time left.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::event::{Event, Stage};
use crate::model::language::AnyPath;
use crate::work::context::Events;

/// Events of one stage are at least this far apart.
const BETWEEN_EVENTS: Duration = Duration::from_millis(200);

/// Reports the progress of one stage of one work.
pub(crate) struct ProgressReporter {
    events: Events,
    work: String,
    stage: Stage,
    began: Instant,
    last: Option<Instant>,
}

impl ProgressReporter {
    /// Reports that the stage begins.
    pub fn begin(events: &Events, work: String, path: AnyPath, stage: Stage) -> Self {
        events(Event::Stage { work: work.clone(), path, stage });
        Self { events: events.clone(), work, stage, began: Instant::now(), last: None }
    }

    /// Reports that `done_us` of `total_us` microseconds of the source are done, at most every [`BETWEEN_EVENTS`].
    pub fn tick(&mut self, done_us: u64, total_us: u64) {
        let now = Instant::now();
        if self.last.is_some_and(|last| now - last < BETWEEN_EVENTS) {
            return;
        }
        self.last = Some(now);
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

    /// Returns the milliseconds since the stage began.
    pub fn elapsed_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn progress_is_reported_five_times_a_second_with_its_speed_and_what_is_left() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let events: Events = Arc::new(move |event| {
            if let Event::Progress { speed, left_s: Some(left_s), .. } = event {
                sink.lock().unwrap().push((speed, left_s));
            }
        });
        let mut reporter = ProgressReporter::begin(&events, "a".into(), "/in/a.mp4".into(), Stage::Rendering);
        for tick in 1..=10 {
            advance(BETWEEN_EVENTS / 2).await;
            reporter.tick(tick * 200_000, 10_000_000);
        }
        assert_eq!(reporter.elapsed_ms(), 1_000);
        let seen = seen.lock().unwrap();
        let left: Vec<f64> = seen.iter().map(|(_, left)| *left).collect();
        assert_eq!(left.len(), 5, "{seen:?}");
        assert!(seen.iter().all(|(speed, _): &(f64, f64)| (speed - 2.0).abs() < 1e-9), "{seen:?}");
        assert!((left[0] - 4.9).abs() < 1e-9 && (left[4] - 4.1).abs() < 1e-9, "{left:?}");
    }
}
