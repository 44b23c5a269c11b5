//! Papers of works at their worst: long titles, many targets, many comments, markup in every text.

use super::*;
use crate::model::ai::{AiCarrier, AiLabel, AiRecord, AiUse};
use crate::model::finding::{Code, Severity, Verdict};
use crate::model::manifest::{
    AudioTrack, CaptionsRecord, Encodes, FindingRecord, PostRecord, Program, Rendition, SourceRecord,
    Timings, VideoTrack,
};
use crate::model::review::{
    Action, Answer, NewRecord, ReviewState, Signatory, SignedLevel, Span, TargetStanding,
};

const TARGETS: [(&str, &str, u32, u32); 8] = [
    ("douyin", "抖音", 1080, 1920),
    ("kuaishou", "快手", 1080, 1920),
    ("channels", "微信视频号", 1080, 1260),
    ("weibo", "新浪微博", 1920, 1080),
    ("bilibili", "哔哩哔哩", 1920, 1080),
    ("jinyun", "津云编辑母版", 1920, 1080),
    ("website", "学校网站", 1280, 720),
    ("screen", "校园横屏", 3840, 2160),
];

fn rendition((target, _, width, height): (&str, &str, u32, u32), title: &str) -> Rendition {
    Rendition {
        target: target.to_owned(),
        file: format!("秋/机电/晨光/{target}/晨光.mp4"),
        sha256: "a".repeat(64),
        bytes: 41_234_567,
        duration_ms: 123_400,
        width,
        height,
        frame_rate: Rational::new(30_000, 1001),
        video: VideoTrack { codec: "h264".into(), profile: "high".into(), recipe: format!("{width}") },
        audio: Some(AudioTrack { codec: "aac".into(), channels: 2, recipe: "s".into() }),
        loudness_lufs: None,
        true_peak_dbtp: None,
        edition: if target == "jinyun" { Edition::Clean } else { Edition::Branded },
        covers: Vec::new(),
        post: (target != "screen").then(|| PostRecord {
            title: title.to_owned(),
            text: format!("{title}\n<script>alert(1)</script> 第二段。").repeat(3),
            topics: vec!["#你好天津#".into(), "#津彩校园#".into()],
            tags: vec!["#大学生".into()],
            declaration: (target == "douyin").then(|| "内容由AI生成".to_owned()),
        }),
        released: None,
        receipts: Vec::new(),
    }
}

fn work() -> Work {
    let title = "海河之畔·".repeat(12);
    Work {
        id: "k3f9ab2c".into(),
        kind: None,
        title: title.clone(),
        department: Some("机械与电气工程学院（智能制造产业学院）".into()),
        owner: None,
        season: Some("2026-3".into()),
        submitted: None,
        authors: ["张三", "李四", "王五", "赵六", "钱七", "孙八"].map(str::to_owned).to_vec(),
        about: crate::model::details::About {
            advisors: vec!["周老师".into()],
            synopsis: Some("一群学生在海河边拍下清晨。".repeat(6)),
            ..Default::default()
        },
        ai: Some(AiRecord {
            declared: Some(AiUse::Assisted),
            tools: vec!["剪映".into()],
            labels: vec![AiLabel {
                carrier: AiCarrier::UserDataKeys,
                value: "{\"Label\":\"1\",\"ContentProducer\":\"001191\"}".into(),
            }],
            content_credentials: true,
        }),
        captions: Some(CaptionsRecord { file: "张三2023012345.srt".into(), sha256: "c".repeat(64) }),
        review: None,
        revision: 3,
        draft: false,
        source: SourceRecord {
            path: "/in/机电/张三2023012345.mp4".into(),
            sha256: Some("d".repeat(64)),
            bytes: 1,
            duration_ms: Some(123_400),
            display: None,
            captured_at: None,
            missing_since: None,
        },
        published_from: None,
        verdict: Verdict::Accepted,
        duplicate_of: None,
        likenesses: Vec::new(),
        findings: vec![finding(Severity::Warning, Some("weibo")), finding(Severity::Note, None)],
        renditions: TARGETS.map(|target| rendition(target, &title)).to_vec(),
        encodes: Encodes::default(),
        made_at: "2026-11-01T08:00:00+08:00".into(),
        made_by: Program::default(),
        timings: Timings::default(),
    }
}

