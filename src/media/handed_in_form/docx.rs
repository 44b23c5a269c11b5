//! The tables of a Word document.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::Node;

use super::xml::{self, Edits, attribute, beginning, child, is};
use crate::model::finding::Finding;
use crate::model::form::{CellAt, FormCell, Grid};

/// Elements that only wrap rows, cells or paragraphs.
const WRAPPERS: [&str; 5] = ["sdt", "sdtContent", "customXml", "smartTag", "ins"];

/// Elements of an empty cell that show nothing. Any other one that is not looked into makes it a cell that is not filled.
const UNSEEN: [&str; 9] =
    ["tcPr", "pPr", "rPr", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "br", "tab"];

/// Properties of a paragraph's mark that a run cannot have.
const OF_MARKS: [&str; 5] = ["ins", "del", "moveFrom", "moveTo", "rPrChange"];

/// Most columns that one cell may span.
const MOST_SPAN: u32 = 256;

/// Where the text of an empty cell goes.
#[derive(Debug)]
pub(super) struct Slot {
    range: Range<usize>,
    before: String,
    after: String,
    /// Of element names, with its colon.
    prefix: String,
    /// How the run is to look: as whoever types there would write.
    look: String,
}

type Slots = BTreeMap<CellAt, Slot>;

/// Reads all tables, in the order of the document.
pub(super) fn read(text: &str) -> Result<(Vec<Grid>, Slots), Finding> {
    let document = xml::parse(text)?;
    let root = document.root_element();
    let is_table =
        |node: &Node<'_, '_>| is(*node, "tbl") && node.tag_name().namespace() == root.tag_name().namespace();
    let (mut grids, mut slots) = (Vec::new(), Slots::new());
    for table in root.descendants().filter(is_table) {
        let mut reader = Reader { text, grid: grids.len() as u32, cells: Vec::new(), slots: &mut slots };
        reader.table(table);
        grids.push(Grid { name: String::new(), cells: reader.cells, is_open: false });
    }
    Ok((grids, slots))
}

struct Reader<'a> {
    text: &'a str,
    grid: u32,
    cells: Vec<FormCell>,
    slots: &'a mut Slots,
}

impl Reader<'_> {
    fn table(&mut self, table: Node<'_, '_>) {
        // Cells that go on in the rows below, by their column.
        let mut tall: BTreeMap<u32, usize> = BTreeMap::new();
        for (row, row_node) in (0..).zip(inner(table, "tr")) {
            let before = child(row_node, "trPr").and_then(|it| child(it, "gridBefore"));
            let mut column = before.map_or(0, number);
            for cell in inner(row_node, "tc") {
                let properties = child(cell, "tcPr");
                let span = properties.and_then(|it| child(it, "gridSpan")).map_or(1, number);
                let width = span.clamp(1, MOST_SPAN);
                let merge = properties.and_then(|it| child(it, "vMerge"));
                let is_continued = merge.is_some_and(|it| attribute(it, "val") != Some("restart"));
                match tall.get(&column).filter(|_| is_continued) {
                    Some(index) => self.cells[*index].height += 1,
                    None => {
                        tall.remove(&column);
                        if merge.is_some() {
                            tall.insert(column, self.cells.len());
                        }
                        self.cell(cell, (row, column), width);
                    }
                }
                column += width;
            }
        }
    }

    fn cell(&mut self, cell: Node<'_, '_>, (row, column): (u32, u32), width: u32) {
        let mut found = String::new();
        collect(cell, &mut found);
        let text = beginning(&found);
        let slot = slot(self.text, cell).filter(|_| text.is_empty() && is_blank(cell));
        let is_free = slot.is_some();
        if let Some(slot) = slot {
            self.slots.insert(CellAt { grid: self.grid, row, column }, slot);
        }
        self.cells.push(FormCell { row, column, width, height: 1, text, is_free });
    }
}

fn number(node: Node<'_, '_>) -> u32 {
    attribute(node, "val").and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Returns the rows of a table, or the cells of a row, also those in content controls.
fn inner<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Vec<Node<'a, 'input>> {
    let mut found = Vec::new();
    for one in node.children().filter(Node::is_element) {
        if is(one, name) {
            found.push(one);
        } else if WRAPPERS.contains(&one.tag_name().name()) {
            found.extend(inner(one, name));
        }
    }
    found
}

/// Collects the text that is seen, over all runs, without that of tables within.
fn collect(node: Node<'_, '_>, text: &mut String) {
    for one in node.children().filter(Node::is_element) {
        match one.tag_name().name() {
            "t" => text.push_str(one.text().unwrap_or_default()),
            "tab" | "br" | "cr" => text.push(' '),
            "tbl" | "del" | "moveFrom" | "pPr" | "rPr" | "tcPr" | "instrText" => {}
            _ => collect(one, text),
        }
    }
}

/// Returns true if a cell shows nothing, not even a box to be ticked.
fn is_blank(node: Node<'_, '_>) -> bool {
    node.children().filter(Node::is_element).all(|one| match one.tag_name().name() {
        "p" | "r" => is_blank(one),
        "t" => one.text().unwrap_or_default().trim().is_empty(),
        name => UNSEEN.contains(&name),
    })
}

/// Returns where a text goes in the first paragraph of a cell.
fn slot(text: &str, cell: Node<'_, '_>) -> Option<Slot> {
    let paragraph = child(cell, "p")?;
    let (range, name) = (paragraph.range(), xml::written_name(text, paragraph));
    let prefix = xml::prefix(name).to_owned();
    let look = look(text, paragraph, &prefix);
    Some(match xml::opened(&text[range.clone()]) {
        Some(before) => Slot { range, before, after: format!("</{name}>"), prefix, look },
        None => {
            let at = xml::end_tag(text, &range)?;
            Slot { range: at..at, before: String::new(), after: String::new(), prefix, look }
        }
    })
}

/// Returns the properties that a run typed into a paragraph would have.
fn look(text: &str, paragraph: Node<'_, '_>, prefix: &str) -> String {
    let of_run = child(paragraph, "r").and_then(|run| child(run, "rPr"));
    let of_mark = child(paragraph, "pPr").and_then(|it| child(it, "rPr"));
    let Some(properties) = of_run.or(of_mark) else { return String::new() };
    let kept =
        properties.children().filter(|one| one.is_element() && !OF_MARKS.contains(&one.tag_name().name()));
    let kept: String = kept.map(|one| &text[one.range()]).collect();
    match kept.is_empty() {
        true => String::new(),
        false => format!("<{prefix}rPr>{kept}</{prefix}rPr>"),
    }
}

/// Returns the edits that fill cells.
pub(super) fn edits(slots: &Slots, values: &[(CellAt, String)]) -> Edits {
    let mut edits = Edits::default();
    for (at, value) in values {
        let Some(Slot { range, before, after, prefix, look }) = slots.get(at) else { continue };
        let lines: Vec<String> = value
            .lines()
            .map(|line| format!("<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", xml::escaped(line)))
            .collect();
        let lines = lines.join(&format!("<{prefix}br/>"));
        let run = format!("{before}<{prefix}r>{look}{lines}</{prefix}r>{after}");
        edits.all.push((range.clone(), run));
        edits.cells += 1;
    }
    edits
}
