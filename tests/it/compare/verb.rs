//! `jincai duplicates` and `explain`.

use jincai::model::finding::Verdict;
use jincai::model::likeness::MatchClass;
use serde_json::Value;

use super::{Campus, as_strs, scene, through};

fn of<'a>(lines: &'a [Value], work: &str) -> &'a Value {
    lines.iter().find(|line| line["work"].as_str().is_some_and(|name| name.ends_with(work))).unwrap()
}

#[test]
fn each_class_is_told_with_where_it_lies() {
    let campus = Campus::new();
    let long = campus.put("甲/长片.mp4", 100, &as_strs(&scene(6, 30)));
    campus.put("丙/另一件.mp4", 99, &as_strs(&scene(7, 30)));
    let long_name = long.to_str().unwrap();
    let cut =
        ["-ss", "10", "-t", "10", "-i", long_name, "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac"];
    campus.put("甲/一段.mp4", 50, &cut);
    std::fs::copy(&long, campus.inbox().join("甲/原样.mp4")).unwrap();
    let lines = campus.duplicates(&[]);
    assert_eq!(of(&lines, "长片.mp4")["likenesses"], Value::Array(Vec::new()));
    assert_eq!(of(&lines, "另一件.mp4")["likenesses"], Value::Array(Vec::new()));
    let same = &of(&lines, "原样.mp4")["likenesses"][0];
    assert_eq!((&same["class"], &same["consequence"]), (&"same_file".into(), &"reject".into()));
    // By picture or by sound alone: drawn pictures repeat themselves. Whose it is and how much of it is certain.
    let part = &of(&lines, "一段.mp4")["likenesses"][0];
    assert_eq!((&part["title"], &part["consequence"]), (&"长片".into(), &"warn".into()), "{part}");
    let length = part["their_to_ms"].as_u64().unwrap() - part["their_from_ms"].as_u64().unwrap();
    assert!(length.abs_diff(10_000) <= 1000, "{part}");
    for lang in ["zh-CN", "en"] {
        assert!(part["message"][lang].as_str().unwrap().contains("长片"), "{part}");
    }
    // Nothing was written anywhere.
    assert!(!campus.library().exists());
}

#[test]
fn the_same_sound_under_other_pictures_is_told_apart() {
    let campus = Campus::new();
    let long = campus.put("甲/长片.mp4", 100, &as_strs(&scene(6, 20)));
    let other = campus.put("丙/另一件.mp4", 99, &as_strs(&scene(7, 20)));
    let long_name = long.to_str().unwrap();
    let under = [
        "-i",
        other.to_str().unwrap(),
        "-i",
        long_name,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        "-c:a",
        "copy",
    ];
    campus.put("乙/配乐.mp4", 30, &under);
    let lines = campus.duplicates(&[]);
    let likenesses = of(&lines, "配乐.mp4")["likenesses"].as_array().unwrap();
    let sound = likenesses.iter().find(|one| one["class"] == "same_sound");
    assert!(
        sound.is_some_and(|one| one["proof"] == "sound" && one["consequence"] == "warn"),
        "{likenesses:?}"
    );
}

#[test]
fn the_library_is_compared_with_and_left_alone() {
    let campus = Campus::new();
    let original = campus.put("甲/原片.mp4", 100, &as_strs(&scene(2, 8)));
    campus.run();
    let before = std::fs::read(campus.library().join("manifest.json")).unwrap();
    let copy = campus.put("乙/翻版.mp4", 10, &through(&original, "scale=256:144"));
    let lines = campus.duplicates(&[copy.to_str().unwrap()]);
    let likeness = &lines[0]["likenesses"][0];
    assert_eq!(likeness["id"], Value::from(campus.work("原片").id), "{lines:?}");
    assert_eq!(likeness["department"], "甲");
    let checked = campus.command(&["check", "--json", "--no-campaign-rules"]).arg(&copy).output().unwrap();
    let checked = String::from_utf8(checked.stdout).unwrap();
    let rows = checked.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let row = rows.into_iter().find(|row| row["targets"].is_array()).unwrap();
    assert_eq!((&row["verdict"], &row["likenesses"][0]["id"]), (&"duplicate".into(), &likeness["id"]));
    assert_eq!(std::fs::read(campus.library().join("manifest.json")).unwrap(), before);
}

