//! Files of other caption formats, and of none.

use super::super::*;

#[test]
fn captions_in_another_format_are_named() {
    use crate::model::value::CaptionFormat::{Json, Lrc, MicroDvd, Mpl2, Sami, SubViewer, Ttml};
    for (source, format) in [
        ("{0}{25}春天到了\n{26}{50}再见|朋友\n", MicroDvd),
        ("[0][25]春天到了\n[26][50]再见\n", Mpl2),
        ("<SAMI><HEAD></HEAD><BODY><SYNC Start=1000><P>春天</BODY></SAMI>", Sami),
        ("<?xml version=\"1.0\"?><tt xmlns=\"http://www.w3.org/ns/ttml\"><body/></tt>", Ttml),
        ("[INFORMATION]\n00:00:01.00,00:00:03.00\n春天到了\n", SubViewer),
        ("[ti:春天]\n[00:01.00]春天到了\n[00:03.50]再见\n", Lrc),
        ("{\"font_size\":0.4,\"body\":[{\"from\":0.5,\"to\":2,\"content\":\"春天\"}]}", Json),
    ] {
        let Err(CaptionError::Fault { fault, .. }) = parse_as(source.as_bytes(), 9_000_000, Named::Otherwise)
        else {
            panic!("{source} was read");
        };
        assert_eq!(fault, CaptionFault::OtherFormat { format }, "{source}");
    }
    for (source, expected) in [
        ("这不是字幕\n", CaptionFault::NoCues),
        ("1\n00:00:02,000 --> 00:00:01,000\n甲\n", CaptionFault::NoTime),
    ] {
        let Err(CaptionError::Fault { fault, .. }) = parse_as(source.as_bytes(), 9_000_000, Named::Otherwise)
        else {
            panic!("{source} was read");
        };
        assert_eq!(fault, expected);
    }
}
