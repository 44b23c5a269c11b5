//! `jincai stats match`: a person says whose figures a row holds.

use serde::Serialize;

use super::MatchArgs;
use crate::commands::error::CommandError;
use crate::commands::posts::Desk;
use crate::commands::table::{WIDEST, table};
use crate::model::statistics::{Metric, OpenRow};
use crate::present::messages::review_refusals::minute;
use crate::present::messages::statistics as words;
use crate::receipts::statistics::season::posts_to_match;

/// What is written where a row is nobody's.
const NONE: &str = "none";

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum MatchEvent<'a> {
    OpenRow {
        #[serde(flatten)]
        row: &'a OpenRow,
    },
    Settled {
        number: u64,
        receipt: Option<u64>,
    },
}

pub(super) fn match_rows(desk: &Desk, given: &MatchArgs) -> Result<u8, CommandError> {
    let open = desk.catalog.open_rows()?;
    let (Some(number), Some(receipt), Some(by)) = (given.row, &given.receipt, &given.by) else {
        return Ok(list(desk, &open));
    };
    let by = desk.signatory(by)?.name;
    let row = open.iter().find(|row| row.number == number);
    let row = row.ok_or_else(|| CommandError::usage(words::not_open(number)))?;
    let (posts, _) = posts_to_match(&desk.catalog)?;
    let post = match receipt.trim() {
        NONE => None,
        given => {
            let found = given.parse::<u64>().ok().and_then(|seq| posts.iter().find(|post| post.seq == seq));
            let fits = found.filter(|post| row.target.is_empty() || post.target == row.target);
            Some(fits.ok_or_else(|| CommandError::usage(words::no_receipt(given, &row.target)))?)
        }
    };
    let seq = post.map(|post| post.seq);
    if !desk.catalog.settle_row(row, seq, (&by, &desk.moment.at))? {
        return Err(CommandError::usage(words::not_open(number)));
    }
    desk.screen.event(&MatchEvent::Settled { number, receipt: seq });
    desk.screen.say(words::settled(number, post.map(|post| post.title.as_str())).get(desk.lang));
    Ok(0)
}

fn list(desk: &Desk, open: &[OpenRow]) -> u8 {
    if open.is_empty() {
        desk.screen.say(words::nothing_open().get(desk.lang));
        return 0;
    }
    let mut rows = Vec::new();
    for row in open {
        desk.screen.event(&MatchEvent::OpenRow { row });
        let views = row.values.get(&Metric::Views);
        rows.push(vec![
            row.number.to_string(),
            desk.target_name(&row.target).to_owned(),
            row.title.chars().take(20).collect(),
            row.posted_at.as_deref().map(minute).unwrap_or_default(),
            words::place(&row.place.file, &row.place.sheet, row.place.row),
            views.map_or_else(|| words::not_known().to_owned(), f64::to_string),
        ]);
    }
    desk.screen.say(&table(&words::match_heads(desk.lang), &rows, WIDEST));
    desk.screen.say(words::how_to_match().get(desk.lang));
    0
}
