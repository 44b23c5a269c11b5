//! The built-in presets, and what a person is told of a mistake in a file they wrote.

use std::fs;
use std::path::Path;

use jincai::model::finding::{Code, Severity};
use jincai::model::language::Lang;
use jincai::model::preset::{Edition, Fit, Preset, Sound};
use jincai::model::units::Size;
use jincai::policy::presets::{self, ReadError};
use jincai::present::messages;

fn preset(id: &str) -> Preset {
    presets::builtin().into_iter().find(|preset| preset.id == id).unwrap_or_else(|| panic!("no preset {id}"))
}

/// Writes `text` as `name` in a fresh folder and hands over its path.
fn with_file<T>(name: &str, text: &str, read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join(name);
    fs::write(&file, text).expect("a file for the test");
    read(&file)
}

fn mistake(name: &str, text: &str) -> presets::Mistake {
    let error = with_file(name, text, |file| match name {
        "jincai.toml" => presets::read_config(file).map(drop),
        "video.toml" => presets::read_details(file).map(drop),
        _ => presets::read_preset(file).map(drop),
    });
    match error {
        Err(ReadError::Mistake(mistake)) => *mistake,
        other => panic!("{text} gave {other:?}"),
    }
}

#[test]
fn every_target_of_the_contest_has_a_preset_whose_numbers_all_have_a_source() {
    let ids: Vec<String> = presets::builtin().into_iter().map(|preset| preset.id).collect();
    assert_eq!(
        ids,
        [
            "douyin",
            "kuaishou",
            "channels",
            "xiaohongshu",
            "weibo",
            "bilibili",
            "wechat-article",
            "jinyun",
            "website",
            "screen",
            "screen-portrait",
            "led-wall",
            "entry",
            "sample",
        ]
    );
}

#[test]
fn targets_that_are_meant_to_share_an_encode_want_the_same_picture_and_sound() {
    for (first, others) in [
        ("douyin", &["kuaishou", "channels", "xiaohongshu"][..]),
        ("weibo", &["bilibili", "wechat-article"][..]),
        ("jinyun", &["entry"][..]),
    ] {
        let first = preset(first);
        for other in others {
            assert_eq!(preset(other).want, first.want, "{} and {other}", first.id);
            assert_eq!(preset(other).overlay, first.overlay, "{} and {other}", first.id);
        }
    }
    let (weibo, screen) = (preset("weibo"), preset("screen"));
    assert_eq!((screen.want.sound, screen.want.landscape), (Sound::Silent, weibo.want.landscape));
    assert_eq!((screen.want.fit, screen.want.crf), (weibo.want.fit, weibo.want.crf));
    assert_eq!(
        (screen.want.max_rate, screen.want.max_frame_rate),
        (weibo.want.max_rate, weibo.want.max_frame_rate)
    );
    assert_eq!(screen.overlay, weibo.overlay);
}

#[test]
fn editors_and_juries_get_the_source_shape_without_a_mark() {
    for id in ["jinyun", "entry", "sample"] {
        let preset = preset(id);
        assert_eq!((preset.want.fit, preset.overlay.edition), (Fit::Source, Edition::Clean), "{id}");
        assert!(!preset.overlay.title_card && !preset.overlay.lower_third && preset.overlay.captions, "{id}");
    }
    assert_eq!(preset("sample").accept.max_bytes, Some(5_000_000));
    assert_eq!(preset("led-wall").want.portrait, Size::new(3840, 1080));
}

#[test]
fn a_preset_of_the_office_replaces_the_built_in_one_in_its_place_and_others_follow() {
    let folder = tempfile::tempdir().unwrap();
    let douyin = include_str!("../../presets/douyin.toml");
    fs::write(folder.path().join("douyin.toml"), douyin.replace("title_max = 30", "title_max = 55")).unwrap();
    let hall = include_str!("../../presets/led-wall.toml").replace("id = \"led-wall\"", "id = \"hall\"");
    fs::write(folder.path().join("hall.toml"), hall).unwrap();
    let all = presets::load(Some(folder.path())).unwrap();
    assert_eq!(all[0].id, "douyin");
    assert_eq!(all[0].post.as_ref().unwrap().title_max, 55);
    assert_eq!(all.last().unwrap().id, "hall");
    assert_eq!(all.len(), presets::builtin().len() + 1);
}

