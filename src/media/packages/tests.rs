//! Zips that were tampered with: whatever two programs could read in two ways is refused.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::model::config::Limits;

/// A zip of a film, a text and a folder within a folder.
fn good() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.add_directory("包/作品", options).unwrap();
    zip.start_file("包/作品/晨光.mp4", options).unwrap();
    zip.write_all(b"film").unwrap();
    zip.start_file("包/index.html", options.compression_method(CompressionMethod::Deflated)).unwrap();
    zip.write_all(&[b'a'; 4000]).unwrap();
    zip.finish().unwrap().into_inner()
}

fn read_zip(bytes: &[u8]) -> Contents {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("包.zip");
    std::fs::write(&path, bytes).unwrap();
    let job = PackageJob {
        place: PackagePlace::Zips(vec![path.into()]),
        texts: vec!["index.html".into()],
        proven: Default::default(),
        bytes: 1,
        limits: Limits::default(),
    };
    read(&job, &mut |_, _| {}).unwrap()
}

/// Places of a signature.
fn places(bytes: &[u8], signature: &[u8; 4]) -> Vec<usize> {
    (0..bytes.len() - 4).filter(|at| &bytes[*at..*at + 4] == signature).collect()
}

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";

/// Sets two bytes at an offset of all headers.
fn set(bytes: &mut [u8], signature: &[u8; 4], offset: usize, value: u16) {
    for at in places(bytes, signature) {
        bytes[at + offset..at + offset + 2].copy_from_slice(&value.to_le_bytes());
    }
}

/// Replaces the second name everywhere by one of the same length.
fn rename(bytes: &mut [u8], name: &str) {
    let old = "包/index.html".as_bytes();
    assert_eq!(old.len(), name.len());
    let found: Vec<usize> = (0..bytes.len() - old.len()).filter(|at| bytes[*at..].starts_with(old)).collect();
    assert_eq!(found.len(), 2);
    found.iter().for_each(|at| bytes[*at..at + old.len()].copy_from_slice(name.as_bytes()));
}

#[test]
fn a_good_zip_is_read_and_every_file_has_its_digest() {
    let contents = read_zip(&good());
    assert_eq!(contents.odd, []);
    assert_eq!(contents.top.as_deref(), Some("包"));
    assert_eq!(contents.files.keys().collect::<Vec<_>>(), ["index.html", "作品/晨光.mp4"]);
    assert!(contents.files.values().all(|file| file.sha256.is_some()));
    assert_eq!(contents.texts["index.html"].len(), 4000);
    assert!(contents.folders.contains("作品"));
}

#[test]
fn what_could_be_read_in_two_ways_is_refused_and_nothing_of_it_is_unpacked() {
    type Tamper = fn(&mut Vec<u8>);
    let tampered: [(&str, Tamper); 22] = [
        ("encrypted", |zip| {
            set(zip, LOCAL, 6, 0x801);
            set(zip, CENTRAL, 8, 0x801);
        }),
        ("name_encoding", |zip| {
            set(zip, LOCAL, 6, 0);
            set(zip, CENTRAL, 8, 0);
        }),
        ("outside", |zip| rename(zip, "包/../../a.ht")),
        ("outside", |zip| rename(zip, "////etc/passwd")),
        ("outside", |zip| rename(zip, "包/..\\..\\a.ht")),
        ("outside", |zip| rename(zip, "C:/window/a.ht")),
        ("outside", |zip| rename(zip, "包//index.htm")),
        ("same_name", |zip| {
            // The text under the film's name would be the other file for another program.
            let mut other = ZipWriter::new(Cursor::new(Vec::new()));
            let options = SimpleFileOptions::default();
            for name in ["包/a.txt", "包/b.txt"] {
                other.start_file(name, options).unwrap();
                other.write_all(name.as_bytes()).unwrap();
            }
            *zip = other.finish().unwrap().into_inner();
            for at in (0..zip.len()).filter(|at| zip[*at..].starts_with(b"b.txt")).collect::<Vec<_>>() {
                zip[at] = b'a';
            }
        }),
        ("no_file", |zip| {
            let at = places(zip, CENTRAL)[2];
            zip[at + 38..at + 42].copy_from_slice(&(0o120_777_u32 << 16).to_le_bytes());
        }),
        ("stray", |zip| {
            zip.extend_from_slice(b"comment");
            set(zip, END, 20, 7);
        }),
        ("no_zip", |zip| zip.extend_from_slice(b"more behind the end")),
        ("contradiction", |zip| drop(zip.splice(0..0, *b"before"))),
        ("no_zip", |zip| zip.truncate(zip.len() - 30)),
        ("no_zip", |zip| set(zip, END, 4, 1)),
        ("contradiction", |zip| set(zip, LOCAL, 8, 0)),
        ("contradiction", |zip| {
            let at = places(zip, LOCAL)[2];
            zip[at + 33] = b'I';
        }),
        ("contradiction", |zip| {
            // Two entries of the same data.
            let central = places(zip, CENTRAL);
            let (from, to) = (central[1] + 42, central[2] + 42);
            let place: [u8; 4] = zip[from..from + 4].try_into().unwrap();
            zip[to..to + 4].copy_from_slice(&place);
        }),
        ("contradiction", |zip| set(zip, END, 10, 9)),
        ("no_zip", |zip| {
            set(zip, LOCAL, 8, 12);
            set(zip, CENTRAL, 10, 12);
        }),
        ("bomb", |zip| {
            for (signature, offset) in [(LOCAL, 22), (CENTRAL, 24)] {
                let at = places(zip, signature)[2];
                zip[at + offset..at + offset + 4].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
            }
        }),
        ("too_much", |zip| {
            set(zip, END, 8, 0xFFF0);
            set(zip, END, 10, 0xFFF0);
        }),
        ("stray", |zip| {
            // A comment of one entry.
            let central = places(zip, CENTRAL);
            let after = places(zip, END)[0];
            zip.splice(after..after, *b"hidden");
            zip[central[2] + 32] = 6;
            let end = places(zip, END)[0];
            let size = u32::from_le_bytes(zip[end + 12..end + 16].try_into().unwrap()) + 6;
            zip[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
        }),
    ];
    for (number, (kind, tamper)) in tampered.iter().enumerate() {
        let mut zip = good();
        tamper(&mut zip);
        let contents = read_zip(&zip);
        let kinds: Vec<serde_json::Value> =
            contents.odd.iter().map(|odd| serde_json::to_value(&odd.what).unwrap()).collect();
        let is_it = |told: &serde_json::Value| told == kind || told.get(kind).is_some();
        assert!(kinds.iter().any(is_it), "{number} {kind}: {kinds:?}");
        let is_read = contents.files.values().any(|file| file.sha256.is_some());
        assert!(!is_read || *kind == "stray", "{number} {kind}");
    }
}

#[test]
fn a_wrong_crc_and_a_false_size_are_told_of_the_file() {
    for (signature, offset, bytes) in [(LOCAL, 14, 16), (LOCAL, 22, 24)] {
        let mut zip = good();
        for (signature, offset) in [(signature, offset), (CENTRAL, bytes)] {
            let at = places(&zip, signature)[2];
            zip[at + offset] ^= 1;
        }
        let contents = read_zip(&zip);
        assert!(contents.files["index.html"].unreadable.is_some(), "{offset}: {contents:?}");
        assert!(contents.files["作品/晨光.mp4"].unreadable.is_none());
    }
}
