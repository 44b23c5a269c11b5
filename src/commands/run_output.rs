//! Shows a run's events as bars, lines and JSON, in the user's language.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::intake::discover::{Found, LeftOver, Skipped};
use crate::model::event::{Event, Stage};
use crate::model::finding::{Severity, Verdict};
use crate::model::language::{Bilingual, Lang};
use crate::model::left_over::LeftOverKind;
use crate::model::units::clock_time;
use crate::pipeline::batch::Outcome;
use crate::present::messages;
use crate::present::messages::cli;
use crate::present::messages::inbox as words;
use crate::present::terminal::{OutputMode, Screen};
use crate::text::Visible;
use crate::work::context::Context;

/// Names given as examples of many.
const EXAMPLES: usize = 5;

/// Names of targets by id.
pub(super) type TargetNames = BTreeMap<String, Bilingual>;

/// Shows a run.
#[derive(Debug)]
pub struct Show {
    screen: Arc<Screen>,
    lang: Lang,
    /// Names of targets by id.
    targets: TargetNames,
    /// Files and folders that could not be read or were refused.
    unread: AtomicUsize,
    /// True for a service, which tries a work again when what failed it has passed.
    tries_again: bool,
    /// Findings of works that are not finished, by work.
    found: Mutex<HashMap<String, Vec<ShownFinding>>>,
}

/// A finding as it is shown.
#[derive(Debug)]
struct ShownFinding {
    severity: Severity,
    /// The fault passes by itself.
    is_passing: bool,
    text: String,
}

impl Show {
    /// Begins to show a run of this many works.
    pub fn of(context: &Context, screen: Arc<Screen>, lang: Lang, works: usize) -> Self {
        screen.begin(works);
        let targets = names_of(context);
        Self {
            screen,
            lang,
            targets,
            tries_again: false,
            found: Mutex::default(),
            unread: AtomicUsize::new(0),
        }
    }

    /// Shows the works of a service, which never ends as a batch does.
    pub fn service(context: &Context, screen: Arc<Screen>, lang: Lang) -> Self {
        let targets = names_of(context);
        Self {
            screen,
            lang,
            targets,
            tries_again: true,
            found: Mutex::default(),
            unread: AtomicUsize::new(0),
        }
    }

    /// Warns of examples of a new configuration that would show in finished works.
    pub fn placeholders(&self, context: &Context) {
        if let Some(finding) = context.placeholders() {
            let Bilingual { zh, en } = messages::line(&finding);
            self.screen.warn(if self.lang == Lang::Zh { &zh } else { &en });
            let finding = messages::json(&finding);
            self.screen.event(&Event::Found { work: String::new(), finding, zh, en });
        }
    }

    /// Prints what was skipped under `roots`, or that nothing was found there.
    pub fn not_taken(&self, found: &Found, roots: &[PathBuf]) {
        if found.sources.is_empty() && found.skipped.is_empty() {
            self.screen.warn(cli::nothing_found(roots).get(self.lang));
        }
        for Skipped { path, finding } in &found.skipped {
            let text = messages::line(finding);
            let file = Visible::path(path.as_path());
            self.screen.warn(&format!("– {file}: {}", text.get(self.lang)));
            let Bilingual { zh, en } = text;
            self.screen.event(&Event::Skipped {
                path: path.clone(),
                finding: messages::json(finding),
                zh,
                en,
            });
        }
        let errors = found.skipped.iter().filter(|skipped| skipped.finding.severity == Severity::Error);
        self.unread.store(errors.count(), Ordering::Relaxed);
        self.left_over(&found.left_over);
    }

    /// Tells what was not taken, a line for each kind.
    fn left_over(&self, all: &[LeftOver]) {
        if all.is_empty() {
            return;
        }
        self.screen.tell(words::left_overs(all.len()).get(self.lang));
        for kind in LeftOverKind::ALL {
            let paths: Vec<&Path> =
                all.iter().filter(|one| one.kind == kind).map(|one| one.path.as_path()).collect();
            if paths.is_empty() {
                continue;
            }
            let name = |path: &&Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let names: Vec<String> = paths.iter().take(EXAMPLES).map(name).collect();
            self.screen.tell(words::left_overs_of(kind, &names, paths.len()).get(self.lang));
            let Bilingual { zh, en } = words::left_over(kind);
            let paths = paths.into_iter().map(Into::into).collect();
            self.screen.event(&Event::LeftOver { kind, paths, zh, en });
        }
    }

