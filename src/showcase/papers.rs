//! Papers that the office puts into packages: forms, pledges, scans with a seal.
//!
//! They lie in `材料/PROFILE/` of the folder of profiles, those of a work in a folder there whose name begins with the work's id.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::files;
use crate::model::language::AnyPath;
use crate::model::showcase::plan::{Open, Origin};
use crate::model::showcase::profile::Part;
use crate::present::messages::showcase::PAPERS;

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// As it is read.
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
}

/// The papers of a profile, and where they lie.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    pub folder: PathBuf,
    pub of_package: Vec<Paper>,
    /// By the beginning of a folder's name up to the first `-`.
    pub of_works: BTreeMap<String, Vec<Paper>>,
}

/// Most papers of a profile that are looked at.
const MOST: usize = 20_000;

/// Returns the folder of a profile's papers.
pub fn folder_of(packages: &Path, profile: &str) -> PathBuf {
    packages.join(PAPERS).join(profile)
}

impl Papers {
    /// Looks through a folder, which need not be there.
    ///
    /// # Errors
    /// Where a folder that is there cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut papers = Self { folder: folder.to_owned(), ..Self::default() };
        for (name, path, is_folder) in entries(folder)? {
            match is_folder {
                true => {
                    let work = name.split('-').next().unwrap_or_default().trim().to_lowercase();
                    let inner = entries(&path)?.into_iter().filter(|(_, _, is_folder)| !is_folder);
                    let found = inner.filter_map(|(name, path, _)| paper(name, path));
                    papers.of_works.entry(work).or_default().extend(found);
                }
                false => papers.of_package.extend(paper(name, path)),
            }
        }
        Ok(papers)
    }

    /// Returns the papers of a work.
    pub fn of_work(&self, work: &str) -> &[Paper] {
        self.of_works.get(work).map_or(&[], Vec::as_slice)
    }
}

/// Returns the one paper that a part asks for, with its ending; the error is what is lacking.
pub fn find(part: &Part, among: &[Paper], folder: &Path) -> Result<(Origin, String), Open> {
    let name = part.name.clone().unwrap_or_default();
    let found: Vec<&Paper> = among.iter().filter(|paper| paper.name.starts_with(&name)).collect();
    let paper = match found[..] {
        [paper] => paper,
        [] => return Err(Open::NoPaper { name, folder: folder.display().to_string() }),
        _ => {
            let files = found.iter().map(|paper| paper.name.clone()).collect();
            return Err(Open::SeveralPapers { name, files });
        }
    };
    let ending = paper.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if matches!(ending.as_str(), "doc" | "xls") {
        return Err(Open::OldPaper { file: paper.name.clone() });
    }
    if ending.is_empty() || !part.formats.is_empty() && !part.formats.contains(&ending) {
        return Err(Open::PaperFormat { file: paper.name.clone(), formats: part.formats.clone() });
    }
    if let Some(most) = part.max_bytes.filter(|most| paper.bytes > *most) {
        return Err(Open::PaperTooLarge { file: paper.name.clone(), most });
    }
    Ok((Origin::Paper { path: AnyPath::from(paper.path.clone()), bytes: paper.bytes }, ending))
}

fn paper(name: String, path: PathBuf) -> Option<Paper> {
    let bytes = files::open(&path).and_then(|file| file.metadata()).ok()?.len();
    Some(Paper { name, path, bytes })
}

/// Name, path, and whether it is a folder; without what is hidden, and without the files that Word keeps beside an open one.
fn entries(folder: &Path) -> io::Result<Vec<(String, PathBuf, bool)>> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in listed.take(MOST) {
        let entry = entry?;
        let name: String = entry.file_name().to_string_lossy().nfc().collect();
        if !name.starts_with(['.', '~']) {
            found.push((name, entry.path(), entry.file_type()?.is_dir()));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::showcase::profile::{Per, Take};

    fn part() -> Part {
        Part {
            path: ".".into(),
            take: Take::Paper,
            per: Per::Work,
            required: true,
            size: None,
            name: Some("报名表".into()),
            formats: vec!["docx".into()],
            max_bytes: Some(8),
            template: None,
            fill: Default::default(),
            columns: Vec::new(),
        }
    }

    #[test]
    fn one_paper_is_found_and_all_else_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let of_work = folder.path().join("3f9c2a71-晨光");
        fs::create_dir(&of_work).unwrap();
        let found = || {
            let papers = Papers::read(folder.path()).unwrap();
            find(&part(), papers.of_work("3f9c2a71"), folder.path())
        };
        let put = |name: &str, bytes: usize| fs::write(of_work.join(name), vec![0; bytes]).unwrap();
        assert!(matches!(found(), Err(Open::NoPaper { .. })));
        put("报名表.doc", 1);
        assert!(matches!(found(), Err(Open::OldPaper { .. })));
        put("报名表(终稿).docx", 1);
        assert!(matches!(found(), Err(Open::SeveralPapers { .. })));
        fs::remove_file(of_work.join("报名表.doc")).unwrap();
        put("~$报名表.docx", 1);
        let (origin, ending) = found().unwrap();
        assert_eq!((origin.bytes(), ending.as_str()), (1, "docx"));
        put("报名表(终稿).docx", 9);
        assert!(matches!(found(), Err(Open::PaperTooLarge { .. })));
        fs::remove_file(of_work.join("报名表(终稿).docx")).unwrap();
        put("报名表.pdf", 1);
        assert!(matches!(found(), Err(Open::PaperFormat { .. })));
    }
}
