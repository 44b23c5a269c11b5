//! What follows when a work is like an earlier one: the finding, the verdict, and what is recorded of it.

use std::path::{Path, PathBuf};

use super::answers::obey;
use super::entry::season_of;
use super::evidence::{Pair, Shown};
use super::identity::identify;
use super::judge::{Judged, Repeated};
use super::likeness::{Alike, Other, alike_to};
use super::repeats::Before;
use super::shop::Shop;
use crate::catalog::CatalogError;
use crate::messages::duplicates as words;
use crate::model::config::Consequence;
use crate::model::finding::{Finding, Verdict};
use crate::model::likeness::{Class, LikenessRecord, Proof, Whose};
use crate::model::manifest::Work;
use crate::model::similar::Alignment;

/// The earlier work of two.
#[derive(Clone, Debug)]
pub struct OtherWork {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// What a person knows it by: id and title, or its place in the inbox.
    pub name: String,
    pub title: String,
    pub department: Option<String>,
    pub season: Option<String>,
    pub duration_ms: u64,
    pub sha256: Option<String>,
    /// Nothing lies any longer where its source was handed in.
    pub gone: bool,
    /// Pictures of it can be taken from here.
    pub file: PathBuf,
}

/// What shows that two works are alike.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Bytes,
    Streams,
    Aligned(Alignment),
    /// A person said that they are the same; where they meet, as far as that can be found.
    Said(Option<Alignment>),
}

/// A likeness as it was decided.
#[derive(Clone, Debug)]
pub struct Likened {
    pub record: LikenessRecord,
    pub other: OtherWork,
    /// Pages with both at matching moments, once they were made.
    pub(super) pairs: Vec<Pair>,
}

impl OtherWork {
    /// A work of the library at `root`.
    pub fn of_work(work: &Work, root: &Path) -> Self {
        let duration_ms = match &work.published_from {
            Some(file) => file.duration_ms,
            None => work.source.duration_ms,
        };
        Self {
            id: Some(work.id.clone()),
            name: format!("{} {}", work.id, work.title),
            title: work.title.clone(),
            department: work.department.clone(),
            season: work.season.clone(),
            duration_ms: duration_ms.unwrap_or(0),
            sha256: work.published_sha256().or(work.source.sha256.as_deref()).map(str::to_owned),
            gone: is_gone(work),
            file: file_of(work, root),
        }
    }

    /// An earlier submission of the same run. It gets its id now, so that the manifest can name it.
    pub(super) fn of_run(shop: &Shop, earlier: &mut Judged) -> Self {
        let id = shop.library.as_ref().map(|library| identify(shop, library, earlier));
        let inspection = earlier.inspection.as_ref();
        Self {
            id,
            name: earlier.name(),
            title: earlier.submission.title(),
            department: earlier.submission.department(shop),
            season: season_of(shop, earlier),
            duration_ms: inspection.map_or(0, |inspection| inspection.duration_us / 1000),
            sha256: inspection.map(|inspection| inspection.sha256.clone()),
            gone: false,
            file: earlier.submission.source.path.as_path().to_owned(),
        }
    }

    pub fn shown(&self) -> Shown {
        Shown {
            file: self.file.clone(),
            title: self.title.clone(),
            whose: words::whose(self.department.as_deref(), self.season.as_deref()),
        }
    }
}

fn is_gone(work: &Work) -> bool {
    !work.source.path.as_path().exists()
}

/// A work's source, or the largest finished file where that is gone or another file lies in its place.
fn file_of(work: &Work, root: &Path) -> PathBuf {
    let source = work.source.path.as_path();
    let lies_there = source.metadata().is_ok_and(|file| file.len() == work.source.bytes);
    let largest = work.renditions.iter().max_by_key(|rendition| rendition.width * rendition.height);
    match largest {
        Some(largest) if work.published_from.is_some() || !lies_there => root.join(&largest.file),
        _ => source.to_owned(),
    }
}

/// Likenesses that are told of one work: who has to look into three needs no list of all.
const MOST_TOLD: usize = 3;

/// Compares an accepted submission with the library's works and with those before it, and draws the consequences.
pub(super) fn settle_alike(
    shop: &Shop,
    judged: &mut [Judged],
    (index, before): (usize, &Before),
) -> Result<(), CatalogError> {
    let found = alike_to(shop, judged, (index, before))?;
    let mut found = obey(shop, judged, (index, before), found)?;
    // What is refused for is told before what is only noted, whatever share of the works it is.
    found.sort_by_key(|alike| gravity(shop, judged, index, alike));
    for alike in found.into_iter().take(MOST_TOLD) {
        let found = match (alike.opinion, alike.found) {
            (Some(_), found) => Found::Said(found),
            (None, Some(found)) => Found::Aligned(found),
            (None, None) => continue,
        };
        let other = match alike.other {
            Other::InLibrary(row) => OtherWork::of_work(&row.manifest, shop.config.library.as_path()),
            Other::InRun(earlier) => OtherWork::of_run(shop, &mut judged[earlier]),
        };
        conclude(shop, &mut judged[index], other, found);
    }
    Ok(())
}

