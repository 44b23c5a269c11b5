//! Pages that wait for their screen, and the tokens of those that have one. Secrets are kept as digests alone.

use rusqlite::{OptionalExtension, Row, params};

use super::Catalog;
use super::error::Result;
use super::rows::{from_json, to_json};
use crate::model::playout::{Hello, OrderKind};

/// Wrong codes that may be typed while a page waits; then its own does not count any more.
pub const MOST_TRIES: u32 = 5;

/// A page that says hello.
#[derive(Clone, Copy, Debug)]
pub struct NewPairing<'a> {
    /// SHA-256 of the ticket, hex.
    pub ticket: &'a str,
    pub code: &'a str,
    pub address: &'a str,
    pub made_ms: i64,
    pub expires: i64,
    pub said: &'a Hello,
}

/// What became of a code that was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// The page is this screen from now on; what it told of itself, and from where.
    Done { address: String, said: Hello },
    /// No page waits with this code.
    Unknown,
    /// It was typed in time once already.
    Taken,
    /// Too long ago, or too many wrong codes were typed meanwhile.
    Expired,
}

/// A pairing as its page asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticket {
    Unknown,
    Waiting,
    Paired { screen: String, by: String },
}

/// Who may fetch what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// SHA-256 of the token, hex.
    pub sha256: String,
    pub screen: String,
    /// A folder player, which may send plays and nothing else.
    pub is_stick: bool,
    pub made_ms: i64,
    pub by: String,
}

impl Catalog {
    /// Takes note of a page that waits; those that waited too long are forgotten. False where `most` wait already.
    pub fn add_pairing(&self, new: NewPairing<'_>, most: u32) -> Result<bool> {
        self.at_once(|transaction| {
            transaction.execute("delete from pairings where expires <= ?1", [new.made_ms])?;
            let waiting: u32 = transaction.query_row("select count(*) from pairings", [], |row| row.get(0))?;
            if waiting >= most {
                return Ok(false);
            }
            let sql = "insert into pairings (ticket, code, address, made_ms, expires, said) values (?1, ?2, ?3, ?4, ?5, ?6) \
                       on conflict do nothing";
            let values =
                params![new.ticket, new.code, new.address, new.made_ms, new.expires, to_json(new.said)?];
            Ok(transaction.execute(sql, values)? == 1)
        })
    }

    /// Returns true if a page shows this code and waits.
    pub fn code_waits(&self, code: &str, now: i64) -> Result<bool> {
        let sql =
            "select exists (select 1 from pairings where code = ?1 and expires > ?2 and screen is null)";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![code, now], |row| row.get(0))?)
    }

    /// Says which screen the page with a code is; the order of it is given in the same transaction. A wrong code counts against
    /// all pages that wait.
    pub fn claim_code(&self, code: &str, screen: &str, (now, by): (i64, &str)) -> Result<Claimed> {
        self.at_once(|transaction| {
            let sql = "select expires, screen, tries, address, said from pairings where code = ?1";
            type Found = (i64, Option<String>, u32, String, String);
            let found: Option<Found> = transaction
                .query_row(sql, [code], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                })
                .optional()?;
            let Some((expires, taken, tries, address, said)) = found else {
                transaction.execute("update pairings set tries = tries + 1 where screen is null", [])?;
                return Ok(Claimed::Unknown);
            };
            if taken.is_some() {
                return Ok(Claimed::Taken);
            }
            if expires <= now || tries >= MOST_TRIES {
                return Ok(Claimed::Expired);
            }
            let sql = "update pairings set screen = ?2, by = ?3 where code = ?1";
            transaction.execute(sql, params![code, screen, by])?;
            let said_of_it = serde_json::json!({ "code": code, "address": address });
            self.give_order(OrderKind::Pair, Some(screen), (now, by), &said_of_it)?;
            Ok(Claimed::Done { address, said: from_json(&said)? })
        })
    }

    /// Returns how far a page's pairing is.
    pub fn ticket(&self, ticket: &str, now: i64) -> Result<Ticket> {
        let sql = "select screen, by from pairings where ticket = ?1 and expires > ?2";
        let row = |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?));
        let found = self.connection.prepare_cached(sql)?.query_row(params![ticket, now], row).optional()?;
        Ok(match found {
            None => Ticket::Unknown,
            Some((Some(screen), by)) => Ticket::Paired { screen, by: by.unwrap_or_default() },
            Some((None, _)) => Ticket::Waiting,
        })
    }

    /// Exchanges a ticket for a token, once: a screen's earlier tokens end. False where the ticket was used already.
    pub fn redeem(&self, ticket: &str, token: &TokenRow) -> Result<bool> {
        self.at_once(|transaction| {
            let sql = "delete from pairings where ticket = ?1 and screen = ?2";
            if transaction.execute(sql, [ticket, token.screen.as_str()])? == 0 {
                return Ok(false);
            }
            let sql = "update screen_tokens set revoked_ms = ?2 where screen = ?1 and kind = 'screen' and revoked_ms is null";
            transaction.execute(sql, params![token.screen, token.made_ms])?;
            transaction.execute("delete from screen_beats where screen = ?1", [&token.screen])?;
            self.add_token(token)?;
            Ok(true)
        })
    }

    /// Adds a token.
    pub fn add_token(&self, token: &TokenRow) -> Result<()> {
        let sql = "insert into screen_tokens (sha256, screen, kind, made_ms, by) values (?1, ?2, ?3, ?4, ?5)";
        let kind = if token.is_stick { "stick" } else { "screen" };
        self.connection.execute(sql, params![token.sha256, token.screen, kind, token.made_ms, token.by])?;
        Ok(())
    }

    /// Returns the tokens that hold.
    pub fn tokens(&self) -> Result<Vec<TokenRow>> {
        let sql = "select sha256, screen, kind, made_ms, by from screen_tokens where revoked_ms is null order by made_ms";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| {
            Ok(TokenRow {
                sha256: row.get(0)?,
                screen: row.get(1)?,
                is_stick: row.get::<_, String>(2)? == "stick",
                made_ms: row.get(3)?,
                by: row.get(4)?,
            })
        };
        Ok(statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Ends a screen's token, and what it said of itself; the order of it is given with it. False where it has none.
    pub fn forget_screen(&self, screen: &str, (now, by): (i64, &str)) -> Result<bool> {
        self.at_once(|transaction| {
            let sql = "update screen_tokens set revoked_ms = ?2 where screen = ?1 and kind = 'screen' and revoked_ms is null";
            let ended = transaction.execute(sql, params![screen, now])?;
            let waiting = transaction.execute("delete from pairings where screen = ?1", [screen])?;
            self.drop_beat(screen)?;
            if ended + waiting > 0 {
                self.give_order(OrderKind::Forget, Some(screen), (now, by), &serde_json::json!({}))?;
            }
            Ok(ended + waiting > 0)
        })
    }
}
