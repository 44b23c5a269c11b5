//! A whole run: every submission is looked into, then every accepted one is made. One bad file never stops it.

use std::sync::Arc;
use std::time::Instant;

use super::crew::Crew;
use super::evidence;
use super::identity::{self, identify, identify_all};
use super::judge::{Judged, judge_all};
use super::listing::write_library_manifests;
use super::make::{make, not_asked_for};
use super::publish::{keeps_published, publish, record_unmade, retire};
use super::shop::{Events, Failure, JobError, Library, Shop, found};
use super::single::is_done;
use crate::model::event::{Event, Stage, Tally};
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::manifest::Work;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub tally: Tally,
    pub took_ms: u64,
}

impl Outcome {
    /// 0 when every work was accepted, 1 when one was rejected or failed.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.tally.rejected + self.tally.failed > 0)
    }
}

/// Makes a library out of `sources`.
pub async fn run(shop: Arc<Shop>, sources: Vec<Source>, events: Events) -> Result<Outcome, JobError> {
    let began = Instant::now();
    let Some(library) = &shop.library else { return Ok(Outcome { tally: Tally::default(), took_ms: 0 }) };
    retire(&shop, library)?;
    events(Event::BatchStarted { works: sources.len() });
    let mut tally = Tally::default();
    let mut repeating = sweep(&shop, library, sources, (&events, &mut tally)).await;
    // What a duplicate repeats may have been replaced, refused or have failed just now.
    repeating.retain(|repeating| !is_done(&shop, repeating.source.clone()));
    if !repeating.is_empty() {
        tally.unchanged -= repeating.iter().filter(|repeating| repeating.unchanged).count();
        tally.duplicates -= repeating.len();
        let sources = repeating.into_iter().map(|repeating| repeating.source).collect();
        sweep(&shop, library, sources, (&events, &mut tally)).await;
    }
    write_library_manifests(&shop, library)?;
    let took_ms = began.elapsed().as_millis() as u64;
    let Tally { accepted, warned, duplicates, rejected, failed, unchanged } = tally;
    events(Event::BatchFinished { accepted, warned, duplicates, rejected, failed, unchanged, took_ms });
    Ok(Outcome { tally, took_ms })
}

/// A duplicate, and whether it was known as one before.
struct Repeating {
    source: Source,
    unchanged: bool,
}

/// Decides and makes all of `sources`. Yields those of the duplicates.
async fn sweep(
    shop: &Arc<Shop>,
    library: &Library,
    sources: Vec<Source>,
    (events, tally): (&Events, &mut Tally),
) -> Vec<Repeating> {
    let mut judged = judge_all(shop, sources, events).await;
    identify_all(shop, library, (&mut judged, events));
    let mut crew = Crew::default();
    let mut repeating = Vec::new();
    for one in judged {
        if one.unchanged {
            tally.unchanged += 1;
            count(tally, one.verdict);
            finish_event(events, &one, None, 0);
            if one.verdict == Verdict::Duplicate {
                repeating.push(Repeating { source: one.submission.source, unchanged: true });
            }
            continue;
        }
        let (shop, events) = (Arc::clone(shop), Arc::clone(events));
        let kept = (one.name(), one.submission.title(), one.submission.source.clone());
        crew.put(kept, async move {
            let _place = shop.doors.begin().await;
            let started = Instant::now();
            let (one, work) = finish(&shop, one, &events, |_| false).await;
            finish_event(&events, &one, work.as_ref(), started.elapsed().as_millis() as u64);
            (one.verdict, one.submission.source)
        });
    }
    while let Some(ended) = crew.next().await {
        let (verdict, source) = ended.unwrap_or_else(|((work, title, source), why)| {
            broke_off(events, (work, title, &source), &Failure::broken(why));
            (Verdict::Failed, source)
        });
        count(tally, verdict);
        if verdict == Verdict::Duplicate {
            repeating.push(Repeating { source, unchanged: false });
        }
    }
    repeating
}

fn count(tally: &mut Tally, verdict: Verdict) {
    let place = match verdict {
        Verdict::Accepted => &mut tally.accepted,
        Verdict::AcceptedWithWarnings => &mut tally.warned,
        Verdict::Duplicate => &mut tally.duplicates,
        Verdict::Rejected => &mut tally.rejected,
        Verdict::Failed => &mut tally.failed,
    };
    *place += 1;
}

