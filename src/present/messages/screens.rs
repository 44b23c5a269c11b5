//! What is said of screens: how they are, pairing, troubles, and the server.

use super::report::Fixed;
use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::playout::{FaultKind, ScreenNews, Trouble};
use crate::text::counted;

pub const HEADS: [Fixed; 9] = [
    Fixed::new("屏幕", "screen"),
    Fixed::new("位置", "place"),
    Fixed::new("状态", "state"),
    Fixed::new("最近一次联系", "last heard"),
    Fixed::new("节目单", "edition"),
    Fixed::new("正在播放", "on now"),
    Fixed::new("画面", "frames"),
    Fixed::new("文件", "files"),
    Fixed::new("剩余空间", "free"),
];

pub const CARD: Fixed = Fixed::new("（待机画面）", "(the card)");
pub const DARK: Fixed = Fixed::new("（关闭）", "(dark)");
pub const NOTICE: Fixed = Fixed::new("（通知）", "(a notice)");
pub const NEVER: Fixed = Fixed::new("从未", "never");
pub const NO_EDITION: Fixed = Fixed::new("没有", "none");
pub const CURRENT: Fixed = Fixed::new("最新", "current");
pub const BEHIND: Fixed = Fixed::new("还是旧的", "behind");
pub const NOT_MOVING: Fixed = Fixed::new("无需动", "still");

/// How a screen is, in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenState {
    Unpaired,
    /// Paired, and never heard.
    Waiting,
    Silent,
    Frozen,
    Dark,
    Well,
}

pub fn state(state: ScreenState) -> Bilingual {
    let (zh, en) = match state {
        ScreenState::Unpaired => ("未配对", "not paired"),
        ScreenState::Waiting => ("已配对，还没有联系", "paired, not heard yet"),
        ScreenState::Silent => ("没有联系", "silent"),
        ScreenState::Frozen => ("画面不动", "frozen"),
        ScreenState::Dark => ("已关闭", "dark"),
        ScreenState::Well => ("正常", "well"),
    };
    Bilingual::new(zh, en)
}

/// What a person should look at, below the list.
pub fn insecure(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(
        format!(
            "{name}：网页通过普通 http 打开，断网后重启就没有画面。请改用 jincai screen，或按说明设置浏览器。"
        ),
        format!(
            "{name}: its page came over plain http and will show nothing after a restart without network. Use jincai screen there, or set its browser up as told."
        ),
    )
}

pub fn no_screens() -> Bilingual {
    Bilingual::new(
        "配置里还没有屏幕。请在 jincai.toml 里写 [[screen]]（id、name、target），再试。",
        "No screen is configured. Write a [[screen]] (id, name, target) in jincai.toml and try again.",
    )
}

pub fn no_such_screen(given: &str, known: &[&str]) -> Bilingual {
    let (given, known) = (shown(given), known.iter().map(|id| shown(id)).collect::<Vec<_>>().join("、"));
    Bilingual::new(
        format!("没有叫“{given}”的屏幕。配置里有：{known}。"),
        format!("There is no screen “{given}”. The configuration has: {known}."),
    )
}

pub fn which_screens() -> Bilingual {
    Bilingual::new("请写明哪些屏幕；全部屏幕用 --all。", "Say which screens; all of them with --all.")
}

pub fn no_name() -> Bilingual {
    Bilingual::new("请写明是谁：--by 姓名。", "Say who: --by NAME.")
}

pub fn serving(address: &str, screens: usize) -> Bilingual {
    let address = shown(address);
    Bilingual::new(
        format!("正在为 {screens} 块屏幕服务：在屏幕的浏览器里打开 http://{address}/ 。按 Ctrl+C 停止。"),
        format!(
            "Serving {}: open http://{address}/ in their browsers. Ctrl+C ends it.",
            counted(screens, "screen", "screens")
        ),
    )
}

pub fn open_to_others(address: &str) -> Bilingual {
    let address = shown(address);
    Bilingual::new(
        format!(
            "注意：{address} 对网络上的其他机器开放，而且没有加密。请只在屏幕专用的网段使用，用防火墙挡住其他机器；同一网段上的人可以冒充服务器。"
        ),
        format!(
            "Attention: {address} is open to other machines, without encryption. Use it in a network of the screens' own, behind a firewall; whoever is in that network can pose as the server."
        ),
    )
}

