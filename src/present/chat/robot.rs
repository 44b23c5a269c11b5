//! The robots at work: one thread each, so that a dead one holds up neither the service nor another.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Notice;
use super::body::message;
use super::post::post;
use super::secret::Robot;
use crate::clock::Clock;
use crate::model::config::ChatTopic;
use crate::model::language::Lang;

/// Least time between two messages to one robot. WeCom and DingTalk take 20 a minute, and DingTalk refuses further ones
/// for ten minutes; Feishu takes 100 a minute. The pages are named in `body` and `sign`; DingTalk's limit stands in
/// <https://open.dingtalk.com/document/robots/custom-robot-access>.
const LEAST_GAP: Duration = Duration::from_secs(3);

/// More than this are told at once, without waiting for the window's end.
const AT_ONCE: usize = 50;

/// Outcomes kept for one robot that does not answer; further ones are only counted.
const KEPT: usize = 500;

/// How messages are tried.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub timeout: Duration,
    /// Doubles with each try, up to `longest_wait`; half of it is by chance.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// After so many a digest is given up.
    pub tries: u32,
    /// Least time between two messages.
    pub gap: Duration,
}

impl Default for Pace {
    /// About an hour in all: a robot's outage or an office's router.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(300),
            tries: 20,
            gap: LEAST_GAP,
        }
    }
}

/// All robots of the service.
#[derive(Debug)]
pub struct Chats {
    lines: Vec<(Arc<Outbox>, JoinHandle<()>)>,
}

/// What one robot's thread shares with the service.
#[derive(Debug)]
struct Outbox {
    robot: Robot,
    window: Duration,
    pace: Pace,
    held: Mutex<Pending>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Pending {
    notices: Vec<Notice>,
    left_out: usize,
    /// When the first of them came.
    since: Option<Instant>,
    /// One of them does not wait for the window's end.
    is_urgent: bool,
    closing: bool,
    ended: bool,
}

/// What a robot's thread speaks with.
type Voice = (Lang, Arc<dyn Clock>);

impl Chats {
    /// Starts one thread a robot.
    pub fn start(
        robots: Vec<Robot>,
        pace: Pace,
        (lang, clock): (Lang, Arc<dyn Clock>),
    ) -> std::io::Result<Self> {
        let mut lines = Vec::new();
        for robot in robots {
            let window = Duration::from_secs(robot.digest_s);
            let line =
                Arc::new(Outbox { robot, window, pace, held: Mutex::default(), changed: Condvar::new() });
            let (its, voice) = (Arc::clone(&line), (lang, Arc::clone(&clock)));
            let thread = std::thread::Builder::new().name("chat".into()).spawn(move || its.work(&voice))?;
            lines.push((line, thread));
        }
        Ok(Self { lines })
    }

    /// Passes a notice to each robot that wants it. Never waits for the network.
    pub fn tell(&self, notice: &Notice) {
        for (line, _) in &self.lines {
            if line.robot.wants(notice) {
                line.keep(notice.clone());
            }
        }
    }

    /// Has each robot send what it holds once more, and waits for all of them `longest` at most.
    pub fn close(self, longest: Duration) {
        for (line, _) in &self.lines {
            line.held().closing = true;
            line.changed.notify_all();
        }
        let until = Instant::now() + longest;
        for (line, thread) in self.lines {
            let left = until.saturating_duration_since(Instant::now());
            let waited = line.changed.wait_timeout_while(line.held(), left, |held| !held.ended);
            let ended = waited.map_or_else(|poisoned| poisoned.into_inner().0.ended, |(held, _)| held.ended);
            if ended {
                let _ = thread.join();
            }
        }
    }
}

impl Robot {
    fn wants(&self, notice: &Notice) -> bool {
        let department = || notice.department.as_ref().is_some_and(|name| self.departments.contains(name));
        self.on.contains(&notice.topic)
            && (self.departments.is_empty()
                || matches!(notice.topic, ChatTopic::Alarm | ChatTopic::Screens)
                || department())
    }
}

impl Outbox {
    fn held(&self) -> MutexGuard<'_, Pending> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, notice: Notice) {
        let mut held = self.held();
        held.since.get_or_insert_with(Instant::now);
        // A screen that shows nothing is seen by everybody: that does not wait for other news.
        held.is_urgent |= notice.topic == ChatTopic::Screens;
        if held.notices.len() < KEPT {
            held.notices.push(notice);
        } else {
            held.left_out += 1;
        }
        drop(held);
        self.changed.notify_all();
    }

    fn work(&self, voice: &Voice) {
        while let Some((notices, left_out)) = self.gather() {
            self.send(&notices, left_out, voice);
            self.pause(self.pace.gap);
        }
        self.held().ended = true;
        self.changed.notify_all();
    }

    /// The next digest, when its window is over; `None` when the service ends and nothing is left.
    fn gather(&self) -> Option<(Vec<Notice>, usize)> {
        let mut held = self.held();
        loop {
            let left = held.since.map(|since| self.window.saturating_sub(since.elapsed()));
            let is_over = left.is_some_and(|left| left.is_zero());
            if is_over || held.is_urgent || held.notices.len() > AT_ONCE || held.closing {
                (held.since, held.is_urgent) = (None, false);
                let notices = std::mem::take(&mut held.notices);
                let left_out = std::mem::take(&mut held.left_out);
                return (!notices.is_empty()).then_some((notices, left_out));
            }
            held = self.wait(held, left.unwrap_or(Duration::MAX));
        }
    }

    fn send(&self, notices: &[Notice], left_out: usize, (lang, clock): &Voice) {
        let mut wait = self.pace.first_wait;
        for tried in 1..=self.pace.tries {
            // Signed anew each time: robots refuse a signature older than an hour.
            let now = clock.now().as_millisecond();
            let secret = self.robot.secret.as_deref();
            let message = message(self.robot.kind, secret, notices, left_out, (*lang, now));
            let Err(failure) = post(&self.robot, &message, self.pace.timeout) else { return };
            let kind = self.robot.kind;
            tracing::warn!(?kind, tried, %failure, "a chat message was not taken");
            if !self.pause(by_chance(wait, clock.as_ref())) {
                break;
            }
            wait = (wait * 2).min(self.pace.longest_wait);
        }
        tracing::error!(kind = ?self.robot.kind, works = notices.len(), "a chat message was given up");
    }

    /// False when the service ends: there is no time for another try.
    fn pause(&self, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        let mut held = self.held();
        loop {
            if held.closing {
                return false;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            held = self.wait(held, left);
        }
    }

    fn wait<'a>(&self, held: MutexGuard<'a, Pending>, longest: Duration) -> MutexGuard<'a, Pending> {
        // An hour at a time: some systems refuse longer waits.
        let longest = longest.min(Duration::from_secs(3600));
        match self.changed.wait_timeout(held, longest) {
            Ok((held, _)) => held,
            Err(poisoned) => poisoned.into_inner().0,
        }
    }
}

/// Between half of it and all, so that robots that failed together do not come back together.
fn by_chance(wait: Duration, clock: &dyn Clock) -> Duration {
    let share = f64::from(clock.now().subsec_nanosecond().rem_euclid(1_000_000)) / 1_000_000.0;
    wait.mul_f64(0.5 + share / 2.0)
}
