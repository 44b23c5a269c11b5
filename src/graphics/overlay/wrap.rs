//! Breaks text into lines that fit: break opportunities from UAX #14, widths from the font.
//!
//! Each character is measured once and widths are summed as lines grow, so the cost is linear in the length of the text:
//! teams have submitted words of a million letters.

use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Line height in ems; Chinese needs more leading than Latin.
pub(super) const LINE_HEIGHT: f64 = 1.28;

/// A text that was broken into lines and scaled to fit.
#[derive(Debug, PartialEq)]
pub(super) struct Fitted {
    pub lines: Vec<String>,
    /// Font size, in the unit of [`Room::width`].
    pub size: f64,
    /// False when lines had to be cut off.
    pub whole: bool,
}

/// The space that a text may fill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub width: f64,
    pub lines: usize,
    /// Largest height of all lines together, in the unit of the width.
    pub height: f64,
    /// Preferred font size, and the smallest share of it that is still readable.
    pub size: f64,
    pub smallest: f64,
}

/// Wraps a text, in smaller and smaller sizes until it fits; what still does not fit is cut off with an ellipsis.
/// `advance` returns the width of a character in ems, never negative.
pub(super) fn fit(text: &str, room: Room, advance: &dyn Fn(char) -> f64) -> Fitted {
    let given = measured(text, advance);
    // Steps of 6 % are hardly noticed from one caption to the next.
    let mut share = 1.0;
    loop {
        let size = room.size * share;
        let limit = room.width / size;
        let lines = wrapped(&given, limit);
        let high = lines.len() as f64 * size * LINE_HEIGHT;
        if lines.len() <= room.lines && (lines.len() < 2 || high <= room.height) {
            return Fitted { lines, size, whole: true };
        }
        if share <= room.smallest {
            // Balanced lines would leave space that the cut text could use.
            let high_enough = (room.height / (size * LINE_HEIGHT)) as usize;
            let most = room.lines.min(high_enough.max(1));
            let cut = given.iter().flat_map(|line| line.texts(line.greedy(limit)));
            let mut lines: Vec<String> = cut.take(most).collect();
            if let Some(last) = lines.last_mut() {
                *last = shortened(last, limit, advance);
            }
            return Fitted { lines, size, whole: false };
        }
        share = (share * 0.94).max(room.smallest);
    }
}

/// Returns the longest prefix of `line` that fits together with an ellipsis, and the ellipsis.
fn shortened(line: &str, limit: f64, advance: &dyn Fn(char) -> f64) -> String {
    let ellipsis = advance('…');
    let mut sum = 0.0;
    let over = line.char_indices().find(|(_, character)| {
        sum += advance(*character);
        sum + ellipsis > limit
    });
    format!("{}…", &line[..over.map_or(line.len(), |(at, _)| at)])
}

/// Measures the lines of the text that are not blank.
fn measured<'a>(text: &'a str, advance: &dyn Fn(char) -> f64) -> Vec<Line<'a>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| Line::new(line, advance)).collect()
}

/// Breaks the given lines into balanced ones no wider than `limit` (in the unit of the advances); a single character may
/// still be wider.
fn wrapped(given: &[Line<'_>], limit: f64) -> Vec<String> {
    given.iter().flat_map(|line| line.texts(line.balanced(limit))).collect()
}

struct Character {
    /// Its first byte in the line.
    at: usize,
    advance: f64,
    is_blank: bool,
}

/// One line of the given text. Positions in it count characters.
struct Line<'a> {
    text: &'a str,
    characters: Vec<Character>,
    /// Positions where a line may end, and whether it must.
    breaks: Vec<(usize, bool)>,
}

/// The width measured so far from the start of a broken line.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    end: usize,
    sum: f64,
    /// The sum up to the last character that is not blank: trailing blanks take no space.
    ink: f64,
}

impl Run {
    fn from(start: usize) -> Self {
        Self { start, end: start, ..Self::default() }
    }
}

