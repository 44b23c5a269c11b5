//! Decides which page is to be written when.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::destination::Places;
use super::entry::Entry;
use super::event::{ReportEvent, Warn};
use super::index_schedule::IndexSchedule;
use super::left_over::LeftOverLines;
use super::page;
use super::page::Body;
use super::review::{changes_at, review_of, row_state};
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::language::Bilingual;
use crate::model::manifest::Work;
use crate::model::service::{DropState, ServiceState, ServiceStatus};
use crate::pipeline::manifest_entry::record_of;
use crate::present::messages;
use crate::present::report::{
    DepartmentPage, DropRow, ReviewPart, RowState, department_page, first_to_do, page_mark,
};
use crate::service::Finished;
use crate::work::context::Context;

/// The page of a running work is written at most this often, that of a waiting one when others went before it.
const RUNNING_EVERY: Duration = Duration::from_secs(5);
const WAITING_EVERY: Duration = Duration::from_secs(30);

/// Everything that was reported, by place in the inbox, and what is yet to be written.
pub(super) struct ReportScheduler {
    context: Arc<Context>,
    places: Places,
    /// Names of targets by id.
    targets: BTreeMap<String, Bilingual>,
    rows: HashMap<PathBuf, Row>,
    /// When pages say another thing though nothing happens to their works: a term passes, a signature ends.
    turns: BTreeSet<(Timestamp, PathBuf)>,
    indexes: IndexSchedule,
    notice: Option<Bilingual>,
    inbox_missing: bool,
    /// Pages of files that left, by the id of their work: where the work turns up elsewhere, its file was renamed.
    left: HashMap<String, Entry>,
    left_over: LeftOverLines,
    /// The first scan of the inbox ended, but for these places in it.
    first_scan: Option<Vec<PathBuf>>,
}

struct Row {
    /// The folder in the inbox.
    department: Option<OsString>,
    shown_name: String,
    title: Option<String>,
    received_at: String,
    state: RowState,
    ahead: usize,
    report: String,
    renditions: usize,
    problems: usize,
    todo: Option<String>,
    /// Where its review is.
    word: Option<Bilingual>,
    written: Instant,
}

impl ReportScheduler {
    pub fn new(context: Arc<Context>, inbox: PathBuf, warn: Warn) -> Self {
        let targets = context.presets.iter().map(|preset| (preset.id.clone(), preset.name.clone())).collect();
        Self {
            places: Places::new(Arc::clone(&context), inbox, warn),
            context,
            targets,
            rows: HashMap::new(),
            turns: BTreeSet::new(),
            indexes: IndexSchedule::new(),
            notice: None,
            inbox_missing: false,
            left: HashMap::new(),
            left_over: LeftOverLines::default(),
            first_scan: None,
        }
    }

    /// Returns when something is due although nothing happens.
    pub fn next_wake(&self) -> Option<Instant> {
        let turn = self.turns.first().map(|(at, _)| {
            let left = at.duration_since(self.context.clock.now());
            Instant::now() + Duration::try_from(left).unwrap_or_default()
        });
        self.indexes.next_wake().into_iter().chain(turn).min()
    }

    /// Writes what an event calls for, and the pages whose time has come.
    pub fn handle(&mut self, event: Option<ReportEvent>) {
        let now = self.context.clock.now();
        while let Some((_, relative)) = self.turns.first().filter(|(at, _)| *at <= now).cloned() {
            self.turns.pop_first();
            self.reviewed(&self.places.inbox().join(relative));
        }
        match event {
            None => {}
            Some(ReportEvent::Status(status)) => self.status(&status),
            Some(ReportEvent::Recognized { source, returned }) => self.recognized(&source, returned),
            Some(ReportEvent::Finished(finished)) => self.finished(&finished),
            Some(ReportEvent::Refused(skipped)) => {
                let path = skipped.path.as_path();
                let findings = [record_of(&skipped.finding)];
                if let Some(entry) = Entry::of_path(self.places.inbox(), path, &self.context) {
                    self.write(&entry, Body::Refused(&findings));
                }
            }
            Some(ReportEvent::RefusedGone(path)) => self.refused_gone(&path),
            Some(ReportEvent::LeftOver(all)) => {
                let changed = self.left_over.replace(self.places.inbox(), &all);
                changed.into_iter().for_each(|department| self.indexes.request(department));
            }
            Some(ReportEvent::Removed { source, was_processed }) => self.removed(&source, was_processed),
            Some(ReportEvent::Reviewed(source)) => self.reviewed(&source),
            Some(ReportEvent::FirstScan(unreadable)) => {
                // What an earlier start wrote there may not be so any more.
                self.places.departments().into_iter().for_each(|department| self.indexes.request(department));
                self.first_scan = Some(unreadable);
            }
        }
    }

