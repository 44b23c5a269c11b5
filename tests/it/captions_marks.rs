//! Captions and the college's mark: what a reader would show is shown or told, and what is called branded is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jincai::graphics::overlay::captions;
use jincai::model::finding::Code;
use jincai::model::manifest::Work;
use jincai::model::preset::Edition;

use crate::common::{Office, clip};

/// Returns the texts that the `ffmpeg` program reads from captions, without the tags that it writes itself.
fn ffmpeg_texts(file: &Path) -> Vec<String> {
    let mut program = Command::new("ffmpeg");
    let said =
        program.args(["-v", "error", "-nostdin", "-i"]).arg(file).args(["-f", "srt", "-"]).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let cues = text.split("\n\n").filter_map(|cue| {
        let lines: Vec<&str> = cue.trim().lines().skip(2).collect();
        let mut plain = lines.join("\n");
        while let Some((before, after)) = plain.clone().split_once('<') {
            plain = format!("{before}{}", after.split_once('>')?.1);
        }
        let plain = plain.split_once("{\\an").map_or(plain.clone(), |(_, rest)| rest[2..].to_owned());
        (!plain.trim().is_empty()).then(|| plain.trim().to_owned())
    });
    cues.collect()
}

#[test]
fn where_ffmpegs_reader_is_right_ours_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in [
        (
            "crowded.srt",
            "1\n00:00:00,000 --> 00:00:01,000\n春天到了\n2\n00:00:01,000 --> 00:00:02,000\n我们去看海河\n3\n00:00:02,000 --> 00:00:03,000\n再见\n",
        ),
        (
            "blank.srt",
            "1\n00:00:00,000 --> 00:00:01,000\n上\n\n2\n00:00:01,000 --> 00:00:02,000\n42\n\n3\n00:00:02,000 --> 00:00:03,000\n下\n",
        ),
        (
            "places.srt",
            "1\n00:00:00,000 --> 00:00:01,000 X1:1 X2:2 Y1:3 Y2:4\n{\\an8}甲\n\n2\n00:00:01.000 --> 00:00:02.000\n{y:i}<b>乙</b>\n",
        ),
        ("numbers.srt", "9\n00:00:00,000 --> 00:00:01,000\n甲\n\n3\n00:00:01,000 --> 00:00:02,000\n乙\n"),
        ("order.srt", "1\n00:00:02,000 --> 00:00:03,000\n后\n\n2\n00:00:00,000 --> 00:00:01,000\n{先}\n"),
        ("mark.srt", "\u{feff}1\r\n00:00:00,000 --> 00:00:01,000\r\n第一行\r\n第二行\r\n"),
        (
            "notes.vtt",
            "WEBVTT\n\nNOTE 不显示\n\n第一条\n00:00.000 --> 00:01.000 align:start\n大家好\n\n00:01.000 --> 00:02.000\n再见\n",
        ),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, source).unwrap();
        let (ours, _) = captions::read(folder.path(), &file, 9_000_000).unwrap();
        let ours: Vec<&str> = ours.cues.iter().map(|cue| cue.text.as_str()).collect();
        let theirs = ffmpeg_texts(&file);
        assert!(!theirs.is_empty(), "{name}");
        assert_eq!(ours, theirs, "{name}");
    }
}

/// Puts a clip of two seconds into the office's inbox under another name.
fn submit(office: &Office, name: &str, of: &str) -> PathBuf {
    let path = office.folder().join("inbox").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::copy(clip(of), &path).unwrap();
    path
}

