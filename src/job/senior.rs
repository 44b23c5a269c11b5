//! Which of two like works is the original.

use super::judge::Judged;
use crate::catalog::WorkRow;
use crate::model::finding::Verdict;
use crate::model::inspection::Source;

/// What makes one submission the earlier: its date, to the second; of two with one date (both copied together, or
/// out of one archive) the shorter name, which a copy's is not.
pub(super) type Seniority = (i128, usize, String);

pub(super) fn seniority(source: &Source) -> Seniority {
    of(source.stamp.modified_ns, source.relative.as_path())
}

fn of(modified_ns: i128, relative: &std::path::Path) -> Seniority {
    let name = relative.to_string_lossy().into_owned();
    (modified_ns / 1_000_000_000, name.chars().count(), name)
}

pub(super) fn is_accepted(one: &Judged) -> bool {
    counts(one.verdict)
}

fn counts(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Accepted | Verdict::AcceptedWithWarnings)
}

/// Whether a work of the library is an original to this submission: accepted, of another source that is still there
/// (one that is gone was moved or renamed: this submission is that work), and, where this one already was an accepted
/// work, the senior of the two. Otherwise deciding again could refuse both.
pub(super) fn goes_before(row: &WorkRow, one: &Judged) -> bool {
    let source = &one.submission.source;
    let was_there = one.submission.known.as_ref().is_some_and(|known| counts(known.manifest.verdict));
    counts(row.manifest.verdict)
        && row.source != source.path.as_path()
        && (!was_there || of(row.stamp.modified_ns, &row.relative) < seniority(source))
        && row.source.exists()
}
