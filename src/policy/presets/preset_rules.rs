//! Checks a preset beyond its types: it must be consistent, and possible to render.

use super::dates::date_at;
use super::explain::did_you_mean;
use super::fault::{Fault, within};
use crate::model::language::Bilingual;
use crate::model::preset::{Accept, CoverSpec, OverlayRules, Post, Preset, Want};
use crate::model::units::{Rational, Size};

/// Formats that a preset may name. jincai makes only the first of each list.
const CONTAINERS: [&str; 7] = ["mp4", "mov", "m4v", "mkv", "flv", "webm", "ts"];
const VIDEO_CODECS: [&str; 5] = ["h264", "hevc", "vp8", "vp9", "av1"];
const AUDIO_CODECS: [&str; 4] = ["aac", "mp3", "opus", "ac3"];

/// Checks a preset; `file_stem` is its file name without `.toml`.
pub(super) fn check(preset: &Preset, file_stem: &str) -> Result<(), Fault> {
    id(&preset.id, file_stem)?;
    date_at("as_of", &preset.as_of)?;
    accept(&preset.accept)?;
    want(&preset.want)?;
    want_within_accept(&preset.want, &preset.accept)?;
    preset.cover.iter().enumerate().try_for_each(|(index, spec)| cover(index, spec))?;
    preset.post.as_ref().map_or(Ok(()), post)?;
    overlay(&preset.overlay)
}

pub(super) fn id(id: &str, file_stem: &str) -> Result<(), Fault> {
    let simple = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 40 || id.starts_with('-') || !id.chars().all(simple) {
        return Err(Fault::at(
            "id",
            Bilingual::new(format!("“{id}”不能作 id"), format!("\"{id}\" cannot be an id")),
            Bilingual::new(
                "用小写英文字母、数字和 -，例如 \"led-wall\"",
                "use lower-case letters, digits and -, such as \"led-wall\"",
            ),
        ));
    }
    if id != file_stem {
        return Err(Fault::at(
            "id",
            Bilingual::new(
                format!("id “{id}”与文件名“{file_stem}.toml”不一致"),
                format!("the id \"{id}\" is not the file's name, \"{file_stem}.toml\""),
            ),
            Bilingual::new(
                format!("把文件改名为 {id}.toml，或把 id 改为 \"{file_stem}\""),
                format!("rename the file to {id}.toml, or write id = \"{file_stem}\""),
            ),
        ));
    }
    Ok(())
}

fn accept(accept: &Accept) -> Result<(), Fault> {
    one_we_make("accept.containers", &accept.containers, &CONTAINERS)?;
    one_we_make("accept.video_codecs", &accept.video_codecs, &VIDEO_CODECS)?;
    one_we_make("accept.audio_codecs", &accept.audio_codecs, &AUDIO_CODECS)?;
    let number = |value: Option<u64>| value.map(|value| value as f64);
    let side = |value: Option<u32>| value.map(f64::from);
    let ratio = |value: Option<Rational>| value.map(Rational::as_f64);
    for (path, value) in [
        ("accept.min_aspect", ratio(accept.min_aspect)),
        ("accept.max_aspect", ratio(accept.max_aspect)),
        ("accept.min_frame_rate", ratio(accept.min_frame_rate)),
        ("accept.max_frame_rate", ratio(accept.max_frame_rate)),
        ("accept.max_duration_ms", number(accept.max_duration_ms)),
        ("accept.max_bit_rate", number(accept.max_bit_rate)),
        ("accept.max_bytes", number(accept.max_bytes)),
        ("accept.max_key_frame_interval_ms", number(accept.max_key_frame_interval_ms)),
    ] {
        if value == Some(0.0) {
            return Err(zero(path));
        }
    }
    for (least, low, most, high) in [
        (
            "min_duration_ms",
            number(accept.min_duration_ms),
            "max_duration_ms",
            number(accept.max_duration_ms),
        ),
        ("min_aspect", ratio(accept.min_aspect), "max_aspect", ratio(accept.max_aspect)),
        ("min_frame_rate", ratio(accept.min_frame_rate), "max_frame_rate", ratio(accept.max_frame_rate)),
        (
            "min_short_side",
            side(accept.min_short_side),
            "advised_short_side",
            side(accept.advised_short_side),
        ),
        (
            "advised_short_side",
            side(accept.advised_short_side),
            "max_short_side",
            side(accept.max_short_side),
        ),
        ("min_short_side", side(accept.min_short_side), "max_short_side", side(accept.max_short_side)),
        ("max_short_side", side(accept.max_short_side), "max_long_side", side(accept.max_long_side)),
    ] {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(crossed(&format!("accept.{least}"), least, most));
        }
    }
    Ok(())
}

