//! The lines of a run on the command line.

use std::path::Path;

use crate::model::text::Bilingual;

/// The outcome of one work. `verdict` is already in the reader's language.
pub fn finished(work: &str, verdict: &str, renditions: usize, took_ms: u64) -> Bilingual {
    let seconds = took_ms as f64 / 1000.0;
    if renditions == 0 {
        return Bilingual::new(format!("{verdict}  {work}"), format!("{verdict}  {work}"));
    }
    Bilingual::new(
        format!("{verdict}  {work}（成片 {renditions} 个，{seconds:.1} 秒）"),
        format!("{verdict}  {work} ({renditions} renditions, {seconds:.1} s)"),
    )
}

/// The last line of a run. `batch` says how many works ended how.
pub fn summary(batch: &Bilingual, took_ms: u64, library: &Path) -> Bilingual {
    let seconds = took_ms as f64 / 1000.0;
    let place = library.display();
    Bilingual::new(
        format!("{}。用时 {seconds:.1} 秒。作品库：{place}", batch.zh),
        format!("{}. {seconds:.1} s. Library: {place}", batch.en),
    )
}

pub fn unknown_target(id: &str, known: &[&str]) -> Bilingual {
    let known = known.join(", ");
    Bilingual::new(
        format!("没有“{id}”这个发布目标。可用的有：{known}。请改 targets 或 --target。"),
        format!("There is no target “{id}”. There are: {known}. Mend `targets` or `--target`."),
    )
}

pub fn interrupted() -> Bilingual {
    Bilingual::new(
        "已中断。没有留下做了一半的文件；再运行一次会接着做完。",
        "Interrupted. Nothing half-made was left; another run goes on from here.",
    )
}
