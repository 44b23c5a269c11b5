use super::super::season::{Facts, PostFacts, WorkFacts, statistics};
use super::*;
use crate::model::config::{Award, StatisticsRules};
use crate::model::finding::Verdict;
use crate::model::receipt::ReceiptKind;
use crate::model::statistics::{Count, Place, Sample};

fn work(id: &str, unit: &str, verdict: Verdict) -> WorkFacts {
    let released_at = verdict.is_accepted().then(|| "2026-11-03T08:00:00+08:00".to_owned());
    WorkFacts {
        id: id.into(),
        title: id.into(),
        unit: unit.into(),
        verdict: Some(verdict),
        released_at,
        ..WorkFacts::default()
    }
}

fn posted(seq: u64, work: &str, target: &str) -> PostFacts {
    PostFacts {
        seq,
        work: work.into(),
        target: target.into(),
        posted_at: "2026-11-03T13:30:00+08:00".into(),
        topics: Some(true),
        ..PostFacts::default()
    }
}

pub(super) fn facts() -> Facts {
    let mut facts = Facts {
        works: vec![
            work("a", "机械系", Verdict::Accepted),
            work("b", "机械系", Verdict::Duplicate),
            work("c", "外语系", Verdict::AcceptedWithWarnings),
            work("d", "外语系", Verdict::Rejected),
        ],
        posts: vec![posted(1, "a", "douyin"), posted(2, "a", "weibo"), posted(3, "c", "douyin")],
        units: ["机械系", "外语系", "体育部", "艺术系"].map(str::to_owned).into(),
        reachable: ["机械系".to_owned()].into(),
        ..Facts::default()
    };
    facts.posts.push(PostFacts {
        what: ReceiptKind::Repost,
        unit: "体育部".into(),
        ..posted(4, "a", "website")
    });
    for (post, metric, value) in [
        (1, Metric::Likes, 100.0),
        (2, Metric::Likes, 50.0),
        (1, Metric::Views, 1000.0),
        (3, Metric::Likes, 100.0),
    ] {
        let place = Place {
            file_sha256: "a".repeat(64),
            file: "抖音.xlsx".into(),
            sheet: "数据".into(),
            row: post as u32,
        };
        let observed_at = "2026-11-30T00:00:00Z".to_owned();
        facts.samples.insert((post, metric), Sample { post, metric, value, observed_at, place });
    }
    facts
}

#[test]
fn every_unit_is_listed_and_equal_scores_share_a_place() {
    let facts = facts();
    let found = statistics(&facts, &StatisticsRules::default());
    let table: Vec<_> =
        found.units.iter().map(|it| (it.place, it.unit.as_str(), it.score, it.entries, it.reposts)).collect();
    assert_eq!(
        table,
        [
            (1, "机械系", 105.0, 2, 0),
            (2, "外语系", 70.0, 2, 0),
            (3, "体育部", 0.0, 0, 1),
            (3, "艺术系", 0.0, 0, 0)
        ]
    );
    let first = &found.units[0];
    assert_eq!(
        (first.accepted, first.duplicates, first.returned, first.posts, first.with_topics),
        (1, 1, 0, 2, 2)
    );
    assert_eq!(first.sums.get(Metric::Views), Some(1000.0));
    assert_eq!(found.units[1].sums.get(Metric::Views), None, "not known, and not 0");
    assert_eq!(first.sums.without_figures, 1, "the repost");
    assert_eq!(found.works[0].hours_to_post, Some(5.5));
    let best = StatisticsRules { count: Count::BestPlatform, ..StatisticsRules::default() };
    let found = statistics(&facts, &best);
    let table: Vec<_> = found.units.iter().map(|it| (it.place, it.score)).collect();
    assert_eq!(table, [(1, 70.0), (1, 70.0), (3, 0.0), (3, 0.0)], "the best single platform");
}

#[test]
fn points_for_works_posts_reposts_and_awards_are_added() {
    let mut facts = facts();
    let award = |work: Option<&str>, unit: Option<&str>| Award {
        season: "s".into(),
        name: "一等奖".into(),
        work: work.map(str::to_owned),
        department: unit.map(str::to_owned),
    };
    facts.awards = vec![award(Some("c"), None), award(None, Some("艺术系"))];
    // Lacks a topic, or nobody knows: no post that the contest counts.
    facts.posts[1].topics = Some(false);
    facts.posts[2].topics = None;
    let mut rules = StatisticsRules::default();
    rules.points.likes = 0.0;
    (rules.points.works, rules.points.posts, rules.points.reposts, rules.points.awards) =
        (1.0, 4.0, 2.0, 10.0);
    let found = statistics(&facts, &rules);
    let score = |unit: &str| found.units.iter().find(|it| it.unit == unit).map(|it| it.score);
    assert_eq!(
        ["机械系", "外语系", "体育部", "艺术系"].map(score),
        [Some(5.0), Some(11.0), Some(2.0), Some(10.0)]
    );
}
