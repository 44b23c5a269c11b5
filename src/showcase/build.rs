//! Builds a package aside: every byte hashed while it is copied, or shared with a file whose content is proven; read back before
//! anybody sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::page::{Shown, page};
use super::{bag, lists};
use crate::files;
use crate::graphics::covers;
use crate::library::catalog::{Catalog, CatalogError, ProvenFile};
use crate::library::manifest::ManifestError;
use crate::library::staging::{HandedOutFolder, StagingError, Taken};
use crate::model::showcase::built::{BUILT_SCHEMA, Built, BuiltWork};
use crate::model::showcase::candidate::FileOf;
use crate::model::showcase::plan::{Entry, Origin, Plan, PlannedFile};
use crate::model::showcase::profile::{Column, Profile, Rule, Take};
use crate::present::messages::showcase as words;
use crate::showcase::plan::BAG_DATA;
use crate::text::hex;

/// Longer side of the covers on the page, pixels.
const COVER_SIDE: u32 = 560;

/// A package to be built.
#[derive(Clone, Copy, Debug)]
pub struct Packing<'a> {
    pub plan: &'a Plan,
    pub profile: &'a Profile,
    pub college: &'a str,
    pub catalog: &'a Catalog,
    pub library: &'a Path,
    /// The folder in which it will lie.
    pub to: &'a Path,
    /// RFC 3339.
    pub now: &'a str,
}

/// What happens while it is built.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// A file of this work begins.
    File(&'a str),
    /// So many bytes more.
    Bytes(u64),
}

/// A package that is built, and has no name yet.
#[derive(Debug)]
pub struct Made {
    pub folder: HandedOutFolder,
    /// Of its list of digests.
    pub sums_sha256: String,
    pub linked: usize,
    pub copied: usize,
    /// Files that are second names of the library's proven ones, or share their blocks.
    pub proven: BTreeSet<String>,
    /// Size and digest of all files in it, by path; those of the lists of digests included.
    pub files: BTreeMap<String, (u64, String)>,
}

/// Why a package was not built. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("{} is there already", .0.display())]
    Taken(PathBuf),
    /// A file is not as it was released.
    #[error("{file} of {title} has changed")]
    Changed { title: String, file: String },
    #[error("{path}: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

type Result<T> = std::result::Result<T, BuildError>;

struct Builder<'a> {
    it: Packing<'a>,
    folder: HandedOutFolder,
    /// What stands before the paths of the plan.
    prefix: &'static str,
    /// Path and digest of each file, the prefix included.
    sums: Vec<(String, String)>,
    /// The same of the lists of digests, and of what makes a bag.
    lists: Vec<(String, String)>,
    folders: BTreeSet<String>,
    proven: BTreeSet<String>,
    linked: usize,
    copied: usize,
}

/// Builds a package.
///
/// # Errors
/// What was written is removed.
pub fn build(it: Packing<'_>, on: &mut dyn FnMut(Progress<'_>)) -> Result<Made> {
    let place = it.to.join(&it.plan.name);
    if files::is_there(&place).unwrap_or(false) {
        return Err(BuildError::Taken(place));
    }
    let prefix = if it.profile.out.bag { "data/" } else { "" };
    let mut builder = Builder {
        folder: HandedOutFolder::begin(it.to, &it.plan.name)?,
        it,
        prefix,
        sums: Vec::new(),
        lists: Vec::new(),
        folders: BTreeSet::new(),
        proven: BTreeSet::new(),
        linked: 0,
        copied: 0,
    };
    if it.profile.out.bag {
        builder.make_folder(BAG_DATA)?;
    }
    for entry in &it.plan.entries {
        for file in &entry.files {
            on(Progress::File(&entry.title));
            builder.put(file, &entry.title, on)?;
        }
    }
    for file in &it.plan.files {
        on(Progress::File(&file.path));
        builder.put(file, &file.path, on)?;
    }
    builder.own_files()?;
    builder.finish()
}

