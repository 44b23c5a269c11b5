//! A library describes itself: a catalogue that was lost is made again from the manifests, and one that is older than they
//! are (a copy was put back) learns what only they know.
//!
//! | source | what it knows |
//! |---|---|
//! | `manifest.json` | every work, as of the last run |
//! | `SEASON/DEPARTMENT/WORK/manifest.json` | one published work, with its fingerprint beside it |
//! | `answers.json` | what people said of pairs |
//!
//! A lost catalogue is built aside under a name that counts for nothing, in one transaction, synced and renamed: a kill or a
//! full disk at any moment leaves none, so that the next start begins anew. Nothing is guessed: an entry that cannot be read
//! ends the recovery and is named, since what it told would be lost.
//!
//! Works never leave a catalogue, but for one case: a source has another work now. Whatever else a manifest names and the
//! catalogue does not was lost, and is taken over. No manifest puts a work in the place of another whose videos are there:
//! the run alone decides that, and notes what becomes of the files.

mod repair;
mod tell;

use crate::files;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use walkdir::WalkDir;

use crate::library::catalog::{Catalog, CatalogError, Takeover};
use crate::library::manifest::MANIFEST_FILE;
use crate::library::open::Library;
use crate::library::opinions_file;
use crate::library::staging::{PRIVATE_FOLDER, Staging, StagingError};
use crate::model::manifest::Work;
use crate::model::service::FALLBACK_FOLDER;
use tell::{Rank, each_work, is_there, only_work, recall};

pub use repair::repair;
pub(crate) use tell::place_of;

/// Names in jincai's own folder.
pub(crate) const CATALOGUE: &str = "catalog.sqlite3";
pub(crate) const ASIDE: &str = "catalog.sqlite3.new";
/// What SQLite writes beside a catalogue, by the ends of the names.
pub(crate) const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What opening a library's catalogue brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    NotNeeded,
    /// There was no catalogue; so many works were found in the manifests.
    Lost(usize, PassedOver),
    /// The catalogue was older than the manifests; so many works were taken over.
    Older(usize, PassedOver),
}

/// The ids of works that a manifest names and that were not taken over: another work has their source or a file of theirs.
pub type PassedOver = BTreeSet<String>;

/// How many of how many works were taken over.
pub type Steps<'a> = &'a mut dyn FnMut(usize, usize);

#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The library's manifest or a work's.
    #[error("{} cannot be read: {detail}", path.display())]
    Manifest { path: PathBuf, detail: String },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl RecoveryError {
    /// Whether it is the library's own manifest that cannot be read.
    pub fn is_of_library(&self) -> bool {
        let Self::Manifest { path, .. } = self else { return false };
        path.parent().is_some_and(|folder| folder.join(PRIVATE_FOLDER).is_dir())
    }
}

/// Opens a library with all that its manifests know: see [`Recovery`]. `steps` is told how many of how many works were
/// taken over.
pub fn open(staging: Staging, steps: Steps<'_>) -> Result<(Library, Recovery), RecoveryError> {
    let (catalog, recovery) = open_catalog(&staging, steps)?;
    Ok((Library::new(staging, catalog)?, recovery))
}

/// The library's catalogue, with all that the manifests know. `steps` is told of the works that are taken over.
fn open_catalog(staging: &Staging, steps: Steps<'_>) -> Result<(Catalog, Recovery), RecoveryError> {
    clear_aside(staging)?;
    staging.remove_reserved();
    let path = Catalog::path_in(staging.library());
    let works = match path.symlink_metadata() {
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::NotFound => Some(recover(staging, steps)?),
        // Also where it only cannot be seen: what is there is not written over.
        Err(source) => return Err(RecoveryError::Io { path, source }),
    };
    let mut catalog = Catalog::open(&path)?;
    let recovery = match works {
        Some((0, _)) => Recovery::NotNeeded,
        Some((works, left)) => Recovery::Lost(works, left),
        None => {
            let Reconciled { taken, left, .. } = reconcile(staging.library(), &mut catalog, steps)?;
            match taken {
                0 if left.is_empty() => Recovery::NotNeeded,
                _ => Recovery::Older(taken, left),
            }
        }
    };
    Ok((catalog, recovery))
}

