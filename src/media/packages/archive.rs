//! A package as a zip: its directory is read strictly (APPNOTE 6.3), so that no two programs can find different files in it.
//!
//! `zip` unpacks entries and compares their CRC; what it would pass over (a name twice, data between entries, headers that
//! contradict each other) is looked for here before.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::{Reading, Window, composed, looks_into, tells_by_tags};
use crate::files;
use crate::model::showcase::contents::{MOST_FILES, OddKind, Stored, Tells};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;

const END_BYTES: u64 = 22;
const LOCATOR_BYTES: u64 = 20;
const LOCAL_BYTES: u64 = 30;

/// Largest directory that is read, bytes: names are short, and files are few.
const DIRECTORY_MAX_BYTES: u64 = 32 << 20;

/// What may stand between two entries where the first has bit 3 set: its sizes once more.
const DESCRIPTOR_MAX_BYTES: u64 = 24;

/// A package unpacks to at most this much, and so many times its own size: videos do not shrink.
const UNPACKED_BESIDE_BYTES: u64 = 64 << 20;
const UNPACKED_TIMES: u64 = 20;

/// Extra fields that give an entry another name than the one it has (APPNOTE 4.6.8, 4.6.9), and the one with large sizes.
const UNICODE_COMMENT: u16 = 0x6375;
const UNICODE_NAME: u16 = 0x7075;
const LARGE_SIZES: u16 = 0x0001;

const BIT_ENCRYPTED: u16 = 1;
const BIT_DESCRIPTOR: u16 = 1 << 3;
const BIT_STRONG_ENCRYPTION: u16 = 1 << 6;
const BIT_UTF8: u16 = 1 << 11;
const BIT_MASKED: u16 = 1 << 13;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Bits of Unix modes, where an entry has them.
const MADE_ON_UNIX: u8 = 3;
const TYPE_MASK: u32 = 0o170_000;
const TYPE_FILE: u32 = 0o100_000;
const TYPE_FOLDER: u32 = 0o040_000;

/// An entry as the directory has it.
#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    header_at: u64,
    unix_type: u32,
    has_comment: bool,
    has_other_name: bool,
}

/// Why nothing of a zip can be read.
type Refused = OddKind;

fn no_zip(detail: impl Into<String>) -> Refused {
    OddKind::NoZip { detail: detail.into() }
}

fn contradiction(detail: &str) -> Refused {
    OddKind::Contradiction { detail: detail.to_owned() }
}

