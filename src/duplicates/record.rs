//! Makes the record of a match, and the finding that reports it.

use crate::library::catalog::CatalogError;
use crate::model::alignment::Alignment;
use crate::model::config::Consequence;
use crate::model::finding::Finding;
use crate::model::likeness::{LikenessRecord, MatchClass, Ownership, Proof, sure_percent};
use crate::model::value::{Arg, Value};
use crate::present::messages::duplicates as words;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::identity::identify;
use crate::work::likeness::MatchedWork;
use crate::work::owner::Owner;

/// The evidence that two works are similar.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MatchEvidence {
    Bytes,
    Streams,
    Aligned(Alignment),
    /// A person called them the same; how they align, if that was found.
    Person(Option<Alignment>),
}

/// Returns whose the earlier work is, for the owner of the later one; `gone` if the earlier one's source is no longer there.
pub(crate) fn whose(context: &Context, ours: &Owner, theirs: &Owner, gone: bool) -> Ownership {
    match (ours.is(theirs, context), gone) {
        (true, true) if ours.is_surely(theirs, context) => Ownership::Replaced,
        (true, false) if ours.has_owner() => Ownership::OwnWork,
        _ => Ownership::AnothersWork,
    }
}

impl MatchEvidence {
    /// Returns the same evidence from the other work's side.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Bytes | Self::Streams => self,
            Self::Aligned(alignment) => Self::Aligned(alignment.reversed()),
            Self::Person(alignment) => Self::Person(alignment.map(Alignment::reversed)),
        }
    }
}

/// Makes the record of a match with `other`, for a work of `duration_ms` milliseconds. `consequence` is the configuration's.
pub(crate) fn record(
    other: &MatchedWork,
    evidence: MatchEvidence,
    duration_ms: u64,
    consequence: impl Fn(MatchClass) -> Consequence,
) -> LikenessRecord {
    let (class, proof) = match evidence {
        MatchEvidence::Bytes => (MatchClass::SameFile, Proof::Bytes),
        MatchEvidence::Streams => (MatchClass::SameStreams, Proof::Streams),
        MatchEvidence::Aligned(alignment) => (alignment.likeness.into(), alignment.evidence.into()),
        MatchEvidence::Person(_) => (MatchClass::SameWork, Proof::Person),
    };
    let whole = LikenessRecord {
        class,
        consequence: consequence(class),
        id: other.id.clone(),
        sha256: other.sha256.clone(),
        title: other.title.clone(),
        department: other.department.clone(),
        season: other.season.clone(),
        season_name: other.season_name.clone(),
        from_ms: 0,
        to_ms: duration_ms,
        their_from_ms: 0,
        their_to_ms: other.duration_ms,
        speed: 1.0,
        mirrored: false,
        window: None,
        confidence: 1.0,
        proof,
        asks: false,
        pictures: Vec::new(),
    };
    match evidence {
        MatchEvidence::Bytes | MatchEvidence::Streams | MatchEvidence::Person(None) => whole,
        MatchEvidence::Aligned(alignment) => {
            LikenessRecord { confidence: alignment.confidence, ..with_passage(whole, &alignment) }
        }
        MatchEvidence::Person(Some(alignment)) => with_passage(whole, &alignment),
    }
}

fn with_passage(record: LikenessRecord, alignment: &Alignment) -> LikenessRecord {
    LikenessRecord {
        from_ms: u64::from(alignment.from_ms),
        to_ms: u64::from(alignment.to_ms),
        their_from_ms: u64::from(alignment.their_from_ms),
        their_to_ms: u64::from(alignment.their_to_ms),
        speed: alignment.speed,
        mirrored: alignment.mirrored,
        window: alignment.window,
        ..record
    }
}

/// Makes the finding that reports a match.
pub fn likeness_finding(record: &LikenessRecord, other: &MatchedWork) -> Finding {
    let whose = words::whose(record.department.as_deref(), record.season_name.as_deref());
    let mut finding = Finding::new(record.class.code(), record.consequence.severity())
        .arg(Arg::Other, &other.title)
        .arg(Arg::Whose, whose);
    let named =
        [(Arg::Id, &other.id), (Arg::Department, &record.department), (Arg::Season, &record.season_name)];
    for (arg, name) in named {
        finding = match name {
            Some(name) => finding.arg(arg, name),
            None => finding,
        };
    }
    if matches!(record.proof, Proof::Bytes | Proof::Streams) {
        return finding;
    }
    let finding = finding
        .arg(Arg::At, Value::Span { from_ms: record.from_ms, to_ms: record.to_ms })
        .arg(Arg::Found, Value::Span { from_ms: record.their_from_ms, to_ms: record.their_to_ms })
        .arg(Arg::How, record.basis());
    match record.class {
        MatchClass::SharesPassage | MatchClass::SameSound => {
            let seconds = record.to_ms.saturating_sub(record.from_ms) as f64 / 1000.0;
            finding.measured(Value::Seconds(seconds))
        }
        _ if record.proof == Proof::Person => finding,
        _ => finding.measured(Value::Percent(sure_percent(record.confidence))),
    }
}

/// Makes one of an earlier submission of the same run. That gets its id now, so that the manifest can name it.
pub(crate) fn matched_in_run(context: &Context, earlier: &mut Decision) -> Result<MatchedWork, CatalogError> {
    let id = context.library.as_ref().map(|library| identify(context, library, earlier)).transpose()?;
    let inspection = earlier.inspected.inspection.as_ref();
    Ok(MatchedWork {
        id,
        name: earlier.name(),
        title: earlier.inspected.submission.title(),
        department: earlier.inspected.submission.department(context),
        owner: Owner::of(context, &earlier.inspected.submission),
        season: earlier.inspected.season(context),
        season_name: earlier.inspected.season_name(context),
        duration_ms: inspection.map_or(0, |inspection| inspection.duration_us / 1000),
        sha256: inspection.map(|inspection| inspection.sha256.clone()),
        gone: false,
        file: earlier.inspected.submission.source.path.as_path().to_owned(),
        root: Some(earlier.inspected.submission.source.root.as_path().to_owned()),
    })
}
