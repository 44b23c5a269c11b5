//! What review says: why something was not done, and what was.

use super::review_refusals;
pub use super::review_refusals::{SHOWN_DIGITS, joined, minute, short, time};
use crate::model::language::{Bilingual, Lang};
use crate::model::review::{Answer, ReviewState, Signatory, Span};
use crate::model::review_refusal::Refusal;
use crate::text::{Visible, counted};

/// Heads of the tables and of the lines of a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Work,
    Id,
    Department,
    State,
    Since,
    Due,
    Role,
    Revision,
    Subject,
    Target,
    File,
    Covers,
    Title,
    Text,
    Topics,
    Declaration,
    Comments,
    Records,
    Authors,
    Season,
    Captions,
    Ai,
    Likenesses,
    Checklist,
}

pub fn label(label: Label) -> Bilingual {
    let (zh, en) = match label {
        Label::Work => ("作品", "work"),
        Label::Id => ("编号", "id"),
        Label::Department => ("单位", "department"),
        Label::State => ("状态", "state"),
        Label::Since => ("自", "since"),
        Label::Due => ("应于", "due"),
        Label::Role => ("由谁审", "whose task"),
        Label::Revision => ("版次", "revision"),
        Label::Subject => ("内容编号", "subject"),
        Label::Target => ("发布目标", "target"),
        Label::File => ("成片", "file"),
        Label::Covers => ("封面", "covers"),
        Label::Title => ("标题", "title"),
        Label::Text => ("文案", "text"),
        Label::Topics => ("话题与标签", "topics and tags"),
        Label::Declaration => ("声明", "declaration"),
        Label::Comments => ("意见", "comments"),
        Label::Records => ("记录", "records"),
        Label::Authors => ("作者", "authors"),
        Label::Season => ("赛季", "season"),
        Label::Captions => ("字幕", "captions"),
        Label::Ai => ("人工智能", "AI"),
        Label::Likenesses => ("与其他作品", "in common with"),
        Label::Checklist => ("审核要点", "checklist"),
    };
    Bilingual::new(zh, en)
}

/// Returns the name of a state, such as 待一审.
pub fn state(state: ReviewState, level: Option<&str>, supplementary: bool) -> Bilingual {
    let level = level.map(|level| Visible::of(level).to_string());
    match (state, level) {
        (ReviewState::Waiting, Some(level)) if supplementary => {
            Bilingual::new(format!("补审：待{level}"), format!("new parts wait for {level}"))
        }
        (ReviewState::Waiting, Some(level)) => {
            Bilingual::new(format!("待{level}"), format!("waits for {level}"))
        }
        (ReviewState::Waiting, None) => Bilingual::new("没有设审核级别", "no level is set for it"),
        (ReviewState::Returned, Some(level)) => {
            Bilingual::new(format!("{level}退回修改"), format!("returned by {level}"))
        }
        (ReviewState::Returned, None) => Bilingual::new("退回修改", "returned"),
        (ReviewState::Released, _) => Bilingual::new("可发布", "released"),
        (ReviewState::Posted, _) => Bilingual::new("已发布", "posted"),
        (ReviewState::Withdrawn, _) => Bilingual::new("已下架", "withdrawn"),
    }
}

pub fn answer(answer: Answer) -> Bilingual {
    match answer {
        Answer::Yes => Bilingual::new("是", "yes"),
        Answer::No => Bilingual::new("否", "no"),
        Answer::NotApplicable => Bilingual::new("不涉及", "n/a"),
    }
}

/// Reads an answer as people type it, in either language.
pub fn read_answer(text: &str) -> Option<Answer> {
    match text.trim().to_lowercase().as_str() {
        "是" | "yes" | "y" | "ok" => Some(Answer::Yes),
        "否" | "no" | "n" => Some(Answer::No),
        "不涉及" | "无" | "na" | "n/a" => Some(Answer::NotApplicable),
        _ => None,
    }
}

/// Returns a person as records show them: name, post, and for whom it was signed.
pub fn person(by: &Signatory) -> Bilingual {
    let name = Visible::of(&by.name);
    let post = if by.post.is_empty() { String::new() } else { format!("（{}）", Visible::of(&by.post)) };
    match by.on_behalf_of.as_deref().map(Visible::of) {
        Some(of) => Bilingual::new(format!("{name}{post}代{of}"), format!("{name}{post} on behalf of {of}")),
        None => Bilingual::new(format!("{name}{post}"), format!("{name}{post}")),
    }
}

/// Returns a point or range as people read it, such as 0:37–0:41.
pub fn span(span: Span) -> String {
    let from = time(span.from_ms);
    if span.to_ms == span.from_ms { from } else { format!("{from}–{}", time(span.to_ms)) }
}

