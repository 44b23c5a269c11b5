//! What people hand in: everything that is no video, that is hostile, or that is only oddly named.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use jincai::model::finding::Verdict;
use notify::{EventKind, Watcher};
use serde_json::Value;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip, fixtures};

/// Clips that are refused, and the code that names why.
const REFUSED: [(&str, &str); 19] = [
    ("audio_only.mp4", "no-video"),
    ("concat_script_named.mp4", "names-other-files"),
    ("cover_art_only.mp4", "only-cover-art"),
    ("edit_cut.mp4", "duration-too-short"),
    ("empty.mp4", "empty-file"),
    ("encrypted_cenc.mp4", "encrypted"),
    ("hls_playlist_named.mp4", "names-other-files"),
    ("index_missing.mp4", "index-missing"),
    ("media_missing.mp4", "no-media-data"),
    ("network_playlist_named.mp4", "names-other-files"),
    ("one_frame.mp4", "single-frame"),
    ("picture_named.mp4", "still-image"),
    ("session_description_named.mp4", "names-other-files"),
    ("subtitle_named.mp4", "subtitle-only"),
    ("text_named.mp4", "not-media"),
    ("truncated_half.mp4", "truncated"),
    ("机电工程系/拍摄说明.mp4", "not-media"),
    ("信息工程系/开放日海报.png", "poster-needs-screen"),
    ("艺术设计系/摄影展海报.jpg", "poster-needs-screen"),
];

/// Clips that are made, and what is said of them; with what was measured where that could be wrong.
const MADE: [(&str, &str); 44] = [
    ("all_black.mp4", "long-black"),
    ("busy_landscape.mp4", "will-add-silence"),
    ("chroma_444.mp4", "will-add-silence"),
    ("damaged_middle.mp4", "damaged 0.23 s"),
    ("full_range.mp4", "will-convert-colour"),
    ("interlaced_tff.mp4", "will-deinterlace TFF"),
    ("joined_reset.flv", "recordings-joined"),
    ("joined_reset.mpg", "recordings-joined"),
    ("mirrored.mp4", "will-rotate"),
    ("numbered_thirds.mp4", "will-normalise-loudness"),
    ("odd_size.mp4", "will-enlarge"),
    ("rate_60.mp4", "will-limit-frame-rate"),
    ("raw_stream.h264", "no-timestamps 25.00 fps"),
    ("rotated_180.mp4", "will-rotate"),
    ("rotated_270.mp4", "will-rotate"),
    ("rotated_90.mp4", "will-rotate"),
    ("sar_2_1.mp4", "will-square-pixels"),
    ("slides_7s.mp4", "long-frozen 7.0 s"),
    ("sound_5.1.mp4", "will-downmix"),
    ("sound_digital_silence.mp4", "silent-throughout"),
    ("sound_longer_than_picture.mp4", "audio-longer-than-video"),
    ("sound_mono_loud.mp4", "will-upmix"),
    ("sound_none.mp4", "will-add-silence"),
    ("sound_ambisonic.mkv", "channels-mixed"),
    ("sound_clipped.mkv", "sound-clipped"),
    ("sound_description_first.mkv", "sound-track-chosen 2"),
    ("sound_four_mono_tracks.mov", "sound-track-chosen 1 + 2"),
    ("sound_hum.mp4", "sound-hums"),
    ("sound_left_only.mp4", "sound-one-sided"),
    ("sound_out_of_phase.mp4", "sound-out-of-phase"),
    ("sound_right_only_pcm.mov", "sound-one-sided"),
    ("sound_same_twice.mov", "sound-track-chosen 1"),
    ("sound_silent_first_track.mp4", "sound-track-chosen 2"),
    ("sound_ten_channels.mkv", "channels-mixed"),
    ("sound_three_microphones.mov", "tracks-mixed"),
    ("sound_two_mono_tracks.mov", "tracks-joined"),
    ("sound_two_programmes.ts", "programme-chosen"),
    ("still_track_first.mp4", "picture-track-chosen 2"),
    ("tone_minus_20_lufs.mp4", "will-normalise-loudness"),
    ("variable_rate.mp4", "will-constant-frame-rate"),
    ("信息工程系/津门之眼.mp4", "will-rotate"),
    ("机电工程系/夜间实训（HLG）.mov", "will-tone-map"),
    ("机电工程系/数控机床.mp4", "will-scale-down"),
    ("艺术设计系/旧礼堂 4比3.mp4", "will-pad"),
];

