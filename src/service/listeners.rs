//! Who listens besides the reports: the status file, chats and metrics.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use super::{Finished, Listener};
use crate::model::config::ChatTopic;
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::service::ServiceStatus;
use crate::model::text::Lang;
use crate::present::chat::{Chats, Notice};
use crate::present::messages;
use crate::present::metrics::Metrics;
use crate::work::context::Context;

/// Name of the status file in the library's private folder.
pub const STATUS_FILE: &str = "status.json";

/// Writes `LIBRARY/.jincai/status.json`.
#[derive(Debug)]
pub struct StatusFile(pub Arc<Context>);

impl Listener for StatusFile {
    fn status(&self, status: &Arc<ServiceStatus>) {
        let Some(library) = &self.0.library else { return };
        // Written as it is made: with thousands of drops it is megabytes.
        let written = library
            .staging
            .replace_private(STATUS_FILE, |out| Ok(serde_json::to_writer(out, status.as_ref())?));
        // A full disk must not stop the service from saying so by other ways.
        if let Err(error) = written {
            tracing::warn!(%error, "the status could not be written");
        }
    }
}

/// Tells the group chats.
#[derive(Debug)]
pub struct ChatListener {
    pub context: Arc<Context>,
    pub chats: Arc<Chats>,
    pub lang: Lang,
}

impl ChatListener {
    /// With the name of the target that it is about, in place of its id.
    fn said(&self, finding: &Finding) -> String {
        let target = finding.target.as_deref();
        let preset = self.context.presets.iter().find(|preset| Some(preset.id.as_str()) == target);
        let said = match preset {
            Some(preset) => messages::about(preset.name.get(self.lang), &messages::text(finding)),
            None => messages::line(finding),
        };
        said.get(self.lang).to_owned()
    }
}

/// Of the gravest the first, one of the whole work before those of its targets.
fn first_to_do(findings: &[Finding]) -> Option<&Finding> {
    let grave = findings.iter().filter(|finding| finding.severity > Severity::Note);
    grave.min_by_key(|finding| (Reverse(finding.severity), finding.target.is_some()))
}

impl Listener for ChatListener {
    fn finished(&self, finished: &Finished) {
        let Finished { source, taken, .. } = finished;
        if taken.unchanged {
            return;
        }
        let department = source.department.clone();
        let named = |folder: &String| self.context.config.departments.get(folder).unwrap_or(folder).clone();
        let file_name =
            source.relative.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let detail = first_to_do(&taken.findings);
        self.chats.tell(&Notice {
            topic: Notice::topic_of(taken.verdict),
            verdict: Some(taken.verdict),
            department_name: department.as_ref().map(named),
            department,
            title: taken.work.as_ref().map_or_else(|| file_name.clone(), |work| work.title.clone()),
            file_name,
            detail: detail.map(|finding| self.said(finding)).unwrap_or_default(),
            renditions: taken.work.as_ref().map_or(0, |work| work.renditions.len()),
        });
    }

    fn alarm(&self, finding: &Finding) {
        self.chats.tell(&Notice {
            topic: ChatTopic::Alarm,
            verdict: None,
            department: None,
            department_name: None,
            title: messages::line(finding).get(self.lang).to_owned(),
            file_name: String::new(),
            detail: String::new(),
            renditions: 0,
        });
    }
}

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
        let taken = &finished.taken;
        match &taken.work {
            Some(work) => self.0.finished(work),
            None if taken.verdict == Verdict::Failed => self.0.failed(&taken.findings),
            // Nothing was done.
            None => {}
        }
    }

    fn rescanned(&self, took: Duration) {
        self.0.rescanned(took);
    }
}
