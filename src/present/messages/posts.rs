//! What `jincai posts` says.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::posting::ReceiptState;
use crate::model::receipt::ReceiptKind;
use crate::text::counted as number;

mod columns;
mod refusals;

pub use columns::{Column, column, head, sheet_name};
pub use refusals::*;

/// Heads of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Receipt,
    Work,
    Department,
    Target,
    Kind,
    Account,
    Posted,
    State,
    Link,
    By,
    Released,
    Due,
    Withdrawn,
}

pub fn label(label: Label) -> Bilingual {
    let (zh, en) = match label {
        Label::Receipt => ("回执号", "receipt"),
        Label::Work => ("作品", "work"),
        Label::Department => ("系部", "department"),
        Label::Target => ("发布目标", "target"),
        Label::Kind => ("类型", "kind"),
        Label::Account => ("账号", "account"),
        Label::Posted => ("发布时间", "posted"),
        Label::State => ("状态", "state"),
        Label::Link => ("链接", "link"),
        Label::By => ("经手人", "by"),
        Label::Released => ("可发布时间", "released"),
        Label::Due => ("应在此前发布", "to be posted by"),
        Label::Withdrawn => ("下架时间", "withdrawn"),
    };
    Bilingual::new(zh, en)
}

pub fn kind(kind: ReceiptKind) -> Bilingual {
    let (zh, en) = match kind {
        ReceiptKind::Post => ("发布", "post"),
        ReceiptKind::Repost => ("转发", "repost"),
        ReceiptKind::Column => ("专栏", "column"),
        ReceiptKind::Relay => ("互推", "relay"),
        ReceiptKind::Removal => ("删除", "removal"),
        ReceiptKind::Seen => ("核实", "seen"),
    };
    Bilingual::new(zh, en)
}

pub fn state(state: ReceiptState) -> Bilingual {
    let (zh, en) = match state {
        ReceiptState::Counts => ("有效", "counts"),
        ReceiptState::ToBeVerified => ("待核", "to be verified"),
        ReceiptState::TopicMissing => ("缺话题", "lacks a topic"),
        ReceiptState::Early => ("发布早于审核", "before its release"),
        ReceiptState::Removed => ("已删除", "removed"),
        ReceiptState::Mended => ("已补正", "mended"),
    };
    Bilingual::new(zh, en)
}

pub fn added(seq: u64, what: ReceiptKind, title: &str, target: &str) -> Bilingual {
    let (title, target, what) = (shown(title), shown(target), kind(what));
    Bilingual::new(
        format!("已登记回执 {seq}：《{title}》{}（{target}）。", what.zh),
        format!("Receipt {seq} is on record: {} of “{title}” ({target}).", what.en),
    )
}

pub fn confirmed(seq: u64, of: u64, title: &str) -> Bilingual {
    let title = shown(title);
    Bilingual::new(
        format!("已核实回执 {of}（《{title}》），记为回执 {seq}。"),
        format!("Receipt {of} (“{title}”) is confirmed, as receipt {seq}."),
    )
}

pub fn known(seq: u64) -> Bilingual {
    Bilingual::new(
        format!("回执 {seq} 已经记着同样的内容，没有重复登记。"),
        format!("Receipt {seq} says the same already; nothing was added."),
    )
}

pub fn yes_or_no(yes: bool) -> Bilingual {
    if yes { Bilingual::new("是", "yes") } else { Bilingual::new("否", "no") }
}

pub fn no_receipts() -> Bilingual {
    Bilingual::new(
        "还没有回执。发布以后用 jincai posts add 登记，或用 jincai posts import 一次导入一张表。",
        "There are no receipts yet. After posting, record it with jincai posts add, or many with jincai posts import.",
    )
}

pub fn more_receipts(shown_now: usize) -> Bilingual {
    Bilingual::new(
        format!(
            "只列出最近 {shown_now} 条；看更多用 --limit，看一件作品用 --work，全部用 jincai posts export。"
        ),
        format!(
            "These are the newest {shown_now}; see more with --limit, one work's with --work, all with jincai posts export."
        ),
    )
}

/// Heads of the parts of `posts due`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Overdue,
    Due,
    ToRemove,
    Unproven,
    Topicless,
}

