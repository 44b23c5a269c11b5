//! Tables as the creator centres write them, and what must not be guessed.

use jiff::ZonedDateTime;

use super::columns::{Centre, Field};
use super::matching::{By, Doubt, Matched, Matcher, Post};
use super::sheet::{self, FigureRow, Figures, SheetFault};
use super::values::CellFault;
use crate::model::statistics::Metric;
use crate::model::table::{Cell, Sheet, Table, TableRow};

mod matches;
mod seasons;

fn now() -> ZonedDateTime {
    "2026-11-30T15:00:00+08:00[Asia/Shanghai]".parse().unwrap()
}

/// A table of texts; `#` before a number makes a cell a number.
fn table(rows: &[&[&str]]) -> Table {
    let cell = |text: &&str| match text.strip_prefix('#') {
        Some(number) if number.parse::<f64>().is_ok() => Cell::Number(number.parse().unwrap()),
        _ if text.is_empty() => Cell::Empty,
        _ => Cell::Text((*text).to_owned()),
    };
    let row = |(row, number): (&&[&str], u32)| TableRow { number, cells: row.iter().map(cell).collect() };
    Table { sheets: vec![Sheet { name: "数据".into(), rows: rows.iter().zip(1..).map(row).collect() }] }
}

fn read(rows: &[&[&str]]) -> Figures {
    sheet::read(&table(rows), None, &now()).expect("a table of figures")
}

fn values(row: &FigureRow) -> Vec<(Metric, f64)> {
    row.values.iter().map(|(metric, value)| (*metric, *value)).collect()
}

const DOUYIN: [&[&str]; 3] = [
    &[
        "作品名称",
        "发布时间",
        "体裁",
        "审核状态",
        "播放量",
        "完播率",
        "5s完播率",
        "封面点击率",
        "2s跳出率",
        "平均播放时长",
        "点赞量",
        "分享量",
        "评论量",
        "收藏量",
        "主页访问量",
        "粉丝增量",
    ],
    &[
        "海河晨光 #你好天津\n一条河的早晨",
        "2026-11-03 08:00:00",
        "视频",
        "通过",
        "1.2万",
        "0.31",
        "0.5",
        "0.1",
        "0.2",
        "14.73秒",
        "1,234",
        "56",
        "-",
        "--",
        "9",
        "-3",
    ],
    &[
        "校园一角",
        "2026-11-04 09:00",
        "图文",
        "通过",
        "#800",
        "0.9",
        "-",
        "-",
        "-",
        "3秒",
        "#12",
        "",
        "#0",
        "#1",
        "",
        "#0",
    ],
];

#[test]
fn a_table_of_douyin_is_read_and_what_is_not_known_stays_unknown() {
    let found = read(&DOUYIN);
    assert_eq!(
        (found.centres.as_slice(), found.faults.as_slice()),
        ([Centre::Douyin].as_slice(), [].as_slice())
    );
    let first = &found.rows[0];
    assert_eq!((first.number, first.target.as_deref()), (2, Some("douyin")));
    assert_eq!(first.posted_at.as_deref(), Some("2026-11-03T08:00:00+08:00"));
    assert_eq!(
        values(first),
        [
            (Metric::Views, 12_000.0),
            (Metric::Likes, 1234.0),
            (Metric::Shares, 56.0),
            (Metric::FollowersGained, -3.0),
            (Metric::Completion, 0.31),
            (Metric::AvgWatchS, 14.73),
        ],
        "no comments and favourites: - is not 0, and 平均播放时长 is not 播放"
    );
    // How much of pictures was watched compares with no video.
    let second = &found.rows[1];
    assert!(
        !second.values.contains_key(&Metric::Completion) && !second.values.contains_key(&Metric::AvgWatchS)
    );
    assert_eq!(second.values.get(&Metric::Comments), Some(&0.0), "a 0 that is written is one");
}

#[test]
fn shuffled_added_and_missing_columns_give_the_same_numbers() {
    let plain = read(&DOUYIN);
    let count = DOUYIN[0].len();
    // Every rotation, once with a column that nobody knows and once without the one of views.
    for turn in 0..count {
        let order: Vec<usize> = (0..count).map(|at| (at * 5 + turn) % count).collect();
        let shuffled: Vec<Vec<&str>> = DOUYIN
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let mut cells: Vec<&str> = order.iter().map(|column| row[*column]).collect();
                cells.insert(turn, if at == 0 { "自定义指标" } else { "77" });
                cells
            })
            .collect();
        let rows: Vec<&[&str]> = shuffled.iter().map(Vec::as_slice).collect();
        assert_eq!(read(&rows).rows, plain.rows, "{order:?}");
        let without: Vec<Vec<&str>> = DOUYIN
            .iter()
            .map(|row| {
                order
                    .iter()
                    .filter(|column| DOUYIN[0][**column] != "播放量")
                    .map(|column| row[*column])
                    .collect()
            })
            .collect();
        let rows: Vec<&[&str]> = without.iter().map(Vec::as_slice).collect();
        let found = read(&rows);
        assert!(
            found.rows.iter().all(|row| !row.values.contains_key(&Metric::Views)),
            "nothing else is taken for views"
        );
        assert_eq!(found.rows[0].values.get(&Metric::Likes), Some(&1234.0));
    }
}

