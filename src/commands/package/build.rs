//! `jincai package build`: a package that is verified before it has its name.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::io::Errno;
use serde::Serialize;

use super::arguments::Chosen;
use super::desk::Desk;
use super::forms;
use super::plan::tell;
use super::reading::{self, Place};
use super::space;
use crate::commands::error::CommandError;
use crate::files;
use crate::library::staging::{PRIVATE_FOLDER, StagingError};
use crate::model::code::Code;
use crate::model::language::{Bilingual, Lang};
use crate::model::showcase::built::{PackageRecord, PackedWork};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::plan::{Entry, Plan};
use crate::model::showcase::profile::{Column, Disk, Profile};
use crate::present::messages::handout;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::showcase::agree;
use crate::showcase::build::{BuildError, Made, Packing, Progress, build as make};
use crate::showcase::rules::FAT32_MAX_BYTES;
use crate::showcase::verify::{Checked, Subject, check};
use crate::showcase::zipped::{Zipping, Zips, layout};

/// What the progress bar is known by.
const BAR: &str = "package";

/// The options of a build.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    pub to: &'a Path,
    pub bag: bool,
    pub zip: bool,
    /// Most bytes of a zip.
    pub part_bytes: Option<u64>,
    pub replaces: Option<u64>,
    pub by: &'a str,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum BuildEvent<'a> {
    Built {
        package: &'a PackageRecord,
        path: &'a str,
        files: usize,
        bytes: u64,
        linked: usize,
        copied: usize,
        seconds: f64,
    },
}

pub(super) async fn build(desk: Desk, chosen: &Chosen, given: Given<'_>) -> Result<u8, CommandError> {
    let mut profile = desk.profile(&chosen.id)?;
    profile.out.bag |= given.bag;
    let to = place(&desk, given.to)?;
    if space::is_fat32(&to) {
        profile.out.disk = Some(Disk::Fat32);
    }
    replaceable(&desk, &profile, given.replaces)?;
    let (plan, ground) = desk.plan(&profile, chosen, given.replaces).await?;
    tell(&desk, &profile, &plan)?;
    let stopped = plan.left_out.iter().filter(|work| work.is_named).count();
    if stopped > 0 {
        return Err(usage(words::named_but_stopped(stopped)));
    }
    if plan.entries.is_empty() {
        return Err(usage(words::nothing_to_pack(&profile.id)));
    }
    let begun = Instant::now();
    // What is zipped lies in the library meanwhile, where its files need not be copied.
    let home = if given.zip { private_folder(&desk)? } else { to.clone() };
    space::check(&desk, (&home, &to), &plan)?;
    // What was filled lies in a folder that is kept until the package is built.
    let (filled, _copies) = forms::filled((&profile, &plan), &desk.config.limits).await?;
    let made = packed(&desk, (&profile, &filled, &home), begun)?;
    let checked = read_back(&desk, &plan, &made, begun).await;
    // Whatever cannot be read of a folder that is not there, that is why.
    if !files::is_there(made.folder.path()).unwrap_or(false) {
        return Err(environment(words::place_gone(&home.display().to_string())));
    }
    let checked = checked?;
    let most = part_bytes(&profile, given.part_bytes);
    let zips = if given.zip { Some(zipped(&desk, (&plan, &made), (&to, most))?) } else { None };
    // Recorded before it gets its name: a work in a package that nobody knows of could be handed in twice. And what it was made
    // after is asked again in the very transaction: nothing can be withdrawn, answered or handed in elsewhere in between.
    let record = desk.catalog.record_package(|_, number| {
        let now = desk.plan_again(&profile, (&plan, &ground))?;
        match agree::changed(&plan, &now) {
            Some(changed) => Err(usage(words::changed_since(&changed))),
            None => Ok(record(&profile, &plan, (&made, number), given, &desk)),
        }
    })?;
    desk.keep_copy();
    let (linked, copied) = (made.linked, made.copied);
    let path = match zips {
        Some(zips) => zips.finish(),
        None => made.folder.finish(),
    };
    let path = path.map_err(|error| staging(error, &to))?;
    let path = path.display().to_string();
    let seconds = begun.elapsed().as_secs_f64();
    let (files, bytes) = (checked.files, checked.bytes);
    desk.screen.event(&BuildEvent::Built {
        package: &record,
        path: &path,
        files,
        bytes,
        linked,
        copied,
        seconds,
    });
    desk.screen.say(words::built(record.number, &path, record.works.len(), record.complete).get(desk.lang));
    desk.screen.say(words::how_it_went(linked, copied, bytes, seconds).get(desk.lang));
    Ok(u8::from(!record.complete))
}

/// Returns the most bytes of a zip: a file of FAT32 has fewer than 4 GiB, and a zip is one.
fn part_bytes(profile: &Profile, given: Option<u64>) -> Option<u64> {
    let of_disk = (profile.out.disk == Some(Disk::Fat32)).then_some(FAT32_MAX_BYTES);
    given.into_iter().chain(of_disk).min()
}