/// Whether any manifest lies in a folder.
pub fn tells_of_works(library: &Path) -> bool {
    library.join(MANIFEST_FILE).symlink_metadata().is_ok()
        || own_manifests(library).any(|found| found.is_ok())
}

/// Removes what a recovery or a restoring that was broken off left.
pub(crate) fn clear_aside(staging: &Staging) -> Result<(), StagingError> {
    staging.remove_private(ASIDE)?;
    clear_logs(staging, ASIDE)
}

/// Removes the logs beside a catalogue that is not there any more: SQLite would take them for the next one's.
pub(crate) fn clear_logs(staging: &Staging, catalogue: &str) -> Result<(), StagingError> {
    LOGS.iter().try_for_each(|end| staging.remove_private(&format!("{catalogue}{end}")))
}

/// Makes a catalogue of the manifests; yields how many works it knows, and which it does not.
fn recover(staging: &Staging, steps: Steps<'_>) -> Result<(usize, PassedOver), RecoveryError> {
    let library = staging.library();
    let built = build(library, &Staging::private_path(library, ASIDE), steps);
    if built.is_err() {
        // What was not finished must not keep the space of a full disk.
        let _ = clear_aside(staging);
    }
    let works = built?;
    clear_logs(staging, CATALOGUE)?;
    staging.settle_private(ASIDE, CATALOGUE)?;
    Ok(works)
}

/// Where the newest entry of a work stands: `None` is the library's own manifest.
struct Entry {
    rank: Rank,
    source: PathBuf,
    from: Option<PathBuf>,
    worth: Worth,
}

/// How much an entry is worth beside another of the same work, before their ages: whether the videos that it names are
/// there, and whether its file lies in the folder that it tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    is_there: bool,
    in_place: bool,
}

impl Entry {
    fn of(work: &Work, from: Option<PathBuf>, worth: Worth) -> Self {
        Self { rank: Rank::of(work), source: work.source.path.as_path().into(), from, worth }
    }
}

fn build(library: &Path, aside: &Path, steps: Steps<'_>) -> Result<(usize, PassedOver), RecoveryError> {
    let answers = opinions_file::written(library)?;
    let (entries, left) = newest_entries(library)?;
    let works = entries.len();
    let mut catalog = Catalog::begin_aside(aside)?;
    catalog.take_over(|over| {
        answers.iter().try_for_each(|answer| over.put_opinion(answer))?;
        let mut done = 0;
        steps(0, works);
        let mut put = |path: &Path, work: Work| {
            take(over, (library, path), work)?;
            done += 1;
            steps(done, works);
            Ok(())
        };
        let whole = library.join(MANIFEST_FILE);
        if entries.values().any(|entry| entry.from.is_none()) {
            each_work(&whole, |work| match entries.get(&work.id) {
                Some(Entry { from: None, .. }) => put(&whole, work),
                _ => Ok(()),
            })?;
        }
        let own = entries.values().filter_map(|entry| entry.from.as_ref());
        own.into_iter().try_for_each(|path| put(path, only_work(path)?))
    })?;
    catalog.finish_aside()?;
    Ok((works, left))
}

fn take(over: &Takeover<'_>, (library, path): (&Path, &Path), work: Work) -> Result<(), RecoveryError> {
    let id = work.id.clone();
    over.put(&recall(library, work)).map_err(|error| match error.cause() {
        // Of the disk, not of the entry.
        Some(_) => error.into(),
        None => RecoveryError::Manifest { path: path.to_owned(), detail: format!("the work {id}: {error}") },
    })
}

