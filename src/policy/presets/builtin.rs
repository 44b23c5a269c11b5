//! The presets that come with jincai, and the office's own.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::evidence;
use super::missing_keys;
use super::parse::{parse, refuse};
use super::preset_rules;
use super::read::{CONFIG_MAX_BYTES, read_text};
use crate::model::preset::Preset;

/// File names and texts, in the order in which they are listed.
const FILES: [(&str, &str); 14] = [
    ("douyin.toml", include_str!("../../../presets/douyin.toml")),
    ("kuaishou.toml", include_str!("../../../presets/kuaishou.toml")),
    ("channels.toml", include_str!("../../../presets/channels.toml")),
    ("xiaohongshu.toml", include_str!("../../../presets/xiaohongshu.toml")),
    ("weibo.toml", include_str!("../../../presets/weibo.toml")),
    ("bilibili.toml", include_str!("../../../presets/bilibili.toml")),
    ("wechat-article.toml", include_str!("../../../presets/wechat-article.toml")),
    ("jinyun.toml", include_str!("../../../presets/jinyun.toml")),
    ("website.toml", include_str!("../../../presets/website.toml")),
    ("screen.toml", include_str!("../../../presets/screen.toml")),
    ("screen-portrait.toml", include_str!("../../../presets/screen-portrait.toml")),
    ("led-wall.toml", include_str!("../../../presets/led-wall.toml")),
    ("entry.toml", include_str!("../../../presets/entry.toml")),
    ("sample.toml", include_str!("../../../presets/sample.toml")),
];

/// Returns the presets that come with jincai.
pub fn builtin() -> Vec<Preset> {
    FILES
        .iter()
        .map(|(name, text)| {
            checked(Path::new(name), text).expect("every built-in preset is read and checked by the tests")
        })
        .collect()
}

/// Returns the built-in presets and those in the office's folder; one with a built-in's id replaces it in the list.
pub fn load(own: Option<&Path>) -> Result<Vec<Preset>, ReadError> {
    let mut presets = builtin();
    let Some(folder) = own else { return Ok(presets) };
    for file in toml_files(folder)? {
        let preset = read_preset(&file)?;
        match presets.iter_mut().find(|known| known.id == preset.id) {
            Some(known) => *known = preset,
            None => presets.push(preset),
        }
    }
    Ok(presets)
}

/// Reads and checks one preset file.
pub fn read_preset(path: &Path) -> Result<Preset, ReadError> {
    let text = read_text(path, CONFIG_MAX_BYTES)?;
    checked(path, &text)
}

fn checked(path: &Path, text: &str) -> Result<Preset, ReadError> {
    let parsed = parse(path, text);
    let preset: Preset =
        parsed.map_err(|error| missing_keys::in_preset(path, text, FILES[0].1).unwrap_or(error))?;
    let file_stem = path.file_stem().unwrap_or_default().to_string_lossy();
    refuse(
        path,
        text,
        preset_rules::check(&preset, &file_stem).and_then(|()| evidence::check(&preset, text)),
    )?;
    Ok(preset)
}

/// Returns the TOML files of a folder, sorted, so that every run adds the office's presets in the same order.
pub(super) fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let unreadable = |source| ReadError::Unreadable { file: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
