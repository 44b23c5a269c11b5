//! What a worker can do, and which walls stand around it.

use super::{Check, both};
use crate::model::job::Diagnosis;
use crate::model::text::Bilingual;

/// Debian 12's; nothing needs a newer one.
const OLDEST_FFMPEG: (u32, u32) = (5, 1);

/// What every preset needs.
const ENCODERS: [&str; 2] = ["libx264", "aac"];

/// What a worker said of its FFmpeg and of the walls around it.
pub fn media(diagnosis: &Diagnosis, require_sandbox: bool) -> Vec<Check> {
    let version = Check::new("ffmpeg", "FFmpeg", "FFmpeg", both(&diagnosis.ffmpeg));
    let version = match version_of(&diagnosis.ffmpeg) {
        Some(found) if found >= OLDEST_FFMPEG => version,
        Some(_) => version.fail(
            "需要 5.1 或更新的版本：升级系统的 FFmpeg。",
            "5.1 or newer is needed: update the system's FFmpeg.",
        ),
        None => version.warn(
            "无法识别版本号；需要 5.1 或更新的版本。",
            "This version is not known; 5.1 or newer is needed.",
        ),
    };
    let missing: Vec<&str> =
        ENCODERS.into_iter().filter(|name| !diagnosis.encoders.iter().any(|found| found == name)).collect();
    let encoders = Check::new("encoders", "编码器", "Encoders", both(ENCODERS.join(", ")));
    let encoders = if missing.is_empty() {
        encoders
    } else {
        let names = missing.join(", ");
        encoders.detail(format!("缺少 {names}"), format!("{names} missing")).fail(
            "安装带 libx264 和 AAC 的完整版 FFmpeg（Debian：apt install ffmpeg）。",
            "Install an FFmpeg with libx264 and AAC (Debian: apt install ffmpeg).",
        )
    };
    let filters = Check::new("filters", "滤镜", "Filters", Bilingual::new("齐全", "complete"));
    let filters = if diagnosis.filters_missing.is_empty() {
        filters
    } else {
        let names = diagnosis.filters_missing.join(", ");
        filters.detail(format!("缺少 {names}"), format!("{names} missing")).fail(
            "安装完整版 FFmpeg（Debian：apt install ffmpeg）。",
            "Install a complete FFmpeg (Debian: apt install ffmpeg).",
        )
    };
    vec![version, encoders, filters, sandbox(diagnosis, require_sandbox)]
}

fn sandbox(diagnosis: &Diagnosis, require: bool) -> Check {
    let wall = |stands: bool| if stands { ("有效", "active") } else { ("无效", "not active") };
    let (landlock, seccomp) = (wall(diagnosis.landlock_abi > 0), wall(diagnosis.seccomp));
    let abi = diagnosis.landlock_abi;
    let detail = Bilingual::new(
        format!("文件隔离（Landlock ABI {abi}）{}；系统调用过滤（seccomp）{}", landlock.0, seccomp.0),
        format!(
            "file isolation (Landlock ABI {abi}) {}; system-call filter (seccomp) {}",
            landlock.1, seccomp.1
        ),
    );
    let check = Check::new("sandbox", "沙箱", "Sandbox", detail);
    if diagnosis.is_fenced() {
        return check;
    }
    if require {
        return check.fail(
            "limits.require_sandbox = true，因此不处理任何文件：使用 5.13 或更新的内核并启用 Landlock 和 seccomp；在容器中请放行这两项。",
            "limits.require_sandbox = true, so no file is handled: use kernel 5.13 or newer with Landlock and seccomp; in a container, allow both.",
        );
    }
    check.warn(
        "投稿文件在较弱的隔离下处理：使用 5.13 或更新的内核并启用 Landlock 和 seccomp；在容器中请放行这两项。",
        "Submitted files are handled behind fewer walls: use kernel 5.13 or newer with Landlock and seccomp; in a container, allow both.",
    )
}

pub fn no_worker(detail: &str) -> Check {
    Check::new("worker", "媒体进程", "Media worker", both(detail)).fail(
        "媒体进程无法启动：检查 FFmpeg 的共享库是否已安装（Debian：apt install ffmpeg），以及内存限制是否过低。",
        "The media worker does not run: check that FFmpeg's shared libraries are installed (Debian: apt install ffmpeg) and that memory is not limited too low.",
    )
}

/// Major and minor of `5.1.9-0+deb12u1`, `n6.0` and the like.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches(|first: char| !first.is_ascii_digit()).split('.');
    let leading = |part: &str| part.split(|other: char| !other.is_ascii_digit()).next()?.parse().ok();
    Some((leading(numbers.next()?)?, leading(numbers.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn healthy() -> Diagnosis {
        Diagnosis {
            ffmpeg: "5.1.9-0+deb12u1".into(),
            encoders: vec!["libx264".into(), "aac".into()],
            filters_missing: Vec::new(),
            landlock_abi: 4,
            seccomp: true,
        }
    }

    fn states(diagnosis: &Diagnosis) -> Vec<State> {
        media(diagnosis, false).iter().map(|check| check.state).collect()
    }

    #[test]
    fn an_old_or_poor_ffmpeg_is_named() {
        assert_eq!(states(&healthy()), [State::Ok; 4]);
        let old = Diagnosis { ffmpeg: "4.4.2".into(), encoders: vec!["aac".into()], ..healthy() };
        assert_eq!(states(&old), [State::Fail, State::Fail, State::Ok, State::Ok]);
        assert!(media(&old, false)[1].detail.en.contains("libx264"));
        let newest = Diagnosis { ffmpeg: "n10.0-12-gabc".into(), ..healthy() };
        assert_eq!(states(&newest), [State::Ok; 4]);
        let unwalled = Diagnosis { landlock_abi: 0, filters_missing: vec!["zscale".into()], ..healthy() };
        assert_eq!(states(&unwalled), [State::Ok, State::Ok, State::Fail, State::Warn]);
        assert_eq!(media(&unwalled, true)[3].state, State::Fail);
    }
}