/// The newest entry of every work that any manifest names, by id, and the works whose source has a later one.
fn newest_entries(library: &Path) -> Result<(BTreeMap<String, Entry>, PassedOver), RecoveryError> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let whole = library.join(MANIFEST_FILE);
    if whole.symlink_metadata().is_ok() {
        each_work(&whole, |work| {
            let entry = Entry::of(&work, None, Worth::default());
            match entries.insert(work.id.clone(), entry) {
                None => Ok(()),
                Some(_) => Err(RecoveryError::Manifest {
                    path: whole.clone(),
                    detail: format!("the work {} stands in it twice", work.id),
                }),
            }
        })?;
    }
    for (id, own) in own_entries(library)? {
        if entries.get(&id).is_none_or(|known| own.worth.is_there && own.rank > known.rank) {
            entries.insert(id, own);
        }
    }
    // A source has one work at a time: the later one.
    let mut holders: HashMap<PathBuf, (Timestamp, String)> = HashMap::new();
    for (id, entry) in &entries {
        let holder = holders.entry(entry.source.clone()).or_insert((entry.rank.made, id.clone()));
        if holder.0 < entry.rank.made {
            *holder = (entry.rank.made, id.clone());
        }
    }
    let mut left = PassedOver::new();
    entries.retain(|id, entry| {
        let stays = holders.get(&entry.source).is_some_and(|(_, holder)| holder == id);
        if !stays {
            tracing::warn!(work = id, "a work is not taken over: its source has a later one");
            left.insert(id.clone());
        }
        stays
    });
    Ok((entries, left))
}

/// Of each work with a manifest of its own the best one: folders are copied and left behind.
fn own_entries(library: &Path) -> Result<BTreeMap<String, Entry>, RecoveryError> {
    let mut own: BTreeMap<String, Entry> = BTreeMap::new();
    for path in own_manifests(library) {
        let path = path?;
        let work = only_work(&path)?;
        let in_place = lies_where_it_says(library, &path, &work);
        let worth = Worth { is_there: is_there(library, &work), in_place };
        let entry = Entry::of(&work, Some(path), worth);
        match own.get(&work.id) {
            Some(known) if (known.worth, known.rank) >= (worth, entry.rank) => {}
            _ => drop(own.insert(work.id, entry)),
        }
    }
    Ok(own)
}

/// Whether a manifest lies in the folder that it tells of.
fn lies_where_it_says(library: &Path, manifest: &Path, work: &Work) -> bool {
    place_of(work).is_some_and(|place| manifest.parent() == Some(&library.join(place)))
}

/// The manifests of single works: `SEASON/DEPARTMENT/WORK/manifest.json`. Links are not followed.
fn own_manifests(library: &Path) -> impl Iterator<Item = Result<PathBuf, RecoveryError>> {
    let library = library.to_owned();
    let not_works = [PRIVATE_FOLDER, FALLBACK_FOLDER];
    WalkDir::new(&library)
        .max_depth(4)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| {
            entry.depth() != 1 || not_works.iter().all(|name| entry.file_name() != *name)
        })
        .filter_map(move |entry| match entry {
            Ok(entry) if entry.depth() == 4 && entry.file_name() == MANIFEST_FILE => {
                Some(Ok(entry.into_path()))
            }
            Ok(_) => None,
            Err(error) => {
                let path = error.path().unwrap_or(&library).to_owned();
                Some(Err(RecoveryError::Io { path, source: error.into() }))
            }
        })
}

/// What a comparison of the manifests with a catalogue came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reconciled {
    pub taken: usize,
    pub left: PassedOver,
    /// The library's manifest tells something that the next one will not.
    pub tells_more: bool,
}

