//! The lines of `jincai status`.

use super::template::shown;
use crate::model::event::Tally;
use crate::model::language::Bilingual;
use crate::model::service::{ChangeDetection, DropState, InboxFile, ServiceTally};
use crate::present::metrics::BindFault;
use crate::text::counted;

pub fn running(pid: u32, since: &str) -> Bilingual {
    Bilingual::new(
        format!("● 正在运行（进程 {pid}，自 {since}）"),
        format!("● running (process {pid}, since {since})"),
    )
}

pub fn paused(since: &str, why: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("‖ 暂停中（自 {since}），原因消除后会自动继续：{}", why.zh),
        format!("‖ paused (since {since}), continues by itself once the cause is gone: {}", why.en),
    )
}

pub fn stopping(pid: u32) -> Bilingual {
    Bilingual::new(
        format!("● 正在停止（进程 {pid}），等手上的作品做完"),
        format!("● stopping (process {pid}), the works in progress are finished first"),
    )
}

pub fn hangs(pid: u32, updated: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "✗ 没有响应：进程 {pid} 还在，但自 {updated} 起没有更新。请查看日志；必要时重启（systemctl restart jincai-watch）。"
        ),
        format!(
            "✗ not responding: process {pid} exists but has not reported since {updated}. Please check its log; restart it if \
             needed (systemctl restart jincai-watch)."
        ),
    )
}

pub fn died(updated: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "✗ 没有运行：服务在 {updated} 之后意外结束，没做完的作品会在下次启动时继续。请查看日志并重新启动 jincai watch。"
        ),
        format!(
            "✗ not running: the service ended unexpectedly after {updated}; unfinished works continue at the next start. \
             Please check its log and start jincai watch again."
        ),
    )
}

pub fn stopped(updated: &str) -> Bilingual {
    Bilingual::new(
        format!("○ 没有运行：{updated} 正常停止。用 jincai watch 启动。"),
        format!("○ not running: stopped normally at {updated}. `jincai watch` starts it."),
    )
}

pub fn never() -> Bilingual {
    Bilingual::new(
        "○ 没有运行：这个作品库还没有启动过 jincai watch。",
        "○ not running: jincai watch was never started for this library.",
    )
}

pub fn unreadable(file: &str, reason: &str) -> Bilingual {
    let (file, reason) = (shown(file), shown(reason));
    Bilingual::new(
        format!("! 读不懂“{file}”。请确认服务和本命令是同一个版本（{reason}）。"),
        format!(
            "! “{file}” cannot be read: {reason}. Please check that the service and this command have the same version."
        ),
    )
}

pub fn sight(inbox: &str, sight: ChangeDetection) -> Bilingual {
    let inbox = shown(inbox);
    let (zh, en) = match sight {
        ChangeDetection::Events { rescan_s } => (
            format!("文件一到就处理，每 {rescan_s} 秒全面核对一次"),
            format!("file events, with a full scan every {rescan_s} s"),
        ),
        ChangeDetection::Polling { every_s } => {
            (format!("每 {every_s} 秒查看一次"), format!("scanned every {every_s} s"))
        }
    };
    Bilingual::new(format!("  投稿箱 {inbox}（{zh}）"), format!("  inbox {inbox} ({en})"))
}

/// `arriving`, `waiting` and `running` are numbers of files.
pub fn queue(arriving: usize, waiting: usize, running: usize) -> Bilingual {
    Bilingual::new(
        format!("  正在处理 {running} 件，排队 {waiting} 件，正在接收 {arriving} 件"),
        format!("  {running} in progress, {waiting} waiting, {arriving} arriving"),
    )
}

