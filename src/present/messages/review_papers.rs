//! The words of the papers of review: the sheet to sign, the register of a period, and the exports of comments.

use std::path::Path;

use super::report::Fixed;
use crate::model::language::Bilingual;
use crate::model::preset::Edition;
use crate::model::receipt::ReceiptKind;
use crate::model::review::{Action, Answer, ReviewKind, ReviewState, Span};
use crate::model::units::exact_time;
use crate::text::{Visible, counted};

pub const SHEET: Fixed = Fixed::new("作品审核登记表", "review sheet");
/// What a sheet's file name begins with.
pub const SHEET_FILE: Fixed = Fixed::new("审核登记表", "review-sheet");
pub const REGISTER: Fixed = Fixed::new("作品审核登记册", "register of reviews");
/// What a register's file name begins with.
pub const REGISTER_FILE: Fixed = Fixed::new("审核登记册", "review-register");
/// The foot of a printed page, as the style sheet's `content`.
pub const PAGE_FOOT: &str = "\"第 \" counter(page) \" 页，共 \" counter(pages) \" 页\"";

pub const SUBJECT: Fixed = Fixed::new("审核内容编号", "subject");
pub const PRINTED: Fixed = Fixed::new("制表时间", "made at");
pub const ABOUT: Fixed = Fixed::new("作品信息", "the work");
pub const TITLE: Fixed = Fixed::new("作品名称", "title");
pub const ID: Fixed = Fixed::new("作品编号", "id");
pub const REVISION: Fixed = Fixed::new("版次", "revision");
pub const DEPARTMENT: Fixed = Fixed::new("报送单位", "department");
pub const SEASON: Fixed = Fixed::new("赛季", "season");
pub const AUTHORS: Fixed = Fixed::new("作者", "authors");
pub const ADVISORS: Fixed = Fixed::new("指导教师", "advisors");
pub const CATEGORY: Fixed = Fixed::new("类别", "category");
pub const SUBMITTED: Fixed = Fixed::new("投稿日期", "submitted");
pub const KIND: Fixed = Fixed::new("类型", "kind");
pub const DURATION: Fixed = Fixed::new("时长", "duration");
pub const MUSIC: Fixed = Fixed::new("音乐来源", "music");
pub const CONSENT: Fixed = Fixed::new("肖像授权", "consent");
pub const SYNOPSIS: Fixed = Fixed::new("内容简介", "synopsis");
pub const CAPTIONS: Fixed = Fixed::new("字幕", "captions");
pub const STATE: Fixed = Fixed::new("审核状态", "state");
pub const NONE_TOLD: Fixed = Fixed::new("未填写", "not given");

pub const TARGETS: Fixed = Fixed::new("发布内容", "release set");
pub const TARGET: Fixed = Fixed::new("发布目标", "target");
pub const PICTURE: Fixed = Fixed::new("画面", "picture");
pub const RATE: Fixed = Fixed::new("帧率", "frame rate");
pub const SIZE: Fixed = Fixed::new("大小", "size");
pub const EDITION: Fixed = Fixed::new("版别", "edition");
pub const SHARE: Fixed = Fixed::new("内容编号", "digest");
pub const COVERS: Fixed = Fixed::new("封面", "covers");
pub const CANVASES: Fixed = Fixed::new("画面小样", "contact sheets");
pub const CANVASES_HINT: Fixed = Fixed::new(
    "每种画幅取开头、结尾和中间的画面，取自上面列出的成片文件。",
    "Of each canvas the beginning, the end and moments between, from the finished files listed above.",
);
pub const USED_BY: Fixed = Fixed::new("用于", "for");
pub const TEXTS: Fixed = Fixed::new("发布文案", "texts");
pub const NO_TEXTS: Fixed = Fixed::new("这些发布目标没有文案。", "Nothing is posted with these targets.");
pub const POST_TITLE: Fixed = Fixed::new("标题", "title");
pub const POST_TEXT: Fixed = Fixed::new("正文", "text");
pub const TOPICS: Fixed = Fixed::new("话题", "topics");
pub const TAGS: Fixed = Fixed::new("标签", "tags");
pub const DECLARATION: Fixed = Fixed::new("平台声明", "declaration");
pub const NOTHING: Fixed = Fixed::new("无", "none");