fn configure(office: &Office, change: impl Fn(String) -> String) {
    let path = office.folder().join("jincai.toml");
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

fn codes(work: &Work) -> Vec<String> {
    work.findings.iter().map(|finding| finding.code.name()).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn captions_that_are_never_shown_are_no_captions() {
    let office = Office::new("\"website\"");
    configure(&office, |text| text.replace("[campaign]\n", "[campaign]\ncaptions_needed = true\n"));
    let video = submit(&office, "文学院/late.mp4", "plain_landscape.mp4");
    fs::write(video.with_extension("srt"), "1\n01:00:00,000 --> 01:00:01,500\n春天到了\n").unwrap();
    let checked =
        said(&office.command(&["--json", "check"]).arg(office.folder().join("inbox")).output().unwrap());
    for code in [Code::CaptionsMissing, Code::CaptionsOutsideDuration] {
        assert!(checked.contains(&format!("\"{}\"", code.name())), "{checked}");
    }
    assert!(checked.contains("rejected"), "{checked}");
}

#[test]
fn sidecars_that_clearly_belong_are_taken_and_the_rest_is_told() {
    let office = Office::new("\"website\"");
    let video = submit(&office, "文学院/夏天.mp4", "plain_landscape.mp4");
    let folder = video.parent().unwrap().to_owned();
    let cue = |text: &str| format!("1\n00:00:00,000 --> 00:00:01,000\n{text}\n");
    fs::write(folder.join("夏天字幕.srt"), cue("海河")).unwrap();
    fs::write(folder.join("夏天.en.srt"), cue("river")).unwrap();
    fs::write(folder.join("夏天.toml.txt"), "title = \"看海\"\n").unwrap();
    submit(&office, "文学院/同名.mp4", "rate_60.mp4");
    submit(&office, "文学院/同名.mkv", "sound_none.mp4");
    fs::write(folder.join("同名.srt"), cue("同名")).unwrap();
    let ran = office.run(&[&office.folder().join("inbox")], &["--draft"]);
    assert!(ran.status.success(), "{}", said(&ran));
    let works = office.works();
    let work = &works["看海"];
    assert!(codes(work).contains(&Code::SidecarMatched.name()), "{:?}", codes(work));
    assert!(codes(work).contains(&Code::SidecarUnused.name()), "{:?}", codes(work));
    let shared = office
        .manifest()
        .works
        .iter()
        .filter(|work| work.title == "同名" && codes(work).contains(&Code::SidecarShared.name()))
        .count();
    assert_eq!(shared, 2);
}

#[test]
fn a_mark_that_draws_nothing_is_an_error_at_the_door() {
    let office = Office::new("\"website\"");
    let mark = office.folder().join("mark.svg");
    let png = office.folder().join("mark.png");
    let svg = |inside: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 400 160\">{inside}</svg>"
        )
    };
    let rect = "<rect width=\"400\" height=\"160\"/>";
    let drawn = [
        ("links to another file", svg("<image xlink:href=\"logo.png\" width=\"400\" height=\"160\"/>")),
        ("links to another file", svg(&format!("{rect}<image href=\"logo.png\" width=\"9\" height=\"9\"/>"))),
        (
            "foreignObject",
            svg(
                "<foreignObject width=\"400\" height=\"160\"><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div></foreignObject>",
            ),
        ),
        ("fully transparent", svg("")),
        ("fully transparent", svg("<g opacity=\"0\"><rect width=\"400\" height=\"160\"/></g>")),
        ("cannot be seen", svg("<rect width=\"400\" height=\"160\" fill-opacity=\"0.004\"/>")),
        ("cannot be used", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"/>".to_owned()),
        ("no font", svg("<text y=\"90\" font-size=\"80\">\u{10FFF0}</text>")),
    ];
    let use_mark = |file: &Path| {
        configure(&office, |text| {
            let (before, rest) = text.split_once("[watermark]\nfile = ").unwrap();
            let (_, after) = rest.split_once('\n').unwrap();
            format!("{before}[watermark]\nfile = {file:?}\n{after}")
        });
    };
    let refused = |cause: &str| {
        for verb in ["check", "doctor"] {
            let mut command = office.command(&[verb]);
            if verb == "check" {
                command.arg(clip("plain_landscape.mp4"));
            }
            let output = command.output().unwrap();
            // The screen breaks long lines.
            let text =
                said(&output).split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
            assert!(!output.status.success() && text.contains(cause), "{verb}, {cause}: {text}");
        }
    };
    use_mark(&mark);
    for (cause, source) in drawn {
        fs::write(&mark, source).unwrap();
        refused(cause);
    }
    use_mark(&png);
    image::RgbaImage::new(64, 64).save(&png).unwrap();
    refused("fully transparent");
    image::RgbaImage::from_pixel(1, 1, image::Rgba([0, 0, 0, 255])).save(&png).unwrap();
    refused("1×1");
    image::RgbaImage::from_pixel(64, 64, image::Rgba([255, 255, 255, 1])).save(&png).unwrap();
    refused("cannot be seen");
}

#[test]
fn a_work_is_called_branded_only_with_a_mark() {
    let cut = |text: &str, with: &str| {
        let (before, _) = text.split_once("[watermark]").unwrap();
        format!("{with}\n{before}")
    };
    for (with, edition, is_told) in [
        (None, Edition::Branded, false),
        (Some("watermark = \"none\""), Edition::Clean, false),
        (Some(""), Edition::Clean, true),
    ] {
        let office = Office::new("\"website\"");
        if let Some(with) = with {
            configure(&office, |text| cut(&text, with));
        }
        let ran = office.run(&[&clip("plain_landscape.mp4")], &["--draft"]);
        assert!(ran.status.success(), "{}", said(&ran));
        let works = office.manifest().works;
        assert_eq!(works[0].renditions[0].edition, edition, "{with:?}");
        let told = codes(&works[0]).contains(&Code::WatermarkMissing.name());
        assert_eq!(told, is_told, "{:?}", codes(&works[0]));
    }
}
