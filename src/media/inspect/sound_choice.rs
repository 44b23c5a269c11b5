//! Chooses the sound: the track that is meant, or the tracks that are its channels.

use std::cmp::Reverse;

use super::track_survey::{Survey, may_be_sound};
use crate::media::channels::shares_of;
use crate::media::source::{Role, StreamFacts};
use crate::model::finding::{Code, Finding};
use crate::model::sound::{OtherTrack, SoundWords, TrackNature, TrackReason, TrackShare};
use crate::model::value::Arg;

/// Tracks that differ by no more than this in start or length can be the channels of one recording, microseconds: less than
/// two pictures.
const SAME_TIME_US: u64 = 60_000;
/// Codes of the Chinese languages (ISO 639).
const CHINESE: [&str; 6] = ["chi", "zho", "zh", "cmn", "yue", "zh-cn"];

/// The chosen sound.
pub(in crate::media) struct SelectedSound {
    /// The first stands for all.
    pub tracks: Vec<StreamFacts>,
    /// The share of each in both sides; empty for a single track.
    pub shares: Vec<TrackShare>,
}

/// One track, or several that are one recording.
struct Recording<'a> {
    tracks: Vec<&'a StreamFacts>,
    shares: Vec<[f32; 2]>,
    joining: Joining,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joining {
    Single,
    Channels,
    Microphones,
}

/// What decides between recordings, the most important first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    heard: bool,
    /// [`Role::Dub`] and better are alike here.
    main: Role,
    default: bool,
    role: Role,
    chinese: bool,
    first: Reverse<usize>,
}

/// Chooses among the tracks of the picture's programme. `survey` is there where there are several.
pub(super) fn choose_sound(
    streams: &[StreamFacts],
    video: &StreamFacts,
    survey: Option<&Survey>,
    findings: &mut Vec<Finding>,
) -> Option<SelectedSound> {
    let candidates: Vec<&StreamFacts> =
        streams.iter().filter(|stream| may_be_sound(stream) && are_together(video, stream)).collect();
    let heard = |stream: &StreamFacts| survey.is_none_or(|survey| survey.is_heard(stream.index));
    let rank = |recording: &Recording<'_>| {
        let track = recording.tracks[0];
        Rank {
            heard: recording.tracks.iter().any(|track| heard(track)),
            main: track.role.min(Role::Dub),
            default: recording.tracks.iter().any(|track| track.default),
            role: track.role,
            chinese: CHINESE.contains(&track.language.as_str()),
            first: Reverse(track.index),
        }
    };
    let mut recordings = recordings(&candidates, survey);
    recordings.sort_by_key(|recording| Reverse(rank(recording)));
    let mut ranked = recordings.into_iter();
    let best = ranked.next()?;
    let reason = match ranked.next() {
        Some(next) => reason(&rank(&best), &rank(&next)),
        None if streams.iter().any(|stream| may_be_sound(stream) && !are_together(video, stream)) => {
            TrackReason::Programme
        }
        None => TrackReason::OnlyOne,
    };
    let numbered = Numbered { streams, video, survey, used: &best.tracks };
    findings.extend(numbered.joined(best.joining));
    findings.extend(numbered.chosen(reason));
    let share = |(track, share): (&&StreamFacts, &[f32; 2])| TrackShare {
        stream: track.index,
        left: share[0],
        right: share[1],
    };
    Some(SelectedSound {
        shares: best.tracks.iter().zip(&best.shares).map(share).collect(),
        tracks: best.tracks.into_iter().cloned().collect(),
    })
}

/// Returns true unless the two streams belong to different programmes.
pub(super) fn are_together(a: &StreamFacts, b: &StreamFacts) -> bool {
    a.programmes.is_empty()
        || b.programmes.is_empty()
        || a.programmes.iter().any(|number| b.programmes.contains(number))
}

fn reason(best: &Rank, next: &Rank) -> TrackReason {
    match () {
        () if best.heard != next.heard => TrackReason::OnlyOne,
        () if best.main != next.main => TrackReason::Main,
        () if best.default != next.default => TrackReason::Default,
        () if best.role != next.role => TrackReason::Main,
        () if best.chinese != next.chinese => TrackReason::Language,
        () => TrackReason::First,
    }
}

/// Joins mono tracks that are channels of one recording.
fn recordings<'a>(candidates: &[&'a StreamFacts], survey: Option<&Survey>) -> Vec<Recording<'a>> {
    let Some(survey) = survey else { return candidates.iter().map(|track| single(track)).collect() };
    let mut groups: Vec<Vec<&StreamFacts>> = Vec::new();
    let mut all = Vec::new();
    for track in candidates {
        if track.parameters.channels != 1 {
            all.push(single(track));
        } else if let Some(group) = groups.iter_mut().find(|group| are_alike(group[0], track, survey)) {
            group.push(track);
        } else {
            groups.push(vec![track]);
        }
    }
    all.extend(groups.into_iter().flat_map(|group| join(&group, survey)));
    all
}

fn single(track: &StreamFacts) -> Recording<'_> {
    Recording { tracks: vec![track], shares: Vec::new(), joining: Joining::Single }
}

/// Returns true if two mono tracks can be channels of one recording.
fn are_alike(a: &StreamFacts, b: &StreamFacts, survey: &Survey) -> bool {
    let of = |stream: &StreamFacts| {
        (stream.parameters.codec.clone(), stream.parameters.sample_rate, stream.language.clone(), stream.role)
    };
    let (Some(first), Some(second)) = (survey.sound(a.index), survey.sound(b.index)) else { return false };
    of(a) == of(b)
        && a.programmes == b.programmes
        && first.start_us.abs_diff(second.start_us) <= SAME_TIME_US
        && first.length_us.abs_diff(second.length_us) <= SAME_TIME_US
}

