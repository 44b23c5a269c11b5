//! A package as zips: names in UTF-8 with the sign that says so, media stored as they are, whole works in each part.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::files;
use crate::library::staging::{HandedOutFolder, StagingError};
use crate::model::showcase::plan::Plan;
use crate::present::messages::showcase as words;

/// Endings of what becomes smaller: texts. Whatever else there is (videos of any kind, documents that are zips themselves) is stored.
const DEFLATED: [&str; 10] = ["txt", "html", "json", "cmd", "csv", "md", "xml", "srt", "ass", "vtt"];

/// What deflating may add where it does not help, for each so many bytes (RFC 1951, 3.2.4), with room.
const BLOCK_BYTES: u64 = 16_000;
const BLOCK_HEADER_BYTES: u64 = 8;

/// Size from which a file's own entry has ZIP64 fields: some room below 4 GiB.
const LARGE_BYTES: u64 = 0xF000_0000;

/// What an entry takes beside its content and twice its name: both headers (APPNOTE 4.3.7, 4.3.12), and fields of ZIP64.
const ENTRY_BYTES: u64 = 30 + 46 + 48;

/// The end of a zip.
const END_BYTES: u64 = 22 + 76;

/// A part: paths in the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub files: Vec<String>,
    pub bytes: u64,
}

/// What is larger than a part may be: a work, or what belongs to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    pub title: Option<String>,
    pub bytes: u64,
}

/// Lays a package out: each work whole in one part, what belongs to none in the first. `sizes` are those of all its files.
///
/// # Errors
/// If one work alone is larger than `most`, or all that belongs to none.
pub fn layout(
    plan: &Plan,
    top: &str,
    sizes: &BTreeMap<String, u64>,
    most: Option<u64>,
) -> Result<Vec<Part>, TooLarge> {
    let cost = |path: &String| {
        let name = (top.len() + 1 + path.len()) as u64;
        let bytes = sizes.get(path).copied().unwrap_or_default();
        let blocks = if is_deflated(path) { BLOCK_HEADER_BYTES * (1 + bytes / BLOCK_BYTES) } else { 0 };
        bytes + blocks + 2 * name + ENTRY_BYTES
    };
    // In a bag the content lies one folder deeper than the plan says.
    let is_of = |path: &String, planned: &str| path == planned || path.strip_prefix("data/") == Some(planned);
    let mut left: BTreeSet<&String> = sizes.keys().collect();
    let mut groups = Vec::new();
    for entry in &plan.entries {
        let mine: Vec<String> = sizes
            .keys()
            .filter(|path| entry.files.iter().any(|file| is_of(path, &file.path)))
            .cloned()
            .collect();
        left.retain(|path| !mine.contains(path));
        groups.push((entry.title.clone(), mine));
    }
    let shared: Vec<String> = left.into_iter().cloned().collect();
    let room = most.unwrap_or(u64::MAX);
    let bytes = END_BYTES + shared.iter().map(&cost).sum::<u64>();
    if bytes > room {
        return Err(TooLarge { title: None, bytes });
    }
    let mut parts = vec![Part { bytes, files: shared }];
    for (title, files) in groups {
        let bytes: u64 = files.iter().map(&cost).sum();
        if bytes + END_BYTES > room {
            return Err(TooLarge { title: Some(title), bytes });
        }
        match parts.last_mut().filter(|part| part.bytes.saturating_add(bytes) <= room) {
            Some(part) => {
                part.files.extend(files);
                part.bytes += bytes;
            }
            None => parts.push(Part { files, bytes: END_BYTES + bytes }),
        }
    }
    Ok(parts)
}

/// The zips of a package, before they have their names.
#[derive(Debug)]
pub struct Zips {
    folder: HandedOutFolder,
    names: Vec<String>,
}

/// What is zipped.
#[derive(Clone, Copy, Debug)]
pub struct Zipping<'a> {
    /// The verified package.
    pub root: &'a Path,
    /// The name of the folder in the zips.
    pub name: &'a str,
    pub parts: &'a [Part],
    /// The digest of each file, by path: what is packed, and what is read back, has it.
    pub digests: &'a BTreeMap<String, String>,
    /// RFC 3339: what the entries are dated.
    pub now: &'a str,
}

