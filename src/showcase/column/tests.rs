//! Works for the tests of pages.

use super::item::{Column, Item};
use crate::model::language::AnyPath;
use crate::model::showcase::candidate::{AiSaid, FileOf};
use crate::model::units::Size;

pub fn column(items: Vec<Item>) -> Column {
    Column {
        heading: "你好天津·作品展播".into(),
        college: "示范学院".into(),
        date: "2026-12-01".into(),
        items,
    }
}

/// One of sixty departments.
pub fn item(number: usize) -> Item {
    let file = |ending: &str| FileOf {
        path: AnyPath::from(format!("{number}.{ending}")),
        sha256: String::new(),
        bytes: 12_345_678,
    };
    Item {
        work: format!("w{number:07}"),
        target: "website".into(),
        digest: String::new(),
        title: format!("作品{number}"),
        department: Some(format!("系部{}", number % 60)),
        authors: vec![format!("学生{number}")],
        advisors: Vec::new(),
        category: None,
        season: None,
        date: "2026-11-20".into(),
        about: vec!["清晨的海河边，一群学生用镜头记录城市醒来的样子。".into()],
        music: None,
        ai: AiSaid::None,
        credit: Some(format!("视频摄制：学生{number}；初审：甲 终审：丙")),
        signed: vec!["甲".into(), "丙".into()],
        duration_ms: 65_000,
        size: Size::new(1280, 720),
        video: file("mp4"),
        cover: Some((Size::new(1280, 720), file("jpg"))),
        captions: Vec::new(),
        has_left_out: false,
    }
}
