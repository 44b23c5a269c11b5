//! The office's configuration.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::ai_mark::AiMark;
pub use super::chat_config::{Chat, ChatKind, ChatTopic};
use super::language::AnyPath;
use super::playout::{Block, Playlist, PlayoutRules, ScreenConfig};
use super::review::ReviewRules;
use super::sound::SoundRepair;
pub use super::statistics::{Award, Duty, StatisticsRules};
use super::units::Rational;
pub use super::watermark::Watermark;

/// `jincai.toml`, with every default filled in and every relative path made absolute against its folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub college: String,
    pub inbox: AnyPath,
    pub library: AnyPath,
    /// A folder of the office's own presets; a file with a built-in's id replaces it.
    pub presets: Option<AnyPath>,
    /// A folder of the office's own SVG templates; a file with a built-in's name replaces it.
    pub overlays: Option<AnyPath>,
    /// A folder of the office's own package profiles; a file with a built-in's id replaces it. Papers that go into packages
    /// lie below it.
    pub packages: Option<AnyPath>,
    pub targets: Vec<String>,
    pub campaign: Campaign,
    #[serde(deserialize_with = "super::watermark::watermark_or_none")]
    pub watermark: Option<Watermark>,
    /// True where `watermark = "none"` says that works get no mark on purpose. Set by whoever reads the file.
    #[serde(skip_deserializing, skip_serializing_if = "std::ops::Not::not")]
    pub no_watermark: bool,
    pub captions: CaptionStyle,
    pub title_card: TitleCard,
    pub ai_mark: AiMark,
    pub covers: Covers,
    pub post: PostStyle,
    pub encode: Encode,
    pub sound: SoundRepair,
    pub limits: Limits,
    pub watch: Watch,
    pub duplicates: Duplicates,
    pub review: ReviewRules,
    pub seasons: Vec<Season>,
    /// Folder name → name shown; a folder without an entry is shown under its own name.
    pub departments: BTreeMap<String, String>,
    pub statistics: StatisticsRules,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duty: Vec<Duty>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub award: Vec<Award>,
    /// Robots of group chats that the watch service writes to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chat: Vec<Chat>,
    pub playout: PlayoutRules,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub playlist: Vec<Playlist>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<Block>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub screen: Vec<ScreenConfig>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Campaign {
    pub name: String,
    /// Without `#`; every post carries it first.
    pub topic: String,
    /// The school's own topic, without `#`.
    pub sub_topic: Option<String>,
    pub tags: Vec<String>,
    pub min_duration_s: Option<f64>,
    pub max_duration_s: Option<f64>,
    pub min_aspect: Option<Rational>,
    pub max_aspect: Option<Rational>,
    /// Pixels.
    pub min_short_side: Option<u32>,
    pub captions_needed: bool,
    /// A pattern with `{title}`, `{department}`, `{author}` and `*`; e.g. `{department}-{title}-{author}`.
    pub file_name: Option<String>,
    /// What follows where `[departments]` lists some and a folder of the inbox is none of them.
    pub unknown_department: UnknownDepartment,
}

