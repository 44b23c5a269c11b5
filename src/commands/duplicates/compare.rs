//! Files against each other and against the library.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::super::error::CommandError;
use super::super::run_output::Show;
use super::super::session::Session;
use super::super::{session, table};
use crate::duplicates::record;
use crate::intake::discover;
use crate::model::likeness::{LikenessRecord, Proof, sure_percent};
use crate::model::manifest::FindingRecord;
use crate::model::text::{AnyPath, Bilingual, Lang};
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
    /// False where the file could not be looked into; `findings` say why.
    compared: bool,
    likenesses: Vec<Told>,
    findings: Vec<FindingRecord>,
}

#[derive(Debug, Serialize)]
struct Told {
    /// What a person knows the other work by.
    other: String,
    other_path: AnyPath,
    #[serde(flatten)]
    record: LikenessRecord,
    message: Bilingual,
}

/// Compares everything under `paths` (the configured inbox when there are none). Exit code 1 when a file could not be
/// looked into.
pub async fn compare(setting: Session, paths: Vec<PathBuf>) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = setting;
    let roots = if paths.is_empty() { vec![context.config.inbox.as_path().to_owned()] } else { paths };
    let found = discover::find(&roots, context.config.inbox.as_path(), context.config.library.as_path())?;
    let show = Arc::new(Show::new(Arc::clone(&screen), lang, found.sources.len()));
    show.not_taken(&found, &roots);
    let asked = session::warn_of_unlisted(&context, &found.sources, lang, &screen);
    asked?;
    let listener = Arc::clone(&show);
    let events: Events = Arc::new(move |event| listener.bars(&event));
    let in_library = match context.catalog() {
        Some(catalog) => catalog.originals()?,
        None => 0,
    };
    let decisions = decide::compare_sources(&context, found.sources, &events).await;
    screen.end();
    let all: Vec<Compared> = decisions.iter().map(told).collect();
    if all.is_empty() {
        return Ok(0);
    }
    screen.say(&table(&all, lang));
    for one in &all {
        screen.event(one);
        if let Some(text) = sentences(one, lang) {
            screen.say(&text);
        }
    }
    let alike = all.iter().filter(|one| !one.likenesses.is_empty()).count();
    screen.say(&format!("\n{}", words::counted(all.len(), alike, in_library).get(lang)));
    Ok(u8::from(all.iter().any(|one| !one.compared)))
}

fn told(decision: &Decision) -> Compared {
    let told = decision.matches.iter().map(|alike| Told {
        other: alike.other.name.clone(),
        other_path: alike.other.file.clone().into(),
        record: alike.record.clone(),
        message: messages::text(&record::likeness_finding(&alike.record, &alike.other)),
    });
    let compared = decision.inspected.inspection.is_some();
    Compared {
        work: decision.name(),
        path: decision.inspected.submission.source.path.clone(),
        compared,
        likenesses: told.collect(),
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
        rows.extend(one.likenesses.iter().map(|told| row(&one.work, told, lang)));
    }
    table::table(&heads, &rows, table::WIDEST)
}

fn row(work: &str, told: &Told, lang: Lang) -> Vec<String> {
    let record = &told.record;
    let certain = matches!(record.proof, Proof::Bytes | Proof::Streams | Proof::Person);
    let sure = match certain {
        true => likenesses::proof(record.proof).get(lang).to_owned(),
        false => format!("{} %", sure_percent(record.confidence)),
    };
    vec![
        work.to_owned(),
        likenesses::class(record.class).get(lang).to_owned(),
        told.other.clone(),
        span(record.from_ms, record.to_ms),
        span(record.their_from_ms, record.their_to_ms),
        sure,
        likenesses::consequence(record.consequence).get(lang).to_owned(),
    ]
}

/// What the table has no room for.
fn sentences(one: &Compared, lang: Lang) -> Option<String> {
    let told = one.likenesses.iter().map(|told| &told.message);
    let lines: Vec<String> = told
        .chain(one.findings.iter().map(|finding| &finding.message))
        .map(|message| format!("    {}", message.get(lang)))
        .collect();
    (!lines.is_empty()).then(|| format!("\n{}\n{}", Visible::of(&one.work), lines.join("\n")))
}
