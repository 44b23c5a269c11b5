//! `jincai review show`: what a signature would be about.

use serde::Serialize;

use super::opened::{ReviewSession, refused};
use crate::commands::error::CommandError;
use crate::commands::table::columns;
use crate::model::language::Lang;
use crate::model::manifest::{Rendition, Work};
use crate::model::release_set::ReleaseSet;
use crate::model::review::{Action, Record, ReviewState, Standing};
use crate::present::messages::posters;
use crate::present::messages::review::{self as words, Label};
use crate::present::messages::review_lines as lines;
use crate::review::standing::comments;
use crate::text::Visible;

/// What `--json` writes.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ShowEvent<'a> {
    ReleaseSet {
        work: &'a Work,
        subject: Option<&'a str>,
        /// What is hashed.
        canonical: Option<&'a str>,
        standing: Option<&'a Standing>,
        records: &'a [Record],
    },
}

pub(super) fn show(session: &ReviewSession, given: &str) -> Result<u8, CommandError> {
    let id = session.find(given)?;
    let view = session.view(&id)?;
    let (set, standing) = view.reviewable.as_ref().map(|(set, standing)| (set, standing)).unzip();
    session.screen.event(&ShowEvent::ReleaseSet {
        work: &view.work,
        subject: set.map(|set| set.subject.as_str()),
        canonical: set.map(|set| set.canonical.as_str()),
        standing,
        records: &view.records,
    });
    let (set, standing) = view.reviewable().map_err(|refusal| refused(&refusal))?;
    let mut text = head(session, &view.work, set, standing);
    text.push_str(&members(session, &view.work, standing));
    text.push_str(&comments_of(session.lang, &view.records));
    text.push_str(&records_of(session.lang, &view.records));
    text.push_str(&next(session.lang, set, standing));
    session.screen.say(text.trim_end());
    Ok(0)
}

fn head(session: &ReviewSession, work: &Work, set: &ReleaseSet, standing: &Standing) -> String {
    let lang = session.lang;
    let name = |label| words::label(label).get(lang).to_owned();
    let state = words::state(standing.state, standing.level.as_deref(), standing.supplementary);
    let mut state = state.get(lang).to_owned();
    if let Some(reason) = &standing.reason {
        state.push_str(&format!("（{}）", Visible::of(reason)));
    }
    let mut rows = vec![
        vec![name(Label::Work), format!("《{}》 {}", Visible::of(&work.title), work.id)],
        vec![name(Label::State), state],
        vec![name(Label::Since), words::minute(&standing.since)],
    ];
    let mut add = |label, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            rows.push(vec![name(label), Visible::of(&value).to_string()]);
        }
    };
    add(Label::Due, standing.due.as_deref().map(words::minute));
    add(Label::Department, work.department.clone());
    add(Label::Authors, Some(words::joined(&work.authors, lang)));
    add(Label::Revision, Some(work.revision.to_string()));
    add(Label::Captions, work.captions.as_ref().map(|captions| captions.file.clone()));
    add(Label::Ai, work.ai.as_ref().map(|ai| lines::ai(ai).get(lang).to_owned()));
    let alike: Vec<String> = work.likenesses.iter().map(|likeness| likeness.title.clone()).collect();
    add(Label::Likenesses, Some(words::joined(&alike, lang)));
    add(Label::Subject, Some(set.subject.to_uppercase()));
    columns(&rows)
}

