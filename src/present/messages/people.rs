//! What `jincai people` and `jincai contacts` say, and the table of people.

use std::path::Path;

use crate::model::language::{Bilingual, Lang};
use crate::model::people::Person;
use crate::text::{Visible, counted};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Name,
    Unit,
    Position,
    Contact,
    Phone,
    Email,
    StudentId,
}

impl Column {
    /// In the order in which they are written.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Unit, Self::Position, Self::Contact, Self::Phone, Self::Email, Self::StudentId];
}

pub fn column(column: Column) -> Bilingual {
    let (zh, en) = match column {
        Column::Name => ("姓名", "name"),
        Column::Unit => ("系部", "department"),
        Column::Position => ("职务", "position"),
        Column::Contact => ("联络员", "contact"),
        Column::Phone => ("电话", "phone"),
        Column::Email => ("邮箱", "email"),
        Column::StudentId => ("学号", "student_id"),
    };
    Bilingual::new(zh, en)
}

/// What offices call a column besides.
pub fn other_heads(column: Column) -> &'static [&'static str] {
    match column {
        Column::Name => &[],
        Column::Unit => &["单位", "部门", "院系", "学院", "二级学院"],
        Column::Position => &["职称", "职务/职称"],
        Column::Contact => &["是否联络员"],
        Column::Phone => &["手机", "手机号", "联系电话", "联系方式", "电话号码"],
        Column::Email => &["电子邮箱", "电子邮件", "e-mail", "mail"],
        Column::StudentId => &["学号/工号", "工号"],
    }
}

/// The head of a column, for both languages at once.
pub fn head(of: Column) -> String {
    let name = column(of);
    format!("{} {}", name.zh, name.en)
}

/// What stands before the extension of a phone.
pub const EXTENSION: char = '转';

pub fn sheet_name() -> &'static str {
    "人员"
}

/// What stands between the names of a list.
pub fn between(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    }
}

/// What a cell says for yes, as it is written; all that is read is below.
pub fn yes() -> &'static str {
    "是"
}

/// Returns what a cell says of yes or no; `None` where it says neither.
pub fn is_yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "是" | "√" | "✓" | "y" | "yes" | "1" | "true" | "联络员" => Some(true),
        "否" | "不是" | "×" | "n" | "no" | "0" | "false" => Some(false),
        _ => None,
    }
}

pub fn heads(lang: Lang) -> Vec<String> {
    let number = match lang {
        Lang::Zh => "编号",
        Lang::En => "NUMBER",
    };
    let of = |one: Column| match lang {
        Lang::Zh => column(one).zh,
        Lang::En => column(one).en.to_uppercase(),
    };
    std::iter::once(number.to_owned()).chain(Column::ALL.map(of)).collect()
}

pub fn table_unreadable(file: &Path, why: &Bilingual) -> Bilingual {
    let file = Visible::of(file.display().to_string()).to_string();
    Bilingual::new(format!("{file}：{}", why.zh), format!("{file}: {}", why.en))
}

pub fn nobody_yet() -> Bilingual {
    Bilingual::new(
        "还没有登记人员。`jincai people template 人员.xlsx` 写出模板，填好后 `jincai people import 人员.xlsx`。",
        "Nobody is on record yet. `jincai people template people.xlsx` writes a template; `jincai people import people.xlsx` takes it.",
    )
}

/// Below a list with covered numbers.
pub fn how_to_see_all() -> Bilingual {
    Bilingual::new("号码已遮盖，--full 显示全部。", "Numbers are covered; --full shows them.")
}

pub fn added(person: &Person) -> Bilingual {
    let (name, unit) = (Visible::of(&person.name).to_string(), in_unit(person));
    Bilingual::new(
        format!("登记了{name}{}（编号 {}）。", unit.zh, person.id),
        format!("{name}{} is on record under number {}.", unit.en, person.id),
    )
}

pub fn changed(person: &Person) -> Bilingual {
    let (name, unit) = (Visible::of(&person.name).to_string(), in_unit(person));
    Bilingual::new(
        format!("改了{name}{}（编号 {}）。", unit.zh, person.id),
        format!("{name}{}, number {}, was changed.", unit.en, person.id),
    )
}

pub fn unchanged(person: &Person) -> Bilingual {
    let name = Visible::of(&person.name);
    Bilingual::new(
        format!("{name}（编号 {}）已是这样，没有改动。", person.id),
        format!("{name}, number {}, is on record like this already.", person.id),
    )
}

fn in_unit(person: &Person) -> Bilingual {
    let unit = Visible::of(&person.unit);
    match person.unit.is_empty() {
        true => Bilingual::new("", ""),
        false => Bilingual::new(format!("（{unit}）"), format!(" ({unit})")),
    }
}

pub fn no_person(given: &str) -> Bilingual {
    let given = Visible::of(given);
    Bilingual::new(
        format!("没有登记过“{given}”，`jincai people` 列出全部"),
        format!("nobody is on record as \"{given}\"; `jincai people` lists all"),
    )
}