impl Zips {
    /// Writes the zips aside in the folder `to`, and reads each back.
    ///
    /// # Errors
    /// Also if what was read back is not what was written.
    pub fn write(it: Zipping<'_>, to: &Path, on_bytes: &mut dyn FnMut(u64)) -> Result<Self, StagingError> {
        let of = it.parts.len();
        let names: Vec<String> = (1..=of).map(|number| words::zip_name(it.name, (number, of))).collect();
        let begun = if of == 1 { names[0].clone() } else { words::zips_name(it.name, of) };
        let folder = HandedOutFolder::begin(to, &begun)?;
        for (part, name) in it.parts.iter().zip(&names) {
            let path = folder.path().join(name);
            let failed = |doing| {
                let path = path.clone();
                move |source: io::Error| StagingError::Other { path, doing, source }
            };
            write(it, part, folder.create(name)?, on_bytes).map_err(failed("writing"))?;
            let file = files::open(&path).map_err(failed("reading back"))?;
            let expected =
                part.files.iter().map(|path| (format!("{}/{path}", it.name), it.digests.get(path)));
            let expected =
                expected.map(|(name, sha256)| (name, sha256.cloned().unwrap_or_default())).collect();
            read_back(file, expected, on_bytes).map_err(failed("reading back"))?;
        }
        Ok(Self { folder, names })
    }

    /// Gives them their names; returns the path of the one, or of the folder with all.
    pub fn finish(self) -> Result<std::path::PathBuf, StagingError> {
        match &self.names[..] {
            [name] => {
                let name = name.clone();
                self.folder.finish_file(&name)
            }
            _ => self.folder.finish(),
        }
    }
}

/// Writes a part.
fn write(it: Zipping<'_>, part: &Part, out: File, on_bytes: &mut dyn FnMut(u64)) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::with_capacity(1 << 20, out));
    let mut buffer = vec![0; 1 << 18];
    for path in &part.files {
        let mut file = files::open(&it.root.join(path))?;
        let is_large = file.metadata()?.len() >= LARGE_BYTES;
        let name = format!("{}/{path}", it.name);
        zip.start_file(&name, options(path, it.now).large_file(is_large))?;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            zip.write_all(&buffer[..read])?;
            on_bytes(read as u64);
        }
    }
    let out = zip.finish()?.into_inner().map_err(|error| error.into_error())?;
    out.sync_all()
}

fn is_deflated(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default().to_lowercase();
    DEFLATED.contains(&ending.as_str())
}

fn options(path: &str, now: &str) -> SimpleFileOptions {
    let method = match is_deflated(path) {
        true => CompressionMethod::Deflated,
        false => CompressionMethod::Stored,
    };
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(date(now).unwrap_or_default())
        .unix_permissions(0o644)
}

fn date(now: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| now.get(from..to)?.parse::<u16>().ok();
    let small = |from, to| u8::try_from(number(from, to)?).ok();
    DateTime::from_date_and_time(
        number(0, 4)?,
        small(5, 7)?,
        small(8, 10)?,
        small(11, 13)?,
        small(14, 16)?,
        small(17, 19)?,
    )
    .ok()
}

