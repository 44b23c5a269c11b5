//! The date of a submission, and the season in which it lies.

use crate::clock;
use crate::library::catalog::FirstSight;
use crate::model::config::{Config, Season};
use crate::model::finding::{Code, Finding};
use crate::model::scan_number::ScanNumber;
use crate::model::submission_date::{DatedBy, SubmissionDate};
use crate::model::value::Arg;
use crate::work::context::Context;
use crate::work::submission::Submission;

/// Returns the date of a submission: the one in its details; else the day on which its content was first seen in its
/// department's folder, by the catalogue or, in the service, by the scan that found it. A run knows neither of a new file and
/// takes the file's own time, which may be that of the recording; the date under which it is recorded then stays.
pub(crate) fn date_of(context: &Context, submission: &Submission, sha256: Option<&str>) -> SubmissionDate {
    let dated = |date: String, by| {
        let season_name = season_at(&context.config, &date).map(|season| season.name.clone());
        SubmissionDate { date, by, season_name }
    };
    if let Some(date) = submission.details.submitted.clone() {
        return dated(date, DatedBy::Details);
    }
    if let Some(date) = recorded(submission, sha256) {
        return dated(date, DatedBy::FileTime);
    }
    let first = sha256.and_then(|sha256| {
        context.catalog()?.first_sight(sha256, submission.source.department.as_deref()).ok().flatten()
    });
    let file_time = || clock::local_date(submission.source.stamp.modified_ns);
    match (first, &submission.seen_at) {
        // Recorded when a work of an earlier version was decided again, and no first sight: it keeps the season that it had.
        (Some(FirstSight { scan: ScanNumber::BEFORE_ALL, .. }), _) => dated(file_time(), DatedBy::FileTime),
        (Some(first), _) => dated(day(&first.at), DatedBy::FirstSeen),
        (None, Some(seen_at)) => dated(day(seen_at), DatedBy::FirstSeen),
        (None, None) => dated(file_time(), DatedBy::FileTime),
    }
}

/// Returns the file's time by which a run dated this very content, if it did: its season must not change with the next run.
fn recorded(submission: &Submission, sha256: Option<&str>) -> Option<String> {
    let known = &submission.known.as_ref()?.manifest;
    let is_same = sha256.is_some() && known.source.sha256.as_deref() == sha256;
    let date = known.submitted.as_ref().filter(|date| date.by == DatedBy::FileTime)?;
    is_same.then(|| date.date.clone())
}

/// Returns the day of an RFC 3339 time in the college's zone.
fn day(at: &str) -> String {
    at.chars().take(10).collect()
}

/// Returns the season that holds an ISO date. Dates were read as such and written alike, so they sort as text.
pub(crate) fn season_at<'a>(config: &'a Config, date: &str) -> Option<&'a Season> {
    config.seasons.iter().find(|season| season.from.as_str() <= date && date <= season.to.as_str())
}

/// Returns the name of a season by its id, or the id itself where the configuration has no such season any more.
pub(crate) fn name_of<'a>(config: &'a Config, id: &'a str) -> &'a str {
    config.seasons.iter().find(|season| season.id == id).map_or(id, |season| season.name.as_str())
}

/// Returns what a person should know of a submission's season: that there is none, that it rests on the file's time alone, or
/// that the file's time lies in another one.
pub(crate) fn findings(context: &Context, submission: &Submission) -> Vec<Finding> {
    let config = &context.config;
    if config.seasons.is_empty() {
        return Vec::new();
    }
    let SubmissionDate { date, by, season_name } = &submission.submitted;
    let Some(season) = season_name else {
        return vec![Finding::warning(Code::SeasonUnknown).measured(date).arg(Arg::How, *by)];
    };
    let file_date = clock::local_date(submission.source.stamp.modified_ns);
    let of_file = season_at(config, &file_date).map(|season| &season.name);
    match by {
        DatedBy::FileTime => {
            vec![Finding::note(Code::SeasonByFileTime).measured(date).arg(Arg::Season, season)]
        }
        // A person wrote it on purpose.
        DatedBy::Details => Vec::new(),
        DatedBy::FirstSeen => of_file
            .filter(|other| *other != season)
            .map(|other| {
                Finding::note(Code::SeasonsDiffer)
                    .measured(date)
                    .arg(Arg::How, *by)
                    .arg(Arg::Season, season)
                    .arg(Arg::Found, file_date)
                    .arg(Arg::Other, other)
            })
            .into_iter()
            .collect(),
    }
}
