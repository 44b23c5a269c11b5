//! Translates the TOML parser's English messages for the person who wrote the file, into both languages.

use crate::model::language::Bilingual;

/// What is wrong, and how to fix it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) problem: Bilingual,
    pub(super) hint: Bilingual,
}

fn explanation(problem: Bilingual, hint: Bilingual) -> Explanation {
    Explanation { problem, hint }
}

/// Explains the parser's `message`; `written` is the text that it points at, `line` the whole line where that begins.
pub(super) fn explain(message: &str, written: &str, line: &str) -> Explanation {
    unknown(message)
        .or_else(|| missing(message))
        .or_else(|| wrong_value(message, written))
        .or_else(|| not_a_ratio(message))
        .or_else(|| usual_typo(message, line))
        .unwrap_or_else(|| not_toml(message))
}

/// Returns the nearest of `known` by Damerau–Levenshtein distance, if `written` could be a typo of it: at most a third
/// of its characters, or two, differ.
pub fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance_to = |name: &str| strsim::damerau_levenshtein(&written.to_lowercase(), &name.to_lowercase());
    let (distance, name) = known.into_iter().map(|name| (distance_to(name), name)).min()?;
    (distance <= (written.chars().count() / 3).max(2)).then_some(name)
}

/// Returns a hint with the nearest known name, or else all of them.
pub(super) fn did_you_mean(written: &str, known: &[&str]) -> Bilingual {
    match nearest(written, known.iter().copied()) {
        Some(name) => Bilingual::new(format!("是不是想写 `{name}`？"), format!("did you mean `{name}`?")),
        None if known.is_empty() => Bilingual::new("请删去它", "remove it"),
        None => Bilingual::new(
            format!("可以写：{}", known.join("、")),
            format!("possible values: {}", known.join(", ")),
        ),
    }
}

/// Returns every text between backquotes.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn unknown(message: &str) -> Option<Explanation> {
    let is_field = message.starts_with("unknown field `");
    if !is_field && !message.starts_with("unknown variant `") {
        return None;
    }
    let names = quoted(message);
    let (written, known) = names.split_first()?;
    let problem = if is_field {
        Bilingual::new(format!("不认识的项目 `{written}`"), format!("unknown key `{written}`"))
    } else {
        Bilingual::new(format!("不认识的值 `{written}`"), format!("unknown value `{written}`"))
    };
    Some(explanation(problem, did_you_mean(written, known)))
}

fn missing(message: &str) -> Option<Explanation> {
    let name = message.strip_prefix("missing field `")?.split('`').next()?;
    Some(explanation(
        Bilingual::new(format!("缺少 `{name}`"), format!("`{name}` is missing")),
        Bilingual::new(format!("请在这里补上 `{name} = …`"), format!("add `{name} = …` here")),
    ))
}

/// Explains `invalid type: string "x", expected u32` and `invalid value: …`.
fn wrong_value(message: &str, written: &str) -> Option<Explanation> {
    if message.starts_with("data did not match any variant") {
        return Some(explanation(
            Bilingual::new(format!("{written} 不是路径"), format!("{written} is not a path")),
            Bilingual::new("路径写在引号里，例如 \"inbox\"", "write a path in quotes, such as \"inbox\""),
        ));
    }
    let rest = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .find_map(|start| message.strip_prefix(start))?;
    let (_, expected) = rest.rsplit_once("expected ")?;
    if rest.contains("datetime") && expected == "a string" {
        if let Some(problem) = impossible_date(written) {
            return Some(explanation(problem, Bilingual::new("请改正日期", "write a date that exists")));
        }
        return Some(explanation(
            Bilingual::new(format!("日期 {written} 没有加引号"), format!("the date {written} has no quotes")),
            Bilingual::new(format!("写成 \"{written}\""), format!("write \"{written}\"")),
        ));
    }
    let shown: String = written.lines().next().unwrap_or_default().chars().take(40).collect();
    Some(explanation(
        Bilingual::new(format!("{shown} 写在这里不对"), format!("{shown} is not right here")),
        what_is_right(expected),
    ))
}

