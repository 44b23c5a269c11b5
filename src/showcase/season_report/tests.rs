use super::*;
use crate::model::config::StatisticsRules;
use crate::model::statistics::{Award, Place};
use crate::receipts::statistics::season::{WorkFacts, statistics};
use crate::showcase::season_report::tables::{Cell, sheets};

fn post(seq: u64, work: &str, target: &str, topics: Option<bool>) -> PostFacts {
    PostFacts {
        seq,
        work: work.into(),
        target: target.into(),
        unit: "机械系".into(),
        posted_at: "2026-11-03T13:30:00+08:00".into(),
        topics,
        ..PostFacts::default()
    }
}

fn facts() -> Facts {
    let work = |id: &str, unit: &str, verdict: Verdict| WorkFacts {
        id: id.into(),
        title: format!("<{id}>"),
        unit: unit.into(),
        verdict: Some(verdict),
        released_at: verdict.is_accepted().then(|| "2026-11-03T08:00:00+08:00".to_owned()),
        ..WorkFacts::default()
    };
    let mut facts = Facts {
        works: vec![
            work("a", "机械系", Verdict::Accepted),
            work("b", "机械系", Verdict::Duplicate),
            work("c", "外语系", Verdict::Rejected),
            work("d", "外语系", Verdict::Failed),
        ],
        posts: vec![
            post(1, "a", "douyin", Some(true)),
            post(2, "a", "weibo", Some(false)),
            post(3, "a", "bilibili", None),
            PostFacts { what: ReceiptKind::Repost, ..post(4, "a", "website", None) },
        ],
        units: ["机械系", "外语系", "体育部"].map(str::to_owned).into(),
        reachable: ["机械系".to_owned()].into(),
        awards: vec![Award {
            season: "s".into(),
            name: "月赛一等奖".into(),
            work: Some("a".into()),
            department: None,
        }],
        ..Facts::default()
    };
    facts.works[3].is_withdrawn = true;
    // 9 is a post of another season.
    for (post, metric, value, row) in [
        (1, Metric::Views, 12_399.0, 2),
        (1, Metric::Likes, 100.0, 2),
        (1, Metric::Completion, 0.31, 2),
        (2, Metric::Views, 601.0, 3),
        (9, Metric::Views, 5.0, 4),
    ] {
        let place =
            Place { file_sha256: "ab".repeat(32), file: "抖音.xlsx".into(), sheet: "数据".into(), row };
        let observed_at = "2026-11-30T04:00:00Z".to_owned();
        facts.samples.insert((post, metric), Sample { post, metric, value, observed_at, place });
    }
    facts
}

fn made(facts: &Facts) -> Report {
    let about = About {
        college: "津彩学院".into(),
        campaign: "你好天津".into(),
        season: "秋季赛".into(),
        until: "11月30日24时".into(),
        made: "11月30日24时".into(),
        formula: "得分 = 点赞×0.7".into(),
        targets: BTreeMap::new(),
    };
    report(about, facts, statistics(facts, &StatisticsRules::default()))
}