/// `all` is how many there are; the hours are the configured term.
pub fn part(part: Part, all: u64, within_h: Option<u32>) -> Bilingual {
    let items = |one: &str, many: &str| number(all, one, many);
    match part {
        Part::Overdue => {
            let hours = within_h.unwrap_or_default();
            Bilingual::new(
                format!("逾期未发 {all} 条（可发布后 {hours} 小时内应发布）"),
                format!("Overdue: {} (to be posted within {hours} h of the release)", items("post", "posts")),
            )
        }
        Part::Due => {
            Bilingual::new(format!("待发布 {all} 条"), format!("To be posted: {}", items("post", "posts")))
        }
        Part::ToRemove => Bilingual::new(
            format!("已下架、还没有删除 {all} 处（删除后用 --kind removal 登记）"),
            format!(
                "Withdrawn and still there: {} (record each with --kind removal)",
                items("place", "places")
            ),
        ),
        Part::Unproven => Bilingual::new(
            format!("待核 {all} 条（补链接，或由另一位同事看过截图后 jincai posts confirm）"),
            format!(
                "To be verified: {} (add the link, or let a colleague look and confirm)",
                items("receipt", "receipts")
            ),
        ),
        Part::Topicless => Bilingual::new(
            format!("缺话题 {all} 条（在平台上补好，再带 --text 登记一次）"),
            format!(
                "Lack a topic: {} (add it on the platform, then record again with --text)",
                items("post", "posts")
            ),
        ),
    }
}

pub fn and_more(left: u64) -> Bilingual {
    Bilingual::new(
        format!("……还有 {left} 条，用 --limit 看更多"),
        format!("… and {left} more; see them with --limit"),
    )
}

pub fn nothing_due() -> Bilingual {
    Bilingual::new("没有要发布、要删除或要核实的。", "Nothing is to be posted, removed or verified.")
}

pub fn exported(path: &Path, rows: usize) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(
        format!("已写出 {rows} 行：{path}"),
        format!("{} written: {path}", number(rows, "row", "rows")),
    )
}

pub fn template_written(path: &Path, rows: usize) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(
        format!(
            "已写出模板（预填 {rows} 条待发布的）：{path}。填好链接、发布时间和经手人，再用 jincai posts import 导入；没填的行会跳过。"
        ),
        format!(
            "The template is written, with {} that are due: {path}. Fill in link, time and name, then use jincai posts import; rows \
             that are left as they are are passed over.",
            number(rows, "post", "posts")
        ),
    )
}

pub fn imported(added: usize, known: usize, blank: usize) -> Bilingual {
    let (mut zh, mut en) =
        (format!("已登记 {added} 条回执"), format!("{} recorded", number(added, "receipt", "receipts")));
    if known > 0 {
        zh.push_str(&format!("，{known} 条早已登记过，没有重复"));
        en.push_str(&format!(", {known} on record before"));
    }
    if blank > 0 {
        zh.push_str(&format!("，{blank} 行没有填写，已跳过"));
        en.push_str(&format!(", {} left blank", number(blank, "row", "rows")));
    }
    Bilingual::new(zh + "。", en + ".")
}

/// One fault of an import: which row, which column, and what is wrong with it.
pub fn row_fault(row: u32, column: Option<Column>, fault: &Bilingual) -> Bilingual {
    let Bilingual { zh, en } = fault;
    match column {
        Some(at) => {
            let name = self::column(at);
            Bilingual::new(format!("第 {row} 行“{}”：{zh}", name.zh), format!("row {row}, {}: {en}", name.en))
        }
        None => Bilingual::new(format!("第 {row} 行：{zh}"), format!("row {row}: {en}")),
    }
}

pub fn row_found(row: u32, found: &Bilingual) -> Bilingual {
    Bilingual::new(format!("第 {row} 行：{}", found.zh), format!("row {row}: {}", found.en))
}

pub fn nothing_imported(faults: usize) -> Bilingual {
    Bilingual::new(
        format!("有 {faults} 处问题，一条也没有登记。请改好表格再导入一次。"),
        format!(
            "{} found; nothing was recorded. Please mend the table and import it again.",
            number(faults, "fault", "faults")
        ),
    )
}