/// Describes the expected type in everyday words, with an example.
fn what_is_right(expected: &str) -> Bilingual {
    let (zh, en) = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => (
            "应为 0 或正整数，不加引号，例如 30",
            "write a whole number that is not negative, without quotes, such as 30",
        ),
        "f64" | "f32" => ("应为数字，不加引号，例如 0.5", "write a number without quotes, such as 0.5"),
        "a boolean" => ("应为 true（是）或 false（否），不加引号", "write true or false, without quotes"),
        "a string" => ("应为文字，写在引号里，例如 \"30\"", "write text in quotes, such as \"30\""),
        "a sequence" => (
            "应为列表，写在方括号里，例如 [\"天津\"]",
            "write a list in square brackets, such as [\"tianjin\"]",
        ),
        "an array of length 2" => {
            ("应为宽和高，例如 [1920, 1080]", "write width and height, such as [1920, 1080]")
        }
        "a map" => ("应为一个小节，例如 { 名称 = \"值\" }", "write a table, such as { name = \"value\" }"),
        _ if expected.starts_with("struct ") => (
            "应为一个小节：[小节名] 下面逐行写 名称 = 值",
            "write a table: [section] and below it lines of name = value",
        ),
        _ => {
            return Bilingual::new(format!("应为：{expected}"), format!("expected {expected}"));
        }
    };
    Bilingual::new(zh, en)
}

fn not_a_ratio(message: &str) -> Option<Explanation> {
    let written = message.strip_suffix("` is not a ratio such as `30`, `30000/1001` or `16:9`")?;
    let written = written.trim_start_matches('`');
    Some(explanation(
        Bilingual::new(format!("“{written}”不是比值"), format!("\"{written}\" is not a ratio")),
        Bilingual::new(
            "比值写在引号里，例如 \"30\"、\"30000/1001\" 或 \"16:9\"",
            "write it in quotes, such as \"30\", \"30000/1001\" or \"16:9\"",
        ),
    ))
}

/// Explains what people often write where TOML is read: Chinese punctuation, a percentage, a Windows path.
fn usual_typo(message: &str, line: &str) -> Option<Explanation> {
    // Inside quotes everything may be written but a backslash.
    let bare: String = line.split('"').step_by(2).collect();
    let bare = bare.split('#').next().unwrap_or_default();
    let (problem, hint) = if bare.contains(['“', '”', '‘', '’']) {
        (
            Bilingual::new("这里用了中文引号“ ”", "Chinese quotation marks “ ”"),
            Bilingual::new("请换成英文引号 \" \"", "write straight quotes: \" \""),
        )
    } else if let Some((wrong, name, right)) =
        FULL_WIDTH.into_iter().find(|(wrong, ..)| bare.contains(*wrong))
    {
        (
            Bilingual::new(format!("这里是中文{name}“{wrong}”"), format!("a full-width “{wrong}”")),
            Bilingual::new(format!("请换成英文{name} {right}"), format!("write {right}")),
        )
    } else if let Some(percent) = percentage(bare) {
        (
            Bilingual::new("这里不能写百分号", "a percentage cannot be written here"),
            Bilingual::new(format!("百分比请写成小数：{percent}"), format!("write a fraction: {percent}")),
        )
    } else if let Some(problem) =
        bare.split(|c: char| !(c.is_ascii_digit() || c == '-')).find_map(impossible_date)
    {
        (problem, Bilingual::new("请改正日期", "write a date that exists"))
    } else if let Some(path) = line.split('"').skip(1).step_by(2).find(|text| text.contains('\\')) {
        (
            Bilingual::new(
                "反斜杠 \\ 在双引号里有特殊含义",
                "a backslash has a special meaning in double quotes",
            ),
            Bilingual::new(
                format!("写成 / 或 \\\\，或改用单引号 '{path}'"),
                format!("write / or \\\\, or use single quotes: '{path}'"),
            ),
        )
    } else {
        return None;
    };
    Some(explanation(Bilingual::new(problem.zh, format!("{} ({message})", problem.en)), hint))
}

