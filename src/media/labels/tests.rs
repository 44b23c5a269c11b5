//! Files that carry labels in every way, and files that want to be read for ever.

use std::io::Cursor;

use super::finder::Finder;
use super::{boxes, carry, riff};
use crate::model::ai::{AiCarrier, AiFacts, AiLabel};

const JSON: &[u8] = br#"{"Label":"1","ContentProducer":"001","ProduceID":"a"}"#;

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

fn facts(file: &[u8]) -> AiFacts {
    let mut finder = Finder::new(Cursor::new(file));
    boxes::walk(&mut finder, file.len() as u64);
    finder.facts
}

fn facts_of_avi(file: &[u8]) -> AiFacts {
    let mut finder = Finder::new(Cursor::new(file));
    riff::walk(&mut finder, file.len() as u64);
    finder.facts
}

fn data(value: &[u8]) -> Vec<u8> {
    boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value].concat())
}

/// A list of metadata with keys; its items hold the values in their order.
fn keyed(keys: &[(&str, &[u8])]) -> Vec<u8> {
    let mut table = [[0; 4], (keys.len() as u32).to_be_bytes()].concat();
    let mut items = Vec::new();
    for ((key, value), index) in keys.iter().zip(1_u32..) {
        table.extend(boxed(b"mdta", key.as_bytes()));
        items.extend(boxed(&index.to_be_bytes(), &data(value)));
    }
    let handler = boxed(b"hdlr", &[&[0; 8][..], b"mdta", &[0; 13]].concat());
    let boxes = [handler, boxed(b"keys", &table), boxed(b"ilst", &items)].concat();
    boxed(b"meta", &[&[0; 4][..], &boxes].concat())
}

fn movie(content: &[u8]) -> Vec<u8> {
    [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"mdat", &[7; 64]), boxed(b"moov", content)].concat()
}

fn label(carrier: AiCarrier, bytes: &[u8]) -> AiFacts {
    AiFacts { labels: vec![AiLabel::new(carrier, bytes)], ..AiFacts::default() }
}

#[test]
fn every_carrier_of_a_movie_is_found() {
    let keys = keyed(&[("title", b"x"), ("AIGC", JSON)]);
    assert_eq!(facts(&movie(&boxed(b"udta", &keys))), label(AiCarrier::UserDataKeys, JSON));
    assert_eq!(facts(&movie(&keys)), label(AiCarrier::MovieKeys, JSON));
    // QuickTime's list has no version and flags.
    let plain = boxed(b"meta", &keys[12..]);
    assert_eq!(facts(&movie(&plain)), label(AiCarrier::MovieKeys, JSON));
    let handler = boxed(b"hdlr", &[&[0; 8][..], b"mdirappl", &[0; 9]].concat());
    let list = |items: &[u8]| {
        let boxes = [handler.clone(), boxed(b"ilst", items)].concat();
        movie(&boxed(b"udta", &boxed(b"meta", &[&[0; 4][..], &boxes].concat())))
    };
    let comment = boxed(b"\xA9cmt", &data(JSON));
    let wrapped = [b"{\"AIGC\":", JSON, b"}"].concat();
    let named = [boxed(b"mean", b"\0\0\0\0com.x"), boxed(b"name", b"\0\0\0\0AIGC"), data(b"any")].concat();
    for (items, bytes) in [
        (comment, JSON),
        (boxed(b"\xA9cmt", &data(&wrapped)), &wrapped[..]),
        (boxed(b"AIGC", &data(b"any")), b"any"),
        (boxed(b"----", &named), b"any"),
    ] {
        assert_eq!(facts(&list(&items)), label(AiCarrier::ItemList, bytes));
    }
    for other in [&b"a comment"[..], b"{\"title\":1}", b"{\"Label\":1}", b"{"] {
        assert_eq!(facts(&list(&boxed(b"\xA9cmt", &data(other)))), AiFacts::default());
    }
    let xmp = [b"<T:AIGC>", JSON, b"</T:AIGC>"].concat();
    let id = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
    let packet = boxed(b"uuid", &[&id[..], &xmp].concat());
    assert_eq!(facts(&[movie(b""), packet.clone()].concat()), label(AiCarrier::Xmp, JSON));
    assert_eq!(facts(&movie(&boxed(b"udta", &packet))), label(AiCarrier::Xmp, JSON));
    assert_eq!(facts(&movie(&boxed(b"udta", &boxed(b"XMP_", &xmp)))), label(AiCarrier::Xmp, JSON));
    let full = boxed(b"AIGC", &[b"\0\0\0\0", JSON].concat());
    for file in [
        [movie(b""), boxed(b"aigc", JSON)].concat(),
        movie(&boxed(b"aigc", JSON)),
        movie(&boxed(b"udta", &full)),
        movie(&boxed(b"trak", &boxed(b"udta", &boxed(b"aigc", JSON)))),
    ] {
        assert_eq!(facts(&file), label(AiCarrier::AigcBox, JSON));
    }
}

