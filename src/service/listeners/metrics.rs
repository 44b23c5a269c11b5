//! Figures for the monitoring.

use std::sync::Arc;
use std::time::Duration;

use crate::model::finding::Verdict;
use crate::model::service::ServiceStatus;
use crate::present::metrics::Metrics;
use crate::service::{Finished, Listener};

/// Counts for Prometheus.
#[derive(Debug)]
pub struct MetricsListener(pub Arc<Metrics>);

impl Listener for MetricsListener {
    fn status(&self, status: &Arc<ServiceStatus>) {
        self.0.observe(status);
    }

    fn settled(&self, files: usize) {
        (0..files).for_each(|_| self.0.taken());
    }

    fn finished(&self, finished: &Finished) {
        let processed = &finished.processed;
        match &processed.work {
            Some(work) => self.0.finished(work),
            None if processed.verdict == Verdict::Failed => self.0.failed(&processed.findings),
            // Nothing was done.
            None => {}
        }
    }

    fn scan_completed(&self, took: Duration) {
        self.0.rescanned(took);
    }
}
