//! What lies in an inbox, whose it is and when it came.

use std::path::Path;

use super::template::{Template, shown};
use crate::model::language::Bilingual;
use crate::model::left_over::LeftOverKind;
use crate::model::placeholder::Placeholder;
use crate::model::submission_date::DatedBy;
use crate::text::counted;

pub(super) const LEFT_OVER: Template = Template::new(
    "这个文件[“{path}”]没有作为作品处理[：{why}]",
    "This file[, “{path}”,] was not taken[: {why}]",
);
pub(super) const DEPARTMENT_NOT_LISTED: Template = Template::new(
    "文件夹[“{folder}”]不在系部名单里[，是不是“{meant}”]？请移到正确的系部文件夹，或请宣传部把它写进 jincai.toml 的 [departments]。",
    "The folder[ “{folder}”] is not among the departments[; is “{meant}” meant]? Please move the work to the right folder, or ask \
     the office to add the folder to `departments` in jincai.toml.",
);
pub(super) const SEASON_BY_FILE_TIME: Template = Template::new(
    "没有收到这个文件的记录，按文件自己的时间[ {measured} ]归入赛季[“{season}”]。不对的话，在同名 .toml 里写 \
     submitted = \"年-月-日\"，再运行一次。",
    "It is not recorded when this file was submitted: by the file's own time[, {measured},] it belongs to the season[ \
     “{season}”]. If that is wrong, write `submitted` with the date in the .toml beside it and run again.",
);
pub(super) const SEASONS_DIFFER: Template = Template::new(
    "[按{how}（{measured}）]归入赛季[“{season}”]；文件自己的时间[ {found} ]在另一个赛季[“{other}”]。应归入后者的话，在同名 .toml 里写 \
     submitted = \"年-月-日\"。",
    "It belongs to the season[ “{season}”][ by {how} ({measured})]; the file's own time[, {found},] is in another one[, \
     “{other}”]. If it belongs to that one, write `submitted` with the date in the .toml beside it.",
);
pub(super) const PLACEHOLDER_IN_USE: Template = Template::new(
    "成片里还带着示例内容[：{why}]。请宣传部在 jincai.toml 里换成自己的，再运行一次；换好以前，请不要发布。",
    "Finished works still carry examples[: {why}]. The office should replace them in jincai.toml and run again; please do not \
     post anything before.",
);

/// What a file is that is not taken, and what to do with it.
pub fn left_over(kind: LeftOverKind) -> Bilingual {
    let (zh, en) = match kind {
        LeftOverKind::Archive => (
            "压缩包里的内容不会查看。请解压，把里面的视频放进来。",
            "nothing looks into an archive. Please unpack it and put the video here.",
        ),
        LeftOverKind::Document => (
            "这是文档，不是视频。作品信息请写进与视频同名的 .toml，字幕请存成 .srt；用不着就移走。",
            "this is a document, not a video. Write the details of a work into a .toml of the video's name and captions into an \
             .srt; move it away if it is not needed.",
        ),
        LeftOverKind::Picture => (
            "这张图片没有作为海报。海报要是 JPG、PNG 或 WebP，名字不能与旁边的视频相同；要给视频当封面，请命名为 视频名.cover.jpg。",
            "this picture was not taken as a poster. Please hand posters in as JPEG, PNG or WebP under names that no video beside them \
             has; the cover of a video is called NAME.cover.jpg.",
        ),
        LeftOverKind::Sound => (
            "这里只有声音，没有画面。请放进带画面的视频。",
            "this is sound without pictures. Please put the video here.",
        ),
        LeftOverKind::Piece => (
            "这是没有合并的视频片段。请用下载它的软件合并、导出 MP4，再放进来。",
            "this is one piece of a video that was never joined. Please join the pieces with the program that downloaded them, and \
             put the MP4 here.",
        ),
        LeftOverKind::Playlist => (
            "这只是一个列表或链接，不是视频。请放进视频文件本身。",
            "this is only a list or a link, not a video. Please put the video itself here.",
        ),
        LeftOverKind::Project => (
            "这是剪辑软件的工程文件，不含画面。请从剪辑软件导出 MP4 再放进来。",
            "this is the project of an editing program and holds no pictures. Please export an MP4 and put it here.",
        ),
        LeftOverKind::Unfinished => (
            "还没有下载或拷贝完。完成以后会自动处理；如果早就停了，请重新下载或拷贝。",
            "its download or copy has not finished. It is processed by itself once it has; if it stopped long ago, please begin it \
             again.",
        ),
        LeftOverKind::NoExtension => (
            "文件名没有扩展名，不知道是什么。如果是视频，请在名字后面加上 .mp4（或原来的扩展名）。",
            "its name has no extension, so it is not known what it is. If it is a video, please add .mp4 (or what it had).",
        ),
        LeftOverKind::Sidecar => (
            "旁边没有同名的视频，没有使用。请改成与视频相同的名字。",
            "there is no video of the same name beside it, and it was not used. Please give it the video's name.",
        ),
        LeftOverKind::Library => (
            "这个文件夹是一个作品库，里面是成片，不能当作素材。请把它移出投稿箱。",
            "this folder is a library: it holds finished works, which cannot be sources. Please move it out of the inbox.",
        ),
        LeftOverKind::Other => (
            "按名字看不是视频。如果是视频，请改成视频的扩展名（例如 .mp4）；用不着就移走。",
            "its name is not that of a video. If it is one, please give it a video's extension such as .mp4; move it away if it is \
             not needed.",
        ),
    };
    Bilingual::new(zh, en)
}

