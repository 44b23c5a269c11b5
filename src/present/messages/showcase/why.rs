//! What stops a work, what is lacking, and what is worth knowing.

use super::forms::{left_to_hand, no_form, unfilled};
use super::papers;
use crate::model::language::Bilingual;
use crate::model::showcase::candidate::Held;
use crate::model::showcase::plan::{Note, Open, Stop};
use crate::model::showcase::profile::{Column, QuotaPer, Take};
use crate::model::units::{Size, exact_time};
pub(super) use crate::text::size;
use crate::text::{Visible, counted};

fn said(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual::new(zh, en)
}

/// Returns what stops a work, and what can be done.
pub fn stop(stop: &Stop) -> Bilingual {
    match stop {
        Stop::NotReleased(held) => held_back(held),
        Stop::NotOfSeason { season } => {
            let season = season.as_deref().map(Visible::of);
            let (zh, en) = match season {
                Some(season) => (format!("属于{season}"), format!("it is of {season}")),
                None => ("不在任何赛季里".to_owned(), "it is of no season".to_owned()),
            };
            said(format!("不是这个方案要的赛季：{zh}"), format!("not of the season that is asked for: {en}"))
        }
        Stop::NotOfDepartment { department } => {
            let name = Visible::of(department.as_deref().unwrap_or("–"));
            said(
                format!("不是这个方案要的系部：{name}"),
                format!("not of a department that is asked for: {name}"),
            )
        }
        Stop::NoCategory { category, known } => {
            let known = known.join("、");
            match category {
                Some(category) => said(
                    format!(
                        "类别“{}”不在要求之内，应是：{known}；改投稿说明里的 类别",
                        Visible::of(category)
                    ),
                    format!(
                        "the category \"{}\" is none of {known}: change it beside the video",
                        Visible::of(category)
                    ),
                ),
                None => said(
                    format!("没有写类别，应是：{known}；补在视频旁的说明里"),
                    format!("it names no category, which is one of {known}: add it beside the video"),
                ),
            }
        }
        Stop::TooShort { .. }
        | Stop::TooLong { .. }
        | Stop::TooLarge { .. }
        | Stop::TooLargeForDisk { .. }
        | Stop::TooSmall { .. }
        | Stop::TooLowRate { .. }
        | Stop::FrameRate { .. }
        | Stop::Aspect { .. }
        | Stop::NoCaptions
        | Stop::Watermark { .. } => of_video(stop),
        Stop::AiUndeclared => said(
            "没有声明是否使用人工智能：在视频旁的说明里写 ai",
            "nobody said whether AI was used: write `ai` beside the video",
        ),
        Stop::AiForbidden => said("不收人工智能生成的作品", "works made by AI are not taken"),
        Stop::MadeBefore { date, since } => said(
            format!("{date} 的作品太早，只收 {since} 以后的"),
            format!("it is of {date}; works of {since} and later are taken"),
        ),
        Stop::NotPosted => said(
            "还没有登记发布：`jincai posts add` 登记链接",
            "no post of it is on record: `jincai posts add` records one",
        ),
        Stop::NotPostedBetween { from, to } => said(
            format!("{from} 到 {to} 之间没有登记过发布"),
            format!("no post between {from} and {to} is on record"),
        ),
        Stop::TooManyAuthors { count, most } => said(
            format!("作者 {count} 人，最多 {most} 人"),
            format!("it has {} and may have {most}", counted(*count as u64, "author", "authors")),
        ),
        Stop::TooManyTeachers { count, most } => said(
            format!("指导教师 {count} 人，最多 {most} 人"),
            format!("it has {} and may have {most}", counted(*count as u64, "teacher", "teachers")),
        ),
        Stop::NobodyNamed { column } => match column {
            Column::Department => {
                said("没有写系部，方案要求署名", "it names no department, which is required")
            }
            _ => said("没有写作者，方案要求署名", "it names no author, which is required"),
        },
        Stop::NameTold { name, text } => {
            let (name, text) = (Visible::of(name), Visible::of(text).at_most(40));
            said(
                format!("匿名报送，文字里却有“{name}”：{text}"),
                format!("identity is forbidden, and \"{name}\" stands in: {text}"),
            )
        }
        other => of_package(other),
    }
}

