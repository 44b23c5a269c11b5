//! Oddities of caption files as people and programs write them, and what is to become of each: shown, mended with a word, or
//! told with its line. `reference` says what FFmpeg's reader (srtdec, webvttdec, libass behind assdec) and SubtitleEdit's
//! documentation make of it, and why ours differs where it does.

use super::super::*;

struct Oddity {
    what: &'static str,
    reference: &'static str,
    named: Named,
    source: &'static str,
    shown: &'static [&'static str],
    /// Codes in the order of the findings, with the lines they name.
    told: &'static [(Code, &'static str)],
}

const SRT: Named = Named::Otherwise;
const VTT: Named = Named::WebVtt;
const MENDED: Code = Code::CaptionsMended;
const UNREAD: Code = Code::CaptionsLinesUnread;
const STYLED: (Code, &str) = (Code::CaptionsStyleDropped, "");
const NO_TIME: Code = Code::CaptionsTooShort;

/// Makes a row of the table.
const fn odd(
    what: &'static str,
    reference: &'static str,
    named: Named,
    source: &'static str,
    shown: &'static [&'static str],
    told: &'static [(Code, &'static str)],
) -> Oddity {
    Oddity { what, reference, named, source, shown, told }
}

const SUBRIP: &[Oddity] = &[
    odd(
        "no blank lines between cues",
        "FFmpeg: texts only",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\n春天到了\n2\n00:00:01,000 --> 00:00:02,000\n我们去看海河\n3\n00:00:02,000 --> 00:00:03,000\n再见\n",
        &["春天到了", "我们去看海河", "再见"],
        &[],
    ),
    odd(
        "a blank line inside a cue",
        "FFmpeg and SubtitleEdit: all of it",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n上\n\n下\n\n2\n00:00:03,000 --> 00:00:04,000\n后\n",
        &["上\n下", "后"],
        &[],
    ),
    odd(
        "missing numbers",
        "all: shown",
        SRT,
        "00:00:01,000 --> 00:00:02,000\n甲\n\n00:00:03,000 --> 00:00:04,000\n乙\n",
        &["甲", "乙"],
        &[],
    ),
    odd(
        "numbers out of order",
        "all: shown",
        SRT,
        "7\n00:00:01,000 --> 00:00:02,000\n甲\n\n3\n00:00:03,000 --> 00:00:04,000\n乙\n9\n00:00:05,000 --> 00:00:06,000\n丙\n",
        &["甲", "乙", "丙"],
        &[],
    ),
    odd(
        "a number that is the text",
        "FFmpeg: shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n2026\n\n3\n00:00:05,000 --> 00:00:06,000\n完\n",
        &["42", "2026", "完"],
        &[],
    ),
    odd(
        "a number that is the text, without numbers and blank lines",
        "FFmpeg loses it",
        SRT,
        "00:00:01,000 --> 00:00:02,000\n三\n00:00:03,000 --> 00:00:04,000\n2\n00:00:05,000 --> 00:00:06,000\n一\n",
        &["三", "2", "一"],
        &[],
    ),
    odd(
        "a text that begins with a number before a timing",
        "FFmpeg loses the line",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n好\n3只小猫\n00:00:03,000 --> 00:00:04,000\n后\n",
        &["好\n3只小猫", "后"],
        &[],
    ),
    odd("points for commas", "all: shown", SRT, "1\n00:00:01.000 --> 00:00:02.500\n甲\n", &["甲"], &[]),
    odd(
        "colons before the milliseconds",
        "SubtitleEdit: shown; FFmpeg: part of the text before",
        SRT,
        "1\n00:00:01:000 --> 00:00:02:500\n甲\n",
        &["甲"],
        &[(MENDED, "2")],
    ),
    odd(
        "frames for milliseconds",
        "no reader knows their rate",
        SRT,
        "1\n00:00:01:12 --> 00:00:02:11\n甲\n\n2\n00:00:03,000 --> 00:00:04,000\n乙\n",
        &["乙"],
        &[(UNREAD, "2")],
    ),
    odd(
        "hours missing",
        "SubtitleEdit: shown; FFmpeg: not",
        SRT,
        "1\n00:01,000 --> 00:02,000\n甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "full-width digits and colons",
        "SubtitleEdit: shown",
        SRT,
        "1\n０0：00：01，000 --> 00：00：02，000\n甲\n",
        &["甲"],
        &[(MENDED, "2")],
    ),
    odd(
        "a full-width arrow",
        "no reader: told, as it is mended",
        SRT,
        "1\n00:00:01,000 －－＞ 00:00:02,000\n甲\n\n2\n00:00:03,000 → 00:00:04,000\n乙\n",
        &["甲", "乙"],
        &[(MENDED, "2, 6")],
    ),
    odd(
        "half an arrow",
        "SubtitleEdit: shown",
        SRT,
        "1\n00:00:01,000 -> 00:00:02,000\n甲\n\n2\n00:00:03,000 —> 00:00:04,000\n乙\n",
        &["甲", "乙"],
        &[(MENDED, "2, 6")],
    ),
    odd(
        "no blanks around the arrow",
        "SubtitleEdit: shown; FFmpeg: part of the text before",
        SRT,
        "1\n00:00:01,000-->00:00:02,000\n甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "blanks inside the times",
        "SubtitleEdit: shown",
        SRT,
        "1\n00: 00: 01, 000 --> 00: 00: 02, 000\n甲\n",
        &["甲"],
        &[(MENDED, "2")],
    ),
    odd(
        "coordinates behind the times",
        "all: shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000 X1:117 X2:619 Y1:042 Y2:428\n甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "fewer digits",
        "FFmpeg: 5 ms; SubtitleEdit: likewise; read as a decimal and told",
        SRT,
        "1\n0:0:1,5 --> 0:0:2,50\n甲\n",
        &["甲"],
        &[(MENDED, "2")],
    ),
    odd(
        "a letter for a digit",
        "FFmpeg: part of the text before",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n甲\n\n2\nO0:00:03,000 --> 00:00:04,000\n乙\n\n3\n00:00:05,000 --> 00:00:06,000\n丙\n",
        &["甲", "丙"],
        &[(UNREAD, "6")],
    ),
    odd(
        "an arrow in the text",
        "FFmpeg: shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n甲 --> 乙\nx -> y\n",
        &["甲 --> 乙\nx -> y"],
        &[],
    ),
    odd(
        "ASS overrides in SubRip",
        "FFmpeg: not shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}上{\\i1}斜{\\i0}\n",
        &["上斜"],
        &[STYLED],
    ),
    odd(
        "comments in braces in SubRip",
        "FFmpeg and SubtitleEdit: shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n集合 {a, b} 和 {C:\\x}\n",
        &["集合 {a, b} 和 {C:\\x}"],
        &[],
    ),
    odd(
        "MicroDVD styles in SubRip",
        "FFmpeg: not shown",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n{y:i}斜{c:$0000ff}色\n",
        &["斜色"],
        &[STYLED],
    ),
    odd(
        "comparisons",
        "FFmpeg loses 'a<b 且 c>'; a text is more than a tag",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\n当 a<b 且 c>d 时\n\n2\n00:00:01,000 --> 00:00:02,000\nList<String> 是泛型\n\n3\n00:00:02,000 --> 00:00:03,000\n1<2 但 3>2\n",
        &["当 a<b 且 c>d 时", "List<String> 是泛型", "1<2 但 3>2"],
        &[],
    ),
    odd(
        "generics that look like tags",
        "FFmpeg takes <S> for a tag",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\nMap<S> 与 a<b>c\n",
        &["Map<S> 与 a<b>c"],
        &[],
    ),
    odd(
        "known tags, nested and unclosed",
        "FFmpeg: not shown",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\n<b><i>粗斜</b></i> <font color=\"red\" size=3>红</font><u>底\n<I>大写</I>H<sub>2</sub>O\n",
        &["粗斜 红底\n大写H2O"],
        &[STYLED],
    ),
    odd(
        "unknown tags",
        "FFmpeg drops them; a text is more than a tag",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\n<html> 和 <String>\n",
        &["<html> 和 <String>"],
        &[],
    ),
    odd(
        "a break as a tag",
        "FFmpeg: a line break",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\n上<br>下<br/>底\\N末\n",
        &["上\n下\n底\n末"],
        &[],
    ),
    odd(
        "entities in SubRip",
        "FFmpeg: shown as they are",
        SRT,
        "1\n00:00:00,000 --> 00:00:01,000\nA &amp; B &lt;div&gt;\n",
        &["A &amp; B &lt;div&gt;"],
        &[],
    ),
    odd(
        "an end before its start",
        "libass: not shown",
        SRT,
        "1\n00:00:02,000 --> 00:00:01,000\n甲\n\n2\n00:00:03,000 --> 00:00:03,000\n乙\n\n3\n00:00:04,000 --> 00:00:05,000\n丙\n",
        &["丙"],
        &[(NO_TIME, "2, 6")],
    ),
    odd(
        "a start before 0",
        "SubtitleEdit: shown from 0",
        SRT,
        "1\n-00:00:01,000 --> 00:00:02,000\n甲\n",
        &["甲"],
        &[(MENDED, "2")],
    ),
    odd(
        "out of order and overlapping",
        "FFmpeg sorts; both are shown",
        SRT,
        "1\n00:00:05,000 --> 00:00:07,000\n乙\n\n2\n00:00:01,000 --> 00:00:06,000\n甲\n",
        &["甲", "乙"],
        &[],
    ),
    odd(
        "an empty cue",
        "shows nothing anywhere",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\n乙\n",
        &["乙"],
        &[],
    ),
    odd(
        "the same cue twice",
        "libass stacks them; once is enough",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n甲\n\n2\n00:00:01,000 --> 00:00:02,000\n甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "line ends of old Macs",
        "SubtitleEdit: shown",
        SRT,
        "1\r00:00:01,000 --> 00:00:02,000\r甲\r\r2\r00:00:03,000 --> 00:00:04,000\r乙\r",
        &["甲", "乙"],
        &[],
    ),
    odd(
        "byte order marks in the middle",
        "not shown by any font",
        SRT,
        "\u{feff}1\n00:00:01,000 --> 00:00:02,000\n甲\n\n\u{feff}2\n00:00:03,000 --> 00:00:04,000\n乙\n",
        &["甲", "乙"],
        &[],
    ),
    odd(
        "zero bytes",
        "FFmpeg stops there",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n甲\0乙\n\n2\n00:00:03,000 --> 00:00:04,000\n丙\n",
        &["甲乙", "丙"],
        &[(Code::CaptionsGarbled, "3")],
    ),
    odd(
        "past the end",
        "not seen in any player",
        SRT,
        "1\n00:00:01,000 --> 00:00:02,000\n甲\n\n2\n01:00:00,000 --> 01:00:01,000\n乙\n",
        &["甲"],
        &[(Code::CaptionsOutsideDuration, "")],
    ),
];

