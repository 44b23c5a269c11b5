//! Reads submitted caption files: SRT, ASS, SSA and WebVTT in any encoding Chinese teams use.

mod ass;
mod foreign;
mod markup;
mod srt;
mod timing;
mod trim;

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::Path;

use markup::Plain;

use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::units::Rational;
use crate::model::value::{Arg, CaptionFault, Value};
use crate::text::decode_likely;

/// Largest caption file that is read.
pub const MAX_BYTES: u64 = 4 << 20;
/// Most cues read from one file.
pub const MAX_CUES: usize = 20_000;
/// Most characters shown of one cue; the three lines that fit hold less than half of them.
pub const MAX_CUE_CHARS: usize = 500;
/// Most characters shown of all cues: a lecture of three hours in two languages has 150,000.
pub const MAX_CHARS: usize = 500_000;
/// Most different characters: an educated person reads 5,000.
pub const MAX_DIFFERENT_CHARS: usize = 20_000;
/// Most cues per second of the video, and a constant beside that. Every cue is a picture of its own for each canvas,
/// which must cost little compared with the encode. Captions of one word at a time have three a second.
const CUES_PER_SECOND: u64 = 4;
const CUES_EXTRA: u64 = 40;

/// Cues sorted by their start; each has a duration above zero and a visible text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    pub cues: Vec<Cue>,
}

/// One text shown for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cue {
    /// Start and end since the work's first picture, microseconds.
    pub from_us: u64,
    pub until_us: u64,
    /// Plain text; lines are separated by `\n`.
    pub text: String,
}

/// Why a caption file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("the captions cannot be used: {fault:?}")]
    Fault {
        fault: CaptionFault,
        /// The first line that was not understood, where nothing was.
        line: Option<usize>,
    },
}

impl CaptionError {
    /// Returns the finding that a person can act on; the caller adds the file's name.
    pub fn finding(&self) -> Finding {
        match self {
            Self::Io(error) => Finding::error(Code::SourceUnreadable).detail(error),
            Self::Fault { fault, line } => {
                let finding = Finding::error(Code::CaptionsUnreadable).arg(Arg::Problem, *fault);
                let finding = match fault.limit() {
                    Some(limit) => finding.limit(limit),
                    None => finding,
                };
                match line {
                    Some(line) => finding.arg(Arg::Line, *line),
                    None => finding,
                }
            }
        }
    }
}

impl From<CaptionFault> for CaptionError {
    fn from(fault: CaptionFault) -> Self {
        Self::Fault { fault, line: None }
    }
}

/// Lines of a file, counted from 1.
#[derive(Debug, Default)]
struct Lines {
    count: usize,
    first: Vec<usize>,
}

impl Lines {
    /// Most lines that a finding names.
    const MAX_NAMED: usize = 5;

    fn add(&mut self, line: usize) {
        self.count += 1;
        if self.first.len() < Self::MAX_NAMED {
            self.first.push(line);
        }
    }

    /// Returns a warning that counts and names the lines; `None` when there are none.
    fn finding(&self, code: Code) -> Option<Finding> {
        let mut named: Vec<String> = self.first.iter().map(ToString::to_string).collect();
        if self.count > named.len() {
            named.push("…".to_owned());
        }
        let finding = Finding::warning(code).measured(self.count).arg(Arg::Line, named.join(", "));
        (self.count > 0).then_some(finding)
    }
}

/// The result of parsing one format.
#[derive(Debug, Default)]
struct Parsed {
    cues: Vec<Cue>,
    /// Cues that lost a style, position or drawing.
    styled: usize,
    /// Where cues begin of which only the beginning is shown.
    cut: Lines,
    /// Lines that were not understood; what belongs to them is not shown.
    unread: Lines,
    /// Lines that are not as their format prescribes and were read by their most likely meaning.
    mended: Lines,
    /// Where cues begin that end when they begin, or before.
    timeless: Lines,
}

impl Parsed {
    /// Adds a cue that begins on `line`, counted from 1. One without a visible text is none.
    fn add(&mut self, line: usize, from_us: u64, until_us: u64, plain: Plain) {
        let Plain { mut text, styled } = plain;
        self.styled += usize::from(styled);
        if text.trim().is_empty() {
            return;
        }
        if until_us <= from_us {
            self.timeless.add(line);
            return;
        }
        if let Some((end, _)) = text.char_indices().nth(MAX_CUE_CHARS) {
            text.truncate(end);
            text.push('…');
            self.cut.add(line);
        }
        self.cues.push(Cue { from_us, until_us, text });
    }

    /// Returns what a person should know about the lines.
    fn findings(&self) -> Vec<Finding> {
        let styles = Finding::note(Code::CaptionsStyleDropped).measured(self.styled);
        let cut = self.cut.finding(Code::CaptionsCut).map(|finding| finding.limit(MAX_CUE_CHARS));
        [
            self.unread.finding(Code::CaptionsLinesUnread),
            self.mended.finding(Code::CaptionsMended),
            self.timeless.finding(Code::CaptionsTooShort),
            (self.styled > 0).then_some(styles),
            cut,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Reads the cues of `path`, a file found under `root`, that begin before `duration_us`. The format is detected from the
/// content; the name only tells a WebVTT that lacks its first line.
pub fn read(root: &Path, path: &Path, duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let bytes = files::read_below(root, path, MAX_BYTES).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => CaptionFault::TooLarge { max_bytes: MAX_BYTES }.into(),
        _ => CaptionError::Io(error),
    })?;
    let is_vtt = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("vtt"));
    parse_as(&bytes, duration_us, if is_vtt { Named::WebVtt } else { Named::Otherwise })
}