pub fn no_address(address: &str, detail: &str) -> Bilingual {
    let (address, detail) = (shown(address), shown(detail));
    Bilingual::new(
        format!("不能在 {address} 上监听（{detail}）。请换一个端口：--listen 127.0.0.1:8721。"),
        format!("Cannot listen on {address}: {detail}. Choose another port: --listen 127.0.0.1:8721."),
    )
}

pub fn served_already(holder: &str, stranger: Option<&str>) -> Bilingual {
    let holder = shown(holder);
    match stranger.map(shown) {
        Some(stranger) => Bilingual::new(
            format!(
                "这个作品库的播出锁被别的程序占着：进程 {holder}（{stranger}），它不是津彩。请查清是谁（ps -fp {holder}）。"
            ),
            format!(
                "The lock of this library's screens is held by process {holder} ({stranger}), which is not jincai. Find out whose it is (ps -fp {holder})."
            ),
        ),
        None => Bilingual::new(
            format!(
                "这个作品库的屏幕已经有一个 jincai playout serve 在服务（进程 {holder}）。要换成这一个，请先停掉那一个：kill {holder}"
            ),
            format!(
                "The screens of this library are already served by process {holder}. To start this one, stop that one first: kill {holder}"
            ),
        ),
    }
}

pub fn stopped() -> Bilingual {
    Bilingual::new(
        "播出服务已停止；屏幕继续播放已有的节目单。",
        "No longer serving; screens go on with what they have.",
    )
}

pub fn waiting(code: &str, address: &str) -> Bilingual {
    let (code, address) = (shown(code), shown(address));
    Bilingual::new(
        format!("{address} 的一块屏幕等待配对：jincai screens pair {code} 屏幕 --by 姓名"),
        format!("A screen at {address} waits: jincai screens pair {code} SCREEN --by NAME"),
    )
}

pub fn paired_now(screen: &str, by: &str, address: &str) -> Bilingual {
    let (screen, by, address) = (shown(screen), shown(by), shown(address));
    Bilingual::new(
        format!("{screen} 已配对（{address}，由{by}操作）。"),
        format!("{screen} is paired ({address}, by {by})."),
    )
}

pub fn planned(screens: usize) -> Bilingual {
    Bilingual::new(
        format!("{screens} 块屏幕有新的节目单。"),
        format!("{} a new programme.", counted(screens, "screen has", "screens have")),
    )
}

pub fn revoked(files: usize, screens: usize) -> Bilingual {
    Bilingual::new(
        format!("{screens} 块屏幕要撤下 {files} 个文件。"),
        format!(
            "{} to be removed from {}.",
            counted(files, "file is", "files are"),
            counted(screens, "screen", "screens")
        ),
    )
}

pub fn failed(what: &str, detail: &str) -> Bilingual {
    let (what, detail) = (shown(what), shown(detail));
    Bilingual::new(
        format!("没有做成（{what}）：{detail}。会自动再试；屏幕继续播放已有的节目单。"),
        format!("Not done ({what}): {detail}. It is tried again; screens go on with what they have."),
    )
}

/// The last screen was struck off the configuration of a running server: the problem, and what to do.
pub fn no_screen_left() -> (Bilingual, Bilingual) {
    (
        Bilingual::new("里面一块屏幕也没有了", "it has no screen any more"),
        Bilingual::new(
            "不再播出请停掉 jincai playout serve；否则请写回 [[screen]]",
            "to show nothing at all stop jincai playout serve; else write the [[screen]] back",
        ),
    )
}

/// `restart`: keys that only another start takes over.
pub fn configured(file: &str, screens: usize, restart: &[&str]) -> Bilingual {
    let file = shown(file);
    let mut said = Bilingual::new(
        format!("{file} 改过了，已按新的配置播出（{screens} 块屏幕）。"),
        format!("{file} was changed and is in force ({}).", counted(screens, "screen", "screens")),
    );
    if !restart.is_empty() {
        said.zh.push_str(&format!("其中 {} 要重新启动 jincai playout serve 才生效。", restart.join("、")));
        said.en.push_str(&format!(
            " Only another start of jincai playout serve takes over: {}.",
            restart.join(", ")
        ));
    }
    said
}

