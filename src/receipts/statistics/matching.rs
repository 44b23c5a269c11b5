//! Which post a row of figures is about. A wrong match is worse than none: what is not certain is a person's to say.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::sheet::FigureRow;

/// A proven post that figures may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The number of its receipt.
    pub seq: u64,
    pub work: String,
    pub target: String,
    pub title: String,
    pub url: Option<String>,
    /// The same for every link of the same post.
    pub key: Option<String>,
    pub platform_id: Option<String>,
    pub account: Option<String>,
    /// In the college's zone.
    pub posted_on: Option<Date>,
}

/// By what a match is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    PlatformId,
    Link,
    Title,
}

/// Why no post is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// No post of this title within a day, none of this number or link.
    NoPost,
    /// It fits several works, or several posts.
    Several,
    /// There is a title, and no date to tell by.
    NoDate,
    /// Two rows of the file are about one post.
    SamePostTwice,
    /// The table does not say of which platform it is.
    NoTarget,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    Certain(u64, By),
    /// With the receipts that it may be about.
    Open(Doubt, Vec<u64>),
}

/// Most characters of a title that are compared.
const TITLE_MAX: usize = 120;

/// Finds posts by number, link and title.
#[derive(Debug)]
pub struct Matcher<'a> {
    posts: &'a [Post],
    by_id: HashMap<(&'a str, &'a str), Vec<usize>>,
    by_key: HashMap<&'a str, Vec<usize>>,
    by_title: HashMap<String, Vec<usize>>,
    /// Of all works, posted or not.
    works: HashMap<String, BTreeSet<&'a str>>,
    /// The targets on which a work's posts are known.
    posted: HashMap<(&'a str, &'a str), Vec<Option<Date>>>,
}

impl<'a> Matcher<'a> {
    /// `posts` are proven, each once; `works` are the ids and titles of all works.
    pub fn new(posts: &'a [Post], works: &'a [(String, String)]) -> Self {
        let mut made = Self {
            posts,
            by_id: HashMap::new(),
            by_key: HashMap::new(),
            by_title: HashMap::new(),
            works: HashMap::new(),
            posted: HashMap::new(),
        };
        for (at, post) in posts.iter().enumerate() {
            if let Some(id) = &post.platform_id {
                made.by_id.entry((&post.target, id)).or_default().push(at);
            }
            if let Some(key) = &post.key {
                made.by_key.entry(key).or_default().push(at);
            }
            made.by_title.entry(plain(&post.title)).or_default().push(at);
            made.posted.entry((&post.work, &post.target)).or_default().push(post.posted_on);
        }
        for (work, title) in works {
            made.works.entry(plain(title)).or_default().insert(work);
        }
        made
    }

    /// Matches all rows of a file. `targets` and `keys` are those of the rows: where each was posted, and what its link is
    /// known by.
    pub fn match_all(&self, rows: &[(FigureRow, Option<String>)]) -> Vec<Matched> {
        let mut found: Vec<Matched> =
            rows.iter().map(|(row, key)| self.match_one(row, key.as_deref())).collect();
        let mut seen: HashMap<(u64, Option<&str>), Vec<usize>> = HashMap::new();
        for (at, (matched, (row, _))) in found.iter().zip(rows).enumerate() {
            if let Matched::Certain(post, _) = matched {
                seen.entry((*post, row.observed_at.as_deref())).or_default().push(at);
            }
        }
        for ((post, _), rows) in seen.into_iter().filter(|(_, rows)| rows.len() > 1) {
            for at in rows {
                found[at] = Matched::Open(Doubt::SamePostTwice, vec![post]);
            }
        }
        found
    }

