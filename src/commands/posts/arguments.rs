//! The options of `jincai posts`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// 作品编号、编号开头或作品名 · the work: its id, a beginning of that, or its title
    pub work: String,
    /// 发布目标 · the target
    pub target: String,
    /// 链接，也可以粘贴平台的分享文字 · the post's link, or what the app copies when sharing
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// 类型 · kind [post, repost, column, relay, removal]
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// 账号 · the account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// 发布的系部或单位 · the unit that posted it
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    /// 发布时间，不写是现在 · when it was posted [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 截图（PNG 或 JPEG）· a screenshot
    #[arg(long, value_name = "FILE")]
    pub screenshot: Option<PathBuf>,
    /// 发布的文案，用来查话题 · the posted text, in which the topics are looked for
    #[arg(long, value_name = "TEXT", conflicts_with = "text_file")]
    pub text: Option<String>,
    /// 文案所在的文本文件 · a file with the posted text
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    /// 备注 · a note
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// 经手人 · who did it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// The options of the list.
#[derive(Debug, Default, clap::Args)]
pub struct ListArgs {
    /// 只看一件作品 · one work's receipts
    #[arg(long, value_name = "WORK")]
    pub work: Option<String>,
    /// 最多列出几条，默认 50 · at most so many [default: 50]
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}