impl Reading<'_> {
    /// Reads a zip. What it holds lies in one folder, which is left out of the paths.
    pub(super) fn zip(&mut self, path: &Path) -> io::Result<()> {
        let shown = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut file = files::open(path)?;
        let bytes = file.metadata()?.len();
        let (entries, stray) = match directory(&mut file, bytes)? {
            Ok(found) => found,
            Err(why) => {
                self.odd(&shown, why);
                return Ok(());
            }
        };
        if stray {
            self.odd(&shown, OddKind::Stray);
        }
        let before = self.contents.odd.len();
        self.headers(&mut file, &entries, &shown)?;
        let unpacked = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked));
        if unpacked > UNPACKED_BESIDE_BYTES + bytes.saturating_mul(UNPACKED_TIMES) {
            self.odd(&shown, OddKind::Bomb);
        }
        // Nothing is unpacked of a zip that may be read in two ways.
        if self.contents.odd.len() > before {
            return Ok(());
        }
        let again = file.try_clone()?;
        let mut archive = match ZipArchive::new(BufReader::with_capacity(1 << 20, file)) {
            Ok(archive) if archive.len() == entries.len() => archive,
            Ok(_) => return self.refuse(&shown, contradiction("number of entries")),
            Err(error) => return self.refuse(&shown, no_zip(error.to_string())),
        };
        for (index, entry) in entries.iter().enumerate() {
            self.entry((&mut archive, index), entry, &again)?;
        }
        Ok(())
    }

    fn refuse(&mut self, zip: &str, why: Refused) -> io::Result<()> {
        self.odd(zip, why);
        Ok(())
    }

    /// Compares the headers of all entries with the directory, and their places with each other.
    fn headers(&mut self, file: &mut File, entries: &[Entry], zip: &str) -> io::Result<()> {
        let mut places = BTreeMap::new();
        let mut names: BTreeMap<&[u8], usize> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let shown = String::from_utf8_lossy(&entry.name).into_owned();
            if let Some(why) = wrong(entry) {
                self.odd(&shown, why);
            }
            if names.insert(&entry.name, index).is_some() {
                self.odd(&shown, OddKind::SameName { other: shown.clone() });
            }
            match local(file, entry)? {
                Ok(end) => {
                    if places.insert(entry.header_at, (end, entry.flags & BIT_DESCRIPTOR != 0)).is_some() {
                        self.odd(&shown, contradiction("two entries share their data"));
                    }
                }
                Err(why) => self.odd(&shown, why),
            }
        }
        let mut expected = 0;
        for (start, (end, has_descriptor)) in places {
            match start.checked_sub(expected) {
                None => self.odd(zip, contradiction("entries overlap")),
                Some(0) => {}
                Some(_) => self.odd(zip, OddKind::Stray),
            }
            expected = end + if has_descriptor { descriptor(file, end)? } else { 0 };
        }
        Ok(())
    }

    fn entry(
        &mut self,
        (archive, index): (&mut ZipArchive<BufReader<File>>, usize),
        entry: &Entry,
        file: &File,
    ) -> io::Result<()> {
        let name = composed(&String::from_utf8_lossy(&entry.name));
        let (top, path) = match name.split_once('/') {
            Some((top, path)) => (top.to_owned(), path.to_owned()),
            None => (name.clone(), String::new()),
        };
        if *self.contents.top.get_or_insert_with(|| top.clone()) != top || !name.contains('/') {
            self.odd(&name, OddKind::OtherTop);
            return Ok(());
        }
        if let Some(folder) = name.strip_suffix('/') {
            let inside = folder.split_once('/').map(|(_, inside)| inside.to_owned());
            self.contents.folders.extend(inside);
            return Ok(());
        }
        if !self.named(&path) {
            return Ok(());
        }
        let stored = match archive.by_index(index) {
            Ok(mut packed) if packed.name_raw() == entry.name => {
                let start = packed.data_start();
                let mut stored = self.take(&path, &mut packed, entry.unpacked);
                drop(packed);
                if stored.unreadable.is_none() && stored.bytes != entry.unpacked {
                    stored.unreadable = Some("its size is not what the directory says".to_owned());
                }
                if !looks_into(&path) && stored.unreadable.is_none() {
                    stored.tells = match start.filter(|_| entry.method == STORED) {
                        Some(start) => {
                            let file = file.try_clone()?;
                            tells_by_tags(&path, &mut Window { file, start, bytes: entry.unpacked, at: 0 })
                        }
                        None => tells_by_tags(&path, &mut io::Cursor::new(Vec::new()))
                            .into_iter()
                            .chain(is_video(&path).then_some(Tells::Unknown))
                            .collect(),
                    };
                }
                stored
            }
            Ok(_) => return self.refuse(&path, contradiction("its name")),
            Err(error) => Stored { unreadable: Some(error.to_string()), ..Stored::default() },
        };
        self.contents.files.insert(path, stored);
        Ok(())
    }
}

fn is_video(path: &str) -> bool {
    matches!(super::ending(path).to_ascii_lowercase().as_str(), "mp4" | "m4v" | "mov")
}

/// Returns what is wrong with an entry by itself.
fn wrong(entry: &Entry) -> Option<OddKind> {
    if entry.flags & (BIT_ENCRYPTED | BIT_STRONG_ENCRYPTION | BIT_MASKED) != 0 {
        return Some(OddKind::Encrypted);
    }
    let Ok(name) = std::str::from_utf8(&entry.name) else { return Some(OddKind::NameEncoding) };
    if !name.is_ascii() && entry.flags & BIT_UTF8 == 0 {
        return Some(OddKind::NameEncoding);
    }
    let is_folder = name.ends_with('/');
    let parts = name.strip_suffix('/').unwrap_or(name);
    let leads_out = parts.split('/').any(|part| matches!(part, "" | "." | ".."));
    if leads_out || name.contains(['\\', '\0', ':']) {
        return Some(OddKind::Outside);
    }
    let is_right_type = match entry.unix_type {
        0 => true,
        TYPE_FILE => !is_folder,
        TYPE_FOLDER => is_folder,
        _ => false,
    };
    if !is_right_type || is_folder && entry.unpacked > 0 {
        return Some(OddKind::NoFile);
    }
    if entry.has_other_name {
        return Some(contradiction("a second name"));
    }
    if entry.has_comment {
        return Some(OddKind::Stray);
    }
    match entry.method {
        STORED if entry.packed != entry.unpacked => Some(contradiction("its size")),
        STORED | DEFLATED => None,
        _ => Some(no_zip("an unknown way of packing")),
    }
}

