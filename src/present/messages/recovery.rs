//! Records that are recovered, backed up, or replaced by a backup.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::recovery::{CopyFound, CopyMade, LeftOut, LeftWhy, Repaired, Restored, TakenBack};
use crate::text::counted;

/// How many of the works that were passed over are named.
const PASSED_OVER_NAMED: usize = 10;

pub fn repairing() -> Bilingual {
    Bilingual::new("核对作品文件夹", "checking the works' folders")
}

pub fn taken_back(taken: &TakenBack) -> Bilingual {
    let (title, folder) = (shown(&taken.title), name(taken.folder.as_path()));
    if taken.wrong.is_empty() {
        return Bilingual::new(
            format!("已收回  {title}（{folder}，文件全部与发布时一致）"),
            format!("recovered  {title} ({folder}, all files as published)"),
        );
    }
    let wrong = taken.wrong.iter().map(|file| shown(file)).collect::<Vec<_>>();
    Bilingual::new(
        format!("已收回  {title}（{folder}），但这些文件缺失或与发布时不同，不算完好：{}", wrong.join("、")),
        format!(
            "recovered  {title} ({folder}), but these files are missing or differ from what was published, and do not count as \
             intact: {}",
            wrong.join(", ")
        ),
    )
}

pub fn left_out(left: &LeftOut) -> Bilingual {
    let manifest = name(left.manifest.as_path());
    let (zh, en) = match &left.why {
        LeftWhy::Unreadable { detail } => {
            let detail = shown(detail);
            (
                format!("清单读不出来，请从备份放回它（{detail}）"),
                format!("it cannot be read ({detail}). Please put it back from a backup"),
            )
        }
        LeftWhy::Elsewhere { folder } => {
            let folder = name(folder.as_path());
            (
                format!("它写的是另一个文件夹（{folder}）：可能是副本，或文件夹改过名。请改回原名，或移出作品库"),
                format!(
                    "it names another folder ({folder}): this is a copy, or the folder was renamed. Please restore the folder's name, or \
                     move it out of the library"
                ),
            )
        }
        LeftWhy::Older => (
            "登记库里已有这件作品或这份素材更新的记录。请确认不再需要后移出作品库".to_owned(),
            "the catalogue has a newer record of this work or of its source. Please move the folder out of the library once you \
             no longer need it"
                .to_owned(),
        ),
        LeftWhy::Held { work } => {
            let work = shown(work);
            (
                format!(
                    "它的素材已属于另一件已发布的作品（{work}）。那件作品没有改动。请确认要哪一件，把不要的文件夹移出作品库"
                ),
                format!(
                    "its source belongs to another published work ({work}), which was not changed. Please decide which of them you need, \
                     and move the other's folder out of the library"
                ),
            )
        }
        LeftWhy::NothingWhole => (
            "没有一个视频与发布时一致。请从备份放回视频，再运行一次".to_owned(),
            "none of its videos is as published. Please put them back from a backup and run this again".to_owned(),
        ),
    };
    Bilingual::new(format!("没有收回  {manifest}：{zh}"), format!("not recovered  {manifest}: {en}"))
}

/// Works that opening a library did not take over from its manifests.
pub fn passed_over<'a>(ids: impl ExactSizeIterator<Item = &'a String>) -> Bilingual {
    let works = ids.len();
    let mut named: Vec<String> = ids.take(PASSED_OVER_NAMED).map(|id| shown(id)).collect();
    if works > named.len() {
        named.push("…".to_owned());
    }
    Bilingual::new(
        format!(
            "清单里有 {works} 件作品没有收回：它们的素材或文件已属于另一件作品。它们的文件没有改动。请运行 jincai verify 查看，把不要的文件夹移出作品库。编号：{}",
            named.join("、")
        ),
        format!(
            "{} not recovered from the manifests: the sources or files belong to other works. No files were changed. Please check \
             with `jincai verify`, and move the folders that you do not need out of the library. Ids: {}",
            counted(works, "work was", "works were"),
            named.join(", ")
        ),
    )
}

pub fn repaired(repaired: &Repaired) -> Bilingual {
    let Repaired { taken, left, files } = repaired;
    let (taken, left) = (taken.len(), left.len());
    Bilingual::new(
        format!("收回作品 {taken} 件，补登文件 {files} 个，没有收回 {left} 件。"),
        format!(
            "{} recovered, {} of known works added, {left} not recovered.",
            counted(taken, "work", "works"),
            counted(*files, "file", "files")
        ),
    )
}

pub fn copied(copy: &CopyMade) -> Bilingual {
    let (file, works) = (name(copy.file.as_path()), copy.works);
    let megabytes = copy.bytes as f64 / 1_048_576.0;
    Bilingual::new(
        format!(
            "已备份作品登记库：{file}（{works} 件作品，{megabytes:.1} MB，含查重指纹和人工认定）。视频等文件不在其中，请另外备份作品库文件夹。恢复时运行：jincai backup restore {file}"
        ),
        format!(
            "The catalogue was backed up to {file} ({}, {megabytes:.1} MB, with fingerprints and people's decisions). Videos and \
             other files are not in it: please back up the library's folder as well. To restore it: jincai backup restore {file}",
            counted(works, "work", "works")
        ),
    )
}