#[test]
fn a_slip_in_any_file_is_shown_with_its_place_and_what_would_be_right() {
    // File, its text, line, column, what the English hint says.
    let cases = [
        ("jincai.toml", "colege = \"计算机学院\"\n", 1, 1, "did you mean `college`?"),
        ("jincai.toml", "college = \"x\"\n[campaign]\ntopics = \"天津\"\n", 3, 1, "did you mean `topic`?"),
        ("jincai.toml", "targets = [\"douyin\", \"wiebo\"]\n", 1, 22, "did you mean `weibo`?"),
        ("jincai.toml", "[covers]\ntitle = \"yes\"\n", 2, 9, "write true or false, without quotes"),
        (
            "jincai.toml",
            "[campaign]\nmax_aspect = \"wide\"\n",
            2,
            14,
            "such as \"30\", \"30000/1001\" or \"16:9\"",
        ),
        ("jincai.toml", "[campaign]\ntopic = \"#你好天津\"\n", 2, 9, "the # is added"),
        ("jincai.toml", "[captions]\ncolour = \"#12345\"\n", 2, 10, "write \"#rrggbb\""),
        ("jincai.toml", "[limits]\nmax_streams = -1\n", 2, 15, "a whole number that is not negative"),
        ("jincai.toml", "[limits]\nmax_lost_share = nan\n", 2, 18, "a number from 0 to 1"),
        ("jincai.toml", "[encode]\npreset = \"fastre\"\n", 2, 10, "did you mean `faster`?"),
        ("jincai.toml", "[encode]\nx264 = \"subme=3:bframe=3\"\n", 2, 8, "did you mean `bframes`?"),
        ("jincai.toml", "[encode]\nx264 = \"no-mbtree\"\n", 2, 8, "write name=value"),
        ("jincai.toml", "[encode]\nx264 = \"subme=tree\"\n", 2, 8, "such as 0"),
        ("jincai.toml", "[encode]\nx264 = \"me=1\"\n", 2, 8, "dia, hex, umh"),
        ("jincai.toml", "[encode]\nx264 = \"keyint=250\"\n", 2, 8, "possible values: 8x8dct"),
        ("jincai.toml", "[ai_mark]\nsize = 0.03\n", 2, 8, "a number from 0.05 to 0.2"),
        ("jincai.toml", "[ai_mark]\nseconds = 1.5\n", 2, 11, "a number from 2"),
        ("jincai.toml", "[ai_mark]\ntext = \"\"\n", 2, 8, "such as"),
        ("jincai.toml", "[ai_mark]\ndeclared = [\"generated\", \"none\"]\n", 2, 26, "possible values"),
        ("jincai.toml", "[ai_mark]\nexcept = [\"entri\"]\n", 2, 11, "did you mean `entry`?"),
        ("jincai.toml", "inbox = \"works\"\nlibrary = \"works/done\"\n", 2, 11, "two folders side by side"),
        ("jincai.toml", "college = 计算机学院\n", 1, 11, "quotes"),
        ("video.toml", "titel = \"春\"\n", 1, 1, "did you mean `title`?"),
        ("video.toml", "title = \"春\"\nauthors = { a = 1 }\n", 2, 11, "write text in quotes"),
        ("video.toml", "title = \"春\"\nai = \"yes\"\n", 2, 6, "\"generated\""),
        ("video.toml", "人工智能 = true\n", 1, 8, "\"assisted\""),
        ("video.toml", "ai_tools = [\"x\"]\n", 1, 12, "add a line: ai = \"assisted\""),
        ("video.toml", "ai_tools = [\"x\"]\nai = \"none\"\n", 1, 12, "keep one of them"),
        ("video.toml", "submitted = \"去年\"\n", 1, 13, "write year-month-day"),
        ("video.toml", "title = \"春\\n天\"\n", 1, 9, "write it as one line"),
    ];
    for (name, text, line, column, hint) in cases {
        let found = mistake(name, text);
        assert_eq!(found.line_column(), (line, column), "{text}: {found}");
        assert!(found.hint.en.contains(hint), "{text}: {found}");
        assert!(found.problem.zh.chars().any(|c| c > '\u{4e00}'), "{text}: {}", found.problem.zh);
    }
}

