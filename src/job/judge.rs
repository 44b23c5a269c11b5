//! Inspection, rules, duplicates: what is decided of every submission of a run before anything is encoded.

use std::sync::Arc;
use std::time::Duration;

use super::alike::Likened;
use super::aside::aside;
use super::captions::{self, Captioned};
use super::crew::Crew;
use super::entry::season_of;
use super::identity::lay_elsewhere;
use super::intake::{Submission, take_in};
use super::repeats::find_duplicates;
use super::shop::{Events, Failure, JobError, Shop, found};
use super::steady;
use super::successor::part_from_archived;
use super::watch::Watch;
use crate::graphics::overlay::Captions;
use crate::matching::align::lookup::listed;
use crate::model::event::{Event, Stage};
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::glance::Glance;
use crate::model::inspection::{INSPECTION_VERSION, Inspection, Source};
use crate::model::job::{FailureKind, InspectJob, Job, Reply};
use crate::policy::planner::Mode;
use crate::policy::rules::{self, Decision};

/// What lies beside a video is read within this time: 4 MiB at most, of whatever share.
const LONGEST_READ: Duration = Duration::from_secs(60);

/// One submission with everything that was decided of it.
#[derive(Debug)]
pub struct Judged {
    pub submission: Submission,
    pub inspection: Option<Inspection>,
    pub captions: Option<Captions>,
    pub findings: Vec<Finding>,
    /// The targets it will be made for.
    pub targets: Vec<String>,
    pub verdict: Verdict,
    /// The work it repeats.
    pub duplicate_of: Option<Repeated>,
    /// What it has in common with earlier works.
    pub likenesses: Vec<Likened>,
    /// Once it is settled which work of the library it is.
    pub id: Option<String>,
    /// When its content was first seen in its department's folder.
    pub glance: Glance,
    /// Nothing changed since the last run: there is nothing to do.
    pub unchanged: bool,
    pub inspect_ms: u64,
}

/// An earlier work with the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// What a person knows it by.
    pub shown: String,
}

impl Judged {
    /// A submission of which nothing but the verdict is settled.
    fn of(submission: Submission, verdict: Verdict) -> Self {
        Self {
            submission,
            inspection: None,
            captions: None,
            findings: Vec::new(),
            targets: Vec::new(),
            verdict,
            duplicate_of: None,
            likenesses: Vec::new(),
            id: None,
            glance: Glance::NOW,
            unchanged: false,
            inspect_ms: 0,
        }
    }

    /// The digest of its content, once it was looked into.
    pub fn sha256(&self) -> Option<&str> {
        self.inspection.as_ref().map(|inspection| inspection.sha256.as_str())
    }

    /// What events and bars call the work before it has an id.
    pub fn name(&self) -> String {
        name_of(&self.submission.source)
    }
}

pub(super) fn name_of(source: &Source) -> String {
    source.relative.as_path().to_string_lossy().into_owned()
}

/// What is asked of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judging {
    /// Whether it fits its targets and the campaign.
    Rules,
    /// Only what it is: two works can be compared whether or not they fit anything.
    LookOnly,
}

/// Takes in, inspects (several at once) and decides (in order, so that the result does not depend on the number of
/// jobs) every source.
pub async fn judge_all(shop: &Arc<Shop>, sources: Vec<Source>, events: &Events) -> Vec<Judged> {
    let mut judged = look_at_all(shop, sources, events, Judging::Rules).await;
    conclude_all(shop, &mut judged, (events, Glance::NOW));
    judged
}

/// What follows from what was seen in one glance: which submissions repeat others, and what is told of each.
pub(super) fn conclude_all(shop: &Shop, judged: &mut [Judged], (events, glance): (&Events, Glance)) {
    tokio::task::block_in_place(|| find_duplicates(shop, judged, glance));
    for one in judged.iter_mut().filter(|one| !one.unchanged && !one.targets.is_empty()) {
        if !shop.config.seasons.is_empty() && season_of(shop, one).is_none() {
            one.findings.push(Finding::note(Code::SeasonUnknown));
        }
    }
    for one in judged.iter().filter(|one| !one.unchanged) {
        report(one, events);
    }
}

/// Compares sources with the library and with each other, whether or not they fit anything.
pub async fn compare_all(shop: &Arc<Shop>, sources: Vec<Source>, events: &Events) -> Vec<Judged> {
    let mut judged = look_at_all(shop, sources, events, Judging::LookOnly).await;
    tokio::task::block_in_place(|| find_duplicates(shop, &mut judged, Glance::NOW));
    judged
}