/// What would be written over is no copy of a catalogue.
pub fn not_written_over(file: &Path) -> Bilingual {
    let file = name(file);
    Bilingual::new(
        format!("{file} 已经存在，而且不是登记库的备份，没有覆盖它。请给 --to 换一个文件名或文件夹。"),
        format!(
            "{file} already exists and is not a backup of a catalogue; it was not replaced. Give --to another name or folder."
        ),
    )
}

/// A copy was to take the place of a catalogue that is in use.
pub fn is_catalogue(file: &Path) -> Bilingual {
    let file = name(file);
    Bilingual::new(
        format!(
            "{file} 是作品库正在用的登记库，或正被数据库程序打开，不能当作备份文件，没有改动它。请给 --to 换一个文件名或文件夹；要用备份替换登记库，请运行 jincai backup restore 备份文件。"
        ),
        format!(
            "{file} is the catalogue of a library, or open in a database program; it was not overwritten. Give --to another name or \
             folder; to replace the catalogue by a backup use `jincai backup restore FILE`."
        ),
    )
}

/// What `jincai backup restore` alone shows.
pub fn copies(found: &[CopyFound]) -> Bilingual {
    if found.is_empty() {
        return Bilingual::new(
            "作品库里没有登记库的备份。请写出备份文件：jincai backup restore 文件。没有备份也能恢复：把损坏的登记库移走再运行 jincai run，会按清单恢复。",
            "There is no backup of the catalogue in the library. Please name one: jincai backup restore FILE. If there is none, move the \
             damaged catalogue away and run `jincai run`: the catalogue is recovered from the manifests.",
        );
    }
    let mut said =
        Bilingual::new("可以用来恢复的登记库备份（新的在前）：", "Backups of the catalogue, newest first:");
    for copy in found {
        let file = name(copy.file.as_path());
        let at: String = copy.made_at.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let megabytes = copy.bytes as f64 / 1_048_576.0;
        said.zh.push_str(&format!("\n  {at}  {megabytes:.1} MB  jincai backup restore {file}"));
        said.en.push_str(&format!("\n  {at}  {megabytes:.1} MB  jincai backup restore {file}"));
    }
    said
}

pub fn restored(restored: &Restored) -> Bilingual {
    let (from, works) = (name(restored.from.as_path()), restored.works);
    let mut said = Bilingual::new(
        format!("登记库已恢复为 {from}（{works} 件作品）。"),
        format!("The catalogue was restored from {from} ({}).", counted(works, "work", "works")),
    );
    if let Some(kept) = &restored.kept {
        let kept = name(kept.as_path());
        said.zh.push_str(&format!("原来的登记库保留在 {kept}。"));
        said.en.push_str(&format!(" The catalogue before it is kept as {kept}."));
    }
    said.zh.push_str("下次运行会从清单补回备份之后的作品；随后请运行 jincai verify 核对。");
    said.en.push_str(
        " The next run adds the works made since from the manifests; run `jincai verify` afterwards to check that nothing is missing.",
    );
    said
}

/// A file that is no copy, or a damaged one, was named.
pub fn not_restored(file: &Path, detail: &str) -> Bilingual {
    let (file, detail) = (name(file), shown(detail));
    Bilingual::new(
        format!(
            "{file} 不能用来恢复：找不到它、读不了它，或它不是完好的备份。现有的登记库没有改动。请检查文件名，或换一个备份；运行 jincai backup restore 会列出作品库里的备份（{detail}）。"
        ),
        format!(
            "{file} cannot be restored: {detail}. The present catalogue was not changed. Please name another backup; \
             `jincai backup restore` lists those of the library."
        ),
    )
}

/// A copy was named that lacks a table, or has other columns in it.
pub fn incomplete(file: &Path, table: &str) -> Bilingual {
    let (file, table) = (name(file), shown(table));
    Bilingual::new(
        format!(
            "{file} 不完整，不能用来恢复：数据表 {table} 缺失或不符。现有的登记库没有改动。请换一个备份；运行 jincai backup restore 会列出作品库里的备份。"
        ),
        format!(
            "{file} is incomplete and cannot be restored: the table {table} is missing or not as it should be. The present catalogue was not changed. Please name another backup; `jincai backup restore` lists those of the library."
        ),
    )
}

/// The catalogue that would be replaced is read by another program.
pub fn in_use(file: &Path) -> Bilingual {
    let file = name(file);
    Bilingual::new(
        format!(
            "{file} 正被别的程序打开，没有改动。请关掉正在运行的 jincai 命令和打开它的数据库工具，再运行一次。"
        ),
        format!(
            "{file} is open in another program and was not changed. Please end other jincai commands and close database tools that \
             have it open, and run this again."
        ),
    )
}

/// The daily copy, in `jincai status`.
pub fn daily_copy(made_at: Option<&str>, failed: Option<&str>) -> Bilingual {
    let (zh, en) = match made_at {
        Some(at) => (format!("  登记库备份：{at}"), format!("  backup of the catalogue: {at}")),
        None => ("  登记库备份：还没有".to_owned(), "  backup of the catalogue: none yet".to_owned()),
    };
    let Some(detail) = failed.map(shown) else { return Bilingual::new(zh, en) };
    Bilingual::new(
        format!("{zh}；最近一次没有成功，服务会再试；请检查磁盘空间和权限（{detail}）"),
        format!(
            "{en}; the last attempt failed: {detail}. It will be tried again; please check disk space and permissions"
        ),
    )
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy())
}
