//! Tells of what people did to works in other programs, of what is overdue, and once a day of what waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::block_in_place;

use super::Service;
use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::model::review::{Record, ReviewState};
use crate::present::messages::shown as words;
use crate::review::judge::{to_judge, utc};
use crate::review::view::View;
use crate::review::{credit, judge};
use crate::service::review_news::{Acted, ReviewNews};
use crate::work::context::Context;

/// Records that are read at once.
const AT_ONCE: u32 = 1000;

impl Service {
    /// Tells of the records that were made since the last look. Before the first scan of the inbox nothing is told: whose pages
    /// lie where is not known.
    pub(super) fn reload_records(&mut self) {
        let context = Arc::clone(self.options.context.context());
        let Some(library) = &context.library else { return };
        if !self.scanner.once || self.is_stopping() {
            return;
        }
        loop {
            let records = match library.catalog().records_after(self.records.told, AT_ONCE) {
                Ok(records) => records,
                Err(error) => {
                    tracing::warn!(%error, "what people did to works could not be read");
                    return;
                }
            };
            let Some(last) = records.last().map(|record| record.seq) else { return };
            let news = block_in_place(|| acted(&context, library, records));
            news.iter().for_each(|one| self.each(|listener| listener.review(one)));
            self.records.note_told(library, last);
            self.manifests.request();
        }
    }

    /// Tells of works whose term has passed, and once a day of all that wait.
    pub(super) fn look_at_terms(&mut self) {
        if !self.scanner.once || self.is_stopping() || !self.records.begin_terms() {
            return;
        }
        if let Err(error) = block_in_place(|| self.tell_terms()) {
            tracing::warn!(%error, "what waits for a signature could not be read");
        }
    }

    fn tell_terms(&mut self) -> Result<(), CatalogError> {
        let context = Arc::clone(self.options.context.context());
        let Some(library) = &context.library else { return Ok(()) };
        let (rules, now) = (&context.config.review, context.clock.now());
        // Signatures end by themselves, and rules change while no service runs: the manifests compute where works stand.
        let uncomputed = to_judge(library, rules, now)?.len();
        if uncomputed != std::mem::replace(&mut self.records.uncomputed, uncomputed) && uncomputed > 0 {
            self.manifests.request();
        }
        let overdue = library.catalog().standings_due(&utc(self.records.due_until), &utc(now))?;
        self.records.due_until = now;
        if !overdue.is_empty() {
            self.each(|listener| listener.review(&ReviewNews::Overdue(overdue.clone())));
        }
        if !self.options.once && self.records.begin_digest(&context.clock.local()) {
            judge::judge_in_turns(library, rules, now)?;
            let waiting = library.catalog().standings_in(ReviewState::Waiting)?;
            if !waiting.is_empty() {
                self.each(|listener| listener.review(&ReviewNews::Waiting(waiting.clone())));
            }
        }
        Ok(())
    }
}

/// Returns the news that records make, by work, and brings the texts to post of these works up to date.
fn acted(context: &Context, library: &Library, records: Vec<Record>) -> Vec<ReviewNews> {
    let mut by_work: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        by_work.entry(record.said.work.clone()).or_default().push(record);
    }
    let mut news = Vec::new();
    for (id, records) in by_work {
        match news_of(context, library, &id, records) {
            Ok(one) => news.extend(one),
            Err(error) => tracing::warn!(work = id, %error, "what people did to a work could not be read"),
        }
    }
    news
}

fn news_of(
    context: &Context,
    library: &Library,
    id: &str,
    records: Vec<Record>,
) -> Result<Option<ReviewNews>, CatalogError> {
    let (rules, now) = (&context.config.review, context.clock.now());
    let catalog = library.catalog();
    match credit::write_posts(&catalog, library.staging.library(), (rules, &context.presets), id, now) {
        Ok(notes) => {
            for note in notes {
                let said = words::credit_note(&note);
                tracing::warn!(work = id, zh = said.zh, en = said.en);
            }
        }
        Err(error) => tracing::warn!(work = id, %error, "the credit line was not written"),
    }
    let (Some(row), Some(view)) = (catalog.work_by_id(id)?, View::read(&catalog, rules, id, now)?) else {
        return Ok(None);
    };
    let standing = view.reviewable.map(|(_, standing)| standing);
    Ok(Some(ReviewNews::Acted(Box::new(Acted { source: row.source, work: view.work, standing, records }))))
}
