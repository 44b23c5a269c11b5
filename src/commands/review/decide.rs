//! `jincai review approve|return|undo|comment|resolve`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::opened::{By, ReviewSession, refused};
use super::times;
use crate::commands::error::CommandError;
use crate::model::language::Bilingual;
use crate::model::review::{Action, Answer, Record, Standing};
use crate::model::review_refusal::Refusal;
use crate::present::messages::review as words;
use crate::review::sign::Approval;

#[derive(Debug, clap::Args)]
pub struct Approve {
    /// 编号、编号开头或标题 · an id, its beginning, or a title
    work: String,
    /// 哪一级 · which level
    #[arg(long, value_name = "LEVEL")]
    level: String,
    #[command(flatten)]
    by: By,
    /// 意见 · an opinion
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// 审核要点的回答，如 politics=是、rights=不涉及，可以写多次 · an answer of the checklist; may be repeated
    #[arg(long = "check", value_name = "ITEM=ANSWER")]
    checks: Vec<String>,
    /// 代签：替谁签 · whose signature it is, if not one's own
    #[arg(long, value_name = "NAME")]
    on_behalf_of: Option<String>,
    /// 只在内容编号仍是它时签字 · signs only if the subject is still this
    #[arg(long, value_name = "HASH")]
    subject: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Return {
    /// 编号、编号开头或标题 · an id, its beginning, or a title
    work: String,
    /// 哪一级 · which level
    #[arg(long, value_name = "LEVEL")]
    level: String,
    #[command(flatten)]
    by: By,
    /// 退回原因 · why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// 在片中的时间，如 0:37 或 0:37-0:41 · where in the work
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// 代签：替谁签 · whose decision it is, if not one's own
    #[arg(long, value_name = "NAME")]
    on_behalf_of: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Comment {
    /// 编号、编号开头或标题 · an id, its beginning, or a title
    work: String,
    /// 意见 · what is to be said
    text: String,
    #[command(flatten)]
    by: By,
    /// 在片中的时间，如 0:37 或 0:37-0:41 · where in the work
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// 以哪一级的身份 · for which level
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum DecisionEvent<'a> {
    Recorded { record: &'a Record, standing: Option<&'a Standing> },
}

pub(super) fn approve(session: &ReviewSession, given: Approve) -> Result<u8, CommandError> {
    let id = session.find(&given.work)?;
    let by = session.signatory(&given.by, given.on_behalf_of.as_ref());
    let checklist = read_checks(session, &given.checks)?;
    let not_itemised = checklist.is_empty();
    let approval = Approval {
        level: &given.level,
        subject: given.subject.as_deref(),
        note: given.note,
        checklist,
        played_s: None,
    };
    // After a kill a text may still name signatures that were taken back since: nobody could sign it.
    session.write_posts(&id);
    let record = session.desk(&by).approve(&id, approval)?;
    let targets = match &record.said.action {
        Action::Approve { targets, .. } => targets.len(),
        _ => 0,
    };
    let next = tell(session, &id, &record)?;
    let (title, subject) = (&record.said.title, record.said.subject.as_deref().unwrap_or_default());
    let said = words::approved(title, given.level.trim(), subject, targets, &next);
    session.screen.say(said.get(session.lang));
    if not_itemised {
        session.screen.tell(words::not_itemised().get(session.lang));
    }
    let open = session.view(&id)?.reviewable.map_or(0, |(_, standing)| standing.open_comments);
    if open > 0 {
        session.screen.tell(words::comments_open(open).get(session.lang));
    }
    Ok(0)
}

pub(super) fn send_back(session: &ReviewSession, given: &Return) -> Result<u8, CommandError> {
    let id = session.find(&given.work)?;
    let by = session.signatory(&given.by, given.on_behalf_of.as_ref());
    let at = given.at.as_deref().map(times::span).transpose()?;
    let record = session.desk(&by).act(&id, |act| act.send_back(&given.level, &given.reason, at))?;
    tell(session, &id, &record)?;
    session.screen.say(words::returned(&record.said.title, given.level.trim()).get(session.lang));
    Ok(0)
}

pub(super) fn undo(session: &ReviewSession, work: &str, by: &By) -> Result<u8, CommandError> {
    let id = session.find(work)?;
    let by = session.signatory(by, None);
    let record = session.desk(&by).act(&id, |act| act.undo())?;
    let next = tell(session, &id, &record)?;
    if let Action::Undo { record: undone } = record.said.action {
        session.screen.say(words::undone(&record.said.title, undone, &next).get(session.lang));
    }
    Ok(0)
}

pub(super) fn comment(session: &ReviewSession, given: &Comment) -> Result<u8, CommandError> {
    let id = session.find(&given.work)?;
    let by = session.signatory(&given.by, None);
    let at = given.at.as_deref().map(times::span).transpose()?;
    let level = given.level.as_ref().map(|level| level.trim().to_owned());
    let record = session.desk(&by).act(&id, |act| act.comment(&given.text, at, level))?;
    tell(session, &id, &record)?;
    session.screen.say(words::commented(&record.said.title, record.seq).get(session.lang));
    Ok(0)
}

pub(super) fn resolve(session: &ReviewSession, number: u64, by: &By) -> Result<u8, CommandError> {
    let comment = session.catalog.stored_record(number)?.and_then(|stored| stored.read().ok());
    let Some(id) = comment.map(|record| record.said.work) else {
        return Err(refused(&Refusal::NoSuchComment { number }));
    };
    let by = session.signatory(by, None);
    let record = session.desk(&by).act(&id, |act| act.resolve(number))?;
    tell(session, &id, &record)?;
    session.screen.say(words::resolved(&record.said.title, number).get(session.lang));
    Ok(0)
}

/// Writes the event of a record, and returns the name of where the work stands now.
pub(super) fn tell(session: &ReviewSession, id: &str, record: &Record) -> Result<Bilingual, CommandError> {
    session.write_posts(id);
    let view = session.view(id)?;
    let standing = view.reviewable.as_ref().map(|(_, standing)| standing);
    session.screen.event(&DecisionEvent::Recorded { record, standing });
    Ok(standing.map_or_else(words::level_unknown_state, |standing| {
        words::state(standing.state, standing.level.as_deref(), standing.supplementary)
    }))
}

/// Reads `--check KEY=ANSWER`; the key may be the item's own text as well.
fn read_checks(session: &ReviewSession, given: &[String]) -> Result<BTreeMap<String, Answer>, CommandError> {
    let items = &session.config.review.item;
    let mut answers = BTreeMap::new();
    for check in given {
        let parts = check.split_once('=').or_else(|| check.split_once('＝'));
        let Some((key, text)) = parts else {
            return Err(refused(&Refusal::NoSuchAnswer { given: check.clone() }));
        };
        let Some(answer) = words::read_answer(text) else {
            return Err(refused(&Refusal::NoSuchAnswer { given: text.to_owned() }));
        };
        let key = key.trim();
        let item = items.iter().find(|item| item.key == key || item.text == key);
        answers.insert(item.map_or(key, |item| &item.key).to_owned(), answer);
    }
    Ok(answers)
}
