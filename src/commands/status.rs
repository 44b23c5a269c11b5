//! `jincai status`: shows what the watch service does, whether it runs or not.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::process::{Pid, test_kill_process};
use serde::Serialize;

use crate::files;
use crate::intake::watcher::space;
use crate::library::catalog::Catalog;
use crate::library::staging::PRIVATE_FOLDER;
use crate::model::config::Config;
use crate::model::finding::{Finding, Verdict};
use crate::model::language::{Bilingual, Lang};
use crate::model::service::{DiskSpace, DropState, ServiceState, ServiceStatus};
use crate::present::messages::{self, status as words};

/// Age of the status, seconds, from which the service counts as hanging: a running one writes it several times a minute.
const HANGS_AFTER_S: i64 = 60;

/// Most failures shown; the JSON form holds all.
const FAILURES_SHOWN: usize = 5;

/// Whether the service runs, by its process and the age of its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Liveness {
    Running,
    /// The process exists but does not write its status.
    Hangs,
    /// It was stopped.
    Stopped,
    /// The process ended without having been stopped.
    Died,
    NeverStarted,
    /// The status cannot be read.
    Unknown,
}

/// The status of the service, the library and the disks. Serialises as the command's JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusReport {
    pub service: Liveness,
    /// As the service last wrote it.
    pub status: Option<ServiceStatus>,
    /// Why the status file cannot be read.
    pub unreadable: Option<String>,
    pub library: LibraryCount,
    /// The disks as they are now, not as in the service's status.
    pub disk: Vec<DiskSpace>,
}

/// The numbers of works in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LibraryCount {
    pub path: String,
    pub works: usize,
    pub failed: usize,
    /// Why there are no numbers.
    pub unreadable: Option<String>,
}

/// Returns the file to which the service writes its status.
pub fn status_file(library: &Path) -> PathBuf {
    library.join(PRIVATE_FOLDER).join("status.json")
}

/// Reads the service's status and the catalogue. Changes nothing and makes no library where there is none.
pub fn status(config: &Config, now: Timestamp) -> StatusReport {
    let library = config.library.as_path();
    let (status, unreadable) = match read(&status_file(library)) {
        Ok(status) => (status, None),
        Err(reason) => (None, Some(reason)),
    };
    let service = match &status {
        Some(status) => life(status, alive(status.pid), now),
        None if unreadable.is_some() => Liveness::Unknown,
        None => Liveness::NeverStarted,
    };
    let disk = [config.inbox.as_path(), library].into_iter().filter_map(space).collect();
    StatusReport { service, status, unreadable, library: count(library), disk }
}

/// Largest status file that is read: enough for a hundred thousand drops.
const MAX_BYTES: u64 = 256 << 20;

/// Reads the status file; `None` if the service never ran here.
fn read(file: &Path) -> Result<Option<ServiceStatus>, String> {
    match files::read(file, MAX_BYTES) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| error.to_string()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn life(status: &ServiceStatus, alive: bool, now: Timestamp) -> Liveness {
    if status.state == ServiceState::Stopped {
        return Liveness::Stopped;
    }
    if !alive {
        return Liveness::Died;
    }
    let age = status.updated_at.parse::<Timestamp>().map(|at| now.as_second() - at.as_second());
    // A clock that was set back makes the age negative; then the service counts as running.
    if age.is_ok_and(|age| age <= HANGS_AFTER_S) { Liveness::Running } else { Liveness::Hangs }
}

/// Returns true if this process exists and is jincai: after a restart of the machine its number may be another program's.
fn alive(pid: u32) -> bool {
    let comm = |process: &str| files::read_system(Path::new(&format!("/proc/{process}/comm")));
    match (comm(&pid.to_string()), comm("self")) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        _ => {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            pid.is_some_and(|pid| match test_kill_process(pid) {
                Ok(()) => true,
                // It exists, but belongs to another user.
                Err(error) => error == rustix::io::Errno::PERM,
            })
        }
    }
}

