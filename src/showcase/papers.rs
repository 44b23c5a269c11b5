//! Papers that the office puts into packages: forms, pledges, scans with a seal.
//!
//! They lie in `材料/PROFILE/` of the folder of profiles, those of a work in a folder there whose name begins with the work's id.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::forms;
use crate::files;
use crate::model::language::AnyPath;
use crate::model::showcase::contents::CleanPaper;
use crate::model::showcase::plan::{Open, Origin};
use crate::model::showcase::profile::{Part, Profile, Take};
use crate::present::messages::showcase::PAPERS;
use crate::text::name_key;

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// As it is read.
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// Its first bytes.
    pub sign: Vec<u8>,
    /// The copy that an anonymous package takes instead, with where it lies.
    pub clean: Option<(PathBuf, CleanPaper)>,
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

/// Bytes by which a format is told.
const SIGN_BYTES: u64 = 8;

/// The first bytes of formats, by ending. A Word or Excel file of before 2007 is an OLE container, whatever its name says.
const SIGNS: [(&str, &[u8]); 9] = [
    ("docx", b"PK\x03\x04"),
    ("xlsx", b"PK\x03\x04"),
    ("pptx", b"PK\x03\x04"),
    ("zip", b"PK\x03\x04"),
    ("pdf", b"%PDF-"),
    ("jpg", b"\xFF\xD8\xFF"),
    ("jpeg", b"\xFF\xD8\xFF"),
    ("png", b"\x89PNG\r\n\x1A\n"),
    ("rar", b"Rar!"),
];
const OLE: &[u8] = b"\xD0\xCF\x11\xE0";

/// Returns the folder of a profile's papers.
pub fn folder_of(packages: &Path, profile: &str) -> PathBuf {
    packages.join(PAPERS).join(profile)
}

impl Papers {
    /// Looks through a folder, which need not be there, and hashes its papers: of works only those that are wanted.
    ///
    /// # Errors
    /// Where a folder that is there cannot be read.
    pub fn read(folder: &Path, is_wanted: &dyn Fn(&str) -> bool) -> io::Result<Self> {
        let mut papers = Self { folder: folder.to_owned(), ..Self::default() };
        for (name, path, is_folder) in entries(folder)? {
            let work = name.split('-').next().unwrap_or_default().trim().to_lowercase();
            match is_folder {
                true if is_wanted(&work) => {
                    for (name, path, is_folder) in entries(&path)? {
                        if !is_folder {
                            papers.of_works.entry(work.clone()).or_default().push(paper(name, path)?);
                        }
                    }
                }
                true => {}
                false => papers.of_package.push(paper(name, path)?),
            }
        }
        Ok(papers)
    }

    /// Returns the papers of a work.
    pub fn of_work(&self, work: &str) -> &[Paper] {
        self.of_works.get(work).map_or(&[], Vec::as_slice)
    }

    /// Takes over the copies for an anonymous package of those papers that are the same as before.
    pub fn keep_copies(&mut self, before: &Self) {
        let copies: Vec<&Paper> =
            before.of_package.iter().chain(before.of_works.values().flatten()).collect();
        for (_, paper) in self.all_mut() {
            let same = copies.iter().find(|copy| (&copy.path, &copy.sha256) == (&paper.path, &paper.sha256));
            paper.clean = same.and_then(|copy| copy.clean.clone());
        }
    }

    /// Returns all papers, to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = (Option<&str>, &mut Paper)> {
        let of_works = self.of_works.iter_mut();
        let of_works =
            of_works.flat_map(|(work, papers)| papers.iter_mut().map(|paper| (Some(work.as_str()), paper)));
        self.of_package.iter_mut().map(|paper| (None, paper)).chain(of_works)
    }
}

/// Returns the one paper that a part asks for, with its ending; the error is what is lacking. An anonymous package takes the copy
/// that tells nobody.
pub fn find(
    part: &Part,
    among: &[Paper],
    folder: &Path,
    is_anonymous: bool,
) -> Result<(Origin, String), Open> {
    let name = part.name.clone().unwrap_or_default();
    let found: Vec<&Paper> = among.iter().filter(|paper| is_called(&paper.name, &name)).collect();
    let paper = match found[..] {
        [paper] => paper,
        [] => return Err(Open::NoPaper { name, folder: folder.display().to_string() }),
        _ => {
            let files = found.iter().map(|paper| paper.name.clone()).collect();
            return Err(Open::SeveralPapers { name, files });
        }
    };
    let file = || paper.name.clone();
    let ending = ending(&paper.name);
    if paper.bytes == 0 {
        return Err(Open::EmptyPaper { file: file() });
    }
    if matches!(ending.as_str(), "doc" | "xls") || paper.sign.starts_with(OLE) {
        return Err(Open::OldPaper { file: file() });
    }
    if ending.is_empty() || !part.formats.is_empty() && !part.formats.contains(&ending) {
        return Err(Open::PaperFormat { file: file(), formats: part.formats.clone() });
    }
    let sign = SIGNS.iter().find(|(one, _)| *one == ending);
    if sign.is_some_and(|(_, sign)| !paper.sign.starts_with(sign)) {
        return Err(Open::RenamedPaper { file: file(), ending });
    }
    if let Some(most) = part.max_bytes.filter(|most| paper.bytes > *most) {
        return Err(Open::PaperTooLarge { file: file(), most });
    }
    let origin = match &paper.clean {
        Some((path, clean)) if is_anonymous && clean.tells.is_empty() => {
            Origin::Paper { path: path.clone().into(), bytes: clean.bytes, sha256: clean.sha256.clone() }
        }
        clean if is_anonymous => {
            let tells = clean.as_ref().map(|(_, clean)| clean.tells.clone()).unwrap_or_default();
            return Err(Open::PaperTells { file: file(), tells });
        }
        _ => Origin::Paper {
            path: AnyPath::from(paper.path.clone()),
            bytes: paper.bytes,
            sha256: paper.sha256.clone(),
        },
    };
    Ok((origin, ending))
}

