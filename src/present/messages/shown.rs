//! How far a work's review is, as pages, chats and sheets say it.

pub use super::report::Fixed;
use super::template::shown;
use crate::model::language::Bilingual;
use crate::model::review::{CreditNote, ReviewState, Span, Standing};
use crate::model::units::long_time;
use crate::text::counted;

pub const REVIEW: Fixed = Fixed::new("审核", "review");
pub const REASON: Fixed = Fixed::new("理由", "reason");
pub const COMMENTS: Fixed = Fixed::new("审核意见（还没改好的）", "open comments");
pub const POSTS_UP: Fixed = Fixed::new("已发布在", "posted at");
pub const NO_LINK: Fixed = Fixed::new("有截图，没有链接", "a screenshot, no link");
pub const MAY_GO: Fixed = Fixed::new("可以发布", "released");
pub const STILL_WAIT: Fixed = Fixed::new("还不能发布", "not released yet");
pub const CREDIT: Fixed = Fixed::new("署名行", "credit");
pub const PUBLISHED_ONE: Fixed = Fixed::new("在用的成片", "the finished files in use");
/// Above the texts for posting of a work that is not released.
pub const POSTS_WAIT: Fixed = Fixed::new(
    "审核通过之前请不要发布，下面的文案供审阅。",
    "For reading only: nothing is to be posted before it is signed.",
);
/// The same where some targets are released.
pub const POSTS_WAIT_PARTLY: Fixed = Fixed::new(
    "还在补审的目标请不要发布。",
    "Nothing is to be posted to the targets that still wait for a signature.",
);
pub const OVERDUE: Fixed = Fixed::new("已超时", "overdue");
/// The sign of a work that waits for a signature.
pub const WAITS_SIGN: &str = "审";

/// The last line of a run that made works.
pub fn review_first() -> Bilingual {
    Bilingual::new(
        "作品审核通过后才能发布。查看待审核的作品：jincai review",
        "Works may be posted when they are signed. What waits for whom: jincai review",
    )
}

/// Where a work stands, in a word or two.
pub fn state(standing: &Standing) -> Bilingual {
    let said = state_of(standing.state, standing.level.as_deref());
    match standing.supplementary && standing.state == ReviewState::Waiting {
        true => Bilingual::new(format!("补审 · {}", said.zh), format!("{} (supplementary)", said.en)),
        false => said,
    }
}

/// The same of a state; `level` is the one that a waiting work waits for.
pub fn state_of(state: ReviewState, level: Option<&str>) -> Bilingual {
    match (state, level) {
        (ReviewState::Waiting, Some(level)) => {
            let level = shown(level);
            Bilingual::new(format!("待{level}"), format!("waiting for {level}"))
        }
        (ReviewState::Waiting, None) => Bilingual::new("待审核", "to be reviewed"),
        (ReviewState::Returned, _) => Bilingual::new("退回修改", "returned"),
        (ReviewState::Released, _) => Bilingual::new("可发布", "released"),
        (ReviewState::Posted, _) => Bilingual::new("已发布", "posted"),
        (ReviewState::Withdrawn, _) => Bilingual::new("已下架", "withdrawn"),
    }
}

/// What a person reads of where a work stands. Times are as they are shown.
#[derive(Clone, Copy, Debug)]
pub struct Stands<'a> {
    pub standing: &'a Standing,
    /// Whose task the level is that it waits for; empty where nobody says.
    pub role: &'a str,
    pub since: &'a str,
    pub due: Option<&'a str>,
    pub is_overdue: bool,
}

/// What that means for the team, in a sentence or two.
pub fn state_hint(stands: &Stands<'_>) -> Bilingual {
    let Stands { standing, since, .. } = *stands;
    match standing.state {
        ReviewState::Waiting => waiting_hint(stands),
        ReviewState::Returned => {
            let level = shown(standing.level.as_deref().unwrap_or_default());
            Bilingual::new(
                format!(
                    "{level}于 {since} 退回。请按下面的理由和意见修改，用原来的文件名重新交；新的成片要重新审核。"
                ),
                format!(
                    "Returned at {level} on {since}. Please mend it as described below and submit it under the same name; the new \
                     files are reviewed again."
                ),
            )
        }
        ReviewState::Released => Bilingual::new(
            format!("审核已全部通过（{since}），可以发布。"),
            format!("All levels have signed ({since}); it may be posted."),
        ),
        ReviewState::Posted => Bilingual::new(
            "审核已全部通过，已经发布，链接见下。",
            "All levels have signed and it was posted; the links are below.",
        ),
        ReviewState::Withdrawn => Bilingual::new(
            format!("已于 {since} 下架，不能再发布、展播或转发。"),
            format!("Withdrawn on {since}: it must not be posted, shown or reposted any more."),
        ),
    }
}