fn of_video(stop: &Stop) -> Bilingual {
    match stop {
        Stop::TooShort { ms, least_s } => said(
            format!("时长 {}，至少 {least_s} 秒", exact_time(*ms)),
            format!("it lasts {}; at least {least_s} s are asked for", exact_time(*ms)),
        ),
        Stop::TooLong { ms, most_s } => said(
            format!("时长 {}，最多 {most_s} 秒：剪短后重新投稿", exact_time(*ms)),
            format!("it lasts {}; at most {most_s} s are allowed: hand in a shorter one", exact_time(*ms)),
        ),
        Stop::TooLarge { bytes, most } => said(
            format!("{}，最多 {}", size(*bytes), size(*most)),
            format!("it has {}; at most {} are allowed", size(*bytes), size(*most)),
        ),
        Stop::TooLargeForDisk { bytes } => said(
            format!(
                "{} 超过 FAT32 单个文件的上限 4 GB：改用 exFAT 的盘，方案里写 disk = \"exfat\"",
                size(*bytes)
            ),
            format!(
                "{} do not fit in a file of FAT32: take an exFAT disk, and write disk = \"exfat\"",
                size(*bytes)
            ),
        ),
        Stop::TooSmall { pixels, least } => said(
            format!("短边 {pixels} 像素，至少 {least} 像素"),
            format!("its short side has {pixels} pixels; at least {least} are asked for"),
        ),
        Stop::TooLowRate { rate, least } => said(
            format!(
                "码率 {:.1} Mbit/s，至少 {:.1} Mbit/s：另写一个预设，`video.target` 用它",
                mega(*rate),
                mega(*least)
            ),
            format!(
                "its rate is {:.1} Mbit/s; at least {:.1} are asked for: write a preset for it, and name that as `video.target`",
                mega(*rate),
                mega(*least)
            ),
        ),
        Stop::FrameRate { rate, wanted } => said(
            format!("帧率 {:.2}，要求 {:.2}", rate.as_f64(), wanted.as_f64()),
            format!("it has {:.2} frames a second; {:.2} are asked for", rate.as_f64(), wanted.as_f64()),
        ),
        Stop::Aspect { size, wanted } => {
            let wanted: Vec<String> = wanted.iter().map(|one| format!("{}:{}", one.num, one.den)).collect();
            let wanted = wanted.join("、");
            said(format!("画面 {size}，要求 {wanted}"), format!("it is {size}; {wanted} is asked for"))
        }
        Stop::NoCaptions => said("没有字幕，而要求有", "it has no captions, which are required"),
        Stop::Watermark { has: true } => {
            said("成片带学校水印，而要求不带", "it shows the college's mark, which is forbidden")
        }
        _ => said("成片不带学校水印，方案要求带水印", "it lacks the college's mark, which is required"),
    }
}

