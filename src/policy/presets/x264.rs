//! Checks the x264 parameters of `encode.x264`. FFmpeg drops a parameter that x264 does not know, and all of them where
//! one is malformed, and only logs it: works would be rendered, but not as configured.

use super::explain::did_you_mean;
use super::fault::Fault;
use crate::model::language::Bilingual;

/// Parameters of analysis and rate distribution, by their names in `x264_param_parse` (x264 0.164). Those that the plan
/// sets (quality, rates, key frames, threads, colours, the stream's format) or that read or write files are not
/// allowed.
const NAMES: [&str; 44] = [
    "8x8dct",
    "analyse",
    "aq-mode",
    "aq-strength",
    "b-adapt",
    "b-bias",
    "b-pyramid",
    "bframes",
    "cabac",
    "chroma-me",
    "chroma-qp-offset",
    "cplxblur",
    "dct-decimate",
    "deadzone-inter",
    "deadzone-intra",
    "deblock",
    "direct",
    "fast-pskip",
    "ipratio",
    "lookahead-threads",
    "mbtree",
    "me",
    "merange",
    "mixed-refs",
    "mvrange",
    "nr",
    "partitions",
    "pbratio",
    "psy",
    "psy-rd",
    "qblur",
    "qcomp",
    "qpmax",
    "qpmin",
    "qpstep",
    "rc-lookahead",
    "ref",
    "scenecut",
    "sliced-threads",
    "subme",
    "sync-lookahead",
    "trellis",
    "weightb",
    "weightp",
];

/// Parameters whose values are words instead of numbers, and the words.
const WORDS: [(&str, &[&str]); 5] = [
    ("analyse", &PARTITIONS),
    ("b-pyramid", &["none", "strict", "normal"]),
    ("direct", &["none", "spatial", "temporal", "auto"]),
    ("me", &["dia", "hex", "umh", "esa", "tesa"]),
    ("partitions", &PARTITIONS),
];

const PARTITIONS: [&str; 7] = ["none", "all", "p8x8", "p4x4", "b8x8", "i8x8", "i4x4"];

/// Checks `text`, which is `name=value:…` or empty.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let parts = text.split(':').filter(|_| !text.is_empty());
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if name.is_empty() || value.is_empty() {
            return Err(Fault::at(
                "encode.x264",
                Bilingual::new(
                    format!("x264 参数“{part}”的写法不对"),
                    format!("the x264 parameter \"{part}\" is not well formed"),
                ),
                Bilingual::new(
                    "写成 名称=值，用冒号隔开，例如 \"aq-mode=3:bframes=3\"",
                    "write name=value with a colon between, such as \"aq-mode=3:bframes=3\"",
                ),
            ));
        }
        let spelt = name.replace('_', "-");
        let known = spelt.strip_prefix("no-").unwrap_or(&spelt);
        if !NAMES.contains(&known) {
            return Err(Fault::at(
                "encode.x264",
                Bilingual::new(
                    format!("x264 没有参数 `{name}`，或它不能在这里设置"),
                    format!("x264 has no parameter `{name}`, or it is not set here"),
                ),
                did_you_mean(&spelt, &NAMES),
            ));
        }
        let words = WORDS.iter().find(|(name, _)| *name == known).map_or(&[][..], |(_, words)| words);
        let is_value = |part: &str| if words.is_empty() { is_number(part) } else { words.contains(&part) };
        if !value.split([',', '+']).all(is_value) {
            let right = if words.is_empty() { "0, 1.5, true, -1,-1".to_owned() } else { words.join(", ") };
            return Err(Fault::at(
                "encode.x264",
                Bilingual::new(
                    format!("x264 参数 `{name}` 不能是“{value}”"),
                    format!("the x264 parameter `{name}` cannot be \"{value}\""),
                ),
                Bilingual::new(format!("例如：{right}"), format!("such as {right}")),
            ));
        }
    }
    Ok(())
}

fn is_number(value: &str) -> bool {
    ["true", "false"].contains(&value)
        || value.starts_with(|c: char| c.is_ascii_digit() || "-.".contains(c))
            && value.parse::<f64>().is_ok_and(f64::is_finite)
}
