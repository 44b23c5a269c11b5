//! What a target accepts, in words: the lists of `jincai presets`.

use crate::model::language::{Bilingual, Lang};
use crate::model::preset::{Confidence, Edition, Fit, Preset, Sound, TargetKind, TopicForm};

/// The head of the list of targets.
pub fn heads(lang: Lang) -> Vec<String> {
    let heads = [
        ("目标", "TARGET"),
        ("名称", "NAME"),
        ("类别", "KIND"),
        ("横拍画布", "LANDSCAPE"),
        ("竖拍画布", "PORTRAIT"),
        ("最长", "LONGEST"),
        ("最大", "LARGEST"),
        ("版本", "EDITION"),
        ("数据日期", "AS OF"),
    ];
    heads.map(|(zh, en)| pick(lang, zh, en).to_owned()).to_vec()
}

/// The head of the list of sources.
pub fn sources(lang: Lang) -> &'static str {
    pick(lang, "数值的出处\n", "Where the numbers come from\n")
}

pub fn correct(file: &str, id: &str) -> Bilingual {
    Bilingual::new(
        format!("{file}：没有问题。放进配置里 presets 指定的文件夹，再把 \"{id}\" 写进 targets 即可使用。\n"),
        format!(
            "{file}: no problems found. Put it into the folder that `presets` names in jincai.toml and add \"{id}\" to `targets`.\n"
        ),
    )
}

/// What is wrong, and what to name instead.
pub fn unknown(id: &str, known: &[&str]) -> (Bilingual, Bilingual) {
    let list = known.join(", ");
    let text = Bilingual::new(format!("没有发布目标“{id}”"), format!("there is no target “{id}”"));
    (text, Bilingual::new(format!("可用的有：{list}"), format!("available: {list}")))
}

/// Label and value of what the target accepts, wants and posts; what has no limit is left out.
pub fn facts(preset: &Preset, lang: Lang) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut add = |zh: &str, en: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push(vec![format!("  {}", pick(lang, zh, en)), value]);
        }
    };
    let (accept, want, overlay) = (&preset.accept, &preset.want, &preset.overlay);
    add("类别", "kind", Some(kind(preset.kind, lang).to_owned()));
    add("数据日期", "as of", Some(preset.as_of.clone()));
    add("最短时长", "shortest", accept.min_duration_ms.map(|ms| duration(ms, lang)));
    add("最长时长", "longest", accept.max_duration_ms.map(|ms| duration(ms, lang)));
    add("最小短边", "smallest short side", accept.min_short_side.map(pixels));
    add("建议短边", "recommended short side", accept.advised_short_side.map(pixels));
    add("最大短边", "largest short side", accept.max_short_side.map(pixels));
    add("最大长边", "largest long side", accept.max_long_side.map(pixels));
    add("最小宽高比", "narrowest aspect", accept.min_aspect.map(|aspect| aspect.to_string()));
    add("最大宽高比", "widest aspect", accept.max_aspect.map(|aspect| aspect.to_string()));
    add("最低帧率", "lowest frame rate", accept.min_frame_rate.map(|rate| format!("{} fps", rate.as_f64())));
    add("最高帧率", "highest frame rate", accept.max_frame_rate.map(|rate| format!("{} fps", rate.as_f64())));
    add("最高码率", "highest bit rate", accept.max_bit_rate.map(megabits));
    add("最大文件", "largest file", accept.max_bytes.map(bytes));
    add(
        "关键帧最大间隔",
        "longest key frame interval",
        accept.max_key_frame_interval_ms.map(|ms| duration(ms, lang)),
    );
    add(
        "画布（横 / 竖 / 方）",
        "canvas (landscape / portrait / square)",
        Some(format!("{} / {} / {}", want.landscape, want.portrait, want.square)),
    );
    add("放进画布", "fit", Some(fit(want.fit, lang).to_owned()));
    add(
        "成片帧率上限",
        "rendered frame rate, at most",
        Some(format!("{} fps", want.max_frame_rate.as_f64())),
    );
    add(
        "成片固定帧率",
        "rendered frame rate, exactly",
        want.frame_rate.map(|rate| format!("{} fps", rate.as_f64())),
    );
    add("画质 CRF", "quality, CRF", Some(want.crf.to_string()));
    add("峰值码率", "peak rate", Some(megabits(want.max_rate)));
    add("关键帧间隔", "key frame interval", Some(duration(want.key_frame_interval_ms, lang)));
    add("声音", "sound", Some(sound(preset, lang)));
    add("版本", "edition", Some(edition(overlay.edition, lang).to_owned()));
    let covers: Vec<String> = preset
        .cover
        .iter()
        .map(|cover| match cover.max_bytes {
            Some(most) => format!("{} (≤ {})", cover.size, bytes(most)),
            None => cover.size.to_string(),
        })
        .collect();
    add("封面", "covers", (!covers.is_empty()).then(|| covers.join(pick(lang, "、", ", "))));
    if let Some(post) = &preset.post {
        let title = match (post.title_min, post.title_max) {
            (_, 0) => pick(lang, "没有单独的标题", "no separate title").to_owned(),
            (least, most) => format!("{least}–{most}"),
        };
        add("标题字数", "title, characters", Some(title));
        add("正文字数", "text, characters", Some(format!("≤ {}", post.text_max)));
        add(
            "话题和标签",
            "topics and tags",
            Some(format!("≤ {}, {}", post.tags_max, topic_form(post.topic_form))),
        );
    }
    rows
}

