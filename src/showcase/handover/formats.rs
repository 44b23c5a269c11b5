//! What the tools read, written by serializers so that no title can end a string or begin another field.

use std::collections::BTreeMap;

use serde::Serialize;

use super::choose::Item;
use crate::model::units::Size;

/// Returns the configuration of biliup. It is JSON, which YAML holds whole; only what YAML forbids or folds is written as escapes.
pub fn biliup(items: &[&Item], tid: u16, at_unix_s: Option<i64>) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Config {
        streamers: BTreeMap<String, Submission>,
    }
    #[derive(Serialize)]
    struct Submission {
        /// 1: made by whoever posts it.
        copyright: u8,
        source: &'static str,
        tid: u16,
        cover: String,
        title: String,
        desc_format_id: u32,
        desc: String,
        dynamic: &'static str,
        tag: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        dtime: Option<i64>,
    }
    let submission = |item: &Item| Submission {
        copyright: 1,
        source: "",
        tid,
        cover: format!("{}.jpg", item.name),
        title: item.record.title.clone(),
        desc_format_id: 0,
        desc: item.record.text.clone(),
        dynamic: "",
        tag: item.tags.iter().take(10).cloned().collect::<Vec<_>>().join(","),
        dtime: at_unix_s,
    };
    let streamers =
        items.iter().map(|item| (pattern(&format!("{}.mp4", item.name)), submission(item))).collect();
    Ok(as_yaml(&serde_json::to_string_pretty(&Config { streamers })?))
}

/// Returns the pattern that one file alone matches.
fn pattern(file: &str) -> String {
    file.chars().fold(String::new(), |mut pattern, c| {
        match c {
            '[' | ']' | '*' | '?' => {
                pattern.push('[');
                pattern.push(c);
                pattern.push(']');
            }
            c => pattern.push(c),
        }
        pattern
    })
}

/// Writes as escapes what JSON may hold as it is and YAML may not (YAML 1.1, 5.1), or takes for a line end (5.4).
fn as_yaml(json: &str) -> String {
    let mut yaml = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                yaml.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => yaml.push(c),
        }
    }
    yaml.push('\n');
    yaml
}

/// Returns the text beside a video for social-auto-upload: title, then hashtags with single spaces; no byte order mark, which
/// would stay in the title, and no empty piece, which would become a tag.
pub fn social_auto_upload(item: &Item) -> String {
    let title = item.record.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let tags: Vec<String> = item.tags.iter().map(|tag| format!("#{tag}")).collect();
    format!("{title}\n{}", tags.join(" "))
}

/// Returns the covers of a work that are wider than high, and those that are not.
pub fn covers(item: &Item) -> (Option<usize>, Option<usize>) {
    let find = |is_it: fn(Size) -> bool| item.covers.iter().position(|(size, _)| is_it(*size));
    (find(|size| size.width > size.height), find(|size| size.width <= size.height))
}

/// Returns the name of a cover in a folder of PostHub.
pub fn cover_name(item: &Item, is_landscape: bool) -> String {
    let suffix = if is_landscape { "landscape" } else { "portrait" };
    format!("{}-{suffix}.jpg", item.name)
}

