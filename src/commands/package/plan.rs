//! `jincai package plan`: what a package would hold.

use std::collections::BTreeMap;

use serde::Serialize;

use super::arguments::Chosen;
use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table::{WIDEST, table};
use crate::model::language::Bilingual;
use crate::model::showcase::plan::{Entry, LeftOut, Note, Open, Plan, Stop};
use crate::model::showcase::profile::{CURRENT, Profile, Take};
use crate::model::units::long_time;
use crate::present::messages::showcase as words;

/// Most works that are not in, and that a person is told of; `--json` tells all.
const MOST_TOLD: usize = 30;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum PlanEvent<'a> {
    Planned {
        profile: &'a str,
        name: &'a str,
        complete: bool,
        late: bool,
        works: usize,
        left_out: usize,
        bytes: u64,
        mail_subject: &'a Option<String>,
        open: Vec<Said<'a, Open>>,
    },
    Entry {
        #[serde(flatten)]
        entry: &'a Entry,
        said: Vec<Bilingual>,
    },
    LeftOut {
        work: &'a str,
        title: &'a str,
        named: bool,
        why: Vec<Said<'a, Stop>>,
    },
}

/// A reason with its words.
#[derive(Serialize)]
struct Said<'a, T> {
    #[serde(flatten)]
    of: &'a T,
    message: Bilingual,
}

pub(super) async fn plan(desk: &Desk, chosen: &Chosen) -> Result<u8, CommandError> {
    let profile = desk.profile(&chosen.id)?;
    let (plan, _) = desk.plan(&profile, chosen, None).await?;
    tell(desk, &profile, &plan)?;
    Ok(0)
}

/// Says what a package would hold, what stops the others, and what is lacking.
pub(super) fn tell(desk: &Desk, profile: &Profile, plan: &Plan) -> Result<(), CommandError> {
    events(desk, plan);
    let (lang, screen) = (desk.lang, &desk.screen);
    screen.say(words::planned(plan).get(lang));
    if let Some(loud) = words::loud(profile, profile.when.left(desk.moment.now)) {
        screen.say(loud.get(lang));
    }
    if let Some(subject) = &plan.mail_subject {
        screen.say(words::mail_subject(subject).get(lang));
    }
    if !plan.entries.is_empty() {
        let rows: Vec<Vec<String>> = plan.entries.iter().map(row).collect();
        screen.say(&table(&words::plan_heads(lang), &rows, WIDEST));
    }
    let about = |said: Vec<Bilingual>| said.iter().for_each(|said| screen.say(said.get(lang)));
    let notes: Vec<Bilingual> =
        plan.entries.iter().flat_map(|entry| said_of(entry, &entry.notes, words::note)).collect();
    if !notes.is_empty() {
        screen.say(words::notes_head().get(lang));
        about(notes);
        let is_of_form = |note: &Note| matches!(note, Note::LeftToHand { .. } | Note::FormCell { .. });
        if plan.entries.iter().flat_map(|entry| &entry.notes).any(is_of_form) {
            screen.say(words::how_to_complete().get(lang));
        }
    }
    let lacking = plan.entries.iter().flat_map(|entry| said_of(entry, &entry.open, words::open));
    let of_package = plan.open.iter().map(|open| words::about_package(&words::open(open)));
    let lacking: Vec<Bilingual> = lacking.chain(of_package).collect();
    if !lacking.is_empty() {
        screen.say(words::open_head().get(lang));
        about(lacking);
        let is_asked = |entry: &Entry| entry.open.iter().any(|open| matches!(open, Open::Question { .. }));
        if plan.entries.iter().any(is_asked) {
            screen.say(words::how_to_answer(&profile.id).get(lang));
        }
    }
    left_out(desk, &plan.left_out);
    if plan.entries.is_empty() {
        other_seasons(desk, profile)?;
    }
    Ok(())
}

/// Says which seasons have works, where a profile takes those of one season and there are none.
fn other_seasons(desk: &Desk, profile: &Profile) -> Result<(), CommandError> {
    if !profile.select.seasons.iter().any(|season| season == CURRENT) {
        return Ok(());
    }
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in desk.catalog.works()? {
        let work = row.manifest;
        if let Some(season) = work.season.filter(|_| !work.renditions.is_empty() && !work.draft) {
            *counts.entry(season).or_default() += 1;
        }
    }
    if !counts.is_empty() {
        let named = |(id, count)| {
            let known = desk.config.seasons.iter().find(|season| season.id == id);
            (known.map_or(id, |season| season.name.clone()), count)
        };
        desk.screen.say(words::seasons_with_works(counts.into_iter().map(named)).get(desk.lang));
    }
    Ok(())
}

fn said_of<T>(entry: &Entry, reasons: &[T], word: fn(&T) -> Bilingual) -> Vec<Bilingual> {
    reasons.iter().map(|reason| words::about_work(&entry.title, &entry.work, &word(reason))).collect()
}

fn left_out(desk: &Desk, works: &[LeftOut]) {
    if works.is_empty() {
        return;
    }
    desk.screen.say(words::left_out_head().get(desk.lang));
    for work in works.iter().take(MOST_TOLD) {
        for why in &work.why {
            let said = words::about_work(&work.title, &work.work, &words::stop(why));
            desk.screen.say(said.get(desk.lang));
        }
    }
    if let Some(more) = works.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        desk.screen.say(words::many_left_out(more).get(desk.lang));
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let video = entry.files.iter().find(|file| file.take == Take::Video);
    vec![
        entry.no.to_string(),
        entry.title.clone(),
        entry.work.clone(),
        long_time(entry.measured.duration_ms),
        video.map(|file| file.path.clone()).unwrap_or_default(),
        entry.open.len().to_string(),
    ]
}

fn events(desk: &Desk, plan: &Plan) {
    let open = plan.open.iter().map(|of| Said { of, message: words::open(of) }).collect();
    desk.screen.event(&PlanEvent::Planned {
        profile: &plan.profile,
        name: &plan.name,
        complete: plan.is_complete(),
        late: plan.is_late,
        works: plan.entries.len(),
        left_out: plan.left_out.len(),
        bytes: plan.bytes(),
        mail_subject: &plan.mail_subject,
        open,
    });
    for entry in &plan.entries {
        let notes = entry.notes.iter().map(|note: &Note| words::note(note));
        let said = entry.open.iter().map(words::open).chain(notes).collect();
        desk.screen.event(&PlanEvent::Entry { entry, said });
    }
    for work in &plan.left_out {
        let why = work.why.iter().map(|of| Said { of, message: words::stop(of) }).collect();
        let (id, title) = (&work.work, &work.title);
        desk.screen.event(&PlanEvent::LeftOut { work: id, title, named: work.is_named, why });
    }
}
