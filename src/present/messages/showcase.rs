//! Showcase packages in words: names of files, what stops a work, what is lacking, and what commands say.

mod commands;
mod faults;
mod forms;
mod outcome;
mod page;
mod papers;
mod profile;
mod why;

pub use commands::*;
pub use faults::fault;
pub use forms::*;
pub use outcome::*;
pub use page::*;
pub use profile::{checked, facts, left, list_heads, list_row, loud, unknown_profile, warning};
pub use why::{lacks, note, open, stop, take_name};

use crate::model::receipt::Receipt;
use crate::model::showcase::candidate::AiSaid;
use crate::model::showcase::profile::Take;

/// The folder of papers, below that of profiles.
pub const PAPERS: &str = "材料";

/// What the name of a package begins with that lacks something.
pub const UNFINISHED: &str = "未齐-";

/// What the name of a package begins with that was built after the deadline.
pub const LATE: &str = "逾期-";

/// Our own list, for people and for programs.
pub const LIST: &str = "清单.xlsx";
pub const LIST_JSON: &str = "清单.json";

/// The list of digests, in the form of `sha256sum -c`.
pub const SUMS: &str = "校验 SHA256.txt";

/// What compares them on Windows.
pub const SUMS_CMD: &str = "校验.cmd";

pub const PAGE: &str = "index.html";

/// The names in a package that are ours.
pub fn own_files() -> [&'static str; 5] {
    [LIST, LIST_JSON, SUMS, SUMS_CMD, PAGE]
}

/// Returns the name of a package's folder.
pub fn folder_name(name: &str, is_complete: bool, is_late: bool) -> String {
    let unfinished = if is_complete { "" } else { UNFINISHED };
    let late = if is_late { LATE } else { "" };
    format!("{unfinished}{late}{name}")
}

/// Returns the name of a zip; of several, which one it is.
pub fn zip_name(name: &str, (number, of): (usize, usize)) -> String {
    match of {
        1 => format!("{name}.zip"),
        _ => format!("{name}-第{number}包-共{of}包.zip"),
    }
}

/// Returns what several zips of one package have in common, by the name of one of them, and how many there are.
pub fn whole_of_part(zip: &str) -> Option<(&str, usize)> {
    let stem = zip.strip_suffix(".zip").or(zip.strip_suffix(".ZIP"))?;
    let (name, part) = stem.rsplit_once("-第")?;
    let (number, of) = part.strip_suffix("包")?.split_once("包-共")?;
    let (number, of) = (number.parse::<usize>().ok()?, of.parse::<usize>().ok()?);
    (1..=of).contains(&number).then_some((name, of))
}

/// Returns the name of the folder that several zips lie in.
pub fn zips_name(name: &str, of: usize) -> String {
    format!("{name}-共{of}包")
}

/// What tells a part's file from others of the same work.
pub fn suffix(take: Take) -> &'static str {
    match take {
        Take::Video | Take::Cover | Take::Paper | Take::Sheet | Take::Form => "",
        Take::Synopsis => "-简介",
        Take::Post => "-文案",
        Take::Source => "-原片",
        Take::Links => "-发布链接",
        Take::Screenshots => "-截图",
    }
}

/// A text as Windows' editor reads it: a byte order mark, and its line ends.
pub fn text_file(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    format!("\u{feff}{}\r\n", text.trim_end().replace('\n', "\r\n"))
}

pub fn synopsis(title: &str, synopsis: &str) -> String {
    format!("《{title}》\n\n{synopsis}")
}

/// The links of a work's posts; `None` where no post has one.
pub fn links(title: &str, posts: &[Receipt]) -> Option<String> {
    let lines: Vec<String> = posts
        .iter()
        .filter_map(|post| {
            let url = post.url.as_ref()?;
            let at: String =
                post.posted_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
            let account =
                post.account.as_ref().map(|account| format!("　账号：{account}")).unwrap_or_default();
            Some(format!("{at}　{}{account}\n{url}", post.target))
        })
        .collect();
    (!lines.is_empty()).then(|| format!("《{title}》发布链接\n\n{}", lines.join("\n\n")))
}

pub fn ai(said: AiSaid) -> &'static str {
    match said {
        AiSaid::Nothing => "未声明",
        AiSaid::None => "未使用",
        AiSaid::Assisted => "辅助使用",
        AiSaid::Generated => "含人工智能生成内容",
        AiSaid::Labelled => "文件带有人工智能标识",
    }
}

/// Heads of our own list.
pub fn list_head(column: crate::model::showcase::profile::Column) -> &'static str {
    use crate::model::showcase::profile::Column;
    match column {
        Column::No => "序号",
        Column::Id => "作品编号",
        Column::Title => "作品名称",
        Column::Category => "类别",
        Column::Department => "系部",
        Column::College => "报送单位",
        Column::Authors => "作者",
        Column::Author => "第一作者",
        Column::Teacher => "指导教师",
        Column::Class => "班级",
        Column::Season => "赛季",
        Column::Submitted => "投稿日期",
        Column::Duration => "时长",
        Column::Size => "画面",
        Column::Bytes => "字节",
        Column::Synopsis => "简介",
        Column::Ai => "人工智能使用情况",
        Column::Links => "发布链接",
        Column::Folder => "文件夹",
        Column::File => "视频文件",
        Column::Sha256 => "SHA-256",
        Column::Phone => "联系电话",
        Column::Email => "邮箱",
        Column::StudentId => "学号",
        Column::Contact => "联络员",
        Column::Empty => "备注",
    }
}
