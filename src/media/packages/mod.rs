//! Reads packages that somebody hands over: a folder, or the zips of one. Nothing of them is trusted, nothing is unpacked to disk,
//! and what they say of themselves is compared with what is there.

mod archive;
mod documents;
mod folder;
pub mod paper;
mod pictures;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use unicode_normalization::UnicodeNormalization;

use super::MediaError;
use crate::files;
use crate::model::job::EngineError;
use crate::model::showcase::contents::{
    Contents, MOST_FILES, Odd, OddKind, PAPER_MAX_BYTES, PackageJob, PackagePlace, Stored, TEXTS_MAX_BYTES,
    Tells,
};

/// Reads every byte of a package. `progress` hears how many of how many.
///
/// # Errors
/// Where the folder or a zip cannot be read at all; what is wrong within is told in the contents.
pub fn read(job: &PackageJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Contents, EngineError> {
    let mut reading = Reading { job, progress, done: 0, texts: 0, contents: Contents::default() };
    let read = match &job.place {
        PackagePlace::Folder(root) => reading.folder(root.as_path()),
        PackagePlace::Zips(zips) => zips.iter().try_for_each(|zip| reading.zip(zip.as_path())),
    };
    read.map_err(MediaError::Source).map_err(EngineError::from)?;
    Ok(reading.contents)
}

struct Reading<'a> {
    job: &'a PackageJob,
    progress: &'a mut dyn FnMut(u64, u64),
    done: u64,
    /// Bytes of the texts that were taken.
    texts: u64,
    contents: Contents,
}

impl Reading<'_> {
    fn odd(&mut self, file: &str, what: OddKind) {
        self.contents.odd.push(Odd { file: file.to_owned(), what });
    }

    /// Takes the name of a file. False where another has it, or there are too many: it is not read then.
    fn named(&mut self, file: &str) -> bool {
        if self.contents.files.len() >= MOST_FILES {
            if !self.contents.odd.iter().any(|odd| odd.what == OddKind::TooMuch) {
                self.odd(file, OddKind::TooMuch);
            }
            return false;
        }
        if self.contents.files.contains_key(file) {
            self.odd(file, OddKind::SameName { other: file.to_owned() });
            return false;
        }
        for (at, _) in file.match_indices('/') {
            self.contents.folders.insert(file[..at].to_owned());
        }
        true
    }

    /// Hashes a file, and takes its text where that is wanted and what it tells. `most` is what it may hold.
    fn take(&mut self, file: &str, reader: &mut dyn Read, most: u64) -> Stored {
        let wants = self.job.texts.iter().any(|text| text == file);
        let keeps = (wants || looks_into(file)) && most <= PAPER_MAX_BYTES;
        let mut kept = keeps.then(Vec::new);
        let mut counting = Counting { reader, reading: self, kept: &mut kept, most, read: 0 };
        let hashed = files::digest_of(&mut counting);
        let read = counting.read;
        match hashed {
            Ok((sha256, bytes)) => {
                if wants {
                    self.text(file, kept.as_deref());
                }
                let tells = match kept {
                    Some(kept) if looks_into(file) => tells(file, &kept),
                    None if looks_into(file) => vec![Tells::Unknown],
                    _ => Vec::new(),
                };
                Stored { bytes, sha256: Some(sha256), unreadable: None, tells }
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::FileTooLarge {
                    self.odd(file, OddKind::Bomb);
                }
                Stored { bytes: read, unreadable: Some(error.to_string()), ..Stored::default() }
            }
        }
    }

    fn text(&mut self, file: &str, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes.filter(|bytes| self.texts + bytes.len() as u64 <= TEXTS_MAX_BYTES) else {
            return self.odd(file, OddKind::TooMuch);
        };
        self.texts += bytes.len() as u64;
        if let Ok(text) = String::from_utf8(bytes.to_vec()) {
            self.contents.texts.insert(file.to_owned(), text);
        }
    }
}

/// Tells how far the reading is, and ends it where a file holds more than it may.
struct Counting<'a, 'b> {
    reader: &'a mut dyn Read,
    reading: &'a mut Reading<'b>,
    kept: &'a mut Option<Vec<u8>>,
    most: u64,
    read: u64,
}

impl Read for Counting<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.read += read as u64;
        if self.read > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if let Some(kept) = self.kept {
            kept.extend_from_slice(&buffer[..read]);
        }
        self.reading.done += read as u64;
        (self.reading.progress)(self.reading.done, self.reading.job.bytes.max(self.reading.done));
        Ok(read)
    }
}

/// Returns true for files whose content may tell who made them, videos excepted.
fn looks_into(file: &str) -> bool {
    documents::is_one(ending(file)) || pictures::is_one(ending(file))
}

/// Returns what a document or picture tells.
fn tells(file: &str, bytes: &[u8]) -> Vec<Tells> {
    match documents::is_one(ending(file)) {
        true => documents::tells(bytes),
        false => pictures::tells(bytes),
    }
}

/// Returns what a video's tags tell; of other files that cannot be looked into, that.
fn tells_by_tags<R: Read + Seek>(file: &str, reader: &mut R) -> Vec<Tells> {
    match ending(file).to_ascii_lowercase().as_str() {
        "mp4" | "m4v" | "mov" => match files::tells_by_tags(reader) {
            Ok(false) => Vec::new(),
            Ok(true) => vec![Tells::Tags],
            Err(_) => vec![Tells::Unknown],
        },
        "txt" | "html" | "json" | "cmd" | "csv" | "md" | "srt" | "vtt" | "ass" => Vec::new(),
        _ => vec![Tells::Unknown],
    }
}

fn ending(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file).rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Returns a name as it is compared: composed.
fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// A part of a file.
struct Window {
    file: File,
    start: u64,
    bytes: u64,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.saturating_sub(self.at).min(buffer.len() as u64) as usize;
        self.file.seek(SeekFrom::Start(self.start + self.at))?;
        let read = self.file.read(&mut buffer[..left])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// The parts of an archive by name, unpacked.
type Parts = BTreeMap<String, Vec<u8>>;

#[cfg(test)]
mod tests;