/// Tells of a work whose making ended without a result. Nothing of it is recorded: the next run makes it.
fn broke_off(events: &Events, (work, title, source): (String, String, &Source), failure: &Failure) {
    events(found(work.clone(), &failure.finding));
    let (path, verdict) = (source.path.clone(), Verdict::Failed);
    events(Event::Finished { work, path, title, verdict, renditions: 0, took_ms: 0 });
}

pub(super) fn finish_event(events: &Events, one: &Judged, work: Option<&Work>, took_ms: u64) {
    let known = one.submission.known.as_ref().map(|known| &known.manifest);
    let renditions = work.or(known.filter(|_| one.unchanged)).map_or(0, |work| work.renditions.len());
    events(Event::Finished {
        work: one.name(),
        path: one.submission.source.path.clone(),
        title: one.submission.title(),
        verdict: one.verdict,
        renditions,
        took_ms: took_ms + one.inspect_ms,
    });
}

/// Whether a work was refused for the targets that were asked for alone, while the library holds others of it: those are
/// another matter, and the entry stays as it is.
pub(super) fn keeps_other_targets(shop: &Shop, one: &Judged) -> bool {
    let mut errors = one.findings.iter().filter(|finding| finding.severity == Severity::Error);
    shop.options.is_selection
        && one.verdict == Verdict::Rejected
        && errors.all(|finding| finding.target.is_some())
        // Where the catalogue cannot be asked nothing is withdrawn.
        && not_asked_for(shop, one).map_or(true, |others| !others.is_empty())
}

/// Makes an accepted work, records any other. A failure becomes the work's verdict; nothing is recorded of one that
/// `passes` says will be gone by itself.
pub(super) async fn finish(
    shop: &Arc<Shop>,
    mut one: Judged,
    events: &Events,
    passes: fn(Code) -> bool,
) -> (Judged, Option<Work>) {
    let Some(library) = &shop.library else { return (one, None) };
    if one.submission.unread.is_some() {
        // Nothing was decided, so nothing is recorded and no file is let go of.
        return (one, None);
    }
    let id = match identify(shop, library, &mut one) {
        Ok(id) => id,
        Err(error) => {
            identity::fail(&mut one, error, events);
            return (one, None);
        }
    };
    if keeps_other_targets(shop, &one) {
        return (one, None);
    }
    evidence::gather(shop, library, (&id, &mut one)).await;
    if matches!(one.verdict, Verdict::Duplicate | Verdict::Rejected) {
        tell_what_is_withdrawn(&mut one, events);
    }
    let outcome = match one.verdict {
        Verdict::Accepted | Verdict::AcceptedWithWarnings => produce(shop, &id, &mut one, events).await,
        Verdict::Duplicate | Verdict::Rejected => record_unmade(shop, library, (&id, &one)),
        Verdict::Failed if one.findings.iter().any(|finding| passes(finding.code)) => return (one, None),
        Verdict::Failed => return record_failed(shop, library, &id, one),
    };
    match outcome {
        Ok(work) => (one, Some(work)),
        Err(failure) => {
            let work = fail(shop, &id, &mut one, failure, (events, passes));
            (one, work)
        }
    }
}

/// A work whose file is as it was when it was published, and which is refused all the same: a rule has changed, or a person
/// said that it repeats another.
fn tell_what_is_withdrawn(one: &mut Judged, events: &Events) {
    if holds_nothing(one) || keeps_published(one) {
        return;
    }
    let renditions = one.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let targets: Vec<&str> = renditions.map(|rendition| rendition.target.as_str()).collect();
    let finding = Finding::error(Code::Withdrawn).arg("targets", targets.join(", "));
    tell(one, finding, events);
}

