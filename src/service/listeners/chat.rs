//! Group chats of the departments and of the office.

use std::sync::Arc;

use crate::model::config::ChatTopic;
use crate::model::finding::{Finding, first_to_do};
use crate::model::language::Lang;
use crate::present::chat::{Chats, Notice};
use crate::present::messages;
use crate::service::{Finished, Listener};
use crate::work::context::Context;

/// Posts outcomes and alarms to the group chats.
#[derive(Debug)]
pub struct ChatListener {
    pub context: Arc<Context>,
    pub chats: Arc<Chats>,
    pub lang: Lang,
}

impl ChatListener {
    /// Returns the finding's text with the name of the target that it is about in place of its id.
    fn text_of(&self, finding: &Finding) -> String {
        let target = finding.target.as_deref();
        let preset = self.context.presets.iter().find(|preset| Some(preset.id.as_str()) == target);
        let text = match preset {
            Some(preset) => messages::about(preset.name.get(self.lang), &messages::text(finding)),
            None => messages::line(finding),
        };
        text.get(self.lang).to_owned()
    }
}

impl Listener for ChatListener {
    fn finished(&self, finished: &Finished) {
        let Finished { source, processed, .. } = finished;
        if processed.unchanged {
            return;
        }
        let department = source.department.clone();
        let named = |folder: &String| self.context.config.departments.get(folder).unwrap_or(folder).clone();
        let file_name =
            source.relative.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let detail =
            first_to_do(&processed.findings, |finding| (finding.severity, finding.target.as_deref()));
        self.chats.tell(&Notice {
            topic: Notice::topic_of(processed.verdict),
            verdict: Some(processed.verdict),
            department_name: department.as_ref().map(named),
            department,
            title: processed.work.as_ref().map_or_else(|| file_name.clone(), |work| work.title.clone()),
            file_name,
            detail: detail.map(|finding| self.text_of(finding)).unwrap_or_default(),
            renditions: processed.work.as_ref().map_or(0, |work| work.renditions.len()),
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