pub fn covers(count: usize) -> Bilingual {
    Bilingual::new(format!("封面 {count} 张"), counted(count, "cover", "covers"))
}

pub fn nothing_waits(level: Option<&str>) -> Bilingual {
    match level.map(Visible::of) {
        Some(level) => {
            Bilingual::new(format!("没有作品在等{level}。"), format!("No work waits for {level}."))
        }
        None => Bilingual::new("没有作品在等审核。", "No work waits for review."),
    }
}

pub fn waiting(works: usize, overdue: usize) -> Bilingual {
    let late = match overdue {
        0 => Bilingual::new("", ""),
        n => Bilingual::new(format!("，其中 {n} 件已超时"), format!(", {n} of them overdue")),
    };
    Bilingual::new(
        format!("{works} 件作品在等审核{}。", late.zh),
        format!("{} for review{}.", counted(works, "work waits", "works wait"), late.en),
    )
}

pub fn overdue() -> Bilingual {
    Bilingual::new("已超时", "overdue")
}

/// After a signature.
pub fn approved(title: &str, level: &str, subject: &str, targets: usize, next: &Bilingual) -> Bilingual {
    let (title, level, short) = (Visible::of(title), Visible::of(level), short(subject));
    Bilingual::new(
        format!("《{title}》{level}通过（{targets} 个发布目标，内容编号 {short}）。现在：{}。", next.zh),
        format!(
            "\"{title}\" passed {level} ({}, subject {short}). Now: {}.",
            counted(targets, "target", "targets"),
            next.en
        ),
    )
}

pub fn not_itemised() -> Bilingual {
    Bilingual::new(
        "没有逐条填写审核要点，记录里记为“未逐条”。逐条填写：--check consent=是 --check ai=不涉及",
        "The checklist was not answered; the record says so. To answer: --check consent=yes --check ai=n/a",
    )
}

/// Signed although comments are open.
pub fn comments_open(comments: u32) -> Bilingual {
    Bilingual::new(
        format!(
            "还有 {comments} 条意见没有处理：jincai review show 查看，处理完用 jincai review resolve 编号 --by 姓名"
        ),
        format!(
            "{} still open: see `jincai review show`, and `jincai review resolve N --by NAME` when done",
            counted(comments, "comment is", "comments are")
        ),
    )
}

pub fn returned(title: &str, level: &str) -> Bilingual {
    let (title, level) = (Visible::of(title), Visible::of(level));
    Bilingual::new(
        format!("《{title}》已由{level}退回，原因写进投稿箱里文件旁边的结果。改好后重新投稿，审核重新开始。"),
        format!(
            "\"{title}\" was returned by {level}; the reason goes beside the file in the inbox. A new revision starts a new review."
        ),
    )
}

pub fn undone(title: &str, record: u64, next: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!("已撤回对《{title}》的意见（第 {record} 号记录仍保留）。现在：{}。", next.zh),
        format!("The decision on \"{title}\" was taken back (record {record} stays). Now: {}.", next.en),
    )
}

pub fn commented(title: &str, number: u64) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!(
            "已记下对《{title}》的意见，编号 {number}。处理完后：jincai review resolve {number} --by 姓名"
        ),
        format!(
            "Comment {number} on \"{title}\" was recorded. When it is done: jincai review resolve {number} --by NAME"
        ),
    )
}

pub fn resolved(title: &str, number: u64) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!("《{title}》的第 {number} 号意见已处理。"),
        format!("Comment {number} on \"{title}\" is done."),
    )
}

pub fn withdrawn(title: &str, target: Option<&str>) -> Bilingual {
    let (title, of) = (Visible::of(title), target.map(Visible::of));
    match of {
        Some(target) => Bilingual::new(
            format!("《{title}》的 {target} 已下架：从现在起不再发布、播放、报送。"),
            format!(
                "\"{title}\" was withdrawn from {target}: from now on it is not posted, shown or packed there."
            ),
        ),
        None => Bilingual::new(
            format!("《{title}》已下架：从现在起任何地方都不再发布、播放、报送。"),
            format!("\"{title}\" was withdrawn: from now on it is posted, shown or packed nowhere."),
        ),
    }
}

/// A post that is to be removed.
pub fn to_remove(target: &str, url: Option<&str>, account: Option<&str>, days: i64) -> Bilingual {
    let target = Visible::of(target);
    let where_at = url.map_or_else(|| "—".to_owned(), |url| Visible::of(url).to_string());
    let account = account.map(|it| format!(" {}", Visible::of(it))).unwrap_or_default();
    Bilingual::new(
        format!("  请删除：{target}{account}  {where_at}（已在线 {days} 天）"),
        format!("  to remove: {target}{account}  {where_at} (up for {})", counted(days, "day", "days")),
    )
}

