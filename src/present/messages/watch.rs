//! What `jincai watch` says on its screen.

use std::path::Path;

use super::template::shown;
use crate::model::event::Tally;
use crate::model::service::{ServiceTally, Sight};
use crate::model::text::Bilingual;
use crate::text::counted;

pub fn started(inbox: &Path, library: &Path, sight: Sight) -> Bilingual {
    let (inbox, library) = (name(inbox), name(library));
    let (zh, en) = match sight {
        Sight::Events { rescan_s } => (
            format!("文件一到就处理，每 {rescan_s} 秒全面核对一次"),
            format!("by file events, with a full look every {rescan_s} s"),
        ),
        Sight::Polling { every_s } => {
            (format!("每 {every_s} 秒查看一次"), format!("by a look every {every_s} s"))
        }
    };
    Bilingual::new(
        format!("开始值守收件夹 {inbox}（{zh}），作品库 {library}。按 Ctrl+C 停止。"),
        format!("Watching the inbox {inbox} ({en}); library {library}. Ctrl+C stops."),
    )
}

pub fn paused(why: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("暂停：{} 原因消除后会自己继续。", why.zh),
        format!("Paused: {} Work goes on by itself once this passes.", why.en),
    )
}

/// A file that was set aside gets its tries again.
pub fn retried(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!("会再试：{path}。值守服务几秒内重新处理；没有在运行的话，下次启动时处理。"),
        format!(
            "To be tried again: {path}. A running watch service takes it within seconds, else the next one does."
        ),
    )
}

pub fn nothing_to_retry() -> Bilingual {
    Bilingual::new(
        "这里没有放到一边的文件。请检查路径；放到一边的文件在 jincai status 里有。",
        "Nothing was set aside there. Please check the path; jincai status names the files that were.",
    )
}

pub fn resumed() -> Bilingual {
    Bilingual::new("继续处理。", "Going on.")
}

pub fn stopping(seconds: f64) -> Bilingual {
    Bilingual::new(
        format!("正在停止：不再接新的，手上的作品最多再做 {seconds:.0} 秒。再按一次 Ctrl+C 立即停止。"),
        format!(
            "Stopping: nothing new is taken, running works get {seconds:.0} s at most. Ctrl+C once more stops at once."
        ),
    )
}

pub fn stopped(tally: ServiceTally) -> Bilingual {
    let Tally { accepted, warned, duplicates, rejected, failed } = tally.works;
    Bilingual::new(
        format!(
            "已停止。本次通过 {accepted} 件，有提醒 {warned} 件，重复 {duplicates} 件，退回 {rejected} 件，失败 {failed} 件。没做完的下次启动时继续。"
        ),
        format!(
            "Stopped. {accepted} accepted, {warned} with warnings, {duplicates} duplicates, {rejected} rejected, {failed} \
             failed. What is not finished goes on at the next start."
        ),
    )
}

pub fn settled(files: usize) -> Bilingual {
    Bilingual::new(
        format!("收到 {files} 个文件，开始排队。"),
        format!("{} for their turn.", counted(files, "file arrived and waits", "files arrived and wait")),
    )
}

pub fn gone(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!("原文件已不在收件夹：{path}。作品库里的成片保留。"),
        format!("The source left the inbox: {path}. What was made of it stays in the library."),
    )
}

/// On the page of a work whose source is no longer there. `at` is RFC 3339.
pub fn source_left(at: &str) -> Bilingual {
    let day: String = at.chars().take(10).collect();
    Bilingual::new(
        format!("原文件已不在收件夹（{day} 起）。已经做好的成片仍在作品库；要再改，请把文件放回来。"),
        format!(
            "The file has left the inbox ({day}). What was made of it stays in the library; put the file back to change \
             anything."
        ),
    )
}

/// `holder` is a process number, `stranger` the name of its program where that is none of ours.
pub fn inbox_held(inbox: &Path, holder: &str, stranger: Option<&str>) -> Bilingual {
    let inbox = name(inbox);
    let holder = shown(holder);
    if let Some(stranger) = stranger.map(shown) {
        return Bilingual::new(
            format!(
                "收件夹 {inbox} 被别的程序锁住了：进程 {holder}（{stranger}），它不是津彩。请查清是谁在用（ps -fp {holder}），停掉它再启动。"
            ),
            format!(
                "The inbox {inbox} is held by process {holder} ({stranger}), which is no jincai. Please see whose it is \
                 (ps -fp {holder}), stop it, and start again."
            ),
        );
    }
    Bilingual::new(
        format!(
            "收件夹 {inbox} 已经有一个津彩在值守（进程 {holder}）。用 jincai status 查看它；要换成这一个，请先停掉那一个。"
        ),
        format!(
            "The inbox {inbox} is watched already (process {holder}). `jincai status` shows it; stop that one first to \
             start another."
        ),
    )
}

pub fn no_inbox(inbox: &Path, reason: &str) -> Bilingual {
    let (inbox, reason) = (name(inbox), shown(reason));
    Bilingual::new(
        format!("打不开收件夹 {inbox}：{reason}。请检查 jincai.toml 的 inbox，或确认共享已挂载。"),
        format!(
            "The inbox {inbox} cannot be opened: {reason}. Check `inbox` in jincai.toml and that the share is mounted."
        ),
    )
}

/// The file of `--log` cannot be written.
pub fn no_log(file: Option<&Path>, reason: &str) -> Bilingual {
    let (file, reason) = (name(file.unwrap_or(Path::new(""))), shown(reason));
    Bilingual::new(
        format!("日志 {file} 打不开：{reason}。请检查 --log 的文件夹和权限；写 --log - 则输出到标准错误。"),
        format!(
            "The log {file} cannot be opened: {reason}. Check the folder and permissions of --log; `--log -` writes to \
             standard error."
        ),
    )
}

/// Reports cannot be written beside the files.
pub fn reports_elsewhere(inbox: &str, fallback: &str, why: &Bilingual) -> Bilingual {
    let (inbox, fallback) = (shown(inbox), shown(fallback));
    Bilingual::new(
        format!("收件夹 {inbox} 写不进结果页（{}），先写到 {fallback}。请给服务的用户写权限。", why.zh),
        format!(
            "Reports cannot be written into the inbox {inbox} ({}); they go to {fallback}. Please let the service's user \
             write there.",
            why.en
        ),
    )
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy())
}
