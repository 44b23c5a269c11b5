//! Which of two like works is the original. What was seen first is, by the program's own sight: the date of a file and its
//! name are its maker's to choose. Where that is not certain nobody is refused, and a person is asked.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::library::catalog::{CatalogError, Sighting, WorkRow};
use crate::model::glance::ScanNumber;
use crate::model::inspection::Source;
use crate::model::opinion::OpinionKind;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::identity::is_moved;
use crate::work::owner::Owner;

/// In which order submissions are gone through: by first sight, then by folder. Within one folder, where nobody is wronged,
/// the date decides, to the second; of two with one date (both copied together, or out of one archive) the shorter name,
/// which a copy's is not.
pub(crate) type Seniority = (ScanNumber, String, Dated);

/// A department's own order of its works.
pub(crate) type Dated = (i128, usize, String);

/// Nanoseconds of a second.
pub(crate) const SECOND_NS: i128 = 1_000_000_000;

pub(crate) fn seniority(source: &Source, glance: ScanNumber) -> Seniority {
    let folder = source.department.clone().unwrap_or_default();
    (glance, folder, dated(source.stamp.modified_ns, source.relative.as_path()))
}

/// Which of several published works is named.
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

/// Which of two like works was first, seen from the one at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precedence {
    /// The other was.
    Earlier,
    Later,
    /// Nobody can say: a person is asked.
    Unsure,
}

/// What is known of one of two works that decides which was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    seen: ScanNumber,
    /// The library publishes this content of it.
    is_published: bool,
}

