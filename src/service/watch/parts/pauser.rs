//! Whether the service is paused, why, and when it tries again.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::finding::{Code, Finding};
use crate::model::service::ServiceState;
use crate::present::messages;

/// The state of the service, and when a paused one tries again.
#[derive(Debug)]
pub struct Pauser {
    pub state: ServiceState,
    /// From a fault to the next try.
    retry: Duration,
    /// The next try while paused for something other than a missing inbox, whose scans are the tries.
    retry_at: Option<Instant>,
    /// The last fault that was reported and has not passed since.
    last_alarm: Option<Code>,
}

impl Pauser {
    pub fn new(retry: Duration) -> Self {
        Self { state: ServiceState::Running, retry, retry_at: None, last_alarm: None }
    }

    pub fn is_paused(&self) -> bool {
        matches!(self.state, ServiceState::Paused { .. })
    }

    /// Pauses for a fault. Returns true if it is to be reported: it is another one than the last.
    pub fn pause(&mut self, finding: Finding, since: String) -> bool {
        if finding.code != Code::InboxMissing {
            self.retry_at = Some(Instant::now() + self.retry);
        }
        let is_known = match &self.state {
            ServiceState::Paused { finding: known, .. } => known.code == finding.code,
            _ => self.last_alarm == Some(finding.code),
        };
        if !is_known {
            self.last_alarm = Some(finding.code);
        }
        self.state = ServiceState::Paused { since, finding: messages::json(&finding) };
        !is_known
    }

    /// Returns true if the service was paused and runs again.
    pub fn resume(&mut self) -> bool {
        let was_paused = self.is_paused();
        if was_paused {
            self.state = ServiceState::Running;
        }
        was_paused
    }

    /// Returns true if the time of the next try has come, which is then used up.
    pub fn begin_retry(&mut self) -> bool {
        self.retry_at.take_if(|at| *at <= Instant::now()).is_some()
    }

    /// Takes note that the inbox is back: the next loss is another one. Returns true if nothing else is wrong.
    pub fn inbox_returned(&mut self) -> bool {
        if self.last_alarm == Some(Code::InboxMissing) {
            self.last_alarm = None;
        }
        self.retry_at.is_none()
    }

    /// Takes note that a work succeeded: whatever is wrong next is to be reported.
    pub fn work_succeeded(&mut self) {
        self.last_alarm = None;
    }

    /// Returns when a paused service is to try again.
    pub fn next_wake(&self) -> Option<Instant> {
        self.retry_at
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const RETRY: Duration = Duration::from_secs(30);

    fn pause(pauser: &mut Pauser, code: Code) -> bool {
        pauser.pause(Finding::error(code), "now".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_fault_is_reported_once_and_tried_again_after_its_time_until_it_is_gone() {
        let mut pauser = Pauser::new(RETRY);
        for is_new in [true, false, false] {
            assert_eq!(pause(&mut pauser, Code::DiskFull), is_new);
            assert_eq!(pauser.next_wake(), Some(Instant::now() + RETRY));
            advance(RETRY - Duration::from_millis(1)).await;
            assert!(!pauser.begin_retry());
            advance(Duration::from_millis(1)).await;
            assert!(pauser.begin_retry() && pauser.resume());
            assert_eq!(pauser.next_wake(), None);
        }
        pauser.work_succeeded();
        assert!(pause(&mut pauser, Code::DiskFull), "it passed in between");
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_inbox_is_tried_by_scans_alone_and_each_loss_is_reported() {
        let mut pauser = Pauser::new(RETRY);
        for _ in 0..2 {
            assert!(pause(&mut pauser, Code::InboxMissing));
            assert_eq!(pauser.next_wake(), None);
            assert!(pauser.inbox_returned() && pauser.resume());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_inbox_that_returns_does_not_end_another_pause() {
        let mut pauser = Pauser::new(RETRY);
        assert!(pause(&mut pauser, Code::DiskFull));
        assert!(pause(&mut pauser, Code::InboxMissing));
        assert!(!pauser.inbox_returned());
        assert!(pauser.is_paused());
        assert_eq!(pauser.next_wake(), Some(Instant::now() + RETRY));
    }
}