pub const LIKENESSES: Fixed = Fixed::new("查重", "likenesses");
pub const NO_LIKENESS: Fixed = Fixed::new(
    "与作品库中已有的作品没有发现相同之处。",
    "Nothing in common with the works of the library was found.",
);
pub const SIDES: Fixed =
    Fixed::new("左为本片，右为对方作品。", "This work is on the left, the other on the right.");
pub const FINDINGS: Fixed = Fixed::new("检测提醒", "warnings");
pub const NO_FINDING: Fixed = Fixed::new("没有需要注意的问题。", "Nothing to mind.");

pub const AI: Fixed = Fixed::new("人工智能使用情况", "artificial intelligence");
pub const AI_DECLARED: Fixed = Fixed::new("作者声明", "declared");
pub const AI_LABELS: Fixed = Fixed::new("文件中的标识", "labels in the file");
pub const AI_CREDENTIALS: Fixed = Fixed::new(
    "原片带有 C2PA 内容凭证（成片不带）。",
    "The source carries C2PA content credentials (the finished files do not).",
);

pub const CHECKLIST: Fixed = Fixed::new("审核清单", "checklist");
pub const CHECKLIST_HINT: Fixed = Fixed::new(
    "逐项勾选；答“否”的，请在意见中写明。已在系统中逐项作答的，勾选已填好。",
    "Tick every line; a “no” needs a word in the opinion. What was answered in the program is ticked.",
);
pub const ITEM: Fixed = Fixed::new("审核项目", "item");

pub const REMARKS: Fixed = Fixed::new("审核意见与修改情况", "comments");
pub const NO_REMARKS: Fixed = Fixed::new("没有意见记录。", "No comments.");
pub const NUMBER: Fixed = Fixed::new("记录号", "record");
pub const AT_POINT: Fixed = Fixed::new("时间点", "at");
pub const WHOLE: Fixed = Fixed::new("全片", "whole work");
pub const LEVEL: Fixed = Fixed::new("级别", "level");
pub const BY: Fixed = Fixed::new("审核人", "by");
pub const POST: Fixed = Fixed::new("职务", "post");
pub const REMARK: Fixed = Fixed::new("意见", "comment");
pub const HANDLED: Fixed = Fixed::new("处理情况", "done");
pub const DONE: Fixed = Fixed::new("已处理", "done");
pub const OPEN: Fixed = Fixed::new("未处理", "open");
pub const WHEN: Fixed = Fixed::new("时间", "time");

pub const RECORDS: Fixed = Fixed::new("审核记录", "records");
pub const NO_RECORDS: Fixed = Fixed::new("还没有审核记录。", "No records yet.");
pub const VERDICT: Fixed = Fixed::new("结论", "verdict");
pub const HOLDS: Fixed = Fixed::new("现状", "now");
pub const HOLDS_YES: Fixed = Fixed::new("有效", "holds");
pub const HOLDS_PARTLY: Fixed = Fixed::new("部分有效（内容有改动）", "holds in part");
pub const HOLDS_NO: Fixed = Fixed::new("已失效", "void");
pub const TAKEN_BACK: Fixed = Fixed::new("已撤回", "taken back");

pub const SIGNATURES: Fixed = Fixed::new("审核签署", "signatures");
pub const PASS: Fixed = Fixed::new("通过", "approve");
pub const SEND_BACK: Fixed = Fixed::new("退回修改", "return");
pub const SIGNATURE: Fixed = Fixed::new("签名（盖章）", "signature (seal)");
pub const DATE: Fixed = Fixed::new("日期", "date");
pub const DATE_BLANK: Fixed = Fixed::new("　　　年　　月　　日", "____-__-__");
pub const RECORDED: Fixed = Fixed::new("系统记录", "on record");
pub const BINDING: Fixed = Fixed::new(
    "签署的内容是上述编号所列的全部成片、封面和文案；其中任何一处改动，编号随之改变，本表即失效，须重新审核。",
    "What is signed is every file, cover and text that the number above stands for; any change changes the number, \
     voids this sheet and needs a new review.",
);

/// The register's columns.
pub const REGISTER_HEADS: [Fixed; 17] = [
    Fixed::new("序号", "no."),
    WHEN,
    Fixed::new("作品", "work"),
    ID,
    REVISION,
    Fixed::new("单位", "department"),
    LEVEL,
    Fixed::new("动作", "action"),
    TARGET,
    BY,
    POST,
    Fixed::new("代签", "on behalf of"),
    REMARK,
    Fixed::new("清单结果", "checklist"),
    SHARE,
    NUMBER,
    Fixed::new("记录校验", "hash"),
];
pub const NO_ROWS: Fixed = Fixed::new("本期没有记录。", "No records in this period.");

