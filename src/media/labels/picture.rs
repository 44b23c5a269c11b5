//! Labels in pictures that are handed in: a text `AIGC` of a PNG, or the XMP of PNG and JPEG.

use super::finder::{is_key, is_label};
use super::xmp;

/// Most chunks or segments that are looked at.
const MAX_PARTS: usize = 4096;
/// Begins every PNG, and the XMP segment of a JPEG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const XMP_SEGMENT: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Returns true if a PNG or JPEG carries a label.
pub(in crate::media) fn is_labelled(picture: &[u8]) -> bool {
    match picture.strip_prefix(PNG) {
        Some(chunks) => texts_of_png(chunks).any(|(key, text)| is_key(&key) || says_so(text)),
        None => segments_of_jpeg(picture).any(|(kind, content)| match kind {
            // Comments, and what cameras and programs add.
            0xfe => is_label(content),
            0xe1 => content.strip_prefix(XMP_SEGMENT).is_some_and(says_so),
            _ => false,
        }),
    }
}

fn says_so(text: &[u8]) -> bool {
    is_label(text) || xmp::label_of(text) != xmp::Found::Nothing
}

/// Returns keywords and contents of the text chunks; what is compressed, and what language it is in, does not matter.
fn texts_of_png(mut rest: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let chunks = std::iter::from_fn(move || {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let (kind, content) = (rest.get(4..8)?, rest.get(8..length.checked_add(8)?)?);
        // The checksum follows.
        rest = rest.get(length + 12..).unwrap_or_default();
        Some((kind, content))
    });
    let texts = chunks
        .take(MAX_PARTS)
        .filter(|(kind, _)| [b"tEXt", b"iTXt", b"zTXt"].iter().any(|text| kind == text));
    texts.map(|(_, content)| {
        let end = content.iter().position(|byte| *byte == 0).unwrap_or(content.len());
        let (key, text) = content.split_at(end);
        // Flags and languages of iTXt come before its text, which is looked for in all of it.
        (String::from_utf8_lossy(key).into_owned(), text.get(1..).unwrap_or_default())
    })
}

/// Returns kinds and contents of the segments before the picture.
fn segments_of_jpeg(picture: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = picture.get(2..).unwrap_or_default();
    let segments = std::iter::from_fn(move || {
        let &[0xff, kind, high, low] = rest.get(..4)? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let content = rest.get(4..length + 2)?;
        rest = &rest[length + 2..];
        // The picture follows its header.
        (kind != 0xda).then_some((kind, content))
    });
    segments.take(MAX_PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &[u8] = br#"{"Label":"1","ContentProducer":"001","ProduceID":"a"}"#;
    const XMP: &[u8] = b"<T:AIGC>{&quot;Label&quot;:1}</T:AIGC>";

    fn png(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let chunk = |kind: &[u8; 4], content: &[u8]| {
            [&(content.len() as u32).to_be_bytes(), kind.as_slice(), content, &[0; 4]].concat()
        };
        [PNG, &chunk(b"IHDR", &[0; 13]), &chunk(kind, content), &chunk(b"IEND", b"")].concat()
    }

    fn jpeg(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, kind], &length[..], content, &[0xff, 0xda, 0, 2]]
            .concat()
    }

    #[test]
    fn pictures_with_a_label_are_told_from_those_without() {
        for labelled in [
            png(b"tEXt", &[b"AIGC\0", JSON].concat()),
            png(b"zTXt", b"AIGC\0\0compressed"),
            png(b"tEXt", &[b"Comment\0", JSON].concat()),
            png(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", XMP].concat()),
            jpeg(0xe1, &[XMP_SEGMENT, XMP].concat()),
            jpeg(0xfe, JSON),
        ] {
            assert!(is_labelled(&labelled), "{}", String::from_utf8_lossy(&labelled));
            // However they are cut or spoiled, they are read to the end at most.
            for at in 0..labelled.len() {
                is_labelled(&labelled[..at]);
                let mut spoiled = labelled.clone();
                spoiled[at] = 0xff;
                is_labelled(&spoiled);
            }
        }
        for other in [
            png(b"tEXt", b"Title\0AIGC"),
            png(b"iCCP", &[b"AIGC\0", JSON].concat()),
            jpeg(0xe1, b"Exif\0\0AIGC"),
            jpeg(0xfe, b"AIGC"),
            Vec::new(),
            PNG.to_vec(),
        ] {
            assert!(!is_labelled(&other), "{}", String::from_utf8_lossy(&other));
        }
    }
}
