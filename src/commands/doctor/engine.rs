//! Checks what a worker can do, and which parts of the sandbox are in force.

use super::{Check, both};
use crate::model::job::Diagnosis;
use crate::present::messages::doctor as words;

/// The oldest FFmpeg that works: Debian 12's.
const OLDEST_FFMPEG: (u32, u32) = (5, 1);

/// The encoders that every preset needs.
const ENCODERS: [&str; 2] = ["libx264", "aac"];

/// Returns the checks of a worker's FFmpeg and of its sandbox.
pub fn media(diagnosis: &Diagnosis, require_sandbox: bool) -> Vec<Check> {
    let version = Check::new("ffmpeg", ("FFmpeg", "FFmpeg"), both(&diagnosis.ffmpeg));
    let version = match version_of(&diagnosis.ffmpeg) {
        Some(found) if found >= OLDEST_FFMPEG => version,
        Some(_) => version.fail(words::FFMPEG_TOO_OLD),
        None => version.warn(words::FFMPEG_UNKNOWN),
    };
    let missing: Vec<&str> =
        ENCODERS.into_iter().filter(|name| !diagnosis.encoders.iter().any(|found| found == name)).collect();
    let encoders = Check::new("encoders", words::ENCODERS, both(ENCODERS.join(", ")));
    let encoders = if missing.is_empty() {
        encoders
    } else {
        let names = missing.join(", ");
        encoders.detail(words::lacking(&names)).fail(words::INSTALL_ENCODERS)
    };
    let filters = Check::new("filters", words::FILTERS, words::FILTERS_COMPLETE.into());
    let filters = if diagnosis.filters_missing.is_empty() {
        filters
    } else {
        let names = diagnosis.filters_missing.join(", ");
        filters.detail(words::lacking(&names)).fail(words::INSTALL_FILTERS)
    };
    vec![version, encoders, filters, sandbox(diagnosis, require_sandbox)]
}

fn sandbox(diagnosis: &Diagnosis, require: bool) -> Check {
    let detail = words::walls(diagnosis.landlock_abi, diagnosis.seccomp);
    let check = Check::new("sandbox", words::SANDBOX, detail);
    if diagnosis.is_fenced() {
        return check;
    }
    if require {
        return check.fail(words::SANDBOX_DEMANDED);
    }
    check.warn(words::SANDBOX_WEAK)
}

pub fn no_worker(detail: &str) -> Check {
    Check::new("worker", words::WORKER, both(detail)).fail(words::WORKER_BROKEN)
}

/// Major and minor of `5.1.9-0+deb12u1`, `n6.0` and the like.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches(|first: char| !first.is_ascii_digit()).split('.');
    let leading = |part: &str| part.split(|other: char| !other.is_ascii_digit()).next()?.parse().ok();
    Some((leading(numbers.next()?)?, leading(numbers.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn healthy() -> Diagnosis {
        Diagnosis {
            ffmpeg: "5.1.9-0+deb12u1".into(),
            encoders: vec!["libx264".into(), "aac".into()],
            filters_missing: Vec::new(),
            landlock_abi: 4,
            seccomp: true,
        }
    }

    fn states(diagnosis: &Diagnosis) -> Vec<State> {
        media(diagnosis, false).iter().map(|check| check.state).collect()
    }

    #[test]
    fn an_old_or_poor_ffmpeg_is_named() {
        assert_eq!(states(&healthy()), [State::Ok; 4]);
        let old = Diagnosis { ffmpeg: "4.4.2".into(), encoders: vec!["aac".into()], ..healthy() };
        assert_eq!(states(&old), [State::Fail, State::Fail, State::Ok, State::Ok]);
        assert!(media(&old, false)[1].detail.en.contains("libx264"));
        let newest = Diagnosis { ffmpeg: "n10.0-12-gabc".into(), ..healthy() };
        assert_eq!(states(&newest), [State::Ok; 4]);
        let unwalled = Diagnosis { landlock_abi: 0, filters_missing: vec!["zscale".into()], ..healthy() };
        assert_eq!(states(&unwalled), [State::Ok, State::Ok, State::Fail, State::Warn]);
        assert_eq!(media(&unwalled, true)[3].state, State::Fail);
    }
}
