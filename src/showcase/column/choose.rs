//! Which works are in a column: those that are released for a target of its kind, with their bytes hashed.

use std::path::Path;

use super::super::candidates::{ai, held};
use super::item::Item;
use super::numbers::Censor;
use crate::graphics::overlay::captions::{self, Cue};
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::config::Season;
use crate::model::details::Named;
use crate::model::language::AnyPath;
use crate::model::manifest::{Cover, Work};
use crate::model::showcase::candidate::{FileOf, Held};
use crate::model::units::Size;
use crate::policy::posting::credit_line;
use crate::review::proven::{Shelf, proven};
use crate::review::release::{Proven, Release, may_go};
use crate::text::{fill, hex, is_display_control};
use sha2::{Digest, Sha256};

/// What a person asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Targets of the column's kind, the best first.
    pub targets: &'a [String],
    /// Ids, in their order; `None`: all, the newest first.
    pub works: Option<&'a [String]>,
    /// The id of the only season.
    pub season: Option<&'a str>,
    pub seasons: &'a [Season],
    pub censor: &'a Censor,
    pub college: &'a str,
    /// The office's lines that follow the text of a post, which a column says by itself.
    pub credit: &'a [String],
}

/// A work that is not in.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub work: String,
    pub title: String,
    pub why: Held,
}

/// What is in, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub items: Vec<Item>,
    pub left_out: Vec<LeftOut>,
}

/// Chooses works. Files that were not hashed within a day are hashed now: `on_work` hears of each.
///
/// # Errors
/// Of the catalogue.
pub fn choose(
    shelf: Shelf<'_>,
    asked: Asked<'_>,
    on_work: &mut dyn FnMut(&str, (usize, usize)),
) -> Result<Chosen, CatalogError> {
    let ids = match asked.works {
        Some(ids) => ids.to_vec(),
        None => shelf.catalog.work_ids()?,
    };
    let mut chosen = Chosen::default();
    for (place, id) in ids.iter().enumerate() {
        let Some(row) = shelf.catalog.work_by_id(id)? else { continue };
        let work = &row.manifest;
        let is_meant = asked.season.is_none_or(|season| work.season.as_deref() == Some(season));
        // A picture is for screens.
        if asked.works.is_none() && (!is_meant || work.is_poster()) {
            continue;
        }
        on_work(&work.title, (place, ids.len()));
        match release(shelf, id, asked.targets)? {
            Ok(release) => chosen.items.push(item(shelf, asked, (&row, &release))),
            Err(why) => chosen.left_out.push(LeftOut { work: id.clone(), title: work.title.clone(), why }),
        }
    }
    if asked.works.is_none() {
        chosen
            .items
            .sort_by(|one, other| other.date.cmp(&one.date).then_with(|| one.title.cmp(&other.title)));
    }
    Ok(chosen)
}

/// Returns the release for the first target that has one; else what stops the first that was made.
fn release(shelf: Shelf<'_>, id: &str, targets: &[String]) -> Result<Result<Release, Held>, CatalogError> {
    let mut stopped: Option<Held> = None;
    for target in targets {
        let judged = match may_go(shelf.catalog, shelf.rules, (id, target), shelf.now)? {
            Ok(release) => proven(shelf, release)?.map(|Proven(release)| release),
            Err(why) => Err(why),
        };
        match judged.map_err(|why| held(why, target)) {
            Ok(release) => return Ok(Ok(release)),
            Err(why) if matches!(stopped, None | Some(Held::NotMade { .. })) => stopped = Some(why),
            Err(_) => {}
        }
    }
    Ok(Err(stopped.unwrap_or_else(|| Held::NotMade { target: targets.join("、") })))
}

