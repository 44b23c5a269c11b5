//! The fixed words and lines of the command line.

use std::path::{Path, PathBuf};

use super::template::shown;
use crate::model::event::BatchTally;
use crate::model::language::Bilingual;
use crate::text::counted;

/// Heads of tables and names of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Work,
    /// Cells of `jincai check`.
    Fits,
    WillBeFixed,
    NeedsPerson,
    OnePicture,
    OneSound,
    InLibrary,
}

pub fn label(label: Label) -> Bilingual {
    let (zh, en) = match label {
        Label::Work => ("作品", "work"),
        Label::Fits => ("符合", "fits"),
        Label::WillBeFixed => ("自动处理", "fixed automatically"),
        Label::NeedsPerson => ("需要人工处理", "needs attention"),
        Label::OnePicture => ("画面共用一次编码", "one picture encode for"),
        Label::OneSound => ("声音共用一次编码", "one sound encode for"),
        Label::InLibrary => ("库中已有，不再制作", "in the library already, not made again"),
    };
    Bilingual::new(zh, en)
}

pub fn defaults_used() -> Bilingual {
    Bilingual::new(
        "没有找到 jincai.toml，使用内置的默认设置，水印是占位图。运行 jincai init 可以生成一份配置。",
        "No jincai.toml was found; the built-in defaults are used, with a placeholder watermark. `jincai init` writes a configuration.",
    )
}

pub fn recovery() -> Bilingual {
    Bilingual::new("按清单恢复登记库", "recovering the catalogue")
}

pub fn recovering(done: usize, works: usize) -> Bilingual {
    Bilingual::new(
        format!("正在按清单恢复登记库：共 {works} 件作品，已完成 {done} 件。中断也不要紧，下次会重新开始。"),
        format!(
            "Recovering the catalogue from the manifests: {done} of {works} works. If this is interrupted, the next start begins again."
        ),
    )
}

pub fn catalogue_recovered(works: usize) -> Bilingual {
    Bilingual::new(
        format!(
            "作品库里没有登记库，已按清单（manifest.json）恢复 {works} 件作品的记录；素材会重新检测，但不会重新编码。"
        ),
        format!(
            "The library had no catalogue; {} recovered from the manifests (manifest.json). The sources will be inspected again; \
             nothing is encoded again.",
            counted(works, "work was", "works were")
        ),
    )
}

pub fn catalogue_was_older(works: usize) -> Bilingual {
    Bilingual::new(
        format!("登记库比清单旧（可能是放回了旧的备份），已从清单补回 {works} 件作品的记录。"),
        format!(
            "The catalogue was older than the manifests, probably because a backup was put back: {} added from them.",
            counted(works, "work was", "works were")
        ),
    )
}

/// `known` are the ids there are.
pub fn unknown_target(id: &str, known: &[&str]) -> Bilingual {
    let id = shown(id);
    Bilingual::new(
        format!("没有名为“{id}”的发布目标。可用的有：{}。", known.join("、")),
        format!("There is no target “{id}”. Available: {}.", known.join(", ")),
    )
}

/// What is wrong with the watermark, and what to do; no reason where there is no such file.
pub fn watermark_unusable(path: &Path, reason: Option<&str>) -> [Bilingual; 2] {
    let path = shown(&path.display().to_string());
    let problem = match reason {
        None => Bilingual::new(format!("没有水印文件 {path}"), format!("there is no watermark file {path}")),
        Some(reason) => Bilingual::new(
            format!("水印 {path} 不能用：{reason}"),
            format!("the watermark {path} cannot be used: {reason}"),
        ),
    };
    let hint = Bilingual::new(
        "改成一个能读取的 PNG 或 SVG 文件；相对路径从本配置文件所在的文件夹算起",
        "name a PNG or SVG file that can be read; a relative path starts at this file's folder",
    );
    [problem, hint]
}

/// What is wrong with a template of the office's own, and what to do.
pub fn template_unusable(name: &str, reason: &str) -> [Bilingual; 2] {
    let problem = Bilingual::new(
        format!("其中的模板 {name} 不能用：{reason}"),
        format!("its template {name} cannot be used: {reason}"),
    );
    let hint = Bilingual::new(
        "请改好这个 SVG 文件；删去它就用自带的模板",
        "fix the SVG file; without it the built-in template is used",
    );
    [problem, hint]
}

/// Where there is nothing to look at.
pub fn nothing_found(roots: &[PathBuf]) -> Bilingual {
    let name = |path: &PathBuf| shown(&path.to_string_lossy());
    let roots = roots.iter().map(name).collect::<Vec<_>>().join(", ");
    Bilingual::new(
        format!("{roots} 里没有视频文件。请把视频放进去，或在命令里写出视频或文件夹的路径。"),
        format!(
            "There is no video in {roots}. Please put videos there, or name files or folders in the command."
        ),
    )
}

