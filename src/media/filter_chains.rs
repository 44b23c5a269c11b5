//! The filter chains, as text, from a decoded frame to a canvas.

use super::graph::{FrameShape, pixel_name};
use crate::model::inspection::Fields;
use crate::model::plan::{Normalise, VideoRecipe};
use crate::model::preset::Fit;
use crate::model::units::Size;
use ffmpeg_next::format::Pixel;

/// Factor by which a frame is reduced before it is blurred for the background.
const BLUR_SCALE: u32 = 8;
/// Blur of the reduced frame, pixels; eight times that on the canvas.
const BLUR_SIGMA: f64 = 3.0;

/// Returns the size to which frames are normalised once for all recipes: upright, square pixels, and no larger than the
/// most demanding canvas needs.
pub(super) fn working_size(normalise: &Normalise, recipes: &[&VideoRecipe]) -> Size {
    let display = normalise.display;
    let share = recipes.iter().map(|recipe| needed_share(display, recipe)).fold(0.0, f64::max);
    if share >= 1.0 || recipes.is_empty() {
        return display.even();
    }
    let side = |pixels: u32| ((f64::from(pixels) * share / 2.0).ceil() * 2.0) as u32;
    Size::new(side(display.width).max(2), side(display.height).max(2))
}

fn needed_share(display: Size, recipe: &VideoRecipe) -> f64 {
    let across = f64::from(recipe.canvas.width) / f64::from(display.width.max(1));
    let down = f64::from(recipe.canvas.height) / f64::from(display.height.max(1));
    match recipe.fit {
        Fit::Crop => across.max(down),
        Fit::Blur | Fit::Pad | Fit::Source => across.min(down),
    }
}

/// Returns the chain that normalises every frame of the source once: progressive, `working` size, 8-bit 4:2:0 BT.709
/// limited range, upright. Empty when the source already is all that.
pub(super) fn normalising_chain(normalise: &Normalise, working: Size, shape: FrameShape) -> String {
    let mut chain = Vec::new();
    let parity = match normalise.fields {
        Fields::Progressive => None,
        Fields::TopFirst => Some("tff"),
        Fields::BottomFirst => Some("bff"),
    };
    // The deinterlacer halves the time base even where it returns one frame per input frame.
    chain.extend(parity.map(|parity| format!("bwdif=mode=send_frame:parity={parity}:deint=all,settb=AVTB")));
    let stored = if normalise.orientation.swaps_sides() { working.transposed() } else { working };
    if needs_colour_space(normalise) {
        let even = Size::new(shape.width, shape.height).even();
        if even != Size::new(shape.width, shape.height) {
            // zscale accepts only even sizes for 4:2:0.
            chain.push(format!("crop={}:{}:0:0", even.width, even.height));
        }
        chain.push(colour_space_chain(normalise, stored));
    } else {
        chain.extend(scaling(normalise, stored, shape));
    }
    if normalise.orientation.mirrored {
        chain.push("hflip".to_owned());
    }
    match normalise.orientation.clockwise_degrees {
        90 => chain.push("transpose=clock".to_owned()),
        180 => chain.push("hflip,vflip".to_owned()),
        270 => chain.push("transpose=cclock".to_owned()),
        _ => {}
    }
    chain.join(",")
}

/// Returns true for wide gamut or HDR, which need more than another matrix.
fn needs_colour_space(normalise: &Normalise) -> bool {
    is_hdr(normalise) || normalise.primaries == "bt2020"
}

fn is_hdr(normalise: &Normalise) -> bool {
    matches!(normalise.transfer.as_str(), "arib-std-b67" | "smpte2084")
}

/// Returns the chain from HDR or wide gamut to SDR BT.709, in linear light. 203 cd/m² is HDR reference white (ITU-R
/// BT.2408), which is mapped close to SDR white; highlights above are rolled off by a Möbius curve and desaturated.
fn colour_space_chain(normalise: &Normalise, stored: Size) -> String {
    let range = if normalise.full_range { "pc" } else { "tv" };
    let tags = format!(
        "setparams=color_primaries={}:color_trc={}:colorspace={}:range={range}",
        normalise.primaries, normalise.transfer, normalise.matrix
    );
    let Size { width, height } = stored;
    if is_hdr(normalise) {
        format!(
            "{tags},zscale=w={width}:h={height}:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,\
             tonemap=tonemap=mobius:param=0.6:desat=1:peak=5,zscale=t=bt709:m=bt709:r=tv:d=ordered,format=yuv420p"
        )
    } else {
        format!("{tags},zscale=w={width}:h={height}:p=bt709:t=bt709:m=bt709:r=tv,format=yuv420p")
    }
}

