//! What the server needs to know of an edition.

use std::collections::HashSet;

use crate::model::playout::{Edition, ItemKind};

/// An edition, without its runs.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub id: String,
    pub canvas: [u32; 2],
    /// When the screen is lit, from and to.
    pub lit: Vec<[i64; 2]>,
    pub items: Vec<FactItem>,
    digests: HashSet<String>,
}

#[derive(Clone, Debug)]
pub(super) struct FactItem {
    pub work: String,
    pub title: String,
    pub video: String,
    pub picture: Option<String>,
    pub is_poster: bool,
}

impl Facts {
    pub fn of(id: &str, edition: Edition) -> Self {
        let items: Vec<FactItem> = edition
            .items
            .into_iter()
            .map(|item| FactItem {
                work: item.work,
                title: item.title,
                video: item.video.sha256,
                picture: item.picture.map(|picture| picture.sha256),
                is_poster: item.kind == ItemKind::Poster,
            })
            .collect();
        let digests = items
            .iter()
            .flat_map(|item| [Some(item.video.clone()), item.picture.clone()])
            .flatten()
            .collect();
        Self { id: id.to_owned(), canvas: edition.canvas, lit: edition.lit, items, digests }
    }

    /// Returns true if the edition names this file.
    pub fn has(&self, sha256: &str) -> bool {
        self.digests.contains(sha256)
    }

    pub fn is_lit(&self, now: i64) -> bool {
        self.lit.iter().any(|[from, to]| (*from..*to).contains(&now))
    }

    pub fn title_of(&self, sha256: &str) -> Option<&str> {
        let is_it = |item: &&FactItem| item.video == sha256 || item.picture.as_deref() == Some(sha256);
        self.items.iter().find(is_it).map(|item| item.title.as_str())
    }
}
