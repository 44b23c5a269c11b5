//! Ways in which a package is wrong, each with the kind of fault that has to be told.

use super::*;

pub(super) type Break = fn(&Path, usize);

/// Every way to break a package of three works, with the kind of the fault.
pub(super) const BREAKS: [(&str, Break); 34] = [
    ("changed", |folder, seed| {
        let files = listed_files(folder);
        let path = folder.join(&files[seed * 7 % files.len()]);
        let mut bytes = fs::read(&path).unwrap();
        let place = seed * 31 % bytes.len();
        bytes[place] ^= 1 << (seed % 8);
        fs::write(path, bytes).unwrap();
    }),
    ("missing", |folder, seed| {
        let files = listed_files(folder);
        fs::remove_file(folder.join(&files[seed * 5 % files.len()])).unwrap();
    }),
    ("extra", |folder, seed| fs::write(folder.join(format!("另一件{seed}.mp4")), b"x").unwrap()),
    ("extra", |folder, seed| {
        // In the list as well, but no work's.
        fs::write(folder.join(format!("多出来{seed}.docx")), b"x").unwrap();
        relist(folder);
    }),
    ("odd", |folder, seed| {
        std::os::unix::fs::symlink("/etc/passwd", folder.join(format!("链接{seed}.txt"))).unwrap();
    }),
    ("no_sums", |folder, _| fs::remove_file(folder.join(words::SUMS)).unwrap()),
    ("odd_line", |folder, seed| {
        let path = folder.join(words::SUMS);
        let text = fs::read_to_string(&path).unwrap();
        let line = ["a//b", "../a", "/etc/passwd", "a\\b", ""][seed % 5];
        fs::write(path, format!("{text}{}  {line}\n", "0".repeat(64))).unwrap();
    }),
    ("listed_twice", |folder, seed| {
        let path = folder.join(words::SUMS);
        let text = fs::read_to_string(&path).unwrap();
        let line = text.lines().nth(seed % 5).unwrap();
        fs::write(&path, format!("{text}{line}\n")).unwrap();
    }),
    ("no_works", |folder, seed| {
        let text = ["", "{", "[]", "{\"schema\":\"jincai.package/9\"}", "null"][seed % 5];
        fs::write(folder.join(words::LIST_JSON), text).unwrap();
        relist(folder);
    }),
    ("odd_name", |folder, seed| {
        let name = ["CON.txt", "尾点.", "a?.txt", " 前.txt", "nul"][seed % 5];
        fs::write(folder.join(name), b"x").unwrap();
    }),
    ("names_collide", |folder, seed| {
        let name = ["INDEX.html", "Index.HTML", "index.Html", "iNDEX.html", "INDEX.HTML"][seed % 5];
        fs::write(folder.join(name), b"x").unwrap();
    }),
    ("names_collide", |folder, seed| {
        // A folder that some systems take for a work's.
        let folders: Vec<String> = listed_files(folder)
            .into_iter()
            .filter_map(|path| Some(path.split_once('/')?.0.to_owned()))
            .collect();
        let other = folders[seed % folders.len()].replace('a', "A");
        fs::create_dir(folder.join(&other)).unwrap();
    }),
    ("path_too_long", |folder, seed| {
        let deep = folder.join("长".repeat(60));
        fs::create_dir(&deep).unwrap();
        fs::write(deep.join(format!("{}.txt", "长".repeat(60 + seed % 5))), b"x").unwrap();
    }),
    ("too_large_for_disk", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["title"] = "4 GiB".into())
    }),
    ("numbers", |folder, seed| {
        edit(folder, |built| {
            let works = built["works"].as_array_mut().unwrap();
            works.swap(seed % 3, (seed + 1) % 3);
        });
    }),
    ("numbers", |folder, seed| {
        edit(folder, |built| {
            // Numbered anew, though the folders have their old numbers.
            let works = built["works"].as_array_mut().unwrap();
            works.swap(seed % 3, (seed + 1) % 3);
            works.iter_mut().zip(1..).for_each(|(work, no)| work["no"] = no.into());
        });
    }),
    ("not_in_folder", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["folder"] = format!("{:02}-别处", seed % 3 + 1).into());
    }),
    ("not_in_folder", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["files"][0] = format!("{}/无.mp4", seed).into());
    }),
    ("of_two_works", |folder, seed| {
        edit(folder, |built| {
            let other = built["works"][(seed + 1) % 3]["files"][0].clone();
            built["works"][seed % 3]["files"].as_array_mut().unwrap().push(other);
        });
    }),
    ("of_two_works", |folder, seed| {
        edit(folder, |built| {
            built["works"][seed % 3]["folder"] = built["works"][(seed + 1) % 3]["folder"].clone()
        });
    }),
    ("no_part", |folder, seed| without(folder, seed, "jpg", "材料")),
    ("no_part", |folder, seed| without(folder, seed, "docx", "材料")),
    ("no_part", |folder, seed| without(folder, seed, "jpg", "")),
    ("not_signed", |folder, seed| {
        let path = video(folder, seed);
        fs::write(folder.join(&path), film("换过的片子")).unwrap();
        let (bytes, sha256) = (film("换过的片子").len(), hex(&Sha256::digest(film("换过的片子"))));
        edit(folder, |built| {
            built["works"][seed % 3]["measured"]["bytes"] = bytes.into();
            built["works"][seed % 3]["sha256"] = sha256.into();
        });
    }),
    ("too_long", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["duration_ms"] = (60_040 + seed).into())
    }),
    ("too_short", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["duration_ms"] = (59_960 - seed).into())
    }),
    ("watermark", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["edition"] = "branded".into())
    }),
    ("no_captions", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["has_captions"] = false.into())
    }),
    ("too_small", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["size"] = serde_json::json!([1600, 900]))
    }),
    ("frame_rate", |folder, seed| {
        edit(folder, |built| built["works"][seed % 3]["measured"]["frame_rate"] = "30".into())
    }),
    ("quota_full", |folder, seed| {
        edit(folder, |built| built["profile"]["quota"]["works"] = (1 + seed % 2).into())
    }),
    ("not_named_unfinished", |folder, _| edit(folder, |built| built["complete"] = false.into())),
    ("not_named_late", |folder, _| edit(folder, |built| built["late"] = true.into())),
    ("lacks", |folder, seed| {
        edit(folder, |built| built["lacking"] = serde_json::json!([format!("缺“报名表”{seed}")]))
    }),
];

pub(super) fn built_of(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join(words::LIST_JSON)).unwrap()).unwrap()
}

pub(super) fn video(folder: &Path, seed: usize) -> String {
    built_of(folder)["works"][seed % 3]["video"].as_str().unwrap().to_owned()
}

/// Takes a file of a work away, and all that is said of it.
fn without(folder: &Path, seed: usize, ending: &str, place: &str) {
    let built = built_of(folder);
    let work = &built["works"][seed % 3];
    let own = work["folder"].as_str().unwrap();
    let is_it = |file: &str| {
        let inner = file.strip_prefix(own).unwrap().trim_start_matches('/');
        file.ends_with(ending) && inner.rsplit_once('/').map_or("", |(place, _)| place) == place
    };
    let files: Vec<String> =
        work["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().to_owned()).collect();
    let gone = files.iter().find(|file| is_it(file)).unwrap();
    fs::remove_file(folder.join(gone)).unwrap();
    let left: Vec<&String> = files.iter().filter(|file| *file != gone).collect();
    edit(folder, |built| built["works"][seed % 3]["files"] = serde_json::json!(left));
}
