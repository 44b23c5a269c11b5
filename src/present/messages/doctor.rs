//! What `jincai doctor` looked at, what it found, and what to do: Chinese, then English.

use crate::model::language::Bilingual;
use crate::text::counted;

type Pair = (&'static str, &'static str);

pub const FFMPEG_TOO_OLD: Pair =
    ("需要 5.1 或更新的版本：升级系统的 FFmpeg。", "5.1 or newer is needed: update the system's FFmpeg.");
pub const FFMPEG_UNKNOWN: Pair =
    ("无法识别版本号；需要 5.1 或更新的版本。", "This version is not known; 5.1 or newer is needed.");
pub const ENCODERS: Pair = ("编码器", "Encoders");
pub const INSTALL_ENCODERS: Pair = (
    "安装带 libx264 和 AAC 的完整版 FFmpeg（Debian：apt install ffmpeg）。",
    "Install an FFmpeg with libx264 and AAC (Debian: apt install ffmpeg).",
);
pub const FILTERS: Pair = ("滤镜", "Filters");
pub const FILTERS_COMPLETE: Pair = ("齐全", "complete");
pub const INSTALL_FILTERS: Pair = (
    "安装完整版 FFmpeg（Debian：apt install ffmpeg）。",
    "Install a complete FFmpeg (Debian: apt install ffmpeg).",
);
pub const SANDBOX: Pair = ("沙箱", "Sandbox");
pub const SANDBOX_DEMANDED: Pair = (
    "limits.require_sandbox = true，因此不处理任何文件：使用 5.13 或更新的内核并启用 Landlock 和 seccomp；在容器中请放行这两项。",
    "limits.require_sandbox = true, so no files are processed: use kernel 5.13 or newer with Landlock and seccomp; in a container, allow both.",
);
pub const SANDBOX_WEAK: Pair = (
    "投稿文件在较弱的隔离下处理：使用 5.13 或更新的内核并启用 Landlock 和 seccomp；在容器中请放行这两项。",
    "Submitted files are processed with weaker isolation: use kernel 5.13 or newer with Landlock and seccomp; in a container, allow both.",
);
pub const WORKER: Pair = ("媒体进程", "Media worker");
pub const WORKER_BROKEN: Pair = (
    "媒体进程无法启动：检查 FFmpeg 的共享库是否已安装（Debian：apt install ffmpeg），以及内存限制是否过低。",
    "The media worker does not start: check that FFmpeg's shared libraries are installed (Debian: apt install ffmpeg) and that memory is not limited too low.",
);
pub const FONTS: Pair = ("字体", "Fonts");
pub const NO_FONT: Pair = ("没有找到字体", "no font found");
pub const INSTALL_FONT: Pair = (
    "安装中文字体（Debian：apt install fonts-noto-cjk），或在 [captions] fonts 中写明已安装的字体。",
    "Install a Chinese font (Debian: apt install fonts-noto-cjk), or name an installed one in [captions] fonts.",
);
pub const CONFIGURATION: Pair = ("配置", "Configuration");
pub const DEFAULTS: Pair = ("没有 jincai.toml，使用默认设置", "no jincai.toml: the defaults");
pub const EXAMPLES: Pair = ("示例内容", "Examples");
pub const REPLACE_EXAMPLES: Pair = (
    "成片会带着这些示例内容：在 jincai.toml 里换成自己的，再重新制作；换好以前不要发布。",
    "Finished works will carry these examples: replace them in jincai.toml and run again; post nothing before.",
);
pub const INBOX: Pair = ("投稿箱", "Inbox");
pub const INBOX_ABSENT: Pair = (
    "文件夹不存在：运行 jincai init，或在 jincai.toml 中改 inbox，或在命令行给出路径。",
    "There is no such folder: run jincai init, change inbox in jincai.toml, or name paths on the command line.",
);
pub const INBOX_UNREADABLE: Pair =
    ("无法读取：给运行 jincai 的用户读取权限。", "It cannot be read: let the user who runs jincai read it.");
pub const LIBRARY: Pair = ("作品库", "Library");
pub const LIBRARY_BLOCKED: Pair =
    ("路径上有一个同名文件：改名或换一个位置。", "A file has this name: rename it or choose another place.");
