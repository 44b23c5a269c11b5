//! Applies the consequence of a match with an earlier work: the finding, the verdict, and the record.

use crate::duplicates::candidates::WorkRef;
use crate::duplicates::earlier::is_unsure;
use crate::duplicates::record::{MatchEvidence, likeness_finding, matched_in_run, record, whose};
use crate::duplicates::seniority::{Precedence, has_question_about};
use crate::library::catalog::CatalogError;
use crate::model::config::Consequence;
use crate::model::finding::Verdict;
use crate::model::value::{Arg, Sequel};
use crate::work::context::Context;
use crate::work::decision::{Decision, DuplicateOf};
use crate::work::likeness::{Match, MatchedWork};
use crate::work::owner::Owner;

/// Most similar works that are reported of one work: a person who has to look into three needs no list of all.
pub(crate) const MAX_REPORTED: usize = 3;

/// A match as it was found, before its consequence is applied.
#[derive(Debug)]
pub(crate) struct FoundMatch {
    pub evidence: MatchEvidence,
    pub other: WorkRef,
    pub precedence: Precedence,
}

/// Adds a match to a decision, and applies the consequence that the configuration asks for. Where it is not certain that the
/// other was first, the work is not refused. Returns true if a person is asked instead.
pub(crate) fn apply_consequence(
    context: &Context,
    one: &mut Decision,
    other: MatchedWork,
    evidence: MatchEvidence,
    is_unsure: bool,
) -> bool {
    let ours = Owner::of(context, &one.inspected.submission);
    let whose = whose(context, &ours, &other.owner, other.gone);
    let duration_ms = one.inspected.inspection.as_ref().map_or(0, |inspection| inspection.duration_us / 1000);
    let mut record =
        record(&other, evidence, duration_ms, |class| context.config.duplicates.consequence(class, whose));
    record.asks = is_unsure && record.consequence == Consequence::Reject;
    if record.asks {
        record.consequence = Consequence::Warn;
    }
    let asks = record.asks;
    let sequel = match (asks, record.consequence) {
        (true, _) => Sequel::Asks,
        // Its file may have been moved to another department's folder.
        (false, Consequence::Reject) if other.gone && matches!(evidence, MatchEvidence::Bytes) => {
            Sequel::Moved
        }
        (false, consequence) => Sequel::Configured(record.class, consequence),
    };
    let finding = likeness_finding(&record, &other);
    // A work that is refused for another match is not called accepted by this one.
    let is_decided = one.verdict == Verdict::Duplicate && record.consequence != Consequence::Reject;
    one.findings.push(match is_decided {
        true => finding,
        false => finding.arg(Arg::Then, sequel),
    });
    match record.consequence {
        // Of several, the work repeats the first, which is the most severe.
        Consequence::Reject if one.verdict == Verdict::Duplicate => {}
        Consequence::Reject => {
            one.verdict = Verdict::Duplicate;
            one.targets.clear();
            one.duplicate_of = Some(DuplicateOf { id: other.id.clone(), shown: other.name.clone() });
        }
        Consequence::Warn if one.verdict == Verdict::Accepted => one.verdict = Verdict::AcceptedWithWarnings,
        Consequence::Warn | Consequence::Note => {}
    }
    one.matches.push(Match { record, other, pairs: Vec::new() });
    asks
}

/// Reports a match to the other work, too, if it is not certain which of the two came first: at once if that is of this run;
/// a work of the library is marked to be decided again, since a person is asked.
pub(crate) fn report_to_other(
    context: &Context,
    decisions: &mut [Decision],
    index: usize,
    found: &FoundMatch,
    asks: bool,
) -> Result<(), CatalogError> {
    match &found.other {
        WorkRef::InRun(place) => {
            let matched = matched_in_run(context, &mut decisions[index])?;
            let known = &decisions[*place].matches;
            let is_known = known.iter().any(|known| known.other.file == matched.file);
            if !is_known && (asks || known.len() < MAX_REPORTED) {
                apply_consequence(context, &mut decisions[*place], matched, found.evidence.reversed(), true);
            }
        }
        WorkRef::InLibrary(row)
            if context.library.is_some() && !has_question_about(row, decisions[index].sha256()) =>
        {
            let marked = context.catalog().map(|catalog| catalog.request_decision(&row.manifest.id));
            if let Some(Err(error)) = marked {
                tracing::warn!(%error, "the other of two works could not be told of a question");
            }
        }
        WorkRef::InLibrary(_) => {}
    }
    Ok(())
}

/// Reports one match; if it is not certain which of the two came first, to both works.
pub(crate) fn report_match(
    context: &Context,
    decisions: &mut [Decision],
    index: usize,
    found: FoundMatch,
) -> Result<(), CatalogError> {
    let other = match &found.other {
        WorkRef::InLibrary(row) => MatchedWork::of_row(context, row),
        WorkRef::InRun(place) => matched_in_run(context, &mut decisions[*place])?,
    };
    let is_unsure = is_unsure(found.precedence);
    let asks = apply_consequence(context, &mut decisions[index], other, found.evidence, is_unsure);
    if asks || (is_unsure && matches!(found.other, WorkRef::InRun(_))) {
        report_to_other(context, decisions, index, &found, asks)?;
    }
    Ok(())
}
