//! Links of posts: whether one is its platform's, and which post it is.
//!
//! A link is read as browsers read it, and its host compared by labels, never as a part of a text: `douyin.com.evil.cn` is not
//! Douyin's, nor is `https://douyin.com@evil.cn/`.

mod post_id;

use url::{Host, Url};

use super::host::is_in;
use post_id::Identity;

/// Longest link that is kept, bytes.
const LINK_MAX: usize = 2_000;

/// Where the posts of a target are: from its preset, or from the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkRule<'a> {
    /// Each with its subdomains; one may end with a port.
    pub hosts: &'a [String],
    /// Hosts of short links, each exactly, one may end with the beginning of a path.
    pub short_hosts: &'a [String],
}

/// One post's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As it can be opened, without what only tracks who shared it.
    pub url: String,
    /// The same for every link of the same post.
    pub key: String,
    /// The post's own number on its platform. Text: 19 digits are more than a spreadsheet's number holds.
    pub platform_id: Option<String>,
    pub host: String,
    /// It leads to the post only when it is opened.
    pub is_short: bool,
    /// Nobody configured where the target's posts are.
    pub is_unchecked: bool,
}

/// Why a text is not the link of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFault {
    NotALink,
    /// More than one in one field.
    Several,
    /// Neither http nor https.
    Scheme(String),
    /// A name before the host, which makes a link look like another's.
    UserInfo {
        /// Where it really leads.
        host: String,
    },
    Port {
        host: String,
        port: u16,
    },
    OtherHost {
        host: String,
    },
    /// The platform's first page, an account's, or what only its owner sees.
    NoPost,
    TooLong,
}

/// Reads the link in `given`, which may be what an app copies when somebody shares a post: a sentence with one link in it.
pub fn read(given: &str, rule: LinkRule<'_>) -> Result<Link, LinkFault> {
    let text = found_in(given)?;
    if text.len() > LINK_MAX {
        return Err(LinkFault::TooLong);
    }
    let url = Url::parse(&text).map_err(|_| LinkFault::NotALink)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(LinkFault::Scheme(url.scheme().to_owned()));
    }
    let host = host_of(&url).ok_or(LinkFault::NotALink)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LinkFault::UserInfo { host });
    }
    let is_short = rule.short_hosts.iter().any(|short| is_short_link(&url, &host, short));
    let is_unchecked = rule.hosts.is_empty() && rule.short_hosts.is_empty();
    if !is_short && !is_unchecked {
        check_host(&url, &host, rule.hosts)?;
    } else if let Some(port) = url.port().filter(|_| is_short) {
        return Err(LinkFault::Port { host, port });
    }
    kept(url, host, is_short, is_unchecked)
}

/// Returns the host of a link in lower case, without the dot that may end it.
fn host_of(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            (name.contains('.') && !name.ends_with('.')).then(|| name.to_owned())
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(_) => None,
    }
}

fn check_host(url: &Url, host: &str, hosts: &[String]) -> Result<(), LinkFault> {
    let split = |allowed: &str| match allowed.rsplit_once(':') {
        Some((name, port)) => (name.to_ascii_lowercase(), port.parse::<u16>().ok()),
        None => (allowed.to_ascii_lowercase(), None),
    };
    let allowed: Vec<(String, Option<u16>)> = hosts.iter().map(|allowed| split(allowed)).collect();
    let mut ports = allowed.iter().filter(|(name, _)| is_in(host, name)).map(|(_, port)| *port).peekable();
    if ports.peek().is_none() {
        return Err(LinkFault::OtherHost { host: host.to_owned() });
    }
    match url.port() {
        Some(port) if !ports.any(|allowed| allowed == Some(port)) => {
            Err(LinkFault::Port { host: host.to_owned(), port })
        }
        _ => Ok(()),
    }
}

fn is_short_link(url: &Url, host: &str, short: &str) -> bool {
    let (name, path) = short.split_once('/').unwrap_or((short, ""));
    let below = url.path().strip_prefix('/').and_then(|rest| rest.strip_prefix(path)).unwrap_or_default();
    host == name.to_ascii_lowercase() && !below.trim_matches('/').is_empty()
}

