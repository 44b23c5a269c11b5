//! The log: a line for each event, with the facts as fields.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::intake::discover::Skipped;
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::service::{ServiceState, ServiceStatus};
use crate::present::messages;
use crate::service::{Finished, Listener};

/// Writes the log of the service.
#[derive(Debug, Default)]
pub struct LogListener {
    last: Mutex<Option<ServiceState>>,
}

impl Listener for LogListener {
    fn status(&self, status: &Arc<ServiceStatus>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.replace(status.state.clone());
        if before.as_ref() == Some(&status.state) {
            return;
        }
        let inbox = status.inbox.as_path().display();
        match &status.state {
            ServiceState::Running => tracing::info!(event = "running", %inbox, sight = ?status.sight),
            ServiceState::Paused { finding, .. } => {
                tracing::warn!(event = "paused", %inbox, code = finding.code.name());
            }
            ServiceState::Stopping => tracing::info!(event = "stopping", %inbox),
            ServiceState::Stopped => {
                let tally = status.tally.works;
                tracing::info!(
                    event = "stopped",
                    %inbox,
                    accepted = tally.accepted,
                    warned = tally.warned,
                    duplicates = tally.duplicates,
                    rejected = tally.rejected,
                    failed = tally.failed,
                    worker_faults = status.tally.worker_faults,
                );
            }
        }
    }

    fn settled(&self, files: usize) {
        tracing::info!(event = "settled", files);
    }

    fn finished(&self, Finished { source, first_seen, processed }: &Finished) {
        let path = source.path.as_path().display();
        let department = source.department.as_deref().unwrap_or_default();
        let codes: Vec<String> = processed
            .findings
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
            .map(|finding| finding.code.name())
            .collect();
        let (findings, verdict) = (codes.join(" "), processed.verdict.as_str());
        let work = processed.work.as_ref();
        let (id, revision) = work.map_or(("", 0), |work| (work.id.as_str(), work.revision));
        let renditions = work.map_or(0, |work| work.renditions.len());
        let took_ms = processed.took_ms;
        match processed.verdict {
            Verdict::Failed => {
                tracing::error!(event = "finished", %path, department, verdict, since = first_seen, took_ms, findings);
            }
            _ if processed.unchanged => tracing::info!(event = "unchanged", %path, department, verdict),
            _ => tracing::info!(
                event = "finished", %path, department, verdict, work = id, revision, renditions, since = first_seen, took_ms, findings
            ),
        }
    }

    fn refused(&self, skipped: &Skipped) {
        let path = skipped.path.as_path().display();
        tracing::warn!(event = "refused", %path, code = skipped.finding.code.name());
    }

    fn removed(&self, source: &Source, was_processed: bool) {
        tracing::info!(event = "gone", path = %source.path.as_path().display(), was_done = was_processed);
    }

    fn scan_completed(&self, took: Duration) {
        tracing::debug!(event = "looked", took_ms = took.as_millis() as u64);
    }

    fn alarm(&self, finding: &Finding) {
        let text = messages::line(finding);
        tracing::error!(event = "alarm", code = finding.code.name(), zh = text.zh, en = text.en);
    }
}