/// Compares a finished zip with the digests of what was to be packed.
fn read_back(
    file: File,
    mut digests: BTreeMap<String, String>,
    on_bytes: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let wrong =
        |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{what} is not as it was written"));
    let mut zip = ZipArchive::new(BufReader::with_capacity(1 << 20, file))?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let name = entry.name()?.into_owned();
        let (found, bytes) = files::digest_of(&mut entry)?;
        if digests.remove(&name).is_none_or(|wanted| wanted != found) {
            return Err(wrong(&name));
        }
        on_bytes(bytes);
    }
    digests.into_keys().next().map_or(Ok(()), |name| Err(wrong(&name)))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::model::preset::Edition;
    use crate::model::showcase::candidate::Measured;
    use crate::model::showcase::plan::{Entry, Origin, PlannedFile};
    use crate::model::showcase::profile::Take;
    use crate::model::units::{Rational, Size};

    fn plan(works: usize) -> Plan {
        let entry = |no: usize| Entry {
            no: no as u32,
            work: no.to_string(),
            title: format!("作品{no}"),
            digest: String::new(),
            measured: Measured {
                duration_ms: 1,
                bytes: 1,
                size: Size::new(2, 2),
                frame_rate: Rational::new(25, 1),
                edition: Edition::Clean,
                has_captions: false,
            },
            folder: None,
            files: ["mp4", "txt"]
                .map(|ending| PlannedFile {
                    path: format!("{no}.{ending}"),
                    take: Take::Video,
                    from: Origin::Text { text: String::new() },
                })
                .to_vec(),
            cells: Vec::new(),
            cover: None,
            open: Vec::new(),
            notes: Vec::new(),
            answers: Vec::new(),
        };
        Plan {
            profile: "a".into(),
            name: "包".into(),
            mail_subject: None,
            entries: (1..=works).map(entry).collect(),
            left_out: Vec::new(),
            files: Vec::new(),
            open: Vec::new(),
            is_late: false,
        }
    }

    #[test]
    fn works_stay_whole_and_parts_within_their_size() {
        let plan = plan(5);
        let mut sizes: BTreeMap<String, u64> =
            (1..=5).flat_map(|no| [(format!("{no}.mp4"), 10_000), (format!("{no}.txt"), 500)]).collect();
        sizes.insert("清单.xlsx".into(), 7_000);
        let parts = layout(&plan, "包", &sizes, Some(24_000)).unwrap();
        let files: Vec<&String> = parts.iter().flat_map(|part| &part.files).collect();
        assert_eq!(files.len(), sizes.len());
        assert!(parts.iter().all(|part| part.bytes <= 24_000));
        assert_eq!(parts.len(), 3, "{parts:?}");
        assert!(parts[0].files.contains(&"清单.xlsx".to_owned()));
        for part in &parts {
            let has = |path: String| part.files.contains(&path);
            assert!((1..=5).all(|no| has(format!("{no}.mp4")) == has(format!("{no}.txt"))));
        }
        assert_eq!(layout(&plan, "包", &sizes, None).unwrap().len(), 1);
        let refused = layout(&plan, "包", &sizes, Some(10_000)).unwrap_err();
        assert_eq!(refused.title.as_deref(), Some("作品1"));
        // Lists and papers of the package stay together too.
        let refused = layout(&plan, "包", &sizes, Some(7_000)).unwrap_err();
        assert_eq!(refused.title, None);
    }

    #[test]
    fn a_zip_is_read_back_and_every_chinese_name_has_its_sign() {
        let (root, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(root.path().join("作品")).unwrap();
        std::fs::write(root.path().join("作品/晨光.mp4"), vec![7; 5000]).unwrap();
        std::fs::write(root.path().join("index.html"), "海".repeat(900)).unwrap();
        let parts = [Part { files: vec!["作品/晨光.mp4".into(), "index.html".into()], bytes: 0 }];
        let sum = |bytes: &[u8]| crate::text::hex(&Sha256::digest(bytes));
        let digests = BTreeMap::from([
            ("作品/晨光.mp4".to_owned(), sum(&[7; 5000])),
            ("index.html".to_owned(), sum("海".repeat(900).as_bytes())),
        ]);
        let zipping = Zipping {
            root: root.path(),
            name: "报送包",
            parts: &parts,
            digests: &digests,
            now: "2026-12-01T05:08:00+08:00",
        };
        let path = Zips::write(zipping, to.path(), &mut |_| {}).unwrap().finish().unwrap();
        assert_eq!(path, to.path().join("报送包.zip"));
        let bytes = std::fs::read(&path).unwrap();
        // Local and central headers, by their signatures; bit 11 of the flags says UTF-8 (APPNOTE 4.4.4).
        for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let places: Vec<usize> =
                (0..bytes.len() - 4).filter(|at| &bytes[*at..*at + 4] == signature).collect();
            assert_eq!(places.len(), 2);
            assert!(places.iter().all(|at| bytes[at + flags + 1] & 8 == 8));
        }
        let mut zip = ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        assert_eq!(zip.by_name("报送包/作品/晨光.mp4").unwrap().compression(), CompressionMethod::Stored);
        assert!(zip.by_name("报送包/index.html").unwrap().compressed_size() < 2700);
        // A file that is not what the list says is packed by nobody: nothing of the zip is left.
        std::fs::remove_file(&path).unwrap();
        let mut others = digests.clone();
        others.insert("index.html".to_owned(), "0".repeat(64));
        assert!(Zips::write(Zipping { digests: &others, ..zipping }, to.path(), &mut |_| {}).is_err());
        assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0);
    }
}