/// Returns the manifest of a folder for PostHub. `at` is `YYYY-MM-DD HH:MM:SS`.
pub fn posthub(items: &[&Item], at: Option<&str>) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Manifest<'a> {
        version: u8,
        videos: Vec<Video<'a>>,
    }
    #[derive(Serialize)]
    struct Video<'a> {
        file: String,
        title: &'a str,
        content: &'a str,
        tags: &'a [String],
        cover_landscape: String,
        cover_portrait: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        schedule: Option<&'a str>,
    }
    let video = |item: &&'_ Item| {
        let (landscape, portrait) = covers(item);
        let cover = |there: Option<usize>, is_landscape| {
            there.map(|_| cover_name(item, is_landscape)).unwrap_or_default()
        };
        (format!("{}.mp4", item.name), cover(landscape, true), cover(portrait, false))
    };
    let videos = items.iter().map(|item| {
        let (file, cover_landscape, cover_portrait) = video(item);
        Video {
            file,
            title: &item.record.title,
            content: &item.record.text,
            tags: &item.tags,
            cover_landscape,
            cover_portrait,
            schedule: at,
        }
    });
    let manifest = Manifest { version: 1, videos: videos.collect() };
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::super::tool::TID;
    use super::*;
    use crate::model::language::AnyPath;
    use crate::model::manifest::PostRecord;
    use crate::model::showcase::candidate::{AiSaid, FileOf};

    const HOSTILE: &str = "\" }\ntid: 1 # {a: *b} \u{85}\u{2028}\u{feff}\u{7f}'! %\\ [x]";

    fn item(name: &str, title: &str) -> Item {
        let file = FileOf { path: AnyPath::from("a"), sha256: String::new(), bytes: 1 };
        Item {
            work: "a".into(),
            title: title.into(),
            target: "bilibili".into(),
            name: name.into(),
            record: PostRecord { title: title.into(), text: HOSTILE.into(), ..PostRecord::default() },
            tags: vec!["你好天津".into(), "校园".into()],
            video: file.clone(),
            covers: vec![(Size::new(1440, 1080), file)],
            post: None,
            digest: String::new(),
            ai: AiSaid::None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_hostile_title_is_a_text_and_each_work_a_submission_of_its_own() {
        let (one, two) = (item("01-a[1]", HOSTILE), item("02-b", "b"));
        let yaml = biliup(&[&one, &two], TID, Some(1_700_000_000)).unwrap();
        let odd = |c: char| c.is_control() && c != '\n' || ['\u{2028}', '\u{feff}'].contains(&c);
        assert!(!yaml.contains(odd), "{yaml:?}");
        let read: serde_json::Value = serde_json::from_str(&yaml).unwrap();
        let streamers = read["streamers"].as_object().unwrap();
        assert_eq!(streamers.keys().collect::<Vec<_>>(), ["01-a[[]1[]].mp4", "02-b.mp4"]);
        let first = &streamers["01-a[[]1[]].mp4"];
        assert_eq!((first["title"].as_str(), first["desc"].as_str()), (Some(HOSTILE), Some(HOSTILE)));
        assert_eq!((first["tid"].as_u64(), first["copyright"].as_u64()), (Some(208), Some(1)));
        assert_eq!(first["tag"].as_str(), Some("你好天津,校园"));
        for key in
            ["copyright", "source", "tid", "cover", "title", "desc_format_id", "desc", "dynamic", "tag"]
        {
            assert!(first.get(key).is_some(), "{key}");
        }
    }

    /// Reads it as the tool does: `get_title_and_hashtags`.
    #[test]
    fn the_text_beside_a_video_is_read_as_title_and_tags() {
        let text = social_auto_upload(&item("01-a", " 海河\n夜色 "));
        let lines: Vec<&str> = text.trim().split('\n').collect();
        assert_eq!(lines, ["海河 夜色", "#你好天津 #校园"]);
        let tags: Vec<String> = lines[1].replace('#', "").split(' ').map(str::to_owned).collect();
        assert_eq!(tags, ["你好天津", "校园"]);
    }

    #[test]
    fn a_manifest_names_files_beside_it_and_covers_that_are_there() {
        let text = posthub(&[&item("01-a", HOSTILE)], Some("2026-12-02 10:00:00")).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let video = &read["videos"][0];
        assert_eq!((read["version"].as_u64(), video["file"].as_str()), (Some(1), Some("01-a.mp4")));
        assert_eq!(video["title"].as_str(), Some(HOSTILE));
        assert_eq!(video["cover_landscape"].as_str(), Some("01-a-landscape.jpg"));
        assert_eq!(video["cover_portrait"].as_str(), Some(""));
        assert_eq!(video["schedule"].as_str(), Some("2026-12-02 10:00:00"));
    }
}