fn count(library: &Path) -> LibraryCount {
    let path = library.display().to_string();
    let file = Catalog::path_in(library);
    if !file.exists() {
        return LibraryCount { path, ..LibraryCount::default() };
    }
    match Catalog::open_read_only(&file).and_then(|catalog| catalog.works()) {
        Ok(works) => {
            let failed = works.iter().filter(|work| work.manifest.verdict == Verdict::Failed).count();
            LibraryCount { path, works: works.len(), failed, unreadable: None }
        }
        Err(error) => LibraryCount { path, unreadable: Some(error.to_string()), ..LibraryCount::default() },
    }
}

impl StatusReport {
    /// Returns 1 if the service needs attention, else 0.
    pub fn exit_code(&self) -> u8 {
        u8::from(matches!(self.service, Liveness::Hangs | Liveness::Died | Liveness::Unknown))
    }

    pub fn text(&self, lang: Lang) -> String {
        let mut lines = vec![self.headline()];
        if let Some(status) = &self.status {
            if matches!(self.service, Liveness::Running | Liveness::Hangs) {
                lines.extend(at_work(status));
            }
            lines.push(words::tally(status.tally));
        }
        lines.push(match &self.library.unreadable {
            Some(reason) => words::unreadable(&self.library.path, reason),
            None => words::library(&self.library.path, self.library.works, self.library.failed),
        });
        let copy = self.status.iter().filter_map(|status| status.copy.as_ref());
        lines.extend(copy.filter(|copy| copy.made_at.is_some() || copy.failed.is_some()).map(|copy| {
            messages::recovery::daily_copy(
                copy.made_at.as_deref().map(moment).as_deref(),
                copy.failed.as_deref(),
            )
        }));
        lines.extend(self.disk.iter().map(|disk| {
            words::disk(&disk.path.as_path().to_string_lossy(), disk.free_bytes, disk.total_bytes)
        }));
        lines.extend(self.status.iter().flat_map(newest_failures));
        lines.iter().map(|line| line.get(lang)).collect::<Vec<_>>().join("\n")
    }

    fn headline(&self) -> Bilingual {
        let Some(status) = &self.status else {
            return match &self.unreadable {
                Some(reason) => {
                    let file = status_file(Path::new(&self.library.path));
                    words::unreadable(&file.to_string_lossy(), reason)
                }
                None => words::never(),
            };
        };
        let updated = moment(&status.updated_at);
        match (self.service, &status.state) {
            (Liveness::Stopped, _) => words::stopped(&updated),
            (Liveness::Hangs, _) => words::hangs(status.pid, &updated),
            (Liveness::Running, ServiceState::Paused { since, finding }) => {
                words::paused(&moment(since), &messages::line(&Finding::from(finding)))
            }
            (Liveness::Running, ServiceState::Stopping) => words::stopping(status.pid),
            (Liveness::Running, _) => words::running(status.pid, &moment(&status.started_at)),
            _ => words::died(&updated),
        }
    }
}

fn at_work(status: &ServiceStatus) -> Vec<Bilingual> {
    let count =
        |wanted: fn(&DropState) -> bool| status.drops.iter().filter(|drop| wanted(&drop.state)).count();
    let arriving = count(|state| matches!(state, DropState::Arriving));
    let waiting = count(|state| matches!(state, DropState::Waiting { .. }));
    let running = count(|state| matches!(state, DropState::Running { .. }));
    let inbox = status.inbox.as_path().to_string_lossy();
    let mut lines = vec![words::sight(&inbox, status.sight), words::queue(arriving, waiting, running)];
    lines.extend(status.drops.iter().filter_map(words::work));
    lines
}

fn newest_failures(status: &ServiceStatus) -> Vec<Bilingual> {
    let mut lines: Vec<Bilingual> = status
        .failures
        .iter()
        .take(FAILURES_SHOWN)
        .map(|note| {
            let path = note.path.as_path().to_string_lossy();
            words::failure(&moment(&note.at), &path, &messages::line(&Finding::from(&note.finding)))
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, words::failures());
    }
    lines
}

/// Shortens `2026-11-24T16:05:07+08:00` to `2026-11-24 16:05:07`.
fn moment(rfc3339: &str) -> String {
    rfc3339.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
