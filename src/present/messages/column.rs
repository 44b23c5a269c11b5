//! Columns (专栏) in words: their pages, the names of their files, and what `jincai column` says.

use std::path::Path;

use crate::model::language::Bilingual;
use crate::text::{Visible, counted};

/// What stands for the number of a phone.
pub const NUMBER_LEFT_OUT: &str = "（号码略）";

/// What stands before the number of a phone, in lower case.
pub const NUMBER_HEADS: [&str; 7] = ["电话", "手机", "联系", "座机", "热线", "tel", "phone"];

/// Words of the pages, which the public reads.
pub const WORKS: &str = "件作品";
pub const DEPARTMENTS: &str = "个系部";
pub const LENGTH: &str = "总时长";
pub const UPDATED: &str = "更新于";
pub const BY_DEPARTMENT: &str = "按系部查看";
pub const OTHERS: &str = "其他";
pub const DEPARTMENT: &str = "系部";
pub const AUTHORS: &str = "作者";
pub const ADVISORS: &str = "指导教师";
pub const CATEGORY: &str = "类别";
pub const SEASON: &str = "赛季";
pub const SUBMITTED: &str = "投稿日期";
pub const DURATION: &str = "时长";
pub const MUSIC: &str = "音乐";
pub const CAPTIONS: &str = "字幕";
pub const TRANSCRIPT: &str = "文字稿";
pub const OTHER_WORKS: &str = "其他作品";
pub const BEFORE: &str = "上一件";
pub const AFTER: &str = "下一件";
pub const AI_GENERATED: &str = "本作品含人工智能生成内容";
pub const AI_LABELLED: &str = "本作品的文件带有人工智能标识";
pub const AI_ASSISTED: &str = "本作品的制作使用了人工智能辅助";

/// Names of files and folders.
pub const ARTICLE_FILE: &str = "文章.html";
pub const PICTURES: &str = "图片";
pub const VIDEOS: &str = "视频";
pub const POST_TEXT: &str = "文案.txt";

/// Words of the page from which an article is copied.
pub const ARTICLE: &str = "公众号文章";
pub const COPY_ALL: &str = "复制全文";
pub const COPIED: &str = "已复制，到公众号编辑器里粘贴。";
pub const NOT_COPIED: &str = "浏览器没有允许复制：请选中右边的全文，按 Ctrl+C。";
pub const FILES: &str = "图片和视频";
pub const STEPS: [&str; 4] = [
    "按“复制全文”，在公众号后台新建图文，粘贴到正文。",
    "把“图片”“视频”两个文件夹里的文件上传到素材库。视频也可以先发视频号，再插入视频号动态。",
    "正文里有虚线框的地方，按编号换成图片、视频，然后删掉虚线框。",
    "发布以后，用 jincai posts add 登记链接。",
];

/// `2026-11-30` → `2026年11月30日`; anything else stays.
pub fn date(iso: &str) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => {
            format!("{year}年{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0'))
        }
        _ => iso.to_owned(),
    }
}

pub fn picture(number: usize) -> String {
    format!("图{number}")
}

pub fn video(number: usize) -> String {
    format!("视频{number}")
}

pub fn put_picture(file: &str) -> String {
    format!("此处插入图片：{file}")
}

pub fn put_video(file: &str) -> String {
    format!("此处插入视频号或视频：{file}")
}

pub fn summary(works: usize, length: &str) -> String {
    format!("{works} 件作品　总时长 {length}")
}

/// The last line of a column with several works.
pub fn credit(makers: &str, signers: &str) -> String {
    match (makers.is_empty(), signers.is_empty()) {
        (false, false) => format!("视频摄制：{makers}；审核：{signers}"),
        (false, true) => format!("视频摄制：{makers}"),
        _ => format!("审核：{signers}"),
    }
}

/// The folder of one post, with a slash; none where there is one post only.
pub fn set_folder(number: usize, of: usize) -> String {
    if of == 1 { String::new() } else { format!("第{number}组/") }
}

pub fn set_title(heading: &str, (number, of): (usize, usize)) -> String {
    if of == 1 { heading.to_owned() } else { format!("{heading}（{number}/{of}）") }
}

/// The heading of a column where nobody gives one.
pub fn heading(campaign: &str, season: Option<&str>) -> String {
    let campaign = if campaign.is_empty() { "校园视频" } else { campaign };
    match season {
        Some(season) => format!("{campaign} {season} 作品展播"),
        None => format!("{campaign} 作品展播"),
    }
}

pub fn kind(name: &str) -> Bilingual {
    match name {
        "site" => Bilingual::new("网站专栏", "the site's column"),
        "wechat" => Bilingual::new("公众号文章", "the WeChat article"),
        _ => Bilingual::new("微博图文", "the Weibo posts"),
    }
}

/// No enabled target fits the column.
pub fn no_target(kind: &Bilingual, fitting: &[&str]) -> (Bilingual, Bilingual) {
    let list = fitting.join("、");
    (
        Bilingual::new(
            format!("{}要用这些目标的成片，现在一个也没有启用：{list}", kind.zh),
            format!(
                "{} is made of one of these targets, and none is enabled: {}",
                kind.en,
                fitting.join(", ")
            ),
        ),
        Bilingual::new(
            "在 jincai.toml 的 targets 里加上一个，jincai run 之后审核",
            "add one to `targets` in jincai.toml, then `jincai run` and review",
        ),
    )
}

