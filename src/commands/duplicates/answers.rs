//! `jincai duplicates same|not-same|original|answers|forget`: people's opinions of two works.

use std::path::Path;

use serde::Serialize;

use super::super::error::CommandError;
use super::super::session::Session;
use super::super::table;
use super::Answer;
use crate::library::catalog::WorkRow;
use crate::model::opinion::{Opinion, OpinionKind};
use crate::pipeline::compare;
use crate::present::messages::compare::{self as words, Label};
use crate::work::context::Context;
use crate::work::{context, owner};

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum OpinionEvent<'a> {
    Answered { names: [&'a str; 2], answer: &'a Opinion },
    Forgotten { names: [&'a str; 2], was_there: bool },
    Answer { names: [String; 2], answer: &'a Opinion },
}

/// Records an opinion in place of an earlier one about the same two.
pub async fn keep(session: Session, kind: OpinionKind, answer: Answer) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let given = [answer.a, answer.b];
    let about = contents(&context, &given).await?;
    let names = given.each_ref().map(String::as_str);
    let folders = match kind {
        OpinionKind::Original => {
            Some([compare::folder_of(&context, &given[0])?, compare::folder_of(&context, &given[1])?])
        }
        OpinionKind::Same | OpinionKind::NotSame => None,
    };
    if about[0] == about[1] && folders.as_ref().is_none_or(|[first, second]| first == second) {
        let why = if folders.is_some() { words::same_place(names) } else { words::same_content(names) };
        return Err(CommandError::usage(why));
    }
    let by = answer.by.or_else(|| std::env::var("USER").ok()).filter(|name| !name.is_empty());
    let opinion = Opinion { about, said: kind, folders, by, note: answer.note, at: context.now() };
    let Some(catalog) = context.catalog() else { return Err(no_library(&context)) };
    catalog.put_opinion(&opinion)?;
    drop(catalog);
    context::write_opinions(&context)?;
    screen.event(&OpinionEvent::Answered { names, answer: &opinion });
    screen.say(words::kept(names, &opinion).get(lang));
    Ok(0)
}

/// Withdraws an opinion. Returns exit code 0 also if there was none.
pub async fn forget(session: Session, given: [String; 2]) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let [one, other] = contents(&context, &given).await?;
    let names = given.each_ref().map(String::as_str);
    let Some(catalog) = context.catalog() else { return Err(no_library(&context)) };
    let was_there = catalog.forget_opinion(&one, &other)?;
    drop(catalog);
    context::write_opinions(&context)?;
    screen.event(&OpinionEvent::Forgotten { names, was_there });
    screen.say(words::forgotten(names, was_there).get(lang));
    Ok(0)
}

/// Lists all opinions, the oldest first.
pub fn list(session: Session) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let opinions = match context.catalog() {
        Some(catalog) => catalog.opinions()?,
        None => Vec::new(),
    };
    if opinions.is_empty() {
        screen.say(words::no_answers().get(lang));
        return Ok(0);
    }
    let heads = [Label::Work, Label::Other, Label::Opinion, Label::By, Label::At, Label::Note]
        .map(|label| words::label(label).get(lang).to_owned());
    let mut rows = Vec::new();
    for opinion in &opinions {
        let folder = |place: usize| opinion.folders.as_ref().map(|folders| &folders[place]);
        let names = [0, 1].map(|place| name_of(&context, &opinion.about[place], folder(place)));
        screen.event(&OpinionEvent::Answer { names: names.clone(), answer: opinion });
        let [first, second] = names;
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let kind = words::said(opinion.said).get(lang).to_owned();
        rows.push(vec![first, second, kind, text(&opinion.by), opinion.at.clone(), text(&opinion.note)]);
    }
    screen.say(&table::table(&heads, &rows, table::WIDEST));
    Ok(0)
}

/// Returns the id and title of a work with this content (in this folder, where that matters), or the beginning of the digest
/// if the library has none.
fn name_of(context: &Context, sha256: &str, folder: Option<&Option<String>>) -> String {
    let works = context.catalog().map(|catalog| {
        let published = catalog.works_publishing(sha256).unwrap_or_default();
        if published.is_empty() { catalog.works_with_sha256(sha256).unwrap_or_default() } else { published }
    });
    let is_meant =
        |row: &WorkRow| folder.is_none_or(|folder| owner::Owner::of_row(context, row).folder == *folder);
    let work = works
        .unwrap_or_default()
        .into_iter()
        .find(is_meant)
        .map(|row| format!("{} {}", row.manifest.id, row.manifest.title));
    work.unwrap_or_else(|| sha256.chars().take(12).collect())
}

/// Returns the digests of both contents: a file's is computed, a work's is in the catalogue.
async fn contents(context: &Context, given: &[String; 2]) -> Result<[String; 2], CommandError> {
    let mut contents = [String::new(), String::new()];
    let pairs = [(&given[0], &given[1]), (&given[1], &given[0])];
    for (place, (given, other)) in contents.iter_mut().zip(pairs) {
        let path = Path::new(given).to_owned();
        *place = if path.exists() {
            let digest = tokio::task::spawn_blocking(move || compare::sha256_of(&path)).await;
            let digest = digest.map_err(CommandError::internal)?;
            digest?
        } else {
            let meant = compare::content_meant(context, given, other)?;
            meant.ok_or_else(|| CommandError::usage(words::content_unknown(given)))?
        };
    }
    Ok(contents)
}

fn no_library(context: &Context) -> CommandError {
    CommandError::usage(words::no_library(context.config.library.as_path()))
}
