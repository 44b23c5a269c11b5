//! Short texts in every encoding that people save them in.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251,
};

use crate::text::decode::{decode, decode_likely};

/// How a text is expected to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Read {
    /// Right, without a word.
    Clear,
    /// Right, and the encoding is named.
    Named,
}

use Read::{Clear, Named};

const TEXTS: &[(&str, &Encoding, Read)] = &[
    ("你好", GB18030, Clear),
    ("春天到了", GB18030, Clear),
    ("再见", GB18030, Clear),
    ("我们去看海河", GB18030, Clear),
    ("天津城市职业学院欢迎你", GB18030, Clear),
    ("【背景音乐】", GB18030, Clear),
    ("同学们，大家好！", GB18030, Clear),
    ("“你好，天津”——秋之卷", GB18030, Clear),
    ("今天的课就上到这里。", GB18030, Clear),
    ("他說：這是我們的學校。", GB18030, Clear),
    ("第三集 夏天的风", GB18030, Clear),
    ("你好", BIG5, Named),
    ("春天到了", BIG5, Named),
    ("我們去看海河", BIG5, Named),
    ("大家好，歡迎來到學校。", BIG5, Named),
    ("謝謝你，老師！", BIG5, Named),
    ("這是我們的故事", BIG5, Named),
    ("안녕하세요 여러분", EUC_KR, Named),
    ("봄이 왔습니다 우리 학교에", EUC_KR, Named),
    ("감사합니다", EUC_KR, Named),
    ("오늘은 날씨가 좋아요", EUC_KR, Named),
    ("안녕", EUC_KR, Named),
    ("다시 만나요", EUC_KR, Named),
    ("こんにちは", SHIFT_JIS, Named),
    ("春が来ました。学校へ行きましょう", SHIFT_JIS, Named),
    ("ありがとうございます", SHIFT_JIS, Named),
    ("テレビを見る", SHIFT_JIS, Named),
    ("こんにちは", EUC_JP, Named),
    ("今日は天気がいいですね", EUC_JP, Named),
    ("ありがとうございます", EUC_JP, Named),
    ("カメラ", EUC_JP, Named),
    ("こんにちは、皆さん", ISO_2022_JP, Clear),
    ("春が来た", ISO_2022_JP, Clear),
    ("Gdzie jesteś? Zażółć gęślą jaźń.", WINDOWS_1250, Named),
    ("Привет, как дела?", WINDOWS_1251, Named),
];

/// Two cues, as the shortest captions have them.
fn captions(text: &str) -> String {
    format!("1\n00:00:00,000 --> 00:00:01,500\n{text}\n\n2\n00:00:01,500 --> 00:00:03,000\n{text}\n")
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    if encoding != ISO_2022_JP {
        let (bytes, _, has_lost) = encoding.encode(text);
        assert!(!has_lost, "{text} is not in {}", encoding.name());
        return bytes.into_owned();
    }
    // As encoding_rs writes it, too.
    encoding.encode(text).0.into_owned()
}

#[test]
fn short_texts_are_read_right_or_the_guess_is_named() {
    let mut wrong = Vec::new();
    for &(text, encoding, read) in TEXTS {
        let whole = captions(text);
        let decoded = decode_likely(&encoded(&whole, encoding));
        let expected = match read {
            Clear => None,
            Named => Some(encoding.name()),
        };
        if decoded.text != whole || decoded.guessed != expected {
            let shown = decoded.text.lines().nth(2).unwrap_or_default().to_owned();
            wrong.push(format!("{text} in {}: {shown} ({:?})", encoding.name(), decoded.guessed));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_of_rare_characters_are_read_as_the_office_writes_them() {
    for text in ["龚翔", "title = \"訾旻昊\"", "孙悦"] {
        assert_eq!(decode(&GB18030.encode(text).0).as_deref(), Some(text));
    }
    assert_eq!(decode(&BIG5.encode("title = \"我們的學校\"").0).as_deref(), Some("title = \"我們的學校\""));
}

#[test]
fn utf8_with_broken_bytes_stays_utf8() {
    let mut bytes = captions("我们去看海河").into_bytes();
    let at = bytes.iter().position(|byte| *byte >= 0x80).unwrap();
    bytes[at + 4] = b'?';
    let decoded = decode_likely(&bytes);
    assert_eq!(decoded.guessed, None);
    assert!(decoded.text.contains("我") && decoded.text.contains('\u{fffd}'), "{}", decoded.text);
    bytes.truncate(bytes.len() - 3);
    assert!(decode_likely(&bytes).text.contains("去看海"));
}

#[test]
fn utf16_is_known_without_a_mark_however_much_of_it_is_chinese() {
    let text = captions(&"我们去看海河的春天，".repeat(12));
    for bytes_of in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(bytes_of).collect();
        assert_eq!(decode_likely(&bytes).text, text);
    }
}