fn of_package(stop: &Stop) -> Bilingual {
    match stop {
        Stop::InEarlierPackage { number, name, profile } => {
            let name = Visible::of(name);
            said(
                format!(
                    "第 {number} 号报送包“{name}”（{profile}）里已经有它，重复报送会作废；要替换那一包，加 --replaces {number}"
                ),
                format!(
                    "package {number} \"{name}\" ({profile}) has it already, and a second entry forfeits; --replaces {number} builds in its place"
                ),
            )
        }
        Stop::QuotaFull { per, of, most, earlier } => {
            let of = Visible::of(of.as_str());
            let (zh, en) = match per {
                QuotaPer::Package => (String::new(), String::new()),
                QuotaPer::Department | QuotaPer::Category | QuotaPer::Author => {
                    (format!("“{of}”"), format!(" of \"{of}\""))
                }
            };
            let before = match earlier {
                0 => (String::new(), String::new()),
                earlier => (format!("（以前已报 {earlier} 件）"), format!(" ({earlier} earlier)")),
            };
            said(
                format!("{zh}名额（{most} 件）已满{}", before.0),
                format!("the {most} places{en} are taken{}", before.1),
            )
        }
        Stop::NoValue { place } if matches!(place.as_str(), "phone" | "email" | "student_id") => said(
            format!("文件名要有 {{{place}}}，而第一作者没有登记，或同名的不止一位：`jincai people add` 登记"),
            format!(
                "the file's name needs {{{place}}}, and the first author has none on record, or several have the name: `jincai people add`"
            ),
        ),
        Stop::NoValue { place } => said(
            format!("文件名要有 {{{place}}}，而作品没有写"),
            format!("the file's name needs {{{place}}}, which the work does not state"),
        ),
        Stop::NameTaken { path } => {
            let path = Visible::of(path);
            said(
                format!("和另一件作品重名：{path}；改作品名，或在方案的名称里加 {{no}}"),
                format!(
                    "another work has this name: {path}; change the title, or add {{no}} to the profile's names"
                ),
            )
        }
        Stop::PathTooLong { path, units } => {
            let path = Visible::of(path);
            said(
                format!("路径 {units} 个字符，Windows 解压会失败（最多 120）：{path}"),
                format!("the path has {units} characters, and Windows unpacks at most 120: {path}"),
            )
        }
        Stop::SaidNo { key, by } => said(
            format!("{} 对“{key}”的回答是“否”", Visible::of(by)),
            format!("{} answered no to \"{key}\"", Visible::of(by)),
        ),
        // Said above.
        _ => Bilingual::default(),
    }
}

fn held_back(held: &Held) -> Bilingual {
    match held {
        Held::NotMade { target } => said(
            format!(
                "没有 {target} 的成片：在 jincai.toml 的 targets 里加上 \"{target}\"，再运行 `jincai run`"
            ),
            format!(
                "nothing was made for {target}: add \"{target}\" to `targets` in jincai.toml and run `jincai run`"
            ),
        ),
        Held::Waiting { level } => match level {
            Some(level) => said(
                format!("还没有审核完，等{}", Visible::of(level)),
                format!("it waits for {}", Visible::of(level)),
            ),
            None => said("还没有审核完", "it is not reviewed yet"),
        },
        Held::Returned => said("审核退回了", "it was returned"),
        Held::Withdrawn => said("已下架", "it is withdrawn"),
        Held::File { file, detail } => {
            let file = Visible::of(file);
            match detail {
                Some(detail) => said(
                    format!("文件读不了：{file}（{}）", Visible::of(detail)),
                    format!("a file cannot be read: {file} ({})", Visible::of(detail)),
                ),
                None => said(
                    format!("文件和签字时不一样：{file}；用 `jincai verify` 检查"),
                    format!("a file is not as it was signed: {file}; `jincai verify` checks the library"),
                ),
            }
        }
    }
}

/// Returns what is lacking, and who can mend it.
pub fn open(open: &Open) -> Bilingual {
    match open {
        Open::Question { key, text } => said(
            format!("待人工确认（{key}）：{}", text.zh),
            format!("somebody has to answer ({key}): {}", text.en),
        ),
        Open::NoCover { size } => {
            let of = |size: &Option<Size>| size.map(|size| format!(" {size}")).unwrap_or_default();
            said(format!("没有封面{}", of(size)), format!("there is no cover{}", of(size)))
        }
        Open::NoPart { take } => no_part(*take),
        Open::NoWorks => said("没有一件作品可以放进去", "no work can go in"),
        Open::NoValue { place } => said(
            format!("包名要有 {{{place}}}：在 jincai.toml 里写上"),
            format!("the package's name needs {{{place}}}: write it in jincai.toml"),
        ),
        Open::NameTaken { path } => {
            let path = Visible::of(path);
            said(
                format!("{path} 和包里别的文件重名：改方案里的 name 或 path"),
                format!("{path}: another part has this name: change `name` or `path` in the profile"),
            )
        }
        Open::Gone { file } => {
            let file = Visible::of(file);
            said(
                format!("{file} 不在原处，或已不是登记的那个：用 `jincai verify` 检查作品库"),
                format!("{file} is not where it was put, or another one: `jincai verify` checks the library"),
            )
        }
        Open::NoForm { template, folder, why } => no_form(template, folder, why.as_ref()),
        Open::FormLacks { form, label, why } => unfilled(form, label, why),
        other => papers::paper(other),
    }
}

