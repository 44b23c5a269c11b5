//! The walls of the house (see the table in `src/lib.rs`), held by a machine.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod circles;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Wings (or rooms that are none's) by line, from the ground up, each with the wings that it may import besides those of
/// line 0. Some are not built yet: their place is kept.
const LINES: &[&[(&str, &[&str])]] = &[
    &[("text", &[]), ("clock", &[]), ("model", &["text"]), ("files", &["text", "model"])],
    &[
        ("media", &[]),
        ("matching", &[]),
        ("graphics", &[]),
        ("policy", &[]),
        ("intake", &[]),
        ("present", &[]),
    ],
    &[("library", &["matching"]), ("worker", &["media", "matching", "graphics"])],
    &[
        ("work", &["line 1", "line 2"]),
        ("review", &["line 1", "line 2"]),
        ("receipts", &["line 1", "line 2", "review"]),
    ],
    &[
        ("duplicates", &["line 1", "line 2", "work"]),
        ("playout", &["policy", "intake", "present", "library", "line 3"]),
        ("showcase", &["line 1", "line 2", "line 3"]),
    ],
    &[("pipeline", &["line 1", "line 2", "line 3", "line 4"])],
    // The pages ask for work through a row or a message, so that whoever serves them makes nothing.
    &[
        ("cluster", &["line 1", "line 2", "line 3", "line 4", "pipeline"]),
        ("web", &["line 1", "line 2", "line 3", "line 4"]),
    ],
    &[("service", &["line 1", "line 2", "line 3", "line 4", "line 5", "line 6"])],
    &[("commands", &[EVERYTHING]), ("cli", &[EVERYTHING]), ("main", &[EVERYTHING])],
];
const EVERYTHING: &str = "everything";

/// A word that only the files under these paths may hold, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("ffmpeg_next", &["src/media/"], "FFmpeg stays behind `media`; pass model types instead"),
    ("rusqlite", &["src/library/catalog/"], "ask `catalog` for what you need"),
    ("toml::", &["src/policy/presets/"], "read configuration through `presets`"),
    ("resvg", &["src/graphics/overlay/"], "let `overlay` draw it"),
    ("Command::new(", &["src/worker/"], "only `worker` starts processes"),
    ("SystemTime::now", &["src/clock.rs"], "take the time from `clock`, so that a test can set it"),
    (
        "File::open(",
        &["src/files/"],
        "open files through `files`, which follows no link and waits for no pipe",
    ),
    ("File::create", &["src/files/"], "make files through `files`"),
    ("OpenOptions", &["src/files/"], "open files through `files`"),
    ("fs::read(", &["src/files/"], "read files through `files`, which bounds them"),
    ("fs::read_to_string(", &["src/files/"], "read files through `files`, which bounds them"),
    ("fs::write(", &["src/files/"], "write files through `staging` or `files`"),
    ("fs::copy(", &["src/files/"], "copy files through `files`"),
    ("Timestamp::now", &["src/clock.rs"], "take the time from `clock`, so that a test can set it"),
];

/// Text that belongs in no file of the project, and why. Split so that this file does not hold it either.
const NOWHERE: &[(&str, &str)] = &[
    (concat!("todo", "!("), "finish it or leave it out"),
    (concat!("unimplemented", "!("), "finish it or leave it out"),
    (concat!("FIX", "ME"), "mend it or report it"),
    (concat!("\"/wo", "rk/"), "no path of one machine belongs in the project"),
    (concat!("\"/ho", "me/"), "no path of one machine belongs in the project"),
];

/// Where Chinese may stand in the code besides `present::messages`, and why.
const CHINESE_IN: &[(&str, &str)] = &[
    ("src/present/messages/", "what people are told, in both languages"),
    ("src/present/report/work.rs", "a word within a line of marks"),
    (
        "src/policy/presets/",
        "explains a mistake in a file beside the rule that finds it, and cannot import `present`",
    ),
    ("src/policy/posting/", "what is posted is Chinese"),
    ("src/commands/manual.rs", "the program's own name"),
    ("src/graphics/overlay/fonts.rs", "a character that fonts are asked for"),
    ("src/library/manifest/", "the tables' heads hold both languages at once"),
    ("src/text/names.rs", "the name of a work without one"),
    ("src/pipeline/publish.rs", "names of folders in the library"),
    ("src/receipts/place.rs", "the name of a folder in the library"),
    ("src/receipts/statistics/", "what creator centres call their columns and units"),
    ("src/receipts/moment.rs", "the words between the numbers of a date"),
    ("src/model/ai_mark.rs", "what is shown on AI-made works, as a default"),
    ("src/model/config.rs", "the contest's name and that of a folder, as defaults"),
    ("src/model/review.rs", "the levels, the checklist and the credit line of colleges, as defaults"),
    ("src/model/placeholder.rs", "what the examples of a new configuration are called"),
];

