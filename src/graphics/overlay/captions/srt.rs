//! Parses SubRip and WebVTT.

use super::timing::{Timing, lone_number, timing};
use super::{MAX_CUES, Parsed, markup};

/// A timing line and the text lines below it, up to the next timing line.
struct Block<'a> {
    /// Line number of the timing, counted from 1.
    line: usize,
    from_us: u64,
    until_us: u64,
    lines: Vec<&'a str>,
}

/// Parses SubRip. Numbers may be missing and a text may contain blank lines, so only timing lines separate the cues.
pub(super) fn parse_srt(text: &str) -> Parsed {
    let (mut blocks, mut parsed) = blocks(text);
    let numbers = Numbers::of(text, &blocks);
    let mut expected = numbers.first.map(|first| first + 1);
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.iter_mut().enumerate() {
        if index < last {
            let number = numbers.drop_next(&mut block.lines, expected);
            expected = number.or(expected).map(|number| number + 1);
        }
        let plain = markup::plain_srt(&block.lines.join("\n"));
        parsed.add(block.line, block.from_us, block.until_us, plain);
    }
    parsed
}

/// Parses WebVTT. A blank line ends a cue; notes, styles and identifiers are dropped, and other text after a blank line is
/// reported: browsers show none of it.
pub(super) fn parse_vtt(text: &str) -> Parsed {
    let (mut blocks, mut parsed) = blocks(text);
    let numbers = Numbers::of(text, &blocks);
    let mut expected = numbers.first.map(|first| first + 1);
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.iter_mut().enumerate() {
        match block.lines.iter().position(|line| line.trim().is_empty()) {
            Some(end) => {
                let stray = stray_line(&block.lines[end..], index < last);
                stray.into_iter().for_each(|stray| parsed.unread.add(block.line + 1 + end + stray));
                block.lines.truncate(end);
                expected = expected.map(|number| number + 1);
            }
            None if index < last => {
                let number = numbers.drop_next(&mut block.lines, expected);
                expected = number.or(expected).map(|number| number + 1);
            }
            None => {}
        }
        let plain = markup::plain_vtt(&block.lines.join("\n"));
        parsed.add(block.line, block.from_us, block.until_us, plain);
    }
    parsed
}

/// Returns the first line, counted from 0, that is no part of a note, style or region, nor the identifier of a following
/// cue.
fn stray_line(lines: &[&str], is_followed: bool) -> Option<usize> {
    let mut at = 0;
    for paragraph in lines.split(|line| line.trim().is_empty()) {
        let is_known = |first: &&str| {
            ["NOTE", "STYLE", "REGION"].iter().any(|name| {
                first.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
            })
        };
        let is_identifier = is_followed && at + 1 == lines.len();
        if !paragraph.is_empty() && !paragraph.first().is_some_and(is_known) && !is_identifier {
            return Some(at);
        }
        at += paragraph.len() + 1;
    }
    None
}

fn blocks(text: &str) -> (Vec<Block<'_>>, Parsed) {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut parsed = Parsed::default();
    // The text after an invalid timing must not be added to the previous cue.
    let mut skipping = true;
    for (index, line) in text.lines().enumerate() {
        match timing(line) {
            Timing::Cue { from_us, until_us, is_odd } if blocks.len() <= MAX_CUES => {
                if is_odd {
                    parsed.mended.add(index + 1);
                }
                blocks.push(Block { line: index + 1, from_us, until_us, lines: Vec::new() });
                skipping = false;
            }
            Timing::None => {
                if let Some(block) = blocks.last_mut().filter(|_| !skipping) {
                    block.lines.push(line);
                }
            }
            Timing::Cue { .. } | Timing::Broken => {
                parsed.unread.add(index + 1);
                skipping = true;
            }
        }
    }
    if blocks.is_empty() && parsed.unread.count == 0 {
        let first = text.lines().position(|line| !line.trim().is_empty());
        first.into_iter().for_each(|index| parsed.unread.add(index + 1));
    }
    (blocks, parsed)
}

/// How a file numbers its cues.
struct Numbers {
    /// The number of the first cue.
    first: Option<u64>,
    are_usual: bool,
}

impl Numbers {
    fn of(text: &str, blocks: &[Block<'_>]) -> Self {
        let before = blocks.first().map_or(0, |block| block.line - 1);
        let head: Vec<&str> = text.lines().take(before).collect();
        let first = head.iter().rev().find(|line| !line.trim().is_empty()).and_then(|line| lone_number(line));
        let followed = blocks.split_last().map_or(&[][..], |(_, followed)| followed);
        let found: Vec<u64> = followed
            .iter()
            .filter_map(|block| block.lines.last().and_then(|line| lone_number(line)))
            .collect();
        let rising = found.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
        Self { first, are_usual: first.is_some() || (rising > 0 && rising * 2 >= followed.len()) }
    }

    /// Removes the next cue's number from the end of a cue's lines, and returns it. FFmpeg takes any number that is all
    /// there is directly before a timing; here it stays where it is the cue's only text and not the number expected.
    fn drop_next(&self, lines: &mut Vec<&str>, expected: Option<u64>) -> Option<u64> {
        let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
        let number = lone_number(lines[last])?;
        let (is_direct, is_only) = (last + 1 == lines.len(), last == 0);
        let is_apart = last > 0 && lines[last - 1].trim().is_empty();
        let is_expected = self.are_usual && expected == Some(number);
        let is_number = match is_direct {
            true => is_apart || is_expected || (self.are_usual && !is_only),
            false => is_apart && is_expected,
        };
        is_number.then(|| {
            lines.truncate(last);
            number
        })
    }
}