    fn status(&mut self, status: &ServiceStatus) {
        self.notice = match &status.state {
            ServiceState::Paused { finding, .. } => {
                self.inbox_missing = finding.code == crate::model::finding::Code::InboxMissing;
                Some(messages::line(&Finding::from(finding)))
            }
            ServiceState::Running => {
                self.inbox_missing = false;
                None
            }
            // Nobody has looked whether it is back.
            ServiceState::Stopping | ServiceState::Stopped => None,
        };
        for drop in &status.drops {
            if self.rows.get(drop.relative.as_path()).is_none_or(|row| row.is_outdated(&drop.state)) {
                self.write(&Entry::of_inbox_file(drop), Body::Open(&drop.state));
            }
        }
        // Every drop that is there has a row by now.
        if let Some(unreadable) = self.first_scan.take().filter(|_| !self.inbox_missing) {
            let known = |department: Option<&OsStr>, name: &OsStr| {
                let mut rows = self.rows.values();
                rows.any(|row| row.department.as_deref() == department && name == row.report.as_str())
            };
            self.places.clear_open(&unreadable, known);
        }
    }

    /// Writes the page of a work that was done before the service met it, if it has none or one that says it was missing.
    fn recognized(&mut self, source: &Source, returned: bool) {
        let Some(work) = self.work_of(source) else { return };
        let entry = Entry::of_source(source, &work.made_at);
        let review = review_of(&self.context, &work);
        if self.places.has(&entry, &page_mark(review.as_ref())) && !returned {
            self.note(&entry, &Body::Done(&work), review.as_ref());
        } else {
            self.write(&entry, Body::Done(&work));
        }
    }

    /// Writes the page of a work again on which people acted, or whose term has passed.
    fn reviewed(&mut self, source: &Path) {
        let Some(library) = &self.context.library else { return };
        let Ok(Some(row)) = library.catalog().work_by_source(source) else { return };
        let work = row.manifest;
        let Some(entry) = Entry::of_work(self.places.inbox(), source, &work) else { return };
        match self.rows.get(&entry.relative) {
            Some(known) => match known.state {
                // Written when it ends, or says of a failure what the catalogue does not know.
                RowState::Arriving | RowState::Waiting | RowState::Running => {}
                RowState::Done(Verdict::Failed) => {}
                _ => {
                    let entry = Entry { received_at: known.received_at.clone(), ..entry };
                    self.write(&entry, Body::Done(&work));
                }
            },
            // Its source left; the page stays.
            None if self.places.has_any(&entry) => {
                let since = work.source.missing_since.clone().unwrap_or_else(|| self.context.now());
                let notice = messages::watch::source_left(&since, !work.renditions.is_empty());
                self.write_left(&entry, &work, notice);
            }
            None => {}
        }
    }

    /// Writes the page of a work whose source is not where the page lies.
    fn write_left(&mut self, entry: &Entry, work: &Work, notice: Bilingual) {
        let review = review_of(&self.context, work);
        let said = (&Body::Done(work), review.as_ref());
        let html = page::html(&self.context, &self.targets, entry, said, Some(notice));
        self.places.write(entry, html.as_bytes(), true);
    }

    fn finished(&mut self, finished: &Finished) {
        let Finished { source, first_seen, processed } = finished;
        let entry = Entry::of_source(source, first_seen);
        let records: Vec<_> = processed.findings.iter().map(record_of).collect();
        match processed.work.clone().or_else(|| self.work_of(source)) {
            None => self.write(&entry, Body::Refused(&records)),
            Some(mut work) => {
                self.renamed(&entry, &work);
                if !processed.unchanged {
                    work.verdict = processed.verdict;
                    for record in records {
                        if !work.findings.contains(&record) {
                            work.findings.push(record);
                        }
                    }
                }
                self.write(&entry, Body::Done(&work));
            }
        }
    }

    /// Says on the page of a file that left that its work is under another name now.
    fn renamed(&mut self, entry: &Entry, work: &Work) {
        let Some(before) = self.left.remove(&work.id).filter(|before| before.relative != entry.relative)
        else {
            return;
        };
        let notice = messages::watch::source_renamed(&entry.relative);
        self.write_left(&before, work, notice);
    }

