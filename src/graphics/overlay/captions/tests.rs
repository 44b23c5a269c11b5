//! Real caption files, and the quirks they were found to have.

mod formats;
mod oddities;
mod oddity;

use std::path::PathBuf;

use super::*;

const HOUR: u64 = 3_600_000_000;

fn parse(bytes: &[u8], duration_us: u64) -> Result<(Captions, Vec<Finding>), CaptionError> {
    parse_as(bytes, duration_us, Named::Otherwise)
}

fn texts(source: &str) -> Vec<String> {
    parse(source.as_bytes(), HOUR).unwrap().0.cues.into_iter().map(|cue| cue.text).collect()
}

fn codes(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

/// Returns a caption file of the footage, which is not part of the repository.
fn footage(name: &str) -> PathBuf {
    let root = std::env::var_os("JINCAI_FOOTAGE")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/footage"), PathBuf::from);
    let path = root.join("subs").join(name);
    assert!(path.exists(), "{} is not there: set JINCAI_FOOTAGE", path.display());
    path
}

#[test]
fn numbers_may_be_missing_and_commas_may_be_points() {
    let source = "1\r\n00:00:01,000 --> 00:00:02.500\r\n<i>你好</i>，天津\r\n\r\n00:00:03.000 --> 00:00:04,000\r\n42\r\n";
    assert_eq!(texts(source), ["你好，天津", "42"]);
    let cues = parse(source.as_bytes(), HOUR).unwrap().0.cues;
    assert_eq!((cues[0].from_us, cues[0].until_us), (1_000_000, 2_500_000));
}

#[test]
fn a_blank_line_inside_a_text_does_not_lose_the_rest() {
    let source = "1\n00:01 --> 00:02\n上\n\n下\n\n2\n00:03 --> 00:04\n后\n";
    assert_eq!(texts(source), ["上\n下", "后"]);
}

#[test]
fn marks_are_stripped_and_what_only_looks_like_one_is_kept() {
    // Entities are text in SubRip, as FFmpeg's reader has it, and signs in WebVTT.
    let source = "1\n00:01 --> 00:02\n{\\an8}<font color=\"red\">3 < 5 &amp; A&lt;B</font> AT&T &#x4f60;\n";
    assert_eq!(texts(source), ["3 < 5 &amp; A&lt;B AT&T &#x4f60;"]);
    assert_eq!(texts(&format!("WEBVTT\n\n{source}")), ["3 < 5 & A<B AT&T 你"]);
    assert_eq!(codes(&parse(source.as_bytes(), HOUR).unwrap().1), [Code::CaptionsStyleDropped]);
}

#[test]
fn notes_styles_and_settings_of_webvtt_are_not_shown() {
    let source = "WEBVTT - x\n\nSTYLE\n::cue { color: red }\n\nNOTE 你好\n\nid-1\n00:01.000 --> 00:02.000 align:start position:10%\n<v 张三>大家好\n\nNOTE\nhidden\n\n00:03.000 --> 00:04.000\n再见\n";
    assert_eq!(texts(source), ["大家好", "再见"]);
}

#[test]
fn dialogue_keeps_its_commas_and_loses_drawings_and_comments() {
    let source = "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nComment: 0,0:00:00.00,0:00:09.00,D,,0,0,0,,不显示\nDialogue: 0,0:00:01.00,0:00:02.50,D,,0,0,0,,{\\pos(1,2)\\b1}一，二, 三\\N第二行\nDialogue: 0,0:00:01.00,0:00:02.50,D,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}字\nDialogue: 0,0:00:05.00,0:00:05.00,D,,0,0,0,,零秒\n";
    assert_eq!(texts(source), ["一，二, 三\n第二行", "字"]);
}

#[test]
fn cues_are_sorted_repeats_shown_once_and_those_after_the_end_dropped() {
    let source = "1\n00:05 --> 00:06\n乙\n\n2\n00:01 --> 00:02\n甲\n\n3\n00:01 --> 00:02\n甲\n\n4\n00:20 --> 00:30\n丙\n";
    let (captions, findings) = parse(source.as_bytes(), 5_500_000).unwrap();
    assert_eq!(captions.cues.iter().map(|cue| cue.text.as_str()).collect::<Vec<_>>(), ["甲", "乙"]);
    assert_eq!(captions.cues[1].until_us, 5_500_000);
    assert_eq!(codes(&findings), [Code::CaptionsOutsideDuration]);
}

#[test]
fn a_file_without_cues_names_the_first_line_not_understood() {
    let error = parse("\n\n这不是字幕\n".as_bytes(), HOUR).unwrap_err();
    assert_eq!(error.finding().args[&Arg::Line], "3".into());
    let error = parse("1\n00:aa --> 00:02\nx\n".as_bytes(), HOUR).unwrap_err();
    assert_eq!(error.finding().args[&Arg::Line], "2".into());
    assert!(parse(b"", HOUR).is_err());
}

#[test]
fn one_text_is_read_the_same_from_every_encoding() {
    let source = "1\n00:00:01,000 --> 00:00:02,000\n天津城市职业学院欢迎你，一起去看海河。\n";
    let utf8 = parse(source.as_bytes(), HOUR).unwrap();
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend(source.as_bytes());
    let utf16 = |bytes: fn(u16) -> [u8; 2]| source.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let mut utf16_marked = vec![0xFF, 0xFE];
    utf16_marked.extend(utf16(u16::to_le_bytes));
    let gbk = encoding_rs::GBK.encode(source).0.into_owned();
    for bytes in [marked, utf16_marked, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes), gbk] {
        assert_eq!(parse(&bytes, HOUR).unwrap(), utf8);
    }
    assert!(utf8.1.is_empty());
}

