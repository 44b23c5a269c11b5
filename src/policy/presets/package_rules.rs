//! Checks a package profile beyond its types: its rules must be possible, and must not contradict each other or the target.

use jiff::tz::TimeZone;

use super::dates::date_at;
use super::explain::did_you_mean;
use super::fault::{Fault, within};
use super::preset_rules;
use crate::model::language::Bilingual;
use crate::model::preset::{Edition, Preset};
use crate::model::showcase::profile::{
    Marks, Part, Per, Profile, Quota, QuotaPer, Rule, Take, VideoRules, When,
};
use crate::model::showcase::times::deadline;
use crate::text::safe_name;

/// Largest length of a work that a rule may name, seconds.
const MOST_S: f64 = 24.0 * 3600.0;

/// Checks a profile; `file_stem` is its file name without `.toml`.
pub(super) fn check(profile: &Profile, file_stem: &str, presets: &[Preset]) -> Result<(), Fault> {
    preset_rules::id(&profile.id, file_stem)?;
    date_at("as_of", &profile.as_of)?;
    filled("source", &profile.source)?;
    filled("name", &profile.name.zh)?;
    if let Some(contest) = &profile.contest {
        filled("contest", contest)?;
    }
    when(&profile.when)?;
    quota(&profile.quota, profile)?;
    let preset = target(&profile.video, presets)?;
    video(&profile.video, preset)?;
    marks(&profile.marks, preset, profile)?;
    parts(profile)?;
    questions(profile)
}

fn filled(path: &str, text: &str) -> Result<(), Fault> {
    match text.trim().is_empty() {
        false => Ok(()),
        true => Err(Fault::at(
            path,
            Bilingual::new(format!("`{path}` 是空的"), format!("`{path}` is empty")),
            Bilingual::new("写上，或删去这一行", "write it, or remove the line"),
        )),
    }
}

fn when(when: &When) -> Result<(), Fault> {
    if TimeZone::get(&when.zone).is_err() {
        return Err(Fault::at(
            "when.zone",
            Bilingual::new(
                format!("没有时区“{}”", when.zone),
                format!("there is no time zone \"{}\"", when.zone),
            ),
            Bilingual::new("例如 zone = \"Asia/Shanghai\"", "such as zone = \"Asia/Shanghai\""),
        ));
    }
    within("when.warn_days", when.warn_days.into(), 0.0, 365.0)?;
    let made = when.made_since.as_ref().map(|date| date_at("when.made_since", date)).transpose()?;
    if let Some([from, to]) = &when.published_between {
        let (from, to) =
            (date_at("when.published_between.0", from)?, date_at("when.published_between.1", to)?);
        if to < from {
            return Err(crossed("when.published_between.1"));
        }
    }
    let Some(text) = &when.deadline else { return Ok(()) };
    let Some(end) = deadline(text) else {
        return Err(Fault::at(
            "when.deadline",
            Bilingual::new(format!("“{text}”不是截止时间"), format!("\"{text}\" is no deadline")),
            Bilingual::new(
                "写成 \"2026-12-20 18:00\"，当天结束写 24:00",
                "write \"2026-12-20 18:00\"; the end of the day is 24:00",
            ),
        ));
    };
    match made.is_some_and(|made| made > end.date()) {
        true => Err(crossed("when.deadline")),
        false => Ok(()),
    }
}

fn crossed(path: &str) -> Fault {
    Fault::at(
        path,
        Bilingual::new("结束早于开始", "the end is before the beginning"),
        Bilingual::new("改正其中一个日期", "correct one of the dates"),
    )
}

fn quota(quota: &Quota, profile: &Profile) -> Result<(), Fault> {
    for (path, value) in [
        ("quota.works", quota.works),
        ("quota.authors_max", quota.authors_max),
        // A call may want no teacher at all.
        ("quota.teachers_max", quota.teachers_max.map(|most| most + 1)),
    ] {
        if let Some(value) = value {
            within(path, value.into(), 1.0, 100_000.0)?;
        }
    }
    let lacks = match quota.per {
        QuotaPer::Package => return Ok(()),
        _ if quota.works.is_none() => ("quota.per", "`works` 没有写", "`works` is missing"),
        QuotaPer::Category if profile.select.categories.is_empty() => (
            "quota.per",
            "`select.categories` 没有写，类别无从数起",
            "`select.categories` names no category to count",
        ),
        _ => return Ok(()),
    };
    Err(Fault::at(
        lacks.0,
        Bilingual::new(lacks.1, lacks.2),
        Bilingual::new("补上，或删去 `per`", "add it, or remove `per`"),
    ))
}

