//! Pictures without what cameras and programs write beside them: where, when, with what and by whom they were taken.

use crate::model::showcase::contents::Tells;

/// A label of AI-made pictures, which must not be removed: a picture with one stays as it is, and tells.
const AI_LABEL: &[u8] = b"AIGC";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// PNG chunks that pictures need to look as they do (PNG third edition, section 11).
const NEEDED_CHUNKS: [&[u8; 4]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
    b"bKGD", b"pHYs", b"acTL", b"fcTL",
];
const FRAME_DATA: &[u8; 4] = b"fdAT";

pub(super) fn is_one(ending: &str) -> bool {
    matches!(ending.to_ascii_lowercase().as_str(), "jpg" | "jpeg" | "png")
}

/// Returns what a picture tells beside what it shows.
pub(super) fn tells(bytes: &[u8]) -> Vec<Tells> {
    match clean(bytes) {
        Some((copy, _)) if copy == bytes => Vec::new(),
        Some(_) => vec![Tells::Metadata],
        None => vec![Tells::Unknown],
    }
}

/// Returns a copy without metadata, and what it still tells; `None` for what is no JPEG or PNG, or is broken. Which side is up is
/// kept.
pub(super) fn clean(bytes: &[u8]) -> Option<(Vec<u8>, Vec<Tells>)> {
    let (copy, dropped) = if bytes.starts_with(PNG) { png(bytes)? } else { jpeg(bytes)? };
    let is_labelled = dropped.iter().any(|part| part.windows(AI_LABEL.len()).any(|word| word == AI_LABEL));
    match is_labelled {
        true => Some((bytes.to_vec(), vec![Tells::Metadata])),
        false => Some((copy, Vec::new())),
    }
}

type Copied<'a> = (Vec<u8>, Vec<&'a [u8]>);

fn png(bytes: &[u8]) -> Option<Copied<'_>> {
    let (mut copy, mut dropped) = (PNG.to_vec(), Vec::new());
    let mut rest = &bytes[PNG.len()..];
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let kind: &[u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        match NEEDED_CHUNKS.contains(&kind) || kind == FRAME_DATA {
            true => copy.extend_from_slice(chunk),
            false => dropped.push(chunk),
        }
        rest = after;
        if kind == b"IEND" {
            dropped.push(rest);
            return Some((copy, dropped));
        }
    }
}

/// Markers of JPEG (ITU-T T.81, table B.1).
const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const APPLICATION_0: u8 = 0xE0;
const EXIF: u8 = 0xE1;
const PROFILE: u8 = 0xE2;
const ADOBE: u8 = 0xEE;
const APPLICATION_15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;

fn jpeg(bytes: &[u8]) -> Option<Copied<'_>> {
    if bytes.get(..2)? != [0xFF, START] {
        return None;
    }
    let (mut copy, mut dropped) = (vec![0xFF, START], Vec::new());
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Fill bytes.
            0xFF => {
                at += 1;
                continue;
            }
            END => {
                copy.extend([0xFF, END]);
                dropped.push(&bytes[at + 2..]);
                return Some((copy, dropped));
            }
            0x01 | 0xD0..=START => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = bytes.get(at..at + 2 + length.max(2))?;
        at += segment.len();
        match marker {
            EXIF => match orientation(segment) {
                Some(turned) => {
                    let kept = exif_of(turned);
                    if kept != segment {
                        dropped.push(segment);
                    }
                    copy.extend(kept);
                }
                None => dropped.push(segment),
            },
            PROFILE if segment.get(4..).is_some_and(|text| text.starts_with(b"ICC_PROFILE\0")) => {
                copy.extend(segment);
            }
            APPLICATION_0 if segment.get(4..).is_some_and(|text| text.starts_with(b"JFIF\0")) => {
                copy.extend(segment);
            }
            ADOBE => copy.extend(segment),
            APPLICATION_0..=APPLICATION_15 | COMMENT => dropped.push(segment),
            _ => copy.extend(segment),
        }
        if marker == SCAN {
            let data = scan(&bytes[at..]);
            copy.extend(data);
            at += data.len();
        }
    }
}

