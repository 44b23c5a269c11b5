//! SVG templates of cards: text boxes, placeholders and the card's position.

use std::fmt::Write;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::fonts::Fonts;
use super::wrap::{LINE_HEIGHT, Room, fit};
use super::{CardTexts, OverlayError};

/// Distance from the middle of a line down to its baseline, in ems: hanzi reach from −0.12 to 0.88.
pub(super) const MIDDLE_TO_BASELINE: f64 = 0.38;

/// The position of a card in the safe area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Centre,
    BottomLeft,
    Bottom,
}

/// A template whose attributes were checked.
#[derive(Clone, Debug)]
pub(super) struct Template {
    svg: String,
    pub width: f64,
    pub height: f64,
    pub place: Place,
    /// Width as a share of the canvas' short side.
    pub share: f64,
    boxes: Vec<TextBox>,
}

#[derive(Clone, Debug)]
struct TextBox {
    name: String,
    x: f64,
    top: f64,
    height: f64,
    room: Room,
}

/// A template with its texts filled in.
pub(super) struct Filled {
    pub svg: String,
    /// False when a text had to be cut off.
    pub whole: bool,
}

impl Template {
    /// Parses a template and checks its attributes; `name` is used in errors only.
    pub(super) fn read(name: &str, svg: String) -> Result<Self, OverlayError> {
        let wrong = |reason: String| OverlayError::Template { name: name.to_owned(), reason };
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document =
            Document::parse_with_options(&svg, options).map_err(|error| wrong(error.to_string()))?;
        let root = document.root_element();
        let number = |attribute: &str| {
            let value = root.attribute(attribute).and_then(|text| text.trim().parse::<f64>().ok());
            value
                .filter(|value| value.is_finite() && *value > 0.0)
                .ok_or_else(|| wrong(format!("<svg> needs {attribute}=\"a number above 0\"")))
        };
        let place = match root.attribute("data-place") {
            Some("centre") => Place::Centre,
            Some("bottom-left") => Place::BottomLeft,
            Some("bottom") => Place::Bottom,
            _ => return Err(wrong("data-place must be centre, bottom-left or bottom".into())),
        };
        let (width, height, share) = (number("width")?, number("height")?, number("data-width")?);
        let boxes = boxes(root).map_err(wrong)?;
        drop(document);
        Ok(Self { svg, width, height, place, share, boxes })
    }

    /// Returns the values of the placeholders that occur in this template, which its pixels depend on.
    pub(super) fn values(&self, texts: &CardTexts) -> Vec<(&'static str, String)> {
        let mut values = texts.named();
        values.retain(|(name, _)| self.svg.contains(&format!("{{{name}}}")));
        values
    }

    /// Returns the SVG with its placeholders.
    pub(super) fn source(&self) -> &str {
        &self.svg
    }

    /// Fills in the texts, in one pass over the template, so that a title may contain `{authors}` or `<b>` literally.
    pub(super) fn fill(&self, texts: &CardTexts, fonts: &Fonts) -> Filled {
        let mut whole = true;
        let mut values: Vec<(String, String)> = Vec::new();
        for (name, text) in texts.named() {
            let text = fonts.drawable(&text);
            match self.boxes.iter().find(|text_box| text_box.name == name) {
                Some(text_box) => {
                    let (spans, size, all) = text_box.set(&text, fonts);
                    whole &= all;
                    values.push((format!("{{{name}-size}}"), format!("{size:.2}")));
                    values.push((format!("{{{name}}}"), spans));
                }
                None => values.push((format!("{{{name}}}"), escaped(&text))),
            }
        }
        let mut svg = String::with_capacity(self.svg.len() * 2);
        let mut rest = self.svg.as_str();
        while let Some(at) = rest.find('{') {
            svg.push_str(&rest[..at]);
            rest = &rest[at..];
            match values.iter().find(|(name, _)| rest.starts_with(name.as_str())) {
                Some((name, value)) => {
                    svg.push_str(value);
                    rest = &rest[name.len()..];
                }
                None => {
                    svg.push('{');
                    rest = &rest[1..];
                }
            }
        }
        svg.push_str(rest);
        Filled { svg, whole }
    }
}

/// Reads the `data-box-NAME` attributes.
fn boxes(root: Node<'_, '_>) -> Result<Vec<TextBox>, String> {
    let mut boxes = Vec::new();
    for attribute in root.attributes() {
        let Some(name) = attribute.name().strip_prefix("data-box-") else { continue };
        let numbers: Vec<f64> =
            attribute.value().split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let [x, top, width, height, size, lines] = numbers[..] else {
            return Err(format!("data-box-{name} needs six numbers: x top width height size lines"));
        };
        if !(width > 0.0 && height > 0.0 && size > 0.0 && lines >= 1.0) {
            return Err(format!("data-box-{name}: width, height, size and lines must be above 0"));
        }
        // Below half its size a title no longer reads as one.
        // Letters do not fill their lines: a few per cent more than the box's height still look right.
        let room = Room { width, lines: lines as usize, height: height * 1.15, size, smallest: 0.5 };
        boxes.push(TextBox { name: name.to_owned(), x, top, height, room });
    }
    Ok(boxes)
}

impl TextBox {
    /// Returns the text as `tspan`s, vertically centred in the box; its font size; and whether all of it fits.
    fn set(&self, text: &str, fonts: &Fonts) -> (String, f64, bool) {
        let fitted = fit(text, self.room, &|character| fonts.advance(character));
        let line_height = fitted.size * LINE_HEIGHT;
        let top = self.top + (self.height - line_height * fitted.lines.len() as f64) / 2.0;
        let mut spans = String::new();
        for (index, line) in fitted.lines.iter().enumerate() {
            let y = top + line_height * (index as f64 + 0.5) + fitted.size * MIDDLE_TO_BASELINE;
            let _ = write!(spans, "<tspan x=\"{:.1}\" y=\"{y:.1}\">{}</tspan>", self.x, escaped(line));
        }
        (spans, fitted.size, fitted.whole)
    }
}

/// Escapes text for XML content and attributes; characters that XML forbids were removed by `Fonts::drawable`.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
