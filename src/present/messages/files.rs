//! Findings about the submitted file itself.

use super::template::Template;

pub(super) const EMPTY_FILE: Template = Template::new(
    "文件是空的（0 字节），多半是复制或下载没有完成。请重新复制一份再提交。",
    "The file is empty (0 bytes); copying or downloading probably did not finish. Please submit it again.",
);
pub(super) const NOT_MEDIA: Template = Template::new(
    "这不是可以识别的视频或图片[，其实是{found}]。请确认选对了文件，放进作品本身。",
    "This is neither a video nor a picture that can be recognised[: it is {found}]. Please check the file and submit the work \
     itself.",
);
pub(super) const STILL_IMAGE: Template = Template::new(
    "这是一张图片[（{found}）]，不能当视频用。请提交视频本身；要在屏幕上放海报，请存成 JPG、PNG 或 WebP，扩展名也要一致。",
    "This is a still picture[ ({found})], which is no video. Please submit the video itself; a poster for the screens must be a \
     JPEG, PNG or WebP, by its name too.",
);
pub(super) const SUBTITLE_ONLY: Template = Template::new(
    "这是字幕文件，不是视频。请把字幕改回 .srt、.ass 或 .vtt，与同名视频放在一起。",
    "This is a caption file, not a video. Please name it .srt, .ass or .vtt and put it beside its video.",
);
pub(super) const NAMES_OTHER_FILES: Template = Template::new(
    "这个文件只是指向其他文件或网址的清单[（{found}）]，出于安全没有打开。请提交包含画面的单个视频文件。",
    "This file only points to other files or addresses[ ({found})]; for safety nothing was opened. Please submit \
     one video file that holds the pictures.",
);
pub(super) const CONTAINER_NOT_ALLOWED: Template = Template::new(
    "不支持这种文件格式[（{found}）][（{measured}）]。请用剪辑软件导出 MP4 或 MOV 后再提交。",
    "This file format is not supported[ ({found})][ ({measured})]. Please export the video as MP4 or MOV.",
);
pub(super) const INDEX_MISSING: Template = Template::new(
    "视频不完整：缺少索引，多半是录制中断或没有传完。请重新传一份原文件；若原文件也打不开，请用修复工具处理。",
    "The video is incomplete: its index is missing, probably because recording or copying was cut short. Please copy \
     the original again; if that does not play either, repair it first.",
);
pub(super) const NO_MEDIA_DATA: Template = Template::new(
    "文件只有索引，没有画面数据，多半是没有传完。请重新传一份原文件。",
    "The file has an index but no pictures; copying probably did not finish. Please copy the original again.",
);
pub(super) const NO_VIDEO: Template = Template::new(
    "文件里只有声音，没有画面。请提交视频文件。",
    "The file holds only sound, no pictures. Please submit the video.",
);
pub(super) const ONLY_COVER_ART: Template = Template::new(
    "文件里只有声音和一张封面图，没有视频画面。请提交视频文件。",
    "The file holds sound and a cover picture, but no video. Please submit the video.",
);
pub(super) const SINGLE_FRAME: Template = Template::new(
    "视频只有一帧画面。请检查导出的范围，重新导出后再提交。",
    "The video has a single frame. Please check the exported range and export it again.",
);
pub(super) const ZERO_DURATION: Template = Template::new(
    "视频时长为零。请检查导出的范围，重新导出后再提交。",
    "The video has no duration. Please check the exported range and export it again.",
);
pub(super) const UNKNOWN_CODEC: Template = Template::new(
    "画面用的编码无法解码[：{codec}]。请用剪辑软件导出 H.264 的 MP4 后再提交。",
    "The picture's codec cannot be decoded[: {codec}]. Please export the video as MP4 with H.264.",
);
pub(super) const ENCRYPTED: Template = Template::new(
    "视频受版权加密保护（DRM），无法使用。请提交未加密的原片。",
    "The video is encrypted (DRM) and cannot be used. Please submit the unprotected original.",
);
pub(super) const NOTHING_DECODES: Template = Template::new(
    "没有一帧画面能够解码[（编码：{codec}）]，文件可能已损坏。请从原片重新导出。",
    "Not one frame could be decoded[ (codec: {codec})]; the file is probably damaged. Please export it again.",
);
pub(super) const TRUNCATED: Template = Template::new(
    "视频不完整[：实际只有 {measured}，文件标称 {limit}]。请重新传一份完整的原文件。",
    "The video is incomplete[: only {measured} of the {limit} that the file claims]. Please copy the whole \
     original again.",
);
pub(super) const DAMAGED: Template = Template::new(
    "视频中途有损坏[（{measured}）]，损坏处可能停顿或花屏。请看一遍成片；如有完好的原片，请重新提交。",
    "The video is damaged in places[ ({measured})] and may freeze or break up there. Please watch the result; submit \
     an intact original if there is one.",
);
pub(super) const SHARE_OF_DAMAGE: Template = Template::new(
    "视频损坏过多[：{measured}，最多允许 {limit}]。请从原片重新导出后再提交。",
    "Too much of the video is damaged[: {measured}, at most {limit} is allowed]. Please export it again.",
);
pub(super) const TOO_MANY_PIXELS: Template = Template::new(
    "画面尺寸过大[：{measured}，上限 {limit}]。请降低分辨率重新导出后再提交，或联系宣传部放宽画面尺寸的上限。",
    "The picture is too large[: {measured}, the limit is {limit}]. Please export it smaller, or ask the office to \
     raise the limit.",
);
pub(super) const TOO_MANY_STREAMS: Template = Template::new(
    "文件里的轨道过多[：{measured} 条，上限 {limit} 条]。请只保留一条画面轨和一条声音轨。",
    "The file has too many streams[: {measured}, the limit is {limit}]. Please keep one video and one audio track.",
);
pub(super) const TOO_LONG: Template = Template::new(
    "视频过长[：{measured}][，超过 jincai 的处理上限 {limit}]。请剪短，或联系宣传部放宽时长上限。",
    "The video is too long[: {measured}][, beyond jincai's limit of {limit}]. Please shorten it, or ask the office to raise \
     the limit.",
);
pub(super) const TOO_MANY_BYTES: Template = Template::new(
    "文件过大[：{measured} 字节，上限 {limit} 字节]。请降低码率导出，或联系宣传部放宽文件大小的上限。",
    "The file is too large[: {measured} bytes, the limit is {limit} bytes]. Please export it at a lower bit rate, or \
     ask the office to raise the limit.",
);
