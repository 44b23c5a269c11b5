//! How far a review is, as pages and indexes say it.

use super::*;
use crate::model::receipt::Receipt;
use crate::model::review::{ReviewState, Signatory, SignedLevel, Span, Standing, TargetStanding};

/// A part of a work whose targets are in these states, waiting for `level`.
pub fn part(state: ReviewState, level: Option<&str>, signed: &[(&str, &str)]) -> ReviewPart {
    let signed: Vec<SignedLevel> = signed
        .iter()
        .zip(1..)
        .map(|((level, name), record)| SignedLevel {
            level: (*level).to_owned(),
            by: Signatory { name: (*name).to_owned(), ..Signatory::default() },
            at: "2026-11-24T17:10:00+08:00".into(),
            record,
        })
        .collect();
    let target = TargetStanding {
        digest: "d".repeat(64),
        state: if state == ReviewState::Posted { ReviewState::Released } else { state },
        level: level.map(str::to_owned),
        since: "2026-11-24T16:08:00+08:00".into(),
        expires: None,
        was_signed: false,
        signed: signed.clone(),
    };
    let standing = Standing {
        work: "k3f9ab2c".into(),
        title: "晨光里的车间".into(),
        department: Some("机械工程系".into()),
        season: None,
        revision: 2,
        subject: "a".repeat(64),
        state,
        supplementary: false,
        level: level.map(str::to_owned),
        since: "2026-11-24T16:08:00+08:00".into(),
        due: Some("2026-11-25T00:08:00+08:00".into()).filter(|_| state == ReviewState::Waiting),
        targets: ["douyin", "channels", "screen"].map(|id| (id.to_owned(), target.clone())).into(),
        open_comments: 0,
        reason: None,
        signed,
        last_record: None,
        records: 0,
    };
    let levels = [("一审", "系部负责人"), ("二审", "宣传部"), ("三审", "分管校领导")];
    ReviewPart {
        standing,
        levels: levels.map(|(name, role)| (name.to_owned(), role.to_owned())).to_vec(),
        is_overdue: false,
        returned_at: None,
        comments: Vec::new(),
        posts: Vec::new(),
        credit: None,
    }
}

fn said(part: &ReviewPart) -> String {
    let (work, names) = (work(Verdict::Accepted, "晨光里的车间"), names());
    let mut page = page(PageState::Done(&work), "晨光.mp4", &names);
    page.review = Some(part);
    work_page(&page)
}

/// Writes the pages to a folder where somebody asks for them, to be looked at.
fn keep(name: &str, html: &str) {
    if let Some(folder) = std::env::var_os("JINCAI_PAGES") {
        let folder = std::path::PathBuf::from(folder);
        crate::files::create_new(&folder.join(name))
            .and_then(|mut file| std::io::Write::write_all(&mut file, html.as_bytes()))
            .unwrap();
    }
}

fn assert_says(html: &str, held: &[&str], absent: &[&str]) {
    for one in held {
        assert!(html.contains(one), "no {one}: {html}");
    }
    for one in absent {
        assert!(!html.contains(one), "{one}: {html}");
    }
}

#[test]
fn nobody_is_told_that_a_work_may_be_posted_before_it_is_signed() {
    let mut waits = part(ReviewState::Waiting, Some("一审"), &[]);
    let html = said(&waits);
    keep("waiting.html", &html);
    let promises = ["可以发布", "可发布", "may be posted", "ready to post"];
    assert_says(
        &html,
        &[
            "待一审",
            "已制作，待审核",
            "等系部负责人一审",
            "2026-11-25 00:08",
            "waiting for 一审",
            "审核通过之前请不要发布",
        ],
        &promises,
    );
    waits.is_overdue = true;
    let late = said(&waits);
    keep("overdue.html", &late);
    assert_says(&late, &["已超时", "Overdue"], &promises);
    let second = said(&part(ReviewState::Waiting, Some("二审"), &[("一审", "王芳")]));
    keep("second.html", &second);
    assert_says(&second, &["待二审", "一审已通过", "王芳", "等宣传部二审"], &promises);
    // Nor by a verdict alone.
    let (work, names) = (work(Verdict::Accepted, "晨光里的车间"), names());
    assert_says(&work_page(&page(PageState::Done(&work), "晨光.mp4", &names)), &["已制作"], &promises);
}

#[test]
fn a_returned_work_says_why_and_where() {
    let mut back = part(ReviewState::Returned, None, &[("一审", "王芳")]);
    back.standing.level = Some("二审".into());
    back.standing.reason = Some("<b>国旗</b>在 0:37 处挂反了".into());
    back.returned_at = Some(Span { from_ms: 37_000, to_ms: 41_000 });
    back.comments = vec![OpenComment {
        number: 12,
        at: Some(Span { from_ms: 37_000, to_ms: 37_000 }),
        text: "字幕错字：晨光写成了辰光".into(),
        by: "李强".into(),
        said_at: "2026-11-24T18:00:00+08:00".into(),
    }];
    let html = said(&back);
    keep("returned.html", &html);
    assert_says(
        &html,
        &[
            "退回修改",
            "二审于 2026-11-24 16:08 退回",
            "0:37–0:41",
            "&lt;b&gt;国旗",
            "晨光写成了辰光",
            "#12",
            "returned",
        ],
        &["<b>国旗", "可以发布。"],
    );
}

