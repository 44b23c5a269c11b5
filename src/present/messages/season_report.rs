//! What the report of a season says. It is written in Chinese; what the command says is in both languages.

use std::path::Path;

use crate::model::language::Bilingual;
use crate::model::statistics::DutyKind;
use crate::text::Visible;

pub const TEXT_FILE: &str = "通报.txt";
pub const WORKBOOK_FILE: &str = "通报.xlsx";
pub const PAGE_FILE: &str = "通报.html";

pub const TOTALS: &str = "总表";
pub const UNITS: &str = "系部";
pub const WORKS: &str = "作品";
pub const PLATFORMS: &str = "平台";
pub const DETAILS: &str = "明细";

pub const TOTAL_HEADS: [&str; 3] = ["项目", "数值", "说明"];
pub const UNIT_HEADS: [&str; 18] = [
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
    "获奖",
    "下架",
    "联络员",
];
pub const WORK_HEADS: [&str; 14] = [
    "编号",
    "标题",
    "单位",
    "结论",
    "可发布",
    "发布",
    "缺话题",
    "转发",
    "首发用时（小时）",
    "播放",
    "点赞",
    "无数据",
    "获奖",
    "下架",
];
pub const PLATFORM_HEADS: [&str; 8] = ["平台", "发布", "转发", "无数据", "播放", "点赞", "评论", "分享"];
pub const DETAIL_HEADS: [&str; 15] = [
    "回执号",
    "作品编号",
    "标题",
    "平台",
    "类型",
    "发布单位",
    "发布时间",
    "链接",
    "指标",
    "数值",
    "统计时间",
    "文件",
    "工作表",
    "行",
    "SHA-256",
];

pub const YES: &str = "是";
pub const NO: &str = "否";
pub const HAS: &str = "有";
pub const HAS_NOT: &str = "无";
pub const POST: &str = "发布";
pub const REPOST: &str = "转发";
pub const NO_FIGURES: &str = "没有数据";
pub const UNNAMED: &str = "（未注明）";
pub const NONE_NOTED: &str = "没有登记";
pub const UNKNOWN: &str = "—";

pub const ENTRIES: &str = "收到作品（件）";
pub const ACCEPTED: &str = "通过（件）";
pub const RETURNED: &str = "退回（件）";
pub const DUPLICATES: &str = "重复（件）";
pub const FAILED: &str = "制作失败，待处理（件）";
pub const RELEASED: &str = "可发布（件）";
pub const WITHDRAWN: &str = "下架（件）";
pub const POSTS: &str = "发布（条）";
pub const WITH_TOPICS: &str = "话题齐全（条）";
pub const TOPICS_MISSING: &str = "缺话题（条）";
pub const TOPICS_UNKNOWN: &str = "话题未核对（条）";
pub const REPOSTS: &str = "转发（条）";
pub const UNPROVEN: &str = "待核回执（条）";
pub const WITHOUT_FIGURES: &str = "没有数据的发布和转发（条）";
pub const MEDIAN_HOURS: &str = "首发用时中位数（小时）";
pub const UNIT_COUNT: &str = "单位（个）";
pub const UNITS_WITHOUT: &str = "零投稿单位（个）";
pub const SCREENS: &str = "播出的屏幕（块）";
pub const PLAYS: &str = "屏幕播放（次）";
pub const SHOWN_HOURS: &str = "屏幕播放（小时）";
pub const AWARDS: &str = "获奖";
pub const WITHOUT_CONTACT: &str = "没有联络员的单位";
pub const WITHDRAWN_WORKS: &str = "下架的作品";
pub const DUTIES: &str = "四项工作";
pub const NOT_PROVEN_NOTE: &str = "没有凭证，不计入发布";
pub const MEDIAN_NOTE: &str = "从可发布到第一条发布";
pub const SEASON_NOTE: &str = "赛季内，截至生成时";
pub const LEAGUE: &str = "系部排名";
pub const PLATFORM_VIEWS: &str = "各平台播放";
pub const WORK_VIEWS: &str = "播放最多的作品";
pub const NOTHING_KNOWN: &str = "还没有可以画图的数据。";
pub const VIEWS: &str = "累计播放（次）";
pub const SOURCES: &str =
    "每个数据的来源文件、工作表和行号见《通报.xlsx》的“明细”。“—”表示没有数据，不是零。";

/// What the chart of scores shows, of all units.
pub fn unit_scores(most: usize, all: usize) -> String {
    if all > most { format!("得分最高的{most}个单位") } else { "各单位得分".to_owned() }
}

pub fn heading(college: &str, campaign: &str, season: &str) -> String {
    format!("{college}{}", short_heading(campaign, season))
}

/// The same, where the college stands above it.
pub fn short_heading(campaign: &str, season: &str) -> String {
    format!("“{campaign}”{season}情况通报")
}

