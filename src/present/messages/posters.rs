//! Findings about posters, and the words for them.

use super::report::Fixed;
use super::template::Template;

pub(super) const SCREENS_ONLY: Template = Template::new(
    "海报只在校园屏幕上播放[；{targets}没有制作]。无需处理。",
    "A poster is shown on campus screens only[; nothing is made for {targets}]. Nothing to do.",
);
pub(super) const NEEDS_SCREEN: Template = Template::new(
    "海报只能在校园屏幕上播放，但现在没有启用任何屏幕目标。请宣传部在 jincai.toml 的 targets 里加上屏幕，例如 \"screen\"；\
     同名 .toml 里写了 targets 的，也要写上屏幕。",
    "A poster is shown on campus screens only, and no screen is among the targets. The office should add one to `targets` in \
     jincai.toml, such as \"screen\"; a `targets` in the .toml beside the poster must name one as well.",
);
pub(super) const TOO_SMALL: Template = Template::new(
    "海报的像素偏小[：{measured}][，屏幕是 {limit}]，放大以后文字会发虚。如有更大的原图，请换用。",
    "The poster has few pixels[: {measured}][, the screen has {limit}] and its text will look soft. Please use a larger original \
     if there is one.",
);
pub(super) const MOVES: Template = Template::new(
    "这是会动的图片[（{found}）]，海报只能是一张静止的图。请另存为 JPG 或 PNG；要播放动画，请导出 MP4 视频再放进来。",
    "This picture moves[ ({found})]; a poster is a single still. Please save it as JPEG or PNG, or export an MP4 if the animation \
     is wanted.",
);
pub(super) const DAMAGED: Template = Template::new(
    "图片不完整或已损坏[（{found}）]，多半是没有传完。请打开原图看看是否完好，重新保存或重新拷贝一份。",
    "The picture is incomplete or damaged[ ({found})]; copying probably did not finish. Please check the original, and save or \
     copy it again.",
);
pub(super) const FOR_PRINT: Template = Template::new(
    "这张图是印刷用的颜色（CMYK），直接上屏颜色会偏。请在设计软件里另存为 RGB（sRGB）的 JPG 或 PNG，再放进来。",
    "This picture has the colours of a printing press (CMYK), which a screen would show wrongly. Please export it from the design \
     program as JPEG or PNG in RGB (sRGB).",
);
pub(super) const COLOURS_UNKNOWN: Template = Template::new(
    "图片自带的颜色配置无法识别，按 sRGB 显示，颜色可能不准。请检查成品；不对的话，请另存为 sRGB 的 JPG 或 PNG。",
    "The picture's colour profile cannot be followed: it is shown as sRGB, and its colours may be wrong. Please check the result; \
     if it is wrong, save the picture as sRGB.",
);
pub(super) const ON_WHITE: Template = Template::new(
    "图片有透明部分，成品里透明的地方是白色。要别的底色，请在设计软件里加上底色再导出。",
    "The picture has transparent parts, which become white. If another colour is wanted, please put it behind the picture in the \
     design program.",
);
pub(super) const LEAVES_ASIDE: Template = Template::new(
    "海报是静止的图，用不上字幕、剪取和封面时刻：旁边的字幕文件、同名 .toml 里的 trim 和 cover_at 没有使用。",
    "A poster stands still and has no use for captions, a trim or a moment for the cover: the captions beside it, and `trim` and \
     `cover_at` of its .toml, are not used.",
);

/// Above the pictures of a poster as screens show them.
pub const ON_SCREENS: Fixed = Fixed::new("屏幕上的样子", "on the screens");

/// Why nothing is made of a poster for other targets.
pub const NOT_FOR_OTHERS: Fixed =
    Fixed::new("没有做（海报只在屏幕上播放）", "not made (a poster is shown on screens only)");

pub const NOT_MADE: Fixed = Fixed::new("不做", "not made");

/// What a work is.
pub const POSTER: Fixed = Fixed::new("海报", "poster");
