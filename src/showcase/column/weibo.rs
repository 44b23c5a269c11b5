//! Posts for Weibo: a text within its limit with the topics, and at most nine covers in their order.

use super::credit;
use super::item::{Column, Item};
use super::layout::{Layout, Media};
use crate::model::config::Campaign;
use crate::model::finding::Code;
use crate::model::preset::Preset;
use crate::policy::posting::{PostInput, compose, render};
use crate::present::messages::column as words;
use crate::present::messages::showcase::text_file;

/// Most pictures of a post: a grid of nine.
pub const COVERS_MAX: usize = 9;

/// How much the text says of each work, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    All,
    Titles,
}

/// Returns everything of the set's folder: a folder for each post, with nine works at most.
pub fn layout(column: &Column, preset: &Preset, campaign: &Campaign) -> Layout {
    let sets: Vec<&[Item]> = column.items.chunks(COVERS_MAX).collect();
    let mut layout = Layout::default();
    for (place, items) in sets.iter().enumerate() {
        let folder = words::set_folder(place + 1, sets.len());
        let text = text(column, (items, place + 1, sets.len()), preset, campaign);
        layout.texts.push((format!("{folder}{}", words::POST_TEXT), text_file(&text)));
        let covers = items.iter().enumerate();
        layout
            .media
            .extend(covers.filter_map(|(no, item)| Media::cover(format!("{folder}{:02}.jpg", no + 1), item)));
    }
    layout
}

/// Returns the text of one post: as much of each work as the platform has room for.
fn text(
    column: &Column,
    (items, number, of): (&[Item], usize, usize),
    preset: &Preset,
    campaign: &Campaign,
) -> String {
    // A post of pictures has no field for a title: the text begins with it.
    let mut preset = preset.clone();
    if let Some(post) = &mut preset.post {
        post.title_max = 0;
    }
    let mut written = String::new();
    for says in [Says::All, Says::Titles] {
        let mut lines: Vec<String> =
            items.iter().enumerate().map(|(no, item)| line(no + 1, item, says)).collect();
        lines.extend(credit::of_all(items).filter(|_| says == Says::All).map(|line| plain(&line)));
        let input = PostInput {
            title: words::set_title(&plain(&column.heading), (number, of)),
            text: lines.join("\n"),
            college: column.college.clone(),
            ..PostInput::default()
        };
        let (record, findings) = compose(&preset, campaign, &input);
        written = render(&record, &preset);
        if !findings.iter().any(|finding| finding.code == Code::TextShortened) {
            break;
        }
    }
    written
}

fn line(number: usize, item: &Item, says: Says) -> String {
    let title = plain(&item.title);
    let who = plain(&item.who());
    match says {
        Says::All if !who.is_empty() => format!("{number}.《{title}》{who}"),
        _ => format!("{number}.《{title}》"),
    }
}

/// Nothing in a name calls a topic or a person.
fn plain(text: &str) -> String {
    text.replace('#', "＃").replace('@', "＠")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;
    use crate::showcase::column::tests::{column, item};

    fn of(items: Vec<Item>, most: u32) -> Layout {
        let mut preset =
            presets::load(None).unwrap().into_iter().find(|preset| preset.id == "weibo").unwrap();
        preset.post.as_mut().unwrap().text_max = most;
        let campaign =
            Campaign {
                topic: "你好天津".into(), sub_topic: Some("示范学院".into()), ..Campaign::default()
            };
        layout(&column(items), &preset, &campaign)
    }

    #[test]
    fn nine_covers_a_post_in_order_and_both_topics_first() {
        let full = of((1..=20).map(item).collect(), 2000);
        let folders: Vec<&str> = full.texts.iter().map(|(path, _)| path.split_once('/').unwrap().0).collect();
        assert_eq!(folders, ["第1组", "第2组", "第3组"]);
        assert_eq!(full.media.len(), 20);
        assert_eq!(
            (full.media[8].path.as_str(), full.media[9].path.as_str()),
            ("第1组/09.jpg", "第2组/01.jpg")
        );
        let (_, text) = &full.texts[2];
        assert!(text.starts_with("\u{feff}#你好天津# #示范学院#\r\n"), "{text}");
        assert!(text.contains("1.《作品19》系部19 · 学生19") && text.contains("审核：甲、丙"), "{text}");
        // One post needs no folder of its own.
        assert_eq!(of(vec![item(1)], 2000).media[0].path, "01.jpg");
    }

    #[test]
    fn a_text_keeps_to_the_limit_and_calls_nobody() {
        let mut odd = item(1);
        odd.title = "#别的话题# @某人 =1+1 <b> 🎬".into();
        for most in [2000, 140, 60] {
            let (_, text) =
                of(std::iter::once(odd.clone()).chain((2..=9).map(item)).collect(), most).texts.remove(0);
            let text = text.trim_start_matches('\u{feff}').trim_end().replace("\r\n", "\n");
            assert!(text.encode_utf16().count() <= most as usize, "{most}: {text}");
            assert_eq!((text.matches('#').count(), text.matches('@').count()), (4, 0), "{text}");
        }
    }
}
