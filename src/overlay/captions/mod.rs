//! Reads caption files that teams hand in: SRT, ASS, SSA and WebVTT in any encoding Chinese teams use.

mod ass;
mod encoding;
mod markup;
mod srt;

use std::io::{self, Read};
use std::path::Path;

use crate::files;
use crate::model::finding::{Code, Finding};

/// Largest caption file read.
pub const MAX_BYTES: u64 = 4 << 20;
/// Most cues read from one file.
pub const MAX_CUES: usize = 20_000;

/// Cues sorted by their start; every one lasts longer than nothing and shows something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    pub cues: Vec<Cue>,
}

/// One text shown for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cue {
    /// Since the work's first picture, microseconds.
    pub from_us: u64,
    pub until_us: u64,
    /// Plain text; lines are parted by `\n`.
    pub text: String,
}

/// Why a caption file gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("the captions are larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the captions hold more than {MAX_CUES} cues")]
    TooManyCues,
    #[error("no cue was understood")]
    NoCues { line: usize },
}

impl CaptionError {
    /// The finding a person can act on; the caller adds the file's name.
    pub fn finding(&self) -> Finding {
        let finding = |zh: &str| {
            let finding = Finding::error(Code::CaptionsUnreadable);
            finding
                .arg("problem_zh", format!("{zh}；为免成片缺字幕，这次没有制作，此前发布的保持不变"))
                .arg("problem_en", format!("{self}; lest captions be missing, nothing was made this time, and what was published before stays"))
        };
        match self {
            Self::Io(error) => finding(&format!("读取出错（{error}）")),
            Self::TooLarge => finding(&format!("超过 {} MiB", MAX_BYTES >> 20)).limit(MAX_BYTES),
            Self::TooManyCues => finding(&format!("超过 {MAX_CUES} 条")).limit(MAX_CUES),
            Self::NoCues { line } => finding("没有一条能读懂").arg("line", line),
        }
    }
}

/// What a parser of one format took from the text.
#[derive(Debug, Default)]
struct Parsed {
    cues: Vec<Cue>,
    /// Cues that lost a style, position or drawing.
    styled: usize,
    /// The first line (counted from 1) that was not understood.
    bad_line: Option<usize>,
}

/// Reads the cues of `path` that begin before `duration_us`; the format is told by the content, not by the name.
pub fn read(path: &Path, duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let mut bytes = Vec::new();
    files::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(CaptionError::TooLarge);
    }
    parse(&bytes, duration_us)
}

fn parse(bytes: &[u8], duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    let decoded = encoding::decode(bytes);
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
        return Err(CaptionError::TooManyCues);
    }
    parsed.cues.retain(|cue| cue.until_us > cue.from_us && !cue.text.trim().is_empty());
    if parsed.cues.is_empty() {
        return Err(CaptionError::NoCues { line: parsed.bad_line.unwrap_or(1) });
    }
    let mut findings = Vec::new();
    if let Some(name) = decoded.guessed {
        findings.push(Finding::warning(Code::CaptionsEncodingGuessed).arg("encoding", name));
    }
    if let Some(line) = parsed.bad_line {
        findings.push(Finding::warning(Code::CaptionsUnreadable).arg("line", line));
    }
    if parsed.styled > 0 {
        findings.push(Finding::note(Code::CaptionsStyleDropped).measured(parsed.styled));
    }
    // A stable order: fansub files repeat one text in several layers at the same time, which must show once.
    parsed.cues.sort();
    parsed.cues.dedup();
    let mut captions = Captions { cues: parsed.cues };
    findings.extend(captions.cut_to(duration_us));
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
                .limit(format!("{:.1} s", duration_us as f64 / 1e6))
        })
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