pub fn kind(kind: TargetKind, lang: Lang) -> &'static str {
    match kind {
        TargetKind::Platform => pick(lang, "平台", "platform"),
        TargetKind::Screen => pick(lang, "屏幕", "screen"),
        TargetKind::Web => pick(lang, "网站", "web"),
        TargetKind::Entry => pick(lang, "母版", "master"),
    }
}

pub fn edition(edition: Edition, lang: Lang) -> &'static str {
    match edition {
        Edition::Branded => pick(lang, "带水印", "branded"),
        Edition::Clean => pick(lang, "无水印", "clean"),
    }
}

fn fit(fit: Fit, lang: Lang) -> &'static str {
    match fit {
        Fit::Blur => pick(lang, "完整画面，四周为模糊背景", "whole picture on a blurred copy"),
        Fit::Pad => pick(lang, "完整画面，四周为黑边", "whole picture on black"),
        Fit::Crop => pick(lang, "铺满画布，裁去多余", "fills the canvas, the rest is cut off"),
        Fit::Source => pick(lang, "保持原画面形状", "the source's own shape"),
    }
}

fn sound(preset: &Preset, lang: Lang) -> String {
    let want = &preset.want;
    match want.sound {
        Sound::Silent => pick(lang, "无声", "silent").to_owned(),
        Sound::Stereo => format!(
            "AAC {} kbit/s, {} LUFS, {} dBTP",
            want.audio_rate / 1000,
            want.loudness_lufs,
            want.true_peak_dbtp
        ),
    }
}

pub fn confidence(confidence: Confidence, lang: Lang) -> &'static str {
    match confidence {
        Confidence::Documented => pick(lang, "官方", "documented"),
        Confidence::ThirdParty => pick(lang, "第三方", "third party"),
        Confidence::Convention => pick(lang, "惯例", "convention"),
    }
}

fn topic_form(form: TopicForm) -> &'static str {
    match form {
        TopicForm::Single => "#x",
        TopicForm::Double => "#x#",
        TopicForm::Plain => "x,y",
    }
}

pub fn duration(ms: u64, lang: Lang) -> String {
    let (value, zh, en) = match ms {
        ms if ms >= 3_600_000 => (ms as f64 / 3_600_000.0, "小时", "h"),
        ms if ms >= 60_000 => (ms as f64 / 60_000.0, "分钟", "min"),
        ms => (ms as f64 / 1000.0, "秒", "s"),
    };
    format!("{value} {}", pick(lang, zh, en))
}

pub fn bytes(bytes: u64) -> String {
    let (value, unit) = match bytes {
        bytes if bytes >= 1_000_000_000 => (bytes as f64 / 1e9, "GB"),
        bytes if bytes >= 1_000_000 => (bytes as f64 / 1e6, "MB"),
        bytes => (bytes as f64 / 1e3, "kB"),
    };
    format!("{} {unit}", (value * 100.0).round() / 100.0)
}

fn megabits(rate: u64) -> String {
    format!("{} Mbit/s", rate as f64 / 1e6)
}

fn pixels(side: u32) -> String {
    format!("{side} px")
}

fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
