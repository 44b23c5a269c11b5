//! Findings about lines of captions, names of sidecars, and the college's mark; and why a mark cannot be used.

use std::path::Path;

use super::template::Template;
use crate::model::language::Bilingual;
use crate::model::mark::MarkFault;

pub(super) const CAPTIONS_LINES_UNREAD: Template = Template::new(
    "字幕文件有[ {measured} 处]读不懂[（第 {line} 行）]，那里的字幕没有显示。请检查并改正。",
    "The caption file has[ {measured}] places that are not understood[ (line {line})]; what belongs there is not shown. Please \
     check and fix them.",
);
pub(super) const CAPTIONS_MENDED: Template = Template::new(
    "字幕文件有[ {measured} 处]时间写得不规范[（第 {line} 行）]，已按最可能的意思显示。请看一下成片字幕的时间对不对。",
    "The caption file has[ {measured}] oddly written times[ (line {line})]; they were read by their most likely meaning. Please \
     check when these captions are shown.",
);
pub(super) const CAPTIONS_GARBLED: Template = Template::new(
    "字幕文件有[ {measured} 行]带认不出的字[（第 {line} 行）]，成片里会缺字或显示为 �。请改正后另存为 UTF-8。",
    "The caption file has[ {measured}] lines with signs that cannot be read[ (line {line})]; they are missing or shown as �. \
     Please fix them and save the file as UTF-8.",
);
pub(super) const SIDECAR_MATCHED: Template = Template::new(
    "用了旁边的文件[“{path}”]，它的名字和视频不完全一样。如果不是这个视频的，请改名或拿走。",
    "The file[ “{path}”] beside the video was used, although its name is not quite the video's. If it is not this video's, \
     please rename it or take it away.",
);
pub(super) const SIDECAR_SHARED: Template = Template::new(
    "旁边的文件[“{path}”]同时用于[ {other} 等]同名视频。如果只是其中一个的，请给视频和它改成不同的名字。",
    "The file[ “{path}”] beside the video is used for another video of the same name as well[: {other}]. If it is of one of \
     them only, please give them different names.",
);
pub(super) const SIDECAR_UNUSED: Template = Template::new(
    "旁边还有[“{path}”]，没有使用[（用的是“{other}”）]。如果要用它，请改成和视频一样的名字，并拿走多余的。",
    "There is also[ “{path}”] beside the video; it was not used[ (“{other}” was)]. To use it, please give it the video's name \
     and take away the other.",
);
pub(super) const WATERMARK_MISSING: Template = Template::new(
    "[{targets} ]应带水印，但没有配置水印，成片不带。请在 jincai.toml 的 watermark 一节里写明文件；确实不要水印，就写 watermark = \"none\"。",
    "A watermark is wanted[ for {targets}] but none is configured: the files have none. Please name its file under watermark in \
     jincai.toml, or write watermark = \"none\" if none is wanted.",
);
pub(super) const WATERMARK_SHRUNK: Template = Template::new(
    "水印放不进画面[（{measured}，可用 {limit}）]，已缩小。请调小 watermark.size 或 watermark.margin。",
    "The watermark does not fit the picture[ ({measured}, available: {limit})] and was made smaller. Please lower watermark.size \
     or watermark.margin.",
);
pub(super) const WATERMARK_NOT_MEASURED: Template = Template::new(
    "抽查成片时，[{measured} 个文件的]水印和画面太接近，量不出来。请看一眼成片；水印太淡时请提高 watermark.opacity。",
    "The watermark is too close to the picture to be measured[ in {measured} of the finished files]. Please look at them; raise \
     watermark.opacity if it is too faint.",
);

/// Says why a mark draws nothing, and what to do.
pub fn mark_draws_nothing(path: &Path, fault: &MarkFault) -> [Bilingual; 2] {
    let path = path.display();
    let (zh, en, zh_hint, en_hint) = match fault {
        MarkFault::LinkedFile(file) => (
            format!("水印 {path} 引用了另一个文件“{file}”，画不出来"),
            format!("the watermark {path} links to another file, \"{file}\", which is not drawn"),
            "请把图片嵌入 SVG（软件里选“嵌入”，不选“链接”），或导出为背景透明的 PNG",
            "embed the picture in the SVG (\"embed\", not \"link\"), or export a PNG with a transparent background",
        ),
        MarkFault::WebContent => (
            format!("水印 {path} 里的文字是网页内容（foreignObject），画不出来"),
            format!("the watermark {path} holds web content (foreignObject), which is not drawn"),
            "请在软件里把文字转成曲线再导出 SVG，或导出为背景透明的 PNG",
            "convert its text to paths before exporting the SVG, or export a PNG with a transparent background",
        ),
        MarkFault::NoGlyphs(characters) => (
            format!("水印 {path} 里的字“{characters}”，这台电脑没有字体能画"),
            format!("no font of this machine has the characters \"{characters}\" of the watermark {path}"),
            "请把文字转成曲线再导出 SVG，或安装需要的字体",
            "convert its text to paths before exporting the SVG, or install the font",
        ),
        MarkFault::TooSmall(size) => (
            format!("水印 {path} 只有 {size}，不像标志"),
            format!("the watermark {path} has only {size} pixels"),
            "请换成至少几百像素宽的 PNG，或用 SVG",
            "use a PNG that is a few hundred pixels wide, or an SVG",
        ),
        MarkFault::Transparent => (
            format!("水印 {path} 全是透明的，画不出任何东西"),
            format!("the watermark {path} is fully transparent and draws nothing"),
            "请重新导出标志，看看是不是图层没有显示",
            "export the mark again; a layer may be hidden",
        ),
        MarkFault::TooFaint(percent) => (
            format!("水印 {path} 最深的地方也只有 {percent}%，看不见"),
            format!("the strongest part of the watermark {path} is {percent} % opaque, which cannot be seen"),
            "请调高 watermark.opacity，或把标志本身画深一些",
            "raise watermark.opacity, or draw the mark itself stronger",
        ),
    };
    [Bilingual::new(zh, en), Bilingual::new(zh_hint, en_hint)]
}
