//! Findings about the media worker, the disk and the files around a work.

use super::template::Template;
use crate::model::language::Bilingual;

pub(super) const WORKER_CRASHED: Template = Template::new(
    "处理这个文件的程序异常退出[（信号 {signal}）]，其他作品不受影响。请再运行一次；若仍失败，请把日志交给管理员，文件先不用重新导出。",
    "The process that worked on this file ended abnormally[ (signal {signal})]; other works are not affected. Please \
     run again; if it fails again, give the log to the administrator before the video is exported again.",
);
pub(super) const WORKER_TIMED_OUT: Template = Template::new(
    "处理超时，已停止[（上限 {limit}）]。系统会再试；若仍超时，请剪短视频或降低分辨率重新导出，或联系宣传部放宽时间上限。",
    "Processing took too long and was stopped[ (limit {limit})]. It will be tried again; if it happens again, please export \
     a shorter or smaller video, or ask the office to raise the time limit.",
);
pub(super) const WORKER_STALLED: Template = Template::new(
    "处理[ {limit} ]没有进展，已停止；多半是电脑太忙，文件一般没有问题。系统会再试一次，不用重新导出。",
    "Processing made no progress[ for {limit}] and was stopped; the machine is probably too busy, and the file is usually fine. It is tried once more by itself; there is no need to export the video again.",
);
pub(super) const WORKER_OUT_OF_MEMORY: Template = Template::new(
    "处理时内存不足，已停止[（上限 {limit}）][；这个上限是启动时的 {ulimit} 定的，请管理员先放宽它]。请降低分辨率重新导出后再提交，或联系宣传部放宽内存上限。",
    "Processing ran out of memory and was stopped[ (limit {limit})][; {ulimit} set this limit at the start: have it raised first]. Please submit a video of lower resolution, or ask \
     the office to raise the memory limit.",
);
pub(super) const WORKER_OUTPUT_TOO_LARGE: Template = Template::new(
    "生成的文件超过上限，已停止[（上限 {limit}）][；这个上限是启动时的 {ulimit} 定的，请管理员先放宽它]。请剪短视频，或联系宣传部放宽文件大小的上限。",
    "A file being made grew beyond its limit and was stopped[ (limit {limit})][; {ulimit} set this limit at the start: have \
     it raised first]. Please shorten the video, or ask the office to raise the size limit.",
);
pub(super) const SANDBOX_MISSING: Template = Template::new(
    "这台机器没有完整的安全隔离（Landlock 和 seccomp），而配置要求必须有，所以没有打开这个文件。请管理员换用 5.13 以上的内核并放行这两项，或把 limits.require_sandbox 改为 false。",
    "The kernel lacks part of the sandbox (Landlock and seccomp), which the configuration demands, so this file was not \
     opened. Have the administrator use kernel 5.13 or newer and allow both, or set limits.require_sandbox to false.",
);
pub(super) const WORKER_STARVED: Template = Template::new(
    "这台机器太忙或共享太慢，到时限还没有做完，已停止[（上限 {limit}）]。值守服务会自动再试，其他命令请再运行一次；可以先关掉占用大的程序。",
    "This machine was too busy or the share too slow to finish in time, and processing was stopped[ (after {limit})]. Please \
     close demanding programs; the watch service tries again by itself, any other command has to be run again.",
);
pub(super) const SOURCE_MISSING: Template = Template::new(
    "原文件不见了[：{path}]，可能在处理时被移走或删除了。请放回原处后重新运行。",
    "The source is missing[: {path}]; it was probably moved or deleted during processing. Please put it back and run again.",
);
pub(super) const SOURCE_UNREADABLE: Template = Template::new(
    "读不了这个文件[：{path}][（{detail}）]。[{why}]请检查文件权限、磁盘和共享；值守服务会自动再试，其他命令请再运行一次。",
    "This file cannot be read[: {path}][ ({detail})].[ {why}] Please check its permissions, the disk and the share; the watch service tries again by itself, any other command has to be run again.",
);
/// Why, of `SOURCE_UNREADABLE`, for a file that never rests.
pub fn touched() -> Bilingual {
    Bilingual::new(
        "内容看上去没有变，但每次读取时它的权限、属主或硬链接都在被改动（例如定时运行的 chmod、chown 或用硬链接做的备份），\
         没法确认读到的是同一个文件：请先停掉这样的程序，或让它避开投稿箱。",
        "Its content looks the same, but its permissions, owner or links changed each time it was read (for example by a \
         scheduled chmod or chown, or a backup with hard links), so it is not certain that it is one file: please stop that \
         program, or make it leave out the inbox.",
    )
}

