//! What screens are to carry out, as it was ordered and by whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asset, Notice};

/// What an order is about; its names are those of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// A decision of review: screens may have to drop files.
    Review,
    Notice,
    NoticeEnd,
    Dark,
    Light,
    Pair,
    Forget,
    Selftest,
    Revoke,
}

impl OrderKind {
    const ALL: [Self; 9] = [
        Self::Review,
        Self::Notice,
        Self::NoticeEnd,
        Self::Dark,
        Self::Light,
        Self::Pair,
        Self::Forget,
        Self::Selftest,
        Self::Revoke,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Notice => "notice",
            Self::NoticeEnd => "notice_end",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Pair => "pair",
            Self::Forget => "forget",
            Self::Selftest => "selftest",
            Self::Revoke => "revoke",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Ascending, without gaps; a screen says up to which it has carried them out.
    pub serial: u64,
    pub kind: OrderKind,
    /// Id of the screen; `None` is all of them.
    pub screen: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    pub by: String,
    pub said: serde_json::Value,
}

/// What the order of a notice says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeOrder {
    pub from: i64,
    pub to: i64,
    pub title: String,
    pub text: String,
    /// Ids; empty is all.
    pub screens: Vec<String>,
    /// Id of the work whose poster it shows.
    pub work: Option<String>,
    /// Its picture by target.
    pub pictures: BTreeMap<String, Asset>,
}

impl NoticeOrder {
    /// Returns the notice as a screen shows it, if it is for that screen; `picture` is that of the screen's target.
    pub fn notice(&self, id: u64, (screen, target): (&str, &str)) -> Option<Notice> {
        let is_meant = self.screens.is_empty() || self.screens.iter().any(|meant| meant == screen);
        let picture = match &self.work {
            Some(_) => Some(self.pictures.get(target)?.clone()),
            None => None,
        };
        is_meant.then(|| Notice {
            id,
            from: self.from,
            to: self.to,
            title: self.title.clone(),
            text: self.text.clone(),
            picture,
        })
    }
}

/// What the order that ends a notice says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct NoticeEnd {
    pub notice: u64,
}
