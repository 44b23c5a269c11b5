//! What the program on a screen's own machine says, and the steps that set such a machine up.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;
use crate::text::{counted, size};

fn time_left(seconds: u64) -> Bilingual {
    match seconds {
        0..60 => Bilingual::new(format!("{seconds} 秒"), format!("{seconds} s")),
        60..3600 => Bilingual::new(format!("{} 分钟", seconds / 60), format!("{} min", seconds / 60)),
        _ => {
            let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
            Bilingual::new(format!("{hours} 小时 {minutes} 分钟"), format!("{hours} h {minutes} min"))
        }
    }
}

pub fn bad_server(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("“{given}”不是播出服务的地址。请写成 http://服务器:8720 这样，后面不带路径。"),
        format!(
            "“{given}” is not the address of a server. Write it like http://SERVER:8720, without a path."
        ),
    )
}

pub fn not_loopback(given: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!(
            "网页只给本机的浏览器用，不能在 {given} 上监听。请用 127.0.0.1 的端口，例如 127.0.0.1:8721。"
        ),
        format!(
            "The page is for the browser of this machine; it is not served at {given}. Use a port of 127.0.0.1, such as 127.0.0.1:8721."
        ),
    )
}

pub fn no_folder() -> Bilingual {
    Bilingual::new(
        "不知道把节目存在哪里：没有 HOME 环境变量。请用 --dir 写明文件夹。",
        "There is no place to keep programmes: HOME is not set. Name a folder with --dir.",
    )
}

pub fn held(folder: &Path, holder: &str) -> Bilingual {
    let (folder, holder) = (shown(&folder.to_string_lossy()), shown(holder));
    Bilingual::new(
        format!(
            "文件夹 {folder} 正由另一个 jincai screen 使用（进程 {holder}）。一台机器接两块屏幕时，请用 --dir 和 --listen 分开。"
        ),
        format!(
            "The folder {folder} is used by process {holder}, another jincai screen. For two screens at one machine give each its own --dir and --listen."
        ),
    )
}

pub fn folder_unusable(folder: &Path, detail: &str) -> Bilingual {
    let (folder, detail) = (shown(&folder.to_string_lossy()), shown(detail));
    Bilingual::new(
        format!("不能使用文件夹 {folder}：{detail}。请检查权限和磁盘，或用 --dir 换一个。"),
        format!(
            "The folder {folder} cannot be used: {detail}. See its permissions and the disk, or choose another with --dir."
        ),
    )
}

pub fn no_browser() -> Bilingual {
    Bilingual::new(
        "没有找到浏览器。请安装：sudo apt-get install chromium；装在别处的用 --browser 写明路径。",
        "No browser was found. Install one: sudo apt-get install chromium; name one that is elsewhere with --browser.",
    )
}

pub fn serving(address: &str, folder: &Path, kiosk: bool) -> Bilingual {
    let (address, folder) = (shown(address), shown(&folder.to_string_lossy()));
    let (zh, en) = match kiosk {
        true => ("正在启动浏览器".to_owned(), "the browser is being started".to_owned()),
        false => (
            format!("请在本机的浏览器里打开 http://{address}/?way=agent"),
            format!("open http://{address}/?way=agent in the browser of this machine"),
        ),
    };
    Bilingual::new(
        format!("屏幕程序已启动：{zh}。节目存在 {folder}。按 Ctrl+C 停止。"),
        format!("Started: {en}. Programmes are kept in {folder}. Ctrl+C ends it."),
    )
}

pub fn stopped() -> Bilingual {
    Bilingual::new("屏幕程序已停止。", "Stopped.")
}

pub fn waiting(code: &str) -> Bilingual {
    let code = shown(code);
    Bilingual::new(
        format!("屏幕等待配对。请管理员在播出服务器上运行：jincai screens pair {code} 屏幕编号 --by 姓名"),
        format!(
            "This screen waits to be paired. In the office, type: jincai screens pair {code} SCREEN --by NAME"
        ),
    )
}

pub fn paired(name: &str) -> Bilingual {
    let name = shown(name);
    Bilingual::new(format!("已配对：这里是{name}。"), format!("Paired: this is {name}."))
}

pub fn forgotten() -> Bilingual {
    Bilingual::new(
        "管理员已取消本屏幕的配对，不再播放；屏幕上会显示新的配对码。",
        "The office ended the pairing: nothing is shown any more; a new code appears on the screen.",
    )
}

pub fn online() -> Bilingual {
    Bilingual::new("已连上播出服务。", "In touch with the server.")
}

