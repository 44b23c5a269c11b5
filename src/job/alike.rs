//! What follows when a work is like an earlier one: the finding, the verdict, and what is recorded of it.

use std::path::{Path, PathBuf};

use super::answers::{content, obey};
use super::entry::season_of;
use super::evidence::{Pair, Shown};
use super::identity::identify;
use super::judge::{Judged, Repeated};
use super::likeness::{Alike, Other, alike_to};
use super::owner::Owner;
use super::repeats::{Before, tell};
use super::senior::{Precedence, has_asked, was_accepted};
use super::shop::Shop;
use crate::files;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::config::Consequence;
use crate::model::finding::{Finding, Verdict};
use crate::model::likeness::{Class, LikenessRecord, Proof, Whose};
use crate::model::manifest::Work;
use crate::model::similar::Alignment;
use crate::present::messages::duplicates as words;

/// The earlier work of two.
#[derive(Clone, Debug)]
pub struct OtherWork {
    /// `None` while nothing is recorded, in a check.
    pub id: Option<String>,
    /// What a person knows it by: id and title, or its place in the inbox.
    pub name: String,
    pub title: String,
    /// As it is shown.
    pub department: Option<String>,
    /// Whose it is.
    pub owner: Owner,
    pub season: Option<String>,
    pub duration_ms: u64,
    pub sha256: Option<String>,
    /// Nothing lies any longer where its source was handed in.
    pub gone: bool,
    /// Pictures of it can be taken from here.
    pub file: PathBuf,
    /// The folder in which that was found, unless it is one of ours.
    pub root: Option<PathBuf>,
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
    /// A work of the library.
    pub(super) fn of_row(shop: &Shop, row: &WorkRow) -> Self {
        let (work, root) = (&row.manifest, shop.config.library.as_path());
        let duration_ms = match &work.published_from {
            Some(file) => file.duration_ms,
            None => work.source.duration_ms,
        };
        let (file, found_in) = file_of(row, root);
        Self {
            id: Some(work.id.clone()),
            name: format!("{} {}", work.id, work.title),
            title: work.title.clone(),
            department: work.department.clone(),
            owner: Owner::of_row(shop, row),
            season: work.season.clone(),
            duration_ms: duration_ms.unwrap_or(0),
            sha256: work.published_sha256().or(work.source.sha256.as_deref()).map(str::to_owned),
            gone: is_gone(work),
            file,
            root: found_in,
        }
    }

    /// An earlier submission of the same run. It gets its id now, so that the manifest can name it.
    pub(super) fn of_run(shop: &Shop, earlier: &mut Judged) -> Result<Self, CatalogError> {
        let id = shop.library.as_ref().map(|library| identify(shop, library, earlier)).transpose()?;
        let inspection = earlier.inspection.as_ref();
        Ok(Self {
            id,
            name: earlier.name(),
            title: earlier.submission.title(),
            department: earlier.submission.department(shop),
            owner: Owner::of(shop, &earlier.submission),
            season: season_of(shop, earlier),
            duration_ms: inspection.map_or(0, |inspection| inspection.duration_us / 1000),
            sha256: inspection.map(|inspection| inspection.sha256.clone()),
            gone: false,
            file: earlier.submission.source.path.as_path().to_owned(),
            root: Some(earlier.submission.source.root.as_path().to_owned()),
        })
    }

    pub fn shown(&self) -> Shown {
        Shown {
            file: self.file.clone(),
            root: self.root.clone(),
            title: self.title.clone(),
            whose: words::whose(self.department.as_deref(), self.season.as_deref()),
        }
    }
}

fn is_gone(work: &Work) -> bool {
    files::is_gone(work.source.path.as_path())
}

