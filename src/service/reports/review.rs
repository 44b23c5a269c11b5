//! What a page says of a work's review, as its records are now.

use jiff::Timestamp;

use crate::model::manifest::Work;
use crate::model::receipt::posts_up;
use crate::model::review::{Action, Record, ReviewState, Span};
use crate::policy::posting::credit_line;
use crate::present::report::{OpenComment, ReviewPart, ReviewStep, RowState};
use crate::review::standing::comments;
use crate::review::view::View;
use crate::work::context::Context;

/// Returns how far the review of a work is; `None` where nothing of it could go out, or its records cannot be read.
pub(super) fn review_of(context: &Context, work: &Work) -> Option<ReviewPart> {
    let (rules, now) = (&context.config.review, context.clock.now());
    let view = View::read(&context.library.as_ref()?.catalog(), rules, &work.id, now);
    let view = view
        .inspect_err(
            |error| tracing::warn!(work = work.id, %error, "a review could not be read for its page"),
        )
        .ok()??;
    let (_, standing) = view.reviewable?;
    let its_targets =
        |level: &&crate::model::review::Level| standing.targets.keys().any(|target| level.is_for(target));
    let levels = rules.level.iter().filter(its_targets);
    let due = standing.due.as_deref().and_then(moment);
    let posts: Vec<_> = posts_up(view.records.iter().filter_map(|record| match &record.said.action {
        Action::Receipt(receipt) => Some(receipt),
        _ => None,
    }))
    .into_iter()
    .cloned()
    .collect();
    let released = standing.targets.values().find(|its| its.state == ReviewState::Released);
    Some(ReviewPart {
        levels: levels.map(|level| (level.name.clone(), level.role.clone())).collect(),
        is_overdue: standing.state == ReviewState::Waiting && due.is_some_and(|due| due < now),
        returned_at: returned_at(&view.records).filter(|_| standing.state == ReviewState::Returned),
        comments: open_comments(&view.records),
        credit: released.and_then(|its| credit_line(rules, &view.work, &its.signed)),
        posts,
        standing,
    })
}

/// Returns when what a page says of a review is another thing though nobody does anything: its level is due, or a signature
/// ends.
pub(super) fn changes_at(part: &ReviewPart, now: Timestamp) -> Option<Timestamp> {
    let due = part.standing.due.iter();
    let ends = part.standing.targets.values().filter_map(|its| its.expires.as_ref());
    due.chain(ends).filter_map(|at| moment(at)).filter(|at| *at > now).min()
}

/// Returns the state of a work's row in its department's index.
pub(super) fn row_state(context: &Context, work: &Work, part: Option<&ReviewPart>) -> RowState {
    let Some(part) = part.filter(|_| work.verdict.is_accepted()) else { return RowState::Done(work.verdict) };
    let levels = &context.config.review.level;
    let place = part.standing.level.as_ref().and_then(|name| levels.iter().position(|one| one.name == *name));
    RowState::Review(ReviewStep {
        state: part.standing.state,
        supplementary: part.standing.supplementary,
        level: place.and_then(|place| u8::try_from(place).ok()),
        is_overdue: part.is_overdue,
    })
}

/// Returns where the last return that was not taken back points to.
fn returned_at(records: &[Record]) -> Option<Span> {
    let last = records.iter().rev().find(|record| match record.said.action {
        Action::Return { .. } => !records.iter().any(
            |other| matches!(other.said.action, Action::Undo { record: undone } if undone == record.seq),
        ),
        _ => false,
    })?;
    match last.said.action {
        Action::Return { at, .. } => at,
        _ => None,
    }
}

fn open_comments(records: &[Record]) -> Vec<OpenComment> {
    let open = comments(records).filter(|(_, done)| !done);
    open.filter_map(|(record, _)| match &record.said.action {
        Action::Comment { text, at, .. } => Some(OpenComment {
            number: record.seq,
            at: *at,
            text: text.clone(),
            by: record.said.by.name.clone(),
            said_at: record.said.at.clone(),
        }),
        _ => None,
    })
    .collect()
}

fn moment(at: &str) -> Option<Timestamp> {
    at.parse().ok()
}