pub fn duty(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::Study => "专题学习",
        DutyKind::Plan => "工作方案",
        DutyKind::Mobilisation => "动员会",
        DutyKind::Training => "培训会",
    }
}

/// `2026-11-30` as `11月30日`.
pub fn day(iso: &str) -> String {
    match iso.split('-').collect::<Vec<_>>().as_slice() {
        [_, month, day] => format!("{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0')),
        _ => iso.to_owned(),
    }
}

/// The end of a day.
pub fn end_of_day(iso: &str) -> String {
    format!("{}24时", day(iso))
}

pub fn moment(iso_day: &str, hour: i8, minute: i8) -> String {
    format!("{}{hour}时{minute}分", day(iso_day))
}

pub fn until(moment: &str) -> String {
    format!("截至{moment}")
}

pub fn of_posts(posts: usize) -> String {
    format!("{posts} 条有此项数据")
}

pub fn of_works(works: usize) -> String {
    format!("{MEDIAN_NOTE}，{works} 件作品")
}

pub fn total_of(metric: &str) -> String {
    format!("累计{metric}")
}

/// A number as it is read in a sentence: `1234`, `12.3万`.
pub fn amount(value: f64) -> String {
    if value < 10_000.0 {
        return value.to_string();
    }
    // Cut and not rounded: never more than there was.
    let tenths = (value / 1_000.0).floor();
    format!("{}万", tenths / 10.0)
}

/// What was received, and what became of it.
pub fn received(
    entries: usize,
    accepted: usize,
    returned: usize,
    duplicates: usize,
    failed: usize,
) -> String {
    let mut said = format!("共收到作品{entries}件，通过{accepted}件");
    for (count, name) in [(returned, "退回"), (duplicates, "重复"), (failed, "制作失败待处理")] {
        if count > 0 {
            said.push_str(&format!("，{name}{count}件"));
        }
    }
    said
}

pub fn posted(posts: usize, (with, missing, unknown): (usize, usize, usize), reposts: usize) -> String {
    let mut said = format!("发布{posts}条");
    if posts > 0 {
        said.push_str(&format!("（话题齐全{with}条"));
        if missing > 0 {
            said.push_str(&format!("，缺话题{missing}条"));
        }
        if unknown > 0 {
            said.push_str(&format!("，话题未核对{unknown}条"));
        }
        said.push('）');
    }
    format!("{said}，转发{reposts}条")
}

/// `sums` are names with amounts, times or items.
pub fn figures(sums: &[(String, String)], without: usize) -> String {
    let mut said: Vec<String> = sums.iter().map(|(name, amount)| format!("累计{name}{amount}次")).collect();
    if said.is_empty() {
        said.push("播放等数据尚未导入".to_owned());
    } else if without > 0 {
        said.push(format!("另有{without}条没有数据，未计入"));
    }
    said.join("，")
}

pub fn first_posts(hours: f64, works: usize) -> String {
    format!("{works}件作品从可发布到第一条发布，用时中位数{hours}小时。")
}

pub fn screens(screens: usize, plays: u64, hours: f64) -> String {
    format!("赛季内校园屏幕{screens}块，播出{plays}次，共{hours}小时。")
}

pub fn participation(units: usize, without: usize) -> String {
    match without {
        0 => format!("{units}个单位均有投稿。"),
        without => format!("{units}个单位中，{}个有投稿，{without}个尚无投稿。", units - without),
    }
}

pub fn leaders(leaders: &[(usize, String, f64)]) -> String {
    let said: Vec<String> =
        leaders.iter().map(|(place, unit, score)| format!("第{place}名{unit}（{score}分）")).collect();
    format!("系部排名：{}。", said.join("，"))
}

pub fn listed(what: &str, names: &[String]) -> String {
    format!("{what}（{}）：{}。", names.len(), names.join("、"))
}

pub fn award(name: &str, whose: &str) -> String {
    if whose.is_empty() { name.to_owned() } else { format!("{name}（{whose}）") }
}

/// A day on which a duty was done.
pub fn done(date: &str, note: &str) -> String {
    let date = day(date);
    if note.is_empty() { date } else { format!("{date} {note}") }
}

pub fn built(path: &Path) -> Bilingual {
    let path = Visible::path(path);
    Bilingual::new(
        format!("通报已写好：{path}（通报.txt 可以直接粘贴，通报.xlsx 的“明细”写着每个数据的来源）"),
        format!("the report is in {path}; every figure's source is in the last sheet of 通报.xlsx"),
    )
}

pub fn is_there(path: &Path) -> (Bilingual, Bilingual) {
    let path = Visible::path(path);
    (
        Bilingual::new(
            format!("{path} 已经存在，没有动它"),
            format!("{path} is there already, and was left as it is"),
        ),
        Bilingual::new("请换一个文件夹名，或先把旧的移走", "name another folder, or move the old one away"),
    )
}
