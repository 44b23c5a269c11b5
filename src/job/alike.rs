//! What it means that a work is like another: findings and verdicts.

use super::identity::identify;
use super::judge::{Judged, Repeated, name_of};
use super::likeness::{Alike, Other, alike_to, is_accepted};
use super::shop::Shop;
use crate::model::config::Consequence;
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::similar::{Alignment, Likeness};

/// Compares each accepted submission with the library's works and with those before it in `order`, and draws the
/// consequences. In this order, since what is refused is no original of anything later.
pub(super) fn settle_alike(shop: &Shop, judged: &mut [Judged], order: &[usize]) {
    for (place, index) in order.iter().enumerate() {
        let one = &judged[*index];
        if one.unchanged || !is_accepted(one) {
            continue;
        }
        let Some(Alike { other, found: Some(found), .. }) =
            alike_to(shop, judged, (*index, &order[..place])).into_iter().next()
        else {
            continue;
        };
        let department = judged[*index].submission.department(shop);
        let (other, their_department) = match other {
            Other::InLibrary(row) => {
                let work = row.manifest;
                let shown = format!("{} {}", work.id, work.title);
                (Repeated { id: Some(work.id), shown }, work.department)
            }
            Other::InRun(earlier) => {
                let other = &mut judged[earlier];
                let id = shop.library.as_ref().map(|library| identify(library, other));
                let shown = name_of(&other.submission.source);
                (Repeated { id, shown }, other.submission.department(shop))
            }
        };
        apply(shop, &mut judged[*index], other, (department == their_department, found));
    }
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
        Likeness::SharesPassage | Likeness::SameSound => (Code::SharesPassage, rules.passage),
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
fn finding(code: Code, severity: Severity, other: &str, found: &Alignment) -> Finding {
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