fn no_part(take: Take) -> Bilingual {
    match take {
        Take::Synopsis => {
            said("没有简介：补在视频旁的说明里", "there is no synopsis: add it beside the video")
        }
        Take::Source => said(
            "原片已不在投稿箱，或和发布的不是同一个",
            "the original is gone from the inbox, or is another one by now",
        ),
        Take::Post => said("这个发布目标没有文案", "this target has no text to post"),
        Take::Links => {
            said("没有登记发布链接：`jincai posts add`", "no link of a post is on record: `jincai posts add`")
        }
        Take::Screenshots => said(
            "没有发布截图：`jincai posts add --screenshot`",
            "there is no screenshot of a post: `jincai posts add --screenshot`",
        ),
        _ => said("缺这一项", "it is lacking"),
    }
}

/// Returns what is worth knowing.
pub fn note(note: &Note) -> Bilingual {
    match note {
        Note::Longer { ms, most_s } => said(
            format!("时长 {}，建议最多 {most_s} 秒", exact_time(*ms)),
            format!("it lasts {}; at most {most_s} s are advised", exact_time(*ms)),
        ),
        Note::Larger { bytes, most } => said(
            format!("{}，建议最多 {}", size(*bytes), size(*most)),
            format!("it has {}; at most {} are advised", size(*bytes), size(*most)),
        ),
        Note::Shortened { from, to } => said(
            format!("名字太长，缩短为“{}”（原来是“{}”）", Visible::of(to), Visible::of(from)),
            format!("the name was too long: \"{}\" instead of \"{}\"", Visible::of(to), Visible::of(from)),
        ),
        Note::Replaced { from, to } => said(
            format!(
                "名字里有 Windows 不允许的字符，写成“{}”（原来是“{}”）",
                Visible::of(to),
                Visible::of(from)
            ),
            format!(
                "Windows does not allow the name \"{}\": it is \"{}\"",
                Visible::of(from),
                Visible::of(to)
            ),
        ),
        Note::CapturedBefore { date, since } => said(
            format!("相机写的拍摄日期是 {date}，早于 {since}：相机时间对吗？"),
            format!("the camera says {date}, before {since}: was its clock right?"),
        ),
        Note::LeftToHand { form, labels } => left_to_hand(form, labels),
        Note::FormCell { form, label, why } => unfilled(form, label, why),
    }
}

fn mega(rate: u64) -> f64 {
    rate as f64 / 1e6
}

/// What is lacking, for the list in the package: without places and names of files of this machine, which tell somebody.
pub fn lacks(title: Option<&str>, lacking: &Open) -> String {
    let what = match lacking {
        Open::Gone { .. } => "有一个文件不在原处".to_owned(),
        Open::NoForm { template, .. } => format!("缺“{template}”"),
        other => papers::lacks(other).unwrap_or_else(|| open(other).zh),
    };
    match title {
        Some(title) => format!("《{title}》{what}"),
        None => what,
    }
}

/// What a part is called.
pub fn take_name(take: Take) -> &'static str {
    match take {
        Take::Video => "视频",
        Take::Cover => "封面",
        Take::Synopsis => "简介",
        Take::Post => "文案",
        Take::Source => "原片",
        Take::Links => "发布链接",
        Take::Screenshots => "发布截图",
        Take::Paper => "材料",
        Take::Form => "报名表",
        Take::Sheet => "表格",
    }
}
