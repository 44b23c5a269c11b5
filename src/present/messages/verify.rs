//! What `jincai verify` reports about the library's files.

use crate::model::language::Bilingual;
use crate::text::counted;

pub fn missing(file: &str) -> Bilingual {
    Bilingual::new(
        format!("缺失  {file}（再运行 jincai run 即可补齐）"),
        format!("missing  {file} (jincai run makes it again)"),
    )
}

pub fn changed(file: &str, reason: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("被改动  {file}：{}（删除它，再运行 jincai run）", reason.zh),
        format!("changed  {file}: {} (delete it and run jincai run)", reason.en),
    )
}

/// Of what people may change on purpose.
pub fn changed_text(file: &str, reason: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!(
            "被改动  {file}：{}（重新制作时不会覆盖，会另存为 .user 文件；要恢复原样，删除它再运行 jincai run）",
            reason.zh
        ),
        format!(
            "changed  {file}: {} (when it is made again the changes are kept in a .user file; to have it as it was, delete it and run \
             jincai run)",
            reason.en
        ),
    )
}

pub fn edited(file: &str) -> Bilingual {
    Bilingual::new(
        format!("改过的文件  {file}（有人改过，重新制作时保留下来的；不需要时请自行删除）"),
        format!(
            "edited  {file} (changed by somebody and kept when it was made again; delete it when you do not need it)"
        ),
    )
}

pub fn unreadable_entry(entry: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "登记库记录读不出  {entry}（文件没有动。请先更新津彩；仍然如此，请用 jincai backup restore 换上备份）"
        ),
        format!(
            "unreadable entry  {entry} (its files were not changed; update jincai, or restore a backup of the catalogue)"
        ),
    )
}

pub fn unknown(path: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "未登记  {path}（登记库里没有它。作品文件夹里的，先运行 jincai verify --repair 收回；收不回又不是津彩生成的，请移出作品库）"
        ),
        format!(
            "unknown  {path} (not in the catalogue: `jincai verify --repair` recovers works; if jincai did not make it, please move \
             it out of the library)"
        ),
    )
}

pub fn sound(files: usize) -> Bilingual {
    Bilingual::new(
        format!("作品库完好：{files} 个文件全部与登记库一致。"),
        format!("The library is intact: {} as published.", counted(files, "file is", "files are")),
    )
}

/// How many files there are, and how many things are wrong.
pub fn sum(files: usize, [missing, changed, unknown, unreadable]: [usize; 4]) -> Bilingual {
    let also = |text: String| if unreadable > 0 { text } else { String::new() };
    let also_zh = also(format!("，读不出的登记库记录 {unreadable}"));
    let also_en = also(format!(", {unreadable} unreadable in the catalogue"));
    Bilingual::new(
        format!("共 {files} 个文件：缺失 {missing}，被改动 {changed}，未登记 {unknown}{also_zh}。"),
        format!(
            "{}: {missing} missing, {changed} changed, {unknown} unknown{also_en}.",
            counted(files, "file", "files")
        ),
    )
}

pub fn other_size(bytes: u64, expected: u64) -> Bilingual {
    Bilingual::new(
        format!("现为 {bytes} 字节，应为 {expected}"),
        format!("{bytes} bytes, should be {expected}"),
    )
}

pub fn other_content() -> Bilingual {
    Bilingual::new("内容与发布时不同", "its content differs from what was published")
}

pub fn unreadable(detail: &str) -> Bilingual {
    Bilingual::new(format!("无法读取（{detail}）"), format!("cannot be read: {detail}"))
}

/// A screenshot that proves a receipt.
pub fn missing_proof(file: &str) -> Bilingual {
    Bilingual::new(
        format!("缺失  {file}（回执的截图；从备份里拷回来，或用 jincai posts add --screenshot 重新登记）"),
        format!(
            "missing  {file} (a receipt's screenshot; copy it back from a backup, or record it again with --screenshot)"
        ),
    )
}

pub fn changed_proof(file: &str, reason: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("被改动  {file}：{}（回执的截图，不再能作证；从备份里拷回原来的，或重新登记）", reason.zh),
        format!(
            "changed  {file}: {} (a receipt's screenshot, which proves nothing now; copy the old one back or record it again)",
            reason.en
        ),
    )
}