/// `at`: line and column.
pub fn misconfigured(
    file: &str,
    at: Option<(usize, usize)>,
    problem: &Bilingual,
    hint: &Bilingual,
) -> Bilingual {
    let file = shown(file);
    let (zh, en) = match at {
        Some((line, column)) => {
            (format!("{file} 第 {line} 行第 {column} 列"), format!("{file}, line {line}, column {column}"))
        }
        None => (file.to_string(), file.to_string()),
    };
    Bilingual::new(
        format!("{zh}：{}（{}）。仍按原来的配置播出。", shown(&problem.zh), shown(&hint.zh)),
        format!("{en}: {} ({}). What was in force stays in force.", shown(&problem.en), shown(&hint.en)),
    )
}

pub fn closed(days: usize) -> Bilingual {
    Bilingual::new(
        format!("台账封存了 {days} 天。"),
        format!("{} of the ledger closed.", counted(days, "day was", "days were")),
    )
}

/// One line about a trouble that begins or ends. `since` is a time of day.
pub fn news(news: &ScreenNews, since: &str) -> Bilingual {
    let name = shown(&news.name);
    let place = if news.place.is_empty() { String::new() } else { format!("（{}）", shown(&news.place)) };
    let (zh, en) = match (&news.trouble, news.well) {
        (Trouble::Silent { .. }, false) => (
            format!("{since} 起没有联系。请看看屏幕和它的电脑是否开着、网络是否通"),
            format!("silent since {since}; see whether it and its computer are on, and the network"),
        ),
        (Trouble::Silent { .. }, true) => ("恢复联系".into(), "is heard again".into()),
        (Trouble::Frozen { ms }, false) => (
            format!("画面已经 {} 秒不动，程序还在应答。请到现场看看，必要时重启浏览器", ms / 1_000),
            format!(
                "its picture has not moved for {} s though it answers; look at it, restart its browser",
                ms / 1_000
            ),
        ),
        (Trouble::Frozen { .. }, true) => ("画面恢复".into(), "its picture moves again".into()),
        (Trouble::Faulty { title, kind, sha256, .. }, false) => {
            let (what, kind) = (title_or(title, sha256), fault(*kind));
            (format!("{what}：{}，已跳过", kind.zh), format!("{what}: {}; skipped", kind.en))
        }
        (Trouble::Faulty { title, sha256, .. }, true) => {
            let what = title_or(title, sha256);
            (format!("{what} 能播放了"), format!("{what} plays now"))
        }
        (Trouble::Canvas { viewport: [w, h], canvas: [cw, ch] }, false) => (
            format!("网页是 {w}×{h} 像素，画布是 {cw}×{ch}：请全屏显示，或检查缩放和输出分辨率"),
            format!(
                "its page has {w}×{h} pixels, the canvas {cw}×{ch}: make it full screen, check zoom and resolution"
            ),
        ),
        (Trouble::Canvas { .. }, true) => ("网页的大小对了".into(), "its page has the right size now".into()),
        (Trouble::Disk { free }, false) => (
            format!("只剩 {} MB 空间，请清理", free >> 20),
            format!("only {} MB are free; make room", free >> 20),
        ),
        (Trouble::Disk { .. }, true) => ("空间够了".into(), "has space again".into()),
    };
    Bilingual::new(format!("{name}{place}：{zh}"), format!("{name}: {en}"))
}

fn title_or(title: &str, sha256: &str) -> String {
    match title {
        "" => sha256.chars().take(12).collect(),
        title => shown(title),
    }
}

pub fn fault(kind: FaultKind) -> Bilingual {
    let (zh, en) = match kind {
        FaultKind::Broken => ("放不出来，或内容不对", "cannot be shown, or is not what it should be"),
        FaultKind::Stalled => ("画面没有动起来", "did not begin, or stood still"),
        FaultKind::Missing => ("取不到文件", "could not be fetched"),
        FaultKind::Edition => ("节目单被拒收", "an edition was refused"),
        FaultKind::Disk => ("空间不足", "too little space"),
        FaultKind::Clock => ("时钟跳变或不准", "its clock jumped or is unknown"),
        FaultKind::Lost => ("丢失了存下的记录或文件", "stored plays or files were lost"),
        FaultKind::Page => ("网页出错", "an error in the page"),
    };
    Bilingual::new(zh, en)
}

