//! The table of work × target.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Fate, Row, fate_label};
use crate::model::text::Lang;
use crate::text::Visible;

/// Columns that a work's name may take.
const NAME: usize = 32;

const FATES: [Fate; 4] = [Fate::Fits, Fate::WillBeMended, Fate::NeedsAPerson, Fate::Duplicate];

/// One line a work, one column a target; then what the signs mean. Empty without works.
pub(super) fn table(rows: &[Row], work: &str, lang: Lang) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let targets: Vec<&str> = first.targets.iter().map(|cell| cell.target.as_str()).collect();
    let names: Vec<String> = rows.iter().map(|row| shortened(&row.work)).collect();
    let name_width = names.iter().map(|name| name.width()).chain([work.width()]).max().unwrap_or(0);
    let mut lines = vec![line(work, name_width, &targets, &targets)];
    lines.push("─".repeat(lines[0].width()));
    for (row, name) in rows.iter().zip(&names) {
        let signs: Vec<&str> = row.targets.iter().map(|cell| sign(cell.fate)).collect();
        lines.push(line(name, name_width, &targets, &signs));
    }
    let legend = FATES.map(|fate| format!("{} {}", sign(fate), fate_label(fate).get(lang)));
    lines.push(legend.join("   "));
    lines.join("\n")
}

/// A name and one value under each head.
fn line(name: &str, name_width: usize, heads: &[&str], values: &[&str]) -> String {
    let mut line = padded(name, name_width);
    for (head, value) in heads.iter().zip(values) {
        line.push_str("  ");
        line.push_str(&padded(value, head.width()));
    }
    line.trim_end().to_owned()
}

fn sign(fate: Fate) -> &'static str {
    match fate {
        Fate::Fits => "✓",
        Fate::WillBeMended => "↻",
        Fate::NeedsAPerson => "✗",
        Fate::Duplicate => "=",
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The end of a long path says more than its beginning. Control and direction marks steer no terminal.
fn shortened(name: &str) -> String {
    let plain: Vec<char> = Visible::of(name).to_string().chars().collect();
    let (mut width, mut kept) = (0, 0);
    for c in plain.iter().rev() {
        width += c.width().unwrap_or(0);
        if width > NAME - 1 {
            let end: String = plain[plain.len() - kept..].iter().collect();
            return format!("…{end}");
        }
        kept += 1;
    }
    plain.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;
    use crate::model::finding::Verdict;

    fn row(work: &str, fates: [Fate; 2]) -> Row {
        let cell =
            |(target, fate): (&str, Fate)| Cell { target: target.to_owned(), fate, reasons: Vec::new() };
        Row {
            work: work.to_owned(),
            verdict: Verdict::Accepted,
            duplicate_of: None,
            likenesses: Vec::new(),
            targets: ["douyin", "website"].into_iter().zip(fates).map(cell).collect(),
            findings: Vec::new(),
            shared_pictures: Vec::new(),
            shared_sounds: Vec::new(),
            in_library: Vec::new(),
            estimate_s: 0.0,
        }
    }

    #[test]
    fn signs_stand_under_their_targets_whatever_script_the_names_are_in() {
        let long = "计算机系/".repeat(20) + "海河.mp4";
        let rows =
            [row("机电/海河晨光.mp4", [Fate::Fits, Fate::NeedsAPerson]), row(&long, [Fate::Duplicate; 2])];
        let table = table(&rows, "作品", Lang::Zh);
        let lines: Vec<&str> = table.lines().collect();
        let column = |line: &str, sign: &str| line[..line.find(sign).unwrap()].width();
        assert_eq!(column(lines[2], "✓"), column(lines[0], "douyin"));
        assert_eq!(column(lines[2], "✗"), column(lines[0], "website"));
        assert_eq!(column(lines[3], "="), column(lines[0], "douyin"));
        assert!(
            lines[3].starts_with('…') && lines[3].contains("海河.mp4") && lines[3].width() < 60,
            "{}",
            lines[3]
        );
        assert!(lines[4].contains("✗ 需要人工处理"), "{}", lines[4]);
    }
}
