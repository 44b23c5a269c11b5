//! The same pictures in another work: found by fingerprints, after equal bytes and equal streams.

use std::cmp::Reverse;
use std::path::PathBuf;

use super::identity::identify;
use super::judge::{Judged, Repeated, name_of};
use super::shop::{Library, Shop};
use crate::catalog::CatalogError;
use crate::model::config::Consequence;
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::INSPECTION_VERSION;
use crate::model::manifest::Work;
use crate::model::similar::{Alignment, Likeness};
use crate::similar::align;

/// What a work of the library looks like.
#[derive(Clone, Debug)]
pub(super) struct Look {
    id: String,
    title: String,
    department: Option<String>,
    source: PathBuf,
    fingerprint: Fingerprint,
}

impl Look {
    /// `None` for a work that was not accepted.
    pub fn of(work: &Work, fingerprint: &Fingerprint) -> Option<Self> {
        matches!(work.verdict, Verdict::Accepted | Verdict::AcceptedWithWarnings).then(|| Self {
            id: work.id.clone(),
            title: work.title.clone(),
            department: work.department.clone(),
            source: work.source.path.as_path().to_owned(),
            fingerprint: fingerprint.clone(),
        })
    }

    pub fn is_of(&self, id: &str) -> bool {
        self.id == id
    }
}

/// The looks of every accepted work. A work whose inspection is older has none until it is looked at again.
pub(super) fn all_looks(library: &Library) -> Vec<Look> {
    let mut looks = Vec::new();
    if let Err(error) = gather(library, &mut looks) {
        // The work at hand is made all the same; whoever looks after the library must know.
        tracing::error!(%error, "the library's works could not all be compared");
    }
    looks
}

fn gather(library: &Library, looks: &mut Vec<Look>) -> Result<(), CatalogError> {
    let catalog = library.catalog();
    for id in catalog.work_ids()? {
        let Some(row) = catalog.work_by_id(&id)? else { continue };
        let sha256 = row.manifest.source.sha256.as_deref().unwrap_or_default();
        if let Some(inspection) = catalog.inspection(sha256, INSPECTION_VERSION)? {
            looks.extend(Look::of(&row.manifest, &inspection.fingerprint));
        }
    }
    Ok(())
}

/// Compares each accepted submission with the library's works and with those before it in `order`.
pub(super) fn find_alike(shop: &Shop, judged: &mut [Judged], order: &[usize]) {
    for (place, index) in order.iter().enumerate() {
        let one = &judged[*index];
        if one.unchanged || !is_accepted(one) {
            continue;
        }
        let Some(fingerprint) = one.inspection.as_ref().map(|inspection| &inspection.fingerprint) else {
            continue;
        };
        let department = one.submission.department(shop);
        let in_library = best_in_library(shop, one, fingerprint);
        let in_run = order[..place]
            .iter()
            .filter(|earlier| is_accepted(&judged[**earlier]))
            .filter_map(|earlier| {
                let other = judged[*earlier].inspection.as_ref()?;
                Some((*earlier, align(fingerprint, &other.fingerprint)?))
            })
            .min_by_key(|(_, found)| Reverse(rank(found)));
        let found = match (in_library, in_run) {
            (Some((look, found)), in_run)
                if in_run.as_ref().is_none_or(|(_, other)| rank(&found) >= rank(other)) =>
            {
                let shown = format!("{} {}", look.id, look.title);
                (Repeated { id: Some(look.id), shown }, look.department, found)
            }
            (_, Some((earlier, found))) => {
                let other = &mut judged[earlier];
                let id = shop.library.as_ref().map(|library| identify(library, other));
                let shown = name_of(&other.submission.source);
                (Repeated { id, shown }, other.submission.department(shop), found)
            }
            _ => continue,
        };
        let (other, their_department, found) = found;
        apply(shop, &mut judged[*index], other, (department == their_department, found));
    }
}

fn is_accepted(one: &Judged) -> bool {
    matches!(one.verdict, Verdict::Accepted | Verdict::AcceptedWithWarnings)
}

fn best_in_library(shop: &Shop, one: &Judged, fingerprint: &Fingerprint) -> Option<(Look, Alignment)> {
    let looks = shop.library.as_ref()?.looks();
    looks
        .iter()
        .filter(|look| look.source != one.submission.source.path.as_path())
        .filter_map(|look| Some((look, align(fingerprint, &look.fingerprint)?)))
        .filter(|(look, _)| look.source.exists())
        // Of equals the earliest, which min takes.
        .min_by_key(|(_, found)| Reverse(rank(found)))
        .map(|(look, found)| (look.clone(), found))
}

/// The graver the likeness and the more of it, the higher.
fn rank(found: &Alignment) -> (u8, u32) {
    let likeness = match found.likeness {
        Likeness::SameWork => 3,
        Likeness::PartOf => 2,
        Likeness::Contains => 1,
        Likeness::SharesPassage => 0,
    };
    (likeness, found.agreeing)
}

fn apply(shop: &Shop, one: &mut Judged, other: Repeated, (same_department, found): (bool, Alignment)) {
    let rules = &shop.config.duplicates;
    let (code, consequence) = match found.likeness {
        // A department may hand in its own work again.
        Likeness::SameWork if same_department && rules.same_work == Consequence::Reject => {
            (Code::SameWork, Consequence::Warn)
        }
        Likeness::SameWork => (Code::SameWork, rules.same_work),
        Likeness::Contains => (Code::ContainsWork, rules.part),
        Likeness::PartOf => (Code::PartOfWork, rules.part),
        Likeness::SharesPassage => (Code::SharesPassage, rules.passage),
    };
    let severity = match consequence {
        Consequence::Reject => Severity::Error,
        Consequence::Warn => Severity::Warning,
        Consequence::Note => Severity::Note,
    };
    one.findings.push(finding(code, severity, &other.shown, &found));
    match consequence {
        Consequence::Reject => {
            one.verdict = Verdict::Duplicate;
            one.targets.clear();
            one.duplicate_of = Some(other);
        }
        Consequence::Warn => one.verdict = Verdict::AcceptedWithWarnings,
        Consequence::Note => {}
    }
}

/// What was found, with where it lies in both works.
pub(super) fn finding(code: Code, severity: Severity, other: &str, found: &Alignment) -> Finding {
    let finding = match severity {
        Severity::Error => Finding::error(code),
        Severity::Warning => Finding::warning(code),
        Severity::Note => Finding::note(code),
    };
    finding
        .arg("other", other)
        .arg("at", format!("{}–{}", clock(found.from_ms), clock(found.to_ms)))
        .arg("found", format!("{}–{}", clock(found.their_from_ms), clock(found.their_to_ms)))
        .measured(format!("{}/{}", found.agreeing, found.compared))
}

/// `1:05`
fn clock(ms: u32) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}
