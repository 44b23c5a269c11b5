//! Findings about colours, shape, transparency and fields.

use super::template::Template;

pub(super) const DOLBY_VISION_ONLY: Template = Template::new(
    "这是杜比视界[（配置 {measured}）]，颜色只有杜比的播放器才能正确显示，直接用会变成紫色和绿色。请从手机或剪辑软件重新导出：\
     手机在相机设置里关闭“HDR 视频”或“杜比视界”后再拍，已经拍好的用“兼容性最佳”或 SDR（H.264）导出。",
    "This is Dolby Vision[, profile {measured},] whose colours only Dolby's own players show; used as it is it turns purple \
     and green. Please export it again from the phone or the editor as SDR (H.264) or HDR10/HLG; for new recordings turn \
     off “HDR video” or “Dolby Vision” in the camera's settings.",
);
pub(super) const USE_BASE_LAYER: Template = Template::new(
    "这是杜比视界[（配置 {measured}）]，使用其中的基础画面[（{limit}）]，杜比的附加数据不进入成片。无需处理。",
    "This is Dolby Vision[, profile {measured}]; its base picture[ ({limit})] is used, Dolby's additional data are not. \
     Nothing to do.",
);
pub(super) const DEINTERLACE_UNMARKED: Template = Template::new(
    "画面有隔行的横纹，文件里却没有标记[（{measured}）]：会转换为逐行，消除横纹。请看一下成片。",
    "The picture shows the combs of interlacing, which nothing in the file marks[ ({measured})]; it will be deinterlaced. \
     Please look at the result.",
);
pub(super) const COMPOSE_ALPHA: Template = Template::new(
    "画面带有透明部分，成片里透明的地方是黑色。如果要别的背景，请在剪辑软件里加上背景后重新导出。",
    "The picture has transparent parts, which become black. If another background is wanted, please put it behind the \
     picture in the editor.",
);
pub(super) const ALPHA_UNSEEN: Template = Template::new(
    "文件说明画面带有透明部分，但读不出来：透明的地方可能露出本来看不见的颜色。请检查成片；不对的话，请在剪辑软件里加上背景后重新导出。",
    "The file announces transparent parts that cannot be read: colours that should be hidden may show. Please check the \
     result; if it is wrong, put a background behind the picture in the editor.",
);
pub(super) const CUT_MARGINS: Template = Template::new(
    "文件规定只显示画面的一部分[：{measured}][ → {limit}]，会照此裁掉四周。无需处理。",
    "The file says that only a part of the picture is shown[: {measured}][ → {limit}]; the margins are cut off. Nothing to \
     do.",
);
pub(super) const COLOUR_NOT_CONVERTED: Template = Template::new(
    "这种颜色格式[（{measured}）]无法转换，会按标准的 BT.709 显示，颜色可能不准。请检查成片；不对的话，请用剪辑软件导出 BT.709（SDR）。",
    "These colours[ ({measured})] cannot be converted and are shown as BT.709, so they may be wrong. Please check the \
     result; if it is wrong, export the video as BT.709 (SDR).",
);
pub(super) const COLOURS_DISAGREE: Template = Template::new(
    "视频流和文件头写的颜色格式不一样[：{measured}][；{limit}]，和常用播放器一样以视频流为准。请看一下颜色是否正常。",
    "The video stream and the container name different colours[: {measured}][ and {limit}]; the stream counts, as in common \
     players. Please check that the colours look right.",
);
pub(super) const SHAPE_CHANGES: Template = Template::new(
    "画面尺寸或方向中途改变[：{measured} → {limit}][，从 {at} 起][，共 {count} 次]。后面的部分保持自己的比例，完整放进开头的画幅，四周补黑边。\
     如果不想要黑边，请把各段分开提交或统一尺寸。",
    "The picture changes its size, shape or direction on the way[: {measured} → {limit}][, from {at} on][, {count} times]. \
     Later parts keep their own shape inside that of the beginning, with black bars. Submit the parts one by one if that is \
     not wanted.",
);
pub(super) const COLOURS_CHANGE: Template = Template::new(
    "颜色格式中途改变[：{measured} → {limit}][，从 {at} 起]，各段会分别转换。请看一下成片。",
    "The colours change their kind on the way[: {measured} → {limit}][, from {at} on]; each part is converted by its own. \
     Please look at the result.",
);
pub(super) const TILT_NOT_FOLLOWED: Template = Template::new(
    "文件要求把画面斜着转[（{measured}）]，这不会照做，画面保持端正。如果确实要斜，请在剪辑软件里转好再导出。",
    "The file asks for a turn[ of {measured}] that is no quarter turn; it is not followed. If it is meant, please turn the \
     picture in the editor.",
);
