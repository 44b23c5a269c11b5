//! The lists of the index as bytes. Pure.

use crate::model::alignment::Term;

/// A time at which a content has a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    pub look: u32,
    /// Quarters of a second since the first frame; everything beyond four and a half hours counts as one time.
    pub quarter: u16,
}

/// Milliseconds of one `quarter`.
pub const QUARTER_MS: u32 = 250;

/// Bytes of a word stored beside its content: the word, then the time, little-endian.
const TERM_BYTES: usize = 6;

pub(super) fn quarter(at_ms: u32) -> u16 {
    u16::try_from(at_ms / QUARTER_MS).unwrap_or(u16::MAX)
}

/// Packs sorted occurrences, each as the distance of its content's number from the one before, then its time: seven bits
/// a byte, the lowest first, the eighth set while more follow.
pub(super) fn pack(posts: &[Occurrence], base: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(posts.len() * 4);
    let mut before = base;
    for post in posts {
        put(&mut bytes, post.look - before);
        put(&mut bytes, u32::from(post.quarter));
        before = post.look;
    }
    bytes
}

/// Unpacks occurrences, up to the first bytes that make no sense.
pub(super) fn unpack(mut bytes: &[u8], base: u32, posts: &mut Vec<Occurrence>) {
    let mut look = base;
    while let Some(further) = take(&mut bytes)
        && let Some(quarter) = take(&mut bytes)
        && let (Some(next), Ok(quarter)) = (look.checked_add(further), u16::try_from(quarter))
    {
        look = next;
        posts.push(Occurrence { look, quarter });
    }
}

fn put(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for shift in (0..32).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(first & 0x7F) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

pub(super) fn pack_terms(words: &[Term]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.len() * TERM_BYTES);
    for word in words {
        bytes.extend(word.word.to_le_bytes());
        bytes.extend(quarter(word.at_ms).to_le_bytes());
    }
    bytes
}

/// Returns each word with its time.
pub(super) fn unpack_terms(bytes: &[u8]) -> impl Iterator<Item = (u32, u16)> + '_ {
    bytes.chunks_exact(TERM_BYTES).map(|kept| {
        let word = u32::from_le_bytes([kept[0], kept[1], kept[2], kept[3]]);
        (word, u16::from_le_bytes([kept[4], kept[5]]))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            posts in proptest::collection::btree_set((1u32.., any::<u16>()), 0..50),
        ) {
            let posts: Vec<Occurrence> = posts.into_iter().map(|(look, quarter)| Occurrence { look, quarter }).collect();
            let base = posts.first().map_or(1, |first| first.look / 2);
            let mut again = Vec::new();
            unpack(&pack(&posts, base), base, &mut again);
            prop_assert_eq!(again, posts);
        }

        #[test]
        fn nonsense_is_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..50), base: u32) {
            unpack(&bytes, base, &mut Vec::new());
        }
    }
}
