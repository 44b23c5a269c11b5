//! Group chats of the departments and of the office.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::config::ChatTopic;
use crate::model::finding::{Finding, first_to_do};
use crate::model::language::Lang;
use crate::model::review::{Action, ReviewState, Standing};
use crate::present::chat::{Chats, Notice, ReviewEvent, ReviewNotice};
use crate::present::messages;
use crate::service::{Acted, Finished, Listener, ReviewNews};
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

/// What happened to a work, by what people did to it.
fn event_of(acted: &Acted) -> Option<ReviewEvent> {
    let has = |fits: fn(&Action) -> bool| acted.records.iter().any(|record| fits(&record.said.action));
    let moved = has(|action| {
        matches!(
            action,
            Action::Approve { .. } | Action::Undo { .. } | Action::Return { .. } | Action::Restore { .. }
        )
    });
    let withdrawn = has(|action| matches!(action, Action::Withdraw { .. }));
    match acted.standing.as_ref()?.state {
        ReviewState::Withdrawn => withdrawn.then_some(ReviewEvent::Withdrawn),
        _ if !moved && !withdrawn => None,
        ReviewState::Returned => Some(ReviewEvent::Returned),
        ReviewState::Waiting => Some(ReviewEvent::Waiting),
        ReviewState::Released | ReviewState::Posted => Some(ReviewEvent::Released),
    }
}

impl ChatListener {
    fn named(&self, folder: &String) -> String {
        self.context.config.departments.get(folder).unwrap_or(folder).clone()
    }

    /// Returns the folder of a department that is known by its name alone.
    fn folder_of(&self, name: &str) -> String {
        let mut known = self.context.config.departments.iter();
        known.find(|(_, shown)| *shown == name).map_or_else(|| name.to_owned(), |(folder, _)| folder.clone())
    }

    fn role_of(&self, level: Option<&str>) -> String {
        let level = level.and_then(|name| self.context.config.review.level(name));
        level.map(|level| level.role.clone()).unwrap_or_default()
    }

    /// Tells of one work.
    fn tell_work(&self, event: ReviewEvent, standing: &Standing, folder: Option<String>) {
        let folder = folder.or_else(|| standing.department.as_deref().map(|name| self.folder_of(name)));
        let detail = match event {
            ReviewEvent::Withdrawn | ReviewEvent::Returned => standing.reason.clone().unwrap_or_default(),
            ReviewEvent::Waiting | ReviewEvent::Overdue => self.role_of(standing.level.as_deref()),
            ReviewEvent::StillWaiting | ReviewEvent::Released => String::new(),
        };
        self.chats.tell(&Notice {
            topic: ChatTopic::Review,
            verdict: None,
            review: Some(ReviewNotice { event, level: standing.level.clone() }),
            department_name: standing.department.clone(),
            department: folder,
            title: standing.title.clone(),
            file_name: String::new(),
            detail,
            renditions: 0,
        });
    }

    /// Tells how many works of each department wait for each level.
    fn tell_waiting(&self, waiting: &[Standing]) {
        let now = self.context.clock.now();
        let is_overdue = |standing: &Standing| {
            let due = standing.due.as_deref().and_then(|due| due.parse::<jiff::Timestamp>().ok());
            due.is_some_and(|due| due < now)
        };
        /// Department and level.
        type Place<'a> = (Option<&'a str>, Option<&'a str>);
        let mut counts: BTreeMap<Place<'_>, (usize, usize)> = BTreeMap::new();
        for standing in waiting {
            let place = (standing.department.as_deref(), standing.level.as_deref());
            let (all, overdue) = counts.entry(place).or_default();
            *all += 1;
            *overdue += usize::from(is_overdue(standing));
        }
        for ((department, level), (all, overdue)) in counts {
            let said = messages::shown::waiting_works(all, overdue, &self.role_of(level));
            self.chats.tell(&Notice {
                topic: ChatTopic::Review,
                verdict: None,
                review: Some(ReviewNotice {
                    event: ReviewEvent::StillWaiting,
                    level: level.map(str::to_owned),
                }),
                department: department.map(|name| self.folder_of(name)),
                department_name: department.map(str::to_owned),
                title: String::new(),
                file_name: String::new(),
                detail: said.get(self.lang).to_owned(),
                renditions: 0,
            });
        }
    }
}

impl Listener for ChatListener {
    fn review(&self, news: &ReviewNews) {
        match news {
            ReviewNews::Acted(acted) => {
                if let (Some(event), Some(standing)) = (event_of(acted), &acted.standing) {
                    self.tell_work(event, standing, acted.work.owner.clone());
                }
            }
            ReviewNews::Overdue(late) => {
                late.iter().for_each(|standing| self.tell_work(ReviewEvent::Overdue, standing, None));
            }
            ReviewNews::Waiting(waiting) => self.tell_waiting(waiting),
        }
    }

    fn finished(&self, finished: &Finished) {
        let Finished { source, processed, .. } = finished;
        if processed.unchanged {
            return;
        }
        let department = source.department.clone();
        let file_name =
            source.relative.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let detail =
            first_to_do(&processed.findings, |finding| (finding.severity, finding.target.as_deref()));
        self.chats.tell(&Notice {
            topic: Notice::topic_of(processed.verdict),
            verdict: Some(processed.verdict),
            review: None,
            department_name: department.as_ref().map(|folder| self.named(folder)),
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
            review: None,
            department: None,
            department_name: None,
            title: messages::line(finding).get(self.lang).to_owned(),
            file_name: String::new(),
            detail: String::new(),
            renditions: 0,
        });
    }
}
