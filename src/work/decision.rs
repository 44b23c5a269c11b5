//! The decision on one submission.

use crate::model::finding::{Finding, Verdict};
use crate::model::scan_number::ScanNumber;
use crate::work::inspected::Inspected;
use crate::work::likeness::Match;

/// The decision on one submission.
#[derive(Debug)]
pub struct Decision {
    pub inspected: Inspected,
    pub verdict: Verdict,
    /// The targets for which renditions are made.
    pub targets: Vec<String>,
    pub findings: Vec<Finding>,
    /// The work it repeats.
    pub duplicate_of: Option<DuplicateOf>,
    /// Its matches with earlier works.
    pub matches: Vec<Match>,
    /// When its content was first seen in its department's folder.
    pub first_seen: ScanNumber,
    /// Its id in the library, once it is identified.
    pub id: Option<String>,
    /// True if nothing changed since the last run: there is nothing to do.
    pub unchanged: bool,
}

/// An earlier work with the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateOf {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// The name by which a person knows it.
    pub shown: String,
}

impl Decision {
    /// Makes a decision in which nothing but the verdict is settled.
    pub(crate) fn new(inspected: Inspected, verdict: Verdict) -> Self {
        Self {
            inspected,
            verdict,
            targets: Vec::new(),
            findings: Vec::new(),
            duplicate_of: None,
            matches: Vec::new(),
            first_seen: ScanNumber::NOW,
            id: None,
            unchanged: false,
        }
    }

    /// Makes the decision on a submission that did not change since the last run: what was recorded then.
    pub(crate) fn unchanged(inspected: Inspected) -> Self {
        let known = inspected.submission.known.as_ref();
        let verdict = known.map_or(Verdict::Failed, |known| known.manifest.verdict);
        Self { unchanged: true, ..Self::new(inspected, verdict) }
    }

    /// Returns the digest of its content, if that was inspected.
    pub fn sha256(&self) -> Option<&str> {
        self.inspected.sha256()
    }

    /// Returns what events and progress bars call the work before it has an id.
    pub fn name(&self) -> String {
        self.inspected.name()
    }
}

/// A decided submission with the id of the work it is in the library.
#[derive(Debug)]
pub struct Identified {
    pub id: String,
    pub decision: Decision,
}
