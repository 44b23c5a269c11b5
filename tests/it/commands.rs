//! The commands as a person meets them: the first minutes, mistakes, languages, exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::common::{Office, clip, fixtures};

/// The program in a folder, without a configuration of ours.
fn jincai(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jincai")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_init_writes_runs_at_once_and_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    assert!(jincai(folder.path(), &["init"]).status.success());
    let inbox = folder.path().join("inbox/信息工程系");
    fs::create_dir(&inbox).unwrap();
    for ending in ["mp4", "srt", "toml"] {
        let name = format!("海河晨光.{ending}");
        fs::copy(fixtures().join("inbox/信息工程系").join(&name), inbox.join(&name)).unwrap();
    }
    let ran = jincai(folder.path(), &["run", "--draft"]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    let manifest = fs::read(folder.path().join("library/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let work = &manifest["works"][0];
    assert_eq!((&work["title"], &work["department"]), (&"海河晨光".into(), &"信息工程系".into()));
    let targets = work["renditions"].as_array().unwrap().iter().map(|made| made["target"].as_str().unwrap());
    let expected = ["douyin", "kuaishou", "channels", "weibo", "bilibili", "jinyun", "website", "screen"];
    assert_eq!(targets.collect::<Vec<_>>(), expected);
    let config = fs::read(folder.path().join("jincai.toml")).unwrap();
    assert_eq!(jincai(folder.path(), &["init"]).status.code(), Some(2));
    assert!(fs::read(folder.path().join("jincai.toml")).unwrap() == config);
}

#[test]
fn without_a_configuration_defaults_are_used_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let source = clip("plain_landscape.mp4");
    let run = ["--lang", "en", "run", "--draft", "--target", "website", source.to_str().unwrap()];
    let ran = jincai(folder.path(), &run);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert!(text(&ran.stderr).contains("No jincai.toml was found"), "{}", text(&ran.stderr));
    assert!(folder.path().join("library/manifest.json").is_file());
    // Quiet shows results and errors alone.
    let quiet = jincai(folder.path(), &[&run[..], &["--quiet"]].concat());
    assert!(quiet.status.success() && !text(&quiet.stderr).contains("inspecting"), "{}", text(&quiet.stderr));
}

#[test]
fn a_mistake_is_shown_where_it_stands_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let source = clip("plain_landscape.mp4");
    const MARK: &str = "corner = \"top_right\"\nsize = 0.1\nopacity = 0.8\nmargin = 0.03\n";
    fs::write(folder.path().join("text.png"), "no picture").unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    fs::write(folder.path().join("own/title-card.svg"), "no template").unwrap();
    for (config, place, cure) in [
        ("college = \"x\"\ncolledge = \"x\"\n", "line 2, column 1", "`college`"),
        ("targets = [\"douyn\"]\n", "line 1, column 12", "`douyin`"),
        ("targets = \"douyin\"\n", "line 1, column 11", "square brackets"),
        ("[campaign]\nmin_duration_s = -1\n", "line 2, column 18", "0"),
        ("college = \"x\n", "line 1, column", ""),
        (&format!("[watermark]\nfile = \"none.svg\"\n{MARK}"), "line 2, column 8", "none.svg"),
        (&format!("[watermark]\nfile = \"text.png\"\n{MARK}"), "line 2, column 8", "PNG or SVG"),
        ("college = \"x\"\noverlays = \"own\"\n", "line 2, column 12", "title-card.svg"),
    ] {
        fs::write(folder.path().join("jincai.toml"), config).unwrap();
        let ran = jincai(folder.path(), &["--lang", "en", "run", source.to_str().unwrap()]);
        let words = text(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{config}: {words}");
        assert!(words.contains("jincai.toml") && words.contains(place), "{config}: {words}");
        assert!(words.contains(cure), "{config}: {words}");
        assert!(!folder.path().join("library").exists(), "{config}");
    }
}

#[test]
fn wrong_usage_is_told_in_the_language_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, chinese, english) in [
        (&["run", "nowhere.mp4"][..], "nowhere.mp4", "nowhere.mp4"),
        (&["run", "--target", "douyn"][..], "没有", "There is no target"),
        (&["verify", "--library", "nowhere"][..], "nowhere", "nowhere"),
        (&["presets", "show", "douyn"][..], "douyn", "douyn"),
        (&["presets", "check", "nowhere.toml"][..], "nowhere.toml", "nowhere.toml"),
        (&["run", "--jobs", "0"][..], "不能是“0”", "cannot be “0”"),
        (&["rum"][..], "是不是想写“run”", "Did you mean “run”"),
        (&["duplicates", "reindx"][..], "是不是想写“reindex”", "Did you mean “reindex”"),
    ] {
        for (lang, words) in [("zh-CN", chinese), ("en", english)] {
            let ran = jincai(folder.path(), &[&["--lang", lang][..], arguments].concat());
            let said = text(&ran.stderr);
            assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {said}");
            // What was typed is no word of either language.
            let told: String = said.lines().filter(|line| !line.contains("jincai.toml")).collect();
            let han = told.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(han, lang == "zh-CN", "{arguments:?}: {said}");
            assert!(said.replace("\n  │ ", " ").contains(words), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn where_there_is_nothing_to_do_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("空")).unwrap();
    for verb in ["check", "run", "duplicates"] {
        let ran = jincai(folder.path(), &["--lang", "zh-CN", verb, "空"]);
        let said = text(&ran.stderr);
        assert!(ran.status.success() && said.contains("空 里没有视频文件。请把视频放进去"), "{verb}: {said}");
    }
}

#[test]
fn json_is_one_object_a_line_and_carries_both_languages() {
    let office = Office::new("\"website\"");
    let folder = tempfile::tempdir().unwrap();
    for name in ["plain_landscape.mp4", "empty.mp4"] {
        fs::copy(clip(name), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("alone.srt"), "1\n").unwrap();
    fs::write(folder.path().join("素材.bin"), "1\n").unwrap();
    let ran = office.run(&[folder.path()], &["--draft", "--json"]);
    assert_eq!(ran.status.code(), Some(1));
    let lines = text(&ran.stdout);
    let events: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((named("batch_started"), named("finished"), named("batch_finished")), (1, 2, 1));
    let refused = events.iter().find(|event| event["finding"]["code"] == "empty-file").unwrap();
    assert!(refused["zh"].as_str().unwrap().contains('。') && refused["en"].as_str().unwrap().contains('.'));
    assert_eq!(events.last().unwrap()["rejected"], 1);
    let event = |name: &str| events.iter().find(|event| event["event"] == name).unwrap();
    assert_eq!(event("skipped")["finding"]["code"], "sidecar-orphan");
    assert_eq!(event("left_over")["kind"], "other");
    assert_eq!(event("left_over")["paths"][0], folder.path().join("素材.bin").to_str().unwrap());
}

#[test]
fn verify_names_what_is_missing_changed_or_unknown_and_a_run_mends_it() {
    let office = Office::new("\"website\"");
    let source = clip("plain_landscape.mp4");
    assert!(office.run(&[&source], &["--draft"]).status.success());
    let rendition = office.manifest().works.remove(0).renditions.remove(0);
    let (video, cover) =
        (office.library().join(&rendition.file), office.library().join(&rendition.covers[0].file));
    let stranger = office.library().join("陌生文件.txt");
    let good = fs::read(&cover).unwrap();
    let verify = || office.command(&["verify", "--json"]).output().unwrap();
    fs::remove_file(&video).unwrap();
    fs::remove_file(office.library().join("manifest.csv")).unwrap();
    fs::write(&cover, good.iter().map(|byte| byte ^ 1).collect::<Vec<u8>>()).unwrap();
    fs::write(&stranger, "?").unwrap();
    let found = verify();
    assert_eq!(found.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(report["missing"], serde_json::json!(["manifest.csv", rendition.file]));
    assert_eq!(report["changed"][0]["file"], serde_json::json!(rendition.covers[0].file));
    assert_eq!(report["unknown"], serde_json::json!(["陌生文件.txt"]));
    fs::remove_file(&stranger).unwrap();
    fs::remove_file(&cover).unwrap();
    assert!(office.run(&[&source], &["--draft"]).status.success());
    let found = verify();
    assert!(found.status.success(), "{}", text(&found.stdout));
}

#[test]
fn the_doctor_and_the_schema_answer() {
    let office = Office::new("\"website\"");
    fs::create_dir(office.folder().join("inbox")).unwrap();
    let seen = office.command(&["doctor", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&seen.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let state = |id: &str| &checks.iter().find(|check| check["id"] == id).unwrap()["state"];
    for id in ["ffmpeg", "encoders", "filters", "inbox", "library", "disk", "watermark"] {
        assert_eq!(state(id), "ok", "{id}: {report}");
    }
    for id in ["sandbox", "fonts"] {
        assert!(!state(id).is_null(), "{report}");
    }
    let schema = office.command(&["manifest", "schema"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert_eq!(schema["$id"], "jincai.manifest/1");
}

#[test]
fn bash_completes_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let made = jincai(folder.path(), &["completions", "bash"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    fs::write(folder.path().join("jincai.bash"), &made.stdout).unwrap();
    let bash =
        |arguments: &[&str]| Command::new("bash").args(arguments).current_dir(&folder).output().unwrap();
    let checked = bash(&["-n", "jincai.bash"]);
    assert!(checked.status.success() && checked.stderr.is_empty(), "{}", text(&checked.stderr));
    let completed = |words: &[&str]| {
        let last = words.len() - 1;
        let line = words.join(" ");
        let (current, before) = (words[last], words[last - 1]);
        let script = format!(
            "source ./jincai.bash; COMP_WORDS=({line}); COMP_CWORD={last}; \
             _jincai jincai '{current}' '{before}'; echo \"${{COMPREPLY[@]}}\""
        );
        text(&bash(&["-c", &script]).stdout).trim().to_owned()
    };
    assert_eq!(completed(&["jincai", "wa"]), "watch");
    assert_eq!(completed(&["jincai", "duplicates", "not"]), "not-same");
    assert_eq!(completed(&["jincai", "watch", "--on"]), "--once");
}

#[test]
fn every_shell_has_its_completions() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let made = jincai(folder.path(), &["completions", shell]);
        assert!(made.status.success() && text(&made.stdout).contains("not-same"), "{shell}");
    }
}
