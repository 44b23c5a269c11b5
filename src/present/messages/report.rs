//! The words of the reports beside the files and of the digests in chats.

use crate::model::answer::Word;
use crate::model::finding::Verdict;
use crate::model::text::Bilingual;

/// The word in both languages.
pub fn word(word: Word) -> Bilingual {
    match word {
        Word::Verdict(verdict) => super::verdict(verdict),
        Word::VerdictHint(verdict) => verdict_hint(verdict),
        Word::Stage(stage) => super::stage(stage),
        Word::Severity(severity) => super::severity(severity),
        Word::Likeness(class) => super::duplicates::class(class),
        Word::Proof(proof) => super::duplicates::proof(proof),
        Word::WaitingHint(_)
        | Word::Left(_)
        | Word::Speed(_)
        | Word::Revision(_)
        | Word::Count(_)
        | Word::Digest(_)
        | Word::AndMore(_) => counted(word),
        _ => fixed(word),
    }
}

fn verdict_hint(verdict: Verdict) -> Bilingual {
    let (zh, en) = match verdict {
        Verdict::Accepted => ("作品已入库，可以发布。", "The work is in the library and ready to post."),
        Verdict::AcceptedWithWarnings => (
            "作品已入库。请看一看下面的提醒，再决定是否修改重交。",
            "The work is in the library. Please read the warnings below and decide whether to hand it in again.",
        ),
        Verdict::Duplicate => (
            "内容和已交的作品相同，没有再做一次。如果是误交，删掉这个文件即可。",
            "It is the same as a work handed in before and was not made again. If by mistake, delete the file.",
        ),
        Verdict::Rejected => (
            "这件作品现在不能用。请按下面的说明改好（重新导出的视频用原来的文件名覆盖），系统会自动重新处理。",
            "This work cannot be used as it is. Mend it as said below (save a new export under the same name); it is then \
             looked at again by itself.",
        ),
        Verdict::Failed => (
            "制作中途出错，一般不是文件的问题。系统会再试；一直不成功时，请把这一页发给宣传部。",
            "Something broke while it was made; usually the file is not to blame. It will be tried again; if it keeps \
             failing, send this page to the office.",
        ),
    };
    Bilingual::new(zh, en)
}

fn counted(word: Word) -> Bilingual {
    match word {
        Word::WaitingHint(0) => Bilingual::new("马上轮到，不用守着。", "It is next; no need to stay."),
        Word::WaitingHint(ahead) => Bilingual::new(
            format!("前面还有 {ahead} 个，会自动处理，不用守着。"),
            format!("{ahead} others go first; it is done by itself, no need to stay."),
        ),
        Word::Left(seconds) => left(seconds),
        Word::Speed(speed) => Bilingual::new(format!("{speed:.1} 倍速"), format!("{speed:.1}× real time")),
        Word::Revision(number) => Bilingual::new(format!("第 {number} 版"), format!("revision {number}")),
        Word::Count(count) => Bilingual::new(format!("共 {count} 件"), format!("{count} in all")),
        // The name stands in each message: robots that are guarded by a keyword take it for one.
        Word::Digest(0) => Bilingual::new("津彩：值守服务有警报", "津彩 jincai: an alarm"),
        Word::Digest(count) => Bilingual::new(
            format!("津彩：{count} 件作品有结果"),
            format!("津彩 jincai: {count} works are done"),
        ),
        Word::AndMore(count) => Bilingual::new(format!("另有 {count} 件"), format!("and {count} more")),
        _ => Bilingual::default(),
    }
}