fn join<'a>(group: &[&'a StreamFacts], survey: &Survey) -> Vec<Recording<'a>> {
    let labels: Vec<&str> = group.iter().map(|track| label(track)).collect();
    let are_labelled = labels.iter().any(|label| !matches!(*label, "FC" | "NONE" | ""));
    let are_different = labels.iter().enumerate().all(|(at, label)| !labels[..at].contains(label));
    if group.len() > 2 && are_labelled && are_different {
        let recording =
            Recording { tracks: group.to_vec(), shares: shares_of(&labels), joining: Joining::Channels };
        return vec![recording];
    }
    // A track that repeats another one, such as a safety track, is no further microphone.
    let is_new = |at: usize| !group[..at].iter().any(|other| survey.are_same(other.index, group[at].index));
    let heard: Vec<usize> =
        (0..group.len()).filter(|at| survey.is_heard(group[*at].index) && is_new(*at)).collect();
    let are_pairs = group.len().is_multiple_of(2) && heard.iter().all(|at| *at < 4);
    if heard.len() > 2 && !are_pairs {
        let share = [1.0 / (heard.len() as f32).sqrt(); 2];
        let (shares, tracks) = heard.iter().map(|at| (share, group[*at])).unzip();
        return vec![Recording { tracks, shares, joining: Joining::Microphones }];
    }
    group.chunks(2).flat_map(|pair| sides(pair, survey)).collect()
}

/// Joins two tracks as left and right, unless they are the same.
fn sides<'a>(pair: &[&'a StreamFacts], survey: &Survey) -> Vec<Recording<'a>> {
    match *pair {
        [a, b] if !survey.are_same(a.index, b.index) => {
            let is_swapped = matches!((label(a), label(b)), ("FR", "FL") | ("DR", "DL"));
            let shares = vec![[1.0, 0.0], [0.0, 1.0]];
            let tracks = if is_swapped { vec![b, a] } else { vec![a, b] };
            vec![Recording { tracks, shares, joining: Joining::Channels }]
        }
        _ => pair.iter().map(|track| single(track)).collect(),
    }
}

fn label(track: &StreamFacts) -> &str {
    track.parameters.channel_names.names.first().map_or("", String::as_str)
}

/// The audio tracks of a file, counted from 1.
struct Numbered<'a> {
    streams: &'a [StreamFacts],
    video: &'a StreamFacts,
    survey: Option<&'a Survey>,
    used: &'a [&'a StreamFacts],
}

impl Numbered<'_> {
    fn tracks(&self) -> impl Iterator<Item = (usize, &StreamFacts)> {
        let audio = self.streams.iter().filter(|stream| stream.kind == self.used[0].kind);
        audio.enumerate().map(|(at, stream)| (at + 1, stream))
    }

    fn is_used(&self, stream: &StreamFacts) -> bool {
        self.used.iter().any(|used| used.index == stream.index)
    }

    fn used_numbers(&self) -> String {
        let used = self.tracks().filter(|(_, stream)| self.is_used(stream));
        used.map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(" + ")
    }

    fn joined(&self, joining: Joining) -> Option<Finding> {
        let finding = match joining {
            Joining::Single => return None,
            Joining::Channels => Finding::note(Code::TracksJoined),
            Joining::Microphones => Finding::warning(Code::TracksMixed),
        };
        Some(finding.measured(self.used_numbers()))
    }

    /// Says what was chosen, if there is anything else.
    fn chosen(&self, reason: TrackReason) -> Option<Finding> {
        let unused = self.tracks().filter(|(_, stream)| !self.is_used(stream));
        let others: Vec<OtherTrack> =
            unused.map(|(number, stream)| OtherTrack { number, nature: self.nature(stream) }).collect();
        if others.is_empty() {
            return None;
        }
        let is_heard = others.iter().any(|other| other.nature == TrackNature::Full);
        let finding = if is_heard {
            Finding::warning(Code::SoundTrackChosen).arg(Arg::Then, SoundWords::AnotherTrack)
        } else {
            Finding::note(Code::SoundTrackChosen)
        };
        Some(
            finding
                .measured(self.used_numbers())
                .limit(self.tracks().count())
                .arg(Arg::Why, SoundWords::Reason(reason))
                .arg(Arg::Other, SoundWords::Others(others)),
        )
    }

    fn nature(&self, stream: &StreamFacts) -> TrackNature {
        let same = |(_, other): &(usize, &StreamFacts)| {
            let survey = self.survey.filter(|_| self.is_used(other));
            survey.is_some_and(|survey| survey.are_same(stream.index, other.index))
        };
        match stream.role {
            _ if !may_be_sound(stream) => TrackNature::Undecodable,
            _ if !are_together(self.video, stream) => TrackNature::OtherProgramme,
            _ if self.survey.is_some_and(|survey| !survey.is_heard(stream.index)) => TrackNature::Silent,
            Role::Description => TrackNature::Description,
            Role::HearingImpaired => TrackNature::HearingImpaired,
            Role::Commentary => TrackNature::Commentary,
            Role::Effects => TrackNature::Effects,
            Role::Dub => TrackNature::Dub,
            _ => match self.tracks().find(same) {
                Some((number, _)) => TrackNature::SameAs(number),
                None => TrackNature::Full,
            },
        }
    }
}
