//! Reads a manifest work by work, so that memory does not grow with it, whatever the file contains.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::manifest::{MANIFEST_SCHEMA, Work};

/// Longest entry that is read. A work with all its targets and findings has some ten thousand bytes.
const MAX_ENTRY_BYTES: u64 = 16 << 20;

/// Why reading a manifest failed.
#[derive(Debug)]
pub enum EachWorkError<E> {
    /// The file is no manifest of ours, or an entry cannot be read; names which one, and where.
    Unreadable(String),
    /// The caller's own error for an entry.
    Stopped(E),
}

/// Calls `each` with every work of a manifest, in the file's order. The whole file is read: a truncated one is an error,
/// although `each` has seen the works before the end.
pub fn each_work<E>(
    file: impl Read,
    mut each: impl FnMut(Work) -> Result<(), E>,
) -> Result<(), EachWorkError<E>> {
    let left = Rc::new(Cell::new(MAX_ENTRY_BYTES));
    let bounded = Bounded { file, left: Rc::clone(&left) };
    let (mut read, mut stopped) = (0_usize, None);
    let mut on_work = |work| {
        read += 1;
        left.set(MAX_ENTRY_BYTES);
        each(work).map_err(|error| stopped = Some(error)).is_ok()
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, bounded));
    let whole = ManifestVisitor { on_work: &mut on_work }.deserialize(&mut json).and_then(|()| json.end());
    match (stopped, whole) {
        (Some(error), _) => Err(EachWorkError::Stopped(error)),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(EachWorkError::Unreadable(format!("after {read} works: {error}"))),
    }
}

/// A reader that fails once more than [`MAX_ENTRY_BYTES`] were read since the last entry.
struct Bounded<R> {
    file: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other("an entry is larger than 16 MB")),
        }
        Ok(read)
    }
}

/// Called with each work; returns false to stop reading.
type OnWork<'a> = &'a mut dyn FnMut(Work) -> bool;

struct ManifestVisitor<'a> {
    on_work: OnWork<'a>,
}

impl<'de> DeserializeSeed<'de> for ManifestVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ManifestVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut has_schema, mut has_works) = (false, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schema" => {
                    let schema: String = map.next_value()?;
                    if schema != MANIFEST_SCHEMA {
                        return Err(A::Error::custom(format!("its schema is not {MANIFEST_SCHEMA}")));
                    }
                    has_schema = true;
                }
                "works" => {
                    map.next_value_seed(WorksVisitor { on_work: &mut *self.on_work })?;
                    has_works = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if has_schema && has_works { Ok(()) } else { Err(A::Error::custom("it is no manifest")) }
    }
}

struct WorksVisitor<'a> {
    on_work: OnWork<'a>,
}

impl<'de> DeserializeSeed<'de> for WorksVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for WorksVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of works")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut works: A) -> Result<(), A::Error> {
        while let Some(work) = works.next_element::<Work>()? {
            if !(self.on_work)(work) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