#[test]
fn what_x264_knows_may_be_set() {
    let known = "me=umh:analyse=p8x8,b8x8:no-mbtree=1:aq_mode=3:psy-rd=1.0,0.15:deblock=-1,-1:weightb=true";
    with_file("jincai.toml", &format!("[encode]\nx264 = \"{known}\"\n"), |file| {
        assert_eq!(presets::read_config(file).unwrap().encode.x264, known);
    });
}

const MARK: &str =
    "[watermark]\nfile = \"w.svg\"\ncorner = \"top_right\"\nsize = 0.1\nopacity = 0.8\nmargin = 0.03\n";

#[test]
fn a_watermark_is_held_to_its_ranges_corners_and_targets() {
    with_file("jincai.toml", MARK, |file| {
        let config = presets::read_config(file).unwrap();
        assert_eq!(config.watermark.unwrap().file.as_path(), file.with_file_name("w.svg"));
        assert_eq!(config.inbox.as_path(), file.with_file_name("inbox"));
    });
    let opacity = mistake("jincai.toml", &MARK.replace("0.8", "1.8"));
    assert_eq!(opacity.line_column(), (5, 11));
    let corner = mistake("jincai.toml", &MARK.replace("top_right", "topright"));
    assert!(corner.hint.en.contains("did you mean `top_right`?"), "{corner}");
    let target = mistake("jincai.toml", &format!("{MARK}corners = {{ douyinn = \"top_left\" }}\n"));
    assert!(target.hint.en.contains("did you mean `douyin`?"), "{target}");
    let missing = mistake("jincai.toml", &MARK.replace("size = 0.1\n", ""));
    assert!(missing.problem.en.contains("`size` is missing"), "{missing}");
}

#[test]
fn seasons_must_run_forward_and_may_not_overlap() {
    let season = |id: &str, from: &str, to: &str| {
        format!("[[seasons]]\nid = \"{id}\"\nname = \"{id}\"\nfrom = \"{from}\"\nto = \"{to}\"\n")
    };
    let first = season("s1", "2026-12-01", "2027-02-28");
    let after = season("s2", "2027-03-01", "2027-05-31");
    with_file("jincai.toml", &format!("{first}{after}"), |file| {
        assert_eq!(presets::read_config(file).unwrap().seasons.len(), 2);
    });
    let backward = mistake("jincai.toml", &season("s1", "2027-02-28", "2026-12-01"));
    assert_eq!(backward.line_column(), (4, 8));
    let overlap = mistake("jincai.toml", &format!("{first}{}", after.replace("2027-03-01", "2027-02-28")));
    assert_eq!(overlap.line_column(), (9, 8));
    assert!(overlap.problem.zh.contains("重叠"), "{overlap}");
    let twice = mistake("jincai.toml", &format!("{first}{}", after.replace("\"s2\"", "\"s1\"")));
    assert_eq!(twice.line_column(), (7, 6));
}

