//! Which work a person means: by its id, the beginning of one, or a title that only one work has.

use super::error::CommandError;
use crate::library::catalog::{Catalog, CatalogError};
use crate::present::messages::posts as words;

/// Most works that are listed where several are meant.
const MOST_LISTED: u32 = 8;

/// Letters of an id that are enough to mean it.
const SHORTEST: usize = 2;

/// What a person may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Its id.
    One(String),
    /// Ids and titles.
    Several(Vec<(String, String)>),
    Nothing,
}

/// Returns the work that is meant. An id comes before a beginning of one, that before a title.
pub fn meant(catalog: &Catalog, given: &str) -> Result<Meant, CatalogError> {
    let given = given.trim();
    if given.is_empty() {
        return Ok(Meant::Nothing);
    }
    if catalog.work_by_id(given)?.is_some() {
        return Ok(Meant::One(given.to_owned()));
    }
    let mut ids = Vec::new();
    if given.len() >= SHORTEST && given.is_ascii() {
        ids = catalog.ids_beginning(&given.to_ascii_lowercase(), MOST_LISTED)?;
    }
    if ids.is_empty() {
        ids = catalog.ids_titled(given, MOST_LISTED)?;
    }
    if ids.len() <= 1 {
        return Ok(ids.pop().map_or(Meant::Nothing, Meant::One));
    }
    let mut works = Vec::new();
    for id in ids {
        let title = catalog.work_by_id(&id)?.map(|row| row.manifest.title);
        works.push((id, title.unwrap_or_default()));
    }
    Ok(Meant::Several(works))
}

/// Returns the id of the one work that is meant; an error names the candidates.
pub fn find(catalog: &Catalog, given: &str) -> Result<String, CommandError> {
    match meant(catalog, given)? {
        Meant::One(id) => Ok(id),
        Meant::Several(works) => Err(CommandError::usage(words::several_works(given, &works))),
        Meant::Nothing => Err(CommandError::usage(words::no_work(given))),
    }
}
