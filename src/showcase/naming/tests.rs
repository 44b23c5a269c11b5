//! Names as patterns make them, and ten thousand of them as Explorer and other programs take them.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::*;
use crate::model::showcase::profile::{Per, Take};
use crate::showcase::zipped::{Part as ZipPart, Zipping, Zips};
use crate::text::hex;

fn part(path: &str) -> Part {
    Part {
        path: path.into(),
        take: Take::Video,
        per: Per::Work,
        required: true,
        size: None,
        name: None,
        formats: Vec::new(),
        max_bytes: None,
        template: None,
        fill: Default::default(),
        columns: Vec::new(),
    }
}

fn names(folder: Option<&str>, file: &str) -> Patterns {
    Patterns::of(&Names {
        package: "包".into(),
        folder: folder.map(str::to_owned),
        file: file.into(),
        mail_subject: None,
    })
}

fn named(patterns: &Patterns, values: &[(&'static str, &str)]) -> Result<Named, Stop> {
    named_in(patterns, values, 12)
}

fn named_in(patterns: &Patterns, values: &[(&'static str, &str)], room: usize) -> Result<Named, Stop> {
    let part = part("作品");
    let slots = [Slot { part: &part, suffix: String::new(), ending: "mp4".into() }];
    let values = values.iter().map(|(place, text)| (*place, (*text).to_owned())).collect();
    patterns.name(&values, &slots, room)
}

#[test]
fn a_long_name_is_shortened_where_it_may_be_and_told() {
    let title = "津".repeat(60);
    let department = "信息工程与人工智能产业学院".repeat(3);
    let authors = "欧阳建国、司马文静、诸葛小明、上官若兰、令狐志强、夏侯雨晴";
    let patterns = names(Some("{no:02}-{title}"), "{department}-{authors}-{title}");
    let values = [("no", "7"), ("title", &title[..]), ("department", &department[..]), ("authors", authors)];
    let found = named(&patterns, &values).unwrap();
    assert!(units(&found.paths[0]) + 12 <= PATH_MAX_UNITS, "{}", found.paths[0]);
    assert!(found.paths[0].starts_with("07-津津"), "{}", found.paths[0]);
    assert!(matches!(found.notes[..], [Note::Shortened { .. }]));
    let other = named(&patterns, &[("no", "8"), values[1], values[2], values[3]]).unwrap();
    assert_ne!(found.paths, other.paths);
    let lacking = named(&patterns, &values[..3]);
    assert!(matches!(lacking, Err(Stop::NoValue { place }) if place == "authors"));
}

#[test]
fn what_windows_forbids_is_written_wide_and_told() {
    let found = named(&names(None, "{title}"), &[("title", "海河: 夜?")]).unwrap();
    assert_eq!(found.paths, ["作品/海河： 夜？.mp4"]);
    assert!(matches!(found.notes[..], [Note::Replaced { .. }]));
}

#[test]
fn names_that_some_system_takes_for_one_are_not_taken_twice() {
    let mut taken = TakenNames::default();
    let mut take = |own: Option<&str>, paths: &[&str]| {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        taken.take(own, &paths).is_ok()
    };
    assert!(take(None, &["作品/Re\u{301}.mp4"]));
    assert!(!take(None, &["作品/ré.MP4"]));
    assert!(take(None, &["作品/re.mp4"]));
    assert!(!take(None, &["b.txt", "B.TXT"]));
    assert!(take(None, &["b.txt"]));
    // A folder is a name too, however deep it is.
    assert!(!take(None, &["作品"]) && !take(None, &["B.txt/a.mp4"]));
    assert!(!take(None, &["c", "c/d.mp4"]) && !take(None, &["c/d.mp4", "C/e.mp4"]));
    // The folder of a work is nobody else's.
    assert!(take(Some("晨光"), &["晨光/晨光.mp4", "晨光/说明/简介.txt"]));
    assert!(!take(Some("晨光"), &["晨光/另一件.mp4"]));
    assert!(!take(None, &["晨光/附件.docx"]) && !take(Some("b.txt"), &["b.txt/a.mp4"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    /// Random names, Chinese and odd ones: what comes out opens in Explorer.
    #[test]
    fn any_name_opens_in_explorer(
        title in "[\\u{4e00}-\\u{9fff}a-z:/?*\\u{301}\\u{1f3ac}. -]{1,80}",
        department in "[\\u{4e00}-\\u{9fff}]{1,40}",
    ) {
        let patterns = names(Some("{no:02}-{department}"), "{title}+{department}");
        let found = named(&patterns, &[("no", "1"), ("title", &title), ("department", &department)]);
        let found = match found {
            Err(Stop::NoValue { .. }) => return Ok(()),
            found => found.unwrap(),
        };
        prop_assert!(units(&found.paths[0]) + 12 <= PATH_MAX_UNITS);
        for name in found.paths[0].split('/') {
            prop_assert_eq!(&portable_name(name), name);
            prop_assert!(name.len() <= NAME_MAX_BYTES);
        }
    }
}

/// Where people unpack: Explorer puts the zip's own folder into one of the same name.
const UNPACKED_TO: &str = r"C:\Users\Administrator\Desktop\2026年冬季作品报送材料汇总";
const TOP: &str = "示范学院-你好天津短视频大赛报送";

/// Longest path that Explorer's extractor takes, UTF-16 units with the end of the text (MAX_PATH).
const EXPLORER_MAX_UNITS: usize = 260;

/// What Explorer says of a path in a package, written after its own rules (learn.microsoft.com, Naming Files, Paths, and
/// Namespaces), not after the code that makes the names.
fn explorer_refuses(path: &str) -> Option<&'static str> {
    let whole = format!(r"{UNPACKED_TO}\{TOP}\{TOP}\{path}");
    if whole.encode_utf16().count() + 1 > EXPLORER_MAX_UNITS {
        return Some("0x80010135: path too long");
    }
    for name in path.split('/') {
        let forbids = |c: char| c < ' ' || r#"<>:"/\|?*"#.contains(c);
        let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_uppercase();
        let devices = ["CON", "PRN", "AUX", "NUL"];
        let is_port = ["COM", "LPT"].iter().any(|port| {
            stem.strip_prefix(port)
                .is_some_and(|number| number.chars().count() == 1 && "0123456789¹²³".contains(number))
        });
        match name {
            "" | "." | ".." => return Some("no name"),
            _ if name.contains(forbids) => return Some("a character that Windows forbids"),
            _ if name.ends_with(['.', ' ']) || name.starts_with(' ') => {
                return Some("a dot or space that Windows drops");
            }
            _ if devices.contains(&stem.as_str()) || is_port => return Some("a device of Windows"),
            _ if !is_nfc(name) => return Some("not composed"),
            _ => {}
        }
    }
    None
}

/// Random titles as people write them: mostly Chinese, now and then with all that has ever broken a name.
struct Titles(u64);

impl Titles {
    fn below(&mut self, most: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }

    fn one(&mut self) -> String {
        const ODD: [&str; 32] = [
            "CON",
            "nul",
            "Aux.",
            "com1",
            "LPT¹",
            "prn ",
            ".",
            "..",
            " ",
            "/",
            "\\",
            ":",
            "?",
            "*",
            "\"",
            "<b>",
            "|",
            "\t",
            "e\u{301}",
            "É",
            "\u{FB01}",
            "ß",
            "SS",
            "\u{212A}",
            "\u{202E}",
            "\u{200B}",
            "👩\u{200D}🎓",
            "🎬",
            "𠮷",
            "％",
            "=-+@",
            "~$",
        ];
        let length = match self.below(20) {
            0 => 40 + self.below(60),
            _ => 1 + self.below(12),
        };
        let odd = self.below(3) == 0;
        (0..length)
            .map(|_| match self.below(4) {
                0 if odd => ODD[self.below(ODD.len() as u64) as usize].to_owned(),
                _ => char::from_u32(0x4E00 + self.below(0x51A5) as u32).unwrap_or('津').to_string(),
            })
            .collect()
    }
}

/// The paths of packages of a hundred works each, as many as there are titles; works that cannot be named are left out.
fn packages(titles: u64) -> Vec<Vec<String>> {
    let mut random = Titles(20_261_130);
    let patterns =
        [names(None, "{title}"), names(Some("{no:02}-{title}"), "{title}"), names(None, "{no:03}-{title}")];
    (0..titles / 100)
        .map(|package| {
            let (mut taken, mut paths) = (TakenNames::default(), Vec::new());
            for no in 1..=100 {
                let title = random.one();
                let mut cased = title.clone();
                if random.below(8) == 0 {
                    // The same title once more, as another system or another hand writes it.
                    cased = match random.below(3) {
                        0 => title.to_uppercase(),
                        1 => title.to_lowercase(),
                        _ => title.nfd().collect(),
                    };
                }
                for title in [Some(&title), (cased != title).then_some(&cased)].into_iter().flatten() {
                    let values = [("no", &no.to_string()[..]), ("title", title)];
                    match named_in(&patterns[package as usize % patterns.len()], &values, units(TOP) + 1) {
                        Ok(named) if taken.take(named.folder.as_deref(), &named.paths).is_ok() => {
                            paths.extend(named.paths)
                        }
                        Ok(_) => {}
                        Err(stop) => assert!(matches!(stop, Stop::NoValue { .. }), "{title:?}: {stop:?}"),
                    }
                }
            }
            paths
        })
        .collect()
}

#[test]
fn ten_thousand_chinese_names_open_in_explorer() {
    let packages = packages(10_000);
    assert!(packages.iter().map(Vec::len).sum::<usize>() > 9_500);
    for paths in &packages {
        let (mut lower, mut upper) = (BTreeSet::new(), BTreeSet::new());
        for path in paths {
            assert_eq!(explorer_refuses(path), None, "{path:?}");
            // No two are one name on any system: Windows compares upper-case letters, macOS composed lower-case ones.
            assert!(lower.insert(path.nfc().collect::<String>().to_lowercase()), "{path:?}");
            assert!(upper.insert(path.nfc().collect::<String>().to_uppercase()), "{path:?}");
        }
    }
    // The model itself refuses what Explorer does.
    let long = "长".repeat(240);
    for odd in
        ["CON.mp4", "作品/nul", "a?.mp4", "尾. ", "尾.", " 头", "lpt².txt", "e\u{301}.mp4", "a//b", &long]
    {
        assert!(explorer_refuses(odd).is_some(), "{odd}");
    }
}

/// `unzip`, 7-Zip and Python unpack a package of names that are hard on programs, each file under its own.
#[test]
fn other_programs_unpack_every_name() {
    let folder = tempfile::tempdir().unwrap();
    let (root, to) = (folder.path().join("root"), folder.path().join("to"));
    std::fs::create_dir_all(&to).unwrap();
    let paths: Vec<String> = packages(300)
        .into_iter()
        .zip(["甲", "乙", "丙"])
        .flat_map(|(paths, package)| paths.into_iter().map(move |path| format!("{package}/{path}")))
        .collect();
    let mut digests = BTreeMap::new();
    for path in &paths {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, path).unwrap();
        digests.insert(path.clone(), hex(&Sha256::digest(path)));
    }
    let parts = [ZipPart { files: paths.clone(), bytes: 0 }];
    let zipping = Zipping {
        root: &root,
        name: TOP,
        parts: &parts,
        digests: &digests,
        now: "2026-12-01T05:08:00+08:00",
    };
    let zip = Zips::write(zipping, &to, &mut |_| {}).unwrap().finish().unwrap();
    let python = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    for program in ["unzip", "7z", "python3"] {
        let out = folder.path().join(program);
        let mut command = Command::new(program);
        match program {
            "unzip" => command.arg("-q").arg(&zip).arg("-d").arg(&out),
            "7z" => command.args(["x", "-y", "-bd"]).arg(format!("-o{}", out.display())).arg(&zip),
            _ => command.args(["-c", python]).arg(&zip).arg(&out),
        };
        let ended = command.env("LC_ALL", "C.UTF-8").output().unwrap();
        assert!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr));
        assert_eq!(unpacked(&out.join(TOP)), paths.iter().cloned().collect(), "{program}");
    }
}

/// The files under a folder whose content is their own path.
fn unpacked(root: &Path) -> BTreeSet<String> {
    let walk = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = walk.filter(|entry| entry.file_type().is_file());
    files
        .map(|file| {
            let path = file.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            assert_eq!(std::fs::read_to_string(file.path()).unwrap(), path);
            path
        })
        .collect()
}