#[test]
fn the_tables_of_the_other_centres_are_read() {
    let channels = read(&[
        &[
            "视频描述",
            "视频ID",
            "发布时间",
            "完播率",
            "平均播放时长",
            "播放量",
            "推荐",
            "喜欢",
            "评论量",
            "分享量",
            "关注量",
            "转发聊天和朋友圈",
            "设为铃声",
        ],
        &[
            "",
            "export/UzFfAgtgekIEAQAAAAAA",
            "2026/5/29",
            "4.41%",
            "14.73秒",
            "2000",
            "11",
            "22",
            "3",
            "4",
            "1",
            "5",
            "0",
        ],
    ]);
    let row = &channels.rows[0];
    assert_eq!(channels.centres, [Centre::Channels]);
    assert_eq!(row.platform_id.as_deref(), Some("export/UzFfAgtgekIEAQAAAAAA"));
    assert_eq!(
        row.posted_at.as_deref(),
        Some("2026-05-29T00:00:00+08:00"),
        "a naive conversion moves it by a day"
    );
    let of = |metric| row.values.get(&metric).copied();
    assert_eq!(
        (of(Metric::Recommends), of(Metric::Likes), of(Metric::Forwards)),
        (Some(11.0), Some(22.0), Some(5.0))
    );
    assert!((of(Metric::Completion).unwrap() - 0.0441).abs() < 1e-9);

    let bilibili = read(&[
        &[
            "视频标题",
            "发布时间",
            "播放量",
            "游客播放占比",
            "粉丝观看率",
            "封标点击率",
            "3秒跳出率",
            "点赞量",
            "点赞率",
            "弹幕量",
            "收藏量",
            "投币量",
            "转发量",
            "涨粉量",
            "平均播放进度",
        ],
        &[
            "海河",
            "2026年05月29日 12:40:34",
            "345",
            "20%",
            "<0.1%",
            "1%",
            "2%",
            "30",
            "8.7%",
            "4",
            "5",
            "6",
            "7",
            "",
            "40%",
        ],
    ]);
    assert_eq!(bilibili.centres, [Centre::Bilibili]);
    assert_eq!(
        values(&bilibili.rows[0]),
        [
            (Metric::Views, 345.0),
            (Metric::Likes, 30.0),
            (Metric::Favorites, 5.0),
            (Metric::Forwards, 7.0),
            (Metric::Danmaku, 4.0),
            (Metric::Coins, 6.0)
        ]
    );
    assert_eq!(bilibili.rows[0].posted_at.as_deref(), Some("2026-05-29T12:40:34+08:00"));

    // The heads stand in row 2, below a notice.
    let xiaohongshu = read(&[
        &["最多导出排序后前1000条笔记，包括点赞、评论、收藏"],
        &[
            "笔记标题",
            "首次发布时间",
            "体裁",
            "曝光",
            "观看量",
            "封面点击率",
            "点赞",
            "评论",
            "收藏",
            "涨粉",
            "分享",
            "人均观看时长",
            "弹幕",
        ],
        &[
            "海河",
            "2026年05月19日15时39分28秒",
            "视频",
            "#900",
            "#345",
            "0.1",
            "#30",
            "#4",
            "#5",
            "#1",
            "#6",
            "#12",
            "#0",
        ],
    ]);
    assert_eq!(
        (xiaohongshu.centres.as_slice(), xiaohongshu.rows[0].number),
        ([Centre::Xiaohongshu].as_slice(), 3)
    );
    assert_eq!(xiaohongshu.rows[0].values.get(&Metric::Views), Some(&345.0));
    assert_eq!(xiaohongshu.rows[0].values.get(&Metric::AvgWatchS), Some(&12.0));

    let toutiao = read(&[
        &[
            "标题",
            "发布时间",
            "ID",
            "链接",
            "展现量",
            "粉丝展现量",
            "播放量",
            "粉丝播放量",
            "点击率",
            "平均播放完成率",
            "平均播放时长",
            "点赞量",
            "评论量",
            "转发量",
            "分享量",
            "收藏量",
        ],
        &[
            "海河",
            "#46171.528",
            "7412345678901234567",
            "https://www.toutiao.com/video/7412345678901234567/",
            "#9",
            "#1",
            "#345",
            "#2",
            "0.1",
            "#42.5",
            "00:14",
            "#30",
            "#-1",
            "#-1",
            "#6",
            "#7",
        ],
    ]);
    let row = &toutiao.rows[0];
    assert_eq!(row.platform_id.as_deref(), Some("7412345678901234567"), "all 19 digits");
    assert_eq!(row.values.get(&Metric::Completion), Some(&0.425), "a bare percent");
    assert!(!row.values.contains_key(&Metric::Comments), "-1 is no count");
    assert_eq!(
        (row.values.get(&Metric::Views), row.values.get(&Metric::AvgWatchS)),
        (Some(&345.0), Some(&14.0))
    );
    assert!(
        row.posted_at.as_deref().unwrap().starts_with("2026-05-29T12:40"),
        "a date whose style is broken"
    );

    let kuaishou = read(&[
        &["作品", "播放量", "发布时间", "完播率", "点赞量", "评论量", "收藏量", "分享量", "涨粉量"],
        &["海河", "345", "2026-05-29 12:40", "31%", "30", "4", "5", "6", "1"],
    ]);
    assert_eq!(kuaishou.centres, [Centre::Kuaishou]);
    assert_eq!(kuaishou.rows[0].values.len(), 7);
}