fn one_we_make(path: &str, named: &[String], known: &[&str]) -> Result<(), Fault> {
    if let Some((index, name)) = named.iter().enumerate().find(|(_, name)| !known.contains(&name.as_str())) {
        return Err(Fault::at(
            &format!("{path}.{index}"),
            Bilingual::new(format!("不认识的格式 `{name}`"), format!("unknown format `{name}`")),
            did_you_mean(name, known),
        ));
    }
    let made = known.first().copied().unwrap_or_default();
    if named.iter().any(|name| name == made) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(
            format!("`{path}` 里没有 {made}，而津彩只生成 {made}"),
            format!("`{path}` does not hold {made}, the only format that jincai makes"),
        ),
        Bilingual::new(format!("加上 \"{made}\""), format!("add \"{made}\"")),
    ))
}

fn want(want: &Want) -> Result<(), Fault> {
    for (path, canvas) in canvases(want) {
        let even = canvas.width.is_multiple_of(2) && canvas.height.is_multiple_of(2);
        let within = |side: u32| (16..=8192).contains(&side);
        if !even || !within(canvas.width) || !within(canvas.height) {
            return Err(Fault::at(
                path,
                Bilingual::new(
                    format!("画布 {canvas} 不可用"),
                    format!("a canvas of {canvas} cannot be made"),
                ),
                Bilingual::new(
                    "宽和高都要是 16 到 8192 之间的偶数，例如 [1920, 1080]",
                    "both sides are even numbers from 16 to 8192, such as [1920, 1080]",
                ),
            ));
        }
    }
    let rate = |rate: Option<Rational>| rate.unwrap_or(want.max_frame_rate).as_f64();
    for (path, value, least, most) in [
        ("want.max_frame_rate", want.max_frame_rate.as_f64(), 1.0, 240.0),
        ("want.frame_rate", rate(want.frame_rate), 1.0, 240.0),
        ("want.crf", want.crf, 0.0, 51.0),
        ("want.max_rate", want.max_rate as f64, 100_000.0, 200_000_000.0),
        ("want.key_frame_interval_ms", want.key_frame_interval_ms as f64, 100.0, 20_000.0),
        ("want.audio_rate", want.audio_rate as f64, 32_000.0, 512_000.0),
        ("want.loudness_lufs", want.loudness_lufs, -40.0, -5.0),
        ("want.true_peak_dbtp", want.true_peak_dbtp, -12.0, 0.0),
    ] {
        within(path, value, least, most)?;
    }
    Ok(())
}

