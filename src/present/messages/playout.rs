//! What the programme of screens says.

use super::review::joined;
use crate::model::language::{Bilingual, Lang};
use crate::model::playout::{BlockFit, Weekdays};
use crate::text::{Visible, counted};

/// Heads of tables and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    Screen,
    Time,
    From,
    Length,
    Work,
    Department,
    Kind,
    Block,
    Hours,
    Playlist,
    Before,
    Now,
    After,
}

pub fn head(head: Head) -> Bilingual {
    let (zh, en) = match head {
        Head::Screen => ("屏幕", "screen"),
        Head::Time => ("时间", "time"),
        Head::From => ("开始", "from"),
        Head::Length => ("时长", "length"),
        Head::Work => ("作品", "work"),
        Head::Department => ("单位", "department"),
        Head::Kind => ("类别", "kind"),
        Head::Block => ("时段", "block"),
        Head::Hours => ("亮屏", "lit"),
        Head::Playlist => ("播放列表", "playlist"),
        Head::Before => ("上一个", "before"),
        Head::Now => ("正在播", "now"),
        Head::After => ("下一个", "next"),
    };
    Bilingual::new(zh, en)
}

pub fn no_screens() -> (Bilingual, Bilingual) {
    (
        Bilingual::new("配置里没有屏幕", "the configuration names no screen"),
        Bilingual::new(
            "在 jincai.toml 里给每块屏幕写一段 [[screen]]，例如 id = \"canteen\"、name = \"食堂\"、target = \"screen\"",
            "write a [[screen]] for each of them in jincai.toml, such as id = \"canteen\", name = \"食堂\", target = \"screen\"",
        ),
    )
}

pub fn no_such_screen(given: &str, known: &[&str]) -> (Bilingual, Bilingual) {
    let given = Visible::of(given);
    let known: Vec<String> = known.iter().map(|id| (*id).to_owned()).collect();
    (
        Bilingual::new(format!("没有屏幕“{given}”"), format!("there is no screen \"{given}\"")),
        Bilingual::new(
            format!("有：{}", joined(&known, Lang::Zh)),
            format!("there are: {}", joined(&known, Lang::En)),
        ),
    )
}

pub fn programme_unreadable(detail: &str) -> Bilingual {
    let detail = Visible::of(detail);
    Bilingual::new(
        format!("作品登记库里的节目单读不出来：{detail}。可以用 `jincai backup restore` 恢复备份。"),
        format!(
            "the programme in the catalogue cannot be read: {detail}. `jincai backup restore` brings a backup back."
        ),
    )
}

pub fn no_key(detail: &str) -> Bilingual {
    let detail = Visible::of(detail);
    Bilingual::new(
        format!(
            "给节目单签名的密钥用不了：{detail}。看看作品库的权限和磁盘空间；密钥坏了就删掉它，屏幕要重新配对。"
        ),
        format!(
            "the key with which editions are signed cannot be used: {detail}. Look at the library's permissions and free space; \
             a broken key can be deleted, but then screens have to be paired again."
        ),
    )
}

pub fn no_date(given: &str) -> Bilingual {
    let given = Visible::of(given);
    Bilingual::new(
        format!("“{given}”不是日期，请写成 2026-11-30 这样"),
        format!("\"{given}\" is no date: write it as 2026-11-30"),
    )
}

pub fn no_time(given: &str) -> Bilingual {
    let given = Visible::of(given);
    Bilingual::new(
        format!("“{given}”不是时间，请写成 12:10 或 \"2026-11-30 12:10\""),
        format!("\"{given}\" is no time: write 12:10 or \"2026-11-30 12:10\""),
    )
}

/// One day of a programme. `hours` are the lit times; none: dark.
pub fn day(screen: &str, date: &str, hours: &[String], slots: usize) -> Bilingual {
    let screen = Visible::of(screen);
    if hours.is_empty() {
        return Bilingual::new(
            format!("{screen} {date}：这一天不亮屏"),
            format!("{screen} {date}: dark on this day"),
        );
    }
    let hours = hours.join("、");
    Bilingual::new(
        format!("{screen} {date}：亮屏 {hours}，{slots} 段"),
        format!("{screen} {date}: lit {hours}, {}", counted(slots as u64, "slot", "slots")),
    )
}

pub fn card() -> Bilingual {
    Bilingual::new("（校名卡）", "(the card)")
}

pub fn poster() -> Bilingual {
    Bilingual::new("海报", "poster")
}

pub fn looped() -> Bilingual {
    Bilingual::new("循环", "loop")
}

const WEEKDAYS_ZH: [(&str, &str); 7] = [
    ("mon", "周一"),
    ("tue", "周二"),
    ("wed", "周三"),
    ("thu", "周四"),
    ("fri", "周五"),
    ("sat", "周六"),
    ("sun", "周日"),
];

/// What a date counts as. `weekday` is its name in the configuration; `None`: closed.
pub fn counts_as(weekday: Option<&str>, is_exception: bool) -> Bilingual {
    let Some(weekday) = weekday.filter(|day| Weekdays::parse_one(day).is_some()) else {
        return Bilingual::new("（[[playout.days]] 写明不亮屏）", "(closed by [[playout.days]])");
    };
    let zh = WEEKDAYS_ZH.iter().find(|(name, _)| *name == weekday).map_or(weekday, |(_, zh)| zh);
    match is_exception {
        true => Bilingual::new(
            format!("（按 [[playout.days]] 当{zh}过）"),
            format!("(like {weekday}, by [[playout.days]])"),
        ),
        false => Bilingual::new(format!("（{zh}）"), format!("({weekday})")),
    }
}

