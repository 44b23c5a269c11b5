//! Why something is no receipt, and what to do.

use std::path::Path;

use super::super::template::shown;
use super::{Column, column, kind};
use crate::model::language::Bilingual;
use crate::model::receipt::ReceiptKind;

fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual::new(zh, en)
}

pub fn unknown_target(given: &str, known: &[&str]) -> Bilingual {
    let given = shown(given);
    both(
        format!("没有叫“{given}”的发布目标。可以用：{}。", known.join("、")),
        format!("There is no target “{given}”. There are: {}.", known.join(", ")),
    )
}

pub fn nothing_is_posted_there(target: &str) -> Bilingual {
    both(
        format!("“{target}”是屏幕，不在那里发布，所以没有回执。"),
        format!("“{target}” is a screen: nothing is posted there, so there are no receipts."),
    )
}

pub fn unknown_kind(given: &str) -> Bilingual {
    let names: Vec<String> = ReceiptKind::ALL
        .into_iter()
        .filter(|what| *what != ReceiptKind::Seen)
        .map(|what| format!("{} {}", kind(what).zh, what.name()))
        .collect();
    let given = shown(given);
    both(
        format!("没有“{given}”这种类型。可以写：{}；空着就是发布。", names.join("、")),
        format!("There is no kind “{given}”. There are: {}; empty is a post.", names.join(", ")),
    )
}

pub fn no_work(given: &str) -> Bilingual {
    let given = shown(given);
    both(
        format!(
            "作品库里没有“{given}”。请写作品编号（可以只写开头几位）或完整的作品名；编号见作品清单 manifest.xlsx。"
        ),
        format!(
            "The library has no work “{given}”. Please give its id, a beginning of that, or its whole title; ids are in \
             manifest.xlsx."
        ),
    )
}

pub fn several_works(given: &str, works: &[(String, String)]) -> Bilingual {
    let given = shown(given);
    let list = |between: &str| {
        works.iter().map(|(id, title)| format!("{id} {}", shown(title))).collect::<Vec<_>>().join(between)
    };
    both(
        format!("“{given}”对得上几件作品：{}。请写完整的作品编号。", list("；")),
        format!("“{given}” fits several works: {}. Please give the whole id.", list("; ")),
    )
}

pub fn no_name() -> Bilingual {
    both("请写明经手人，例如 --by 王芳。", "Please say who did it, such as --by 王芳.")
}

pub fn cell_missing() -> Bilingual {
    both("没有填。请补上。", "is empty. Please fill it in.")
}

pub fn cell_formula() -> Bilingual {
    both(
        "是公式或错误值。请复制后用“粘贴为数值”，变成普通文字。",
        "is a formula or an error. Please copy it and paste it as a value.",
    )
}

pub fn cell_not_text() -> Bilingual {
    both(
        "被表格软件变成了数字或日期，可能已经丢了位数。请把这一列设为“文本”格式再重新填写。",
        "was turned into a number or a date by the spreadsheet and may have lost digits. Please format the column as text and type it \
         again.",
    )
}

pub fn cell_too_long() -> Bilingual {
    both("太长了，请缩短到 2000 字以内。", "is too long; please keep it below 2000 characters.")
}

pub fn not_a_link() -> Bilingual {
    both(
        "这不是网址。请粘贴以 https:// 开头的链接。",
        "This is no link. Please paste one that begins with https://.",
    )
}

pub fn several_links() -> Bilingual {
    both(
        "里面有几个链接。一条回执只写一个链接，请分开登记。",
        "There are several links. Please record each on its own.",
    )
}

pub fn wrong_scheme(scheme: &str) -> Bilingual {
    let scheme = shown(scheme);
    both(
        format!("“{scheme}:”不是网页链接。请粘贴以 https:// 开头的链接。"),
        format!("“{scheme}:” is no link of a page. Please paste one that begins with https://."),
    )
}

