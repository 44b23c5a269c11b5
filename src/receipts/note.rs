//! One receipt: checked against everything that is known, and appended, in one transaction.

use super::link::Link;
use super::moment::is_before;
use super::release::was_released;
use crate::library::catalog::{CatalogError, Journal};
use crate::model::finding::{Code, Finding};
use crate::model::posting::{Numbered, Proof, posting, proof, receipts};
use crate::model::receipt::{Receipt, ReceiptKind, Screenshot};
use crate::model::review::{Action, NewRecord, Record, ReviewRules, ReviewState, Signatory};
use crate::model::value::Arg;
use crate::review::view::{Moment, View};

/// What somebody says was posted or removed, with a link and a time that were read already.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The work's id.
    pub work: String,
    pub target: String,
    pub what: ReceiptKind,
    pub link: Option<Link>,
    pub account: Option<String>,
    pub department: Option<String>,
    /// RFC 3339; `None`: now.
    pub posted_at: Option<String>,
    pub screenshot: Option<Screenshot>,
    /// The topics that the posted text lacks; `None` where nobody gave the text.
    pub missing_topics: Option<Vec<String>>,
    pub note: Option<String>,
    /// The receipt that a look is about.
    pub of: Option<u64>,
    pub by: Signatory,
}

/// What receipts are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub rules: &'a ReviewRules,
    pub moment: &'a Moment,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Noted {
    Added {
        record: Box<Record>,
        findings: Vec<Finding>,
    },
    /// It says nothing that the receipt of this number does not say.
    Known(u64),
}

/// Why a draft is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error("there is no work {0}")]
    NoWork(String),
    /// The link is another work's post.
    #[error("the link belongs to {id}")]
    OtherWork { id: String, title: String },
    /// The link is on record for this work as something else.
    #[error("the link is on record as receipt {seq}")]
    OtherUse { seq: u64, target: String, what: ReceiptKind },
    #[error("nothing of it is there any more")]
    NothingToRemove,
    #[error("several posts are there")]
    SeveralToRemove(Vec<(u64, Option<String>)>),
    #[error("{0} is no receipt")]
    NotAReceipt(u64),
    /// Whoever wrote a receipt down does not confirm it.
    #[error("it was noted by {0}")]
    OwnReceipt(String),
    #[error("there is nothing to look at")]
    NothingToSee,
}

/// Appends a receipt with what was found; one that says nothing new is not appended.
pub fn append(journal: &Journal<'_>, draft: &Draft, terms: Terms<'_>) -> Result<Noted, Refusal> {
    let catalog = journal.catalog();
    let view = View::read(catalog, terms.rules, &draft.work, terms.moment.now)?;
    let view = view.ok_or_else(|| Refusal::NoWork(draft.work.clone()))?;
    let known = receipts(&view.records);
    let mut draft = draft.clone();
    match draft.what {
        ReceiptKind::Removal => fill_in_removed(&mut draft, &known)?,
        ReceiptKind::Seen => check_look(&draft, &view.records, &known)?,
        _ => {}
    }
    if let Some(link) = &draft.link {
        if let Some(owner) = catalog.work_of_link(&link.key)?.filter(|owner| *owner != draft.work) {
            let title = catalog.work_by_id(&owner)?.map(|row| row.manifest.title).unwrap_or_default();
            return Err(Refusal::OtherWork { id: owner, title });
        }
        if let Some(other) = known.iter().find(|it| is_other_use(it.receipt, &draft, &link.key)) {
            let Receipt { target, what, .. } = other.receipt.clone();
            return Err(Refusal::OtherUse { seq: other.seq, target, what });
        }
    }
    if let Some(same) = known.iter().find(|it| says_all_of(it.receipt, &draft)) {
        return Ok(Noted::Known(same.seq));
    }
    let posted_at = draft.posted_at.clone().unwrap_or_else(|| terms.moment.at.clone());
    let early =
        if draft.what.is_posting() { early(&view, &draft.target, (&posted_at, terms.rules)) } else { None };
    let rendition = view.work.renditions.iter().find(|it| it.target == draft.target);
    let mut receipt =
        Receipt { rendition_sha256: rendition.map(|it| it.sha256.clone()), ..of_draft(&draft, posted_at) };
    let findings = findings(&draft, &receipt, early, &known);
    receipt.findings = findings.iter().map(|finding| finding.code).collect();
    let said = NewRecord {
        work: draft.work.clone(),
        title: view.work.title.clone(),
        department: view.work.department.clone(),
        revision: view.work.revision,
        subject: view.reviewable.as_ref().map(|(set, _)| set.subject.clone()),
        at: terms.moment.at.clone(),
        by: draft.by.clone(),
        action: Action::Receipt(receipt),
    };
    Ok(Noted::Added { record: Box::new(journal.append(said)?), findings })
}

fn of_draft(draft: &Draft, posted_at: String) -> Receipt {
    let link = draft.link.clone();
    Receipt {
        target: draft.target.clone(),
        what: draft.what,
        platform_id: link.as_ref().and_then(|link| link.platform_id.clone()),
        post_key: link.as_ref().map(|link| link.key.clone()),
        url: link.map(|link| link.url),
        of: draft.of,
        account: draft.account.clone(),
        department: draft.department.clone(),
        posted_at,
        screenshot: draft.screenshot.clone(),
        topics_seen: draft.missing_topics.as_ref().map(Vec::is_empty),
        note: draft.note.clone(),
        ..Receipt::default()
    }
}