/// Returns what is coded up to the next marker: in it, `FF` is followed by 0 or by a restart.
fn scan(bytes: &[u8]) -> &[u8] {
    let ends = |at: &usize| {
        bytes[*at] == 0xFF && bytes.get(at + 1).is_some_and(|next| !matches!(next, 0 | 0xD0..=0xD7))
    };
    let end = (0..bytes.len()).find(ends).unwrap_or(bytes.len());
    &bytes[..end]
}

/// The tag of the orientation, as a short number (Exif 2.3, 4.6.4).
const ORIENTATION: u16 = 0x0112;

/// Returns how a picture is turned by its EXIF; `None` where it is not.
fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.get(4..)?.strip_prefix(b"Exif\0\0")?;
    let is_little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| {
        let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) } as usize)
    };
    let table = long(4)?;
    let count = usize::from(short(table)?);
    let entry = (0..count).map(|index| table + 2 + 12 * index).find(|at| short(*at) == Some(ORIENTATION))?;
    let turned = u8::try_from(short(entry + 8)?).ok()?;
    (2..=8).contains(&turned).then_some(turned)
}

/// Returns EXIF that holds the orientation and nothing else.
fn exif_of(turned: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, EXIF, 0, 34];
    segment.extend(b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01");
    segment.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0]);
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    }

    #[test]
    fn a_picture_keeps_what_it_shows_and_which_side_is_up() {
        let exif = b"Exif\0\0II\x2A\0\x08\0\0\0\x02\0\x0F\x01\x02\0\x04\0\0\0Wan\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let scan = [segment(SCAN, &[1]), vec![1, 0xFF, 0, 2, 0xFF, 0xD1, 3]].concat();
        let end = vec![0xFF, END];
        let jfif = segment(APPLICATION_0, b"JFIF\0\x01");
        let taken = [
            vec![0xFF, START],
            jfif.clone(),
            segment(EXIF, exif),
            segment(EXIF, b"http://ns.adobe.com/xap/1.0/\0<x>Wang</x>"),
            segment(COMMENT, b"Wang"),
            scan.clone(),
            scan.clone(),
            end.clone(),
            b"a film behind the picture".to_vec(),
        ]
        .concat();
        let (copy, left) = clean(&taken).unwrap();
        assert_eq!(tells(&taken), [Tells::Metadata]);
        assert!(left.is_empty() && tells(&copy).is_empty());
        assert_eq!(copy, [vec![0xFF, START], jfif, exif_of(6), scan.clone(), scan, end].concat());
        assert_eq!(exif_of(6).len(), 36);
        assert_eq!(orientation(&exif_of(6)), Some(6));
        assert_eq!(tells(&taken[..taken.len() - 40]), [Tells::Unknown]);
        // Who removes the label of an AI-made picture breaks the rules.
        let labelled = [vec![0xFF, START], segment(EXIF, b"xmp AIGC"), vec![0xFF, END]].concat();
        assert_eq!(clean(&labelled).unwrap(), (labelled, vec![Tells::Metadata]));
    }

    #[test]
    fn a_png_keeps_its_picture_alone() {
        let chunk = |kind: &[u8; 4], content: &[u8]| {
            [&(content.len() as u32).to_be_bytes(), kind.as_slice(), content, &[0; 4]].concat()
        };
        let picture = [chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", b"data")].concat();
        let whole = [PNG, &picture, &chunk(b"tEXt", b"Author\0Wang"), &chunk(b"IEND", b""), b"more"].concat();
        let bare = [PNG, &picture, &chunk(b"IEND", b"")].concat();
        assert_eq!(clean(&whole).unwrap(), (bare.clone(), Vec::new()));
        assert!(tells(&bare).is_empty());
        assert_eq!(tells(&whole), [Tells::Metadata]);
        assert_eq!(tells(&bare[..20]), [Tells::Unknown]);
    }
}
