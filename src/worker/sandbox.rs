//! The sandbox of a worker: limits, privileges, files, network, system calls.
//!
//! Everything here acts on the calling thread and the threads it starts later, so it must run before the first one.
//! Each wall is put up as far as the kernel supports it; [`Walls`] reports which ones stand.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{
    Resource, Rlimit, Signal, getpid, getppid, getrlimit, nice, set_parent_process_death_signal, setrlimit,
};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

use super::budget::Budget;
use super::syscalls;
use crate::files;
use crate::model::job::Job;
use crate::model::showcase::contents::PackagePlace;

/// The newest Landlock ABI that was tested; older kernels enforce the part they know.
const LANDLOCK: ABI = ABI::V7;

/// Limit of open files of a worker. Source, donors, layers and outputs of one job are a few dozen.
const MAX_OPEN_FILES: u64 = 256;

/// Limit of open files of the fork server: a handful for itself and three per worker.
const MAX_FILES_OF_SERVER: u64 = 1024;

/// Gives interactive processes priority.
const NICENESS: i32 = 5;

/// Paths that the C library and FFmpeg read at run time: the number of cores, and random numbers.
const SYSTEM_PATHS: [&str; 2] = ["/sys/devices/system/cpu", "/dev/urandom"];

/// The walls of the sandbox that the kernel enforces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walls {
    /// Landlock ABI in force; 0 is none.
    pub landlock_abi: u32,
    pub seccomp: bool,
}

impl Walls {
    /// Returns true if both Landlock and seccomp are in force.
    pub fn all_stand(self) -> bool {
        self.landlock_abi > 0 && self.seccomp
    }
}

/// The paths that a job may access besides its open source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedPaths {
    pub readable: Vec<PathBuf>,
    /// The folder in which the job may create, write and remove files.
    pub folder: Option<PathBuf>,
}

impl AllowedPaths {
    /// Returns the paths that a job names.
    pub fn of(job: &Job) -> Self {
        match job {
            Job::Inspect(_) | Job::Table(_) | Job::Diagnose => Self::default(),
            Job::Render(job) => {
                let pictures = job.pictures.iter().flat_map(|picture| {
                    picture.donor.iter().chain(picture.layers.iter().map(|layer| &layer.file))
                });
                let sounds = job.sounds.iter().filter_map(|sound| sound.donor.as_ref());
                Self {
                    readable: pictures.chain(sounds).map(|path| path.0.clone()).collect(),
                    folder: Some(job.folder.0.clone()),
                }
            }
            Job::Package(job) => Self {
                readable: match &job.place {
                    PackagePlace::Folder(folder) => vec![folder.0.clone()],
                    PackagePlace::Zips(zips) => zips.iter().map(|zip| zip.0.clone()).collect(),
                },
                folder: None,
            },
            Job::Paper(job) => Self { readable: Vec::new(), folder: Some(job.folder.0.clone()) },
            Job::Stills(job) => Self { readable: Vec::new(), folder: Some(job.folder.0.clone()) },
            Job::Form(job) => {
                Self { readable: Vec::new(), folder: job.folder.as_ref().map(|folder| folder.0.clone()) }
            }
            Job::Reel(job) => Self {
                readable: job.parts.iter().map(|part| part.file.0.clone()).collect(),
                folder: Some(job.folder.0.clone()),
            },
            Job::Verify(job) => {
                let marks = job.files.iter().filter_map(|file| file.mark.as_ref()).map(|mark| &mark.file);
                let files = job.files.iter().map(|file| &file.file).chain(marks);
                Self { readable: files.map(|path| path.0.clone()).collect(), folder: None }
            }
        }
    }
}

/// Has the kernel kill this process when `parent` ends. Returns false when it has ended already.
pub fn die_with_parent(parent: Option<i32>) -> bool {
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let now = getppid().map(|pid| pid.as_raw_nonzero().get());
    parent.is_none_or(|parent| now == Some(parent))
}

