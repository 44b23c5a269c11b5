//! The words of the reports beside the files and of the digests in chats.

use crate::model::finding::Verdict;
use crate::model::language::{Bilingual, Lang};
use crate::text::counted;

/// A text without values, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub zh: &'static str,
    pub en: &'static str,
}

impl Fixed {
    pub(super) const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

impl From<Fixed> for Bilingual {
    fn from(text: Fixed) -> Self {
        Self::new(text.zh, text.en)
    }
}

pub const ARRIVING: Fixed = Fixed::new("正在接收", "arriving");
pub const ARRIVING_HINT: Fixed = Fixed::new(
    "文件还在拷贝，拷完会自动开始。请不要中断拷贝，也不要改名。",
    "The file is still being copied; processing starts by itself. Please do not interrupt the copying or rename the file.",
);
pub const WAITING: Fixed = Fixed::new("排队中", "waiting");
pub const RUNNING: Fixed = Fixed::new("正在处理", "in progress");
pub const RUNNING_HINT: Fixed =
    Fixed::new("可以关掉这一页，稍后再来看。", "You can close this page and come back later.");
pub const REFUSED: Fixed = Fixed::new("没有接收", "not accepted");
pub const REPORT: Fixed = Fixed::new("处理结果", "report");
pub const ALL_REPORTS: Fixed = Fixed::new("全部结果", "all reports");
pub const DEPARTMENT: Fixed = Fixed::new("系部", "department");
pub const NO_DEPARTMENT: Fixed = Fixed::new("未分系部", "no department");
pub const RECEIVED: Fixed = Fixed::new("收到", "received");
pub const UPDATED: Fixed = Fixed::new("更新", "updated");
pub const NEEDS_ATTENTION: Fixed = Fixed::new("需要你处理", "needs attention");
pub const DONE_FOR_YOU: Fixed = Fixed::new("已自动处理，供参考", "fixed automatically");
pub const DUPLICATE_OF: Fixed = Fixed::new("与这件作品重复", "duplicate of this work");
pub const AUTHORS: Fixed = Fixed::new("作者", "authors");
pub const ADVISORS: Fixed = Fixed::new("指导教师", "advisors");
pub const CLASS: Fixed = Fixed::new("班级", "class");
pub const CATEGORY: Fixed = Fixed::new("类别", "category");
pub const SYNOPSIS: Fixed = Fixed::new("简介", "synopsis");
pub const MUSIC: Fixed = Fixed::new("音乐", "music");
pub const CONSENT: Fixed = Fixed::new("授权", "consent");
pub const AI: Fixed = Fixed::new("AI 使用", "use of AI");
pub const AI_LABEL: Fixed = Fixed::new("AI 标识", "label of AI-made media");
pub const AI_CREDENTIALS: Fixed =
    Fixed::new("原片带有内容凭证（C2PA）", "the source carries content credentials (C2PA)");
pub const TO_CHOOSE: Fixed = Fixed::new("发布时在平台选择", "to be chosen in the platform's form");
pub const YES: Fixed = Fixed::new("是", "yes");
pub const NO: Fixed = Fixed::new("否", "no");
pub const TOLD: Fixed = Fixed::new("作品信息（来自视频旁的信息文件）", "details of the work");
pub const COVERS: Fixed = Fixed::new("封面", "covers");
pub const PREVIEW: Fixed = Fixed::new("画面小样（静态）", "preview (stills)");
pub const TARGETS: Fixed = Fixed::new("成片", "finished files");
pub const TARGET: Fixed = Fixed::new("发布目标", "target");
pub const FILE: Fixed = Fixed::new("文件", "file");
pub const PICTURE: Fixed = Fixed::new("画面", "picture");
pub const DURATION: Fixed = Fixed::new("时长", "duration");
pub const SIZE: Fixed = Fixed::new("大小", "size");
pub const LOUDNESS: Fixed = Fixed::new("响度", "loudness");
pub const SILENT: Fixed = Fixed::new("无声", "silent");
pub const FILES_ARE_IN: Fixed = Fixed::new("文件在作品库", "the files are in the library");
pub const POSTS: Fixed = Fixed::new("发布文案", "texts for posting");
pub const POSTS_HINT: Fixed =
    Fixed::new("点一下文字即可全选，再按 Ctrl+C 复制。", "Click a text to select all of it, then copy.");
pub const SOURCE: Fixed = Fixed::new("原片", "source");
pub const DRAFT: Fixed = Fixed::new("小样，只供预览", "draft, for preview only");
pub const REFRESHES_ITSELF: Fixed = Fixed::new("本页每 10 秒自动刷新", "this page refreshes every 10 s");
pub const ENGLISH: Fixed = Fixed::new("English", "English");
pub const MADE_BY: Fixed = Fixed::new("由津彩自动生成", "made by jincai");
pub const EARLIER_FILE: Fixed = Fixed::new(
    "新交的文件没有采用；下面的成片来自它之前的文件，继续使用。",
    "The file submitted last is not used; the finished files below were made from the one before it and stay in use.",
);
pub const STAYS_PUBLISHED: Fixed = Fixed::new(
    "下面是此前发布的成片，改好之前继续使用。",
    "The finished files below were published before and stay in use until the file is fixed.",
);
pub const NOT_MADE: Fixed = Fixed::new("没有做（原因见“需要你处理”）", "not made (see above)");
pub const NOT_ASKED_FOR: Fixed =
    Fixed::new("没有做（没有选这个发布目标）", "not made (not among this work's targets)");
pub const OTHERS: Fixed = Fixed::new("其余作品", "other works");
pub const NO_DROPS: Fixed = Fixed::new(
    "还没有文件。把视频拷进本系部的文件夹，这里就会出现结果。",
    "Nothing yet. Copy a video into the department's folder and its report appears here.",
);
pub const WORK: Fixed = Fixed::new("作品", "work");
pub const STATE: Fixed = Fixed::new("状态", "state");
pub const ALARM: Fixed = Fixed::new("警报", "alarm");
pub const SCREEN: Fixed = Fixed::new("屏幕", "screen");
pub const OTHER_WORK: Fixed = Fixed::new("对方作品", "other work");
pub const SEASON: Fixed = Fixed::new("赛季", "season");
pub const HERE: Fixed = Fixed::new("本片", "here");
pub const THERE: Fixed = Fixed::new("对方", "there");
pub const OTHER_SPEED: Fixed = Fixed::new("速度（对方为 1）", "speed (other = 1)");
pub const MIRRORED: Fixed = Fixed::new("左右镜像", "mirrored left to right");
pub const FOUND_BY: Fixed = Fixed::new("依据", "found by");
pub const SURE: Fixed = Fixed::new("把握", "certainty");
pub const COMPARE_HINT: Fixed = Fixed::new(
    "左边是本片，右边是对方的作品，请对比着看一看。",
    "This work is on the left, the other on the right.",
);

/// A season with the date of submission that decides it, and where that date is from.
pub fn season(name: Option<&str>, date: &str, by: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("{}（{}：{date}）", name.unwrap_or("不在任何赛季"), by.zh),
        format!("{} ({}: {date})", name.unwrap_or("none"), by.en),
    )
}

