//! The values that findings carry: the measurement, the limit that applies, and what else a sentence names.

use std::path;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};

use super::ai::AiCarrier;
use super::config::Consequence;
use super::language::Bilingual;
use super::left_over::LeftOverKind;
use super::likeness::{Basis, MatchClass};
use super::placeholder::Placeholder;
use super::sound::SoundWords;
use super::submission_date::DatedBy;
use super::units::{Rational, Size, exact_time};

/// The names of a finding's further values, as `--json` writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    At,
    Canvas,
    Characters,
    Codec,
    Column,
    Count,
    /// The name of a department.
    Department,
    Detail,
    Dropped,
    Encoding,
    File,
    First,
    Folder,
    Found,
    Hint,
    How,
    /// The id of a work, for commands.
    Id,
    Line,
    /// The name that was probably meant.
    Meant,
    Other,
    Overlay,
    Path,
    Problem,
    /// The name of a season.
    Season,
    Share,
    Signal,
    Size,
    Source,
    Targets,
    Then,
    Title,
    Touched,
    Ulimit,
    Whose,
    Why,
}

impl Arg {
    /// Returns the name in snake case.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => format!("{self:?}"),
        }
    }

    /// Returns the argument of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

/// One value. Numbers keep their unit; all but [`Words`] have a notation that every language shares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A name, a path, a codec, an error of the system: shown as it is.
    Text(String),
    Count(u64),
    /// The length of a text in characters, of which a platform may count some half.
    Length(f64),
    List(Vec<String>),
    /// A measured time, to the tenth: `12.3 s`.
    Seconds(f64),
    /// A measured time, to the hundredth: `0.04 s`.
    FineSeconds(f64),
    /// A time as somebody configured it: `3600 s`.
    GivenSeconds(f64),
    /// A stretch of time on a work: `0:05–1:07`.
    Span {
        from_ms: u64,
        to_ms: u64,
    },
    Size(Size),
    Pixels(u64),
    Degrees {
        clockwise: u32,
        mirrored: bool,
    },
    /// The shape of a pixel: `16:15`.
    PixelShape(Rational),
    /// The least shape that is accepted: `≥ 16/9`.
    LeastShape(Rational),
    /// The widest shape that is accepted: `≤ 16/9`.
    MostShape(Rational),
    FramesPerSecond(f64),
    BitsPerSecond(f64),
    Lufs(f64),
    Percent(u32),
    /// `12345 B`
    Bytes(u64),
    /// A file's size in megabytes of a million bytes: `12.3 MB`.
    Megabytes(u64),
    /// A limit of memory or of a file, in binary units: `768 MB`.
    Memory(u64),
    /// More than the value.
    MoreThan(Box<Value>),
    /// What each language says in its own words.
    Words(Words),
}

/// Texts that `present::messages` gives in the language that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    Sequel(Sequel),
    /// How a likeness was found.
    Basis(Basis),
    /// Something happens to a file each time it is read, and its content looks the same.
    Touched,
    CaptionFault(CaptionFault),
    Sound(SoundWords),
    /// What a file is that is not taken, and what to do with it.
    LeftOver(LeftOverKind),
    /// The pattern of file names, in the words of whoever names files, with an example.
    NamePattern(String),
    /// What a file holds that is no video.
    Content(String),
    /// Where the date of a submission is from.
    DatedBy(DatedBy),
    /// Where a label of AI-made media is.
    AiCarrier(AiCarrier),
    /// The settings that still stand as `jincai init` wrote them.
    Placeholders(Vec<Placeholder>),
    /// A text that is there in both languages already: it explains a mistake in a file, or was stored.
    Said(Bilingual),
}

/// The consequence when a work is similar to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sequel {
    Configured(MatchClass, Consequence),
    /// It is not certain which of two departments' works came first: neither is refused, and a person is asked.
    Asks,
    /// It is the very file of another department's work that is no longer where it was.
    Moved,
}

/// Why a caption file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptionFault {
    TooLarge {
        max_bytes: u64,
    },
    TooManyCues {
        most: usize,
    },
    TooDense {
        cues: usize,
        most: usize,
        duration_us: u64,
    },
    TooMuchText {
        characters: usize,
        most: usize,
    },
    /// More different characters than any text has.
    NoText {
        most: usize,
    },
    NoCues,
    /// Every cue ends when it begins, or before.
    NoTime,
    /// The captions are in a format that is not read.
    OtherFormat {
        format: CaptionFormat,
    },
}