#[test]
fn every_number_follows_from_figures_that_name_their_file_sheet_and_row() {
    let facts = facts();
    let report = made(&facts);
    for (metric, known) in &report.totals.sums {
        let of = report.figures.iter().filter_map(|it| it.sample.as_ref()).filter(|it| it.metric == *metric);
        let found: Vec<&Sample> = of.collect();
        assert!((found.iter().map(|it| it.value).sum::<f64>() - known.value).abs() < 1e-9, "{metric:?}");
        assert_eq!(found.len(), known.posts);
    }
    assert_eq!(report.totals.sums[&Metric::Views], Known { value: 13_000.0, posts: 2 });
    assert!(!report.totals.sums.contains_key(&Metric::Completion), "shares are not added up");
    let [_, units, works, platforms, details] = sheets(&report);
    let sum = |rows: &[Vec<Cell>], column: usize| -> f64 {
        rows.iter().map(|row| if let Cell::Number(value) = row[column] { value } else { 0.0 }).sum()
    };
    for (rows, column) in [(&units.rows, 13), (&works.rows, 9), (&platforms.rows, 4)] {
        assert!((sum(rows, column) - 13_000.0).abs() < 1e-9);
    }
    assert_eq!(details.rows.len(), 6, "four figures, and two posts without: {:?}", details.rows);
    for row in details.rows.iter().filter(|row| row[9] != Cell::Unknown) {
        let seq: u64 = if let Cell::Text(seq) = &row[0] { seq.parse().unwrap() } else { 0 };
        let place = &facts.samples.values().find(|it| it.post == seq).unwrap().place;
        assert_eq!(
            row[11..],
            [
                Cell::Text(place.file.clone()),
                Cell::Text(place.sheet.clone()),
                Cell::Number(f64::from(place.row)),
                Cell::Text(place.file_sha256.clone()),
            ]
        );
    }
}

#[test]
fn counts_are_those_of_the_facts_and_every_unit_is_listed() {
    let report = made(&facts());
    let totals = &report.totals;
    assert_eq!(
        (totals.entries, totals.accepted, totals.returned, totals.duplicates, totals.failed),
        (4, 1, 1, 1, 1)
    );
    assert_eq!(
        (totals.posts, totals.with_topics, totals.topics_missing, totals.topics_unknown),
        (3, 1, 1, 1)
    );
    assert_eq!((totals.reposts, totals.without_figures, totals.median_hours), (1, 2, Some((5.5, 1))));
    assert_eq!((totals.units, totals.units_without_entries), (3, 1));
    assert_eq!(report.without_contact, ["体育部", "外语系"]);
    assert_eq!(report.withdrawn, ["<d>"]);
    assert_eq!(report.awards, [AwardLine { name: "月赛一等奖".into(), whose: "<a>".into() }]);
    assert!(report.duties.iter().all(|(_, days)| days.is_empty()) && report.duties.len() == 4);
    assert!(sheets(&report)[1].rows.iter().all(|row| row.len() == 18));
}

#[test]
fn the_text_says_what_is_known_and_nothing_else() {
    let text = text::text(&made(&facts()));
    for said in [
        "津彩学院“你好天津”秋季赛情况通报\n",
        "截至11月30日24时，共收到作品4件，通过1件，退回1件，重复1件，制作失败待处理1件，发布3条",
        "（话题齐全1条，缺话题1条，话题未核对1条），转发1条，累计播放1.3万次，累计点赞100次，另有2条没有数据，未计入。",
        "3个单位中，2个有投稿，1个尚无投稿。",
        "专题学习：没有登记。",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let empty = text::text(&made(&Facts::default()));
    assert!(empty.contains("播放等数据尚未导入") && !empty.contains("累计播放"), "{empty}");
    assert!(!empty.contains("校园屏幕"), "{empty}");
}

#[test]
fn entries_of_today_are_not_said_to_be_those_of_an_earlier_day() {
    let mut report = made(&facts());
    report.about.made = "12月2日9时30分".into();
    let text = text::text(&report);
    assert!(
        text.contains("截至11月30日24时，发布3条") && text.contains("截至12月2日9时30分，共收到作品4件"),
        "{text}"
    );
}

#[test]
fn the_page_loads_nothing_runs_nothing_and_escapes_titles() {
    for facts in [facts(), Facts::default()] {
        let page = page::page(&made(&facts));
        assert!(!page.contains("<script") && !page.contains("://") && !page.contains("<a>"), "{page}");
    }
    let page = page::page(&made(&facts()));
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("&lt;a&gt;") && page.contains("体育部"));
}

#[test]
fn the_workbook_is_the_same_for_the_same_facts_and_can_be_empty() {
    let of = |facts: &Facts| workbook::workbook(&made(facts)).unwrap();
    assert_eq!(of(&facts()), of(&facts()));
    assert!(of(&Facts::default()).starts_with(b"PK"));
}