/// Takes over what the manifests know better than the catalogue. Where the library's manifest is the one that this catalogue
/// wrote last they know nothing.
fn reconcile(library: &Path, catalog: &mut Catalog, steps: Steps<'_>) -> Result<Reconciled, RecoveryError> {
    let answers = opinions_file::only_written(library, catalog)?;
    answers.iter().try_for_each(|answer| catalog.put_opinion(answer))?;
    if is_its_own(library, catalog)? {
        return Ok(Reconciled::default());
    }
    catalog.take_over(|over| {
        let mut done = Reconciled::default();
        let mut take_news = |path: &Path, work: Work| -> Result<bool, RecoveryError> {
            match is_news(over, library, &work)? {
                News::Known => return Ok(false),
                News::Replaced => return Ok(true),
                News::Held(holder) => {
                    tracing::warn!(path = %path.display(), work = work.id, holder, "a work is not taken over: its source is another's");
                    done.left.insert(work.id);
                    return Ok(true);
                }
                News::New => {}
            }
            match over.put(&recall(library, work.clone())) {
                Err(error @ CatalogError::FileTaken { .. }) => {
                    tracing::warn!(path = %path.display(), work = work.id, %error, "a work is not taken over");
                    done.left.insert(work.id);
                    return Ok(true);
                }
                put => put?,
            }
            over.list(&work)?;
            // Who held its source may have got another one meanwhile.
            done.left.remove(&work.id);
            done.taken += 1;
            steps(done.taken, done.taken);
            Ok(false)
        };
        let whole = library.join(MANIFEST_FILE);
        let mut tells_more = false;
        if whole.symlink_metadata().is_ok() {
            let read = each_work(&whole, |work| {
                tells_more |= take_news(&whole, work)?;
                Ok(())
            });
            match read {
                // The catalogue is there, so nothing is lost but what the rest of it may have known: the file is kept.
                Err(error @ RecoveryError::Manifest { .. }) => {
                    tracing::warn!(%error, "the library's manifest is kept as manifest.json.1");
                    tells_more = true;
                }
                read => read?,
            }
        }
        for path in own_manifests(library) {
            match path.and_then(|path| Ok((only_work(&path)?, path))) {
                Ok((work, path)) if is_there(library, &work) => drop(take_news(&path, work)?),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a work's manifest is passed over"),
            }
        }
        done.tells_more = tells_more;
        Ok(done)
    })
}

/// Before the library's manifest is written anew: what it names and the catalogue does not is taken over. Yields whether
/// it tells something all the same that the next one will not.
pub(crate) fn take_over_manifest(library: &Library) -> Result<bool, RecoveryError> {
    let root = library.staging.library();
    let stamp = files::stamp(&root.join(MANIFEST_FILE)).ok();
    if stamp.is_some() && stamp == library.listed() {
        return Ok(false);
    }
    let done = reconcile(root, &mut library.catalog(), &mut |_, _| {})?;
    if done.taken > 0 {
        tracing::warn!(works = done.taken, "works that only the manifests knew were taken over");
    }
    Ok(done.tells_more)
}

/// Whether the library's manifest is what this catalogue wrote, or neither knows of one.
fn is_its_own(library: &Path, catalog: &Catalog) -> Result<bool, RecoveryError> {
    let path = library.join(MANIFEST_FILE);
    let row = catalog.library_files()?.into_iter().find(|row| row.path == MANIFEST_FILE);
    Ok(match (row, path.symlink_metadata()) {
        (Some(row), Ok(file)) => {
            let as_long = file.is_file() && file.len() == row.bytes;
            as_long && files::digest(&path).is_ok_and(|(sha256, _)| sha256 == row.sha256)
        }
        (None, Err(_)) => true,
        _ => false,
    })
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum News {
    Known,
    /// Its source has another work now.
    Replaced,
    /// Its source is that of an earlier work, which is published.
    Held(String),
    New,
}

fn is_news(over: &Takeover<'_>, library: &Path, work: &Work) -> Result<News, CatalogError> {
    let rank = Rank::of(work);
    let same = over.by_id(&work.id)?;
    if same.as_ref().is_some_and(|known| Rank::of_standing(known) >= rank) {
        return Ok(News::Known);
    }
    let holder = over.by_source(work.source.path.as_path())?.filter(|holder| holder.id != work.id);
    let Some(holder) = holder else { return Ok(News::New) };
    if Rank::of_standing(&holder).made >= rank.made {
        return Ok(News::Replaced);
    }
    // A run that replaced a work removed its videos. What cannot be seen may be there.
    let videos = over.videos_of(&holder.id)?;
    let is_gone = |file: &String| {
        let found = library.join(file).symlink_metadata();
        found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    if !videos.iter().all(is_gone) {
        return Ok(News::Held(holder.id));
    }
    if !videos.is_empty() {
        tracing::warn!(
            work = holder.id,
            by = work.id,
            "a work without its videos gives way to its source's later one"
        );
    }
    Ok(News::New)
}
