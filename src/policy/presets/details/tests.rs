//! Sidecars of the largest size, built to be as slow as possible.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::*;
use crate::present::messages;

const FULL: usize = DETAILS_MAX_BYTES as usize;

/// Many times what the slowest takes in a debug build.
const BUDGET: Duration = Duration::from_secs(5);

fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap())
}

/// Returns repeats of `piece` between `head` and `tail`, up to the size that is read.
fn filled(head: &str, piece: &str, tail: &str) -> String {
    let count = (FULL - head.len() - tail.len()) / piece.len();
    format!("{head}{}{tail}", piece.repeat(count))
}

fn numbered(line: fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        let line = line(number);
        if text.len() + line.len() > FULL {
            break;
        }
        text.push_str(&line);
    }
    text
}

fn nested(open: &str, close: &str) -> String {
    let depth = FULL / (open.len() + close.len()) - 20;
    format!("tags = {}1{}", open.repeat(depth), close.repeat(depth))
}

fn with(text: &str) -> Result<Details, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("片.toml");
    std::fs::write(&file, text).unwrap();
    read_details(&file)
}

#[test]
fn what_people_write_is_taken() {
    let chinese =
        with("标题 = \"看海\"\n作者 = '张三'\n指导老师 = \"王老师\"\n日期 = 2026-11-20\n授权 = false")
            .unwrap();
    assert_eq!((chinese.title.as_deref(), chinese.authors.join("+")), (Some("看海"), "张三".to_owned()));
    assert_eq!(
        (chinese.about.advisors.join("+"), chinese.submitted.as_deref()),
        ("王老师".into(), Some("2026-11-20"))
    );
    assert_eq!(chinese.about.consent.as_deref(), Some("no"));
    let english =
        with("authors = [\"Ada Lovelace\"]\nteacher = \"A, B\"\nsubmitted = 2026-11-20T08:00:00+08:00")
            .unwrap();
    assert_eq!(
        (english.authors.join("+"), english.about.advisors.join("+")),
        ("Ada Lovelace".into(), "A+B".into())
    );
    assert_eq!(english.submitted.as_deref(), Some("2026-11-20"));
    assert_eq!(with("").unwrap(), Details::default());
}

#[test]
fn what_is_wrong_is_told_where_it_was_written_and_with_its_cause() {
    for (text, line, column, problem, hint) in [
        ("标题 = \"a\"\n作着 = \"b\"", 2, 1, "不认识的项目 `作着`", "是不是想写 `作者`？"),
        ("密码 = 1", 1, 1, "不认识的项目 `密码`", "可以写：标题、作者、指导教师"),
        ("标题 = \"a\"\ntitle = \"b\"", 2, 1, "写了两次", "只留一处"),
        ("标题 = true", 1, 6, "true 写在这里不对", "应为文字"),
        ("作者 = { a = 1 }", 1, 6, "写在这里不对", "应为文字"),
        ("日期 = \"2026-02-30\"", 1, 6, "2026 年 2 月没有 30 日", "核对"),
        ("标签 = [\"a\", \" \"]", 1, 12, "`标签.1` 是空的", "请填写"),
        ("标题 = 看海", 1, 6, "没有加引号", "英文引号"),
        ("标题 = “看海”", 1, 6, "中文引号", "英文引号"),
        ("标题 ＝ \"看海\"", 1, 4, "“＝”", "="),
    ] {
        let Err(ReadError::Mistake(mistake)) = with(text) else { panic!("{text}") };
        assert!(mistake.problem.zh.contains(problem), "{text}: {}", mistake.problem.zh);
        assert!(mistake.hint.zh.contains(hint), "{text}: {}", mistake.hint.zh);
        assert_eq!(mistake.line_column(), (line, column), "{text}");
    }
}

#[test]
fn a_sidecar_of_anything_is_dealt_with_within_a_budget_and_in_few_words() {
    let inputs = [
        ("arrays in arrays that do not end", filled("tags = ", "[", "")),
        ("arrays in arrays", nested("[", "]")),
        ("tables in tables", nested("{a=", "}")),
        ("a key of many parts", filled("a", ".a", " = 1")),
        ("a table of many parts", filled("[a", ".a", "]\n")),
        ("many tables", numbered(|number| format!("[a{number}]\n"))),
        ("many tables in one", numbered(|number| format!("[a.b{number}]\n"))),
        ("lists of tables", filled("", "[[a]]\n", "")),
        ("lists of tables in lists", filled("", "[[a]]\n[[a.a]]\n[[a.a.a]]\n", "")),
        ("many keys", numbered(|number| format!("a{number}=1\n"))),
        ("dotted keys", numbered(|number| format!("a.b{number}=1\n"))),
        ("one key again and again", filled("", "title=\"a\"\n", "")),
        ("a long key", filled("", "k", " = 1")),
        ("a quoted key", filled("\"", "`", "\" = 1")),
        ("a long title", filled("title = \"", "字", "\"")),
        ("a long date", filled("submitted = \"", "9", "\"")),
        ("a long number", filled("title = ", "9", "")),
        ("a teacher of controls", filled("teacher = \"", "\\u0001", "\"")),
        ("many authors", filled("authors = [", "\"a\",", "]")),
        ("long authors", filled("authors = [", &format!("\"{}\",", "长".repeat(199)), "]")),
        ("a long text", filled("text = \"", "字", "\"")),
        ("a text that does not end", filled("text = \"\"\"", "''", "")),
        ("escapes", filled("text = \"", "\\n", "\"")),
        ("empty lines", filled("", "\n", "")),
        ("comments", filled("", "#\n", "")),
        ("keys without quotes", filled("海", ".海", " = 1")),
        ("a head without quotes", filled("[海", ".海", "]")),
        ("one bare word", filled("", "海", " = 1")),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in inputs {
        assert!(text.len() <= FULL && text.len() > FULL / 2, "{name}: {}", text.len());
        let file = folder.path().join("a.toml");
        std::fs::write(&file, text).unwrap();
        let before = spent();
        let came = read_details(&file);
        let took = spent().saturating_sub(before);
        assert!(took < BUDGET, "{name}: {took:?}");
        if std::env::var_os("JINCAI_LOOK").is_some() {
            let line = format!("{took:>9.2?} {name}: {}\n", came.is_ok());
            let _ = io::Write::write_all(&mut io::stderr(), line.as_bytes());
        }
        if let Err(error) = came {
            let finding = error.finding();
            let written = messages::json(&finding);
            assert!(written.args.values().all(|said| said.chars().count() <= 301), "{name}: {finding:?}");
        }
    }
}