    fn refused_gone(&mut self, path: &Path) {
        let Some(entry) = Entry::of_path(self.places.inbox(), path, &self.context) else { return };
        self.places.remove(&entry);
        if let Some(row) = self.rows.remove(&entry.relative) {
            self.indexes.request(row.department);
        }
    }

    /// Returns what to say of a file that is on its way and takes the place of one of which finished files are there.
    fn replacing(&self, entry: &Entry, body: &Body<'_>) -> Option<Bilingual> {
        let Body::Open(_) = body else { return None };
        let path = self.places.inbox().join(&entry.relative);
        let row = self.context.library.as_ref()?.catalog().work_by_source(&path).ok()??;
        let is_made = !row.manifest.renditions.is_empty() && row.manifest.source.missing_since.is_none();
        (is_made && row.manifest.source.bytes != entry.bytes)
            .then(|| messages::watch::being_replaced(row.manifest.revision))
    }

    /// Removes the report of what vanished before its turn; that of what was done stays and says so.
    fn removed(&mut self, source: &Source, was_processed: bool) {
        let (row, work) = (self.rows.remove(source.relative.as_path()), self.work_of(source));
        let since = row.as_ref().map(|row| &row.received_at).or(work.as_ref().map(|work| &work.made_at));
        let Some(entry) = since.map(|since| Entry::of_source(source, since)) else { return };
        if let Some(row) = row {
            self.indexes.request(row.department);
        }
        match work {
            // Also of one that was replaced and left before its turn: what was made before is still there.
            Some(work) => {
                let notice = messages::watch::source_left(&self.context.now(), !work.renditions.is_empty());
                self.write_left(&entry, &work, notice);
                self.left.insert(work.id, entry);
            }
            None if was_processed => {
                let notice = messages::watch::source_left(&self.context.now(), false);
                let body = (&Body::Refused(&[]), None);
                let html = page::html(&self.context, &self.targets, &entry, body, Some(notice));
                self.places.write(&entry, html.as_bytes(), true);
            }
            _ => self.places.remove(&entry),
        }
    }

    fn work_of(&self, source: &Source) -> Option<Work> {
        let library = self.context.library.as_ref()?;
        let row = library.catalog().work_by_source(source.path.as_path()).ok()??;
        Some(row.manifest)
    }

    fn write(&mut self, entry: &Entry, body: Body<'_>) {
        if self.inbox_missing {
            return;
        }
        // What holds up everyone does not concern a work that is done.
        let notice = self.notice.clone().filter(|_| matches!(body, Body::Open(_)));
        let notice = notice.or_else(|| self.replacing(entry, &body));
        let review = match body {
            Body::Done(work) => review_of(&self.context, work),
            Body::Open(_) | Body::Refused(_) => None,
        };
        let html = page::html(&self.context, &self.targets, entry, (&body, review.as_ref()), notice);
        self.places.write(entry, html.as_bytes(), matches!(body, Body::Done(_) | Body::Refused(_)));
        self.note(entry, &body, review.as_ref());
    }

    fn note(&mut self, entry: &Entry, body: &Body<'_>, review: Option<&ReviewPart>) {
        let (state, ahead, work) = match body {
            Body::Open(DropState::Arriving) => (RowState::Arriving, 0, None),
            Body::Open(DropState::Waiting { ahead }) => (RowState::Waiting, *ahead, None),
            Body::Open(DropState::Running { .. }) => (RowState::Running, 0, None),
            Body::Refused(_) => (RowState::Refused, 0, None),
            Body::Done(work) => (row_state(&self.context, work, review), 0, Some(*work)),
        };
        let findings = match body {
            Body::Done(work) => work.findings.as_slice(),
            Body::Refused(findings) => findings,
            Body::Open(_) => &[],
        };
        let problems = findings.iter().filter(|one| one.severity > Severity::Note).count();
        let shown = review.filter(|_| matches!(state, RowState::Review(_)));
        let reason = shown.and_then(ReviewPart::reason).map(str::to_owned);
        let todo = reason.or_else(|| first_to_do(findings, &self.targets));
        if let Some(at) = review.and_then(|part| changes_at(part, self.context.clock.now())) {
            self.turns.insert((at, entry.relative.clone()));
        }
        // A work that was not made has no finished file of this state of its source.
        let made = work.filter(|work| !matches!(work.verdict, Verdict::Rejected | Verdict::Failed));
        let row = Row {
            department: entry.folder().map(OsStr::to_owned),
            shown_name: entry.shown_name.clone(),
            title: work.map(|work| work.title.clone()),
            received_at: entry.received_at.clone(),
            state,
            ahead,
            report: self.places.name(entry),
            renditions: made.map_or(0, |work| work.renditions.len()),
            problems,
            todo,
            word: shown.map(ReviewPart::row_word),
            written: Instant::now(),
        };
        let before = self.rows.insert(entry.relative.clone(), row);
        if before.is_none_or(|before| before.state != state || !matches!(body, Body::Open(_))) {
            self.indexes.request(entry.folder().map(OsStr::to_owned));
        }
    }