/// Has a worker, which is a process of its own, read the package back, and holds it against the rules.
async fn read_back(desk: &Desk, plan: &Plan, made: &Made, begun: Instant) -> Result<Checked, CommandError> {
    let root = made.folder.path();
    let mut bar = Bar { begun, ..Bar::of(desk, words::reading_back(), 0) };
    let mut on_progress = |done, total| bar.set(done, total);
    let place = Place::folder(root);
    let contents = reading::read(place, &made.proven, &desk.config.limits, &mut on_progress).await;
    desk.screen.rest(BAR);
    let contents = contents.map_err(|error| reading::unreadable(&root.display().to_string(), error))?;
    let checked = check(Subject { contents: &contents, name: &plan.name, proven: &made.proven });
    match checked.faults.iter().find(|fault| !fault.is_lack()) {
        Some(fault) => Err(environment(words::not_as_built(&words::fault(fault)))),
        None => Ok(checked),
    }
}

fn usage((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::usage(text).with_hint(hint)
}

fn environment((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::environment(text).with_hint(hint)
}

/// Returns the folder that a package goes to: one that is there, and not in the library.
pub(in crate::commands) fn place(desk: &Desk, to: &Path) -> Result<PathBuf, CommandError> {
    let to = std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
    let shown = to.display().to_string();
    let Ok(real) = to.canonicalize() else { return Err(usage(words::no_folder(&shown))) };
    if !real.is_dir() {
        return Err(usage(words::no_folder(&shown)));
    }
    let lies_in = |folder: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    if lies_in(desk.library()) {
        return Err(usage(words::inside_library(&shown)));
    }
    if lies_in(desk.config.inbox.as_path()) {
        return Err(usage(words::inside_inbox(&shown)));
    }
    Ok(real)
}

fn replaceable(desk: &Desk, profile: &Profile, replaces: Option<u64>) -> Result<(), CommandError> {
    let Some(number) = replaces else { return Ok(()) };
    let packages = desk.catalog.packages()?;
    match packages.iter().find(|package| package.number == number) {
        None => Err(CommandError::usage(words::no_such_package(number))),
        Some(package) if package.contest != profile.contest() => {
            Err(CommandError::usage(words::other_contest(number, &package.profile)))
        }
        Some(_) => Ok(()),
    }
}

fn packed(
    desk: &Desk,
    (profile, plan, to): (&Profile, &Plan, &Path),
    begun: Instant,
) -> Result<Made, CommandError> {
    let packing = Packing {
        plan,
        profile,
        college: &desk.config.college,
        catalog: &desk.catalog,
        library: desk.library(),
        to,
        now: &desk.moment.at,
    };
    let mut bar = Bar { begun, ..Bar::of(desk, Bilingual::default(), plan.bytes()) };
    let made = make(packing, &mut |progress| bar.hear(progress));
    desk.screen.rest(BAR);
    made.map_err(|error| failed(error, to))
}

/// What is shown meanwhile.
struct Bar<'a> {
    screen: &'a Screen,
    lang: Lang,
    begun: Instant,
    done: u64,
    total: u64,
    label: String,
}

impl<'a> Bar<'a> {
    fn of(desk: &'a Desk, label: Bilingual, total: u64) -> Self {
        let label = label.get(desk.lang).to_owned();
        Self { screen: &desk.screen, lang: desk.lang, begun: Instant::now(), done: 0, total, label }
    }

    fn set(&mut self, done: u64, total: u64) {
        (self.done, self.total) = (done, total);
        self.show();
    }

    fn hear(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::File(title) => self.label = words::copying(title).get(self.lang).to_owned(),
            Progress::Bytes(bytes) => self.done += bytes,
        }
        self.show();
    }

    fn show(&self) {
        let speed = self.done as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        let left = (self.total.saturating_sub(self.done) as f64 / speed.max(1.0)) as u64;
        let pace = handout::pace(speed, left);
        self.screen.update(BAR, &self.label, (self.done, self.total), pace.get(self.lang));
    }
}

fn failed(error: BuildError, to: &Path) -> CommandError {
    match error {
        BuildError::Taken(path) => usage(words::taken_name(&path.display().to_string())),
        BuildError::Changed { title, file } => environment(words::changed_meanwhile(&title, &file)),
        BuildError::Unreadable { path, source } => {
            let detail = source.to_string();
            let fault = Fault::Unreadable { file: path, detail };
            CommandError::environment(words::fault(&fault)).because(source)
        }
        BuildError::Staging(error) => staging(error, to),
        BuildError::Catalog(error) => error.into(),
        BuildError::Manifest(error) => error.into(),
        BuildError::Json(error) => CommandError::internal(error),
    }
}

/// Returns the folder in which packages are put together that leave as zips.
fn private_folder(desk: &Desk) -> Result<PathBuf, CommandError> {
    let folder = desk.library().join(PRIVATE_FOLDER).join("packages");
    // Whole, since the worker that reads it back is at home in another folder.
    std::fs::create_dir_all(&folder).and_then(|()| folder.canonicalize()).map_err(|error| {
        let said = words::packages_unreadable(&folder.display().to_string(), &error.to_string());
        CommandError::environment(said).because(error)
    })
}

