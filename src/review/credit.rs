//! Writes the line that names who signed into the texts to post of a work, and takes it out again, as its targets become
//! released and stop being that.

use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::view::View;
use crate::files;
use crate::library::catalog::{Catalog, CatalogError, FileRow, Journal};
use crate::library::staging::{Durability, StagingError, write_beside};
use crate::model::manifest::{PostRecord, Rendition};
use crate::model::preset::Preset;
use crate::model::review::{CreditNote, ReviewRules, ReviewState, Standing};
use crate::policy::posting::{self, POST_FILE};
use crate::text::hex;

/// Why a text to post was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Write(#[from] StagingError),
    #[error("{file}: {source}")]
    Read { file: String, source: std::io::Error },
}

/// Brings the texts to post of a work into line with its signatures. Returns what a person has to know. Nothing is written
/// for a work that nobody acted on, and no file that is not as the library published it.
///
/// A file and its row change within one transaction, the row last: after a kill in between the file is known again, as one of
/// the texts that may stand there.
pub fn write_posts(
    catalog: &Catalog,
    library: &Path,
    (rules, presets): (&ReviewRules, &[Preset]),
    work: &str,
    now: Timestamp,
) -> Result<Vec<CreditNote>, CreditError> {
    if catalog.records_of(work)?.is_empty() {
        return Ok(Vec::new());
    }
    catalog.with_journal(|journal| {
        let mut notes = Vec::new();
        let Some(view) = View::read(journal.catalog(), rules, work, now)? else { return Ok(notes) };
        let Some((_, standing)) = &view.reviewable else { return Ok(notes) };
        for made in &view.work.renditions {
            let Some(post) = &made.post else { continue };
            // Without its preset nobody knows how its topics are written: what stands there stays.
            let Some(preset) = presets.iter().find(|preset| preset.id == made.target) else { continue };
            let line = line_of(rules, &view, (standing, made));
            let text = Text { made, post, preset, line };
            notes.extend(text.bring_up_to_date(journal, library)?);
        }
        Ok(notes)
    })
}

/// Returns the credit line of a rendition that is released.
fn line_of(rules: &ReviewRules, view: &View, (standing, made): (&Standing, &Rendition)) -> Option<String> {
    let its = standing.targets.get(&made.target)?;
    (its.state == ReviewState::Released).then(|| posting::credit_line(rules, &view.work, &its.signed))?
}

/// A text to post.
struct Text<'a> {
    made: &'a Rendition,
    post: &'a PostRecord,
    preset: &'a Preset,
    line: Option<String>,
}

impl Text<'_> {
    fn bring_up_to_date(
        &self,
        journal: &Journal<'_>,
        library: &Path,
    ) -> Result<Vec<CreditNote>, CreditError> {
        let folder = self.made.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = format!("{folder}/{POST_FILE}");
        let Some(row) = journal.catalog().file(&file)? else { return Ok(Vec::new()) };
        let plain = posting::renderings(self.post);
        let credited = self.line.as_ref().map(|line| posting::credited(self.post, line));
        let mut notes = Vec::new();
        let fits = self
            .line
            .as_ref()
            .is_some_and(|line| posting::credited_within(self.post, self.preset, line).is_some());
        if let Some(line) = self.line.as_ref().filter(|_| !fits) {
            let (target, line) = (self.made.target.clone(), line.clone());
            notes.push(CreditNote::LeftOut { target, line });
        }
        let with_line = credited.as_ref().map(posting::renderings);
        let wanted = with_line.as_ref().filter(|_| fits).unwrap_or(&plain);
        if wanted.iter().any(|text| digest(text) == row.sha256) {
            return Ok(notes);
        }
        let known: Vec<&String> = plain.iter().chain(with_line.iter().flatten()).collect();
        let text = credited.as_ref().filter(|_| fits).unwrap_or(self.post);
        let new = posting::render(text, self.preset);
        match look(library, &row, &known)? {
            Found::Gone => {}
            Found::Edited => notes.push(CreditNote::Edited { file }),
            Found::Ours => {
                write_beside(library, &library.join(&file), new.as_bytes(), Durability::Synced)?;
                journal.note_rewritten(&file, (&digest(&new), new.len() as u64))?;
            }
        }
        Ok(notes)
    }
}

/// What lies at a text's place.
enum Found {
    Gone,
    /// What the library published, or what it would have.
    Ours,
    Edited,
}

fn look(library: &Path, row: &FileRow, known: &[&String]) -> Result<Found, CreditError> {
    match files::digest(&library.join(&row.path)) {
        Ok((sha256, _)) if sha256 == row.sha256 => Ok(Found::Ours),
        Ok((sha256, _)) if known.iter().any(|text| digest(text) == sha256) => Ok(Found::Ours),
        Ok(_) => Ok(Found::Edited),
        Err(error) if files::is_absence(&error) => Ok(Found::Gone),
        Err(source) => Err(CreditError::Read { file: row.path.clone(), source }),
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}
