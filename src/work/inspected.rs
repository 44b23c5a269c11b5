//! A submission and what a worker found in it.

use std::borrow::Cow;

use crate::graphics::overlay::{Captions, CardTexts};
use crate::model::ai::AiLabel;
use crate::model::inspection::{Inspection, Source};
use crate::work::context::Context;
use crate::work::season;
use crate::work::submission::Submission;

/// A submission with the facts about its content. Decisions are drawn from it and change nothing in it but which work of the
/// library it is known to be.
#[derive(Debug)]
pub struct Inspected {
    pub submission: Submission,
    /// `None` where nothing was inspected: it did not change, or it cannot be used.
    pub inspection: Option<Inspection>,
    pub captions: Option<Captions>,
    pub inspect_ms: u64,
}

impl Inspected {
    /// Makes one of a submission that was not inspected.
    pub(crate) fn without_content(submission: Submission, inspect_ms: u64) -> Self {
        Self { submission, inspection: None, captions: None, inspect_ms }
    }

    /// Returns the digest of its content, if that was inspected.
    pub fn sha256(&self) -> Option<&str> {
        self.inspection.as_ref().map(|inspection| inspection.sha256.as_str())
    }

    /// Returns the labels of AI-made media that its file carries.
    pub(crate) fn ai_labels(&self) -> &[AiLabel] {
        let facts = self.inspection.as_ref().and_then(|inspection| inspection.ai.as_ref());
        facts.map_or(&[], |facts| facts.labels.as_slice())
    }

    /// Returns true if its pictures say that they are made by artificial intelligence.
    pub(crate) fn gets_ai_mark(&self, context: &Context) -> bool {
        context.config.ai_mark.is_due(self.submission.details.ai, !self.ai_labels().is_empty())
    }

    /// Returns the inspection of what is shown of the source: of the part that the details ask for, else of the whole.
    pub(crate) fn shown(&self) -> Option<Cow<'_, Inspection>> {
        let whole = self.inspection.as_ref()?;
        let trim = self.submission.details.trim.filter(|_| whole.kind.is_video());
        let trimmed = trim.and_then(|trim| whole.trimmed(trim));
        Some(trimmed.map_or(Cow::Borrowed(whole), Cow::Owned))
    }

    /// Returns what events and progress bars call the work before it has an id.
    pub fn name(&self) -> String {
        name_of(&self.submission.source)
    }

    /// Returns the id of the season in which the date of submission falls.
    pub(crate) fn season(&self, context: &Context) -> Option<String> {
        season::season_at(&context.config, &self.submission.submitted.date).map(|season| season.id.clone())
    }

    /// Returns the name of that season, as people read it.
    pub(crate) fn season_name(&self, context: &Context) -> Option<String> {
        season::season_at(&context.config, &self.submission.submitted.date).map(|season| season.name.clone())
    }

    /// Returns what title cards, lower thirds and covers say of the work.
    pub(crate) fn card_texts(&self, context: &Context) -> CardTexts {
        CardTexts {
            title: self.submission.title(),
            department: self.submission.department(context).unwrap_or_default(),
            authors: self.submission.details.authors.clone(),
            college: context.config.college.clone(),
            about: self.submission.details.about.clone(),
            byline: context.config.title_card.byline.clone(),
        }
    }
}

/// Returns the place in the inbox by which a source is known before it has an id.
pub(crate) fn name_of(source: &Source) -> String {
    source.relative.as_path().to_string_lossy().into_owned()
}