impl Builder<'_> {
    fn put(&mut self, file: &PlannedFile, title: &str, on: &mut dyn FnMut(Progress<'_>)) -> Result<()> {
        match &file.from {
            Origin::Library(of) if file.take == Take::Video => self.shared(&file.path, of, title, on),
            // Small, and what people open and turn or crop: never a second name of the library's file.
            Origin::Library(of) => {
                let from = self.it.library.join(of.path.as_path());
                self.copied(&file.path, &from, (&of.sha256, title), on)
            }
            Origin::WithoutTags(of) => self.without_tags(&file.path, of, title, on),
            Origin::Source(of) => {
                let from = of.path.as_path().to_owned();
                self.copied(&file.path, &from, (&of.sha256, title), on)
            }
            Origin::Paper { path, sha256, .. } => {
                self.copied(&file.path, path.as_path(), (sha256, title), on)
            }
            // Filled by a worker before anything is built.
            Origin::Form(form) => Err(BuildError::Unreadable {
                path: form.template.as_path().display().to_string(),
                source: io::ErrorKind::InvalidInput.into(),
            }),
            Origin::Text { text } => self.written(&file.path, text.as_bytes()),
            Origin::Sheet { columns } => {
                let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".xlsx");
                let bytes = self.workbook((name, columns))?;
                self.written(&file.path, &bytes)
            }
        }
    }

    fn workbook(&self, (name, columns): (&str, &[(String, Column)])) -> Result<Vec<u8>> {
        let digest_of = |path: &str| self.digest_of(path);
        Ok(lists::workbook(self.it.plan, (name, columns), &digest_of)?)
    }

    fn digest_of(&self, path: &str) -> Option<String> {
        let path = format!("{}{path}", self.prefix);
        self.sums.iter().find(|(one, _)| *one == path).map(|(_, sha256)| sha256.clone())
    }

    /// Puts a signed file there, without copying it where that can be.
    fn shared(
        &mut self,
        path: &str,
        of: &FileOf,
        title: &str,
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let to = self.place(path)?;
        let from = self.it.library.join(of.path.as_path());
        if let Some(known) = self.untouched(of, &from)? {
            let is_shared = match self.folder.share(&from, &to)? {
                Some(Taken::Linked) => self.keep_proven(&known, &from, &to)?,
                // What was cloned is what was proven if nothing happened to the file until then.
                Some(_) => self.untouched(of, &from)?.is_some(),
                None => return self.copied_to(to, &from, (&of.sha256, title), on),
            };
            if !is_shared {
                self.folder.remove(&to)?;
                return self.copied_to(to, &from, (&of.sha256, title), on);
            }
            on(Progress::Bytes(of.bytes));
            self.linked += 1;
            self.proven.insert(to.clone());
            self.sums.push((to, of.sha256.clone()));
            return Ok(());
        }
        self.copied_to(to, &from, (&of.sha256, title), on)
    }

    /// Returns what is known of a file whose content was proven and to which nothing has happened since.
    fn untouched(&self, of: &FileOf, from: &Path) -> Result<Option<ProvenFile>> {
        let known = self.it.catalog.proven_file(&of.path.as_path().to_string_lossy())?;
        let Ok(stamp) =
            files::open(from).and_then(|file| file.metadata()).map(|found| files::stamp_of(&found))
        else {
            return Ok(None);
        };
        Ok(known.filter(|known| known.sha256 == of.sha256 && known.stamp.is_untouched(&stamp)))
    }

    /// A second name changes the time of the last change of a file: without this, it would be hashed again. Returns false if the
    /// file under the new name is not the one that was proven.
    fn keep_proven(&self, known: &ProvenFile, from: &Path, to: &str) -> Result<bool> {
        let (Ok(stamp), Ok(linked)) = (files::stamp(from), files::stamp(&self.folder.path().join(to))) else {
            return Ok(false);
        };
        if !known.stamp.is_same_file(&stamp) || !stamp.is_untouched(&linked) {
            return Ok(false);
        }
        self.it.catalog.put_proven_file(&ProvenFile { stamp, ..known.clone() })?;
        Ok(true)
    }

    fn without_tags(
        &mut self,
        path: &str,
        of: &FileOf,
        title: &str,
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let to = self.place(path)?;
        let from = self.it.library.join(of.path.as_path());
        // Never a second name of the library's file: its bytes are changed here.
        let mut is_cloned = self.untouched(of, &from)?.is_some() && self.folder.clone_blocks(&from, &to)?;
        if is_cloned && self.untouched(of, &from)?.is_none() {
            self.folder.remove(&to)?;
            is_cloned = false;
        }
        match is_cloned {
            true => on(Progress::Bytes(of.bytes)),
            false => self.copy_checked(&from, &to, (&of.sha256, title), on)?,
        }
        self.copied += 1;
        let made = self.folder.path().join(&to);
        let unreadable = |source| BuildError::Unreadable { path: to.clone(), source };
        files::clear_tags(&made).map_err(unreadable)?;
        let (sha256, _) = self.folder.digest(&to)?;
        self.sums.push((to, sha256));
        Ok(())
    }

    fn copied(
        &mut self,
        path: &str,
        from: &Path,
        of: (&str, &str),
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let to = self.place(path)?;
        self.copied_to(to, from, of, on)
    }

    fn copied_to(
        &mut self,
        to: String,
        from: &Path,
        (sha256, title): (&str, &str),
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        self.copy_checked(from, &to, (sha256, title), on)?;
        self.copied += 1;
        self.sums.push((to, sha256.to_owned()));
        Ok(())
    }

    fn copy_checked(
        &self,
        from: &Path,
        to: &str,
        (sha256, title): (&str, &str),
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let copied = self.folder.copy(from, to, sha256, &mut |bytes| on(Progress::Bytes(bytes)));
        copied.map_err(|error| match error {
            StagingError::Other { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
                BuildError::Changed { title: title.to_owned(), file: from.display().to_string() }
            }
            other => other.into(),
        })
    }

    fn written(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let to = self.place(path)?;
        self.folder.write(&to, bytes)?;
        self.sums.push((to, hex(&Sha256::digest(bytes))));
        Ok(())
    }

    /// Returns a path in the folder, whose own folders are made.
    fn place(&mut self, path: &str) -> Result<String> {
        let to = format!("{}{path}", self.prefix);
        if let Some((folder, _)) = to.rsplit_once('/') {
            self.make_folder(folder)?;
        }
        Ok(to)
    }

    fn make_folder(&mut self, folder: &str) -> Result<()> {
        if !self.folders.contains(folder) {
            self.folder.folders(folder)?;
            let above = folder.match_indices('/').map(|(at, _)| folder[..at].to_owned());
            self.folders.extend(above);
            self.folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Writes the lists and the page.
    fn own_files(&mut self) -> Result<()> {
        let Packing { plan, profile, college, library, now, .. } = self.it;
        if profile.out.list {
            let columns = lists::own_columns(profile);
            let bytes = self.workbook((words::SHEET_NAME, &columns))?;
            self.written(words::LIST, &bytes)?;
        }
        if profile.out.index {
            let cover = |entry: &Entry| {
                let file = entry.cover.as_ref()?;
                covers::thumbnail(&library.join(file.path.as_path()), COVER_SIDE)
            };
            let covers: Vec<Option<Vec<u8>>> = plan.entries.iter().map(cover).collect();
            let date = now.get(..10).unwrap_or_default();
            let text = page(Shown { plan, profile, college, date, covers: &covers });
            self.written(words::PAGE, text.as_bytes())?;
        }
        let built = serde_json::to_vec_pretty(&self.built())?;
        self.written(words::LIST_JSON, &built)
    }

    fn built(&self) -> Built {
        let Packing { plan, profile, now, .. } = self.it;
        let of_works = plan
            .entries
            .iter()
            .flat_map(|entry| entry.open.iter().map(|open| words::lacks(Some(&entry.title), open)));
        let of_package = plan.open.iter().map(|open| words::lacks(None, open));
        Built {
            schema: BUILT_SCHEMA.to_owned(),
            name: plan.name.clone(),
            complete: plan.is_complete(),
            lacking: of_works.chain(of_package).collect(),
            late: plan.is_late,
            built_at: now.to_owned(),
            profile: told_profile(profile),
            works: plan.entries.iter().map(|entry| self.built_work(entry)).collect(),
            files: plan.files.iter().map(|file| file.path.clone()).collect(),
        }
    }

    fn built_work(&self, entry: &Entry) -> BuiltWork {
        let video = entry.files.iter().find(|file| file.take == Take::Video);
        let video = video.map(|file| file.path.clone()).unwrap_or_default();
        let category = entry.cell(Column::Category);
        BuiltWork {
            no: entry.no,
            title: entry.title.clone(),
            digest: entry.digest.clone(),
            measured: entry.measured,
            folder: entry.folder.clone(),
            sha256: self.digest_of(&video).unwrap_or_default(),
            video,
            signed_sha256: entry.cell(Column::Sha256).to_owned(),
            files: entry.files.iter().map(|file| file.path.clone()).collect(),
            category: (!category.is_empty()).then(|| category.to_owned()),
        }
    }

    fn finish(mut self) -> Result<Made> {
        let sums = match self.it.profile.out.bag {
            true => self.bag_files()?,
            false => {
                self.written(words::SUMS_CMD, words::sums_cmd().as_bytes())?;
                let sums = lists::sums(&self.sums);
                self.unlisted(words::SUMS, sums.as_bytes())?;
                sums
            }
        };
        let folders: Vec<String> = self.folders.iter().cloned().collect();
        self.folder.sync_folders(&folders)?;
        let mut files = BTreeMap::new();
        for (path, sha256) in self.sums.iter().chain(&self.lists) {
            let unreadable = |source| BuildError::Unreadable { path: path.clone(), source };
            let bytes = files::stamp(&self.folder.path().join(path)).map_err(unreadable)?.bytes;
            files.insert(path.clone(), (bytes, sha256.clone()));
        }
        Ok(Made {
            folder: self.folder,
            sums_sha256: hex(&Sha256::digest(sums.as_bytes())),
            linked: self.linked,
            copied: self.copied,
            proven: self.proven,
            files,
        })
    }

    /// Writes a file that the list of digests does not name.
    fn unlisted(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.folder.write(name, bytes)?;
        self.lists.push((name.to_owned(), hex(&Sha256::digest(bytes))));
        Ok(())
    }

    /// Writes what makes a bag of it; returns the manifest.
    fn bag_files(&mut self) -> Result<String> {
        let Packing { profile, college, now, .. } = self.it;
        let encoded: Vec<(String, String)> =
            self.sums.iter().map(|(path, sha256)| (bag::encoded(path), sha256.clone())).collect();
        let manifest = lists::sums(&encoded);
        let size =
            |path: &String| files::stamp(&self.folder.path().join(path)).map_or(0, |stamp| stamp.bytes);
        let bytes = self.sums.iter().map(|(path, _)| size(path)).sum();
        let organisation = if profile.marks.identity == Rule::Forbidden { "" } else { college };
        let info = bag::info(bag::Info {
            organisation,
            date: now.get(..10).unwrap_or_default(),
            title: &profile.name.zh,
            bytes,
            files: self.sums.len(),
        });
        for (name, text) in
            [(bag::DECLARATION, bag::DECLARED), (bag::INFO, &info), (bag::MANIFEST, &manifest)]
        {
            self.unlisted(name, text.as_bytes())?;
        }
        let tags = lists::sums(&self.lists);
        self.unlisted(bag::TAG_MANIFEST, tags.as_bytes())?;
        Ok(manifest)
    }
}

/// Returns the rules that stand in a package: of an anonymous one without whose works it asks for, who passed the call on, and where
/// it was read.
fn told_profile(profile: &Profile) -> Profile {
    let mut told = profile.clone();
    if profile.marks.identity == Rule::Forbidden {
        told.organiser = None;
        told.source = String::new();
        told.contest = None;
        told.select.departments.clear();
        told.select.seasons.clear();
        told.ask.clear();
        told.evidence.clear();
    }
    told
}
