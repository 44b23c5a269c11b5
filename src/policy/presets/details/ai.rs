//! What a team says of artificial intelligence in its work.

use super::values::Written;
use crate::model::ai::AiUse;
use crate::model::details::Details;
use crate::policy::presets::fault::Fault;

/// Returns the declaration: a word in either language.
pub(super) fn declared(value: Written<'_, '_>) -> Result<AiUse, Fault> {
    let wrong = || {
        value.wrong(
            "可以写：\"无\"（没有用）、\"辅助\"（人做的，AI 帮忙，例如翻译字幕、降噪）、\"生成\"（画面、声音或文字由 AI 生成）",
            "write \"none\", \"assisted\" (people made it, with help such as translated captions) or \"generated\" (pictures, \
             voices or text of it are generated)",
        )
    };
    if !matches!(value.value.get_ref(), toml::de::DeValue::String(_)) {
        return Err(wrong());
    }
    match value.string()?.trim().to_lowercase().as_str() {
        "none" | "无" | "没有" | "否" => Ok(AiUse::None),
        "assisted" | "辅助" | "ai辅助" => Ok(AiUse::Assisted),
        "generated" | "生成" | "ai生成" => Ok(AiUse::Generated),
        _ => Err(wrong()),
    }
}

/// Checks that tools are named only by works that declare what they were used for.
pub(super) fn check(details: &Details, tools: Option<Written<'_, '_>>) -> Result<(), Fault> {
    let Some(tools) = tools.filter(|_| !details.ai_tools.is_empty()) else { return Ok(()) };
    match details.ai {
        Some(AiUse::Assisted | AiUse::Generated) => Ok(()),
        None => Err(tools.fault(
            format!("写了 `{}`，却没有写用 AI 做了什么", tools.name),
            format!("`{}` names tools, but nothing says what AI did", tools.name),
            "请加一行：人工智能 = \"辅助\" 或 人工智能 = \"生成\"",
            "add a line: ai = \"assisted\" or ai = \"generated\"",
        )),
        Some(AiUse::None) => Err(tools.fault(
            format!("`{}` 写了 AI 工具，而人工智能写的是“无”", tools.name),
            format!("`{}` names tools, while ai says \"none\"", tools.name),
            "请只留一个：用了就写 人工智能 = \"辅助\" 或 \"生成\"，没用就删去工具",
            "keep one of them: ai = \"assisted\" or \"generated\" where tools were used, else no tools",
        )),
    }
}
