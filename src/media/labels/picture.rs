//! Labels in pictures that are handed in: a text `AIGC` of a PNG, or the XMP of PNG, JPEG and WebP.

use std::io::Empty;

use super::finder::{Finder, is_key, is_label};
use super::xmp;
use crate::model::ai::{AiCarrier, AiFacts, AiLabel};

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

/// Finds the labels of a poster, and whether it carries content credentials (C2PA).
pub(in crate::media) fn facts_of_picture(picture: &[u8]) -> AiFacts {
    let mut finder = Finder::new(std::io::empty());
    if let Some(chunks) = picture.strip_prefix(PNG) {
        for (kind, content) in chunks_of_png(chunks) {
            text_of_png(&mut finder, kind, content);
            finder.facts.content_credentials |= kind == b"caBX";
        }
    } else if picture.starts_with(b"RIFF") {
        for (kind, content) in chunks_of_webp(picture) {
            match kind {
                b"XMP " => packet(&mut finder, content),
                _ => finder.facts.content_credentials |= kind == b"C2PA",
            }
        }
    } else {
        for (kind, content) in segments_of_jpeg(picture) {
            match kind {
                0xfe => finder.tag(AiCarrier::ContainerTag, "", content),
                0xe1 => {
                    content.strip_prefix(XMP_SEGMENT).into_iter().for_each(|text| packet(&mut finder, text))
                }
                0xeb => finder.facts.content_credentials |= content.windows(4).any(|word| word == b"c2pa"),
                _ => {}
            }
        }
    }
    finder.facts
}

/// Looks at a text chunk of a PNG.
fn text_of_png(finder: &mut Finder<Empty>, kind: &[u8], content: &[u8]) {
    let Some((key, text)) = split_at_zero(content) else { return };
    let key = String::from_utf8_lossy(key).into_owned();
    match kind {
        b"tEXt" => finder.tag(AiCarrier::ContainerTag, &key, text),
        b"zTXt" if is_key(&key) => finder.facts.unreadable = Some(AiCarrier::ContainerTag),
        b"iTXt" => {
            let text = text.get(2..).and_then(split_at_zero).and_then(|(_, rest)| split_at_zero(rest));
            let is_packed = content.get(key.len() + 1) == Some(&1);
            match text {
                Some((_, text)) if !is_packed && key == "XML:com.adobe.xmp" => packet(finder, text),
                Some((_, text)) if !is_packed => finder.tag(AiCarrier::ContainerTag, &key, text),
                _ if is_key(&key) => finder.facts.unreadable = Some(AiCarrier::ContainerTag),
                _ => {}
            }
        }
        _ => {}
    }
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

fn packet(finder: &mut Finder<Empty>, text: &[u8]) {
    match xmp::label_of(text) {
        xmp::Found::Label(text) => finder.found(AiCarrier::Xmp, text.as_bytes()),
        xmp::Found::Unreadable => finder.facts.unreadable = Some(AiCarrier::Xmp),
        xmp::Found::Nothing => {}
    }
}

/// Returns the content of the segment in which a JPEG carries labels; `None` without any. Of several it carries the first: a
/// packet has one property of a name.
pub(in crate::media) fn packet_of(labels: &[AiLabel]) -> Option<Vec<u8>> {
    let value = String::from_utf8_lossy(&labels.first()?.bytes()).into_owned();
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let packet = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"><TC260:AIGC>{value}</TC260:AIGC>\
         </rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    Some([XMP_SEGMENT, packet.as_bytes()].concat())
}

fn says_so(text: &[u8]) -> bool {
    is_label(text) || xmp::label_of(text) != xmp::Found::Nothing
}

/// Returns kinds and contents of the chunks of a PNG behind its first bytes.
fn chunks_of_png(mut rest: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let chunks = std::iter::from_fn(move || {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let (kind, content) = (rest.get(4..8)?, rest.get(8..length.checked_add(8)?)?);
        // The checksum follows.
        rest = rest.get(length + 12..).unwrap_or_default();
        Some((kind, content))
    });
    chunks.take(MAX_PARTS)
}

/// Returns kinds and contents of the chunks of a WebP.
fn chunks_of_webp(picture: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = picture.get(12..).unwrap_or_default();
    let chunks = std::iter::from_fn(move || {
        let (kind, length) = (rest.get(..4)?, u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize);
        let content = rest.get(8..length.checked_add(8)?)?;
        // Padded to an even length.
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
        Some((kind, content))
    });
    chunks.take(MAX_PARTS)
}

/// Returns keywords and contents of the text chunks; what is compressed, and what language it is in, does not matter.
fn texts_of_png(rest: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let texts =
        chunks_of_png(rest).filter(|(kind, _)| [b"tEXt", b"iTXt", b"zTXt"].iter().any(|text| kind == text));
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
    fn the_label_of_a_poster_is_read_and_carried_on() {
        let labels = |picture: &[u8]| {
            let facts = facts_of_picture(picture);
            let values: Vec<String> = facts.labels.iter().map(|label| label.value.clone()).collect();
            (values, facts.unreadable.is_some(), facts.content_credentials)
        };
        let json = String::from_utf8(JSON.to_vec()).unwrap();
        let found = (vec![json.clone()], false, false);
        assert_eq!(labels(&png(b"tEXt", &[b"AIGC\0", JSON].concat())), found);
        assert_eq!(labels(&png(b"iTXt", &[b"AIGC\0\0\0\0\0", JSON].concat())), found);
        assert_eq!(labels(&jpeg(0xfe, JSON)), found);
        let packet = packet_of(&[AiLabel::new(AiCarrier::Xmp, JSON)]).unwrap();
        assert_eq!(labels(&jpeg(0xe1, &packet)), found);
        let text = packet.strip_prefix(XMP_SEGMENT).unwrap();
        let chunk = [b"RIFF\0\0\0\0WEBPXMP ", &(text.len() as u32).to_le_bytes()[..], text].concat();
        assert_eq!(labels(&chunk), found);
        assert_eq!(labels(&png(b"zTXt", b"AIGC\0\0compressed")), (Vec::new(), true, false));
        assert_eq!(labels(&png(b"caBX", b"")), (Vec::new(), false, true));
        assert_eq!(labels(&jpeg(0xeb, b"JP..jumb..c2pa")), (Vec::new(), false, true));
        assert_eq!(labels(&jpeg(0xfe, b"a photo")), (Vec::new(), false, false));
        assert_eq!(packet_of(&[]), None);
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
