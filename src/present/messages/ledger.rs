//! The words of 信息发布台账 and of what checks it.

use super::report::Fixed;
use super::template::shown;
use crate::model::language::Bilingual;
use crate::text::counted;

pub const LEDGER: Fixed = Fixed::new("信息发布台账", "ledger of what screens showed");
pub const SUM: Fixed = Fixed::new("合计", "sum");
pub const LOST: Fixed = Fixed::new("（记录遗失，只知道次数）", "(lost: only the number is known)");
pub const NOT_KNOWN: Fixed = Fixed::new("（不在任何节目单里的文件）", "(a file of no programme)");
pub const NO_LINES: Fixed =
    Fixed::new("这段时间没有播放记录。", "Nothing was played or planned in this period.");

/// In the order of the columns.
pub const HEADS: [Fixed; 13] = [
    Fixed::new("日期", "date"),
    Fixed::new("屏幕", "screen"),
    Fixed::new("位置", "place"),
    Fixed::new("作品", "work"),
    Fixed::new("系部", "department"),
    Fixed::new("首播", "first"),
    Fixed::new("末播", "last"),
    Fixed::new("次数", "plays"),
    Fixed::new("完整次数", "whole"),
    Fixed::new("总时长", "total"),
    Fixed::new("计划次数", "planned"),
    Fixed::new("审核人", "signed by"),
    Fixed::new("文件校验和", "SHA-256"),
];

pub fn made(at: &str, lines: usize) -> Bilingual {
    let at = shown(at);
    Bilingual::new(
        format!("共 {lines} 行，制表时间 {at}。时间是屏幕所在地的时间；当天的行到制表时为止。"),
        format!(
            "{}, made at {at}. Times are those of the place; today's lines are as of now.",
            counted(lines, "line", "lines")
        ),
    )
}

/// Plays that were kept aside, by reason.
pub fn kept_aside(reason: &str, count: u64) -> Bilingual {
    let (zh, en) = match reason {
        "form" => ("格式不对", "are malformed"),
        "time" => ("时间不可能", "have an impossible time"),
        "too_long" => ("时长超过实际经过的时间", "lasted longer than the time that passed"),
        "overlap" => ("与同一块屏幕的另一次播放重叠", "overlap another play of the same screen"),
        "late" => ("到得太晚，那一天已经封存", "came after their day was closed"),
        "screen" => ("播的是另一块屏幕的节目", "were played from the programme of another screen"),
        _ => ("原因不明", "are odd"),
    };
    Bilingual::new(
        format!("另有 {count} 条播放记录没有计入：{zh}。它们单独留存在登记库里。"),
        format!("{} not counted: they {en}. They are kept aside.", counted(count, "play is", "plays are")),
    )
}

pub fn sound(days: usize) -> Bilingual {
    match days {
        0 => Bilingual::new("还没有封存的日子。", "No day is closed yet."),
        _ => Bilingual::new(
            format!("核对了 {days} 天，台账与封存时一致。"),
            format!("{} checked: the ledger is as it was closed.", counted(days, "day was", "days were")),
        ),
    }
}

/// What is wrong with a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerFault {
    /// Its hash is not that of its content and the hash before it.
    Hash,
    /// It does not follow the day before it.
    Order,
    /// Its rows are not those that were closed.
    Rows,
    /// Its plays do not fold into its rows.
    Plays,
}

pub fn broken(date: &str, fault: LedgerFault) -> Bilingual {
    let date = shown(date);
    let (zh, en) = match fault {
        LedgerFault::Hash => ("封存的内容与它的校验值对不上", "its closed content does not have its hash"),
        LedgerFault::Order => ("它与前一天接不上，中间少了日子", "it does not follow the day before it"),
        LedgerFault::Rows => ("台账的行被改过", "its rows were changed"),
        LedgerFault::Plays => ("播放记录被改过，折算不出封存的行", "its plays were changed"),
    };
    Bilingual::new(
        format!(
            "{date} 的台账与封存时不一致：{zh}。这一天之前的没有问题；请从备份里找出当时的登记库对照（jincai backup restore）。"
        ),
        format!(
            "The ledger of {date} is not as it was closed: {en}. The days before it are sound; compare with a backup of the catalogue (jincai backup restore)."
        ),
    )
}

pub fn bad_date(option: &str, given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("{option} 的“{given}”不是日期，请写成 2026-11-30 的样子。"),
        format!("“{given}” of {option} is no date; write it like 2026-11-30."),
    )
}

pub fn reversed(from: &str, to: &str) -> Bilingual {
    let (from, to) = (shown(from), shown(to));
    Bilingual::new(
        format!("开始日期 {from} 在结束日期 {to} 之后，请对调。"),
        format!("The period begins on {from}, after its end {to}: exchange them."),
    )
}

pub fn period_needed() -> Bilingual {
    Bilingual::new(
        "请写明哪几天：jincai playout ledger --from 2026-11-01 --to 2026-11-30；核对用 --verify。",
        "Say which days: jincai playout ledger --from 2026-11-01 --to 2026-11-30; --verify checks them.",
    )
}
