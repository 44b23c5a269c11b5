//! The columns of our table of receipts.

use crate::model::language::Bilingual;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Work,
    Title,
    Target,
    Kind,
    Account,
    Department,
    Url,
    PostedAt,
    By,
    Screenshot,
    Text,
    Note,
    PlatformId,
    Topics,
    State,
    Receipt,
}

impl Column {
    /// In the order in which they are written.
    pub const ALL: [Self; 16] = [
        Self::Work,
        Self::Title,
        Self::Target,
        Self::Kind,
        Self::Account,
        Self::Department,
        Self::Url,
        Self::PostedAt,
        Self::By,
        Self::Screenshot,
        Self::Text,
        Self::Note,
        Self::PlatformId,
        Self::Topics,
        Self::State,
        Self::Receipt,
    ];

    /// Returns true for a column that is written for people and never read back.
    pub fn is_only_shown(self) -> bool {
        matches!(self, Self::PlatformId | Self::Topics | Self::State | Self::Receipt)
    }
}

pub fn column(column: Column) -> Bilingual {
    let (zh, en) = match column {
        Column::Work => ("作品编号", "work_id"),
        Column::Title => ("作品名", "title"),
        Column::Target => ("发布目标", "target"),
        Column::Kind => ("类型", "kind"),
        Column::Account => ("账号", "account"),
        Column::Department => ("系部", "department"),
        Column::Url => ("链接", "url"),
        Column::PostedAt => ("发布时间", "posted_at"),
        Column::By => ("经手人", "by"),
        Column::Screenshot => ("截图", "screenshot"),
        Column::Text => ("发布文案", "text"),
        Column::Note => ("备注", "note"),
        Column::PlatformId => ("平台编号", "platform_id"),
        Column::Topics => ("话题齐全", "topics"),
        Column::State => ("状态", "state"),
        Column::Receipt => ("回执号", "receipt"),
    };
    Bilingual::new(zh, en)
}

/// The head of a column, for both languages at once.
pub fn head(of: Column) -> String {
    let name = column(of);
    format!("{} {}", name.zh, name.en)
}

pub fn sheet_name() -> &'static str {
    "回执"
}
