//! Caption files of the largest size, built to be as slow as possible: read, typeset and drawn within a budget.

use std::fmt::Write;
use std::fs;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::super::captions::{self, CaptionError, MAX_BYTES, MAX_CUE_CHARS};
use super::{Captions, SECOND, Size, Texts, brand, recipe};
use crate::graphics::overlay::{Brand, Card, CardTexts, OverlayError};
use crate::model::cancel::Cancel;
use crate::model::finding::{Code, Finding};
use crate::model::preset::Corner;

const FULL: usize = MAX_BYTES as usize;
/// The video's length.
const LENGTH_US: u64 = 10 * SECOND;
/// Four cues a second, and forty.
const MOST_DRAWN: usize = 80;

/// Several times what the slowest takes in a debug build on one slow core, most of it for drawing [`MOST_DRAWN`]
/// captions. Quadratic implementations took minutes to hours.
const BUDGET: Duration = Duration::from_secs(30);

fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap())
}

/// Returns `head` followed by repeats of `piece`, up to the size that is read.
fn filled(head: &str, piece: &str) -> Vec<u8> {
    let mut text = String::with_capacity(FULL);
    text.push_str(head);
    while text.len() + piece.len() <= FULL {
        text.push_str(piece);
    }
    text.into_bytes()
}

const HEAD: &str = "1\n00:00:00,000 --> 00:00:20,000\n";
const ASS_HEAD: &str = "[Script Info]\n[Events]\n";
const ASS_LINE: &str = "Dialogue: 0,0:00:01.00,0:00:02.50,D,,0,0,0,,";

/// Returns one SubRip cue whose text is so long that `count` of them fill the file.
fn cues(
    count: usize,
    times_ms: impl Fn(usize) -> (usize, usize),
    piece: impl Fn(usize) -> String,
) -> Vec<u8> {
    let room = FULL / count - 60;
    let mut text = String::with_capacity(FULL);
    let stamp = |ms: usize| {
        format!("{:02}:{:02}:{:02},{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
    };
    for index in 0..count {
        let (from, until) = times_ms(index);
        let piece = piece(index);
        let words = piece.repeat((room / piece.len()).max(1));
        writeln!(text, "{}\n{} --> {}\n{words}\n", index + 1, stamp(from), stamp(until)).unwrap();
    }
    text.into_bytes()
}

/// Returns every character of three or four bytes that may be in a text, in pieces of a cue's length.
fn all_characters() -> impl Iterator<Item = char> + Clone {
    ('\u{800}'..=char::MAX).filter(|character| !character.is_whitespace()).cycle()
}

fn of_all_characters(count: usize) -> Vec<u8> {
    let piece = |index: usize| all_characters().skip(index * MAX_CUE_CHARS).take(MAX_CUE_CHARS).collect();
    cues(count, |index| (index * 120, index * 120 + 110), piece)
}

fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let number = |index: usize| format!("第{index:06}条字幕 ");
    vec![
        ("a word without an end", filled(HEAD, "x")),
        ("hanzi without an end", filled(HEAD, "字")),
        ("words without an end", filled(HEAD, "ab ")),
        ("blanks", filled(HEAD, " ")),
        ("empty lines", filled(HEAD, "\n")),
        ("lines of one letter", filled(HEAD, "a\n")),
        ("marks over one letter", filled(&format!("{HEAD}a"), "\u{301}")),
        ("families of emoji", filled(HEAD, "👩\u{200d}")),
        ("directions nested", filled(HEAD, "\u{2067}א")),
        ("tags that never close", filled(HEAD, "<b")),
        (
            "tags that close at the end",
            [filled(&format!("{HEAD}<"), "<b")[..FULL - 1].to_vec(), b">".to_vec()].concat(),
        ),
        ("brackets", filled(HEAD, "<")),
        ("tags in tags", filled(HEAD, "<b<b>>")),
        ("braces", filled(HEAD, "{")),
        ("overrides that never close", filled(HEAD, "{\\b")),
        ("overrides", filled(HEAD, "{\\p1}x{\\p0}")),
        ("entities that never end", filled(HEAD, "&#")),
        ("entities", filled(HEAD, "&#x301;")),
        ("arrows", filled("", "-->")),
        ("timings", filled("", "00:00:00,000 --> 00:00:01,000\n")),
        ("a time of many parts", filled("", "00:")),
        ("wrong timings", filled("", "0 --> x\n")),
        ("notes", filled("WEBVTT\n\n", "NOTE x\n\n")),
        ("regions", filled("WEBVTT\n\n", "REGION\nid:a\n\n")),
        ("one cue of WebVTT", filled("WEBVTT\n\n00:01.000 --> 00:09.000\n", "<v a>字</v>")),
        ("dialogue without an end", filled(&format!("{ASS_HEAD}{ASS_LINE}"), "{\\k1}字\\N")),
        ("commas", filled(&format!("{ASS_HEAD}Dialogue: "), ",")),
        ("columns", filled(&format!("{ASS_HEAD}Format: Start, End, Text"), ",Text")),
        ("formats", filled(ASS_HEAD, "Format: Start, End, Text\n")),
        ("sections", filled("[Script Info]\n", "[Events]\n")),
        ("dialogues", filled(ASS_HEAD, &format!("{ASS_LINE}x\n"))),
        ("bytes of no text", vec![0xFF; FULL]),
        ("zeros", vec![0; FULL]),
        ("half characters", [HEAD.as_bytes(), &vec![0x81; FULL - HEAD.len()]].concat()),
        ("another encoding", filled("", "ł").iter().map(|byte| byte ^ 0x10).collect()),
        ("as many cues as are drawn", cues(MOST_DRAWN, |index| (index * 120, index * 120 + 110), number)),
        ("all of them at once", cues(MOST_DRAWN, |_| (0, 50_000), number)),
        ("cues of a millisecond", cues(20_000, |index| (index / 7, index / 7 + 1), number)),
        ("more cues than are read", cues(60_000, |index| (index, index + 1), number)),
        ("different characters", of_all_characters(39)),
        ("every character", of_all_characters(MOST_DRAWN)),
    ]
}

