//! Finds the configuration of a command as git and cargo find theirs, and keeps inboxes and libraries out of each other.

use std::path::{Path, PathBuf};

use crate::intake::discover::library_around;
use crate::model::config::{CONFIG_FILE, Config};
use crate::model::language::Bilingual;
use crate::policy::presets;
use crate::present::messages::inbox as words;

/// The configuration that was found from a folder upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub file: PathBuf,
    /// A nearer one that lies in the inbox of `file`: somebody submitted it.
    pub passed_over: Option<PathBuf>,
}

/// Returns the nearest configuration in `folder` or above it. One that lies in the inbox of another gives way to that one:
/// whoever may submit files must not configure the program.
pub fn locate(folder: &Path) -> Option<Located> {
    let all = folder.ancestors().map(|folder| folder.join(CONFIG_FILE));
    let mut all = all.filter(|file| file.is_file());
    let nearest = all.next()?;
    let owner = all.find(|file| inbox_of(file).is_some_and(|inbox| real(&nearest).starts_with(inbox)));
    Some(match owner {
        Some(file) => Located { file, passed_over: Some(nearest) },
        None => Located { file: nearest, passed_over: None },
    })
}

/// Returns the inbox that a configuration names, with its links followed; `None` where it cannot be read.
fn inbox_of(file: &Path) -> Option<PathBuf> {
    presets::read_config(file).ok().map(|config| real(config.inbox.as_path()))
}

/// Returns why nothing may be done with these folders, if so: a library in an inbox, this configuration's or that of any
/// other above it, or an inbox in a library.
pub fn misplaced(config: &Config) -> Option<Bilingual> {
    let (inbox, library) = (real(config.inbox.as_path()), real(config.library.as_path()));
    if library.starts_with(&inbox) {
        return Some(words::library_in_inbox(&library, &inbox, None));
    }
    if inbox.starts_with(&library) {
        return Some(words::inbox_in_library(&inbox, &library));
    }
    if let Some(around) = library_around(&inbox) {
        return Some(words::inbox_in_library(&inbox, around));
    }
    let above = library.ancestors().map(|folder| folder.join(CONFIG_FILE)).filter(|file| file.is_file());
    for file in above {
        if let Some(other) = inbox_of(&file).filter(|other| library.starts_with(other)) {
            return Some(words::library_in_inbox(&library, &other, Some(&file)));
        }
    }
    None
}

/// Returns an absolute path with the links followed of as much of it as exists.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    match existing {
        Some((part, real)) => match absolute.strip_prefix(part) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => real.join(rest),
            Err(_) => absolute,
        },
        None => absolute,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_configuration_counts_unless_it_was_submitted() {
        let folder = tempfile::tempdir().unwrap();
        let office = folder.path().canonicalize().unwrap();
        let deep = office.join("inbox/系/甲");
        fs::create_dir_all(&deep).unwrap();
        assert!(locate(&deep).is_none_or(|found| !found.file.starts_with(&office)));
        fs::write(office.join(CONFIG_FILE), "college = \"a\"\n").unwrap();
        let found = Located { file: office.join(CONFIG_FILE), passed_over: None };
        assert_eq!(locate(&deep), Some(found));
        let planted = office.join("inbox/系").join(CONFIG_FILE);
        fs::write(&planted, "library = \"inside\"\n").unwrap();
        let found = Located { file: office.join(CONFIG_FILE), passed_over: Some(planted) };
        assert_eq!(locate(&deep), Some(found));
        let beside = office.join("另一处");
        fs::create_dir(&beside).unwrap();
        fs::write(beside.join(CONFIG_FILE), "").unwrap();
        assert_eq!(locate(&beside), Some(Located { file: beside.join(CONFIG_FILE), passed_over: None }));
    }

    #[test]
    fn inboxes_and_libraries_are_kept_out_of_each_other_whatever_links_lead_there() {
        let folder = tempfile::tempdir().unwrap();
        let office = folder.path();
        fs::create_dir_all(office.join("inbox/系")).unwrap();
        fs::create_dir_all(office.join("other/.jincai/staging")).unwrap();
        std::os::unix::fs::symlink(office.join("inbox/系"), office.join("link")).unwrap();
        let of = |inbox: &str, library: &str| {
            let config = Config {
                inbox: office.join(inbox).into(),
                library: office.join(library).into(),
                ..Config::default()
            };
            misplaced(&config).map(|text| text.zh)
        };
        assert_eq!(of("inbox", "library"), None);
        for library in ["inbox/库", "link/库", "inbox"] {
            assert!(of("inbox", library).unwrap().contains("作品库"), "{library}");
        }
        assert!(of("library/inbox", "library").unwrap().starts_with("投稿箱"));
        assert!(of("other/inbox", "library").unwrap().contains("other"));
        // In the inbox of an office further up.
        fs::write(office.join(CONFIG_FILE), "inbox = \"inbox\"\n").unwrap();
        let said = of("inbox/系/投稿", "inbox/系/library").unwrap();
        assert!(said.contains(CONFIG_FILE), "{said}");
    }
}