/// 0 for what the configuration refuses.
fn gravity(shop: &Shop, judged: &[Judged], index: usize, alike: &Alike) -> u8 {
    let class = match (&alike.opinion, alike.found) {
        (None, Some(found)) => found.likeness.into(),
        _ => Class::SameWork,
    };
    let (department, gone) = match &alike.other {
        Other::InLibrary(row) => (row.manifest.department.clone(), is_gone(&row.manifest)),
        Other::InRun(earlier) => (judged[*earlier].submission.department(shop), false),
    };
    let ours = judged[index].submission.department(shop);
    match shop.config.duplicates.consequence(class, whose(&ours, &department, gone)) {
        Consequence::Reject => 0,
        Consequence::Warn => 1,
        Consequence::Note => 2,
    }
}

/// Whose the earlier work is, seen from a department.
pub(super) fn whose(ours: &Option<String>, theirs: &Option<String>, gone: bool) -> Whose {
    match (ours == theirs, gone) {
        (true, true) => Whose::Replaced,
        (true, false) if ours.is_some() => Whose::OwnWork,
        _ => Whose::AnothersWork,
    }
}

/// Tells of a likeness and draws the conclusion that the configuration asks for.
pub(super) fn conclude(shop: &Shop, one: &mut Judged, other: OtherWork, found: Found) {
    let department = one.submission.department(shop);
    let whose = whose(&department, &other.department, other.gone);
    let duration_ms = one.inspection.as_ref().map_or(0, |inspection| inspection.duration_us / 1000);
    let record = record(&other, found, duration_ms, |class| shop.config.duplicates.consequence(class, whose));
    let then = words::then(record.class, record.consequence);
    let finding = likeness_finding(&record, &other);
    // What is refused for another reason is not taken all the same.
    let is_decided = one.verdict == Verdict::Duplicate && record.consequence != Consequence::Reject;
    one.findings.push(match is_decided {
        true => finding,
        false => finding.arg("then_zh", then.zh).arg("then_en", then.en),
    });
    match record.consequence {
        // Of several the gravest, which comes first, is the one it repeats.
        Consequence::Reject if one.verdict == Verdict::Duplicate => {}
        Consequence::Reject => {
            one.verdict = Verdict::Duplicate;
            one.targets.clear();
            one.duplicate_of = Some(Repeated { id: other.id.clone(), shown: other.name.clone() });
        }
        Consequence::Warn if one.verdict == Verdict::Accepted => one.verdict = Verdict::AcceptedWithWarnings,
        Consequence::Warn | Consequence::Note => {}
    }
    one.likenesses.push(Likened { record, other, pairs: Vec::new() });
}

pub(super) fn record(
    other: &OtherWork,
    found: Found,
    duration_ms: u64,
    consequence: impl Fn(Class) -> Consequence,
) -> LikenessRecord {
    let (class, proof) = match found {
        Found::Bytes => (Class::SameFile, Proof::Bytes),
        Found::Streams => (Class::SameStreams, Proof::Streams),
        Found::Aligned(alignment) => (alignment.likeness.into(), alignment.evidence.into()),
        Found::Said(_) => (Class::SameWork, Proof::Person),
    };
    let whole = LikenessRecord {
        class,
        consequence: consequence(class),
        id: other.id.clone(),
        sha256: other.sha256.clone(),
        title: other.title.clone(),
        department: other.department.clone(),
        season: other.season.clone(),
        from_ms: 0,
        to_ms: duration_ms,
        their_from_ms: 0,
        their_to_ms: other.duration_ms,
        speed: 1.0,
        mirrored: false,
        confidence: 1.0,
        proof,
        pictures: Vec::new(),
    };
    match found {
        Found::Bytes | Found::Streams | Found::Said(None) => whole,
        Found::Aligned(alignment) => {
            LikenessRecord { confidence: alignment.confidence, ..at(whole, &alignment) }
        }
        Found::Said(Some(alignment)) => at(whole, &alignment),
    }
}

fn at(record: LikenessRecord, alignment: &Alignment) -> LikenessRecord {
    LikenessRecord {
        from_ms: u64::from(alignment.from_ms),
        to_ms: u64::from(alignment.to_ms),
        their_from_ms: u64::from(alignment.their_from_ms),
        their_to_ms: u64::from(alignment.their_to_ms),
        speed: alignment.speed,
        mirrored: alignment.mirrored,
        ..record
    }
}

/// The likeness in the words that every report uses.
pub fn likeness_finding(record: &LikenessRecord, other: &OtherWork) -> Finding {
    let whose = words::whose(record.department.as_deref(), record.season.as_deref());
    let finding = Finding::new(record.class.code(), record.consequence.severity())
        .arg("other", &other.name)
        .arg("whose", whose);
    if matches!(record.proof, Proof::Bytes | Proof::Streams) {
        return finding;
    }
    let how = words::how(record);
    let finding = finding
        .arg("at", words::span(record.from_ms, record.to_ms))
        .arg("found", words::span(record.their_from_ms, record.their_to_ms))
        .arg("how_zh", how.zh)
        .arg("how_en", how.en);
    match record.class {
        Class::SharesPassage | Class::SameSound => {
            let seconds = record.to_ms.saturating_sub(record.from_ms) as f64 / 1000.0;
            finding.measured(format!("{seconds:.1} s"))
        }
        _ if record.proof == Proof::Person => finding,
        _ => finding.measured(words::percent(record.confidence)),
    }
}
