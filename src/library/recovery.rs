//! A library describes itself: a lost catalogue is rebuilt from the manifests, and one that is older than they are (a
//! backup was restored) is completed from them.
//!
//! | source | content |
//! |---|---|
//! | `manifest.json` | every work, as of the last run |
//! | `SEASON/DEPARTMENT/WORK/manifest.json` | one published work, with its fingerprint beside it |
//! | `answers.json` | people's opinions on pairs of works |
//! | `records.jsonl` | reviews, withdrawals and receipts, in their chain |
//!
//! A lost catalogue is built under a temporary name, in one transaction, synced and renamed: a kill or a full disk at
//! any moment leaves no catalogue, so that the next start tries again. Nothing is guessed: an entry that cannot be read
//! ends the recovery with an error that names it, since its content would be lost.
//!
//! Works leave a catalogue in one case only: their source has another work now. Any other work that a manifest names
//! and the catalogue does not was lost, and is taken over. No manifest replaces a work whose videos exist: only a run
//! decides that, and records what becomes of the files.

mod entries;
mod error;
mod repair;

use crate::files;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use walkdir::WalkDir;

use crate::library::catalog::{Catalog, CatalogError, Takeover};
use crate::library::manifest::MANIFEST_FILE;
use crate::library::open::Library;
use crate::library::staging::{PRIVATE_FOLDER, Staging, StagingError};
use crate::library::{opinions_file, packages_file, records_file};
use crate::model::manifest::Work;
use crate::model::service::FALLBACK_FOLDER;
use entries::{Rank, each_work, is_there, only_work, recall};

pub(crate) use entries::place_of;
pub use error::RecoveryError;
pub use repair::repair;

/// Names in jincai's own folder.
pub(crate) const CATALOGUE: &str = "catalog.sqlite3";
pub(crate) const ASIDE: &str = "catalog.sqlite3.new";
/// Suffixes of the files that SQLite writes beside a catalogue.
pub(crate) const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What opening a library's catalogue recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    NotNeeded,
    /// There was no catalogue; this many works were found in the manifests.
    Lost(usize, PassedOver),
    /// The catalogue was older than the manifests; this many works were taken over.
    Older(usize, PassedOver),
}

/// Ids of works that a manifest names and that were not taken over, because another work has their source or one of
/// their files.
pub type PassedOver = BTreeSet<String>;

/// Called with the number of works taken over so far and their total.
pub type Steps<'a> = &'a mut dyn FnMut(usize, usize);

/// Opens a library, and recovers what only its manifests contain: see [`Recovery`]. `steps` is called for each work
/// that is taken over.
pub fn open(staging: Staging, steps: Steps<'_>) -> Result<(Library, Recovery), RecoveryError> {
    let (catalog, recovery) = open_catalog(&staging, steps)?;
    Ok((Library::new(staging, catalog)?, recovery))
}

