//! What was decided of one submission.

use crate::graphics::overlay::{Captions, CardTexts};
use crate::model::finding::{Finding, Verdict};
use crate::model::glance::ScanNumber;
use crate::model::inspection::{Inspection, Source};
use crate::work::context::Context;
use crate::work::likeness::Match;
use crate::work::submission::Submission;

/// The season that the date of submission lies in.
pub(crate) fn season_of(context: &Context, decision: &Decision) -> Option<String> {
    let date = decision.submission.details.submitted.clone().unwrap_or_else(|| {
        let nanoseconds = decision.submission.source.stamp.modified_ns;
        crate::clock::local_date(nanoseconds)
    });
    // Both were read as dates and written alike, so they sort as text.
    let season = context.config.seasons.iter().find(|season| season.from <= date && date <= season.to)?;
    Some(season.id.clone())
}

/// One submission with everything that was decided of it.
#[derive(Debug)]
pub struct Decision {
    pub submission: Submission,
    pub inspection: Option<Inspection>,
    pub captions: Option<Captions>,
    pub findings: Vec<Finding>,
    /// The targets it will be made for.
    pub targets: Vec<String>,
    pub verdict: Verdict,
    /// The work it repeats.
    pub duplicate_of: Option<DuplicateOf>,
    /// What it has in common with earlier works.
    pub likenesses: Vec<Match>,
    /// Once it is settled which work of the library it is.
    pub id: Option<String>,
    /// When its content was first seen in its department's folder.
    pub glance: ScanNumber,
    /// Nothing changed since the last run: there is nothing to do.
    pub unchanged: bool,
    pub inspect_ms: u64,
}

/// An earlier work with the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateOf {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// What a person knows it by.
    pub shown: String,
}

impl Decision {
    /// A submission of which nothing but the verdict is settled.
    pub(crate) fn of(submission: Submission, verdict: Verdict) -> Self {
        Self {
            submission,
            inspection: None,
            captions: None,
            findings: Vec::new(),
            targets: Vec::new(),
            verdict,
            duplicate_of: None,
            likenesses: Vec::new(),
            id: None,
            glance: ScanNumber::NOW,
            unchanged: false,
            inspect_ms: 0,
        }
    }

    /// The digest of its content, once it was looked into.
    pub fn sha256(&self) -> Option<&str> {
        self.inspection.as_ref().map(|inspection| inspection.sha256.as_str())
    }

    /// What events and bars call the work before it has an id.
    pub fn name(&self) -> String {
        name_of(&self.submission.source)
    }
}

pub(crate) fn name_of(source: &Source) -> String {
    source.relative.as_path().to_string_lossy().into_owned()
}

pub(crate) fn card_texts(context: &Context, decision: &Decision) -> CardTexts {
    CardTexts {
        title: decision.submission.title(),
        department: decision.submission.department(context).unwrap_or_default(),
        authors: decision.submission.details.authors.clone(),
        college: context.config.college.clone(),
    }
}
