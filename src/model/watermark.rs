//! The college's watermark in `jincai.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::language::AnyPath;
use super::preset::Corner;

/// Reads the table of the watermark, or `"none"`.
pub(super) fn watermark_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Watermark>, D::Error> {
    struct Watermarks;

    impl<'de> Visitor<'de> for Watermarks {
        type Value = Option<Watermark>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a watermark")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_any(self)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            match text {
                Watermark::NONE => Ok(None),
                other => Err(E::unknown_variant(other, &[Watermark::NONE])),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Watermark::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }
    }

    from.deserialize_any(Watermarks)
}

impl Watermark {
    /// What stands in the place of a watermark where none is wanted.
    pub const NONE: &str = "none";

    /// The name of the program's own picture; no file of a configuration has it, since those are absolute.
    const BUILT_IN: &str = "watermark.svg";

    /// Returns the watermark of an office that configured nothing.
    pub fn placeholder() -> Self {
        Self {
            file: Self::BUILT_IN.into(),
            corner: Corner::TopRight,
            size: 0.24,
            opacity: 0.85,
            margin: 0.03,
            corners: BTreeMap::new(),
        }
    }

    /// Returns true for the program's own picture.
    pub fn is_placeholder(&self) -> bool {
        self.file.as_path() == Path::new(Self::BUILT_IN)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watermark {
    /// PNG or SVG.
    pub file: AnyPath,
    pub corner: Corner,
    /// Its longer side as a share of the canvas' short side, 0..1.
    pub size: f64,
    /// 0..1.
    pub opacity: f64,
    /// As a share of the canvas' short side.
    pub margin: f64,
    /// Corner by target id.
    #[serde(default)]
    pub corners: BTreeMap<String, Corner>,
}
