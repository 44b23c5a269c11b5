//! The register of a period as a workbook.

use crate::library::manifest::{ManifestError, PrintedCell, PrintedSheet};
use crate::present::messages::review_papers as words;
use crate::present::papers::{REGISTER_COLUMNS, RegisterPage};

/// Widths in characters, by column.
const WIDTHS: [f64; REGISTER_COLUMNS] =
    [6.0, 19.5, 26.0, 10.0, 6.0, 16.0, 8.0, 11.0, 20.0, 10.0, 14.0, 10.0, 36.0, 20.0, 14.5, 8.0, 14.5];

/// Columns whose texts are numbers.
const NUMBERS: [usize; 3] = [0, 4, 15];

/// Returns the workbook's bytes.
pub fn workbook(page: &RegisterPage<'_>) -> Result<Vec<u8>, ManifestError> {
    let cell = |(place, text): (usize, &String)| match text.parse::<u32>() {
        Ok(number) if NUMBERS.contains(&place) => PrintedCell::Count(number),
        _ => PrintedCell::text(text),
    };
    let made: String = page.printed_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
    let sheet = PrintedSheet {
        name: words::REGISTER.zh,
        title: format!("{}{}　{}", page.college, words::REGISTER.zh, page.period),
        note: format!("{}　{} {made}", page.note, words::PRINTED.zh),
        columns: words::REGISTER_HEADS.iter().map(|head| head.zh).zip(WIDTHS).collect(),
        rows: page.rows.iter().map(|cells| cells.iter().enumerate().map(cell).collect()).collect(),
        sum: None,
        empty: words::NO_ROWS.zh,
    };
    sheet.workbook()
}
