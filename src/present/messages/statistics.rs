//! What `jincai stats` says.

use std::path::Path;

use super::review_refusals::minute;
use crate::model::language::{Bilingual, Lang};
use crate::model::statistics::{Count, Metric, StatisticsRules};
use crate::text::{Visible, counted};

fn shown(text: &str) -> String {
    Visible::of(text).to_string()
}

fn file_name(file: &Path) -> String {
    Visible::of(file.display().to_string()).to_string()
}

pub fn metric(metric: Metric) -> Bilingual {
    let (zh, en) = match metric {
        Metric::Views => ("播放", "views"),
        Metric::Likes => ("点赞", "likes"),
        Metric::Comments => ("评论", "comments"),
        Metric::Shares => ("分享", "shares"),
        Metric::Favorites => ("收藏", "favourites"),
        Metric::Forwards => ("转发", "forwards"),
        Metric::Recommends => ("推荐", "recommends"),
        Metric::Danmaku => ("弹幕", "danmaku"),
        Metric::Coins => ("投币", "coins"),
        Metric::FollowersGained => ("涨粉", "new followers"),
        Metric::Completion => ("完播率", "completion"),
        Metric::AvgWatchS => ("平均播放秒数", "average seconds watched"),
    };
    Bilingual::new(zh, en)
}

fn points_of(key: &str) -> Bilingual {
    let (zh, en) = match key {
        "works" => ("通过的作品", "accepted works"),
        "posts" => ("话题齐全的发布", "posts with all topics"),
        "reposts" => ("转发条数", "reposts"),
        "awards" => ("获奖", "awards"),
        other => return Metric::named(other).map_or_else(|| Bilingual::new(other, other), metric),
    };
    Bilingual::new(zh, en)
}

/// Returns the formula of the league table, and its rules.
pub fn formula(rules: &StatisticsRules) -> Bilingual {
    let part = |(key, points): &(&str, f64)| (points_of(key), *points);
    let parts: Vec<(Bilingual, f64)> = rules.points.all().iter().filter(|it| it.1 != 0.0).map(part).collect();
    let zh: Vec<String> = parts.iter().map(|(name, points)| format!("{}×{points}", name.zh)).collect();
    let en: Vec<String> = parts.iter().map(|(name, points)| format!("{}×{points}", name.en)).collect();
    let (count_zh, count_en) = match rules.count {
        Count::Sum => ("各平台合计", "all platforms together"),
        Count::BestPlatform => ("每件作品只算得分最高的一个平台", "of each work the best single platform"),
    };
    Bilingual::new(
        format!(
            "得分 = {}（{count_zh}）。得分相同的名次并列，下一名次顺延，并列的按单位名称排列；没有作品的单位也列出。\
             数据未知的不计分；待核的回执和已删除的发布不计。",
            zh.join(" + ")
        ),
        format!(
            "Score = {} ({count_en}). Equal scores share a place, the next one is skipped, and stand by name; units without \
             works are listed. What is not known gives no points; receipts to be verified and removed posts do not count.",
            en.join(" + ")
        ),
    )
}

pub fn unit_heads(lang: Lang) -> Vec<String> {
    let heads: [&str; 15] = match lang {
        Lang::Zh => [
            "名次",
            "单位",
            "得分",
            "投稿",
            "通过",
            "退回",
            "重复",
            "未做成",
            "可发布",
            "发布",
            "话题齐",
            "缺话题",
            "转发",
            "播放",
            "点赞",
        ],
        Lang::En => [
            "place",
            "unit",
            "score",
            "entries",
            "accepted",
            "returned",
            "duplicates",
            "failed",
            "released",
            "posts",
            "with topics",
            "topics missing",
            "reposts",
            "views",
            "likes",
        ],
    };
    heads.map(str::to_owned).to_vec()
}

pub fn platform_heads(lang: Lang) -> Vec<String> {
    let heads: [&str; 7] = match lang {
        Lang::Zh => ["平台", "发布", "转发", "没有数据", "播放", "点赞", "评论"],
        Lang::En => ["platform", "posts", "reposts", "no figures", "views", "likes", "comments"],
    };
    heads.map(str::to_owned).to_vec()
}

pub fn work_heads(lang: Lang) -> Vec<String> {
    let heads: [&str; 9] = match lang {
        Lang::Zh => ["作品", "标题", "单位", "发布", "转发", "播放", "点赞", "多少小时后发布", "缺什么"],
        Lang::En => {
            ["work", "title", "unit", "posts", "reposts", "views", "likes", "hours to first post", "missing"]
        }
    };
    heads.map(str::to_owned).to_vec()
}

/// What a work lacks.
pub fn lacks(not_posted: bool, topics: usize, unproven: usize, figures: usize, lang: Lang) -> String {
    let mut all = Vec::new();
    let mut say = |zh: String, en: String| all.push(Bilingual::new(zh, en).get(lang).to_owned());
    if not_posted {
        say("未发布".into(), "not posted".into());
    }
    if topics > 0 {
        say(format!("{topics} 条缺话题"), format!("{topics} without a topic"));
    }
    if unproven > 0 {
        say(format!("{unproven} 条待核"), format!("{unproven} to verify"));
    }
    if figures > 0 {
        say(format!("{figures} 条没有数据"), format!("{figures} without figures"));
    }
    all.join(if lang == Lang::Zh { "，" } else { ", " })
}

