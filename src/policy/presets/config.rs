//! Reads `jincai.toml`.

use std::path::{Path, PathBuf};

use super::builtin::load;
use super::config_rules;
use super::error::ReadError;
use super::fault::Fault;
use super::parse::{mistake, parse, refuse};
use super::playout_rules;
use super::read::{CONFIG_MAX_BYTES, read_text};
use crate::model::config::Config;
use crate::model::language::{AnyPath, Bilingual};

/// Returns the configuration, checked, with every default filled in and every path absolute.
///
/// The office's own presets are read as well, because `targets` may name them.
pub fn read_config(path: &Path) -> Result<Config, ReadError> {
    let text = read_text(path, CONFIG_MAX_BYTES)?;
    let mut config: Config = parse(path, &text)?;
    config.no_watermark = config.watermark.is_none() && says_no_watermark(&text);
    make_absolute(&mut config, &folder_of(path)?);
    let presets = load(config.presets.as_ref().map(AnyPath::as_path))?;
    let ids: Vec<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
    refuse(path, &text, config_rules::check(&config, &ids))?;
    let kinds: Vec<_> = presets.iter().map(|preset| (preset.id.as_str(), preset.kind)).collect();
    refuse(path, &text, playout_rules::check(&config, &kinds))?;
    refuse(path, &text, config_rules::write_dates_alike(&mut config.seasons))?;
    Ok(config)
}

/// Returns an error at `key` (a dotted path) of the configuration, for a value that only its use proved wrong, such as a
/// file that it names.
pub fn error_at(path: &Path, key: &str, problem: Bilingual, hint: Bilingual) -> ReadError {
    match read_text(path, CONFIG_MAX_BYTES) {
        Ok(text) => mistake(path, &text, Fault::at(key, problem, hint)),
        Err(error) => error,
    }
}

/// Returns true if the text says `watermark = "none"`.
fn says_no_watermark(text: &str) -> bool {
    let table: Option<toml::Table> = text.parse().ok();
    table.is_some_and(|table| table.get("watermark").is_some_and(toml::Value::is_str))
}

fn folder_of(path: &Path) -> Result<PathBuf, ReadError> {
    let absolute = std::path::absolute(path)
        .map_err(|source| ReadError::Unreadable { file: path.to_owned(), source })?;
    Ok(absolute.parent().unwrap_or(&absolute).to_owned())
}

fn make_absolute(config: &mut Config, folder: &Path) {
    let paths = [&mut config.inbox, &mut config.library]
        .into_iter()
        .chain(config.presets.as_mut())
        .chain(config.overlays.as_mut())
        .chain(config.packages.as_mut())
        .chain(config.watermark.as_mut().map(|watermark| &mut watermark.file))
        .chain(config.chat.iter_mut().flat_map(|chat| chat.url_file.iter_mut().chain(&mut chat.secret_file)));
    for path in paths {
        *path = AnyPath(folder.join(path.as_path()).components().collect());
    }
}
