//! The configuration's robots of group chats.

use serde::{Deserialize, Serialize};

use super::language::AnyPath;

/// One robot. Its address and secret are never in the configuration, only where to find them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    pub kind: ChatKind,
    /// An environment variable that holds the webhook's address; else `url_file`.
    #[serde(default)]
    pub url_env: Option<String>,
    /// A file (0600 or 0400, of this user or root) that holds it.
    #[serde(default)]
    pub url_file: Option<AnyPath>,
    /// Likewise the key with which DingTalk and Feishu want messages signed.
    #[serde(default)]
    pub secret_env: Option<String>,
    #[serde(default)]
    pub secret_file: Option<AnyPath>,
    #[serde(default = "every_topic")]
    pub on: Vec<ChatTopic>,
    /// Folder names; empty is all. Alarms are for every robot that wants them.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Seconds for which outcomes are collected into one message.
    #[serde(default = "half_a_minute")]
    pub digest_s: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// 企业微信.
    Wecom,
    /// 钉钉.
    Dingtalk,
    /// 飞书.
    Feishu,
    /// Any server of the college's own.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatTopic {
    /// With or without warnings.
    Accepted,
    /// Also duplicates: both send the team back to its file.
    Rejected,
    Failed,
    Alarm,
    /// What waits for whose signature, was returned, released or withdrawn.
    Review,
    /// Screens on campus that are silent, frozen, or cannot show a file.
    Screens,
}

fn every_topic() -> Vec<ChatTopic> {
    vec![
        ChatTopic::Accepted,
        ChatTopic::Rejected,
        ChatTopic::Failed,
        ChatTopic::Alarm,
        ChatTopic::Review,
        ChatTopic::Screens,
    ]
}

fn half_a_minute() -> u64 {
    30
}