pub fn unnamed_unit(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "（未注明）" } else { "(not named)" }
}

pub fn not_known() -> &'static str {
    "—"
}

pub fn unknown_season(given: &str, known: &[&str]) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("没有赛季“{given}”；配置里有：{}", known.join("、")),
        format!("there is no season \"{given}\"; the configuration has: {}", known.join(", ")),
    )
}

pub fn table_unreadable(file: &Path, why: &Bilingual) -> Bilingual {
    let file = file_name(file);
    Bilingual::new(
        format!("{file}：{}。这个文件什么也没有导入", why.zh),
        format!("{file}: {}. Nothing of this file was imported", why.en),
    )
}

pub fn no_heads(heads: &[String]) -> Bilingual {
    let heads = shown(&heads.join("、"));
    Bilingual::new(
        format!(
            "前 5 行里没有认得的表头（标题和至少一项数据）。看到的是：{heads}。请指定一次，以后同样的表头会记住：\
             jincai stats import 文件 --platform weibo --column 表头=title --column 表头=posted_at --column 表头=views"
        ),
        format!(
            "none of the first 5 rows holds known heads (a title and a figure). Found: {heads}. Say once what they are; tables \
             with the same heads are known from then on: jincai stats import FILE --platform weibo --column HEAD=title \
             --column HEAD=posted_at --column HEAD=views"
        ),
    )
}

pub fn head_twice(field: &str, sheet: &str) -> Bilingual {
    let sheet = shown(sheet);
    Bilingual::new(
        format!("工作表“{sheet}”里有两列都是 {field}，请删掉一列"),
        format!("two columns of the sheet \"{sheet}\" are {field}: delete one"),
    )
}

pub fn no_such_head(head: &str, heads: &[String]) -> Bilingual {
    let (head, heads) = (shown(head), shown(&heads.join("、")));
    Bilingual::new(
        format!("--column：没有表头“{head}”；表里有：{heads}"),
        format!("--column: there is no head \"{head}\"; the table has: {heads}"),
    )
}

pub fn no_rows() -> Bilingual {
    Bilingual::new("表头下面没有数据", "there are no rows below the heads")
}

pub fn odd_column(given: &str, fields: &[&str]) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("--column 写成“表头=字段”，收到的是“{given}”；字段有：{}", fields.join("、")),
        format!("--column is HEAD=FIELD, and not \"{given}\"; fields are: {}", fields.join(", ")),
    )
}

pub fn needs_platform() -> Bilingual {
    Bilingual::new(
        "看不出是哪个平台的表。请加 --platform，例如 --platform douyin",
        "nothing tells whose table this is: add --platform, such as --platform douyin",
    )
}

pub fn other_platform(chosen: &str, found: &str) -> Bilingual {
    Bilingual::new(
        format!("您选的是 {chosen}，但这些列是 {found} 的导出表。请核对文件，或去掉 --platform"),
        format!(
            "you chose {chosen}, but these columns are those of an export of {found}: check the file, or leave --platform out"
        ),
    )
}

/// Why a cell cannot be used.
#[derive(Clone, Copy, Debug)]
pub enum CellWord {
    Formula,
    NotANumber,
    NotACount,
    NotAShare,
    NotATime,
    DigitsLost,
}

pub fn cell(word: CellWord) -> Bilingual {
    let (zh, en) = match word {
        CellWord::Formula => ("是公式，请复制后“粘贴为数值”", "is a formula: copy it and paste the value"),
        CellWord::NotANumber => (
            "不是数字；不知道就留空或写 -",
            "is no number: leave it empty, or write -, where it is not known",
        ),
        CellWord::NotACount => ("不是 0 或正整数", "is no whole number from 0"),
        CellWord::NotAShare => {
            ("不是 0 到 1 之间的小数，也不是百分比", "is neither a fraction from 0 to 1 nor a percentage")
        }
        CellWord::NotATime => (
            "不是时间，或者在将来；例如 2026-11-30 14:05",
            "is no time, or in the future; such as 2026-11-30 14:05",
        ),
        CellWord::DigitsLost => (
            "已被电子表格变成数字，末几位丢了；请从平台重新导出，不要用电子表格另存",
            "was made into a number by a spreadsheet and has lost digits: export it again, and do not save it from a spreadsheet",
        ),
    };
    Bilingual::new(zh, en)
}

pub fn cell_fault(file: &Path, sheet: &str, row: u32, head: &str, word: CellWord) -> Bilingual {
    let (file, sheet, head, why) = (file_name(file), shown(sheet), shown(head), cell(word));
    let (sheet_zh, sheet_en) = match sheet.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("工作表“{sheet}”"), format!(", sheet \"{sheet}\"")),
    };
    Bilingual::new(
        format!("{file}：{sheet_zh}第 {row} 行“{head}”{}", why.zh),
        format!("{file}{sheet_en}, row {row}: \"{head}\" {}", why.en),
    )
}

