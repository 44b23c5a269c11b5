//! `jincai withdraw` and `jincai restore`: 下架, and the new review that may follow.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::decide::tell;
use super::opened::{By, ReviewSession};
use crate::commands::error::CommandError;
use crate::commands::playout::desk::Desk;
use crate::commands::playout::receipts as receipts_of_screens;
use crate::commands::playout::receipts::Holders;
use crate::commands::session::GlobalOptions;
use crate::model::language::Lang;
use crate::model::posting::{Numbered, posting, receipts};
use crate::model::receipt::Receipt;
use crate::model::review::{Action, Record};
use crate::present::messages::review as words;
use crate::present::terminal::Screen;

/// A work that is taken off, or put back; `--target` makes it some targets alone.
#[derive(Debug, clap::Args)]
pub struct TakeBack {
    /// 编号、编号开头或标题 · an id, its beginning, or a title
    work: String,
    #[command(flatten)]
    by: By,
    /// 原因 · why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// How a withdrawal follows the screens.
#[derive(Debug, clap::Args)]
pub struct Following {
    /// 不等屏幕撤下 · does not wait until screens have removed it
    #[arg(long)]
    no_wait: bool,
    /// 最多等屏幕几秒，默认 20 · waits for screens at most so long [default: 20]
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 20,
        hide_default_value = true,
        conflicts_with = "no_wait"
    )]
    wait: u32,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum TakeBackEvent<'a> {
    /// A post that nobody has shown to be removed.
    ToRemove { record: u64, receipt: &'a Receipt, days: i64 },
}

/// Takes a work, or one target of it, off everything, and lists what is to be removed by hand.
pub async fn withdraw(
    globals: &GlobalOptions,
    given: TakeBack,
    following: &Following,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let session = ReviewSession::open(globals, lang, screen)?;
    let id = session.find(&given.work)?;
    let by = session.signatory(&given.by, None);
    let desk_of_screens = screens_of(&session)?;
    let holders = match &desk_of_screens {
        Some(desk) => Holders::of(desk, &id, &globals.targets)?,
        None => Holders::default(),
    };
    let mut serial = 0;
    for target in each_target(globals) {
        let desk = session.desk(&by);
        let record = desk.act(&id, |act| act.withdraw(target.clone(), &given.reason))?;
        serial = serial.max(session.catalog.order_of_record(record.seq)?.unwrap_or(0));
        tell(&session, &id, &record)?;
        let name = target.map(|target| session.target_name(&target));
        session.screen.say(words::withdrawn(&record.said.title, name.as_deref()).get(lang));
    }
    let records = session.catalog.records_of(&id)?;
    let live: Vec<(&Record, &Receipt)> = live_posts(&records, &globals.targets);
    for (record, receipt) in &live {
        let posted: Option<jiff::Timestamp> = receipt.posted_at.parse().ok();
        let days = posted.map_or(0, |at| session.moment.now.duration_since(at).as_hours().max(0) / 24);
        session.screen.event(&TakeBackEvent::ToRemove { record: record.seq, receipt, days });
        let name = session.target_name(&receipt.target);
        let line = words::to_remove(&name, receipt.url.as_deref(), receipt.account.as_deref(), days);
        session.screen.say(line.get(lang));
    }
    let last = match live.len() {
        0 => words::nothing_to_remove(),
        missing => words::removal_receipts(missing, &id),
    };
    session.screen.say(last.get(lang));
    if let Some(desk) = &desk_of_screens {
        let longest = if following.no_wait { 0 } else { u64::from(following.wait) };
        let which = (serial, globals.targets.as_slice());
        receipts_of_screens::tell(desk, &holders, which, Duration::from_secs(longest)).await?;
    }
    Ok(0)
}

/// Returns what screens are asked through; `None` where none is configured.
fn screens_of(session: &ReviewSession) -> Result<Option<Desk>, CommandError> {
    if session.config.screen.is_empty() {
        return Ok(None);
    }
    let screen = Arc::clone(&session.screen);
    Ok(Some(Desk::of(session.config.clone(), session.lang, screen)?))
}

/// Ends a withdrawal: the work waits for its first level again.
pub fn restore(
    globals: &GlobalOptions,
    given: TakeBack,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    if Path::new(&given.work).is_file() {
        return Err(CommandError::usage(words::restore_is_for_works(&given.work)));
    }
    let session = ReviewSession::open(globals, lang, screen)?;
    let id = session.find(&given.work)?;
    let by = session.signatory(&given.by, None);
    for target in each_target(globals) {
        let record = session.desk(&by).act(&id, |act| act.restore(target, &given.reason))?;
        let next = tell(&session, &id, &record)?;
        session.screen.say(words::restored(&record.said.title, &next).get(lang));
    }
    Ok(0)
}

/// The targets that `--target` names, or the work as a whole.
fn each_target(globals: &GlobalOptions) -> Vec<Option<String>> {
    match globals.targets.as_slice() {
        [] => vec![None],
        targets => targets.iter().cloned().map(Some).collect(),
    }
}

/// Returns the receipts of posts, reposts and the like that nobody proved to be removed.
fn live_posts<'a>(records: &'a [Record], targets: &[String]) -> Vec<(&'a Record, &'a Receipt)> {
    let all = receipts(records);
    let is_there = |it: &Numbered<'_>| posting(&all, &it.receipt.target).live.contains(&it.seq);
    let is_meant = |receipt: &Receipt| targets.is_empty() || targets.contains(&receipt.target);
    let live: BTreeSet<u64> =
        all.iter().filter(|it| is_there(it) && is_meant(it.receipt)).map(|it| it.seq).collect();
    let receipt = |record: &'a Record| match &record.said.action {
        Action::Receipt(receipt) if live.contains(&record.seq) => Some((record, receipt)),
        _ => None,
    };
    records.iter().filter_map(receipt).collect()
}
