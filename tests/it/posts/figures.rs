//! Figures of posts: imported once, told where they fall or are missing, matched by a person where no post is certain.

use serde_json::Value;

use super::{Bureau, Said, TITLES, text};

const HEADS: &str = "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,封面点击率,2s跳出率,平均播放时长,点赞量,分享量,评论量";

fn events<'a>(said: &'a Said, kind: &str) -> Vec<&'a Value> {
    said.events.iter().filter(|event| event["event"] == kind).collect()
}

/// A table of Douyin: titles with plays and likes, all posted at that time.
fn table(at: &str, rows: &[(&str, &str, &str)]) -> String {
    let at = at[..19].replace('T', " ");
    let row = |(title, views, likes): &(&str, &str, &str)| {
        format!("{title},{at},视频,公开,{views},-,-,-,-,-,{likes},0,-\r\n")
    };
    format!("{HEADS}\r\n{}", rows.iter().map(row).collect::<String>())
}

#[test]
fn figures_are_added_once_and_what_is_odd_is_told() {
    let bureau = Bureau::new();
    let at = bureau.time(1);
    for ((work, title), number) in bureau.works.iter().zip(TITLES).zip(1..) {
        bureau.release(work, 2);
        let url = format!("https://www.douyin.com/video/730123456789012345{number}");
        let posted = format!("{title} #你好天津 #示范学院");
        let added = bureau.add(work, &["--url", &url, "--at", &at, "--text", &posted]);
        assert_eq!(added.code, Some(0), "{}", added.errors);
    }
    let [one, two] = TITLES;
    let both = table(&at, &[(one, "1.2万", "100"), (two, "300", "20"), ("别的", "5", "1")]);
    let first = bureau.write("一.csv", format!("\u{feff}{both}"));
    let imported = bureau.said("stats", &["import", text(&first)]);
    let event = imported.event("imported");
    let counts = |event: &Value| (event["matched"].as_u64(), event["open"].as_u64(), event["added"].as_u64());
    assert_eq!((imported.code, counts(event)), (Some(0), (Some(2), Some(1), Some(6))), "{}", imported.errors);
    let again = bureau.said("stats", &["import", text(&first)]);
    assert_eq!(counts(again.event("imported")).2, Some(0));
    // A count that falls, and a table of the last days without the other post.
    let fewer = bureau.write("二.csv", table(&at, &[(one, "11000", "120")]));
    let later = bureau.said("stats", &["import", text(&fewer), "--at", &bureau.time(0)]);
    assert_eq!((events(&later, "falls").len(), events(&later, "without_figures").len()), (1, 1));
    assert_eq!(later.event("without_figures")["posts"], 1);
    // One bad cell refuses a file whole, with its place.
    let bad = bureau.write("三.csv", table(&at, &[(one, "12000", "130"), (two, "许多", "30")]));
    let refused = bureau.said("stats", &["import", text(&bad)]);
    let fault = refused.event("fault");
    assert_eq!((refused.code, &fault["row"], &fault["column"]), (Some(1), &3.into(), &"播放量".into()));
    // A row that fits no post waits for a person, who says that it is none of ours.
    let open = bureau.said("stats", &["match"]);
    let number = open.event("open_row")["number"].to_string();
    let settled = bureau.said("stats", &["match", &number, "none", "--by", "王芳"]);
    assert_eq!((settled.code, &settled.event("settled")["receipt"]), (Some(0), &Value::Null));
    assert_eq!(events(&bureau.said("stats", &["match"]), "open_row").len(), 0);
    // The newest figures count, never a sum of two tables; what is unknown is no nought.
    let shown = bureau.said("stats", &["--works"]);
    let unit = shown.event("unit");
    assert_eq!(events(&shown, "work").len(), 2);
    assert_eq!(
        (&unit["values"]["views"], &unit["values"]["comments"]),
        (&11300.0.into(), &Value::Null),
        "{unit}"
    );
    let score = unit["score"].as_f64().unwrap();
    assert!((score - (0.7 * 140.0)).abs() < 1e-9, "{score}");
}
