//! What is said of orders to screens: how far they are, takedowns, notices, self-tests.

use super::screens::NEVER;
use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::playout::SelftestResult;
use crate::text::counted;

pub fn not_served() -> Bilingual {
    Bilingual::new(
        "播出服务没有运行，屏幕要等它运行后才知道：jincai playout serve。",
        "Screens are not being served: they learn of it once jincai playout serve runs.",
    )
}

/// How far one screen is with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// Told by the screen itself.
    Done,
    /// It will, before it shows anything.
    Pending,
    /// No device is paired with it.
    Unpaired,
}

/// The first line of the receipts of a takedown.
pub fn takedown(done: usize, all: usize) -> Bilingual {
    Bilingual::new(
        format!("屏幕：{all} 块里 {done} 块已撤下。"),
        format!("Screens: {done} of {all} have removed it."),
    )
}

/// One screen's receipt of a takedown. `at`: a time of day, with the date where it is not today.
pub fn receipt(name: &str, carried: Carried, at: Option<&str>, had_it: bool) -> Bilingual {
    let name = shown(name);
    let at =
        at.map_or_else(|| (NEVER.zh.to_owned(), NEVER.en.to_owned()), |at| (at.to_owned(), at.to_owned()));
    match (carried, had_it) {
        (Carried::Done, true) => {
            Bilingual::new(format!("  {name}：{} 已撤下", at.0), format!("  {name}: removed {}", at.1))
        }
        (Carried::Done, false) => Bilingual::new(
            format!("  {name}：节目单里没有它，{} 已确认", at.0),
            format!("  {name}: was not on its programme, confirmed {}", at.1),
        ),
        (Carried::Pending, _) => Bilingual::new(
            format!("  {name}：最近一次联系是 {}，恢复联系后先撤下，再播放别的", at.0),
            format!("  {name}: last heard {}, will remove it before it shows anything", at.1),
        ),
        (Carried::Unpaired, _) => {
            Bilingual::new(format!("  {name}：没有配对的设备"), format!("  {name}: no device is paired"))
        }
    }
}

pub fn stick(number: u64, screen: &str, date: &str, by: &str) -> Bilingual {
    let (screen, date, by) = (shown(screen), shown(date), shown(by));
    Bilingual::new(
        format!("  U 盘 {number}（{screen}，{date}，{by}）：里面有这件作品，请收回"),
        format!("  stick {number} ({screen}, {date}, {by}): it holds the work, fetch it"),
    )
}

pub fn darkened(names: &str) -> Bilingual {
    let names = shown(names);
    Bilingual::new(
        format!("已命令关闭画面，只显示待机画面：{names}。恢复用 jincai playout light。"),
        format!("Told to show the card alone: {names}. jincai playout light ends it."),
    )
}

pub fn lit(names: &str) -> Bilingual {
    let names = shown(names);
    Bilingual::new(format!("已命令恢复播放：{names}。"), format!("Told to play again: {names}."))
}

pub fn all_screens() -> Bilingual {
    Bilingual::new("全部屏幕", "all screens")
}

pub fn carried(name: &str, carried: Carried, at: Option<&str>) -> Bilingual {
    let name = shown(name);
    let at =
        at.map_or_else(|| (NEVER.zh.to_owned(), NEVER.en.to_owned()), |at| (at.to_owned(), at.to_owned()));
    match carried {
        Carried::Done => {
            Bilingual::new(format!("  {name}：{} 已执行", at.0), format!("  {name}: done {}", at.1))
        }
        Carried::Pending => Bilingual::new(
            format!("  {name}：最近一次联系是 {}，恢复联系后执行", at.0),
            format!("  {name}: last heard {}, will do it once it is heard again", at.1),
        ),
        Carried::Unpaired => {
            Bilingual::new(format!("  {name}：没有配对的设备"), format!("  {name}: no device is paired"))
        }
    }
}

pub fn noticed(id: u64, names: &str, until: &str) -> Bilingual {
    let (names, until) = (shown(names), shown(until));
    Bilingual::new(
        format!("通知 {id} 已发出（{names}），显示到 {until}。提前结束：jincai notice end {id} --by 姓名"),
        format!(
            "Notice {id} is out ({names}) until {until}. To end it before: jincai notice end {id} --by NAME"
        ),
    )
}

pub fn notice_ended(id: u64) -> Bilingual {
    Bilingual::new(format!("通知 {id} 已结束。"), format!("Notice {id} has ended."))
}

pub fn no_such_notice(id: u64) -> Bilingual {
    Bilingual::new(format!("没有编号为 {id} 的通知正在显示。"), format!("No notice {id} is being shown."))
}

pub fn notice_empty() -> Bilingual {
    Bilingual::new(
        "通知没有内容：请写文字，或用 --poster 选一件海报。",
        "The notice is empty: write a text, or name a poster with --poster.",
    )
}

pub fn notice_too_long(most: usize) -> Bilingual {
    Bilingual::new(
        format!("通知太长，屏幕上看不清。标题和正文合起来请不超过 {most} 个字；更多内容请做成海报。"),
        format!(
            "The notice is too long to be read: at most {most} characters with its title. Make a poster for more."
        ),
    )
}

pub fn minutes_odd(most: u32) -> Bilingual {
    Bilingual::new(
        format!("--minutes 请写 1 到 {most}；更长的请到时再发一次，或做成节目。"),
        format!(
            "--minutes is from 1 to {most}; for longer send it again, or make it a work of the programme."
        ),
    )
}

pub fn poster_not_released(title: &str, target: &str) -> Bilingual {
    let (title, target) = (shown(title), shown(target));
    Bilingual::new(
        format!(
            "《{title}》还不能在 {target} 上显示：没有审核通过，或文件与审核时不一样。见 jincai review show。"
        ),
        format!(
            "“{title}” may not be shown on {target}: it is not released, or its file is not what was signed. See jincai review show."
        ),
    )
}

pub fn no_picture(title: &str, target: &str) -> Bilingual {
    let (title, target) = (shown(title), shown(target));
    Bilingual::new(
        format!("《{title}》没有 {target} 大小的图片，不能当通知显示。"),
        format!("“{title}” has no picture in the size of {target}; it cannot be a notice."),
    )
}

pub fn selftest_ordered(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(
        format!("{name}开始自检，约三分钟，期间显示测试画面。"),
        format!("{name} runs its self-test: about three minutes of test pictures."),
    )
}

pub fn selftest_pending(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(
        format!("{name}还没有报告结果。结果出来后用 jincai screens --json 查看。"),
        format!("{name} has not told a result yet. See jincai screens --json later."),
    )
}

pub fn selftest(name: &str, found: &SelftestResult) -> Bilingual {
    let name = shown(name);
    let (p50, max) = (found.gap_p50_ms, found.gap_max_ms);
    let decks = if found.two_decks { ("可以", "can") } else { ("不能", "cannot") };
    Bilingual::new(
        format!(
            "{name}自检：切换 {} 次，间隔中位数 {p50:.0} 毫秒、最长 {max:.0} 毫秒；应有画面 {} 帧，看到 {} 帧，错误 {} 帧；{}同时解码两路。黑屏要靠人看，自检看不到。",
            found.changes, found.frames_wanted, found.frames_seen, found.wrong, decks.0
        ),
        format!(
            "{name}: {}, gap {p50:.0} ms in the middle, {max:.0} ms at most; {} frames wanted, {} seen, {} wrong; it {} decode two at once. Black can only be seen by a person.",
            counted(found.changes, "change", "changes"),
            found.frames_wanted,
            found.frames_seen,
            found.wrong,
            decks.1
        ),
    )
}
