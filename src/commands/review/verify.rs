//! `jincai review verify`: walks the chain of records, and hashes what was signed.

use serde::Serialize;

use super::opened::ReviewSession;
use crate::commands::error::CommandError;
use crate::library::catalog::{FIRST_PREVIOUS, StoredRecord};
use crate::library::records_file;
use crate::model::language::Bilingual;
use crate::model::review::ReviewState;
use crate::present::messages::review as words;
use crate::present::messages::review_refusals;
use crate::review::judge::judge_all;
use crate::review::release::files_of;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum VerifyEvent<'a> {
    BrokenAt { record: u64 },
    CopyDiffers,
    File { work: &'a str, target: &'a str, file: &'a str, problem: Bilingual },
    Verified { records: u64, last: Option<&'a str>, files: usize, sound: bool },
}

/// Checks everything; exit code 1 if anything is not as it was signed.
pub(super) fn verify(session: &mut ReviewSession) -> Result<u8, CommandError> {
    judge_all(&mut session.catalog, &session.config.review, session.moment.now)?;
    let (screen, lang) = (&session.screen, session.lang);
    let (mut records, mut last, mut broken) = (0, FIRST_PREVIOUS.to_owned(), None);
    let mut hashes = Vec::new();
    session.catalog.each_stored_record(0, |record: StoredRecord| {
        if record.seq != records + 1 || record.previous != last || !record.is_sound() {
            broken = Some(records + 1);
            return false;
        }
        records = record.seq;
        hashes.push(record.hash.clone());
        last = record.hash;
        true
    })?;
    let mut sound = true;
    if let Some(record) = broken {
        screen.event(&VerifyEvent::BrokenAt { record });
        screen.warn(words::chain_broken(record).get(lang));
        sound = false;
    }
    let copy = records_file::read(&session.library()).map_err(CommandError::internal)?;
    if !copy.iter().map(|record| &record.hash).eq(&hashes) {
        screen.event(&VerifyEvent::CopyDiffers);
        screen.warn(words::copy_differs().get(lang));
        sound = false;
    }
    let mut files = 0;
    for state in [ReviewState::Released, ReviewState::Posted, ReviewState::Waiting, ReviewState::Returned] {
        for standing in session.catalog.standings_in(state)? {
            let Some(row) = session.catalog.work_by_id(&standing.work)? else { continue };
            let released = standing.targets.iter().filter(|(_, its)| its.state == ReviewState::Released);
            for (target, its) in released {
                for file in files_of(&session.config.review, &row.manifest, (target, its)) {
                    files += 1;
                    let Err(refusal) = file.check(&session.library()) else { continue };
                    let (problem, _) = review_refusals::refusal(&refusal);
                    let (work, path) = (&standing.work, &file.path);
                    screen.event(&VerifyEvent::File { work, target, file: path, problem });
                    let name = session.target_name(target);
                    screen.warn(words::signed_file_changed(&standing.title, &name, &refusal).get(lang));
                    sound = false;
                }
            }
        }
    }
    let end = Some(last.as_str()).filter(|_| records > 0);
    screen.event(&VerifyEvent::Verified { records, last: end, files, sound });
    match end {
        None => screen.say(words::no_records().get(lang)),
        Some(last) if sound => screen.say(words::chain_holds(records, last, files).get(lang)),
        Some(_) => {}
    }
    Ok(u8::from(!sound))
}