fn canvases(want: &Want) -> [(&'static str, Size); 3] {
    [("want.landscape", want.landscape), ("want.portrait", want.portrait), ("want.square", want.square)]
}

fn want_within_accept(want: &Want, accept: &Accept) -> Result<(), Fault> {
    for (path, canvas) in canvases(want) {
        let too_big = accept.max_short_side.is_some_and(|most| canvas.short_side() > most)
            || accept.max_long_side.is_some_and(|most| canvas.long_side() > most);
        let too_narrow = accept.min_aspect.is_some_and(|least| canvas.aspect() < least.as_f64());
        let too_wide = accept.max_aspect.is_some_and(|most| canvas.aspect() > most.as_f64());
        if too_big || too_narrow || too_wide {
            return Err(beyond(path, "accept"));
        }
    }
    let rate = want.frame_rate.unwrap_or(want.max_frame_rate).as_f64();
    let rate_path = if want.frame_rate.is_some() { "want.frame_rate" } else { "want.max_frame_rate" };
    let too_fast = accept.max_frame_rate.is_some_and(|most| rate > most.as_f64());
    if too_fast || accept.min_frame_rate.is_some_and(|least| rate < least.as_f64()) {
        return Err(beyond(rate_path, "accept.max_frame_rate"));
    }
    if accept.max_bit_rate.is_some_and(|most| want.max_rate + want.audio_rate > most) {
        return Err(beyond("want.max_rate", "accept.max_bit_rate"));
    }
    if accept.max_key_frame_interval_ms.is_some_and(|most| want.key_frame_interval_ms > most) {
        return Err(beyond("want.key_frame_interval_ms", "accept.max_key_frame_interval_ms"));
    }
    Ok(())
}

fn cover(index: usize, spec: &CoverSpec) -> Result<(), Fault> {
    let size = spec.size;
    within(&format!("cover.{index}.size"), f64::from(size.short_side()), 64.0, 4096.0)?;
    within(&format!("cover.{index}.size"), f64::from(size.long_side()), 64.0, 4096.0)?;
    match spec.max_bytes {
        Some(bytes) => within(&format!("cover.{index}.max_bytes"), bytes as f64, 10_000.0, 1e9),
        None => Ok(()),
    }
}

/// Longest answer of a platform's form, characters.
const SENTENCE_MAX_CHARS: usize = 40;

/// Checks the limits of a post; all must leave room for the campaign's topic, which has at most 20 characters.
fn post(post: &Post) -> Result<(), Fault> {
    super::link_hosts::of_post(post)?;
    within("post.text_max", f64::from(post.text_max), 50.0, 1e6)?;
    within("post.tags_max", f64::from(post.tags_max), 1.0, 100.0)?;
    if let Some(most) = post.tag_max_chars {
        within("post.tag_max_chars", f64::from(most), 20.0, 1000.0)?;
    }
    if let Some(most) = post.tags_total_max_chars {
        within("post.tags_total_max_chars", f64::from(most), 24.0, 1e6)?;
    }
    let declare = &post.declare;
    for (name, sentence) in
        [("none", &declare.none), ("assisted", &declare.assisted), ("generated", &declare.generated)]
    {
        let is_sentence = |text: &String| {
            !text.trim().is_empty()
                && text.chars().count() <= SENTENCE_MAX_CHARS
                && !text.chars().any(char::is_control)
        };
        if sentence.as_ref().is_some_and(|text| !is_sentence(text)) {
            return Err(Fault::at(
                &format!("post.declare.{name}"),
                Bilingual::new(
                    "这句声明是空的、太长，或有换行",
                    "this sentence is empty, too long or holds a line break",
                ),
                Bilingual::new(
                    "照抄平台上的选项；不知道就删去这一行",
                    "write the platform's own words, or remove it where they are not known",
                ),
            ));
        }
    }
    if post.title_min > post.title_max {
        return Err(crossed("post.title_min", "title_min", "title_max"));
    }
    Ok(())
}

fn overlay(overlay: &OverlayRules) -> Result<(), Fault> {
    for (path, insets) in
        [("overlay.portrait_safe", overlay.portrait_safe), ("overlay.landscape_safe", overlay.landscape_safe)]
    {
        let sides = [insets.top, insets.bottom, insets.left, insets.right];
        if sides.iter().any(|side| *side > 1000)
            || insets.top + insets.bottom > 800
            || insets.left + insets.right > 800
        {
            return Err(Fault::at(
                path,
                Bilingual::new("安全区之外没有地方放字了", "the margins leave no room for text"),
                Bilingual::new(
                    "单位是千分之一；上下之和、左右之和都不超过 800",
                    "in thousandths of the canvas; top and bottom, left and right are together at most 800",
                ),
            ));
        }
    }
    Ok(())
}

fn zero(path: &str) -> Fault {
    Fault::at(
        path,
        Bilingual::new(format!("`{path}` 不能是 0"), format!("`{path}` cannot be 0")),
        Bilingual::new("没有限制就删去这一行", "remove the line if there is no limit"),
    )
}

fn crossed(path: &str, least: &str, most: &str) -> Fault {
    Fault::at(
        path,
        Bilingual::new(format!("`{least}` 大于 `{most}`"), format!("`{least}` is larger than `{most}`")),
        Bilingual::new(
            format!("把 `{least}` 改小，或把 `{most}` 改大"),
            format!("make `{least}` smaller or `{most}` larger"),
        ),
    )
}

fn beyond(path: &str, limit: &str) -> Fault {
    Fault::at(
        path,
        Bilingual::new(
            format!("`{path}` 不在 `{limit}` 的限制之内"),
            format!("`{path}` is beyond `{limit}`"),
        ),
        Bilingual::new(
            "改到限制之内；如果限制已变，改限制",
            "stay within the limit, or change the limit if it is out of date",
        ),
    )
}
