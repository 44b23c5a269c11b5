//! Findings about receipts, and about tables that are handed in.

use super::template::Template;

pub(super) const POSTED_BEFORE_RELEASE: Template = Template::new(
    "发布早于审核：这条[ {at} ]发布时，作品在这个平台还没有审核通过[（{limit} 才可发布）]。已照实记下；请报告负责人，必要时先撤下。",
    "Posted before it was released: when this was posted[ at {at}], nobody had approved the work for this platform[ (released at \
     {limit})]. It is on record as it was; please tell whoever is responsible, and take it down where needed.",
);
pub(super) const POST_LACKS_TOPIC: Template = Template::new(
    "缺话题：发布的文案里没有[ {dropped}]。请在平台上补上话题，再用 --text 登记一次。",
    "A topic is missing: the text that was posted lacks[ {dropped}]. Please add it on the platform, then record the post again \
     with --text.",
);
pub(super) const RECEIPT_UNPROVEN: Template = Template::new(
    "待核：没有链接，还不算已发布。请补上链接；平台没有链接的，附上截图，再请另一位同事看过后用 jincai posts confirm 核实。",
    "To be verified: without a link this does not count as posted. Please add the link; where the platform gives none, add a \
     screenshot and let a colleague confirm it with jincai posts confirm.",
);
pub(super) const REMOVAL_UNPROVEN: Template = Template::new(
    "待核：还没有人核实已经删除。请打开原链接看一眼，由另一位同事用 jincai posts confirm 核实；最好附上截图。",
    "To be verified: nobody has checked yet that it is gone. Please let a colleague open the link and confirm it with jincai \
     posts confirm; a screenshot helps.",
);
pub(super) const SHORT_LINK: Template = Template::new(
    "这是短链接，看不出作品在平台上的编号。已记下；能拿到完整链接的话，请用完整链接再登记一次。",
    "This is a short link, which does not tell the post's number on the platform. It is on record; if you can get the full link, \
     please record that as well.",
);
pub(super) const LINK_HOST_UNCHECKED: Template = Template::new(
    "没有核对链接的网址[ {found}]：配置里没有写明[ {targets} ]发布在哪个网站。请在 [post.hosts] 里写上本单位的域名。",
    "The link's address[ {found}] was not checked: nobody configured on which site[ {targets}] is posted. Please name the college's \
     own domains under [post.hosts].",
);
pub(super) const SCREENSHOT_UNUSABLE: Template = Template::new(
    "截图[ {file} ]不能使用[：这是 {found} 文件][（{measured}，上限 {limit}）]。请重新截图，存成 PNG 或 JPEG。",
    "The screenshot[ {file}] cannot be used[: it is a {found} file][ ({measured}, the limit is {limit})]. Please take it again, as \
     PNG or JPEG.",
);
pub(super) const TABLE_UNUSABLE: Template = Template::new(
    "表格[ {file} ]读不出来[：这是 {found} 文件]。请用 Excel 或 WPS 打开，另存为 .xlsx，或存成 CSV。",
    "The table[ {file}] cannot be read[: it is a {found} file]. Please open it in Excel or WPS and save it as .xlsx or as CSV.",
);
pub(super) const TABLE_TOO_LARGE: Template = Template::new(
    "表格[ {file} ]太大[（{measured}，上限 {limit}）]。请删去不用的行、列、工作表和图片，或分成几个文件。",
    "The table[ {file}] is too large[ ({measured}, the limit is {limit})]. Please remove rows, columns, sheets and pictures that are \
     not needed, or split it.",
);

pub(super) const FORM_UNUSABLE: Template = Template::new(
    "表格模板用不了[：这是 {found} 文件][（{detail}）]。请用 Word、Excel 或 WPS 打开它，另存为 .docx 或 .xlsx（不要加密码），再放回原处。",
    "The form cannot be used[: it is a {found} file][ ({detail})]. Please open it in Word, Excel or WPS, save it as .docx or .xlsx without a \
     password, and put it back.",
);
pub(super) const FORM_TOO_LARGE: Template = Template::new(
    "表格模板太大[（{measured}，上限 {limit}）]。请删去图片和不用的表，另存一份，再放回原处。",
    "The form is too large[ ({measured}, the limit is {limit})]. Please remove pictures and tables that are not needed, save it, and put it back.",
);
