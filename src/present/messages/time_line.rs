//! What an inspection and a render find out about the time line of a source.

use super::template::Template;

pub(super) const RECORDINGS_JOINED: Template = Template::new(
    "这个文件由[ {count} ]段录像接成[，从 {at} 开始是第二段]，成片按先后顺序接在一起。请看一遍接缝处；如果多出了不要的片段，请剪好后重新提交。",
    "This file was joined from[ {count}] recordings[; the second one begins at {at}]; the result shows them one after the \
     other. Please watch the joints; if one of them does not belong there, cut it out and submit the video again.",
);
pub(super) const INTERRUPTION_CLOSED: Template = Template::new(
    "录制中断过[ {count} 次][，共空缺 {measured}]，成片把前后接上了。请看一遍中断处。",
    "The recording was interrupted[ {count} times][, {measured} are missing]; the result goes on without a gap. Please watch \
     those places.",
);
pub(super) const SOUND_RESTARTED: Template = Template::new(
    "声音的时间中途从头算起[（{count} 处）]，成片把声音接着往下放。请检查声音和画面是否同步。",
    "The times of the sound begin again in the middle[ ({count} times)]; the result goes on with it where it was. Please check \
     that sound and picture are together.",
);
pub(super) const NO_TIMESTAMPS: Template = Template::new(
    "这是没有时间信息的裸码流[，按 {measured} 处理]。如果成片快慢不对，请把视频封装成 MP4 后重新提交。",
    "This is a raw stream without timestamps[, taken at {measured}]. If the result plays too fast or too slowly, please wrap the \
     video as MP4 and submit it again.",
);
pub(super) const PICTURES_LOST: Template = Template::new(
    "有[ {count} ]帧画面没能解码或时间错乱[（共 {measured} 帧）]，成片里没有这些画面。请看一遍成片；一般只在开头或损坏处。",
    "[{count} ]pictures[ of {measured}] could not be decoded or are out of order, and are missing in the result. Please watch it; \
     usually they are at the beginning or where the file is damaged.",
);
pub(super) const EDIT_GAP: Template = Template::new(
    "这个文件的剪辑在中间留了空白，这种文件无法准确还原，剪掉的内容可能会露出来。请在剪辑软件里导出成普通的 MP4 后重新提交。",
    "The edits of this file leave a gap in the middle; such files cannot be shown exactly, and what was cut away might appear. \
     Please export it from the editor as a plain MP4 and submit that.",
);
pub(super) const EDIT_SPEED: Template = Template::new(
    "这个文件要求变速播放（慢动作、快动作或定格），成片按原速播放。如果要保留变速，请在手机或剪辑软件里导出变速后的视频再提交。",
    "This file asks for another speed (slow or fast motion, or a freeze); the result plays at normal speed. To keep the speed, \
     please export the video from the phone or editor with it and submit that.",
);
pub(super) const SEVERAL_FILES: Template = Template::new(
    "这个文件里首尾相接地装了几个视频[（共 {count} 个）]，只能读到第一个，成片里没有后面的。请把它们分别提交，或用剪辑软件拼成一个再提交。",
    "This file holds several complete videos one after the other[ ({count} in all)]; only the first can be read, and the others are missing in the \
     result. Please submit them one by one, or join them with an editor.",
);
