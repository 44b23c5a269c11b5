//! Checks the preconditions of a command: limits of the process, names of folders, the sandbox.

use std::path::Path;

use super::error::CommandError;
use super::process;
use crate::model::config::{Config, Limits};
use crate::model::job::Diagnosis;
use crate::model::language::{Bilingual, Lang};
use crate::present::messages::ground as words;
use crate::present::terminal::Screen;

/// Least address space, MiB: with less neither this program's threads nor a worker's codecs start.
const LEAST_MEMORY_MB: u64 = 512;

/// Returns false with so little memory that threads may not start.
pub fn has_memory_for_threads() -> bool {
    process::most_memory().is_none_or(|bytes| bytes >> 20 >= LEAST_MEMORY_MB)
}

/// Fails with too little memory, and warns of limits that will make works fail.
pub fn limits(limits: &Limits, lang: Lang, screen: &Screen) -> Result<(), CommandError> {
    let memory_mb = process::most_memory().map(|bytes| bytes >> 20);
    if let Some(few_mb) = memory_mb.filter(|mb| *mb < LEAST_MEMORY_MB) {
        return Err(CommandError::environment(words::too_little_memory(few_mb, LEAST_MEMORY_MB)));
    }
    for warning in tight(limits) {
        screen.warn(warning.get(lang));
    }
    Ok(())
}

/// Returns warnings of the process's limits that are stricter than the configuration's.
pub fn tight(limits: &Limits) -> Vec<Bilingual> {
    let memory_mb = process::most_memory().map(|bytes| bytes >> 20);
    let memory = memory_mb.filter(|mb| *mb < limits.worker_memory_mb);
    let memory = memory.map(|mb| match mb {
        ..LEAST_MEMORY_MB => words::too_little_memory(mb, LEAST_MEMORY_MB),
        _ => words::little_memory(mb, limits.worker_memory_mb),
    });
    let files = process::largest_file().filter(|bytes| *bytes < limits.output_max_bytes);
    memory.into_iter().chain(files.map(words::small_files)).collect()
}

/// Returns the error text of the first of the configuration's folders whose path is not UTF-8.
pub fn odd_folder(config: &Config) -> Option<Bilingual> {
    let folders = [("library", config.library.as_path()), ("inbox", config.inbox.as_path())];
    folders.into_iter().find_map(|(key, path)| is_odd(path).then(|| words::path_not_utf8(key, path)))
}

/// Returns true if a path is not UTF-8, with the working folder if it is relative.
pub fn is_odd(path: &Path) -> bool {
    std::path::absolute(path).is_ok_and(|path| path.to_str().is_none())
}

/// Fails if the sandbox is required and a part of it is missing; else returns a warning that names it, if any is.
pub fn walls(limits: &Limits, diagnosis: &Diagnosis) -> Result<Option<Bilingual>, Bilingual> {
    match (diagnosis.is_fenced(), limits.require_sandbox) {
        (true, _) => Ok(None),
        (false, true) => Err(words::walls_demanded(diagnosis)),
        (false, false) => Ok(Some(words::fewer_walls(diagnosis))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(landlock_abi: u32, seccomp: bool) -> Diagnosis {
        Diagnosis {
            ffmpeg: "5.1".into(),
            encoders: Vec::new(),
            filters_missing: Vec::new(),
            landlock_abi,
            seccomp,
        }
    }

    #[test]
    fn missing_walls_are_named_and_refused_where_they_are_demanded() {
        let limits = |require_sandbox| Limits { require_sandbox, ..Limits::default() };
        for demanded in [true, false] {
            assert_eq!(walls(&limits(demanded), &seen(1, true)), Ok(None));
        }
        for (diagnosis, named, not_named) in [
            (seen(0, true), "Landlock", "seccomp)"),
            (seen(4, false), "seccomp", "Landlock)"),
            (seen(0, false), "Landlock) and no system-call filter (seccomp)", "–"),
        ] {
            let warning = walls(&limits(false), &diagnosis).unwrap().unwrap();
            let refusal = walls(&limits(true), &diagnosis).unwrap_err();
            for text in [&warning, &refusal] {
                assert!(text.en.contains(named) && !text.en.contains(not_named), "{text:?}");
                assert!(text.zh.contains("limits.require_sandbox"), "{text:?}");
            }
        }
    }
}
