//! Comments as other programs read them, read back by readers of their own.

use super::*;
use crate::model::units::Rational;

const RATES: [(u32, u32); 8] =
    [(24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1), (50, 1), (60_000, 1001), (60, 1)];

fn film(rate: Rational, frames: u64) -> Film {
    Film {
        work: "k3f9ab2c".into(),
        title: "海河 \"晨光\" & <水>".into(),
        revision: 2,
        name: "晨光.mp4".into(),
        address: "file:///lib/%E6%99%A8.mp4".into(),
        size: Size::new(1080, 1920),
        rate,
        frames,
        has_sound: true,
    }
}

fn marker(number: u64, at: Option<(u64, u64)>, text: &str) -> Marker {
    Marker {
        number,
        at: at.map(|(from_ms, to_ms)| Span { from_ms, to_ms }),
        text: text.into(),
        by: Signatory { name: "王芳".into(), post: "副部长".into(), on_behalf_of: None },
        level: Some("一审".into()),
        said_at: "2026-11-29T14:05:00+08:00".into(),
        done: number.is_multiple_of(2),
        is_return: false,
        revision: 2,
    }
}

const NASTY: &str = "=HYPERLINK(\"x\") ]]> </marker>\r\n第二行\u{0}'&\u{202e}";

/// Counts as an engineer would: minute by minute, leaving numbers out.
fn counted(timecode: &str, rate: Rational) -> u64 {
    let nominal = u64::from(rate.num.div_ceil(rate.den));
    let parts: Vec<u64> = timecode.split([':', ';']).map(|part| part.parse().unwrap()).collect();
    let minutes = parts[0] * 60 + parts[1];
    let all = (minutes * 60 + parts[2]) * nominal + parts[3];
    if timecode.contains(';') { all - nominal / 15 * (minutes - minutes / 10) } else { all }
}

#[test]
fn timecode_counts_every_frame_once() {
    for (num, den) in RATES {
        let rate = Rational::new(num, den);
        let hour = frame_at(3_600_000, rate);
        for frame in (0..2000).chain(hour - 2_000..hour + 100) {
            let code = timecode(frame, rate);
            assert_eq!(counted(&code, rate), frame, "{code} at {rate}");
            // What drop frame leaves out is never written.
            let skipped = dropped_numbers(&code);
            assert!(!skipped, "{code}");
        }
    }
}

fn dropped_numbers(code: &str) -> bool {
    let parts: Vec<u64> = code.split([':', ';']).map(|part| part.parse().unwrap()).collect();
    code.contains(';') && parts[2] == 0 && parts[3] < 2 && !parts[1].is_multiple_of(10)
}

#[test]
fn drop_frame_follows_the_clock_and_the_standard() {
    let ntsc = Rational::new(30_000, 1001);
    for (frame, code) in [
        (0, "00:00:00;00"),
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),
        (17_981, "00:09:59;29"),
        (17_982, "00:10:00;00"),
        (107_892, "01:00:00;00"),
    ] {
        assert_eq!(timecode(frame, ntsc), code);
    }
    assert_eq!(timecode(3600, Rational::new(60_000, 1001)), "00:01:00;04");
    assert_eq!(timecode(1440, Rational::new(24_000, 1001)), "00:01:00:00");
    assert_eq!(timecode(90_000, Rational::new(25, 1)), "01:00:00:00");
}

#[test]
fn a_frame_is_found_again_from_the_millisecond_at_which_it_was_stopped() {
    for (num, den) in RATES {
        let rate = Rational::new(num, den);
        for frame in (0..2_000_u64).chain(100_000..102_000) {
            let ms = (frame * 1000 * u64::from(den) + u64::from(num) / 2) / u64::from(num);
            assert_eq!(frame_at(ms, rate), frame, "{ms} ms at {rate}");
        }
    }
    // Within a frame it is the one that is shown.
    assert_eq!(frame_at(37_000, Rational::new(30_000, 1001)), 1108);
    assert_eq!(frame_at(37_020, Rational::new(25, 1)), 925);
}