/// The kind in a word or two, for the many of a list.
pub fn left_over_kind(kind: LeftOverKind) -> Bilingual {
    let (zh, en) = match kind {
        LeftOverKind::Archive => ("压缩包", "archive"),
        LeftOverKind::Document => ("文档", "document"),
        LeftOverKind::Picture => ("图片", "picture"),
        LeftOverKind::Sound => ("音频", "sound"),
        LeftOverKind::Piece => ("视频片段", "piece of a video"),
        LeftOverKind::Playlist => ("列表或链接", "list or link"),
        LeftOverKind::Project => ("工程文件", "project"),
        LeftOverKind::Unfinished => ("未完成的下载", "unfinished"),
        LeftOverKind::NoExtension => ("没有扩展名", "no extension"),
        LeftOverKind::Sidecar => ("没有同名视频", "no video of its name"),
        LeftOverKind::Library => ("作品库", "library"),
        LeftOverKind::Other => ("其他文件", "other file"),
    };
    Bilingual::new(zh, en)
}

/// The head of what was not taken: how many in all.
pub fn left_overs(files: usize) -> Bilingual {
    Bilingual::new(
        format!("略过了 {files} 个不是作品的文件："),
        format!("{} skipped that are no works:", counted(files, "file was", "files were")),
    )
}

/// One kind of them: some names, and what to do.
pub fn left_overs_of(kind: LeftOverKind, names: &[String], number: usize) -> Bilingual {
    let list = |comma: &str, more: String| {
        let named = names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(comma);
        if number > names.len() { named + &more } else { named }
    };
    let (word, why) = (left_over_kind(kind), left_over(kind));
    Bilingual::new(
        format!("  {}（{number} 个）：{}。{}", word.zh, list("、", " 等".to_owned()), why.zh),
        format!("  {} ({number}): {}; {}", word.en, list(", ", " …".to_owned()), why.en),
    )
}

/// The head of what a department's page says was not taken.
pub const NOT_TAKEN: super::report::Fixed = super::report::Fixed::new("没有处理的文件", "not taken");

/// The last line of a long list.
pub fn more_left_over(number: usize) -> Bilingual {
    Bilingual::new(format!("另有 {number} 个"), format!("and {number} more"))
}

/// Where the date of a submission is from.
pub fn dated_by(by: DatedBy) -> Bilingual {
    let (zh, en) = match by {
        DatedBy::Details => ("作品信息里写的投稿日期", "the date of submission in its details"),
        DatedBy::FirstSeen => ("首次收到的日期", "the day on which it was first received"),
        DatedBy::FileTime => ("文件自己的时间", "the file's own time"),
    };
    Bilingual::new(zh, en)
}

/// The pattern of file names as people say it, with an example.
pub fn name_pattern(pattern: &str) -> Bilingual {
    let filled = |words: [&str; 3]| {
        let [department, title, author] = words;
        let named = pattern.replace("{department}", department).replace("{title}", title);
        shown(&named.replace("{author}", author).replace('*', if words[0] == "系部" { "…" } else { "" }))
    };
    let example = filled(["体育部", "看海", "孙悦"]);
    let english = pattern
        .replace("{department}", "DEPARTMENT")
        .replace("{title}", "TITLE")
        .replace("{author}", "AUTHOR")
        .replace('*', "…");
    let english_example = pattern
        .replace("{department}", "sports")
        .replace("{title}", "seaside")
        .replace("{author}", "sun-yue")
        .replace('*', "");
    Bilingual::new(
        format!("“{}”，例如“{example}.mp4”", filled(["系部", "作品名", "作者"])),
        format!("“{}”, such as “{}.mp4”", shown(&english), shown(&english_example)),
    )
}