pub fn fault_line(
    name: &str,
    at: &str,
    kind: FaultKind,
    (what, detail, count): (&str, &str, u32),
) -> Bilingual {
    let (name, what, detail, said) = (shown(name), shown(what), shown(detail), fault(kind));
    let detail = if detail.is_empty() { String::new() } else { format!("（{detail}）") };
    let about = if what.is_empty() { String::new() } else { format!(" {what}") };
    Bilingual::new(
        format!("{name} {at}{about}：{}{detail}，{count} 次", said.zh),
        format!("{name} {at}{about}: {}{detail}, {}", said.en, counted(count, "time", "times")),
    )
}

pub fn bad_code(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("“{given}”不是配对码。请照屏幕上显示的输入，例如 K7MX-2QPD。"),
        format!("“{given}” is no code. Type what the screen shows, such as K7MX-2QPD."),
    )
}

pub fn code_unknown(code: &str) -> Bilingual {
    Bilingual::new(
        format!("没有屏幕在显示 {code}。请核对屏幕上的配对码；输错五次后，等待的屏幕会换新码。"),
        format!(
            "No screen shows {code}. Compare it with the screen; after five wrong codes waiting screens show new ones."
        ),
    )
}

pub fn code_taken(code: &str) -> Bilingual {
    Bilingual::new(
        format!("{code} 已经用过了，一个码只能用一次。请在屏幕上刷新，用新的码。"),
        format!(
            "{code} was used already; a code is good for once. Reload the page on the screen and use its new code."
        ),
    )
}

pub fn code_expired(code: &str) -> Bilingual {
    Bilingual::new(
        format!("{code} 已经过期（十分钟内有效，输错五次也会失效）。请在屏幕上刷新，用新的码。"),
        format!(
            "{code} has expired: it is good for ten minutes and five wrong tries. Reload the page on the screen and use its new code."
        ),
    )
}

/// A page with its address and pixels became a screen; another device may have been that before.
pub fn paired(name: &str, (address, [width, height]): (&str, [u32; 2]), had_device: bool) -> Bilingual {
    let (name, address) = (shown(name), shown(address));
    let (zh, en) = match had_device {
        true => (
            format!("以前配对给{name}的设备不再有效。"),
            format!(" The device that was {name} before no longer is."),
        ),
        false => (String::new(), String::new()),
    };
    Bilingual::new(
        format!("{address}（{width}×{height} 像素）现在是{name}。{zh}"),
        format!("{address} ({width}×{height} pixels) is {name} now.{en}"),
    )
}

pub fn will_show(now: Option<&str>, next: Option<(&str, &str)>) -> Bilingual {
    let (zh_now, en_now) = match now.map(shown) {
        Some(title) => (format!("《{title}》"), format!("“{title}”")),
        None => (CARD.zh.to_owned(), CARD.en.to_owned()),
    };
    match next {
        Some((at, title)) => {
            let title = shown(title);
            Bilingual::new(
                format!("现在播放：{zh_now}；{at} 起播放：《{title}》。"),
                format!("On now: {en_now}; from {at}: “{title}”."),
            )
        }
        None => Bilingual::new(
            format!("现在播放：{zh_now}；之后没有安排。"),
            format!("On now: {en_now}; nothing is planned after it."),
        ),
    }
}

pub fn no_programme(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(
        format!("{name}还没有节目单：播出服务（jincai playout serve）运行后会自动生成。"),
        format!("{name} has no programme yet: jincai playout serve makes it."),
    )
}

pub fn forgotten(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(
        format!("{name}的配对已取消：那台设备再也取不到任何东西。"),
        format!("{name} is no longer paired: its device is given nothing any more."),
    )
}

pub fn not_paired(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(format!("{name}没有配对，不用取消。"), format!("{name} is not paired."))
}