    /// Matches one row: by number, else by link, else by title and date.
    pub fn match_one(&self, row: &FigureRow, key: Option<&str>) -> Matched {
        let Some(target) = row.target.as_deref() else { return Matched::Open(Doubt::NoTarget, Vec::new()) };
        let by_id = row.platform_id.as_deref().and_then(|id| self.by_id.get(&(target, id)));
        if let Some(found) = by_id {
            return self.only(found, By::PlatformId);
        }
        if let Some(found) = key.and_then(|key| self.by_key.get(key)) {
            return self.only(found, By::Link);
        }
        self.by_title(row, target)
    }

    fn only(&self, found: &[usize], by: By) -> Matched {
        match found {
            [at] => Matched::Certain(self.posts[*at].seq, by),
            several => Matched::Open(Doubt::Several, several.iter().map(|at| self.posts[*at].seq).collect()),
        }
    }

    fn by_title(&self, row: &FigureRow, target: &str) -> Matched {
        let day = row.posted_at.as_deref().and_then(day_of);
        let beginnings = beginnings(&row.title);
        let named: BTreeSet<usize> =
            beginnings.iter().filter_map(|title| self.by_title.get(title)).flatten().copied().collect();
        let fits: Vec<&Post> =
            named.into_iter().map(|at| &self.posts[at]).filter(|post| may_be(post, row, target)).collect();
        let seqs = |posts: &[&Post]| posts.iter().map(|post| post.seq).collect::<Vec<_>>();
        let Some(day) = day else {
            let doubt = if fits.is_empty() { Doubt::NoPost } else { Doubt::NoDate };
            return Matched::Open(doubt, seqs(&fits));
        };
        let near = |other: &Option<Date>| other.is_none_or(|other| days_between(other, day) <= 1);
        let fits: Vec<&Post> = fits.into_iter().filter(|post| near(&post.posted_on)).collect();
        // A work whose post nobody has recorded yet may be the one that is meant.
        let works: BTreeSet<&str> =
            beginnings.iter().filter_map(|title| self.works.get(title)).flatten().copied().collect();
        let may_be_meant = |work: &&&str| {
            let known = self.posted.get(&(**work, target));
            known.is_none_or(|days| days.iter().any(near))
        };
        let meant = works.iter().filter(may_be_meant).count();
        match fits[..] {
            [] => Matched::Open(Doubt::NoPost, Vec::new()),
            [post] if meant <= 1 && post.posted_on.is_some() => Matched::Certain(post.seq, By::Title),
            _ => Matched::Open(Doubt::Several, seqs(&fits)),
        }
    }
}

/// Whether nothing else speaks against it.
fn may_be(post: &Post, row: &FigureRow, target: &str) -> bool {
    let differ = |one: &Option<String>, other: &Option<String>| matches!((one, other), (Some(one), Some(other)) if one != other);
    // A platform's export may number posts in another way than its links do, but not with digits as well.
    let is_number =
        |id: &Option<String>| id.as_ref().is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let other_id = is_number(&post.platform_id)
        && is_number(&row.platform_id)
        && differ(&post.platform_id, &row.platform_id);
    post.target == target && !other_id && !differ(&post.account, &row.account)
}

/// Returns the day of a time in the zone in which it is written.
pub fn day_of(at: &str) -> Option<Date> {
    at.get(..10)?.parse().ok()
}

fn days_between(one: Date, other: Date) -> i32 {
    one.until(other).map_or(i32::MAX, |span| span.get_days().abs())
}

/// Returns a title as it is compared: its letters and digits, in lower case, with one space for whatever is between.
fn plain(title: &str) -> String {
    let spaced: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns every beginning of a text that ends where a word does: the title of a post may be followed by its whole text. A
/// work 海河 is not meant by 海河晨光.
fn beginnings(text: &str) -> Vec<String> {
    let text: String = text.chars().take(TITLE_MAX).collect();
    let plain = plain(&text);
    let ends = plain.match_indices(' ').map(|(at, _)| at).chain([plain.len()]);
    ends.map(|end| plain[..end].to_owned()).filter(|title| !title.is_empty()).collect()
}