pub fn nothing_imported(file: &Path, faults: usize) -> Bilingual {
    let file = file_name(file);
    Bilingual::new(
        format!("{file}：有 {faults} 处不对，什么也没有导入；改好后再导入一次"),
        format!(
            "{file}: {} wrong, nothing was imported; fix the file and import it again",
            counted(faults, "cell is", "cells are")
        ),
    )
}

pub fn imported(file: &Path, rows: usize, matched: usize, added: usize, observed_at: &str) -> Bilingual {
    let (file, observed_at) = (file_name(file), minute(observed_at));
    let known = match (matched, added) {
        (1.., 0) => [" 都已导入过，没有新增。", " All of it was imported before."],
        _ => ["", ""],
    };
    Bilingual::new(
        format!(
            "{file}：{rows} 行，{matched} 行对上了发布回执，新增 {added} 个数据（统计时间 {observed_at}）。{}",
            known[0].trim()
        ),
        format!(
            "{file}: {}, {matched} matched to receipts, {} new (as counted at {observed_at}).{}",
            counted(rows, "row", "rows"),
            counted(added, "figure", "figures"),
            known[1]
        ),
    )
}

pub fn open_rows(count: usize) -> Bilingual {
    Bilingual::new(
        format!("{count} 行对不上，需要您看一看：jincai stats match"),
        format!("{} for you to match: jincai stats match", counted(count, "row is", "rows are")),
    )
}

pub fn without_figures(target: &str, count: usize, titles: &[String]) -> Bilingual {
    let list = shown(&titles.join("、"));
    Bilingual::new(
        format!("{target}：有 {count} 条发布在这个文件里没有数据（{list}）。导出时可能只选了近 7 天"),
        format!(
            "{target}: {} no figures in this file ({list}); the export may be of the last 7 days alone",
            counted(count, "post has", "posts have")
        ),
    )
}

pub fn falls(title: &str, of: Metric, before: f64, now: f64) -> Bilingual {
    let (title, of) = (shown(title), metric(of));
    Bilingual::new(
        format!("《{title}》的{}从 {before} 降到 {now}，请核对是不是同一条发布", of.zh),
        format!("{title}: {} fell from {before} to {now}; check that it is the same post", of.en),
    )
}

pub fn match_heads(lang: Lang) -> Vec<String> {
    let heads: [&str; 6] = match lang {
        Lang::Zh => ["编号", "平台", "标题", "发布时间", "文件和行", "播放"],
        Lang::En => ["number", "platform", "title", "posted", "file and row", "views"],
    };
    heads.map(str::to_owned).to_vec()
}

pub fn place(file: &str, sheet: &str, row: u32) -> String {
    let sheet = if sheet.is_empty() { String::new() } else { format!(" {sheet}") };
    format!("{file}{sheet} #{row}")
}

pub fn how_to_match() -> Bilingual {
    Bilingual::new(
        "对上一条：jincai stats match 编号 回执号 --by 姓名（回执号见 jincai posts）；都不是：jincai stats match 编号 none --by 姓名",
        "to match one: jincai stats match NUMBER RECEIPT --by NAME (receipts: jincai posts); where it is none of ours: \
         jincai stats match NUMBER none --by NAME",
    )
}

pub fn nothing_open() -> Bilingual {
    Bilingual::new("没有要对的行", "nothing is to be matched")
}

pub fn not_open(number: u64) -> Bilingual {
    Bilingual::new(
        format!("{number} 号不在待对的行里，见 jincai stats match"),
        format!("row {number} is not open; see jincai stats match"),
    )
}

pub fn no_receipt(given: &str, target: &str) -> Bilingual {
    let given = shown(given);
    Bilingual::new(
        format!("“{given}”不是 {target} 上已核实的发布回执号，见 jincai posts；都不是就写 none"),
        format!("\"{given}\" is no proven post on {target}; see jincai posts, or write none"),
    )
}

pub fn settled(number: u64, title: Option<&str>) -> Bilingual {
    match title.map(shown) {
        Some(title) => Bilingual::new(
            format!("{number} 号记为《{title}》的数据"),
            format!("row {number} is now of {title}"),
        ),
        None => Bilingual::new(format!("{number} 号不算任何作品的"), format!("row {number} is nobody's")),
    }
}

pub fn odd_template(file: &Path) -> Bilingual {
    let file = file_name(file);
    Bilingual::new(format!("{file}：模板是 .xlsx 文件"), format!("{file}: a template is an .xlsx file"))
}

pub fn is_there_already(file: &Path) -> Bilingual {
    let file = file_name(file);
    Bilingual::new(
        format!("{file} 已经有了，换一个名字"),
        format!("{file} exists already: choose another name"),
    )
}

pub fn template_written(file: &Path) -> Bilingual {
    let file = file_name(file);
    Bilingual::new(
        format!("模板在 {file}，填好后用 jincai stats import 导入"),
        format!("the template is {file}; import it with jincai stats import"),
    )
}

pub fn sheet_name() -> &'static str {
    "统计"
}