/// One finished work: `verdict` is its text in the same language.
pub fn finished(work: &str, verdict: &str, renditions: usize, took_ms: u64) -> Bilingual {
    let work = shown(work);
    let took = span(took_ms);
    Bilingual::new(
        format!("{work}：{verdict}，成片 {renditions} 个，用时 {}", took.zh),
        format!("{work}: {verdict}, {}, {}", counted(renditions, "rendition", "renditions"), took.en),
    )
}

/// A work of the service that could not be made for now, and keeps its place in the queue.
pub fn waits(work: &str) -> Bilingual {
    let work = shown(work);
    Bilingual::new(
        format!("{work}：暂时没有做成，先等待，稍后自动再试"),
        format!("{work}: not made for now, waiting; it will be tried again automatically"),
    )
}

/// One line with the numbers that are not 0, and where the works are.
pub fn summary(tally: &BatchTally, took_ms: u64, library: &Path) -> Bilingual {
    let counts = counts(tally);
    let took = span(took_ms);
    let library = shown(&library.to_string_lossy());
    Bilingual::new(
        format!("{}。用时 {}。作品库：{library}", counts.zh, took.zh),
        format!("{}. Took {}. Library: {library}", counts.en, took.en),
    )
}

fn counts(tally: &BatchTally) -> Bilingual {
    let works = tally.works;
    let parts = [
        (works.accepted, "已制作", "made"),
        (works.warned, "已制作但有提醒", "made with warnings"),
        (works.duplicates, "重复", "duplicate"),
        (works.rejected, "退回", "rejected"),
        (works.failed, "失败", "failed"),
    ];
    let seen: Vec<_> = parts.into_iter().filter(|(number, ..)| *number > 0).collect();
    if seen.is_empty() {
        return Bilingual::new("没有作品", "no works");
    }
    let zh: Vec<_> = seen.iter().map(|(number, zh, _)| format!("{zh} {number} 件")).collect();
    let en: Vec<_> = seen.iter().map(|(number, _, en)| format!("{number} {en}")).collect();
    let mut said = Bilingual::new(zh.join("，"), en.join(", "));
    if tally.unchanged > 0 {
        said.zh.push_str(&format!("（其中 {} 件没有变化）", tally.unchanged));
        said.en.push_str(&format!(" ({} of them unchanged)", tally.unchanged));
    }
    said
}

/// What a run would take, roughly.
pub fn estimate(ms: u64) -> Bilingual {
    let span = span(ms);
    Bilingual::new(format!("预计需要 {}。", span.zh), format!("A run would take about {}.", span.en))
}

fn span(ms: u64) -> Bilingual {
    let seconds = ms.div_ceil(1000);
    match (seconds / 60, seconds % 60) {
        (0, _) if ms < 10_000 => {
            let exact = ms as f64 / 1000.0;
            Bilingual::new(format!("{exact:.1} 秒"), format!("{exact:.1} s"))
        }
        (0, seconds) => Bilingual::new(format!("{seconds} 秒"), format!("{seconds} s")),
        (minutes, seconds) => {
            Bilingual::new(format!("{minutes} 分 {seconds} 秒"), format!("{minutes} min {seconds} s"))
        }
    }
}

/// `jincai man` is done.
pub fn pages_written(pages: usize, folder: &Path) -> Bilingual {
    let folder = shown(&folder.to_string_lossy());
    Bilingual::new(
        format!("已在 {folder} 写好 {pages} 个手册页"),
        format!("{} written to {folder}", counted(pages, "manual page was", "manual pages were")),
    )
}

pub fn page_not_written(path: &Path, detail: &str) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(
        format!("写不了手册页 {path}：{detail}。请检查文件夹权限和磁盘空间。"),
        format!(
            "cannot write the manual page {path}: {detail}. Check the folder's permissions and the free space."
        ),
    )
}

pub fn interrupted() -> Bilingual {
    Bilingual::new(
        "已中断。没有留下做了一半的文件；再运行一次会接着做完。",
        "Interrupted. No unfinished files were left; run again to continue.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Tally;

    #[test]
    fn a_summary_names_only_what_happened() {
        let works = Tally { accepted: 3, rejected: 1, ..Tally::default() };
        let tally = BatchTally { works, unchanged: 0 };
        let said = summary(&tally, 65_000, Path::new("library"));
        assert_eq!(said.zh, "已制作 3 件，退回 1 件。用时 1 分 5 秒。作品库：library");
        assert_eq!(said.en, "3 made, 1 rejected. Took 1 min 5 s. Library: library");
    }
}
