//! What `jincai watch` says on its screen.

use std::path::Path;

use super::template::shown;
use crate::model::event::Tally;
use crate::model::language::Bilingual;
use crate::model::service::{ChangeDetection, ServiceTally};
use crate::text::counted;

pub fn started(inbox: &Path, library: &Path, sight: ChangeDetection) -> Bilingual {
    let (inbox, library) = (name(inbox), name(library));
    let (zh, en) = match sight {
        ChangeDetection::Events { rescan_s } => (
            format!("文件一到就处理，每 {rescan_s} 秒全面核对一次"),
            format!("file events, with a full scan every {rescan_s} s"),
        ),
        ChangeDetection::Polling { every_s } => {
            (format!("每 {every_s} 秒查看一次"), format!("scanned every {every_s} s"))
        }
    };
    Bilingual::new(
        format!("开始值守投稿箱 {inbox}（{zh}），作品库 {library}。按 Ctrl+C 停止。"),
        format!("Watching the inbox {inbox} ({en}); library {library}. Ctrl+C stops."),
    )
}

pub fn paused(why: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("暂停：{} 原因消除后会自动继续。", why.zh),
        format!("Paused: {} Processing continues by itself once the cause is gone.", why.en),
    )
}

/// A file that was set aside will be tried again.
pub fn retried(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!("会再试：{path}。值守服务几秒内会重新处理；服务没有运行的话，下次启动时处理。"),
        format!(
            "Will be tried again: {path}. A running watch service processes it within seconds, otherwise at the next start."
        ),
    )
}

pub fn nothing_to_retry() -> Bilingual {
    Bilingual::new(
        "这里没有搁置的文件。请检查路径；jincai status 会列出搁置的文件。",
        "No file was set aside there. Please check the path; jincai status lists the files that were.",
    )
}

pub fn resumed() -> Bilingual {
    Bilingual::new("继续处理。", "Resumed.")
}

pub fn stopping(seconds: f64) -> Bilingual {
    Bilingual::new(
        format!("正在停止：不再接收新的，手上的作品最多再做 {seconds:.0} 秒。再按一次 Ctrl+C 立即停止。"),
        format!(
            "Stopping: no new works are started, works in progress get at most {seconds:.0} s. Press Ctrl+C again to stop at once."
        ),
    )
}

pub fn stopped(tally: ServiceTally) -> Bilingual {
    let Tally { accepted, warned, duplicates, rejected, failed } = tally.works;
    Bilingual::new(
        format!(
            "已停止。本次已制作 {accepted} 件，有提醒 {warned} 件，重复 {duplicates} 件，退回 {rejected} 件，失败 {failed} 件。没做完的下次启动时继续。"
        ),
        format!(
            "Stopped. {accepted} made, {warned} with warnings, {}, {rejected} rejected, {failed} failed. Unfinished works \
             continue at the next start.",
            counted(duplicates, "duplicate", "duplicates"),
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
        format!("原文件已不在投稿箱：{path}。作品库里的成片保留。"),
        format!("The source was removed from the inbox: {path}. Its finished files stay in the library."),
    )
}

/// On the page of a work whose source is no longer there. `at` is RFC 3339.
pub fn source_left(at: &str, made: bool) -> Bilingual {
    let day: String = at.chars().take(10).collect();
    if !made {
        return Bilingual::new(
            format!(
                "这个文件已不在投稿箱（{day} 起），下面是它在的时候的结果。作品库里没有它的成片；要参赛，请把文件放回来。"
            ),
            format!(
                "The file was removed from the inbox ({day}); below is what was said of it. The library holds no finished files of \
                 it: put the file back to submit it."
            ),
        );
    }
    Bilingual::new(
        format!("原文件已不在投稿箱（{day} 起）。已经做好的成片仍在作品库；要再改，请把文件放回来。"),
        format!(
            "The file was removed from the inbox ({day}). Its finished files stay in the library; put the file back to change \
             anything."
        ),
    )
}

/// On the page of a file that has another name now, as a path in the inbox.
pub fn source_renamed(now: &Path) -> Bilingual {
    let now = name(now);
    Bilingual::new(
        format!("这个文件已改名或移动为“{now}”。以后的结果都在它的那一页，本页不再更新。"),
        format!(
            "This file was renamed or moved to “{now}”. Its results are on that file's page; this page is not updated any more."
        ),
    )
}

/// On the page of a file that takes the place of another one, while it is on its way.
pub fn being_replaced(revision: u32) -> Bilingual {
    Bilingual::new(
        format!("这是同名的新文件，会替换此前的内容。此前发布的第 {revision} 版成片，在换好以前继续使用。"),
        format!(
            "A new file of the same name replaces the one before. The finished files that were published (revision {revision}) stay \
             in use until then."
        ),
    )
}

/// What lies in the inbox and is not taken: files, and where that is told.
pub fn left_over(files: usize) -> Bilingual {
    Bilingual::new(
        format!("投稿箱里有 {files} 个文件没有处理，原因和办法写在各系部的结果页上。"),
        format!(
            "{} taken; the departments' pages say why.",
            counted(files, "file in the inbox is not", "files in the inbox are not")
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
                "投稿箱 {inbox} 被别的程序锁住了：进程 {holder}（{stranger}），它不是津彩。请查清是谁在用（ps -fp {holder}），停掉它再启动。"
            ),
            format!(
                "The inbox {inbox} is locked by process {holder} ({stranger}), which is not jincai. Please find out whose it is \
                 (ps -fp {holder}), stop it, and start again."
            ),
        );
    }
    Bilingual::new(
        format!(
            "投稿箱 {inbox} 已经有一个津彩在值守（进程 {holder}）。可用 jincai status 查看；要换成这一个，请先停掉那一个。"
        ),
        format!(
            "The inbox {inbox} is already being watched (process {holder}). `jincai status` shows it; stop that one first to \
             start another."
        ),
    )
}

pub fn no_inbox(inbox: &Path, reason: &str) -> Bilingual {
    let (inbox, reason) = (name(inbox), shown(reason));
    Bilingual::new(
        format!("打不开投稿箱 {inbox}。请检查 jincai.toml 的 inbox，或确认共享已挂载（{reason}）。"),
        format!(
            "The inbox {inbox} cannot be opened: {reason}. Check `inbox` in jincai.toml and that the share is mounted."
        ),
    )
}

/// The file of `--log` cannot be written.
pub fn no_log(file: Option<&Path>, reason: &str) -> Bilingual {
    let (file, reason) = (name(file.unwrap_or(Path::new(""))), shown(reason));
    Bilingual::new(
        format!("日志 {file} 打不开。请检查 --log 的文件夹和权限；写 --log - 则输出到标准错误（{reason}）。"),
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
        format!(
            "投稿箱 {inbox} 里写不了结果页（{}），先写到 {fallback}。请给运行服务的用户写入权限。",
            why.zh
        ),
        format!(
            "Reports cannot be written into the inbox {inbox} ({}); they are \
             written to {fallback}. Please let the service's user write to the inbox.",
            why.en
        ),
    )
}

/// A file or a link has the name of the folder for reports.
pub fn reports_blocked(file: &Path, fallback: &str) -> Bilingual {
    let (file, fallback) = (name(file), shown(fallback));
    Bilingual::new(
        format!(
            "{file} 不是文件夹，结果页写不进去，先写到 {fallback}。请把它移走或改名，津彩会自动建这个文件夹。"
        ),
        format!(
            "{file} is not a folder, so reports cannot be written into it; they are written to {fallback}. Please move or rename \
             it; jincai then creates the folder."
        ),
    )
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy())
}
