//! `packages.jsonl`: a copy of the packages that were built and of what people answered for them, one a line, in case the catalogue
//! is lost. Records are a chain about single works; a package is about many, so it has a file of its own.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::catalog::{Catalog, CatalogError};
use super::staging::StagingError;
use crate::files;
use crate::model::showcase::built::PackageRecord;
use crate::model::showcase::plan::Answer;

/// The file in the library's folder.
pub const PACKAGES_FILE: &str = "packages.jsonl";

/// Largest file that is read: many thousand packages.
const MAX_BYTES: u64 = 1 << 30;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Package(PackageRecord),
    Answer(Answer),
}

/// What the file holds, oldest first. A line that cannot be read, such as one that was cut off, is passed over.
#[derive(Debug, Default)]
struct Copied {
    packages: Vec<PackageRecord>,
    answers: Vec<Answer>,
    ends_whole: bool,
}

/// Records what the catalogue, being an older copy or a new one, lacks. Returns how many packages and answers.
///
/// # Errors
/// If the file exists and cannot be read, and those of the catalogue.
pub fn take_over(library: &Path, catalog: &Catalog) -> Result<usize, CatalogError> {
    let copied = read(library).map_err(CatalogError::Place)?;
    if copied.packages.is_empty() && copied.answers.is_empty() {
        return Ok(0);
    }
    let has_all = copied.packages.len() <= catalog.packages()?.len()
        && copied.answers.len() <= catalog.all_package_answers()?.len();
    if has_all { Ok(0) } else { catalog.take_over_packages(&copied.packages, &copied.answers) }
}

/// Appends what the file lacks, such as after a kill.
pub fn bring_up_to_date(library: &Path, catalog: &Catalog) -> Result<(), StagingError> {
    let path = library.join(PACKAGES_FILE);
    let failed = |source| StagingError::Other { path: path.clone(), doing: "write", source };
    let broken = |error: CatalogError| failed(io::Error::other(error.to_string()));
    let copied = read(library).map_err(failed)?;
    let packages = catalog.packages().map_err(broken)?;
    let answers = catalog.all_package_answers().map_err(broken)?;
    let packages = packages.into_iter().filter(|one| !copied.packages.contains(one)).map(Line::Package);
    let answers = answers.into_iter().filter(|one| !copied.answers.contains(one)).map(Line::Answer);
    let mut lines = Vec::new();
    for line in packages.chain(answers) {
        serde_json::to_writer(&mut lines, &line).map_err(|error| failed(error.into()))?;
        lines.push(b'\n');
    }
    if lines.is_empty() {
        return Ok(());
    }
    if !copied.ends_whole {
        lines.insert(0, b'\n');
    }
    // A short append; two programs that append at once write the same line twice at worst, which readers pass over.
    let mut file = files::append(&path).map_err(failed)?;
    file.write_all(&lines).and_then(|()| file.sync_data()).map_err(failed)
}

fn read(library: &Path) -> io::Result<Copied> {
    let bytes = match files::read(&library.join(PACKAGES_FILE), MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        bytes => bytes?,
    };
    let ends_whole = bytes.last().is_none_or(|last| *last == b'\n');
    let mut copied = Copied { ends_whole, ..Copied::default() };
    for line in bytes.split(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(Line::Package(package)) if !copied.packages.contains(&package) => {
                copied.packages.push(package)
            }
            Ok(Line::Answer(answer)) if !copied.answers.contains(&answer) => copied.answers.push(answer),
            _ => {}
        }
    }
    copied.packages.sort_by_key(|package| package.number);
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_catalogue_has_all_packages_and_answers_of_the_copy_once() {
        let library = tempfile::tempdir().unwrap();
        let catalog = Catalog::open_in_memory().unwrap();
        let package = |number| PackageRecord {
            number,
            profile: "relay".into(),
            contest: "relay".into(),
            name: "a".into(),
            built_at: "now".into(),
            by: "b".into(),
            complete: true,
            late: false,
            sums_sha256: "0".repeat(64),
            replaces: None,
            works: Vec::new(),
        };
        let answer = |yes| Answer {
            profile: "relay".into(),
            work: "w".into(),
            digest: "0".repeat(64),
            key: "seen".into(),
            about: "1".repeat(64),
            yes,
            by: "b".into(),
            at: "now".into(),
        };
        bring_up_to_date(library.path(), &catalog).unwrap();
        assert!(!library.path().join(PACKAGES_FILE).exists());
        for yes in [false, true] {
            catalog.record_package(|_, number| Ok::<_, CatalogError>(package(number))).unwrap();
            catalog.put_package_answer(&answer(yes)).unwrap();
            bring_up_to_date(library.path(), &catalog).unwrap();
            bring_up_to_date(library.path(), &catalog).unwrap();
        }
        let text = std::fs::read_to_string(library.path().join(PACKAGES_FILE)).unwrap();
        assert_eq!(text.lines().count(), 4);
        // As after a kill within a line, and an append by another program.
        std::fs::write(library.path().join(PACKAGES_FILE), format!("{text}{{\"package\":{{")).unwrap();
        catalog.record_package(|_, number| Ok::<_, CatalogError>(package(number))).unwrap();
        bring_up_to_date(library.path(), &catalog).unwrap();
        let other = Catalog::open_in_memory().unwrap();
        assert_eq!(take_over(library.path(), &other).unwrap(), 5);
        assert_eq!(take_over(library.path(), &other).unwrap(), 0);
        assert_eq!(other.packages().unwrap(), catalog.packages().unwrap());
        assert_eq!(other.package_answers("relay").unwrap(), [answer(false), answer(true)]);
    }
}