/// What follows from a verdict, in a sentence.
pub fn verdict_hint(verdict: Verdict) -> Bilingual {
    let (zh, en) = match verdict {
        Verdict::Accepted => (
            "作品已制作入库，审核通过之前不能发布。",
            "The work is in the library. It must not be posted before it is signed.",
        ),
        Verdict::AcceptedWithWarnings => (
            "作品已制作入库，审核通过之前不能发布。请看一看下面的提醒，再决定是否修改重交。",
            "The work is in the library. It must not be posted before it is signed. Please read the warnings below and decide \
             whether to submit it again.",
        ),
        Verdict::Duplicate => (
            "内容和已交的作品相同，没有再做一次。如果是交重了，删掉这个文件即可。",
            "It is the same as a work submitted before and was not made again. If it was submitted by mistake, delete the file.",
        ),
        Verdict::Rejected => (
            "这件作品现在不能用。请按下面的说明改好（重新导出的视频用原来的文件名覆盖），系统会自动重新处理。",
            "This work cannot be used as it is. Fix it as described below (save a new export under the same name); it is then \
             processed again automatically.",
        ),
        Verdict::Failed => (
            "制作中途出错，一般不是文件的问题。系统会再试；一直不成功时，请把这一页发给宣传部。",
            "Something went wrong while it was being made; usually the file is not the cause. It will be tried again; if it \
             keeps failing, send this page to the office.",
        ),
    };
    Bilingual::new(zh, en)
}