/// Of two works of different departments. What is published goes before what is new, unless that was seen no later; of
/// two that are published, or of which neither is, the first seen does.
fn between(one: Standing, other: Standing) -> Precedence {
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

/// Of two works of one department: what is published goes before what is new.
fn within(one: (Standing, Dated), other: (Standing, Dated)) -> Precedence {
    let order = |(standing, dated): (Standing, Dated)| (!standing.is_published, standing.seen, dated);
    if order(other) < order(one) { Precedence::Earlier } else { Precedence::Later }
}

pub(crate) fn is_accepted(one: &Decision) -> bool {
    one.verdict.is_accepted()
}

/// Whether this content is what the library publishes of the work: that is not taken back for a copy that came later.
pub(crate) fn was_accepted(one: &Decision) -> bool {
    let sha256 = one.sha256();
    let known = one.submission.known.as_ref();
    sha256.is_some() && known.and_then(|known| known.manifest.published_sha256()) == sha256
}

/// Notes which contents are seen for the first time, in this glance ([`ScanNumber::NOW`] is one of its own), and when the others
/// were.
pub(crate) fn record_sightings(
    context: &Context,
    decisions: &mut [Decision],
    glance: ScanNumber,
) -> Result<(), CatalogError> {
    let sight = |one: &Decision| {
        // What was published before sights were kept is older than all of them.
        let seen = if was_accepted(one) { ScanNumber::BEFORE_ALL } else { glance };
        (one.sha256().map(str::to_owned), one.submission.source.clone(), seen)
    };
    let seen: Vec<(usize, (String, Source, ScanNumber))> = decisions
        .iter()
        .enumerate()
        .filter_map(|(place, one)| {
            let (sha256, source, seen) = sight(one);
            Some((place, (sha256?, source, seen)))
        })
        .collect();
    let sights: Vec<Sighting<'_>> = seen
        .iter()
        .map(|(_, (sha256, source, glance))| Sighting {
            sha256,
            folder: source.department.as_deref(),
            source: source.path.as_path(),
            glance: *glance,
        })
        .collect();
    let first = match (&context.library, context.catalog()) {
        (Some(_), Some(mut catalog)) => catalog.record_sightings(&sights, &context.now())?,
        (None, Some(catalog)) => {
            let known = |sight: &Sighting<'_>| catalog.first_seen(sight.sha256, sight.folder);
            let first = sights.iter().map(|sight| Ok(known(sight)?.unwrap_or(sight.glance)));
            first.collect::<Result<_, CatalogError>>()?
        }
        (_, None) => sights.iter().map(|sight| sight.glance).collect(),
    };
    for ((place, _), first) in seen.into_iter().zip(first) {
        decisions[place].glance = first;
    }
    Ok(())
}

/// Where a work of the library stands to a submission; `None` where it is no original to anything: nothing is published
/// of it, or it is the submission itself, here or before that was moved. One whose source was archived or deleted is.
pub(crate) fn precedence_of(
    context: &Context,
    row: &WorkRow,
    one: &Decision,
) -> Result<Option<Precedence>, CatalogError> {
    let source = &one.submission.source;
    let (Some(sha256), Some(published)) = (one.sha256(), row.manifest.published_sha256()) else {
        return Ok(None);
    };
    if row.source == source.path.as_path() {
        return Ok(None);
    }
    let holds_the_same = sha256 == published || Some(sha256) == row.manifest.source.sha256.as_deref();
    if holds_the_same && is_moved(context, row, &one.submission, sha256)? {
        return Ok(None);
    }
    let (ours, theirs) = (Owner::of(context, &one.submission), Owner::of_row(context, row));
    let folders = (ours.folder.as_deref(), theirs.folder.as_deref());
    let Some(catalog) = context.catalog() else { return Ok(None) };
    if let Some(is_first) = catalog.said_first((sha256, folders.0), (published, folders.1))? {
        return Ok(Some(if is_first { Precedence::Later } else { Precedence::Earlier }));
    }
    let seen = catalog.first_seen(published, folders.1)?.unwrap_or(ScanNumber::BEFORE_ALL);
    drop(catalog);
    let was_there = was_accepted(one);
    let here = Standing { seen: one.glance, is_published: was_there };
    let there = Standing { seen, is_published: true };
    if ours.is(&theirs, context) {
        let own = dated(source.stamp.modified_ns, source.relative.as_path());
        return Ok(Some(within((here, own), (there, dated_work(row)))));
    }
    let asked = was_there && (asks_about(row, sha256) || is_known_to_ask(one, published));
    Ok(Some(if asked { Precedence::Unsure } else { between(here, there) }))
}

/// Where a submission of the same run stands to another.
pub(crate) fn precedence_in_run(
    context: &Context,
    other: &Decision,
    one: &Decision,
) -> Result<Precedence, CatalogError> {
    let (ours, theirs) = (Owner::of(context, &one.submission), Owner::of(context, &other.submission));
    let (Some(here), Some(there)) = (one.sha256(), other.sha256()) else { return Ok(Precedence::Later) };
    let said = match context.catalog() {
        Some(catalog) => {
            catalog.said_first((here, ours.folder.as_deref()), (there, theirs.folder.as_deref()))?
        }
        None => None,
    };
    if let Some(is_first) = said {
        return Ok(if is_first { Precedence::Later } else { Precedence::Earlier });
    }
    if ours.is(&theirs, context) {
        // Submissions are gone through in their order.
        return Ok(Precedence::Earlier);
    }
    let standing = |one: &Decision| Standing { seen: one.glance, is_published: was_accepted(one) };
    let were_there = was_accepted(one) && was_accepted(other);
    let asked = were_there && (is_known_to_ask(one, there) || is_known_to_ask(other, here));
    Ok(if asked { Precedence::Unsure } else { between(standing(one), standing(other)) })
}

/// A content in a department's folder.
pub(crate) type Place = (String, Option<String>);

pub(crate) fn place_of(one: &Decision) -> Option<Place> {
    Some((one.sha256()?.to_owned(), one.submission.source.department.clone()))
}

/// Whether a person said of a submission that it repeats one of `others`.
pub(crate) fn is_marked_as_repeat(
    context: &Context,
    one: &Decision,
    others: &HashSet<Place>,
) -> Result<bool, CatalogError> {
    let (Some(place), Some(catalog)) = (place_of(one), context.catalog()) else { return Ok(false) };
    let answers = catalog.opinions_about(&place.0)?;
    let repeats = answers.into_iter().any(|answer| match (answer.said, answer.about, answer.folders) {
        (OpinionKind::Original, [first, second], Some([folder, its_folder])) => {
            (second, its_folder) == place && others.contains(&(first, folder))
        }
        _ => false,
    });
    Ok(repeats)
}

/// Whether a work's entry asks a person about it and a content.
fn asks_about(row: &WorkRow, sha256: &str) -> bool {
    row.manifest.likenesses.iter().any(|told| told.asks && told.sha256.as_deref() == Some(sha256))
}

fn is_known_to_ask(one: &Decision, sha256: &str) -> bool {
    one.submission.known.as_ref().is_some_and(|known| asks_about(known, sha256))
}

/// Whether a work's entry has that question already.
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
        assert_eq!(between(standing(7, false), standing(3, true)), Precedence::Earlier);
        assert_eq!(between(standing(3, true), standing(7, false)), Precedence::Later);
        // What was published by a version that kept no count.
        assert_eq!(between(standing(1, false), standing(0, true)), Precedence::Earlier);
    }

    #[test]
    fn who_was_seen_first_and_overtaken_is_not_refused() {
        assert_eq!(between(standing(3, false), standing(7, true)), Precedence::Unsure);
        assert_eq!(between(standing(7, true), standing(3, false)), Precedence::Unsure);
    }

    proptest! {
        #[test]
        fn each_of_two_sees_the_other_as_it_is_seen(a in 0u32..4, b in 0u32..4, here: bool, there: bool) {
            let (one, other) = (standing(a, here), standing(b, there));
            let expected = match between(one, other) {
                Precedence::Earlier => Precedence::Later,
                Precedence::Later => Precedence::Earlier,
                Precedence::Unsure => Precedence::Unsure,
            };
            prop_assert_eq!(between(other, one), expected);
            if a == b && here == there {
                prop_assert_eq!(expected, Precedence::Unsure);
            }
        }

        #[test]
        fn between_departments_neither_dates_nor_names_count(
            names in ["[a-z]{1,40}", "[a-z]{1,40}"], seconds in any::<[i64; 2]>(), glances in [0u32..3, 0u32..3],
        ) {
            let order = |names: [&str; 2], seconds: [i64; 2]| {
                let at = |place: usize| {
                    let glance = ScanNumber::new(glances[place]);
                    seniority(&source(["甲", "乙"][place], names[place], seconds[place]), glance)
                };
                at(0).cmp(&at(1))
            };
            let given = order([&names[0], &names[1]], seconds);
            prop_assert_eq!(given, order(["a", "a"], [0, 0]));
        }
    }
}
