//! Which works go to a tool, for which targets; which are left to hand, and why.

use super::super::candidates::{ai, held, post};
use super::tool::{Declares, Tool, is_generated};
use crate::library::catalog::CatalogError;
use crate::model::language::AnyPath;
use crate::model::manifest::PostRecord;
use crate::model::posting::{self, posting};
use crate::model::preset::Preset;
use crate::model::showcase::candidate::{AiSaid, FileOf, Held};
use crate::model::units::Size;
use crate::policy::posting::{credit_line, credited_within};
use crate::review::proven::{Shelf, proven};
use crate::review::release::{Proven, Release, may_go};
use crate::text::portable_name;
use unicode_segmentation::UnicodeSegmentation;

/// Most characters of a title in the name of a file.
const NAME_CHARS: usize = 40;

/// A work for one target.
#[derive(Clone, Debug)]
pub struct Item {
    pub work: String,
    /// The work's own.
    pub title: String,
    pub target: String,
    /// Of its files, without the ending.
    pub name: String,
    /// What is posted, with the line of who signed where the platform has room for it.
    pub record: PostRecord,
    /// Topics and tags, without `#`.
    pub tags: Vec<String>,
    pub video: FileOf,
    pub covers: Vec<(Size, FileOf)>,
    /// The text to post, as its signed file says it.
    pub post: Option<String>,
    /// Of what was signed.
    pub digest: String,
    pub ai: AiSaid,
    pub notes: Vec<Note>,
}

/// What is worth knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The form has no title of its own: the first line of the text stands for it.
    TitleFromText,
    TagsDropped {
        count: usize,
        most: usize,
    },
    /// It has a landscape cover only, or a portrait one only.
    OneCover,
}

/// Why a work is left to hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    NotReleased(Held),
    /// It is up already.
    Posted,
    /// The platform wants this to be chosen, which the tool's files cannot say. `None`: its words are not known.
    ToBeDeclared {
        sentence: Option<String>,
    },
    /// The tool would declare this, which is not true.
    WrongDeclaration(Declares),
    TitleTooLong {
        units: usize,
        most: usize,
    },
    NoTitle,
    NoTags,
    /// A tag that the tool would take apart.
    OddTag {
        tag: String,
    },
    NoCover,
}

/// A work that is not handed over for a target.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub work: String,
    pub title: String,
    pub target: String,
    pub why: Why,
}

/// What goes, and what does not.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub items: Vec<Item>,
    pub left_out: Vec<LeftOut>,
}

/// Chooses among works, in their order. Files that were not hashed within a day are hashed now: `on_work` hears of each.
///
/// # Errors
/// Of the catalogue.
pub fn choose(
    shelf: Shelf<'_>,
    tool: Tool,
    (presets, works): (&[&Preset], &[String]),
    on_work: &mut dyn FnMut(&str, (usize, usize)),
) -> Result<Chosen, CatalogError> {
    let mut chosen = Chosen::default();
    for (place, id) in works.iter().enumerate() {
        let Some(row) = shelf.catalog.work_by_id(id)? else { continue };
        let work = row.manifest;
        on_work(&work.title, (place, works.len()));
        let records = shelf.catalog.records_of(id)?;
        for preset in presets {
            if work.draft || !work.renditions.iter().any(|made| made.target == preset.id) {
                continue;
            }
            let is_up = !posting(&posting::receipts(&records), &preset.id).live.is_empty();
            let judged = match is_up {
                true => Err(Why::Posted),
                false => item(shelf, tool, preset, id)?,
            };
            let number = chosen.items.iter().filter(|item| item.target == preset.id).count() + 1;
            match judged {
                Ok(item) => chosen.items.push(Item { name: name(number, &work.title), ..item }),
                Err(why) => chosen.left_out.push(LeftOut {
                    work: id.clone(),
                    title: work.title.clone(),
                    target: preset.id.clone(),
                    why,
                }),
            }
        }
    }
    Ok(chosen)
}

