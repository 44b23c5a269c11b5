//! Comments as locators of an edit decision list (CMX 3600), which DaVinci Resolve, Avid and Premiere read.

use super::timecode::{dropped, timecode};
use super::{Film, Marker};
use crate::present::messages::review_papers as words;
use crate::text::Visible;

/// Returns the list: one event, the whole film, with a `* LOC:` line for each comment, in the order of their times. UTF-8.
pub fn to_edl(film: &Film, markers: &[Marker]) -> String {
    let code = |frame| timecode(frame, film.rate);
    let counting = if dropped(film.rate) == 0 { "NON-DROP FRAME" } else { "DROP FRAME" };
    let (begins, ends) = (code(0), code(film.frames));
    let mut lines = vec![
        format!("TITLE: {}", one_line(&film.title)),
        format!("FCM: {counting}"),
        String::new(),
        format!("001  AX       V     C        {begins} {ends} {begins} {ends}"),
        format!("* FROM CLIP NAME: {}", one_line(&film.name)),
    ];
    let mut placed: Vec<(u64, &Marker)> =
        markers.iter().map(|marker| (film.frames_of(marker).0, marker)).collect();
    placed.sort_by_key(|(frame, marker)| (*frame, marker.number));
    for (frame, marker) in placed {
        let colour = if marker.done { "GREEN" } else { "RED" };
        let said = words::marker(&marker.text, &marker.by.name, marker.level.as_deref(), marker.at).zh;
        lines.push(format!("* LOC: {} {colour:<7} {}", code(frame), one_line(&said)));
    }
    lines.join("\r\n") + "\r\n"
}

/// A text in a list whose lines end its statements.
fn one_line(text: &str) -> String {
    Visible::of(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}
