//! XML of office files: read with its places, and edited to the letter.

use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use crate::media::office_archive::Complaint;
use crate::model::finding::Finding;
use crate::model::form::{FORM_CELL_CHARS, FormKind};

/// Most nodes of one part: some ten million would take gigabytes.
const MOST_NODES: u32 = 2_000_000;

/// Changes of one part.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// In no order; those of one place in the order in which they are to stand.
    pub all: Vec<(Range<usize>, String)>,
    /// How many cells they fill.
    pub cells: usize,
}

/// Parses a part. Entities and external parts are refused by the parser.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Finding> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| Complaint::FORM.unusable().detail(error))
}

/// Returns what the main part of an office file is.
pub(super) fn kind(text: &str) -> Option<FormKind> {
    let document = parse(text).ok()?;
    match document.root_element().tag_name().name() {
        "document" => Some(FormKind::Docx),
        "workbook" => Some(FormKind::Xlsx),
        _ => None,
    }
}

pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

pub(super) fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|one| is(*one, name))
}

/// Returns an attribute by its name alone: its prefix is the file's own choice.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|one| one.name() == name).map(|one| one.value())
}

/// Returns a text over all its runs, without how it is read.
pub(super) fn rich_text(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for one in node.children().filter(Node::is_element) {
        match one.tag_name().name() {
            "t" => text.push_str(one.text().unwrap_or_default()),
            "r" => text.push_str(&rich_text(one)),
            _ => {}
        }
    }
    text
}

/// Returns the name of an element with its prefix, as it is written.
pub(super) fn written_name<'a>(text: &'a str, node: Node<'_, '_>) -> &'a str {
    let source = &text[node.range()];
    let inner = source.trim_start_matches('<');
    let end = inner.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(inner.len());
    &inner[..end]
}

/// Returns the prefix with its colon; empty where there is none.
pub(super) fn prefix(name: &str) -> &str {
    name.find(':').map_or("", |at| &name[..=at])
}

/// Returns the beginning tag of an element that closes itself, made one that does not.
pub(super) fn opened(source: &str) -> Option<String> {
    let tag = source.strip_suffix("/>")?;
    Some(format!("{}>", tag.trim_end()))
}

/// Returns where the end tag of an element begins.
pub(super) fn end_tag(text: &str, range: &Range<usize>) -> Option<usize> {
    text[range.clone()].rfind("</").map(|at| range.start + at)
}

/// Returns a text as the content of an element: what XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c < ' ' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns the beginning of a cell's text on one line.
pub(super) fn beginning(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(FORM_CELL_CHARS).collect()
}

/// Returns the text with its edits.
pub(super) fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    // Stable: what is put into one place stays in its order.
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len() + 1024);
    let mut at = 0;
    for (range, new) in edits {
        result.push_str(&text[at..range.start]);
        result.push_str(&new);
        at = range.end;
    }
    result.push_str(&text[at..]);
    result
}