const LONGEST_FILE: usize = 500;
const MOST_FIXTURE_BYTES: u64 = 6_000_000;

#[test]
fn wings_import_only_what_stands_above_them() {
    let mut broken = Vec::new();
    for (path, text) in sources("src", "rs") {
        let here = wing_of(&path);
        if here == "lib" {
            continue;
        }
        if line_of(&here).is_none() {
            broken.push(format!(
                "{}: `{here}` stands in no line: add it to the tables here and in src/lib.rs",
                path.display()
            ));
        }
        for (number, line) in code(&text) {
            for named in line.split("crate::").skip(1).map(leading_word) {
                if line_of(named).is_some() && named != here && !may_import(&here, named) {
                    broken.push(format!("{}:{number}: `{here}` names `crate::{named}`", path.display()));
                }
            }
        }
    }
    report(&broken, "pass the data through a model type, or let a wing further down connect the two");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources: BTreeMap<String, String> = sources("src", "rs")
        .into_iter()
        .map(|(path, text)| (path.to_str().unwrap().to_owned(), text))
        .collect();
    let broken: Vec<String> = circles::find(&sources).into_iter().map(|circle| circle.join(", ")).collect();
    report(&broken, "move what both need into a file of its own");
}

#[test]
fn libraries_stay_behind_their_room() {
    let broken = each_line(|path, line| {
        ONLY_IN
            .iter()
            .filter(|(word, homes, _)| holds(line, word) && !homes.iter().any(|home| path.starts_with(home)))
            .map(|(word, homes, why)| format!("`{word}` belongs in {}: {why}", homes.join(", ")))
            .collect()
    });
    report(&broken, "move the call into its room");
}

#[test]
fn what_people_read_is_said_in_messages() {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let broken = each_line(|path, line| {
        let found = line.split(" //").next().unwrap_or_default().contains(is_chinese)
            && !CHINESE_IN.iter().any(|(home, _)| path.starts_with(home));
        found.then(|| "holds a Chinese text".to_owned()).into_iter().collect()
    });
    report(&broken, "say it in src/present/messages, in both languages");
    let holds = |home: &&(&str, &str)| {
        sources("src", "rs").iter().any(|(path, text)| {
            path.starts_with(home.0.trim_end_matches('/'))
                && code(text).any(|(_, line)| line.contains(is_chinese))
        })
    };
    let idle: Vec<_> = CHINESE_IN.iter().filter(|home| !holds(home)).map(|(home, _)| *home).collect();
    assert!(idle.is_empty(), "strike these off the list, they hold no Chinese text: {idle:?}");
}

/// Whether a line holds a word that is not the end of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let begins = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| begins(at))
}

#[test]
fn unsafe_code_lives_in_ffi_alone() {
    let broken = each_line(|path, line| {
        let raw = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "expect(unsafe_code"];
        let found = raw.iter().any(|word| line.contains(word)) && !path.starts_with("src/media/ffi");
        found.then(|| "unsafe outside src/media/ffi".to_owned()).into_iter().collect()
    });
    report(&broken, "wrap the raw call in src/media/ffi and export a safe function");
}

#[test]
fn only_the_edge_writes_to_the_terminal() {
    let edge = ["src/commands/", "src/cli", "src/present/terminal/", "src/main.rs"];
    let broken = each_line(|path, line| {
        let prints = ["println!", "eprintln!", "print!(", "dbg!("].iter().any(|word| line.contains(word));
        let found = prints && !edge.iter().any(|home| path.starts_with(home));
        found.then(|| "prints".to_owned()).into_iter().collect()
    });
    report(&broken, "return a value or yield an event; the edge shows it");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut broken = Vec::new();
    for (path, text) in sources("src", "rs").into_iter().chain(sources("tests", "rs")) {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            broken.push(format!("{}: {lines} lines, more than {LONGEST_FILE}: split it", path.display()));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{}: begin it with a `//!` line that says what it is", path.display()));
        }
    }
    report(&broken, "see the messages");
}