/// When a screen is lit on the date, by which rule of hours (from 1), and whether it is at that moment.
pub fn hours(lit: Option<&str>, (rule, has_rules): (Option<usize>, bool), is_lit: bool) -> Bilingual {
    let Some(lit) = lit else {
        return Bilingual::new(
            "这一天不亮屏：没有一条 [[playout.hours]] 适合",
            "dark on this day: no [[playout.hours]] fits",
        );
    };
    let (zh, en) = match rule {
        Some(rule) => {
            (format!("（第 {rule} 条 [[playout.hours]]）"), format!(" ([[playout.hours]] no. {rule})"))
        }
        None if has_rules => (String::new(), String::new()),
        None => {
            ("（没有写 [[playout.hours]]，一直亮）".to_owned(), " (no [[playout.hours]]: always)".to_owned())
        }
    };
    let (now_zh, now_en) = if is_lit { ("", "") } else { ("；这一刻不亮", "; dark at this moment") };
    Bilingual::new(format!("{lit}{zh}{now_zh}"), format!("{lit}{en}{now_en}"))
}

/// Whether a block runs, and why not.
pub fn block(playlist: &str, fit: BlockFit, is_behind: bool) -> Bilingual {
    let playlist = Visible::of(playlist);
    match (fit, is_behind) {
        (BlockFit::Fits, false) => Bilingual::new(
            format!("正是它，播放列表 {playlist}"),
            format!("runs, with the playlist {playlist}"),
        ),
        (BlockFit::Fits, true) => {
            Bilingual::new("时间合适，但前面已有一个合适的", "fits, but one before it does as well")
        }
        (BlockFit::OtherDay, _) => Bilingual::new("不在这一天", "not on this day"),
        (BlockFit::OtherTime, _) => Bilingual::new("不在这个时间", "not at this time"),
    }
}

/// A playlist with how many works it holds; an empty id is all released works.
pub fn playlist(id: &str, works: usize) -> Bilingual {
    let count = counted(works as u64, "work", "works");
    match id {
        "" => Bilingual::new(format!("全部可发布的作品，{works} 件"), format!("all released works, {count}")),
        id => {
            let id = Visible::of(id);
            Bilingual::new(format!("{id}，{works} 件"), format!("{id}, {count}"))
        }
    }
}

/// A time without anything to show.
pub fn unfilled(screen: &str, (from, to): (&str, &str), block: Option<&str>) -> Bilingual {
    let screen = Visible::of(screen);
    let (zh, en) = match block {
        Some(block) => {
            let block = Visible::of(block);
            (format!("（“{block}”填不满）"), format!(" (\"{block}\" does not fill it)"))
        }
        None => (String::new(), String::new()),
    };
    Bilingual::new(
        format!(
            "{screen}：{from}–{to} 没有可播的作品，只显示校名卡{zh}。请放宽播放列表，或让更多作品通过审核。"
        ),
        format!(
            "{screen}: {from}–{to} has nothing to show but the card{en}. Widen its playlist, or have more works reviewed."
        ),
    )
}

pub fn and_more(count: usize) -> Bilingual {
    Bilingual::new(
        format!("……另有 {count} 条，用 --json 看全部"),
        format!("… and {count} more: --json shows all"),
    )
}

pub fn never_shown(title: &str, id: &str, why: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(
        format!("《{title}》（{id}）哪块屏幕都不播：{}", why.zh),
        format!("\"{title}\" ({id}) is on no screen: {}", why.en),
    )
}

pub fn not_made() -> Bilingual {
    Bilingual::new(
        "没有做屏幕用的成片；把屏幕的 target 加进 targets 后重新处理",
        "nothing was made for a screen; add the screens' targets to `targets` and run again",
    )
}

/// It is not released; `state` says how far it is.
pub fn not_released(state: &Bilingual) -> Bilingual {
    Bilingual::new(format!("还不能发布（{}）", state.zh), format!("it is not released ({})", state.en))
}

pub fn in_no_playlist() -> Bilingual {
    Bilingual::new("没有一个在用的播放列表包含它", "no playlist that runs holds it")
}

pub fn too_long(ms: u64) -> Bilingual {
    let minutes = ms.div_ceil(60_000);
    Bilingual::new(
        format!("约 {minutes} 分钟，比任何一段亮屏时间都长"),
        format!("it lasts {minutes} min, longer than every time at which screens are lit"),
    )
}

pub fn other_dates() -> Bilingual {
    Bilingual::new("[[playout.valid]] 定的日期不在这几天", "its dates in [[playout.valid]] are others")
}

pub fn no_turn() -> Bilingual {
    Bilingual::new("作品多、时间少，这几天轮不到", "there are so many works that its turn does not come")
}

/// The sum of a check.
pub fn checked(screens: usize, days: usize, (gaps, hidden): (usize, usize)) -> Bilingual {
    let screens_en = counted(screens as u64, "screen", "screens");
    Bilingual::new(
        format!("查了 {screens} 块屏幕今后 {days} 天：{gaps} 段没有节目，{hidden} 件作品哪里都不播。"),
        format!(
            "{screens_en}, {days} days: {gaps} times without anything to show, {hidden} works on no screen."
        ),
    )
}
