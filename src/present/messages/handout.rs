//! What goes with a stick, and what is said when it is made.

use crate::model::language::Bilingual;
use crate::text::{Visible, counted};

/// What the sheet on a stick says of it.
#[derive(Clone, Debug)]
pub struct StickSheet<'a> {
    pub number: u64,
    pub screen: &'a str,
    pub place: &'a str,
    pub college: &'a str,
    pub made: &'a str,
    pub good_until: &'a str,
    pub by: &'a str,
    pub works: &'a [String],
    /// Left out of films and lists, since they are for some dates only.
    pub dated: &'a [String],
    pub reels: &'a [String],
}

/// The sheet, with the line ends of Windows and a byte order mark, so that its editor reads it.
pub fn sheet(it: &StickSheet<'_>) -> String {
    let plain = |text: &str| Visible::of(text).to_string();
    let place = if it.place.is_empty() { String::new() } else { format!("（{}）", plain(it.place)) };
    let mut lines = vec![
        format!("{} 校园屏幕播放盘 第 {} 号", plain(it.college), it.number),
        String::new(),
        format!("给哪块屏幕：{}{place}", plain(it.screen)),
        format!("制作时间：{}    制作人：{}", it.made, plain(it.by)),
        format!("节目单有效期至：{}    到期请找宣传部换新的。", it.good_until),
        String::new(),
        "怎么播：".to_owned(),
        format!("1. 电视机：插上 U 盘，选 {}，设为“单曲循环”或“重复播放”。", it.reels.join("、")),
        "2. Windows 电脑：双击“播放.html”，再按 F11 全屏。按节目单和时间自动播放，不用联网。".to_owned(),
        "3. VLC 播放器：打开 playlist.m3u8，点循环按钮。".to_owned(),
        "4. mpv 播放器：在这个文件夹里运行 mpv --config-dir=. playlist.m3u8".to_owned(),
        String::new(),
        "注意：".to_owned(),
        "· 只播这里面的文件，都是审核通过的；不要往里加别的，也不要改名。".to_owned(),
        "· 接到下架通知时，请立刻停播，把盘交回宣传部。".to_owned(),
        "· 屏幕花屏、不动、不循环，先重新插拔；还不行，换“2”或“3”的办法，并告诉宣传部。".to_owned(),
        "· 播放记录：交回之前在“播放.html”里按 E 键，把存下的文件一起交来。".to_owned(),
        "· 核对文件有没有损坏：sha256sum -c 校验.sha256".to_owned(),
        String::new(),
        format!("内容（{} 件）：", it.works.len()),
    ];
    lines.extend(
        it.works.iter().enumerate().map(|(index, title)| format!("{:3}. {}", index + 1, plain(title))),
    );
    if !it.dated.is_empty() {
        lines.push(String::new());
        lines.push("只在规定日期播、所以影片和播放列表里没有（“播放.html”里有）：".to_owned());
        lines.extend(it.dated.iter().map(|title| format!("  · {}", plain(title))));
    }
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// Name of the page that plays by a double click.
pub const PAGE: &str = "播放.html";

/// Name of the sheet.
pub const SHEET: &str = "说明.txt";

/// Name of the file of digests.
pub const SUMS: &str = "校验.sha256";

pub fn page_title(college: &str, screen: &str) -> String {
    format!("{} {}", Visible::of(college), Visible::of(screen))
}

pub fn nothing_to_show(screen: &str) -> (Bilingual, Bilingual) {
    let screen = Visible::of(screen);
    (
        Bilingual::new(
            format!("“{screen}”没有可播的作品，盘没有做"),
            format!("\"{screen}\" has nothing to show: no stick was made"),
        ),
        Bilingual::new(
            "`jincai playout check` 说明为什么；作品要先通过审核",
            "`jincai playout check` says why; works have to be reviewed first",
        ),
    )
}

pub fn no_place(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(format!("没有文件夹 {path}"), format!("there is no folder {path}")),
        Bilingual::new("U 盘插好了吗？写它的挂载位置", "is the stick plugged in? name where it is mounted"),
    )
}