/// The columns of the comments' table.
pub const COMMENT_HEADS: [Fixed; 13] = [
    NUMBER,
    Fixed::new("从", "from"),
    Fixed::new("到", "to"),
    Fixed::new("时间码（从）", "timecode from"),
    Fixed::new("时间码（到）", "timecode to"),
    LEVEL,
    BY,
    POST,
    REMARK,
    HANDLED,
    WHEN,
    ID,
    TITLE,
];

pub fn revision(revision: u32) -> Bilingual {
    Bilingual::new(format!("第 {revision} 版"), format!("revision {revision}"))
}

pub fn edition(edition: Edition) -> Fixed {
    match edition {
        Edition::Branded => Fixed::new("带校标", "branded"),
        Edition::Clean => Fixed::new("无标识", "clean"),
    }
}

pub fn kinds(kinds: &[ReviewKind]) -> Bilingual {
    let zh: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            ReviewKind::Review => "审",
            ReviewKind::Proofread => "校",
        })
        .collect();
    let en: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            ReviewKind::Review => "review",
            ReviewKind::Proofread => "proofreading",
        })
        .collect();
    Bilingual::new(zh.join("、"), en.join(", "))
}

/// How far a work or target is, in a word or two; `level` is the one that it waits for.
pub fn state(state: ReviewState, level: Option<&str>) -> Bilingual {
    match state {
        ReviewState::Waiting => match level {
            Some(level) => Bilingual::new(format!("待{level}"), format!("waits for {level}")),
            None => Bilingual::new("待审核", "waits"),
        },
        ReviewState::Returned => Bilingual::new("已退回", "returned"),
        ReviewState::Released => Bilingual::new("可发布", "released"),
        ReviewState::Posted => Bilingual::new("已发布", "posted"),
        ReviewState::Withdrawn => Bilingual::new("已下架", "withdrawn"),
    }
}

pub fn answer(answer: Answer) -> Fixed {
    match answer {
        Answer::Yes => Fixed::new("是", "yes"),
        Answer::No => Fixed::new("否", "no"),
        Answer::NotApplicable => Fixed::new("不涉及", "not applicable"),
    }
}

/// That a work has captions, by their kind of file and the beginning of their digest: the file's name may name a student.
pub fn captions(kind: &str, digest: &str) -> Bilingual {
    let (kind, digest) = (Visible::of(kind), Visible::of(digest).at_most(12).to_string().replace('…', ""));
    Bilingual::new(format!("有（{kind} 文件，编号 {digest}）"), format!("yes (a {kind} file, {digest})"))
}

/// Findings that ask nothing of anybody.
pub fn notes(count: usize) -> Bilingual {
    Bilingual::new(
        format!("另有 {count} 条自动处理的说明，见作品的处理结果页。"),
        format!("{} in the work's report.", counted(count as u64, "more note is", "more notes are")),
    )
}

/// For which targets a level signs.
pub fn signs_for(names: &[String]) -> Bilingual {
    match names {
        [] => Bilingual::new("全部发布目标", "all targets"),
        names => Bilingual::new(format!("仅{}", names.join("、")), format!("only {}", names.join(", "))),
    }
}

/// A person with the post, and for whom the person signed.
pub fn signatory(name: &str, post: &str, on_behalf_of: Option<&str>) -> Bilingual {
    let (name, post) = (Visible::of(name), Visible::of(post).to_string());
    let (mut zh, mut en) = (name.to_string(), name.to_string());
    if !post.is_empty() {
        zh.push_str(&format!("（{post}）"));
        en.push_str(&format!(" ({post})"));
    }
    if let Some(other) = on_behalf_of.map(Visible::of) {
        zh.push_str(&format!("，代 {other} 签"));
        en.push_str(&format!(", on behalf of {other}"));
    }
    Bilingual::new(zh, en)
}

/// A point of a work or a range of it.
pub fn point(at: Option<Span>) -> Bilingual {
    match at {
        None => WHOLE.into(),
        Some(span) => {
            let [from, to] = [span.from_ms, span.to_ms].map(exact_time);
            let shown = if span.from_ms == span.to_ms { from } else { format!("{from}–{to}") };
            Bilingual::new(shown.clone(), shown)
        }
    }
}

