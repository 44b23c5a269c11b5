//! Compares files with each other and with the library.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::super::error::CommandError;
use super::super::run_output::Show;
use super::super::session::Session;
use super::super::{session, table};
use crate::duplicates::record;
use crate::intake::discover;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::likeness::{LikenessRecord, Proof, sure_percent};
use crate::model::manifest::FindingRecord;
use crate::model::value::span;
use crate::pipeline::decide;
use crate::pipeline::manifest_entry::record_of;
use crate::present::messages;
use crate::present::messages::compare::{self as words, Label};
use crate::present::messages::duplicates as likenesses;
use crate::text::Visible;
use crate::work::context::Events;
use crate::work::decision::Decision;

/// One line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "compared")]
struct Compared {
    work: String,
    path: AnyPath,
    /// False if the file could not be inspected; `findings` say why.
    compared: bool,
    likenesses: Vec<ShownMatch>,
    findings: Vec<FindingRecord>,
}

/// A match as it is shown.
#[derive(Debug, Serialize)]
struct ShownMatch {
    /// The name by which a person knows the other work.
    other: String,
    other_path: AnyPath,
    #[serde(flatten)]
    record: LikenessRecord,
    message: Bilingual,
}

/// Compares everything under `paths` (the configured inbox if there are none). Returns exit code 1 if a file could not be
/// inspected.
pub async fn compare(session: Session, paths: Vec<PathBuf>) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let roots = if paths.is_empty() { vec![context.config.inbox.as_path().to_owned()] } else { paths };
    let found = discover::find(&roots, context.config.inbox.as_path(), context.config.library.as_path())?;
    let show = Arc::new(Show::of(&context, Arc::clone(&screen), lang, found.sources.len()));
    show.not_taken(&found, &roots);
    let unread = found.has_errors();
    session::warn_of_unlisted(&context, &found.sources, lang, &screen)?;
    let listener = Arc::clone(&show);
    let events: Events = Arc::new(move |event| listener.bars(&event));
    let in_library = match context.catalog() {
        Some(catalog) => catalog.originals()?,
        None => 0,
    };
    let decisions = decide::compare_sources(&context, found.sources, &events).await;
    screen.end();
    let all: Vec<Compared> = decisions.iter().map(compared).collect();
    if all.is_empty() {
        return Ok(u8::from(unread));
    }
    screen.say(&table(&all, lang));
    for one in &all {
        screen.event(one);
        if let Some(text) = sentences(one, lang) {
            screen.say(&text);
        }
    }
    let matched = all.iter().filter(|one| !one.likenesses.is_empty()).count();
    screen.say(&format!("\n{}", words::counted(all.len(), matched, in_library).get(lang)));
    Ok(u8::from(unread || all.iter().any(|one| !one.compared)))
}

fn compared(decision: &Decision) -> Compared {
    let matches = decision.matches.iter().map(|found| ShownMatch {
        other: found.other.name.clone(),
        other_path: found.other.file.clone().into(),
        record: found.record.clone(),
        message: messages::text(&record::likeness_finding(&found.record, &found.other)),
    });
    let compared = decision.inspected.inspection.is_some();
    Compared {
        work: decision.name(),
        path: decision.inspected.submission.source.path.clone(),
        compared,
        likenesses: matches.collect(),
        findings: if compared { Vec::new() } else { decision.findings.iter().map(record_of).collect() },
    }
}

fn table(all: &[Compared], lang: Lang) -> String {
    let heads = [
        Label::Work,
        Label::Result,
        Label::Other,
        Label::Here,
        Label::There,
        Label::Sure,
        Label::Consequence,
    ]
    .map(|label| words::label(label).get(lang).to_owned());
    let mut rows = Vec::new();
    for one in all {
        if one.likenesses.is_empty() {
            let result = if one.compared {
                "–".to_owned()
            } else {
                words::label(Label::Unreadable).get(lang).to_owned()
            };
            rows.push(vec![one.work.clone(), result]);
        }
        rows.extend(one.likenesses.iter().map(|found| row(&one.work, found, lang)));
    }
    table::table(&heads, &rows, table::WIDEST)
}

fn row(work: &str, found: &ShownMatch, lang: Lang) -> Vec<String> {
    let record = &found.record;
    let certain = matches!(record.proof, Proof::Bytes | Proof::Streams | Proof::Person);
    let sure = match certain {
        true => likenesses::proof(record.proof).get(lang).to_owned(),
        false => format!("{} %", sure_percent(record.confidence)),
    };
    vec![
        work.to_owned(),
        likenesses::class(record.class).get(lang).to_owned(),
        found.other.clone(),
        span(record.from_ms, record.to_ms),
        span(record.their_from_ms, record.their_to_ms),
        sure,
        likenesses::consequence(record.consequence).get(lang).to_owned(),
    ]
}

/// Returns the messages that the table has no room for, if there are any.
fn sentences(one: &Compared, lang: Lang) -> Option<String> {
    let messages = one.likenesses.iter().map(|found| &found.message);
    let lines: Vec<String> = messages
        .chain(one.findings.iter().map(|finding| &finding.message))
        .map(|message| format!("    {}", message.get(lang)))
        .collect();
    (!lines.is_empty()).then(|| format!("\n{}\n{}", Visible::of(&one.work), lines.join("\n")))
}
