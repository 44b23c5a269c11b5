//! The keys of `NAME.toml`, by their names in English and Chinese.

use std::ops::Range;

use crate::model::language::Bilingual;
use crate::policy::presets::explain::nearest;
use crate::policy::presets::fault::Fault;

/// What a key says of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Title,
    Authors,
    Advisors,
    Text,
    Tags,
    Department,
    Submitted,
    Category,
    Class,
    Synopsis,
    Music,
    Consent,
    Ai,
    AiTools,
    Targets,
    Post,
    Corner,
    Fit,
    Focus,
    CoverAt,
    Trim,
}

/// A key's names, the usual one first.
struct Names {
    key: Key,
    en: &'static [&'static str],
    zh: &'static [&'static str],
}

const NAMES: &[Names] = &[
    Names {
        key: Key::Title, en: &["title"], zh: &["标题", "作品名", "作品名称", "题目", "片名"]
    },
    Names { key: Key::Authors, en: &["authors", "author"], zh: &["作者", "主创"] },
    Names {
        key: Key::Advisors,
        en: &["advisors", "advisor", "teacher", "teachers"],
        zh: &["指导教师", "指导老师"],
    },
    Names { key: Key::Text, en: &["text"], zh: &["文案", "正文"] },
    Names { key: Key::Tags, en: &["tags"], zh: &["标签"] },
    Names { key: Key::Department, en: &["department"], zh: &["系部", "院系", "部门"] },
    Names { key: Key::Submitted, en: &["submitted"], zh: &["提交日期", "交稿日期", "日期"] },
    Names { key: Key::Category, en: &["category"], zh: &["类别", "分类"] },
    Names { key: Key::Class, en: &["class"], zh: &["班级"] },
    Names { key: Key::Synopsis, en: &["synopsis"], zh: &["简介", "作品简介"] },
    Names { key: Key::Music, en: &["music"], zh: &["音乐", "配乐"] },
    Names { key: Key::Consent, en: &["consent"], zh: &["授权", "肖像授权"] },
    Names { key: Key::Ai, en: &["ai"], zh: &["人工智能", "AI声明"] },
    Names {
        key: Key::AiTools, en: &["ai_tools", "ai_tool"], zh: &["人工智能工具", "AI工具", "ai工具"]
    },
    Names { key: Key::Targets, en: &["targets", "target"], zh: &["发布目标", "平台"] },
    Names { key: Key::Post, en: &["post"], zh: &["发布"] },
    Names { key: Key::Corner, en: &["corner"], zh: &["水印位置", "角标位置"] },
    Names { key: Key::Fit, en: &["fit"], zh: &["画面适配"] },
    Names { key: Key::Focus, en: &["focus"], zh: &["画面重点", "裁切重点"] },
    Names { key: Key::CoverAt, en: &["cover_at"], zh: &["封面时间"] },
    Names { key: Key::Trim, en: &["trim"], zh: &["截取", "剪辑"] },
];

/// Returns the key of this name, in whatever case.
pub(super) fn key_of(name: &str) -> Option<Key> {
    let lower = name.trim().to_lowercase();
    let is_it = |names: &&Names| names.en.contains(&lower.as_str()) || names.zh.contains(&lower.as_str());
    NAMES.iter().find(is_it).map(|names| names.key)
}

/// Returns the fault of a name that is no key.
pub(super) fn unknown(span: Range<usize>, name: &str) -> Fault {
    let problem = Bilingual::new(format!("不认识的项目 `{name}`"), format!("unknown key `{name}`"));
    let hint = match meant(name) {
        Some(meant) => Bilingual::new(format!("是不是想写 `{meant}`？"), format!("did you mean `{meant}`?")),
        None => {
            let usual = |of: fn(&Names) -> &'static str| NAMES.iter().map(of).collect::<Vec<_>>();
            Bilingual::new(
                format!("可以写：{}", usual(|names| names.zh[0]).join("、")),
                format!("possible keys: {}", usual(|names| names.en[0]).join(", ")),
            )
        }
    };
    Fault::spanned(span, problem, hint)
}

/// Returns the name that was meant: of Chinese ones, which are short, one that shares most of its characters.
fn meant(name: &str) -> Option<&'static str> {
    if name.is_ascii() {
        return nearest(name, NAMES.iter().flat_map(|names| names.en.iter().copied()));
    }
    let length = name.chars().count();
    let all = NAMES.iter().flat_map(|names| names.zh.iter().copied());
    let alike = all.filter_map(|known| {
        let holds = length <= 8 && (name.contains(known) || (length > 1 && known.contains(name)));
        let distance = strsim::damerau_levenshtein(name, known);
        (holds || (length > 1 && distance == 1)).then_some((distance, known))
    });
    alike.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_key_in_either_language_and_another_word_does_not() {
        for (written, expected) in [
            ("tilte", Some("title")),
            ("teachr", Some("teacher")),
            ("作着", Some("作者")),
            ("教师", Some("指导教师")),
            ("作品标题", Some("标题")),
            ("密码", None),
            ("resolution", None),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
        assert_eq!(key_of("Title"), Some(Key::Title));
    }

    #[test]
    fn no_name_has_two_meanings() {
        let mut all: Vec<&str> =
            NAMES.iter().flat_map(|names| names.en.iter().chain(names.zh)).copied().collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
