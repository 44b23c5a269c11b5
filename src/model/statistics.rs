//! Statistics: what platforms count of posts, where each number was read, and how the league table is reckoned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a platform counts of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Views,
    Likes,
    Comments,
    Shares,
    Favorites,
    Forwards,
    /// The heart of WeChat Channels, which is another thing than its thumb.
    Recommends,
    Danmaku,
    Coins,
    FollowersGained,
    /// Share of viewers who saw all of it, 0 to 1.
    Completion,
    AvgWatchS,
}

impl Metric {
    pub const ALL: [Self; 12] = [
        Self::Views,
        Self::Likes,
        Self::Comments,
        Self::Shares,
        Self::Favorites,
        Self::Forwards,
        Self::Recommends,
        Self::Danmaku,
        Self::Coins,
        Self::FollowersGained,
        Self::Completion,
        Self::AvgWatchS,
    ];

    /// Returns its name, as it is stored and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Likes => "likes",
            Self::Comments => "comments",
            Self::Shares => "shares",
            Self::Favorites => "favorites",
            Self::Forwards => "forwards",
            Self::Recommends => "recommends",
            Self::Danmaku => "danmaku",
            Self::Coins => "coins",
            Self::FollowersGained => "followers_gained",
            Self::Completion => "completion",
            Self::AvgWatchS => "avg_watch_s",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Returns true for what only grows and can be added up over posts; followers may leave, shares of viewers are means.
    pub const fn is_counter(self) -> bool {
        !matches!(self, Self::FollowersGained | Self::Completion | Self::AvgWatchS)
    }
}

/// Where a number was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// SHA-256 of the file, lower-case hex.
    pub file_sha256: String,
    pub file: String,
    /// Empty in a CSV file.
    pub sheet: String,
    /// As a person counts.
    pub row: u32,
}

/// One number of one post at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The number of the post's receipt.
    pub post: u64,
    pub metric: Metric,
    pub value: f64,
    /// RFC 3339 in UTC, to the second, so that texts compare.
    pub observed_at: String,
    #[serde(flatten)]
    pub place: Place,
}

/// A row of a table that no receipt was certain for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenRow {
    /// A number for people, counted from 1.
    pub number: u64,
    pub target: String,
    pub title: String,
    /// RFC 3339; `None` where the table does not say.
    pub posted_at: Option<String>,
    pub observed_at: String,
    pub values: BTreeMap<Metric, f64>,
    pub place: Place,
}

/// Returns the last sample of each metric of each post at a time, in UTC. Two exports are never added up.
pub fn at_cutoff(samples: &[Sample], cutoff: Option<&str>) -> BTreeMap<(u64, Metric), Sample> {
    let mut last: BTreeMap<(u64, Metric), Sample> = BTreeMap::new();
    for sample in samples.iter().filter(|it| cutoff.is_none_or(|at| it.observed_at.as_str() <= at)) {
        let key = (sample.post, sample.metric);
        if last.get(&key).is_none_or(|before| before.observed_at <= sample.observed_at) {
            last.insert(key, sample.clone());
        }
    }
    last
}

/// `[statistics]`: how the league table is reckoned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatisticsRules {
    /// Points for one of each.
    pub points: Points,
    pub count: Count,
}

/// Points of the league table's formula; what is 0 is not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Points {
    /// A work that was accepted.
    pub works: f64,
    /// A proven post whose text is known to hold all topics.
    pub posts: f64,
    pub reposts: f64,
    pub awards: f64,
    pub views: f64,
    pub likes: f64,
    pub comments: f64,
    pub shares: f64,
    pub favorites: f64,
    pub forwards: f64,
}

/// What of a work posted on several platforms is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// All platforms together.
    #[default]
    Sum,
    /// The best single one: the platform whose figures give the work most points.
    BestPlatform,
}

impl Default for Points {
    fn default() -> Self {
        Self {
            works: 0.0,
            posts: 0.0,
            reposts: 0.0,
            awards: 0.0,
            views: 0.0,
            likes: 0.7,
            comments: 0.1,
            shares: 0.2,
            favorites: 0.0,
            forwards: 0.0,
        }
    }
}

impl Points {
    /// Returns the points of a metric.
    pub fn of(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Views => self.views,
            Metric::Likes => self.likes,
            Metric::Comments => self.comments,
            Metric::Shares => self.shares,
            Metric::Favorites => self.favorites,
            Metric::Forwards => self.forwards,
            _ => 0.0,
        }
    }

    /// Returns every key with its value, in the order in which the formula is written.
    pub fn all(&self) -> [(&'static str, f64); 10] {
        [
            ("works", self.works),
            ("posts", self.posts),
            ("reposts", self.reposts),
            ("awards", self.awards),
            ("views", self.views),
            ("likes", self.likes),
            ("comments", self.comments),
            ("shares", self.shares),
            ("favorites", self.favorites),
            ("forwards", self.forwards),
        ]
    }
}

/// `[[duty]]`: what the college did for the contest besides posting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub season: String,
    pub kind: DutyKind,
    /// ISO date.
    pub date: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// 专题学习.
    Study,
    /// 工作方案.
    Plan,
    /// 动员会.
    Mobilisation,
    /// 培训会.
    Training,
}

impl DutyKind {
    pub const ALL: [Self; 4] = [Self::Study, Self::Plan, Self::Mobilisation, Self::Training];
}

/// `[[award]]`: what a work or a unit was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    pub season: String,
    pub name: String,
    /// The id of a work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
    /// Where it is a unit's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
}
