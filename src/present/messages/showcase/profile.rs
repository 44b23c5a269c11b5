//! Profiles in words: the lists of `jincai package`.

use super::why::size;
use crate::model::language::{Bilingual, Lang};
use crate::model::showcase::profile::{AiRule, Over, Profile, QuotaPer, Rule, Take};
use crate::model::showcase::times::Left;
use crate::text::Visible;

fn pick(lang: Lang, zh: impl Into<String>, en: impl Into<String>) -> String {
    match lang {
        Lang::Zh => zh.into(),
        Lang::En => en.into(),
    }
}

pub fn list_heads(lang: Lang) -> Vec<String> {
    let heads = [
        ("方案", "PROFILE"),
        ("名称", "NAME"),
        ("发布目标", "TARGET"),
        ("截止", "DEADLINE"),
        ("还有", "LEFT"),
        ("类别", "KIND"),
    ];
    heads.map(|(zh, en)| pick(lang, zh, en)).to_vec()
}

/// Returns the deadline, or a dash.
pub fn deadline(profile: &Profile) -> String {
    profile.when.deadline.clone().unwrap_or_else(|| "–".to_owned())
}

/// Returns how much time is left.
pub fn left(left: Left) -> Bilingual {
    match left {
        Left::None => Bilingual::new("–", "–"),
        Left::Before { days: 0, minutes } => Bilingual::new(
            format!("{} 小时 {} 分", minutes / 60, minutes % 60),
            format!("{} h {} min", minutes / 60, minutes % 60),
        ),
        Left::Before { days, .. } => Bilingual::new(format!("{days} 天"), format!("{days} d")),
        Left::Over { days: 0 } => Bilingual::new("刚过", "just over"),
        Left::Over { days } => Bilingual::new(format!("已过 {days} 天"), format!("over for {days} d")),
    }
}

/// What is said loudly when a deadline is near or over; `None` where it is neither.
pub fn loud(profile: &Profile, at: Left) -> Option<Bilingual> {
    let near = i64::from(profile.when.warn_days);
    let (zh_left, en_left) = (left(at).zh, left(at).en);
    match at {
        Left::Before { days, .. } if days < near => Some(Bilingual::new(
            format!("{} 截止，还有 {zh_left}", deadline(profile)),
            format!("due at {}, {en_left} left", deadline(profile)),
        )),
        Left::Over { .. } => Some(Bilingual::new(
            format!("{} 已经截止，做出来的包名前写“逾期”", deadline(profile)),
            format!("it was due at {}: what is built now is named as late", deadline(profile)),
        )),
        _ => None,
    }
}

/// What kind of profile it is.
fn kind(profile: &Profile, lang: Lang) -> String {
    match profile.example {
        true => pick(lang, "往年实例", "example"),
        false => String::new(),
    }
}

/// Returns the cells of a line of the list.
pub fn list_row(profile: &Profile, at: Left, lang: Lang) -> Vec<String> {
    vec![
        profile.id.clone(),
        profile.name.get(lang).to_owned(),
        profile.video.target.clone(),
        deadline(profile),
        left(at).get(lang).to_owned(),
        kind(profile, lang),
    ]
}