pub fn several_people(given: &str, people: &[&Person]) -> (Bilingual, Bilingual) {
    let given = Visible::of(given);
    let list = |lang: Lang| {
        let each = people.iter().map(|person| {
            let unit = in_unit(person);
            format!("{} {}{}", person.id, Visible::of(&person.name), unit.get(lang))
        });
        each.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
    };
    (
        Bilingual::new(
            format!("“{given}”有 {} 位", people.len()),
            format!("\"{given}\" may be {} people", people.len()),
        ),
        Bilingual::new(
            format!("写编号：{}", list(Lang::Zh)),
            format!("give the number of one: {}", list(Lang::En)),
        ),
    )
}

/// Two of one name and unit: which one is meant is not guessed.
pub fn which_of_them(name: &str) -> Bilingual {
    let name = Visible::of(name);
    Bilingual::new(
        format!("本系部有几位“{name}”，写上学号才知道是哪一位"),
        format!("the department has several people called \"{name}\"; the student number says which one"),
    )
}

pub fn no_name() -> Bilingual {
    Bilingual::new("没有写姓名", "there is no name")
}

pub fn odd_phone() -> Bilingual {
    Bilingual::new(
        "这不是电话号码，例如 13800138000 或 022-26861234",
        "this is no phone number; write it like 13800138000 or 022-26861234",
    )
}

pub fn odd_email() -> Bilingual {
    Bilingual::new(
        "这不是邮箱地址，例如 name@example.edu.cn",
        "this is no mail address; write name@example.edu.cn",
    )
}

pub fn odd_student_id() -> Bilingual {
    Bilingual::new("学号只有字母、数字和 -", "a student number has letters, digits and - only")
}

pub fn too_long() -> Bilingual {
    Bilingual::new("太长了，最多 60 个字", "it is too long; 60 characters at most")
}

pub fn odd_answer() -> Bilingual {
    Bilingual::new("写“是”或“否”", "write yes or no")
}

pub fn formula() -> Bilingual {
    Bilingual::new("单元格里是公式，改成文字", "the cell holds a formula: write text")
}

pub fn not_text() -> Bilingual {
    Bilingual::new(
        "表格软件把它变成了数字或日期，位数可能丢了：把这一列设成“文本”再填",
        "the spreadsheet made a number or a date of it, and may have lost digits: format the column as text, and type it again",
    )
}

pub fn no_heads() -> Bilingual {
    Bilingual::new(
        "前几行里找不到表头“姓名”；`jincai people template` 写出模板",
        "its first rows have no head \"name\"; `jincai people template` writes a template",
    )
}

pub fn head_twice(of: Column) -> Bilingual {
    let name = column(of);
    Bilingual::new(format!("表头“{}”有两列", name.zh), format!("two columns are headed \"{}\"", name.en))
}

pub fn too_many_rows(most: usize) -> Bilingual {
    Bilingual::new(format!("一次最多 {most} 行"), format!("it may have {most} rows"))
}

pub fn no_rows() -> Bilingual {
    Bilingual::new("表里没有人", "it names nobody")
}

pub fn same_person_twice(row: u32) -> Bilingual {
    Bilingual::new(
        format!("和第 {row} 行是同一个人，留一行"),
        format!("row {row} is the same person: keep one"),
    )
}

pub fn row_fault(row: u32, of: Option<Column>, text: &Bilingual) -> Bilingual {
    let name = of.map(column);
    let (zh, en) = match &name {
        Some(name) => (format!("第 {row} 行“{}”", name.zh), format!("row {row}, {}", name.en)),
        None => (format!("第 {row} 行"), format!("row {row}")),
    };
    Bilingual::new(format!("{zh}：{}", text.zh), format!("{en}: {}", text.en))
}

pub fn nothing_imported(faults: usize) -> Bilingual {
    Bilingual::new(
        format!("有 {faults} 处不对，一个人也没有登记；改好后再导入"),
        format!(
            "{}: nobody was recorded; mend them and import again",
            counted(faults as u64, "fault", "faults")
        ),
    )
}

pub fn imported(added: usize, changed: usize, same: usize) -> Bilingual {
    Bilingual::new(
        format!("登记 {added} 人，改动 {changed} 人，{same} 人没有变化。"),
        format!("{added} recorded, {changed} changed, {same} as before."),
    )
}

/// After an import or an addition: the file or the shell's history holds the numbers too.
pub fn copies_elsewhere(file: &Path) -> Bilingual {
    let file = Visible::of(file.display().to_string()).to_string();
    Bilingual::new(
        format!("{file} 里还有这些号码，用完请删除。"),
        format!("{file} holds the numbers too: delete it when you are done."),
    )
}

/// A department that no work has.
pub fn unknown_unit(unit: &str, known: &str) -> Bilingual {
    let (unit, known) = (Visible::of(unit), Visible::of(known));
    Bilingual::new(
        format!("提醒：作品库里没有系部“{unit}”，有：{known}。写法不同就对不上作者。"),
        format!(
            "Warning: the library has no department \"{unit}\"; it has: {known}. Authors are found by the same name only."
        ),
    )
}

