//! `jincai duplicates reindex`: restores fingerprints that are missing or old.

use std::sync::Arc;

use serde::Serialize;

use super::super::error::CommandError;
use super::super::session::RunSession;
use crate::model::language::AnyPath;
use crate::model::manifest::FindingRecord;
use crate::pipeline::manifest_entry::record_of;
use crate::pipeline::reindex;
use crate::present::messages;
use crate::present::messages::compare as words;
use crate::text::Visible;
use crate::work::context::Events;

/// The line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "reindexed")]
struct ReindexEvent {
    /// Works that are in the index now.
    listed: u64,
    made: usize,
    left: Vec<Left>,
}

#[derive(Debug, Serialize)]
struct Left {
    work: String,
    source: AnyPath,
    finding: FindingRecord,
}

/// Restores the fingerprints, one work after the other. Returns exit code 1 if one could not be restored.
pub async fn reindex(session: RunSession) -> Result<u8, CommandError> {
    let RunSession { run, lang, screen } = session;
    let events: Events = Arc::new(|_| {});
    let bars = Arc::clone(&screen);
    let mut progress = move |done: usize, total: usize| {
        bars.update("reindex", "reindex", (done as u64, total as u64), "");
    };
    let done = reindex::reindex(&run, &events, &mut progress).await?;
    screen.done("reindex");
    for left in &done.left {
        let text = words::unusable(left.source.as_path(), &messages::line(&left.finding));
        screen.warn(&format!("{} {}", Visible::of(&left.work), text.get(lang)));
    }
    screen.say(words::reindexed(done.listed, done.made, done.left.len()).get(lang));
    let left = done.left.into_iter().map(|left| Left {
        work: left.work,
        source: left.source,
        finding: record_of(&left.finding),
    });
    let left: Vec<Left> = left.collect();
    let code = u8::from(!left.is_empty());
    screen.event(&ReindexEvent { listed: done.listed, made: done.made, left });
    Ok(code)
}
