//! The texts of posts, for all targets and for single ones.

use toml::de::DeValue;

use super::targets;
use super::values::Written;
use crate::model::details::{PerTarget, PostTexts};
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use crate::policy::presets::fault::Fault;

const TITLE: [&str; 2] = ["title", "标题"];
const TEXT: [&str; 4] = ["text", "正文", "文案", "内容"];
const TAGS: [&str; 2] = ["tags", "标签"];

/// Returns the texts of `[post]`, those of `[post.TARGET]` apart.
pub(super) fn texts(value: Written<'_, '_>, presets: &[Preset]) -> Result<PerTarget<PostTexts>, Fault> {
    let DeValue::Table(table) = value.value.get_ref() else { return Err(not_a_table(value)) };
    let mut posts = PerTarget::default();
    let mut all = PostTexts::default();
    for (name, inner) in table {
        let inner = Written { name: name.get_ref(), value: inner, ..value };
        if take(&mut all, inner)? {
            continue;
        }
        let Some(target) = targets::id_of(name.get_ref(), presets) else {
            return Err(targets::unknown(name.span(), name.get_ref(), presets));
        };
        let DeValue::Table(own) = inner.value.get_ref() else { return Err(not_a_table(inner)) };
        let mut texts = PostTexts::default();
        for (name, written) in own {
            if !take(&mut texts, Written { name: name.get_ref(), value: written, ..value })? {
                return Err(unknown(name.span(), name.get_ref()));
            }
        }
        posts.of.insert(target, texts);
    }
    posts.all = (all != PostTexts::default()).then_some(all);
    Ok(posts)
}

/// Takes a value that is one of a post's texts; returns false for another.
fn take(texts: &mut PostTexts, value: Written<'_, '_>) -> Result<bool, Fault> {
    match value.name {
        name if TITLE.contains(&name) => texts.title = Some(value.line()?),
        name if TEXT.contains(&name) => texts.text = Some(value.text()?),
        name if TAGS.contains(&name) => texts.tags = Some(value.lines()?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn not_a_table(value: Written<'_, '_>) -> Fault {
    value.wrong(
        "应为一个小节，例如 [发布.抖音] 下面写 正文 = \"…\"",
        "write a table, such as [post.douyin] and below it text = \"…\"",
    )
}

fn unknown(span: std::ops::Range<usize>, name: &str) -> Fault {
    Fault::spanned(
        span,
        Bilingual::new(format!("不认识的项目 `{name}`"), format!("unknown key `{name}`")),
        Bilingual::new("可以写：标题、正文、标签", "possible keys: title, text, tags"),
    )
}
