//! The folders and files a run needs, looked at and left alone.

use std::path::Path;

use rustix::fs::{Access, access, statvfs};

use super::super::ground;
use super::{Check, both};
use crate::files;
use crate::model::config::Config;
use crate::model::text::Bilingual;
use crate::present::messages::ground::path_not_utf8;

/// A season's works in eight targets take tens of gigabytes; below the second one even a single work may not fit.
const FEW_BYTES: u64 = 10_000_000_000;
const TOO_FEW_BYTES: u64 = 1_000_000_000;

pub fn inbox(folder: &Path) -> Check {
    let check = Check::new("inbox", "收件文件夹", "Inbox", both(folder.display()));
    if ground::is_odd(folder) {
        return check.not_utf8("inbox", folder);
    }
    match std::fs::read_dir(folder) {
        Ok(_) => check,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => check.warn(
            "文件夹不存在：运行 jincai init，或在 jincai.toml 中改 inbox，或在命令行给出路径。",
            "There is no such folder: run jincai init, change inbox in jincai.toml, or name paths on the command line.",
        ),
        Err(error) => {
            let shown = format!("{} ({error})", folder.display());
            check.detail(shown.clone(), shown).fail(
                "无法读取：给运行 jincai 的用户读取权限。",
                "It cannot be read: give the user who runs jincai the right to read it.",
            )
        }
    }
}

pub fn library(folder: &Path) -> Check {
    let check = Check::new("library", "作品库", "Library", both(folder.display()));
    if ground::is_odd(folder) {
        return check.not_utf8("library", folder);
    }
    let Some(existing) = nearest(folder) else { return check };
    match access(existing, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if existing.is_dir() => check,
        Ok(()) => check.fail(
            "路径上有一个同名文件：改名或换一个位置。",
            "A file is in its way: rename it or choose another place.",
        ),
        Err(error) => {
            let shown = format!("{} ({})", existing.display(), std::io::Error::from(error));
            check.detail(shown.clone(), shown).fail(
                "无法写入：给运行 jincai 的用户写入权限，或在 jincai.toml 中改 library。",
                "It cannot be written to: give the user who runs jincai the right to write, or change library in jincai.toml.",
            )
        }
    }
}

impl Check {
    fn not_utf8(self, key: &str, folder: &Path) -> Self {
        let Bilingual { zh, en } = path_not_utf8(key, folder);
        self.fail(&zh, &en)
    }
}

pub fn disk(folder: &Path) -> Check {
    let (zh, en) = ("磁盘空间", "Free disk");
    let free = nearest(folder).and_then(|existing| statvfs(existing).ok());
    let Some(free) = free.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)) else {
        let unknown = Check::new("disk", zh, en, Bilingual::new("未知", "unknown"));
        return unknown.warn("检查作品库所在的磁盘。", "Check the disk that holds the library.");
    };
    let check = Check::new("disk", zh, en, both(format!("{:.1} GB", free as f64 / 1e9)));
    match free {
        FEW_BYTES.. => check,
        TOO_FEW_BYTES.. => check.warn(
            "空间不多：清理磁盘，或把作品库放到别处。",
            "Not much is left: free some, or move the library.",
        ),
        _ => check.fail(
            "空间不足：清理磁盘，或把作品库放到别处。",
            "Too little is left: free some, or move the library.",
        ),
    }
}

pub fn watermark(config: &Config) -> Check {
    let (zh, en) = ("水印", "Watermark");
    let Some(watermark) = &config.watermark else {
        let none = Check::new("watermark", zh, en, Bilingual::new("未设置", "none"));
        return none.warn(
            "成片将不带水印：在 jincai.toml 的 [watermark] 中写明 PNG 或 SVG 文件。",
            "Works will carry no watermark: name a PNG or SVG file in [watermark] of jincai.toml.",
        );
    };
    if watermark.is_placeholder() {
        let placeholder = Check::new("watermark", zh, en, Bilingual::new("占位水印", "a placeholder"));
        return placeholder.warn(
            "成片会带占位水印：运行 jincai init，再把学校的标志放到 assets/ 里。",
            "Works will carry a placeholder: run jincai init, then put your college's mark into assets/.",
        );
    }
    let file = watermark.file.as_path();
    let check = Check::new("watermark", zh, en, both(file.display()));
    match files::open_named(file).and_then(|file| file.metadata()) {
        Ok(found) if found.is_file() => check,
        _ => check.fail(
            "找不到或无法读取这个文件：在 jincai.toml 的 [watermark] 中改 file。",
            "This file is missing or cannot be read: change file in [watermark] of jincai.toml.",
        ),
    }
}

/// The folder itself or the nearest one above it that exists: there it would be created.
fn nearest(folder: &Path) -> Option<&Path> {
    let given = folder.ancestors().find(|path| path.exists());
    given.or_else(|| Path::new(".").exists().then_some(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::model::config::Watermark;
    use crate::model::preset::Corner;

    #[test]
    fn folders_and_the_watermark_are_looked_at_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("作品库/一层");
        assert_eq!(library(&absent).state, State::Ok);
        assert!(!absent.exists());
        assert_eq!(inbox(&absent).state, State::Warn);
        assert_eq!(inbox(folder.path()).state, State::Ok);
        let file = folder.path().join("a\nfile");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(library(&file).state, State::Fail);
        let mut config = Config::default();
        assert_eq!(watermark(&config).state, State::Warn);
        config.watermark = Some(Watermark::placeholder());
        assert_eq!(watermark(&config).state, State::Warn);
        for (path, state) in [(file, State::Ok), (absent, State::Fail)] {
            let (corner, corners) = (Corner::TopRight, Default::default());
            config.watermark =
                Some(Watermark { file: path.into(), corner, size: 0.1, opacity: 1.0, margin: 0.1, corners });
            assert_eq!(watermark(&config).state, state);
        }
    }
}