fn waiting_hint(stands: &Stands<'_>) -> Bilingual {
    let Stands { standing, role, since, due, is_overdue } = *stands;
    let role = shown(role);
    let (mut zh, mut en) = if standing.signed.is_empty() {
        (
            String::from("已制作，待审核，审核通过之前不能发布。"),
            String::from("Made, and not to be posted before it is signed. "),
        )
    } else {
        let last = standing.signed.last().map(|signed| shown(&signed.level)).unwrap_or_default();
        (
            format!("{last}已通过，还没有审完，暂时不能发布。"),
            format!("{last} has signed; not to be posted yet. "),
        )
    };
    if standing.supplementary {
        zh = String::from("新做的成片还要补审，暂时不能发布；其余的可以发布。");
        en = String::from("Files that were made since are still to be signed; the others may be posted. ");
    } else if standing.targets.values().any(|its| its.was_signed && its.signed.is_empty()) {
        zh = String::from("签字之后内容有改动，或签字已到期，要重新审核，暂时不能发布。");
        en = String::from(
            "It has changed since it was signed, or the signature has ended; it is reviewed again. ",
        );
    }
    if let Some(level) = &standing.level {
        let level = shown(level);
        match role.is_empty() {
            true => {
                zh.push_str(&format!("{since} 起等待{level}。"));
                en.push_str(&format!("Waiting for {level} since {since}."));
            }
            false => {
                zh.push_str(&format!("{since} 起等{role}{level}。"));
                en.push_str(&format!("Waiting for {level} by {role} since {since}."));
            }
        }
    }
    if let Some(due) = due {
        let (late_zh, late_en) =
            if is_overdue { ("已超时，", "Overdue: it was ") } else { ("", "It is ") };
        zh.push_str(&format!("{late_zh}应在 {due} 前审完。"));
        en.push_str(&format!(" {late_en}to be signed by {due}."));
    }
    Bilingual::new(zh, en)
}

/// A point or a range of a work's time: `0:37`, `0:37–0:41`.
pub fn span(span: Span) -> String {
    let (from, to) = (long_time(span.from_ms), long_time(span.to_ms));
    if from == to { from } else { format!("{from}–{to}") }
}

/// Works of a department that wait for a level, for a day's digest.
pub fn waiting_works(count: usize, overdue: usize, role: &str) -> Bilingual {
    let role = shown(role);
    let (mut zh, mut en) = (format!("{count} 件"), counted(count, "work", "works"));
    if !role.is_empty() {
        zh.push_str(&format!("，由{role}办理"));
        en.push_str(&format!(", by {role}"));
    }
    if overdue > 0 {
        zh.push_str(&format!("，其中 {overdue} 件已超时"));
        en.push_str(&format!(", {overdue} overdue"));
    }
    Bilingual::new(zh, en)
}

/// A work that a reviewer has not seen in time.
pub fn overdue(level: Option<&str>) -> Bilingual {
    let said = state_of(ReviewState::Waiting, level);
    Bilingual::new(format!("{}超时", said.zh), format!("{}: overdue", said.en))
}

pub fn credit_not_written(detail: &str) -> Bilingual {
    let detail = shown(detail);
    Bilingual::new(
        format!(
            "已经记录，但发布文案 post.txt 的署名行没有更新：{detail}。处理好之后，值守服务或下一次审核操作会补上。"
        ),
        format!(
            "It is recorded, but the credit line in post.txt was not brought up to date: {detail}. The watch service or the next \
             command of review does it when this is mended."
        ),
    )
}

/// Why a text to post has no credit line.
pub fn credit_note(note: &CreditNote) -> Bilingual {
    match note {
        CreditNote::LeftOut { target, line } => {
            let (target, line) = (shown(target), shown(line));
            Bilingual::new(
                format!(
                    "{target}：发布文案放不下署名行“{line}”，没有写进 post.txt。需要署名时，请把文案写短一些后重新制作。"
                ),
                format!(
                    "{target}: the text has no room for the credit line “{line}”, so post.txt goes without it. Where it is needed, \
                     please shorten the text and make the work again."
                ),
            )
        }
        CreditNote::Edited { file } => {
            let file = shown(file);
            Bilingual::new(
                format!(
                    "作品库里的“{file}”有人改过，没有动它：署名行没有更新，改过的文案也没有经过审核。请改回原样，或把文案写进视频旁的信息文件后重新制作。"
                ),
                format!(
                    "Somebody changed “{file}” in the library, so it was left alone: its credit line is not brought up to date, and \
                     nobody signed the changed text. Please change it back, or write the text into the details beside the video and \
                     make the work again."
                ),
            )
        }
    }
}
