//! The manifest as JSON, CSV and spreadsheet; `staging` publishes them. Those of a whole library are written work by
//! work, so that memory does not grow with it.

mod csv;
mod json;
mod printed;
mod read;
mod xlsx;

pub use self::csv::{CsvWriter, harmless};
pub use self::json::{JsonWriter, works_digest};
pub use self::printed::{PrintedCell, PrintedSheet};
pub use self::read::{EachWorkError, each_work};
pub use self::xlsx::{XlsxWriter, fitted_text, row_height};

use std::collections::BTreeMap;

use crate::model::ai::AiUse;
use crate::model::finding::{Severity, Verdict};
use crate::model::likeness::MatchClass;
use crate::model::manifest::{Manifest, Rendition, Work};
use crate::model::poster::WorkKind;
use crate::model::receipt::posts_up;
use crate::model::review::ReviewState;
use crate::model::submission_date::DatedBy;

/// The library's manifest, and each work's own.
pub(crate) const MANIFEST_FILE: &str = "manifest.json";

pub type Result<T> = std::result::Result<T, ManifestError>;

/// Why a manifest could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the manifest cannot be written as CSV: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the manifest cannot be written as a spreadsheet: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    #[error("the manifest cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

impl ManifestError {
    /// Returns the kind of the I/O error that caused it, where there is one.
    pub fn io(&self) -> Option<std::io::ErrorKind> {
        match self {
            Self::Io(error) | Self::Xlsx(rust_xlsxwriter::XlsxError::IoError(error)) => Some(error.kind()),
            Self::Json(error) => error.io_error_kind(),
            Self::Csv(error) => match error.kind() {
                ::csv::ErrorKind::Io(error) => Some(error.kind()),
                _ => None,
            },
            Self::Xlsx(_) => None,
        }
    }
}

/// Returns `manifest.json`, of one work or of the library: indented, ending with a line feed.
pub fn to_json(manifest: &Manifest) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Returns the published JSON Schema of the manifest, generated from its types.
pub fn schema() -> Result<String> {
    let mut schema = schemars::schema_for!(Manifest);
    schema.insert("$id".to_owned(), crate::model::manifest::MANIFEST_SCHEMA.into());
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// Names of targets by id, for the sheets that people read.
pub type TargetNames = BTreeMap<String, String>;

/// Returns the name of a target, or its id where none is known.
fn target_name<'a>(names: &'a TargetNames, id: &'a str) -> &'a str {
    names.get(id).map_or(id, String::as_str)
}

/// Returns a work's season as people read it.
fn season_name(work: &Work) -> &str {
    let name = work.submitted.as_ref().and_then(|submitted| submitted.season_name.as_deref());
    name.or(work.season.as_deref()).unwrap_or_default()
}

/// Returns the date of submission, and where it is from, in both languages.
fn submitted(work: &Work) -> [String; 2] {
    let Some(submitted) = &work.submitted else { return Default::default() };
    let by = match submitted.by {
        DatedBy::Details => "作品信息 details",
        DatedBy::FirstSeen => "首次收到的日期 first seen",
        DatedBy::FileTime => "文件自己的时间 file time",
    };
    [submitted.date.clone(), by.to_owned()]
}

/// Returns the word for a verdict in the spreadsheets, in both languages.
fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "通过 accepted",
        Verdict::AcceptedWithWarnings => "通过（有提醒） accepted with warnings",
        Verdict::Duplicate => "重复 duplicate",
        Verdict::Rejected => "退回 rejected",
        Verdict::Failed => "失败 failed",
    }
}

/// Returns what a work is, in both languages; empty where its file could not be read.
fn kind_word(work: &Work) -> &'static str {
    match work.kind {
        Some(WorkKind::Poster) => "海报 poster",
        Some(WorkKind::Video) => "视频 video",
        None if work.source.duration_ms.is_some() => "视频 video",
        None => "",
    }
}

/// Returns how far a work's review is, in both languages.
fn review(work: &Work) -> String {
    let Some(review) = &work.review else { return String::new() };
    let level = review.level.as_deref().unwrap_or("审核");
    let (zh, en) = match review.state {
        ReviewState::Waiting => (format!("待{level}"), "waiting"),
        ReviewState::Returned => ("退回修改".to_owned(), "returned"),
        ReviewState::Released => ("可发布".to_owned(), "released"),
        ReviewState::Posted => ("已发布".to_owned(), "posted"),
        ReviewState::Withdrawn => ("已下架".to_owned(), "withdrawn"),
    };
    match review.supplementary {
        true => format!("补审：{zh} {en}, supplementary"),
        false => format!("{zh} {en}"),
    }
}

/// Returns whether a rendition may be posted and shown, in both languages; empty where that is not known.
fn released_word(rendition: &Rendition) -> &'static str {
    match rendition.released {
        Some(true) => "是 yes",
        Some(false) => "否 no",
        None => "",
    }
}

/// Returns the links of a rendition's posts, one a line.
fn post_links(rendition: &Rendition) -> String {
    let links = posts_up(&rendition.receipts).into_iter().filter_map(|post| post.url.as_deref());
    links.collect::<Vec<_>>().join("\n")
}

/// Returns what the team says of the consent of those who are seen; yes and no in both languages.
fn consent(work: &Work) -> String {
    match work.about.consent.as_deref() {
        Some("yes") => "是 yes".to_owned(),
        Some("no") => "否 no".to_owned(),
        said => said.unwrap_or_default().to_owned(),
    }
}

/// Returns what the team declares of artificial intelligence, with the tools that it names, in both languages.
fn ai_declared(work: &Work) -> String {
    let Some(ai) = &work.ai else { return String::new() };
    let word = match ai.declared {
        None => return String::new(),
        Some(AiUse::None) => "没有用 none",
        Some(AiUse::Assisted) => "辅助 assisted",
        Some(AiUse::Generated) => "生成 generated",
    };
    if ai.tools.is_empty() { word.to_owned() } else { format!("{word}（{}）", ai.tools.join("、")) }
}

/// Returns the labels that the source carries, and so every finished file, one per line.
fn ai_labels(work: &Work) -> String {
    let labels = work.ai.iter().flat_map(|ai| &ai.labels);
    labels.map(|label| label.value.as_str()).collect::<Vec<_>>().join("\n")
}

/// Returns the word for a severity in the spreadsheets, in both languages.
fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "说明 note",
        Severity::Warning => "提醒 warning",
        Severity::Error => "错误 error",
    }
}

/// Returns the messages of the findings about earlier works, one per line, in both languages.
fn in_common(work: &Work) -> String {
    let related = work
        .findings
        .iter()
        .filter(|finding| MatchClass::ALL.iter().any(|class| class.code() == finding.code));
    related
        .map(|finding| format!("{} {}", finding.message.zh, finding.message.en))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests;