/// Lowers the soft limit of open files, which the main process raised for itself. The hard limit stays: workers set theirs
/// below it.
pub fn lower_open_file_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let few = current.map_or(MAX_FILES_OF_SERVER, |current| current.min(MAX_FILES_OF_SERVER));
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(few), maximum });
}

/// Sets the resource limits of this process. A limit that the kernel refuses (because a stricter one is in force) stays.
/// Returns the memory limit in force.
pub fn limit(budget: Budget) -> MemoryLimit {
    // At the soft limit the process gets SIGXCPU, which names the reason; the hard limit kills it 5 s later.
    let cpu = budget.cpu.as_secs();
    let cpu = Rlimit { current: Some(cpu), maximum: Some(cpu + 5) };
    let _ = setrlimit(Resource::Cpu, cpu);
    for (resource, most) in [
        (Resource::As, budget.memory_bytes),
        (Resource::Fsize, budget.file_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, MAX_OPEN_FILES),
    ] {
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
    let _ = nice(NICENESS);
    let in_force = getrlimit(Resource::As).current.unwrap_or(u64::MAX);
    MemoryLimit {
        limit: in_force.min(budget.memory_bytes),
        status: files::open_named(Path::new(STATUS)).ok(),
    }
}

/// The kernel's status of this process. Opened before the sandbox is in force, read inside it.
const STATUS: &str = "/proc/self/status";

/// The memory limit of this process, and access to its peak usage.
#[derive(Debug)]
pub struct MemoryLimit {
    limit: u64,
    status: Option<File>,
}

impl MemoryLimit {
    /// Returns true if the peak usage reached seven eighths of the limit, so that an allocation may have failed. An encoder
    /// that gets no memory, or no thread, does not report it.
    pub fn nearly_reached(mut self) -> bool {
        let mut text = String::new();
        let read = self.status.as_mut().map(|status| status.read_to_string(&mut text));
        let peak = text.lines().find_map(|line| line.strip_prefix("VmPeak:"));
        let peak_kb = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
        matches!((read, peak_kb), (Some(Ok(_)), Some(peak_kb)) if peak_kb.saturating_mul(1024) >= self.limit / 8 * 7)
    }
}

/// Confines this thread, and all that it will start, to the `allowed` paths. This cannot be undone.
pub fn confine(allowed: &AllowedPaths) -> Walls {
    let _ = set_no_new_privs(true);
    drop_capabilities();
    let landlock_abi = restrict_files(allowed).unwrap_or(0);
    Walls { landlock_abi, seccomp: filter_syscalls() }
}

/// Drops all capabilities but `CAP_DAC_OVERRIDE`: a worker that runs as root may still read and write files of other
/// users within its [`AllowedPaths`].
fn drop_capabilities() {
    let keep = CapabilitySet::DAC_OVERRIDE;
    let all = CapabilitySets { effective: keep, permitted: keep, inheritable: CapabilitySet::empty() };
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    if set_capabilities(None, all).is_err() {
        let _ = set_capabilities(None, none);
    }
}

fn restrict_files(allowed: &AllowedPaths) -> Option<u32> {
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile;
    let readable = SYSTEM_PATHS.iter().map(Path::new).chain(allowed.readable.iter().map(PathBuf::as_path));
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(LANDLOCK)))
        .and_then(|rules| rules.scope(Scope::from_all(LANDLOCK)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.add_rules(path_beneath_rules(readable, read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(&allowed.folder, read | write)))
        .and_then(|rules| rules.restrict_self())
        .ok()?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => None,
        (_, LandlockStatus::Available { effective_abi, .. }) => u32::try_from(effective_abi as i32).ok(),
        _ => None,
    }
}

fn filter_syscalls() -> bool {
    let Ok(pid) = u32::try_from(getpid().as_raw_nonzero().get()) else { return false };
    syscalls::filters(pid)
        .is_some_and(|filters| filters.iter().all(|filter| seccompiler::apply_filter(filter).is_ok()))
}