pub const LIBRARY_UNWRITABLE: Pair = (
    "无法写入：给运行 jincai 的用户写入权限，或在 jincai.toml 中改 library。",
    "It cannot be written to: let the user who runs jincai write to it, or change library in jincai.toml.",
);
pub const DISK: Pair = ("磁盘空间", "Free disk");
pub const DISK_UNKNOWN: Pair = ("未知", "unknown");
pub const CHECK_DISK: Pair = ("检查作品库所在的磁盘。", "Check the disk that holds the library.");
pub const DISK_LOW: Pair =
    ("空间不多：清理磁盘，或把作品库放到别处。", "Little space is left: free some, or move the library.");
pub const DISK_TOO_LOW: Pair =
    ("空间不足：清理磁盘，或把作品库放到别处。", "Too little space is left: free some, or move the library.");
pub const LIMITS: Pair = ("进程限制", "Limits");
pub const LIMITS_ENOUGH: Pair = ("够用", "enough");
pub const LIMITS_TIGHT: Pair = ("太紧", "too tight");
pub const WATERMARK: Pair = ("水印", "Watermark");
pub const NO_WATERMARK: Pair = ("未设置", "none");
pub const NO_WATERMARK_ON_PURPOSE: Pair =
    ("按 watermark = \"none\" 不带水印", "none, as watermark = \"none\" says");
pub const NAME_WATERMARK: Pair = (
    "成片将不带水印：在 jincai.toml 的 [watermark] 中写明 PNG 或 SVG 文件；确实不要水印，就写 watermark = \"none\"。",
    "Works will have no watermark: name a PNG or SVG file in [watermark] of jincai.toml, or write watermark = \"none\" if \
     none is wanted.",
);
pub const PLACEHOLDER: Pair = ("占位水印", "a placeholder");
pub const REPLACE_PLACEHOLDER: Pair = (
    "成片会带占位水印：运行 jincai init，再把学校的标志放到 assets/ 里。",
    "Works will have a placeholder: run jincai init, then put your college's logo into assets/.",
);
pub const WATERMARK_ABSENT: Pair = (
    "找不到或无法读取这个文件：在 jincai.toml 的 [watermark] 中改 file。",
    "This file is missing or cannot be read: change file in [watermark] of jincai.toml.",
);
pub const CORES: Pair = ("处理器核心", "Cores");

pub fn lacking(names: &str) -> Bilingual {
    Bilingual::new(format!("缺少 {names}"), format!("{names} missing"))
}

pub fn no_chinese(font: &str) -> Bilingual {
    Bilingual::new(format!("{font} 没有汉字"), format!("{font} has no Chinese glyphs"))
}

/// Which walls stand around a worker.
pub fn walls(landlock_abi: u32, has_seccomp: bool) -> Bilingual {
    let wall = |stands: bool| if stands { ("有效", "active") } else { ("无效", "not active") };
    let (landlock, seccomp) = (wall(landlock_abi > 0), wall(has_seccomp));
    Bilingual::new(
        format!(
            "文件隔离（Landlock ABI {landlock_abi}）{}；系统调用过滤（seccomp）{}",
            landlock.0, seccomp.0
        ),
        format!(
            "file isolation (Landlock ABI {landlock_abi}) {}; system-call filter (seccomp) {}",
            landlock.1, seccomp.1
        ),
    )
}

pub const SCREENS: (&str, &str) = ("校园屏幕", "screens");
pub const SERVE_SCREENS: (&str, &str) = (
    "启动播出服务：jincai playout serve；开机自动启动：jincai service --playout。屏幕那头的小电脑：jincai service --screen。",
    "Serve them: jincai playout serve; from the start on: jincai service --playout. For a screen's own computer: jincai service --screen.",
);

pub fn screens(count: usize, holder: Option<&str>) -> Bilingual {
    let counted = counted(count, "screen", "screens");
    match holder {
        Some(pid) => Bilingual::new(
            format!("{count} 块，播出服务正在运行（进程 {pid}）"),
            format!("{counted}, served by process {pid}"),
        ),
        None => {
            Bilingual::new(format!("{count} 块，播出服务没有运行"), format!("{counted}, served by nobody"))
        }
    }
}
