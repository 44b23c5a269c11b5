//! `jincai presets`: which targets there are, what each takes, and whether a preset file is right.

use std::path::Path;

use miette::Report;

use crate::model::text::{Lang, shown};
use crate::policy::presets::{load, read_preset};
use crate::present::messages::presets as words;

/// One line a target. `own` is the folder of the office's presets.
pub fn list(own: Option<&Path>, lang: Lang) -> Result<String, Report> {
    let presets = load(own).map_err(|error| error.report(lang))?;
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
    Ok(table(&rows))
}

/// Everything of one target, with the source of every number.
pub fn show(own: Option<&Path>, id: &str, lang: Lang) -> Result<String, Report> {
    let presets = load(own).map_err(|error| error.report(lang))?;
    let Some(preset) = presets.iter().find(|preset| preset.id == id) else {
        let known: Vec<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        return Err(unknown(id, &known, lang));
    };
    let mut page = format!("{} · {}\n\n", preset.id, preset.name.get(lang));
    page.push_str(&table(&words::facts(preset, lang)));
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
    page.push_str(&table(&sources));
    Ok(page)
}

/// Reads and checks the office's own preset.
pub fn check(file: &Path, lang: Lang) -> Result<String, Report> {
    let preset = read_preset(file).map_err(|error| error.report(lang))?;
    Ok(words::correct(&shown(&file.to_string_lossy()), &preset.id).get(lang).to_owned())
}

fn unknown(id: &str, known: &[&str], lang: Lang) -> Report {
    let (text, hint) = words::unknown(id, known);
    miette::miette!(help = hint.get(lang).to_owned(), "{}", text.get(lang))
}

/// Columns aligned as a terminal shows them: a Chinese character is two wide.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    let mut page = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, most) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(most - width(cell) + 2));
        }
        page.push_str(line.trim_end());
        page.push('\n');
    }
    page
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffef}').contains(&c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_target_in_aligned_columns() {
        let page = list(None, Lang::Zh).unwrap();
        assert_eq!(page.lines().count(), 15);
        let column = |line: &str| width(&line[..line.find("20").unwrap_or(0)]);
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
        assert!(report.help().unwrap().to_string().contains("douyin"));
    }
}