fn decoded(text: &str) -> String {
    let entities = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

fn attribute(element: &str, name: &str) -> String {
    let begin = element.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    decoded(element[begin..].split('"').next().unwrap())
}

/// Seconds of a time such as `1001/30000s`, as a fraction.
fn fraction(time: &str) -> (u64, u64) {
    let (num, den) = time.trim_end_matches('s').split_once('/').unwrap_or((time.trim_end_matches('s'), "1"));
    (num.parse().unwrap(), den.parse().unwrap())
}

#[test]
fn markers_of_an_editing_program_stand_on_their_frames() {
    for (num, den) in RATES {
        let rate = Rational::new(num, den);
        let film = film(rate, frame_at(120_000, rate));
        let markers = [
            marker(8, Some((37_000, 41_000)), NASTY),
            marker(3, Some((500, 500)), "标题有错字"),
            marker(5, None, "好"),
            marker(9, Some((400_000, 400_000)), "片尾"),
        ];
        let xml = to_fcpxml(&film, &markers);
        let elements: Vec<&str> = xml.split('<').filter(|part| part.starts_with("marker ")).collect();
        let frames_of = |time: String| {
            let (n, d) = fraction(&time);
            assert_eq!((n * u64::from(num)) % (d * u64::from(den)), 0, "{time} is no whole frame");
            n * u64::from(num) / (d * u64::from(den))
        };
        let placed: Vec<(u64, u64)> = elements
            .iter()
            .map(|one| (frames_of(attribute(one, "start")), frames_of(attribute(one, "duration"))))
            .collect();
        let [at_37, at_41] = [37_000, 41_000].map(|ms| frame_at(ms, rate));
        assert_eq!(
            placed,
            [(0, 1), (frame_at(500, rate), 1), (at_37, at_41 - at_37), (film.frames - 1, 1)],
            "{rate}"
        );
        assert!(attribute(elements[1], "value").starts_with("标题有错字（王芳"));
        assert_eq!(elements.iter().map(|one| attribute(one, "completed")).collect::<String>(), "0010");
        let nasty = attribute(elements[2], "value");
        assert!(nasty.contains("]]> </marker> 第二行") && !nasty.contains('\u{0}'), "{nasty}");
        assert_eq!(
            attribute(xml.split('<').find(|part| part.starts_with("format ")).unwrap(), "frameDuration"),
            if den == 1 { format!("1/{num}s") } else { format!("1001/{num}s") }
        );
    }
}

#[test]
fn the_document_nests_as_its_type_says() {
    let xml = to_fcpxml(
        &film(Rational::new(25, 1), 3000),
        &[marker(1, None, NASTY), marker(2, Some((0, 0)), "甲")],
    );
    let (head, body) = xml.split_once("<fcpxml").unwrap();
    assert_eq!(head, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n");
    let mut open = Vec::new();
    let mut seen = Vec::new();
    for tag in format!("<fcpxml{body}").split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(text.trim().is_empty(), "text between elements: {text}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None => {
                let name = tag.split([' ', '/']).next().unwrap().to_owned();
                seen.push([open.last().cloned().unwrap_or_default(), name.clone()].join(">"));
                if !tag.ends_with('/') {
                    open.push(name);
                }
            }
        }
    }
    assert!(open.is_empty());
    seen.dedup();
    let expected = [
        ">fcpxml",
        "fcpxml>resources",
        "resources>format",
        "resources>asset",
        "asset>media-rep",
        "fcpxml>library",
        "library>event",
        "event>project",
        "project>sequence",
        "sequence>spine",
        "spine>asset-clip",
        "asset-clip>marker",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn locators_of_a_list_stand_on_their_frames() {
    for (num, den) in RATES {
        let rate = Rational::new(num, den);
        let film = film(rate, frame_at(700_000, rate));
        let markers =
            [marker(4, Some((660_000, 661_000)), "第十一分钟"), marker(1, Some((61_000, 61_000)), NASTY)];
        let list = to_edl(&film, &markers);
        let counting = if num == 30_000 || num == 60_000 { "FCM: DROP FRAME" } else { "FCM: NON-DROP FRAME" };
        assert!(list.lines().any(|line| line == counting), "{list}");
        let found: Vec<(u64, String, String)> = list
            .lines()
            .filter_map(|line| line.strip_prefix("* LOC: "))
            .map(|line| {
                let mut parts = line.splitn(3, ' ');
                let frame = counted(parts.next().unwrap(), rate);
                (frame, parts.next().unwrap().to_owned(), parts.next().unwrap().trim().to_owned())
            })
            .collect();
        assert_eq!(
            found.iter().map(|one| one.0).collect::<Vec<_>>(),
            [61_000, 660_000].map(|ms| frame_at(ms, rate))
        );
        assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("RED", "GREEN"));
        assert!(found[1].2.starts_with("〔11:00.0–11:01.0〕第十一分钟"), "{found:?}");
        assert!(found[0].2.contains("]]> </marker> 第二行"), "{found:?}");
        // Title, counting, blank, event, clip and one line for each comment, whatever stands in it.
        assert_eq!(list.lines().count(), 7);
    }
}

#[test]
fn the_table_survives_a_spreadsheet() {
    let film = film(Rational::new(25, 1), 3000);
    let markers = [marker(1, Some((37_000, 41_040)), NASTY), marker(2, None, "好")];
    let table = to_csv(("k3f9ab2c", "+晨光"), Some(&film), &markers).unwrap();
    let table = table.strip_prefix(b"\xEF\xBB\xBF").unwrap();
    let mut reader = ::csv::Reader::from_reader(table);
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[0][..5], ["1", "0:37.000", "0:41.040", "00:00:37:00", "00:00:41:01"]);
    assert_eq!(rows[0][8], format!("'{NASTY}"));
    assert_eq!(rows[0][12], "'+晨光");
    assert_eq!(rows[1][..5], ["2", "", "", "", ""]);
    assert_eq!((rows[1][8].as_str(), rows[1][9].as_str()), ("好", "已处理 done"));
}