/// Reads and draws captions; returns the result and the processor time it took.
fn through(brand: &Brand, bytes: &[u8]) -> (Result<(usize, Vec<Finding>), CaptionError>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.srt");
    fs::write(&file, bytes).unwrap();
    let before = spent();
    let came = captions::read(file.parent().unwrap(), &file, LENGTH_US).map(|(captions, mut findings)| {
        brand.captions_sha256(&captions);
        let card = CardTexts::default();
        let texts = Texts { captions: Some(&captions), card: &card };
        // What a size costs is known; what a text costs is asked here.
        let recipe = recipe(Size::new(640, 360), Corner::TopLeft);
        let layers = folder.path().join("layers");
        fs::create_dir(&layers).unwrap();
        let (_, more) = brand.layers(&recipe, &texts, &layers, &Cancel::default()).unwrap();
        findings.extend(more);
        (fs::read_dir(layers).unwrap().count(), findings)
    });
    (came, spent().saturating_sub(before))
}

#[test]
fn four_mebibytes_of_anything_are_dealt_with_within_a_budget() {
    let (folder, inputs) = (tempfile::tempdir().unwrap(), inputs());
    let brand = brand(folder.path());
    let next = AtomicUsize::new(0);
    // The budget is one of processor time, so that several may be read at once.
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                while let Some((name, bytes)) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    assert_dealt_with(&brand, name, bytes);
                }
            });
        }
    });
}