#[test]
fn what_is_released_posted_and_withdrawn_says_so_with_links() {
    let all = [("一审", "王芳"), ("二审", "李强"), ("三审", "赵敏")];
    let mut released = part(ReviewState::Released, None, &all);
    released.credit = Some("初审：王芳 复审：李强 终审：赵敏".into());
    let html = said(&released);
    keep("released.html", &html);
    assert_says(&html, &["可发布", "可以发布", "初审：王芳 复审：李强"], &["请不要发布"]);
    let mut posted = part(ReviewState::Posted, None, &all);
    let post = |url: &str| Receipt {
        target: "douyin".into(),
        url: Some(url.into()),
        account: Some("津彩学院".into()),
        posted_at: "2026-11-25T12:00:00+08:00".into(),
        ..Receipt::default()
    };
    posted.posts = vec![post("https://www.douyin.com/video/7301"), post("javascript:alert(1)")];
    let html = said(&posted);
    keep("posted.html", &html);
    assert_says(
        &html,
        &["已发布", "href=\"https://www.douyin.com/video/7301\" rel=\"noopener noreferrer\"", "津彩学院"],
        &["javascript:"],
    );
    let mut gone = part(ReviewState::Withdrawn, None, &all);
    gone.standing.reason = Some("出镜学生撤回同意".into());
    let html = said(&gone);
    keep("withdrawn.html", &html);
    assert_says(&html, &["已下架", "出镜学生撤回同意", "withdrawn", "请不要发布"], &["可以发布"]);
}

#[test]
fn a_new_target_waits_while_the_others_stay_released() {
    let mut part = part(ReviewState::Released, None, &[("一审", "王芳"), ("二审", "李强"), ("三审", "赵敏")]);
    part.standing.state = ReviewState::Waiting;
    part.standing.level = Some("一审".into());
    part.standing.supplementary = true;
    let screen = part.standing.targets.get_mut("screen").unwrap();
    (screen.state, screen.level) = (ReviewState::Waiting, Some("一审".into()));
    screen.signed.clear();
    let html = said(&part);
    keep("supplementary.html", &html);
    assert_says(
        &html,
        &["补审 · 待一审", "视频号、抖音", "校园大屏（待一审）", "其余的可以发布"],
        &["王芳", "暂时不能发布。2026"],
    );
}

#[test]
fn what_stays_in_use_beside_a_refused_file_has_its_own_state() {
    let (work, names) = (work(Verdict::Rejected, "晨光里的车间"), names());
    let released = part(ReviewState::Released, None, &[("一审", "王芳"), ("二审", "李强"), ("三审", "赵敏")]);
    let mut page = page(PageState::Done(&work), "晨光.mp4", &names);
    page.review = Some(&released);
    let html = work_page(&page);
    keep("beside.html", &html);
    assert_says(&html, &["✗退回", "在用的成片：可发布"], &[]);
}

#[test]
fn a_page_is_known_by_what_it_says_of_the_review() {
    let waits = part(ReviewState::Waiting, Some("一审"), &[]);
    let mark = page_mark(Some(&waits));
    let html = said(&waits);
    assert!(html.find(&mark).unwrap() < 4096, "it is looked for in the head of the page");
    let mut late = waits.clone();
    late.is_overdue = true;
    let mut renamed = waits.clone();
    renamed.levels[0].1 = "二级学院".into();
    for other in [&late, &renamed, &part(ReviewState::Waiting, Some("二审"), &[("一审", "王芳")])] {
        assert_ne!(page_mark(Some(other)), mark);
    }
    assert_ne!(page_mark(None), mark);
    assert_eq!(page_mark(Some(&waits.clone())), mark);
}

#[test]
fn an_index_counts_by_level_and_puts_what_came_back_on_top() {
    let step = |state, level, is_overdue| {
        RowState::Review(ReviewStep { state, supplementary: false, level, is_overdue })
    };
    let words =
        ["待一审", "待二审", "待一审", "退回修改", "可发布", "已下架"].map(|zh| Bilingual::new(zh, "word"));
    let states = [
        step(ReviewState::Waiting, Some(0), false),
        step(ReviewState::Waiting, Some(1), false),
        step(ReviewState::Waiting, Some(0), true),
        step(ReviewState::Returned, None, false),
        step(ReviewState::Released, None, false),
        step(ReviewState::Withdrawn, None, false),
    ];
    let titles = ["甲", "乙", "丙", "丁", "戊", "己"];
    let drops: Vec<DropRow<'_>> = (0..6)
        .map(|row| DropRow {
            file_name: titles[row],
            title: None,
            received_at: "2026-11-20T09:00:00+08:00",
            state: states[row],
            report: Some("a.mp4.html"),
            renditions: 3,
            problems: 0,
            todo: (row == 3).then_some("国旗挂反了"),
            word: Some(&words[row]),
        })
        .collect();
    let html = department_page(&DepartmentPage {
        college: "天津某职业技术学院",
        department: Some("机械工程系"),
        updated_at: "2026-11-24T09:01:00+08:00",
        drops: &drops,
        left_over: &[],
        notice: None,
    });
    keep("index.html", &html);
    let counts = ["↩ 退回修改 1", "审 待一审 1", "审 待二审 1", "✓ 可发布 1", "× 已下架 1"];
    let places = counts.map(|count| html.find(count).unwrap_or_else(|| panic!("no {count}: {html}")));
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(html.matches("审 待一审 1").count(), 2, "overdue ones are counted by themselves");
    assert!(html.find("国旗挂反了").unwrap() < html.find(">甲<").unwrap());
    assert!(!html.contains("http-equiv=\"refresh\""), "nothing is running");
}
