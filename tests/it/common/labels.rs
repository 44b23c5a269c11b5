//! Labels of AI-made media, written into clips and read back by code that shares nothing with the program's.

use std::fs;
use std::path::{Path, PathBuf};

/// The ways in which files carry a label, as the manifest names them.
pub const CARRIERS: [&str; 5] = ["user_data_keys", "movie_keys", "item_list", "xmp", "aigc_box"];

/// A label as services write it, with letters that have to be escaped in XML, and a number to tell it by.
pub fn label(number: usize) -> String {
    format!(
        r#"{{"Label":"1","ContentProducer":"00119111{number}","ProduceID":"片 <{number}> & 'α'","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}}"#
    )
}

pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

fn list(handler: &[u8; 4], keys: Option<&[u8]>, kind: &[u8; 4], value: &str) -> Vec<u8> {
    let data = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value.as_bytes()].concat());
    let keys = keys.map(|key| [vec![0, 0, 0, 0, 0, 0, 0, 1], boxed(b"mdta", key)].concat());
    let boxes = [
        boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 13]].concat()),
        keys.map(|keys| boxed(b"keys", &keys)).unwrap_or_default(),
        boxed(b"ilst", &boxed(kind, &data)),
    ];
    boxed(b"meta", &[vec![0; 4], boxes.concat()].concat())
}

/// Returns what a carrier adds to the movie box, and behind the last box of the file.
fn carried(carrier: &str, value: &str) -> (Vec<u8>, Vec<u8>) {
    let first = [0, 0, 0, 1];
    match carrier {
        "user_data_keys" => (boxed(b"udta", &list(b"mdta", Some(b"AIGC"), &first, value)), Vec::new()),
        "movie_keys" => (list(b"mdta", Some(b"AIGC"), &first, value), Vec::new()),
        "item_list" => (boxed(b"udta", &list(b"mdir", None, b"\xA9cmt", value)), Vec::new()),
        "xmp" => {
            let text =
                value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            let packet = format!(
                "<?xpacket begin=\"\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:Description \
                 xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"><TC260:AIGC>{text}</TC260:AIGC></rdf:Description></x:xmpmeta>"
            );
            let id = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
            (Vec::new(), boxed(b"uuid", &[id.as_slice(), packet.as_bytes()].concat()))
        }
        "aigc_box" => (Vec::new(), boxed(b"aigc", value.as_bytes())),
        other => panic!("no carrier {other}"),
    }
}

/// Copies an MP4 with a label: what was its movie box is free space, and a new one stands at the end, so that no offset in it
/// changes.
pub fn labelled(from: &Path, to: &Path, carrier: &str, value: &str) -> PathBuf {
    let mut file = fs::read(from).unwrap();
    let (more, behind) = carried(carrier, value);
    let movie = inside(&file, 0..file.len(), b"moov").pop().unwrap();
    let content = [&file[movie.clone()], &more].concat();
    file[movie.start - 4..movie.start].copy_from_slice(b"free");
    fs::write(to, [file, boxed(b"moov", &content), behind].concat()).unwrap();
    to.to_owned()
}

/// The places of the contents of all boxes of a kind in a part of a file, each with a size of 32 bits.
pub fn inside(file: &[u8], part: std::ops::Range<usize>, kind: &[u8; 4]) -> Vec<std::ops::Range<usize>> {
    let (mut at, mut found) = (part.start, Vec::new());
    while at + 8 <= part.end {
        let size = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        if &file[at + 4..at + 8] == kind {
            found.push(at + 8..at + size);
        }
        assert!(size >= 8 && at + size <= part.end, "a box of {size} bytes at {at}");
        at += size;
    }
    found
}

/// The labels of a finished file: the values of the key `AIGC` of `moov.udta.meta`.
pub fn labels_of(file: &Path) -> Vec<Vec<u8>> {
    let file = fs::read(file).unwrap();
    let mut found = Vec::new();
    for meta in metadata(&file) {
        let Some(keys) = inside(&file, meta.clone(), b"keys").pop() else { continue };
        let names = inside(&file, keys.start + 8..keys.end, b"mdta");
        for (name, number) in
            names.into_iter().zip(1_u32..).filter(|(name, _)| &file[name.clone()] == b"AIGC")
        {
            for list in inside(&file, meta.clone(), b"ilst") {
                for item in inside(&file, list, &number.to_be_bytes()) {
                    let data =
                        inside(&file, item, b"data").pop().unwrap_or_else(|| panic!("{name:?} has no value"));
                    found.push(file[data.start + 8..data.end].to_vec());
                }
            }
        }
    }
    found
}

/// The title of a finished file, where iTunes and its like keep it.
pub fn title_of(file: &Path) -> Option<String> {
    let file = fs::read(file).unwrap();
    let lists = metadata(&file).into_iter().flat_map(|meta| inside(&file, meta, b"ilst"));
    let mut names = lists.flat_map(|list| inside(&file, list, b"\xA9nam"));
    let data = inside(&file, names.next()?, b"data").pop()?;
    String::from_utf8(file[data.start + 8..data.end].to_vec()).ok()
}

/// The contents of all `moov.udta.meta`, without version and flags.
fn metadata(file: &[u8]) -> Vec<std::ops::Range<usize>> {
    let movies = inside(file, 0..file.len(), b"moov").into_iter();
    let user_data = movies.flat_map(|movie| inside(file, movie, b"udta"));
    user_data.flat_map(|data| inside(file, data, b"meta")).map(|meta| meta.start + 4..meta.end).collect()
}

/// Whether a file holds these letters anywhere.
pub fn holds(file: &Path, letters: &str) -> bool {
    fs::read(file).unwrap().windows(letters.len()).any(|window| window == letters.as_bytes())
}
