//! Writes the folder for a tool aside: videos shared where that can be, all else copied while it is hashed, and read back.

use std::path::{Path, PathBuf};

use super::super::taking::{self, TakingError, Way};
use super::choose::Item;
use super::formats;
use super::tool::Tool;
use crate::library::catalog::CatalogError;
use crate::library::staging::{HandedOutFolder, StagingError};
use crate::present::messages::handover as words;
use crate::present::messages::showcase::text_file;
use crate::review::proven::Shelf;
use crate::review::release::may_go;

/// A folder to be written.
#[derive(Clone, Copy, Debug)]
pub struct Handing<'a> {
    pub tool: Tool,
    pub items: &'a [Item],
    pub shelf: Shelf<'a>,
    /// The folder in which it will lie.
    pub to: &'a Path,
    pub name: &'a str,
    /// What says what to do.
    pub readme: &'a str,
    /// Of Bilibili.
    pub tid: u16,
    pub at: Option<At<'a>>,
}

/// When works are to appear.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    pub unix_s: i64,
    /// `YYYY-MM-DD HH:MM:SS` in the zone of this machine.
    pub local: &'a str,
}

/// Why nothing was handed over. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum HandingError {
    #[error("{file} of {title} has changed")]
    Changed { title: String, file: String },
    /// It is not released any more.
    #[error("{title} is no longer released")]
    TakenBack { title: String },
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

type Result<T> = std::result::Result<T, HandingError>;

/// What was written.
#[derive(Clone, Debug)]
pub struct Handed {
    pub path: PathBuf,
    pub linked: usize,
    pub copied: usize,
}

struct Writer<'a> {
    it: Handing<'a>,
    folder: HandedOutFolder,
    linked: usize,
    copied: usize,
}

/// Writes a folder. `on_file` hears of the title of each work.
///
/// # Errors
/// What was written is removed.
pub fn hand_over(it: Handing<'_>, on_file: &mut dyn FnMut(&str, (usize, usize))) -> Result<Handed> {
    let folder = HandedOutFolder::begin(it.to, it.name)?;
    let mut writer = Writer { it, folder, linked: 0, copied: 0 };
    for (place, item) in it.items.iter().enumerate() {
        on_file(&item.title, (place, it.items.len()));
        writer.item(item)?;
    }
    let mut folders = vec![words::TEXTS.to_owned()];
    for target in writer.targets() {
        let items: Vec<&Item> = it.items.iter().filter(|item| item.target == target).collect();
        if let Some((name, text)) = writer.list(&items)? {
            let path = writer.place(target, &name);
            writer.folder.write(&path, text.as_bytes())?;
        }
        if it.tool != Tool::Biliup {
            folders.push(target.to_owned());
        }
    }
    writer.folder.write(words::README, text_file(it.readme).as_bytes())?;
    writer.folder.sync_folders(&folders)?;
    still_released(it)?;
    let Writer { folder, linked, copied, .. } = writer;
    Ok(Handed { path: folder.finish()?, linked, copied })
}

/// Asks again at the end: copying takes its time, and a work may be withdrawn meanwhile.
fn still_released(it: Handing<'_>) -> Result<()> {
    let Shelf { catalog, rules, now, .. } = it.shelf;
    for item in it.items {
        let may = may_go(catalog, rules, (&item.work, &item.target), now)?;
        if may.is_ok_and(|release| release.digest == item.digest) {
            continue;
        }
        return Err(HandingError::TakenBack { title: item.title.clone() });
    }
    Ok(())
}

impl Writer<'_> {
    fn targets(&self) -> Vec<&'static str> {
        let has = |target: &&str| self.it.items.iter().any(|item| item.target == **target);
        self.it.tool.targets().iter().copied().filter(|target| has(target)).collect()
    }

    /// Returns a path in the folder: biliup has one target, the others a folder for each.
    fn place(&self, target: &str, file: &str) -> String {
        match self.it.tool {
            Tool::Biliup => file.to_owned(),
            Tool::SocialAutoUpload | Tool::Posthub => format!("{target}/{file}"),
        }
    }

    /// Returns the name and text of the one list of a target's folder.
    fn list(&self, items: &[&Item]) -> Result<Option<(String, String)>> {
        let Handing { tool, tid, at, .. } = self.it;
        Ok(match tool {
            Tool::Biliup => {
                let text = formats::biliup(items, tid, at.map(|at| at.unix_s))?;
                Some(("config.yaml".to_owned(), text))
            }
            Tool::Posthub => {
                let text = formats::posthub(items, at.map(|at| at.local))?;
                Some(("manifest.json".to_owned(), text))
            }
            Tool::SocialAutoUpload => None,
        })
    }

    fn item(&mut self, item: &Item) -> Result<()> {
        if self.it.tool != Tool::Biliup {
            self.folder.folders(&item.target)?;
        }
        self.folder.folders(words::TEXTS)?;
        let place = |ending: &str| self.place(&item.target, &format!("{}{ending}", item.name));
        let (video, text) = (place(".mp4"), place(".txt"));
        self.video(&video, item)?;
        match self.it.tool {
            Tool::Biliup => self.cover(&format!("{}.jpg", item.name), item, Some(0))?,
            Tool::SocialAutoUpload => {
                self.folder.write(&text, formats::social_auto_upload(item).as_bytes())?;
                // The tool looks for this ending, and takes any picture under it: the signed bytes stay as they are.
                let (landscape, portrait) = formats::covers(item);
                let cover = self.place(&item.target, &format!("{}.png", item.name));
                self.cover(&cover, item, portrait.or(landscape))?;
            }
            Tool::Posthub => {
                let (landscape, portrait) = formats::covers(item);
                for (cover, is_landscape) in [(landscape, true), (portrait, false)] {
                    let name = self.place(&item.target, &formats::cover_name(item, is_landscape));
                    self.cover(&name, item, cover)?;
                }
            }
        }
        if let Some(post) = &item.post {
            let path = format!("{}/{}-{}.txt", words::TEXTS, item.target, item.name);
            self.folder.write(&path, text_file(post).as_bytes())?;
        }
        Ok(())
    }

    fn cover(&mut self, to: &str, item: &Item, which: Option<usize>) -> Result<()> {
        let Some((_, file)) = which.and_then(|which| item.covers.get(which)) else { return Ok(()) };
        taking::copy(self.it.shelf, &self.folder, (file, to)).map_err(|error| of(error, item))?;
        self.copied += 1;
        Ok(())
    }

    fn video(&mut self, to: &str, item: &Item) -> Result<()> {
        match taking::share(self.it.shelf, &self.folder, (&item.video, to))
            .map_err(|error| of(error, item))?
        {
            Way::Linked => self.linked += 1,
            Way::Copied => self.copied += 1,
        }
        Ok(())
    }
}

fn of(error: TakingError, item: &Item) -> HandingError {
    match error {
        TakingError::Changed { file } => HandingError::Changed { title: item.title.clone(), file },
        TakingError::Staging(error) => error.into(),
        TakingError::Catalog(error) => error.into(),
    }
}