/// Reads the directory of a zip. The inner error says why it cannot be; true: something stands before, between or behind.
fn directory(file: &mut File, bytes: u64) -> io::Result<Result<(Vec<Entry>, bool), Refused>> {
    let Some((end_at, has_comment)) = end_of(file, bytes)? else {
        return Ok(Err(no_zip("it has no end")));
    };
    let end = bytes_at(file, end_at, END_BYTES)?;
    let field = |at: usize| u64::from(u16_at(&end, at));
    let large = |at: usize| u64::from(u32_at(&end, at));
    let (mut disk, mut first_disk, mut here, mut count) = (field(4), field(6), field(8), field(10));
    let (mut size, mut at) = (large(12), large(16));
    let mut directory_end = end_at;
    let is_large =
        [disk, first_disk, here, count].contains(&0xFFFF) || size == 0xFFFF_FFFF || at == 0xFFFF_FFFF;
    if let Some(locator_at) = end_at.checked_sub(LOCATOR_BYTES) {
        let locator = bytes_at(file, locator_at, LOCATOR_BYTES)?;
        if u32_at(&locator, 0) == LOCATOR_64 {
            let end_64_at = u64_at(&locator, 8);
            if end_64_at.checked_add(56) != Some(locator_at) || u32_at(&locator, 16) > 1 {
                return Ok(Err(contradiction("its large end")));
            }
            let end_64 = bytes_at(file, end_64_at, 56)?;
            if u32_at(&end_64, 0) != END_64 {
                return Ok(Err(contradiction("its large end")));
            }
            (disk, first_disk) = (u32_at(&end_64, 16).into(), u32_at(&end_64, 20).into());
            (here, count) = (u64_at(&end_64, 24), u64_at(&end_64, 32));
            (size, at) = (u64_at(&end_64, 40), u64_at(&end_64, 48));
            directory_end = end_64_at;
        } else if is_large {
            return Ok(Err(contradiction("its large end")));
        }
    }
    if disk != 0 || first_disk != 0 {
        return Ok(Err(no_zip("it is split over several files")));
    }
    if here != count {
        return Ok(Err(contradiction("number of entries")));
    }
    if count > MOST_FILES as u64 || size > DIRECTORY_MAX_BYTES {
        return Ok(Err(OddKind::TooMuch));
    }
    if at.checked_add(size) != Some(directory_end) {
        return Ok(Err(contradiction("the place of its directory")));
    }
    let bytes = bytes_at(file, at, size)?;
    Ok(entries(&bytes, count as usize).map(|entries| (entries, has_comment)))
}

/// Returns where the end record stands, and whether a comment follows it.
fn end_of(file: &mut File, bytes: u64) -> io::Result<Option<(u64, bool)>> {
    let from = bytes.saturating_sub(END_BYTES + 0xFFFF);
    let tail = bytes_at(file, from, bytes - from)?;
    let last = tail.len().checked_sub(END_BYTES as usize);
    let found = last.and_then(|last| {
        (0..=last).rev().find(|at| {
            u32_at(&tail, *at) == END
                && at + END_BYTES as usize + usize::from(u16_at(&tail, at + 20)) == tail.len()
        })
    });
    Ok(found.map(|at| (from + at as u64, at + (END_BYTES as usize) < tail.len())))
}