pub fn template_written(file: &Path) -> Bilingual {
    let file = Visible::of(file.display().to_string()).to_string();
    Bilingual::new(
        format!("模板写到 {file}。填好后：jincai people import {file}"),
        format!("The template is {file}. Once it is filled in: jincai people import {file}"),
    )
}

pub fn odd_template(file: &Path) -> Bilingual {
    let file = Visible::of(file.display().to_string()).to_string();
    Bilingual::new(
        format!("{file}：模板是 .xlsx 或 .csv 文件"),
        format!("{file}: a template is an .xlsx or .csv file"),
    )
}

pub fn is_there_already(file: &Path) -> Bilingual {
    let file = Visible::of(file.display().to_string()).to_string();
    Bilingual::new(
        format!("{file} 已经有了，没有动它；换一个文件名"),
        format!("{file} is there already and was left alone: give another name"),
    )
}

pub fn forgotten(person: &Person, copies: usize) -> Bilingual {
    let name = Visible::of(&person.name);
    let (zh, en) = match copies {
        0 => (String::new(), String::new()),
        _ => (
            format!("，作品库里的 {copies} 个登记库备份也删了"),
            format!(", and from {} in the library", counted(copies as u64, "copy of it", "copies of it")),
        ),
    };
    Bilingual::new(
        format!("{name}（编号 {}）的电话、邮箱、学号已从登记库彻底删除{zh}。", person.id),
        format!("{name}, number {}, is erased from the catalogue{en}.", person.id),
    )
}

/// What cannot be erased from here.
pub fn what_remains() -> Bilingual {
    Bilingual::new(
        "还可能留着的：做好的报送包和填好的表、用 jincai backup --to 存到别处的备份、导入用的表格。作品上的署名不变。",
        "What may remain: packages that were built, forms that were filled, backups written elsewhere with jincai backup --to, and the tables that were imported. The credits of works stay.",
    )
}

/// Packages whose profile asks for personal data, and whose works name whom is forgotten.
pub fn remains_in_package(number: u64, name: &str) -> Bilingual {
    let name = Visible::of(name);
    Bilingual::new(
        format!("· 第 {number} 号报送包“{name}”有其作品"),
        format!("· package {number} \"{name}\" holds a work of this person"),
    )
}

pub fn log_in_use(id: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "另一个程序正在读登记库，旧数据要等它用完才能擦净：停下服务后再运行 jincai people forget {id}"
        ),
        format!(
            "another program reads the catalogue, and old pages stay in its log until it is done: stop the service, and run jincai people forget {id} again"
        ),
    )
}

/// A number that nobody has any more.
pub fn wiped(id: u64) -> Bilingual {
    Bilingual::new(
        format!("没有编号 {id} 的人；登记库里删除过的旧数据已擦净。"),
        format!("Nobody has the number {id}; what was erased before is wiped from the catalogue's file."),
    )
}

pub fn copy_not_erased(file: &Path, detail: &str) -> Bilingual {
    let (file, detail) =
        (Visible::of(file.display().to_string()).to_string(), Visible::of(detail).to_string());
    Bilingual::new(
        format!("备份 {file} 里没能删除（{detail}）：不要了就删掉这个文件"),
        format!("the copy {file} still holds it ({detail}): delete the file if you do not need it"),
    )
}

/// Heads of the list of contacts.
pub fn contact_heads(lang: Lang) -> Vec<String> {
    let heads = [
        ("系部", "DEPARTMENT"),
        ("联络员", "CONTACT"),
        ("职务", "POSITION"),
        ("电话", "PHONE"),
        ("邮箱", "EMAIL"),
    ];
    heads.map(|(zh, en)| if lang == Lang::Zh { zh } else { en }.to_owned()).to_vec()
}

pub fn no_contacts() -> Bilingual {
    Bilingual::new(
        "还没有登记联络员。例：jincai people add --name 王芳 --department 机械工程系 --phone 13800138000 --contact",
        "No contact is on record yet, such as: jincai people add --name NAME --department UNIT --phone NUMBER --contact",
    )
}

pub fn units_without(units: &[String]) -> Bilingual {
    let list = |between: &str| {
        units.iter().map(|unit| Visible::of(unit).to_string()).collect::<Vec<_>>().join(between)
    };
    Bilingual::new(
        format!("没有联络员的系部（{}）：{}", units.len(), list("、")),
        format!("Departments without a contact ({}): {}", units.len(), list(", ")),
    )
}

/// A contact whom nobody can reach.
pub fn contact_lacks(person: &Person) -> Option<Bilingual> {
    let name = Visible::of(&person.name);
    match (person.phone.is_empty(), person.email.is_empty()) {
        (false, false) => None,
        (true, true) => Some(Bilingual::new(
            format!("{name}没有登记电话和邮箱"),
            format!("neither phone nor mail of {name} is on record"),
        )),
        (true, false) => {
            Some(Bilingual::new(format!("{name}没有登记电话"), format!("no phone of {name} is on record")))
        }
        (false, true) => Some(Bilingual::new(
            format!("{name}没有登记邮箱"),
            format!("no mail address of {name} is on record"),
        )),
    }
}