/// One work several times, of which one is made, and the code that names the others.
const SAME: [(&[&str], &str); 4] = [
    (
        &["cover_art.mp4", "matroska_named.mp4", "plain_landscape.mp4", "plain_landscape_remuxed.mkv"],
        "same-streams",
    ),
    (&["joined_reset.ts", "jump_ahead.ts"], "same-streams"),
    (&["信息工程系/海河晨光.mp4", "信息工程系/海河晨光（转发）.mkv"], "same-streams"),
    (&["艺术设计系/细胞图案.mp4", "艺术设计系/细胞图案 副本.mp4"], "same-bytes"),
];

/// What `jincai check` decides of everything under `paths`: verdict and codes by name.
fn checked(paths: &[&Path]) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let office = Office::new("\"website\"");
    let checked = office.command(&["check", "--json", "--"]).args(paths).output().unwrap();
    assert!(!office.library().exists(), "a check writes nothing");
    let lines = String::from_utf8(checked.stdout).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.filter(|row| row.get("targets").is_some())
        .map(|row| {
            let codes = row["findings"].as_array().unwrap().iter().flat_map(|finding| {
                let code = text(&finding["code"]);
                [format!("{code} {}", finding["measured"].as_str().unwrap_or_default()), code]
            });
            (text(&row["work"]), (text(&row["verdict"]), codes.collect()))
        })
        .collect()
}

#[test]
fn every_drawn_clip_is_decided_as_it_must_be() {
    let rows = checked(&[&fixtures().join("clips"), &fixtures().join("inbox")]);
    for (name, code) in REFUSED {
        let (verdict, codes) = &rows[name];
        assert_eq!(verdict, "rejected", "{name}: {codes:?}");
        assert!(codes.contains(code), "{name}: {codes:?}");
    }
    for (name, code) in MADE {
        let (verdict, codes) = &rows[name];
        let expected = match code {
            "damaged 0.23 s" | "long-black" | "silent-throughout" => "accepted_with_warnings",
            "long-frozen 7.0 s" | "recordings-joined" => "accepted_with_warnings",
            "channels-mixed" | "tracks-mixed" | "programme-chosen" => "accepted_with_warnings",
            "sound-clipped" | "sound-hums" | "sound-one-sided" => "accepted_with_warnings",
            "sound-out-of-phase" | "sound-track-chosen 1 + 2" => "accepted_with_warnings",
            _ => "accepted",
        };
        assert_eq!(verdict, expected, "{name}: {codes:?}");
        assert!(codes.contains(code), "{name}: {codes:?}");
    }
    for (group, code) in SAME {
        let (made, repeats): (Vec<&str>, Vec<&str>) =
            group.iter().partition(|name| rows[**name].0.starts_with("accepted"));
        assert_eq!(made.len(), 1, "{made:?}");
        for name in repeats {
            assert_eq!(rows[name].0, "duplicate", "{name}");
            assert!(rows[name].1.contains(code), "{name}: {:?}", rows[name].1);
        }
    }
    let expected = REFUSED.len() + MADE.len() + SAME.iter().map(|(group, _)| group.len()).sum::<usize>();
    assert_eq!(rows.len(), expected, "clips without an expectation: {:?}", rows.keys());
}

#[test]
fn the_same_packets_drawn_wider_are_another_picture() {
    let inbox = tempfile::tempdir().unwrap();
    fs::copy(clip("plain_landscape.mp4"), inbox.path().join("plain.mp4")).unwrap();
    let wide = inbox.path().join("wide.mp4");
    let plain = clip("plain_landscape.mp4");
    run(ffmpeg().arg("-i").arg(plain).args(["-c", "copy", "-aspect", "4:3"]).arg(&wide));
    let rows = checked(&[inbox.path()]);
    for name in ["plain.mp4", "wide.mp4"] {
        assert!(rows[name].0.starts_with("accepted") && !rows[name].1.contains("same-streams"), "{rows:?}");
    }
    assert!(rows["wide.mp4"].1.contains("will-square-pixels"), "{rows:?}");
}

