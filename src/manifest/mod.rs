//! The manifest and its spreadsheet forms, as bytes. `staging` publishes them.

mod csv;
mod xlsx;

pub use self::csv::to_csv;
pub use self::xlsx::to_xlsx;

use crate::model::finding::{Severity, Verdict};
use crate::model::manifest::Manifest;

pub type Result<T> = std::result::Result<T, ManifestError>;

#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the manifest cannot be written as CSV: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the manifest cannot be written as a spreadsheet: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// `manifest.json`, of one work or of the library: indented, with a last line feed.
pub fn to_json(manifest: &Manifest) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The published JSON Schema of the manifest, made from its types.
pub fn schema() -> Result<String> {
    let mut schema = schemars::schema_for!(Manifest);
    schema.insert("$id".to_owned(), crate::model::manifest::MANIFEST_SCHEMA.into());
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// The word the office reads for a verdict.
fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "通过 accepted",
        Verdict::AcceptedWithWarnings => "通过（有提醒） accepted with warnings",
        Verdict::Duplicate => "重复 duplicate",
        Verdict::Rejected => "退回 rejected",
        Verdict::Failed => "失败 failed",
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "说明 note",
        Severity::Warning => "提醒 warning",
        Severity::Error => "错误 error",
    }
}

/// `1:02.345`, minutes and seconds.
fn clock_time(ms: u64) -> String {
    format!("{}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000)
}

#[cfg(test)]
mod tests;