/// Returns true if a file is the paper of a name: it is called so, or something that is no letter and no digit follows the name.
/// `报名表(终稿).docx` is a `报名表`, `报名表汇总.docx` is another paper.
fn is_called(file: &str, name: &str) -> bool {
    let (file, name) = (name_key(file), name_key(name));
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let rest = stem.strip_prefix(name.as_str());
    rest.is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
}

/// Returns true if a part of a profile may ask for a file.
pub fn is_asked_for(profile: &Profile, file: &str) -> bool {
    profile.part.iter().any(|part| {
        let name = match part.take {
            Take::Paper => part.name.clone(),
            // As somebody filled it by hand.
            Take::Form => Some(forms::name_of(part)),
            _ => None,
        };
        name.is_some_and(|name| is_called(file, &name))
    })
}

/// Returns what follows the last dot of a name, in lower case.
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

fn paper(name: String, path: PathBuf) -> io::Result<Paper> {
    let mut sign = Vec::new();
    files::open(&path)?.take(SIGN_BYTES).read_to_end(&mut sign)?;
    let (sha256, bytes) = files::digest(&path)?;
    Ok(Paper { name, path, bytes, sha256, sign, clean: None })
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
    use crate::model::showcase::profile::Per;

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
    fn the_right_paper_alone_is_taken_and_all_else_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let of_work = folder.path().join("3f9c2a71-晨光");
        fs::create_dir(&of_work).unwrap();
        let found = || {
            let papers = Papers::read(folder.path(), &|work| work == "3f9c2a71").unwrap();
            find(&part(), papers.of_work("3f9c2a71"), folder.path(), false)
        };
        let put = |name: &str, bytes: &[u8]| fs::write(of_work.join(name), bytes).unwrap();
        let gone = |name: &str| fs::remove_file(of_work.join(name)).unwrap();
        assert!(matches!(found(), Err(Open::NoPaper { .. })));
        // Another paper, whose name only begins so.
        put("报名表汇总.docx", b"PK\x03\x04");
        put("报名表2.docx", b"PK\x03\x04");
        assert!(matches!(found(), Err(Open::NoPaper { .. })));
        put("报名表.doc", b"1");
        assert!(matches!(found(), Err(Open::OldPaper { .. })));
        put("报名表(终稿).docx", b"");
        assert!(matches!(found(), Err(Open::SeveralPapers { .. })));
        gone("报名表.doc");
        put("~$报名表.docx", b"1");
        assert!(matches!(found(), Err(Open::EmptyPaper { .. })));
        put("报名表(终稿).docx", b"%PDF-1.7");
        assert!(matches!(found(), Err(Open::RenamedPaper { .. })));
        put("报名表(终稿).docx", b"\xD0\xCF\x11\xE0");
        assert!(matches!(found(), Err(Open::OldPaper { .. })));
        put("报名表(终稿).docx", b"PK\x03\x0412");
        let (origin, ending) = found().unwrap();
        assert_eq!((origin.bytes(), ending.as_str()), (6, "docx"));
        put("报名表(终稿).docx", b"PK\x03\x04 long");
        assert!(matches!(found(), Err(Open::PaperTooLarge { .. })));
        gone("报名表(终稿).docx");
        put("报名表.pdf", b"%PDF-1.7");
        assert!(matches!(found(), Err(Open::PaperFormat { .. })));
        // Nobody looked into it yet, so it tells who knows what.
        gone("报名表.pdf");
        put("报名表.DOCX", b"PK\x03\x0412");
        let papers = Papers::read(folder.path(), &|_| true).unwrap();
        let anonymous = find(&part(), papers.of_work("3f9c2a71"), folder.path(), true);
        assert!(matches!(anonymous, Err(Open::PaperTells { .. })));
    }
}