#[test]
fn nothing_unfinished_or_local_is_left() {
    let roots = ["src", "tests", "presets", "benches", "fixtures", ".ci"];
    let extra = ["README.md", "README.zh-CN.md", "CHANGELOG.md", "Makefile"].map(PathBuf::from);
    let mut broken = Vec::new();
    for path in roots.iter().flat_map(|root| files(Path::new(root))).chain(extra) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (word, why) in NOWHERE.iter().filter(|(word, _)| text.contains(word)) {
            broken.push(format!("{}: holds `{word}`: {why}", path.display()));
        }
    }
    report(&broken, "see the messages");
}

#[test]
fn fixtures_stay_small() {
    let total: u64 = files(Path::new("fixtures")).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(
        total <= MOST_FIXTURE_BYTES,
        "fixtures/ holds {total} bytes, more than {MOST_FIXTURE_BYTES}: shorten a clip in fixtures/make.sh"
    );
}

#[test]
fn every_preset_says_where_its_numbers_come_from() {
    let presets = sources("presets", "toml");
    assert!(!presets.is_empty(), "presets/ holds no preset: one TOML file a target belongs there");
    let mut broken = Vec::new();
    for (path, text) in presets {
        let preset: toml::Table = match text.parse() {
            Ok(preset) => preset,
            Err(error) => {
                broken.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        if preset.get("evidence").and_then(toml::Value::as_table).is_none_or(toml::Table::is_empty) {
            broken.push(format!("{}: has no [evidence]", path.display()));
        }
        if preset.get("as_of").is_none() {
            broken.push(format!("{}: has no `as_of`", path.display()));
        }
    }
    report(&broken, "name the source and the date of the numbers");
}

#[test]
fn both_readmes_name_the_two_commands() {
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = fs::read_to_string(readme).unwrap();
        for command in ["make demo", "make test"] {
            assert!(text.contains(command), "{readme} does not name `{command}`: a newcomer starts with it");
        }
    }
}

fn line_of(wing: &str) -> Option<usize> {
    LINES.iter().position(|line| line.iter().any(|(name, _)| *name == wing))
}

fn may_import(wing: &str, named: &str) -> bool {
    let (Some(line), Some(of_named)) = (line_of(wing), line_of(named)) else { return false };
    let allowed = LINES[line].iter().find(|(name, _)| *name == wing).map_or(&[][..], |(_, allowed)| *allowed);
    let by_line = format!("line {of_named}");
    (of_named == 0 && line > 0)
        || allowed.iter().any(|allowed| [named, by_line.as_str()].contains(allowed) || *allowed == EVERYTHING)
}

/// `src/media/ffi/frame.rs` and `src/media.rs` are in wing `media`.
fn wing_of(path: &Path) -> String {
    let first = path.strip_prefix("src").unwrap().iter().next().unwrap();
    Path::new(first).file_stem().unwrap().to_str().unwrap().to_owned()
}

fn leading_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")
}

/// The numbered lines of a source outside comments and outside its test module, which house rules put last.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..tests]
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn each_line(check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, text) in sources("src", "rs") {
        let path = path.to_str().unwrap();
        for (number, line) in code(&text) {
            broken.extend(check(path, line).into_iter().map(|what| format!("{path}:{number}: {what}")));
        }
    }
    broken
}

/// Files by extension, without the test modules that have files of their own (`tests.rs`, `tests/`).
fn sources(root: &str, extension: &str) -> BTreeMap<PathBuf, String> {
    let wanted = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name != "tests.rs")
            && !path.iter().any(|part| path.starts_with("src") && part == "tests")
            && path.extension().is_some_and(|found| found == extension)
    };
    files(Path::new(root))
        .into_iter()
        .filter(wanted)
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn files(root: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn report(broken: &[String], remedy: &str) {
    assert!(broken.is_empty(), "{remedy}:\n{}", broken.join("\n"));
}
