//! Reads an organiser's form, a Word or Excel file, and writes copies of it in which empty cells are filled. Every other part of a
//! copy has the bytes of the form, and of the part that is written all but the cell's own text stays to the letter.

#![expect(clippy::result_large_err, reason = "a finding ends the reading of a file, once")]

mod docx;
mod parts;
mod xlsx;
mod xml;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use self::parts::Parts;
use super::MediaError;
use super::office_archive::{Complaint, ZIP};
use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::form::{CellAt, FORM_MAX_BYTES, FORM_MAX_CELLS, Form, FormCopy, FormJob, FormKind, Grid};
use crate::model::job::EngineError;
use crate::model::value::Arg;
use crate::text::hex;

/// First bytes of what people put in as a form though it is none that can be filled, and what it is. Old files and those with a
/// password begin alike.
const OTHERS: [(&[u8], &str); 6] = [
    (b"\xD0\xCF\x11\xE0", ".doc/.xls (97-2003)"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"<", "HTML"),
];

/// Reads a form; fills the copies that a job asks for.
///
/// # Errors
/// What cannot be used is refused with [`Code::FormUnusable`] or [`Code::FormTooLarge`].
pub fn run(job: &FormJob, source: File) -> Result<Form, EngineError> {
    let mut bytes = Vec::new();
    let read = BufReader::new(source).take(FORM_MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(MediaError::Source).map_err(EngineError::from)?;
    let refused = |finding| EngineError::refused(finding, "a form that was put in");
    let sha256 = hex(&Sha256::digest(&bytes));
    if job.sha256.as_ref().is_some_and(|known| *known != sha256) {
        return Err(EngineError::broken(
            Finding::error(Code::SourceChanged),
            "the form is another one by now",
        ));
    }
    let parsed = Parsed::read(&bytes).map_err(refused)?;
    for copy in &job.copies {
        let filled = parsed.filled(copy, job.without_properties).map_err(refused)?;
        let path = copy.file.as_path();
        write(path, &filled).map_err(|error| {
            let code = Code::of_io(&error).unwrap_or(Code::WorkerCrashed);
            EngineError::broken(Finding::error(code).arg(Arg::Path, path.display()), error)
        })?;
    }
    Ok(Form { kind: parsed.kind, sha256, grids: parsed.grids })
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = files::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A form, taken apart.
struct Parsed<'a> {
    kind: FormKind,
    parts: Parts<'a>,
    grids: Vec<Grid>,
    /// The parts that hold grids, in their order: name, text, the number of the first grid, and where cells are written.
    pages: Vec<Page>,
}

struct Page {
    name: String,
    text: String,
    cells: Cells,
}

enum Cells {
    Docx(BTreeMap<CellAt, docx::Slot>),
    Xlsx(xlsx::Slots),
}

impl<'a> Parsed<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Finding> {
        if bytes.len() as u64 > FORM_MAX_BYTES {
            return Err(Complaint::FORM.too_many_bytes(FORM_MAX_BYTES));
        }
        if !bytes.starts_with(ZIP) {
            let other = OTHERS.iter().find(|(sign, _)| bytes.starts_with(sign));
            let unusable = Complaint::FORM.unusable();
            return Err(other.map_or(unusable.clone(), |(_, name)| unusable.arg(Arg::Found, *name)));
        }
        let mut parts = Parts::open(bytes)?;
        let (name, text) = parts.main()?;
        let kind = xml::kind(&text).ok_or_else(|| Complaint::FORM.unusable())?;
        let (mut grids, mut pages) = (Vec::new(), Vec::new());
        match kind {
            FormKind::Docx => {
                let (found, cells) = docx::read(&text)?;
                grids = found;
                pages.push(Page { name, text, cells: Cells::Docx(cells) });
            }
            FormKind::Xlsx => {
                let shared = parts.shared_texts(&name)?;
                for (sheet, part) in parts.sheets(&name, &text)? {
                    let text = parts.text(&part)?;
                    let (grid, cells) = xlsx::read(&text, (grids.len() as u32, sheet), &shared)?;
                    grids.push(grid);
                    pages.push(Page { name: part, text, cells: Cells::Xlsx(cells) });
                }
            }
        }
        match grids.iter().map(|grid| grid.cells.len()).sum::<usize>() {
            count if count > FORM_MAX_CELLS => Err(Complaint::FORM.too_many(FORM_MAX_CELLS)),
            _ => Ok(Self { kind, parts, grids, pages }),
        }
    }

    /// Returns the bytes of a filled copy.
    fn filled(&self, copy: &FormCopy, without_properties: bool) -> Result<Vec<u8>, Finding> {
        let mut left = copy.values.len();
        let mut replaced = BTreeMap::new();
        for page in &self.pages {
            let edits = match &page.cells {
                Cells::Docx(slots) => docx::edits(slots, &copy.values),
                Cells::Xlsx(slots) => slots.edits(&copy.values)?,
            };
            left = left.saturating_sub(edits.cells);
            if !edits.all.is_empty() {
                replaced.insert(page.name.clone(), xml::edited(&page.text, edits.all));
            }
        }
        // Whoever asks was told which cells are free.
        if left > 0 {
            return Err(Complaint::FORM.unusable().detail("a cell to be filled is not free"));
        }
        self.parts.written(&replaced, without_properties)
    }
}

#[cfg(test)]
mod tests;
