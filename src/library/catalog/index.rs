//! The index: which contents are found under which words.
//!
//! Ordinary rows and not one of the crates for nearest neighbours (`usearch`, `hnsw_rs`, `mih-rs`): those hold their graph
//! in memory or in a file of their own, which grows with the library and can differ from the catalogue after a kill, and
//! they find what is near as a whole, not a short piece of a long work. Here a work and its words appear and vanish in
//! one transaction, a query reads the lists of its own words alone, and adding a work rewrites one piece of each.
//! Sizes and times are in `benches/README.md`.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::Result;
use super::occurrences::{Occurrence, pack, unpack, unpack_terms};
use super::{Catalog, term_version};

/// A piece of a list is cut when it grows beyond this: adding to a list rewrites one piece.
const PIECE_BYTES: usize = 600;

/// A longer list (about a thousand contents) says nothing: its word is skipped.
const MAX_LIST_BYTES: usize = 4_000;

/// Where one word occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub word: u32,
    pub posts: Vec<Occurrence>,
}

/// The list of a word as it is read.
struct List {
    bytes: usize,
    word: u32,
    /// Each with the number from which it counts.
    pieces: Vec<(u32, Vec<u8>)>,
}

impl Catalog {
    /// Returns where each of these words occurs: the rarest first, and at most about `most` occurrences in all. Words of
    /// very many works are left out, and all words while the index is of an older version.
    pub fn find_terms(&self, words: &[u32], most: usize) -> Result<Vec<Found>> {
        if !term_version::is_current(&self.connection)? {
            return Ok(Vec::new());
        }
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let sql = "select key, posts from words where key between ?1 and ?2 order by key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut lists = Vec::new();
        for word in sorted {
            let mut list = List { bytes: 0, word, pieces: Vec::new() };
            let mut rows = statement.query(params![key(word, 0), key(word, u32::MAX)])?;
            while let Some(row) = rows.next()?
                && list.bytes <= MAX_LIST_BYTES
            {
                let piece: Vec<u8> = row.get(1)?;
                list.bytes += piece.len();
                list.pieces.push((base_of(row.get(0)?), piece));
            }
            if (1..=MAX_LIST_BYTES).contains(&list.bytes) {
                lists.push(list);
            }
        }
        lists.sort_unstable_by_key(|list| (list.bytes, list.word));
        let mut found = Vec::new();
        let mut all = 0;
        for list in lists {
            let mut posts = Vec::new();
            for (base, piece) in list.pieces {
                unpack(&piece, base, &mut posts);
            }
            all += posts.len();
            if all > most && !found.is_empty() {
                break;
            }
            found.push(Found { word: list.word, posts });
        }
        Ok(found)
    }

    /// Returns how many bytes the lists of the index have, and how many pieces.
    pub fn index_size(&self) -> Result<(u64, u64)> {
        let sql = "select coalesce(sum(length(posts)), 0), count(*) from words";
        let size = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (bytes, pieces) = self.connection.query_row(sql, [], size)?;
        Ok((bytes.cast_unsigned(), pieces.cast_unsigned()))
    }
}

/// Adds a content to the lists of its words.
pub(super) fn add_look(connection: &Connection, look: u32, words: &[u8]) -> Result<()> {
    for (word, moments) in by_word(words) {
        let (key_found, mut posts) =
            find_piece(connection, word, look)?.unwrap_or((key(word, look), Vec::new()));
        posts.extend(moments.into_iter().map(|quarter| Occurrence { look, quarter }));
        posts.sort_unstable();
        posts.dedup();
        if pack(&posts, base_of(key_found)).len() > PIECE_BYTES
            && let Some(last) = posts.last().copied()
        {
            // All of one content stay in one piece.
            let cut = posts.partition_point(|post| post.look < last.look);
            if cut > 0 {
                put_piece(connection, key(word, last.look), &posts.split_off(cut))?;
            }
        }
        put_piece(connection, key_found, &posts)?;
    }
    Ok(())
}

/// Removes a content from the lists of its words.
pub(super) fn remove_look(connection: &Connection, look: u32, words: &[u8]) -> Result<()> {
    for (word, _) in by_word(words) {
        if let Some((key, mut posts)) = find_piece(connection, word, look)? {
            posts.retain(|post| post.look != look);
            put_piece(connection, key, &posts)?;
        }
    }
    Ok(())
}

/// Writes a piece, or removes it where nothing is left in it.
pub(super) fn put_piece(connection: &Connection, key: i64, posts: &[Occurrence]) -> Result<()> {
    if posts.is_empty() {
        connection.prepare_cached("delete from words where key = ?1")?.execute([key])?;
    } else {
        connection
            .prepare_cached("insert or replace into words (key, posts) values (?1, ?2)")?
            .execute(params![key, pack(posts, base_of(key))])?;
    }
    Ok(())
}

/// Cuts sorted occurrences of one word into pieces and passes them on with their keys.
pub(super) fn each_piece(
    word: u32,
    posts: &[Occurrence],
    mut each: impl FnMut(i64, &[Occurrence]) -> Result<()>,
) -> Result<()> {
    // An occurrence has two bytes at least and usually three or four.
    const POSTS: usize = PIECE_BYTES / 4;
    let mut rest = posts;
    while let Some(first) = rest.first() {
        let look = rest.get(POSTS).map(|post| post.look);
        let cut = look.map_or(rest.len(), |look| rest.partition_point(|post| post.look < look));
        // One content with more times than a piece holds.
        let cut = if cut == 0 { rest.partition_point(|post| post.look <= first.look) } else { cut };
        let (piece, more) = rest.split_at(cut);
        each(key(word, first.look), piece)?;
        rest = more;
    }
    Ok(())
}

/// Returns the piece in which a content is or would be.
fn find_piece(connection: &Connection, word: u32, look: u32) -> Result<Option<(i64, Vec<Occurrence>)>> {
    let sql = "select key, posts from words where key between ?1 and ?2 order by key desc limit 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let found = statement.query_row(params![key(word, 0), key(word, look)], row).optional()?;
    Ok(found.map(|(key, bytes)| {
        let mut posts = Vec::new();
        unpack(&bytes, base_of(key), &mut posts);
        (key, posts)
    }))
}

/// Returns the words in order, each with its times.
fn by_word(words: &[u8]) -> Vec<(u32, Vec<u16>)> {
    let mut all: Vec<(u32, u16)> = unpack_terms(words).collect();
    all.sort_unstable();
    all.dedup();
    all.chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| (chunk[0].0, chunk.iter().map(|(_, quarter)| *quarter).collect()))
        .collect()
}

pub(super) fn key(word: u32, look: u32) -> i64 {
    (u64::from(word) << 32 | u64::from(look)).cast_signed()
}

fn base_of(key: i64) -> u32 {
    key.cast_unsigned() as u32
}

/// Returns what a rebuild sorts: word, content, time.
pub(super) fn entries(look: u32, words: &[u8]) -> impl Iterator<Item = (u32, Occurrence)> + '_ {
    unpack_terms(words).map(move |(word, quarter)| (word, Occurrence { look, quarter }))
}
