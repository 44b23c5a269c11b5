//! Why a package was not built at the last moment, or cannot be read.

use crate::model::language::Bilingual;
use crate::model::showcase::plan::Changed;
use crate::text::{Visible, size};

/// Something that a package was made after is not so any more.
pub fn changed_since(changed: &Changed) -> (Bilingual, Bilingual) {
    let (zh, en) = match changed {
        Changed::Work { title } => {
            let title = Visible::of(title);
            (
                format!("制作期间《{title}》有变化（审核、下架、回答、材料或名额），包没有做"),
                format!(
                    "\"{title}\" changed meanwhile (review, withdrawal, answers, papers or places): no package was built"
                ),
            )
        }
        Changed::Works => (
            "制作期间可报的作品变了，包没有做".to_owned(),
            "the works changed meanwhile: no package was built".to_owned(),
        ),
        Changed::Papers => (
            "制作期间材料有变化，包没有做".to_owned(),
            "papers changed meanwhile: no package was built".to_owned(),
        ),
        Changed::Lacking => (
            "制作期间还缺的内容变了，包没有做".to_owned(),
            "what is lacking changed meanwhile: no package was built".to_owned(),
        ),
        Changed::Late => (
            "制作期间过了截止时间，包没有做".to_owned(),
            "the deadline passed meanwhile: no package was built".to_owned(),
        ),
    };
    (
        Bilingual::new(zh, en),
        Bilingual::new(
            "用 `jincai package plan` 看清楚，再做一次",
            "`jincai package plan` shows how it is now; then build again",
        ),
    )
}

/// Another process is building a package of this name.
pub fn being_built(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(
            format!("{path} 正在由另一个程序制作，什么也没做"),
            format!("{path} is being built by another process: nothing was built"),
        ),
        Bilingual::new("等它做完再看", "wait until it is done"),
    )
}

/// A package that cannot be read at all.
pub fn unreadable_package(path: &str, why: &Bilingual) -> Bilingual {
    let path = Visible::of(path);
    Bilingual::new(format!("{path} 读不了：{}", why.zh), format!("{path} cannot be read: {}", why.en))
}

/// A work, or all that belongs to none, that is larger than a part may be.
pub fn too_large_for_part(title: Option<&str>, bytes: u64, most: u64) -> (Bilingual, Bilingual) {
    let (zh, en) = match title.map(Visible::of) {
        Some(title) => (format!("《{title}》"), format!("\"{title}\"")),
        None => ("清单和全包共用的材料".to_owned(), "what belongs to the package as a whole".to_owned()),
    };
    (
        Bilingual::new(
            format!("{zh}有 {}，一包最多 {}，什么也没做", size(bytes), size(most)),
            format!("{en} has {}, and a part may have {}: nothing was built", size(bytes), size(most)),
        ),
        Bilingual::new(
            "把 --part-bytes 放大，或改用网盘、U 盘；作品不会拆到两包里",
            "take a larger --part-bytes, or a disk: a work is never split over two parts",
        ),
    )
}