pub fn too_little_space(path: &str, needed: u64, free: u64) -> (Bilingual, Bilingual) {
    let (path, needed, free) = (Visible::of(path), megabytes(needed), megabytes(free));
    (
        Bilingual::new(
            format!("{path} 只剩 {free} MB，需要 {needed} MB，什么也没写"),
            format!("{path} has {free} MB left and {needed} MB are needed: nothing was written"),
        ),
        Bilingual::new(
            "换一个大些的盘，或加 --only reel（只要影片）、--only folder（只要文件夹）",
            "take a larger one, or add --only reel (the film alone) or --only folder (the files alone)",
        ),
    )
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

pub fn reel_label(name: &str) -> Bilingual {
    Bilingual::new(format!("合成 {name}"), format!("joining {name}"))
}

pub fn copy_label(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("拷贝 {title}"), format!("copying {title}"))
}

/// Speed, and the seconds that are left.
pub fn pace(bytes_a_second: f64, left_s: u64) -> Bilingual {
    let speed = bytes_a_second / 1e6;
    Bilingual::new(
        format!("{speed:.1} MB/s，还要 {}", clock(left_s)),
        format!("{speed:.1} MB/s, {} left", clock(left_s)),
    )
}

fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

pub fn reel_is_wrong(name: &str) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("合成的 {name} 检查没有通过，盘没有做"),
            format!("{name} was not as it must be when it was checked: no stick was made"),
        ),
        Bilingual::new(
            "用 `jincai verify` 检查作品库；或加 --only folder 只要文件夹",
            "`jincai verify` checks the library; --only folder leaves the film out",
        ),
    )
}

/// The stick is made.
pub fn made(number: u64, screen: &str, (path, works): (&str, usize), good_until: &str) -> Bilingual {
    let (screen, path) = (Visible::of(screen), Visible::of(path));
    Bilingual::new(
        format!(
            "第 {number} 号盘做好了：{screen}，{works} 件作品，有效期至 {good_until}。\n{path}\n请弹出后再拔。收回时：jincai playout sticks --returned {number}"
        ),
        format!(
            "Stick {number} is made: {screen}, {}, good until {good_until}.\n{path}\nEject it before you pull it out. \
             When it is back: jincai playout sticks --returned {number}",
            counted(works as u64, "work", "works")
        ),
    )
}

pub fn no_sticks() -> Bilingual {
    Bilingual::new("还没有做过盘", "no stick was made yet")
}

pub fn no_such_stick(number: u64) -> Bilingual {
    Bilingual::new(format!("没有第 {number} 号盘"), format!("there is no stick {number}"))
}

pub fn returned(number: u64, screen: &str) -> Bilingual {
    let screen = Visible::of(screen);
    Bilingual::new(
        format!("第 {number} 号盘（{screen}）已收回"),
        format!("stick {number} ({screen}) is back"),
    )
}

pub fn plays_unreadable(file: &str, detail: &str) -> Bilingual {
    let (file, detail) = (Visible::of(file), Visible::of(detail));
    Bilingual::new(format!("读不了 {file}：{detail}"), format!("{file} cannot be read: {detail}"))
}

pub fn no_plays(file: &str) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!(
            "{file} 不是盘上的播放记录，什么也没登记。请在盘上打开“播放.html”，按 E 键再存一次，原样交来"
        ),
        format!(
            "{file} holds no plays of a stick: nothing was taken in. Open the page on the stick, press E to save them again, and hand the file in as it is"
        ),
    )
}

/// `plays`: counted, and kept aside.
pub fn plays_taken(number: u64, screen: &str, (plays, aside): (usize, usize)) -> Bilingual {
    let screen = Visible::of(screen);
    let mut said = Bilingual::new(
        format!("第 {number} 号盘（{screen}）：登记了 {plays} 条播放记录"),
        format!("stick {number} ({screen}): {} taken in", counted(plays as u64, "play was", "plays were")),
    );
    if aside > 0 {
        said.zh.push_str(&format!("，另有 {aside} 条没有计入，原因见 jincai playout ledger"));
        said.en.push_str(&format!(", {aside} kept aside; jincai playout ledger says why"));
    }
    said
}

/// Heads of the table of sticks.
pub fn stick_heads() -> [Bilingual; 7] {
    [
        Bilingual::new("编号", "number"),
        Bilingual::new("屏幕", "screen"),
        Bilingual::new("制作", "made"),
        Bilingual::new("制作人", "by"),
        Bilingual::new("有效期至", "good until"),
        Bilingual::new("作品", "works"),
        Bilingual::new("收回", "back"),
    ]
}