/// Finds the post that was removed, where there is only one that it can be.
fn fill_in_removed(draft: &mut Draft, known: &[Numbered<'_>]) -> Result<(), Refusal> {
    let live = posting(known, &draft.target).live;
    let is_meant = |it: &&Numbered<'_>| match &draft.link {
        Some(link) => it.receipt.post_key.as_ref() == Some(&link.key),
        None => draft.account.is_none() || it.receipt.account == draft.account,
    };
    let there = known.iter().filter(|it| live.contains(&it.seq));
    let meant: Vec<&Numbered<'_>> = there.filter(is_meant).collect();
    match meant.as_slice() {
        [one] => {
            draft.of = Some(one.seq);
            if let (None, Some(url), Some(key)) = (&draft.link, &one.receipt.url, &one.receipt.post_key) {
                draft.link = Some(Link {
                    url: url.clone(),
                    key: key.clone(),
                    platform_id: one.receipt.platform_id.clone(),
                    host: String::new(),
                    is_short: false,
                    is_unchecked: false,
                });
            }
            Ok(())
        }
        // A post that nobody had written down, and that is gone; or one more proof of a removal.
        [] if draft.link.is_some() => Ok(()),
        [] => Err(Refusal::NothingToRemove),
        several => {
            let several = several.iter().map(|it| (it.seq, it.receipt.url.clone()));
            Err(Refusal::SeveralToRemove(several.collect()))
        }
    }
}

/// A second person looks, and there is something to look at.
fn check_look(draft: &Draft, records: &[Record], known: &[Numbered<'_>]) -> Result<(), Refusal> {
    let of = draft.of.unwrap_or_default();
    let looked_at = known.iter().find(|it| it.seq == of && it.receipt.what != ReceiptKind::Seen);
    let looked_at = looked_at.ok_or(Refusal::NotAReceipt(of))?;
    let noted_by = records.iter().find(|record| record.seq == of).map(|record| record.said.by.name.clone());
    if let Some(name) = noted_by.filter(|name| *name == draft.by.name) {
        return Err(Refusal::OwnReceipt(name));
    }
    if looked_at.receipt.url.is_none() && looked_at.receipt.screenshot.is_none() {
        return Err(Refusal::NothingToSee);
    }
    Ok(())
}

/// One link is one post: it is not posted on two targets, nor a post and a repost.
fn is_other_use(known: &Receipt, draft: &Draft, key: &str) -> bool {
    known.post_key.as_deref() == Some(key)
        && known.what.is_posting()
        && (known.target != draft.target || draft.what.is_posting() && known.what != draft.what)
}

/// Returns true if a receipt already says all that a draft says; what the draft leaves open contradicts nothing.
fn says_all_of(known: &Receipt, draft: &Draft) -> bool {
    let said = of_draft(draft, draft.posted_at.clone().unwrap_or_default());
    let open_or_same = |said: &Option<String>, known: &Option<String>| said.is_none() || said == known;
    let has_identity = said.post_key.is_some()
        || said.screenshot.is_some()
        || draft.posted_at.is_some()
        || said.of.is_some();
    has_identity
        && known.target == said.target
        && known.what == said.what
        && known.post_key == said.post_key
        && (said.of.is_none() || said.of == known.of)
        && open_or_same(&said.account, &known.account)
        && open_or_same(&said.department, &known.department)
        && open_or_same(&said.note, &known.note)
        && open_or_same(&draft.posted_at, &Some(known.posted_at.clone()))
        && (said.topics_seen.is_none() || said.topics_seen == known.topics_seen)
        && said
            .screenshot
            .as_ref()
            .is_none_or(|said| known.screenshot.as_ref().is_some_and(|it| it.sha256 == said.sha256))
}

/// Returns the finding of a post from before the release.
fn early(view: &View, target: &str, (posted_at, rules): (&str, &ReviewRules)) -> Option<Finding> {
    let standing = view.reviewable.as_ref().and_then(|(_, standing)| standing.targets.get(target));
    let since = standing.filter(|it| it.state == ReviewState::Released).map(|it| it.since.as_str());
    let is_released = since.is_some_and(|since| !is_before(posted_at, since));
    if is_released || was_released(&view.records, target, rules, posted_at) {
        return None;
    }
    let finding = Finding::error(Code::PostedBeforeRelease).for_target(target).arg(Arg::At, clock(posted_at));
    Some(match since {
        Some(since) => finding.limit(clock(since)),
        None => finding,
    })
}

/// Shortens `2026-11-24T16:05:07+08:00` to `2026-11-24 16:05`.
pub fn clock(rfc3339: &str) -> String {
    rfc3339.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn findings(
    draft: &Draft,
    receipt: &Receipt,
    early: Option<Finding>,
    known: &[Numbered<'_>],
) -> Vec<Finding> {
    let mut found: Vec<Finding> = early.into_iter().collect();
    let here = |finding: Finding| finding.for_target(&draft.target);
    let missing = draft.missing_topics.as_deref().unwrap_or_default();
    if draft.what.is_posting() && !missing.is_empty() {
        found.push(here(Finding::warning(Code::PostLacksTopic)).arg(Arg::Dropped, missing.join(" ")));
    }
    // Of a removal too: the link is that of the post.
    if proof(Numbered { seq: u64::MAX, receipt }, known) != Proof::Proven {
        let code =
            if draft.what == ReceiptKind::Removal { Code::RemovalUnproven } else { Code::ReceiptUnproven };
        found.push(here(Finding::warning(code)));
    }
    if let Some(link) = draft.link.as_ref().filter(|_| draft.what.is_posting()) {
        if link.is_short {
            found.push(here(Finding::note(Code::ShortLink)));
        }
        if link.is_unchecked {
            let finding = here(Finding::note(Code::LinkHostUnchecked));
            found.push(finding.arg(Arg::Found, &link.host).arg(Arg::Targets, &draft.target));
        }
    }
    found
}
