//! Which video a sidecar belongs to, by its name.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::names::{Kind, composed, key_of, kind, sidecar_stem};
use crate::model::inspection::SidecarNote;
use crate::model::language::AnyPath;

/// Most sidecars of one video that are named as unused.
const MAX_UNUSED: usize = 3;

/// Most pairs of sidecars without a video and videos that are compared for names that begin alike.
const MAX_PAIRS: usize = 100_000;

/// The sidecars of a root.
#[derive(Default)]
pub(super) struct Sidecars(Vec<PathBuf>);

/// The sidecars of one video.
#[derive(Clone, Default)]
pub(super) struct Beside {
    pub details: Option<AnyPath>,
    pub captions: Option<AnyPath>,
    pub cover: Option<AnyPath>,
    pub notes: Vec<SidecarNote>,
}

/// How a sidecar's name fits a video's, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// `NAME.srt`
    Stem,
    /// `NAME.mp4.srt`
    FileName,
    /// `NAME.zh-CN.srt`, with words that are known.
    Words(Wording),
}

/// The language that the added words name: of several captions, the Chinese ones are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wording {
    Chinese,
    Plain,
    Other,
}

/// A sidecar that belongs to a video.
struct Claim {
    fit: Fit,
    name: Vec<u8>,
    path: PathBuf,
}

impl Sidecars {
    pub fn add(&mut self, path: PathBuf) {
        // No links, and nothing whose opening would block, such as a pipe.
        let is_file = || path.symlink_metadata().is_ok_and(|about| about.is_file());
        if matches!(kind(&path), Kind::Details | Kind::Captions | Kind::Cover) && is_file() {
            self.0.push(path);
        }
    }

