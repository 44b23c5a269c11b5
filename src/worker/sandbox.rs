//! The walls around a worker: limits, privileges, files, network, system calls.
//!
//! Everything here acts on the calling thread and the threads it starts later, so it must run before the first one.
//! Each wall is put up as far as the kernel can; [`Walls`] says which ones stand.

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

/// The newest Landlock this was tried with; older kernels enforce the part they know.
const LANDLOCK: ABI = ABI::V7;

/// Open files at once: source, donors, layers and outputs of one job are a few dozen.
const MAX_OPEN_FILES: u64 = 256;

/// Of the server that workers are forked from: a handful for itself and three a worker.
const MAX_FILES_OF_SERVER: u64 = 1024;

/// Lets the machine's users go first.
const NICENESS: i32 = 5;

/// What the C library and FFmpeg look up while they run: how many cores there are, and random numbers.
const SYSTEM_FILES: [&str; 2] = ["/sys/devices/system/cpu", "/dev/urandom"];

/// Which walls stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walls {
    /// Landlock ABI in force; 0 is none.
    pub landlock_abi: u32,
    pub seccomp: bool,
}

impl Walls {
    pub fn all_stand(self) -> bool {
        self.landlock_abi > 0 && self.seccomp
    }
}

/// The files a job may touch beside its open source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub readable: Vec<PathBuf>,
    pub folder: Option<PathBuf>,
}

impl Reach {
    pub fn of(job: &Job) -> Self {
        match job {
            Job::Inspect(_) | Job::Diagnose => Self::default(),
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
            Job::Stills(job) => Self { readable: Vec::new(), folder: Some(job.folder.0.clone()) },
            Job::Verify(job) => {
                Self { readable: job.files.iter().map(|file| file.file.0.clone()).collect(), folder: None }
            }
        }
    }
}

/// Has the kernel kill this process when `parent` ends. False when it has ended already.
pub fn follow(parent: Option<i32>) -> bool {
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let now = getppid().map(|pid| pid.as_raw_nonzero().get());
    parent.is_none_or(|parent| now == Some(parent))
}

/// Takes back what the main process raised for itself. The hard limit stays: workers set theirs below it.
pub fn open_few_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let few = current.map_or(MAX_FILES_OF_SERVER, |current| current.min(MAX_FILES_OF_SERVER));
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(few), maximum });
}

/// Sets what this process may use up. A limit that the kernel refuses (because a stricter one is in force) stays. Yields
/// the memory that it may use.
pub fn limit(budget: Budget) -> Memory {
    // Past the soft limit the process gets a signal that names the reason; the hard one follows shortly.
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
    Memory { limit: in_force.min(budget.memory_bytes), status: files::open_named(Path::new(STATUS)).ok() }
}

/// What the kernel says of this process. Opened before the walls stand, read behind them.
const STATUS: &str = "/proc/self/status";

/// How much memory this process may use, and a way to ask how much it ever did.
#[derive(Debug)]
pub struct Memory {
    limit: u64,
    status: Option<File>,
}

impl Memory {
    /// Whether it came so near to its limit that it cannot have got all it asked for. An encoder that gets no memory, or no
    /// thread, says nothing of it.
    pub fn ran_short(mut self) -> bool {
        let mut said = String::new();
        let read = self.status.as_mut().map(|status| status.read_to_string(&mut said));
        let peak = said.lines().find_map(|line| line.strip_prefix("VmPeak:"));
        let peak_kb = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
        matches!((read, peak_kb), (Some(Ok(_)), Some(peak_kb)) if peak_kb.saturating_mul(1024) >= self.limit / 8 * 7)
    }
}

/// Shuts this thread and all it will start into `reach`. There is no way back.
pub fn enter(reach: &Reach) -> Walls {
    let _ = set_no_new_privs(true);
    drop_capabilities();
    let landlock_abi = fence_files(reach).unwrap_or(0);
    Walls { landlock_abi, seccomp: filter_calls() }
}

/// A worker that runs as root keeps only the right to read and write files of other users, inside its `Reach`.
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

fn fence_files(reach: &Reach) -> Option<u32> {
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile;
    let readable = SYSTEM_FILES.iter().map(Path::new).chain(reach.readable.iter().map(PathBuf::as_path));
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(LANDLOCK)))
        .and_then(|rules| rules.scope(Scope::from_all(LANDLOCK)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.add_rules(path_beneath_rules(readable, read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(&reach.folder, read | write)))
        .and_then(|rules| rules.restrict_self())
        .ok()?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => None,
        (_, LandlockStatus::Available { effective_abi, .. }) => u32::try_from(effective_abi as i32).ok(),
        _ => None,
    }
}

fn filter_calls() -> bool {
    let Ok(pid) = u32::try_from(getpid().as_raw_nonzero().get()) else { return false };
    syscalls::filters(pid)
        .is_some_and(|filters| filters.iter().all(|filter| seccompiler::apply_filter(filter).is_ok()))
}
