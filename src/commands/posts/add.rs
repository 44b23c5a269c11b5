//! `jincai posts add|confirm`: one receipt.

use std::path::Path;

use serde::Serialize;

use super::arguments::AddArgs;
use super::desk::Desk;
use super::faults;
use super::screenshot::{self, NewScreenshot};
use crate::commands::error::CommandError;
use crate::files;
use crate::library::catalog::CatalogError;
use crate::model::finding::{Finding, Severity};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::manifest::FindingRecord;
use crate::model::preset::Preset;
use crate::model::receipt::ReceiptKind;
use crate::model::review::Record;
use crate::pipeline::manifest_entry::record_of;
use crate::policy::posting::missing_topics;
use crate::present::messages;
use crate::present::messages::posts as words;
use crate::receipts::note::{self, Draft, Noted, Refusal};
use crate::text;
use crate::worker::Workers;

/// Longest posted text, bytes.
const TEXT_MAX: u64 = 1 << 20;

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event<'a> {
    Receipt { record: &'a Record, findings: Vec<FindingRecord> },
    Known { receipt: u64 },
}

/// What went wrong within the transaction.
pub(super) enum Stopped {
    Refused(Refusal),
    Failed(CommandError),
}

impl From<CatalogError> for Stopped {
    fn from(error: CatalogError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Refusal> for Stopped {
    fn from(refused: Refusal) -> Self {
        Self::Refused(refused)
    }
}

/// Records one receipt. Returns exit code 1 if it is one from before the release.
pub(super) async fn add(desk: &Desk, args: AddArgs) -> Result<u8, CommandError> {
    let usage = CommandError::usage;
    let by = desk.signatory(&args.by)?;
    let preset = desk.target(&args.target).map_err(usage)?;
    let what = kind(args.kind.as_deref()).map_err(usage)?;
    let work = desk.work(&args.work)?.map_err(usage)?;
    let link =
        args.url.as_deref().map(|given| faults::link(desk, preset, given)).transpose().map_err(usage)?;
    let posted_at = args.at.as_deref().map(|given| faults::time(desk, given)).transpose().map_err(usage)?;
    let posted = match &args.text_file {
        Some(path) => Some(posted_text(path)?),
        None => args.text.clone(),
    };
    let screenshot = match &args.screenshot {
        Some(path) => {
            let place = files::real_place(path)
                .map_err(|_| usage(words::screenshot_missing(&path.to_string_lossy())))?;
            if !place.is_file() {
                return Err(usage(words::screenshot_missing(&path.to_string_lossy())));
            }
            let decoded = screenshot::decode(desk, &Workers::this(), AnyPath(place), &work).await?;
            Some(decoded.map_err(usage)?)
        }
        None => None,
    };
    let draft = Draft {
        work,
        target: preset.id.clone(),
        what,
        link,
        account: said(args.account),
        department: said(args.department),
        posted_at,
        screenshot: screenshot.as_ref().map(|new| new.record.clone()),
        missing_topics: posted.map(|posted| topics_of(desk, preset, &posted)),
        note: said(args.note),
        of: None,
        by,
    };
    append(desk, &draft, screenshot.as_ref())
}

/// Records that somebody looked at a receipt and found it true.
pub(super) fn confirm(desk: &Desk, receipt: u64, by: &str, note: Option<String>) -> Result<u8, CommandError> {
    let by = desk.signatory(by)?;
    let looked_at = desk.catalog.record(receipt)?;
    let unknown = || CommandError::usage(words::not_a_receipt(receipt));
    let looked_at = looked_at.ok_or_else(unknown)?;
    let crate::model::review::Action::Receipt(about) = &looked_at.said.action else { return Err(unknown()) };
    let draft = Draft {
        work: looked_at.said.work.clone(),
        target: about.target.clone(),
        what: ReceiptKind::Seen,
        note: said(note),
        of: Some(receipt),
        by,
        ..Draft::default()
    };
    append(desk, &draft, None)
}

fn append(desk: &Desk, draft: &Draft, screenshot: Option<&NewScreenshot>) -> Result<u8, CommandError> {
    let noted = desk.catalog.with_journal(|journal| -> Result<Noted, Stopped> {
        let noted = note::append(journal, draft, desk.terms())?;
        if let (Noted::Added { .. }, Some(screenshot)) = (&noted, screenshot) {
            screenshot.write(desk.library()).map_err(Stopped::Failed)?;
        }
        Ok(noted)
    });
    match noted {
        Ok(noted) => {
            desk.keep_copy()?;
            Ok(tell(desk, &noted))
        }
        Err(Stopped::Failed(error)) => Err(error),
        Err(Stopped::Refused(refused)) => {
            Err(CommandError::usage(faults::refusal(desk, refused, &draft.target)?))
        }
    }
}

fn tell(desk: &Desk, noted: &Noted) -> u8 {
    match noted {
        Noted::Known(seq) => {
            desk.screen.event(&Event::Known { receipt: *seq });
            desk.screen.say(words::known(*seq).get(desk.lang));
            0
        }
        Noted::Added { record, findings } => {
            desk.screen.event(&Event::Receipt { record, findings: findings.iter().map(record_of).collect() });
            desk.screen.say(added(desk, record).get(desk.lang));
            for finding in findings {
                desk.screen.say(messages::text(finding).get(desk.lang));
            }
            exit_code(findings)
        }
    }
}

fn added(desk: &Desk, record: &Record) -> Bilingual {
    let title = &record.said.title;
    match &record.said.action {
        crate::model::review::Action::Receipt(receipt) => match receipt.of {
            Some(of) if receipt.what == ReceiptKind::Seen => words::confirmed(record.seq, of, title),
            _ => words::added(record.seq, receipt.what, title, desk.target_name(&receipt.target)),
        },
        _ => Bilingual::default(),
    }
}

/// Returns 1 for findings that are errors: what was recorded should not have happened.
pub(super) fn exit_code(findings: &[Finding]) -> u8 {
    u8::from(findings.iter().any(|finding| finding.severity == Severity::Error))
}

/// Reads the kind of a receipt that a person writes down, in either language; nothing is a post.
pub(super) fn kind(given: Option<&str>) -> Result<ReceiptKind, Bilingual> {
    let given = given.unwrap_or_default().trim();
    if given.is_empty() {
        return Ok(ReceiptKind::Post);
    }
    let is_meant =
        |what: &ReceiptKind| what.name().eq_ignore_ascii_case(given) || words::kind(*what).zh == given;
    let found = ReceiptKind::ALL.into_iter().find(is_meant).filter(|what| *what != ReceiptKind::Seen);
    found.ok_or_else(|| words::unknown_kind(given))
}

/// Returns the topics that a posted text lacks.
pub(super) fn topics_of(desk: &Desk, preset: &Preset, posted: &str) -> Vec<String> {
    let post = preset.post.as_ref();
    post.map(|post| missing_topics(post, &desk.config.campaign, posted)).unwrap_or_default()
}

fn posted_text(path: &Path) -> Result<String, CommandError> {
    let unreadable = |detail: String| CommandError::usage(words::text_unreadable(path, &detail));
    let bytes = files::read_named(path, TEXT_MAX).map_err(|error| unreadable(error.to_string()))?;
    text::decode(&bytes).ok_or_else(|| unreadable("?".to_owned()))
}

fn said(given: Option<String>) -> Option<String> {
    given.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
