//! How single arguments are read.

use crate::model::language::Lang;

pub(super) fn parse_seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.1..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("0.1–86400".to_owned()),
    }
}

/// Most works at once; more are a typo, since no machine has the cores.
const MOST_JOBS: usize = 4096;

pub(super) fn parse_jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs) if (1..=MOST_JOBS).contains(&jobs) => Ok(jobs),
        _ => Err(format!("1–{MOST_JOBS}")),
    }
}

pub(super) fn parse_lang(text: &str) -> Result<Lang, String> {
    match text.to_ascii_lowercase().as_str() {
        "zh" | "zh-cn" | "zh_cn" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("zh-CN, en".to_owned()),
    }
}
