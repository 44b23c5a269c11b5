//! The post's own number in a platform's link, where it is unambiguous.

use url::Url;

use crate::receipts::host::is_in;

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    Post {
        site: &'static str,
        id: String,
    },
    /// An account, or a page that only its owner sees.
    NoPost,
    Unknown,
}

/// Pages of those who post, which nobody else sees.
const BACK_OFFICES: [&str; 6] = [
    "creator.douyin.com",
    "member.bilibili.com",
    "cp.kuaishou.com",
    "creator.xiaohongshu.com",
    "me.weibo.com",
    "space.bilibili.com",
];

/// Digits and letters of Weibo's short numbers.
const BASE62: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Returns which post a link is.
pub(super) fn identify(url: &Url, host: &str) -> Identity {
    if BACK_OFFICES.contains(&host) {
        return Identity::NoPost;
    }
    let of = |domain: &str| is_in(host, domain);
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    if of("douyin.com") || of("iesdouyin.com") {
        douyin(url, &parts)
    } else if of("bilibili.com") || host == "b23.tv" {
        bilibili(url, &parts)
    } else if of("weibo.com") || of("weibo.cn") {
        weibo(url, host, &parts)
    } else if of("kuaishou.com") || of("gifshow.com") || of("chenzhongtech.com") {
        kuaishou(url, &parts)
    } else if of("xiaohongshu.com") {
        xiaohongshu(&parts)
    } else if host == "mp.weixin.qq.com" {
        article(url, &parts)
    } else if host == "channels.weixin.qq.com" || host == "weixin.qq.com" {
        channels(url, &parts)
    } else {
        Identity::Unknown
    }
}

fn post(site: &'static str, id: Option<String>) -> Identity {
    id.map_or(Identity::Unknown, |id| Identity::Post { site, id })
}

fn is_account(parts: &[&str], words: &[&str]) -> bool {
    parts.first().is_some_and(|first| words.contains(first))
}

/// Returns the value of a query, if there is exactly one.
fn value(url: &Url, name: &str) -> Option<String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    values.next().filter(|_| values.next().is_none())
}

/// Returns the part behind one of `words`.
fn behind(parts: &[&str], words: &[&str]) -> Option<String> {
    let at = parts.iter().position(|part| words.contains(part))?;
    parts.get(at + 1).map(|part| (*part).to_owned())
}

fn digits(text: &str) -> bool {
    (8..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn token(text: &str) -> bool {
    (6..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn douyin(url: &Url, parts: &[&str]) -> Identity {
    let id = value(url, "modal_id")
        .or_else(|| behind(parts, &["video", "note", "slides"]))
        .filter(|id| digits(id));
    match id {
        None if is_account(parts, &["user", "creator-micro"]) => Identity::NoPost,
        id => post("douyin", id),
    }
}

fn bilibili(url: &Url, parts: &[&str]) -> Identity {
    let number = |text: &String| {
        let rest = text.strip_prefix("BV").or_else(|| text.strip_prefix("av"));
        let is_one = |rest: &str| match text.starts_with("BV") {
            true => rest.len() == 10 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            false => !rest.is_empty() && rest.len() <= 16 && rest.bytes().all(|byte| byte.is_ascii_digit()),
        };
        rest.is_some_and(is_one)
    };
    let id =
        behind(parts, &["video"]).or_else(|| parts.first().map(|part| (*part).to_owned())).filter(number);
    // A part of a post with several is a post of its own.
    let part = value(url, "p").filter(|part| part != "1" && part.bytes().all(|byte| byte.is_ascii_digit()));
    post("bilibili", id.map(|id| part.map_or(id.clone(), |part| format!("{id}?p={part}"))))
}

fn weibo(url: &Url, host: &str, parts: &[&str]) -> Identity {
    let video = value(url, "fid").or_else(|| behind(parts, &["show"]));
    let is_video =
        |id: &String| id.split_once(':').is_some_and(|(kind, number)| kind.len() == 4 && digits(number));
    if let Some(id) = video.filter(is_video) {
        return post("weibo", Some(id));
    }
    if is_account(parts, &["u", "n", "p", "home", "profile"]) || parts.len() == 1 && host != "m.weibo.cn" {
        return Identity::NoPost;
    }
    let is_user = |part: &&str| digits(part) || ["status", "detail"].contains(part);
    let id = match parts {
        [first, id] if is_user(first) => numeric(id),
        _ => None,
    };
    post("weibo", id)
}

/// Returns the number of a post, which links give in two forms: 16 digits, or groups of four of base 62 from its end.
fn numeric(id: &str) -> Option<String> {
    if id.len() >= 14 {
        return Some(id.to_owned()).filter(|id| digits(id));
    }
    if !(8..=11).contains(&id.len()) || !id.is_ascii() {
        return None;
    }
    let mut groups = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let (before, group) = rest.split_at(rest.len().saturating_sub(4));
        let number = group.chars().try_fold(0_u32, |sum, sign| Some(sum * 62 + BASE62.find(sign)? as u32))?;
        groups.push(number);
        rest = before;
    }
    let first = groups.pop()?;
    let others: String = groups.iter().rev().map(|group| format!("{group:07}")).collect();
    Some(format!("{first}{others}")).filter(|id| digits(id))
}

fn kuaishou(url: &Url, parts: &[&str]) -> Identity {
    let id =
        behind(parts, &["short-video", "photo"]).or_else(|| value(url, "photoId")).filter(|id| token(id));
    match id {
        None if is_account(parts, &["profile"]) => Identity::NoPost,
        id => post("kuaishou", id),
    }
}

fn xiaohongshu(parts: &[&str]) -> Identity {
    let is_note = |id: &String| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_profile = match parts {
        ["user", "profile", _, id] => Some((*id).to_owned()),
        _ => None,
    };
    let id = of_profile.or_else(|| behind(parts, &["explore", "item"])).filter(is_note);
    match id {
        None if is_account(parts, &["user"]) => Identity::NoPost,
        id => post("xiaohongshu", id),
    }
}

fn article(url: &Url, parts: &[&str]) -> Identity {
    match parts {
        ["s", id] => post("wechat-article", Some((*id).to_owned()).filter(|id| token(id))),
        ["s"] => {
            let all = ["__biz", "mid", "idx"].map(|name| value(url, name));
            let [Some(account), Some(mid), Some(index)] = all else { return Identity::NoPost };
            post("wechat-article", Some(format!("{account}:{mid}:{index}")))
        }
        _ => Identity::NoPost,
    }
}

fn channels(url: &Url, parts: &[&str]) -> Identity {
    match parts {
        ["sph", id] => post("channels", Some((*id).to_owned()).filter(|id| token(id))),
        [.., "sph"] => post("channels", value(url, "id").filter(|id| token(id))),
        ["web", "pages", "feed"] => {
            post("channels", value(url, "eid").or_else(|| value(url, "oid")).filter(|id| id.len() >= 6))
        }
        ["platform", ..] | ["login.html"] => Identity::NoPost,
        _ => Identity::Unknown,
    }
}
