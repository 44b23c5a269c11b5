//! Workers that report nothing for long: those that hang, and those that only wait their turn.

use jincai::model::config::Limits;
use jincai::model::finding::Code;
use rustix::process::{Signal, kill_process, test_kill_process};

use super::{Case, Outcome, failure};

pub fn a_stopped_worker_is_stalled_and_leaves_no_orphan() -> Outcome {
    let case = Case::new(Limits { stall_s: 1, ..Limits::default() })?;
    let mut stopped = None;
    let error = failure("beat", &case.render, |pid| {
        kill_process(pid, Signal::STOP).expect("it runs");
        stopped = Some(pid);
    })?;
    assert_eq!(error.finding.code, Code::WorkerStalled);
    assert_eq!(error.finding.limit, Some("1 s".into()));
    assert!(test_kill_process(stopped.ok_or("it never began")?).is_err(), "the process is still there");
    Ok(())
}

pub fn a_worker_that_gets_little_of_the_machine_is_waited_for() -> Outcome {
    let case = Case::new(Limits { stall_s: 1, ..Limits::default() })?;
    let error = failure("plod", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::NotMedia, "it was stopped before it could answer: {}", error.detail);
    Ok(())
}

pub fn a_worker_that_computes_without_end_is_stalled() -> Outcome {
    let case = Case::new(Limits { stall_s: 1, ..Limits::default() })?;
    let error = failure("churn", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerStalled, "{}", error.detail);
    Ok(())
}