pub(super) const SOURCE_CHANGED: Template = Template::new(
    "原文件在处理时被修改，本次结果已作废。请等文件复制完成后重新运行。",
    "The source changed while it was being processed; this result was discarded. Please run again when copying has finished.",
);
pub(super) const DISK_FULL: Template = Template::new(
    "磁盘空间不足[：{path}]，没有留下半成品。请清理磁盘后重新运行，会接着做完。",
    "The disk is full[: {path}]; no unfinished files were left. Please free some space and run again to continue.",
);
pub(super) const LIBRARY_READ_ONLY: Template = Template::new(
    "作品库无法写入[：{path}]。请检查文件夹权限，或用 --library 指定别的位置。",
    "The library cannot be written to[: {path}]. Please check the folder's permissions or choose another with --library.",
);
pub(super) const ENTRY_UNREADABLE: Template = Template::new(
    "作品登记库里，这件作品或与它相像的作品有记录读不出来，这次没有处理它，已发布的文件原样保留。请先更新津彩再运行；仍然\
     如此，请用备份恢复登记库[（{detail}）]。",
    "The catalogue's record of this work, or of a similar one, cannot be read[ ({detail})]. The work was not processed, and its published files stay unchanged. Please update jincai and run again; if that does not help, restore the \
     catalogue from a backup.",
);
pub(super) const VERIFICATION_FAILED: Template = Template::new(
    "成片没有通过核验[，实测 {measured}][，应为 {limit}]，没有入库。请再运行一次；若仍失败，请联系管理员。",
    "The finished file did not pass verification[, measured {measured}][, expected {limit}] and was not \
     published. Please run again; if it fails again, tell the administrator.",
);
pub(super) const RENDER_FAILED: Template = Template::new(
    "制作时出错。请再运行一次；若仍失败，请把日志交给管理员[（{detail}）][（{path}）]。",
    "Making the files failed[: {detail}][ ({path})]. Please run again; if it fails again, give the log to the \
     administrator.",
);
pub(super) const INTERRUPTED: Template = Template::new(
    "制作被中断，没有留下半成品。请再运行一次，会接着做完。",
    "The work was interrupted; no unfinished files were left. Please run again to continue.",
);
pub(super) const SET_ASIDE: Template = Template::new(
    "这个文件试了[ {count} ]次都没有做成，已先搁置，不影响别的作品。请先看上面的原因：文件有问题的，改好后用原来的文件名覆盖，系统会重新处理；\
     不是文件的问题（例如电脑太忙），请宣传部在空闲时运行 jincai retry 再试，不用重新导出。",
    "This file was tried[ {count}] times without success and was set aside; other works are not affected. Please see the cause \
     above: a file that is at fault is processed again once it is fixed and saved under the same name; where it is not (the machine \
     was too busy), the office runs `jincai retry`, and nothing has to be exported again.",
);
pub(super) const INBOX_MISSING: Template = Template::new(
    "投稿箱[“{path}”]不见了，或突然变空，可能是共享断开了。已收的作品和登记库没有改动；请检查网络和共享的挂载，恢复后会自动继续。",
    "The inbox[ “{path}”] is missing or suddenly empty; the share may be down. Works and catalogue were not changed. Please check \
     the network and the mount; processing continues by itself once it is back.",
);
pub(super) const CATALOGUE_BUSY: Template = Template::new(
    "作品登记库正被别的程序占用，暂时写不进去。请关掉正在打开它的程序（备份、数据库工具）；值守服务会自动继续，其他命令请再运行一次[（{detail}）]。",
    "Another program has locked the library's catalogue[ ({detail})], and nothing can be written to it for now. Please close the \
     program that has it open, a backup or a database tool; the watch service continues by itself, any other command has to \
     be run again.",
);
pub(super) const LIBRARY_UNREACHABLE: Template = Template::new(
    "作品库所在的磁盘或共享没有响应[：{path}]。请检查网络、挂载和磁盘；恢复后值守服务会自动继续，其他命令请再运行一次[（{detail}）]。",
    "The disk or share of the library does not respond[: {path}][ ({detail})]. Please check the network, the mount and the \
     disk; the watch service continues by itself once it is back, any other command has to be run again.",
);
pub(super) const TOO_MANY_OPEN_FILES: Template = Template::new(
    "打开的文件太多，系统不让再开。请关掉不用的程序，或调高上限（ulimit -n，systemd 里是 LimitNOFILE）；值守服务会自动继续，其他命令请再运行一次[（{detail}）]。",
    "Too many files are open[ ({detail})]. Please close programs that are not needed or raise the limit (ulimit -n, \
     LimitNOFILE with systemd); the watch service continues by itself, any other command has to be run again.",
);
pub(super) const MACHINE_BUSY: Template = Template::new(
    "这台机器太忙或内存不够，暂时不能开始处理。请关掉占用大的程序；值守服务会自动继续，其他命令请再运行一次[（{detail}）]。",
    "This machine is too busy or short of memory to start a process[ ({detail})]. Please close demanding programs; the \
     watch service continues by itself, any other command has to be run again.",
);
pub(super) const LINK_LEADS_OUT: Template = Template::new(
    "这是一个链接[（{path}）]，指向投稿箱以外的地方，没有接收。请把视频文件本身拷进来。",
    "This is a link[ ({path})] that leads out of the folder; it was not accepted. Please copy the video file itself here.",
);
