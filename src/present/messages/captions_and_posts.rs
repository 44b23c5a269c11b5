//! Findings about captions, overlays, covers, posts and the files beside a video.

use super::template::Template;

pub(super) const GLYPH_MISSING: Template = Template::new(
    "字体里缺少这些字[（共 {measured} 个）][：{characters}][（出现在 {source}）]。请安装完整的中文字体，或在 captions.fonts 里换一种字体。",
    "The font lacks these characters[ ({measured})][: {characters}][ (in {source})]. Please install a complete Chinese font, or name \
     another one in captions.fonts.",
);
pub(super) const CAPTIONS_UNREADABLE: Template = Template::new(
    "字幕文件[ {file} ][（第 {line} 行）]不能使用[：{problem}]。",
    "The caption file[ {file}][ (line {line})] cannot be used[: {problem}].",
);
pub(super) const CAPTIONS_ENCODING_GUESSED: Template = Template::new(
    "字幕文件没有注明编码，按[ {encoding} ]推测读取。请检查成片字幕；如有乱码，请另存为 UTF-8。",
    "The caption file does not say its encoding; it was guessed[ as {encoding}]. Please check the captions; save \
     the file as UTF-8 if they are garbled.",
);
pub(super) const CAPTIONS_OUTSIDE_DURATION: Template = Template::new(
    "有[ {measured} 条]字幕超出视频时长[（{limit}）][，第一条从 {first} 开始]，没有显示。请检查字幕是否对应这个视频；剪辑软件的起始时间码不是 0 时，\
     请把字幕整体提前。",
    "[{measured} ]captions lie outside the video's duration[ ({limit})][, the first from {first} on,] and are not shown. Please \
     check that they belong to this video; if the editing program's time code does not begin at 0, shift them all.",
);
pub(super) const CAPTIONS_STYLE_DROPPED: Template = Template::new(
    "字幕自带的样式、位置和图形[（{measured} 处）]没有采用，统一用本单位的字幕样式。无需处理。",
    "Styles, positions and drawings inside the captions[ ({measured})] were not used; they are shown in the configured style. Nothing to do.",
);
pub(super) const CAPTIONS_DO_NOT_FIT: Template = Template::new(
    "有[ {measured} 条]字幕太长，放不进画面[ {canvas}][，第一条在 {first}]。请把长句拆开。",
    "[{measured} ]captions are too long for the picture[ of {canvas}][, the first at {first}]. Please split them.",
);
pub(super) const OVERLAY_DOES_NOT_FIT: Template = Template::new(
    "叠加图形[“{overlay}”]放不进画面[（{measured}，可用 {limit}）]，没有显示。请调小尺寸或换一个位置。",
    "An overlay[, “{overlay}”,] does not fit the picture[ ({measured}, available: {limit})] and is not shown. Please \
     make it smaller or move it.",
);
pub(super) const TITLE_SHORTENED: Template = Template::new(
    "标题太长[（{measured} 字，上限 {limit}）][（用于“{overlay}”）]，已缩短。请检查，必要时写一个短标题。",
    "The title is too long[ ({measured} characters, the limit is {limit})][ (for “{overlay}”)] and was shortened. \
     Please check it, or write a shorter one.",
);
pub(super) const TEXT_SHORTENED: Template = Template::new(
    "文案太长[（{measured} 字，上限 {limit}）]，已缩短。请检查后再发布。",
    "The text is too long[ ({measured} characters, the limit is {limit})] and was shortened. Please check it before \
     posting.",
);
pub(super) const TAGS_DROPPED: Template = Template::new(
    "话题和标签太多[（{measured}，上限 {limit}）][，去掉了：{dropped}]。请检查后再发布。",
    "There are too many topics and tags[ ({measured}, the limit is {limit})][; dropped: {dropped}]. Please check them \
     before posting.",
);
pub(super) const CREDIT_LEFT_OUT: Template = Template::new(
    "发布正文放不下署名[：{dropped}]，已省去。需要署名的话，请把文案写短一些。",
    "The post has no room for the credit[: {dropped}], which was left out. Where it is needed, please shorten the text.",
);
pub(super) const EDITED_FILE_KEPT: Template = Template::new(
    "有人改过作品库里的[ {file} ]，这次重新制作没有覆盖改过的内容，另存为[ {path}]，原处是新做的。请对照后决定用哪一份；\
     想让改动以后也保留，请写进视频旁的信息文件（例如各平台的文案、封面时间），或在视频旁放同名的 .cover.jpg。",
    "Somebody had changed[ {file}] in the library. Making it again did not overwrite the changes: they are kept as[ {path}], and the \
     new file is in the old place. Please decide which to use; to have changes last, write them into the details beside the video \
     (such as the texts for each platform, or the moment of the cover), or put a cover beside it (the same name with .cover.jpg).",
);
pub(super) const EDITED_FILE_LEFT: Template = Template::new(
    "作品库里的[ {file} ]有人改过，现在已不属于这件作品的成片（换了标题、赛季或发布目标），没有删除，留在原处。不需要时请自行删除。",
    "Somebody had changed[ {file}] in the library. It no longer belongs to the files of this work (its title, season or targets \
     changed), and was not deleted. Please delete it yourself when you do not need it.",
);
pub(super) const TARGETS_LIMITED: Template = Template::new(
    "视频旁的信息文件写明了发布目标，这件作品只为它们制作[：{targets}]。",
    "The details beside the video name its targets; the work is made for those only[: {targets}].",
);
pub(super) const TARGET_NOT_ENABLED: Template = Template::new(
    "视频旁的信息文件里写的发布目标[“{targets}”]没有启用，没有为它制作。请改用已启用的目标，或请管理员在 jincai.toml 的 targets 里启用。",
    "The details beside the video name a target that is not enabled[: {targets}]; nothing was made for it. Please name one that \
     is, or have it enabled under targets in jincai.toml.",
);
pub(super) const WILL_TRIM: Template = Template::new(
    "按视频旁的信息文件，只用原片的[ {measured} ]这一段[，长 {limit}]；字幕随之平移，时长要求按这一段算。",
    "As the details beside the video ask, only a part of the source is used[: {measured}][, {limit} long]; captions move with it, \
     and rules of duration judge this part.",
);
pub(super) const TRIM_LEAVES_NOTHING: Template = Template::new(
    "信息文件要截取[ {measured} ]，可原片总长只有[ {limit}]，这一段里什么也没有。请改正截取（trim）的时间。",
    "The details ask for a part of the source[, {measured},] that holds nothing: the source[ of {limit}] is shorter. Please \
     correct the times of the trim.",
);
pub(super) const TRIM_PAST_THE_END: Template = Template::new(
    "信息文件要截取[ {measured}]，可原片总长只有[ {limit}]，只能截到片尾。请核对截取（trim）的时间。",
    "The details ask for a part of the source[, {measured},] that goes past its end[ at {limit}]; it was cut there. Please check \
     the times of the trim.",
);
pub(super) const COVER_MOMENT_NOT_SHOWN: Template = Template::new(
    "信息文件要用[ {measured} ]处的画面做封面，可成片里没有这一刻[（成片是原片的 {limit}）]，封面改为自动挑选。请改正封面时间（cover_at）。",
    "The details ask for a cover of the picture at[ {measured}], which is not shown[: the work is {limit} of its source]; the \
     cover was chosen automatically. Please correct cover_at.",
);
pub(super) const COVER_UNUSABLE: Template = Template::new(
    "视频旁的封面图片[ {file} ]用不了[（其实是 {found} 格式）][（{measured}，上限 {limit}）]，封面改为从视频里挑选。请换成能正常打开的 JPG 或 PNG 图片。",
    "The cover picture[ {file}] beside the video cannot be used[ (it is {found})][ ({measured}, the limit is {limit})]; the cover was chosen from the video. Please \
     replace it by a JPG or PNG picture that opens.",
);
pub(super) const COVER_OVER_BYTES: Template = Template::new(
    "封面[ {size} ]超过大小限制[（{measured}，上限 {limit}）]。请换一张简单些的画面，或手动压缩后上传。",
    "The cover[ of {size}] is over its limit[ ({measured}, the limit is {limit})]. Please choose a plainer picture, or \
     compress it before uploading.",
);
pub(super) const NO_GOOD_COVER: Template = Template::new(
    "没有找到足够清晰的画面做封面，用了其中最好的一张。请检查，必要时自己换一张。",
    "No frame is sharp and bright enough for a good cover; the best one was used. Please check it, or use your own.",
);
pub(super) const SIDECAR_INVALID: Template = Template::new(
    "视频旁的信息文件[ {file} ]有错误[（第 {line} 行第 {column} 列）][：{problem}][（{hint}）]。为免标题、作者出错，这次没有制作；\
     此前发布的保持不变。改正后会重新处理。",
    "The details[ in {file}] beside the video have a mistake[ (line {line}, column {column})][: {problem}][ ({hint})]. So that title \
     and authors are not wrong, nothing was made this time; what was published before stays unchanged. Please fix it; the work \
     is then processed again.",
);
pub(super) const DRAFT_KEEPS_FINISHED: Template = Template::new(
    "这件作品已有正式成片，小样不会替换它，这次没有处理。要看小样，请用 --library 指定另一个作品库。",
    "This work already has finished files, and a draft does not replace them: nothing was made. For a draft, please name \
     another library with --library.",
);
pub(super) const WITHDRAWN: Template = Template::new(
    "作品库里此前做好的成片[（{targets}）]因此撤下。改好后再运行，会重新生成；已经发布到平台上的，请到平台上自行删除。",
    "The files of this work in the library[ ({targets})] were therefore withdrawn. Fix the cause and run again to have them \
     made again; where it is already posted on a platform, remove it there yourself.",
);
pub(super) const TARGET_KEPT: Template = Template::new(
    "[「{targets}」]已不在启用的发布目标里；作品库中为它做好的成片仍保留着。确认不再需要时，运行 jincai run --prune 清理。",
    "The library keeps the files of this work[ for {targets}], although that target is no longer enabled. Once they are no longer \
     needed, `jincai run --prune` removes them.",
);
pub(super) const REPLACES_PUBLISHED: Template = Template::new(
    "同名文件的内容变了，按这件作品的新版本处理，此前发布的[第 {count} 版]成片由新版替换。如果是另一件作品，请换一个文件名再交。",
    "The file of this name has new content: it is treated as a new version of the work, and the published files of the \
     version before[ (revision {count})] are replaced. If it is another work, please submit it under another name.",
);
pub(super) const TARGET_OUTDATED: Template = Template::new(
    "素材换了，作品库里按旧素材做的成片[（{targets}）]已撤下。对这些目标再运行一次，就会按新素材生成；已经发布到平台上的，请到平台上自行删除。",
    "The source has changed: the files made from the one before[ for {targets}] were withdrawn. Run again with those \
     targets enabled to have them made from the new one; where the old one is already posted on a platform, remove it there \
     yourself.",
);
pub(super) const TARGET_PRUNED: Template = Template::new(
    "[「{targets}」]已不在启用的发布目标里，按 --prune 的要求清理了作品库中为它做好的成片。重新启用后再运行，会重新生成。",
    "The files of this work[ for {targets}] were removed because of --prune: the target is no longer enabled. Enable it and \
     run again to have them made again.",
);
pub(super) const OTHER_CODE: Template = Template::new(
    "这是另一个版本的津彩留下的记录，本版本看不懂，已原样保留。请更新津彩后再看。",
    "A record of another version of jincai, which this one does not understand; it is kept unchanged. Please update \
     jincai to read it.",
);
pub(super) const SIDECAR_ORPHAN: Template = Template::new(
    "信息或字幕文件[“{path}”]旁边没有同名视频，没有使用。请改成与视频相同的名字。",
    "There is no video of the same name beside the details or captions[ “{path}”]; they were not used. Please give them \
     the video's name.",
);
pub(super) const NAME_SHOWN_DECODED: Template = Template::new(
    "文件名不是 UTF-8 编码，按[ {encoding} ]推测显示[为“{measured}”]。请核对标题，最好给文件改个名。",
    "The file's name is not UTF-8; its encoding was guessed[ as {encoding}][, it is shown as “{measured}”]. Please check the title; \
     it is better to rename the file.",
);
pub(super) const CAPTIONS_CUT: Template = Template::new(
    "有[ {measured} 条]字幕太长[，超过 {limit} 字][（第一条从第 {line} 行开始）]，只显示开头。请拆成几条，或检查时间行是否写错。",
    "[{measured} ]captions are far too long[, over {limit} characters][, the first from line {line} on]; only their beginning \
     is shown. Please split them, or check whether a line with times is damaged.",
);
pub(super) const CAPTIONS_TOO_SHORT: Template = Template::new(
    "有[ {measured} 条]字幕的时间不到一帧，或结束早于开始[（第一条在 {first}）][（第 {line} 行）]，画面上看不到。请检查字幕的起止时间。",
    "[{measured} ]captions last less than a frame, or end before they begin[, the first at {first}][ (line {line})], and cannot \
     be seen. Please check their times.",
);