fn finding(severity: Severity, target: Option<&str>) -> FindingRecord {
    let said = Bilingual::new("画面偏暗。", "The picture is dark.");
    FindingRecord {
        code: Code::DurationTooLong,
        severity,
        target: target.map(str::to_owned),
        measured: None,
        limit: None,
        message: FindingRecord::message_of(target, said),
    }
}

fn record(seq: u64, action: Action) -> Record {
    Record {
        seq,
        said: NewRecord {
            work: "k3f9ab2c".into(),
            title: "海河".into(),
            department: None,
            revision: 3,
            subject: Some("e".repeat(64)),
            at: format!("2026-11-29T14:{:02}:00+08:00", seq % 60),
            by: Signatory {
                name: "王芳".into(),
                post: "宣传部副部长".into(),
                on_behalf_of: (seq == 30).then(|| "刘强".to_owned()),
            },
            action,
        },
        previous: String::new(),
        hash: "f".repeat(64),
    }
}

fn records() -> Vec<Record> {
    let targets: BTreeMap<String, String> =
        TARGETS.map(|(id, ..)| (id.to_owned(), "b".repeat(64))).into_iter().collect();
    let comment = |number: u64| {
        let at = (number != 5)
            .then_some(Span { from_ms: number * 5000, to_ms: number * 5000 + 1200 * (number % 2) });
        let text = format!("第 {number} 条：字幕“即将”写成了“既将”，请改正后重新导出。<b>\n第二行");
        record(number, Action::Comment { text, at, level: Some("一审".into()) })
    };
    let mut records: Vec<Record> = (1..=20).map(comment).collect();
    records.push(record(21, Action::Resolve { record: 3 }));
    let sign = |level: &str, answer| Action::Approve {
        level: level.into(),
        targets: targets.clone(),
        note: Some("同意发布。".into()),
        checklist: [("politics".to_owned(), Answer::Yes), ("rights".to_owned(), answer)]
            .into_iter()
            .collect(),
        played_s: None,
    };
    records.push(record(22, sign("二审", Answer::No)));
    records.push(record(23, Action::Undo { record: 22 }));
    records.push(record(30, sign("一审", Answer::NotApplicable)));
    records
}

fn standing(work: &Work) -> Standing {
    let signed = vec![SignedLevel {
        level: "一审".into(),
        by: record(30, Action::Undo { record: 0 }).said.by,
        at: "2026-11-29T14:30:00+08:00".into(),
        record: 30,
    }];
    let target = |made: &Rendition| {
        let standing = TargetStanding {
            digest: "b".repeat(64),
            state: ReviewState::Waiting,
            level: Some("二审".into()),
            since: String::new(),
            expires: None,
            was_signed: false,
            signed: signed.clone(),
        };
        (made.target.clone(), standing)
    };
    Standing {
        work: work.id.clone(),
        title: work.title.clone(),
        department: None,
        season: None,
        revision: 3,
        subject: "3f9c".repeat(16),
        state: ReviewState::Waiting,
        supplementary: false,
        level: Some("二审".into()),
        since: String::new(),
        due: None,
        targets: work.renditions.iter().map(target).collect(),
        open_comments: 19,
        reason: None,
        signed: signed.clone(),
        last_record: Some(30),
        records: 24,
    }
}