fn kept(mut url: Url, host: String, is_short: bool, is_unchecked: bool) -> Result<Link, LinkFault> {
    let identity = post_id::identify(&url, &host);
    if identity == Identity::NoPost
        || (url.path() == "/" && url.query().is_none() && url.fragment().is_none())
    {
        return Err(LinkFault::NoPost);
    }
    // A fragment is a place on a page, unless the page itself is made of it.
    if !url.fragment().is_some_and(|fragment| fragment.starts_with(['/', '!'])) {
        url.set_fragment(None);
    }
    let query: Vec<(String, String)> = match is_short {
        true => Vec::new(),
        false => {
            url.query_pairs().filter(|(name, _)| !tracks(name)).map(|(a, b)| (a.into(), b.into())).collect()
        }
    };
    if query.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(&query);
    }
    let (key, platform_id) = match identity {
        Identity::Post { site, id } => (format!("{site}:{id}"), Some(id)),
        Identity::Unknown | Identity::NoPost => (plain_key(&url, &host, query), None),
    };
    let is_short = is_short && platform_id.is_none();
    Ok(Link { url: url.into(), key, platform_id, host, is_short, is_unchecked })
}

/// The page itself, whatever its scheme, its order of the query or the slash at its end.
fn plain_key(url: &Url, host: &str, mut query: Vec<(String, String)>) -> String {
    query.sort();
    let name = ["www.", "m."].into_iter().find_map(|first| host.strip_prefix(first)).unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query: String = query.iter().map(|(name, value)| format!("&{name}={value}")).collect();
    let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{name}{port}{}{query}{fragment}", url.path().trim_end_matches('/'))
}

/// Names of a query that only tell who shared a link and where.
fn tracks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const NAMES: [&str; 28] = [
        "from",
        "share_source",
        "share_medium",
        "share_plat",
        "share_session_id",
        "share_tag",
        "share_token",
        "share_id",
        "share_times",
        "share_from_user_hidden",
        "spm_id_from",
        "vd_source",
        "unique_k",
        "buvid",
        "bbid",
        "ts",
        "timestamp",
        "is_story_h5",
        "plat_id",
        "scene",
        "isappinstalled",
        "clicktime",
        "enterid",
        "sessionid",
        "previous_page",
        "enter_from",
        "fbclid",
        "gclid",
    ];
    name.starts_with("utm_") || NAMES.contains(&name.as_str())
}

/// Returns the one link of a text; a link without its scheme gets one.
fn found_in(given: &str) -> Result<String, LinkFault> {
    let given = given.trim();
    if given.is_empty() {
        return Err(LinkFault::NotALink);
    }
    let lower = given.to_ascii_lowercase();
    let starts: Vec<usize> = lower
        .match_indices("http")
        .filter(|(at, _)| lower[at + 4..].starts_with("://") || lower[at + 4..].starts_with("s://"))
        .map(|(at, _)| at)
        .collect();
    let is_sentence = given.chars().any(|c| c.is_whitespace() || c.is_control());
    let text = match (starts.as_slice(), is_sentence) {
        ([], true) => return Err(LinkFault::NotALink),
        // No scheme, or another one: a colon before the first slash.
        ([], false) => match given.split(['/', '?', '#']).next() {
            Some(first) if first.contains(':') && !first.contains('.') => given.to_owned(),
            Some(first) if first.contains('.') => format!("https://{given}"),
            _ => return Err(LinkFault::NotALink),
        },
        // Within one link another may stand as a value of its query.
        ([0, ..], false) => given.to_owned(),
        ([at], _) => {
            let rest = &given[*at..];
            let is_end =
                |c: char| c.is_whitespace() || c.is_control() || "，。；！？、）】》”’\"'<>".contains(c);
            rest.split(is_end).next().unwrap_or_default().to_owned()
        }
        _ => return Err(LinkFault::Several),
    };
    Ok(text)
}

#[cfg(test)]
mod tests;