/// What a file holds that is no video, by the name that its first bytes have.
pub fn content(name: &str) -> Bilingual {
    let (zh, en) = match name {
        "text" => ("文本文件", "a text file"),
        "ZIP" => ("压缩包（ZIP），也可能是 Office 文档", "an archive (ZIP) or an Office document"),
        "RAR" => ("压缩包（RAR）", "an archive (RAR)"),
        "7-Zip" => ("压缩包（7-Zip）", "an archive (7-Zip)"),
        "PDF" => ("PDF 文档", "a PDF document"),
        "Office" => ("Office 文档", "an Office document"),
        "EXE" | "ELF" => ("程序", "a program"),
        _ => return Bilingual::new(shown(name), shown(name)),
    };
    Bilingual::new(zh, en)
}

/// The examples that still stand.
pub fn placeholders(which: &[Placeholder]) -> Bilingual {
    let named = which.iter().map(|one| match one {
        Placeholder::Watermark => ("占位水印", "the placeholder watermark"),
        Placeholder::College => ("校名“示例学院”", "the college's name"),
        Placeholder::SubTopic => ("话题“示例学院”", "the school's topic"),
        Placeholder::Departments => ("示例系部", "the example department"),
    });
    let (zh, en): (Vec<_>, Vec<_>) = named.unzip();
    Bilingual::new(zh.join("、"), en.join(", "))
}

/// Which configuration was read.
pub fn configuration_read(file: &Path) -> Bilingual {
    let file = name(file);
    Bilingual::new(format!("使用配置 {file}"), format!("Using the configuration {file}"))
}

/// A configuration in a team's folder was not read, since the office's is the one above it.
pub fn configuration_in_inbox(passed_over: &Path, file: &Path) -> Bilingual {
    let (passed_over, file) = (name(passed_over), name(file));
    Bilingual::new(
        format!("投稿箱里的 {passed_over} 不作配置使用，用的是 {file}。请把它移出投稿箱。"),
        format!(
            "{passed_over} lies in the inbox and is not used as a configuration; {file} is. Please move it out of the inbox."
        ),
    )
}

/// Published works would be found as submissions. `owner` is the configuration whose inbox it is, if not the one in use.
pub fn library_in_inbox(library: &Path, inbox: &Path, owner: Option<&Path>) -> Bilingual {
    let (library, inbox) = (name(library), name(inbox));
    let (of_zh, of_en) = owner
        .map(name)
        .map_or_else(Default::default, |owner| (format!("（见 {owner}）"), format!(" (of {owner})")));
    Bilingual::new(
        format!(
            "作品库 {library} 在投稿箱 {inbox}{of_zh} 里面，成片会被当成投稿，所以什么都没有做。请在 jincai.toml 的 library 或 --library 里换一个投稿箱以外的文件夹。"
        ),
        format!(
            "The library {library} lies in the inbox {inbox}{of_en}: finished works would be taken for submissions, so nothing was \
             done. Please name a folder outside the inbox in `library` of jincai.toml or with --library."
        ),
    )
}

/// What is submitted there would lie among finished works.
pub fn inbox_in_library(inbox: &Path, library: &Path) -> Bilingual {
    let (inbox, library) = (name(inbox), name(library));
    Bilingual::new(
        format!(
            "投稿箱 {inbox} 在作品库 {library} 里面，所以什么都没有做。请在 jincai.toml 的 inbox 里换一个作品库以外的文件夹。"
        ),
        format!(
            "The inbox {inbox} lies in the library {library}, so nothing was done. Please name a folder outside the library in \
             `inbox` of jincai.toml."
        ),
    )
}

/// Folders and files that could not be read, at the end of a run; not none.
pub fn left_unread(number: usize) -> Bilingual {
    Bilingual::new(
        format!(
            "另有 {number} 个文件或文件夹读不了或没有接收（见上面以“–”开头的行）。处理好以后请再运行一次。"
        ),
        format!(
            "{} be read or accepted (see the lines that begin with “–”). Please run again once that is settled.",
            counted(number, "file or folder could not", "files or folders could not")
        ),
    )
}

fn name(path: &Path) -> String {
    shown(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_names_is_told_by_an_example() {
        let said = name_pattern("{department}-{title}-{author}");
        assert_eq!(said.zh, "“系部-作品名-作者”，例如“体育部-看海-孙悦.mp4”");
        assert_eq!(said.en, "“DEPARTMENT-TITLE-AUTHOR”, such as “sports-seaside-sun-yue.mp4”");
    }

    #[test]
    fn what_is_left_over_says_what_to_do_in_both_languages() {
        for kind in LeftOverKind::ALL {
            let said = left_overs_of(kind, &["a.bin".to_owned()], 3);
            assert!(
                said.zh.contains("a.bin 等") && said.zh.contains('请') || kind == LeftOverKind::Unfinished,
                "{said:?}"
            );
            assert!(said.en.contains("lease") || kind == LeftOverKind::Document, "{said:?}");
        }
    }
}
