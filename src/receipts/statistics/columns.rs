//! What the creator centres call their columns, and whose table one is.

use crate::model::statistics::Metric;

/// What a column of a table of figures holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Title,
    PostedAt,
    PlatformId,
    Url,
    Account,
    /// The target, in our own template.
    Platform,
    ObservedAt,
    /// Video, pictures with text, …
    Genre,
    Figure(Metric),
}

const PLAIN: [(Field, &str); 8] = [
    (Field::Title, "title"),
    (Field::PostedAt, "posted_at"),
    (Field::PlatformId, "platform_id"),
    (Field::Url, "url"),
    (Field::Account, "account"),
    (Field::Platform, "platform"),
    (Field::ObservedAt, "observed_at"),
    (Field::Genre, "genre"),
];

impl Field {
    /// Returns the name by which people choose it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Figure(metric) => metric.name(),
            other => PLAIN.iter().find(|(field, _)| *field == other).map_or("", |(_, name)| name),
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        let plain = PLAIN.iter().find(|(_, known)| *known == name).map(|(field, _)| *field);
        plain.or_else(|| Metric::named(name).map(Self::Figure))
    }

    pub fn all() -> impl Iterator<Item = Self> {
        PLAIN.iter().map(|(field, _)| *field).chain(Metric::ALL.map(Self::Figure))
    }
}

/// Whose table of figures one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Centre {
    Douyin,
    Channels,
    Bilibili,
    Xiaohongshu,
    Toutiao,
    Kuaishou,
    /// Our own template.
    Own,
}

impl Centre {
    /// Returns the id of the target whose posts it counts; that of our own template stands in each row.
    pub const fn target(self) -> Option<&'static str> {
        Some(match self {
            Self::Douyin => "douyin",
            Self::Channels => "channels",
            Self::Bilibili => "bilibili",
            Self::Xiaohongshu => "xiaohongshu",
            Self::Toutiao => "toutiao",
            Self::Kuaishou => "kuaishou",
            Self::Own => return None,
        })
    }
}

/// Columns that only one centre's table has.
const SIGNS: [(Centre, &[&str]); 6] = [
    (Centre::Own, &["platform_id", "observed_at"]),
    (Centre::Douyin, &["2s跳出率", "5s完播率", "主页访问量"]),
    (Centre::Channels, &["转发聊天和朋友圈", "设为铃声", "设为朋友圈封面", "视频描述"]),
    (Centre::Bilibili, &["3秒跳出率", "粉丝3秒跳出率", "封标点击率", "投币量"]),
    (Centre::Xiaohongshu, &["首次发布时间", "笔记标题"]),
    (Centre::Toutiao, &["粉丝展现量", "粉丝播放量"]),
];

/// Returns whose table has these heads; `None` where none has its signs, or two have.
pub fn centre_of(heads: &[String]) -> Option<Centre> {
    let has = |name: &str| heads.iter().any(|head| head == name);
    let mut found = SIGNS.iter().filter(|(_, signs)| signs.iter().any(|sign| has(sign)));
    match (found.next(), found.next()) {
        (Some((centre, _)), None) => Some(*centre),
        // 快手 has no column of its own: what it calls new followers, beside a work's name, and no other's signs.
        (None, None) if has("涨粉量") && (has("作品") || has("作品名称")) => Some(Centre::Kuaishou),
        _ => None,
    }
}