/// How many other files go before this one.
pub fn waiting_hint(ahead: usize) -> Bilingual {
    match ahead {
        0 => Bilingual::new("马上轮到，不用守着。", "It is next; no need to wait here."),
        _ => Bilingual::new(
            format!("前面还有 {ahead} 个，会自动处理，不用守着。"),
            format!(
                "{} first; it is processed automatically, no need to wait here.",
                counted(ahead, "other goes", "others go")
            ),
        ),
    }
}

/// Returns a speed in times real time.
pub fn speed(speed: f64) -> Bilingual {
    Bilingual::new(format!("{speed:.1} 倍速"), format!("{speed:.1}× real time"))
}

pub fn revision(number: u32) -> Bilingual {
    Bilingual::new(format!("第 {number} 版"), format!("revision {number}"))
}

/// The head of an index: works in all.
pub fn in_all(count: usize) -> Bilingual {
    Bilingual::new(format!("共 {count} 件"), format!("{count} in all"))
}

/// The head of a chat message about this many works and so much news of reviews. The program's name is in each: robots that
/// are guarded by a keyword take it for one.
pub fn digest(works: usize, reviews: usize) -> Bilingual {
    match works {
        0 if reviews > 0 => Bilingual::new(
            format!("津彩：审核消息 {reviews} 条"),
            format!("津彩 jincai: {} of reviews", counted(reviews, "message", "messages")),
        ),
        0 => Bilingual::new("津彩：值守服务有警报", "津彩 jincai: alarm"),
        _ => Bilingual::new(
            format!("津彩：{works} 件作品有结果"),
            format!("津彩 jincai: {} done", counted(works, "work is", "works are")),
        ),
    }
}

/// The first line of a chat message about screens alone.
pub fn digest_of_screens(screens: usize) -> Bilingual {
    Bilingual::new(
        format!("津彩：屏幕消息 {screens} 条"),
        format!("津彩 jincai: {} of screens", counted(screens, "message", "messages")),
    )
}

/// The last line of a chat message: works left out of it.
pub fn and_more(count: usize) -> Bilingual {
    Bilingual::new(format!("另有 {count} 件"), format!("and {count} more"))
}

/// Returns the time that is left, rounded to what a person plans by.
pub fn left(seconds: f64) -> Bilingual {
    let minutes = (seconds.max(0.0) / 60.0).ceil() as u64;
    match minutes {
        0 | 1 => Bilingual::new("不到 1 分钟", "less than a minute"),
        2..60 => Bilingual::new(format!("约 {minutes} 分钟"), format!("about {minutes} min")),
        _ => Bilingual::new(
            format!("约 {} 小时 {} 分钟", minutes / 60, minutes % 60),
            format!("about {} h {} min", minutes / 60, minutes % 60),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_in_what_people_plan_by() {
        for (seconds, zh) in [(5.0, "不到 1 分钟"), (61.0, "约 2 分钟"), (3_700.0, "约 1 小时 2 分钟")]
        {
            assert_eq!(left(seconds).zh, zh);
        }
        assert!(waiting_hint(7).zh.contains("还有 7 个"));
    }

    #[test]
    fn one_work_is_and_two_are() {
        let said = [1, 2].map(|works| (digest(works, 0).en, waiting_hint(works).en));
        assert!(
            said[0].0.ends_with("1 work is done") && said[0].1.starts_with("1 other goes first"),
            "{said:?}"
        );
        assert!(
            said[1].0.ends_with("2 works are done") && said[1].1.starts_with("2 others go first"),
            "{said:?}"
        );
    }
}
