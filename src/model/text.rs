//! The two languages a person may read, file paths as bytes, and texts from outside that must not steer their reader.

use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A language of the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bilingual {
    #[serde(rename = "zh-CN")]
    pub zh: String,
    pub en: String,
}

impl From<(&str, &str)> for Bilingual {
    /// Chinese, then English.
    fn from((zh, en): (&str, &str)) -> Self {
        Self::new(zh, en)
    }
}

impl Bilingual {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// Whether a terminal, a chat or a page obeys this character instead of showing it: control characters and line ends, and
/// the marks that turn the reading direction, with which a name can read as another one.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
        )
}

/// A text from outside, fit to be shown on one line: what [`steers`] becomes U+FFFD.
pub fn shown(text: &str) -> String {
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// JSON that means the same and steers nobody who looks at it: what [`steers`] is escaped.
pub fn tame_json(json: &str) -> Cow<'_, str> {
    if !json.contains(steers) {
        return Cow::Borrowed(json);
    }
    let mut tame = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if steers(c) {
            // All of them lie in the first plane.
            tame.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            tame.push(c);
        }
    }
    Cow::Owned(tame)
}

/// A path that survives JSON even when its bytes are not UTF-8 (file names from old Windows archives).
/// UTF-8 paths are a plain string; others are `{"hex": "…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnyPath(pub PathBuf);

impl AnyPath {
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

impl<T: Into<PathBuf>> From<T> for AnyPath {
    fn from(path: T) -> Self {
        Self(path.into())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WirePath {
    Text(String),
    Bytes { hex: String },
}

impl Serialize for AnyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = match self.0.to_str() {
            Some(text) => WirePath::Text(text.to_owned()),
            None => WirePath::Bytes {
                hex: self.0.as_os_str().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
            },
        };
        wire.serialize(serializer)
    }
}

impl JsonSchema for AnyPath {
    fn schema_name() -> Cow<'static, str> {
        "AnyPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A path; one whose bytes are not UTF-8 is given as lower-case hex.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "hex": { "type": "string", "pattern": "^([0-9a-f]{2})*$" } },
                    "required": ["hex"]
                }
            ]
        })
    }
}

impl<'de> Deserialize<'de> for AnyPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match WirePath::deserialize(deserializer)? {
            WirePath::Text(text) => Ok(Self(text.into())),
            WirePath::Bytes { hex } => {
                let digits = hex.as_bytes();
                let bytes: Option<Vec<u8>> = digits
                    .chunks(2)
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                    .collect();
                let bytes = bytes.ok_or_else(|| de::Error::custom("a path's hex holds another character"))?;
                Ok(Self(OsString::from_vec(bytes).into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that Unicode says turns the reading direction, and what terminals obey.
    #[test]
    fn nothing_that_steers_is_shown_and_emoji_stay_whole() {
        let marks = ['\u{61C}', '\u{200E}', '\u{200F}'].into_iter();
        let marks = marks.chain('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        let controls = ('\0'..='\u{1F}').chain('\u{7F}'..='\u{9F}').chain(['\u{2028}', '\u{2029}']);
        for c in marks.chain(controls) {
            assert_eq!(shown(&format!("a{c}b")), "a\u{FFFD}b", "{c:?}");
            let json = format!("\"a{c}b\"");
            let tame = tame_json(&json);
            assert_eq!(serde_json::from_str::<String>(&tame).expect("still JSON"), format!("a{c}b"));
            assert!(!tame.contains(c));
        }
        let family = "海河 👨\u{200D}👩\u{200D}👧 a-b_c";
        assert_eq!(shown(family), family);
        assert_eq!(tame_json(family), family);
    }

    #[test]
    fn a_path_in_gbk_bytes_survives_json() {
        let path = AnyPath(OsString::from_vec(b"/in/\xce\xd2.mp4".to_vec()).into());
        let json = serde_json::to_string(&path).expect("serialises");
        assert_eq!(serde_json::from_str::<AnyPath>(&json).expect("reads back"), path);
    }
}
