//! Decides which of two similar works is the original: the one that this program saw first, since anybody can choose the date
//! and the name of a file. Where that is not certain none is refused, and a person is asked.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::library::catalog::{CatalogError, Sighting, WorkRow};
use crate::model::inspection::Source;
use crate::model::opinion::OpinionKind;
use crate::model::scan_number::ScanNumber;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::identity::is_moved;
use crate::work::owner::Owner;

/// The order in which submissions are decided: by the scan in which they were first seen, then by folder. Within one folder,
/// where no other department is concerned, the date decides, to the second; of two with one date (both copied together, or
/// out of one archive) the shorter name, since a copy's is longer.
pub(crate) type Seniority = (ScanNumber, String, Dated);

/// The order of one department's works: seconds since 1970, length of the name in characters, name.
pub(crate) type Dated = (i128, usize, String);

/// Nanoseconds in a second.
pub(crate) const SECOND_NS: i128 = 1_000_000_000;

/// Returns the seniority of a source that was first seen in `scan`.
pub(crate) fn seniority(source: &Source, scan: ScanNumber) -> Seniority {
    let folder = source.department.clone().unwrap_or_default();
    (scan, folder, dated(source.stamp.modified_ns, source.relative.as_path()))
}

/// Returns the seniority of a published work, by which one of several is named as the original.
pub(crate) fn seniority_of_work(row: &WorkRow) -> Seniority {
    (ScanNumber::BEFORE_ALL, String::new(), dated_work(row))
}

fn dated_work(row: &WorkRow) -> Dated {
    let published_from = row.manifest.published_from.as_ref();
    let modified_ns =
        published_from.map_or(row.stamp.modified_ns, |file| i128::from(file.modified_s) * SECOND_NS);
    dated(modified_ns, &row.relative)
}

fn dated(modified_ns: i128, relative: &std::path::Path) -> Dated {
    let name = relative.to_string_lossy().into_owned();
    (modified_ns / SECOND_NS, name.chars().count(), name)
}

/// Where an earlier work stands to a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precedence {
    /// The other work was first.
    Earlier,
    /// The submission was first.
    Later,
    /// It is not known: a person is asked.
    Unsure,
}

/// The facts about one of two works that decide which was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    seen: ScanNumber,
    /// True if the library publishes this content of it.
    is_published: bool,
}

/// Returns where `other` stands to `one`, works of different departments. A published work precedes a new one, unless the
/// new one was seen no later; of two that are published, or of which neither is, the first seen precedes.
fn between_departments(one: Standing, other: Standing) -> Precedence {
    match (one.is_published, other.is_published) {
        (false, true) if one.seen <= other.seen => Precedence::Unsure,
        (true, false) if other.seen <= one.seen => Precedence::Unsure,
        (false, true) => Precedence::Earlier,
        (true, false) => Precedence::Later,
        _ => match other.seen.cmp(&one.seen) {
            Ordering::Less => Precedence::Earlier,
            Ordering::Greater => Precedence::Later,
            Ordering::Equal => Precedence::Unsure,
        },
    }
}

/// Returns where `other` stands to `one`, works of one department: a published work precedes a new one.
fn within_department(one: (Standing, Dated), other: (Standing, Dated)) -> Precedence {
    let order = |(standing, dated): (Standing, Dated)| (!standing.is_published, standing.seen, dated);
    if order(other) < order(one) { Precedence::Earlier } else { Precedence::Later }
}

pub(crate) fn is_accepted(one: &Decision) -> bool {
    one.verdict.is_accepted()
}

/// Returns true if the library publishes this very content of the work: that is not withdrawn for a copy that came later.
pub(crate) fn was_accepted(one: &Decision) -> bool {
    let sha256 = one.sha256();
    let known = one.inspected.submission.known.as_ref();
    sha256.is_some() && known.and_then(|known| known.manifest.published_sha256()) == sha256
}

