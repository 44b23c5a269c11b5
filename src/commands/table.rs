//! Tables on a terminal, where a Chinese character takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::Visible;

/// Most columns of one cell.
pub const WIDEST: usize = 36;

/// Returns the heads, a rule and one line per row; columns are as wide as their widest cell, at most `widest`.
pub fn table(heads: &[String], rows: &[Vec<String>], widest: usize) -> String {
    let shortened = |cell: &String| shortened(cell, widest);
    let rows = rows.iter().map(|row| row.iter().map(shortened).collect());
    let all: Vec<Vec<String>> = std::iter::once(heads.to_vec()).chain(rows).collect();
    let widths = widths(&all);
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
    let mut lines = all.iter().map(|row| line(row, &widths));
    let heads = lines.next().unwrap_or_default();
    [heads, rule].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// Returns one line per row, each with a line feed; columns are as wide as their widest cell.
pub fn columns(rows: &[Vec<String>]) -> String {
    let widths = widths(rows);
    rows.iter().map(|row| line(row, &widths) + "\n").collect()
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    (0..columns).map(|column| cells(column).map(|cell| cell.width()).max().unwrap_or(0)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let padded = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// Shortens a cell to its end, since that of a long path says more than its beginning. Control characters are made visible.
fn shortened(cell: &str, widest: usize) -> String {
    let plain: Vec<char> = Visible::of(cell).to_string().chars().collect();
    let (mut width, mut kept) = (0, 0);
    for c in plain.iter().rev() {
        width += c.width().unwrap_or(0);
        if width + 1 > widest {
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
        let table = table(&heads, &rows, WIDEST);
        let lines: Vec<&str> = table.lines().collect();
        let column = |line: &str, text: &str| line[..line.find(text).unwrap()].width();
        assert_eq!(column(lines[0], "result"), column(lines[2], "同一件"));
        assert_eq!(column(lines[0], "result"), column(lines[3], "–"));
        assert!(!table.contains('\u{202e}'));
    }

    #[test]
    fn of_a_long_path_the_end_is_shown() {
        let long = "计算机系/".repeat(20) + "海河.mp4";
        let table = table(&["作品".to_owned()], &[vec![long]], 32);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[2].starts_with('…') && lines[2].ends_with("/海河.mp4"), "{}", lines[2]);
        assert!(lines[2].width() <= 32 && lines[1].width() == lines[2].width(), "{table}");
    }

    #[test]
    fn columns_without_heads_are_aligned_too() {
        let rows = [["视频号", "a", "1"], ["b", "海河", "2"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "视频号  a     1\nb       海河  2\n");
        assert_eq!(columns(&[]), "");
    }
}