#[test]
fn a_preset_that_contradicts_itself_is_refused_at_the_wrong_line() {
    let douyin = include_str!("../../presets/douyin.toml");
    // What is changed, into what, what the English text says.
    let cases = [
        ("id = \"douyin\"", "id = \"tiktok\"", "the id \"tiktok\" is not the file's name"),
        (
            "min_duration_ms = 3_000",
            "min_duration_ms = 9_000_000",
            "`min_duration_ms` is larger than `max_duration_ms`",
        ),
        ("portrait = [1080, 1920]", "portrait = [1081, 1920]", "both sides are even"),
        ("portrait = [1080, 1920]", "portrait = [2160, 3842]", "`want.portrait` is beyond `accept`"),
        ("crf = 21.0", "crf = 61.0", "a number from 0 to 51"),
        (
            "max_bytes = 16_000_000_000",
            "max_bytes = 16_000_000_000\nmax_bit_rate = 9_600_000",
            "`want.max_rate` is beyond",
        ),
        ("containers = [\"mp4\"]", "containers = [\"mp4\", \"mp5\"]", "did you mean `mp4`?"),
        ("containers = [\"mp4\"]", "containers = [\"mov\"]", "add \"mp4\""),
        ("\"accept.max_bytes\" =", "\"accept.max_byte\" =", "`accept.max_bytes` has no source"),
        (
            "\"accept.max_bytes\" =",
            "\"accept.nothing\" = { source = \"x\", confidence = \"convention\" }\n\"accept.max_bytes\" =",
            "belongs to no number",
        ),
        ("\"post.declare\" =", "\"post.text_max\" =", "`post.declare.generated` has no source"),
        ("generated = \"内容由AI生成\"", "generated = \" \"", "the platform's own words"),
        ("confidence = \"documented\"", "confidence = \"sure\"", "documented"),
        ("as_of = \"2025-05-31\"", "as_of = \"2025-05-32\"", "there is no day 32 in month 5 of 2025"),
    ];
    for (from, to, says) in cases {
        assert!(douyin.contains(from), "{from}");
        let found = mistake("douyin.toml", &douyin.replacen(from, to, 1));
        assert!(found.to_string().contains(says), "{to}: {found}");
        assert!(found.span.start > 0 || from.starts_with("id"), "{to}: {found}");
    }
}

#[test]
fn the_terminal_shows_file_line_problem_and_cure_in_the_language_asked_for() {
    let text = "college = \"计算机学院\"\ntargest = [\"douyin\"]\n";
    let shown = |lang| {
        let error = with_file("jincai.toml", text, |file| presets::read_config(file).unwrap_err());
        let report = error.report(lang);
        let mut page = String::new();
        let plain = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
        plain.with_width(200).render_report(&mut page, report.as_ref()).unwrap();
        page
    };
    let english = shown(Lang::En);
    for part in
        ["jincai.toml, line 2, column 1", "unknown key `targest`", "did you mean `targets`?", "2 │ targest ="]
    {
        assert!(english.contains(part), "no {part} in\n{english}");
    }
    let chinese = shown(Lang::Zh);
    for part in ["第 2 行第 1 列", "不认识的项目 `targest`", "是不是想写 `targets`？"] {
        assert!(chinese.contains(part), "no {part} in\n{chinese}");
    }
}

#[test]
fn a_sidecar_mistake_becomes_a_finding_that_says_where_and_what_in_both_languages() {
    let text = "title = \"春\"\nteachr = \"李\"\n";
    let finding = with_file("video.toml", text, |file| presets::read_details(file).unwrap_err().finding());
    assert_eq!((finding.code, finding.severity), (Code::SidecarInvalid, Severity::Error));
    let written = messages::json(&finding);
    let arg = |name: &str| written.args.get(name).map(String::as_str);
    assert_eq!((arg("file"), arg("line"), arg("column")), (Some("video.toml"), Some("2"), Some("1")));
    assert_eq!(arg("problem_en"), Some("unknown key `teachr`"));
    assert_eq!(arg("hint_zh"), Some("是不是想写 `teacher`？"));
}

#[test]
fn a_missing_or_binary_file_is_named_with_what_to_do() {
    let missing = presets::read_config(Path::new("no/such/jincai.toml")).unwrap_err();
    assert_eq!(missing.problem().en, "there is no such file");
    assert!(missing.hint().zh.contains("jincai init"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("video.toml");
    fs::write(&file, [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]).unwrap();
    assert!(presets::read_details(&file).is_err());
}
