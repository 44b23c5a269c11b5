//! What the pages hold.

use std::collections::BTreeMap;

use super::*;
use crate::model::ai::{AiCarrier, AiLabel, AiRecord, AiUse};
use crate::model::finding::{Code, Severity};
use crate::model::manifest::{AudioTrack, PostRecord, PublishedFrom, Rendition, SourceRecord, VideoTrack};
use crate::model::preset::Edition;
use crate::model::units::Rational;

fn finding(severity: Severity, zh: &str) -> FindingRecord {
    FindingRecord {
        code: Code::LongBlack,
        severity,
        target: None,
        measured: None,
        limit: None,
        message: Bilingual::new(zh, "Please look at it."),
    }
}

fn rendition(target: &str) -> Rendition {
    Rendition {
        target: target.into(),
        file: format!("2026/机械工程系/晨光-k3f9/{target}.mp4"),
        sha256: String::new(),
        bytes: 48_234_567,
        duration_ms: 83_400,
        width: 1080,
        height: 1920,
        frame_rate: Rational::new(30, 1),
        video: VideoTrack { codec: "h264".into(), profile: "high".into(), recipe: "r".into() },
        audio: Some(AudioTrack { codec: "aac".into(), channels: 2, recipe: "r".into() }),
        loudness_lufs: Some(-14.03),
        true_peak_dbtp: Some(-1.2),
        edition: Edition::Branded,
        covers: Vec::new(),
        post: (target != "screen").then(|| PostRecord {
            title: "晨光里的车间".into(),
            text: "清晨六点半，机械工程系的车间亮起第一盏灯。\n#你好天津 #津彩校园".into(),
            topics: vec!["#你好天津".into()],
            tags: vec!["#匠心".into()],
            declaration: None,
        }),
        released: None,
        receipts: Vec::new(),
    }
}

fn work(verdict: Verdict, title: &str) -> Work {
    Work {
        id: "k3f9ab2c".into(),
        kind: None,
        title: title.into(),
        department: Some("机械工程系".into()),
        owner: None,
        season: None,
        submitted: None,
        authors: vec!["张三".into()],
        about: Default::default(),
        ai: None,
        captions: None,
        review: None,
        revision: 2,
        draft: false,
        source: SourceRecord {
            path: "/in/机械/晨光.mp4".into(),
            sha256: None,
            bytes: 312_000_000,
            duration_ms: Some(83_400),
            display: None,
            captured_at: None,
            missing_since: None,
        },
        published_from: None,
        verdict,
        duplicate_of: None,
        likenesses: Vec::new(),
        findings: vec![
            finding(Severity::Note, "画面会缩小：3840×2160 → 1080×1920。无需处理。"),
            finding(Severity::Warning, "开头有 3.2 s 黑场。请剪掉后重交，或确认是有意的。"),
            finding(Severity::Error, "weibo：时长 3700 s 超过上限 3600 s。请剪短。"),
        ],
        renditions: vec![rendition("douyin"), rendition("channels"), rendition("screen")],
        encodes: Default::default(),
        made_at: "2026-11-24T16:08:00+08:00".into(),
        made_by: Default::default(),
        timings: Default::default(),
    }
}

fn names() -> BTreeMap<String, Bilingual> {
    [("douyin", "抖音"), ("channels", "视频号"), ("screen", "校园大屏")]
        .map(|(id, zh)| (id.to_owned(), Bilingual::new(zh, id)))
        .into()
}

fn page<'a>(
    state: PageState<'a>,
    file_name: &'a str,
    targets: &'a BTreeMap<String, Bilingual>,
) -> WorkPage<'a> {
    WorkPage {
        college: "天津某职业技术学院",
        department: Some("机械工程系"),
        file_name,
        bytes: 312_000_000,
        received_at: "2026-11-24T16:05:07+08:00",
        updated_at: "2026-11-24T16:08:00+08:00",
        state,
        notice: None,
        examples: None,
        targets,
        covers: &[],
        preview: None,
        evidence: &[],
        original: None,
        library: Some(r"\\nas\津彩\library"),
        review: None,
    }
}

