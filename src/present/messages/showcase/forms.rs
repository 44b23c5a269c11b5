//! What is said of the organisers' forms.

use crate::model::language::Bilingual;
use crate::model::showcase::plan::Unfilled;
use crate::text::{Visible, counted};

/// A form that is not there, or cannot be used.
pub fn no_form(template: &str, folder: &str, why: Option<&Bilingual>) -> Bilingual {
    let (template, folder) = (Visible::of(template), Visible::of(folder));
    match why {
        Some(why) => Bilingual::new(
            format!("{folder}/{template}：{}", why.zh),
            format!("{folder}/{template}: {}", why.en),
        ),
        None => Bilingual::new(
            format!("缺组织方的表“{template}”：放进 {folder}"),
            format!("the organiser's form \"{template}\" is lacking: put it into {folder}"),
        ),
    }
}

/// A label of a form whose cell stays empty.
pub fn unfilled(form: &str, label: &str, why: &Unfilled) -> Bilingual {
    let (form, label) = (Visible::of(form), Visible::of(label));
    let reason = reason(why);
    Bilingual::new(
        format!("“{form}”的“{label}”没有填：{}", reason.zh),
        format!("\"{label}\" of \"{form}\" is not filled: {}", reason.en),
    )
}

fn reason(why: &Unfilled) -> Bilingual {
    match why {
        Unfilled::NotSaid => Bilingual::new("作品没有写", "the work does not say it"),
        Unfilled::NotOnRecord { name, several: false } => {
            let name = Visible::of(name);
            Bilingual::new(
                format!("没有登记{name}的，`jincai people add` 登记"),
                format!("none of {name} is on record; `jincai people add` records it"),
            )
        }
        Unfilled::NotOnRecord { name, several: true } => {
            let name = Visible::of(name);
            Bilingual::new(
                format!("{name}登记了不止一位，不知道是哪一位，请人工填"),
                format!("more than one {name} is on record: fill it in by hand"),
            )
        }
        Unfilled::NoRoom => Bilingual::new(
            "右边和下面没有空格可填，请人工填",
            "there is no empty cell beside or below it: fill it in by hand",
        ),
        Unfilled::Ambiguous => Bilingual::new(
            "表里出现不止一次，可能是不同的人，请人工填",
            "it is there more than once, and may be about different people: fill it in by hand",
        ),
        Unfilled::Anonymous => Bilingual::new("匿名报送，不填", "identity is forbidden, so it is left empty"),
        Unfilled::NoLabel => Bilingual::new(
            "表里没有这个标签，改方案里的 fill",
            "the form has no such label: change `fill` in the profile",
        ),
    }
}

/// Labels that nobody but a person can fill.
pub fn left_to_hand(form: &str, labels: &[String]) -> Bilingual {
    let form = Visible::of(form);
    let list = |between: &str| {
        labels.iter().map(|label| Visible::of(label).to_string()).collect::<Vec<_>>().join(between)
    };
    Bilingual::new(
        format!("“{form}”里要人工填的：{}", list("、")),
        format!("to be filled in by hand in \"{form}\": {}", list(", ")),
    )
}

/// How a person completes a form.
pub fn how_to_complete() -> Bilingual {
    Bilingual::new(
        "要补填、签字或盖章的表：改好后放进“材料/方案/作品编号/”，再做一次包就用它。",
        "Forms to be completed, signed or sealed: put them into 材料/PROFILE/WORK/, and the next package takes them.",
    )
}

/// A form whose file is of an old format, by its name.
pub fn old_form(file: &str) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!("{file} 是老格式：在 Word、Excel 或 WPS 里另存为 .docx、.xlsx"),
        format!("{file} is of an old format: save it as .docx or .xlsx"),
    )
}

pub fn form_not_filled(file: &str, why: &Bilingual) -> (Bilingual, Bilingual) {
    let file = Visible::of(file);
    (
        Bilingual::new(
            format!("表格模板 {file} 没能填，包没有做：{}", why.zh),
            format!("the form {file} could not be filled, and no package was built: {}", why.en),
        ),
        Bilingual::new("不要同时改模板，再做一次", "leave the form alone meanwhile, and build again"),
    )
}

/// Contacts in the organiser's form.
pub fn contacts_filled(file: &str, contacts: usize, cells: usize) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!("填了 {contacts} 位联络员（{cells} 格），其余原样：{file}"),
        format!(
            "{} filled in ({cells} cells), all else as it was: {file}",
            counted(contacts as u64, "contact", "contacts")
        ),
    )
}

pub fn too_few_rows(rows: usize, contacts: usize) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("表里只有 {rows} 行空格，联络员有 {contacts} 位，什么也没写"),
            format!("the form has {rows} empty rows for {contacts} contacts: nothing was written"),
        ),
        Bilingual::new("在模板里加够空行，再试一次", "add rows to the form, and try again"),
    )
}

pub fn no_place_for_contacts(file: &str) -> (Bilingual, Bilingual) {
    let file = Visible::of(file);
    (
        Bilingual::new(
            format!("{file} 里找不到“联络员”或“姓名”旁边的空格，什么也没写"),
            format!(
                "{file} has no empty cell beside or below a label such as 联络员 or 姓名: nothing was written"
            ),
        ),
        Bilingual::new(
            "表头要有 单位、联络员、职务、电话、邮箱 这些字样，下面留空行",
            "its heads are to be 单位, 联络员, 职务, 电话, 邮箱, with empty rows below",
        ),
    )
}

/// A form for one contact, and several on record.
pub fn form_for_one(contacts: usize) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("这张表只填一位联络员，登记了 {contacts} 位，什么也没写"),
            format!("the form is for one contact, and {contacts} are on record: nothing was written"),
        ),
        Bilingual::new("用 --department 说明是哪个系部的", "say of which department with --department"),
    )
}

pub fn odd_form(file: &str) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!("{file}：表格是 .docx 或 .xlsx 文件"),
        format!("{file}: a form is a .docx or .xlsx file"),
    )
}

pub fn form_unreadable(file: &str, why: &Bilingual) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(format!("{file}：{}", why.zh), format!("{file}: {}", why.en))
}

/// A filled form under another ending would not open.
pub fn same_ending(file: &str, ending: &str) -> Bilingual {
    let file = Visible::of(file);
    Bilingual::new(
        format!("{file}：这张表是 .{ending} 格式，文件名也要以 .{ending} 结尾"),
        format!("{file}: the form is a .{ending} file, and the name has to end so"),
    )
}