/// Takes in and inspects, in the order of `sources`.
pub(super) async fn look_at_all(
    shop: &Arc<Shop>,
    sources: Vec<Source>,
    events: &Events,
    judging: Judging,
) -> Vec<Judged> {
    let mut crew = Crew::default();
    // A single file gets all threads and waits for no others; of many, each gets one.
    let is_alone = sources.len() == 1;
    let threads = if is_alone { shop.options.threads } else { 1 };
    for (index, source) in sources.into_iter().enumerate() {
        let (shop, events) = (Arc::clone(shop), Arc::clone(events));
        crew.put((index, source.clone()), async move {
            let _place = if is_alone { None } else { shop.doors.inspect.acquire().await.ok() };
            (index, look_into(&shop, (source, threads), &events, judging).await)
        });
    }
    let mut looked = Vec::new();
    while let Some(ended) = crew.next().await {
        looked.push(ended.unwrap_or_else(|((index, source), why)| {
            let failure = Failure::broken(why);
            (index, unusable(Submission::bare(shop, source), (failure, FailureKind::Broken), 0))
        }));
    }
    looked.sort_by_key(|(index, _): &(usize, Judged)| *index);
    looked.into_iter().map(|(_, judged)| judged).collect()
}

/// Tells every finding of a work.
fn report(judged: &Judged, events: &Events) {
    for finding in &judged.findings {
        events(found(judged.name(), finding));
    }
}

async fn look_into(
    shop: &Arc<Shop>,
    (source, threads): (Source, u32),
    events: &Events,
    judging: Judging,
) -> Judged {
    let source_here = source.clone();
    let shop_here = Arc::clone(shop);
    let taking = aside(move |_| take_in(&shop_here, source_here));
    let Ok(mut submission) = tokio::time::timeout(LONGEST_READ, taking).await else {
        return silent_share(shop, source);
    };
    if let Some(unread) = submission.unread.clone() {
        let failure = Failure { detail: "its entry cannot be read".to_owned(), finding: unread };
        return unusable(submission, (failure, FailureKind::Broken), 0);
    }
    if submission.is_unchanged(shop) {
        return unchanged(submission);
    }
    if keeps_finished(shop, &submission) {
        return kept_finished(submission, events);
    }
    let started = std::time::Instant::now();
    let inspected = inspect(shop, (&submission, threads), events).await;
    let inspect_ms = started.elapsed().as_millis() as u64;
    if let Ok(inspection) = &inspected {
        if let Err(error) = part_from_archived(shop, &mut submission, inspection) {
            return unusable(submission, (JobError::from(error).into(), FailureKind::Broken), inspect_ms);
        }
        submission.hear_answers(shop, &inspection.sha256);
        if shop.options.mode == Mode::Draft && submission.known.is_none() {
            // It may be a finished work under another name.
            match lay_elsewhere(shop, &submission, &inspection.sha256) {
                Ok(known) => submission.known = known,
                Err(error) => {
                    let failure = Failure::from(JobError::from(error));
                    submission.unread = Some(failure.finding.clone());
                    return unusable(submission, (failure, FailureKind::Broken), inspect_ms);
                }
            }
            if keeps_finished(shop, &submission) {
                return kept_finished(submission, events);
            }
            submission.known = None;
        }
    }
    match inspected {
        Ok(inspection) if judging == Judging::LookOnly => looked_at(submission, inspection, inspect_ms),
        Ok(inspection) => {
            let captioned = captions::read(shop, &submission, inspection.duration_us).await;
            decide(shop, submission, inspection, (captioned, inspect_ms))
        }
        Err(why) => unusable(submission, why, inspect_ms),
    }
}

/// A share that does not answer holds nobody else up. Whoever waits for it is not waited for.
fn silent_share(shop: &Shop, source: Source) -> Judged {
    let detail = format!("no answer within {} s", LONGEST_READ.as_secs());
    let finding = Finding::error(Code::SourceUnreadable)
        .arg("path", source.path.as_path().display())
        .arg("detail", &detail);
    unusable(Submission::bare(shop, source), (Failure::new(finding, detail), FailureKind::Broken), 0)
}

/// What could not be inspected.
fn unusable(submission: Submission, (failure, kind): (Failure, FailureKind), inspect_ms: u64) -> Judged {
    tracing::debug!(detail = failure.detail, "inspection ended");
    let mut findings = submission.findings.clone();
    findings.push(*failure.finding);
    let verdict = match kind {
        FailureKind::Refused => Verdict::Rejected,
        FailureKind::Broken => Verdict::Failed,
    };
    Judged { findings, inspect_ms, ..Judged::of(submission, verdict) }
}

/// Whether a draft was asked for where finished files are.
fn keeps_finished(shop: &Shop, submission: &Submission) -> bool {
    let known = submission.known.as_ref().map(|known| &known.manifest);
    shop.options.mode == Mode::Draft
        && known.is_some_and(|known| !known.draft && !known.renditions.is_empty())
}

fn kept_finished(submission: Submission, events: &Events) -> Judged {
    let mut judged = unchanged(submission);
    judged.findings.push(Finding::warning(Code::DraftKeepsFinished));
    report(&judged, events);
    judged
}

fn unchanged(submission: Submission) -> Judged {
    let verdict = submission.known.as_ref().map_or(Verdict::Failed, |known| known.manifest.verdict);
    Judged { unchanged: true, ..Judged::of(submission, verdict) }
}

