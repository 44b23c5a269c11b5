//! What follows when a work is like an earlier one: the finding, the verdict, and what is recorded of it.

use crate::duplicates::candidates::WorkRef;
use crate::duplicates::earlier::is_unsure;
use crate::duplicates::record::{MatchEvidence, likeness_finding, other_of_run, record, whose};
use crate::duplicates::seniority::{Precedence, has_question_about};
use crate::library::catalog::CatalogError;
use crate::model::config::Consequence;
use crate::model::finding::Verdict;
use crate::model::value::{Arg, Sequel};
use crate::work::context::Context;
use crate::work::decision::{Decision, DuplicateOf};
use crate::work::likeness::{Match, MatchedWork};
use crate::work::owner::Owner;

/// Likenesses that are told of one work: who has to look into three needs no list of all.
pub(crate) const MOST_TOLD: usize = 3;

/// A match as it was found, before anything follows from it.
#[derive(Debug)]
pub(crate) struct FoundMatch {
    pub evidence: MatchEvidence,
    pub other: WorkRef,
    pub precedence: Precedence,
}

/// Tells of a likeness and draws the conclusion that the configuration asks for. Where it is not certain that the other
/// was first nobody is refused: yields whether a person is asked instead.
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
    let then = match (asks, record.consequence) {
        (true, _) => Sequel::Asks,
        // Its file may have been handed over to another department.
        (false, Consequence::Reject) if other.gone && matches!(evidence, MatchEvidence::Bytes) => {
            Sequel::Moved
        }
        (false, consequence) => Sequel::Configured(record.class, consequence),
    };
    let finding = likeness_finding(&record, &other);
    // What is refused for another reason is not taken all the same.
    let is_decided = one.verdict == Verdict::Duplicate && record.consequence != Consequence::Reject;
    one.findings.push(match is_decided {
        true => finding,
        false => finding.arg(Arg::Then, then),
    });
    match record.consequence {
        // Of several the gravest, which comes first, is the one it repeats.
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

/// Tells the other of two works, too, where nobody can say which of them came first: at once where it is of this run; of
/// the library when it is decided anew, which follows, since a person is asked.
pub(crate) fn report_to_other(
    context: &Context,
    decisions: &mut [Decision],
    index: usize,
    found: &FoundMatch,
    asks: bool,
) -> Result<(), CatalogError> {
    match &found.other {
        WorkRef::InRun(place) => {
            let one = other_of_run(context, &mut decisions[index])?;
            let told = &decisions[*place].matches;
            let is_known = told.iter().any(|told| told.other.file == one.file);
            if !is_known && (asks || told.len() < MOST_TOLD) {
                apply_consequence(context, &mut decisions[*place], one, found.evidence.reversed(), true);
            }
        }
        WorkRef::InLibrary(row)
            if context.library.is_some() && !has_question_about(row, decisions[index].sha256()) =>
        {
            let asked = context.catalog().map(|catalog| catalog.decide_anew(&row.manifest.id));
            if let Some(Err(error)) = asked {
                tracing::warn!(%error, "the other of two works could not be told of a question");
            }
        }
        WorkRef::InLibrary(_) => {}
    }
    Ok(())
}

/// Tells of one likeness, and where it is not certain which of the two came first, tells it of both.
pub(crate) fn report_match(
    context: &Context,
    decisions: &mut [Decision],
    index: usize,
    found: FoundMatch,
) -> Result<(), CatalogError> {
    let other = match &found.other {
        WorkRef::InLibrary(row) => MatchedWork::of_row(context, row),
        WorkRef::InRun(earlier) => other_of_run(context, &mut decisions[*earlier])?,
    };
    let is_unsure = is_unsure(found.precedence);
    let asks = apply_consequence(context, &mut decisions[index], other, found.evidence, is_unsure);
    if asks || (is_unsure && matches!(found.other, WorkRef::InRun(_))) {
        report_to_other(context, decisions, index, &found, asks)?;
    }
    Ok(())
}