/// Rounded to what a person plans by.
fn left(seconds: f64) -> Bilingual {
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

fn fixed(word: Word) -> Bilingual {
    let (zh, en) = match word {
        Word::Arriving => ("正在接收", "arriving"),
        Word::ArrivingHint => (
            "文件还在拷贝，拷完会自动开始。请不要中断拷贝，也不要改名。",
            "The file is still being copied; work begins by itself. Please do not interrupt or rename it.",
        ),
        Word::Waiting => ("排队中", "waiting"),
        Word::Running => ("正在处理", "in the making"),
        Word::RunningHint => ("可以关掉这一页，稍后再来看。", "You can close this page and come back later."),
        Word::Refused => ("没有接收", "not taken"),
        Word::Report => ("处理结果", "report"),
        Word::AllReports => ("全部结果", "all reports"),
        Word::Department => ("系部", "department"),
        Word::NoDepartment => ("未分系部", "no department"),
        Word::Received => ("收到", "received"),
        Word::Updated => ("更新", "updated"),
        Word::ToMend => ("需要你处理", "for you to do"),
        Word::DoneForYou => ("已自动处理，供参考", "done for you"),
        Word::DuplicateOf => ("与这件作品重复", "it repeats this work"),
        Word::Authors => ("作者", "authors"),
        Word::Covers => ("封面", "covers"),
        Word::Preview => ("画面小样（静态）", "preview (stills)"),
        Word::Targets => ("成片", "finished files"),
        Word::Target => ("发布目标", "target"),
        Word::File => ("文件", "file"),
        Word::Picture => ("画面", "picture"),
        Word::Duration => ("时长", "duration"),
        Word::Size => ("大小", "size"),
        Word::Loudness => ("响度", "loudness"),
        Word::Silent => ("无声", "silent"),
        Word::FilesAreIn => ("文件在作品库", "the files are in the library"),
        Word::Posts => ("发布文案", "post texts"),
        Word::PostsHint => {
            ("点一下文字即可全选，再按 Ctrl+C 复制。", "Click a text to select all of it, then copy.")
        }
        Word::Source => ("原片", "source"),
        Word::Draft => ("小样，只供预览", "a draft, for a look only"),
        Word::RefreshesItself => ("本页每 10 秒自动刷新", "this page refreshes every 10 s"),
        Word::English => ("English", "English"),
        Word::MadeBy => ("由津彩自动生成", "made by jincai"),
        Word::EarlierFile => (
            "新交的文件没有采用；下面的成片来自它之前的文件，继续使用。",
            "The file that was handed in last is not used; these are of the one before it, and stay in use.",
        ),
        Word::StaysPublished => (
            "下面是此前发布的成片，改好之前继续使用。",
            "These were published before and stay in use until it is mended.",
        ),
        Word::NotMade => ("没有做（原因见“需要你处理”）", "not made (see above)"),
        Word::Others => ("其余作品", "the others"),
        Word::NoDrops => (
            "还没有文件。把视频拷进本系部的文件夹，这里就会出现结果。",
            "Nothing yet. Copy a video into the department's folder and its report appears here.",
        ),
        Word::Work => ("作品", "work"),
        Word::State => ("状态", "state"),
        Word::Alarm => ("警报", "alarm"),
        Word::OtherWork => ("对方作品", "other work"),
        Word::Season => ("赛季", "season"),
        Word::Here => ("本片", "here"),
        Word::There => ("对方", "there"),
        Word::OtherSpeed => ("速度（对方为 1）", "speed (the other: 1)"),
        Word::Mirrored => ("左右镜像", "mirrored left to right"),
        Word::FoundBy => ("依据", "found by"),
        Word::Sure => ("把握", "how sure"),
        Word::CompareHint => {
            ("左边是本片，右边是对方，请自己看一看。", "This work is on the left, the other on the right.")
        }
        _ => ("", ""),
    };
    Bilingual::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_in_what_people_plan_by() {
        for (seconds, zh) in [(5.0, "不到 1 分钟"), (61.0, "约 2 分钟"), (3_700.0, "约 1 小时 2 分钟")]
        {
            assert_eq!(word(Word::Left(seconds)).zh, zh);
        }
        assert!(word(Word::WaitingHint(7)).zh.contains("还有 7 个"));
    }
}