pub fn nothing_released(kind: &Bilingual) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("没有一件可以发布的作品，{}没有做", kind.zh),
            format!("no work is released: {} cannot be made", kind.en),
        ),
        Bilingual::new("jincai review 看作品在等谁审", "`jincai review` says what the works wait for"),
    )
}

/// The same, where an earlier build held works that may not be shown any more.
pub fn taken_down(path: &Path) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(
        format!("以前做的专栏里有不能再发布的作品，已经删除：{path}。传到网站上的，也要删。"),
        format!(
            "the earlier column held works that are not released any more, and was removed: {path}. Remove what was uploaded, too."
        ),
    )
}

/// The same, where all of the earlier build is still released.
pub fn left_as_it_is(path: &Path) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(
        format!("以前做的专栏没有动：{path}"),
        format!("the earlier column was left as it is: {path}"),
    )
}

/// Something in the way that is not ours.
pub fn not_ours(path: &Path, found: &[String]) -> (Bilingual, Bilingual) {
    let path = Visible::path(path);
    let named: Vec<String> = found.iter().take(5).map(|one| Visible::of(one.as_str()).to_string()).collect();
    let more = found.len().saturating_sub(named.len());
    let (zh_more, en_more) = match more {
        0 => (String::new(), String::new()),
        more => (format!(" 等 {} 个", found.len()), format!(" and {more} more")),
    };
    let (zh, en) = match named.is_empty() {
        true => (
            format!("{path} 不是津彩做的专栏，没有动它"),
            format!("{path} is no column of jincai, and was left alone"),
        ),
        false => (
            format!("{path} 里有不是津彩放的、或被改过的文件，没有动它：{}{zh_more}", named.join("、")),
            format!(
                "{path} holds files that jincai did not put there, or that were changed, and was left alone: {}{en_more}",
                named.join(", ")
            ),
        ),
    };
    (
        Bilingual::new(zh, en),
        Bilingual::new(
            "把它们移走或改名，或者换一个 --to，再做一次",
            "move or rename them, or give another --to, and try again",
        ),
    )
}

pub fn copying(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("装入 {title}"), format!("packing {title}"))
}

pub fn left_head() -> Bilingual {
    Bilingual::new("没有放进去的：", "Not in:")
}

pub fn about(title: &str, said: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("· 《{title}》{}", said.zh), format!("· \"{title}\": {}", said.en))
}

pub fn many_more(more: usize) -> Bilingual {
    Bilingual::new(
        format!("  还有 {more} 件，--json 列出全部"),
        format!("  and {more} more; --json lists them all"),
    )
}

/// Numbers of phones were left out of a work's texts.
pub fn numbers_left_out() -> Bilingual {
    Bilingual::new(
        "文字里的电话号码没有放到专栏里",
        "numbers of phones in its texts were left out of the column",
    )
}

pub fn built(kind: &Bilingual, path: &Path, works: usize) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(
        format!("{}做好了，{works} 件作品：\n{path}", kind.zh),
        format!("done: {}, {}\n{path}", kind.en, counted(works as u64, "work", "works")),
    )
}

/// What to do with it.
pub fn next_step(kind: &str) -> Bilingual {
    match kind {
        "site" => Bilingual::new(
            "整个文件夹传到网站上；要嵌进栏目页的，把 fragment.html 的内容粘贴到源代码里。有作品下架，重做一次，再整个替换。",
            "Upload the whole folder; to embed it, paste fragment.html into the page's source. Once a work is withdrawn, build again and replace the whole.",
        ),
        "wechat" => Bilingual::new(
            "用浏览器打开“文章.html”，按“复制全文”，照页面上的步骤做。",
            "Open 文章.html in a browser, press 复制全文 (copy all), and follow the steps on the page.",
        ),
        _ => Bilingual::new(
            "每组一条微博：粘贴“文案.txt”，按编号依次加图。发布后用 jincai posts add 登记链接。",
            "One post for each group: paste 文案.txt, add the pictures in their order. Record the links with jincai posts add.",
        ),
    }
}

/// An earlier build is there, whose content differs from what lies at the left place.
pub fn kept_beside(path: &Path) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(
        format!("替换时发现不是津彩放的文件，留在：{path}"),
        format!("files that jincai did not put there turned up meanwhile, and were kept in {path}"),
    )
}

pub fn changed_meanwhile(title: &str, file: &str) -> (Bilingual, Bilingual) {
    let (title, file) = (Visible::of(title), Visible::of(file));
    (
        Bilingual::new(
            format!("《{title}》的 {file} 和审核时不一样了，专栏没有做"),
            format!("{file} of \"{title}\" is not as it was released: the column was not made"),
        ),
        Bilingual::new(
            "用 `jincai verify` 检查作品库，再做一次",
            "`jincai verify` checks the library; then try again",
        ),
    )
}

pub fn taken_back(title: &str) -> (Bilingual, Bilingual) {
    let title = Visible::of(title);
    (
        Bilingual::new(
            format!("制作期间《{title}》不再可以发布，专栏没有做"),
            format!("\"{title}\" was taken back meanwhile: the column was not made"),
        ),
        Bilingual::new("再做一次，其余的照常", "try again: all others are in"),
    )
}

/// An address that the fragment's links cannot begin with.
pub fn odd_address(given: &str) -> (Bilingual, Bilingual) {
    let given = Visible::of(given);
    (
        Bilingual::new(format!("“{given}”不是网址"), format!("\"{given}\" is no address of a site")),
        Bilingual::new(
            "例如 --url https://www.example.edu.cn/column-site",
            "such as --url https://www.example.edu.cn/column-site",
        ),
    )
}