/// The members of the release set, grouped by what they say: targets with one text share a paragraph.
fn members(session: &ReviewSession, work: &Work, standing: &Standing) -> String {
    let lang = session.lang;
    let label = |label| words::label(label).get(lang).to_owned();
    let mut text = String::from("\n");
    let rows: Vec<Vec<String>> = work
        .renditions
        .iter()
        .map(|made| {
            let its = standing.targets.get(&made.target);
            let state = its.map(|its| words::state(its.state, its.level.as_deref(), false));
            vec![
                session.target_name(&made.target),
                state.map(|state| state.get(lang).to_owned()).unwrap_or_default(),
                format!("{}×{}", made.width, made.height),
                match work.is_poster() {
                    true => posters::POSTER.get(lang).to_owned(),
                    false => words::time(made.duration_ms / 1000 * 1000),
                },
                words::covers(made.covers.len()).get(lang).to_owned(),
                made.sha256.chars().take(words::SHOWN_DIGITS).collect(),
                Visible::of(&made.file).to_string(),
            ]
        })
        .collect();
    text.push_str(&columns(&rows));
    for (targets, post) in texts(&work.renditions) {
        let names: Vec<String> = targets.iter().map(|target| session.target_name(target)).collect();
        text.push_str(&format!("\n{}\n", words::joined(&names, lang)));
        let mut add = |of, value: &str| {
            if !value.is_empty() {
                let shown = value.lines().map(|line| Visible::of(line).to_string()).collect::<Vec<_>>();
                text.push_str(&format!("  {}：{}\n", label(of), shown.join("\n    ")));
            }
        };
        add(Label::Title, &post.title);
        add(Label::Text, &post.text);
        add(Label::Topics, &[post.topics.join(" "), post.tags.join(" ")].join(" "));
        add(Label::Declaration, post.declaration.as_deref().unwrap_or_default());
    }
    text
}

fn texts(renditions: &[Rendition]) -> Vec<(Vec<&str>, &crate::model::manifest::PostRecord)> {
    let mut groups: Vec<(Vec<&str>, &crate::model::manifest::PostRecord)> = Vec::new();
    for made in renditions {
        let Some(post) = &made.post else { continue };
        match groups.iter_mut().find(|(_, known)| *known == post) {
            Some((targets, _)) => targets.push(&made.target),
            None => groups.push((vec![&made.target], post)),
        }
    }
    groups
}

fn comments_of(lang: Lang, records: &[Record]) -> String {
    let mut text = String::new();
    for (record, done) in comments(records) {
        let Action::Comment { text: said, at, .. } = &record.said.action else { continue };
        let at = at.map(words::span).unwrap_or_default();
        let by = words::person(&record.said.by);
        let mark = if done { "✓" } else { "○" };
        text.push_str(&format!("  {mark} {}  {at}  {}  {}\n", record.seq, by.get(lang), Visible::of(said)));
    }
    titled(lang, Label::Comments, text)
}

fn records_of(lang: Lang, records: &[Record]) -> String {
    let text: String = records
        .iter()
        .map(|record| {
            format!(
                "  {}  {}  {}  {}\n",
                record.seq,
                words::minute(&record.said.at),
                words::person(&record.said.by).get(lang),
                lines::action(&record.said.action).get(lang)
            )
        })
        .collect();
    titled(lang, Label::Records, text)
}

fn titled(lang: Lang, label: Label, text: String) -> String {
    if text.is_empty() { text } else { format!("\n{}\n{text}", words::label(label).get(lang)) }
}

/// What is to be looked at again, and what to type.
fn next(lang: Lang, set: &ReleaseSet, standing: &Standing) -> String {
    let named = |wanted: &dyn Fn(&crate::model::review::TargetStanding) -> bool| -> Vec<String> {
        let targets = standing.targets.iter().filter(|(_, its)| wanted(its));
        targets.map(|(target, _)| target.clone()).collect()
    };
    let mut text = String::from("\n");
    let changed = named(&|its| its.was_signed && its.state == ReviewState::Waiting);
    let released = named(&|its| its.state == ReviewState::Released);
    if !changed.is_empty() {
        text.push_str(&format!("{}\n", words::changed_since(&changed).get(lang)));
    }
    if standing.supplementary && !released.is_empty() {
        text.push_str(&format!("{}\n", words::still_released(&released).get(lang)));
    }
    if let (ReviewState::Waiting, Some(level)) = (standing.state, standing.level.as_deref()) {
        text.push_str(words::how_to_sign(&standing.work, level, &set.subject).get(lang));
    }
    text
}
