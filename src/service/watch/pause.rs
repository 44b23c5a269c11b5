//! Faults that pass by themselves: told once, tried again until they are gone.

use std::time::{Duration, Instant};

use super::Service;
use crate::model::finding::{Code, Finding};
use crate::model::service::ServiceState;
use crate::present::messages;
use crate::service::inbox_presence::Presence;
use crate::service::inbox_scan::Snapshot;

/// A look that takes longer is a share that does not answer.
pub(super) const SCAN_HANGS: Duration = Duration::from_secs(60);

impl Service {
    pub(super) fn pause(&mut self, finding: Finding) {
        let retry = Duration::from_secs_f64(self.orders.context.config.watch.retry_s);
        if finding.code != Code::InboxMissing {
            self.retry_at = Some(Instant::now() + retry);
        }
        let told = match &self.state {
            ServiceState::Paused { finding: known, .. } => known.code == finding.code,
            _ => self.last_alarm == Some(finding.code),
        };
        if !told {
            self.last_alarm = Some(finding.code);
            self.each(|listener| listener.alarm(&finding));
        }
        self.say_state(ServiceState::Paused {
            since: self.orders.context.now(),
            finding: messages::json(&finding),
        });
    }

    pub(super) fn resume(&mut self) {
        if self.is_paused() {
            self.say_state(ServiceState::Running);
        }
    }

    pub(super) fn time_passed(&mut self) {
        let now = Instant::now();
        if self.retry_at.is_some_and(|at| at <= now) && !self.share.is_missing() {
            self.retry_at = None;
            self.resume();
        }
        if self.scanning.is_some() && self.scan_began + SCAN_HANGS <= now && !self.share.is_missing() {
            let inbox = self.inbox.path.to_string_lossy().into_owned();
            let view = Snapshot::Gone { detail: "no answer".to_owned() };
            if let Presence::Missing(Some(finding)) = self.share.judge(&view, &inbox) {
                self.pause(finding);
            }
        }
    }
}
