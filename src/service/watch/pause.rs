//! Pauses for faults that pass by themselves: each is reported once and tried again until it is gone.

use super::Service;
use crate::model::finding::Finding;
use crate::service::inbox_presence::Presence;
use crate::service::inbox_scan::Snapshot;

impl Service {
    pub(super) fn pause(&mut self, finding: Finding) {
        if self.pauser.pause(finding.clone(), self.options.context.now()) {
            self.each(|listener| listener.alarm(&finding));
        }
        self.publish_status_now();
    }

    pub(super) fn resume(&mut self) {
        if self.pauser.resume() {
            self.publish_status_now();
        }
    }

    /// Does what is due because of the time alone.
    pub(super) fn time_passed(&mut self) {
        // While the inbox is missing, other faults are not tried again.
        if self.presence.is_missing() {
            return;
        }
        if self.pauser.begin_retry() {
            self.resume();
        }
        if self.scanner.is_hanging() {
            let inbox = self.inbox().to_string_lossy().into_owned();
            let snapshot = Snapshot::Unreachable { detail: "no answer".to_owned() };
            if let Presence::Missing(Some(finding)) = self.presence.judge(&snapshot, &inbox) {
                self.pause(finding);
            }
        }
    }
}
