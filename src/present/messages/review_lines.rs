//! One line each of what people did and of what a work is made with, for terminals and papers.

use crate::model::ai::{AiRecord, AiUse};
use crate::model::language::{Bilingual, Lang};
use crate::model::receipt::ReceiptKind;
use crate::model::review::Action;
use crate::text::Visible;

use super::review::{joined, span};

/// Returns what an action was, in a line.
pub fn action(action: &Action) -> Bilingual {
    let seen = |text: &str| Visible::of(text).to_string();
    let behind = |note: Option<&String>| note.map(|note| format!("：{}", seen(note))).unwrap_or_default();
    let of =
        |target: &Option<String>| target.as_deref().map(|it| format!(" {}", seen(it))).unwrap_or_default();
    match action {
        Action::Approve { level, note, checklist, .. } => {
            let (level, note) = (seen(level), behind(note.as_ref()));
            let (zh, en) = match checklist.is_empty() {
                true => ("（未逐条）", " (not itemised)"),
                false => ("", ""),
            };
            Bilingual::new(format!("{level}通过{zh}{note}"), format!("{level} approved{en}{note}"))
        }
        Action::Return { level, reason, at, .. } => {
            let (level, reason) = (seen(level), seen(reason));
            let at = at.map(|at| format!(" {}", span(at))).unwrap_or_default();
            Bilingual::new(format!("{level}退回{at}：{reason}"), format!("{level} returned{at}: {reason}"))
        }
        Action::Undo { record } => {
            Bilingual::new(format!("撤回第 {record} 号"), format!("took back record {record}"))
        }
        Action::Comment { text, at, .. } => {
            let at = at.map(|at| format!(" {}", span(at))).unwrap_or_default();
            Bilingual::new(format!("意见{at}：{}", seen(text)), format!("comment{at}: {}", seen(text)))
        }
        Action::Resolve { record } => {
            Bilingual::new(format!("第 {record} 号意见已处理"), format!("comment {record} is done"))
        }
        Action::Withdraw { target, reason } => {
            let (of, reason) = (of(target), seen(reason));
            Bilingual::new(format!("下架{of}：{reason}"), format!("withdrew{of}: {reason}"))
        }
        Action::Restore { target, reason } => {
            let (of, reason) = (of(target), seen(reason));
            Bilingual::new(format!("恢复{of}：{reason}"), format!("restored{of}: {reason}"))
        }
        Action::Receipt(receipt) => {
            let what = receipt_kind(receipt.what);
            let url = receipt.url.as_deref().map(|url| format!(" {}", seen(url))).unwrap_or_default();
            let target = seen(&receipt.target);
            Bilingual::new(format!("{} {target}{url}", what.zh), format!("{} {target}{url}", what.en))
        }
    }
}

/// Returns the name of a kind of receipt.
pub fn receipt_kind(kind: ReceiptKind) -> Bilingual {
    match kind {
        ReceiptKind::Post => Bilingual::new("发布回执", "posted"),
        ReceiptKind::Repost => Bilingual::new("转发回执", "reposted"),
        ReceiptKind::Column => Bilingual::new("专栏回执", "put in a column"),
        ReceiptKind::Relay => Bilingual::new("互比互看回执", "relayed"),
        ReceiptKind::Removal => Bilingual::new("删除回执", "removed"),
        ReceiptKind::Seen => Bilingual::new("核实回执", "confirmed"),
    }
}

/// Returns what is known of artificial intelligence in a work.
pub fn ai(ai: &AiRecord) -> Bilingual {
    let mut said = match ai.declared {
        None => Bilingual::new("没有声明", "not declared"),
        Some(AiUse::None) => Bilingual::new("没有使用", "none"),
        Some(AiUse::Assisted) => Bilingual::new("辅助制作", "assisted"),
        Some(AiUse::Generated) => Bilingual::new("含生成内容", "generated"),
    };
    let mut add = |zh: &str, en: String| {
        said.zh.push_str(zh);
        said.en.push_str(&en);
    };
    if !ai.tools.is_empty() {
        let (zh, en) = (joined(&ai.tools, Lang::Zh), joined(&ai.tools, Lang::En));
        add(&format!("（{zh}）"), format!(" ({en})"));
    }
    if !ai.labels.is_empty() {
        add("，源文件带有标识", ", the source is labelled".to_owned());
    }
    if ai.content_credentials {
        add("，源文件带有内容凭证（C2PA）", ", the source has content credentials (C2PA)".to_owned());
    }
    said
}
