//! Checks `[ai_mark]`: what it says must be seen as the rules on labels want it.

use super::explain::did_you_mean;
use super::fault::{Fault, within};
use crate::model::ai::AiUse;
use crate::model::ai_mark::{AiMark, LEAST_SECONDS, LEAST_SIZE};
use crate::model::language::Bilingual;

/// Longest text, characters: more cannot be read in the time it is shown.
const TEXT_MAX_CHARS: usize = 40;
/// Larger letters cover the picture.
const MOST_SIZE: f64 = 0.2;

/// Checks the mark; `ids` are those of all presets.
pub(super) fn check(mark: &AiMark, ids: &[&str]) -> Result<(), Fault> {
    let length = mark.text.chars().count();
    if mark.text.trim().is_empty() || length > TEXT_MAX_CHARS || mark.text.chars().any(char::is_control) {
        return Err(Fault::at(
            "ai_mark.text",
            Bilingual::new(
                "AI 提示文字是空的、太长，或有换行",
                "the text on AI is empty, too long or holds a line break",
            ),
            Bilingual::new(
                format!("写一句话，最多 {TEXT_MAX_CHARS} 字，例如 \"本视频含人工智能生成内容\""),
                format!(
                    "write one sentence of at most {TEXT_MAX_CHARS} characters, such as \"AI-generated content\""
                ),
            ),
        ));
    }
    within("ai_mark.size", mark.size, LEAST_SIZE, MOST_SIZE)?;
    within("ai_mark.seconds", mark.seconds, LEAST_SECONDS, 86_400.0)?;
    if let Some(index) = mark.declared.iter().position(|declared| *declared == AiUse::None) {
        return Err(Fault::at(
            &format!("ai_mark.declared.{index}"),
            Bilingual::new(
                "没有用 AI 的作品不能加 AI 提示",
                "a work without AI cannot say that it is made by AI",
            ),
            Bilingual::new(
                "可以写 \"generated\" 和 \"assisted\"",
                "possible values: \"generated\" and \"assisted\"",
            ),
        ));
    }
    match mark.except.iter().position(|id| !ids.contains(&id.as_str())) {
        None => Ok(()),
        Some(index) => {
            let id = &mark.except[index];
            Err(Fault::at(
                &format!("ai_mark.except.{index}"),
                Bilingual::new(format!("没有发布目标 `{id}`"), format!("there is no target `{id}`")),
                did_you_mean(id, ids),
            ))
        }
    }
}