    /// Shows one event.
    pub fn take(&self, event: &Event) {
        self.screen.event(event);
        match event {
            Event::Found { work, finding, zh, en } => {
                let text = self.named(finding.target.as_deref(), if self.lang == Lang::Zh { zh } else { en });
                let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                found.entry(work.clone()).or_default().push(ShownFinding {
                    severity: finding.severity,
                    is_passing: finding.code.is_passing(),
                    text,
                });
            }
            Event::Stage { work, stage: Stage::Waiting, .. } => self.screen.rest(work),
            Event::Stage { work, stage, .. } => {
                let stage = messages::stage(*stage);
                if self.screen.manner() == OutputMode::Lines {
                    self.screen.tell(&format!("  {}: {}", Visible::of(work), stage.get(self.lang)));
                }
                self.screen.update(work, &format!("{work} {}", stage.get(self.lang)), (0, 1), "");
            }
            Event::Progress { work, stage, done_us, total_us, speed, left_s } => {
                let stage = messages::stage(*stage);
                let left = left_s.map(|left| clock_time(left.round() as u64 * 1000)).unwrap_or_default();
                let tail = format!("{speed:.2}× {left}");
                self.screen.update(
                    work,
                    &format!("{work} {}", stage.get(self.lang)),
                    (*done_us, *total_us),
                    &tail,
                );
            }
            Event::Finished { work, verdict: outcome, renditions, took_ms, .. } => {
                self.screen.done(work);
                let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).remove(work);
                let found = found.unwrap_or_default();
                let waits = self.tries_again
                    && *outcome == Verdict::Failed
                    && found.iter().any(|finding| finding.is_passing);
                let line = if waits {
                    cli::waits(work)
                } else {
                    cli::finished(work, messages::made(*outcome).get(self.lang), *renditions, *took_ms)
                };
                self.screen.say(line.get(self.lang));
                self.print_findings(&found, least_shown(*outcome));
            }
            Event::BatchStarted { .. } | Event::Skipped { .. } | Event::LeftOver { .. } => {}
            Event::BatchFinished { .. } => self.screen.end(),
        }
    }

    /// Prints the findings of at least this severity, with their remedies; all of them are in the manifest.
    fn print_findings(&self, found: &[ShownFinding], least: Severity) {
        for ShownFinding { text, .. } in found.iter().filter(|finding| finding.severity >= least) {
            self.screen.say(&format!("    {text}"));
        }
    }

    /// Prints the result of a run.
    pub fn summary(&self, outcome: &Outcome, library: &Path) {
        self.screen.say(cli::summary(&outcome.tally, outcome.took_ms, library).get(self.lang));
        if outcome.tally.works.accepted + outcome.tally.works.warned > 0 {
            self.screen.say(messages::shown::review_first().get(self.lang));
        }
        let unread = self.unread.load(Ordering::Relaxed);
        if unread > 0 {
            self.screen.say(words::left_unread(unread).get(self.lang));
        }
    }

    /// Returns the message of a finding with its target's name in place of the id that it begins with.
    fn named(&self, target: Option<&str>, message: &str) -> String {
        let name = target.and_then(|id| Some((id, self.targets.get(id)?)));
        let Some((id, name)) = name else { return message.to_owned() };
        let begun = messages::behind(id, "", self.lang);
        match message.strip_prefix(&begun) {
            Some(sentence) => messages::behind(name.get(self.lang), sentence, self.lang),
            None => message.to_owned(),
        }
    }

    /// Shows only the progress of each work, for a command that prints its results itself.
    pub fn bars(&self, event: &Event) {
        if matches!(event, Event::Stage { .. } | Event::Progress { .. }) {
            self.take(event);
        }
    }
}

/// Returns the names of the enabled targets by id.
pub(super) fn names_of(context: &Context) -> TargetNames {
    context.presets.iter().map(|preset| (preset.id.clone(), preset.name.clone())).collect()
}

/// Returns the least severity that is shown: a team that has to submit another file needs no warnings about this one.
fn least_shown(verdict: Verdict) -> Severity {
    match verdict {
        Verdict::Accepted | Verdict::AcceptedWithWarnings => Severity::Warning,
        Verdict::Duplicate | Verdict::Rejected | Verdict::Failed => Severity::Error,
    }
}
