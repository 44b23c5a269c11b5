//! Comments as a table that opens in any spreadsheet.

use super::timecode::{frame_at, timecode};
use super::{Film, Marker};
use crate::library::manifest::{ManifestError, harmless};
use crate::model::units::millisecond_time;
use crate::present::messages::review_papers as words;

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns the table; without a film, its timecodes are empty. No cell can become a formula.
pub fn to_csv(work: (&str, &str), film: Option<&Film>, markers: &[Marker]) -> Result<Vec<u8>, ManifestError> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(words::COMMENT_HEADS.map(|head| format!("{} {}", head.zh, head.en)))?;
    for marker in markers {
        let time = |ms: Option<u64>| ms.map(millisecond_time).unwrap_or_default();
        let code = |ms: Option<u64>| match (ms, film) {
            (Some(ms), Some(film)) => timecode(frame_at(ms, film.rate), film.rate),
            _ => String::new(),
        };
        let [from, to] = [marker.at.map(|at| at.from_ms), marker.at.map(|at| at.to_ms)];
        let state = if marker.done { words::DONE } else { words::OPEN };
        let cells = [
            marker.number.to_string(),
            time(from),
            time(to),
            code(from),
            code(to),
            marker.level.clone().unwrap_or_default(),
            marker.by.name.clone(),
            marker.by.post.clone(),
            marker.text.clone(),
            format!("{} {}", state.zh, state.en),
            marker.said_at.clone(),
            work.0.to_owned(),
            work.1.to_owned(),
        ];
        writer.write_record(cells.map(|cell| harmless(&cell)))?;
    }
    Ok(writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))?)
}
