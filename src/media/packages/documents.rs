//! Documents and workbooks of Office (ECMA-376) without who wrote them. Their parts are looked at as text: nothing is interpreted.

use std::io::{self, Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{Parts, pictures};
use crate::model::showcase::contents::Tells;
use crate::text;

/// Most parts of a document, and most bytes of them once they are unpacked.
const MOST_PARTS: usize = 5_000;
const UNPACKED_MAX_BYTES: u64 = 256 << 20;

/// What a document without properties says of itself: the parts have to be there, since others refer to them.
const CORE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\"/>";
const EXTENDED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"/>";
const CUSTOM: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\"/>";

/// The parts with properties, what is written instead, and the elements whose texts tell somebody.
const PROPERTIES: [(&str, &str, &[&str]); 3] = [
    (
        "docProps/core.xml",
        CORE,
        &["creator", "lastModifiedBy", "title", "subject", "description", "keywords", "category"],
    ),
    ("docProps/app.xml", EXTENDED, &["Company", "Manager", "HyperlinkBase"]),
    // Whatever a custom property is, somebody put it in.
    ("docProps/custom.xml", CUSTOM, &["property"]),
];

/// Beginnings of the names of parts that comments and tracked changes are kept in, with their authors.
const REVISIONS: [&str; 8] = [
    "word/comments",
    "word/people",
    "xl/comments",
    "xl/threadedComments",
    "xl/persons",
    "xl/revisions",
    "ppt/comment",
    "ppt/authors",
];

/// The attribute that names the author of a tracked change.
const AUTHOR: &str = "w:author=";

pub(super) fn is_one(ending: &str) -> bool {
    matches!(ending.to_ascii_lowercase().as_str(), "docx" | "xlsx" | "pptx")
}

/// Returns what a document tells.
pub(super) fn tells(bytes: &[u8]) -> Vec<Tells> {
    let Some(parts) = parts(bytes) else { return vec![Tells::Unknown] };
    let mut found = left(&parts);
    if PROPERTIES.iter().any(|(name, _, elements)| has_text(parts.get(*name), elements)) {
        found.push(Tells::Properties);
    }
    if parts
        .iter()
        .any(|(name, part)| pictures::is_one(super::ending(name)) && !pictures::tells(part).is_empty())
    {
        found.push(Tells::Metadata);
    }
    found.sort();
    found.dedup();
    found
}

/// Returns a copy without properties and without the metadata of its pictures, and what it still tells; `None` for what is broken.
pub(super) fn clean(bytes: &[u8], names: &[String]) -> Option<(Vec<u8>, Vec<Tells>)> {
    let mut parts = parts(bytes)?;
    for (name, plain, _) in PROPERTIES {
        if let Some(part) = parts.get_mut(name) {
            *part = plain.as_bytes().to_vec();
        }
    }
    let mut found = left(&parts);
    for (name, part) in &mut parts {
        if pictures::is_one(super::ending(name)) {
            match pictures::clean(part) {
                Some((copy, left)) => {
                    *part = copy;
                    found.extend(left);
                }
                None => found.push(Tells::Embedded { part: name.clone() }),
            }
        }
    }
    for part in parts.iter().filter(|(name, _)| is_text(name)).map(|(_, part)| part) {
        let raw = unescaped(&String::from_utf8_lossy(part));
        let plain = without_tags(&raw);
        let told = names.iter().filter(|name| text::tells(&plain, name) || text::tells(&raw, name));
        found.extend(told.map(|name| Tells::Name { name: name.clone() }));
    }
    found.sort();
    found.dedup();
    written(&parts).ok().map(|copy| (copy, found))
}

/// Returns what no copy can be rid of.
fn left(parts: &Parts) -> Vec<Tells> {
    let mut found = Vec::new();
    for (name, part) in parts {
        if REVISIONS.iter().any(|beginning| name.starts_with(beginning)) {
            found.push(Tells::Revisions);
        } else if is_text(name) {
            match std::str::from_utf8(part) {
                Ok(text) if text.contains(AUTHOR) => found.push(Tells::Revisions),
                Ok(_) => {}
                Err(_) => found.push(Tells::Embedded { part: name.clone() }),
            }
        } else if !pictures::is_one(super::ending(name)) && !name.ends_with('/') {
            found.push(Tells::Embedded { part: name.clone() });
        }
    }
    found
}

fn is_text(name: &str) -> bool {
    matches!(super::ending(name).to_ascii_lowercase().as_str(), "xml" | "rels" | "vml")
}

/// Unpacks a document, within bounds.
fn parts(bytes: &[u8]) -> Option<Parts> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if archive.len() > MOST_PARTS {
        return None;
    }
    let (mut parts, mut left) = (Parts::new(), UNPACKED_MAX_BYTES);
    for index in 0..archive.len() {
        let part = archive.by_index(index).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        part.take(left + 1).read_to_end(&mut content).ok()?;
        left = left.checked_sub(content.len() as u64)?;
        parts.insert(name, content);
    }
    Some(parts)
}

/// Packs a document: the same parts give the same bytes.
fn written(parts: &Parts) -> io::Result<Vec<u8>> {
    const CONTENT_TYPES: &str = "[Content_Types].xml";
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // First, as Office itself writes it: some programs tell a document by it.
    let first = parts.get_key_value(CONTENT_TYPES);
    let others = parts.iter().filter(|(name, _)| *name != CONTENT_TYPES && !name.ends_with('/'));
    for (name, part) in first.into_iter().chain(others) {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(part)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Returns true if one of the elements is there with a text, or with attributes, such as a custom property.
fn has_text(part: Option<&Vec<u8>>, elements: &[&str]) -> bool {
    let Some(part) = part else { return false };
    let Ok(text) = std::str::from_utf8(part) else { return true };
    text.split('<').any(|piece| {
        let Some((tag, content)) = piece.split_once('>') else { return false };
        let name = tag.split([' ', '/', '\n', '\t']).next().unwrap_or_default();
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        elements.contains(&local) && (!content.trim().is_empty() || local == "property")
    })
}

fn without_tags(text: &str) -> String {
    text.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, content)| content)).collect()
}

/// Resolves the references of XML: five names, and numbers.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let named = after.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind)));
        match named {
            Some((c, behind)) => {
                // What stood for a sign must not look like a tag.
                plain.push(if matches!(c, '<' | '>') { ' ' } else { c });
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
