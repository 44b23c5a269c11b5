//! Screenshots are pictures from anywhere: only what was decoded is kept.

use std::fs;
use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use super::{Bureau, text};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 99]));
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// The head of a picture of this size, whose pixels never come.
fn claimed(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(8, 8);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// CRC-32 as PNG has it (ISO 3309), bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let shift = |sum: u32| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| shift(sum)))
}

#[test]
fn only_what_was_decoded_is_kept_and_a_colleague_has_to_look_at_it() {
    let bureau = Bureau::new();
    let first = &bureau.works[0];
    bureau.release(first, 1);
    let refused = |name: &str, bytes: &[u8], words: &str| {
        let path = bureau.write(name, bytes);
        let said = bureau.add(first, &["--screenshot", text(&path)]);
        assert!(said.code == Some(2) && said.errors.contains(words), "{name}: {}", said.errors);
    };
    refused("text.png", b"not a picture", "text.png cannot be used");
    refused("page.png", b"%PDF-1.7", "it is a PDF file");
    refused("huge.png", &claimed(30_000, 30_000), "30000");
    refused("half.png", &png(300, 300)[..400], "half.png cannot be used");
    let missing = bureau.add(first, &["--screenshot", "nowhere.png"]);
    assert!(missing.code == Some(2) && missing.errors.contains("is not there"), "{}", missing.errors);
    assert!(!bureau.office.library().join("回执").exists());
    // A picture that is an archive and a page as well keeps its pixels alone.
    let mut polyglot = png(1200, 300);
    polyglot.extend(b"PK\x03\x04 archive <script>alert(1)</script>");
    let path = bureau.write("两用.png", &polyglot);
    let noted = bureau.add(first, &["--screenshot", text(&path)]);
    assert_eq!((noted.code, noted.codes()), (Some(0), vec!["receipt-unproven"]));
    let kept = &noted.event("receipt")["record"]["action"]["screenshot"];
    let file = bureau.office.library().join(kept["file"].as_str().unwrap());
    let bytes = fs::read(&file).unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"<script>"));
    assert_eq!(image::load_from_memory(&bytes).unwrap().into_rgb8().dimensions(), (1200, 300));
    // It counts once somebody else looked.
    assert_eq!(bureau.posts(&["due"]).event("due")["counts"]["to_verify"], 1);
    let seq = noted.event("receipt")["record"]["seq"].to_string();
    assert_eq!(bureau.posts(&["confirm", &seq, "--by", "李强", "--note", "看过"]).code, Some(0));
    let due = bureau.posts(&["due"]);
    let counts = &due.event("due")["counts"];
    assert_eq!((&counts["to_verify"], &counts["to_post"]), (&0.into(), &0.into()));
    // `verify` knows it, and tells when it is no proof any more; a later run leaves it.
    assert_eq!(bureau.verify().0, Some(0), "{}", bureau.verify().1);
    let inbox = bureau.office.folder().join("inbox");
    assert!(bureau.office.run(&[&inbox], &["--no-campaign-rules"]).status.success());
    assert_eq!(bureau.verify().0, Some(0), "{}", bureau.verify().1);
    fs::write(&file, png(1200, 300)).unwrap();
    let (code, said) = bureau.verify();
    assert!(code == Some(1) && said.contains("a receipt's screenshot"), "{said}");
}