const OTHERS: &[Oddity] = &[
    odd(
        "entities, voices, classes and times of WebVTT",
        "browsers: the text alone",
        VTT,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 张三>A &amp; <c.yellow>B</c> &lt;3 <00:00:01.500>末</v>\n",
        &["A & B <3 末"],
        &[STYLED],
    ),
    odd(
        "notes, styles, regions and identifiers",
        "browsers: not shown",
        VTT,
        "WEBVTT - 标题\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE 你好\n\n第一条\n00:01.000 --> 00:02.000 align:start position:10%\n大家好\n\nNOTE\n不显示\n\n1\n00:03.000 --> 00:04.000\n再见\n",
        &["大家好", "再见"],
        &[],
    ),
    odd(
        "text behind a blank line",
        "browsers drop it",
        VTT,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n上\n\n下\n\n00:03.000 --> 00:04.000\n后\n",
        &["上", "后"],
        &[(UNREAD, "6")],
    ),
    odd(
        "no blank lines in WebVTT",
        "browsers show the number; no one means it",
        VTT,
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n甲\n2\n00:03.000 --> 00:04.000\n乙\n",
        &["甲", "乙"],
        &[],
    ),
    odd(
        "WebVTT without its first line",
        "browsers refuse it",
        VTT,
        "00:01.000 --> 00:02.000\nA &amp; B\n",
        &["A & B"],
        &[],
    ),
    odd(
        "generics in WebVTT",
        "browsers drop <String>; a text is more than a tag",
        VTT,
        "WEBVTT\n\n00:01.000 --> 00:02.000\nList<String> <foo>甲</foo>\n",
        &["List<String> 甲"],
        &[STYLED],
    ),
    odd(
        "comments of ASS",
        "libass: not shown",
        SRT,
        "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:00.00,0:00:01.50,D,,0,0,0,,欢迎来到校园{这里翻译待核实}\nDialogue: 0,0:00:01.50,0:00:03.00,D,,0,0,0,,{注：第二版}再见{\\i1}海河{\\i0}\n",
        &["欢迎来到校园", "再见海河"],
        &[STYLED],
    ),
    odd(
        "breaks and blanks of ASS",
        "libass: \\n is a blank unless WrapStyle is 2",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,上\\N下\\n右\\h左\n",
        &["上\n下 右 左"],
        &[],
    ),
    odd(
        "breaks with WrapStyle 2",
        "libass: a line break",
        SRT,
        "[Script Info]\nWrapStyle: 2\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,上\\n下\n",
        &["上\n下"],
        &[],
    ),
    odd(
        "karaoke and drawings",
        "libass draws; the text is shown, the drawing told",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{\\k20}你{\\kf30}好\nDialogue: 0,0:00:03.00,0:00:04.00,D,,0,0,0,,{\\p1}m 0 0 l 9 0{\\p0}字\nDialogue: 0,0:00:05.00,0:00:06.00,D,,0,0,0,,{\\p1}m 0 0 l 9 0\n",
        &["你好", "字"],
        &[STYLED],
    ),
    odd(
        "comment lines of ASS",
        "libass: not shown",
        SRT,
        "[Script Info]\n[Events]\nComment: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,不\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,是，的, 对\n",
        &["是，的, 对"],
        &[],
    ),
    odd(
        "braces that are text, and one that is not closed",
        "libass: shown",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,\\{a\\} {b\n",
        &["{a} {b"],
        &[],
    ),
    odd(
        "tags and entities in ASS",
        "libass: shown as they are",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,<b>A</b> &amp; B\n",
        &["<b>A</b> &amp; B"],
        &[],
    ),
    odd(
        "SSA v4",
        "libass: shown",
        SRT,
        "[Script Info]\nScriptType: v4.00\n[V4 Styles]\nFormat: Name\n[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.00,D,,0000,0000,0000,,甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "another order of columns",
        "libass: as Format says",
        SRT,
        "[Script Info]\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,一, 二\n",
        &["一, 二"],
        &[],
    ),
    odd(
        "dialogue without sections",
        "SubtitleEdit: shown",
        SRT,
        "Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,甲\n",
        &["甲"],
        &[],
    ),
    odd(
        "a broken line of dialogue",
        "libass: not shown",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00\nDialogue: 0,0:00:xx.00,0:00:02.00,D,,0,0,0,,坏\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,甲\n",
        &["甲"],
        &[(UNREAD, "3, 4")],
    ),
    odd(
        "dialogue without a duration",
        "libass: not shown",
        SRT,
        "[Script Info]\n[Events]\nDialogue: 0,0:00:05.00,0:00:05.00,D,,0,0,0,,零\nDialogue: 0,0:00:06.00,0:00:07.00,D,,0,0,0,,甲\n",
        &["甲"],
        &[(NO_TIME, "3")],
    ),
];

#[test]
fn every_cue_is_shown_mended_with_a_word_or_told_with_its_line() {
    let mut wrong = Vec::new();
    for oddity in SUBRIP.iter().chain(OTHERS) {
        let Oddity { what, reference, named, source, shown, told } = oddity;
        let read = parse_as(source.as_bytes(), 3_600_000_000, *named);
        let Ok((captions, findings)) = read else {
            wrong.push(format!("{what}: {read:?}"));
            continue;
        };
        let texts: Vec<&str> = captions.cues.iter().map(|cue| cue.text.as_str()).collect();
        let line = |finding: &Finding| {
            finding.args.get(&Arg::Line).and_then(|line| line.notation()).unwrap_or_default()
        };
        let found: Vec<(Code, String)> =
            findings.iter().map(|finding| (finding.code, line(finding))).collect();
        let expected: Vec<(Code, String)> =
            told.iter().map(|(code, line)| (*code, (*line).to_owned())).collect();
        if texts != *shown || found != expected {
            wrong.push(format!("{what} ({reference}): {texts:?} {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
