//! Problems that the render fixes automatically.

use super::template::Template;

pub(super) const CONVERT_CONTAINER: Template = Template::new(
    "文件格式[（{measured}）]会转换为[ {limit} ]目标格式。无需处理。",
    "The file format[ ({measured})] will be converted[ to {limit}]. Nothing to do.",
);
pub(super) const CONVERT_VIDEO: Template = Template::new(
    "画面编码[（{measured}）]会转换[为 {limit}]。无需处理。",
    "The picture[ ({measured})] will be converted[ to {limit}]. Nothing to do.",
);
pub(super) const CONVERT_AUDIO: Template = Template::new(
    "声音编码[（{measured}）]会转换[为 {limit}]。无需处理。",
    "The sound[ ({measured})] will be converted[ to {limit}]. Nothing to do.",
);
pub(super) const TONE_MAP: Template = Template::new(
    "HDR 画面[（{measured}）]会转换为普通画面（SDR），亮度和颜色自动调整。无需处理。",
    "The HDR picture[ ({measured})] will be tone-mapped to SDR. Nothing to do.",
);
pub(super) const CONVERT_COLOUR: Template = Template::new(
    "颜色格式[（{measured}）]会转换为标准的 BT.709。无需处理。",
    "The colours[ ({measured})] will be converted to BT.709, limited range. Nothing to do.",
);
pub(super) const DEINTERLACE: Template = Template::new(
    "隔行画面[（{measured}）]会转换为逐行，消除横纹。无需处理。",
    "The interlaced picture[ ({measured})] will be deinterlaced. Nothing to do.",
);
pub(super) const CONSTANT_FRAME_RATE: Template = Template::new(
    "帧率不固定[（平均 {measured}）]，会转换为固定帧率，音画保持同步。无需处理。",
    "The frame rate varies[ ({measured} on average)] and will be made constant, in sync with the sound. Nothing to do.",
);
pub(super) const LIMIT_FRAME_RATE: Template = Template::new(
    "帧率[ {measured} ]会调整到[ {limit} ]目标帧率以内。无需处理。",
    "The frame rate[ of {measured}] will be brought down[ to at most {limit}]. Nothing to do.",
);
pub(super) const ROTATE: Template = Template::new(
    "画面带有旋转标记[（{measured}）]，会转正。无需处理。",
    "The picture is marked as turned[ ({measured})] and will be set upright. Nothing to do.",
);
pub(super) const SQUARE_PIXELS: Template = Template::new(
    "像素不是正方形[（{measured}）]，会按正确比例转换。无需处理。",
    "The pixels are not square[ ({measured})]; the picture will be converted in its right shape. Nothing to do.",
);
pub(super) const SCALE_DOWN: Template = Template::new(
    "画面会缩小[：{measured}][ → {limit}]。无需处理。",
    "The picture will be scaled down[: {measured}][ → {limit}]. Nothing to do.",
);
pub(super) const ENLARGE: Template = Template::new(
    "画面会放大[：{measured}][ → {limit}]，清晰度不会提高。如有更高分辨率的原片，请换用。",
    "The picture will be enlarged[: {measured}][ → {limit}], which adds no detail. Please use a larger original if \
     there is one.",
);
pub(super) const PAD: Template = Template::new(
    "画面比例与目标不同[：{measured}][ → {limit}]，会完整保留画面并补齐四周。无需处理。",
    "The picture has another shape than the target[: {measured}][ → {limit}]; it is kept whole and the rest is filled. \
     Nothing to do.",
);
pub(super) const CROP: Template = Template::new(
    "画面比例与目标不同[：{measured}][ → {limit}]，会裁掉超出的部分。请确认主体在画面中间。",
    "The picture has another shape than the target[: {measured}][ → {limit}]; the excess is cut off. Please check \
     that the subject is in the middle.",
);
pub(super) const LIMIT_BIT_RATE: Template = Template::new(
    "码率[ {measured} ]会压到[ {limit} ]上限以内。无需处理。",
    "The bit rate[ of {measured}] will be brought under the limit[ of {limit}]. Nothing to do.",
);
pub(super) const LIMIT_BYTES: Template = Template::new(
    "文件[ {measured} ]会压到[ {limit} ]上限以内。无需处理。",
    "The file[ of {measured}] will be brought under the limit[ of {limit}]. Nothing to do.",
);
pub(super) const NORMALISE_LOUDNESS: Template = Template::new(
    "响度会调整[：{measured}][ → {limit}]。无需处理。",
    "The loudness will be adjusted[: {measured}][ → {limit}]. Nothing to do.",
);
pub(super) const DOWNMIX: Template = Template::new(
    "多声道声音[（{measured} 声道）]会合成立体声。无需处理。",
    "The sound[ ({measured} channels)] will be mixed down to stereo. Nothing to do.",
);
pub(super) const UPMIX: Template = Template::new(
    "单声道声音会做成双声道。无需处理。",
    "The mono sound will be put on both channels. Nothing to do.",
);
pub(super) const ADD_SILENCE: Template = Template::new(
    "视频没有声音，会补一条静音轨。如果原片有声音，请检查导出设置。",
    "The video has no sound; a silent track will be added. If the original has sound, please check the export.",
);
pub(super) const DROP_SOUND: Template = Template::new(
    "这个目标不放声音，成片不带声音轨。无需处理。",
    "This target plays no sound; its file has no sound track. Nothing to do.",
);
pub(super) const STRIP_PRIVATE_METADATA: Template = Template::new(
    "原片带有位置、设备或人名等信息，成片中会去掉。无需处理。",
    "The source carries a place, device or person in its metadata; the renditions will not. Nothing to do.",
);
pub(super) const RESERVE_EXTRA_STREAMS: Template = Template::new(
    "原片里其余的轨道[（{measured}）]不会进入成片，原文件不受影响。无需处理。",
    "Further streams of the source[ ({measured})] stay out of the renditions; the source is untouched. Nothing to do.",
);