pub fn nothing_to_remove() -> Bilingual {
    Bilingual::new("没有登记在外的发布链接。", "No post of it is on record.")
}

pub fn removal_receipts(missing: usize, work: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "还缺 {missing} 份删除回执。删除后登记：jincai posts add {work} 发布目标 --kind removal --url 链接 --by 姓名"
        ),
        format!(
            "{} missing. After removing: jincai posts add {work} TARGET --kind removal --url URL --by NAME",
            counted(missing, "removal receipt is", "removal receipts are")
        ),
    )
}

pub fn restored(title: &str, next: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!("《{title}》已恢复，审核重新开始。现在：{}。", next.zh),
        format!("\"{title}\" was restored and is reviewed anew. Now: {}.", next.en),
    )
}

/// `jincai restore` was given a file.
pub fn restore_is_for_works(file: &str) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!(
            "{file} 是文件。恢复作品登记库请用：jincai backup restore {file}；jincai restore 用来恢复下架的作品。"
        ),
        format!(
            "{file} is a file. To restore the catalogue: jincai backup restore {file}; `jincai restore` is for withdrawn works."
        ),
    )
}

/// What `verify` found.
pub fn chain_holds(records: u64, last: &str, files: usize) -> Bilingual {
    let last = short(last);
    Bilingual::new(
        format!(
            "{records} 条记录首尾相接，没有改动（最后一条 {last}）；可发布作品的 {files} 个文件与签字时一致。"
        ),
        format!(
            "{} in an unbroken chain (the last is {last}); {} of released works as signed.",
            counted(records, "record", "records"),
            counted(files, "file", "files")
        ),
    )
}

pub fn no_records() -> Bilingual {
    Bilingual::new("还没有审核记录。", "There are no records of reviews yet.")
}

pub fn chain_broken(seq: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "第 {seq} 号记录对不上：它或它前面的内容被改动过。请停止发布，用备份的登记库和 records.jsonl 核对。"
        ),
        format!(
            "Record {seq} does not fit: it, or what comes before it, was changed. Stop posting, and compare with a backup of \
             the catalogue and with records.jsonl."
        ),
    )
}

pub fn copy_differs() -> Bilingual {
    Bilingual::new(
        "作品库里的 records.jsonl 与登记库不一致。登记库为准；请把 records.jsonl 移走留作证据，下次操作会重新写出。",
        "records.jsonl in the library is not what the catalogue has. The catalogue counts: move the file away as evidence; it is \
         written again with the next action.",
    )
}

pub fn signed_file_changed(title: &str, target: &str, refusal: &Refusal) -> Bilingual {
    let (text, _) = review_refusals::refusal(refusal);
    let (title, target) = (Visible::of(title), Visible::of(target));
    Bilingual::new(format!("《{title}》{target}：{}", text.zh), format!("\"{title}\", {target}: {}", text.en))
}

pub fn level_unknown_state() -> Bilingual {
    Bilingual::new("不在审核中", "not under review")
}

/// The lines of a work's first signature, and of what changed since.
pub fn changed_since(targets: &[String]) -> Bilingual {
    Bilingual::new(
        format!("上次签字后有变化，需要重看：{}", joined(targets, Lang::Zh)),
        format!("changed since it was last signed, to be seen again: {}", joined(targets, Lang::En)),
    )
}

pub fn still_released(targets: &[String]) -> Bilingual {
    Bilingual::new(
        format!("已可发布、不用再看：{}", joined(targets, Lang::Zh)),
        format!("released already, not to be seen again: {}", joined(targets, Lang::En)),
    )
}

/// What to type to sign what is shown.
pub fn how_to_sign(work: &str, level: &str, subject: &str) -> Bilingual {
    let (work, level) = (Visible::of(work), Visible::of(level));
    let begins = &subject[..SHOWN_DIGITS.min(subject.len())];
    Bilingual::new(
        format!("通过：jincai review approve {work} --level {level} --by 姓名 --subject {begins}"),
        format!("to sign: jincai review approve {work} --level {level} --by NAME --subject {begins}"),
    )
}

pub fn no_time(given: &str) -> (Bilingual, Bilingual) {
    let given = Visible::of(given);
    (
        Bilingual::new(format!("看不懂时间“{given}”"), format!("\"{given}\" is no time")),
        Bilingual::new("写成 0:37、1:02:03 或 0:37-0:41", "write 0:37, 1:02:03 or 0:37-0:41"),
    )
}
