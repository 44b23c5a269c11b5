//! `jincai package answer`: what only a person can say of a work, bound to what it is now.

use clap::Args;
use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::model::people::People;
use crate::model::showcase::plan::{Answer, Stop};
use crate::model::showcase::profile::Rule;
use crate::present::messages::posts as post_words;
use crate::present::messages::showcase as words;
use crate::showcase::candidates::{Asked, candidates};
use crate::showcase::forms::Forms;
use crate::showcase::plan::{Inputs, about};

#[derive(Debug, Args)]
pub struct Given {
    /// 方案的 id · the profile's id
    id: String,
    /// 作品编号、编号开头或作品名 · the work: its id, a beginning of that, or its title
    work: String,
    /// 问题的代号 · the question's key
    key: String,
    /// yes 或 no · yes or no
    #[arg(value_parser = ["yes", "no"], hide_possible_values = true)]
    answer: String,
    /// 谁看过的 · who looked
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename = "answered")]
struct Answered<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
}

pub(super) async fn answer(desk: &Desk, given: &Given) -> Result<u8, CommandError> {
    let profile = desk.profile(&given.id)?;
    let Some(ask) = profile.ask.iter().find(|ask| ask.key == given.key) else {
        let known: Vec<&str> = profile.ask.iter().map(|ask| ask.key.as_str()).collect();
        let (text, hint) = words::unknown_question(&given.key, &known);
        return Err(CommandError::usage(text).with_hint(hint));
    };
    let by = given.by.trim();
    if by.is_empty() {
        return Err(CommandError::usage(post_words::no_name()));
    }
    let id = desk.work(&given.work)?;
    let found = candidates(desk.shelf(), &profile, Asked::Named(std::slice::from_ref(&id)), &mut |_, _| {})?;
    let mut papers = desk.papers(&profile, &found)?;
    let _copies = match profile.marks.identity {
        Rule::Forbidden => desk.clean(&profile, &found, &mut papers).await?,
        _ => Vec::new(),
    };
    let Some(work) = found.first() else {
        return Err(CommandError::usage(post_words::no_work(&given.work)));
    };
    // An answer is about bytes that were released: there is nothing else to hand in.
    let released = work.release.clone().map_err(|held| {
        let why = words::stop(&Stop::NotReleased(held));
        let (text, hint) = words::not_released(&work.title, &why);
        CommandError::usage(text).with_hint(hint)
    })?;
    let inputs = Inputs {
        profile: &profile,
        college: &desk.config.college,
        season: None,
        candidates: &found,
        answers: &[],
        handed_in: &[],
        papers: &papers,
        // Only papers are asked about, not what is filled from the work.
        forms: &Forms::default(),
        people: &People::default(),
        now: desk.moment.now,
    };
    let answer = Answer {
        profile: profile.id.clone(),
        work: id.clone(),
        digest: released.digest.clone(),
        key: ask.key.clone(),
        about: about(inputs, work, &released, ask),
        yes: given.answer == "yes",
        by: by.to_owned(),
        at: desk.moment.at.clone(),
    };
    desk.catalog.put_package_answer(&answer)?;
    desk.keep_copy();
    desk.screen.event(&Answered { answer: &answer });
    desk.screen.say(words::answered(&work.title, &ask.text, answer.yes, by).get(desk.lang));
    Ok(0)
}
