//! How a work asks for its picture to be shown: fit, focus, the watermark's corner.

use toml::de::DeValue;

use super::targets;
use super::values::Written;
use crate::model::details::PerTarget;
use crate::model::preset::{Corner, Fit, Preset};
use crate::policy::presets::fault::Fault;

/// Names of what is asked for every target that has nothing of its own.
const ALL: [&str; 4] = ["all", "全部", "其他", "其余"];

/// Returns one value for all targets, or a table of values by target.
pub(super) fn per_target<T>(
    value: Written<'_, '_>,
    presets: &[Preset],
    read: fn(Written<'_, '_>) -> Result<T, Fault>,
) -> Result<PerTarget<T>, Fault> {
    let mut wanted = PerTarget::default();
    let DeValue::Table(table) = value.value.get_ref() else {
        wanted.all = Some(read(value)?);
        return Ok(wanted);
    };
    for (name, inner) in table {
        let written = read(Written { name: name.get_ref(), value: inner, ..value })?;
        if ALL.contains(&name.get_ref().as_ref()) {
            wanted.all = Some(written);
        } else if let Some(target) = targets::id_of(name.get_ref(), presets) {
            wanted.of.insert(target, written);
        } else {
            return Err(targets::unknown(name.span(), name.get_ref(), presets));
        }
    }
    Ok(wanted)
}

pub(super) fn corner(value: Written<'_, '_>) -> Result<Corner, Fault> {
    match word(value)?.as_str() {
        "top_left" | "左上" | "左上角" => Ok(Corner::TopLeft),
        "top_right" | "右上" | "右上角" => Ok(Corner::TopRight),
        "bottom_left" | "左下" | "左下角" => Ok(Corner::BottomLeft),
        "bottom_right" | "右下" | "右下角" => Ok(Corner::BottomRight),
        _ => Err(value.wrong(
            "可以写：左上、右上、左下、右下",
            "possible values: top_left, top_right, bottom_left, bottom_right",
        )),
    }
}

pub(super) fn fit(value: Written<'_, '_>) -> Result<Fit, Fault> {
    match word(value)?.as_str() {
        "blur" | "模糊" | "模糊背景" => Ok(Fit::Blur),
        "pad" | "黑边" | "加黑边" => Ok(Fit::Pad),
        "crop" | "裁切" | "裁剪" | "铺满" => Ok(Fit::Crop),
        "source" | "原样" | "原画面" => Ok(Fit::Source),
        _ => Err(value.wrong(
            "可以写：模糊（四周为模糊背景）、黑边、裁切（铺满画面）、原样",
            "possible values: blur, pad, crop, source",
        )),
    }
}

/// Returns a point of the picture as shares of its width and height: a word, a share of the width, or both shares.
pub(super) fn focus(value: Written<'_, '_>) -> Result<(f64, f64), Fault> {
    let wrong = || {
        value.wrong(
            "可以写：左、中、右、上、下，或占画面宽、高的比例，例如 [0.3, 0.5]",
            "write left, center, right, top or bottom, or shares of the width and height, such as [0.3, 0.5]",
        )
    };
    let share = |value: &DeValue<'_>| {
        let number: Option<f64> = match value {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.filter(|share| (0.0..=1.0).contains(share)).ok_or_else(wrong)
    };
    match value.value.get_ref() {
        DeValue::String(_) => match word(value)?.as_str() {
            "left" | "左" | "左边" => Ok((0.0, 0.5)),
            "center" | "centre" | "middle" | "中" | "中间" => Ok((0.5, 0.5)),
            "right" | "右" | "右边" => Ok((1.0, 0.5)),
            "top" | "上" | "上边" => Ok((0.5, 0.0)),
            "bottom" | "下" | "下边" => Ok((0.5, 1.0)),
            _ => Err(wrong()),
        },
        DeValue::Array(parts) if parts.len() == 2 => {
            let mut shares = parts.iter().map(|part| share(part.get_ref()));
            let (x, y) = (shares.next(), shares.next());
            Ok((x.unwrap_or_else(|| Err(wrong()))?, y.unwrap_or_else(|| Err(wrong()))?))
        }
        one => Ok((share(one)?, 0.5)),
    }
}

/// Returns a word as the names above have it.
fn word(value: Written<'_, '_>) -> Result<String, Fault> {
    Ok(value.string()?.trim().to_lowercase().replace(['-', ' '], "_"))
}
