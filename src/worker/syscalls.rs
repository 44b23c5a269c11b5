//! The system calls that a worker may make.
//!
//! Three filters apply to each call, and the kernel takes the strictest result. Hostile calls kill the process, so that
//! an attack shows as a crash. Calls that are not on the list fail with `EPERM`, which the C library and FFmpeg's
//! libraries treat as "not possible here".

use seccompiler::{BpfProgram, TargetArch};
use serde_json::{Value, json};

/// `CLONE_THREAD` of `linux/sched.h`: the new task is a thread of this process.
const CLONE_THREAD: u64 = 0x10000;
/// `PR_SET_NAME` of `linux/prctl.h`: names a thread.
const PR_SET_NAME: u64 = 15;
/// `ENOSYS`: the C library falls back to `clone`, whose flags a filter can see.
const ENOSYS: u32 = 38;
const EPERM: u32 = 1;

/// Calls that kill the process: starting programs, the network, other processes, the kernel's settings.
const HOSTILE: &[&str] = &[
    "accept",
    "accept4",
    "acct",
    "add_key",
    "bind",
    "bpf",
    "chroot",
    "clock_settime",
    "connect",
    "delete_module",
    "execve",
    "execveat",
    "finit_module",
    "fsmount",
    "fsopen",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "listen",
    "mount",
    "move_mount",
    "name_to_handle_at",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "pidfd_getfd",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "recvfrom",
    "recvmsg",
    "request_key",
    "sendmsg",
    "sendto",
    "setns",
    "settimeofday",
    "socket",
    "socketpair",
    "swapoff",
    "swapon",
    "umount2",
    "unshare",
    "userfaultfd",
];

/// Calls for files, memory, threads and time that exist on every architecture.
const ALLOWED: &[&str] = &[
    "brk",
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "clone3",
    "close",
    "copy_file_range",
    "dup",
    "dup3",
    "exit",
    "exit_group",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fallocate",
    "fcntl",
    "fdatasync",
    "flock",
    "fstat",
    "fstatfs",
    "fsync",
    "ftruncate",
    "futex",
    "get_robust_list",
    "getcpu",
    "getcwd",
    "getdents64",
    "getegid",
    "geteuid",
    "getgid",
    "getpid",
    "getppid",
    "getpriority",
    "getrandom",
    "getrusage",
    "gettid",
    "gettimeofday",
    "getuid",
    "lseek",
    "madvise",
    "membarrier",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "nanosleep",
    "newfstatat",
    "openat",
    "pipe2",
    "ppoll",
    "pread64",
    "preadv",
    "pwrite64",
    "pwritev",
    "read",
    "readlinkat",
    "readv",
    "renameat2",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_yield",
    "sendfile",
    "set_robust_list",
    "set_tid_address",
    "setpriority",
    "sigaltstack",
    "statx",
    "sync_file_range",
    "sysinfo",
    "times",
    "umask",
    "uname",
    "unlinkat",
    "write",
    "writev",
];

/// Returns the legacy forms of allowed calls that an architecture still has.
fn legacy_calls(arch: TargetArch) -> &'static [&'static str] {
    match arch {
        TargetArch::x86_64 => &[
            "access",
            "dup2",
            "getrlimit",
            "lstat",
            "open",
            "pipe",
            "poll",
            "readlink",
            "rename",
            "renameat",
            "stat",
            "time",
            "unlink",
        ],
        TargetArch::aarch64 => &["getrlimit", "renameat"],
        TargetArch::riscv64 => &[],
    }
}

/// Returns the filters in the order in which they must be applied: the last one no longer allows `seccomp`. `None` where
/// the filter compiler does not support the architecture.
pub fn filters(pid: u32) -> Option<Vec<BpfProgram>> {
    compile(TargetArch::try_from(std::env::consts::ARCH).ok()?, pid)
}

fn compile(arch: TargetArch, pid: u32) -> Option<Vec<BpfProgram>> {
    let mut allowed: Vec<Value> =
        ALLOWED.iter().chain(legacy_calls(arch)).map(|name| json!({ "syscall": name })).collect();
    allowed.extend([
        // Threads, not processes.
        with_arguments("clone", json!([{ "index": 0, "type": "qword", "op": { "masked_eq": CLONE_THREAD }, "val": CLONE_THREAD }])),
        with_arguments("prctl", json!([{ "index": 0, "type": "dword", "op": "eq", "val": PR_SET_NAME }])),
        // For `abort`, which signals its own process; no other process can be signalled.
        with_arguments("tgkill", json!([{ "index": 0, "type": "dword", "op": "eq", "val": pid }])),
        // Limits of this process may be read but not set.
        with_arguments(
            "prlimit64",
            json!([
                { "index": 0, "type": "dword", "op": "eq", "val": 0 },
                { "index": 2, "type": "qword", "op": "eq", "val": 0 },
            ]),
        ),
    ]);
    let hostile: Vec<Value> = HOSTILE.iter().map(|name| json!({ "syscall": name })).collect();
    let filters = json!({
        "1": { "mismatch_action": "allow", "match_action": "kill_process", "filter": hostile },
        "2": {
            "mismatch_action": "allow",
            "match_action": { "errno": ENOSYS },
            "filter": [{ "syscall": "clone3" }],
        },
        "3": { "mismatch_action": { "errno": EPERM }, "match_action": "allow", "filter": allowed },
    });
    let mut programs = seccompiler::compile_from_json(filters.to_string().as_bytes(), arch).ok()?;
    ["1", "2", "3"].into_iter().map(|name| programs.remove(name)).collect()
}

fn with_arguments(name: &str, arguments: Value) -> Value {
    json!({ "syscall": name, "args": arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_named_exists_on_every_architecture() {
        for arch in [TargetArch::x86_64, TargetArch::aarch64, TargetArch::riscv64] {
            assert_eq!(compile(arch, 1).map(|filters| filters.len()), Some(3), "{arch:?}");
        }
    }

    #[test]
    fn no_call_is_both_hostile_and_allowed() {
        for arch in [TargetArch::x86_64, TargetArch::aarch64, TargetArch::riscv64] {
            assert!(HOSTILE.iter().all(|name| !ALLOWED.contains(name) && !legacy_calls(arch).contains(name)));
        }
    }
}