/// A format of captions that is recognised but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptionFormat {
    MicroDvd,
    Mpl2,
    Sami,
    Ttml,
    SubViewer,
    Lrc,
    /// As video sites keep their captions.
    Json,
}

impl CaptionFormat {
    /// Returns the format's own name, and its usual extension where that is better known.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MicroDvd => "MicroDVD (.sub)",
            Self::Mpl2 => "MPL2",
            Self::Sami => "SAMI (.smi)",
            Self::Ttml => "TTML (.xml)",
            Self::SubViewer => "SubViewer",
            Self::Lrc => "LRC",
            Self::Json => "JSON",
        }
    }
}

impl CaptionFault {
    /// Returns the limit that was passed, if it was one.
    pub fn limit(self) -> Option<Value> {
        match self {
            Self::TooLarge { max_bytes } => Some(max_bytes.into()),
            Self::TooManyCues { most }
            | Self::TooDense { most, .. }
            | Self::TooMuchText { most, .. }
            | Self::NoText { most } => Some(most.into()),
            Self::NoCues | Self::NoTime | Self::OtherFormat { .. } => None,
        }
    }
}

impl Value {
    /// Returns the notation that every language shares; `None` for what each says in its own words.
    pub fn notation(&self) -> Option<String> {
        Some(match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Length(characters) => characters.to_string(),
            Self::List(names) => names.join(", "),
            Self::Seconds(s) => format!("{s:.1} s"),
            Self::FineSeconds(s) => format!("{s:.2} s"),
            Self::GivenSeconds(s) => format!("{s} s"),
            Self::Span { from_ms, to_ms } => span(*from_ms, *to_ms),
            Self::Size(size) => size.to_string(),
            Self::Pixels(pixels) => format!("{pixels} px"),
            Self::Degrees { clockwise, mirrored: true } => format!("↔ {clockwise}°"),
            Self::Degrees { clockwise, mirrored: false } => format!("{clockwise}°"),
            Self::PixelShape(ratio) => format!("{}:{}", ratio.num, ratio.den),
            Self::LeastShape(ratio) => format!("≥ {ratio}"),
            Self::MostShape(ratio) => format!("≤ {ratio}"),
            Self::FramesPerSecond(rate) => format!("{rate:.2} fps"),
            Self::BitsPerSecond(rate) => format!("{:.1} Mb/s", rate / 1e6),
            Self::Lufs(lufs) => format!("{lufs:.1} LUFS"),
            Self::Percent(percent) => format!("{percent} %"),
            Self::Bytes(bytes) => format!("{bytes} B"),
            Self::Megabytes(bytes) => format!("{:.1} MB", *bytes as f64 / 1e6),
            Self::Memory(small @ ..1_048_576) => format!("{} KB", small >> 10),
            Self::Memory(large) => format!("{} MB", large >> 20),
            Self::MoreThan(value) => format!("> {}", value.notation()?),
            Self::Words(_) => return None,
        })
    }

    /// Makes a time of microseconds, to the tenth of a second.
    pub fn seconds_of_us(us: u64) -> Self {
        Self::Seconds(us as f64 / 1e6)
    }

    /// Makes a share of 0 to 1 in whole percent.
    pub fn share(share: f64) -> Self {
        Self::Percent((share * 100.0).round_ties_even() as u32)
    }
}

/// Two values are the same when no reader sees a difference.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(words), Self::Words(others)) => words == others,
            _ => self.notation().is_some_and(|notation| Some(notation) == other.notation()),
        }
    }
}

/// A stretch shorter than this, milliseconds, is written to the tenth of a second.
const SHORT_MS: u64 = 10_000;

/// `0:05–1:07`, of milliseconds; `0:00.7–0:01.4` of a short one.
pub fn span(from_ms: u64, to_ms: u64) -> String {
    let shown = if to_ms.saturating_sub(from_ms) < SHORT_MS { exact_time } else { clock };
    format!("{}–{}", shown(from_ms), shown(to_ms))
}

