//! The table of work × target.

use super::{Fate, Row, fate_label};
use crate::commands::run_output::TargetNames;
use crate::commands::table;
use crate::model::language::Lang;

/// Most columns of a work's name.
const NAME_COLUMNS: usize = 32;

const FATES: [Fate; 5] = [Fate::Fits, Fate::WillBeMended, Fate::NeedsAPerson, Fate::Duplicate, Fate::NotMade];

/// Returns one line per work with one column per target, then what the signs mean; an empty text without works.
pub(super) fn table(rows: &[Row], work: &str, names: &TargetNames, lang: Lang) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let name = |id: &str| names.get(id).map_or(id, |name| name.get(lang)).to_owned();
    let targets = first.targets.iter().map(|cell| name(&cell.target));
    let heads: Vec<String> = std::iter::once(work.to_owned()).chain(targets).collect();
    let cells = |row: &Row| {
        let signs = row.targets.iter().map(|cell| sign(cell.fate).to_owned());
        std::iter::once(row.work.clone()).chain(signs).collect()
    };
    let is_told = |fate: &Fate| {
        *fate != Fate::NotMade || rows.iter().flat_map(|row| &row.targets).any(|cell| cell.fate == *fate)
    };
    let legend: Vec<String> = FATES
        .into_iter()
        .filter(is_told)
        .map(|fate| format!("{} {}", sign(fate), fate_label(fate).get(lang)))
        .collect();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    format!("{}\n{}", table::table(&heads, &rows, NAME_COLUMNS), legend.join("   "))
}

fn sign(fate: Fate) -> &'static str {
    match fate {
        Fate::Fits => "✓",
        Fate::WillBeMended => "↻",
        Fate::NeedsAPerson => "✗",
        Fate::Duplicate => "=",
        Fate::NotMade => "–",
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::Cell;
    use super::*;
    use crate::model::finding::Verdict;
    use crate::model::language::Bilingual;

    fn row(work: &str, fates: [Fate; 2]) -> Row {
        let targets = ["douyin", "website"].into_iter().zip(fates);
        let cells =
            targets.map(|(target, fate)| Cell { target: target.to_owned(), fate, reasons: Vec::new() });
        Row {
            work: work.to_owned(),
            verdict: Verdict::Accepted,
            duplicate_of: None,
            likenesses: Vec::new(),
            targets: cells.collect(),
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
        let names = [("douyin", "抖音")].map(|(id, name)| (id.to_owned(), Bilingual::new(name, id)));
        let table = table(&rows, "作品", &names.into(), Lang::Zh);
        let lines: Vec<&str> = table.lines().collect();
        let column = |line: &str, sign: &str| line[..line.find(sign).unwrap()].width();
        assert_eq!(column(lines[2], "✓"), column(lines[0], "抖音"));
        assert_eq!(column(lines[2], "✗"), column(lines[0], "website"));
        assert_eq!(column(lines[3], "="), column(lines[0], "抖音"));
        assert!(
            lines[3].starts_with('…') && lines[3].contains("海河.mp4") && lines[3].width() < 60,
            "{}",
            lines[3]
        );
        assert!(lines[4].contains("✗ 需要人工处理"), "{}", lines[4]);
    }
}