fn still(width: u32, height: u32) -> Vec<u8> {
    let picture =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

fn page() -> String {
    let work = work();
    let standing = standing(&work);
    let names = TARGETS.map(|(id, zh, ..)| (id.to_owned(), Bilingual::new(zh, id))).into_iter().collect();
    let canvas = |size: Size, targets: &[&str]| Canvas {
        size,
        frame_rate: Rational::new(25, 1),
        edition: Edition::Branded,
        targets: targets.iter().map(|id| (*id).to_owned()).collect(),
        stills: (0..8).map(|n| (n * 15_000 + 700, still(size.width / 4, size.height / 4))).collect(),
    };
    let cover = |width, height, target: &str| CoverPicture {
        size: Size::new(width, height),
        targets: vec![target.to_owned()],
        jpeg: still(width / 4, height / 4),
    };
    review_sheet(&Sheet {
        college: "津彩职业技术学院",
        printed_at: "2026-11-30T09:05:00+08:00",
        work: &work,
        standing: &standing,
        rules: &ReviewRules::default(),
        records: &records(),
        targets: &names,
        covers: &[
            cover(1080, 1440, "douyin"),
            cover(1146, 717, "bilibili"),
            cover(1080, 1260, "channels"),
            cover(900, 383, "weibo"),
            cover(1920, 1080, "screen"),
            cover(1280, 720, "website"),
        ],
        canvases: &[
            canvas(Size::new(1080, 1920), &["douyin", "kuaishou"]),
            canvas(Size::new(1080, 1260), &["channels"]),
            canvas(Size::new(1920, 1080), &["weibo", "bilibili", "jinyun"]),
            canvas(Size::new(1280, 720), &["website"]),
            canvas(Size::new(3840, 2160), &["screen"]),
        ],
        evidence: &BTreeMap::new(),
    })
}

#[test]
fn a_sheet_shows_everything_and_loads_nothing() {
    let page = page();
    let digest = "3F9C ".repeat(16);
    assert!(page.contains(digest.trim()));
    for (_, name, ..) in TARGETS {
        assert!(page.contains(name), "{name}");
    }
    for outside in ["<script", "http:", "https:", "<link", "url(", "src=\"/", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Every canvas with its stills, every cover.
    assert_eq!(page.matches("<img ").count(), 5 * 8 + 6);
    // Text that five targets share is shown once, the other two ways once each.
    assert_eq!(page.matches("内容由AI生成").count(), 1);
    assert_eq!(page.matches("<table class=\"form text\">").count(), 2 + 1);
    assert!(page.contains("快手、微信视频号、新浪微博、哔哩哔哩、津云编辑母版、学校网站"));
    assert_eq!(page.matches(">未处理<").count(), 19);
    assert_eq!(page.matches(">已处理<").count(), 1);
    assert!(page.contains("王芳（宣传部副部长），代 刘强 签"));
    assert!(page.contains("微博：画面偏暗。") && page.contains("另有 1 条自动处理的说明"));
}

#[test]
fn a_sheet_names_no_student_number() {
    assert!(!page().contains("2023012345"));
}

#[test]
fn boxes_are_ticked_where_a_signature_that_holds_answers_them() {
    let page = page();
    let ticked = |text: &str| page.matches(text).count();
    // The items politics and rights of the first level, and the first level's own verdict.
    assert_eq!(ticked("<i class=\"on\">√</i>"), 3);
    assert_eq!(ticked("<i class=\"on\">√</i>不涉及"), 1);
    // The second level's signature was taken back: nothing of it is ticked, and the records say so.
    assert_eq!(ticked("<i class=\"on\">√</i>否"), 0);
    assert_eq!(ticked(">已撤回<"), 1);
    // Ten items of three levels with three boxes, and two boxes for each level's verdict.
    assert_eq!(ticked("class=\"tick\""), 10 * 3 * 3 + 3 * 2);
}

#[test]
fn a_register_is_one_table_and_says_when_it_is_empty() {
    let mut row: [String; REGISTER_COLUMNS] = std::array::from_fn(|column| format!("c{column}"));
    row[12] = "<b>一行\n二行".into();
    let page = |rows: &[[String; REGISTER_COLUMNS]]| {
        register_page(&RegisterPage {
            college: "津彩职业技术学院",
            period: "2026-09-01 至 2026-11-30",
            printed_at: "2026-11-30T09:05:00+08:00",
            note: "共 1 条",
            rows,
        })
    };
    let full = page(&[row]);
    assert!(full.contains("&lt;b&gt;一行 二行") && full.contains("A4 landscape"));
    for column in (0..REGISTER_COLUMNS).filter(|column| *column != 12) {
        assert_eq!(full.matches(&format!(">c{column}<")).count(), 1, "{column}");
    }
    assert!(page(&[]).contains("本期没有记录。"));
}
