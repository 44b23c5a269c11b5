//! Parses SubRip and WebVTT.

use super::{MAX_CUES, Parsed, markup, time_us};

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
    let (blocks, bad_line) = blocks(text);
    let last = blocks.len().saturating_sub(1);
    let texts = blocks.into_iter().enumerate().map(|(index, mut block)| {
        if index < last {
            drop_next_number(&mut block.lines);
        }
        block
    });
    collect(texts, bad_line)
}

/// Parses WebVTT. A blank line ends a cue, so that notes, styles and identifiers are dropped.
pub(super) fn parse_vtt(text: &str) -> Parsed {
    let (blocks, bad_line) = blocks(text);
    let texts = blocks.into_iter().map(|mut block| {
        let end = block.lines.iter().position(|line| line.trim().is_empty());
        block.lines.truncate(end.unwrap_or(block.lines.len()));
        block
    });
    collect(texts, bad_line)
}

fn collect<'a>(blocks: impl Iterator<Item = Block<'a>>, bad_line: Option<usize>) -> Parsed {
    let mut parsed = Parsed { bad_line, ..Parsed::default() };
    for block in blocks {
        let plain = markup::plain(&block.lines.join("\n"));
        parsed.add(block.line, block.from_us, block.until_us, plain);
    }
    parsed
}

fn blocks(text: &str) -> (Vec<Block<'_>>, Option<usize>) {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut bad_line = None;
    // The text after an invalid timing must not be added to the previous cue.
    let mut skipping = true;
    for (index, line) in text.lines().enumerate() {
        if line.contains("-->") {
            match timing(line) {
                Some((from_us, until_us)) if blocks.len() <= MAX_CUES => {
                    blocks.push(Block { line: index + 1, from_us, until_us, lines: Vec::new() });
                    skipping = false;
                }
                _ => {
                    bad_line = bad_line.or(Some(index + 1));
                    skipping = true;
                }
            }
        } else if !skipping && let Some(block) = blocks.last_mut() {
            block.lines.push(line);
        }
    }
    if blocks.is_empty() && bad_line.is_none() {
        bad_line = text.lines().position(|line| !line.trim().is_empty()).map(|index| index + 1);
    }
    (blocks, bad_line)
}

/// Parses `from --> until settings`; the settings (WebVTT) and coordinates (SubRip) are dropped.
fn timing(line: &str) -> Option<(u64, u64)> {
    let (from, rest) = line.split_once("-->")?;
    let until = rest.split_whitespace().next()?;
    Some((time_us(from.trim())?, time_us(until)?))
}

/// Removes the next cue's number: the last line before the next timing, if it follows a blank line.
fn drop_next_number(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let number =
        |line: &str| !line.trim().is_empty() && line.trim().bytes().all(|byte| byte.is_ascii_digit());
    if let [.., before, last] = lines.as_slice()
        && number(last)
        && before.trim().is_empty()
    {
        lines.pop();
    }
}
