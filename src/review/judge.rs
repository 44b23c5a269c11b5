//! Keeps the standings of all works up to date.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::standing::moment;
use super::view::View;
use crate::library::catalog::{Catalog, CatalogError, ComputedStanding};
use crate::library::open::Library;
use crate::model::review::{ReviewRules, Standing};
use crate::text::hex;

/// The version of how standings are computed: another one computes all of them again.
const VERSION: u32 = 1;

/// Works whose standings are stored in one transaction.
const AT_ONCE: usize = 1000;

/// Works that are computed while others wait for the catalogue.
const IN_A_TURN: usize = 100;

/// Computes the standings that are not kept, or that have ended.
///
/// # Errors
/// Of the catalogue. A work whose entry cannot be read keeps no standing, so that it is released nowhere; the others are
/// computed, and the first such error is returned.
pub fn judge_all(catalog: &mut Catalog, rules: &ReviewRules, now: Timestamp) -> Result<(), CatalogError> {
    let ids = catalog.works_to_judge(&digest(rules), &utc(now))?;
    let mut unread = None;
    for some in ids.chunks(AT_ONCE) {
        judge(catalog, rules, some, (now, &mut unread))?;
    }
    unread.map_or(Ok(()), Err)
}

/// The same, and lets others have the catalogue in between. Returns the ids of the works.
pub fn judge_in_turns(
    library: &Library,
    rules: &ReviewRules,
    now: Timestamp,
) -> Result<Vec<String>, CatalogError> {
    let ids = to_judge(library, rules, now)?;
    let mut unread = None;
    for some in ids.chunks(IN_A_TURN) {
        judge(&mut library.catalog(), rules, some, (now, &mut unread))?;
    }
    unread.map_or(Ok(ids), Err)
}

/// Returns the ids of the works whose standings are not kept, or have ended.
pub fn to_judge(library: &Library, rules: &ReviewRules, now: Timestamp) -> Result<Vec<String>, CatalogError> {
    library.catalog().works_to_judge(&digest(rules), &utc(now))
}

fn judge(
    catalog: &mut Catalog,
    rules: &ReviewRules,
    ids: &[String],
    (now, unread): (Timestamp, &mut Option<CatalogError>),
) -> Result<(), CatalogError> {
    let mut computed = Vec::with_capacity(ids.len());
    for id in ids {
        match View::read(catalog, rules, id, now) {
            Ok(view) => computed.push(kept(id, view.and_then(|view| view.reviewable).map(|(_, it)| it))),
            Err(error @ (CatalogError::Entry { .. } | CatalogError::Json(_))) => {
                unread.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    catalog.put_standings(&computed)
}

fn kept(id: &str, standing: Option<Standing>) -> ComputedStanding {
    let as_utc = |at: &String| moment(at).map(utc);
    let ends = standing.iter().flat_map(|standing| standing.targets.values());
    let expires = ends.filter_map(|target| target.expires.as_ref()).filter_map(as_utc).min();
    ComputedStanding {
        work: id.to_owned(),
        due_utc: standing.as_ref().and_then(|standing| standing.due.as_ref()).and_then(as_utc),
        expires_utc: expires,
        standing,
    }
}

/// A time in the one form in which the catalogue compares times.
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn digest(rules: &ReviewRules) -> String {
    hex(&Sha256::digest(serde_json::to_vec(&(VERSION, rules)).unwrap_or_default()))
}