/// What was done, in a word.
pub fn action(action: &Action) -> Fixed {
    match action {
        Action::Approve { .. } => Fixed::new("通过", "approved"),
        Action::Return { .. } => Fixed::new("退回", "returned"),
        Action::Undo { .. } => Fixed::new("撤回", "taken back"),
        Action::Comment { .. } => Fixed::new("意见", "comment"),
        Action::Resolve { .. } => Fixed::new("意见已处理", "comment done"),
        Action::Withdraw { .. } => Fixed::new("下架", "withdrawn"),
        Action::Restore { .. } => Fixed::new("恢复", "restored"),
        Action::Receipt(receipt) => match receipt.what {
            ReceiptKind::Post => Fixed::new("回执：发布", "receipt: post"),
            ReceiptKind::Repost => Fixed::new("回执：转发", "receipt: repost"),
            ReceiptKind::Column => Fixed::new("回执：专栏", "receipt: column"),
            ReceiptKind::Relay => Fixed::new("回执：互比互看", "receipt: relay"),
            ReceiptKind::Removal => Fixed::new("回执：删除", "receipt: removal"),
            ReceiptKind::Seen => Fixed::new("回执：核实", "receipt: confirmed"),
        },
    }
}

/// What is said with an action, in one text.
pub fn said(action: &Action) -> Bilingual {
    let same = |text: String| Bilingual::new(text.clone(), text);
    let timed = |text: &str, at: Option<Span>| match at {
        Some(_) => same(format!("[{}] {text}", point(at).zh)),
        None => same(text.to_owned()),
    };
    match action {
        Action::Approve { note, .. } => same(note.clone().unwrap_or_default()),
        Action::Return { reason, at, .. } => timed(reason, *at),
        Action::Comment { text, at, .. } => timed(text, *at),
        Action::Undo { record } => {
            Bilingual::new(format!("撤回第 {record} 号记录"), format!("takes back record {record}"))
        }
        Action::Resolve { record } => {
            Bilingual::new(format!("第 {record} 号意见"), format!("comment {record}"))
        }
        Action::Withdraw { reason, .. } | Action::Restore { reason, .. } => same(reason.clone()),
        Action::Receipt(receipt) => {
            let parts = [&receipt.url, &receipt.account, &receipt.department, &receipt.note];
            same(parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" "))
        }
    }
}

/// How many items of the checklist were answered how; `no` are the texts of those answered 否.
pub fn checklist(yes: usize, no: &[String], not_applicable: usize, unanswered: usize) -> Bilingual {
    if yes + no.len() + not_applicable == 0 {
        return Bilingual::new("未逐项", "not itemised");
    }
    let mut zh = vec![format!("是 {yes}")];
    let mut en = vec![format!("yes {yes}")];
    if !no.is_empty() {
        zh.push(format!("否 {}（{}）", no.len(), no.join("；")));
        en.push(format!("no {} ({})", no.len(), no.join("; ")));
    }
    if not_applicable > 0 {
        zh.push(format!("不涉及 {not_applicable}"));
        en.push(format!("not applicable {not_applicable}"));
    }
    if unanswered > 0 {
        zh.push(format!("未答 {unanswered}"));
        en.push(format!("unanswered {unanswered}"));
    }
    Bilingual::new(zh.join("，"), en.join(", "))
}

pub fn of_all_targets() -> Bilingual {
    Bilingual::new("全部", "all")
}

/// The days of a register, both included.
pub fn period(from: &str, to: &str) -> Bilingual {
    Bilingual::new(format!("{from} 至 {to}"), format!("{from} to {to}"))
}

/// What a register is rebuilt from.
pub fn rebuilt(rows: usize, records: Option<(u64, u64)>) -> Bilingual {
    match records {
        None => NO_ROWS.into(),
        Some((first, last)) => Bilingual::new(
            format!("共 {rows} 条，由审核记录重建；第 {first} 号至第 {last} 号记录校验无误"),
            format!("{rows} rows, rebuilt from the records; records {first} to {last} are intact"),
        ),
    }
}