pub fn offline(detail: &str) -> Bilingual {
    let detail = shown(detail);
    Bilingual::new(
        format!("连不上播出服务（{detail}）。继续播放已有的节目，会一直重试；请检查网络和服务器。"),
        format!(
            "The server does not answer ({detail}). What is here goes on, and it is tried again; see the network and the server."
        ),
    )
}

pub fn edition(files: usize, bytes: u64) -> Bilingual {
    Bilingual::new(
        format!("收到新的节目单：{files} 个文件，共 {}。", size(bytes)),
        format!("A new edition: {}, {}.", counted(files, "file", "files"), size(bytes)),
    )
}

pub fn edition_refused(id: &str, detail: &str) -> Bilingual {
    let (id, detail) = (shown(&id.chars().take(12).collect::<String>()), shown(detail));
    Bilingual::new(
        format!(
            "节目单 {id} 被拒收：{detail}。继续播放原来的。服务器换过或重装过的，请在这台电脑上加 --forget 运行一次，再重新配对。"
        ),
        format!(
            "Edition {id} was refused: {detail}. The one before goes on. If the server was replaced, run this once with --forget and pair it again."
        ),
    )
}

/// How far the files of an edition are: files, bytes, bytes a second, seconds left.
pub fn fetching(files: [usize; 2], bytes: [u64; 2], speed: u64, left_s: Option<u64>) -> Bilingual {
    let left = left_s.map(time_left);
    let (zh, en) = left
        .map_or_else(Default::default, |left| (format!("，还需 {}", left.zh), format!(", {} left", left.en)));
    let [here, all] = files;
    let (done, of, speed) = (size(bytes[0]), size(bytes[1]), size(speed));
    Bilingual::new(
        format!("正在下载：{here}/{all} 个文件，{done}/{of}，{speed}/秒{zh}"),
        format!("Fetching: {here} of {all} files, {done} of {of}, {speed}/s{en}"),
    )
}

pub fn complete(files: usize) -> Bilingual {
    Bilingual::new(
        format!("节目单的 {files} 个文件都已下载并核对，断网也能播。"),
        format!(
            "All {} of the edition are here and were checked; no network is needed for them.",
            counted(files, "file", "files")
        ),
    )
}

pub fn damaged(sha256: &str) -> Bilingual {
    let name: String = sha256.chars().take(12).collect();
    Bilingual::new(
        format!("文件 {name} 在磁盘上损坏，已删除，会重新下载。多次出现请更换磁盘或存储卡。"),
        format!(
            "File {name} was damaged on the disk; it was removed and is fetched again. If that happens often, replace the disk or card."
        ),
    )
}

pub fn disk_low(free: u64, wanted: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "磁盘只剩 {}，下一个文件需要 {}：暂停下载，已有的节目照常播。请清理磁盘。",
            size(free),
            size(wanted)
        ),
        format!(
            "Only {} are free and {} are wanted: nothing is downloaded, what is here goes on. Make room.",
            size(free),
            size(wanted)
        ),
    )
}

pub fn disk_failed(detail: &str) -> Bilingual {
    let detail = shown(detail);
    Bilingual::new(
        format!("磁盘读写出错：{detail}。已有的节目照常播，程序会自动重试；请检查磁盘。"),
        format!("The disk failed: {detail}. What is here goes on, and it is tried again; see the disk."),
    )
}

pub fn plays_lost(lines: usize) -> Bilingual {
    Bilingual::new(
        format!("播放记录有 {lines} 行读不出来（断电或磁盘损坏）；缺了序号的，台账里会列为“不明”。"),
        format!(
            "{} of the record of plays cannot be read; where numbers are missing, the ledger lists them as unknown.",
            counted(lines, "line", "lines")
        ),
    )
}

pub fn browser_started() -> Bilingual {
    Bilingual::new("浏览器已启动。", "The browser was started.")
}

pub fn browser_ended() -> Bilingual {
    Bilingual::new("浏览器退出了，正在重新启动。", "The browser ended; it is started again.")
}

pub fn browser_silent() -> Bilingual {
    Bilingual::new(
        "播放页面没有响应，正在重启浏览器。",
        "The page does not answer; the browser is started again.",
    )
}

pub fn browser_frozen() -> Bilingual {
    Bilingual::new("画面卡住了，正在重启浏览器。", "The picture does not move; the browser is started again.")
}

pub fn browser_failed(program: &str, detail: &str) -> Bilingual {
    let (program, detail) = (shown(program), shown(detail));
    Bilingual::new(
        format!(
            "浏览器 {program} 启动不了：{detail}。程序会自动重试；请检查是否装好，或用 --browser 换一个。"
        ),
        format!(
            "The browser {program} cannot be started: {detail}. It is tried again; see whether it is installed, or choose another with --browser."
        ),
    )
}

