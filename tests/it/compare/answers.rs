//! A person's answer is kept, and later runs obey it.

use jincai::model::finding::Verdict;
use jincai::model::likeness::{MatchClass, Proof};

use super::{Campus, as_strs, scene, through};
use crate::common::clip as fixture;

#[test]
fn two_that_a_person_calls_different_are_both_made_until_that_is_taken_back() {
    let campus = Campus::new();
    let original = campus.put("甲/原片.mp4", 100, &as_strs(&scene(3, 8)));
    campus.run();
    let copy = campus.put("乙/翻版.mp4", 10, &through(&original, "scale=256:144"));
    campus.run();
    let refused = campus.work("翻版");
    assert_eq!(refused.verdict, Verdict::Duplicate);
    let (first, second) = (refused.duplicate_of.unwrap(), copy.to_str().unwrap());
    let said = campus.duplicates(&["not-same", &first, second, "--by", "宣传部 王", "--note", "两次演出"]);
    assert_eq!(said[0]["event"], "answered");
    let listed = campus.duplicates(&["answers"]);
    assert_eq!(listed[0]["answer"]["said"], "not_same");
    assert_eq!(listed[0]["answer"]["by"], "宣传部 王");
    assert!(campus.library().join("duplicates").is_dir());
    campus.run();
    let made = campus.work("翻版");
    assert_eq!(made.verdict, Verdict::Accepted, "{:?}", made.findings);
    assert_eq!(made.likenesses, []);
    // Nothing is left of why it was refused.
    assert!(!campus.library().join("duplicates").exists());
    // Whoever looks at the two is told what holds.
    let picture = campus.library().join("../two.png");
    let explained = campus.duplicates(&["explain", &first, second, "-o", picture.to_str().unwrap()]);
    let message = explained[0]["message"]["zh-CN"].as_str().unwrap();
    assert!(
        message.contains("宣传部 王已认定：不是同一件") && message.contains("是同一件作品：本片"),
        "{message}"
    );
    // What a person said outlives the catalogue, and is never written over by less.
    for file in std::fs::read_dir(campus.library().join(".jincai")).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with("catalog.sqlite3") {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    let answers = campus.library().join("answers.json");
    let written = std::fs::read(&answers).unwrap();
    std::fs::write(&answers, &written[..written.len() / 2]).unwrap();
    let halted = campus.command(&["run"]).output().unwrap();
    let said = String::from_utf8_lossy(&halted.stderr).into_owned();
    assert!(halted.status.code() == Some(1) && said.contains("answers.json"), "{said}");
    assert!(std::fs::read(&answers).unwrap() == written[..written.len() / 2]);
    std::fs::write(&answers, &written).unwrap();
    campus.run();
    assert_eq!(campus.duplicates(&["answers"])[0]["answer"], listed[0]["answer"]);
    assert_eq!(campus.work("翻版").verdict, Verdict::Accepted);
    assert!(campus.command(&["verify"]).output().unwrap().status.success());
    let forgotten = campus.duplicates(&["forget", second, &first]);
    assert_eq!(forgotten[0]["was_there"], true);
    campus.run();
    // With the catalogue it was lost which of the two was seen first: nobody is refused, and a person is asked.
    let asked = campus.work("翻版");
    assert_eq!(asked.verdict, Verdict::AcceptedWithWarnings, "{:?}", asked.findings);
    assert!(asked.likenesses.iter().any(|told| told.asks), "{:?}", asked.likenesses);
    campus.duplicates(&["original", &first, second]);
    campus.run();
    assert_eq!(campus.work("翻版").verdict, Verdict::Duplicate);
    assert_eq!(campus.work("原片").verdict, Verdict::Accepted);
}

#[test]
fn what_differs_from_a_work_differs_from_its_departments_better_version_too() {
    let campus = Campus::new();
    let original = campus.put("甲/原片.mp4", 100, &as_strs(&scene(3, 8)));
    campus.put("甲/新版.mp4", 50, &through(&original, "scale=400:224"));
    campus.run();
    campus.put("乙/翻版.mp4", 10, &through(&original, "scale=256:144"));
    campus.run();
    let (first, better) = (campus.work("原片").id, campus.work("新版"));
    assert_eq!(better.verdict, Verdict::AcceptedWithWarnings, "{:?}", better.findings);
    let refused = campus.work("翻版");
    assert_eq!(refused.verdict, Verdict::Duplicate);
    for of in [&first, &better.id] {
        campus.duplicates(&["not-same", of, &refused.id]);
        campus.run();
        assert_eq!(campus.work("翻版").verdict, Verdict::Accepted, "{:?}", campus.work("翻版").findings);
        campus.duplicates(&["forget", of, &refused.id]);
        campus.run();
        assert_eq!(campus.work("翻版").verdict, Verdict::Duplicate);
    }
}

#[test]
fn two_that_a_person_calls_the_same_are_the_same_whatever_they_show() {
    let campus = Campus::new();
    campus.put("甲/白天.mp4", 100, &as_strs(&scene(4, 6)));
    campus.run();
    campus.put("乙/夜里.mp4", 10, &as_strs(&scene(5, 6)));
    campus.run();
    let (day, night) = (campus.work("白天"), campus.work("夜里"));
    assert_eq!((day.verdict, night.verdict), (Verdict::Accepted, Verdict::Accepted), "{:?}", night.findings);
    campus.duplicates(&["same", &day.id, &night.id]);
    campus.run();
    let night = campus.work("夜里");
    assert_eq!(night.verdict, Verdict::Duplicate, "{:?}", night.findings);
    assert_eq!((night.likenesses[0].class, night.likenesses[0].proof), (MatchClass::SameWork, Proof::Person));
    assert_eq!(night.duplicate_of.as_ref(), Some(&day.id));
}

#[test]
fn of_two_that_came_together_a_person_says_which_is_the_original_as_well() {
    let campus = Campus::new();
    let day = campus.put("甲/白天.mp4", 10, &as_strs(&scene(4, 6)));
    let night = campus.put("乙/夜里.mp4", 100, &as_strs(&scene(5, 6)));
    campus.run();
    let ids = [campus.work("白天").id, campus.work("夜里").id];
    campus.duplicates(&["same", &ids[0], &ids[1]]);
    campus.run();
    for title in ["白天", "夜里"] {
        let work = campus.work(title);
        assert_eq!(work.verdict, Verdict::AcceptedWithWarnings, "{:?}", work.findings);
        assert!(
            work.likenesses[0].asks && work.likenesses[0].proof == Proof::Person,
            "{:?}",
            work.likenesses
        );
    }
    let said = campus.duplicates(&["original", day.to_str().unwrap(), &ids[1], "--by", "宣传部 王"]);
    assert_eq!(said[0]["answer"]["folders"], serde_json::json!(["甲", "乙"]));
    let listed = campus.duplicates(&["answers"]);
    assert_eq!(
        (listed.len(), &listed[0]["answer"]["said"]),
        (1, &"original".into()),
        "it takes the other's place"
    );
    campus.run();
    let (first, second) = (campus.work("白天"), campus.work("夜里"));
    assert_eq!(
        (first.verdict, second.verdict),
        (Verdict::Accepted, Verdict::Duplicate),
        "{:?}",
        second.findings
    );
    assert_eq!(second.duplicate_of.as_ref(), Some(&first.id));
    assert_eq!(second.likenesses[0].proof, Proof::Person);
    campus.duplicates(&["forget", night.to_str().unwrap(), &ids[0]]);
    campus.run();
    assert!(campus.work("夜里").verdict.is_accepted());
    assert!(campus.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn what_cannot_be_answered_is_said_in_words() {
    let campus = Campus::new();
    let clip = campus.put("甲/原片.mp4", 100, &as_strs(&scene(3, 2)));
    let clip = clip.to_str().unwrap();
    let broken = fixture("index_missing.mp4");
    let cases = [
        (["same", clip, clip], "identical files"),
        (["original", clip, clip], "in one department's folder"),
        (["not-same", clip, broken.to_str().unwrap()], "no library"),
        (["explain", clip, "nosuchid"], "neither a file nor"),
        (["explain", clip, clip], "are the same file"),
        (["explain", clip, broken.to_str().unwrap()], "index_missing.mp4:"),
    ];
    for (arguments, words) in cases {
        let said = campus.command(&["duplicates"]).args(arguments).output().unwrap();
        let said_text = String::from_utf8_lossy(&said.stderr).replace(['\n', '│'], " ");
        assert_eq!(said.status.code(), Some(2), "{said_text}");
        let plain = said_text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(words), "{plain}");
    }
}
