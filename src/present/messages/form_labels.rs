//! What organisers call things in their forms. A label that is not listed is left to a person.

/// What stands beside a label of a form about works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    No,
    Title,
    Category,
    Department,
    College,
    Authors,
    Author,
    Teacher,
    Class,
    Season,
    Duration,
    Synopsis,
    Links,
    Ai,
    Contact,
    Phone,
    Email,
    StudentId,
}

/// What stands beside a label of a form about contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactLabel {
    No,
    Unit,
    Name,
    Position,
    Phone,
    Email,
}

const PHONE: [&str; 8] =
    ["联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "移动电话"];
const EMAIL: [&str; 7] = ["邮箱", "电子邮箱", "电子邮件", "邮箱地址", "e-mail", "email", "电子信箱"];

/// Returns what a label of a form about works means; the label is given as [`plain`] returns it.
pub fn label(plain: &str) -> Option<Label> {
    Some(match plain {
        "序号" => Label::No,
        "作品名称" | "作品标题" | "作品题目" | "作品名" | "片名" | "参赛作品名称" | "视频名称"
        | "微视频名称" => Label::Title,
        "作品类别" | "类别" | "作品类型" | "参赛类别" | "参评类别" | "作品分类" | "分类" => {
            Label::Category
        }
        "系部" | "院系" | "所在院系" | "所在系部" | "二级学院" | "所在学院" | "所属院系" => {
            Label::Department
        }
        "学校" | "学校名称" | "院校" | "院校名称" | "报送单位" | "选送单位" | "推荐单位" | "参赛单位"
        | "申报单位" | "所在学校" | "参赛学校" | "报送学校" => Label::College,
        "作者" | "作者姓名" | "主创人员" | "主创" | "主创团队" | "创作者" | "创作人员" | "参赛者"
        | "参赛人员" | "团队成员" => Label::Authors,
        "第一作者" | "第一作者姓名" | "主要作者" => Label::Author,
        "指导教师" | "指导老师" | "指导教师姓名" | "指导老师姓名" => Label::Teacher,
        "班级" | "所在班级" | "专业班级" => Label::Class,
        "赛季" => Label::Season,
        "时长" | "作品时长" | "视频时长" | "片长" => Label::Duration,
        "作品简介" | "内容简介" | "简介" | "作品介绍" | "作品说明" | "内容提要" | "作品内容简介" => {
            Label::Synopsis
        }
        "发布链接" | "作品链接" | "视频链接" => Label::Links,
        "人工智能使用情况" | "ai使用情况" | "人工智能使用说明" | "是否使用ai" | "是否使用人工智能" => {
            Label::Ai
        }
        "联系人" | "联系人姓名" | "联络员" | "联络人" | "联络员姓名" => Label::Contact,
        "学号" => Label::StudentId,
        other if PHONE.contains(&other) => Label::Phone,
        other if EMAIL.contains(&other) => Label::Email,
        _ => return None,
    })
}

/// Returns what a label of a form about contacts means.
pub fn contact_label(plain: &str) -> Option<ContactLabel> {
    Some(match plain {
        "序号" => ContactLabel::No,
        "单位" | "单位名称" | "部门" | "部门名称" | "系部" | "院系" | "学院" | "二级学院" | "所在单位"
        | "所在部门" | "所属单位" => ContactLabel::Unit,
        "姓名" | "联络员" | "联络员姓名" | "联络人" | "联系人" | "联系人姓名" => {
            ContactLabel::Name
        }
        "职务" | "职称" | "职务/职称" | "职务职称" => ContactLabel::Position,
        other if PHONE.contains(&other) => ContactLabel::Phone,
        other if EMAIL.contains(&other) => ContactLabel::Email,
        _ => return None,
    })
}

/// Returns a label without what forms write around it: spaces, colons, asterisks, and a remark in brackets behind it.
pub fn plain(text: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '*' | '＊' | '※');
    let text: String = text.chars().filter(|c| !is_around(*c)).flat_map(char::to_lowercase).collect();
    match text.find(['（', '(', '【', '[']) {
        Some(at) if at > 0 && text.ends_with(['）', ')', '】', ']']) => text[..at].to_owned(),
        _ => text,
    }
}

/// The folder of the organisers' forms, in that of a profile's papers.
pub const FORMS: &str = "模板";
