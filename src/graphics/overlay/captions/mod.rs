//! Reads submitted caption files: SRT, ASS, SSA and WebVTT in any encoding Chinese teams use.

mod ass;
mod markup;
mod srt;
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

/// The result of parsing one format.
#[derive(Debug, Default)]
struct Parsed {
    cues: Vec<Cue>,
    /// Cues that lost a style, position or drawing.
    styled: usize,
    /// Cues of which only the beginning is shown, and the line of the first one.
    cut: usize,
    cut_line: Option<usize>,
    /// The first line (counted from 1) that was not understood.
    bad_line: Option<usize>,
}

impl Parsed {
    /// Adds a cue that begins on `line`, counted from 1.
    fn add(&mut self, line: usize, from_us: u64, until_us: u64, plain: Plain) {
        let Plain { mut text, styled } = plain;
        self.styled += usize::from(styled);
        if let Some((end, _)) = text.char_indices().nth(MAX_CUE_CHARS) {
            text.truncate(end);
            text.push('…');
            self.cut += 1;
            self.cut_line = self.cut_line.or(Some(line));
        }
        self.cues.push(Cue { from_us, until_us, text });
    }
}

/// Reads the cues of `path`, a file found under `root`, that begin before `duration_us`. The format is detected from the
/// content, not the name.
pub fn read(root: &Path, path: &Path, duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let bytes = files::read_below(root, path, MAX_BYTES).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => CaptionFault::TooLarge { max_bytes: MAX_BYTES }.into(),
        _ => CaptionError::Io(error),
    })?;
    parse(&bytes, duration_us)
}

fn parse(bytes: &[u8], duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let decoded = decode_likely(bytes);
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    let start = text.trim_start();
    let mut parsed = if start.starts_with("WEBVTT") {
        srt::parse_vtt(&text)
    } else if start.starts_with("[Script Info]") || text.lines().any(|line| line.trim() == "[Events]") {
        ass::parse(&text)
    } else {
        srt::parse_srt(&text)
    };
    if parsed.cues.len() > MAX_CUES {
        return Err(CaptionFault::TooManyCues { most: MAX_CUES }.into());
    }
    parsed.cues.retain(|cue| cue.until_us > cue.from_us && !cue.text.trim().is_empty());
    if parsed.cues.is_empty() {
        return Err(CaptionError::Fault {
            fault: CaptionFault::NoCues,
            line: Some(parsed.bad_line.unwrap_or(1)),
        });
    }
    let mut findings = Vec::new();
    if let Some(name) = decoded.guessed {
        findings.push(Finding::warning(Code::CaptionsEncodingGuessed).arg(Arg::Encoding, name));
    }
    if let Some(line) = parsed.bad_line {
        findings.push(Finding::warning(Code::CaptionsUnreadable).arg(Arg::Line, line));
    }
    if parsed.styled > 0 {
        findings.push(Finding::note(Code::CaptionsStyleDropped).measured(parsed.styled));
    }
    if let Some(line) = parsed.cut_line {
        let cut = Finding::warning(Code::CaptionsCut).measured(parsed.cut).limit(MAX_CUE_CHARS);
        findings.push(cut.arg(Arg::Line, line));
    }
    // Sorted so that repeats are neighbours: fansub files repeat one text in several layers, which must show once.
    parsed.cues.sort();
    parsed.cues.dedup();
    let mut captions = Captions { cues: parsed.cues };
    findings.extend(captions.cut_to(duration_us));
    captions.check_amount(duration_us)?;
    Ok((captions, findings))
}

impl Captions {
    /// Drops cues that begin at or after `duration_us` and ends the rest there.
    pub(super) fn cut_to(&mut self, duration_us: u64) -> Option<Finding> {
        let before = self.cues.len();
        self.cues.retain(|cue| cue.from_us < duration_us);
        for cue in &mut self.cues {
            cue.until_us = cue.until_us.min(duration_us);
        }
        let dropped = before - self.cues.len();
        (dropped > 0).then(|| {
            Finding::warning(Code::CaptionsOutsideDuration)
                .measured(dropped)
                .limit(Value::seconds_of_us(duration_us))
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

/// Reads `[[H:]MM:]SS[.,]fff` into microseconds.
fn time_us(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts: Vec<&str> = whole.split(':').collect();
    if parts.len() > 3 || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut seconds = 0_u64;
    for part in &parts {
        if part.is_empty() || part.len() > 6 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    seconds.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)
}

#[cfg(test)]
mod tests;