/// A work's source with the folder in which it was found, or the largest finished file where that is gone or another file
/// lies in its place.
fn file_of(row: &WorkRow, root: &Path) -> (PathBuf, Option<PathBuf>) {
    let work = &row.manifest;
    let source = work.source.path.as_path();
    let lies_there = source.metadata().is_ok_and(|file| file.len() == work.source.bytes);
    let largest = work.renditions.iter().max_by_key(|rendition| rendition.width * rendition.height);
    match largest {
        Some(largest) if work.published_from.is_some() || !lies_there => (root.join(&largest.file), None),
        _ => {
            let found_in = row.source.ancestors().nth(row.relative.components().count());
            (source.to_owned(), found_in.map(Path::to_owned))
        }
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
    let mut found = alike_to(shop, judged, (index, before))?;
    // What is equal byte for byte or stream for stream was told.
    let told: Vec<String> =
        judged[index].likenesses.iter().filter_map(|told| told.record.sha256.clone()).collect();
    found.retain(|alike| content(judged, &alike.other).is_none_or(|it| !told.iter().any(|told| told == it)));
    let mut found = obey(shop, judged, (index, before), found)?;
    // Where nobody is refused for it, one of the two is told: the one that is settled later, or whose number is higher.
    found.retain(|alike| {
        let is_open = alike.precedence == Precedence::Unsure && gravity(shop, judged, index, alike) > 0;
        !is_open || is_later(&judged[index], &alike.other)
    });
    // What is refused for is told before what is only noted, whatever share of the works it is.
    found.sort_by_key(|alike| (gravity(shop, judged, index, alike), alike.precedence == Precedence::Unsure));
    for alike in found.into_iter().take(MOST_TOLD) {
        let found = match (alike.opinion, alike.found) {
            (Some(_), found) => Found::Said(found),
            (None, Some(found)) => Found::Aligned(found),
            (None, None) => continue,
        };
        tell(shop, judged, index, (found, alike.other, alike.precedence))?;
    }
    Ok(())
}

/// Of two published works of which neither was certainly first: which one is told of what is only noted.
fn is_later(one: &Judged, other: &Other) -> bool {
    match (other, &one.submission.known) {
        (Other::InLibrary(row), Some(known)) if was_accepted(one) => known.manifest.id > row.manifest.id,
        _ => true,
    }
}

/// 0 for what the configuration refuses.
fn gravity(shop: &Shop, judged: &[Judged], index: usize, alike: &Alike) -> u8 {
    let class = match (&alike.opinion, alike.found) {
        (None, Some(found)) => found.likeness.into(),
        _ => Class::SameWork,
    };
    let (owner, gone) = match &alike.other {
        Other::InLibrary(row) => (Owner::of_row(shop, row), is_gone(&row.manifest)),
        Other::InRun(earlier) => (Owner::of(shop, &judged[*earlier].submission), false),
    };
    let ours = Owner::of(shop, &judged[index].submission);
    match shop.config.duplicates.consequence(class, whose(shop, &ours, (&owner, gone))) {
        Consequence::Reject => 0,
        Consequence::Warn => 1,
        Consequence::Note => 2,
    }
}

/// Whose the earlier work is, seen from who handed in the later.
pub(super) fn whose(shop: &Shop, ours: &Owner, (theirs, gone): (&Owner, bool)) -> Whose {
    match (ours.is(theirs, shop), gone) {
        (true, true) if ours.is_surely(theirs, shop) => Whose::Replaced,
        (true, false) if ours.is_somebodys() => Whose::OwnWork,
        _ => Whose::AnothersWork,
    }
}

/// Tells of a likeness and draws the conclusion that the configuration asks for. Where it is not certain that the other
/// was first nobody is refused: yields whether a person is asked instead.
pub(super) fn conclude(
    shop: &Shop,
    one: &mut Judged,
    other: OtherWork,
    (found, is_unsure): (Found, bool),
) -> bool {
    let ours = Owner::of(shop, &one.submission);
    let whose = whose(shop, &ours, (&other.owner, other.gone));
    let duration_ms = one.inspection.as_ref().map_or(0, |inspection| inspection.duration_us / 1000);
    let mut record =
        record(&other, found, duration_ms, |class| shop.config.duplicates.consequence(class, whose));
    record.asks = is_unsure && record.consequence == Consequence::Reject;
    if record.asks {
        record.consequence = Consequence::Warn;
    }
    let asks = record.asks;
    let then = match (asks, record.consequence) {
        (true, _) => words::asks(),
        // Its file may have been handed over to another department.
        (false, Consequence::Reject) if other.gone && matches!(found, Found::Bytes) => words::moved(),
        (false, consequence) => words::then(record.class, consequence),
    };
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
    asks
}

/// Tells the other of two works, too, where nobody can say which of them came first: at once where it is of this run; of
/// the library when it is decided anew, which follows, since a person is asked.
pub(super) fn tell_the_other(
    shop: &Shop,
    judged: &mut [Judged],
    (index, found, asks): (usize, Found, bool),
    other: &Other,
) -> Result<(), CatalogError> {
    match other {
        Other::InRun(place) => {
            let one = OtherWork::of_run(shop, &mut judged[index])?;
            let told = &judged[*place].likenesses;
            let is_known = told.iter().any(|told| told.other.file == one.file);
            if !is_known && (asks || told.len() < MOST_TOLD) {
                conclude(shop, &mut judged[*place], one, (found.reversed(), true));
            }
        }
        Other::InLibrary(row) if shop.library.is_some() && !has_asked(row, judged[index].sha256()) => {
            let asked = shop.catalog().map(|catalog| catalog.decide_anew(&row.manifest.id));
            if let Some(Err(error)) = asked {
                tracing::warn!(%error, "the other of two works could not be told of a question");
            }
        }
        Other::InLibrary(_) => {}
    }
    Ok(())
}

impl Found {
    /// The same seen from the other work.
    fn reversed(self) -> Self {
        match self {
            Self::Bytes | Self::Streams => self,
            Self::Aligned(alignment) => Self::Aligned(alignment.reversed()),
            Self::Said(alignment) => Self::Said(alignment.map(Alignment::reversed)),
        }
    }
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
        asks: false,
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
