//! Processes of a run or a service that a test looks for, without programs that may not be installed.

use std::fs;

use rustix::process::Pid;

/// The processes that `of` started and that have not ended.
pub fn children(of: Pid) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter(|pid| parent(*pid) == Some(of)).filter_map(Pid::from_raw).collect()
}

/// The media workers of a run or a service, which its fork server started.
pub fn workers(of: Pid) -> Vec<Pid> {
    children(of).into_iter().flat_map(children).collect()
}

/// From `/proc/PID/stat`: the second field after the name, which stands in brackets and may hold anything.
fn parent(pid: i32) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields = stat.get(stat.rfind(')')? + 1..)?;
    Pid::from_raw(fields.split_whitespace().nth(1)?.parse().ok()?)
}