pub fn bad_date(option: &str, given: &str) -> Bilingual {
    let given = Visible::of(given);
    Bilingual::new(
        format!("{option} 后面的“{given}”不是日期。请写成 2026-09-01 这样的年-月-日。"),
        format!("“{given}” after {option} is no date. Write it as year-month-day, such as 2026-09-01."),
    )
}

pub fn reversed_period(from: &str, to: &str) -> Bilingual {
    Bilingual::new(
        format!("开始日期 {from} 在结束日期 {to} 之后。请把 --from 和 --to 对调。"),
        format!("The first day, {from}, is after the last, {to}. Swap --from and --to."),
    )
}

pub fn records_broken(number: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "第 {number} 号审核记录与校验不符，登记册没有生成：记录可能被改动过。请运行 jincai review verify 查看，\
             并用备份恢复作品库的目录。"
        ),
        format!(
            "Record {number} does not match its hash, so no register was made: somebody may have changed the records. Run \
             `jincai review verify`, and restore the library's catalogue from a backup."
        ),
    )
}

pub fn sheet_file_changed(title: &str, file: &str) -> Bilingual {
    let (title, file) = (Visible::of(title), Visible::of(file));
    Bilingual::new(
        format!(
            "《{title}》的文件 {file} 与登记的不一致，没有生成审核登记表：签了也不算数。请运行 jincai verify 查看，再运行 \
             jincai run 重新制作。"
        ),
        format!(
            "{file} of “{title}” is not as it was recorded, so no sheet was made: a signature on it would be void. Run \
             `jincai verify`, then `jincai run` to make it again."
        ),
    )
}

pub fn stills_failed(title: &str, file: &str, why: &Bilingual) -> Bilingual {
    let (title, file) = (Visible::of(title), Visible::of(file));
    Bilingual::new(
        format!("《{title}》的成片 {file} 取不出画面，没有生成审核登记表：{}", why.zh),
        format!("No pictures could be taken of {file} of “{title}”, so no sheet was made: {}", why.en),
    )
}

/// A picture of the work that its sheet has to show cannot be read.
pub fn picture_unreadable(title: &str, file: &str) -> Bilingual {
    let (title, file) = (Visible::of(title), Visible::of(file));
    Bilingual::new(
        format!("《{title}》的图片 {file} 读不出来，没有生成审核登记表。请运行 jincai run 重新制作。"),
        format!(
            "The picture {file} of “{title}” cannot be read, so no sheet was made. Run `jincai run` to make it again."
        ),
    )
}

pub fn written(path: &Path) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(format!("已写入：{path}"), format!("Written: {path}"))
}

pub fn no_comments(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("《{title}》没有意见。"), format!("“{title}” has no comments."))
}

/// A comment's text in another program, without its own table: what it is about, who said it.
pub fn marker(text: &str, by: &str, level: Option<&str>, at: Option<Span>) -> Bilingual {
    let who = level.map_or_else(|| by.to_owned(), |level| format!("{by} {level}"));
    let is_range = at.is_some_and(|span| span.to_ms > span.from_ms);
    let place = if at.is_none() || is_range { format!("〔{}〕", point(at).zh) } else { String::new() };
    Bilingual::new(format!("{place}{text}（{who}）"), format!("{place}{text} ({who})"))
}

/// Why a work's comments have no place on a timeline.
pub fn no_timeline(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!("《{title}》没有成片，时间码无从算起。请先运行 jincai run 制作，或只导出 --csv。"),
        format!(
            "Nothing was made of “{title}”, so there are no timecodes. Run `jincai run` first, or export --csv alone."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checklist_is_told_by_its_answers() {
        assert_eq!(checklist(0, &[], 0, 10).zh, "未逐项");
        assert_eq!(checklist(8, &["版权".into()], 1, 0).zh, "是 8，否 1（版权），不涉及 1");
        assert_eq!(checklist(1, &[], 0, 9).en, "yes 1, unanswered 9");
    }

    #[test]
    fn a_range_is_told_beside_the_text_and_a_point_is_not() {
        let at = |from_ms, to_ms| Some(Span { from_ms, to_ms });
        assert_eq!(marker("字错", "王芳", Some("一审"), at(37_000, 37_000)).zh, "字错（王芳 一审）");
        assert_eq!(marker("抖", "王芳", None, at(37_000, 41_500)).zh, "〔0:37.0–0:41.5〕抖（王芳）");
        assert_eq!(marker("好", "王芳", None, None).zh, "〔全片〕好（王芳）");
    }
}