/// Before the unit of a screen's machine.
pub fn before_unit() -> Bilingual {
    Bilingual::new(
        "津彩屏幕程序：装在屏幕后面的小电脑上（Debian 12、13），开机就播，断网、重启都不黑屏。
在那台电脑上（只做一次）：
    sudo apt-get install cage xwayland chromium fonts-noto-cjk
    sudo install -m 755 jincai /usr/local/bin/jincai
    sudo useradd --create-home --groups video,render,input,audio jincai-screen
保存为 /etc/systemd/system/jincai-screen.service：
    jincai service --screen --server http://服务器:8720 | sudo tee /etc/systemd/system/jincai-screen.service
    sudo systemctl daemon-reload
    sudo systemctl set-default graphical.target
    sudo systemctl enable --now jincai-screen
查看日志：journalctl -u jincai-screen -f",
        "The program on a screen's own small computer (Debian 12, 13): plays from the start, never black without a network or after a restart.
On that computer, once:
    sudo apt-get install cage xwayland chromium fonts-noto-cjk
    sudo install -m 755 jincai /usr/local/bin/jincai
    sudo useradd --create-home --groups video,render,input,audio jincai-screen
Save it as /etc/systemd/system/jincai-screen.service:
    jincai service --screen --server http://SERVER:8720 | sudo tee /etc/systemd/system/jincai-screen.service
    sudo systemctl daemon-reload
    sudo systemctl set-default graphical.target
    sudo systemctl enable --now jincai-screen
Log: journalctl -u jincai-screen -f",
    )
}

/// After the unit.
pub fn after_unit() -> Bilingual {
    Bilingual::new(
        "── 接上这块屏幕 ──
    1. 开机后屏幕上显示一个配对码，例如 K7MX-2QPD。
    2. 在播出服务器上：jincai screens pair K7MX-2QPD 屏幕编号 --by 姓名
    3. jincai screens 显示“正常”，就接好了。以后断网、断电都不用管它。
── 让浏览器不更新、不弹窗 ──
    sudo mkdir -p /etc/chromium/policies/managed
    sudo tee /etc/chromium/policies/managed/jincai.json <<'EOF'
    {\"TranslateEnabled\": false, \"MetricsReportingEnabled\": false, \"PasswordManagerEnabled\": false, \"SpellcheckEnabled\": false,
     \"DefaultNotificationsSetting\": 2, \"DefaultGeolocationSetting\": 2, \"URLBlocklist\": [\"*\"], \"URLAllowlist\": [\"127.0.0.1:8721\"]}
    EOF
── 屏幕和电源 ──
    竖屏：Debian 12 在 ExecStart 的 cage 后面加 -r（顺时针转 90 度，可以写到三次）；Debian 13 先装 wlr-randr，
        再把 -- 后面改成 sh -c 'wlr-randr --output HDMI-A-1 --transform 90; exec jincai …'。
    一直亮着：在主板设置里打开“来电自启”；电视关掉“无操作自动关机”和节能。
    已有桌面系统的（不用 cage）：登录后自动运行 jincai screen --server http://服务器:8720 --kiosk。",
        "── To add this screen ──
    1. After the start it shows a code such as K7MX-2QPD.
    2. On the server: jincai screens pair K7MX-2QPD SCREEN --by NAME
    3. Once jincai screens says “well”, it is done: it looks after itself from then on.
── A browser that does not update or ask ──
    sudo mkdir -p /etc/chromium/policies/managed
    sudo tee /etc/chromium/policies/managed/jincai.json <<'EOF'
    {\"TranslateEnabled\": false, \"MetricsReportingEnabled\": false, \"PasswordManagerEnabled\": false, \"SpellcheckEnabled\": false,
     \"DefaultNotificationsSetting\": 2, \"DefaultGeolocationSetting\": 2, \"URLBlocklist\": [\"*\"], \"URLAllowlist\": [\"127.0.0.1:8721\"]}
    EOF
── Screen and power ──
    Portrait: on Debian 12 add -r behind cage in ExecStart (a quarter turn, up to three times); on Debian 13 install wlr-randr
        and let cage run sh -c 'wlr-randr --output HDMI-A-1 --transform 90; exec jincai …'.
    Always on: set the board to start when power returns; switch off the television's automatic standby.
    With a desktop, without cage: start jincai screen --server http://SERVER:8720 --kiosk at login.",
    )
}
