//! Tables on a terminal, where a Chinese character takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::Visible;

/// Columns that one cell may take.
const WIDEST: usize = 36;

/// Heads, a rule, one line a row; columns as wide as their widest cell.
pub fn table(heads: &[String], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| shortened(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.chain(heads.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
    let mut lines = vec![line(heads), rule];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

/// The end of a long path says more than its beginning. Control and direction marks steer no terminal.
fn shortened(cell: &str) -> String {
    let plain: Vec<char> = Visible::of(cell).to_string().chars().collect();
    let (mut width, mut kept) = (0, 0);
    for c in plain.iter().rev() {
        width += c.width().unwrap_or(0);
        if width > WIDEST - 1 {
            return format!("…{}", plain[plain.len() - kept..].iter().collect::<String>());
        }
        kept += 1;
    }
    plain.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heads_in_any_script() {
        let heads = ["作品".to_owned(), "result".to_owned()];
        let rows = [
            vec!["海河晨光.mp4".to_owned(), "同一件".to_owned()],
            vec!["a\u{202e}".to_owned(), "–".to_owned()],
        ];
        let table = table(&heads, &rows);
        let lines: Vec<&str> = table.lines().collect();
        let column = |line: &str, text: &str| line[..line.find(text).unwrap()].width();
        assert_eq!(column(lines[0], "result"), column(lines[2], "同一件"));
        assert_eq!(column(lines[0], "result"), column(lines[3], "–"));
        assert!(!table.contains('\u{202e}'));
    }
}
