//! Checks `jincai.toml` beyond its types.

use std::path::Path;

use super::dates::date_at;
use super::explain::did_you_mean;
use super::fault::{Fault, within};
use crate::model::config::{Campaign, CaptionStyle, Config, Encode, Limits, Season, Watch, Watermark};
use crate::model::details::PLACES;
use crate::model::language::Bilingual;
use crate::text::places;

/// Longest topic, characters: the lowest limit on one tag among the platforms (Bilibili's).
const TOPIC_MAX_CHARS: usize = 20;

/// Names of x264's presets, fastest first.
const X264_PRESETS: [&str; 10] = [
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
    "placebo",
];

/// The basic colour names of CSS.
const COLOURS: [&str; 17] = [
    "aqua", "black", "blue", "fuchsia", "gray", "green", "lime", "maroon", "navy", "olive", "orange",
    "purple", "red", "silver", "teal", "white", "yellow",
];

/// Checks the configuration; `ids` are those of all presets, the office's own included.
pub(super) fn check(config: &Config, ids: &[&str]) -> Result<(), Fault> {
    targets(&config.targets, ids)?;
    folders(config)?;
    campaign(&config.campaign)?;
    config.watermark.as_ref().map_or(Ok(()), |mark| watermark(mark, ids))?;
    captions(&config.captions)?;
    within("title_card.seconds", config.title_card.seconds, 0.0, 60.0)?;
    lines("title_card.byline", &config.title_card.byline)?;
    super::ai_mark_rules::check(&config.ai_mark, ids)?;
    lines("post.credit", &config.post.credit)?;
    super::link_hosts::of_config(&config.post.hosts, ids)?;
    encode(&config.encode)?;
    limits(&config.limits)?;
    watch(&config.watch)?;
    seasons(&config.seasons)?;
    departments(config)?;
    super::statistics_rules::check(config)?;
    super::review_rules::check(&config.review, &config.targets, ids)?;
    super::chat_rules::check(&config.chat)
}

fn targets(targets: &[String], ids: &[&str]) -> Result<(), Fault> {
    if targets.is_empty() {
        return Err(Fault::at(
            "targets",
            Bilingual::new("没有发布目标", "there is no target"),
            Bilingual::new(
                "例如 targets = [\"douyin\", \"screen\"]；`jincai presets list` 列出全部",
                "such as targets = [\"douyin\", \"screen\"]; `jincai presets list` shows all",
            ),
        ));
    }
    for (index, id) in targets.iter().enumerate() {
        if !ids.contains(&id.as_str()) {
            return Err(unknown_target(&["targets", &index.to_string()], id, ids));
        }
        if targets[..index].contains(id) {
            return Err(Fault::at(
                &format!("targets.{index}"),
                Bilingual::new(format!("`{id}` 写了两次"), format!("`{id}` is listed twice")),
                Bilingual::new("只留一处", "keep one of them"),
            ));
        }
    }
    Ok(())
}

fn unknown_target(keys: &[&str], id: &str, ids: &[&str]) -> Fault {
    Fault::under(
        keys,
        Bilingual::new(format!("没有发布目标 `{id}`"), format!("there is no target `{id}`")),
        did_you_mean(id, ids),
    )
}

/// Checks that neither the inbox nor the library contains the other: published works would be found as submissions.
fn folders(config: &Config) -> Result<(), Fault> {
    for (key, path) in [("inbox", &config.inbox), ("library", &config.library)] {
        no_escapes(key, path.as_path())?;
    }
    let (inbox, library) = (config.inbox.as_path(), config.library.as_path());
    if !inbox.starts_with(library) && !library.starts_with(inbox) {
        return Ok(());
    }
    Err(Fault::at(
        "library",
        Bilingual::new(
            "投稿箱和作品库不能是同一个文件夹，也不能一个在另一个里面",
            "the inbox and the library are the same folder, or one is inside the other",
        ),
        Bilingual::new(
            "用两个并列的文件夹，例如 inbox = \"inbox\"、library = \"library\"",
            "use two folders side by side, such as inbox = \"inbox\" and library = \"library\"",
        ),
    ))
}

