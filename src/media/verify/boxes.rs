//! The order of an MP4's top-level boxes.

use std::io::{Read, Seek, SeekFrom};

use crate::media::source::Handle;

/// Finished files have a handful of boxes.
const BOXES_AT_MOST: usize = 64;

/// Whether the index (`moov`) comes before the media (`mdat`), so that playing can begin before all is loaded.
pub(super) fn is_fast_start(handle: &Handle) -> std::io::Result<bool> {
    let length = handle.bytes()?;
    let mut reader = handle.reader();
    let mut position: u64 = 0;
    for _ in 0..BOXES_AT_MOST {
        if position.saturating_add(8) > length {
            break;
        }
        let mut head = [0; 16];
        reader.seek(SeekFrom::Start(position))?;
        reader.read_exact(&mut head[..8])?;
        let [a, b, c, d, kind @ ..] = head;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            1 => {
                let mut large = [0; 8];
                reader.read_exact(&mut large)?;
                u64::from_be_bytes(large)
            }
            small => u64::from(small),
        };
        match &kind[..4] {
            b"moov" => return Ok(true),
            b"mdat" => return Ok(false),
            _ if size < 8 => break,
            _ => position = position.saturating_add(size),
        }
    }
    Ok(false)
}