fn target<'a>(video: &VideoRules, presets: &'a [Preset]) -> Result<&'a Preset, Fault> {
    presets.iter().find(|preset| preset.id == video.target).ok_or_else(|| {
        let known: Vec<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        Fault::at(
            "video.target",
            Bilingual::new(
                format!("没有发布目标“{}”", video.target),
                format!("there is no target \"{}\"", video.target),
            ),
            did_you_mean(&video.target, &known),
        )
    })
}

fn video(video: &VideoRules, preset: &Preset) -> Result<(), Fault> {
    for (path, seconds) in [("video.min_s", video.min_s), ("video.max_s", video.max_s)] {
        if let Some(seconds) = seconds {
            within(path, seconds, 0.1, MOST_S)?;
        }
    }
    if video.min_s.zip(video.max_s).is_some_and(|(least, most)| least > most) {
        return Err(Fault::at(
            "video.min_s",
            Bilingual::new("`min_s` 大于 `max_s`", "`min_s` is larger than `max_s`"),
            Bilingual::new("改正其中一个", "correct one of them"),
        ));
    }
    for (path, value) in [
        ("video.max_bytes", video.max_bytes),
        ("video.min_bit_rate", video.min_bit_rate),
        ("video.min_short_side", video.min_short_side.map(u64::from)),
    ] {
        if let Some(value) = value {
            within(path, value as f64, 1.0, 1e13)?;
        }
    }
    let never = |path: &str, zh: String, en: String| {
        let hint = Bilingual::new(
            "换一个发布目标，或照着它写一个自己的预设",
            "name another target, or write a preset of your own after this one",
        );
        Err(Fault::at(path, Bilingual::new(zh, en), hint))
    };
    let (id, want) = (&preset.id, &preset.want);
    if let Some(rate) = video.frame_rate
        && want.frame_rate.unwrap_or(want.max_frame_rate).as_f64() < rate.as_f64()
    {
        let most = want.frame_rate.unwrap_or(want.max_frame_rate).as_f64();
        return never(
            "video.frame_rate",
            format!("`{id}` 的成片最高 {most} 帧/秒"),
            format!("`{id}` is made with at most {most} frames a second"),
        );
    }
    let largest = [want.landscape, want.portrait, want.square].map(|canvas| canvas.short_side());
    let largest = largest.into_iter().max().unwrap_or_default();
    if video.min_short_side.is_some_and(|least| least > largest) {
        return never(
            "video.min_short_side",
            format!("`{id}` 的成片短边最多 {largest} 像素"),
            format!("`{id}` is made with a short side of at most {largest} pixels"),
        );
    }
    if video.captions && !preset.overlay.captions {
        return never(
            "video.captions",
            format!("`{id}` 的成片不带字幕"),
            format!("`{id}` is made without captions"),
        );
    }
    Ok(())
}

