//! Errors that end a whole run, or keep it from starting.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;

pub fn nothing_there(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!("找不到 {path}。请检查路径是否写对。"),
        format!("{path} does not exist. Please check the spelling of the path."),
    )
}

pub fn in_the_library(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!("{path} 在作品库里，成片不能当作素材。请换成素材所在的文件夹。"),
        format!(
            "{path} is in the library; finished works cannot be used as sources. Please name the folder of the sources."
        ),
    )
}

pub fn unreadable(path: &Path, detail: &str) -> Bilingual {
    let (path, detail) = (name(path), shown(detail));
    Bilingual::new(
        format!("无法读取 {path}。请检查权限，或确认共享已挂载（{detail}）。"),
        format!(
            "{path} cannot be read ({detail}). Please check its permissions and that the share is mounted."
        ),
    )
}

/// A folder above it is missing, or a file is in its place.
pub fn library_not_created(library: &Path, kind: std::io::ErrorKind) -> Bilingual {
    let library = name(library);
    let (zh, en) = match kind {
        std::io::ErrorKind::NotFound => ("没有这个上级文件夹", "the folder above it does not exist"),
        _ => ("这里有一个同名的文件", "a file has its name"),
    };
    Bilingual::new(
        format!("作品库 {library} 建不了：{zh}。请检查 --library 或 jincai.toml 的 library。"),
        format!(
            "The library {library} cannot be created: {en}. Please check --library, or `library` in jincai.toml."
        ),
    )
}

/// `holder` is a process number, `stranger` the name of its program where that is none of ours.
pub fn library_held(library: &Path, holder: &str, stranger: Option<&str>) -> Bilingual {
    let (library, holder) = (name(library), shown(holder));
    if let Some(stranger) = stranger.map(shown) {
        return Bilingual::new(
            format!(
                "作品库 {library} 被别的程序锁住了：进程 {holder}（{stranger}），它不是津彩。请查清是谁在用（ps -fp {holder}），停掉它再运行。"
            ),
            format!(
                "The library {library} is locked by process {holder} ({stranger}), which is not jincai. Please find out whose it \
                 is (ps -fp {holder}), stop it, and run again."
            ),
        );
    }
    Bilingual::new(
        format!("另一个津彩正在使用作品库 {library}（进程 {holder}）。请等它结束，或先停掉它，再运行。"),
        format!(
            "Another jincai is using the library {library} (process {holder}). Please wait for it to end, or stop it, and run \
             again."
        ),
    )
}

pub fn catalogue_damaged(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!(
            "作品登记库 {path} 已损坏。有备份就运行 jincai backup restore；没有，就把它和名称以它开头的文件移走，再运行，会按清单恢复登记库。"
        ),
        format!(
            "The catalogue {path} is damaged. `jincai backup restore` puts a backup in its place; if there is none, move it and the files \
             whose names start with its name away and run again: the catalogue is recovered from the manifests."
        ),
    )
}

/// The file of people's decisions, while the catalogue is recovered.
pub fn answers_damaged(path: &Path) -> Bilingual {
    let path = name(path);
    Bilingual::new(
        format!(
            "人工认定的文件 {path} 已损坏，读不出来。什么都没有改动。请从备份放回它；没有备份，就把它移到别处再运行，以前的认定需要重新做。"
        ),
        format!(
            "The file of people's decisions, {path}, is damaged and cannot be read. Nothing was changed. Please put it back from \
             a backup; if there is none, move it away and run again: earlier decisions then have to be recorded again."
        ),
    )
}

/// The manifest of the whole library, while there is no catalogue.
pub fn manifest_unreadable(path: &Path, detail: &str) -> Bilingual {
    let (path, detail) = (name(path), shown(detail));
    Bilingual::new(
        format!(
            "作品登记库丢失，要靠清单 {path} 恢复，但清单读不出来。什么都没有改动。请把它的完好副本放回原处\
             （同一文件夹里可能有 manifest.json.1，或从备份取）；没有副本，就把它移到别处再运行，会改用每件作品文件夹里的清单恢复。\
             有登记库的备份，用 jincai backup restore 更好（{detail}）。"
        ),
        format!(
            "The catalogue is lost, and the manifest {path}, from which it is to be recovered, cannot be read ({detail}). Nothing \
             was changed. Please put an intact copy of it back (there may be a manifest.json.1 beside it, or one in your \
             backup); if there is none, move it away and run again: then each work's own manifest is used. If you have a backup of \
             the catalogue, `jincai backup restore` is better."
        ),
    )
}

/// The manifest of one work, while there is no catalogue.
pub fn own_manifest_unreadable(path: &Path, detail: &str) -> Bilingual {
    let (path, detail) = (name(path), shown(detail));
    Bilingual::new(
        format!(
            "作品登记库丢失，正在恢复，但这件作品的清单 {path} 读不出来。什么都没有改动。请从备份放回它；没有备份，\
             就把它移到别处再运行：作品库的 manifest.json 里有这件作品就按那里恢复，没有就要用素材重新制作（{detail}）。"
        ),
        format!(
            "The catalogue is lost and is being recovered, but this work's manifest {path} cannot be read ({detail}). Nothing \
             was changed. Please put it back from a backup; if there is none, move it away and run again: the work is then \
             recovered from the library's manifest.json, or has to be made again from its source if it is not listed there."
        ),
    )
}

/// Versions of the catalogue.
pub fn catalogue_too_new(found: u32, known: u32) -> Bilingual {
    Bilingual::new(
        format!("作品登记库由更新版本的津彩写成（登记库版本 {found}，本程序最高支持 {known}）。请更新津彩。"),
        format!(
            "A newer jincai wrote the catalogue (version {found}, this one knows up to {known}). Please update."
        ),
    )
}

pub fn no_catalogue(library: &Path) -> Bilingual {
    let library = name(library);
    Bilingual::new(
        format!(
            "{library} 里没有作品登记库：还没有在那里做过作品。请检查 --library 或 jincai.toml 的 library。"
        ),
        format!(
            "There is no catalogue in {library}: no works were made there yet. Please check --library, or `library` in \
             jincai.toml."
        ),
    )
}

/// There is none though works were made there.
pub fn catalogue_lost(library: &Path) -> Bilingual {
    let library = name(library);
    Bilingual::new(
        format!(
            "{library} 里没有作品登记库，但有作品的清单：登记库丢失了。有备份，请运行 jincai backup restore；没有，请运行 jincai verify --repair，会按清单恢复。"
        ),
        format!(
            "There is no catalogue in {library}, but there are manifests: it was lost. If you have a backup, please run \
             `jincai backup restore`; if not, `jincai verify --repair` recovers it from the manifests."
        ),
    )
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy())
}

/// A record is in the catalogue, but not in the file beside it.
pub fn records_not_copied(detail: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "已经记录，但作品库里的 records.jsonl 没有写成（{detail}）。请检查磁盘空间和权限；下次操作会补写。"
        ),
        format!(
            "It was recorded, but records.jsonl in the library was not written ({detail}). Check the free space and the \
             folder's permissions; the next action writes it."
        ),
    )
}
