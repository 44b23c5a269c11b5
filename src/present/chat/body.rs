//! What is sent, by kind of robot. Pure.

use serde_json::{Value, json};

use super::sign::{dingtalk_sign, feishu_sign};
use super::{Notice, ReviewEvent, ReviewNotice};
use crate::model::config::{ChatKind, ChatTopic};
use crate::model::finding::Verdict;
use crate::model::language::{Bilingual, Lang};
use crate::model::review::ReviewState;
use crate::present::messages::{self, report as words, shown};
use crate::text::Visible;

/// WeCom takes 4096 bytes of markdown, in UTF-8 (群机器人配置说明, work.weixin.qq.com/api/doc/90000/90136/91770).
const WECOM_MAX_BYTES: usize = 4096;

/// Feishu takes 20 KB of body (<https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>), DingTalk about as
/// much; half of it leaves room for JSON's escapes.
const OTHERS_MAX_BYTES: usize = 10_000;

/// Longest title or detail in a digest, characters.
const PART_MAX: usize = 80;

/// A body and what is added to the address.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub body: Value,
    /// `&timestamp=…&sign=…`, or nothing.
    pub query: String,
}

/// A digest of these outcomes. `left_out` more were not even kept. `unix_ms` goes into the signature.
pub fn message(
    kind: ChatKind,
    secret: Option<&str>,
    notices: &[Notice],
    left_out: usize,
    (lang, unix_ms): (Lang, i64),
) -> Message {
    let works = notices.iter().filter(|notice| notice.verdict.is_some()).count() + left_out;
    let reviews = notices.iter().filter(|notice| notice.review.is_some()).count();
    let screens = notices.iter().filter(|notice| notice.topic == ChatTopic::Screens).count();
    let head = match (works, reviews) {
        (0, 0) if screens > 0 => words::digest_of_screens(screens),
        _ => words::digest(works, reviews),
    };
    let head = head.get(lang).to_owned();
    let text = |max| digest(&head, kind, notices, left_out, (lang, max));
    let mut query = String::new();
    let body = match kind {
        ChatKind::Wecom => json!({ "msgtype": "markdown", "markdown": { "content": text(WECOM_MAX_BYTES) } }),
        ChatKind::Dingtalk => {
            if let Some(secret) = secret {
                query = format!("timestamp={unix_ms}&sign={}", dingtalk_sign(unix_ms, secret));
            }
            json!({ "msgtype": "markdown", "markdown": { "title": head, "text": text(OTHERS_MAX_BYTES) } })
        }
        ChatKind::Feishu => {
            let mut body = json!({ "msg_type": "text", "content": { "text": text(OTHERS_MAX_BYTES) } });
            if let Some(secret) = secret {
                let seconds = unix_ms / 1000;
                body["timestamp"] = json!(seconds.to_string());
                body["sign"] = json!(feishu_sign(seconds, secret));
            }
            body
        }
        ChatKind::Json => json!({
            "schema": "jincai.chat/1",
            "text": text(OTHERS_MAX_BYTES),
            "left_out": left_out,
            "notices": notices.iter().map(plain).collect::<Vec<_>>(),
        }),
    };
    Message { body, query }
}

fn plain(notice: &Notice) -> Value {
    json!({
        "topic": notice.topic,
        "verdict": notice.verdict,
        "review": notice.review.as_ref().map(|review| review.event),
        "level": notice.review.as_ref().and_then(|review| review.level.as_deref()),
        "department": notice.department,
        "title": notice.title,
        "file": notice.file_name,
        "detail": notice.detail,
        "renditions": notice.renditions,
    })
}

