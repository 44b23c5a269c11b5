//! What is wrong with a package that was checked.

use super::why::{size, stop};
use super::{SUMS, UNFINISHED};
use crate::model::language::Bilingual;
use crate::model::showcase::fault::Fault;
use crate::text::Visible;

/// Returns what is wrong, where, and what to do.
pub fn fault(fault: &Fault) -> Bilingual {
    let said = |zh: String, en: String| Bilingual::new(zh, en);
    let again = ("重新做一包", "build it again");
    match fault {
        Fault::NoSums => said(
            format!("没有“{SUMS}”：这不是报送包，或没有拷全"),
            format!("there is no \"{SUMS}\": it is no package, or was not copied whole"),
        ),
        Fault::OddLine { line } => said(
            format!("“{SUMS}”第 {line} 行格式不对：{}", again.0),
            format!("line {line} of \"{SUMS}\" cannot be read: {}", again.1),
        ),
        Fault::Missing { file } => said(
            format!("{}：没有这个文件，重新拷贝", Visible::of(file)),
            format!("{}: the file is missing, copy it again", Visible::of(file)),
        ),
        Fault::Changed { file } => said(
            format!("{}：内容和做包时不一样，重新拷贝或{}", Visible::of(file), again.0),
            format!("{}: it is not as it was built, copy it again or {}", Visible::of(file), again.1),
        ),
        Fault::Extra { file } => said(
            format!("{}：清单里没有它，拿出来", Visible::of(file)),
            format!("{}: no list names it, take it out", Visible::of(file)),
        ),
        Fault::NoFile { file } => said(
            format!("{}：是链接或设备，不是文件", Visible::of(file)),
            format!("{}: it is a link or a device, and no file", Visible::of(file)),
        ),
        Fault::Unreadable { file, detail } => said(
            format!("{}：读不了（{}）", Visible::of(file), Visible::of(detail)),
            format!("{}: it cannot be read ({})", Visible::of(file), Visible::of(detail)),
        ),
        Fault::OddName { file } => said(
            format!("{}：Windows 不能用这个名字", Visible::of(file)),
            format!("{}: Windows cannot have this name", Visible::of(file)),
        ),
        Fault::NamesCollide { file, other } => said(
            format!("{} 和 {} 在有的系统上是同一个名字", Visible::of(file), Visible::of(other)),
            format!("{} and {} are one name on some systems", Visible::of(file), Visible::of(other)),
        ),
        Fault::PathTooLong { file, units } => said(
            format!("{}：路径 {units} 个字符，最多 120", Visible::of(file)),
            format!("{}: the path has {units} characters and may have 120", Visible::of(file)),
        ),
        Fault::TooLargeForDisk { file, bytes } => said(
            format!("{}：{}，FAT32 放不下，改用 exFAT 的盘", Visible::of(file), size(*bytes)),
            format!("{}: {} do not fit on FAT32, take an exFAT disk", Visible::of(file), size(*bytes)),
        ),
        other => of_works(other),
    }
}

fn of_works(fault: &Fault) -> Bilingual {
    let said = |zh: String, en: String| Bilingual::new(zh, en);
    match fault {
        Fault::NoWorks { detail } => said(
            format!("清单读不了（{}）：重新做一包", Visible::of(detail)),
            format!("the list of works cannot be read ({}): build it again", Visible::of(detail)),
        ),
        Fault::Numbers { no, title } => said(
            format!("《{}》：序号 {no} 不对", Visible::of(title)),
            format!("\"{}\": its number {no} is out of order", Visible::of(title)),
        ),
        Fault::NotInFolder { title, file } => said(
            format!("《{}》：{} 不在它的文件夹里", Visible::of(title), Visible::of(file)),
            format!("\"{}\": {} is not in its folder", Visible::of(title), Visible::of(file)),
        ),
        Fault::Rule { title, stop: why } => {
            let why = stop(why);
            said(
                format!("《{}》：{}", Visible::of(title), why.zh),
                format!("\"{}\": {}", Visible::of(title), why.en),
            )
        }
        Fault::Tags { file } => said(
            format!("{}：文件标签里写着标题或单位，匿名报送不允许", Visible::of(file)),
            format!("{}: its tags name a title or a unit, which is forbidden", Visible::of(file)),
        ),
        Fault::NotNamedUnfinished => said(
            format!("这一包没有齐，名字前却没有“{UNFINISHED}”"),
            format!("it is unfinished, and its name does not begin with \"{UNFINISHED}\""),
        ),
        Fault::Lacks { what } => {
            let what = Visible::of(what);
            said(format!("未齐：{what}"), format!("unfinished: {what}"))
        }
        // Said above.
        _ => Bilingual::default(),
    }
}
