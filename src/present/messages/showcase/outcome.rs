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

/// The folder that a package goes to is not there any more.
pub fn place_gone(place: &str) -> (Bilingual, Bilingual) {
    let place = Visible::of(place);
    (
        Bilingual::new(
            format!("{place} 中途不见了：U 盘被拔出，或者共享断开了。没有做成，正式的名字下什么也没有"),
            format!(
                "{place} went away meanwhile, as a stick does that is pulled out: nothing has the package's name"
            ),
        ),
        Bilingual::new(
            "插好以后再运行一次，没做完的会自动清掉",
            "put it back and run this again; what was begun is removed",
        ),
    )
}

/// The folder that a package goes to cannot be written.
pub fn place_not_written(place: &str, detail: &str) -> (Bilingual, Bilingual) {
    let (place, detail) = (Visible::of(place), Visible::of(detail));
    (
        Bilingual::new(
            format!("{place} 不能写入（{detail}），没有做成"),
            format!("{place} cannot be written ({detail}): nothing was built"),
        ),
        Bilingual::new(
            "看看 U 盘是否写保护、有没有权限，或者换一个文件夹",
            "see whether the disk is write-protected and may be written, or take another folder",
        ),
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