fn marks(marks: &Marks, preset: &Preset, profile: &Profile) -> Result<(), Fault> {
    let contradicts = match (marks.watermark, preset.overlay.edition) {
        (Rule::Required, Edition::Clean) => Some(("不带水印", "is made without a watermark")),
        (Rule::Forbidden, Edition::Branded) => Some(("带水印", "is made with a watermark")),
        _ => None,
    };
    if let Some((zh, en)) = contradicts {
        let id = &preset.id;
        return Err(Fault::at(
            "marks.watermark",
            Bilingual::new(format!("`{id}` 的成片{zh}"), format!("`{id}` {en}")),
            Bilingual::new(
                "`video.target` 换一个，例如 entry 不带水印",
                "name another `video.target`; entry is without one",
            ),
        ));
    }
    let overlay = &preset.overlay;
    if marks.identity == Rule::Forbidden && (overlay.edition == Edition::Branded || overlay.lower_third) {
        let id = &preset.id;
        return Err(Fault::at(
            "marks.identity",
            Bilingual::new(
                format!("`{id}` 的成片上有校名或作者，而方案禁止出现身份信息"),
                format!("`{id}` shows the college or the authors, which the profile forbids"),
            ),
            Bilingual::new(
                "`video.target` 换一个，例如 entry 上什么也没有",
                "name another `video.target`; entry shows neither",
            ),
        ));
    }
    if marks.identity != Rule::Free && profile.ask.is_empty() {
        return Err(Fault::at(
            "marks.identity",
            Bilingual::new(
                "画面和声音里有没有姓名、校名，只有人看得出来",
                "only a person sees whether pictures and sound tell a name",
            ),
            Bilingual::new("加一个 [[ask]]，让人看过后回答", "add an [[ask]] that somebody answers"),
        ));
    }
    Ok(())
}

fn parts(profile: &Profile) -> Result<(), Fault> {
    if !profile.part.iter().any(|part| part.take == Take::Video) {
        return Err(Fault::at(
            "part",
            Bilingual::new("没有一项取视频", "no part takes the video"),
            Bilingual::new("加上 { take = \"video\" }", "add { take = \"video\" }"),
        ));
    }
    profile.part.iter().enumerate().try_for_each(|(index, part)| one_part(index, part, profile))
}

fn one_part(index: usize, part: &Part, profile: &Profile) -> Result<(), Fault> {
    let at = |key: &str| format!("part.{index}.{key}");
    let odd = |key: &str, zh: &str, en: &str, hint: (&str, &str)| {
        Err(Fault::at(&at(key), Bilingual::new(zh, en), Bilingual::new(hint.0, hint.1)))
    };
    let remove = ("请删去它", "remove it");
    let is_paper = part.take == Take::Paper;
    if is_paper && part.name.as_ref().is_none_or(|name| name.trim().is_empty()) {
        return odd(
            "take",
            "没有写这份材料叫什么",
            "the paper has no name",
            ("例如 name = \"报名表\"", "such as name = \"报名表\""),
        );
    }
    if part.take == Take::Sheet && (part.columns.is_empty() || part.name.is_none()) {
        return odd(
            "take",
            "汇总表要写 name 和 columns",
            "a sheet has a name and columns",
            (
                "例如 name = \"汇总表\", columns = [[\"序号\", \"no\"]]",
                "such as name = \"汇总表\", columns = [[\"序号\", \"no\"]]",
            ),
        );
    }
    if part.take == Take::Form {
        form(&at("template"), part)?;
    }
    if part.take == Take::Sheet && part.per == Per::Work
        || !is_paper && part.take != Take::Sheet && part.per == Per::Package
    {
        return odd(
            "take",
            "汇总表一包一份（per = \"package\"），别的材料一件作品一份；自己放进来的材料两样都可以",
            "sheets are there once a package, all else once a work; papers may be either",
            ("改 `per`", "change `per`"),
        );
    }
    for (key, is_wrong) in [
        ("size", part.size.is_some() && part.take != Take::Cover),
        ("formats", !part.formats.is_empty() && !is_paper),
        ("max_bytes", part.max_bytes.is_some() && !is_paper),
        ("columns", !part.columns.is_empty() && part.take != Take::Sheet),
        ("name", part.name.is_some() && !matches!(part.take, Take::Paper | Take::Sheet | Take::Form)),
        ("template", part.template.is_some() && part.take != Take::Form),
        ("fill", !part.fill.is_empty() && part.take != Take::Form),
    ] {
        if is_wrong {
            return odd(key, "这一项用不上它", "this part has no use for it", remove);
        }
    }
    if let Some(place) = part.formats.iter().position(|format| matches!(format.as_str(), "doc" | "xls")) {
        return odd(
            &format!("formats.{place}"),
            "老格式 doc、xls 容易打不开",
            "the old formats doc and xls often do not open",
            ("写 docx、xlsx 或 pdf", "write docx, xlsx or pdf"),
        );
    }
    let tells = matches!(part.take, Take::Post | Take::Source | Take::Links | Take::Screenshots);
    if profile.marks.identity == Rule::Forbidden && tells {
        return odd(
            "take",
            "匿名的报送包里不能放它：里面有姓名、单位或账号",
            "it tells names, a unit or an account, and identity is forbidden",
            ("请删去它；作品简介用 \"synopsis\"", "remove it; \"synopsis\" gives the text alone"),
        );
    }
    if profile.marks.identity == Rule::Forbidden && part.take == Take::Cover {
        return odd(
            "take",
            "封面上写着标题和校名，匿名的报送包里不能放",
            "covers show the title and the college, and identity is forbidden",
            (
                "需要封面就做一张没有字的，用 take = \"paper\" 放进来",
                "if one is asked for, put in a plain picture with take = \"paper\"",
            ),
        );
    }
    let telling = part.columns.iter().position(|(_, column)| column.is_identity());
    if let Some(place) = telling.filter(|_| profile.marks.identity == Rule::Forbidden) {
        return odd(
            &format!("columns.{place}"),
            "匿名的报送包里，表格不能有这一栏",
            "this column tells whose works they are, and identity is forbidden",
            remove,
        );
    }
    if let Some(template) = &part.template
        && profile.part[..index].iter().any(|other| other.template.as_ref() == Some(template))
    {
        return odd(
            "template",
            "这张表写了两次",
            "this form is there twice",
            ("留一个，标签都写在它的 fill 里", "keep one, with all labels in its `fill`"),
        );
    }
    let same = |other: &&Part| {
        other.path == part.path
            && other.take == part.take
            && other.name == part.name
            && other.size == part.size
            && other.per == part.per
    };
    match profile.part[..index].iter().any(|other| same(&other)) {
        true => Err(Fault::at(
            &format!("part.{index}"),
            Bilingual::new("这一项写了两次", "this part is there twice"),
            Bilingual::new("留一个", "keep one"),
        )),
        false => Ok(()),
    }
}