#[test]
fn a_file_that_names_others_opens_none_of_them() {
    let inbox = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let bait = elsewhere.path().join("bait.mp4");
    fs::copy(clip("plain_landscape.mp4"), &bait).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (path, port) = (bait.display(), listener.local_addr().unwrap().port());
    let playlist = |of: &str| {
        format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{of}\n#EXT-X-ENDLIST\n")
    };
    let period = "<Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\">";
    let hostile = [
        ("hls_file.mp4", playlist(&path.to_string())),
        ("hls_address.mov", playlist(&format!("http://127.0.0.1:{port}/a.ts"))),
        ("hls_protocol.mp4", playlist(&format!("concat:{path}|{path}"))),
        ("concat.mp4", format!("ffconcat version 1.0\nfile '{path}'\n")),
        ("concat_bare.mkv", format!("file '{path}'\nfile '{path}'\n")),
        (
            "dash.mp4",
            format!(
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">{period}\
                 <BaseURL>http://127.0.0.1:{port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>"
            ),
        ),
        (
            "sdp.mp4",
            format!(
                "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n"
            ),
        ),
        (
            "asx.wmv",
            format!("<asx version=\"3.0\"><entry><ref href=\"http://127.0.0.1:{port}/a\"/></entry></asx>"),
        ),
        ("rtsp.mov", format!("RTSPtext\nrtsp://127.0.0.1:{port}/a\n")),
    ];
    for (name, text) in &hostile {
        fs::write(inbox.path().join(name), text).unwrap();
    }
    let (tell, told) = std::sync::mpsc::channel();
    let mut watcher = notify::recommended_watcher(tell).unwrap();
    watcher.watch(&bait, notify::RecursiveMode::NonRecursive).unwrap();
    let rows = checked(&[inbox.path()]);
    for (name, _) in &hostile {
        let (verdict, codes) = &rows[*name];
        assert_eq!(verdict, "rejected", "{name}: {codes:?}");
        let named = ["names-other-files", "not-media"].iter().any(|code| codes.contains(*code));
        assert!(named, "{name}: {codes:?}");
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "somebody connected");
    // Opening it here shows that it would have been seen; once, and nobody did before.
    drop(fs::File::open(&bait).unwrap());
    fs::remove_file(&bait).unwrap();
    let events = told.iter().map(Result::unwrap);
    let before_its_end = events.take_while(|event| !matches!(event.kind, EventKind::Remove(_)));
    let opened = before_its_end
        .filter(|event| matches!(event.kind, EventKind::Access(notify::event::AccessKind::Open(_))));
    assert_eq!(opened.count(), 1);
}

/// Runs one clip with these limits in the configuration; the verdict, and each finding's code, value and limit.
fn limited(name: &str, limits: &str) -> (Verdict, Vec<[String; 3]>) {
    let office = Office::new("\"website\"");
    let config = office.folder().join("jincai.toml");
    fs::write(&config, format!("{}[limits]\n{limits}\n", fs::read_to_string(&config).unwrap())).unwrap();
    office.run(&[&clip(name)], &["--draft"]);
    let work = office.manifest().works.remove(0);
    assert_eq!(work.renditions.is_empty(), work.verdict > Verdict::AcceptedWithWarnings);
    let text = |value: Option<String>| value.unwrap_or_default();
    let findings = work.findings.into_iter();
    let found = findings.map(|finding| [finding.code.name(), text(finding.measured), text(finding.limit)]);
    (work.verdict, found.collect())
}

#[test]
fn a_work_past_a_limit_is_refused_with_its_value_and_the_limit() {
    for (limits, code, value, limit) in [
        ("max_pixels = 100_000", "too-many-pixels", "480×270", "100000 px"),
        ("max_duration_s = 1", "too-long", "> 1 s", "1 s"),
        ("max_streams = 1", "too-many-streams", "2", "1"),
        ("max_bytes = 90_000", "too-many-bytes", "90782", "90000"),
    ] {
        let (verdict, found) = limited("plain_landscape.mp4", limits);
        assert_eq!(verdict, Verdict::Rejected, "{limits}: {found:?}");
        assert!(found.contains(&[code, value, limit].map(str::to_owned)), "{limits}: {found:?}");
    }
}

#[test]
fn damage_is_told_in_seconds_and_refused_past_the_share_that_may_be_lost() {
    let (verdict, found) = limited("damaged_middle.mp4", "max_lost_share = 0.2");
    assert_eq!(verdict, Verdict::AcceptedWithWarnings, "{found:?}");
    let lost = found.iter().find(|[code, ..]| code == "damaged").unwrap()[1].clone();
    let seconds: f64 = lost.trim_end_matches(" s").parse().unwrap();
    assert!((0.05..0.5).contains(&seconds), "a tenth of two seconds was damaged, not {lost}");
    let (verdict, found) = limited("damaged_middle.mp4", "max_lost_share = 0.01");
    assert_eq!(verdict, Verdict::Rejected, "{found:?}");
    assert!(found.iter().any(|[code, ..]| code == "share-of-damage"), "{found:?}");
}