/// Returns the name of files. No tool may take a part of it for an ending: one replaces every `.mp4` of a path.
fn name(number: usize, title: &str) -> String {
    let title: String = title.graphemes(true).take(NAME_CHARS).collect();
    portable_name(&format!("{number:02}-{title}")).replace('.', "_")
}

fn item(shelf: Shelf<'_>, tool: Tool, preset: &Preset, id: &str) -> Result<Result<Item, Why>, CatalogError> {
    let may = may_go(shelf.catalog, shelf.rules, (id, &preset.id), shelf.now)?;
    let release = match may {
        Ok(release) => proven(shelf, release)?.map(|Proven(release)| release),
        Err(why) => Err(why),
    };
    Ok(release
        .map_err(|why| held(why, &preset.id))
        .and_then(|release| released(shelf, preset, &release))
        .map_err(Why::NotReleased)
        .and_then(|item| {
            let mut item = item;
            item.notes = judge(tool, &item)?;
            if item.record.title.is_empty() {
                item.record.title = item.record.text.lines().next().unwrap_or_default().trim().to_owned();
                item.notes.push(Note::TitleFromText);
            }
            Ok(item)
        }))
}

fn released(shelf: Shelf<'_>, preset: &Preset, release: &Release) -> Result<Item, Held> {
    let (work, rendition) = (&release.work, &release.rendition);
    let record = rendition.post.clone().unwrap_or_default();
    let line = credit_line(shelf.rules, work, &release.signed);
    let record = line.and_then(|line| credited_within(&record, preset, &line)).unwrap_or(record);
    let file = |path: &str, sha256: &str, bytes| FileOf {
        path: AnyPath::from(path),
        sha256: sha256.to_owned(),
        bytes,
    };
    let covers = rendition
        .covers
        .iter()
        .map(|cover| (Size::new(cover.width, cover.height), file(&cover.file, &cover.sha256, cover.bytes)));
    Ok(Item {
        work: work.id.clone(),
        title: work.title.clone(),
        target: rendition.target.clone(),
        name: String::new(),
        tags: tags(&record),
        record,
        video: file(&rendition.file, &rendition.sha256, rendition.bytes),
        covers: covers.collect(),
        post: post(shelf, release)?,
        digest: release.digest.clone(),
        ai: ai(work),
        notes: Vec::new(),
    })
}

/// Returns topics and tags in their order, without the hashes that the platform's form puts around them.
fn tags(record: &PostRecord) -> Vec<String> {
    let all = record.topics.iter().chain(&record.tags);
    all.map(|tag| tag.trim_matches('#').to_owned()).filter(|tag| !tag.is_empty()).collect()
}

/// Holds a work against a tool's limits, and what the tool declares against the work.
fn judge(tool: Tool, item: &Item) -> Result<Vec<Note>, Why> {
    true_to(tool, &item.target, item.ai, item.record.declaration.as_deref())?;
    let units = item.record.title.encode_utf16().count();
    if let Some(most) = tool.title_max(&item.target).filter(|most| units > *most) {
        return Err(Why::TitleTooLong { units, most });
    }
    if item.record.title.trim().is_empty() && item.record.text.trim().is_empty() {
        return Err(Why::NoTitle);
    }
    if item.tags.is_empty() {
        return Err(Why::NoTags);
    }
    let splits = |c: char| c.is_whitespace() || matches!(c, ',' | '#');
    if let Some(tag) = item.tags.iter().find(|tag| tag.contains(splits)) {
        return Err(Why::OddTag { tag: tag.clone() });
    }
    let mut notes = Vec::new();
    match item.covers.len() {
        0 => return Err(Why::NoCover),
        1 if tool == Tool::Posthub => notes.push(Note::OneCover),
        _ => {}
    }
    if let Some(most) = tool.tags_max(&item.target).filter(|most| item.tags.len() > *most) {
        notes.push(Note::TagsDropped { count: item.tags.len(), most });
    }
    Ok(notes)
}

