//! Comments as markers of a Final Cut Pro timeline (FCPXML 1.9), which DaVinci Resolve reads too. Times are whole frames, as
//! exact fractions of a second.

use maud::{Markup, PreEscaped, html};

use super::timecode::dropped;
use super::{Film, Marker};
use crate::model::units::Rational;
use crate::present::messages::review_papers as words;

/// The latest version that every program which reads FCPXML knows.
const VERSION: &str = "1.9";

/// Returns the document: a project with the film as its only clip, and a to-do marker for each comment, done or not.
pub fn to_fcpxml(film: &Film, markers: &[Marker]) -> String {
    let document = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n"))
        fcpxml version=(VERSION) { (resources(film)) "\n" (library(film, markers)) }
        "\n"
    };
    closed(&document.into_string())
}

fn resources(film: &Film) -> Markup {
    let frame = seconds(1, film.rate);
    let length = seconds(film.frames, film.rate);
    let sound = film.has_sound.then_some("1");
    html! {
        resources {
            "\n"
            format id="r1" frameDuration=(frame) width=(film.size.width) height=(film.size.height) {}
            "\n"
            asset id="r2" name=(text(&film.title)) start="0s" duration=(length) hasVideo="1" format="r1" hasAudio=[sound] videoSources="1" audioSources=[sound] {
                media-rep kind="original-media" src=(film.address) {}
            }
            "\n"
        }
    }
}

fn library(film: &Film, markers: &[Marker]) -> Markup {
    let length = seconds(film.frames, film.rate);
    let counting = if dropped(film.rate) == 0 { "NDF" } else { "DF" };
    let name = text(&film.title);
    let mut placed: Vec<(u64, u64, &Marker)> = markers
        .iter()
        .map(|marker| {
            let (from, until) = film.frames_of(marker);
            (from, until, marker)
        })
        .collect();
    placed.sort_by_key(|(from, _, marker)| (*from, marker.number));
    html! {
        library {
            event name=(name) {
                project name=(name) {
                    sequence format="r1" duration=(length) tcStart="0s" tcFormat=(counting) {
                        spine {
                            "\n"
                            asset-clip ref="r2" offset="0s" name=(name) start="0s" duration=(length) format="r1" tcFormat=(counting) {
                                "\n"
                                @for (from, until, one) in placed {
                                    (marker(film.rate, from, until, one))
                                    "\n"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn marker(rate: Rational, from: u64, until: u64, marker: &Marker) -> Markup {
    let said = words::marker(&marker.text, &marker.by.name, marker.level.as_deref(), marker.at).zh;
    html! {
        marker start=(seconds(from, rate)) duration=(seconds(until - from, rate)) value=(text(&said)) completed=(u8::from(marker.done)) note=(text(&marker.said_at)) {}
    }
}

/// A number of frames as seconds: `925/25s` is written `37s`, one of 29.97 a second `1001/30000s`.
fn seconds(frames: u64, rate: Rational) -> String {
    let (num, den) = (u128::from(frames) * u128::from(rate.den), u128::from(rate.num).max(1));
    let divisor = gcd(num, den).max(1);
    match (num / divisor, den / divisor) {
        (num, 1) => format!("{num}s"),
        (num, den) => format!("{num}/{den}s"),
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A text as an attribute can hold it: on one line, without characters that XML forbids. The escaping is `maud`'s.
fn text(text: &str) -> String {
    let is_xml = |c: &char| !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(is_xml).collect()
}

/// Elements without content in the short form, which some readers want.
fn closed(document: &str) -> String {
    ["format", "media-rep", "marker"]
        .iter()
        .fold(document.to_owned(), |document, name| document.replace(&format!("></{name}>"), "/>"))
}