/// Records which contents are seen for the first time, in this scan ([`ScanNumber::NOW`] is a new one), and sets for each
/// decision the scan in which its content was first seen.
pub(crate) fn record_sightings(
    context: &Context,
    decisions: &mut [Decision],
    scan: ScanNumber,
) -> Result<(), CatalogError> {
    let sighting = |one: &Decision| {
        // Works that were published before sightings were recorded are older than all of them.
        let seen = if was_accepted(one) { ScanNumber::BEFORE_ALL } else { scan };
        let submission = &one.inspected.submission;
        (one.sha256().map(str::to_owned), submission.source.clone(), seen, submission.seen_at.clone())
    };
    let seen: Vec<_> = decisions
        .iter()
        .enumerate()
        .filter_map(|(place, one)| {
            let (sha256, source, seen, at) = sighting(one);
            Some((place, (sha256?, source, seen, at)))
        })
        .collect();
    let sightings: Vec<Sighting<'_>> = seen
        .iter()
        .map(|(_, (sha256, source, scan, at))| Sighting {
            sha256,
            folder: source.department.as_deref(),
            source: source.path.as_path(),
            glance: *scan,
            seen_at: at.as_deref(),
        })
        .collect();
    let first = match (&context.library, context.catalog()) {
        (Some(_), Some(mut catalog)) => catalog.record_sightings(&sightings, &context.now())?,
        (None, Some(catalog)) => {
            let known = |seen: &Sighting<'_>| catalog.first_seen(seen.sha256, seen.folder);
            let first = sightings.iter().map(|seen| Ok(known(seen)?.unwrap_or(seen.glance)));
            first.collect::<Result<_, CatalogError>>()?
        }
        (_, None) => sightings.iter().map(|seen| seen.glance).collect(),
    };
    for ((place, _), first) in seen.into_iter().zip(first) {
        decisions[place].first_seen = first;
    }
    Ok(())
}

/// Returns where a work of the library stands to a submission; `None` if it cannot be an original: nothing is published of
/// it, or it is the submission itself, at this path or before it was moved. A work whose source was archived or deleted can.
pub(crate) fn precedence_of(
    context: &Context,
    row: &WorkRow,
    one: &Decision,
) -> Result<Option<Precedence>, CatalogError> {
    let source = &one.inspected.submission.source;
    let (Some(sha256), Some(published)) = (one.sha256(), row.manifest.published_sha256()) else {
        return Ok(None);
    };
    if row.source == source.path.as_path() {
        return Ok(None);
    }
    let holds_the_same = sha256 == published || Some(sha256) == row.manifest.source.sha256.as_deref();
    if holds_the_same && is_moved(context, row, &one.inspected.submission, sha256)? {
        return Ok(None);
    }
    let (ours, theirs) = (Owner::of(context, &one.inspected.submission), Owner::of_row(context, row));
    let folders = (ours.folder.as_deref(), theirs.folder.as_deref());
    let Some(catalog) = context.catalog() else { return Ok(None) };
    if let Some(is_first) = catalog.said_first((sha256, folders.0), (published, folders.1))? {
        return Ok(Some(if is_first { Precedence::Later } else { Precedence::Earlier }));
    }
    let seen = catalog.first_seen(published, folders.1)?.unwrap_or(ScanNumber::BEFORE_ALL);
    drop(catalog);
    let is_published = was_accepted(one);
    let here = Standing { seen: one.first_seen, is_published };
    let there = Standing { seen, is_published: true };
    if ours.is(&theirs, context) {
        let own = dated(source.stamp.modified_ns, source.relative.as_path());
        return Ok(Some(within_department((here, own), (there, dated_work(row)))));
    }
    let is_asked = is_published && (asks_about(row, sha256) || known_asks_about(one, published));
    Ok(Some(if is_asked { Precedence::Unsure } else { between_departments(here, there) }))
}

/// Returns where an earlier submission of the same run stands to another.
pub(crate) fn precedence_in_run(
    context: &Context,
    other: &Decision,
    one: &Decision,
) -> Result<Precedence, CatalogError> {
    let (ours, theirs) =
        (Owner::of(context, &one.inspected.submission), Owner::of(context, &other.inspected.submission));
    let (Some(here), Some(there)) = (one.sha256(), other.sha256()) else { return Ok(Precedence::Later) };
    let opinion = match context.catalog() {
        Some(catalog) => {
            catalog.said_first((here, ours.folder.as_deref()), (there, theirs.folder.as_deref()))?
        }
        None => None,
    };
    if let Some(is_first) = opinion {
        return Ok(if is_first { Precedence::Later } else { Precedence::Earlier });
    }
    if ours.is(&theirs, context) {
        // Submissions are decided in the order of seniority.
        return Ok(Precedence::Earlier);
    }
    let standing = |one: &Decision| Standing { seen: one.first_seen, is_published: was_accepted(one) };
    let are_published = was_accepted(one) && was_accepted(other);
    let is_asked = are_published && (known_asks_about(one, there) || known_asks_about(other, here));
    Ok(if is_asked { Precedence::Unsure } else { between_departments(standing(one), standing(other)) })
}