fn assert_dealt_with(brand: &Brand, name: &str, bytes: &[u8]) {
    assert!(bytes.len() <= FULL && bytes.len() > FULL / 2, "{name}: {}", bytes.len());
    let (came, took) = through(brand, bytes);
    let findings = match came {
        Ok((drawn, findings)) => {
            // The watermark is one more.
            assert!(drawn <= MOST_DRAWN + 1, "{name}: {drawn}");
            findings
        }
        Err(error) => vec![error.finding()],
    };
    for finding in &findings {
        assert!(
            finding.args.values().all(|said| said.notation().unwrap_or_default().chars().count() < 300),
            "{name}: {finding:?}"
        );
    }
    assert!(took < BUDGET, "{name}: {took:?}");
    look(took, name, &findings);
}

/// The longest texts of a sidecar: a title of 200 characters and fifty authors of as many.
#[test]
fn cards_of_the_longest_names_are_drawn_within_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    for piece in ["x", "字", "a ", "\u{301}", "，"] {
        let long: String =
            std::iter::once("a").chain(std::iter::repeat(piece)).flat_map(str::chars).take(200).collect();
        let card = CardTexts {
            title: long.clone(),
            authors: vec![long.clone(); 50],
            department: long,
            ..super::texts()
        };
        let texts = Texts { captions: None, card: &card };
        let mut recipe = recipe(Size::new(1920, 1080), Corner::TopLeft);
        recipe.overlays.title_card = recipe.overlays.lower_third.clone();
        let before = spent();
        brand.card_sha256(Card::Title, &card);
        let aside = tempfile::tempdir_in(folder.path()).unwrap();
        brand.layers(&recipe, &texts, aside.path(), &Cancel::default()).unwrap();
        brand.cover_title(Size::new(1080, 1440), &card).unwrap();
        let took = spent().saturating_sub(before);
        assert!(took < BUDGET, "{piece:?}: {took:?}");
        look(took, piece, &[]);
    }
}

/// Prints the result, when `JINCAI_LOOK` is set.
fn look(took: Duration, name: &str, findings: &[Finding]) {
    if std::env::var_os("JINCAI_LOOK").is_some() {
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.name()).collect();
        let line = format!("{took:>9.2?} {name}: {codes:?}\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    }
}

#[test]
fn captions_that_are_not_wanted_any_more_are_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let (cues, card) = (super::captions(), CardTexts::default());
    let texts = Texts { captions: Some(&cues), card: &card };
    let cancel = Cancel::default();
    cancel.ask();
    let drawn = brand.layers(&recipe(Size::new(1280, 720), Corner::TopLeft), &texts, folder.path(), &cancel);
    assert!(matches!(drawn, Err(OverlayError::Cancelled)));
}

#[test]
fn captions_of_less_than_a_frame_and_those_without_room_are_told_and_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let cue = |from_us, until_us, text: String| captions::Cue { from_us, until_us, text };
    // 30 frames a second: one at 1,000,000 µs, the next at 1,033,333 µs.
    let mut cues = vec![
        cue(1_000_000, 1_000_001, "在一帧上".into()),
        cue(1_000_001, 1_033_333, "两帧之间".into()),
        cue(1_033_333, 1_033_334, "在下一帧上".into()),
    ];
    cues.extend((0..20).map(|number| cue(5 * SECOND, 9 * SECOND, format!("第{number:02}条"))));
    let (cues, card) = (Captions { cues }, CardTexts::default());
    let texts = Texts { captions: Some(&cues), card: &card };
    let drawn = tempfile::tempdir().unwrap();
    let recipe = recipe(Size::new(1280, 720), Corner::TopLeft);
    let (layers, findings) = brand.layers(&recipe, &texts, drawn.path(), &Cancel::default()).unwrap();
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::CaptionsTooShort, Code::CaptionsDoNotFit]);
    assert_eq!(findings[0].measured, Some("1".into()));
    // The watermark, two of the first three, and sixteen at most of the others.
    assert!(fs::read_dir(drawn.path()).unwrap().count() <= 1 + 2 + 16);
    let starts: Vec<u64> =
        layers.iter().map(|layer| layer.from_us).filter(|from| *from < 2 * SECOND).collect();
    assert_eq!(starts, [0, 1_000_000, 1_033_333]);
}
