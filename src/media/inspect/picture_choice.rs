//! Chooses the picture: the track that moves, of the programme that has sound.

use std::cmp::Reverse;

use super::sound_choice::are_together;
use super::track_survey::{Survey, may_be_picture, may_be_sound};
use crate::media::MediaError;
use crate::media::source::{Role, StreamFacts, can_decode};
use crate::model::finding::{Code, Finding};
use crate::model::sound::{OtherTrack, SoundWords, TrackNature, TrackReason};
use crate::model::value::Arg;

/// A track with less than one picture for this many of another one's is a still: of a motion photo, or a preview.
const STILL: u64 = 4;

/// What decides between tracks, the most important first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    decodes: bool,
    main: Role,
    moves: bool,
    default: bool,
    with_sound: bool,
    pixels: u64,
    first: Reverse<usize>,
}

/// Chooses among the video tracks, or refuses the file. `survey` is there where there are several.
pub(super) fn choose_picture<'a>(
    streams: &'a [StreamFacts],
    survey: Option<&Survey>,
    findings: &mut Vec<Finding>,
) -> Result<&'a StreamFacts, MediaError> {
    let candidates: Vec<&StreamFacts> = streams.iter().filter(|stream| may_be_picture(stream)).collect();
    let pictures = |stream: &StreamFacts| survey.map_or(1, |survey| survey.pictures(stream.index));
    let most = candidates.iter().map(|stream| pictures(stream)).max().unwrap_or(0);
    let moves = |stream: &StreamFacts| pictures(stream) * STILL >= most;
    let rank = |stream: &StreamFacts| Rank {
        decodes: can_decode(stream),
        main: stream.role.min(Role::Description),
        moves: moves(stream),
        default: stream.default,
        with_sound: streams.iter().any(|other| may_be_sound(other) && are_together(stream, other)),
        pixels: u64::from(stream.parameters.width) * u64::from(stream.parameters.height),
        first: Reverse(stream.index),
    };
    let mut ranked = candidates.clone();
    ranked.sort_by_key(|stream| Reverse(rank(stream)));
    let Some(best) = ranked.first().copied() else {
        let has_cover = streams.iter().any(|stream| stream.attached_picture);
        let code = if has_cover { Code::OnlyCoverArt } else { Code::NoVideo };
        return Err(MediaError::refused(Finding::error(code)));
    };
    let numbers: Vec<i32> = distinct(streams.iter().flat_map(|stream| &stream.programmes));
    if let ([number, ..], true) = (best.programmes.as_slice(), numbers.len() > 1) {
        let finding = Finding::warning(Code::ProgrammeChosen).measured(number.to_string());
        findings.push(finding.limit(numbers.len()));
    }
    let nature = |stream: &StreamFacts| match stream {
        _ if !can_decode(stream) => TrackNature::Undecodable,
        _ if !are_together(best, stream) => TrackNature::OtherProgramme,
        _ if !moves(stream) || stream.role <= Role::Still => TrackNature::Still,
        _ => TrackNature::Full,
    };
    let numbered = || candidates.iter().enumerate().map(|(at, stream)| (at + 1, *stream));
    let others: Vec<OtherTrack> = numbered()
        .filter(|(_, stream)| stream.index != best.index)
        .map(|(number, stream)| OtherTrack { number, nature: nature(stream) })
        .collect();
    if let Some(next) = ranked.get(1) {
        let number =
            numbered().find(|(_, stream)| stream.index == best.index).map_or(1, |(number, _)| number);
        let is_film = others.iter().any(|other| other.nature == TrackNature::Full);
        let finding = if is_film {
            Finding::warning(Code::PictureTrackChosen).arg(Arg::Then, SoundWords::AnotherTrack)
        } else {
            Finding::note(Code::PictureTrackChosen)
        };
        findings.push(
            finding
                .measured(number.to_string())
                .limit(candidates.len())
                .arg(Arg::Why, SoundWords::Reason(reason(&rank(best), &rank(next))))
                .arg(Arg::Other, SoundWords::Others(others)),
        );
    }
    Ok(best)
}

fn reason(best: &Rank, next: &Rank) -> TrackReason {
    match () {
        () if best.decodes != next.decodes || best.moves != next.moves => TrackReason::OnlyOne,
        () if best.main != next.main => TrackReason::Main,
        () if best.default != next.default => TrackReason::Default,
        () if best.with_sound != next.with_sound => TrackReason::Programme,
        () if best.pixels != next.pixels => TrackReason::Largest,
        () => TrackReason::First,
    }
}

fn distinct<'a>(numbers: impl Iterator<Item = &'a i32>) -> Vec<i32> {
    let mut numbers: Vec<i32> = numbers.copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