#[test]
fn what_inspection_and_render_both_find_is_told_once() {
    let office = Office::new("\"website\"");
    let inbox = tempfile::tempdir().unwrap();
    let video = inbox.path().join("damaged.mp4");
    fs::copy(clip("damaged_middle.mp4"), &video).unwrap();
    fs::write(video.with_extension("srt"), "1\n00:00:00,200 --> 00:00:01,500\n海河\u{10ff3d}\n").unwrap();
    let ran = office.run(&[&video], &["--json", "--draft"]);
    let lines = String::from_utf8(ran.stdout).unwrap();
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let work = office.manifest().works.remove(0);
    for code in ["damaged", "glyph-missing"] {
        let told = events.iter().filter(|event| event["finding"]["code"] == code);
        assert_eq!(told.count(), 1, "{code}: {lines}");
        let kept = work.findings.iter().filter(|finding| finding.code.name() == code);
        assert_eq!(kept.count(), 1, "{code}: {:?}", work.findings);
    }
}

#[test]
fn names_of_every_kind_are_works_like_any_other() {
    let office = Office::new("\"website\"");
    let inbox = tempfile::tempdir().unwrap();
    let long = "长".repeat(83);
    // Each a film of its own, or all but one would be duplicates.
    let named: [(&str, &[u8], &str); 7] = [
        ("sound_none.mp4", "我的 视频（一）.mp4".as_bytes(), "我的 视频（一）"),
        ("rate_60.mp4", b"-dash first.mp4", "-dash first"),
        ("odd_size.mp4", b"te[s]t_ 'quote\" %03d.mp4", "te[s]t_ 'quote\" %03d"),
        ("variable_rate.mp4", "🎓 & 🎬.mp4".as_bytes(), "🎓 & 🎬"),
        ("sar_2_1.mp4", &[long.as_bytes(), b".mp4"].concat(), &long),
        // GB18030, as from an archive packed on Windows.
        ("full_range.mp4", b"\xce\xd2\xb5\xc4.mp4", "我的"),
        ("plain_landscape.mp4", "new\nline \u{202e}4pm.mp4".as_bytes(), "new line 4pm"),
    ];
    let sources: Vec<_> =
        named.iter().map(|(_, name, _)| inbox.path().join(OsStr::from_bytes(name))).collect();
    for ((drawn, ..), source) in named.iter().zip(&sources) {
        fs::copy(clip(drawn), source).unwrap();
    }
    // By their bare names, as a shell passes them on.
    let ran = office
        .command(&["run", "--draft", "--no-campaign-rules", "--"])
        .args(named.iter().map(|(_, name, _)| OsStr::from_bytes(name)))
        .current_dir(inbox.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.manifest().works;
    assert_eq!(works.len(), named.len());
    for ((_, _, title), source) in named.iter().zip(&sources) {
        let work = works.iter().find(|work| work.source.path.as_path() == source).unwrap();
        assert!(work.verdict <= Verdict::AcceptedWithWarnings, "{title}: {:?}", work.findings);
        let post = &work.renditions[0].post.as_ref().unwrap().title;
        // The site takes 80 characters.
        let cut = title.chars().count() > 80;
        assert!(if cut { title.starts_with(post.trim_end_matches('…')) } else { post == title }, "{post}");
        let file = Path::new(&work.renditions[0].file);
        assert!(office.library().join(file).is_file(), "{}", file.display());
        for part in file.iter().map(|part| part.to_str().unwrap()) {
            assert!(part.len() <= 255 && part.trim_end_matches(['.', ' ']) == part, "{part}");
            let unsafe_on_windows = |c: char| c.is_control() || "<>:\"/\\|?*\u{202e}".contains(c);
            assert!(!part.contains(unsafe_on_windows), "{part}");
        }
    }
    let again = office.run(&[inbox.path()], &["--draft", "--no-campaign-rules"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
    let files: Vec<_> = works.iter().map(|work| &work.renditions[0].file).collect();
    let after = office.manifest().works;
    assert_eq!(after.iter().map(|work| &work.renditions[0].file).collect::<Vec<_>>(), files);
}