/// As many lines as fit into `max` bytes, then how many do not. What needs a person comes first.
fn digest(
    head: &str,
    kind: ChatKind,
    notices: &[Notice],
    left_out: usize,
    (lang, max): (Lang, usize),
) -> String {
    let marked = matches!(kind, ChatKind::Wecom | ChatKind::Dingtalk);
    let mut text = if marked { format!("**{head}**\n") } else { format!("{head}\n") };
    let mut order: Vec<&Notice> = notices.iter().collect();
    order.sort_by_key(|notice| rank(notice));
    // Room for the last line with any number in it.
    let room = max.saturating_sub(more(usize::MAX, lang).len());
    for (index, notice) in order.iter().enumerate() {
        let line = line(notice, marked, lang);
        if text.len() + line.len() > room {
            text.push_str(&more(order.len() - index + left_out, lang));
            return text;
        }
        text.push_str(&line);
    }
    if left_out > 0 {
        text.push_str(&more(left_out, lang));
    }
    text
}

fn more(count: usize, lang: Lang) -> String {
    format!("\n{}", words::and_more(count).get(lang))
}

fn rank(notice: &Notice) -> u8 {
    let review = notice.review.as_ref().map(|review| review.event);
    match (notice.verdict, review) {
        (None, None) => 0,
        (_, Some(ReviewEvent::Withdrawn)) => 1,
        (Some(Verdict::Failed), _) => 2,
        (_, Some(ReviewEvent::Returned)) => 3,
        (Some(Verdict::Rejected), _) => 4,
        (_, Some(ReviewEvent::Overdue)) => 5,
        (Some(Verdict::Duplicate), _) => 6,
        (_, Some(ReviewEvent::Waiting | ReviewEvent::StillWaiting)) => 7,
        (_, Some(ReviewEvent::Released)) => 8,
        (Some(Verdict::AcceptedWithWarnings), _) => 9,
        (Some(Verdict::Accepted), _) => 10,
    }
}

fn line(notice: &Notice, marked: bool, lang: Lang) -> String {
    let (sign, word) = match notice.verdict {
        None => match &notice.review {
            Some(review) => (review_sign(review.event), review_word(review)),
            None if notice.topic == ChatTopic::Screens => ("📺", words::SCREEN.into()),
            None => ("⚠", words::ALARM.into()),
        },
        Some(verdict) => (sign_of(verdict), messages::just_made(verdict)),
    };
    let mut line = format!("{}{sign} {}", if marked { "\n> " } else { "" }, word.get(lang));
    let title = if notice.title.is_empty() { &notice.file_name } else { &notice.title };
    for part in [notice.department_name.as_deref().unwrap_or_default(), title, &notice.detail] {
        if !part.is_empty() {
            line.push_str(" · ");
            line.push_str(&harmless(part));
        }
    }
    line.push('\n');
    line
}

fn sign_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "✅",
        Verdict::AcceptedWithWarnings => "🟡",
        Verdict::Duplicate => "🔁",
        Verdict::Rejected => "❌",
        Verdict::Failed => "🛠",
    }
}

fn review_sign(event: ReviewEvent) -> &'static str {
    match event {
        ReviewEvent::Withdrawn => "⛔",
        ReviewEvent::Returned => "↩",
        ReviewEvent::Overdue => "⏰",
        ReviewEvent::Waiting | ReviewEvent::StillWaiting => "📝",
        ReviewEvent::Released => "✅",
    }
}

/// Levels are named in the office's configuration, and may hold what a chat would take for markup.
fn review_word(review: &ReviewNotice) -> Bilingual {
    let level = review.level.as_deref().map(harmless);
    let state = match review.event {
        ReviewEvent::Withdrawn => ReviewState::Withdrawn,
        ReviewEvent::Returned => ReviewState::Returned,
        ReviewEvent::Overdue => return shown::overdue(level.as_deref()),
        ReviewEvent::Waiting | ReviewEvent::StillWaiting => ReviewState::Waiting,
        ReviewEvent::Released => ReviewState::Released,
    };
    shown::state_of(state, level.as_deref())
}

/// Names come from anyone: none may call everybody in the chat (`<@all>`, `@所有人`), hold a link or break a line.
fn harmless(text: &str) -> String {
    let plain = |c: char| match c {
        '<' => '＜',
        '>' => '＞',
        '[' => '［',
        ']' => '］',
        '*' => '＊',
        '`' => '｀',
        '@' => '＠',
        '#' => '＃',
        c => c,
    };
    Visible::of(text).at_most(PART_MAX).to_string().chars().map(plain).collect()
}