    /// Finds the sidecars of every video; returns also those that belong to none.
    pub fn assign(mut self, videos: &[PathBuf]) -> (HashMap<PathBuf, Beside>, Vec<PathBuf>) {
        let mut folders: HashMap<&Path, VideoNames> = HashMap::new();
        for (index, video) in videos.iter().enumerate() {
            let names = folders.entry(folder_of(video)).or_default();
            names.add(index, video.file_name().unwrap_or_default());
        }
        // The choice is the same on every machine, whatever order a folder is listed in.
        self.0.sort_by_cached_key(|path| composed(path.as_os_str()));
        let mut claims: HashMap<(usize, Kind), Vec<Claim>> = HashMap::new();
        let mut beside: Vec<Beside> = vec![Beside::default(); videos.len()];
        let mut orphans = Vec::new();
        for path in self.0 {
            let name = path.file_name().unwrap_or_default();
            let owners = folders.get(folder_of(&path)).and_then(|names| names.owners(name));
            let Some((fit, owners)) = owners else {
                orphans.push(path);
                continue;
            };
            for owner in &owners {
                let claim = Claim { fit, name: composed(name), path: path.clone() };
                claims.entry((*owner, kind(&path))).or_default().push(claim);
            }
        }
        let shares = |path: &Path, owner: usize| shared_with(path, owner, &folders, videos);
        for ((owner, kind), claims) in claims {
            beside[owner].settle(kind, claims, |path| shares(path, owner));
        }
        note_near_misses(&orphans, videos, &mut beside);
        beside.iter_mut().for_each(|beside| beside.notes.sort());
        (videos.iter().cloned().zip(beside).collect(), orphans)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// Returns the names of the other videos that a sidecar belongs to.
fn shared_with(
    path: &Path,
    owner: usize,
    folders: &HashMap<&Path, VideoNames>,
    videos: &[PathBuf],
) -> Vec<String> {
    let name = path.file_name().unwrap_or_default();
    let owners = folders.get(folder_of(path)).and_then(|names| names.owners(name));
    let others =
        owners.map(|(_, owners)| owners).unwrap_or_default().into_iter().filter(|other| *other != owner);
    let mut names: Vec<String> = others
        .map(|other| videos[other].file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.truncate(MAX_UNUSED);
    names
}

impl Beside {
    /// Takes the best of the sidecars of one kind, and notes what a person should know about them.
    fn settle(&mut self, kind: Kind, mut claims: Vec<Claim>, shares: impl Fn(&Path) -> Vec<String>) {
        claims.sort_by(|a, b| (a.fit, &a.name).cmp(&(b.fit, &b.name)));
        let mut claims = claims.into_iter();
        let Some(best) = claims.next() else { return };
        let used: AnyPath = best.path.as_path().into();
        if best.fit > Fit::FileName {
            self.notes.push(SidecarNote::Matched { path: used.clone() });
        }
        let others = shares(&best.path);
        if !others.is_empty() {
            self.notes.push(SidecarNote::Shared { path: used.clone(), others });
        }
        let unused = claims
            .take(MAX_UNUSED)
            .map(|claim| SidecarNote::Unused { path: claim.path.as_path().into(), used: Some(used.clone()) });
        self.notes.extend(unused);
        match kind {
            Kind::Details => self.details = Some(used),
            Kind::Cover => self.cover = Some(used),
            _ => self.captions = Some(used),
        }
    }
}

/// Notes at each video which sidecars without a video have a name that begins like its own, or the other way round.
fn note_near_misses(orphans: &[PathBuf], videos: &[PathBuf], beside: &mut [Beside]) {
    if orphans.len().saturating_mul(videos.len()) > MAX_PAIRS {
        return;
    }
    for orphan in orphans {
        let Some(stem) = text_key(sidecar_stem(orphan.file_name().unwrap_or_default())) else { continue };
        for (video, beside) in videos.iter().zip(beside.iter_mut()) {
            let has = match kind(orphan) {
                Kind::Details => beside.details.is_some(),
                Kind::Cover => beside.cover.is_some(),
                _ => beside.captions.is_some(),
            };
            let Some(name) = video.file_stem().and_then(text_key) else { continue };
            let begins_alike = name.chars().count() > 1
                && stem.chars().count() > 1
                && (stem.starts_with(&name) || name.starts_with(&stem));
            if !has
                && folder_of(orphan) == folder_of(video)
                && begins_alike
                && beside.notes.len() < 2 * MAX_UNUSED
            {
                beside.notes.push(SidecarNote::Unused { path: orphan.as_path().into(), used: None });
            }
        }
    }
}

/// Returns the pictures that can be posters, and those whose names are those of videos in their folders: stills and covers of
/// these, whatever they were meant for.
pub(super) fn split_posters(pictures: Vec<PathBuf>, videos: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut folders: HashMap<&Path, VideoNames> = HashMap::new();
    for (index, video) in videos.iter().enumerate() {
        folders.entry(folder_of(video)).or_default().add(index, video.file_name().unwrap_or_default());
    }
    let is_of_a_video = |picture: &PathBuf| {
        let names = folders.get(folder_of(picture));
        names.is_some_and(|names| names.owners(picture.file_name().unwrap_or_default()).is_some())
    };
    pictures.into_iter().partition(|picture| !is_of_a_video(picture))
}

/// Returns the indices of the videos of one folder that a sidecar of this name belongs to: those of exactly its stem,
/// however many, or the only one that it clearly belongs to otherwise (`NAME.mp4.srt`, `NAME.zh-CN.srt`,
/// `NAME字幕.srt`); none where that is not clear.
pub fn owners(sidecar: &OsStr, videos: &[&OsStr]) -> Vec<usize> {
    let mut names = VideoNames::default();
    videos.iter().enumerate().for_each(|(index, video)| names.add(index, video));
    names.owners(sidecar).map(|(_, owners)| owners).unwrap_or_default()
}

/// The names of the videos of one folder.
#[derive(Default)]
struct VideoNames {
    by_stem: HashMap<Vec<u8>, Vec<usize>>,
    by_name: HashMap<Vec<u8>, Vec<usize>>,
}

impl VideoNames {
    fn add(&mut self, index: usize, name: &OsStr) {
        let stem = Path::new(name).file_stem().unwrap_or_default();
        self.by_stem.entry(key_of(stem)).or_default().push(index);
        self.by_name.entry(key_of(name)).or_default().push(index);
    }

    fn owners(&self, sidecar: &OsStr) -> Option<(Fit, Vec<usize>)> {
        let stem = sidecar_stem(sidecar);
        if let Some(owners) = self.by_stem.get(&key_of(stem)) {
            return Some((Fit::Stem, owners.clone()));
        }
        if let Some(owners) = self.by_name.get(&key_of(stem)) {
            return Some((Fit::FileName, owners.clone()));
        }
        let text = text_key(stem)?;
        let found = shortened(&text).into_iter().find_map(|(shorter, wording)| {
            let key = shorter.as_bytes();
            let owners = self.by_stem.get(key).or_else(|| self.by_name.get(key))?;
            Some((Fit::Words(wording), owners.clone()))
        });
        // A longer name that fits two videos is clear for neither.
        found.filter(|(_, owners)| owners.len() == 1)
    }
}

/// Returns a name as names are compared; `None` where it is no UTF-8.
fn text_key(name: &OsStr) -> Option<String> {
    name.to_str().and_then(|name| String::from_utf8(key_of(OsStr::new(name))).ok())
}

/// The words that are added to names, longest first.
static WORDS: LazyLock<Vec<(&str, Wording)>> = LazyLock::new(|| {
    let mut wording = Wording::Plain;
    let mut words = Vec::new();
    for line in include_str!("sidecar_words.txt").lines() {
        match line {
            "[chinese]" => wording = Wording::Chinese,
            "[other]" => wording = Wording::Other,
            "[plain]" => wording = Wording::Plain,
            comment if comment.starts_with('#') => {}
            word => words.push((word, wording)),
        }
    }
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words
});

/// Returns the name without one, two and more of the words at its ends.
fn shortened(stem: &str) -> Vec<(String, Wording)> {
    let (mut found, mut rest, mut wording) = (Vec::new(), stem, Wording::Plain);
    for _ in 0..6 {
        let Some((shorter, of_word)) = without_word_behind(rest).or_else(|| without_word_before(rest)) else {
            break;
        };
        (rest, wording) = (shorter, if of_word == Wording::Plain { wording } else { of_word });
        found.push((rest.to_owned(), wording));
        let bare = rest.trim_matches(is_bracket);
        if bare.len() < rest.len() && !bare.is_empty() {
            found.push((bare.to_owned(), wording));
        }
    }
    found
}

fn is_bracket(sign: char) -> bool {
    "()[]{}<>\u{ff08}\u{ff09}\u{3010}\u{3011}\u{300a}\u{300b}\u{3008}\u{3009}\u{300c}\u{300d}\u{300e}\u{300f}\u{201c}\u{201d}"
        .contains(sign)
}

fn is_between(sign: char) -> bool {
    sign.is_whitespace() || is_bracket(sign) || ".-_+&,\u{3001}\u{ff0c}\u{b7}\u{2014}".contains(sign)
}

fn without_word_behind(text: &str) -> Option<(&str, Wording)> {
    // `(1)` and the like are the mark of a copy.
    if let Some(inside) = text.strip_suffix([')', '\u{ff09}']) {
        let bare = inside.trim_end_matches(|sign: char| sign.is_ascii_digit());
        let before = bare.strip_suffix(['(', '\u{ff08}']).filter(|_| bare.len() < inside.len());
        if let Some(before) =
            before.map(|before| before.trim_end_matches(is_between)).filter(|text| !text.is_empty())
        {
            return Some((before, Wording::Plain));
        }
    }
    let trimmed = text.trim_end_matches(is_between);
    WORDS.iter().find_map(|(word, wording)| {
        let before = trimmed.strip_suffix(word)?;
        let is_part = word.is_ascii() && before.ends_with(|sign: char| sign.is_ascii_alphanumeric());
        let before = before.trim_end_matches(|sign| is_between(sign) && !is_closing(sign));
        (!is_part && !before.is_empty()).then_some((before, *wording))
    })
}

/// A closing bracket before a word belongs to the name, as in `《NAME》`.
fn is_closing(sign: char) -> bool {
    ")]}>\u{ff09}\u{3011}\u{300b}\u{3009}\u{300d}\u{300f}\u{201d}".contains(sign)
}

fn without_word_before(text: &str) -> Option<(&str, Wording)> {
    let trimmed = text.trim_start_matches(is_between);
    WORDS.iter().find_map(|(word, wording)| {
        let behind = trimmed.strip_prefix(word)?;
        // A word at the beginning must be set off: a name may well begin with one.
        let is_set_off = behind.starts_with(is_between);
        let behind = behind.trim_start_matches(|sign: char| is_between(sign) && !is_bracket(sign));
        (is_set_off && !behind.is_empty()).then_some((behind, *wording))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners_of(sidecar: &str, videos: &[&str]) -> Vec<usize> {
        let videos: Vec<&OsStr> = videos.iter().map(OsStr::new).collect();
        owners(OsStr::new(sidecar), &videos)
    }

    #[test]
    fn a_sidecar_belongs_to_the_only_video_its_name_clearly_means() {
        for name in [
            "夏天.srt",
            "夏天.SRT",
            "夏天.mp4.srt",
            "夏天.zh-CN.srt",
            "夏天.zh-Hans.srt",
            "夏天_chs.ass",
            "夏天字幕.srt",
            "夏天-中文字幕.srt",
            "夏天（中文）.srt",
            "《夏天》字幕.srt",
            "夏天 字幕 (1).srt",
            "夏天.srt.txt",
            "夏天.toml.txt",
            "夏天.ssa",
            "夏天 - 副本.toml",
            "字幕-夏天.srt",
            "夏天.mp4.zh.srt",
        ] {
            assert_eq!(owners_of(name, &["冬天.mp4", "夏天.mp4"]), [1], "{name}");
        }
        for name in
            ["夏天2.srt", "夏天的海.srt", "夏.srt", "字幕.srt", "zh.srt", "夏天zhen.srt", "盛夏天.srt"]
        {
            assert_eq!(owners_of(name, &["冬天.mp4", "夏天.mp4"]), [0; 0], "{name}");
        }
    }

    #[test]
    fn an_exact_name_comes_first_and_one_that_fits_two_fits_none() {
        assert_eq!(owners_of("夏天字幕.srt", &["夏天.mp4", "夏天字幕.mp4"]), [1]);
        assert_eq!(owners_of("夏天.srt", &["夏天.mp4", "夏天.mov"]), [0, 1]);
        assert_eq!(owners_of("夏天字幕.srt", &["夏天.mp4", "夏天.mov"]), [0; 0]);
        assert_eq!(owners_of("夏天.mov.srt", &["夏天.mp4", "夏天.mov"]), [1]);
    }
}