/// Label and value of what a profile asks; what it does not ask is left out.
pub fn facts(profile: &Profile, lang: Lang) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut add = |zh: &str, en: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push(vec![format!("  {}", pick(lang, zh, en)), value]);
        }
    };
    let (video, quota, select, marks) = (&profile.video, &profile.quota, &profile.select, &profile.marks);
    let seconds =
        |value: Option<f64>| value.map(|value| pick(lang, format!("{value} 秒"), format!("{value} s")));
    let list = |list: &[String]| (!list.is_empty()).then(|| list.join(&pick(lang, "、", ", ")));
    add("组织方", "organiser", profile.organiser.clone());
    add("依据", "source", Some(profile.source.clone()));
    add("查阅日期", "as of", Some(profile.as_of.clone()));
    add("截止", "deadline", profile.when.deadline.clone());
    add("制作不早于", "made since", profile.when.made_since.clone());
    let between = profile.when.published_between.as_ref().map(|[from, to]| format!("{from} … {to}"));
    add("发布时间", "published", between);
    add("赛季", "seasons", list(&select.seasons));
    add("系部", "departments", list(&select.departments));
    add("类别", "categories", list(&select.categories));
    let posted = select.posted.then(|| pick(lang, "要求已发布", "required"));
    add("发布回执", "a post on record", posted);
    add("名额", "places", quota.works.map(|works| format!("{works} {}", per(quota.per, lang))));
    add("作者最多", "authors, at most", quota.authors_max.map(|most| most.to_string()));
    add("指导教师最多", "teachers, at most", quota.teachers_max.map(|most| most.to_string()));
    add("重复报送", "second entry", quota.once.then(|| pick(lang, "作废", "forfeits")));
    add("成片", "rendition", Some(video.target.clone()));
    add("最短", "shortest", seconds(video.min_s));
    add("最长", "longest", seconds(video.max_s));
    add("最大", "largest", video.max_bytes.map(size));
    let over = (video.over == Over::Warn).then(|| pick(lang, "只提醒", "advice only"));
    add("超出时", "beyond that", over);
    add("最小短边", "smallest short side", video.min_short_side.map(|side| format!("{side} px")));
    add("最低码率", "lowest rate", video.min_bit_rate.map(|rate| format!("{} Mbit/s", rate as f64 / 1e6)));
    add("帧率", "frame rate", video.frame_rate.map(|rate| format!("{} fps", rate.as_f64())));
    let aspects: Vec<String> = video.aspects.iter().map(|one| format!("{}:{}", one.num, one.den)).collect();
    add("画面比例", "aspect", list(&aspects));
    add("字幕", "captions", video.captions.then(|| pick(lang, "要求有", "required")));
    add("水印", "watermark", rule(marks.watermark, lang));
    add("身份信息", "identity", rule(marks.identity, lang));
    let ai = match marks.ai {
        AiRule::Free => None,
        AiRule::Declared => Some(pick(lang, "要求声明", "to be declared")),
        AiRule::Forbidden => Some(pick(lang, "不允许", "forbidden")),
    };
    add("人工智能", "AI", ai);
    add("包名", "package", Some(profile.names.package.clone()));
    add("作品文件夹", "folder of a work", profile.names.folder.clone());
    add("文件名", "files", Some(profile.names.file.clone()));
    add("邮件主题", "mail subject", profile.names.mail_subject.clone());
    for one in &profile.part {
        let name = one
            .name
            .as_deref()
            .or(one.template.as_deref())
            .map(|name| format!(" {name}"))
            .unwrap_or_default();
        let size = one.size.map(|size| format!(" {size}")).unwrap_or_default();
        let formats =
            if one.formats.is_empty() { String::new() } else { format!(" ({})", one.formats.join(", ")) };
        let optional = if one.required { String::new() } else { pick(lang, "（可缺）", " (optional)") };
        let value = format!("{}/ {}{name}{size}{formats}{optional}", one.path, take(one.take, lang));
        add("内容", "part", Some(value.trim_start_matches("./ ").to_owned()));
    }
    for ask in &profile.ask {
        add("要人回答", "to be answered", Some(format!("{}: {}", ask.key, ask.text.get(lang))));
    }
    rows
}

fn rule(rule: Rule, lang: Lang) -> Option<String> {
    match rule {
        Rule::Free => None,
        Rule::Forbidden => Some(pick(lang, "不允许", "forbidden")),
        Rule::Required => Some(pick(lang, "要求有", "required")),
    }
}

fn per(per: QuotaPer, lang: Lang) -> String {
    match per {
        QuotaPer::Package => pick(lang, "件", "works"),
        QuotaPer::Department => pick(lang, "件/系", "works a department"),
        QuotaPer::Category => pick(lang, "件，每类", "works a category"),
        QuotaPer::Author => pick(lang, "件，每位作者", "works an author"),
    }
}

fn take(take: Take, lang: Lang) -> String {
    match take {
        Take::Video => pick(lang, "视频", "video"),
        Take::Cover => pick(lang, "封面", "cover"),
        Take::Synopsis => pick(lang, "简介", "synopsis"),
        Take::Post => pick(lang, "文案", "text to post"),
        Take::Source => pick(lang, "原片", "original"),
        Take::Links => pick(lang, "发布链接", "links of posts"),
        Take::Screenshots => pick(lang, "发布截图", "screenshots of posts"),
        Take::Paper => pick(lang, "材料", "paper"),
        Take::Sheet => pick(lang, "表格", "sheet"),
        Take::Form => pick(lang, "填好的表", "filled form"),
    }
}

pub fn unknown_profile(id: &str, known: &[&str]) -> (Bilingual, Bilingual) {
    let list = known.join(", ");
    (
        Bilingual::new(
            format!("没有报送方案“{}”", Visible::of(id)),
            format!("there is no package profile \"{}\"", Visible::of(id)),
        ),
        Bilingual::new(format!("可用的有：{list}"), format!("available: {list}")),
    )
}

pub fn checked(file: &str, id: &str, warnings: usize) -> Bilingual {
    let (zh, en) = match warnings {
        0 => ("没有问题".to_owned(), "no problems found".to_owned()),
        count => (format!("可以用，有 {count} 处要留意"), format!("usable, with {count} to look at")),
    };
    Bilingual::new(
        format!("{file}：{zh}。放进配置里 packages 指定的文件夹，就可以 `jincai package plan {id}`。"),
        format!(
            "{file}: {en}. In the folder that `packages` names in jincai.toml, `jincai package plan {id}` uses it."
        ),
    )
}

/// A warning with its place.
pub fn warning(
    file: &str,
    (line, column): (usize, usize),
    problem: &Bilingual,
    hint: &Bilingual,
) -> Bilingual {
    Bilingual::new(
        format!("{file}:{line}:{column} {}；{}", problem.zh, hint.zh),
        format!("{file}:{line}:{column} {}; {}", problem.en, hint.en),
    )
}