/// Full-width signs that are written for those of TOML, what they are called, and the right ones.
const FULL_WIDTH: [(char, &str, &str); 8] = [
    ('，', "逗号", ","),
    ('＝', "等号", "="),
    ('、', "顿号", ","),
    ('【', "方括号", "["),
    ('】', "方括号", "]"),
    ('［', "方括号", "["),
    ('］', "方括号", "]"),
    ('：', "冒号", "="),
];

/// Returns `0.24` for a line that ends with `24%`.
fn percentage(bare: &str) -> Option<f64> {
    let number = bare.trim_end().strip_suffix(['%', '％'])?.rsplit(['=', ',', ' ', '[']).next()?;
    Some(number.trim().parse::<f64>().ok()? / 100.0)
}

/// Describes a date that no calendar has, such as `2026-02-30`; `None` for any other text.
pub(super) fn impossible_date(text: &str) -> Option<Bilingual> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number =
        |part: &str, digits: usize| part.len() == digits && part.chars().all(|c| c.is_ascii_digit());
    if parts.next().is_some() || !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
        return None;
    }
    let (year, month, day): (i16, i8, i8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if !(1..=12).contains(&month) {
        return Some(Bilingual::new(format!("一年里没有 {month} 月"), format!("there is no month {month}")));
    }
    jiff::civil::Date::new(year, month, day).is_err().then(|| {
        Bilingual::new(
            format!("{year} 年 {month} 月没有 {day} 日"),
            format!("{year}-{month:02} has no day {day}"),
        )
    })
}

/// Explains text that is not TOML; the usual mistakes have sentences of their own.
fn not_toml(message: &str) -> Explanation {
    let (zh, en, hint_zh, hint_en) = if message.starts_with("duplicate key") {
        ("这一项写了两次", "this key is written twice", "只留一处", "keep one of them")
    } else if message.starts_with("string values must be quoted") {
        ("文字没有加引号", "text without quotes", "请写成 \"文字\"，用英文引号", "put it in quotes: \"text\"")
    } else if message.starts_with("invalid unquoted key") || message.contains("unquoted keys") {
        (
            "名称里有不能直接写的字符",
            "a name with characters that need quotes",
            "中文名称要加英文引号，例如 \"机械系\" = \"机械工程系\"；列表和文字是否漏了右括号或右引号？",
            "put the name in quotes, and look for a missing closing quote or bracket",
        )
    } else if message.contains("basic string") || message.contains("literal string") {
        (
            "引号没有成对，或反斜杠用法不对",
            "a quote without its partner, or a wrong backslash",
            "两边都用英文引号；反斜杠写成 \\\\ 或改用单引号",
            "close the quote; write a backslash as \\\\ or use single quotes",
        )
    } else {
        (
            "这里的写法不对，不是 TOML",
            "this is not TOML",
            "请检查英文引号、等号和方括号是否成对；中文标点不能代替英文标点",
            "look for a missing quote, equals sign or bracket",
        )
    };
    explanation(Bilingual::new(zh, format!("{en} ({message})")), Bilingual::new(hint_zh, hint_en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_word_and_another_word_does_not() {
        let known = ["douyin", "kuaishou", "weibo"];
        assert_eq!(nearest("duoyin", known), Some("douyin"));
        assert_eq!(nearest("Weibo", known), Some("weibo"));
        assert_eq!(nearest("television", known), None);
    }

    #[test]
    fn what_is_not_toml_is_explained_by_what_is_often_written() {
        for (line, zh) in [
            ("college = “示例学院”", "中文引号"),
            ("tags = [\"a\"，\"b\"]", "中文逗号“，”"),
            ("college ＝ \"a\"", "中文等号“＝”"),
            ("size = 24%", "百分号"),
            ("library = \"D:\\库\"", "反斜杠"),
            ("from = 2026-02-30", "2026 年 2 月没有 30 日"),
        ] {
            let error = toml::from_str::<toml::Table>(line).unwrap_err();
            let said = explain(error.message(), "", line);
            assert!(said.problem.zh.contains(zh), "{line}: {said:?}");
        }
    }
}
