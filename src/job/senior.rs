//! Which of two like works is the original.

use super::intake::Submission;
use super::judge::Judged;
use super::shop::Shop;
use crate::catalog::WorkRow;
use crate::model::inspection::Source;

/// What makes one submission the earlier: its date, to the second; of two with one date (both copied together, or
/// out of one archive) the shorter name, which a copy's is not.
pub(super) type Seniority = (i128, usize, String);

/// Nanoseconds of a second.
pub(super) const SECOND_NS: i128 = 1_000_000_000;

pub(super) fn seniority(source: &Source) -> Seniority {
    of(source.stamp.modified_ns, source.relative.as_path())
}

pub(super) fn seniority_of_work(row: &WorkRow) -> Seniority {
    let published_from = row.manifest.published_from.as_ref();
    let modified_ns =
        published_from.map_or(row.stamp.modified_ns, |file| i128::from(file.modified_s) * SECOND_NS);
    of(modified_ns, &row.relative)
}

fn of(modified_ns: i128, relative: &std::path::Path) -> Seniority {
    let name = relative.to_string_lossy().into_owned();
    (modified_ns / SECOND_NS, name.chars().count(), name)
}

pub(super) fn is_accepted(one: &Judged) -> bool {
    one.verdict.is_accepted()
}

/// Whether this content is what the library publishes of the work: that is not taken back for a copy that came later.
pub(super) fn was_accepted(one: &Judged) -> bool {
    let sha256 = one.sha256();
    let known = one.submission.known.as_ref();
    sha256.is_some() && known.and_then(|known| known.manifest.published_sha256()) == sha256
}

/// Whether a work of the library is an original to this submission: published, of another source, and, where this one
/// already was an accepted work, the senior of the two. Otherwise deciding again could refuse both. A work that this
/// submission itself was before it was moved is no original; one whose source was archived or deleted still is.
pub(super) fn goes_before(shop: &Shop, row: &WorkRow, one: &Judged) -> bool {
    let source = &one.submission.source;
    // Of a content that is new here the date says nothing: whoever already publishes it was first.
    let was_there = was_accepted(one);
    let sha256 = one.sha256();
    let published = row.manifest.published_sha256();
    let holds_the_same = sha256 == published || sha256 == row.manifest.source.sha256.as_deref();
    published.is_some()
        && row.source != source.path.as_path()
        && (!was_there || seniority_of_work(row) < seniority(source))
        && !(holds_the_same && is_moved(shop, row, &one.submission))
}

/// Whether a submission with the bytes of a work is that work under a new path: its old place is empty, and not for
/// the reason that a share is not mounted. It lies at the same place of another inbox, or kept its date and inode, or
/// at least its department.
pub(super) fn is_moved(shop: &Shop, row: &WorkRow, submission: &Submission) -> bool {
    let source = &submission.source;
    if row.source.exists() || !source.path.as_path().exists() {
        return false;
    }
    let inbox = row.source.ancestors().nth(row.relative.components().count());
    let inbox_is_there =
        inbox.is_some_and(|inbox| inbox.read_dir().is_ok_and(|mut entries| entries.next().is_some()));
    let kept =
        row.stamp.is_same_file(&source.stamp) || row.manifest.department == submission.department(shop);
    row.relative == source.relative.as_path() || (inbox_is_there && kept)
}