/// What follows for a work in a folder that is no department's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownDepartment {
    /// It is made, and the folder is told with the name that was probably meant.
    #[default]
    Warn,
    /// It is not made.
    Reject,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaptionStyle {
    /// Font family names, first found wins; a Chinese one must be among them.
    pub fonts: Vec<String>,
    /// Text height as a share of the canvas' short side.
    pub size: f64,
    /// CSS colours.
    pub colour: String,
    pub outline: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TitleCard {
    /// Seconds from the start for which the title card (or lower third) is shown; 0 switches it off.
    pub seconds: f64,
    /// What the line below the title names, each part under its own condition: a part with a place that has no value is left
    /// out. See [`fill`](crate::text::fill).
    pub byline: Vec<String>,
}

/// What the office adds to every post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostStyle {
    /// The lines that follow the text; one with a place that has no value is left out. See [`fill`](crate::text::fill).
    pub credit: Vec<String>,
    /// Hosts of the posts' links by target, in the place of the preset's: the college's own site, for example.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Covers {
    /// Writes the work's title on its covers.
    pub title: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Encode {
    /// x264 preset name.
    pub preset: String,
    /// Added to every target's CRF; negative is better quality.
    pub crf_offset: f64,
    /// Further x264 parameters (`key=value:…`).
    pub x264: String,
}

/// The limits of what one file may cost. Each that stops a work is named in its finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub max_bytes: u64,
    pub max_duration_s: u64,
    /// Width × height of one picture.
    pub max_pixels: u64,
    pub max_streams: u32,
    /// Address space of one media worker.
    pub worker_memory_mb: u64,
    /// CPU seconds a worker may use for each second of the source, and at least.
    pub worker_cpu_per_second: f64,
    pub worker_cpu_at_least_s: u64,
    /// Seconds without progress after which a worker is stopped.
    pub stall_s: u64,
    /// Largest single file a worker may write.
    pub output_max_bytes: u64,
    /// Share of a damaged work that may be lost before it is rejected, 0..1.
    pub max_lost_share: f64,
    /// Whether a worker refuses to read a file where the kernel lacks a part of the sandbox.
    pub require_sandbox: bool,
}

/// The consequences when a work repeats another, by how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Duplicates {
    /// Every byte is the same.
    pub same_file: Consequence,
    /// The same pictures and sound in another container.
    pub same_streams: Consequence,
    /// The whole of both, encoded again or changed a little; of one department's own works it is a warning at most,
    /// since a department may replace what it submitted.
    pub same_work: Consequence,
    /// One holds all of the other.
    pub part: Consequence,
    /// They share a passage.
    pub passage: Consequence,
    /// The same sound under other pictures.
    pub same_sound: Consequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// The later one is not made.
    Reject,
    Warn,
    Note,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self {
            same_file: Consequence::Reject,
            same_streams: Consequence::Reject,
            same_work: Consequence::Reject,
            part: Consequence::Warn,
            passage: Consequence::Warn,
            same_sound: Consequence::Warn,
        }
    }
}

/// How `jincai watch` scans the inbox. Nothing here changes what a work becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// Seconds between two readings of a file that is arriving.
    pub settle_s: f64,
    /// Number of equal readings that make a file complete.
    pub readings: u32,
    /// Seconds between full scans of the inbox beside the file events.
    pub rescan_s: f64,
    /// Seconds between full scans where there are no file events (network file systems).
    pub poll_s: f64,
    /// Seconds after which a file whose container is still incomplete is processed anyway (and rejected).
    pub incomplete_after_s: f64,
    /// Globs of file and folder names that are passed over, beside hidden ones and those of systems.
    pub ignore: Vec<String>,
    /// Seconds that running works get to finish when the service is stopped.
    pub stop_grace_s: f64,
    /// Seconds until the next try after a transient fault.
    pub retry_s: f64,
    /// Seconds that another program may lock the library's catalogue before that is such a fault.
    pub catalogue_wait_s: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Folder name in the library.
    pub id: String,
    pub name: String,
    /// ISO dates, both inclusive.
    pub from: String,
    pub to: String,
}