#[test]
fn an_alignment_is_drawn_as_one_picture() {
    let campus = Campus::new();
    let long = campus.put("甲/长片.mp4", 100, &as_strs(&scene(9, 20)));
    let other = campus.put("乙/另一件.mp4", 90, &as_strs(&scene(10, 6)));
    let cut = ["-ss", "5", "-t", "8", "-i", long.to_str().unwrap(), "-c:v", "libx264", "-c:a", "aac"];
    let part = campus.put("乙/一段.mp4", 50, &cut);
    let picture = campus.inbox().join("对照.png");
    let explain = |first: &std::path::Path, second: &std::path::Path| {
        let paths = [first, second, &picture].map(|path| path.to_str().unwrap());
        campus.duplicates(&["explain", paths[0], paths[1], "-o", paths[2]]).remove(0)
    };
    let said = explain(&part, &long);
    assert_eq!(said["likeness"]["class"], "part_of", "{said}");
    assert_eq!(said["picture"].as_str(), picture.to_str());
    let drawn = image::open(&picture).unwrap().into_rgb8();
    assert_eq!(drawn.width(), 1440);
    // The matching passages are drawn in each work's colour, as wide as they are long: 8 s of the longer's 20.
    let widest = |colour: [u8; 3]| {
        let run = |y: u32| (0..drawn.width()).filter(|x| drawn.get_pixel(*x, y).0 == colour).count();
        (0..drawn.height()).map(run).max().unwrap() as f64
    };
    for colour in [[0x1f, 0x5f, 0xbf], [0xc2, 0x41, 0x0c]] {
        let share = widest(colour) / 1360.0;
        assert!((share - 0.4).abs() < 0.06, "{colour:?}: {share}");
    }
    let nothing = explain(&part, &other);
    assert_eq!(nothing["likeness"], Value::Null, "{nothing}");
    assert!(image::open(&picture).unwrap().into_rgb8() != drawn);
}

#[test]
fn the_same_photograph_throughout_two_works_is_told_and_none_is_refused() {
    let campus = Campus::new();
    // Light and dark in no rows and columns, as in a photograph.
    let light = "128+60*sin(X/31+1.3*sin(Y/47))+50*cos(Y/29+2*sin(X/53))";
    let drawn = format!("color=black:s=480x270:r=10:d=6,geq=lum='{light}':cb=128:cr=128");
    let original = campus.put("甲/海报.mp4", 100, &["-f", "lavfi", "-i", &drawn, "-pix_fmt", "yuv420p"]);
    campus.run();
    let copy = [
        "-stream_loop",
        "1",
        "-i",
        original.to_str().unwrap(),
        "-t",
        "8",
        "-vf",
        "scale=320:-2,eq=brightness=0.05",
    ];
    campus.put("乙/海报转发.mp4", 10, &copy);
    campus.run();
    let (first, second) = (campus.work("海报"), campus.work("海报转发"));
    // Both are told that they stand still.
    for work in [&first, &second] {
        assert_eq!(work.verdict, Verdict::AcceptedWithWarnings, "{:?}", work.findings);
    }
    assert_eq!(first.likenesses, []);
    let likeness = &second.likenesses[0];
    assert_eq!((likeness.class, likeness.id.as_ref()), (MatchClass::SharesPassage, Some(&first.id)));
    // The shorter lies over the middle of the longer.
    assert!(likeness.from_ms.abs_diff(1_000) < 200 && likeness.to_ms.abs_diff(7_000) < 200, "{likeness:?}");
}