fn entries(mut rest: &[u8], count: usize) -> Result<Vec<Entry>, Refused> {
    let mut found = Vec::new();
    for _ in 0..count {
        if rest.len() < 46 || u32_at(rest, 0) != CENTRAL {
            return Err(contradiction("its directory"));
        }
        let lengths = [28, 30, 32].map(|at| usize::from(u16_at(rest, at)));
        let total = 46 + lengths.iter().sum::<usize>();
        let Some((whole, after)) = rest.split_at_checked(total) else {
            return Err(contradiction("its directory"));
        };
        let (name, extra) = whole[46..].split_at(lengths[0]);
        let made_on = whole[5];
        let mode = u32_at(whole, 38) >> 16;
        let mut entry = Entry {
            name: name.to_vec(),
            flags: u16_at(whole, 8),
            method: u16_at(whole, 10),
            crc: u32_at(whole, 16),
            packed: u32_at(whole, 20).into(),
            unpacked: u32_at(whole, 24).into(),
            header_at: u32_at(whole, 42).into(),
            unix_type: if made_on == MADE_ON_UNIX { mode & TYPE_MASK } else { 0 },
            has_comment: lengths[2] > 0,
            has_other_name: false,
        };
        extra_fields(&mut entry, &extra[..lengths[1]])?;
        if u16_at(whole, 34) != 0 {
            return Err(no_zip("it is split over several files"));
        }
        found.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(found) } else { Err(contradiction("its directory")) }
}

/// Takes large sizes from the extra fields, in the order of APPNOTE 4.5.3.
fn extra_fields(entry: &mut Entry, mut rest: &[u8]) -> Result<(), Refused> {
    while rest.len() >= 4 {
        let (kind, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let Some((field, after)) = rest[4..].split_at_checked(length) else {
            return Err(contradiction("its extra fields"));
        };
        if kind == LARGE_SIZES {
            let mut field = field;
            for value in [&mut entry.unpacked, &mut entry.packed, &mut entry.header_at] {
                if *value == 0xFFFF_FFFF {
                    let Some((large, left)) = field.split_at_checked(8) else {
                        return Err(contradiction("its extra fields"));
                    };
                    (*value, field) = (u64_at(large, 0), left);
                }
            }
        }
        entry.has_other_name |= matches!(kind, UNICODE_NAME | UNICODE_COMMENT);
        rest = after;
    }
    Ok(())
}

/// Compares the header before an entry's data; returns where its data end.
fn local(file: &mut File, entry: &Entry) -> io::Result<Result<u64, Refused>> {
    let differs = || Ok(Err(contradiction("its two headers")));
    let header = match bytes_at(file, entry.header_at, LOCAL_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return differs(),
        header => header?,
    };
    let (name, extra) = (u64::from(u16_at(&header, 26)), u64::from(u16_at(&header, 28)));
    let names = match bytes_at(file, entry.header_at + LOCAL_BYTES, name + extra) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return differs(),
        names => names?,
    };
    let mut same =
        Entry { packed: u32_at(&header, 18).into(), unpacked: u32_at(&header, 22).into(), ..entry.clone() };
    if extra_fields(&mut same, &names[name as usize..]).is_err() {
        return differs();
    }
    let has_sizes = entry.flags & BIT_DESCRIPTOR == 0;
    let is_same = u32_at(&header, 0) == LOCAL
        && u16_at(&header, 6) == entry.flags
        && u16_at(&header, 8) == entry.method
        && names[..name as usize] == entry.name[..]
        && (!has_sizes
            || (u32_at(&header, 14), same.packed, same.unpacked)
                == (entry.crc, entry.packed, entry.unpacked));
    let end = (entry.header_at + LOCAL_BYTES + name + extra).checked_add(entry.packed);
    match end.filter(|_| is_same) {
        Some(end) => Ok(Ok(end)),
        None => differs(),
    }
}

/// Returns the bytes of the descriptor behind an entry's data: 12, 16, 20 or 24 of them, by what follows.
fn descriptor(file: &mut File, at: u64) -> io::Result<u64> {
    for bytes in [12, 16, 20, DESCRIPTOR_MAX_BYTES] {
        match bytes_at(file, at + bytes, 4) {
            Ok(next) if matches!(u32_at(&next, 0), LOCAL | CENTRAL) => return Ok(bytes),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    Ok(0)
}

fn bytes_at(file: &mut File, at: u64, bytes: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut read = Vec::new();
    file.take(bytes).read_to_end(&mut read)?;
    if (read.len() as u64) < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes)
}