#[test]
#[ignore = "needs the footage"]
fn a_real_gbk_lecture_reads_as_its_utf8_original() {
    let path = footage("sicp_lec8a_gbk.srt");
    let (captions, findings) = read(path.parent().unwrap(), &path, 4 * HOUR).unwrap();
    assert_eq!(captions.cues[0].text, "【背景音乐：巴赫】");
    assert!(!codes(&findings).contains(&Code::CaptionsEncodingGuessed));
    let original = encoding_rs::GBK.decode(&std::fs::read(&path).unwrap()).0.into_owned();
    assert_eq!(parse(original.as_bytes(), 4 * HOUR).unwrap().0, captions);
    assert!(!captions.cues.iter().any(|cue| cue.text.contains('\u{fffd}')));
}

#[test]
#[ignore = "needs the footage"]
fn polish_text_is_never_taken_for_chinese_in_silence() {
    let path = footage("auto_detect_windows-1250.srt");
    let (captions, findings) = read(path.parent().unwrap(), &path, 4 * HOUR).unwrap();
    let guess = findings.iter().find(|finding| finding.code == Code::CaptionsEncodingGuessed).unwrap();
    assert_eq!(guess.args[&Arg::Encoding], "windows-1250".into());
    assert!(captions.cues.len() > 500);
}

#[test]
#[ignore = "needs the footage"]
fn every_real_file_gives_cues_or_a_reason() {
    for (name, least) in [
        ("[Nekomoe kissaten] Fena Pirate Princess [10][BDRip].SC.ass", 200),
        ("chardet_utf16le.srt", 5),
        ("coursera_ml_1-1_utf8bom_crlf.srt", 86),
        ("libass_crash_generic.ass", 1),
        ("sicp_lec1a_utf8bom.srt", 1000),
        ("sicp_lec6a_utf8_nobom.ass", 500),
        ("subrip_unicode.srt", 1),
        ("webvtt_elephants_de.vtt", 50),
    ] {
        let path = footage(name);
        let (captions, _) = read(path.parent().unwrap(), &path, 4 * HOUR).unwrap();
        assert!(captions.cues.len() >= least, "{name}: {}", captions.cues.len());
        assert!(captions.cues.iter().all(|cue| !cue.text.starts_with('\u{feff}')), "{name}");
        assert!(!captions.cues.iter().any(|cue| cue.text.contains("{\\")), "{name}");
    }
    let path = footage("webvtt_invalid5.vtt");
    match read(path.parent().unwrap(), &path, HOUR) {
        Ok((captions, _)) => assert!(captions.cues.len() < 3),
        Err(error) => assert_eq!(error.finding().code, Code::CaptionsUnreadable),
    }
}

