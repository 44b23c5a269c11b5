//! Labels of AI-made media (`AIGC`): finds them wherever files carry them, and carries them into finished files.
//!
//! | carrier | where | seen in |
//! |---|---|---|
//! | `user_data_keys` | `moov.udta.meta`, `keys` and `ilst` | what FFmpeg writes with `use_metadata_tags`; TC260-PG-20257A |
//! | `movie_keys` | the same in `moov.meta` (or `meta` at the top) | |
//! | `item_list` | an `ilst` without `keys` (handler `mdir`) | phone apps |
//! | `xmp` | the `uuid` box of XMP, `XMP_` in `udta`, `_PMX` in AVI | |
//! | `aigc_box` | a box `aigc` at the top, in `moov`, `trak` or `udta` | |
//! | `avi_info` | the chunk `AIGC` of `LIST INFO` | |
//! | `container_tag` | a tag of any other container | |
//!
//! Pictures that are handed in as covers are looked through as well: their label could not be carried on. That of a poster is
//! carried by its films as by any, and in the XMP of its still.
//!
//! A value is a label where its name is `AIGC`, or where it is itself the JSON object that the rules describe: lists without
//! keys have no place for the name, so that apps write it into a comment. The services' codes in it are taken as they are.

mod boxes;
mod carry;
mod finder;
mod picture;
mod riff;
#[cfg(test)]
mod tests;
mod xmp;

use super::source::{Handle, Source};
use crate::model::ai::{AiCarrier, AiFacts};

pub(super) use carry::{fill_in, room_for};
use finder::Finder;
pub(super) use picture::{facts_of_picture, is_labelled, packet_of};

/// Finds the labels of an opened file. What a read fails at is not found: the handle remembers the failure.
pub(super) fn find(handle: &Handle, source: &Source) -> AiFacts {
    let Ok(length) = handle.bytes() else { return AiFacts::default() };
    let mut finder = Finder::new(handle.reader());
    match source.container().as_str() {
        name if name.split(',').any(|name| name == "mov") => boxes::walk(&mut finder, length),
        "avi" => riff::walk(&mut finder, length),
        _ => tags(&mut finder, source),
    }
    finder.facts
}

/// Looks through the tags of a container, and of its streams, as the demuxer gives them.
fn tags<R>(finder: &mut Finder<R>, source: &Source) {
    let mut look = |key: &str, value: &str| {
        finder.tag(AiCarrier::ContainerTag, key, value.as_bytes());
    };
    source.input.metadata().iter().for_each(|(key, value)| look(key, value));
    for stream in source.input.streams() {
        stream.metadata().iter().for_each(|(key, value)| look(key, value));
    }
}
