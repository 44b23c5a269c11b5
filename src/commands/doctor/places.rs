//! Checks the folders and files that a run needs, without changing them.

use std::path::Path;

use rustix::fs::{Access, access, statvfs};

use super::super::session::overlay_problem;
use super::super::{ground, locate};
use super::{Check, both};
use crate::files;
use crate::graphics::overlay::Brand;
use crate::model::config::{Config, Watermark};
use crate::model::placeholder::Placeholder;
use crate::present::messages;
use crate::present::messages::doctor as words;
use crate::present::messages::ground::path_not_utf8;

/// Free bytes below which there is a warning: a season's works for eight targets take tens of gigabytes.
const FEW_BYTES: u64 = 10_000_000_000;

/// Free bytes below which the check fails: even a single work may not fit.
const TOO_FEW_BYTES: u64 = 1_000_000_000;

/// Says which configuration was read, and whether its folders are in each other's way.
pub fn configuration(file: Option<&Path>, config: &Config) -> Check {
    let detail = file.map_or_else(|| words::DEFAULTS.into(), |file| both(file.display()));
    let check = Check::new("configuration", words::CONFIGURATION, detail);
    match locate::misplaced(config) {
        Some(misplaced) => check.fail(misplaced),
        None => check,
    }
}

/// Warns of examples of a new configuration that would show in finished works.
pub fn examples(config: &Config, placeholder_mark: bool) -> Option<Check> {
    let mut which = config.placeholders();
    // The one that is used without a configuration has a check of its own.
    if placeholder_mark && !config.watermark.as_ref().is_some_and(Watermark::is_placeholder) {
        which.insert(0, Placeholder::Watermark);
    }
    let detail = messages::inbox::placeholders(&which);
    let check = Check::new("examples", words::EXAMPLES, detail);
    (!which.is_empty()).then(|| check.warn(words::REPLACE_EXAMPLES))
}

pub fn inbox(folder: &Path) -> Check {
    let check = Check::new("inbox", words::INBOX, both(folder.display()));
    if ground::is_odd(folder) {
        return check.not_utf8("inbox", folder);
    }
    match std::fs::read_dir(folder) {
        Ok(_) => check,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => check.warn(words::INBOX_ABSENT),
        Err(error) => {
            let shown = format!("{} ({error})", folder.display());
            check.detail(both(shown)).fail(words::INBOX_UNREADABLE)
        }
    }
}

pub fn library(folder: &Path) -> Check {
    let check = Check::new("library", words::LIBRARY, both(folder.display()));
    if ground::is_odd(folder) {
        return check.not_utf8("library", folder);
    }
    let Some(existing) = nearest(folder) else { return check };
    match access(existing, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if existing.is_dir() => check,
        Ok(()) => check.fail(words::LIBRARY_BLOCKED),
        Err(error) => {
            let shown = format!("{} ({})", existing.display(), std::io::Error::from(error));
            check.detail(both(shown)).fail(words::LIBRARY_UNWRITABLE)
        }
    }
}

impl Check {
    fn not_utf8(self, key: &str, folder: &Path) -> Self {
        self.fail(path_not_utf8(key, folder))
    }
}

pub fn disk(folder: &Path) -> Check {
    let free = nearest(folder).and_then(|existing| statvfs(existing).ok());
    let Some(free) = free.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)) else {
        let unknown = Check::new("disk", words::DISK, words::DISK_UNKNOWN.into());
        return unknown.warn(words::CHECK_DISK);
    };
    let check = Check::new("disk", words::DISK, both(format!("{:.1} GB", free as f64 / 1e9)));
    match free {
        FEW_BYTES.. => check,
        TOO_FEW_BYTES.. => check.warn(words::DISK_LOW),
        _ => check.fail(words::DISK_TOO_LOW),
    }
}

pub fn watermark(config: &Config) -> Check {
    let Some(watermark) = &config.watermark else {
        if config.no_watermark {
            return Check::new("watermark", words::WATERMARK, words::NO_WATERMARK_ON_PURPOSE.into());
        }
        let none = Check::new("watermark", words::WATERMARK, words::NO_WATERMARK.into());
        return none.warn(words::NAME_WATERMARK);
    };
    if watermark.is_placeholder() {
        let placeholder = Check::new("watermark", words::WATERMARK, words::PLACEHOLDER.into());
        return placeholder.warn(words::REPLACE_PLACEHOLDER);
    }
    let file = watermark.file.as_path();
    let check = Check::new("watermark", words::WATERMARK, both(file.display()));
    match files::open_named(file).and_then(|file| file.metadata()) {
        Ok(found) if found.is_file() => {}
        _ => return check.fail(words::WATERMARK_ABSENT),
    }
    let of_mark = Config { watermark: Some(watermark.clone()), ..Config::default() };
    match Brand::load(&of_mark).err().as_ref().and_then(overlay_problem) {
        Some((_, [problem, hint])) => check.detail(problem).fail(hint),
        None => check,
    }
}

/// Returns the folder itself or the nearest existing one above it, in which it would be created.
fn nearest(folder: &Path) -> Option<&Path> {
    let given = folder.ancestors().find(|path| path.exists());
    given.or_else(|| Path::new(".").exists().then_some(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::model::preset::Corner;

    #[test]
    fn folders_and_the_watermark_are_looked_at_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("作品库/一层");
        assert_eq!(library(&absent).state, State::Ok);
        assert!(!absent.exists());
        assert_eq!(inbox(&absent).state, State::Warn);
        assert_eq!(inbox(folder.path()).state, State::Ok);
        let file = folder.path().join("a\nfile");
        let svg =
            |inside| format!("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{inside}</svg>");
        std::fs::write(&file, svg("<rect width='9' height='9'/>")).unwrap();
        let blank = folder.path().join("blank.svg");
        std::fs::write(&blank, svg("")).unwrap();
        assert_eq!(library(&file).state, State::Fail);
        let mut config = Config::default();
        assert_eq!(watermark(&config).state, State::Warn);
        config.watermark = Some(Watermark::placeholder());
        assert_eq!(watermark(&config).state, State::Warn);
        for (path, state) in [(file, State::Ok), (absent, State::Fail), (blank, State::Fail)] {
            let (corner, corners) = (Corner::TopRight, Default::default());
            config.watermark =
                Some(Watermark { file: path.into(), corner, size: 0.1, opacity: 1.0, margin: 0.1, corners });
            assert_eq!(watermark(&config).state, state);
        }
    }
}