fn small_jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 160])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn an_accepted_work_shows_its_verdict_findings_files_and_texts() {
    let (work, names) = (work(Verdict::AcceptedWithWarnings, "晨光里的车间"), names());
    let covers = [(180, 240), (240, 180), (320, 180)].map(|(width, height)| Thumbnail {
        caption: format!("抖音 {width}×{height}"),
        jpeg: small_jpeg(width, height),
    });
    let mut page = page(PageState::Done(&work), "晨光.mp4", &names);
    page.covers = &covers;
    let html = work_page(&page);
    for held in [
        "已制作，有提醒",
        "开头有 3.2 s 黑场",
        "抖音、视频号",
        "#匠心",
        "1:23",
        "46.0 MB",
        "-14.0 LUFS",
        "校园大屏",
        "data:image/jpeg;base64,",
        "lang=\"zh-CN\"",
        "made, with warnings",
    ] {
        assert!(html.contains(held), "no {held}");
    }
    let (error, warning) = (html.find("超过上限").unwrap(), html.find("黑场").unwrap());
    assert!(error < warning, "the worst comes first");
    assert_eq!(html.matches("#你好天津").count(), 1, "a topic that the text holds is not added again");
    for absent in ["http-equiv=\"refresh\"", "<script", "http://", "https://"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn what_was_not_made_is_told_with_its_reason() {
    let mut names = names();
    for (id, zh) in [("weibo", "微博"), ("website", "学校网站")] {
        names.insert(id.into(), Bilingual::new(zh, id));
    }
    let mut work = work(Verdict::AcceptedWithWarnings, "晨光里的车间");
    work.findings.last_mut().unwrap().target = Some("weibo".into());
    let html = work_page(&page(PageState::Done(&work), "晨光.mp4", &names));
    for held in
        ["微博</strong>：没有做（原因见“需要你处理”）", "学校网站</strong>：没有做（没有选这个发布目标）"]
    {
        assert!(html.contains(held), "no {held}: {html}");
    }
}

#[test]
fn what_is_declared_and_found_of_ai_is_told_in_both_languages_with_what_to_choose() {
    let mut work = work(Verdict::Accepted, "晨光");
    let targets = names();
    let silent = work_page(&page(PageState::Done(&work), "晨光.mp4", &targets));
    assert!(!silent.contains("AI"), "{silent}");
    let label = AiLabel::new(AiCarrier::Xmp, b"{\"Label\":\"<1>\"}");
    work.ai = Some(AiRecord {
        declared: Some(AiUse::Generated),
        tools: vec!["某模型".into()],
        labels: vec![label],
        content_credentials: true,
    });
    if let Some(post) = &mut work.renditions[0].post {
        post.declaration = Some("内容由AI生成".into());
    }
    let told = work_page(&page(PageState::Done(&work), "晨光.mp4", &targets));
    for said in [
        "含 AI 生成内容（某模型）",
        "holds AI-generated content (某模型)",
        "在XMP 信息里，成片已原样带上: {&quot;Label&quot;:&quot;&lt;1&gt;&quot;}",
        "in its XMP packet, carried into every finished file",
        "C2PA",
        "发布时在平台选择：<strong>内容由AI生成</strong>",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn names_cannot_break_out_of_the_page() {
    let names = names();
    let hostile = "\"><script>alert(1)</script></title>😀'&\u{202e}4pm.mp4";
    let mut work = work(Verdict::Rejected, hostile);
    work.findings[0].message.zh = hostile.into();
    work.renditions[0].file = hostile.into();
    work.renditions[0].target = hostile.into();
    for html in [
        work_page(&page(PageState::Done(&work), hostile, &names)),
        work_page(&page(PageState::Arriving, hostile, &names)),
        department_page(&DepartmentPage {
            college: hostile,
            department: Some(hostile),
            updated_at: "",
            left_over: &[LeftOverRow { file_name: hostile, why: &Bilingual::new(hostile, hostile) }],
            notice: None,
            drops: &[DropRow {
                file_name: hostile,
                title: Some(hostile),
                received_at: "",
                state: RowState::Running,
                report: Some("a \"b\"#?%:.mp4.html"),
                renditions: 0,
                problems: 0,
                todo: Some(hostile),
                word: None,
            }],
        }),
    ] {
        assert!(!html.contains("<script") && !html.contains("\u{202e}"), "{html}");
        assert_eq!(html.matches("</title>").count(), 1);
        assert!(html.contains("😀"));
    }
}

#[test]
fn links_are_encoded() {
    assert_eq!(percent_encoded("a \"b\"#?%:.mp4.html"), "./a%20%22b%22%23%3F%25%3A.mp4.html");
    assert_eq!(percent_encoded("津.html"), "./%E6%B4%A5.html");
}

#[test]
fn a_page_on_the_way_refreshes_itself_and_says_how_long() {
    let names = names();
    let running =
        PageState::Running { stage: Stage::Rendering, done: 0.425, speed: Some(2.31), left_s: Some(200.0) };
    let html = work_page(&page(running, "晨光.mp4", &names));
    for held in ["http-equiv=\"refresh\" content=\"10\"", "width:42%", "约 4 分钟", "2.3 倍速"] {
        assert!(html.contains(held), "no {held}");
    }
    let html = work_page(&page(PageState::Waiting { ahead: 12 }, "晨光.mp4", &names));
    assert!(html.contains("还有 12 个"));
    let odd = PageState::Running { stage: Stage::Rendering, done: f64::NAN, speed: None, left_s: None };
    assert!(work_page(&page(odd, "晨光.mp4", &names)).contains("width:0%"));
}

#[test]
fn what_stays_of_an_earlier_file_is_called_so() {
    let (mut work, names) = (work(Verdict::Rejected, "晨光"), names());
    let said = |work: &Work| {
        work_page(&page(PageState::Done(work), "晨光.mp4", &names)).contains("来自它之前的文件")
    };
    assert!(!said(&work));
    work.published_from = Some(PublishedFrom {
        sha256: "a".repeat(64),
        packets_sha256: None,
        duration_ms: None,
        modified_s: 0,
    });
    assert!(said(&work));
}

#[test]
fn a_duplicate_says_of_what_and_whose() {
    let (mut work, names) = (work(Verdict::Duplicate, "晨光"), names());
    work.renditions.clear();
    work.findings.clear();
    let authors = ["李四".to_owned(), "王五".to_owned()];
    let mut page = page(PageState::Done(&work), "晨光.mp4", &names);
    page.original = Some(Original {
        title: "车间晨光",
        department: Some("电气工程系"),
        authors: &authors,
        file_name: "cj.mp4",
        received_at: "2026-11-20T09:00:00+08:00",
    });
    let html = work_page(&page);
    for held in ["车间晨光", "电气工程系", "李四、王五", "cj.mp4", "2026-11-20 09:00"] {
        assert!(html.contains(held), "no {held}");
    }
}

#[test]
fn an_index_lists_the_newest_first_with_links_and_counts() {
    let row = |file_name, received_at, state, report| DropRow {
        file_name,
        title: None,
        received_at,
        state,
        report,
        renditions: 3,
        problems: 1,
        todo: Some("请重新导出。"),
        word: None,
    };
    let drops = [
        row("旧.mp4", "2026-11-20T09:00:00+08:00", RowState::Done(Verdict::Accepted), Some("旧.mp4.html")),
        row("退.mp4", "2026-11-21T09:00:00+08:00", RowState::Done(Verdict::Rejected), Some("退.mp4.html")),
        row("新.mp4", "2026-11-24T09:00:00+08:00", RowState::Running, None),
    ];
    let mut page = DepartmentPage {
        college: "天津某职业技术学院",
        department: Some("机械工程系"),
        updated_at: "2026-11-24T09:01:00+08:00",
        drops: &drops,
        left_over: &[],
        notice: None,
    };
    let html = department_page(&page);
    assert!(html.find("新.mp4").unwrap() < html.find("旧.mp4").unwrap());
    assert!(html.contains("href=\"./%E6%97%A7.mp4.html\""));
    assert!(html.contains("✓ 已制作 1") && html.contains("✗ 退回 1") && html.contains("共 3 件"));
    assert!(html.contains("http-equiv=\"refresh\""), "something is running");
    page.drops = &drops[..2];
    assert!(!department_page(&page).contains("http-equiv=\"refresh\""), "all is done");
}

mod review;
