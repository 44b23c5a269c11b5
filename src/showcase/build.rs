//! Builds a package aside: every byte hashed while it is copied, or shared with a file whose content is proven; read back before
//! anybody sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::page::{Shown, page};
use super::verify::{Checked, Subject, verify};
use super::{bag, lists, tags};
use crate::files;
use crate::graphics::covers;
use crate::library::catalog::{Catalog, CatalogError, ProvenFile};
use crate::library::manifest::ManifestError;
use crate::library::staging::{HandedOutFolder, StagingError, Taken};
use crate::model::showcase::built::{BUILT_SCHEMA, Built, BuiltWork};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::plan::{Entry, FileOf, Origin, Plan, PlannedFile};
use crate::model::showcase::profile::{Column, Profile, Rule, Take};
use crate::present::messages::showcase as words;
use crate::showcase::plan::BAG_DATA;
use crate::text::hex;

/// Longer side of the covers on the page, pixels.
const COVER_SIDE: u32 = 560;

/// Largest paper that is hashed before it is copied, bytes.
const PAPER_MAX_BYTES: u64 = 4 << 30;

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
    /// All is there, and is read back.
    ReadingBack,
    /// So many bytes more.
    Bytes(u64),
}

/// A package that is built and read back, and has no name yet.
#[derive(Debug)]
pub struct Made {
    pub folder: HandedOutFolder,
    /// Of its list of digests.
    pub sums_sha256: String,
    pub linked: usize,
    pub copied: usize,
    pub checked: Checked,
    /// Of all files in it, by path.
    pub sizes: BTreeMap<String, u64>,
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
    /// What was read back is not what was written.
    #[error("{0:?}")]
    NotSound(Fault),
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
    builder.finish(on)
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
            Origin::Paper { path, .. } => {
                let from = path.as_path();
                let unreadable = |source| BuildError::Unreadable { path: from.display().to_string(), source };
                let (sha256, bytes) = files::digest(from).map_err(unreadable)?;
                if bytes > PAPER_MAX_BYTES {
                    return Err(unreadable(io::ErrorKind::FileTooLarge.into()));
                }
                self.copied(&file.path, from, (&sha256, title), on)
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
            match self.folder.share(&from, &to)? {
                Some(Taken::Linked) => self.keep_proven(known, &from)?,
                Some(_) => {}
                None => return self.copied_to(to, &from, (&of.sha256, title), on),
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

    /// A second name changes the time of the last change of a file: without this, it would be hashed again.
    fn keep_proven(&self, known: ProvenFile, from: &Path) -> Result<()> {
        if let Ok(stamp) = files::stamp(from)
            && known.stamp.is_same_file(&stamp)
        {
            self.it.catalog.put_proven_file(&ProvenFile { stamp, ..known })?;
        }
        Ok(())
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
        let is_cloned = self.untouched(of, &from)?.is_some() && self.folder.clone_blocks(&from, &to)?;
        if is_cloned {
            on(Progress::Bytes(of.bytes));
        } else {
            self.copy_checked(&from, &to, (&of.sha256, title), on)?;
        }
        self.copied += 1;
        let made = self.folder.path().join(&to);
        let unreadable = |source| BuildError::Unreadable { path: to.clone(), source };
        tags::clear(&made).map_err(unreadable)?;
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
            profile: profile.clone(),
            works: plan.entries.iter().map(built_work).collect(),
        }
    }

    fn finish(mut self, on: &mut dyn FnMut(Progress<'_>)) -> Result<Made> {
        let sums = match self.it.profile.out.bag {
            true => self.bag_files()?,
            false => {
                self.written(words::SUMS_CMD, words::sums_cmd().as_bytes())?;
                let sums = lists::sums(&self.sums);
                self.folder.write(words::SUMS, sums.as_bytes())?;
                sums
            }
        };
        let folders: Vec<String> = self.folders.iter().cloned().collect();
        self.folder.sync_folders(&folders)?;
        on(Progress::ReadingBack);
        let subject = Subject { root: self.folder.path(), name: &self.it.plan.name, proven: &self.proven };
        let path = self.folder.path().display().to_string();
        let checked = verify(subject, &mut |bytes| on(Progress::Bytes(bytes)))
            .map_err(|source| BuildError::Unreadable { path, source })?;
        if let Some(fault) = checked.faults.iter().find(|fault| !fault.is_lack()) {
            return Err(BuildError::NotSound(fault.clone()));
        }
        Ok(Made {
            sizes: self.sizes(),
            folder: self.folder,
            sums_sha256: hex(&Sha256::digest(sums.as_bytes())),
            linked: self.linked,
            copied: self.copied,
            checked,
        })
    }

    /// Returns the sizes of all files, the lists of digests included.
    fn sizes(&self) -> BTreeMap<String, u64> {
        let own: &[&str] = match self.it.profile.out.bag {
            true => &[bag::DECLARATION, bag::INFO, bag::MANIFEST, bag::TAG_MANIFEST],
            false => &[words::SUMS],
        };
        let paths = self.sums.iter().map(|(path, _)| path.as_str()).chain(own.iter().copied());
        let size = |path: &str| files::stamp(&self.folder.path().join(path)).map_or(0, |stamp| stamp.bytes);
        paths.map(|path| (path.to_owned(), size(path))).collect()
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
        let mut tags = Vec::new();
        for (name, text) in
            [(bag::DECLARATION, bag::DECLARED), (bag::INFO, &info), (bag::MANIFEST, &manifest)]
        {
            self.folder.write(name, text.as_bytes())?;
            tags.push((name.to_owned(), hex(&Sha256::digest(text.as_bytes()))));
        }
        self.folder.write(bag::TAG_MANIFEST, lists::sums(&tags).as_bytes())?;
        Ok(manifest)
    }
}

fn built_work(entry: &Entry) -> BuiltWork {
    let video = entry.files.iter().find(|file| file.take == Take::Video);
    let category = entry.cell(Column::Category);
    BuiltWork {
        no: entry.no,
        title: entry.title.clone(),
        digest: entry.digest.clone(),
        measured: entry.measured,
        folder: entry.folder.clone(),
        video: video.map(|file| file.path.clone()).unwrap_or_default(),
        signed_sha256: entry.cell(Column::Sha256).to_owned(),
        files: entry.files.iter().map(|file| file.path.clone()).collect(),
        category: (!category.is_empty()).then(|| category.to_owned()),
    }
}
