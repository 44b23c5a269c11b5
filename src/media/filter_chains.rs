//! The filter chains, as text, from a decoded frame to a canvas.

use super::ffi;
use super::graph::FrameShape;
use super::shown::Shown;
use crate::model::inspection::{Alpha, Colour, Crop, Deinterlace, Fields};
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

/// Returns the chain that normalises the pictures of one shape: progressive, `working` size, opaque 8-bit 4:2:0 BT.709
/// limited range, upright. Empty when they already are all that.
pub(super) fn normalising_chain(normalise: &Normalise, working: Size, shape: FrameShape) -> String {
    let mut shown = Shown::of(normalise, shape);
    let inner = shown.size_inside(normalise.display, working);
    let stored = if shown.orientation.swaps_sides() { inner.transposed() } else { inner };
    let mut chain = Vec::new();
    chain.extend(deinterlacing(normalise, shape));
    if let Some(Crop { left, top, size, .. }) = shown.crop {
        chain.push(format!("crop={}:{}:{left}:{top}", size.width, size.height));
    }
    let has_alpha = normalise.appearance.alpha != Alpha::Unused && ffi::alpha_layout(shape.format).is_some();
    if has_alpha {
        chain.push(over_black(&shown));
        shown.is_rgb = true;
    }
    if needs_colour_space(&shown) {
        let even = shown.stored.even();
        if even != shown.stored {
            // zscale accepts only even sizes for 4:2:0.
            chain.push(format!("crop={}:{}:0:0", even.width, even.height));
        }
        chain.push(colour_space_chain(&shown, stored));
    } else {
        chain.extend(scaling(&shown, stored, shape));
    }
    if shown.orientation.mirrored {
        chain.push("hflip".to_owned());
    }
    match shown.orientation.clockwise_degrees {
        90 => chain.push("transpose=clock".to_owned()),
        180 => chain.push("hflip,vflip".to_owned()),
        270 => chain.push("transpose=cclock".to_owned()),
        _ => {}
    }
    if inner != working {
        // A later part in another shape is shown whole inside the shape of the first.
        chain.push(format!("pad={}:{}:(ow-iw)/2:(oh-ih)/2", working.width, working.height));
    }
    chain.join(",")
}

/// Returns the deinterlacer for marked pictures, which leaves others alone, or for all.
fn deinterlacing(normalise: &Normalise, shape: FrameShape) -> Option<String> {
    let parity = match normalise.fields {
        Fields::Progressive => "auto",
        Fields::TopFirst => "tff",
        Fields::BottomFirst => "bff",
    };
    let which = match normalise.appearance.interlacing.deinterlace {
        Deinterlace::All => "all",
        Deinterlace::Marked if shape.tags.interlaced => "interlaced",
        Deinterlace::Marked | Deinterlace::Never => return None,
    };
    // The deinterlacer halves the time base even where it returns one frame per input frame.
    Some(format!("bwdif=mode=send_frame:parity={parity}:deint={which},settb=AVTB"))
}

/// Returns the chain that puts a transparent picture over black, which is RGB after that: only there the multiplication
/// leaves opaque parts as they are.
fn over_black(shown: &Shown) -> String {
    let planar =
        "format=gbrap|gbrap10|gbrap12|gbrap16,setparams=range=pc:colorspace=gbr,premultiply=inplace=1";
    if shown.is_rgb {
        return planar.to_owned();
    }
    let range = if shown.colour.full_range { "pc" } else { "tv" };
    format!("scale=in_color_matrix={}:in_range={range},{planar}", scaler_matrix(&shown.colour.matrix))
}

/// Matrices that the scaler converts by itself.
const SCALER_MATRICES: [&str; 7] =
    ["bt709", "bt470bg", "smpte170m", "smpte240m", "fcc", "bt2020nc", "unknown"];

/// Returns true for HDR and for other primaries and curves than BT.709's, which need more than another matrix.
fn needs_colour_space(shown: &Shown) -> bool {
    let colour = &shown.colour;
    colour.is_hdr()
        || colour.primaries != "bt709"
        || !colour.has_usual_curve()
        || !(shown.is_rgb || SCALER_MATRICES.contains(&colour.matrix.as_str()))
}

/// Returns the chain from HDR or other colours to SDR BT.709, in linear light. 203 cd/m² is HDR reference white (ITU-R
/// BT.2408), which is mapped close to SDR white; highlights above are rolled off by a Möbius curve and desaturated.
fn colour_space_chain(shown: &Shown, stored: Size) -> String {
    let Colour { primaries, transfer, matrix, full_range } = &shown.colour;
    // A curve that is shown like BT.709's is kept: players on an SDR screen do not convert between these.
    let (curve, target) = match transfer.as_str() {
        "iec61966-2-1" => ("iec61966-2-1", "iec61966-2-1"),
        _ if shown.colour.has_usual_curve() => ("bt709", "bt709"),
        other => (other, "bt709"),
    };
    let (planar, matrix, range) = match (shown.is_rgb, full_range) {
        (true, _) => ("format=gbrp|gbrp10|gbrp12|gbrp14|gbrp16,", "gbr", "pc"),
        (false, true) => ("", matrix.as_str(), "pc"),
        (false, false) => ("", matrix.as_str(), "tv"),
    };
    let tags = format!(
        "{planar}setparams=color_primaries={primaries}:color_trc={curve}:colorspace={matrix}:range={range}"
    );
    let Size { width, height } = stored;
    if shown.colour.is_hdr() {
        format!(
            "{tags},zscale=w={width}:h={height}:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,\
             tonemap=tonemap=mobius:param=0.6:desat=1:peak=5,zscale=t=bt709:m=bt709:r=tv:d=ordered,format=yuv420p"
        )
    } else {
        format!("{tags},zscale=w={width}:h={height}:f=bicubic:p=bt709:t={target}:m=bt709:r=tv,format=yuv420p")
    }
}

fn scaling(shown: &Shown, stored: Size, shape: FrameShape) -> Option<String> {
    let Colour { matrix, full_range, .. } = &shown.colour;
    if shown.stored == stored && shape.format == Pixel::YUV420P && matrix == "bt709" && !full_range {
        return None;
    }
    let matrix = scaler_matrix(matrix);
    let source = if !shown.is_rgb {
        format!(":in_color_matrix={matrix}:in_range={}", if *full_range { "pc" } else { "tv" })
    } else {
        String::new()
    };
    Some(format!(
        "scale={}:{}:flags=bicubic{source}:out_color_matrix=bt709:out_range=tv,format=yuv420p",
        stored.width, stored.height
    ))
}

/// Returns the scaler's name of a matrix.
fn scaler_matrix(matrix: &str) -> &'static str {
    match matrix {
        "bt470bg" => "bt470",
        "smpte170m" => "smpte170m",
        "smpte240m" => "smpte240m",
        "fcc" => "fcc",
        "bt2020nc" => "bt2020",
        _ => "bt709",
    }
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
            format!("crop={}:{},{}", cut.width, cut.height, scale(canvas))
        }
        Fit::Blur => blurred(from, inner, canvas),
    };
    if chain.is_empty() { "setsar=1".to_owned() } else { format!("{chain},setsar=1") }
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