fn scaling(normalise: &Normalise, stored: Size, shape: FrameShape) -> Option<String> {
    let name = pixel_name(shape.format);
    let rgb =
        ["rgb", "bgr", "gbr", "pal", "0rgb", "argb", "abgr"].iter().any(|prefix| name.starts_with(prefix));
    let full_range = normalise.full_range || name.starts_with("yuvj");
    let same_size = Size::new(shape.width, shape.height) == stored;
    if same_size && shape.format == Pixel::YUV420P && normalise.matrix == "bt709" && !full_range {
        return None;
    }
    let matrix = match normalise.matrix.as_str() {
        "bt470bg" => "bt470",
        "smpte170m" => "smpte170m",
        "smpte240m" => "smpte240m",
        "fcc" => "fcc",
        "bt2020nc" | "bt2020c" => "bt2020",
        _ => "bt709",
    };
    let source = if !rgb {
        format!(":in_color_matrix={matrix}:in_range={}", if full_range { "pc" } else { "tv" })
    } else {
        String::new()
    };
    Some(format!(
        "scale={}:{}:flags=bicubic{source}:out_color_matrix=bt709:out_range=tv,format=yuv420p",
        stored.width, stored.height
    ))
}

/// Returns the chain from a normalised frame to one canvas.
pub(super) fn canvas_chain(recipe: &VideoRecipe, shape: FrameShape) -> String {
    let from = Size::new(shape.width, shape.height);
    let canvas = recipe.canvas;
    let inner = from.fitted_into(canvas);
    let near = |a: u32, b: u32| a.abs_diff(b) <= 4;
    let fills = near(inner.width, canvas.width) && near(inner.height, canvas.height);
    let chain = match recipe.fit {
        _ if from == canvas => String::new(),
        Fit::Source => scale(canvas),
        _ if fills => scale(canvas),
        Fit::Pad => format!("{},pad={}:{}:(ow-iw)/2:(oh-ih)/2", scale(inner), canvas.width, canvas.height),
        Fit::Crop => {
            let cut = canvas.fitted_into(from);
            format!("crop={}:{}{},{}", cut.width, cut.height, place(recipe.focus, from, cut), scale(canvas))
        }
        Fit::Blur => blurred(from, inner, canvas),
    };
    if chain.is_empty() { "setsar=1".to_owned() } else { format!("{chain},setsar=1") }
}

/// Returns where a part of a picture is cut out, so that the focus (shares of its width and height) is as near to the part's
/// middle as can be; nothing where the middle is meant.
fn place(focus: Option<(f64, f64)>, from: Size, cut: Size) -> String {
    let Some((x, y)) = focus else { return String::new() };
    // Even, as the colours of two pixels are stored as one.
    let start = |whole: u32, part: u32, share: f64| {
        let start = f64::from(whole) * share - f64::from(part) / 2.0;
        (start.clamp(0.0, f64::from(whole.saturating_sub(part))) as u32) & !1
    };
    format!(":{}:{}", start(from.width, cut.width, x), start(from.height, cut.height, y))
}

fn scale(to: Size) -> String {
    format!("scale={}:{}:flags=bicubic", to.width, to.height)
}

/// Returns the chain that puts the whole frame between two bands of its own blurred enlargement. Only the bands are
/// enlarged: the part that the frame covers is not computed.
fn blurred(from: Size, inner: Size, canvas: Size) -> String {
    let cut = canvas.fitted_into(from);
    let small = Size::new(canvas.width / BLUR_SCALE, canvas.height / BLUR_SCALE).even();
    let upright_bands = inner.width >= canvas.width;
    let (gap, stack) = if upright_bands {
        (canvas.height - inner.height, "vstack")
    } else {
        (canvas.width - inner.width, "hstack")
    };
    let first = (gap / 2) & !1;
    let last = gap - first;
    let band = |pixels: u32, at_end: AtEnd| {
        let (size, small_band) = if upright_bands {
            (Size::new(canvas.width, pixels), Size::new(small.width, (pixels / BLUR_SCALE).max(2)).even())
        } else {
            (Size::new(pixels, canvas.height), Size::new((pixels / BLUR_SCALE).max(2), small.height).even())
        };
        let (x, y) = match (at_end, upright_bands) {
            (AtEnd::No, _) => (0, 0),
            (AtEnd::Yes, true) => (0, small.height - small_band.height),
            (AtEnd::Yes, false) => (small.width - small_band.width, 0),
        };
        format!(
            "crop={}:{}:{x}:{y},scale={}:{}:flags=bilinear",
            small_band.width, small_band.height, size.width, size.height
        )
    };
    format!(
        "split[front][back];[front]{inner}[middle];\
         [back]crop={cut_w}:{cut_h},scale={small_w}:{small_h}:flags=area,gblur=sigma={BLUR_SIGMA}:steps=2,split[head][tail];\
         [head]{first}[start];[tail]{last}[end];[start][middle][end]{stack}=inputs=3",
        inner = scale(inner),
        cut_w = cut.width,
        cut_h = cut.height,
        small_w = small.width,
        small_h = small.height,
        first = band(first, AtEnd::No),
        last = band(last, AtEnd::Yes),
    )
}

#[derive(Clone, Copy)]
enum AtEnd {
    No,
    Yes,
}

#[cfg(test)]
mod tests;