/// Returns the season that a person means, by its id or its name.
pub fn season_named<'a>(seasons: &'a [Season], given: &str) -> Option<&'a Season> {
    seasons.iter().find(|season| season.id == given || season.name == given)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            college: String::new(),
            inbox: "inbox".into(),
            library: "library".into(),
            presets: None,
            overlays: None,
            packages: None,
            targets: ["douyin", "kuaishou", "channels", "weibo", "bilibili", "jinyun", "website", "screen"]
                .map(str::to_owned)
                .to_vec(),
            campaign: Campaign::default(),
            watermark: None,
            no_watermark: false,
            captions: CaptionStyle::default(),
            title_card: TitleCard::default(),
            ai_mark: AiMark::default(),
            covers: Covers::default(),
            post: PostStyle::default(),
            encode: Encode::default(),
            sound: SoundRepair::default(),
            limits: Limits::default(),
            watch: Watch::default(),
            duplicates: Duplicates::default(),
            review: ReviewRules::default(),
            seasons: Vec::new(),
            departments: BTreeMap::new(),
            statistics: StatisticsRules::default(),
            duty: Vec::new(),
            award: Vec::new(),
            chat: Vec::new(),
            playout: PlayoutRules::default(),
            playlist: Vec::new(),
            block: Vec::new(),
            screen: Vec::new(),
        }
    }
}

/// The folder inside a library that is jincai's own: whatever folder holds one is a library.
pub const LIBRARY_MARK: &str = ".jincai";

/// The name of a configuration, which is looked for from the working folder upwards.
pub const CONFIG_FILE: &str = "jincai.toml";

/// The folder of reports beside the files; scans of the inbox skip it.
pub const REPORTS_FOLDER: &str = "_结果";

impl Default for Campaign {
    fn default() -> Self {
        Self {
            name: "你好，天津".into(),
            topic: "你好天津".into(),
            sub_topic: None,
            tags: Vec::new(),
            min_duration_s: Some(1.0),
            max_duration_s: None,
            min_aspect: None,
            max_aspect: None,
            min_short_side: None,
            captions_needed: false,
            file_name: None,
            unknown_department: UnknownDepartment::Warn,
        }
    }
}

impl Default for CaptionStyle {
    fn default() -> Self {
        Self {
            fonts: [
                "Noto Sans CJK SC",
                "Source Han Sans SC",
                "WenQuanYi Zen Hei",
                "Microsoft YaHei",
                "SimHei",
            ]
            .map(str::to_owned)
            .to_vec(),
            size: 0.046,
            colour: "#ffffff".into(),
            outline: "#000000".into(),
        }
    }
}

impl Default for TitleCard {
    fn default() -> Self {
        let byline = ["{department}", "{authors}", "指导教师：{advisors}"].map(str::to_owned).to_vec();
        Self { seconds: 4.0, byline }
    }
}

impl Default for PostStyle {
    fn default() -> Self {
        let lines = ["作者：{authors}[（{department}）]|出品：{department}", "指导教师：{advisors}"];
        Self { credit: lines.map(str::to_owned).to_vec(), hosts: BTreeMap::new() }
    }
}

impl Default for Covers {
    fn default() -> Self {
        Self { title: true }
    }
}

impl Default for Encode {
    fn default() -> Self {
        Self {
            preset: "faster".into(),
            crf_offset: 0.0,
            // Chosen by measurement: see `benches/history/2026-11.md`.
            x264: "subme=3:ref=1:me=dia:aq-strength=0.5:rc-lookahead=40".into(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 30,
            max_duration_s: 3 * 3600,
            max_pixels: 8192 * 8192,
            max_streams: 32,
            worker_memory_mb: 4096,
            worker_cpu_per_second: 120.0,
            worker_cpu_at_least_s: 600,
            stall_s: 60,
            output_max_bytes: 32 << 30,
            max_lost_share: 0.2,
            require_sandbox: false,
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            settle_s: 2.0,
            readings: 3,
            rescan_s: 300.0,
            poll_s: 10.0,
            incomplete_after_s: 600.0,
            ignore: ["~*", "*~", "*.tmp", "*.tmp.*", "*.part", "*.part.*", "*.partial", "*.filepart"]
                .into_iter()
                .chain(["*.crdownload", "*.download", "*.swp", "Thumbs.db", "desktop.ini", REPORTS_FOLDER])
                .map(str::to_owned)
                .collect(),
            stop_grace_s: 30.0,
            retry_s: 30.0,
            catalogue_wait_s: 10.0,
        }
    }
}