async fn inspect(
    shop: &Shop,
    (submission, threads): (&Submission, u32),
    events: &Events,
) -> Result<Inspection, (Failure, FailureKind)> {
    if let Some(inspection) = remembered(shop, submission) {
        return Ok(inspection);
    }
    inspect_anew(shop, (&submission.source, threads), events).await
}

/// What to say of a source that is no longer what it was.
pub(super) fn another_source(source: &Source) -> Finding {
    let path = source.path.as_path();
    if path.exists() {
        return Finding::error(Code::SourceChanged);
    }
    Finding::error(Code::SourceMissing).arg("path", path.display())
}

/// Looks at a source whatever is known of it, and keeps what was learned.
pub(super) async fn inspect_anew(
    shop: &Shop,
    (source, threads): (&Source, u32),
    events: &Events,
) -> Result<Inspection, (Failure, FailureKind)> {
    let job =
        Job::Inspect(InspectJob { source: source.path.clone(), limits: shop.config.limits.clone(), threads });
    let mut watch = Watch::begin(events, name_of(source), source.path.clone(), Stage::Inspecting);
    let reply = steady::run(shop, &job, source, &mut watch).await;
    // Its making may begin much later: until then nothing of it runs.
    let (work, path) = (name_of(source), source.path.clone());
    events(Event::Stage { work, path, stage: Stage::Waiting });
    let inspection = match reply {
        Ok(Reply::Inspected { inspection }) => inspection,
        Ok(_) => return Err((Failure::odd_reply(), FailureKind::Broken)),
        Err(error) => {
            let kind = error.kind;
            return Err((error.into(), kind));
        }
    };
    if let Some(fault) = steady::fault(source).await {
        return Err((Failure::new(fault, "the source changed"), FailureKind::Broken));
    }
    if let Some(library) = &shop.library
        && let Err(error) = library.catalog().put_inspection(&inspection, &listed(&inspection.fingerprint))
    {
        tracing::warn!(%error, "an inspection could not be kept");
    }
    Ok(inspection)
}

/// The inspection of an earlier run, when the source is the very same file.
fn remembered(shop: &Shop, submission: &Submission) -> Option<Inspection> {
    let known =
        submission.known.as_ref().filter(|known| known.stamp.is_untouched(&submission.source.stamp))?;
    let sha256 = known.manifest.source.sha256.as_ref()?;
    shop.catalog()?.inspection(sha256, INSPECTION_VERSION).ok().flatten()
}

fn looked_at(submission: Submission, inspection: Inspection, inspect_ms: u64) -> Judged {
    Judged { inspection: Some(inspection), inspect_ms, ..Judged::of(submission, Verdict::Accepted) }
}

/// Where the details name another department than the folder says: people shall know under whose name it appears.
fn claimed_department(shop: &Shop, submission: &Submission) -> Option<Finding> {
    let folder = submission.source.department.as_ref()?;
    submission.details.department.as_ref()?;
    let shown = submission.department(shop)?;
    let own = shop.config.departments.get(folder).unwrap_or(folder);
    let finding = Finding::warning(Code::DepartmentClaimed).measured(&shown).arg("folder", folder);
    (shown != *own && shown != *folder).then_some(finding)
}

fn decide(
    shop: &Shop,
    submission: Submission,
    inspection: Inspection,
    (captioned, inspect_ms): (Captioned, u64),
) -> Judged {
    let Captioned { captions, findings: of_texts, is_out_of_reach } = captioned;
    let mut findings = submission.findings.clone();
    // A share that hangs is nobody's mistake: the next run tries again.
    let is_out_of_reach =
        is_out_of_reach || findings.iter().any(|finding| finding.code == Code::SourceUnreadable);
    findings.extend(claimed_department(shop, &submission));
    findings.extend(of_texts);
    let Decision { findings: ruled, mut targets, mut verdict } = rules::decide(&rules::Submission {
        inspection: &inspection,
        details: &submission.details,
        source: &submission.source,
        // Those that cannot be read are told already.
        has_captions: submission.source.captions.is_some(),
        presets: &shop.presets,
        campaign: &shop.config.campaign,
        limits: &shop.config.limits,
        campaign_rules: shop.options.campaign_rules,
    });
    let warned = findings.iter().any(|finding| finding.severity == Severity::Warning);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        let refused = if is_out_of_reach { Verdict::Failed } else { Verdict::Rejected };
        (targets, verdict) = (Vec::new(), refused);
    } else if warned && verdict == Verdict::Accepted {
        verdict = Verdict::AcceptedWithWarnings;
    }
    findings.extend(ruled);
    Judged {
        submission,
        inspection: Some(inspection),
        captions,
        findings,
        targets,
        verdict,
        duplicate_of: None,
        likenesses: Vec::new(),
        id: None,
        glance: Glance::NOW,
        unchanged: false,
        inspect_ms,
    }
}
