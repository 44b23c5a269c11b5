//! What is wrong with a package that was checked.

use super::papers::telling;
use super::why::{size, stop};
use super::{LATE, SUMS, UNFINISHED};
use crate::model::language::Bilingual;
use crate::model::showcase::contents::OddKind;
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
        Fault::ListedTwice { file } => said(
            format!("{}：“{SUMS}”里写了两次，{}", Visible::of(file), again.0),
            format!("{}: \"{SUMS}\" names it twice, {}", Visible::of(file), again.1),
        ),
        Fault::Odd { file, what } => {
            let (file, what) = (Visible::of(file), odd(what));
            said(format!("{file}：{}", what.zh), format!("{file}: {}", what.en))
        }
        Fault::Unreadable { file, detail } => said(
            format!("{}：读不了（{}）", Visible::of(file), Visible::of(detail)),
            format!("{}: it cannot be read ({})", Visible::of(file), Visible::of(detail)),
        ),
        Fault::OddName { file } => said(
            format!("{}：Windows 不能用这个名字，改名后{}", Visible::of(file), again.0),
            format!("{}: Windows cannot have this name; change it and {}", Visible::of(file), again.1),
        ),
        Fault::NamesCollide { file, other } => said(
            format!("{} 和 {} 在有的系统上是同一个名字，{}", Visible::of(file), Visible::of(other), again.0),
            format!(
                "{} and {} are one name on some systems, {}",
                Visible::of(file),
                Visible::of(other),
                again.1
            ),
        ),
        Fault::PathTooLong { file, units } => said(
            format!("{}：路径 {units} 个字符，最多 120，缩短包名", Visible::of(file)),
            format!(
                "{}: the path has {units} characters and may have 120, shorten the package's name",
                Visible::of(file)
            ),
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
            format!("《{}》：序号 {no} 和文件名对不上，重新做一包", Visible::of(title)),
            format!("\"{}\": its number {no} is not that of its name, build it again", Visible::of(title)),
        ),
        Fault::NotInFolder { title, file } => said(
            format!("《{}》：{} 不在它的文件夹里，重新拷贝", Visible::of(title), Visible::of(file)),
            format!("\"{}\": {} is not in its folder, copy it again", Visible::of(title), Visible::of(file)),
        ),
        Fault::Rule { title, stop: why } => {
            let why = stop(why);
            said(
                format!("《{}》：{}", Visible::of(title), why.zh),
                format!("\"{}\": {}", Visible::of(title), why.en),
            )
        }
        Fault::OfTwoWorks { title, file } => said(
            format!("《{}》：{} 也是另一件作品的，重新做一包", Visible::of(title), Visible::of(file)),
            format!(
                "\"{}\": {} is another work's as well, build it again",
                Visible::of(title),
                Visible::of(file)
            ),
        ),
        Fault::NoPart { title, part } => said(
            format!("《{}》：缺“{}”，补上后重新做一包", Visible::of(title), Visible::of(part)),
            format!(
                "\"{}\": \"{}\" is lacking, add it and build again",
                Visible::of(title),
                Visible::of(part)
            ),
        ),
        Fault::NotSigned { title, file } => said(
            format!("《{}》：{} 不是审核通过的那个，重新做一包", Visible::of(title), Visible::of(file)),
            format!(
                "\"{}\": {} is not the one that was released, build it again",
                Visible::of(title),
                Visible::of(file)
            ),
        ),
        Fault::Tells { file, tells } => {
            let (file, what) = (Visible::of(file), telling(tells));
            said(
                format!("匿名报送不允许：{file} {}", what.zh),
                format!("identity is forbidden, and {file} {}", what.en),
            )
        }
        Fault::TellingColumn { head } => said(
            format!("匿名报送不允许：表格里有“{}”一栏，从方案里去掉", Visible::of(head)),
            format!(
                "identity is forbidden, and a sheet has the column \"{}\": take it out of the profile",
                Visible::of(head)
            ),
        ),
        Fault::ZipName { zip, name } => said(
            format!("{}：里面是“{}”，压缩包要叫同样的名字", Visible::of(zip), Visible::of(name)),
            format!("{}: it holds \"{}\", and has to be called so", Visible::of(zip), Visible::of(name)),
        ),
        Fault::LacksParts { there, of } => said(
            format!("一共 {of} 个压缩包，这里只有 {there} 个：放到同一个文件夹里再核对"),
            format!(
                "there are {of} zips, and {there} of them are here: put them into one folder and check again"
            ),
        ),
        Fault::NotNamedLate => said(
            format!("这一包是截止后做的，名字前却没有“{LATE}”"),
            format!("it was built after the deadline, and its name does not begin with \"{LATE}\""),
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

/// Returns what no package of ours holds, as a sentence about the file, and what to do.
fn odd(what: &OddKind) -> Bilingual {
    let said = |zh: &str, en: &str| Bilingual::new(zh, en);
    match what {
        OddKind::NoFile => {
            said("是链接或设备，不是文件，拿出来", "it is a link or a device, and no file: take it out")
        }
        OddKind::SameName { other } => Bilingual::new(
            format!("和 {} 同名，只能留一个", Visible::of(other)),
            format!("it has the name of {}: one of them has to go", Visible::of(other)),
        ),
        OddKind::TooMuch => said(
            "文件太多、太深或清单太大，不是报送包",
            "there are too many files, folders too deep, or too large a list: it is no package",
        ),
        OddKind::NoZip { detail } => Bilingual::new(
            format!("不是能读的压缩包（{}）：重新拷贝或重新下载", Visible::of(detail)),
            format!("it is no zip that can be read ({}): copy or download it again", Visible::of(detail)),
        ),
        OddKind::Stray => said(
            "压缩包里夹带了不属于任何文件的数据或备注：重新做一包",
            "it carries data or a comment that belong to no file: build it again",
        ),
        OddKind::Outside => said(
            "名字指向包外面，不要解压：重新做一包",
            "its name leads out of the package, do not unpack it: build it again",
        ),
        OddKind::NameEncoding => said(
            "名字不是 UTF-8，在别的电脑上会乱码：用 `jincai package build --zip` 重新压缩",
            "its name is not marked as UTF-8 and would be garbled elsewhere: zip it with `jincai package build --zip`",
        ),
        OddKind::OtherTop => said(
            "不在包的文件夹里：压缩整个文件夹，不要只压缩里面的文件",
            "it is not in the package's folder: zip the folder, and not what is in it",
        ),
        OddKind::Encrypted => {
            said("加了密码：去掉密码重新压缩", "it is encrypted: zip it without a password")
        }
        OddKind::Contradiction { detail } => Bilingual::new(
            format!("压缩包自相矛盾（{}），不要解压：重新做一包", Visible::of(detail)),
            format!("the zip contradicts itself ({}), do not unpack it: build it again", Visible::of(detail)),
        ),
        OddKind::Bomb => said(
            "解压出来会大得离谱，不要解压：重新做一包",
            "it would unpack to far more than it says, do not unpack it: build it again",
        ),
    }
}