/// Checks that a path holds no control character: `"D:\new"` in double quotes holds a line feed and not a folder.
fn no_escapes(key: &str, path: &Path) -> Result<(), Fault> {
    let shown = path.to_string_lossy();
    if !shown.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Fault::at(
        key,
        Bilingual::new(
            "反斜杠 \\ 在双引号里有特殊含义，这里变成了换行或制表符",
            "a backslash has a special meaning in double quotes: here it became a control character",
        ),
        Bilingual::new(
            "写成 / 或 \\\\，或改用单引号，例如 'D:\\投稿'",
            "write / or \\\\, or use single quotes, such as 'D:\\inbox'",
        ),
    ))
}

fn campaign(campaign: &Campaign) -> Result<(), Fault> {
    topic("campaign.topic", &campaign.topic)?;
    if let Some(sub_topic) = &campaign.sub_topic {
        topic("campaign.sub_topic", sub_topic)?;
    }
    for (index, tag) in campaign.tags.iter().enumerate() {
        topic(&format!("campaign.tags.{index}"), tag)?;
    }
    for (path, seconds) in [
        ("campaign.min_duration_s", campaign.min_duration_s),
        ("campaign.max_duration_s", campaign.max_duration_s),
    ] {
        if let Some(seconds) = seconds {
            within(path, seconds, 0.0, 86_400.0)?;
        }
    }
    in_order("campaign.min_duration_s", campaign.min_duration_s, campaign.max_duration_s)?;
    let (least, most) = (campaign.min_aspect, campaign.max_aspect);
    for (path, aspect) in [("campaign.min_aspect", least), ("campaign.max_aspect", most)] {
        if let Some(aspect) = aspect {
            within(path, aspect.as_f64(), 0.05, 20.0)?;
        }
    }
    in_order("campaign.min_aspect", least.map(|a| a.as_f64()), most.map(|a| a.as_f64()))?;
    if let Some(side) = campaign.min_short_side {
        within("campaign.min_short_side", f64::from(side), 1.0, 8192.0)?;
    }
    campaign.file_name.as_deref().map_or(Ok(()), file_name)
}

fn topic(path: &str, topic: &str) -> Result<(), Fault> {
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "#＃,，、".contains(c);
    let length = topic.chars().count();
    if (1..=TOPIC_MAX_CHARS).contains(&length) && !topic.chars().any(wrong) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(format!("“{topic}”不能作话题或标签"), format!("\"{topic}\" cannot be a topic or tag")),
        Bilingual::new(
            format!("1 到 {TOPIC_MAX_CHARS} 个字，不带 #、空格和逗号（# 会自动加上），例如 \"你好天津\""),
            format!(
                "1 to {TOPIC_MAX_CHARS} characters without #, spaces and commas (the # is added), such as \"你好天津\""
            ),
        ),
    ))
}

fn in_order(path: &str, least: Option<f64>, most: Option<f64>) -> Result<(), Fault> {
    match (least, most) {
        (Some(low), Some(high)) if low > high => Err(Fault::at(
            path,
            Bilingual::new("最小值大于最大值", "the minimum is larger than the maximum"),
            Bilingual::new("把 min_ 改小，或把 max_ 改大", "make the min_ smaller or the max_ larger"),
        )),
        _ => Ok(()),
    }
}

/// Checks a pattern of `{title}`, `{department}`, `{author}` and `*`, with text between them.
fn file_name(pattern: &str) -> Result<(), Fault> {
    let mut rest = pattern.to_owned();
    for name in ["{title}", "{department}", "{author}"] {
        rest = rest.replace(name, "");
    }
    if pattern.contains("{title}") && !rest.contains(['{', '}', '/']) {
        return Ok(());
    }
    Err(Fault::at(
        "campaign.file_name",
        Bilingual::new(
            format!("文件名格式“{pattern}”不可用"),
            format!("\"{pattern}\" is not a file name pattern"),
        ),
        Bilingual::new(
            "只用 {title}、{department}、{author} 和 *，必须有 {title}，例如 \"{department}-{title}-{author}\"",
            "use {title}, {department}, {author} and *, always with {title}, such as \"{department}-{title}-{author}\"",
        ),
    ))
}