/// Checks which form is to be filled: a file beside no other, of a format that can be.
fn form(path: &str, part: &Part) -> Result<(), Fault> {
    let template = part.template.as_deref().unwrap_or_default();
    let ending = template.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let (problem, hint) = match ending.as_str() {
        "docx" | "xlsx" if safe_name(template) == template => return Ok(()),
        "docx" | "xlsx" => (
            Bilingual::new(format!("“{template}”不是文件名"), format!("\"{template}\" is no file name")),
            Bilingual::new("只写文件名，不写文件夹", "name the file alone, without folders"),
        ),
        "doc" | "xls" => (
            Bilingual::new(
                format!("“{template}”是老格式，填不了"),
                format!("\"{template}\" is of an old format and cannot be filled"),
            ),
            Bilingual::new(
                "另存为 .docx 或 .xlsx，再写新的文件名",
                "save it as .docx or .xlsx, and name that",
            ),
        ),
        _ => (
            Bilingual::new("没有写组织方的表是哪个文件", "the organiser's form is not named"),
            Bilingual::new("例如 template = \"报名表.docx\"", "such as template = \"报名表.docx\""),
        ),
    };
    let path = if part.template.is_some() { path } else { path.trim_end_matches(".template") };
    Err(Fault::at(path, problem, hint))
}

fn questions(profile: &Profile) -> Result<(), Fault> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    for (index, ask) in profile.ask.iter().enumerate() {
        let at = format!("ask.{index}.key");
        if ask.key.is_empty() || !ask.key.chars().all(is_plain) {
            return Err(Fault::at(
                &at,
                Bilingual::new(format!("“{}”不能作代号", ask.key), format!("\"{}\" is no key", ask.key)),
                Bilingual::new("用小写字母、数字和 -", "use lower-case letters, digits and -"),
            ));
        }
        if profile.ask[..index].iter().any(|other| other.key == ask.key) {
            return Err(Fault::at(
                &at,
                Bilingual::new(format!("“{}”写了两次", ask.key), format!("\"{}\" is there twice", ask.key)),
                Bilingual::new("换一个代号", "give it another key"),
            ));
        }
        filled(&format!("ask.{index}.text"), &ask.text.zh)?;
    }
    Ok(())
}