/// What the library holds of a work for targets that it is not made for now: those that refuse it lose theirs, those that
/// are not enabled any more keep it until somebody asks for it to be removed.
fn tell_of_other_targets(shop: &Shop, one: &mut Judged, events: &Events) -> Result<(), Failure> {
    let known = one.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let (enabled, others): (Vec<String>, Vec<String>) = known
        .map(|made| made.target.clone())
        .partition(|target| shop.presets.iter().any(|preset| preset.id == *target));
    let is_refused = |target: &String| one.targets.iter().all(|made| made != target);
    let refused = enabled.into_iter().filter(is_refused).collect::<Vec<_>>().join(", ");
    if !refused.is_empty() {
        tell(one, Finding::warning(Code::Withdrawn).arg("targets", refused), events);
    }
    if shop.options.prune {
        if !others.is_empty() {
            tell(one, Finding::note(Code::TargetPruned).arg("targets", others.join(", ")), events);
        }
        return Ok(());
    }
    let kept: Vec<String> = not_asked_for(shop, one)?.into_iter().map(|row| row.rendition.target).collect();
    let is_gone = |target: &String| !kept.contains(target);
    let outdated = others.into_iter().filter(is_gone).collect::<Vec<_>>().join(", ");
    if !outdated.is_empty() {
        tell(one, Finding::warning(Code::TargetOutdated).arg("targets", outdated), events);
    }
    if !shop.options.is_selection && !kept.is_empty() {
        tell(one, Finding::note(Code::TargetKept).arg("targets", kept.join(", ")), events);
    }
    Ok(())
}

/// What was published of the content that lay there before is replaced: whoever meant another work is to give it a name of
/// its own.
fn tell_of_replacement(one: &mut Judged, events: &Events) {
    let before = one.submission.known.as_ref().map(|known| &known.manifest);
    let published = before.filter(|work| !work.draft && !work.renditions.is_empty());
    let Some(before) = published.filter(|work| work.published_sha256() != one.sha256()) else { return };
    let finding =
        Finding::note(Code::ReplacesPublished).arg("title", &before.title).arg("count", before.revision);
    tell(one, finding, events);
}

/// Adds a finding to a work, and says so.
fn tell(one: &mut Judged, finding: Finding, events: &Events) {
    events(found(one.name(), &finding));
    one.findings.push(finding);
}

async fn produce(shop: &Arc<Shop>, id: &str, one: &mut Judged, events: &Events) -> Result<Work, Failure> {
    let Some(library) = &shop.library else { return Err(Failure::odd_reply()) };
    let made = make(shop, library, (id, one), events).await?;
    tell_of_replacement(one, events);
    tell_of_other_targets(shop, one, events)?;
    let warned = made.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    // The render measures damage once more; that there is some was told.
    let told = |code: Code| code == Code::Damaged && one.findings.iter().any(|said| said.code == code);
    for finding in made.findings.iter().filter(|finding| !told(finding.code)) {
        events(found(one.name(), finding));
    }
    if warned {
        one.verdict = Verdict::AcceptedWithWarnings;
    }
    let path = one.submission.source.path.clone();
    events(Event::Stage { work: one.name(), path, stage: Stage::Publishing });
    tokio::task::block_in_place(|| publish(shop, library, (id, one), made))
}

/// A work whose making broke off. What the library already holds of it stays; nothing new is recorded unless the
/// file itself is to blame, so that the next run tries again.
fn fail(
    shop: &Shop,
    id: &str,
    one: &mut Judged,
    failure: Failure,
    (events, passes): (&Events, fn(Code) -> bool),
) -> Option<Work> {
    tracing::warn!(work = one.name(), detail = failure.detail, "a work was not made");
    let refused = failure.finding.code == Code::ShareOfDamage;
    let passing = passes(failure.finding.code);
    tell(one, *failure.finding, events);
    one.verdict = if refused { Verdict::Rejected } else { Verdict::Failed };
    let library = shop.library.as_ref()?;
    if refused {
        tell_what_is_withdrawn(one, events);
    }
    if !refused && (passing || !holds_nothing(one)) {
        return None;
    }
    match record_unmade(shop, library, (id, one)) {
        Ok(work) => Some(work),
        Err(failure) => {
            // What was not recorded was not decided.
            tell(one, *failure.finding, events);
            one.verdict = Verdict::Failed;
            None
        }
    }
}

/// Whether the library holds no rendition of a work, so that recording a failure withdraws none.
pub(super) fn holds_nothing(one: &Judged) -> bool {
    one.submission.known.as_ref().is_none_or(|known| known.manifest.renditions.is_empty())
}

fn record_failed(shop: &Shop, library: &Library, id: &str, one: Judged) -> (Judged, Option<Work>) {
    let work = if holds_nothing(&one) { record_unmade(shop, library, (id, &one)).ok() } else { None };
    (one, work)
}