#[test]
fn content_credentials_are_told_from_labels() {
    let id = b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81";
    let credentials = AiFacts { content_credentials: true, ..AiFacts::default() };
    for extra in [boxed(b"uuid", &[&id[..], JSON].concat()), boxed(b"jumb", JSON)] {
        assert_eq!(facts(&[movie(b""), extra].concat()), credentials);
    }
    assert_eq!(facts(&movie(&boxed(b"uuid", &[5; 40]))), AiFacts::default());
}

#[test]
fn one_label_in_several_places_is_one_and_different_ones_are_all_kept() {
    let both = [keyed(&[("AIGC", JSON)]), boxed(b"aigc", b"{}")].concat();
    let found = facts(&movie(&[boxed(b"aigc", JSON), boxed(b"udta", &both)].concat()));
    let labels = [AiLabel::new(AiCarrier::AigcBox, JSON), AiLabel::new(AiCarrier::AigcBox, b"{}")];
    assert_eq!(found.labels, labels);
    let many: Vec<u8> = (0..20).flat_map(|number| boxed(b"aigc", &[b'0' + number])).collect();
    let found = facts(&movie(&many));
    assert_eq!((found.labels.len(), found.unreadable), (8, Some(AiCarrier::AigcBox)));
}

#[test]
fn hostile_boxes_cost_little_and_a_label_that_is_too_large_is_told() {
    let huge = vec![b'x'; (64 << 10) + 1];
    for file in [movie(&boxed(b"udta", &keyed(&[("AIGC", &huge)]))), movie(&boxed(b"aigc", &huge))] {
        let found = facts(&file);
        assert!(found.labels.is_empty() && found.unreadable.is_some());
    }
    // 2³² keys, items and sizes beyond every end.
    let mut keys = keyed(&[("AIGC", JSON)]);
    let count = keys.windows(4).position(|window| window == b"keys").unwrap() + 8;
    keys[count..count + 4].fill(0xff);
    assert_eq!(facts(&movie(&boxed(b"udta", &keys))), label(AiCarrier::UserDataKeys, JSON));
    for size in [0xffff_ffff_u32, 7, 1, 0] {
        let mut file = movie(&boxed(b"udta", &keyed(&[("AIGC", JSON)])));
        for at in 0..file.len() - 8 {
            let whole = file[at..at + 4].to_vec();
            file[at..at + 4].copy_from_slice(&size.to_be_bytes());
            facts(&file);
            facts_of_avi(&file);
            file[at..at + 4].copy_from_slice(&whole);
        }
    }
    // A tower of boxes, and more of them than are looked at.
    let mut tower = boxed(b"aigc", JSON);
    for kind in [b"udta", b"meta", b"ilst", b"trak", b"moov"].iter().cycle().take(20_000) {
        tower = boxed(kind, &tower);
    }
    facts(&tower);
    let mut finder = Finder::new(Cursor::new(movie(&boxed(b"free", b"").repeat(1 << 19))));
    let length = finder.reader.get_ref().len() as u64;
    boxes::walk(&mut finder, length);
    assert_eq!(finder.boxes_left, 0);
}

#[test]
fn the_label_of_an_avi_stands_in_its_list_of_texts() {
    let chunk = |id: &[u8; 4], content: &[u8]| {
        let pad = vec![0; content.len() % 2];
        [id.as_slice(), &(content.len() as u32).to_le_bytes(), content, &pad].concat()
    };
    let info = [b"INFO".to_vec(), chunk(b"INAM", b"abc"), chunk(b"AIGC", &[JSON, b"\0"].concat())].concat();
    for behind in [false, true] {
        let media = chunk(b"LIST", &[b"movi".to_vec(), vec![9; 33]].concat());
        let mut parts = [chunk(b"LIST", &info), media];
        if behind {
            parts.reverse();
        }
        let file = chunk(b"RIFF", &[b"AVI ".to_vec(), parts.concat()].concat());
        assert_eq!(facts_of_avi(&file), label(AiCarrier::AviInfo, JSON));
    }
}

#[test]
fn the_room_that_is_asked_for_is_as_large_as_the_labels_need() {
    assert_eq!(carry::room_for(&[]), None);
    for bytes in [&b"{"[..], JSON, &[0xff; 300]] {
        let labels = [AiLabel::new(AiCarrier::Xmp, bytes), AiLabel::new(AiCarrier::Xmp, b"2")];
        for labels in [&labels[..1], &labels] {
            let (_, text) = carry::room_for(labels).unwrap();
            let list =
                keyed(&labels.iter().map(|label| ("AIGC", label.value.as_bytes())).collect::<Vec<_>>());
            let hex = labels.iter().map(|label| label.value.len() - label.bytes().len()).sum::<usize>();
            assert_eq!(boxed(b"\xA9lyr", &data(text.as_bytes())).len(), list.len() - hex);
        }
    }
}