#[test]
fn a_cue_without_an_end_is_cut_and_its_line_named() {
    for head in ["1\n00:01 --> 00:02\n短\n\n2\n", "WEBVTT\n\n00:01 --> 00:02\n短\n\n2\n"] {
        let source = format!("{head}00:03 --> 00:05\n{}\n", "长".repeat(MAX_CUE_CHARS + 1));
        let (captions, findings) = parse(source.as_bytes(), HOUR).unwrap();
        assert_eq!(captions.cues[1].text, format!("{}…", "长".repeat(MAX_CUE_CHARS)));
        assert_eq!(codes(&findings), [Code::CaptionsCut]);
        let line = source.lines().position(|line| line.starts_with("00:03")).unwrap() + 1;
        assert_eq!(findings[0].args[&Arg::Line], line.into());
    }
    let long = format!("1\n00:01 --> 00:02\n{}\n", "长".repeat(MAX_CUE_CHARS));
    assert_eq!(parse(long.as_bytes(), HOUR).unwrap().1, []);
}

#[test]
fn more_than_anybody_reads_is_refused_with_the_limit() {
    let many = |count: usize, text: &dyn Fn(usize) -> String| -> String {
        let cue = |index: usize| {
            format!("{index}\n00:{:02},{:03} --> 00:59\n{}\n\n", index / 1000, index % 1000, text(index))
        };
        (0..count).map(cue).collect()
    };
    let limit = |source: &str, duration_us| {
        let finding = parse(source.as_bytes(), duration_us).unwrap_err().finding();
        assert_eq!(finding.code, Code::CaptionsUnreadable);
        finding.limit.and_then(|limit| limit.notation()).unwrap()
    };
    let numbered = |index: usize| format!("{index}条");
    assert_eq!(limit(&many(53, &numbered), 3_000_000), "52");
    assert!(parse(many(52, &numbered).as_bytes(), 3_000_000).is_ok());
    let long = |index: usize| format!("{index:04}{}", "字".repeat(MAX_CUE_CHARS - 4));
    assert_eq!(limit(&many(MAX_CHARS / MAX_CUE_CHARS + 1, &long), HOUR), MAX_CHARS.to_string());
    let different = |index: usize| ('\u{4e00}'..).skip(index * MAX_CUE_CHARS).take(MAX_CUE_CHARS).collect();
    assert_eq!(
        limit(&many(MAX_DIFFERENT_CHARS / MAX_CUE_CHARS + 1, &different), HOUR),
        MAX_DIFFERENT_CHARS.to_string()
    );
}

#[test]
fn what_lies_too_far_apart_is_no_tag() {
    let far = "x".repeat(1000);
    let source = format!("1\n00:01 --> 00:02\n<b>b</b> 3 <font a={}> 2\n", &far[..300]);
    assert_eq!(texts(&source), ["b 3  2"]);
    let source = format!("1\n00:01 --> 00:02\n1 <b\n{}\n", &far[..450]);
    assert_eq!(texts(&source), [format!("1 <b\n{}", &far[..450])]);
    let source = format!("1\n00:01 --> 00:02\n1 <font a={}> 2\n", &far[..450]);
    assert_eq!(texts(&source), [format!("1 <font a={}> 2", &far[..450])]);
}