/// A content in a department's folder: digest and folder.
pub(crate) type ContentInFolder = (String, Option<String>);

pub(crate) fn content_in_folder(one: &Decision) -> Option<ContentInFolder> {
    Some((one.sha256()?.to_owned(), one.inspected.submission.source.department.clone()))
}

/// Returns true if a person said of a submission that it repeats one of `others`.
pub(crate) fn is_marked_as_repeat(
    context: &Context,
    one: &Decision,
    others: &HashSet<ContentInFolder>,
) -> Result<bool, CatalogError> {
    let (Some(own), Some(catalog)) = (content_in_folder(one), context.catalog()) else { return Ok(false) };
    let opinions = catalog.opinions_about(&own.0)?;
    let repeats = opinions.into_iter().any(|opinion| match (opinion.said, opinion.about, opinion.folders) {
        (OpinionKind::Original, [first, second], Some([first_folder, second_folder])) => {
            (second, second_folder) == own && others.contains(&(first, first_folder))
        }
        _ => false,
    });
    Ok(repeats)
}

/// Returns true if a work's entry asks a person about it and a content.
fn asks_about(row: &WorkRow, sha256: &str) -> bool {
    row.manifest.likenesses.iter().any(|likeness| likeness.asks && likeness.sha256.as_deref() == Some(sha256))
}

/// Returns true if the entry that the catalogue has of a submission asks a person about it and a content.
fn known_asks_about(one: &Decision, sha256: &str) -> bool {
    one.inspected.submission.known.as_ref().is_some_and(|known| asks_about(known, sha256))
}

/// Returns true if a work's entry asks about the content already, or there is none to ask about.
pub(crate) fn has_question_about(row: &WorkRow, sha256: Option<&str>) -> bool {
    sha256.is_none_or(|sha256| asks_about(row, sha256))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::inspection::FileStamp;

    fn standing(seen: u32, is_published: bool) -> Standing {
        Standing { seen: ScanNumber::new(seen), is_published }
    }

    fn source(folder: &str, name: &str, second: i64) -> Source {
        Source {
            path: format!("/in/{folder}/{name}").into(),
            root: "/in".into(),
            relative: format!("{folder}/{name}").into(),
            department: Some(folder.into()),
            details: None,
            captions: None,
            cover: None,
            notes: Vec::new(),
            stamp: FileStamp {
                bytes: 1,
                modified_ns: i128::from(second) * SECOND_NS,
                inode: 1,
                changed_ns: 0,
            },
        }
    }

    #[test]
    fn what_is_published_goes_before_what_is_seen_later() {
        assert_eq!(between_departments(standing(7, false), standing(3, true)), Precedence::Earlier);
        assert_eq!(between_departments(standing(3, true), standing(7, false)), Precedence::Later);
        // Published by a version that recorded no sightings.
        assert_eq!(between_departments(standing(1, false), standing(0, true)), Precedence::Earlier);
    }

    #[test]
    fn who_was_seen_first_and_overtaken_is_not_refused() {
        assert_eq!(between_departments(standing(3, false), standing(7, true)), Precedence::Unsure);
        assert_eq!(between_departments(standing(7, true), standing(3, false)), Precedence::Unsure);
    }

    proptest! {
        #[test]
        fn each_of_two_sees_the_other_as_it_is_seen(a in 0u32..4, b in 0u32..4, here: bool, there: bool) {
            let (one, other) = (standing(a, here), standing(b, there));
            let expected = match between_departments(one, other) {
                Precedence::Earlier => Precedence::Later,
                Precedence::Later => Precedence::Earlier,
                Precedence::Unsure => Precedence::Unsure,
            };
            prop_assert_eq!(between_departments(other, one), expected);
            if a == b && here == there {
                prop_assert_eq!(expected, Precedence::Unsure);
            }
        }

        #[test]
        fn between_departments_neither_dates_nor_names_count(
            names in ["[a-z]{1,40}", "[a-z]{1,40}"], seconds in any::<[i64; 2]>(), scans in [0u32..3, 0u32..3],
        ) {
            let order = |names: [&str; 2], seconds: [i64; 2]| {
                let at = |place: usize| {
                    let scan = ScanNumber::new(scans[place]);
                    seniority(&source(["甲", "乙"][place], names[place], seconds[place]), scan)
                };
                at(0).cmp(&at(1))
            };
            let given = order([&names[0], &names[1]], seconds);
            prop_assert_eq!(given, order(["a", "a"], [0, 0]));
        }
    }
}