fn watermark(mark: &Watermark, ids: &[&str]) -> Result<(), Fault> {
    let extension = mark.file.as_path().extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !["png", "svg"].contains(&extension.as_str()) {
        return Err(Fault::at(
            "watermark.file",
            Bilingual::new("水印不是 PNG 或 SVG 文件", "the watermark is not a PNG or SVG file"),
            Bilingual::new("例如 \"assets/watermark.svg\"", "such as \"assets/watermark.svg\""),
        ));
    }
    within("watermark.size", mark.size, 0.01, 1.0)?;
    within("watermark.opacity", mark.opacity, 0.0, 1.0)?;
    within("watermark.margin", mark.margin, 0.0, 0.4)?;
    match mark.corners.keys().find(|id| !ids.contains(&id.as_str())) {
        Some(id) => Err(unknown_target(&["watermark", "corners", id], id, ids)),
        None => Ok(()),
    }
}

/// Checks that the office's own lines name places that there are.
fn lines(path: &str, lines: &[String]) -> Result<(), Fault> {
    for (index, line) in lines.iter().enumerate() {
        if let Some(place) = places(line).find(|place| !PLACES.contains(place)) {
            return Err(Fault::at(
                &format!("{path}.{index}"),
                Bilingual::new(
                    format!("没有 `{{{place}}}` 这个变量"),
                    format!("there is no place `{{{place}}}`"),
                ),
                did_you_mean(place, &PLACES),
            ));
        }
    }
    Ok(())
}

fn captions(style: &CaptionStyle) -> Result<(), Fault> {
    if style.fonts.iter().all(|font| font.trim().is_empty()) {
        return Err(Fault::at(
            "captions.fonts",
            Bilingual::new("没有字体", "there is no font"),
            Bilingual::new("例如 fonts = [\"Noto Sans CJK SC\"]", "such as fonts = [\"Noto Sans CJK SC\"]"),
        ));
    }
    within("captions.size", style.size, 0.01, 0.2)?;
    colour("captions.colour", &style.colour)?;
    colour("captions.outline", &style.outline)
}

fn colour(path: &str, text: &str) -> Result<(), Fault> {
    let hex = text
        .strip_prefix('#')
        .is_some_and(|hex| [3, 6, 8].contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit()));
    if hex || COLOURS.contains(&text) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(format!("“{text}”不是颜色"), format!("\"{text}\" is not a colour")),
        Bilingual::new(
            "写成 \"#rrggbb\"（例如 \"#ffffff\"）或英文名（例如 \"white\"）",
            "write \"#rrggbb\" (such as \"#ffffff\") or a name (such as \"white\")",
        ),
    ))
}

fn encode(encode: &Encode) -> Result<(), Fault> {
    if !X264_PRESETS.contains(&encode.preset.as_str()) {
        return Err(Fault::at(
            "encode.preset",
            Bilingual::new(
                format!("x264 没有预设 `{}`", encode.preset),
                format!("x264 has no preset `{}`", encode.preset),
            ),
            did_you_mean(&encode.preset, &X264_PRESETS),
        ));
    }
    within("encode.crf_offset", encode.crf_offset, -20.0, 20.0)?;
    super::x264::check(&encode.x264)
}

fn limits(limits: &Limits) -> Result<(), Fault> {
    for (path, value, most) in [
        ("limits.max_bytes", limits.max_bytes as f64, 1e15),
        ("limits.max_duration_s", limits.max_duration_s as f64, 1e6),
        ("limits.max_pixels", limits.max_pixels as f64, 1e9),
        ("limits.max_streams", f64::from(limits.max_streams), 1000.0),
        ("limits.worker_cpu_per_second", limits.worker_cpu_per_second, 1e6),
        ("limits.worker_cpu_at_least_s", limits.worker_cpu_at_least_s as f64, 1e6),
        ("limits.stall_s", limits.stall_s as f64, 1e5),
        ("limits.output_max_bytes", limits.output_max_bytes as f64, 1e15),
    ] {
        within(path, value, 1.0, most)?;
    }
    // With less memory the codecs' tables cannot even be loaded.
    within("limits.worker_memory_mb", limits.worker_memory_mb as f64, 256.0, 1e6)?;
    within("limits.max_lost_share", limits.max_lost_share, 0.0, 1.0)
}