fn item(shelf: Shelf<'_>, asked: Asked<'_>, (row, release): (&WorkRow, &Release)) -> Item {
    let (work, rendition) = (&release.work, &release.rendition);
    let mut censor = asked.censor.clone();
    let mut one = |text: &str| line(&censor.clean(text));
    let file = |path: &str, sha256: &str, bytes| FileOf {
        path: AnyPath::from(path),
        sha256: sha256.to_owned(),
        bytes,
    };
    let season = work.season.as_deref().map(|id| {
        let known = asked.seasons.iter().find(|season| season.id == id);
        one(known.map_or(id, |season| &season.name))
    });
    let post = rendition.post.as_ref().map(|post| post.text.as_str());
    let about = work.about.synopsis.as_deref().or(post).unwrap_or_default();
    let said = said_anyway(asked, work);
    let cues = shown_captions(row, work).into_iter();
    let mut item = Item {
        work: work.id.clone(),
        target: rendition.target.clone(),
        digest: release.digest.clone(),
        title: one(&work.title),
        department: work.department.as_deref().map(&mut one).filter(|name| !name.is_empty()),
        authors: work.authors.iter().map(|name| one(name)).collect(),
        advisors: work.about.advisors.iter().map(|name| one(name)).collect(),
        category: work.about.category.as_deref().map(&mut one),
        season,
        date: date(work),
        about: about
            .lines()
            .filter(|text| !said.contains(&line(text)))
            .map(&mut one)
            .filter(|text| !text.is_empty())
            .collect(),
        music: work.about.music.as_deref().map(&mut one).filter(|music| !music.is_empty()),
        ai: ai(work),
        credit: credit_line(shelf.rules, work, &release.signed).map(|credit| one(&credit)),
        signed: release.signed.iter().map(|level| one(&level.by.name)).collect(),
        duration_ms: rendition.duration_ms,
        size: Size::new(rendition.width, rendition.height),
        video: file(&rendition.file, &rendition.sha256, rendition.bytes),
        cover: best(&rendition.covers).map(|cover| {
            (Size::new(cover.width, cover.height), file(&cover.file, &cover.sha256, cover.bytes))
        }),
        captions: cues
            .map(|cue| Cue { text: cue.text.lines().map(&mut one).collect::<Vec<_>>().join("\n"), ..cue })
            .collect(),
        has_left_out: false,
    };
    item.has_left_out = censor.left_out;
    item
}

/// Returns the lines of a post that name authors and department, which stand on the page already.
fn said_anyway(asked: Asked<'_>, work: &Work) -> Vec<String> {
    let named = Named {
        title: &work.title,
        authors: &work.authors,
        department: work.department.as_deref().unwrap_or_default(),
        college: asked.college,
        about: &work.about,
    };
    let value = |place: &str| line(&named.value(place));
    asked.credit.iter().filter_map(|text| fill(text, &value)).map(|text| line(&text)).collect()
}

fn date(work: &Work) -> String {
    let given = work.submitted.as_ref().map(|given| given.date.clone());
    given.unwrap_or_else(|| work.made_at.chars().take(10).collect())
}

/// Returns the cover for a landscape place: the largest of those that are wider than high, else the largest.
fn best(covers: &[Cover]) -> Option<&Cover> {
    covers
        .iter()
        .max_by_key(|cover| (cover.width >= cover.height, u64::from(cover.width) * u64::from(cover.height)))
}

/// Returns the captions beside the source, where they are still those that the pictures show and that were signed.
fn shown_captions(row: &WorkRow, work: &Work) -> Vec<Cue> {
    let found = || {
        let record = work.captions.as_ref()?;
        let folder = row.source.parent()?;
        let name = Path::new(&record.file).file_name()?;
        let duration_us = work.source.duration_ms?.saturating_add(1).saturating_mul(1000);
        let (read, _) = captions::read(folder, &folder.join(name), duration_us).ok()?;
        let cues: Vec<(u64, u64, &str)> =
            read.cues.iter().map(|cue| (cue.from_us, cue.until_us, cue.text.as_str())).collect();
        let digest = hex(&Sha256::digest(serde_json::to_vec(&cues).ok()?));
        (digest == record.sha256).then_some(read.cues)
    };
    found().unwrap_or_default()
}

/// Returns a text on one line, without what a page obeys instead of showing it.
pub fn line(text: &str) -> String {
    let shown: String = text.chars().filter(|c| c.is_whitespace() || !is_display_control(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_what_it_is_without_what_steers() {
        assert_eq!(
            line("<b>=1+1</b>\n👨\u{200D}👩\u{200D}👧 \u{202E}gpj\u{2066}"),
            "<b>=1+1</b> 👨\u{200D}👩\u{200D}👧 gpj"
        );
    }

    #[test]
    fn the_largest_landscape_cover_is_taken() {
        let cover =
            |width, height| Cover { file: String::new(), width, height, sha256: String::new(), bytes: 1 };
        let covers = [cover(500, 500), cover(1080, 1440), cover(900, 383)];
        assert_eq!(best(&covers).map(|cover| cover.width), Some(900));
        assert_eq!(best(&covers[1..2]).map(|cover| cover.width), Some(1080));
    }
}
