//! What is said of artificial intelligence in works: declarations, and the labels that files carry.

use super::template::Template;
use crate::model::ai::{AiCarrier, AiUse};
use crate::model::language::Bilingual;

pub(super) const LABEL_UNDECLARED: Template = Template::new(
    "视频带有 AI 生成标识[（在{how}里：{found}）]，作品信息却没有说明是否用了 AI。这个标识按规定不能去掉，发布时还要如实声明，所以先不制作。请在视频\
     旁边的同名 .toml 文件[“{file}”]里加一行：人工智能 = \"生成\"（画面、声音或文字由 AI 生成），或 人工智能 = \"辅助\"（人做的，AI 只帮了忙）。",
    "The video carries a label of AI-made media[ (in {how}: {found})], and nothing beside it says whether AI was used. The label \
     may not be removed and must be declared when it is posted, so nothing is made yet. Add a line to the .toml file beside the video[, “{file}”]: \
     ai = \"generated\" (pictures, voices or text of it are generated) or ai = \"assisted\" (people made it, with help).",
);
pub(super) const LABEL_DENIED: Template = Template::new(
    "[“{file}”里]写着没有用 AI，视频却带有 AI 生成标识[（在{how}里：{found}）]，两者矛盾，所以先不制作。用了 AI 就把这一行改成 人工智能 = \"生成\" 或 \
     人工智能 = \"辅助\"；如果只是导出软件误加了标识，请用没有标识的原始素材重新导出。",
    "The details[ in “{file}”] say that no AI was used, while the video carries a label of AI-made media[ (in {how}: {found})]: nothing \
     is made until this is settled. Write ai = \"generated\" or ai = \"assisted\" if it was used; if the label is a mistake of some \
     program, export the work again from material without it.",
);
pub(super) const LABEL_UNREADABLE: Template = Template::new(
    "视频带有 AI 生成标识[（在{how}里）]，但内容读不出来（太大、太多，或格式不对），没法原样带到成片里；这个标识按规定不能丢，所以没有制作。请用生成它的软件\
     重新导出，或把这一页发给宣传部。",
    "The video carries a label of AI-made media[ (in {how})] that cannot be read (too large, too many of them, or another form), so that it \
     cannot be carried on; it may not get lost, so nothing was made. Export the video again from the program that made it, or show \
     this to the office.",
);
pub(super) const LABEL_CARRIED: Template = Template::new(
    "视频带有 AI 生成标识[（在{how}里）]，已原样写进每个成片。",
    "The video carries a label of AI-made media[ (in {how})]; every finished file carries it unchanged.",
);
pub(super) const CONTENT_CREDENTIALS_LEFT: Template = Template::new(
    "原片带有内容凭证（C2PA）。它只对原片有效，成片不带；已记入作品信息，请保留原片。",
    "The source carries content credentials (C2PA). They are valid for that file alone and not in the finished ones; this is recorded. \
     Please keep the source.",
);
pub(super) const COVER_LABELLED: Template = Template::new(
    "封面图[“{file}”]带有 AI 生成标识。封面成品保留不了这个标识，所以没有用它，改用了视频里的画面。请换一张没有标识的图，或发布时手动上传原图。",
    "The cover[ “{file}”] carries a label of AI-made media, which finished covers cannot carry on; it was not used, and the cover is from \
     the video. Please hand in a picture without a label, or upload the original by hand when posting.",
);

/// What a team declares.
pub fn ai_use(ai: AiUse) -> Bilingual {
    match ai {
        AiUse::None => Bilingual::new("没有用 AI", "no AI"),
        AiUse::Assisted => Bilingual::new("AI 辅助", "made with help of AI"),
        AiUse::Generated => Bilingual::new("含 AI 生成内容", "holds AI-generated content"),
    }
}

/// What a team declares, with the tools that it names.
pub fn declared_with(declared: Option<AiUse>, tools: &[String]) -> Bilingual {
    let Some(declared) = declared else { return Bilingual::new("没有说明", "nothing said") };
    let Bilingual { zh, en } = ai_use(declared);
    match tools {
        [] => Bilingual::new(zh, en),
        tools => {
            Bilingual::new(format!("{zh}（{}）", tools.join("、")), format!("{en} ({})", tools.join(", ")))
        }
    }
}

/// Where a label was found, as a part of a sentence.
pub(super) fn carrier(carrier: AiCarrier) -> Bilingual {
    let (zh, en) = match carrier {
        AiCarrier::UserDataKeys => {
            ("元数据 AIGC（moov.udta.meta）", "the metadata key AIGC (moov.udta.meta)")
        }
        AiCarrier::MovieKeys => ("元数据 AIGC（moov.meta）", "the metadata key AIGC (moov.meta)"),
        AiCarrier::ItemList => ("文件的说明信息（ilst）", "the file's tags (ilst)"),
        AiCarrier::Xmp => ("XMP 信息", "its XMP packet"),
        AiCarrier::AigcBox => ("aigc 数据块", "a box of the kind aigc"),
        AiCarrier::AviInfo => ("AVI 的 INFO 信息", "the INFO list of the AVI"),
        AiCarrier::ContainerTag => ("文件的 AIGC 标签", "the file's tag AIGC"),
    };
    Bilingual::new(zh, en)
}

/// Where a label is, by itself.
pub fn label_in(found: AiCarrier) -> Bilingual {
    let Bilingual { zh, en } = carrier(found);
    Bilingual::new(format!("在{zh}里，成片已原样带上"), format!("in {en}, carried into every finished file"))
}