    /// Writes the indexes whose time has come, or all that are to be written.
    pub fn write_indexes(&mut self, all: bool) {
        for department in self.indexes.take(all) {
            if !self.inbox_missing {
                let began = Instant::now();
                self.write_index(department.as_deref());
                self.indexes.completed(began.elapsed());
            }
        }
    }

    fn write_index(&mut self, department: Option<&OsStr>) {
        let folder = department.map(OsStr::to_string_lossy);
        let rows = self.rows.values().filter(|row| row.department.as_deref() == department);
        let drops: Vec<DropRow<'_>> = rows
            .map(|row| DropRow {
                file_name: &row.shown_name,
                title: row.title.as_deref(),
                received_at: &row.received_at,
                state: row.state,
                report: Some(&row.report),
                renditions: row.renditions,
                problems: row.problems,
                todo: row.todo.as_deref(),
                word: row.word.as_ref(),
            })
            .collect();
        let now = self.context.now();
        let left_over = self.left_over.of(department);
        let notice = self.context.placeholders().map(|finding| messages::text(&finding));
        let html = department_page(&DepartmentPage {
            college: &self.context.config.college,
            department: folder.as_deref().map(|folder| page::department_name(&self.context, folder)),
            updated_at: &now,
            drops: &drops,
            left_over: &left_over,
            notice: notice.as_ref(),
        });
        self.places.write_index(department, html.as_bytes());
    }
}

impl Row {
    /// Returns true if the drop's page is to be written again, for it is in this state now.
    fn is_outdated(&self, state: &DropState) -> bool {
        match (state, self.state) {
            (DropState::Arriving, RowState::Arriving) => false,
            (DropState::Waiting { ahead }, RowState::Waiting) => {
                moved_on(self.ahead, *ahead) && self.written.elapsed() >= WAITING_EVERY
            }
            (DropState::Running { .. }, RowState::Running) => self.written.elapsed() >= RUNNING_EVERY,
            _ => true,
        }
    }
}

/// Returns true if a change of place in the line is worth a new page: one by a quarter, so that thousands that wait are
/// not written again and again.
fn moved_on(before: usize, ahead: usize) -> bool {
    before.abs_diff(ahead) > before / 4
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::model::event::Stage;

    fn row(state: RowState, ahead: usize) -> Row {
        Row {
            department: None,
            shown_name: String::new(),
            title: None,
            received_at: String::new(),
            state,
            ahead,
            report: String::new(),
            renditions: 0,
            problems: 0,
            todo: None,
            word: None,
            written: Instant::now(),
        }
    }

    const RUNNING: DropState =
        DropState::Running { stage: Stage::Waiting, done: 0.0, speed: None, left_s: None };

    #[tokio::test(start_paused = true)]
    async fn the_page_of_a_running_work_is_written_every_five_seconds() {
        let row = row(RowState::Running, 0);
        advance(RUNNING_EVERY - Duration::from_millis(1)).await;
        assert!(!row.is_outdated(&RUNNING));
        assert!(row.is_outdated(&DropState::Arriving), "another state is shown at once");
        advance(Duration::from_millis(1)).await;
        assert!(row.is_outdated(&RUNNING));
    }

    #[tokio::test(start_paused = true)]
    async fn the_page_of_a_waiting_work_is_written_when_it_moved_by_a_quarter_and_half_a_minute_passed() {
        let row = row(RowState::Waiting, 100);
        advance(WAITING_EVERY - Duration::from_millis(1)).await;
        assert!(!row.is_outdated(&DropState::Waiting { ahead: 1 }));
        advance(Duration::from_millis(1)).await;
        assert!(!row.is_outdated(&DropState::Waiting { ahead: 75 }));
        assert!(row.is_outdated(&DropState::Waiting { ahead: 74 }));
    }

    #[tokio::test(start_paused = true)]
    async fn the_page_of_an_arriving_work_is_written_once() {
        let row = row(RowState::Arriving, 0);
        advance(WAITING_EVERY * 100).await;
        assert!(!row.is_outdated(&DropState::Arriving));
    }
}