/// Returns why a tool would not declare a work truthfully on a target. `sentence` is what the platform's form is to say of it.
pub fn true_to(tool: Tool, target: &str, ai: AiSaid, sentence: Option<&str>) -> Result<(), Why> {
    match tool.declares(target) {
        wrong @ (Declares::RemadeAndGenerated | Declares::AsTheAccountSays) => {
            Err(Why::WrongDeclaration(wrong))
        }
        Declares::Generated if is_generated(ai) => Ok(()),
        Declares::Generated => Err(Why::WrongDeclaration(Declares::Generated)),
        Declares::Nothing if is_generated(ai) || sentence.is_some() => {
            Err(Why::ToBeDeclared { sentence: sentence.map(str::to_owned) })
        }
        Declares::Nothing => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What uploaders declared wrongly: generated works as nothing, and works of people as generated.
    #[test]
    fn a_tool_declares_what_the_work_is_or_gets_nothing() {
        let all = [AiSaid::Nothing, AiSaid::None, AiSaid::Assisted, AiSaid::Generated, AiSaid::Labelled];
        for tool in Tool::ALL {
            for target in tool.targets() {
                for ai in all {
                    let goes = true_to(tool, target, ai, None).is_ok();
                    let declared = tool.declares(target) == Declares::Generated;
                    assert!(!goes || declared == is_generated(ai), "{tool:?} {target} {ai:?}");
                }
            }
        }
        assert!(true_to(Tool::Biliup, "bilibili", AiSaid::None, None).is_ok());
        assert!(true_to(Tool::SocialAutoUpload, "channels", AiSaid::Generated, None).is_ok());
        let sentence = Some("内容由AI辅助");
        assert!(true_to(Tool::Posthub, "douyin", AiSaid::Assisted, sentence).is_err());
    }

    fn item(target: &str, title: &str, tags: &[&str]) -> Item {
        let file = FileOf { path: AnyPath::from("a.mp4"), sha256: String::new(), bytes: 1 };
        Item {
            work: "a".into(),
            title: title.into(),
            target: target.into(),
            name: String::new(),
            record: PostRecord { title: title.into(), ..PostRecord::default() },
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            video: file.clone(),
            covers: vec![(Size::new(1080, 1440), file)],
            post: None,
            digest: String::new(),
            ai: AiSaid::None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn each_limit_of_a_tool_is_told() {
        let long = "津".repeat(31);
        let why = |tool, item: &Item| judge(tool, item).unwrap_err();
        assert_eq!(
            why(Tool::Posthub, &item("douyin", &long, &["你好天津"])),
            Why::TitleTooLong { units: 31, most: 30 }
        );
        assert_eq!(
            why(Tool::SocialAutoUpload, &item("xiaohongshu", &long[..63], &["你好天津"])),
            Why::TitleTooLong { units: 21, most: 20 }
        );
        assert_eq!(why(Tool::Posthub, &item("douyin", "a", &[])), Why::NoTags);
        assert_eq!(why(Tool::Posthub, &item("douyin", "a", &["a b"])), Why::OddTag { tag: "a b".into() });
        assert_eq!(why(Tool::Posthub, &item("douyin", " ", &["a"])), Why::NoTitle);
        let bare = Item { covers: Vec::new(), ..item("bilibili", "a", &["a"]) };
        assert_eq!(why(Tool::Biliup, &bare), Why::NoCover);
        let many: Vec<&str> = (0..4).map(|_| "a").collect();
        assert_eq!(
            judge(Tool::SocialAutoUpload, &item("kuaishou", "a", &many)).unwrap(),
            [Note::TagsDropped { count: 4, most: 3 }]
        );
    }

    #[test]
    fn names_hold_no_ending_and_topics_no_hash() {
        assert_eq!(name(3, "a.mp4: 夜?"), "03-a_mp4： 夜？");
        let record = PostRecord {
            topics: vec!["#你好天津#".into(), "#海河".into()],
            tags: vec!["校园".into()],
            ..PostRecord::default()
        };
        assert_eq!(tags(&record), ["你好天津", "海河", "校园"]);
    }
}
