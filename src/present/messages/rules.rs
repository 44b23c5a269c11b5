//! Findings of the rules, of duplicates, and things worth a look.

use super::template::Template;

pub(super) const DURATION_TOO_SHORT: Template = Template::new(
    "视频太短[：{measured}，至少 {limit}]。请补充内容后再提交。",
    "The video is too short[: {measured}, at least {limit} are needed]. Submit a longer video.",
);
pub(super) const DURATION_TOO_LONG: Template = Template::new(
    "视频太长[：{measured}，最多 {limit}]。请剪短后再提交。",
    "The video is too long[: {measured}, at most {limit} are accepted]. Please shorten it.",
);
pub(super) const ASPECT_NOT_ACCEPTED: Template = Template::new(
    "画面比例不符合要求[：{measured}][，允许 {limit}]。请按要求的横竖比例重新导出。",
    "The picture's shape is not accepted[: {measured}][, allowed: {limit}]. Please export it in an accepted shape.",
);
pub(super) const RESOLUTION_TOO_LOW: Template = Template::new(
    "画面太小[：{measured}][，短边至少 {limit}]。放大不会更清晰，请提交更高分辨率的原片。",
    "The picture is too small[: {measured}][, its short side must be at least {limit}]. Enlarging adds no detail: \
     please submit an original of higher resolution.",
);
pub(super) const RESOLUTION_BELOW_ADVICE: Template = Template::new(
    "画面偏小[：{measured}][，建议短边不低于 {limit}]，成片会不够清晰。如有更高分辨率的原片，请换用。",
    "The picture is small[: {measured}][, a short side of {limit} is advised] and will look soft. Please use a larger \
     original if there is one.",
);
pub(super) const CAPTIONS_MISSING: Template = Template::new(
    "大赛要求有字幕，但没有找到。请把同名的 .srt、.ass 或 .vtt 文件放在视频旁边。",
    "The campaign asks for captions and there are none. Please put a .srt, .ass or .vtt of the same name beside the \
     video.",
);
pub(super) const NAME_DOES_NOT_MATCH: Template = Template::new(
    "文件名不符合要求[：“{measured}”][，应为{how}]。请改名后再提交。",
    "The file's name does not follow the rule[: “{measured}”][; it should be {how}]. Please rename it.",
);
pub(super) const OUTPUT_TOO_LARGE: Template = Template::new(
    "这么长的视频压不进这个目标的大小限制[：按最低画质约需 {measured}，上限 {limit}]。请剪短，或取消这个目标。",
    "A video this long does not fit this target's size[: about {measured} at the lowest usable quality, the limit is \
     {limit}]. Please shorten it, or leave this target out.",
);
pub(super) const SEASON_UNKNOWN: Template = Template::new(
    "投稿日期[ {measured} ][（{how}）]不在任何赛季内。请在同名 .toml 里写 submitted = \"年-月-日\"，或请宣传部在 jincai.toml 里补上赛季。",
    "The date of submission[, {measured}][ ({how})], is in no season. Please write `submitted` with the date in the .toml beside it, or ask the office to \
     add the season to jincai.toml.",
);
pub(super) const DEPARTMENT_UNKNOWN: Template = Template::new(
    "不知道作品属于哪个系部。请放进系部的文件夹，或在同名 .toml 里写 department。",
    "It is not known which department this work is from. Please put it into the department's folder, or write \
     `department` in the .toml beside it.",
);
pub(super) const DEPARTMENT_CLAIMED: Template = Template::new(
    "作品信息里写的系部[是“{measured}”]，文件却放在[“{folder}”]的文件夹里：按所写的系部显示，仍算文件夹所属系部交来的作品。\
     写错了请改正 department，放错了请移到正确的文件夹。",
    "The details name another department[, “{measured}”,] than the folder it is in[, “{folder}”]: it is shown as the \
     details say, and counts as submitted by the folder's department. Please fix `department`, or move it to the right folder.",
);
pub(super) const LOUDNESS_OUT_OF_REACH: Template = Template::new(
    "原声太小[（{measured}）]，最多提升 30 dB，达不到目标响度[ {limit}]。请检查录音，必要时重新录音。",
    "The sound is very quiet[ ({measured})]: raised by the maximum, 30 dB, it stays below the target[ of \
     {limit}]. Please check the recording.",
);
pub(super) const SILENT_THROUGHOUT: Template = Template::new(
    "视频有声音轨，但全程没有声音。请确认导出时没有静音。",
    "The video has a sound track, but it is silent throughout. Please check that it was not muted on export.",
);
pub(super) const LONG_SILENCE: Template = Template::new(
    "有较长时间没有声音[：最长 {measured}][，从 {at} 开始][，共 {count} 处]。请确认是有意为之。",
    "There is a long silence[: {measured} at the longest][, from {at}][, {count} in all]. Please check that it is intended.",
);
pub(super) const LONG_BLACK: Template = Template::new(
    "有较长时间黑屏[：最长 {measured}][，从 {at} 开始][，共 {count} 处][；黑屏占全片 {share}，几乎没有可看的画面，请核对是否拿错了文件]。\
     请确认是有意为之，否则剪掉后重新提交。",
    "The picture is black for a long time[: {measured} at the longest][, from {at}][, {count} in all][; {share} of the work is \
     black, please check that it is the right file]. Please check that it is intended, or cut it out.",
);
pub(super) const LONG_FROZEN: Template = Template::new(
    "有较长时间画面静止[：最长 {measured}][，从 {at} 开始][，共 {count} 处]。请确认是有意为之。",
    "The picture stands still for a long time[: {measured} at the longest][, from {at}][, {count} in all]. Please check that it is intended.",
);
pub(super) const AUDIO_UNDECODABLE: Template = Template::new(
    "声音无法解码[（编码：{codec}）]，成片将没有原声。请用 AAC 声音重新导出后提交。",
    "The sound cannot be decoded[ (codec: {codec})] and will be missing. Please export the video with AAC sound.",
);
pub(super) const AUDIO_OFFSET: Template = Template::new(
    "声音和画面的起点不同[（相差 {measured}）]，成片保持原来的同步关系。无需处理。",
    "Sound and picture do not start together[ ({measured} apart)]; the renditions keep them as they were. Nothing to do.",
);
pub(super) const AUDIO_LONGER_THAN_VIDEO: Template = Template::new(
    "声音比画面长[ {measured} ]，最后一帧会停留到声音结束。如非有意，请重新导出。",
    "The sound continues after the picture[ for {measured}]; the last frame is held until it ends. If that is not \
     intended, please export the video again.",
);