pub fn user_info(host: &str) -> Bilingual {
    let host = shown(host);
    both(
        format!(
            "链接里夹着用户名（@ 前面的部分），真正打开的是 {host}。这种链接不收，请在平台上重新复制链接。"
        ),
        format!(
            "The link holds a user name (before the @) and really leads to {host}. Please copy the link on the platform again."
        ),
    )
}

pub fn odd_port(host: &str, port: u16) -> Bilingual {
    let host = shown(host);
    both(
        format!(
            "链接指定了端口 {host}:{port}，平台的链接没有端口。本单位网站用这个端口的话，请把 \"{host}:{port}\" 写进 [post.hosts]。"
        ),
        format!(
            "The link names a port, {host}:{port}, which links of platforms do not. If the college's site uses it, write \
             \"{host}:{port}\" under [post.hosts]."
        ),
    )
}

/// `fits` is the target whose link it is.
pub fn other_host(host: &str, target: &str, hosts: &[String], fits: Option<&str>) -> Bilingual {
    let (host, target) = (shown(host), shown(target));
    match fits {
        Some(fits) => both(
            format!("{host} 不是“{target}”的网址，是“{fits}”的。请核对发布目标。"),
            format!("{host} is no address of “{target}” but of “{fits}”. Please check the target."),
        ),
        None => both(
            format!(
                "{host} 不是“{target}”的网址（应为 {}）。请在平台上重新复制链接；本单位的域名请写进 [post.hosts]。",
                hosts.join("、")
            ),
            format!(
                "{host} is no address of “{target}” (which are {}). Please copy the link on the platform again; name the college's \
                 own domains under [post.hosts].",
                hosts.join(", ")
            ),
        ),
    }
}

pub fn no_post() -> Bilingual {
    both(
        "这是首页、账号主页或后台页面，不是作品的链接。请打开那条作品再复制链接。",
        "This is a home page, an account or a page that only its owner sees, not a post. Please open the post and copy its link.",
    )
}

pub fn link_too_long() -> Bilingual {
    both(
        "链接太长了。请用平台的“复制链接”重新复制。",
        "The link is too long. Please copy it again on the platform.",
    )
}

pub fn not_a_time() -> Bilingual {
    both(
        "看不懂这个时间。请写成 2026-11-30 14:05。",
        "This is no time that can be read. Please write it as 2026-11-30 14:05.",
    )
}

pub fn no_time_of_day() -> Bilingual {
    both(
        "只有日期，看不出是不是审核通过以后发布的。请写到分钟，例如 2026-11-30 14:05。",
        "A date alone does not tell whether it was posted after its release. Please add the time, such as 2026-11-30 14:05.",
    )
}

pub fn in_the_future() -> Bilingual {
    both(
        "这个时间还没有到。请核对；发布以后再登记。",
        "This time has not come yet. Please check it; record a post after posting.",
    )
}

pub fn other_work(id: &str, title: &str) -> Bilingual {
    let title = shown(title);
    both(
        format!("这个链接已经登记在另一件作品名下：{id}《{title}》。一个链接只能是一件作品的，请核对。"),
        format!(
            "This link is on record for another work: {id} “{title}”. A link is one work's only; please check it."
        ),
    )
}

pub fn other_use(seq: u64, target: &str, what: ReceiptKind) -> Bilingual {
    let (target, what) = (shown(target), kind(what));
    both(
        format!(
            "这个链接已经作为“{}”登记过（{target}，回执 {seq}）。一个链接只算一次，请核对发布目标和类型。",
            what.zh
        ),
        format!(
            "This link is on record as {} ({target}, receipt {seq}). A link counts once; please check target and kind.",
            what.en
        ),
    )
}

pub fn same_link_in_table(row: u32) -> Bilingual {
    both(
        format!("和第 {row} 行是同一个链接。一个链接只能是一件作品的，请核对。"),
        format!("This is the link of row {row}. A link is one work's only; please check it."),
    )
}

