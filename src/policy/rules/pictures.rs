//! Findings about colours, shape, transparency and fields of the pictures: what rendering changes, and what it cannot.

use super::seconds;
use crate::model::colour::{is_open, transfer_name};
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{Alpha, Colour, Fields, VideoFacts};
use crate::model::value::{Arg, Value};

/// Share of marked pictures from which a work counts as interlaced throughout.
const ALL_MARKED: f64 = 0.99;

pub(super) fn notes(video: &VideoFacts) -> Vec<Finding> {
    let mut notes = colours(video);
    notes.extend(fields(video));
    let look = &video.appearance;
    if let Some(crop) = look.crop {
        notes.push(Finding::note(Code::WillCutMargins).measured(crop.of).limit(crop.size));
    }
    match look.alpha {
        Alpha::Transparent => notes.push(Finding::note(Code::WillComposeAlpha)),
        Alpha::Unseen => notes.push(Finding::warning(Code::AlphaUnseen)),
        Alpha::Absent | Alpha::Opaque | Alpha::Unused => {}
    }
    if let Some(degrees) = look.tilt_degrees {
        let measured = Value::Degrees { clockwise: degrees, mirrored: false };
        notes.push(Finding::warning(Code::TiltNotFollowed).measured(measured));
    }
    notes.extend(changes(video));
    notes
}

fn colours(video: &VideoFacts) -> Vec<Finding> {
    let (colour, look) = (&video.colour, &video.appearance);
    let mut notes = Vec::new();
    if let Some(record) = look.dolby_vision {
        let note = Finding::note(Code::WillUseBaseLayer).measured(record.notation());
        let is_known = !is_open(&colour.transfer);
        notes.push(if is_known { note.limit(transfer_name(&colour.transfer)) } else { note });
    }
    let unconvertible = colour.unconvertible();
    if !unconvertible.is_empty() {
        notes.push(Finding::warning(Code::ColourNotConverted).measured(unconvertible.join(" / ")));
    } else if colour.is_hdr() {
        notes.push(Finding::note(Code::WillToneMap).measured(transfer_name(&colour.transfer)));
    } else if is_other_colour(colour) {
        notes.push(Finding::note(Code::WillConvertColour).measured(colour.notation()));
    }
    if let Some(other) = &look.contradicting_colours {
        notes.push(Finding::note(Code::ColoursDisagree).measured(colour.notation()).limit(other));
    }
    notes
}

/// Returns true for anything tagged other than BT.709 in limited range, or with a curve that is shown like its own.
fn is_other_colour(colour: &Colour) -> bool {
    let other = |tag: &str| tag != "bt709" && !is_open(tag);
    colour.full_range
        || other(&colour.primaries)
        || other(&colour.matrix)
        || (other(&colour.transfer) && !colour.has_usual_curve())
}

fn fields(video: &VideoFacts) -> Option<Finding> {
    let interlacing = video.appearance.interlacing;
    let order = match video.fields {
        Fields::Progressive => return None,
        Fields::TopFirst => "TFF",
        Fields::BottomFirst => "BFF",
    };
    if interlacing.measured {
        return Some(Finding::note(Code::WillDeinterlaceUnmarked).measured(order));
    }
    let is_part = (f64::EPSILON..ALL_MARKED).contains(&interlacing.marked_share);
    let share = interlacing.marked_share.max(0.01);
    let order = if is_part { format!("{order}, {:.0} %", share * 100.0) } else { order.to_owned() };
    Some(Finding::note(Code::WillDeinterlace).measured(order))
}

fn changes(video: &VideoFacts) -> Vec<Finding> {
    let changes = &video.appearance.changes;
    let mut notes = Vec::new();
    let mut before = video.display;
    let turns: Vec<_> = changes
        .iter()
        .filter(|change| std::mem::replace(&mut before, change.display) != change.display)
        .collect();
    if let Some(first) = turns.first() {
        let note = Finding::warning(Code::ShapeChanges)
            .measured(video.display)
            .limit(first.display)
            .arg(Arg::At, seconds(first.at_us));
        notes.push(if turns.len() > 1 { note.arg(Arg::Count, turns.len()) } else { note });
    }
    if let Some((change, colours)) =
        changes.iter().find_map(|change| Some((change, change.colours.as_ref()?)))
    {
        let note = Finding::warning(Code::ColoursChange).measured(video.colour.notation()).limit(colours);
        notes.push(note.arg(Arg::At, seconds(change.at_us)));
    }
    notes
}