/// What the name says of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    WebVtt,
    Otherwise,
}

fn parse_as(bytes: &[u8], duration_us: u64, named: Named) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let decoded = decode_likely(bytes);
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{feff}', "");
    let garbled = garbled(&text);
    let text = if garbled.count > 0 { text.replace('\0', "") } else { text };
    let mut parsed = if ass::is_ass(&text) {
        ass::parse(&text)
    } else if named == Named::WebVtt || text.trim_start().starts_with("WEBVTT") {
        srt::parse_vtt(&text)
    } else {
        srt::parse_srt(&text)
    };
    if parsed.cues.len() > MAX_CUES {
        return Err(CaptionFault::TooManyCues { most: MAX_CUES }.into());
    }
    if parsed.cues.is_empty() {
        return Err(nothing_to_show(&parsed, &text));
    }
    let mut findings = Vec::new();
    if let Some(name) = decoded.guessed {
        findings.push(Finding::warning(Code::CaptionsEncodingGuessed).arg(Arg::Encoding, name));
    }
    findings.extend(garbled.finding(Code::CaptionsGarbled));
    findings.extend(parsed.findings());
    // Sorted so that repeats are neighbours: fansub files repeat one text in several layers, which must show once.
    parsed.cues.sort();
    parsed.cues.dedup();
    let mut captions = Captions { cues: parsed.cues };
    findings.extend(captions.cut_to(duration_us));
    captions.check_amount(duration_us)?;
    Ok((captions, findings))
}

/// Returns the lines with signs that no text has: what could not be decoded, and control characters.
fn garbled(text: &str) -> Lines {
    let is_none =
        |sign: char| sign == '\u{fffd}' || (sign.is_control() && !matches!(sign, '\t' | '\u{b}' | '\u{c}'));
    let mut lines = Lines::default();
    for (index, line) in text.lines().enumerate() {
        if line.contains(is_none) {
            lines.add(index + 1);
        }
    }
    lines
}

/// Returns why a file has nothing to show, as exactly as is known.
fn nothing_to_show(parsed: &Parsed, text: &str) -> CaptionError {
    if parsed.timeless.count > 0 {
        let line = parsed.timeless.first.first().copied();
        return CaptionError::Fault { fault: CaptionFault::NoTime, line };
    }
    let line = Some(parsed.unread.first.first().copied().unwrap_or(1));
    match foreign::format_of(text) {
        Some(format) => CaptionFault::OtherFormat { format }.into(),
        None => CaptionError::Fault { fault: CaptionFault::NoCues, line },
    }
}

impl Captions {
    /// Drops cues that begin at or after `duration_us` and ends the rest there.
    pub(super) fn cut_to(&mut self, duration_us: u64) -> Option<Finding> {
        let before = self.cues.len();
        let first_us = self.cues.iter().map(|cue| cue.from_us).find(|from_us| *from_us >= duration_us);
        self.cues.retain(|cue| cue.from_us < duration_us);
        for cue in &mut self.cues {
            cue.until_us = cue.until_us.min(duration_us);
        }
        let dropped = before - self.cues.len();
        first_us.map(|first_us| {
            Finding::warning(Code::CaptionsOutsideDuration)
                .measured(dropped)
                .limit(Value::seconds_of_us(duration_us))
                .arg(Arg::First, Value::seconds_of_us(first_us))
        })
    }

    /// Fails if there are more cues or characters than people write for a video of this length.
    fn check_amount(&self, duration_us: u64) -> Result<(), CaptionError> {
        let cues = self.cues.len();
        let most = (duration_us.saturating_mul(CUES_PER_SECOND) / 1_000_000 + CUES_EXTRA) as usize;
        if cues > most {
            return Err(CaptionFault::TooDense { cues, most, duration_us }.into());
        }
        let all = || self.cues.iter().flat_map(|cue| cue.text.chars());
        let characters = all().count();
        if characters > MAX_CHARS {
            return Err(CaptionFault::TooMuchText { characters, most: MAX_CHARS }.into());
        }
        let different = all().collect::<HashSet<char>>().len();
        match different > MAX_DIFFERENT_CHARS {
            true => Err(CaptionFault::NoText { most: MAX_DIFFERENT_CHARS }.into()),
            false => Ok(()),
        }
    }

    /// Drops cues during which no frame is shown, and returns a finding if there were any.
    pub(super) fn drop_unseen(&mut self, frame_rate: Rational) -> Option<Finding> {
        let (rate, scale) = (u128::from(frame_rate.num.max(1)), u128::from(frame_rate.den) * 1_000_000);
        let is_seen = |cue: &Cue| {
            let next_frame = (u128::from(cue.from_us) * rate).div_ceil(scale);
            next_frame * scale / rate < u128::from(cue.until_us)
        };
        let unseen = self.cues.iter().find(|cue| !is_seen(cue)).map(|cue| cue.from_us)?;
        let before = self.cues.len();
        self.cues.retain(is_seen);
        let finding = Finding::warning(Code::CaptionsTooShort).measured(before - self.cues.len());
        Some(finding.arg(Arg::First, Value::seconds_of_us(unseen)))
    }
}

#[cfg(test)]
mod tests;