/// Opens the library's catalogue, and recovers what only the manifests contain.
fn open_catalog(staging: &Staging, steps: Steps<'_>) -> Result<(Catalog, Recovery), RecoveryError> {
    clear_aside(staging)?;
    staging.remove_reserved();
    let path = Catalog::path_in(staging.library());
    let works = match path.symlink_metadata() {
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::NotFound => Some(recover(staging, steps)?),
        // Also where its presence cannot be determined: an existing catalogue is never overwritten.
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

/// Returns true if a folder contains the manifest of a library or a work.
pub fn has_manifests(library: &Path) -> bool {
    library.join(MANIFEST_FILE).symlink_metadata().is_ok()
        || own_manifests(library).any(|found| found.is_ok())
}

/// Removes what an interrupted recovery or restore left.
pub(crate) fn clear_aside(staging: &Staging) -> Result<(), StagingError> {
    staging.remove_private(ASIDE)?;
    clear_logs(staging, ASIDE)
}

/// Removes the logs beside a catalogue that no longer exists: SQLite would apply them to the next one.
pub(crate) fn clear_logs(staging: &Staging, catalogue: &str) -> Result<(), StagingError> {
    LOGS.iter().try_for_each(|end| staging.remove_private(&format!("{catalogue}{end}")))
}

/// Builds a catalogue from the manifests; returns how many works it contains, and those that were passed over.
fn recover(staging: &Staging, steps: Steps<'_>) -> Result<(usize, PassedOver), RecoveryError> {
    let library = staging.library();
    let built = build(library, &Staging::private_path(library, ASIDE), steps);
    if built.is_err() {
        // What is unfinished must not take up space on a full disk.
        let _ = clear_aside(staging);
    }
    let works = built?;
    clear_logs(staging, CATALOGUE)?;
    staging.reveal_private(ASIDE, CATALOGUE)?;
    Ok(works)
}

/// The newest entry of a work. `from` is the work's own manifest, or `None` for that of the library.
struct Entry {
    rank: Rank,
    source: PathBuf,
    from: Option<PathBuf>,
    trust: Trust,
}

/// Orders entries of the same work before their ages do: whether the videos that one names exist, and whether its file
/// is in the folder that it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Trust {
    is_there: bool,
    in_place: bool,
}

impl Entry {
    fn of(work: &Work, from: Option<PathBuf>, trust: Trust) -> Self {
        Self { rank: Rank::of(work), source: work.source.path.as_path().into(), from, trust }
    }
}

/// Builds a catalogue at `aside`.
fn build(library: &Path, aside: &Path, steps: Steps<'_>) -> Result<(usize, PassedOver), RecoveryError> {
    let answers = opinions_file::read_opinions(library)?;
    let (entries, left) = newest_entries(library)?;
    let works = entries.len();
    let mut catalog = Catalog::begin_aside(aside)?;
    catalog.take_over(|over| {
        answers.iter().try_for_each(|answer| over.put_opinion(answer))?;
        let mut done = 0;
        steps(0, works);
        let mut put = |path: &Path, work: Work| {
            take(over, library, path, work)?;
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
    records_file::take_over(library, &catalog)?;
    packages_file::take_over(library, &catalog)?;
    catalog.finish_aside()?;
    Ok((works, left))
}

/// Adds a work to the catalogue; `path` is its manifest, which errors name.
fn take(over: &Takeover<'_>, library: &Path, path: &Path, work: Work) -> Result<(), RecoveryError> {
    let id = work.id.clone();
    over.put(&recall(library, work)).map_err(|error| match error.cause() {
        // The disk failed, not the entry.
        Some(_) => error.into(),
        None => RecoveryError::Manifest { path: path.to_owned(), detail: format!("the work {id}: {error}") },
    })
}

/// Returns the newest entry of every work that any manifest names, by id, and the works whose source has a later one.
fn newest_entries(library: &Path) -> Result<(BTreeMap<String, Entry>, PassedOver), RecoveryError> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let whole = library.join(MANIFEST_FILE);
    if whole.symlink_metadata().is_ok() {
        each_work(&whole, |work| {
            let entry = Entry::of(&work, None, Trust::default());
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
        if entries.get(&id).is_none_or(|known| own.trust.is_there && own.rank > known.rank) {
            entries.insert(id, own);
        }
    }
    // A source has one work at a time, the latest.
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

/// Returns the best own manifest of each work that has any: folders are copied and left behind, so there may be several.
fn own_entries(library: &Path) -> Result<BTreeMap<String, Entry>, RecoveryError> {
    let mut own: BTreeMap<String, Entry> = BTreeMap::new();
    for path in own_manifests(library) {
        let path = path?;
        let work = only_work(&path)?;
        let in_place = is_in_its_folder(library, &path, &work);
        let trust = Trust { is_there: is_there(library, &work), in_place };
        let entry = Entry::of(&work, Some(path), trust);
        match own.get(&work.id) {
            Some(known) if (known.trust, known.rank) >= (trust, entry.rank) => {}
            _ => drop(own.insert(work.id, entry)),
        }
    }
    Ok(own)
}

/// Returns true if a manifest is in the folder that it names.
fn is_in_its_folder(library: &Path, manifest: &Path, work: &Work) -> bool {
    place_of(work).is_some_and(|place| manifest.parent() == Some(&library.join(place)))
}

/// Returns the manifests of single works: `SEASON/DEPARTMENT/WORK/manifest.json`. Links are not followed.
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

/// The result of comparing the manifests with a catalogue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reconciled {
    pub taken: usize,
    pub left: PassedOver,
    /// Whether the library's manifest has content that the next one will not have.
    pub tells_more: bool,
}

/// Takes over what the manifests have and the catalogue lacks. Nothing, where the library's manifest is the one that was
/// last written from this catalogue.
fn reconcile(library: &Path, catalog: &mut Catalog, steps: Steps<'_>) -> Result<Reconciled, RecoveryError> {
    let records = records_file::take_over(library, catalog)?;
    packages_file::take_over(library, catalog)?;
    if records > 0 {
        tracing::info!(records, "records of reviews were taken over from their copy");
    }
    let answers = opinions_file::newer_opinions(library, catalog)?;
    answers.iter().try_for_each(|answer| catalog.put_opinion(answer))?;
    if is_manifest_of(library, catalog)? {
        return Ok(Reconciled::default());
    }
    catalog.take_over(|over| {
        let mut done = Reconciled::default();
        let mut take_news = |path: &Path, work: Work| -> Result<bool, RecoveryError> {
            match novelty_of(over, library, &work)? {
                Novelty::Known => return Ok(false),
                Novelty::Replaced => return Ok(true),
                Novelty::SourceHeld(holder) => {
                    tracing::warn!(path = %path.display(), work = work.id, holder, "a work is not taken over: its source is another's");
                    done.left.insert(work.id);
                    return Ok(true);
                }
                Novelty::New => {}
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
            // The holder of its source may have another one by now.
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
                // The catalogue exists, so only what the rest of the manifest had may be lost: the file is kept.
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

/// Takes over what the library's manifest names and the catalogue does not, before the manifest is rewritten. Returns
/// true if it still has content that the next one will not have.
pub(crate) fn take_over_manifest(library: &Library) -> Result<bool, RecoveryError> {
    let root = library.staging.library();
    let stamp = files::stamp(&root.join(MANIFEST_FILE)).ok();
    if stamp.is_some() && stamp == library.manifest_stamp() {
        return Ok(false);
    }
    let done = reconcile(root, &mut library.catalog(), &mut |_, _| {})?;
    if done.taken > 0 {
        tracing::warn!(works = done.taken, "works that only the manifests knew were taken over");
    }
    Ok(done.tells_more)
}

/// Returns true if the library's manifest is the one written from this catalogue, or if there is none on either side.
fn is_manifest_of(library: &Path, catalog: &Catalog) -> Result<bool, RecoveryError> {
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

/// How a manifest's entry relates to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Novelty {
    /// The catalogue has this revision or a later one.
    Known,
    /// Its source has another work now.
    Replaced,
    /// Its source belongs to an earlier work, with this id, whose videos exist.
    SourceHeld(String),
    New,
}

/// Compares an entry with the catalogue.
fn novelty_of(over: &Takeover<'_>, library: &Path, work: &Work) -> Result<Novelty, CatalogError> {
    let rank = Rank::of(work);
    let same = over.by_id(&work.id)?;
    if same.as_ref().is_some_and(|known| Rank::of_standing(known) >= rank) {
        return Ok(Novelty::Known);
    }
    let holder = over.by_source(work.source.path.as_path())?.filter(|holder| holder.id != work.id);
    let Some(holder) = holder else { return Ok(Novelty::New) };
    if Rank::of_standing(&holder).made >= rank.made {
        return Ok(Novelty::Replaced);
    }
    // A run that replaced the work removed its videos. Those that cannot be examined may exist.
    let videos = over.videos_of(&holder.id)?;
    let is_gone = |file: &String| {
        let found = library.join(file).symlink_metadata();
        found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    if !videos.iter().all(is_gone) {
        return Ok(Novelty::SourceHeld(holder.id));
    }
    if !videos.is_empty() {
        tracing::warn!(
            work = holder.id,
            by = work.id,
            "a work without its videos gives way to its source's later one"
        );
    }
    Ok(Novelty::New)
}