fn zipped(
    desk: &Desk,
    (plan, made): (&Plan, &Made),
    (to, part_bytes): (&Path, Option<u64>),
) -> Result<Zips, CommandError> {
    let sizes: BTreeMap<String, u64> =
        made.files.iter().map(|(path, (bytes, _))| (path.clone(), *bytes)).collect();
    let parts = layout(plan, &plan.name, &sizes, part_bytes).map_err(|large| {
        let most = part_bytes.unwrap_or_default();
        usage(words::too_large_for_part(large.title.as_deref(), large.bytes, most))
    })?;
    let name = match parts.len() {
        1 => words::zip_name(&plan.name, (1, 1)),
        of => words::zips_name(&plan.name, of),
    };
    if files::is_there(&to.join(&name)).unwrap_or(false) {
        return Err(usage(words::taken_name(&to.join(&name).display().to_string())));
    }
    // Written, and read back.
    let total = 2 * parts.iter().map(|part| part.bytes).sum::<u64>();
    let mut bar = Bar::of(desk, words::zipping(&name), total);
    let digests: BTreeMap<String, String> =
        made.files.iter().map(|(path, (_, sha256))| (path.clone(), sha256.clone())).collect();
    let zipping = Zipping {
        root: made.folder.path(),
        name: &plan.name,
        parts: &parts,
        digests: &digests,
        now: &desk.moment.at,
    };
    let zips = Zips::write(zipping, to, &mut |bytes| bar.hear(Progress::Bytes(bytes)));
    desk.screen.rest(BAR);
    zips.map_err(|error| staging(error, to))
}

/// Says that a folder is being filled, or a stick was pulled out, where that is the cause. `to` is the folder that all goes to.
pub(in crate::commands) fn staging(error: StagingError, to: &Path) -> CommandError {
    let StagingError::Other { path, source, .. } = &error else { return error.into() };
    let shown = path.display().to_string();
    let place = to.display().to_string();
    let said = match source.kind() {
        ErrorKind::ResourceBusy => return usage(words::being_built(&shown)),
        ErrorKind::AlreadyExists => return usage(words::taken_name(&shown)),
        _ if !path.starts_with(to) => return error.into(),
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
            words::place_not_written(&place, &source.to_string())
        }
        _ if is_of_a_lost_disk(source) => words::place_gone(&place),
        _ => return error.into(),
    };
    environment(said).because(error)
}

/// Returns true for what the system says of a folder whose disk was pulled out, or of a share that went away.
fn is_of_a_lost_disk(error: &io::Error) -> bool {
    let is_gone = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    let of_a_device =
        || Errno::from_io_error(error).is_some_and(|errno| matches!(errno, Errno::NODEV | Errno::NXIO));
    is_gone || of_a_device() || Code::of_io(error) == Some(Code::LibraryUnreachable)
}

fn record(
    profile: &Profile,
    plan: &Plan,
    (made, number): (&Made, u64),
    given: Given<'_>,
    desk: &Desk,
) -> PackageRecord {
    PackageRecord {
        number,
        profile: profile.id.clone(),
        contest: profile.contest().to_owned(),
        name: plan.name.clone(),
        built_at: desk.moment.at.clone(),
        by: given.by.to_owned(),
        complete: plan.is_complete(),
        late: plan.is_late,
        sums_sha256: made.sums_sha256.clone(),
        replaces: given.replaces,
        works: plan.entries.iter().map(|entry| packed_work(profile, entry)).collect(),
    }
}

fn packed_work(profile: &Profile, entry: &Entry) -> PackedWork {
    let authors = entry.cell(Column::Authors).split('、').filter(|name| !name.is_empty());
    PackedWork {
        no: entry.no,
        work: entry.work.clone(),
        digest: entry.digest.clone(),
        sha256: entry.cell(Column::Sha256).to_owned(),
        department: entry.cell(Column::Department).to_owned(),
        category: entry.cell(Column::Category).to_owned(),
        authors: authors.map(str::to_owned).collect(),
        target: profile.video.target.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stick_that_is_pulled_out_is_no_fault_of_the_program() {
        let told = |path: &str, source: io::Error| {
            let error = StagingError::Other { path: path.into(), doing: "writing", source };
            format!("{:?}", staging(error, Path::new("/media/usb")))
        };
        let inside = "/media/usb/.jincai-0.part/a.mp4";
        for source in [Errno::NOENT, Errno::IO, Errno::NODEV, Errno::NOTCONN] {
            let said = told(inside, source.into());
            assert!(said.contains("/media/usb went away"), "{source:?}: {said}");
        }
        assert!(told(inside, Errno::ROFS.into()).contains("cannot be written"));
        // The library's own disk is another matter.
        for (path, source) in [(inside, Errno::NOSPC), ("/library/a.mp4", Errno::NOENT)] {
            assert!(!told(path, source.into()).contains("went away"), "{path}");
        }
    }
}
