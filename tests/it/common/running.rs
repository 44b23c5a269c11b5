//! A run that is followed event by event, so that a test can interfere at a known moment.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use rustix::process::{
    Pid, Signal, WaitOptions, kill_process, kill_process_group, set_child_subreaper, waitpid,
};
use serde_json::Value;

use super::Office;
use super::processes::{children, workers};

/// `jincai run --json` on its way, in a process group of its own.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    codes: BTreeSet<String>,
}

impl Running {
    pub fn start(office: &Office, sources: &[&Path], more: &[&str]) -> Self {
        let mut command = office.command(&["run", "--json"]);
        command.args(more).arg("--").args(sources).process_group(0);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, codes: BTreeSet::new() }
    }

    /// The next event; `None` when the run closed its output.
    pub fn next(&mut self) -> Option<Value> {
        let event: Value = serde_json::from_str(&self.lines.next()?.unwrap()).unwrap();
        if let Some(code) = event["finding"]["code"].as_str() {
            self.codes.insert(code.to_owned());
        }
        Some(event)
    }

    /// Goes on to the first progress of a render.
    pub fn until_it_renders(&mut self) {
        while let Some(event) = self.next() {
            if event["event"] == "progress" && event["stage"] == "rendering" {
                return;
            }
        }
        panic!("it never rendered: {:?}", self.codes);
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Whether it has not ended yet.
    pub fn is_there(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills the whole process group and waits until nothing of the run is left. Whether it was still running.
    pub fn kill_group(mut self) -> bool {
        // Orphans become children of this process, so that their end can be awaited.
        set_child_subreaper(Some(rustix::process::getpid())).unwrap();
        let processes = [children(self.pid()), self.workers()].concat();
        let killed = self.is_there() && kill_process_group(self.pid(), Signal::KILL).is_ok();
        let status = self.child.wait().unwrap();
        for process in processes {
            // Fails for one whose end its parent saw.
            let _ = waitpid(Some(process), WaitOptions::empty());
        }
        killed && status.code().is_none()
    }

    /// Its media workers, which its fork server started.
    pub fn workers(&self) -> Vec<Pid> {
        workers(self.pid())
    }

    /// Follows it to its end: the exit code (`None` after a signal) and the codes of all findings.
    pub fn end(mut self) -> (Option<i32>, BTreeSet<String>) {
        while self.next().is_some() {}
        (self.child.wait().unwrap().code(), self.codes)
    }
}