/// The names of columns, in every centre's words.
const NAMES: [(Field, &[&str]); 19] = [
    (Field::Title, &["作品名称", "视频描述", "视频标题", "笔记标题", "标题", "作品", "作品标题"]),
    (Field::PostedAt, &["发布时间", "首次发布时间"]),
    (Field::PlatformId, &["视频id", "id", "作品id", "笔记id"]),
    (Field::Url, &["链接", "作品链接", "视频链接"]),
    (Field::Account, &["账号", "账号名称"]),
    (Field::Platform, &["平台"]),
    (Field::ObservedAt, &["统计时间", "采集时间"]),
    (Field::Genre, &["体裁"]),
    (Field::Figure(Metric::Views), &["播放量", "观看量", "播放", "播放次数"]),
    (Field::Figure(Metric::Likes), &["点赞量", "点赞", "喜欢", "点赞数"]),
    (Field::Figure(Metric::Recommends), &["推荐"]),
    (Field::Figure(Metric::Comments), &["评论量", "评论", "评论数"]),
    (Field::Figure(Metric::Shares), &["分享量", "分享", "分享数"]),
    (Field::Figure(Metric::Favorites), &["收藏量", "收藏", "收藏数"]),
    (Field::Figure(Metric::Forwards), &["转发量", "转发聊天和朋友圈", "转发数"]),
    (Field::Figure(Metric::Danmaku), &["弹幕量", "弹幕"]),
    (Field::Figure(Metric::FollowersGained), &["粉丝增量", "涨粉量", "涨粉", "关注量"]),
    (Field::Figure(Metric::Completion), &["完播率", "平均播放完成率"]),
    (Field::Figure(Metric::AvgWatchS), &["平均播放时长", "人均观看时长"]),
];

/// The column that only one centre has, named here so that the table above stays one of equals.
const COINS: &str = "投币量";

/// Words that make another column of one: 点赞率 is no count of likes, 粉丝播放量 not that of all.
const OTHER: [&str; 22] = [
    "率", "占比", "进度", "平均", "人均", "粉丝", "游客", "人数", "新增", "较", "环比", "日均", "近", "万",
    "亿", "首日", "时长", "曝光", "展现", "访问", "取关", "千",
];

/// Returns a head as it is compared: without spaces, in lower case.
pub fn plain(head: &str) -> String {
    head.trim_start_matches('\u{FEFF}').split_whitespace().collect::<String>().to_lowercase()
}

/// What the heads of a table are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// By column.
    pub fields: Vec<Option<Field>>,
    /// Fields for which two columns have the name.
    pub twice: Vec<Field>,
}

impl Heads {
    pub fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }

    /// Returns true for those of a table of figures: posts by name, number or link, and something that was counted.
    pub fn are_of_figures(&self) -> bool {
        let names_posts = [Field::Title, Field::PlatformId, Field::Url].iter().any(|field| self.has(*field));
        names_posts && self.fields.iter().flatten().any(|field| matches!(field, Field::Figure(_)))
    }
}

/// Tells columns by their names, each exactly first; what is left over by a name within it, if one column alone has it and no
/// word makes it another thing.
pub fn read(heads: &[String]) -> Heads {
    let mut fields: Vec<Option<Field>> = heads.iter().map(|head| exact(head)).collect();
    let mut twice = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if let Some(field) = field
            && fields[..index].contains(&Some(*field))
        {
            twice.push(*field);
        }
    }
    for (field, names) in NAMES.iter().filter(|(field, _)| matches!(field, Field::Figure(_) | Field::Title)) {
        if fields.contains(&Some(*field)) {
            continue;
        }
        let holds = |head: &str| {
            let is_time_or_share = matches!(field, Field::Figure(Metric::Completion | Metric::AvgWatchS));
            let is_other = OTHER.iter().any(|word| head.contains(word));
            !is_time_or_share
                && !is_other
                && names.iter().any(|name| name.chars().count() > 1 && head.contains(name))
        };
        let free = (0..heads.len()).filter(|at| fields[*at].is_none() && holds(&heads[*at]));
        if let [at] = free.collect::<Vec<_>>()[..] {
            fields[at] = Some(*field);
        }
    }
    Heads { fields, twice }
}

fn exact(head: &str) -> Option<Field> {
    if head == COINS {
        return Some(Field::Figure(Metric::Coins));
    }
    let known = NAMES.iter().find(|(_, names)| names.contains(&head)).map(|(field, _)| *field);
    known.or_else(|| Field::named(head))
}