/// One running work.
pub fn work(drop: &InboxFile) -> Option<Bilingual> {
    let DropState::Running { stage, done, speed, left_s } = &drop.state else { return None };
    let file = shown(&drop.relative.as_path().to_string_lossy());
    let stage = super::stage(*stage);
    let percent = (done.clamp(0.0, 1.0) * 100.0) as u8;
    let mut said = Bilingual::new(
        format!("    ▶ {file}：{} {percent}%", stage.zh),
        format!("    ▶ {file}: {} {percent}%", stage.en),
    );
    if let Some(speed) = speed {
        said.zh.push_str(&format!("，{speed:.1} 倍速"));
        said.en.push_str(&format!(", {speed:.1}× real time"));
    }
    if let Some(left) = left_s {
        let left = super::report::left(*left);
        said.zh.push_str(&format!("，剩余{}", left.zh));
        said.en.push_str(&format!(", {} left", left.en));
    }
    Some(said)
}

pub fn tally(tally: ServiceTally) -> Bilingual {
    let ServiceTally { works, worker_faults } = tally;
    let Tally { accepted, warned, duplicates, rejected, failed } = works;
    Bilingual::new(
        format!(
            "  启动以来：已制作 {accepted}，有提醒 {warned}，重复 {duplicates}，退回 {rejected}，失败 {failed}，处理程序异常 {worker_faults} 次"
        ),
        format!(
            "  since the start: {accepted} made, {warned} with warnings, {}, {rejected} rejected, {failed} failed, {}",
            counted(duplicates, "duplicate", "duplicates"),
            counted(worker_faults, "worker fault", "worker faults"),
        ),
    )
}

/// All works of the catalogue.
pub fn library(library: &str, works: usize, failed: usize) -> Bilingual {
    let library = shown(library);
    Bilingual::new(
        format!("  作品库 {library}：共 {works} 件，其中失败 {failed} 件"),
        format!("  library {library}: {}, {failed} of them failed", counted(works, "work", "works")),
    )
}

pub fn disk(path: &str, free_bytes: u64, total_bytes: u64) -> Bilingual {
    let path = shown(path);
    let gib = |bytes: u64| bytes as f64 / 1_073_741_824.0;
    let (free, total) = (gib(free_bytes), gib(total_bytes));
    Bilingual::new(
        format!("  磁盘 {path}：剩余 {free:.1} GB，共 {total:.1} GB"),
        format!("  disk of {path}: {free:.1} GB free of {total:.1} GB"),
    )
}

pub fn failures() -> Bilingual {
    Bilingual::new("  最近退回或失败的作品：", "  latest rejections and failures:")
}

pub fn failure(at: &str, path: &str, text: &Bilingual) -> Bilingual {
    let path = shown(path);
    Bilingual::new(format!("    {at} {path}：{}", text.zh), format!("    {at} {path}: {}", text.en))
}

/// Why `--metrics ADDR` cannot be served; `reason` is the system's own word.
pub fn no_metrics(fault: BindFault, address: &str, reason: &str) -> Bilingual {
    let (zh, en) = match fault {
        BindFault::Taken => (
            format!(
                "地址 {address} 已被别的程序占用。请给 --metrics 换一个端口，或停掉那个程序（ss -ltnp 可以查到）。"
            ),
            format!(
                "{address} is used by another program. Give --metrics another port, or stop that program (`ss -ltnp` shows \
                 it)."
            ),
        ),
        BindFault::NotAllowed => (
            format!("没有权限使用地址 {address}。请给 --metrics 换一个 1024 以上的端口。"),
            format!("There is no permission to use {address}. Give --metrics a port above 1024."),
        ),
        BindFault::NotHere => (
            format!("本机没有地址 {address}。请给 --metrics 换成本机的地址，例如 127.0.0.1:9464。"),
            format!(
                "This machine has no address {address}. Give --metrics one that it has, such as 127.0.0.1:9464."
            ),
        ),
        BindFault::Other => (
            format!("不能在 {address} 提供指标。请检查 --metrics 的地址（{reason}）。"),
            format!(
                "Metrics cannot be served on {address}: {reason}. Please check the address of --metrics."
            ),
        ),
    };
    Bilingual { zh, en }
}
