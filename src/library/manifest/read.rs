//! A manifest read work by work, so that memory does not grow with it, whatever stands in the file.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::manifest::{MANIFEST_SCHEMA, Work};

/// The longest entry that is read. A work with all its targets and findings has some ten thousand bytes.
const MOST_ENTRY_BYTES: u64 = 16 << 20;

/// Why the reading of a manifest ended.
#[derive(Debug)]
pub enum Ended<E> {
    /// The file is no manifest of ours, or an entry cannot be read: which one, and where.
    Unreadable(String),
    /// What the caller made of an entry.
    Stopped(E),
}

/// Hands every work of a manifest to `each`, in the file's order. The whole file is read: one that is cut off is an error,
/// though what stands before the cut was handed out.
pub fn each_work<E>(file: impl Read, mut each: impl FnMut(Work) -> Result<(), E>) -> Result<(), Ended<E>> {
    let left = Rc::new(Cell::new(MOST_ENTRY_BYTES));
    let bounded = Bounded { file, left: Rc::clone(&left) };
    let (mut read, mut stopped) = (0_usize, None);
    let mut take = |work| {
        read += 1;
        left.set(MOST_ENTRY_BYTES);
        each(work).map_err(|error| stopped = Some(error)).is_ok()
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, bounded));
    let whole = Whole { take: &mut take }.deserialize(&mut json).and_then(|()| json.end());
    match (stopped, whole) {
        (Some(error), _) => Err(Ended::Stopped(error)),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(Ended::Unreadable(format!("after {read} works: {error}"))),
    }
}

/// Fails once more was read than an entry may have since the last one.
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

/// Takes a work; false ends the reading.
type Take<'a> = &'a mut dyn FnMut(Work) -> bool;

struct Whole<'a> {
    take: Take<'a>,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
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
                    map.next_value_seed(Works { take: &mut *self.take })?;
                    has_works = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if has_schema && has_works { Ok(()) } else { Err(A::Error::custom("it is no manifest")) }
    }
}

struct Works<'a> {
    take: Take<'a>,
}

impl<'de> DeserializeSeed<'de> for Works<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Works<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of works")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut works: A) -> Result<(), A::Error> {
        while let Some(work) = works.next_element::<Work>()? {
            if !(self.take)(work) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
