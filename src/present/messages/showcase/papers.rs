//! What is wrong with papers that the office puts in.

use crate::model::language::Bilingual;
use crate::model::showcase::contents::Tells;
use crate::model::showcase::plan::Open;
use crate::text::{Visible, size};

/// Returns what is wrong with a paper, and what to do.
pub(super) fn paper(open: &Open) -> Bilingual {
    let said = |zh: String, en: String| Bilingual::new(zh, en);
    match open {
        Open::NoPaper { name, folder } => {
            let (name, folder) = (Visible::of(name), Visible::of(folder));
            said(
                format!("缺“{name}”：放进 {folder}，文件名就叫“{name}”，后面要加字先加 - 或括号"),
                format!(
                    "\"{name}\" is lacking: put it into {folder}, under this name; what follows it stands behind a - or in brackets"
                ),
            )
        }
        Open::SeveralPapers { name, files } => {
            let files = Visible::of(files.join("、")).to_string();
            said(
                format!("“{}”有好几份，留一份：{files}", Visible::of(name)),
                format!("there are several of \"{}\", keep one: {files}", Visible::of(name)),
            )
        }
        Open::OldPaper { file } => {
            let file = Visible::of(file);
            said(
                format!("{file} 是老格式：在 Word 或 WPS 里另存为 .docx、.xlsx"),
                format!("{file} is of an old format: save it as .docx or .xlsx"),
            )
        }
        Open::EmptyPaper { file } => {
            let file = Visible::of(file);
            said(
                format!("{file} 是空文件：重新保存或重新拷贝"),
                format!("{file} is empty: save or copy it again"),
            )
        }
        Open::RenamedPaper { file, ending } => {
            let (file, ending) = (Visible::of(file), Visible::of(ending));
            said(
                format!("{file} 只是改了后缀，内容不是 .{ending}：用原来的软件另存为 .{ending}"),
                format!(
                    "{file} is no .{ending} but for its name: save it as one in the program it was made with"
                ),
            )
        }
        Open::PaperFormat { file, formats } => {
            let (file, formats) = (Visible::of(file), formats.join("、"));
            said(format!("{file} 的格式应是 {formats}"), format!("{file} has to be one of {formats}"))
        }
        Open::PaperTooLarge { file, most } => {
            let file = Visible::of(file);
            said(
                format!("{file} 太大，最多 {}", size(*most)),
                format!("{file} is too large; at most {} are allowed", size(*most)),
            )
        }
        Open::PaperTells { file, tells } => {
            let (file, what) = (Visible::of(file), telling(tells));
            said(
                format!("匿名报送，{file} 却{}，没有放进去", what.zh),
                format!("identity is forbidden, and {file} {}: it is not taken", what.en),
            )
        }
        // Said elsewhere.
        _ => Bilingual::default(),
    }
}

/// Returns the same without names of files; `None` for what is no paper.
pub(super) fn lacks(open: &Open) -> Option<String> {
    let said = match open {
        Open::NoPaper { name, .. } => format!("缺“{name}”"),
        Open::SeveralPapers { name, .. } => format!("“{name}”有好几份"),
        Open::OldPaper { .. } => "有一份材料是老格式".to_owned(),
        Open::EmptyPaper { .. } => "有一份材料是空文件".to_owned(),
        Open::RenamedPaper { .. } | Open::PaperFormat { .. } => "有一份材料的格式不符合要求".to_owned(),
        Open::PaperTooLarge { .. } => "有一份材料太大".to_owned(),
        Open::PaperTells { .. } => "有一份材料透露了身份".to_owned(),
        _ => return None,
    };
    Some(said)
}

/// Returns what a file tells and what to do, as the end of a sentence about it.
pub(super) fn telling(tells: &[Tells]) -> Bilingual {
    if tells.is_empty() {
        return Bilingual::new(
            "无法检查：存成 docx、xlsx、jpg 或 png",
            "cannot be looked into: save it as docx, xlsx, jpg or png",
        );
    }
    let all: Vec<Bilingual> = tells.iter().map(one).collect();
    let join = |of: fn(&Bilingual) -> &str, sign| all.iter().map(of).collect::<Vec<_>>().join(sign);
    Bilingual::new(join(|said| &said.zh, "，"), join(|said| &said.en, ", and "))
}

fn one(tells: &Tells) -> Bilingual {
    let said = |zh: &str, en: &str| Bilingual::new(zh, en);
    match tells {
        Tells::Properties => said(
            "在文档属性里写着作者或单位（文件 → 信息 → 检查文档，删去个人信息）",
            "names its author in its properties (File, Info, Inspect Document removes them)",
        ),
        Tells::Revisions => said(
            "有带姓名的批注或修订（接受修订、删去批注后再存）",
            "has comments or tracked changes with names (accept and delete them)",
        ),
        Tells::Metadata => said(
            "带有拍摄信息或 AI 标识（另存一份不带信息的图片）",
            "carries what the camera wrote, or an AI label (export the picture without it)",
        ),
        Tells::Tags => said("的标签里写着标题或单位", "tells something in its tags"),
        Tells::Embedded { part } => Bilingual::new(
            format!("嵌有无法检查的内容 {}（删去，或另存为图片）", Visible::of(part)),
            format!(
                "holds {}, which cannot be looked into (remove it, or make a picture of it)",
                Visible::of(part)
            ),
        ),
        Tells::Unknown => said(
            "无法检查（存成 docx、xlsx、jpg 或 png）",
            "cannot be looked into (save it as docx, xlsx, jpg or png)",
        ),
        Tells::Name { name } => {
            let name = Visible::of(name);
            Bilingual::new(format!("里面有“{name}”"), format!("holds \"{name}\""))
        }
    }
}