pub fn nothing_to_remove(target: &str) -> Bilingual {
    let target = shown(target);
    both(
        format!("这件作品在“{target}”上没有登记着的发布。请用 --url 写明删掉的是哪个链接。"),
        format!(
            "No post of this work on “{target}” is on record. Please name the link that was removed with --url."
        ),
    )
}

pub fn several_to_remove(posts: &[(u64, Option<String>)]) -> Bilingual {
    let list: Vec<String> =
        posts.iter().map(|(seq, url)| format!("{seq} {}", shown(url.as_deref().unwrap_or("-")))).collect();
    both(
        format!("登记着几处发布：{}。请用 --url 或 --account 写明删掉的是哪一处。", list.join("；")),
        format!(
            "Several posts are on record: {}. Please name the removed one with --url or --account.",
            list.join("; ")
        ),
    )
}

pub fn not_a_receipt(seq: u64) -> Bilingual {
    both(
        format!("没有回执 {seq}。回执号见 jincai posts。"),
        format!("There is no receipt {seq}. `jincai posts` lists their numbers."),
    )
}

pub fn own_receipt(name: &str) -> Bilingual {
    let name = shown(name);
    both(
        format!("这条回执是{name}自己登记的。请由另一位同事看过以后核实。"),
        format!("{name} recorded this receipt. Please let a colleague look at it and confirm it."),
    )
}

pub fn nothing_to_see() -> Bilingual {
    both(
        "这条回执既没有链接也没有截图，没有可看的。请先用 posts add 补上其中一样。",
        "This receipt has neither a link nor a screenshot to look at. Please add one of them first, with posts add.",
    )
}

pub fn screenshot_missing(path: &str) -> Bilingual {
    let path = shown(path);
    both(
        format!("找不到截图“{path}”。请把图片放在表格旁边，写它的文件名。"),
        format!("The screenshot “{path}” is not there. Please put it beside the table and write its name."),
    )
}

pub fn text_unreadable(path: &Path, detail: &str) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    both(
        format!("文案文件读不出来：{path}（{detail}）。请存成文本文件（UTF-8）。"),
        format!("The text file cannot be read: {path} ({detail}). Please save it as plain text (UTF-8)."),
    )
}

pub fn table_unreadable(path: &Path, why: &Bilingual) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    both(format!("{path}：{}", why.zh), format!("{path}: {}", why.en))
}

pub fn no_heads(needed: &[Column]) -> Bilingual {
    let names = |lang: fn(&Bilingual) -> &str| -> Vec<String> {
        needed.iter().map(|at| lang(&column(*at)).to_owned()).collect()
    };
    both(
        format!(
            "前 5 行里找不到回执表的表头（作品编号或作品名、{}）。请用 jincai posts export --template -o 回执.xlsx 得到模板。",
            names(|name| &name.zh).join("、")
        ),
        format!(
            "None of the first 5 rows has the heads of a table of receipts (work_id or title, {}). Get the template with jincai posts \
             export --template -o receipts.xlsx.",
            names(|name| &name.en).join(", ")
        ),
    )
}

pub fn head_twice(at: Column) -> Bilingual {
    let name = column(at);
    both(
        format!("表头“{}”出现了两次。请删去一列。", name.zh),
        format!("The head {} stands there twice. Please remove one of the columns.", name.en),
    )
}

pub fn too_many_rows(rows: usize, most: usize) -> Bilingual {
    both(
        format!("一次最多导入 {most} 行，这张表有 {rows} 行。请分成几个文件。"),
        format!("At most {most} rows are imported at once; this table has {rows}. Please split it."),
    )
}

pub fn no_rows() -> Bilingual {
    both(
        "表格里没有填写任何一行，没有可登记的。",
        "Nobody filled in any row of the table; there is nothing to record.",
    )
}

pub fn odd_export(path: &Path) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    both(format!("“{path}”的扩展名要是 .xlsx 或 .csv。"), format!("“{path}” has to end with .xlsx or .csv."))
}
