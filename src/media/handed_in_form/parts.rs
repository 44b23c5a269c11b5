//! The parts of an office file, and which of them hold tables (ECMA-376 part 2).

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::xml::{self, attribute, child, is, rich_text};
use crate::media::office_archive::{self, Complaint};
use crate::model::finding::Finding;
use crate::model::form::FORM_MAX_XML_BYTES;
use crate::model::table::TABLE_MAX_SHEETS;

/// What names people and programs in an office file, and what stands in its place.
const PROPERTIES: [(&str, &str); 3] = [
    (
        "docProps/core.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\"/>",
    ),
    (
        "docProps/app.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"/>",
    ),
    (
        "docProps/custom.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\"/>",
    ),
];

/// An open archive.
pub(super) struct Parts<'a> {
    bytes: &'a [u8],
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Parts<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Finding> {
        Ok(Self { bytes, archive: office_archive::opened(bytes, Complaint::FORM)? })
    }

    /// Returns the text of a part.
    pub fn text(&mut self, name: &str) -> Result<String, Finding> {
        let broken = |error: zip::result::ZipError| Complaint::FORM.unusable().detail(error);
        let part = self.archive.by_name(name).map_err(broken)?;
        let mut bytes = Vec::new();
        let read = part.take(FORM_MAX_XML_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| Complaint::FORM.unusable().detail(error))?;
        if bytes.len() as u64 > FORM_MAX_XML_BYTES {
            return Err(Complaint::FORM.too_many_bytes(FORM_MAX_XML_BYTES));
        }
        String::from_utf8(bytes).map_err(|error| Complaint::FORM.unusable().detail(error))
    }

    /// Returns name and text of the part that is the document or the workbook.
    pub fn main(&mut self) -> Result<(String, String), Finding> {
        let relations = relations(&self.text("_rels/.rels")?)?;
        let main = relations.into_iter().find(|one| one.kind.ends_with("/officeDocument"));
        let name = main.map(|one| resolved("", &one.target)).ok_or_else(|| Complaint::FORM.unusable())?;
        let text = self.text(&name)?;
        Ok((name, text))
    }

    /// Returns name and part of each sheet that is shown.
    pub fn sheets(&mut self, workbook: &str, text: &str) -> Result<Vec<(String, String)>, Finding> {
        let relations = self.relations_of(workbook)?;
        let document = xml::parse(text)?;
        let listed = child(document.root_element(), "sheets").ok_or_else(|| Complaint::FORM.unusable())?;
        let mut sheets = Vec::new();
        for sheet in listed.children().filter(|one| is(*one, "sheet")) {
            if attribute(sheet, "state").is_some_and(|state| state != "visible") {
                continue;
            }
            // `r:id`; a sheet's own number is `sheetId`.
            let id = attribute(sheet, "id").unwrap_or_default();
            let part = relations.iter().find(|one| one.id == id && one.kind.ends_with("/worksheet"));
            if let Some(part) = part {
                let name = attribute(sheet, "name").unwrap_or_default().to_owned();
                sheets.push((name, resolved(workbook, &part.target)));
            }
        }
        match sheets.len() {
            0 => Err(Complaint::FORM.unusable()),
            count if count > TABLE_MAX_SHEETS => Err(Complaint::FORM.too_many(TABLE_MAX_SHEETS)),
            _ => Ok(sheets),
        }
    }

    /// Returns the texts that the cells of a workbook share.
    pub fn shared_texts(&mut self, workbook: &str) -> Result<Vec<String>, Finding> {
        let relations = self.relations_of(workbook)?;
        let Some(part) = relations.iter().find(|one| one.kind.ends_with("/sharedStrings")) else {
            return Ok(Vec::new());
        };
        let text = self.text(&resolved(workbook, &part.target))?;
        let document = xml::parse(&text)?;
        Ok(document.root_element().children().filter(|one| is(*one, "si")).map(rich_text).collect())
    }

    fn relations_of(&mut self, part: &str) -> Result<Vec<Relation>, Finding> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        relations(&self.text(&format!("{folder}_rels/{name}.rels"))?)
    }

    /// Returns the archive with some parts replaced; all others are copied as they are, packed bytes and all.
    pub fn written(
        &self,
        replaced: &BTreeMap<String, String>,
        without_properties: bool,
    ) -> Result<Vec<u8>, Finding> {
        let broken = |error: zip::result::ZipError| Complaint::FORM.unusable().detail(error);
        let mut archive = ZipArchive::new(Cursor::new(self.bytes)).map_err(broken)?;
        let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(self.bytes.len() + 4096)));
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(broken)?;
            let name = part.name().map_err(broken)?.into_owned();
            let properties = PROPERTIES.iter().find(|(of, _)| without_properties && *of == name);
            let new = replaced.get(&name).map(String::as_str).or(properties.map(|(_, text)| *text));
            let Some(new) = new else {
                writer.raw_copy_file(part).map_err(broken)?;
                continue;
            };
            let mut options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            if let Some(time) = part.last_modified() {
                options = options.last_modified_time(time);
            }
            drop(part);
            writer.start_file(&name, options).map_err(broken)?;
            writer.write_all(new.as_bytes()).map_err(|error| Complaint::FORM.unusable().detail(error))?;
        }
        Ok(writer.finish().map_err(broken)?.into_inner())
    }
}

/// What one part says of another.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn relations(text: &str) -> Result<Vec<Relation>, Finding> {
    let document = xml::parse(text)?;
    let relation = |node| {
        let said = |name| attribute(node, name).unwrap_or_default().to_owned();
        Relation { id: said("Id"), kind: said("Type"), target: said("Target") }
    };
    let all = document.root_element().children().filter(|one| is(*one, "Relationship"));
    // A part outside the archive is none of its own.
    Ok(all.filter(|one| attribute(*one, "TargetMode") != Some("External")).map(relation).collect())
}

/// Returns the name of a part that another one names.
fn resolved(from: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}