#[test]
fn our_own_template_says_platform_and_time_in_each_row() {
    let heads: Vec<String> = super::template::COLUMNS.iter().map(|field| field.name().to_owned()).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let row = [
        "weibo",
        "津门学院",
        "",
        "5098765432109876",
        "海河",
        "2026-11-03 08:00",
        "2026-11-30 12:00",
        "5",
        "4",
        "3",
        "2",
        "1",
        "0",
        "",
    ];
    let found = read(&[&heads, &row]);
    assert_eq!(found.centres, [Centre::Own]);
    let row = &found.rows[0];
    assert_eq!(
        (row.target.as_deref(), row.observed_at.as_deref()),
        (Some("weibo"), Some("2026-11-30T12:00:00+08:00"))
    );
    assert_eq!(row.values.len(), 6, "no followers: nothing was written");
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_never_guessed() {
    let faults = |rows: &[&[&str]]| {
        read(rows).faults.into_iter().map(|it| (it.row, it.head, it.fault)).collect::<Vec<_>>()
    };
    let heads: &[&str] = &["标题", "ID", "发布时间", "播放量", "完播率"];
    assert_eq!(
        faults(&[
            heads,
            &["海河", "#7412345678901234567", "2026-11-03 08:00", "12.5", "31"],
            &["海河", "7.41234E+18", "昨天", "1,23", "0.3"],
            &["海河", "1", "2026-11-03", "很多", "31%"],
            &["海河", "1", "2026-11-03", "-7", "31%"],
        ]),
        [
            (2, "id".to_owned(), CellFault::DigitsLost),
            (2, "播放量".to_owned(), CellFault::NotACount),
            (2, "完播率".to_owned(), CellFault::NotAShare),
            (3, "id".to_owned(), CellFault::DigitsLost),
            (3, "发布时间".to_owned(), CellFault::NotATime),
            (3, "播放量".to_owned(), CellFault::NotANumber),
            (4, "播放量".to_owned(), CellFault::NotANumber),
            (5, "播放量".to_owned(), CellFault::NotACount),
        ]
    );
    let fault = |rows: &[&[&str]]| sheet::read(&table(rows), None, &now()).unwrap_err();
    assert_eq!(
        fault(&[&["姓名", "电话"], &["张三", "1"]]),
        SheetFault::NoHeads { heads: vec!["姓名".into(), "电话".into()] }
    );
    assert!(matches!(
        fault(&[&["标题", "播放量", "播放"], &["海河", "1", "2"]]),
        SheetFault::HeadTwice { .. }
    ));
    assert_eq!(fault(&[&["标题", "播放量"]]), SheetFault::NoRows);
}

#[test]
fn names_within_names_are_taken_only_where_they_mean_the_same() {
    let found = read(&[
        &["作品标题名", "累计播放量（次）", "粉丝播放量", "点赞率", "平均播放时长"],
        &["海河", "5", "4", "0.3", "3秒"],
    ]);
    assert_eq!(values(&found.rows[0]), [(Metric::Views, 5.0), (Metric::AvgWatchS, 3.0)]);
    // Two that may be meant: neither is.
    let found = read(&[&["标题", "站内播放量", "站外播放量", "点赞量"], &["海河", "5", "4", "3"]]);
    assert_eq!(values(&found.rows[0]), [(Metric::Likes, 3.0)]);
}

#[test]
fn columns_that_a_person_chose_are_remembered_by_their_heads_whatever_the_order() {
    let rows: [&[&str]; 2] = [&["博文", "阅读数", "赞"], &["海河", "5", "4"]];
    let chosen = sheet::Chosen::from([
        ("博文".to_owned(), Field::Title),
        ("阅读数".to_owned(), Field::Figure(Metric::Views)),
    ]);
    let found = sheet::read(&table(&rows), Some(&chosen), &now()).unwrap();
    assert_eq!(values(&found.rows[0]), [(Metric::Views, 5.0)]);
    let heads = sheet::heads_to_choose(&table(&rows));
    let turned: Vec<String> = heads.iter().rev().cloned().collect();
    assert_eq!(sheet::fingerprint(&heads), sheet::fingerprint(&turned));
    assert_ne!(sheet::fingerprint(&heads), sheet::fingerprint(&heads[1..]));
}