impl<'a> Line<'a> {
    fn new(text: &'a str, advance: &dyn Fn(char) -> f64) -> Self {
        let character = |(at, character): (usize, char)| Character {
            at,
            advance: advance(character),
            is_blank: character.is_whitespace(),
        };
        let characters: Vec<_> = text.char_indices().map(character).collect();
        let mut count = 0;
        let breaks = linebreaks(text).map(|(byte, kind)| {
            while characters.get(count).is_some_and(|character| character.at < byte) {
                count += 1;
            }
            (count, kind == BreakOpportunity::Mandatory)
        });
        let breaks = breaks.collect();
        Self { text, characters, breaks }
    }

    /// Breaks greedily, then with the narrowest limit that needs no more lines, so that no single character is left
    /// alone on the last one.
    fn balanced(&self, limit: f64) -> Vec<Range<usize>> {
        let lines = self.greedy(limit);
        if lines.len() < 2 {
            return lines;
        }
        let all = self.width(&(0..self.characters.len()));
        let (mut low, mut high, mut best) = (all / lines.len() as f64, limit, lines);
        // Six halvings place the edge within 1/64 of the line.
        for _ in 0..6 {
            let middle = f64::midpoint(low, high);
            let tried = self.greedy(middle);
            if tried.len() <= best.len() && tried.iter().all(|line| self.width(line) <= middle) {
                (best, high) = (tried, middle);
            } else {
                low = middle;
            }
        }
        best
    }

    fn greedy(&self, limit: f64) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let (mut run, mut fits) = (Run::default(), 0);
        for &(at, must) in &self.breaks {
            if fits > run.start && self.is_over(&mut run, at, limit) {
                lines.push(run.start..fits);
                run = Run::from(fits);
            }
            // A word wider than the whole line breaks between its characters.
            while self.is_over(&mut run, at, limit) {
                let cut = self.cut(run.start, at, limit);
                if cut == run.start {
                    break;
                }
                lines.push(run.start..cut);
                run = Run::from(cut);
            }
            fits = at;
            if must && at > run.start {
                lines.push(run.start..at);
                run = Run::from(at);
            }
        }
        lines.into_iter().map(|line| self.trimmed(line)).filter(|line| !line.is_empty()).collect()
    }

    /// Extends the run to `at`, or to the first character beyond the limit, and returns true if it is beyond the limit.
    fn is_over(&self, run: &mut Run, at: usize, limit: f64) -> bool {
        while run.ink <= limit && run.end < at {
            let character = &self.characters[run.end];
            run.sum += character.advance;
            if !character.is_blank {
                run.ink = run.sum;
            }
            run.end += 1;
        }
        run.ink > limit
    }

    /// Returns the end of the longest prefix of `start..end` that fits: shorter than all of it but at least one
    /// character; `start` when it is a single character.
    fn cut(&self, start: usize, end: usize, limit: f64) -> usize {
        let (mut sum, mut cut) = (0.0, start);
        for character in &self.characters[start..end.max(start + 1) - 1] {
            sum += character.advance;
            if cut > start && sum > limit {
                break;
            }
            cut += 1;
        }
        cut
    }

    fn trimmed(&self, line: Range<usize>) -> Range<usize> {
        let all = &self.characters[line.clone()];
        let end = all.iter().rposition(|character| !character.is_blank).map_or(0, |last| last + 1);
        let start = all.iter().position(|character| !character.is_blank).unwrap_or(0);
        line.start + start..line.start + end
    }

    fn width(&self, line: &Range<usize>) -> f64 {
        self.characters[line.clone()].iter().map(|character| character.advance).sum()
    }

    fn texts(&self, lines: Vec<Range<usize>>) -> impl Iterator<Item = String> {
        let byte =
            |place: usize| self.characters.get(place).map_or(self.text.len(), |character| character.at);
        lines.into_iter().map(move |line| self.text[byte(line.start)..byte(line.end)].to_owned())
    }
}

#[cfg(test)]
mod tests;