/// `1:05`
fn clock(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<path::Display<'_>> for Value {
    fn from(path: path::Display<'_>) -> Self {
        Self::Text(path.to_string())
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(u64::from(count))
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<Size> for Value {
    fn from(size: Size) -> Self {
        Self::Size(size)
    }
}

impl From<Vec<String>> for Value {
    fn from(names: Vec<String>) -> Self {
        Self::List(names)
    }
}

impl From<Words> for Value {
    fn from(words: Words) -> Self {
        Self::Words(words)
    }
}

impl From<Sequel> for Value {
    fn from(sequel: Sequel) -> Self {
        Self::Words(Words::Sequel(sequel))
    }
}

impl From<Basis> for Value {
    fn from(basis: Basis) -> Self {
        Self::Words(Words::Basis(basis))
    }
}

impl From<SoundWords> for Value {
    fn from(words: SoundWords) -> Self {
        Self::Words(Words::Sound(words))
    }
}

impl From<LeftOverKind> for Value {
    fn from(kind: LeftOverKind) -> Self {
        Self::Words(Words::LeftOver(kind))
    }
}

impl From<DatedBy> for Value {
    fn from(by: DatedBy) -> Self {
        Self::Words(Words::DatedBy(by))
    }
}

impl From<CaptionFault> for Value {
    fn from(fault: CaptionFault) -> Self {
        Self::Words(Words::CaptionFault(fault))
    }
}

impl From<AiCarrier> for Value {
    fn from(carrier: AiCarrier) -> Self {
        Self::Words(Words::AiCarrier(carrier))
    }
}

impl From<Bilingual> for Value {
    fn from(said: Bilingual) -> Self {
        Self::Words(Words::Said(said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_stretch_is_told_to_the_tenth() {
        assert_eq!(span(5_400, 67_000), "0:05–1:07");
        assert_eq!(span(740, 1_440), "0:00.7–0:01.4");
    }

    #[test]
    fn values_are_written_with_their_units_and_survive_the_way_between_processes() {
        let sure = Basis {
            proof: super::super::likeness::Proof::Both,
            confidence: 0.987,
            speed: 1.25,
            mirrored: true,
            cut: None,
        };
        for (value, notation) in [
            (Value::Seconds(12.34), "12.3 s"),
            (Value::FineSeconds(0.041), "0.04 s"),
            (Value::GivenSeconds(3600.0), "3600 s"),
            (Value::GivenSeconds(0.5), "0.5 s"),
            (Value::MoreThan(Box::new(Value::GivenSeconds(7.0))), "> 7 s"),
            (Value::LeastShape(Rational::new(16, 9)), "≥ 16/9"),
            (Value::PixelShape(Rational::new(16, 15)), "16:15"),
            (Value::Degrees { clockwise: 90, mirrored: true }, "↔ 90°"),
            (Value::Size(Size::new(1920, 1080)), "1920×1080"),
            (Value::FramesPerSecond(30000.0 / 1001.0), "29.97 fps"),
            (Value::BitsPerSecond(12_345_678.0), "12.3 Mb/s"),
            (Value::Lufs(-23.04), "-23.0 LUFS"),
            (Value::share(0.965), "96 %"),
            (Value::Megabytes(1_234_567), "1.2 MB"),
            (Value::Memory(512 << 10), "512 KB"),
            (Value::Memory(768 << 20), "768 MB"),
            (Value::from(vec!["a".to_owned(), "b".to_owned()]), "a, b"),
        ] {
            assert_eq!(value.notation().as_deref(), Some(notation));
            assert_eq!(value, Value::from(notation), "what is read the same is the same");
            let json = serde_json::to_string(&value).unwrap();
            let back: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&back).unwrap(), json);
        }
        let words = Value::from(sure);
        let json = serde_json::to_string(&words).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), words);
        assert_ne!(words, Value::from(Sequel::Asks));
    }

    #[test]
    fn arguments_have_the_names_that_are_published() {
        assert_eq!(Arg::Ulimit.name(), "ulimit");
        assert_eq!(Arg::from_name("whose"), Some(Arg::Whose));
        assert_eq!(Arg::from_name("then_zh"), None);
    }
}
