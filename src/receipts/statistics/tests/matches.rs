use super::*;

fn post(seq: u64, work: &str, title: &str, day: &str) -> Post {
    Post {
        seq,
        work: work.into(),
        target: "douyin".into(),
        title: title.into(),
        url: None,
        key: Some(format!("douyin.com:{seq}")),
        platform_id: None,
        account: None,
        posted_on: Some(day.parse().unwrap()),
    }
}

fn row(title: &str, day: &str) -> FigureRow {
    FigureRow {
        target: Some("douyin".into()),
        title: title.into(),
        posted_at: (!day.is_empty()).then(|| format!("{day}T08:00:00+08:00")),
        ..FigureRow::default()
    }
}

fn works(posts: &[Post]) -> Vec<(String, String)> {
    posts.iter().map(|post| (post.work.clone(), post.title.clone())).collect()
}

#[test]
fn a_number_goes_before_a_link_and_a_link_before_a_title() {
    let mut posts = vec![post(1, "a", "海河晨光", "2026-11-03"), post(2, "b", "校园一角", "2026-11-03")];
    posts[1].platform_id = Some("7412345678901234567".into());
    let works = works(&posts);
    let matcher = Matcher::new(&posts, &works);
    let mut one = row("海河晨光 #你好天津", "2026-11-04");
    assert_eq!(matcher.match_one(&one, None), Matched::Certain(1, By::Title));
    assert_eq!(matcher.match_one(&one, Some("douyin.com:2")), Matched::Certain(2, By::Link));
    one.platform_id = Some("7412345678901234567".into());
    assert_eq!(matcher.match_one(&one, Some("douyin.com:1")), Matched::Certain(2, By::PlatformId));
    one.target = Some("kuaishou".into());
    assert_eq!(matcher.match_one(&one, None), Matched::Open(Doubt::NoPost, vec![]), "of another platform");
}

#[test]
fn a_title_that_may_be_another_works_is_asked() {
    let posts = vec![
        post(1, "a", "海河", "2026-11-03"),
        post(2, "b", "海河晨光", "2026-11-03"),
        post(3, "c", "《海河》晨光", "2026-11-03"),
        post(4, "d", "海河", "2026-06-01"),
        post(5, "e", "运动会", "2026-11-03"),
        post(6, "e", "运动会", "2026-11-04"),
    ];
    let known = works(&posts);
    let matcher = Matcher::new(&posts, &known);
    let asked = |title: &str, day: &str| matcher.match_one(&row(title, day), None);
    assert_eq!(asked("海河晨光全文", "2026-11-03"), Matched::Open(Doubt::NoPost, vec![]), "a word goes on");
    assert_eq!(asked("海河晨光：全文", "2026-11-03"), Matched::Certain(2, By::Title));
    assert_eq!(
        asked("海河 全文", "2026-11-03"),
        Matched::Certain(1, By::Title),
        "the other was posted in June"
    );
    assert_eq!(asked("海河 全文", "2026-11-10"), Matched::Open(Doubt::NoPost, vec![]));
    assert_eq!(asked("海河 晨光", "2026-11-03"), Matched::Open(Doubt::Several, vec![1, 3]));
    assert_eq!(asked("海河 全文", ""), Matched::Open(Doubt::NoDate, vec![1, 4]));
    assert_eq!(asked("运动会", "2026-11-03"), Matched::Open(Doubt::Several, vec![5, 6]), "posted twice");
    assert_eq!(asked("", "2026-11-03"), Matched::Open(Doubt::NoPost, vec![]));
    // A work of the same title whose post nobody has recorded.
    let more = [known, vec![("f".to_owned(), "海河晨光".to_owned())]].concat();
    let matcher = Matcher::new(&posts, &more);
    assert_eq!(
        matcher.match_one(&row("海河晨光", "2026-11-03"), None),
        Matched::Open(Doubt::Several, vec![2])
    );
}

#[test]
fn two_rows_about_one_post_are_asked() {
    let posts = vec![post(1, "a", "海河", "2026-11-03")];
    let works = works(&posts);
    let rows = [(row("海河 一", "2026-11-03"), None), (row("海河 二", "2026-11-03"), None)];
    let found = Matcher::new(&posts, &works).match_all(&rows);
    assert_eq!(found, vec![Matched::Open(Doubt::SamePostTwice, vec![1]); 2]);
}

/// Titles that begin alike, posts on neighbouring days, and every way in which rows name them.
#[test]
fn of_a_thousand_rows_none_is_matched_wrong() {
    let titles = ["海河", "海河晨光", "海河晨光 二", "运动会", "运动会开幕", "校园的一天"];
    let posts: Vec<Post> = (0..1000_u64)
        .map(|seq| {
            let title = titles[(seq % 6) as usize];
            let title = if seq % 5 == 0 { title.to_owned() } else { format!("{title}{}", seq / 3) };
            let day = format!("2026-{:02}-{:02}", 1 + seq % 12, 1 + (seq * 7) % 28);
            let mut post = post(seq + 1, &format!("w{seq}"), &title, &day);
            post.platform_id = (seq % 4 == 0).then(|| (7_412_345_678_901_000_000 + seq).to_string());
            post
        })
        .collect();
    let known = works(&posts);
    let rows: Vec<(FigureRow, Option<String>)> = posts
        .iter()
        .map(|post| {
            let mut row =
                row(&format!("{} #你好天津# 全文", post.title), &post.posted_on.unwrap().to_string());
            row.platform_id = post.platform_id.clone();
            (row, (post.seq % 3 == 0).then(|| post.key.clone()).flatten())
        })
        .collect();
    let found = Matcher::new(&posts, &known).match_all(&rows);
    let right = posts
        .iter()
        .zip(&found)
        .filter(|(post, it)| matches!(it, Matched::Certain(seq, _) if *seq == post.seq))
        .count();
    let wrong: Vec<_> = posts
        .iter()
        .zip(&found)
        .filter(|(post, it)| matches!(it, Matched::Certain(seq, _) if *seq != post.seq))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(right > 800, "{right}");
}
