//! `jincai presets`: lists the targets, shows one, and checks a preset file.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::error::CommandError;
use super::session::{self, GlobalOptions};
use super::table::columns;
use crate::model::language::Lang;
use crate::policy::presets::{load, read_preset};
use crate::present::messages::presets as words;
use crate::present::terminal::Screen;
use crate::text::Visible;

#[derive(Debug, Subcommand)]
pub enum PresetsVerb {
    /// 列出全部 · lists them all
    List,
    /// 显示一个 · shows one
    Show {
        /// 发布目标的名称 · the target's id
        id: String,
    },
    /// 检查自己写的预设 · checks a preset of your own
    Check {
        /// 预设文件 · the preset's file
        file: PathBuf,
    },
}

/// Performs a subcommand.
pub fn presets(
    globals: &GlobalOptions,
    what: PresetsVerb,
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let own = || session::configuration(globals, lang, screen).map(|config| config.presets);
    let text = match what {
        PresetsVerb::Check { file } => check(&file, lang)?,
        PresetsVerb::List => list(own()?.as_ref().map(|folder| folder.as_path()), lang)?,
        PresetsVerb::Show { id } => show(own()?.as_ref().map(|folder| folder.as_path()), &id, lang)?,
    };
    screen.say(&text);
    Ok(0)
}

/// Returns one line per target. `own` is the folder of the office's presets.
pub fn list(own: Option<&Path>, lang: Lang) -> Result<String, CommandError> {
    let presets = load(own)?;
    let mut rows = vec![words::heads(lang)];
    rows.extend(presets.iter().map(|preset| {
        vec![
            preset.id.clone(),
            preset.name.get(lang).to_owned(),
            words::kind(preset.kind, lang).to_owned(),
            preset.want.landscape.to_string(),
            preset.want.portrait.to_string(),
            preset.accept.max_duration_ms.map_or_else(|| "–".to_owned(), |ms| words::duration(ms, lang)),
            preset.accept.max_bytes.map_or_else(|| "–".to_owned(), words::bytes),
            words::edition(preset.overlay.edition, lang).to_owned(),
            preset.as_of.clone(),
        ]
    }));
    Ok(columns(&rows))
}

/// Returns all facts of one target, with the source of every number.
pub fn show(own: Option<&Path>, id: &str, lang: Lang) -> Result<String, CommandError> {
    let presets = load(own)?;
    let Some(preset) = presets.iter().find(|preset| preset.id == id) else {
        let known: Vec<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        return Err(unknown(id, &known));
    };
    let mut page = format!("{} · {}\n\n", preset.id, preset.name.get(lang));
    page.push_str(&columns(&words::facts(preset, lang)));
    page.push('\n');
    page.push_str(words::sources(lang));
    let sources: Vec<Vec<String>> = preset
        .evidence
        .iter()
        .map(|(path, evidence)| {
            vec![
                format!("  {path}"),
                words::confidence(evidence.confidence, lang).to_owned(),
                evidence.as_of.clone().unwrap_or_else(|| preset.as_of.clone()),
                evidence.source.clone(),
            ]
        })
        .collect();
    page.push_str(&columns(&sources));
    Ok(page)
}

/// Reads and checks one of the office's own presets. Returns the text that says that it is correct.
pub fn check(file: &Path, lang: Lang) -> Result<String, CommandError> {
    let preset = read_preset(file)?;
    Ok(words::correct(&Visible::path(file).to_string(), &preset.id).get(lang).to_owned())
}

fn unknown(id: &str, known: &[&str]) -> CommandError {
    let (text, hint) = words::unknown(id, known);
    CommandError::usage(text).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn the_list_names_every_target_in_aligned_columns() {
        let page = list(None, Lang::Zh).unwrap();
        assert_eq!(page.lines().count(), 15);
        let column = |line: &str| line[..line.find("20").unwrap_or(0)].width();
        let dates: Vec<&str> = page.lines().skip(1).collect();
        assert!(dates.iter().all(|line| column(line) > 0), "{page}");
        assert!(
            page.contains("微信视频号") && page.contains("8 小时") && page.contains("1080×1920"),
            "{page}"
        );
    }

    #[test]
    fn one_target_is_shown_with_its_limits_sources_and_dates() {
        let page = show(None, "bilibili", Lang::En).unwrap();
        for part in ["60 Mbit/s", "10 s", "third party", "2020-07-29", "QuickCut/issues/5", "x,y"] {
            assert!(page.contains(part), "no {part} in\n{page}");
        }
    }

    #[test]
    fn an_unknown_target_is_answered_with_those_there_are() {
        let report = show(None, "tiktok", Lang::En).unwrap_err();
        assert!(report.report(Lang::En).help().unwrap().to_string().contains("douyin"));
    }
}
