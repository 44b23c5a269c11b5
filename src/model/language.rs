//! The two languages a person may read, and file paths as bytes.

use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::hex;

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
            None => WirePath::Bytes { hex: hex(self.0.as_os_str().as_bytes()) },
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

    #[test]
    fn a_path_in_gbk_bytes_survives_json() {
        let path = AnyPath(OsString::from_vec(b"/in/\xce\xd2.mp4".to_vec()).into());
        let json = serde_json::to_string(&path).expect("serialises");
        assert_eq!(serde_json::from_str::<AnyPath>(&json).expect("reads back"), path);
    }
}
