//! `jincai package build`: a package that is verified before it has its name.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use super::arguments::Chosen;
use super::desk::Desk;
use super::forms;
use super::plan::tell;
use crate::commands::error::CommandError;
use crate::commands::table::{WIDEST, table};
use crate::files;
use crate::intake::watcher::space;
use crate::library::staging::PRIVATE_FOLDER;
use crate::model::language::{Bilingual, Lang};
use crate::model::review::ReviewState;
use crate::model::showcase::built::{PackageRecord, PackedWork};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::plan::{Entry, Plan};
use crate::model::showcase::profile::{Column, Profile};
use crate::present::messages::handout;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::showcase::build::{BuildError, Made, Packing, Progress, build as make};
use crate::showcase::zipped::{Zipping, Zips, layout};

/// Room for lists and the page, bytes.
const BESIDE_BYTES: u64 = 16 << 20;

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
    Package {
        package: &'a PackageRecord,
    },
    Withdrawn {
        package: u64,
        work: &'a str,
        title: &'a str,
    },
}

pub(super) async fn build(mut desk: Desk, chosen: &Chosen, given: Given<'_>) -> Result<u8, CommandError> {
    let mut profile = desk.profile(&chosen.id)?;
    profile.out.bag |= given.bag;
    let to = place(&desk, given.to)?;
    replaceable(&desk, &profile, given.replaces)?;
    let read = forms::read(&desk, &profile).await?;
    let mut plan = desk.plan(&profile, chosen, (given.replaces, &read))?;
    tell(&desk, &profile, &plan);
    let stopped = plan.left_out.iter().filter(|work| work.is_named).count();
    if stopped > 0 {
        return Err(usage(words::named_but_stopped(stopped)));
    }
    if plan.entries.is_empty() {
        return Err(usage(words::nothing_to_pack(&profile.id)));
    }
    check_space(&desk, &to, (&plan, given.zip))?;
    // Kept until the package is built: what was filled lies there.
    let _filled = forms::fill(&desk, &profile, &mut plan).await?;
    let begun = Instant::now();
    // What is zipped lies in the library meanwhile, where its files need not be copied.
    let home = if given.zip { private_folder(&desk)? } else { to.clone() };
    let made = packed(&desk, (&profile, &plan, &home), begun)?;
    let zips = if given.zip { Some(zipped(&desk, (&plan, &made), (&to, given.part_bytes))?) } else { None };
    let record = record(&desk, (&profile, &plan), &made, given)?;
    let (files, bytes) = (made.checked.files, made.checked.bytes);
    let (linked, copied) = (made.linked, made.copied);
    // Recorded before it gets its name: a work in a package that nobody knows of could be handed in twice.
    desk.catalog.put_package(&record)?;
    let path = match zips {
        Some(zips) => zips.finish()?,
        None => made.folder.finish()?,
    };
    let path = path.display().to_string();
    let seconds = begun.elapsed().as_secs_f64();
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

fn usage((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::usage(text).with_hint(hint)
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

/// Checks that what has to be copied fits: on the library's own file system videos take no room where it can share them, but
/// whether it can is known only once it is tried.
fn check_space(desk: &Desk, to: &Path, (plan, is_zip): (&Plan, bool)) -> Result<(), CommandError> {
    let device = |path: &Path| path.metadata().ok().map(|found| found.dev());
    let needed = match !is_zip && device(desk.library()) == device(to) {
        true => BESIDE_BYTES,
        false => plan.bytes() + BESIDE_BYTES,
    };
    match space(to) {
        Some(disk) if disk.free_bytes < needed => {
            let said = words::too_little_space(&to.display().to_string(), needed, disk.free_bytes);
            Err(CommandError::environment(said))
        }
        _ => Ok(()),
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
    let mut bar = Bar {
        screen: &desk.screen,
        lang: desk.lang,
        begun,
        done: 0,
        total: plan.bytes(),
        label: String::new(),
    };
    let made = make(packing, &mut |progress| bar.hear(progress));
    desk.screen.rest(BAR);
    made.map_err(failed)
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

impl Bar<'_> {
    fn hear(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::File(title) => self.label = words::copying(title).get(self.lang).to_owned(),
            Progress::ReadingBack => {
                self.label = words::reading_back().get(self.lang).to_owned();
                (self.done, self.begun) = (0, Instant::now());
            }
            Progress::Bytes(bytes) => self.done += bytes,
        }
        let speed = self.done as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        let left = (self.total.saturating_sub(self.done) as f64 / speed.max(1.0)) as u64;
        let pace = handout::pace(speed, left);
        self.screen.update(BAR, &self.label, (self.done, self.total), pace.get(self.lang));
    }
}

fn failed(error: BuildError) -> CommandError {
    match error {
        BuildError::Taken(path) => usage(words::taken_name(&path.display().to_string())),
        BuildError::Changed { title, file } => {
            let (text, hint) = words::changed_meanwhile(&title, &file);
            CommandError::environment(text).with_hint(hint)
        }
        BuildError::NotSound(fault) => {
            let (text, hint) = words::not_as_built(&words::fault(&fault));
            CommandError::environment(text).with_hint(hint)
        }
        BuildError::Unreadable { path, source } => {
            let detail = source.to_string();
            let fault = Fault::Unreadable { file: path, detail };
            CommandError::environment(words::fault(&fault)).because(source)
        }
        BuildError::Staging(error) => error.into(),
        BuildError::Catalog(error) => error.into(),
        BuildError::Manifest(error) => error.into(),
        BuildError::Json(error) => CommandError::internal(error),
    }
}

/// Returns the folder in which packages are put together that leave as zips.
fn private_folder(desk: &Desk) -> Result<PathBuf, CommandError> {
    let folder = desk.library().join(PRIVATE_FOLDER).join("packages");
    std::fs::create_dir_all(&folder).map_err(|error| {
        let said = words::packages_unreadable(&folder.display().to_string(), &error.to_string());
        CommandError::environment(said).because(error)
    })?;
    Ok(folder)
}

fn zipped(
    desk: &Desk,
    (plan, made): (&Plan, &Made),
    (to, part_bytes): (&Path, Option<u64>),
) -> Result<Zips, CommandError> {
    let parts = layout(plan, &plan.name, &made.sizes, part_bytes).map_err(|large| {
        usage(words::too_large_for_part(&large.title, large.bytes, part_bytes.unwrap_or_default()))
    })?;
    let name = match parts.len() {
        1 => words::zip_name(&plan.name, (1, 1)),
        of => words::zips_name(&plan.name, of),
    };
    if files::is_there(&to.join(&name)).unwrap_or(false) {
        return Err(usage(words::taken_name(&to.join(&name).display().to_string())));
    }
    let mut bar = Bar {
        screen: &desk.screen,
        lang: desk.lang,
        begun: Instant::now(),
        done: 0,
        // Written, and read back.
        total: 2 * parts.iter().map(|part| part.bytes).sum::<u64>(),
        label: words::zipping(&name).get(desk.lang).to_owned(),
    };
    let zipping = Zipping { root: made.folder.path(), name: &plan.name, parts: &parts, now: &desk.moment.at };
    let zips = Zips::write(zipping, to, &mut |bytes| bar.hear(Progress::Bytes(bytes)));
    desk.screen.rest(BAR);
    Ok(zips?)
}

fn record(
    desk: &Desk,
    (profile, plan): (&Profile, &Plan),
    made: &Made,
    given: Given<'_>,
) -> Result<PackageRecord, CommandError> {
    Ok(PackageRecord {
        number: desk.catalog.next_package()?,
        profile: profile.id.clone(),
        contest: profile.contest().to_owned(),
        name: plan.name.clone(),
        built_at: desk.moment.at.clone(),
        by: given.by.to_owned(),
        complete: plan.is_complete(),
        late: plan.is_late,
        sums_sha256: made.sums_sha256.clone(),
        replaces: given.replaces,
        works: plan.entries.iter().map(packed_work).collect(),
    })
}

fn packed_work(entry: &Entry) -> PackedWork {
    let authors = entry.cell(Column::Authors).split('、').filter(|name| !name.is_empty());
    PackedWork {
        no: entry.no,
        work: entry.work.clone(),
        digest: entry.digest.clone(),
        sha256: entry.cell(Column::Sha256).to_owned(),
        department: entry.cell(Column::Department).to_owned(),
        category: entry.cell(Column::Category).to_owned(),
        authors: authors.map(str::to_owned).collect(),
    }
}

/// Lists the packages that were built.
pub(super) fn list(desk: &Desk) -> Result<u8, CommandError> {
    let packages = desk.catalog.packages()?;
    if packages.is_empty() {
        desk.screen.say(words::no_packages_yet().get(desk.lang));
    }
    let mut rows = Vec::new();
    for package in &packages {
        desk.screen.event(&BuildEvent::Package { package });
        rows.push(vec![
            package.number.to_string(),
            package.profile.clone(),
            package.name.clone(),
            package.built_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect(),
            package.by.clone(),
            package.works.len().to_string(),
            package.replaces.map(|number| number.to_string()).unwrap_or_default(),
        ]);
    }
    if !rows.is_empty() {
        desk.screen.say(&table(&words::built_heads(desk.lang), &rows, WIDEST));
    }
    for package in &packages {
        for (work, title) in withdrawn(desk, package)? {
            desk.screen.event(&BuildEvent::Withdrawn { package: package.number, work: &work, title: &title });
            desk.screen.say(words::withdrawn_since(package.number, &package.name, &title).get(desk.lang));
        }
    }
    Ok(0)
}

/// Returns id and title of the works of a package that are withdrawn by now: whoever has it must be told.
fn withdrawn(desk: &Desk, package: &PackageRecord) -> Result<Vec<(String, String)>, CommandError> {
    let Some(profile) = desk.profiles.iter().find(|profile| profile.id == package.profile) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for PackedWork { work, .. } in &package.works {
        let standing = desk.catalog.standing_of(work)?;
        let state = standing
            .and_then(|standing| standing.targets.get(&profile.video.target).map(|target| target.state));
        if state == Some(ReviewState::Withdrawn) {
            let title = desk.catalog.work_by_id(work)?.map(|row| row.manifest.title);
            found.push((work.clone(), title.unwrap_or_default()));
        }
    }
    Ok(found)
}