fn watch(watch: &Watch) -> Result<(), Fault> {
    within("watch.settle_s", watch.settle_s, 0.05, 600.0)?;
    within("watch.readings", f64::from(watch.readings), 2.0, 100.0)?;
    within("watch.rescan_s", watch.rescan_s, 1.0, 86_400.0)?;
    within("watch.poll_s", watch.poll_s, 0.1, 3600.0)?;
    within("watch.incomplete_after_s", watch.incomplete_after_s, 0.0, 86_400.0)?;
    within("watch.stop_grace_s", watch.stop_grace_s, 0.0, 86_400.0)?;
    within("watch.retry_s", watch.retry_s, 0.1, 3600.0)?;
    within("watch.catalogue_wait_s", watch.catalogue_wait_s, 0.1, 600.0)?;
    for (index, glob) in watch.ignore.iter().enumerate() {
        let wrong = glob.trim().is_empty() || glob.chars().all(|c| "*?".contains(c));
        if wrong || glob.contains('/') {
            return Err(Fault::at(
                &format!("watch.ignore.{index}"),
                Bilingual::new(
                    format!("“{glob}”不能用来略过文件"),
                    format!("\"{glob}\" cannot be used to skip files"),
                ),
                Bilingual::new(
                    "写文件名的一部分加 *，不带 /，例如 \"*.tmp\"",
                    "write part of a name with *, without /, such as \"*.tmp\"",
                ),
            ));
        }
    }
    Ok(())
}

fn seasons(seasons: &[Season]) -> Result<(), Fault> {
    let mut seen = Vec::new();
    for (index, season) in seasons.iter().enumerate() {
        let at = |name: &str| format!("seasons.{index}.{name}");
        folder_name(&at("id"), &season.id)?;
        let from = date_at(&at("from"), &season.from)?;
        let to = date_at(&at("to"), &season.to)?;
        let (id, span) = (&season.id, format!("{} – {}", season.from, season.to));
        if from > to {
            return Err(Fault::at(
                &at("from"),
                Bilingual::new(
                    format!("赛季“{id}”的开始晚于结束：{span}"),
                    format!("the season \"{id}\" begins after its end: {span}"),
                ),
                Bilingual::new("对调 from 和 to，或改正日期", "swap from and to, or fix a date"),
            ));
        }
        for (other, other_from, other_to) in &seen {
            if id == *other {
                return Err(Fault::at(
                    &at("id"),
                    Bilingual::new(
                        format!("赛季“{id}”写了两次"),
                        format!("the season \"{id}\" is listed twice"),
                    ),
                    Bilingual::new("给它另一个 id", "give it another id"),
                ));
            }
            if from <= *other_to && *other_from <= to {
                return Err(Fault::at(
                    &at("from"),
                    Bilingual::new(
                        format!("赛季“{id}”（{span}）和“{other}”（{other_from} – {other_to}）重叠"),
                        format!(
                            "the seasons \"{id}\" ({span}) and \"{other}\" ({other_from} – {other_to}) overlap"
                        ),
                    ),
                    Bilingual::new(
                        "首尾两天都算在内：下一季从上一季结束的次日开始",
                        "both days count: a season begins on the day after the one before ends",
                    ),
                ));
            }
        }
        seen.push((id, from, to));
    }
    Ok(())
}

/// Rewrites the dates in one format, since they are compared as text.
pub(super) fn write_dates_alike(seasons: &mut [Season]) -> Result<(), Fault> {
    for (index, season) in seasons.iter_mut().enumerate() {
        for (name, written) in [("from", &mut season.from), ("to", &mut season.to)] {
            *written = date_at(&format!("seasons.{index}.{name}"), written)?.to_string();
        }
    }
    Ok(())
}

fn departments(config: &Config) -> Result<(), Fault> {
    for (folder, name) in &config.departments {
        let wrong = folder.is_empty() || folder.contains('/') || name.trim().is_empty();
        if wrong || name.chars().any(char::is_control) {
            return Err(Fault::under(
                &["departments", folder],
                Bilingual::new(
                    format!("系部“{folder}” = “{name}”不可用"),
                    format!("the department \"{folder}\" = \"{name}\" cannot be used"),
                ),
                Bilingual::new(
                    "左边是投稿箱里的文件夹名，右边是显示的名称，例如 \"jixie\" = \"机械工程系\"",
                    "left a folder's name in the inbox, right the name shown, such as \"jixie\" = \"机械工程系\"",
                ),
            ));
        }
    }
    Ok(())
}

fn folder_name(path: &str, name: &str) -> Result<(), Fault> {
    let wrong = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    if !name.trim().is_empty() && name.len() <= 100 && !name.starts_with('.') && !name.chars().any(wrong) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(format!("“{name}”不能作文件夹名"), format!("\"{name}\" cannot be a folder's name")),
        Bilingual::new("例如 \"2026-1\"", "such as \"2026-1\""),
    ))
}
